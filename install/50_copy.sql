
-- The primitive of every copy, also for hand-written scripts.

CREATE FUNCTION sqlite_mig.copy_table(source regclass, target regclass, on_conflict text DEFAULT 'error', conflict_columns text[] DEFAULT NULL,
		on_error text DEFAULT 'stop', reject_limit bigint DEFAULT NULL, migration text DEFAULT NULL,
		OUT rows_read bigint, OUT inserted bigint, OUT updated bigint,
		OUT skipped bigint, OUT rejected bigint, OUT adjusted bigint, OUT nulled bigint, OUT changes jsonb)
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_copy_table';
COMMENT ON FUNCTION sqlite_mig.copy_table(regclass, regclass, text, text[], text, bigint, text) IS
	'copies all rows of a foreign table of sqlite_fdw_mig into another relation, columns matched by name; needs SELECT on the one and INSERT on the other. '
	'on_conflict: error, nothing or update, for rows whose conflict_columns (the primary key, or any unique key) are there already; '
	'on_error: stop, or reject, which puts bad rows into sqlite_mig.rejected, at most reject_limit of them. '
	'adjusted counts values that arrive other than they were, nulled those of them that became NULL by the option on_error of a column, changes both by column and kind';

CREATE FUNCTION sqlite_mig_internal._copy_table(source regclass, target regclass, on_conflict text DEFAULT 'error', conflict_columns text[] DEFAULT NULL,
		on_error text DEFAULT 'stop', reject_limit bigint DEFAULT NULL, migration text DEFAULT NULL, checksum boolean DEFAULT true, first bigint DEFAULT NULL, "end" bigint DEFAULT NULL,
		OUT rows_read bigint, OUT inserted bigint, OUT updated bigint,
		OUT skipped bigint, OUT rejected bigint, OUT adjusted bigint, OUT nulled bigint, OUT changes jsonb, OUT source_rows bigint, OUT source_checksum uuid)
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_copy_table_summed';
COMMENT ON FUNCTION sqlite_mig_internal._copy_table(regclass, regclass, text, text[], text, bigint, text, boolean, bigint, bigint) IS
	'internal: copy_table, also of a range of rowids, and what checksum() says of the source, summed up from the values of SQLite on their way; NULL when rows were rejected or a column was not read';

/* In which ways a value may arrive other than it was in SQLite: what the ledger says of each. */
CREATE FUNCTION sqlite_mig_internal._change_finding(kind text) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	RETURN CASE kind
		WHEN 'rounded' THEN 'digits beyond what the type keeps were rounded'
		WHEN 'gap' THEN 'local times that the clocks of the time zone skipped were moved forward by the gap'
		WHEN 'overlap' THEN 'local times that happened twice in the time zone were read as the second'
		WHEN 'offset' THEN 'offsets from UTC that a timestamp without time zone cannot keep were applied and dropped'
		WHEN 'nul' THEN 'NUL bytes were stripped or replaced'
		WHEN 'utf8' THEN 'invalid UTF-8 was replaced or read in another encoding'
		WHEN 'blanks' THEN 'blanks at the end do not count any more'
		WHEN 'rewritten' THEN 'numbers are not written as they were, like 007 or -0.0'
		WHEN 'duplicate' THEN 'keys given twice in JSON keep their last value only'
		WHEN 'retyped' THEN 'numbers or blobs became text'
		WHEN 'nulled' THEN 'values that the type refuses became NULL'
		ELSE kind END;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._change_finding(text) IS 'internal: what the ledger says of values changed in a certain way';
