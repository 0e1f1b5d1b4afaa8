
-- Both sides of a migration can be compared without moving either.

CREATE FUNCTION sqlite_mig.checksum(relation regclass, columns text[] DEFAULT NULL,
		OUT rows bigint, OUT checksum uuid)
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_checksum_relation';
COMMENT ON FUNCTION sqlite_mig.checksum(regclass, text[]) IS
	'number of rows and a checksum that does not depend on their order; equal for a foreign table and the table it was copied to, given the same columns in the same order (NULL: all, in the order of the relation)';

CREATE FUNCTION sqlite_mig._checksum(relation regclass, columns text[], migration text, condition text, OUT rows bigint, OUT checksum uuid)
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_checksum_relation';
COMMENT ON FUNCTION sqlite_mig._checksum(regclass, text[], text, text) IS
	'internal: checksum of a foreign table as a migration loaded it: without rejected rows, with those that were repaired in the quarantine; or of the rows "t" of another relation that meet a condition';
