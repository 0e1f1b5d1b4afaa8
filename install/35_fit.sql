
-- Which types hold the values of a table: the evidence behind the proposals of prepare().

CREATE FUNCTION sqlite_mig_internal._fit(server text, table_name text, columns text[],
		cand_column int[], cand_type text[], cand_format text[], time_zone text DEFAULT NULL, lazy boolean DEFAULT false,
		OUT candidate int, OUT column_name text, OUT target_type text, OUT format text,
		OUT rows bigint, OUT nulls bigint, OUT integers bigint, OUT reals bigint, OUT texts bigint, OUT blobs bigint,
		OUT min_int bigint, OUT max_int bigint, OUT max_chars bigint, OUT max_bytes bigint,
		OUT refused bigint, OUT lossy bigint, OUT first_row text, OUT storage_class text, OUT value text, OUT reason text,
		OUT changes jsonb)
	RETURNS SETOF record
	LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 20 AS 'MODULE_PATHNAME', 'mig_fit_table';
COMMENT ON FUNCTION sqlite_mig_internal._fit(text, text, text[], int[], text[], text[], text, boolean) IS
	'one pass over a SQLite table: storage classes of its columns, how many values each candidate type refuses, and in which ways it would change others, with the first rows; '
	'lazy: the candidates of a column after its first are tried only when that is refused or reads text as numbers, else refused is NULL';

CREATE FUNCTION sqlite_mig_internal._fit_part(server text, table_name text, columns text[], cand_column int[], cand_type text[], cand_format text[], time_zone text,
		first bigint, "end" bigint)
	RETURNS bytea
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_fit_range';
COMMENT ON FUNCTION sqlite_mig_internal._fit_part(text, text, text[], int[], text[], text[], text, bigint, bigint) IS
	'internal: what _fit counts in a range of rowids, for the background worker that has the whole table to do';
