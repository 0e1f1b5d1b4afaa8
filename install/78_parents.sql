-- Foreign keys between the extension's tables, in a way that pg_restore --jobs can load. Owns how a row is checked to have
-- a parent; what happens to children when a parent goes is left to the foreign keys themselves.
--
-- Rows of an extension's tables are dumped as data, and their foreign keys are made by CREATE EXTENSION, before the data comes.
-- pg_dump sorts the tables by these keys, so that one session after the other loads parents first; but it does not write that
-- order into the archive, and parallel jobs load the largest table first. So the half of a foreign key that asks for a
-- parent is switched off here, and a trigger asks in its place, by the same code of PostgreSQL, that lets a restore pass. The other half, ON DELETE CASCADE and
-- no change of a key that is in use, stays as it is.

/* What the foreign key, whose name is the argument, does for a row that is inserted or gets another parent; not in a restore. */
CREATE FUNCTION sqlite_mig_internal._check_parent() RETURNS trigger
	LANGUAGE c AS 'MODULE_PATHNAME', 'mig_check_parent';
COMMENT ON FUNCTION sqlite_mig_internal._check_parent() IS 'internal: throws when a row of a plan or a result has no parent, but not while a dump is restored';

DO
$$
DECLARE
	foreign_key record;
	half        name;
BEGIN
	FOR foreign_key IN SELECT c.oid, c.conname, c.conrelid::regclass AS child, p.relname AS parent,
			(SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.place) FROM unnest(c.conkey) WITH ORDINALITY AS k (attnum, place) JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.attnum) AS columns
		FROM pg_constraint AS c JOIN pg_class AS p ON p.oid = c.confrelid WHERE c.contype = 'f' AND c.connamespace = 'sqlite_mig'::regnamespace ORDER BY c.conrelid::regclass::text LOOP
		FOR half IN SELECT t.tgname FROM pg_trigger AS t WHERE t.tgconstraint = foreign_key.oid AND t.tgrelid = foreign_key.child AND t.tgfoid IN ('"RI_FKey_check_ins"'::regproc, '"RI_FKey_check_upd"'::regproc) LOOP
			EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', foreign_key.child, half);
		END LOOP;
		EXECUTE format('CREATE TRIGGER parent AFTER INSERT OR UPDATE OF %s ON %s FOR EACH ROW EXECUTE FUNCTION sqlite_mig_internal._check_parent(%L)',
			foreign_key.columns, foreign_key.child, foreign_key.conname);
		EXECUTE format('COMMENT ON TRIGGER parent ON %s IS %L', foreign_key.child, 'asks for a parent in ' || foreign_key.parent || ' as the foreign key would, but lets a restore pass');
	END LOOP;
END;
$$;
