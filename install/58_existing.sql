-- Tables that the application, or a tool such as Alembic, has made already: a plan is fitted to them, and what they do not
-- take is found before anything runs. The statements are those of 55_ddl; nothing here makes, changes or drops a table.

/* Where the tools that make schemas keep their own books; these tables hold no data of the application. */
CREATE FUNCTION sqlite_mig_internal._is_bookkeeping(name text) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT lower(_is_bookkeeping.name COLLATE "C") = ANY ('{alembic_version,django_migrations,schema_migrations,ar_internal_metadata,_prisma_migrations,knex_migrations,
		knex_migrations_lock,flyway_schema_history,sequelizemeta,__efmigrationshistory,goose_db_version,databasechangelog,databasechangeloglock,
		typeorm_metadata,__drizzle_migrations,doctrine_migration_versions,phinxlog,_sqlx_migrations,refinery_schema_history,
		__diesel_schema_migrations,_yoyo_migration}'::text[]);
END;
COMMENT ON FUNCTION sqlite_mig_internal._is_bookkeeping(text) IS 'internal: is a table the record of a migration framework';

/* What to do about such a table when it is carried over with the rest. */
CREATE FUNCTION sqlite_mig_internal._bookkeeping_advice(name text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT 'is the record of a migration framework: ' || CASE lower(_bookkeeping_advice.name COLLATE "C")
		WHEN 'django_migrations' THEN 'Django takes its migrations for applied; python manage.py migrate --check and inspectdb tell whether models and tables agree, or make the tables with manage.py migrate and load them with if_exists => ''load'''
		WHEN 'schema_migrations' THEN 'Rails takes its migrations for applied; run bin/rails db:schema:dump, and look at what changed in db/schema.rb, or make the tables with bin/rails db:schema:load and load them with if_exists => ''load'''
		WHEN 'ar_internal_metadata' THEN 'Rails reads from it which environment the database belongs to; bin/rails db:environment:set changes that'
		WHEN 'alembic_version' THEN 'its revisions made the schema of SQLite; the column stamp of sqlite_mig.alembic_revision() replaces it by the revision that makes this one'
		ELSE 'its entries say what was done to SQLite, and the framework takes that for done here' END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._bookkeeping_advice(text) IS 'internal: what to do about the record of a migration framework';

/* The one name of a list that is meant: exactly as it is, as the plan calls it, or but for case when that is one only. */
CREATE FUNCTION sqlite_mig_internal._same_name(names text[], source text, target text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN source = ANY (names) THEN source WHEN target = ANY (names) THEN target
		ELSE (SELECT min(n) FROM unnest(names) AS n WHERE lower(n COLLATE "C") = lower(source COLLATE "C") HAVING count(*) = 1) END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._same_name(text[], text, text) IS 'internal: the name of a list that another name means';

/* Fits a plan to the tables of the target schema: their names, types and order; keys and indexes are theirs. */
CREATE FUNCTION sqlite_mig_internal._adopt(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig constant text := _adopt.migration;
BEGIN
	-- what the proposal was like does not matter any more; views and triggers are not there in either case
	DELETE FROM sqlite_mig.ledger_entry AS e USING sqlite_mig.plan_table AS t
		WHERE e.migration = mig AND e.phase = 'prepare' AND t.migration = mig AND t.source_name = e.table_name AND t.include AND e.object_kind NOT IN ('view', 'trigger')
			AND NOT e.accepted;
	UPDATE sqlite_mig.plan_table AS t SET include = false, reason = 'is the record of a migration framework' WHERE t.migration = mig AND t.include AND sqlite_mig_internal._is_bookkeeping(t.source_name);
	UPDATE sqlite_mig.plan_table AS t SET target_name = r.name
		FROM sqlite_mig.migration AS m, LATERAL (SELECT array_agg(c.relname::text) AS names FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = m.target_schema
				WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')) AS l,
			LATERAL (SELECT p.source_name, sqlite_mig_internal._same_name(l.names, p.source_name, p.target_name) AS name FROM sqlite_mig.plan_table AS p WHERE p.migration = mig AND p.include) AS r
		WHERE m.migration = mig AND t.migration = mig AND t.source_name = r.source_name AND r.name IS NOT NULL;
	UPDATE sqlite_mig.plan_constraint AS k SET include = false, reason = 'the table has its own' WHERE k.migration = mig;
	UPDATE sqlite_mig.plan_index AS i SET include = false, reason = 'the table has its own' WHERE i.migration = mig;
	PERFORM sqlite_mig_internal._adopt_columns(mig);
	PERFORM sqlite_mig_internal._adopt_order(mig);
	PERFORM sqlite_mig_internal._adopt_notes(mig);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._adopt(text) IS 'internal: fits a plan to tables that exist';

/* Columns: name, type and NOT NULL of the table; a format where values count time. */
CREATE FUNCTION sqlite_mig_internal._adopt_columns(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig constant text := _adopt_columns.migration;
BEGIN
	UPDATE sqlite_mig.plan_column AS c SET target_name = a.attname, target_type = y.type, format = f.format, not_null = a.attnotnull AND a.attgenerated = '',
			identity = NULL, default_expr = NULL, on_error = NULL, reason = 'type of the table'
		FROM sqlite_mig_internal._targets(mig) AS t,
			LATERAL (SELECT array_agg(a.attname::text) AS names FROM pg_attribute AS a WHERE a.attrelid = t.relation AND a.attnum > 0 AND NOT a.attisdropped) AS l
			JOIN sqlite_mig.plan_column AS p ON p.migration = mig AND p.include
			JOIN pg_attribute AS a ON a.attnum > 0 AND NOT a.attisdropped AND a.attname = sqlite_mig_internal._same_name(l.names, p.source_name, p.target_name),
			LATERAL (SELECT format_type(a.atttypid, a.atttypmod) AS spelled) AS w,
			-- as a plan spells them
			LATERAL (SELECT CASE WHEN a.atttypid = 'timestamptz'::regtype AND a.atttypmod < 0 THEN 'timestamptz' WHEN a.atttypid = 'timestamp'::regtype AND a.atttypmod < 0 THEN 'timestamp'
				WHEN a.atttypid = 'time'::regtype AND a.atttypmod < 0 THEN 'time' WHEN a.atttypid = 'varchar'::regtype THEN replace(w.spelled, 'character varying', 'varchar') ELSE w.spelled END AS type) AS y,
			LATERAL (SELECT CASE
				WHEN p.target_type = y.type THEN p.format
				WHEN a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype) THEN
					(SELECT r.format FROM sqlite_mig.value_rule AS r WHERE r.format IS NOT NULL AND r.target_type LIKE 'timestamp%' AND p.evidence ? 'recognised' AND (p.evidence ->> 'rows')::bigint > 0
						AND sqlite_mig_internal._recognised(p.evidence, r.recognisers) = (p.evidence ->> 'rows')::bigint - (p.evidence ->> 'nulls')::bigint
						AND (p.evidence ->> 'rows')::bigint > (p.evidence ->> 'nulls')::bigint ORDER BY r.priority LIMIT 1)
				-- numbers and blobs in a column that is text here
				WHEN a.atttypid IN ('text'::regtype, 'varchar'::regtype) AND p.target_type <> 'text'
					AND (p.evidence ->> 'texts')::bigint < (p.evidence ->> 'rows')::bigint - (p.evidence ->> 'nulls')::bigint THEN 'any' END AS format) AS f
		WHERE c.migration = mig AND c.source_table = t.source_name AND p.source_table = t.source_name AND c.source_name = p.source_name AND a.attrelid = t.relation;
	UPDATE sqlite_mig.plan_column AS c SET include = false, reason = 'the table has no such column; it is NULL throughout', evidence = c.evidence || '{"absent": true}'
		FROM sqlite_mig_internal._targets(mig) AS t
		WHERE c.migration = mig AND c.source_table = t.source_name AND c.include AND t.relation IS NOT NULL
			AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = t.relation AND a.attname = c.target_name AND a.attnum > 0 AND NOT a.attisdropped)
			AND (c.evidence ->> 'complete')::boolean AND c.evidence ->> 'nulls' = c.evidence ->> 'rows';
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._adopt_columns(text) IS 'internal: fits planned columns to tables that exist';

CREATE TYPE sqlite_mig_internal._reference AS (child text, parent text, can_wait boolean);
COMMENT ON TYPE sqlite_mig_internal._reference IS 'internal: a table that refers to another';

/* Which of the tables to load refers to which: by foreign keys, and, where PostgreSQL shows none because one is no table of its own, as in SQLite. */
CREATE FUNCTION sqlite_mig_internal._references(migration text) RETURNS SETOF sqlite_mig_internal._reference
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT c.source_name, p.source_name, k.condeferrable
		FROM sqlite_mig_internal._targets(_references.migration) AS c JOIN pg_constraint AS k ON k.conrelid = c.relation AND k.contype = 'f'
			JOIN sqlite_mig_internal._targets(_references.migration) AS p ON p.relation = k.confrelid
		WHERE p.source_name <> c.source_name
	UNION ALL SELECT k.source_table, k.parent_table, true
		FROM sqlite_mig.plan_constraint AS k
			JOIN sqlite_mig_internal._targets(k.migration) AS t ON t.source_name = k.source_table JOIN pg_class AS c ON c.oid = t.relation
			JOIN sqlite_mig_internal._targets(k.migration) AS o ON o.source_name = k.parent_table JOIN pg_class AS p ON p.oid = o.relation
		WHERE k.migration = _references.migration AND k.kind = 'foreign key' AND k.parent_table <> k.source_table AND (c.relkind IN ('f', 'v') OR p.relkind IN ('f', 'v'));
END;
COMMENT ON FUNCTION sqlite_mig_internal._references(text) IS 'internal: which table to load refers to which';

/*
 * Parents before children. In a cycle, the table with the fewest foreign keys
 * that cannot wait comes next; those keys are "late" in _loaded_keys.
 */
CREATE FUNCTION sqlite_mig_internal._adopt_order(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig      constant text := _adopt_order.migration;
	refers   constant sqlite_mig_internal._reference[] := ARRAY(SELECT r FROM sqlite_mig_internal._references(mig) AS r);
	done     text[] := '{}';
	next     text;
BEGIN
	LOOP
		SELECT t.source_name INTO next
			FROM sqlite_mig_internal._targets(mig) AS t,
				LATERAL (SELECT count(*) FILTER (WHERE NOT k.can_wait) AS hard, count(*) AS keys FROM unnest(refers) AS k WHERE k.child = t.source_name AND k.parent <> ALL (done)) AS k
			WHERE t.source_name <> ALL (done) ORDER BY least(k.keys, 1), k.hard, k.keys, t.load_order, t.source_name LIMIT 1;
		EXIT WHEN NOT FOUND;
		done := done || next;
	END LOOP;
	UPDATE sqlite_mig.plan_table AS t SET load_order = o.position FROM unnest(done) WITH ORDINALITY AS o (name, position) WHERE t.migration = mig AND t.source_name = o.name;
	UPDATE sqlite_mig.plan_table AS t SET load_order = t.load_order + cardinality(done) WHERE t.migration = mig AND t.source_name <> ALL (done);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._adopt_order(text) IS 'internal: order of tables that exist by their foreign keys';

/* Ledger rows for what does not match on either side, and for what the tables do themselves. */
CREATE FUNCTION sqlite_mig_internal._adopt_notes(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig constant text := _adopt_notes.migration;
BEGIN
	PERFORM sqlite_mig_internal._note(mig, 'prepare', 'table', t.source_name, t.source_name, 'info', 'skipped', 'bookkeeping', t.reason || ', and says what was done to the other database', accepted => true)
		FROM sqlite_mig.plan_table AS t WHERE t.migration = mig AND t.reason = 'is the record of a migration framework' ORDER BY t.source_name;
	PERFORM sqlite_mig_internal._note(mig, 'prepare', n.kind, n.name, n.source_table, n.severity, 'converted', n.rule, n.detail)
	FROM (
		SELECT 1, t.load_order, 0, 'table', t.source_name, t.source_name, 'info', 'name', format('is loaded into "%s"', t.target_name)
			FROM sqlite_mig.plan_table AS t WHERE t.migration = mig AND t.include AND t.target_name <> t.source_name
		UNION ALL SELECT 2, t.load_order, c.position, 'column', c.source_table || '.' || c.source_name, c.source_table, 'info', CASE WHEN c.include THEN 'name' ELSE 'existing' END,
				CASE WHEN c.include THEN format('is loaded into "%s"', c.target_name) ELSE c.reason END
			FROM sqlite_mig_internal._targets(mig) AS t JOIN sqlite_mig.plan_column AS c ON c.migration = mig AND c.source_table = t.source_name
			WHERE c.include AND c.target_name <> c.source_name OR c.evidence ? 'absent'
		UNION ALL SELECT 3, t.load_order, a.attnum, 'column', t.source_name || '.' || a.attname, t.source_name, 'info', 'existing',
				CASE WHEN a.attgenerated <> '' THEN 'is not in SQLite: the table computes it' WHEN a.attidentity <> '' OR a.atthasdef THEN 'is not in SQLite: gets its default' ELSE 'is not in SQLite: stays NULL' END
			FROM sqlite_mig_internal._targets(mig) AS t JOIN pg_attribute AS a ON a.attrelid = t.relation AND a.attnum > 0 AND NOT a.attisdropped
			WHERE NOT EXISTS (SELECT FROM sqlite_mig.plan_column AS c WHERE c.migration = mig AND c.source_table = t.source_name AND c.target_name = a.attname AND c.include)
		UNION ALL SELECT 4, t.load_order, 0, 'trigger', g.tgname, t.source_name, CASE WHEN f.fires THEN 'info' ELSE 'warning' END, 'existing',
				CASE WHEN f.fires THEN 'is a trigger of the table and fires as the rows arrive' ELSE 'is a trigger of the table and does not fire: its table is copied with session_replication_role replica' END
			FROM sqlite_mig_internal._targets(mig) AS t JOIN pg_trigger AS g ON g.tgrelid = t.relation AND NOT g.tgisinternal AND g.tgenabled IN ('O', 'A') AND g.tgtype & 4 <> 0,
				LATERAL (SELECT g.tgenabled = 'A' OR NOT EXISTS (SELECT FROM sqlite_mig_internal._loaded_keys(mig) AS k WHERE k.source_name = t.source_name AND k.late AND NOT k.is_deferrable) AS fires) AS f
		UNION ALL SELECT 5, 0, 0, 'foreign key', k.name, k.source_name, CASE WHEN k.is_deferrable THEN 'info' ELSE 'warning' END, 'existing',
				CASE WHEN k.is_deferrable THEN 'is part of a cycle: checked when all tables are loaded'
					ELSE 'is part of a cycle and not deferrable: session_replication_role is replica for the copy of its table, so triggers do not fire; all rows are checked afterwards' END
			FROM sqlite_mig_internal._loaded_keys(mig) AS k WHERE k.late
		UNION ALL SELECT 1, t.load_order, 1, 'table', t.source_name, t.source_name, 'warning', 'existing', CASE
				WHEN c.relkind = 'f' THEN 'is a foreign table: its keys and checks are those of the other server, and sequences there are not set'
				WHEN EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgrelid = c.oid AND g.tgtype & 68 = 68) THEN 'is a view with an INSTEAD OF trigger, which decides what becomes of a row: compared is what the view shows'
				ELSE 'is a view: its rows go to what is below it, and compared is what the view shows' END
			FROM sqlite_mig_internal._targets(mig) AS t JOIN pg_class AS c ON c.oid = t.relation AND c.relkind IN ('f', 'v')
		UNION ALL SELECT 6, 0, 0, 'table', c.relname, NULL, 'info', 'existing', 'has no counterpart in SQLite and is left alone'
			FROM sqlite_mig.migration AS m JOIN pg_namespace AS n ON n.nspname = m.target_schema JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
			WHERE m.migration = mig AND NOT sqlite_mig_internal._is_bookkeeping(c.relname) AND NOT EXISTS (SELECT FROM sqlite_mig.plan_table AS t WHERE t.migration = mig AND t.target_name = c.relname)
	) AS n (part, load_order, position, kind, name, source_table, severity, rule, detail) ORDER BY n.part, n.load_order, n.position, n.name;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._adopt_notes(text) IS 'internal: ledger rows for a plan that was fitted to tables that exist';

/* What the tables, as they are, will not take. No rows unless the plan is for loading. */
CREATE FUNCTION sqlite_mig_internal._find_existing(plan sqlite_mig.migration) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig constant text := (plan).migration;
BEGIN
	IF sqlite_mig_internal._if_exists(mig) NOT IN ('load', 'truncate') THEN
		RETURN;
	END IF;
	RETURN QUERY
		SELECT 'blocker', 'table', t.source_name, format('schema "%s" has no table of that name', (plan).target_schema), NULL::bigint, NULL::text, 'make the table, say its target_name in plan_table, or leave it out'
			FROM sqlite_mig_internal._targets(mig) AS t WHERE t.relation IS NULL
		UNION ALL SELECT 'blocker', 'table', t.source_name, n.finding, NULL, NULL, n.advice
			FROM sqlite_mig_internal._targets(mig) AS t JOIN pg_class AS c ON c.oid = t.relation,
				LATERAL (SELECT (plan).options ->> 'on_conflict' AS on_conflict, EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgrelid = c.oid AND g.tgtype & 68 = 68) AS instead) AS o,
				LATERAL (VALUES
					(1, c.relkind NOT IN ('r', 'p', 'f', 'v'), format('%s is no table, foreign table or view', t.name), 'make a table, or leave it out'),
					-- 8: INSERT
					(2, c.relkind IN ('f', 'v') AND pg_relation_is_updatable(c.oid, true) & 8 = 0, format('%s takes no rows', t.name), 'give the view an INSTEAD OF INSERT trigger, or load the table below it'),
					(3, c.relkind = 'v' AND sqlite_mig_internal._if_exists(mig) = 'truncate', format('%s is a view and cannot be emptied', t.name), 'empty what is below it, and load it with if_exists => ''load'''),
					(4, c.relkind IN ('f', 'v') AND sqlite_mig_internal._merges(plan) AND o.on_conflict = 'update', format('%s takes no ON CONFLICT DO UPDATE', t.name),
						'use on_conflict => ''nothing'', or load the table itself where it is'),
					(5, o.instead AND sqlite_mig_internal._merges(plan) AND o.on_conflict = 'nothing', format('%s has a trigger that decides what an INSERT means', t.name),
						'let the trigger skip rows that are there, and load it without on_conflict')) AS n (part, applies, finding, advice)
			WHERE n.applies
		UNION ALL SELECT 'blocker', 'table', t.source_name, format('%s has no key that tells which rows are there already', t.name), NULL, NULL,
				'give it a primary key, or a unique one whose columns are NOT NULL; or leave it out, and load it without on_conflict'
			FROM sqlite_mig_internal._targets(mig) AS t, LATERAL sqlite_mig_internal._merge(plan, t.source_name) AS m WHERE sqlite_mig_internal._merges(plan) AND t.relation IS NOT NULL AND m.key IS NULL
		UNION ALL SELECT 'blocker', 'column', c.source_table || '.' || c.source_name, format('table %s has no such column', t.name), NULL,
				format('values: %s', (c.evidence ->> 'rows')::bigint - (c.evidence ->> 'nulls')::bigint),
				'add the column to the table, say its target_name in plan_column, or leave it out there'
			FROM sqlite_mig_internal._targets(mig) AS t JOIN sqlite_mig.plan_column AS c ON c.migration = mig AND c.source_table = t.source_name AND c.include
			WHERE t.relation IS NOT NULL AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = t.relation AND a.attname = c.target_name AND a.attnum > 0 AND NOT a.attisdropped)
		UNION ALL SELECT 'blocker', 'column', t.source_name || '.' || a.attname, 'is NOT NULL without a default in PostgreSQL, and not in SQLite', NULL, NULL, 'give the column a default'
			FROM sqlite_mig_internal._targets(mig) AS t JOIN pg_attribute AS a ON a.attrelid = t.relation AND a.attnum > 0 AND NOT a.attisdropped
			WHERE a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''
				AND NOT EXISTS (SELECT FROM sqlite_mig.plan_column AS c WHERE c.migration = mig AND c.source_table = t.source_name AND c.target_name = a.attname AND c.include)
				-- a BEFORE ROW trigger may fill it
				AND NOT EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgrelid = t.relation AND NOT g.tgisinternal AND g.tgenabled IN ('O', 'A') AND g.tgtype & 7 = 7)
		UNION ALL SELECT 'blocker', 'foreign key', k.name, format('is part of a cycle, not deferrable, and role "%s" may not set session_replication_role', current_user), NULL, k.child,
				'ALTER TABLE ... ALTER CONSTRAINT ... DEFERRABLE, or run as a superuser'
			FROM sqlite_mig_internal._loaded_keys(mig) AS k WHERE k.late AND NOT k.is_deferrable AND NOT has_parameter_privilege('session_replication_role', 'SET');
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._find_existing(sqlite_mig.migration) IS 'internal: what tables that exist will not take';

/* Throws when tables that exist may not be loaded (55000: they hold rows), emptied or dropped (2BP01: others refer to them). */
CREATE FUNCTION sqlite_mig_internal._check_existing(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mode  constant text := sqlite_mig_internal._if_exists((plan).migration);
	item  record;
	holds boolean;
	filled text[] := '{}';
	users text;
BEGIN
	IF sqlite_mig_internal._merges(plan) THEN
		RETURN;
	ELSIF mode = 'load' THEN
		FOR item IN SELECT t.name FROM sqlite_mig_internal._targets((plan).migration) AS t JOIN pg_class AS c ON c.oid = t.relation AND c.relkind IN ('r', 'p', 'f', 'v') ORDER BY t.load_order, t.source_name LOOP
			EXECUTE format('SELECT EXISTS (SELECT FROM %s)', item.name) INTO holds;
			IF holds THEN
				filled := filled || item.name;
			END IF;
		END LOOP;
		IF cardinality(filled) > 0 THEN
			PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('tables to load hold rows already: %s', cardinality(filled)),
				detail => format('Not empty: %s.', array_to_string(filled, ', ')),
				hint => 'Load beside them with on_conflict => ''nothing'' or ''update'', have them emptied with if_exists => ''truncate'', or leave them out with exclude => ''{...}''.');
		END IF;
		RETURN;
	END IF;
	-- what a plain TRUNCATE or DROP would refuse, all of it
	SELECT string_agg(d.text, ', ' ORDER BY d.text) INTO users FROM (
		SELECT format('foreign key %I of table %s', k.conname, k.conrelid::regclass) FROM pg_constraint AS k JOIN sqlite_mig_internal._targets((plan).migration) AS t ON t.relation = k.confrelid
			WHERE k.contype = 'f' AND k.conparentid = 0 AND k.conrelid NOT IN (SELECT o.relation FROM sqlite_mig_internal._targets((plan).migration) AS o WHERE o.relation IS NOT NULL)
		UNION SELECT format('view %s', w.ev_class::regclass) FROM pg_depend AS d JOIN sqlite_mig_internal._targets((plan).migration) AS t ON t.relation = d.refobjid
			JOIN pg_rewrite AS w ON w.oid = d.objid AND w.ev_class <> t.relation AND w.ev_class NOT IN (SELECT v.relation FROM sqlite_mig_internal._target_views((plan).migration) AS v)
			WHERE mode = 'replace' AND d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
		UNION SELECT format('table %s, which inherits', i.inhrelid::regclass) FROM pg_inherits AS i JOIN sqlite_mig_internal._targets((plan).migration) AS t ON t.relation = i.inhparent
			WHERE mode = 'replace'
	) AS d (text);
	IF users IS NOT NULL THEN
		PERFORM sqlite_mig_internal._refuse('dependent_objects_still_exist',
			format(CASE mode WHEN 'truncate' THEN 'tables of schema "%s" cannot be emptied: others refer to them' ELSE 'tables of schema "%s" cannot be replaced: others depend on them' END, (plan).target_schema),
			detail => format('In the way: %s.', users), hint => 'Nothing is dropped or emptied that is not part of the migration; drop these yourself, and make them again afterwards.');
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_existing(sqlite_mig.migration) IS 'internal: throws when tables that exist may not be touched';

/* Throws 23503 when rows of a table have no parent; for foreign keys that were not checked as the rows arrived. */
CREATE FUNCTION sqlite_mig_internal._check_foreign_key(child regclass, name text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	query   text;
	parent  regclass;
	orphans bigint;
BEGIN
	SELECT k.confrelid, format('SELECT count(*) FROM %s AS c WHERE %s AND NOT EXISTS (SELECT FROM %s AS p WHERE %s)', k.conrelid::regclass,
			string_agg(format('c.%I IS NOT NULL', a.attname), ' AND '), k.confrelid::regclass, string_agg(format('p.%I = c.%I', b.attname, a.attname), ' AND '))
		INTO STRICT parent, query
		FROM pg_constraint AS k, LATERAL unnest(k.conkey, k.confkey) AS u (c, p)
			JOIN pg_attribute AS a ON a.attnum = u.c JOIN pg_attribute AS b ON b.attnum = u.p
		WHERE k.conrelid = child AND k.conname = _check_foreign_key.name AND k.contype = 'f' AND a.attrelid = k.conrelid AND b.attrelid = k.confrelid
		GROUP BY k.conrelid, k.confrelid;
	EXECUTE query INTO orphans;
	IF orphans > 0 THEN
		RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation', MESSAGE = format('rows of table %s violate foreign key "%s": %s', child, name, orphans),
			DETAIL = format('They have no parent in table %s.', parent), SCHEMA = (SELECT c.relnamespace::regnamespace::text FROM pg_class AS c WHERE c.oid = child), CONSTRAINT = name;
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_foreign_key(regclass, text) IS 'internal: throws when rows of a table have no parent';
