
-- The primitive of every copy, also for hand-written scripts.

CREATE FUNCTION sqlite_mig.copy_table(source regclass, target regclass,
		OUT rows_read bigint, OUT inserted bigint, OUT updated bigint,
		OUT skipped bigint, OUT rejected bigint, OUT adjusted bigint, OUT nulled bigint, OUT changes jsonb)
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_copy_table';
COMMENT ON FUNCTION sqlite_mig.copy_table(regclass, regclass) IS
	'copies all rows of a foreign table of sqlite_fdw_mig into a plain table, columns matched by name; needs SELECT on the one and INSERT on the other; adjusted counts values that arrive other than they were, nulled those of them that became NULL by the option on_error, changes both by column and kind';
