/*-------------------------------------------------------------------------
 *
 * mig_sketch.c
 *	  Checksums of a relation by parts of its keys.
 *
 * A row belongs to a part by its key: a key of one integer by the range in which
 * it lies, any other by its hash. So rows that are the same in two relations are
 * in the same part of both, whatever the order, the collation or the types in
 * which they are stored, and the parts whose checksums differ have all the rows
 * that differ. A sketch takes one pass over a relation and the same memory
 * however large it is.
 *
 * Owns what a relation is read by for a comparison: SQLite's values straight from
 * the statement, or a query, with casts where the types of the two sides have not
 * the same canonical form. Knows nothing of what is done about differences.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "foreign/foreign.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/uuid.h"

#include "migrate/migrate.h"

/* Ranges are worth it while the numbers are not much more than this many times the rows. */
#define MAX_SPREAD 64

/* What adds a relation's rows to a sketch. */
typedef struct SketchState
{
	MigSketch  *sketch;
	MigHasher  *hasher;			/* of a source: made with its first row, when the converters are known */
} SketchState;

static char *from_clause(const MigSide *side);
static bool is_integer(Oid typid);
static bool key_bounds(const MigSide *side, int64 *first, int64 *last);
static double estimate_rows(const MigSide *side);
static int	part_of(const MigSketchShape *shape, const MigKey *key);
static void add_source_row(MigSource *source, void *state);
static void add_datums(Datum *values, bool *nulls, void *state);
static void sketch_aggregate(const MigSide *side, MigSketch *sketch);
static void emit_range(MigSketch **sketches, int range, int part, int end, MigDiffEmit emit, void *state);

MigSide *
mig_side_open(Oid relid, char **columns, int ncols, int nkey)
{
	MigSide    *side = palloc0(sizeof(MigSide));

	side->rel = table_open(relid, AccessShareLock);
	side->ncols = ncols;
	side->nkey = nkey;
	side->attnums = mig_find_columns(side->rel, columns, ncols);
	side->types = palloc(Max(ncols, 1) * sizeof(Oid));
	side->typmods = palloc(Max(ncols, 1) * sizeof(int32));
	for (int i = 0; i < ncols; i++)
	{
		Form_pg_attribute att = TupleDescAttr(RelationGetDescr(side->rel), side->attnums[i] - 1);

		side->types[i] = att->atttypid;
		side->typmods[i] = att->atttypmod;
	}
	if (side->rel->rd_rel->relkind == RELKIND_FOREIGN_TABLE && server_is_ours(GetForeignTable(relid)->serverid))
		side->source = server_relation(relid);
	return side;
}

void
mig_side_close(MigSide *side)
{
	table_close(side->rel, NoLock);
}

/*
 * Where the canonical forms of two types cannot be the same, the source is cast
 * to the type of the target.
 */
void
mig_side_match(MigSide *side, const MigSide *other)
{
	for (int i = 0; i < side->ncols; i++)
	{
		char		kind = conv_canon_kind(side->types[i]);

		if (kind == conv_canon_kind(other->types[i]) && (kind != 'o' || getBaseType(side->types[i]) == getBaseType(other->types[i])))
			continue;
		side->types[i] = other->types[i];
		side->typmods[i] = -1;
		side->cast = true;
	}
}

bool
mig_side_is_raw(const MigSide *side)
{
	return side->source != NULL && !side->cast;
}

/* The columns of its rows, each as the other side has them, between "before" and "behind". */
char *
mig_side_query(const MigSide *side, const char *before, const char *behind)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT %s", before);
	for (int i = 0; i < side->ncols; i++)
	{
		appendStringInfo(&sql, "%s%s", i > 0 ? ", " : "", mig_side_column(side, i));
		if (side->types[i] != TupleDescAttr(RelationGetDescr(side->rel), side->attnums[i] - 1)->atttypid)
			appendStringInfo(&sql, "::%s", format_type_extended(side->types[i], -1, FORMAT_TYPE_FORCE_QUALIFY));
	}
	appendStringInfo(&sql, "%s%s", behind, from_clause(side));
	return sql.data;
}

const char *
mig_side_column(const MigSide *side, int i)
{
	return psprintf("t.%s", quote_identifier(NameStr(TupleDescAttr(RelationGetDescr(side->rel), side->attnums[i] - 1)->attname)));
}

/*
 * A copy fills one table, not its children: ONLY. A partitioned table has all its
 * rows in its partitions.
 */
