/*-------------------------------------------------------------------------
 *
 * compat.h
 *	  The only place with PG_VERSION_NUM switches: PostgreSQL 15 to 18.
 *
 * Also declares SQL-callable functions as exported: the module is compiled
 * with hidden visibility, so that two modules loaded RTLD_GLOBAL can never
 * call each other's functions by accident.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_COMPAT_H
#define SQLITE_FDW_MIG_COMPAT_H

#include "postgres.h"

#include "fmgr.h"

/* varlena macros left postgres.h in 16 */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#if PG_VERSION_NUM < 150000
#error "sqlite_fdw_mig needs PostgreSQL 15 or newer"
#endif

/* An exported SQL-callable C function: prototype, info record and visibility in one line. */
#define MIG_FUNCTION(name) \
	extern PGDLLEXPORT Datum name(PG_FUNCTION_ARGS); \
	PG_FUNCTION_INFO_V1(name)

/* replaced by the prefix pg_noreturn in 18 */
#if PG_VERSION_NUM >= 180000
#define pg_attribute_noreturn() __attribute__((noreturn))
#endif

/* create_foreignscan_path: disabled_nodes since 18, fdw_restrictinfo since 17 */
#if PG_VERSION_NUM >= 180000
#define compat_create_foreignscan_path(root, rel, target, rows, startup, total, pathkeys, lateral, outer, restrict_list, priv) \
	create_foreignscan_path(root, rel, target, rows, 0, startup, total, pathkeys, lateral, outer, restrict_list, priv)
#elif PG_VERSION_NUM >= 170000
#define compat_create_foreignscan_path(root, rel, target, rows, startup, total, pathkeys, lateral, outer, restrict_list, priv) \
	create_foreignscan_path(root, rel, target, rows, startup, total, pathkeys, lateral, outer, restrict_list, priv)
#else
#define compat_create_foreignscan_path(root, rel, target, rows, startup, total, pathkeys, lateral, outer, restrict_list, priv) \
	create_foreignscan_path(root, rel, target, rows, startup, total, pathkeys, lateral, outer, priv)
#endif

/* ExecInsertIndexTuples: onlySummarizing since 16 */
#if PG_VERSION_NUM >= 160000
#define compat_ExecInsertIndexTuples(rri, slot, estate) \
	ExecInsertIndexTuples(rri, slot, estate, false, false, NULL, NIL, false)
#else
#define compat_ExecInsertIndexTuples(rri, slot, estate) \
	ExecInsertIndexTuples(rri, slot, estate, false, false, NULL, NIL)
#endif

/* ExecCheckIndexConstraints: where the row itself lies, if it does, since 18 */
#if PG_VERSION_NUM >= 180000
#define compat_ExecCheckIndexConstraints(rri, slot, estate, conflict, nowhere, arbiters) \
	ExecCheckIndexConstraints(rri, slot, estate, conflict, nowhere, arbiters)
#else
#define compat_ExecCheckIndexConstraints(rri, slot, estate, conflict, nowhere, arbiters) \
	((void) (nowhere), ExecCheckIndexConstraints(rri, slot, estate, conflict, arbiters))
#endif

/* virtual generated columns and checks that are not enforced came in 18 */
#if PG_VERSION_NUM >= 180000
#define compat_has_generated_virtual(desc) ((desc)->constr && (desc)->constr->has_generated_virtual)
#define compat_check_enforced(check) ((check)->ccenforced)
#else
#define compat_has_generated_virtual(desc) false
#define compat_check_enforced(check) true
#endif

/* the count came with the array of all parameters in 16 */
#if PG_VERSION_NUM >= 160000
#define compat_get_guc_variables(n) get_guc_variables(n)
#else
#define compat_get_guc_variables(n) (*(n) = GetNumConfigOptions(), get_guc_variables())
#endif

/* object_aclcheck replaced the per-catalog functions in 16 */
#if PG_VERSION_NUM >= 160000
#define compat_foreign_server_aclcheck(serverid, roleid, mode) \
	object_aclcheck(ForeignServerRelationId, serverid, roleid, mode)
