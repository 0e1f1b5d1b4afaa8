-- Constraints that the data does not allow: what is said of the rows that break one, and what becomes of them, by the
-- policy of the plan. The statements that make constraints are those of 55_ddl; rows leave through mig_expel.c.
--
-- A constraint is tried first, and only when it fails are its rows looked for: over 5 million rows ADD PRIMARY KEY takes
-- 1.3 s and the query for duplicates 5 s; ADD FOREIGN KEY 2.1 s, of which the query for orphans, the same as ours, is 1.3.
-- Data that is clean would pay for nothing. The attempt is a subtransaction, so that nothing of it is left. Rows that leave because of a foreign key do so before the first foreign key is made: ON DELETE
-- of one that exists would change or delete others that nobody has named.

/*
 * Runs a statement that the data may refuse, in a subtransaction, so that the
 * load before it is not lost. Returns the error, NULL when there was none;
 * throws what is not about data or definitions, such as a full disk.
 */
CREATE FUNCTION sqlite_mig_internal._try(statement text, OUT code text, OUT message text, OUT detail text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	EXECUTE statement;
EXCEPTION
	WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
		IF left(code, 2) NOT IN ('0A', '22', '23', '42', '54') THEN
			RAISE;
		END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._try(text) IS 'internal: runs a statement and returns its error if the data or a definition refused it';

CREATE TYPE sqlite_mig_internal._rule AS (
	migration      text,
	kind           text,
	name           text,
	source_table   text,
	policy         text,
	source         text,
	target         text,
	columns        text[],
	names          text[],
	parent_table   text,
	parent         text,
	parent_names   text[],
	expression     text
);
COMMENT ON TYPE sqlite_mig_internal._rule IS 'internal: a constraint or unique index of a plan; names are those of its columns in the target, quoted';

/* Quoted target names of columns, in their order; NULL without any. */
CREATE FUNCTION sqlite_mig_internal._quoted_columns(migration text, source_table text, columns text[]) RETURNS text[]
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT array_agg(quote_ident(c.target_name) ORDER BY u.position) FROM unnest(_quoted_columns.columns) WITH ORDINALITY AS u (name, position)
		JOIN sqlite_mig.plan_column AS c ON (c.migration, c.source_table, c.source_name) = (_quoted_columns.migration, _quoted_columns.source_table, u.name);
END;
COMMENT ON FUNCTION sqlite_mig_internal._quoted_columns(text, text, text[]) IS 'internal: quoted names of columns in the target';

/* A constraint or unique index of the plan as _rule; policy is the one that counts. */
CREATE FUNCTION sqlite_mig_internal._rule(migration text, kind text, name text, source_table text) RETURNS sqlite_mig_internal._rule
	LANGUAGE sql STABLE
BEGIN ATOMIC
	-- an index with expressions or a condition has no policy: SQLite keeps it too, so if rows break it they are not to blame
	SELECT m.migration, k.kind, k.target_name, t.source_name,
			CASE WHEN k.kind <> 'unique index' OR k.target_sql IS NULL THEN sqlite_mig_internal._policy(m.migration, t.source_name, k.kind, k.columns, k.policy) END,
			format('%I.%I', m.source_schema, t.target_name), format('%I.%I', m.target_schema, t.target_name), k.columns, sqlite_mig_internal._quoted_columns(m.migration, t.source_name, k.columns),
			k.parent_table, CASE WHEN p.target_name IS NOT NULL THEN format('%I.%I', m.target_schema, p.target_name) END, sqlite_mig_internal._quoted_columns(m.migration, p.source_name, k.parent_columns), k.target_sql
		FROM sqlite_mig.migration AS m
			JOIN sqlite_mig.plan_table AS t USING (migration)
			JOIN (SELECT c.migration, c.source_table, c.kind, c.target_name, c.columns, c.parent_table, c.parent_columns, c.target_sql, c.policy FROM sqlite_mig.plan_constraint AS c
				UNION ALL SELECT i.migration, i.source_table, 'unique index', i.target_name, i.columns, NULL, NULL, i.target_sql, i.policy FROM sqlite_mig.plan_index AS i WHERE i.is_unique) AS k
				ON k.migration = m.migration AND k.source_table = t.source_name
			LEFT JOIN sqlite_mig.plan_table AS p ON p.migration = m.migration AND p.source_name = k.parent_table
		WHERE m.migration = $1 AND k.kind = $2 AND k.target_name = $3 AND t.source_name = $4;
END;
COMMENT ON FUNCTION sqlite_mig_internal._rule(text, text, text, text) IS 'internal: a constraint or unique index of a plan';

/* How the key of a row is shown: of the constraint, else of the table, else the whole row. Long values are cut. */
CREATE FUNCTION sqlite_mig_internal._shown_key(rule sqlite_mig_internal._rule) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce((SELECT format('left(concat_ws('', '', %s), 100)', string_agg('c.' || n.name, ', ' ORDER BY n.position)) FROM unnest(coalesce((rule).names,
			(SELECT array_agg(quote_ident(c.target_name) ORDER BY c.primary_key) FROM sqlite_mig.plan_column AS c
				WHERE c.migration = (rule).migration AND c.source_table = (rule).source_table AND c.include AND c.primary_key IS NOT NULL))) WITH ORDINALITY AS n (name, position)
			HAVING count(*) > 0),
		'left((c.*)::text, 100)');
END;
COMMENT ON FUNCTION sqlite_mig_internal._shown_key(sqlite_mig_internal._rule) IS 'internal: expression that shows a row that breaks a constraint';

/*
 * The query for rows that break a constraint: (place, key, gone). Of rows with
 * the same key the first one in the order of the source may stay: it is there
 * with "gone" false. Orphans of a table that refers to itself: also those below them.
 */
CREATE FUNCTION sqlite_mig_internal._offenders(rule sqlite_mig_internal._rule) RETURNS text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	shown   constant text := sqlite_mig_internal._shown_key(rule);
	named   constant text := (SELECT string_agg('c.' || n, ', ') FROM unnest((rule).names) AS n);
	present constant text := (SELECT string_agg(format('c.%s IS NOT NULL', n), ' AND ') FROM unnest((rule).names) AS n);
	orphans text;
BEGIN
	CASE (rule).kind
		WHEN 'check' THEN
			RETURN format('SELECT c.ctid AS place, %s AS key, true AS gone FROM %s AS c WHERE NOT (%s)', shown, (rule).target, (rule).expression);
		WHEN 'foreign key' THEN
			orphans := format('SELECT c.ctid AS place, %s AS key, true AS gone%s FROM %s AS c WHERE %s AND NOT EXISTS (SELECT FROM %s AS p WHERE %s)', shown,
				CASE WHEN (rule).parent = (rule).target THEN (SELECT string_agg(format(', c.%s AS k%s', u.n, u.i), '' ORDER BY u.i) FROM unnest((rule).parent_names) WITH ORDINALITY AS u (n, i)) END,
				(rule).target, present, (rule).parent, (SELECT string_agg(format('p.%s %s c.%s', u.p, sqlite_mig_internal._equals((rule).migration, (rule).source_table, u.source_name), u.c), ' AND ')
					FROM unnest((rule).names, (rule).parent_names, (rule).columns) AS u (c, p, source_name)));
			IF (rule).parent = (rule).target AND (rule).policy = 'quarantine' THEN
				orphans := format('SELECT place, key, gone FROM (WITH RECURSIVE o AS (%s UNION ALL SELECT c.ctid, %s, true%s FROM o JOIN %s AS c ON %s) SELECT * FROM o) AS o', orphans, shown,
					(SELECT string_agg(', c.' || u.n, '' ORDER BY u.i) FROM unnest((rule).parent_names) WITH ORDINALITY AS u (n, i)), (rule).target,
					(SELECT string_agg(format('c.%s %s o.k%s', u.n, sqlite_mig_internal._equals((rule).migration, (rule).source_table, u.source_name), u.i), ' AND ') FROM unnest((rule).names, (rule).columns) WITH ORDINALITY AS u (n, source_name, i)));
			END IF;
			RETURN orphans;
		ELSE
			RETURN format('SELECT r.place, r.key, r.n > 1 AS gone FROM (SELECT c.ctid AS place, %1$s AS key, row_number() OVER (PARTITION BY %2$s ORDER BY %3$sc.ctid) AS n FROM %4$s AS c '
				'JOIN (SELECT %2$s FROM %4$s AS c WHERE %5$s GROUP BY %2$s HAVING count(*) > 1) AS d ON %6$s) AS r', shown, named,
				-- rows of several workers do not lie in the order of the source
				(SELECT format('c.%I, ', min(p.target_name)) FROM sqlite_mig.plan_column AS p
					WHERE p.migration = (rule).migration AND p.source_table = (rule).source_table AND p.include AND p.primary_key IS NOT NULL
					HAVING count(*) = 1 AND bool_and(p.target_type IN ('smallint', 'integer', 'bigint'))),
				(rule).target, present, (SELECT string_agg(format('d.%s %s c.%s', u.name, sqlite_mig_internal._equals((rule).migration, (rule).source_table, u.source_name), u.name), ' AND ') FROM unnest((rule).names, (rule).columns) AS u (name, source_name)));
	END CASE;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._offenders(sqlite_mig_internal._rule) IS 'internal: query for the rows that break a constraint';

/* NULL in a primary key, which is another fault than a key that is there twice. */
CREATE FUNCTION sqlite_mig_internal._null_keys(rule sqlite_mig_internal._rule) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT format('SELECT c.ctid AS place, %s AS key, true AS gone FROM %s AS c WHERE %s', sqlite_mig_internal._shown_key(rule), (rule).target, string_agg(format('c.%s IS NULL', n), ' OR '))
		FROM unnest((rule).names) AS n;
END;
COMMENT ON FUNCTION sqlite_mig_internal._null_keys(sqlite_mig_internal._rule) IS 'internal: query for rows with NULL in a primary key';

/* How many rows break a constraint, and the first three keys: one query. */
CREATE FUNCTION sqlite_mig_internal._count_offenders(query text, OUT rows bigint, OUT sample text)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	EXECUTE format('WITH o AS MATERIALIZED (%s) SELECT count(*) FILTER (WHERE gone), (SELECT string_agg(format(''(%%s)'', s.key), '', '' ORDER BY s.key) '
		'FROM (SELECT DISTINCT o.key FROM o WHERE o.gone ORDER BY o.key LIMIT 3) AS s) FROM o', query) INTO rows, sample;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._count_offenders(text) IS 'internal: counts the rows that break a constraint';

CREATE FUNCTION sqlite_mig_internal._expel(migration text, source regclass, target regclass, columns text[], statement text, policy text, sqlstate text, message text, key text[], key_fault text)
	RETURNS bigint
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_expel_rows';
COMMENT ON FUNCTION sqlite_mig_internal._expel(text, regclass, regclass, text[], text, text, text, text, text[], text) IS
	'internal: runs a statement that takes rows out of a table, and writes them to the quarantine as the source has them';

/*
 * Takes the rows of a query of offenders out of their table, or makes the
 * columns of the foreign key NULL; "code" is what they break. Each has a row in
 * the quarantine afterwards. Returns how many.
 */
CREATE FUNCTION sqlite_mig_internal._settle(rule sqlite_mig_internal._rule, query text, code text) RETURNS bigint
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	names   constant text[] := ARRAY(SELECT c.target_name FROM sqlite_mig.plan_column AS c
		WHERE c.migration = (rule).migration AND c.source_table = (rule).source_table AND c.include ORDER BY c.position);
	list    constant text := (SELECT string_agg(format('c.%I', u.n), ', ' ORDER BY u.i) FROM unnest(names) WITH ORDINALITY AS u (n, i));
	policy  constant text := CASE (rule).policy WHEN 'set null' THEN 'set null' ELSE 'quarantine' END;
	rows    bigint;
BEGIN
	-- workers that do the same for other indexes of the table would wait for each other
	EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', (rule).target);
	-- of a run that goes on with another policy than it began with
	IF EXISTS (SELECT FROM pg_constraint AS k WHERE k.contype = 'f' AND k.confrelid = to_regclass((rule).target)) THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('rows that break %s "%s" cannot leave table "%s" any more', (rule).kind, (rule).name, (rule).source_table),
			detail => 'Foreign keys that refer to it are made already, and would delete or change other rows.',
			hint => 'Start the migration anew with options => ''{"replace": true, "policy": "quarantine"}''.');
	END IF;
	rows := sqlite_mig_internal._expel((rule).migration, (rule).source, (rule).target, names,
		-- arrays of places: a join on them would be planned without knowing how many there are
		CASE policy WHEN 'set null' THEN format('WITH o AS MATERIALIZED (%1$s), n AS (UPDATE %2$s AS c SET %3$s WHERE c.ctid = ANY (ARRAY(SELECT o.place FROM o))) '
				'SELECT true, %4$s FROM %2$s AS c WHERE c.ctid = ANY (ARRAY(SELECT o.place FROM o))', query, (rule).target, (SELECT string_agg(n || ' = NULL', ', ') FROM unnest((rule).names) AS n), list)
			ELSE format('WITH o AS MATERIALIZED (%1$s), n AS (DELETE FROM %2$s AS c WHERE c.ctid = ANY (ARRAY(SELECT o.place FROM o WHERE o.gone))) '
				'SELECT true, %3$s FROM %2$s AS c WHERE c.ctid = ANY (ARRAY(SELECT o.place FROM o WHERE o.gone)) '
				'UNION ALL SELECT false, %3$s FROM %2$s AS c WHERE c.ctid = ANY (ARRAY(SELECT o.place FROM o WHERE NOT o.gone))', query, (rule).target, list) END,
		policy, code, format(CASE code WHEN '23505' THEN 'duplicate key value violates unique constraint "%1$s"' WHEN '23503' THEN 'row of table "%2$s" violates foreign key constraint "%1$s"'
			WHEN '23502' THEN 'null value in a column of primary key "%1$s"' ELSE 'row of table "%2$s" violates check constraint "%1$s"' END, (rule).name, (rule).source_table),
		CASE WHEN code IN ('23505', '23503') THEN (rule).columns ELSE '{}' END,
		CASE code WHEN '23503' THEN format('is not present in table "%s"', (rule).parent_table) ELSE 'already exists' END);
	IF rows = 0 THEN
		RETURN 0;
	END IF;
	IF policy = 'set null' THEN
		PERFORM sqlite_mig_internal._note((rule).migration, 'migrate', 'foreign key', (rule).name, (rule).source_table, 'warning', 'lossy', 'set null',
				'rows without a parent: their reference became NULL; sqlite_mig.rejected has each with what it was', rows, string_agg(s.detail, ' ' ORDER BY s.reject))
			FROM (SELECT r.reject, r.source_key || ': ' || r.detail AS detail FROM sqlite_mig.rejected AS r
				WHERE r.migration = (rule).migration AND r.table_name = (rule).source_table AND r.policy = 'set null' AND r.replayed_at IS NULL ORDER BY r.reject LIMIT 3) AS s;
		-- they are in the table as "row" now has them, which is what the verification compares with
		UPDATE sqlite_mig.rejected AS r SET "row" = r."row" || (SELECT jsonb_object_agg(n, '{"class": "null"}'::jsonb) FROM unnest((rule).columns) AS n), replayed_at = clock_timestamp()
			WHERE r.migration = (rule).migration AND r.table_name = (rule).source_table AND r.policy = 'set null' AND r.replayed_at IS NULL;
	ELSE
		PERFORM sqlite_mig_internal._note_rejected((rule).migration, (rule).source_table);
	END IF;
	RAISE WARNING '% "%" of "%": %: %', (rule).kind, (rule).name, (rule).source_table,
		CASE policy WHEN 'set null' THEN 'references without a parent that became NULL' ELSE 'rows that break it and wait in sqlite_mig.rejected' END, rows;
	RETURN rows;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._settle(sqlite_mig_internal._rule, text, text) IS 'internal: takes the rows that break a constraint out of their table';

