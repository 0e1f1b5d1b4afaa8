-- What is in the columns of a SQLite database: the evidence that a plan of types rests on.

CREATE FUNCTION sqlite_mig.profile(server text, table_name text DEFAULT NULL, sample_rows bigint DEFAULT NULL,
		OUT table_name text, OUT "position" int, OUT column_name text, OUT declared_type text, OUT rows bigint, OUT complete boolean,
		OUT nulls bigint, OUT integers bigint, OUT reals bigint, OUT texts bigint, OUT blobs bigint, OUT empty_strings bigint,
		OUT min_int bigint, OUT max_int bigint, OUT min_real double precision, OUT max_real double precision,
		OUT integral_reals bigint, OUT max_digits int, OUT max_scale int,
		OUT min_chars bigint, OUT max_chars bigint, OUT max_bytes bigint,
		OUT invalid_utf8 bigint, OUT nul_bytes bigint, OUT json_u0000 bigint, OUT json_duplicate_keys bigint, OUT json_unsure bigint,
		OUT trailing_blanks bigint, OUT distinct_estimate bigint, OUT recognised jsonb)
	RETURNS SETOF record
	LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000 ROWS 100 AS 'MODULE_PATHNAME', 'mig_profile_tables';
COMMENT ON FUNCTION sqlite_mig.profile(text, text, bigint) IS
	'one row per column: storage classes, ranges, lengths, flaws, distinct values, and what the values look like; one pass per table (sample_rows: over its first rows)';

CREATE FUNCTION sqlite_mig_internal._profile(server text, tables text[], sample_rows bigint,
		OUT table_name text, OUT "position" int, OUT column_name text, OUT declared_type text, OUT rows bigint, OUT complete boolean,
		OUT nulls bigint, OUT integers bigint, OUT reals bigint, OUT texts bigint, OUT blobs bigint, OUT empty_strings bigint,
		OUT min_int bigint, OUT max_int bigint, OUT min_real double precision, OUT max_real double precision,
		OUT integral_reals bigint, OUT max_digits int, OUT max_scale int,
		OUT min_chars bigint, OUT max_chars bigint, OUT max_bytes bigint,
		OUT invalid_utf8 bigint, OUT nul_bytes bigint, OUT json_u0000 bigint, OUT json_duplicate_keys bigint, OUT json_unsure bigint,
		OUT trailing_blanks bigint, OUT distinct_estimate bigint, OUT recognised jsonb)
	RETURNS SETOF record
	LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000 ROWS 1000 AS 'MODULE_PATHNAME', 'mig_profile_list';
COMMENT ON FUNCTION sqlite_mig_internal._profile(text, text[], bigint) IS 'internal: profile() of several tables, which the background workers of a migration read together';

CREATE FUNCTION sqlite_mig_internal._profile_part(server text, tables text[], first bigint, "end" bigint, tried bigint[]) RETURNS bytea
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_profile_range';
COMMENT ON FUNCTION sqlite_mig_internal._profile_part(text, text[], bigint, bigint, bigint[]) IS
	'internal: what profile() counts in some tables, or in a range of rowids of one, for the background worker that has all tables to do';
