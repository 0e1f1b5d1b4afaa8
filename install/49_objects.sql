-- Views and triggers in the plan: their translation, what they rest on, the order in which they can be made. Owns plan_view
-- and plan_trigger; the statements are in 54_ddl_views, the translator in src/dialect.

/*
 * What the translator is told of the tables of a plan: names in both databases, types and keys. Views are given by their
 * text, from which the types of their columns follow; by their columns alone where the plan has other names for them.
 */
CREATE FUNCTION sqlite_mig_internal._object_catalog(migration text, OUT catalog text[], OUT views text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce(sqlite_mig_internal._catalog(_object_catalog.migration), '{}') || coalesce((SELECT array_agg(ARRAY[v.source_name, v.target_name, k.column_name, coalesce(v.columns[k.position], k.column_name), 'unknown', '']
					ORDER BY v.make_order, k.position)
				FROM sqlite_mig.plan_view AS v
					JOIN sqlite_mig.migration AS m ON m.migration = v.migration
					JOIN sqlite_mig.source_columns(m.server) AS k ON k.table_name = v.source_name
				WHERE v.migration = _object_catalog.migration AND d.renamed), '{}'),
			(SELECT string_agg(v.source_sql, E'\n;\n' ORDER BY v.make_order) FROM sqlite_mig.plan_view AS v WHERE v.migration = _object_catalog.migration AND NOT d.renamed)
		FROM (SELECT EXISTS (SELECT FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_view AS v USING (migration)
			WHERE m.migration = _object_catalog.migration AND (v.target_name <> v.source_name OR coalesce(m.options ->> 'names', 'preserve') <> 'preserve')) AS renamed) AS d;
END;
COMMENT ON FUNCTION sqlite_mig_internal._object_catalog(text) IS 'internal: tables and views of a plan as the translator wants them';

/* Views (without CREATE VIEW ... AS) and triggers of a plan in PostgreSQL's SQL, as the names of the plan are now; NULL where that is impossible. */
CREATE FUNCTION sqlite_mig_internal._translated(migration text) RETURNS TABLE (kind text, source_name text, translated text, findings jsonb)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT o.kind, o.source_name, CASE o.kind WHEN 'view' THEN regexp_replace(t.translated, '^CREATE (OR REPLACE )?(TEMPORARY )?VIEW ("([^"]|"")*"|[^ ".]+)(\.("([^"]|"")*"|[^ ".]+))?( \(("([^"]|"")*"|[^()"])*\))? AS ', '')
			ELSE t.translated END, t.findings
		FROM sqlite_mig.migration AS m, LATERAL sqlite_mig_internal._object_catalog(m.migration) AS c, LATERAL (
				SELECT 'view' AS kind, v.source_name, v.source_sql FROM sqlite_mig.plan_view AS v WHERE v.migration = m.migration
				UNION ALL SELECT 'trigger', g.source_name, g.source_sql FROM sqlite_mig.plan_trigger AS g WHERE g.migration = m.migration) AS o,
			LATERAL (SELECT CASE WHEN count(*) = 1 THEN min(s.translated) END AS translated, CASE WHEN count(*) = 1 THEN jsonb_agg(s.findings) -> 0
					ELSE '[{"severity": "blocker", "rule": "syntax", "finding": "the text is not one statement", "advice": "Write it by hand."}]' END AS findings
				FROM sqlite_mig_internal._translate(o.source_sql, c.views, c.catalog, m.target_schema) AS s) AS t
		WHERE m.migration = _translated.migration;
END;
COMMENT ON FUNCTION sqlite_mig_internal._translated(text) IS 'internal: views and triggers in PostgreSQL''s SQL';

/* Does a text of SQL have a name in it, as a word? What it means there is not looked at. */
CREATE FUNCTION sqlite_mig_internal._mentions(sql text, name text) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT strpos(lower(sql COLLATE "C"), lower(name COLLATE "C")) > 0
		AND lower(sql COLLATE "C") COLLATE "default" ~ ('(^|[^[:alnum:]_$])' || regexp_replace(lower(name COLLATE "C"), '([^[:alnum:]_])', '\\\1', 'g') || '($|[^[:alnum:]_$])') COLLATE "default";
END;
COMMENT ON FUNCTION sqlite_mig_internal._mentions(text, text) IS 'internal: has a text a name in it';

/* A view and those that it rests on, as far as the words of their texts tell. */
CREATE FUNCTION sqlite_mig_internal._views_below(migration text, view_name text) RETURNS TABLE (source_name text, source_sql text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH RECURSIVE below AS (
		SELECT v.source_name, v.source_sql FROM sqlite_mig.plan_view AS v WHERE v.migration = _views_below.migration AND v.source_name = _views_below.view_name
		UNION SELECT v.source_name, v.source_sql FROM below AS b JOIN sqlite_mig.plan_view AS v ON sqlite_mig_internal._mentions(b.source_sql, v.source_name)
			WHERE v.migration = _views_below.migration
	)
	SELECT b.source_name, b.source_sql FROM below AS b;
END;
COMMENT ON FUNCTION sqlite_mig_internal._views_below(text, text) IS 'internal: a view and those that it rests on';

/* Lists views and triggers, with names that nothing else in the plan has. */
CREATE FUNCTION sqlite_mig_internal._list_objects(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan sqlite_mig.migration := sqlite_mig_internal._migration(_list_objects.migration);
BEGIN
	-- asks of all tables what is wanted of views only
	IF EXISTS (SELECT FROM sqlite_mig.source_objects(plan.server) AS o WHERE o.type = 'view') THEN
		INSERT INTO sqlite_mig.plan_view (migration, source_name, target_name, include, make_order, columns, source_sql, reason)
			SELECT plan.migration, o.name, u.target, NOT x.left_out AND s.error IS NULL, o.n,
					sqlite_mig_internal._distinct_names(ARRAY(SELECT sqlite_mig_internal._short_name(sqlite_mig_internal._styled_name(c.column_name, plan.options ->> 'names'))
						FROM sqlite_mig.source_columns(plan.server) AS c WHERE c.table_name = o.name ORDER BY c.position)), o.sql,
					CASE WHEN x.left_out THEN 'left out by the call' ELSE 'SQLite cannot read it: ' || s.error END
			FROM (SELECT a.names, sqlite_mig_internal._distinct_names(a.taken || a.targets) AS targets, cardinality(a.taken) AS offset FROM (
					SELECT array_agg(v.name ORDER BY v.n) AS names, array_agg(sqlite_mig_internal._short_name(sqlite_mig_internal._styled_name(v.name, plan.options ->> 'names')) ORDER BY v.n) AS targets,
							ARRAY(SELECT p.target_name FROM sqlite_mig.plan_table AS p WHERE p.migration = plan.migration
								UNION SELECT p.target_name FROM sqlite_mig.plan_index AS p WHERE p.migration = plan.migration
								UNION SELECT p.index_name FROM sqlite_mig.plan_search AS p WHERE p.migration = plan.migration AND p.index_name IS NOT NULL
								UNION SELECT p.target_name FROM sqlite_mig.plan_constraint AS p WHERE p.migration = plan.migration AND p.kind IN ('primary key', 'unique') ORDER BY 1) AS taken
						FROM sqlite_mig.source_objects(plan.server) WITH ORDINALITY AS v (type, name, table_name, sql, n) WHERE v.type = 'view') AS a) AS k,
				LATERAL unnest(k.names, k.targets[k.offset + 1 : ]) AS u (name, target)
				JOIN sqlite_mig.source_objects(plan.server) WITH ORDINALITY AS o (type, name, table_name, sql, n) ON o.type = 'view' AND o.name = u.name
				LEFT JOIN sqlite_mig.source_tables(plan.server) AS s ON s.table_name = o.name
				CROSS JOIN LATERAL sqlite_mig_internal._left_out(plan, o.name) AS x (left_out);
	END IF;
	INSERT INTO sqlite_mig.plan_trigger (migration, source_name, source_table, include, source_sql, reason)
		SELECT plan.migration, o.name, o.table_name, b.reason IS NULL, o.sql, b.reason
		FROM sqlite_mig.source_objects(plan.server) AS o,
			-- the trigger of a table or view that is left out needs no decision of its own
			LATERAL (SELECT CASE WHEN sqlite_mig_internal._left_out(plan, o.table_name) THEN 'left out by the call' END) AS b (reason)
		WHERE o.type = 'trigger' AND NOT sqlite_mig_internal._is_capture(o.name);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._list_objects(text) IS 'internal: fills plan_view and plan_trigger with names and texts';

/*
 * Leaves out what rests on something that is left out, as far as the words of its text tell; a view again is something to
 * rest on. Then the order: each view after those that it mentions.
 */
CREATE FUNCTION sqlite_mig_internal._order_objects(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig     constant text := _order_objects.migration;
	waiting text[] := ARRAY(SELECT v.source_name FROM sqlite_mig.plan_view AS v WHERE v.migration = mig ORDER BY v.make_order);
	ready   text[];
	done    integer := 0;
	absent  text[] := ARRAY(SELECT t.source_name FROM sqlite_mig.plan_table AS t WHERE t.migration = mig AND NOT t.include AND t.kind <> 'shadow'
		UNION SELECT v.source_name FROM sqlite_mig.plan_view AS v WHERE v.migration = mig AND NOT v.include);
BEGIN
	WHILE cardinality(absent) > 0 LOOP
		WITH gone AS (
			UPDATE sqlite_mig.plan_view AS v SET include = false, reason = format('rests on "%s", which is not carried over', a.name)
				FROM unnest(absent) AS a (name) WHERE v.migration = mig AND v.include AND sqlite_mig_internal._mentions(v.source_sql, a.name) RETURNING v.source_name
		)
		SELECT array_agg(g.source_name) INTO ready FROM gone AS g;
		UPDATE sqlite_mig.plan_trigger AS t SET include = false, reason = format('rests on "%s", which is not carried over', a.name)
			FROM unnest(absent) AS a (name) WHERE t.migration = mig AND t.include AND sqlite_mig_internal._mentions(t.source_sql, a.name);
		absent := ready;
	END LOOP;
	WHILE cardinality(waiting) > 0 LOOP
		ready := ARRAY(SELECT v.source_name FROM sqlite_mig.plan_view AS v WHERE v.migration = mig AND v.source_name = ANY (waiting)
			AND NOT EXISTS (SELECT FROM unnest(waiting) AS w (name) WHERE w.name <> v.source_name AND sqlite_mig_internal._mentions(v.source_sql, w.name)) ORDER BY v.make_order);
		-- words that go round in a circle are no references, all of them: SQLite's order then
		IF cardinality(ready) = 0 THEN
			ready := waiting;
		END IF;
		UPDATE sqlite_mig.plan_view AS v SET make_order = done + r.n FROM unnest(ready) WITH ORDINALITY AS r (name, n) WHERE v.migration = mig AND v.source_name = r.name;
		done := done + cardinality(ready);
		waiting := ARRAY(SELECT w.name FROM unnest(waiting) WITH ORDINALITY AS w (name, n) WHERE w.name <> ALL (ready) ORDER BY w.n);
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._order_objects(text) IS 'internal: what views and triggers rest on';

/* Views and triggers: translated, or kept as text with a reason; what the translation changes is in the ledger. */
CREATE FUNCTION sqlite_mig_internal._plan_objects(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan     sqlite_mig.migration := sqlite_mig_internal._migration(_plan_objects.migration);
	beside   constant text := CASE WHEN sqlite_mig_internal._if_exists(plan.migration) IN ('load', 'truncate') THEN 'is not made beside tables that exist' END;
	item     record;
BEGIN
	PERFORM sqlite_mig_internal._plan_info(plan);
	PERFORM sqlite_mig_internal._list_objects(plan.migration);
	IF NOT EXISTS (SELECT FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration UNION ALL SELECT FROM sqlite_mig.plan_trigger AS t WHERE t.migration = plan.migration) THEN
		RETURN;
	END IF;
	PERFORM sqlite_mig_internal._leave_out_search_triggers(plan.migration);
	PERFORM sqlite_mig_internal._leave_out_spatial_objects(plan);
	PERFORM sqlite_mig_internal._order_objects(plan.migration);
	FOR item IN SELECT t.*, x.blockers FROM sqlite_mig_internal._translated(plan.migration) AS t,
			LATERAL (SELECT string_agg(DISTINCT f ->> 'finding', '; ') AS blockers FROM jsonb_array_elements(t.findings) AS f WHERE f ->> 'severity' = 'blocker') AS x LOOP
		IF item.kind = 'view' THEN
			UPDATE sqlite_mig.plan_view AS v SET target_sql = item.translated, proposed = item.translated, include = v.include AND item.translated IS NOT NULL AND beside IS NULL,
					reason = coalesce(v.reason, item.blockers, beside)
				WHERE v.migration = plan.migration AND v.source_name = item.source_name;
		ELSE
			UPDATE sqlite_mig.plan_trigger AS v SET target_sql = item.translated, proposed = item.translated, include = v.include AND item.translated IS NOT NULL AND beside IS NULL,
					reason = coalesce(v.reason, item.blockers, beside)
				WHERE v.migration = plan.migration AND v.source_name = item.source_name;
		END IF;
		PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', item.kind, item.source_name, o.source_table, f ->> 'severity',
				CASE f ->> 'severity' WHEN 'info' THEN 'converted' ELSE 'changed' END, f ->> 'rule', format('%s: %s', f ->> 'finding', f ->> 'advice'), count(*))
			FROM jsonb_array_elements(item.findings) AS f, (
				SELECT 'view' AS kind, v.source_name, NULL::text AS source_table, v.include FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration
				UNION ALL SELECT 'trigger', t.source_name, t.source_table, t.include FROM sqlite_mig.plan_trigger AS t WHERE t.migration = plan.migration) AS o
			WHERE o.kind = item.kind AND o.source_name = item.source_name AND o.include
			GROUP BY o.source_table, f ->> 'severity', f ->> 'rule', f ->> 'finding', f ->> 'advice' ORDER BY f ->> 'rule', f ->> 'finding';
	END LOOP;
	-- a view that cannot be made takes those over it along
	PERFORM sqlite_mig_internal._order_objects(plan.migration);
	PERFORM sqlite_mig_internal._note_objects(plan);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_objects(text) IS 'internal: fills plan_view and plan_trigger';

/* A row of the ledger for each view and trigger that is not made. */
CREATE FUNCTION sqlite_mig_internal._note_objects(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'view', v.source_name, NULL, 'info', 'converted', 'name', format('is called "%s"', v.target_name))
		FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration AND v.include AND v.target_name <> v.source_name ORDER BY v.make_order;
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.phase = 'prepare' AND e.effect IN ('converted', 'changed')
		AND (e.object_kind = 'view' AND e.object_name IN (SELECT v.source_name FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration AND NOT v.include)
			OR e.object_kind = 'trigger' AND e.object_name IN (SELECT t.source_name FROM sqlite_mig.plan_trigger AS t WHERE t.migration = plan.migration AND NOT t.include));
	PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'view', v.source_name, NULL, CASE WHEN k.rule IS NULL THEN 'warning' ELSE 'info' END, CASE WHEN k.rule IS NULL THEN 'skipped' ELSE 'converted' END,
			coalesce(k.rule, 'view'), v.reason, sample => v.source_sql,
			accepted => sqlite_mig_internal._left_out(plan, v.source_name) OR EXISTS (SELECT FROM sqlite_mig.plan_table AS p
				JOIN sqlite_mig_internal._views_below(plan.migration, v.source_name) AS b ON sqlite_mig_internal._mentions(b.source_sql, p.source_name)
				WHERE p.migration = plan.migration AND sqlite_mig_internal._left_out(plan, p.source_name)))
		FROM sqlite_mig.plan_view AS v, LATERAL (SELECT sqlite_mig_internal._needless(v.reason) AS rule) AS k WHERE v.migration = plan.migration AND NOT v.include ORDER BY v.make_order;
	PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'trigger', t.source_name, t.source_table, x.severity, x.effect, x.rule, t.reason, sample => t.source_sql,
			accepted => sqlite_mig_internal._left_out(plan, t.source_table) OR EXISTS (SELECT FROM sqlite_mig.plan_table AS p
				WHERE p.migration = plan.migration AND lower(p.source_name COLLATE "C") = lower(t.source_table COLLATE "C") AND NOT p.include))
		FROM sqlite_mig.plan_trigger AS t, LATERAL (SELECT sqlite_mig_internal._needless(t.reason) AS rule) AS k,
			LATERAL (SELECT CASE WHEN k.rule IS NULL THEN 'warning' ELSE 'info' END AS severity, CASE WHEN k.rule IS NULL THEN 'skipped' ELSE 'converted' END AS effect,
				coalesce(k.rule, 'trigger') AS rule) AS x
		WHERE t.migration = plan.migration AND NOT t.include ORDER BY t.source_table, t.source_name;
	PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'trigger', '_sqlite_mig_*', NULL, 'info', 'converted', 'capture', format('triggers of capture_install and cutover, and not of the application: %s', count(*)))
		FROM sqlite_mig.source_objects(plan.server) AS o WHERE o.type = 'trigger' AND sqlite_mig_internal._is_capture(o.name) HAVING count(*) > 0;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._note_objects(sqlite_mig.migration) IS 'internal: notes views and triggers that are not made';

/* Numbers that an application keeps in the header of the file. */
CREATE FUNCTION sqlite_mig_internal._plan_info(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'database', n.name, NULL, 'info', 'converted', n.name,
			CASE WHEN n.name = 'application_id' AND n.value IN (1196444487, 1196437808, 1196437809) THEN format('is %s in the file: a GeoPackage', n.value)
				WHEN n.name = 'application_id' AND n.value = 1297105496 THEN format('is %s in the file: MBTiles', n.value)
				ELSE format('is %s in the file; an application that reads it wants a table for it', n.value) END)
		FROM sqlite_mig.source_info(plan.server) AS i, LATERAL (VALUES ('user_version', i.user_version::bigint), ('application_id', i.application_id)) AS n (name, value)
		WHERE n.value <> 0;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_info(sqlite_mig.migration) IS 'internal: notes user_version and application_id';
