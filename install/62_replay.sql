-- The way out of the quarantine: rows that were rejected are tried again.

/* Where the rows of a table come from and go to: as the plan says now, or, without a migration, where they went then. */
CREATE FUNCTION sqlite_mig_internal._replay_relations(migration text, table_name text, source_relation text, target_relation text,
		OUT source regclass, OUT target regclass)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	IF _replay_relations.migration IS NULL THEN
		source := to_regclass(_replay_relations.source_relation);
		target := to_regclass(_replay_relations.target_relation);
	ELSE
		SELECT to_regclass(format('%I.%I', m.source_schema, t.target_name)),
				coalesce(to_regclass(format('%I.%I', m.target_schema, t.target_name)), to_regclass(_replay_relations.target_relation))
			INTO source, target
			FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t USING (migration)
			WHERE m.migration = _replay_relations.migration AND t.source_name = _replay_relations.table_name;
	END IF;
	IF source IS NULL OR target IS NULL THEN
		PERFORM sqlite_mig_internal._refuse('undefined_table',
			format('cannot replay rows of table "%s": %s does not exist any more', _replay_relations.table_name,
				CASE WHEN target IS NULL THEN _replay_relations.target_relation ELSE _replay_relations.source_relation END),
			hint => 'Make it again, or accept the rejected rows.');
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._replay_relations(text, text, text, text) IS 'internal: source and target of rejected rows';

/* Throws 55000 when a type of the plan was changed after its table was made: replay loads rows, and leaves tables as they are. */
CREATE FUNCTION sqlite_mig_internal._check_retyped(migration text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	bad record;
BEGIN
	SELECT c.source_table, c.source_name, c.target_type, format('%I.%I', m.target_schema, t.target_name) AS relation, a.attname, format_type(a.atttypid, a.atttypmod) AS type INTO bad
		FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t USING (migration)
			JOIN sqlite_mig.plan_column AS c ON c.migration = t.migration AND c.source_table = t.source_name
			JOIN pg_attribute AS a ON a.attrelid = to_regclass(format('%I.%I', m.target_schema, t.target_name)) AND a.attname = c.target_name
		WHERE m.migration = _check_retyped.migration AND t.include AND c.include AND coalesce(m.options ->> 'if_exists', 'error') NOT IN ('load', 'truncate')
			-- no type of that name: serial
			AND to_regtype(c.target_type)::oid <> a.atttypid
		ORDER BY t.load_order, c.position LIMIT 1;
	IF FOUND THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state',
			format('column "%s" of table "%s" is %s, and %s in the plan, which was changed since', bad.source_name, bad.source_table, bad.type, bad.target_type),
			hint => format('ALTER TABLE %1$s ALTER COLUMN %2$I TYPE %3$s USING %2$I::%3$s;', bad.relation, bad.attname, bad.target_type));
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_retyped(text) IS 'internal: throws when a type of the plan is not that of the table any more';

CREATE FUNCTION sqlite_mig_internal._replay_table(source regclass, target regclass, on_conflict text, conflict_columns text[],
		on_error text, reject_limit bigint, migration text,
		OUT rows_read bigint, OUT inserted bigint, OUT updated bigint,
		OUT skipped bigint, OUT rejected bigint, OUT adjusted bigint, OUT nulled bigint, OUT changes jsonb)
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_replay_table';
COMMENT ON FUNCTION sqlite_mig_internal._replay_table(regclass, regclass, text, text[], text, bigint, text) IS 'internal: copy_table with the rejected rows of a table';