static char *
from_clause(const MigSide *side)
{
	return psprintf(" FROM %s%s AS t", side->rel->rd_rel->relkind == RELKIND_RELATION ? "ONLY " : "",
					quote_qualified_identifier(get_namespace_name(RelationGetNamespace(side->rel)), RelationGetRelationName(side->rel)));
}

/* Whether SQLite finds ranges of the key as ranges of rowids. */
bool
mig_side_key_is_rowid(const MigSide *side)
{
	SqliteDb   *db = server_session(side->source->serverid);
	SqliteTable *table = side->source->query ? NULL : sqlite_table(db, side->source->table);
	char	   *error;
	ListCell   *lc;

	if (table == NULL || table->kind != SQLITE_KIND_TABLE)
		return false;
	foreach(lc, sqlite_columns(db, table, &error))
	{
		SqliteColumn *column = lfirst(lc);

		if (!column->rowid_alias)
			continue;
		for (int i = 0; i < side->source->ncols; i++)
			if (side->source->cols[i].attnum == side->attnums[0])
				return side->source->cols[i].constant == NULL && pg_strcasecmp(side->source->cols[i].name, column->name) == 0;
	}
	return false;
}

/*
 * Decides how the rows of two relations are told apart. Ranges need keys that
 * do not lie too far from each other: else few parts would have all the rows.
 */
void
mig_sketch_shape(const MigSide *source, const MigSide *target, const char *migration, MigSketchShape *shape)
{
	int64		first[2];
	int64		last[2];
	double		rows;

	memset(shape, 0, sizeof(*shape));
	shape->nkey = source->nkey;
	if (source->nkey != 1 || !is_integer(source->types[0]) || !is_integer(target->types[0]))
		return;
	/* a key that was rejected for what it is has no place among numbers; a rowid is always one */
	if (migration && mig_side_is_raw(source) && !mig_side_key_is_rowid(source))
		return;
	if (!key_bounds(source, &first[0], &last[0]) || !key_bounds(target, &first[1], &last[1]))
		return;
	first[0] = Min(first[0], first[1]);
	last[0] = Max(last[0], last[1]);
	rows = Max(estimate_rows(source), estimate_rows(target));
	if (rows > 0 && ((double) last[0] - (double) first[0]) / MAX_SPREAD > rows + MIG_SKETCH_PARTS)
		return;
	shape->ranges = true;
	shape->first = first[0];
	/* the last part is for NULL */
	while (((uint64) last[0] - (uint64) first[0]) >> shape->shift >= MIG_SKETCH_PARTS - 1)
		shape->shift++;
}

static bool
is_integer(Oid typid)
{
	Oid			base = getBaseType(typid);

	return base == INT8OID || base == INT4OID || base == INT2OID;
}

/*
 * The least and the greatest key; false when there is none. It costs nothing
 * where there is an index, in SQLite too.
 */
static bool
key_bounds(const MigSide *side, int64 *first, int64 *last)
{
	const char *name = mig_side_column(side, 0);
	bool		isnull;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	mig_query(psprintf("SELECT pg_catalog.min(%s)::bigint, pg_catalog.max(%s)::bigint%s", name, name, from_clause(side)), NULL);
	*first = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	*last = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &isnull));
	SPI_finish();
	return !isnull;
}

/* 0 when nothing is known. */
static double
estimate_rows(const MigSide *side)
{
	if (side->source)
		return server_estimate_rows(side->source);
	if (side->rel->rd_rel->reltuples >= 0)
		return side->rel->rd_rel->reltuples;
	/* never counted: some hundred small rows on each page */
	return RELKIND_HAS_TABLE_AM(side->rel->rd_rel->relkind) ? RelationGetNumberOfBlocks(side->rel) * 200.0 : 0;
}

MigHasher *
mig_hasher(const MigSketchShape *shape, const Oid *types, int ncols)
{
	MigHasher  *hasher = palloc0(sizeof(MigHasher));

	hasher->shape = *shape;
	hasher->whole = shape->nkey == ncols;
	hasher->row = conv_canon_types(types, ncols);
	if (shape->ranges)
		hasher->key_type = getBaseType(types[0]);
	else if (!hasher->whole)
		hasher->key = conv_canon_types(types, shape->nkey);
	return hasher;
}

MigHasher *
mig_hasher_source(const MigSketchShape *shape, const MigSource *source)
{
	MemoryContext oldcontext = MemoryContextSwitchTo(GetMemoryChunkContext(source->conv));
	MigHasher  *hasher = palloc0(sizeof(MigHasher));

	hasher->shape = *shape;
	hasher->whole = shape->nkey == source->ncols;
	hasher->row = conv_canon_source(source->conv, source->ncols);
	if (shape->ranges)
		hasher->key_type = getBaseType(source->conv[0]->spec.typid);
	else if (!hasher->whole)
		hasher->key = conv_canon_source(source->conv, shape->nkey);
	MemoryContextSwitchTo(oldcontext);
	return hasher;
}

