/*-------------------------------------------------------------------------
 *
 * sqlite_pages.c
 *	  Rows of a table straight from the pages of its b-tree, in the order of
 *	  their rowids.
 *
 * SQLite's format is documented and will not change; its virtual machine takes
 * three times as long for the same values, and reads what nobody has asked for:
 * of a long blob only the beginning is looked at here.
 *
 * Owns the walk through the pages and the meaning of a record. Only where a file
 * is certain to hold what the snapshot of the connection holds: a read-only
 * connection in a read transaction, whose lock keeps writers out, and no WAL.
 * Whatever is not as expected, a damaged page too, ends the walk without an
 * error: the caller reads the table with SQLite then, which knows more and has
 * the better words. Knows nothing of types.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "miscadmin.h"

#include "sqlite/driver_internal.h"

/* Header of a file: what we must know of it. */
#define HEADER_SIZE			100
#define HEADER_PAGE_SIZE	16
#define HEADER_WRITE		18	/* 1 = rollback journal, 2 = WAL */
#define HEADER_READ			19
#define HEADER_RESERVED		20	/* bytes at the end of each page */
#define HEADER_ENCODING		56
#define ENCODING_UTF8		1
#define LEAST_USABLE		480

/* Pages of the b-tree of a table. */
#define PAGE_INTERIOR		5
#define PAGE_LEAF			13
#define MAX_DEPTH			20	/* SQLite's own limit */

/* A record has no more fields than a table has columns, whatever SQLite was built with. */
#define MAX_FIELDS			32767

/* So much is read at a time while leaves follow each other in the file. */
#define WINDOW_BYTES		131072

/* Bytes beyond a buffer that may be looked at, or written, by mistake of a damaged file: a varint, an integer, a NUL. */
#define SLACK				16

/* An interior page and how far we are in it. */
typedef struct Level
{
	unsigned char *page;
	int			ncells;
	int			next;			/* child; ncells = the rightmost one */
} Level;

struct SqlitePages
{
	SqliteDb   *db;
	MemoryContext context;
	int			page_size;
	int			usable;			/* of them */
	int			ncolumns;
	int			rowid_column;	/* -1: none is the rowid */
	bool	   *real;			/* columns of affinity REAL: integers there are reals */
	bool	   *has_default;	/* records that end before such a column leave its value to the schema */
	int			long_blob;		/* of blobs with more bytes ... */
	int			prefix;			/* ... these are enough */

	Level		levels[MAX_DEPTH];
	int			depth;			/* interior pages above the leaf */

	/* the leaf */
	unsigned char *window;		/* WINDOW_BYTES, or a page if that is more */
	uint32		window_first;	/* page at its beginning; 0 = none */
	int			window_pages;
	unsigned char *leaf;		/* in the window; NULL before the first one */
	int			ncells;
	int			cell;

	/* a record with overflow pages, put together */
	unsigned char *record;
	int64		record_size;
	unsigned char *overflow;	/* one page of it */

	uint64	   *types;			/* serial types of the record */
	SqliteField *fields;
};

static bool read_header(SqlitePages *pages);
static void describe_columns(SqlitePages *pages, List *columns);
static bool is_real(const char *type);
static bool next_leaf(SqlitePages *pages, bool *end);
static bool descend(SqlitePages *pages, uint32 page);
static bool read_leaf(SqlitePages *pages, uint32 page);
static bool fill_window(SqlitePages *pages, uint32 page, int npages);
static bool check_cells(const SqlitePages *pages, const unsigned char *page, int header);
static bool read_cell(SqlitePages *pages, int64 *rowid);
static int	read_types(SqlitePages *pages, const unsigned char *record, int64 len, int64 *body);
static int64 needed_bytes(const SqlitePages *pages, int nfields, int64 body);
static unsigned char *assemble(SqlitePages *pages, const unsigned char *local, int nlocal, int64 total, int64 need);
static bool read_fields(SqlitePages *pages, int nfields, unsigned char *record, int64 body, int64 have, int64 rowid);
static inline int64 field_length(uint64 type);
static inline bool read_number(SqliteField *field, uint64 type, const unsigned char *at);

static inline uint32
read_uint16(const unsigned char *at)
{
	return (uint32) at[0] << 8 | at[1];
}

static inline uint32
read_uint32(const unsigned char *at)
{
	return (uint32) at[0] << 24 | (uint32) at[1] << 16 | (uint32) at[2] << 8 | at[3];
}

/* At most nine bytes are looked at; returns how many it has. */
static inline int
read_varint(const unsigned char *at, uint64 *result)
{
	uint64		number;

	if (likely(at[0] < 0x80))
	{
		*result = at[0];
		return 1;
	}
	number = at[0] & 0x7F;
	for (int i = 1; i < 8; i++)
	{
		number = number << 7 | (at[i] & 0x7F);
		if (at[i] < 0x80)
		{
			*result = number;
			return i + 1;
		}
	}
	*result = number << 8 | at[8];
	return 9;
}

