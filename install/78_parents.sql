-- Foreign keys between the extension's tables, in a way that pg_restore --jobs can load. Owns how a row is checked to have
-- a parent; what happens to children when a parent goes is left to the foreign keys themselves.
--
-- Rows of an extension's tables are dumped as data, and their foreign keys are made by CREATE EXTENSION, before the data comes.
-- pg_dump sorts the tables by these keys, so that one session after the other loads parents first; but it does not write that
-- order into the archive, and parallel jobs load the largest table first. So the half of a foreign key that asks for a
-- parent is switched off here, and a trigger asks instead, who lets a restore pass. The other half, ON DELETE CASCADE and
-- no change of a key that is in use, stays as it is.

/*
 * What a foreign key does for a row that is inserted or gets another parent. Not in a restore: check_function_bodies is off in every
 * session of pg_restore and in every script of pg_dump, and whom row-level security does not bind owns these tables or is a superuser.
 */
CREATE FUNCTION sqlite_mig_internal._check_parent() RETURNS trigger
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	parent name := TG_ARGV[0];
	key    text := NEW.migration;
BEGIN
	IF NOT current_setting('check_function_bodies')::boolean AND NOT row_security_active(TG_RELID) THEN
		RETURN NULL;
	END IF;
	-- (the lock of a foreign key: a parent that somebody deletes meanwhile is waited for)
	IF parent = 'migration' THEN
		PERFORM FROM sqlite_mig.migration AS p WHERE p.migration = NEW.migration FOR KEY SHARE;
	ELSIF parent = 'capture' THEN
		PERFORM FROM sqlite_mig.capture AS p WHERE p.migration = NEW.migration FOR KEY SHARE;
	ELSIF TG_TABLE_NAME = 'plan_search' THEN
		PERFORM FROM sqlite_mig.plan_table AS p WHERE p.migration = NEW.migration AND p.source_name = NEW.source_name FOR KEY SHARE;
		key := concat_ws(', ', key, NEW.source_name);
	ELSE
		PERFORM FROM sqlite_mig.plan_table AS p WHERE p.migration = NEW.migration AND p.source_name = NEW.source_table FOR KEY SHARE;
		key := concat_ws(', ', key, NEW.source_table);
	END IF;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation', SCHEMA = 'sqlite_mig', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_ARGV[1],
			MESSAGE = format('insert or update on table "%s" violates foreign key constraint "%s"', TG_TABLE_NAME, TG_ARGV[1]),
			DETAIL = format('Key (%s) is not present in table "%s".', key, parent);
	END IF;
	RETURN NULL;
END;
$$;
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
		EXECUTE format('CREATE TRIGGER parent AFTER INSERT OR UPDATE OF %s ON %s FOR EACH ROW EXECUTE FUNCTION sqlite_mig_internal._check_parent(%L, %L)',
			foreign_key.columns, foreign_key.child, foreign_key.parent, foreign_key.conname);
		EXECUTE format('COMMENT ON TRIGGER parent ON %s IS %L', foreign_key.child, 'asks for a parent in ' || foreign_key.parent || ' as the foreign key would, but lets a restore pass');
	END LOOP;
END;
$$;