static inline int64
integer_datum(Oid type, Datum datum)
{
	return type == INT8OID ? DatumGetInt64(datum) : type == INT4OID ? DatumGetInt32(datum) : DatumGetInt16(datum);
}

/*
 * A number is its own key; NULL is one that no number is.
 */
int
mig_key_datums(MigHasher *hasher, const Datum *values, const bool *nulls, MigKey *key)
{
	if (hasher->shape.ranges)
	{
		key->word[0] = nulls[0] ? 0 : integer_datum(hasher->key_type, values[0]);
		key->word[1] = nulls[0];
	}
	else
	{
		ConvHash	hash = conv_canon_datums(hasher->whole ? hasher->row : hasher->key, values, nulls);

		memcpy(key->word, hash.lane, sizeof(key->word));
	}
	return part_of(&hasher->shape, key);
}

/*
 * Throws when the key cannot be converted.
 */
int
mig_key_source(MigHasher *hasher, MigSource *source, MigKey *key)
{
	struct sqlite3_stmt *row = sqlite_raw(source->stmt);

	if (hasher->shape.ranges)
	{
		Datum		datum;
		bool		isnull = false;

		source->refused = conv_column(source->conv[0], row, 0, &datum, &isnull) ? -1 : 0;
		if (source->refused < 0)
		{
			key->word[0] = isnull ? 0 : integer_datum(hasher->key_type, datum);
			key->word[1] = isnull;
		}
	}
	else
	{
		ConvHash	hash;

		source->refused = conv_canon_row(hasher->whole ? hasher->row : hasher->key, row, &hash);
		memcpy(key->word, hash.lane, sizeof(key->word));
	}
	if (source->refused >= 0)
		mig_source_raise(source);
	return part_of(&hasher->shape, key);
}

static int
part_of(const MigSketchShape *shape, const MigKey *key)
{
	uint64		part;

	if (!shape->ranges)
		return (uint64) key->word[0] >> (64 - MIG_SKETCH_BITS);
	part = ((uint64) key->word[0] - (uint64) shape->first) >> shape->shift;
	return key->word[1] != 0 || part >= MIG_SKETCH_PARTS ? MIG_SKETCH_PARTS - 1 : part;
}

ConvHash
mig_row_source(MigHasher *hasher, MigSource *source)
{
	ConvHash	hash;

	source->refused = conv_canon_row(hasher->row, sqlite_raw(source->stmt), &hash);
	if (source->refused >= 0)
		mig_source_raise(source);
	return hash;
}

void
mig_sketch_datums(MigSketch *sketch, MigHasher *hasher, const Datum *values, const bool *nulls)
{
	MigKey		key;
	int			part = mig_key_datums(hasher, values, nulls, &key);
	ConvHash	hash;

	if (hasher->whole && !hasher->shape.ranges)
		memcpy(hash.lane, key.word, sizeof(hash.lane));
	else
		hash = conv_canon_datums(hasher->row, values, nulls);
	mig_checksum_add(&sketch->parts[part], &hash);
}

void
mig_sketch_merge(MigSketch *sketch, const MigSketch *other)
{
	for (int i = 0; i < MIG_SKETCH_PARTS; i++)
		mig_checksum_merge(&sketch->parts[i], &other->parts[i]);
}

MigSketch *
mig_sketch(const MigSide *side, const MigSketchShape *shape, const char *migration)
{
	MigSketch  *sketch = palloc0(sizeof(MigSketch));
	SketchState state = {.sketch = sketch};

	sketch->shape = *shape;
	if (mig_side_is_raw(side))
		mig_source_rows(side->rel, side->source, side->attnums, side->ncols, migration, add_source_row, &state);
	else if (side->ncols > 0 && side->ncols < FUNC_MAX_ARGS - 1)
		sketch_aggregate(side, sketch);
	else
	{
		state.hasher = mig_hasher(shape, side->types, side->ncols);
		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "SPI_connect failed");
		mig_query_rows(mig_side_query(side, "", ""), add_datums, &state);
		SPI_finish();
	}
	return sketch;
}