#else
#define compat_foreign_server_aclcheck(serverid, roleid, mode) \
	pg_foreign_server_aclcheck(serverid, roleid, mode)
#endif

/* rd_…Relfilenode… became rd_…Relfilelocator… in 16 */
#if PG_VERSION_NUM >= 160000
#define compat_rd_firstRelfileSubid(rel) ((rel)->rd_firstRelfilelocatorSubid)
#define compat_rd_newRelfileSubid(rel) ((rel)->rd_newRelfilelocatorSubid)
#define compat_rd_locator(rel) (&(rel)->rd_locator)
#else
#define compat_rd_firstRelfileSubid(rel) ((rel)->rd_firstRelfilenodeSubid)
#define compat_rd_newRelfileSubid(rel) ((rel)->rd_newRelfilenodeSubid)
#define compat_rd_locator(rel) (&(rel)->rd_node)
#endif

/* relpathperm returns a struct since 18; this a string that is palloc'd. The path of the main fork's first segment, below the data directory. */
#if PG_VERSION_NUM >= 180000
#define compat_relpathperm(rel) pstrdup(relpathperm(*compat_rd_locator(rel), MAIN_FORKNUM).str)
#else
#define compat_relpathperm(rel) relpathperm(*compat_rd_locator(rel), MAIN_FORKNUM)
#endif

/*
 * Rights moved from the range table entry to a struct of their own in 16: what
 * compat_perminfo() points to has the same fields everywhere.
 */
#if PG_VERSION_NUM >= 160000
#define compat_perminfo(nsitem) ((nsitem)->p_perminfo)
#define compat_ExecCheckPermissions(pstate) \
	ExecCheckPermissions((pstate)->p_rtable, (pstate)->p_rteperminfos, true)
#define compat_check_query_permissions(query) \
	ExecCheckPermissions((query)->rtable, (query)->rteperminfos, true)
#else
#define compat_perminfo(nsitem) ((nsitem)->p_rte)
#define compat_ExecCheckPermissions(pstate) \
	ExecCheckRTPerms((pstate)->p_rtable, true)
#define compat_check_query_permissions(query) \
	ExecCheckRTPerms((query)->rtable, true)
#endif

/* ExecInitRangeTable for one relation: permission infos since 16, unpruned relations since 18 */
#if PG_VERSION_NUM >= 180000
#define compat_ExecInitRangeTable(estate, pstate) \
	ExecInitRangeTable(estate, (pstate)->p_rtable, (pstate)->p_rteperminfos, bms_make_singleton(1))
#elif PG_VERSION_NUM >= 160000
#define compat_ExecInitRangeTable(estate, pstate) \
	ExecInitRangeTable(estate, (pstate)->p_rtable, (pstate)->p_rteperminfos)
#else
#define compat_ExecInitRangeTable(estate, pstate) \
	ExecInitRangeTable(estate, (pstate)->p_rtable)
#endif

/* parseTypeString: soft errors instead of missing_ok since 16 */
#if PG_VERSION_NUM >= 160000
#define compat_parseTypeString(str, typid, typmod) \
	((void) parseTypeString(str, typid, typmod, NULL))
#else
#define compat_parseTypeString(str, typid, typmod) \
	parseTypeString(str, typid, typmod, false)
#endif

/* explain.h lost its declarations to explain_format.h and explain_state.h in 18 */
#if PG_VERSION_NUM >= 180000
#define COMPAT_EXPLAIN_INCLUDES_18 1
#endif

/*
 * Calls an input function. From 16 on those of the core types report bad data
 * softly: false, and *error has SQLSTATE and message. Before 16 they throw.
 */
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"

#define COMPAT_SOFT_INPUT true

static inline bool
compat_input(FmgrInfo *flinfo, char *str, Oid ioparam, int32 typmod, Datum *result, ErrorData **error)
{
	ErrorSaveContext escontext = {.type = T_ErrorSaveContext, .details_wanted = true};
	bool		done = InputFunctionCallSafe(flinfo, str, ioparam, typmod, (Node *) &escontext, result);

	*error = escontext.error_data;
	return done;
}
#else
#define COMPAT_SOFT_INPUT false

