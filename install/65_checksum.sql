
-- Both sides of a migration can be compared without moving either.

CREATE FUNCTION sqlite_mig.checksum(relation regclass, columns text[] DEFAULT NULL,
		OUT rows bigint, OUT checksum uuid)
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_checksum_relation';
COMMENT ON FUNCTION sqlite_mig.checksum(regclass, text[]) IS
	'number of rows and a checksum that does not depend on their order; equal for a foreign table and the table it was copied to, given the same columns in the same order (NULL: all, in the order of the relation)';

CREATE TYPE sqlite_mig_internal._checksum_sum AS (rows bigint, checksum uuid);
COMMENT ON TYPE sqlite_mig_internal._checksum_sum IS 'internal: what _checksum_agg returns';

CREATE FUNCTION sqlite_mig_internal._checksum_transition(state internal, VARIADIC "any") RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_checksum_transition';
COMMENT ON FUNCTION sqlite_mig_internal._checksum_transition(internal, "any") IS 'internal: adds a row to a checksum';

CREATE FUNCTION sqlite_mig_internal._checksum_combine(state internal, part internal) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_checksum_combine';
COMMENT ON FUNCTION sqlite_mig_internal._checksum_combine(internal, internal) IS 'internal: adds up the checksums of parallel workers';

CREATE FUNCTION sqlite_mig_internal._checksum_serialize(state internal) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_checksum_serialize';
COMMENT ON FUNCTION sqlite_mig_internal._checksum_serialize(internal) IS 'internal: checksum on its way between processes';

CREATE FUNCTION sqlite_mig_internal._checksum_deserialize(bytes bytea, dummy internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_checksum_deserialize';
COMMENT ON FUNCTION sqlite_mig_internal._checksum_deserialize(bytea, internal) IS 'internal: checksum on its way between processes';

CREATE FUNCTION sqlite_mig_internal._checksum_final(state internal) RETURNS sqlite_mig_internal._checksum_sum
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_checksum_final';
COMMENT ON FUNCTION sqlite_mig_internal._checksum_final(internal) IS 'internal: rows and checksum of an aggregate';

CREATE AGGREGATE sqlite_mig_internal._checksum_agg(VARIADIC "any") (
	SFUNC = sqlite_mig_internal._checksum_transition, STYPE = internal, SSPACE = 24, FINALFUNC = sqlite_mig_internal._checksum_final,
	COMBINEFUNC = sqlite_mig_internal._checksum_combine, SERIALFUNC = sqlite_mig_internal._checksum_serialize, DESERIALFUNC = sqlite_mig_internal._checksum_deserialize,
	PARALLEL = SAFE);
COMMENT ON AGGREGATE sqlite_mig_internal._checksum_agg("any") IS 'internal: number and checksum of rows, of which the arguments are the columns';

CREATE FUNCTION sqlite_mig_internal._checksum_plus(a uuid, b uuid) RETURNS uuid
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_checksum_plus';
COMMENT ON FUNCTION sqlite_mig_internal._checksum_plus(uuid, uuid) IS 'internal: checksum of two parts of a table together';

CREATE AGGREGATE sqlite_mig_internal._checksum_total(uuid) (SFUNC = sqlite_mig_internal._checksum_plus, STYPE = uuid, PARALLEL = SAFE);
COMMENT ON AGGREGATE sqlite_mig_internal._checksum_total(uuid) IS 'internal: checksum of a table from those of its parts; NULL when there is none';

CREATE FUNCTION sqlite_mig_internal._checksum(relation regclass, columns text[], migration text, condition text, first bigint DEFAULT NULL, "end" bigint DEFAULT NULL,
		OUT rows bigint, OUT checksum uuid, OUT proof jsonb, OUT held bigint)
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_checksum_relation';
COMMENT ON FUNCTION sqlite_mig_internal._checksum(regclass, text[], text, text, bigint, bigint) IS
	'internal: checksum of a foreign table as a migration loaded it: without rejected rows, with those that were repaired in the quarantine; or of the rows "t" of another relation that meet a condition; '
	'of a foreign table also a range of rowids, and by column whether its values were read raw, lead back to what was stored (round-trip), or are taken from the converter (converted); and how many of its rows wait in the quarantine';