static void
add_source_row(MigSource *source, void *arg)
{
	SketchState *state = arg;
	MigHasher  *hasher = state->hasher;
	MigKey		key;
	ConvHash	hash;
	int			part;

	if (unlikely(hasher == NULL))
		hasher = state->hasher = mig_hasher_source(&state->sketch->shape, source);
	part = mig_key_source(hasher, source, &key);
	if (hasher->whole && !hasher->shape.ranges)
		memcpy(hash.lane, key.word, sizeof(hash.lane));
	else
		hash = mig_row_source(hasher, source);
	mig_checksum_add(&state->sketch->parts[part], &hash);
}

static void
add_datums(Datum *values, bool *nulls, void *arg)
{
	SketchState *state = arg;

	mig_sketch_datums(state->sketch, state->hasher, values, nulls);
}

/*
 * An aggregate, so that PostgreSQL's workers can share a large table.
 */
static void
sketch_aggregate(const MigSide *side, MigSketch *sketch)
{
	StringInfoData call;
	const char *shape = (const char *) &sketch->shape;
	Datum		result;
	bool		isnull;

	initStringInfo(&call);
	/* (no backslash: what it means is a setting of the session) */
	appendStringInfo(&call, "%s._sketch_agg(pg_catalog.decode('", base_internal_schema());
	for (int i = 0; i < sizeof(sketch->shape); i++)
		appendStringInfo(&call, "%02x", (unsigned char) shape[i]);
	appendStringInfoString(&call, "', 'hex'), ");
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	mig_query(mig_side_query(side, call.data, ")"), NULL);
	result = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	/* NULL: there is no row */
	if (!isnull)
		memcpy(sketch, VARDATA_ANY(PG_DETOAST_DATUM_PACKED(result)), sizeof(MigSketch));
	SPI_finish();
}

/*
 * Some hundred sums are more of use to a person than thousands: parts are added
 * up to "ranges" of them.
 */
void
mig_sketch_ranges(const MigDiffSpec *spec, int ranges, MigDiffEmit emit, void *state)
{
	MigSide    *sides[2];
	MigSketch  *sketches[2];
	MigSketchShape shape;
	int			used;

	sides[0] = mig_side_open(spec->source, spec->columns, spec->ncolumns, spec->nkey);
	sides[1] = mig_side_open(spec->target, spec->columns, spec->ncolumns, spec->nkey);
	mig_side_match(sides[0], sides[1]);
	mig_sketch_shape(sides[0], sides[1], spec->migration, &shape);
	for (int i = 0; i < 2; i++)
		sketches[i] = mig_sketch(sides[i], &shape, i == 0 ? spec->migration : NULL);
	used = MIG_SKETCH_PARTS;
	if (shape.ranges)
	{
		used--;
		while (used > 0 && sketches[0]->parts[used - 1].rows == 0 && sketches[1]->parts[used - 1].rows == 0)
			used--;
	}
	for (int range = 0; range < ranges; range++)
		emit_range(sketches, range + 1, (int64) range * used / ranges, ((int64) range + 1) * used / ranges, emit, state);
	/* of keys that are NULL */
	if (shape.ranges)
		emit_range(sketches, ranges + 1, MIG_SKETCH_PARTS - 1, MIG_SKETCH_PARTS, emit, state);
	mig_side_close(sides[0]);
	mig_side_close(sides[1]);
}

/* Parts "part" to end - 1 as one range; nothing when neither side has a row in them. */
static void
emit_range(MigSketch **sketches, int range, int part, int end, MigDiffEmit emit, void *state)
{
	const MigSketchShape *shape = &sketches[0]->shape;
	uint64		first = (uint64) shape->first + ((uint64) part << shape->shift);
	uint64		last = (uint64) shape->first + ((uint64) end << shape->shift) - 1;
	MigChecksum sums[2] = {{0}};
	Datum		values[MIG_RANGE_COLUMNS];
	bool		nulls[MIG_RANGE_COLUMNS] = {false};

	for (; part < end; part++)
	{
		mig_checksum_merge(&sums[0], &sketches[0]->parts[part]);
		mig_checksum_merge(&sums[1], &sketches[1]->parts[part]);
	}
	if (sums[0].rows == 0 && sums[1].rows == 0)
		return;
	values[0] = Int32GetDatum(range);
	values[1] = Int64GetDatum((int64) first);
	values[2] = Int64GetDatum((int64) last);
	nulls[1] = nulls[2] = !shape->ranges || end == MIG_SKETCH_PARTS;
	for (int i = 0; i < 2; i++)
	{
		values[3 + i] = Int64GetDatum(sums[i].rows);
		values[5 + i] = UUIDPGetDatum(mig_checksum_uuid(&sums[i]));
	}
	values[7] = BoolGetDatum(memcmp(&sums[0], &sums[1], sizeof(sums[0])) == 0);
	emit(values, nulls, state);
}
