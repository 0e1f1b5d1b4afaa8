/*-------------------------------------------------------------------------
 *
 * base.h
 *	  Bottom layer: PostgreSQL only. GUCs, identifiers, row functions.
 *
 * Knows nothing of SQLite, of servers or of migrations.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_BASE_H
#define SQLITE_FDW_MIG_BASE_H

#include "base/compat.h"

#include "lib/stringinfo.h"

/* in base_stop.c */

/* Whether PostgreSQL wants this backend to stop what it does. Reads flags only, so it may be called from SQLite's callbacks. */
extern bool base_stop_wanted(void);

/* in base_guc.c */

/* Defines sqlite_fdw_mig.* parameters; called once from _PG_init. */
extern void base_guc_init(void);

/* The parameter sqlite_fdw_mig.max_connections. */
extern int	base_max_connections(void);

/* The parameter sqlite_fdw_mig.memory_limit, bytes; 0 for none. */
extern int64 base_memory_limit(void);

/* The parameters sqlite_fdw_mig.pushdown and sqlite_fdw_mig.explain_query_plan. */
extern bool base_pushdown(void);
extern bool base_explain_query_plan(void);
extern double base_range_bytes(void);

/*
 * Resolves symbolic links of "path" and returns the absolute, palloc'd name of
 * an existing regular file that lies in sqlite_fdw_mig.allowed_directories
 * (any place when that is empty). Throws 58P01 (missing), 42809 (directory,
 * FIFO, device, socket), 42501 (outside the allowed directories, or not
 * readable by the server).
 */
extern char *base_check_file(const char *path);

/*
 * The same for a file that is to be created: resolves symbolic links of its
 * folder and returns the absolute, palloc'd name. Throws 42602 (no absolute
 * path of a file), 58P01 (no such folder), 42501 (outside the allowed
 * directories). Whether the file exists is for O_EXCL to say.
 */
extern char *base_check_new_file(const char *path);

/* in base_ident.c */

/*
 * Appends "name" quoted for SQLite's SQL: "na""me". Double quotes always, so
 * that keywords and any byte except NUL are safe.
 */
extern void base_append_ident(StringInfo buf, const char *name);

/* Same for a string literal of SQLite's SQL: 'it''s'. */
extern void base_append_literal(StringInfo buf, const char *value);

/*
 * Returns the schema of the SQL functions that are called from C: with a library newer than the extension's script, until ALTER EXTENSION
 * UPDATE, internal ones are still beside the others.
 */
extern const char *base_internal_schema(void);

/*
 * Returns "name" (server encoding) fit for a PostgreSQL identifier: itself
 * when shorter than NAMEDATALEN, else cut on a character boundary and ended
 * by "_" and 8 hex digits of a hash of the whole name, so that equal names
 * shorten equally and different names (nearly) never collide. palloc'd.
 */
extern char *base_shorten_ident(const char *name);

/*
 * UTF-8 text as SQLite gives it, in the server's encoding; palloc'd, NUL
 * terminated. Throws 22021 when the bytes are no valid UTF-8 or a character
 * has no equivalent. For names and SQL text; column values go through the
 * convert layer.
 */
extern char *base_from_utf8(const char *text, int len);

/*
 * The same, but bytes that are no UTF-8 become U+FFFD, for text that is only
 * shown: an application's schema may have been written in another encoding.
 */
extern char *base_show_utf8(const char *text, int len);

/* The opposite way, for SQL text and bound names; palloc'd or "text" itself. */
extern char *base_to_utf8(const char *text);

#endif							/* SQLITE_FDW_MIG_BASE_H */