SqlitePages *
sqlite_pages_open(SqliteDb *db, const SqliteTable *table, List *columns, int long_blob, int prefix)
{
	SqlitePages *pages;
	ListCell   *lc;

	if (table->kind != SQLITE_KIND_TABLE || table->without_rowid || table->rootpage < 2 || columns == NIL ||
		!db->in_transaction || sqlite3_get_autocommit(db->handle) || sqlite3_db_readonly(db->handle, "main") != 1)
		return NULL;
	foreach(lc, columns)
		if (((SqliteColumn *) lfirst(lc))->hidden != 0)
			return NULL;
	pages = palloc0(sizeof(SqlitePages));
	pages->db = db;
	pages->context = CurrentMemoryContext;
	pages->long_blob = long_blob;
	pages->prefix = prefix;
	if (!read_header(pages))
		return NULL;
	describe_columns(pages, columns);
	pages->window = palloc(Max(WINDOW_BYTES, pages->page_size) + SLACK);
	pages->overflow = palloc(pages->page_size + SLACK);
	return descend(pages, table->rootpage) ? pages : NULL;
}

SqlitePagesResult
sqlite_pages_next(SqlitePages *pages, int64 *rowid)
{
	while (pages->cell == pages->ncells)
	{
		bool		end;

		if (!next_leaf(pages, &end))
			return SQLITE_PAGES_UNREADABLE;
		if (end)
			return SQLITE_PAGES_END;
	}
	return read_cell(pages, rowid) ? SQLITE_PAGES_ROW : SQLITE_PAGES_UNREADABLE;
}

const SqliteField *
sqlite_pages_fields(const SqlitePages *pages)
{
	return pages->fields;
}

static bool
read_header(SqlitePages *pages)
{
	unsigned char header[HEADER_SIZE];

	if (!sqlite_read_bytes(pages->db, header, sizeof(header), 0) || memcmp(header, "SQLite format 3", 16) != 0 ||
		header[HEADER_WRITE] != 1 || header[HEADER_READ] != 1 || read_uint32(header + HEADER_ENCODING) != ENCODING_UTF8)
		return false;
	pages->page_size = read_uint16(header + HEADER_PAGE_SIZE);
	if (pages->page_size == 1)
		pages->page_size = 65536;
	pages->usable = pages->page_size - header[HEADER_RESERVED];
	return pages->page_size >= 512 && (pages->page_size & (pages->page_size - 1)) == 0 && pages->usable >= LEAST_USABLE;
}

static void
describe_columns(SqlitePages *pages, List *columns)
{
	ListCell   *lc;

	pages->rowid_column = -1;
	pages->real = palloc0(list_length(columns) * sizeof(bool));
	pages->has_default = palloc0(list_length(columns) * sizeof(bool));
	foreach(lc, columns)
	{
		const SqliteColumn *column = lfirst(lc);

		if (column->rowid_alias)
			pages->rowid_column = pages->ncolumns;
		pages->real[pages->ncolumns] = is_real(column->type);
		pages->has_default[pages->ncolumns] = column->dflt != NULL;
		pages->ncolumns++;
	}
	pages->types = palloc(pages->ncolumns * sizeof(uint64));
	pages->fields = palloc0(pages->ncolumns * sizeof(SqliteField));
}

/* SQLite's rules for the affinity of a declared type, as far as they lead to REAL. */
static bool
is_real(const char *type)
{
	static const char *const others[] = {"INT", "CHAR", "CLOB", "TEXT", "BLOB"};
	char	   *upper = pstrdup(type);

	for (char *c = upper; *c; c++)
		*c = pg_ascii_toupper((unsigned char) *c);
	for (int i = 0; i < lengthof(others); i++)
		if (strstr(upper, others[i]) != NULL)
			return false;
	return strstr(upper, "REAL") != NULL || strstr(upper, "FLOA") != NULL || strstr(upper, "DOUB") != NULL;
}

/* False: something is not as expected. */
static bool
next_leaf(SqlitePages *pages, bool *end)
{
	*end = false;
	while (pages->depth > 0)
	{
		Level	   *level = &pages->levels[pages->depth - 1];
		const unsigned char *page = level->page;
		int			child = level->next++;

		if (child < level->ncells)
			return descend(pages, read_uint32(page + read_uint16(page + 12 + 2 * child)));
		if (child == level->ncells)
			return descend(pages, read_uint32(page + 8));
		pages->depth--;
	}
	*end = true;
	return true;
}