static inline bool
compat_input(FmgrInfo *flinfo, char *str, Oid ioparam, int32 typmod, Datum *result, ErrorData **error)
{
	*result = InputFunctionCall(flinfo, str, ioparam, typmod);
	*error = NULL;
	return true;
}
#endif

/* the built-in provider of collations came in 17; pg_locale.h needs the headers of ICU */
#define COMPAT_COLLPROVIDER_BUILTIN 'b'

/* a pathkey's strategy number became a comparison type in 18 */
#if PG_VERSION_NUM >= 180000
#define compat_pathkey_descends(pathkey) ((pathkey)->pk_cmptype == COMPARE_GT)
#else
#include "access/stratnum.h"
#define compat_pathkey_descends(pathkey) ((pathkey)->pk_strategy == BTGreaterStrategyNumber)
#endif

/* create_foreign_upper_path and create_foreign_join_path: the same two arguments */
#if PG_VERSION_NUM >= 180000
#define compat_create_foreign_upper_path(root, rel, target, rows, startup, total, pathkeys, outer, restrict_list, priv) \
	create_foreign_upper_path(root, rel, target, rows, 0, startup, total, pathkeys, outer, restrict_list, priv)
#define compat_create_foreign_join_path(root, rel, target, rows, startup, total, pathkeys, lateral, outer, restrict_list, priv) \
	create_foreign_join_path(root, rel, target, rows, 0, startup, total, pathkeys, lateral, outer, restrict_list, priv)
#elif PG_VERSION_NUM >= 170000
#define compat_create_foreign_upper_path(root, rel, target, rows, startup, total, pathkeys, outer, restrict_list, priv) \
	create_foreign_upper_path(root, rel, target, rows, startup, total, pathkeys, outer, restrict_list, priv)
#define compat_create_foreign_join_path(root, rel, target, rows, startup, total, pathkeys, lateral, outer, restrict_list, priv) \
	create_foreign_join_path(root, rel, target, rows, startup, total, pathkeys, lateral, outer, restrict_list, priv)
#else
#define compat_create_foreign_upper_path(root, rel, target, rows, startup, total, pathkeys, outer, restrict_list, priv) \
	create_foreign_upper_path(root, rel, target, rows, startup, total, pathkeys, outer, priv)
#define compat_create_foreign_join_path(root, rel, target, rows, startup, total, pathkeys, lateral, outer, restrict_list, priv) \
	create_foreign_join_path(root, rel, target, rows, startup, total, pathkeys, lateral, outer, priv)
#endif

/*
 * Goes through the members of an equivalence class, those of child relations in
 * "relids" included, which lie apart since 18. Needs optimizer/paths.h.
 */
#if PG_VERSION_NUM >= 180000
#define compat_foreach_member(member, ec, relids) \
	for (EquivalenceMemberIterator member##_it, *member##_p = (setup_eclass_member_iterator(&member##_it, ec, relids), &member##_it); \
		 ((member) = eclass_member_iterator_next(member##_p)) != NULL;)
#else
#define compat_foreach_member(member, ec, relids) \
	for (ListCell *member##_cell = list_head((ec)->ec_members); \
		 member##_cell != NULL && ((member) = lfirst(member##_cell)) != NULL; \
		 member##_cell = lnext((ec)->ec_members, member##_cell))
#endif

/* makeJsonLexContextCstringLen takes the context to fill since 17 */
#if PG_VERSION_NUM >= 170000
#define compat_json_lex(json, len, need_escapes) \
	makeJsonLexContextCstringLen(NULL, json, len, GetDatabaseEncoding(), need_escapes)
#else
#define compat_json_lex(json, len, need_escapes) \
	makeJsonLexContextCstringLen(json, len, GetDatabaseEncoding(), need_escapes)
#endif

#endif							/* SQLITE_FDW_MIG_COMPAT_H */