/*
 * Orphans of the foreign keys that say quarantine or set null, before any
 * foreign key is made; parents before their children. Rows that leave, or keys
 * that become NULL, orphan rows of other tables: those are looked at again,
 * until nothing moves. Returns how many rows.
 */
CREATE FUNCTION sqlite_mig_internal._settle_orphans(migration text) RETURNS bigint
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig   constant text := _settle_orphans.migration;
	every constant sqlite_mig.plan_constraint[] := ARRAY(SELECT k FROM sqlite_mig_internal._statements(mig) AS s
		JOIN sqlite_mig.plan_constraint AS k ON (k.migration, k.kind, k.source_table, k.target_name) = (mig, 'foreign key', s.source_table, s.object_name)
		WHERE s.object_kind = 'foreign key' AND sqlite_mig_internal._policy(mig, k.source_table, k.kind, k.columns, k.policy) IN ('quarantine', 'set null') ORDER BY s.step);
	todo  sqlite_mig.plan_constraint[] := every;
	item  sqlite_mig.plan_constraint;
	rule  sqlite_mig_internal._rule;
	moved bigint;
	total bigint := 0;
BEGIN
	LOOP
		SELECT (t.k).* INTO item FROM (SELECT k, row_number() OVER () AS n FROM unnest(todo) AS k) AS t
			ORDER BY EXISTS (SELECT FROM unnest(todo) AS o WHERE o.source_table = (t.k).parent_table AND o.source_table <> (t.k).source_table), t.n LIMIT 1;
		EXIT WHEN NOT FOUND;
		todo := array_remove(todo, item);
		rule := sqlite_mig_internal._rule(mig, item.kind, item.target_name, item.source_table);
		BEGIN
			moved := sqlite_mig_internal._settle(rule, sqlite_mig_internal._offenders(rule), '23503');
		EXCEPTION
			-- columns that do not compare: ALTER TABLE will say so
			WHEN undefined_function OR datatype_mismatch THEN
				CONTINUE;
		END;
		total := total + moved;
		IF moved > 0 THEN
			todo := todo || ARRAY(SELECT k FROM unnest(every) AS k WHERE k.parent_table = item.source_table AND k.source_table <> item.source_table AND k <> ALL (todo));
		END IF;
	END LOOP;
	RETURN total;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._settle_orphans(text) IS 'internal: takes rows without a parent out, before foreign keys are made';