/* Down to the first leaf below a page. */
static bool
descend(SqlitePages *pages, uint32 page)
{
	for (;;)
	{
		Level	   *level;

		CHECK_FOR_INTERRUPTS();
		if (page < 2 || !read_leaf(pages, page))
			return false;
		if (pages->leaf[0] == PAGE_LEAF)
		{
			pages->ncells = read_uint16(pages->leaf + 3);
			pages->cell = 0;
			return check_cells(pages, pages->leaf, 8);
		}
		if (pages->leaf[0] != PAGE_INTERIOR || pages->depth == MAX_DEPTH || !check_cells(pages, pages->leaf, 12))
			return false;
		level = &pages->levels[pages->depth++];
		if (level->page == NULL)
			level->page = MemoryContextAlloc(pages->context, pages->page_size + SLACK);
		memcpy(level->page, pages->leaf, pages->page_size);
		level->ncells = read_uint16(level->page + 3);
		level->next = 1;
		page = level->ncells > 0 ? read_uint32(level->page + read_uint16(level->page + 12)) : read_uint32(level->page + 8);
	}
}

/*
 * Brings a page into the window, with those after it when it follows the last
 * one: such a table was written in order.
 */
static bool
read_leaf(SqlitePages *pages, uint32 page)
{
	if (pages->window_first == 0 || page < pages->window_first || page >= pages->window_first + pages->window_pages)
	{
		bool		follows = pages->window_first > 0 && page == pages->window_first + pages->window_pages;
		int			most = Max(WINDOW_BYTES / pages->page_size, 1);

		if (!(follows && most > 1 && fill_window(pages, page, most)) && !fill_window(pages, page, 1))
			return false;
	}
	pages->leaf = pages->window + (size_t) (page - pages->window_first) * pages->page_size;
	return true;
}

static bool
fill_window(SqlitePages *pages, uint32 page, int npages)
{
	pages->window_first = 0;
	if (!sqlite_read_bytes(pages->db, pages->window, npages * pages->page_size, (int64) (page - 1) * pages->page_size))
		return false;
	pages->window_first = page;
	pages->window_pages = npages;
	return true;
}

/* Whether all cells of a page begin inside of it. */
static bool
check_cells(const SqlitePages *pages, const unsigned char *page, int header)
{
	int			ncells = read_uint16(page + 3);
	int			end = header + 2 * ncells;

	if (end > pages->usable)
		return false;
	for (int at = header; at < end; at += 2)
	{
		int			cell = read_uint16(page + at);

		if (cell < end || cell + 4 > pages->usable)
			return false;
	}
	return true;
}

/* The next row of the leaf into the fields. */
static bool
read_cell(SqlitePages *pages, int64 *rowid)
{
	unsigned char *at = pages->leaf + read_uint16(pages->leaf + 8 + 2 * pages->cell++);
	uint64		size;
	uint64		key;
	int64		body;
	int			room;
	int			local;
	int			nfields;
	unsigned char *record;
	int64		have;

	at += read_varint(at, &size);
	at += read_varint(at, &key);
	room = pages->usable - (at - pages->leaf);
	*rowid = (int64) key;
	if (size > PG_INT32_MAX)
		return false;
	local = size;
	if (local > pages->usable - 35)
	{
		int			least = (pages->usable - 12) * 32 / 255 - 23;

		local = least + (size - least) % (pages->usable - 4);
		if (local > pages->usable - 35)
			local = least;
	}
	if (local > room - (local < size ? 4 : 0))
		return false;
	nfields = read_types(pages, at, local, &body);
	if (nfields < 0)
		return false;
	record = at;
	have = local;
	if (local < size)
	{
		int64		need = needed_bytes(pages, nfields, body);

		if (need > size)
			return false;
		if (need > local)
		{
			record = assemble(pages, at, local, size, need);
			have = need;
		}
	}
	return record != NULL && read_fields(pages, nfields, record, body, have, *rowid);
}

/* The header of a record: how many of our columns it has, and where its values begin; -1: not as expected. */
static int
read_types(SqlitePages *pages, const unsigned char *record, int64 len, int64 *body)
{
	uint64		header;
	int			at = read_varint(record, &header);
	int			n = 0;

	if (header > len || header < at)
		return -1;
	while (at < header && n < pages->ncolumns)
	{
		if (likely(record[at] < 0x80))
			pages->types[n] = record[at++];
		else
			at += read_varint(record + at, &pages->types[n]);
		n++;
	}
	*body = header;
	return at <= header ? n : -1;
}

/* How many bytes of the record hold what is to be read. */
static int64
needed_bytes(const SqlitePages *pages, int nfields, int64 body)
{
	int64		at = body;
	int64		need = body;

	for (int i = 0; i < nfields; i++)
	{
		uint64		type = pages->types[i];
		int64		len = field_length(type);
		bool		is_blob = type >= 12 && (type & 1) == 0;

		if (len < 0 || len > PG_INT32_MAX)
			return PG_INT64_MAX;
		if (len > 0)
			need = at + (is_blob && len > pages->long_blob ? pages->prefix : len);
		at += len;
	}
	return need;
}

