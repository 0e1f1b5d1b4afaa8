-- Steps of small tables, run together. A subtransaction costs in proportion to the tables that its transaction has made (PostgreSQL
-- looks through all of them at its end), and a journal row costs as much as a small index. Owns which steps go together;
-- what a failed step leads to is in 60_migrate.

/*
 * The steps from "first" on that may run together: all of one way of running,
 * and if the data may refuse them, of tables so small that it costs little to
 * run them again one by one. NULL when there are fewer than two.
 */
CREATE FUNCTION sqlite_mig_internal._batch(first sqlite_mig.journal) RETURNS sqlite_mig.journal[]
	-- the plan has no statistics: a nested loop would go through all of its tables for every step
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$
#variable_conflict use_column
DECLARE
	kinds constant text[] := CASE WHEN (first).object_kind = 'table' THEN '{table}'
		WHEN (first).object_kind = ANY ('{primary key,unique,check,index,unique index,foreign key,sequence,analyze,comment}')
			THEN array_remove('{primary key,unique,check,index,unique index,foreign key,sequence,analyze,comment}',
				CASE WHEN sqlite_mig_internal._keeps_sequences((first).migration) THEN 'sequence' END) END;
	steps sqlite_mig.journal[];
BEGIN
	IF kinds IS NULL THEN
		RETURN NULL;
	END IF;
	steps := ARRAY(
		SELECT n.j FROM (
			SELECT j, bool_and(j.object_kind = ANY (kinds)) OVER w AS alike,
					sum(CASE WHEN j.object_kind = 'table' THEN 0 ELSE coalesce(t.rows, t.estimated_rows, 9223372036854775807) END) OVER w AS rows
				FROM sqlite_mig.journal AS j LEFT JOIN sqlite_mig.plan_table AS t ON t.migration = j.migration AND t.source_name = j.table_name
				WHERE j.migration = (first).migration AND j.run = (first).run AND j.step >= (first).step AND j.step < (first).step + 100
				WINDOW w AS (ORDER BY j.step)
			) AS n
			WHERE n.alike AND n.rows <= 200000 ORDER BY (n.j).step);
	RETURN CASE WHEN cardinality(steps) > 1 THEN steps END;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._batch(sqlite_mig.journal) IS 'internal: the steps that may run together with a step; NULL when none does';

/* Runs statements in one subtransaction, as _try does one; not "ok": data or a definition refused one, and none has happened. */
CREATE FUNCTION sqlite_mig_internal._try_all(statements text[], OUT started timestamptz[], OUT seconds numeric[], OUT ok boolean)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	statement text;
	began     timestamptz;
BEGIN
	FOREACH statement IN ARRAY statements LOOP
		began := clock_timestamp();
		EXECUTE statement;
		started := array_append(started, began);
		seconds := array_append(seconds, extract(epoch FROM clock_timestamp() - began));
	END LOOP;
	ok := true;
EXCEPTION
	WHEN OTHERS THEN
		ok := false;
		IF left(SQLSTATE, 2) NOT IN ('0A', '22', '23', '42', '54') THEN
			RAISE;
		END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._try_all(text[]) IS 'internal: runs statements, all or none';

/* When steps of a task were run, and how long they took, into the journal: they lie far apart, and what is between them is most of the run. */
CREATE FUNCTION sqlite_mig_internal._note_times(steps sqlite_mig.journal[], started timestamptz[], seconds numeric[]) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	numbers constant integer[] := ARRAY(SELECT s.step FROM unnest(steps) AS s);
	noted   bigint;
BEGIN
	UPDATE sqlite_mig.journal AS j SET started_at = _note_times.started[array_position(numbers, j.step)], seconds = _note_times.seconds[array_position(numbers, j.step)]
		WHERE (j.migration, j.run, j.task) = (steps[1].migration, steps[1].run, steps[1].task) AND j.step = ANY (numbers);
	GET DIAGNOSTICS noted = ROW_COUNT;
	IF noted <> cardinality(numbers) THEN
		RAISE EXCEPTION USING ERRCODE = 'internal_error', MESSAGE = format('%s steps were run, but %s noted', cardinality(numbers), noted);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._note_times(sqlite_mig.journal[], timestamptz[], numeric[]) IS 'internal: notes when steps of a task were run';

/* Runs the steps of a batch; one by one when the data refuses one of them, so that only that one is not as planned. */
CREATE FUNCTION sqlite_mig_internal._run_batch(steps sqlite_mig.journal[]) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	step    sqlite_mig.journal;
	began   timestamptz;
	starts  timestamptz[];
	times   numeric[];
	first   constant integer := steps[1].step;
	last    constant integer := steps[cardinality(steps)].step;
	ok      boolean := steps[1].object_kind <> 'table';
BEGIN
	IF ok THEN
		SELECT t.started, t.seconds, t.ok INTO starts, times, ok FROM sqlite_mig_internal._try_all(ARRAY(SELECT s.statement FROM unnest(steps) AS s)) AS t;
	END IF;
	IF NOT ok THEN
		starts := '{}';
		times := '{}';
		FOREACH step IN ARRAY steps LOOP
			began := clock_timestamp();
			IF step.object_kind = 'table' THEN
				EXECUTE step.statement;
			ELSE
				PERFORM sqlite_mig_internal._run_guarded(step);
			END IF;
			starts := array_append(starts, began);
			times := array_append(times, extract(epoch FROM clock_timestamp() - began));
		END LOOP;
	END IF;
	IF last - first = cardinality(steps) - 1 OR steps[1].task IS NULL THEN
		-- BETWEEN: without it the join would read all of the run
		UPDATE sqlite_mig.journal AS j SET started_at = u.started, seconds = u.took
			FROM (SELECT (steps[i]).step, starts[i], times[i] FROM generate_subscripts(steps, 1) AS i) AS u (step, started, took)
			WHERE (j.migration, j.run) = (steps[1].migration, steps[1].run) AND j.step BETWEEN first AND last AND j.step = u.step;
	ELSE
		PERFORM sqlite_mig_internal._note_times(steps, starts, times);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._run_batch(sqlite_mig.journal[]) IS 'internal: runs steps that go together';