/* What is done instead of a constraint that rows break: for new rows only, or a plain index instead of a key. */
CREATE FUNCTION sqlite_mig_internal._fallback(step sqlite_mig.journal, rule sqlite_mig_internal._rule) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE
		WHEN step.object_kind IN ('foreign key', 'check') THEN step.statement || ' NOT VALID'
		WHEN step.object_kind = 'unique index' THEN replace(step.statement, 'CREATE UNIQUE INDEX', 'CREATE INDEX')
		ELSE format('CREATE INDEX %I ON %s (%s)', (rule).name, (rule).target, array_to_string((rule).names, ', ')) END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._fallback(sqlite_mig.journal, sqlite_mig_internal._rule) IS 'internal: the statement that stands in for a failed one';

/* Ends the migration because rows break a constraint: which, how many, their keys, and the way on. */
CREATE FUNCTION sqlite_mig_internal._stop_at(rule sqlite_mig_internal._rule, code text, rows bigint, sample text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan   constant sqlite_mig.migration := sqlite_mig_internal._migration((rule).migration);
	edit   constant text := CASE (rule).kind
		WHEN 'unique index' THEN format('UPDATE sqlite_mig.plan_index SET policy = ''quarantine'' WHERE (migration, target_name) = (%L, %L);', plan.migration, (rule).name)
		ELSE format('UPDATE sqlite_mig.plan_constraint SET policy = ''quarantine'' WHERE (migration, source_table, target_name) = (%L, %L, %L);', plan.migration, (rule).source_table, (rule).name) END;
BEGIN
	PERFORM sqlite_mig_internal._refuse(code,
		format('rows of table "%s" break %s "%s": %s', (rule).source_table, CASE (rule).kind WHEN 'unique' THEN 'unique constraint' ELSE (rule).kind END, (rule).name, rows),
		detail => format(CASE code WHEN '23503' THEN 'Without a parent in table "%2$s": %1$s.' WHEN '23505' THEN 'Keys that are there more than once: %1$s.' ELSE 'Keys of such rows: %1$s.' END,
				sample || CASE WHEN rows > 3 THEN ', ...' ELSE '' END, (rule).parent_table),
		hint => CASE
			-- the run, and its plan, are there to go on with
			WHEN plan.state = 'running' AND plan.running -> 'args' ->> 'mode' = 'resumable' THEN edit
				|| ' and the same call again goes on with such rows moved to the quarantine; or, for all constraints, the same call with options => ''{"policy": "quarantine"}''.'
			-- made by this call, and gone with it
			WHEN plan.prepared_at >= plan.started_at THEN format('Have such rows moved to the quarantine with options => ''{"policy": "quarantine"}''; or for this one only: SELECT * FROM sqlite_mig.prepare(%L, %L%s); %s',
				plan.server, plan.target_schema, CASE WHEN plan.migration <> plan.server THEN format(', migration => %L', plan.migration) ELSE '' END, edit)
			ELSE edit || ' has such rows moved to the quarantine.' END
			|| format(' The policies are: stop, not valid, quarantine%s.', CASE (rule).kind WHEN 'foreign key' THEN ', set null' ELSE '' END), table_name => (rule).source_table, constraint_name => (rule).name);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._stop_at(sqlite_mig_internal._rule, text, bigint, text) IS 'internal: ends a migration because rows break a constraint';

/* Makes a constraint for new rows only, and tells how many rows break it. */
CREATE FUNCTION sqlite_mig_internal._make_instead(step sqlite_mig.journal, rule sqlite_mig_internal._rule, failure record, query text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	instead text := sqlite_mig_internal._fallback(step, rule);
	again   record;
	broken  record;
	told    text;
BEGIN
	SELECT t.* INTO again FROM sqlite_mig_internal._try(instead) AS t;
	SELECT c.* INTO broken FROM sqlite_mig_internal._count_offenders(query) AS c;
	IF again.code IS NOT NULL THEN
		told := format('%s; and instead: %s', failure.message, again.message);
		instead := NULL;
	ELSE
		told := format(CASE step.object_kind WHEN 'foreign key' THEN 'rows without a parent: %s; the foreign key is NOT VALID, it holds for new rows only'
			WHEN 'check' THEN 'rows that break it: %s; the check is NOT VALID, it holds for new rows only' ELSE 'rows that break it: %s; a plain index was made instead' END, broken.rows);
	END IF;
	PERFORM sqlite_mig_internal._note_failed(step, failure, instead, told, broken.rows, broken.sample);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._make_instead(sqlite_mig.journal, sqlite_mig_internal._rule, record, text) IS 'internal: makes a constraint for new rows only';

/* Journal, ledger and warning about a step that did not come to what the plan says. */
CREATE FUNCTION sqlite_mig_internal._note_failed(step sqlite_mig.journal, failure record, instead text, told text, rows bigint, sample text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_variable
BEGIN
	UPDATE sqlite_mig.journal AS j SET error = format('%s: %s', failure.code, failure.message), fallback = instead
		WHERE (j.migration, j.run, j.step) = (step.migration, step.run, step.step);
	PERFORM sqlite_mig_internal._note(step.migration, 'migrate', step.object_kind, step.object_name, step.table_name, 'warning', 'failed', 'data', told, rows, sample);
	RAISE WARNING '% "%"%: %', step.object_kind, step.object_name, coalesce(' of "' || step.table_name || '"', ''), told;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._note_failed(sqlite_mig.journal, record, text, text, bigint, text) IS 'internal: tells of a step that failed';

/*
 * Do rows break a check in PostgreSQL that SQLite finds nothing wrong with? Then its translation means something else,
 * and the rows are not to blame. "broken" is how many PostgreSQL finds.
 */
CREATE FUNCTION sqlite_mig_internal._is_mistranslated(rule sqlite_mig_internal._rule, broken bigint) RETURNS boolean
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	original text;
BEGIN
	-- an expression that was written into the plan by hand is meant as it is
	SELECT k.source_sql INTO original FROM sqlite_mig.plan_constraint AS k,
			LATERAL sqlite_mig_internal._translate_expr(k.source_sql, 'check', k.source_table, NULL, sqlite_mig_internal._catalog(k.migration, k.source_table)) AS x
		WHERE (k.migration, k.source_table, k.target_name) = ((rule).migration, (rule).source_table, (rule).name) AND k.target_sql = x.translated;
	RETURN original IS NOT NULL AND
		sqlite_mig_internal._source_value((sqlite_mig_internal._migration((rule).migration)).server, format('coalesce(sum(NOT (%s)), 0)', original), (rule).source_table)::bigint < broken;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._is_mistranslated(sqlite_mig_internal._rule, bigint) IS 'internal: is a check broken by its translation, not by the data';

/*
 * Runs a step after the load. What rows break is settled as the policy of the
 * constraint says; what has another reason, such as types that do not compare,
 * is not made, and noted.
 */
CREATE FUNCTION sqlite_mig_internal._run_guarded(step sqlite_mig.journal) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	failure record;
	broken  record;
	rule    sqlite_mig_internal._rule;
	query   text;
	moved   bigint;
BEGIN
	IF step.object_kind = 'orphans' THEN
		EXECUTE step.statement INTO moved;
		UPDATE sqlite_mig.journal AS j SET rows = moved WHERE (j.migration, j.run, j.step) = (step.migration, step.run, step.step);
		RETURN;
	END IF;
	SELECT t.* INTO failure FROM sqlite_mig_internal._try(step.statement) AS t;
	IF failure.code IS NULL THEN
		RETURN;
	END IF;
	rule := sqlite_mig_internal._rule(step.migration, step.object_kind, step.object_name, step.table_name);
	IF (rule).policy IS NULL OR failure.code NOT IN ('23502', '23503', '23505', '23514') THEN
		PERFORM sqlite_mig_internal._note_failed(step, failure, NULL, failure.message, NULL, nullif(failure.detail, ''));
		RETURN;
	END IF;

	IF (rule).kind = 'check' AND sqlite_mig_internal._is_mistranslated(rule, (SELECT c.rows FROM sqlite_mig_internal._count_offenders(sqlite_mig_internal._offenders(rule)) AS c)) THEN
		PERFORM sqlite_mig_internal._note_failed(step, failure, NULL, 'its translation refuses rows that SQLite finds right, so it is not made', NULL, (rule).expression);
		RETURN;
	END IF;
	query := CASE failure.code WHEN '23502' THEN sqlite_mig_internal._null_keys(rule) ELSE sqlite_mig_internal._offenders(rule) END;
	CASE (rule).policy
		WHEN 'not valid' THEN
			PERFORM sqlite_mig_internal._make_instead(step, rule, failure, query);
		WHEN 'quarantine' THEN
			-- a primary key may have both faults, and says one at a time
			moved := CASE (rule).kind WHEN 'primary key' THEN sqlite_mig_internal._settle(rule, sqlite_mig_internal._null_keys(rule), '23502') + sqlite_mig_internal._settle(rule, sqlite_mig_internal._offenders(rule), '23505')
				ELSE sqlite_mig_internal._settle(rule, query, failure.code) END;
			EXECUTE step.statement;
			UPDATE sqlite_mig.journal AS j SET rows = moved, error = format('%s: %s', failure.code, failure.message)
				WHERE (j.migration, j.run, j.step) = (step.migration, step.run, step.step);
		ELSE
			SELECT c.* INTO broken FROM sqlite_mig_internal._count_offenders(query) AS c;
			PERFORM sqlite_mig_internal._stop_at(rule, failure.code, broken.rows, broken.sample);
	END CASE;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._run_guarded(sqlite_mig.journal) IS 'internal: runs a step that the data may refuse';