/*
 * The first bytes of a record that has overflow pages; NULL when these are not
 * as expected. Good until the next call.
 */
static unsigned char *
assemble(SqlitePages *pages, const unsigned char *local, int nlocal, int64 total, int64 need)
{
	uint32		page = read_uint32(local + nlocal);
	int64		have = nlocal;
	int			most = pages->usable - 4;

	if (pages->record_size < need + SLACK)
	{
		if (pages->record)
			pfree(pages->record);
		pages->record_size = need + need / 4 + SLACK;
		pages->record = MemoryContextAllocHuge(pages->context, pages->record_size);
	}
	memcpy(pages->record, local, nlocal);
	while (have < need)
	{
		int			n = Min(most, need - have);

		CHECK_FOR_INTERRUPTS();
		if (page < 2 || !sqlite_read_bytes(pages->db, pages->overflow, pages->page_size, (int64) (page - 1) * pages->page_size))
			return NULL;
		memcpy(pages->record + have, pages->overflow + 4, n);
		have += n;
		page = read_uint32(pages->overflow);
	}
	return pages->record;
}

/* "have" bytes of the record are there. */
static bool
read_fields(SqlitePages *pages, int nfields, unsigned char *record, int64 body, int64 have, int64 rowid)
{
	int64		at = body;

	for (int i = 0; i < nfields; i++)
	{
		SqliteField *field = &pages->fields[i];
		uint64		type = pages->types[i];
		int64		len = field_length(type);

		if (len < 0 || len > PG_INT32_MAX)
			return false;
		if (type >= 12)
		{
			bool		is_blob = (type & 1) == 0;
			int64		end = at + (is_blob && len > pages->long_blob ? pages->prefix : len);

			if (len > 0 && end > have)
				return false;
			field->storage_class = is_blob ? SQLITE_CLASS_BLOB : SQLITE_CLASS_TEXT;

			/* what has no bytes may stand behind a blob that is not there */
			field->bytes = (char *) record + (len > 0 ? at : 0);
			field->len = len;
		}
		else if ((len > 0 && at + len > have) || !read_number(field, type, record + at))
			return false;
		else if (pages->real[i] && field->storage_class == SQLITE_CLASS_INTEGER)
		{
			/* a whole number takes less room as an integer */
			field->storage_class = SQLITE_CLASS_REAL;
			field->real = (double) field->integer;
		}
		at += len;
	}
	for (int i = nfields; i < pages->ncolumns; i++)
	{
		/* the column is younger than the row */
		if (pages->has_default[i])
			return false;
		pages->fields[i].storage_class = SQLITE_CLASS_NULL;
	}
	if (pages->rowid_column >= 0)
	{
		pages->fields[pages->rowid_column].storage_class = SQLITE_CLASS_INTEGER;
		pages->fields[pages->rowid_column].integer = rowid;
	}
	return true;
}

/* Bytes of a value by its serial type; -1 for types that mean nothing. */
static inline int64
field_length(uint64 type)
{
	static const int8 lengths[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, -1, -1};

	return type < lengthof(lengths) ? lengths[type] : (int64) ((type - 12) / 2);
}

/* NULL, INTEGER and REAL; false for a type that means nothing. */
static inline bool
read_number(SqliteField *field, uint64 type, const unsigned char *at)
{
	uint64		bits;

	field->storage_class = SQLITE_CLASS_INTEGER;
	switch (type)
	{
		case 0:
			field->storage_class = SQLITE_CLASS_NULL;
			return true;
		case 1:
			field->integer = (int8) at[0];
			return true;
		case 2:
			field->integer = (int16) read_uint16(at);
			return true;
		case 3:
			field->integer = (int32) (read_uint32(at) & 0xFFFFFF00) >> 8;
			return true;
		case 4:
			field->integer = (int32) read_uint32(at);
			return true;
		case 5:
			field->integer = (int64) (int16) read_uint16(at) * INT64CONST(0x100000000) + read_uint32(at + 2);
			return true;
		case 6:
			field->integer = (int64) ((uint64) read_uint32(at) << 32 | read_uint32(at + 4));
			return true;
		case 7:
			bits = (uint64) read_uint32(at) << 32 | read_uint32(at + 4);
			memcpy(&field->real, &bits, sizeof(bits));
			/* for SQLite that is no number */
			field->storage_class = isnan(field->real) ? SQLITE_CLASS_NULL : SQLITE_CLASS_REAL;
			return true;
		case 8:
		case 9:
			field->integer = type - 8;
			return true;
		default:
			return false;
	}
}
