-- Phase 4: the proof. Compares the converted source with what stands in PostgreSQL, table by table; owns the checks and
-- their record, not what follows from them (80_status).

CREATE FUNCTION sqlite_mig_internal._check_level(level text) RETURNS void
	LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF level IS NULL OR level NOT IN ('counts', 'checksum', 'full') THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', format('unknown verification level "%s"', level),
			hint => 'Valid levels are: counts, checksum, full.');
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_level(text) IS 'internal: throws for a verification level that does not exist';

/* As _measure, of what may be refused while it is read. */
CREATE FUNCTION sqlite_mig_internal._measure_guarded(relation regclass, columns text[], level text, migration text, condition text, OUT rows bigint, OUT checksum uuid, OUT proof jsonb, OUT held bigint, OUT error text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF level = 'counts' THEN
		EXECUTE format('SELECT count(*) FROM %s AS t%s', relation, ' WHERE ' || condition) INTO rows;
	ELSE
		EXECUTE 'SELECT c.rows, c.checksum, c.proof, c.held FROM sqlite_mig_internal._checksum($1, $2, $3, $4) AS c' INTO rows, checksum, proof, held USING relation, columns, migration, condition;
	END IF;
EXCEPTION
	WHEN data_exception OR undefined_column OR undefined_table OR datatype_mismatch THEN
		error := SQLERRM;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._measure_guarded(regclass, text[], text, text, text) IS 'internal: rows and checksum of a relation, or what refuses to be read';

/*
 * Counts, and at that level sums up, one relation; "error" instead when its
 * values cannot be read. With a migration it is a source, of which the rows that
 * were rejected are left out (from the sum; a mere count has them). With a
 * condition it is that of the rows "t" of a target. A whole table of the caller's
 * is counted without a subtransaction, whose end costs more than the count where
 * many tables are new: nothing of it is computed that could be refused.
 */
CREATE FUNCTION sqlite_mig_internal._measure(relation text, columns text[], level text, migration text, condition text, OUT rows bigint, OUT checksum uuid, OUT proof jsonb, OUT held bigint, OUT error text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	found constant regclass := to_regclass(relation);
BEGIN
	IF found IS NULL THEN
		error := format('%s does not exist', relation);
	ELSIF level = 'counts' AND condition IS NULL AND EXISTS (SELECT FROM pg_class AS c WHERE c.oid = found AND c.relkind = 'r' AND NOT c.relhassubclass AND NOT c.relrowsecurity) THEN
		EXECUTE format('SELECT count(*) FROM ONLY %s', found) INTO rows;
	ELSE
		SELECT m.* INTO rows, checksum, proof, held, error FROM sqlite_mig_internal._measure_guarded(found, columns, level, migration, condition) AS m;
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._measure(text, text[], text, text, text) IS 'internal: rows and checksum of a relation';

/*
 * Rows and checksum of a source as its copy in the last run has summed them up on the way; NULL if it has not, or if what
 * it has summed up is not what the target must be like now.
 */
CREATE FUNCTION sqlite_mig_internal._copied_sum(plan sqlite_mig.migration, source_table text, relation text, columns text[], OUT rows bigint, OUT checksum uuid, OUT proof jsonb, OUT error text)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name constant text := _copied_sum.source_table;
BEGIN
	IF columns = ARRAY(SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = to_regclass(relation) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)
		AND NOT EXISTS (SELECT FROM sqlite_mig.rejected AS r WHERE r.migration = plan.migration AND r.table_name = name) THEN
		-- parts of a table, if it was copied in parts
		SELECT sum(j.source_rows)::bigint, sqlite_mig_internal._checksum_total(j.source_checksum) INTO rows, checksum FROM sqlite_mig.journal AS j
			WHERE (j.migration, j.run, j.table_name) = (plan.migration, plan.run, name) AND j.object_kind IN ('copy', 'range')
			HAVING bool_and(j.source_checksum IS NOT NULL);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._copied_sum(sqlite_mig.migration, text, text, text[]) IS 'internal: rows and checksum of a source as its copy has summed them up';

/* Rows and checksum of a target of which workers have summed up the parts; NULL if they have not. */
CREATE FUNCTION sqlite_mig_internal._summed_target(plan sqlite_mig.migration, source_table text, OUT rows bigint, OUT checksum uuid, OUT error text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT sum((j.outcome ->> 'rows')::bigint)::bigint, sqlite_mig_internal._checksum_total((j.outcome ->> 'checksum')::uuid), NULL FROM sqlite_mig.journal AS j
		WHERE (j.migration, j.run, j.table_name) = (plan.migration, plan.run, _summed_target.source_table) AND j.object_kind = 'target sum'
		HAVING bool_and(j.outcome ->> 'checksum' IS NOT NULL);
END;
COMMENT ON FUNCTION sqlite_mig_internal._summed_target(sqlite_mig.migration, text) IS 'internal: rows and checksum of a target as workers have summed up its parts';

/*
 * Compares one table and records it under the time "began" of the whole verification. "copied" means that the copies of
 * the last run are of this transaction, or of this snapshot of the source: what they summed up is taken for the source.
 */
CREATE FUNCTION sqlite_mig_internal._verify_table(plan sqlite_mig.migration, source_table text, level text, began timestamptz, copied boolean DEFAULT false, sample_rows integer DEFAULT 3) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	started constant timestamptz := clock_timestamp();
	item    record;
	source  record;
	target  record;
	problem text;
	counted bigint;
	held    bigint;
	gone    bigint := 0;
	summed  boolean;
	-- rows were loaded beside others: then those with the keys of the source are compared
	merge   sqlite_mig_internal._merge;
	mixed   record;
	-- workers have compared the table in ranges
	ranged  record;
BEGIN
	SELECT t.source_name, format('%I.%I', plan.source_schema, t.target_name) AS source, format('%I.%I', plan.target_schema, t.target_name) AS target,
			CASE WHEN level <> 'counts' THEN ARRAY(SELECT c.target_name FROM sqlite_mig.plan_column AS c
				WHERE c.migration = t.migration AND c.source_table = t.source_name AND c.include ORDER BY c.position) END AS columns
		INTO STRICT item FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND t.source_name = _verify_table.source_table;
	-- SQLite's own count, which is another computation than the scan that the rows came from
	counted := sqlite_mig_internal._source_count(plan.server, item.source_name);
	-- rows that were rejected are missing in the target and known to be; repaired ones are there as they were repaired
	SELECT count(*) INTO held FROM sqlite_mig.rejected AS r
		WHERE r.migration = plan.migration AND r.table_name = item.source_name AND r.replayed_at IS NULL;
	IF sqlite_mig_internal._merges(plan) THEN
		merge := sqlite_mig_internal._merge(plan, item.source_name);
	END IF;
	SELECT s.* INTO source FROM sqlite_mig_internal._copied_sum(plan, item.source_name, item.source, item.columns) AS s WHERE copied AND level <> 'counts';
	summed := source.checksum IS NOT NULL;
	SELECT r.* INTO ranged FROM sqlite_mig_internal._range_sums(plan.migration, began, item.source_name) AS r WHERE level <> 'counts' AND NOT copied;
	IF ranged.source_checksum IS NOT NULL THEN
		SELECT ranged.source_rows AS rows, ranged.source_checksum AS checksum, ranged.proof, NULL::text AS error INTO source;
	ELSIF level = 'counts' AND to_regclass(item.source) IS NOT NULL THEN
		-- to count the foreign table is to ask SQLite the same once more
		SELECT counted AS rows, NULL::uuid AS checksum, NULL::jsonb AS proof, NULL::text AS error INTO source;
	ELSIF NOT summed THEN
		SELECT s.* INTO source FROM sqlite_mig_internal._measure(item.source, item.columns, level, plan.migration, NULL) AS s;
		-- those that are gone from SQLite, where somebody has mended it, are missing nowhere
		gone := held - least(held, source.held);
		held := held - gone;
	END IF;
	SELECT s.* INTO target FROM sqlite_mig_internal._summed_target(plan, item.source_name) AS s WHERE copied AND level <> 'counts';
	IF ranged.source_checksum IS NOT NULL THEN
		SELECT ranged.target_rows AS rows, ranged.target_checksum AS checksum, NULL::text AS error INTO target;
	ELSIF target.checksum IS NULL THEN
		SELECT s.* INTO target FROM sqlite_mig_internal._measure(item.target, item.columns, level, NULL, merge.condition) AS s;
	END IF;
	SELECT f.* INTO mixed FROM sqlite_mig_internal._look_at_merge(merge, item.source_name, item.columns, target.rows, source.checksum <> target.checksum) AS f;
	problem := concat_ws('; ', 'source: ' || source.error, 'target: ' || target.error);
	INSERT INTO sqlite_mig.verification (migration, verified_at, table_name, check_name, source_value, target_value, ok, detail, seconds, place, proof)
		SELECT plan.migration, began, item.source_name, c.name, c.source, c.target, coalesce(c.ok, false), coalesce(nullif(problem, ''), c.detail),
			extract(epoch FROM clock_timestamp() - started), CASE c.name WHEN 'rows' THEN -1 ELSE 0 END, CASE c.name WHEN 'checksum' THEN source.proof END
		FROM (VALUES
			('rows', counted::text, target.rows::text, counted = target.rows + held, CASE
				WHEN counted <> source.rows + CASE WHEN level <> 'counts' THEN held ELSE 0 END THEN format('SQLite counts %s rows, but a scan finds %s: an index of the file is damaged, run PRAGMA integrity_check', counted, source.rows)
				WHEN counted > target.rows + held THEN format('missing rows: %s', counted - target.rows - held)
				WHEN counted < target.rows + held THEN format('extra rows: %s', target.rows + held - counted)
				ELSE nullif(concat_ws('; ', 'rejected rows: ' || nullif(held, 0), 'rejected rows that SQLite has no longer: ' || nullif(gone, 0), 'other rows of the table: ' || nullif(mixed.extra, 0)), '') END),
			('checksum', source.checksum::text, target.checksum::text, source.checksum = target.checksum OR mixed.stay, CASE
				WHEN source.checksum <> target.checksum THEN
					CASE WHEN mixed.differing > 0 THEN format('rows that differ: %s', mixed.differing) || CASE WHEN mixed.stay THEN ', which were there already and stay as they are' ELSE '' END ELSE 'the rows differ' END
				WHEN summed THEN 'the source was summed up while it was copied' END)
			) AS c (name, source, target, ok, detail)
		WHERE c.name = 'rows' OR level <> 'counts';
	IF level = 'full' THEN
		PERFORM sqlite_mig_internal._verify_table_full(plan, item.source_name, item.source, item.target, item.columns, merge.condition, mixed.stay, source.checksum = target.checksum, began, sample_rows);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._verify_table(sqlite_mig.migration, text, text, timestamptz, boolean, integer) IS 'internal: compares one table of a migration';

/* Rows of a view on one side: NULL and the reason when it cannot be run there. */
CREATE FUNCTION sqlite_mig_internal._count_view(statement text, OUT rows bigint, OUT error text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	EXECUTE statement INTO rows;
EXCEPTION
	WHEN OTHERS THEN
		error := SQLERRM;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._count_view(text) IS 'internal: rows of a view, or why it cannot be run';

/* May a view, or one that it rests on, have no end? As far as the words of their texts tell: SQLite needs no RECURSIVE. */
CREATE FUNCTION sqlite_mig_internal._may_be_endless(migration text, view_name text) RETURNS boolean
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT EXISTS (SELECT FROM sqlite_mig_internal._views_below(_may_be_endless.migration, _may_be_endless.view_name) AS b WHERE sqlite_mig_internal._mentions(b.source_sql, 'with') AND sqlite_mig_internal._mentions(b.source_sql, 'union'));
END;
COMMENT ON FUNCTION sqlite_mig_internal._may_be_endless(text, text) IS 'internal: may a view have no end';

/*
 * Compares the number of rows of a view and records it. A difference is an entry
 * of the ledger, to be agreed to: what a view shows may depend on the time. A
 * recursive query is not run, which may have no end.
 */
CREATE FUNCTION sqlite_mig_internal._verify_view(plan sqlite_mig.migration, source_name text, level text, began timestamptz) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	started constant timestamptz := clock_timestamp();
	name    constant text := _verify_view.source_name;
	target  text;
	here    record;
	there   record;
	finding text;
BEGIN
	SELECT format('%I.%I', plan.target_schema, v.target_name) INTO STRICT target FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration AND v.source_name = name;
	IF to_regclass(target) IS NULL THEN
		-- the ledger says why
		RETURN;
	ELSIF sqlite_mig_internal._may_be_endless(plan.migration, name) THEN
		INSERT INTO sqlite_mig.verification (migration, verified_at, table_name, check_name, ok, detail)
			VALUES (plan.migration, began, name, 'view rows', true, 'not counted: it is recursive and may have no end');
		RETURN;
	END IF;
	SELECT c.* INTO there FROM sqlite_mig_internal._count_view(format('SELECT sqlite_mig_internal._source_count(%L, %L)', plan.server, name)) AS c;
	SELECT c.* INTO here FROM sqlite_mig_internal._count_view(format('SELECT count(*) FROM %s', target)) AS c;
	finding := CASE WHEN there.error IS NOT NULL THEN 'could not be compared, SQLite does not run it: ' || there.error
		WHEN here.error IS NOT NULL THEN 'cannot be run: ' || here.error
		WHEN here.rows <> there.rows THEN format('has %s rows, in SQLite it has %s', here.rows, there.rows) END;
	INSERT INTO sqlite_mig.verification (migration, verified_at, table_name, check_name, source_value, target_value, ok, detail, seconds)
		VALUES (plan.migration, began, name, 'view rows', there.rows, here.rows, finding IS NULL, finding, extract(epoch FROM clock_timestamp() - started));
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.object_kind = 'view' AND e.object_name = name AND e.rule = 'view rows' AND e.detail IS DISTINCT FROM finding;
	IF finding IS NOT NULL AND NOT EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.object_kind = 'view' AND e.object_name = name AND e.rule = 'view rows') THEN
		PERFORM sqlite_mig_internal._note(plan.migration, 'migrate', 'view', name, NULL, 'warning', 'failed', 'view rows', finding);
	END IF;
	IF finding IS NULL AND level <> 'counts' THEN
		PERFORM sqlite_mig_internal._verify_view_content(plan, name, to_regclass(target), here.rows, began, extract(epoch FROM clock_timestamp() - started));
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._verify_view(sqlite_mig.migration, text, text, timestamptz) IS 'internal: compares one view of a migration';

/*
 * Asks SQLite whether the file is damaged: a lost page takes its rows with it, and what is left equals its copy. An
 * entry of the ledger, so that somebody can agree to it.
 */
CREATE FUNCTION sqlite_mig_internal._verify_file(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	damage  record;
	finding text;
BEGIN
	SELECT d.* INTO damage FROM sqlite_mig_internal._source_damage(plan.server) AS d;
	finding := CASE WHEN damage.unknown THEN 'SQLite cannot check the file for damage: ' ELSE
		'the file is damaged, rows may be missing in it; run PRAGMA integrity_check, compare with a backup, and accept this if nothing is missing: ' END || damage.finding;
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.object_kind = 'database' AND e.rule = 'damage' AND e.detail IS DISTINCT FROM finding;
	IF finding IS NOT NULL AND NOT EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.object_kind = 'database' AND e.rule = 'damage') THEN
		PERFORM sqlite_mig_internal._note(plan.migration, 'migrate', 'database', plan.server, NULL, 'warning', CASE WHEN damage.unknown THEN 'guessed' ELSE 'failed' END, 'damage', finding);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._verify_file(sqlite_mig.migration) IS 'internal: notes damage of the source in the ledger';

/* Compares all tables and views of a migration; returns the time under which that is recorded. */
CREATE FUNCTION sqlite_mig_internal._verify(migration text, level text, copied boolean, sample_rows integer DEFAULT 3, workers integer DEFAULT 0) RETURNS timestamptz
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan    sqlite_mig.migration := sqlite_mig_internal._migration(migration, true);
	began   constant timestamptz := clock_timestamp();
	item    record;
BEGIN
	IF workers > 0 THEN
		PERFORM sqlite_mig_internal._verify_shared(plan, level, began, sample_rows, workers);
	END IF;
	FOR item IN SELECT t.source_name FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND t.include AND workers = 0 ORDER BY t.load_order, t.source_name LOOP
		PERFORM sqlite_mig_internal._verify_table(plan, item.source_name, level, began, copied, sample_rows);
	END LOOP;
	FOR item IN SELECT v.source_name FROM sqlite_mig.plan_view AS v
			WHERE v.migration = plan.migration AND v.include AND sqlite_mig_internal._if_exists(plan.migration) IN ('error', 'replace') ORDER BY v.make_order LOOP
		PERFORM sqlite_mig_internal._verify_view(plan, item.source_name, level, began);
	END LOOP;
	IF level <> 'counts' THEN
		PERFORM sqlite_mig_internal._verify_file(plan);
	END IF;
	UPDATE sqlite_mig.migration AS m SET verified_at = began WHERE m.migration = plan.migration;
	IF level = 'full' THEN
		PERFORM sqlite_mig_internal._verify_whole(plan.migration, began);
	END IF;
	RETURN began;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._verify(text, text, boolean, integer, integer) IS 'internal: compares all tables of a migration';

CREATE FUNCTION sqlite_mig.verify(server text, level text DEFAULT 'checksum', migration text DEFAULT NULL, sample_rows integer DEFAULT 3, workers integer DEFAULT 0,
		OUT table_name text, OUT check_name text, OUT source_value text, OUT target_value text, OUT ok boolean, OUT detail text)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan  sqlite_mig.migration := sqlite_mig_internal._migration(coalesce(verify.migration, verify.server), true);
	began timestamptz;
	width integer;
BEGIN
	PERFORM sqlite_mig_internal._check_level(verify.level);
	IF (verify.workers >= 0) IS NOT TRUE THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'workers must not be negative', HINT = '0 is none: the session reads everything itself.';
	END IF;
	IF plan.state <> 'migrated' THEN
		RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('migration "%s" was prepared, but not carried out', plan.migration),
			HINT = format('CALL sqlite_mig.migrate(%L);', plan.server);
	END IF;
	-- a file that is not there is said here, and not by something far below
	PERFORM FROM sqlite_mig.source_info(plan.server);
	began := sqlite_mig_internal._verify(plan.migration, verify.level, false, verify.sample_rows, verify.workers);
	-- (once, and not for each row)
	SELECT sqlite_mig_internal._room(19 + max(greatest(length(v.table_name), 10)) + max(greatest(length(v.check_name), 10)) + max(greatest(12, least(length(v.source_value), 36)))
			+ max(greatest(12, least(length(v.target_value), 36))), 1, 20) INTO width FROM sqlite_mig.verification AS v WHERE v.migration = plan.migration AND v.verified_at = began;
	-- (a checksum stays whole, for who compares it)
	RETURN QUERY SELECT v.table_name, v.check_name, sqlite_mig_internal._cell(v.source_value, 36), sqlite_mig_internal._cell(v.target_value, 36), v.ok, sqlite_mig_internal._wrap(v.detail, width)
		FROM sqlite_mig.verification AS v
			LEFT JOIN sqlite_mig.plan_table AS t ON t.migration = v.migration AND t.source_name = v.table_name
		WHERE v.migration = plan.migration AND v.verified_at = began
		ORDER BY v.table_name = '*', t.load_order NULLS LAST, v.table_name, v.place, v.check_name DESC;
END;
$$;
COMMENT ON FUNCTION sqlite_mig.verify(text, text, text, integer, integer) IS
	'compares source and target of a migration, one row per table and check, and the rows of each view; level counts compares numbers of rows, checksum every value of every row, full also what each engine''s own SQL says of each column, keys, orphans, sequences, objects and sample_rows rows. '
	'With workers large tables are shared among background workers. '
	'The result is kept in the table verification and decides the verdict of status()';