/* The ledger's entries about the rows of a table that are still rejected, and about those that were repaired by hand. */
CREATE FUNCTION sqlite_mig_internal._note_rejected(migration text, table_name text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	held record;
BEGIN
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = _note_rejected.migration AND e.table_name = _note_rejected.table_name
		AND e.rule IN ('rejected', 'repaired');
	SELECT count(*) AS rows, min(r.reject) AS first INTO held FROM sqlite_mig.rejected AS r
		WHERE r.migration = _note_rejected.migration AND r.table_name = _note_rejected.table_name AND r.replayed_at IS NULL;
	IF held.rows > 0 THEN
		PERFORM sqlite_mig_internal._note(_note_rejected.migration, 'migrate', 'table', _note_rejected.table_name, _note_rejected.table_name, 'blocker', 'failed', 'rejected',
				'rows could not be loaded and wait in sqlite_mig.rejected: repair and replay them, or accept them there', held.rows,
				format('%s: %s: %s', r.source_key, r.sqlstate, r.message))
			FROM sqlite_mig.rejected AS r WHERE r.reject = held.first;
	END IF;
	SELECT count(*) AS rows, min(r.source_key) AS sample INTO held FROM sqlite_mig.rejected AS r
		WHERE r.migration = _note_rejected.migration AND r.table_name = _note_rejected.table_name AND r.replayed_at IS NOT NULL AND r.edited_at IS NOT NULL
			-- that has an entry of its own
			AND r.policy IS DISTINCT FROM 'set null';
	IF held.rows > 0 THEN
		PERFORM sqlite_mig_internal._note(_note_rejected.migration, 'migrate', 'table', _note_rejected.table_name, _note_rejected.table_name, 'warning', 'changed', 'repaired',
			'rows were loaded as they were edited in sqlite_mig.rejected, not as the source has them', held.rows, held.sample);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._note_rejected(text, text) IS 'internal: brings the ledger in line with the quarantine';

CREATE FUNCTION sqlite_mig.replay(server text, migration text DEFAULT NULL, OUT table_name text, OUT tried bigint, OUT loaded bigint, OUT still_rejected bigint)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name constant text := coalesce(replay.migration, replay.server);
	plan sqlite_mig.migration;
	item record;
	ends record;
	done record;
BEGIN
	-- (rows of copy_table belong to no migration; with neither there is nothing that this name stands for)
	IF replay.migration IS NOT NULL OR EXISTS (SELECT FROM sqlite_mig.migration AS m WHERE m.migration = name)
			OR NOT EXISTS (SELECT FROM sqlite_mig.rejected AS r WHERE r.server = replay.server AND r.migration IS NULL) THEN
		plan := sqlite_mig_internal._migration(name, true);
		-- formats and time zones as the plan says now
		IF plan.plan_hash <> sqlite_mig_internal._plan_hash(name) THEN
			PERFORM sqlite_mig_internal._check_retyped(name);
			PERFORM sqlite_mig_internal._check_plan(name);
			PERFORM sqlite_mig_internal._drop_source(name);
			PERFORM sqlite_mig_internal._make_source(name);
		END IF;
	END IF;
	FOR item IN
		SELECT r.migration, r.table_name, min(r.source_relation) AS source, min(r.target_relation) AS target, r.on_conflict, r.conflict_columns
		FROM sqlite_mig.rejected AS r LEFT JOIN sqlite_mig.plan_table AS t ON t.migration = r.migration AND t.source_name = r.table_name
		WHERE r.replayed_at IS NULL AND NOT r.accepted AND r.server = replay.server
			AND (r.migration = name OR r.migration IS NULL AND replay.migration IS NULL)
		GROUP BY r.migration, t.load_order, r.table_name, r.on_conflict, r.conflict_columns, CASE WHEN r.migration IS NULL THEN r.target_relation END
		ORDER BY r.migration, t.load_order, r.table_name
	LOOP
		ends := sqlite_mig_internal._replay_relations(item.migration, item.table_name, item.source, item.target);
		SELECT c.* INTO done FROM sqlite_mig_internal._replay_table(ends.source, ends.target, item.on_conflict, item.conflict_columns, 'reject', NULL, item.migration) AS c;
		table_name := item.table_name;
		tried := done.rows_read;
		still_rejected := done.rejected;
		loaded := tried - still_rejected;
		IF item.migration IS NOT NULL THEN
			UPDATE sqlite_mig.migration AS m SET rows_copied = m.rows_copied + done.inserted WHERE m.migration = item.migration;
			PERFORM sqlite_mig_internal._note_rejected(item.migration, item.table_name);
		END IF;
		RETURN NEXT;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig.replay(text, text) IS
	'tries the rows in sqlite_mig.rejected again, one row per table: from the source, where they may have been repaired, or from the quarantine when "row" was edited there; '
	'with the plan as it is now. Rows that succeed get replayed_at; verify and status then say what the migration has become';
