-- Is what a view shows the same on both sides? Rows are compared as values, in any order. Owns the comparison and its limits;
-- that a view is compared at all, and the record of it, is in 70_verify.

/* Most rows, and most seconds for counting them on both sides, of a view whose content is compared. */
CREATE FUNCTION sqlite_mig_internal._view_limits(OUT rows bigint, OUT seconds numeric)
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT 100000, 10;
END;
COMMENT ON FUNCTION sqlite_mig_internal._view_limits() IS 'internal: how large a view may be to be compared by content';

/* A column of a view as text that equal values share: of inexact numbers twelve digits, for sums come in another order. */
CREATE FUNCTION sqlite_mig_internal._view_cell(name text, type oid) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE WHEN _view_cell.type IN ('double precision'::regtype, 'real'::regtype)
			THEN format('CASE WHEN abs(%1$I) < ''Infinity'' THEN to_char(%1$I, ''9.99999999999EEEE'') ELSE %1$I::text END', _view_cell.name)
		WHEN _view_cell.type = 'numeric'::regtype THEN format('CASE WHEN abs(%1$I) < ''Infinity'' THEN to_char(%1$I, ''9.99999999999EEEE'') ELSE %1$I::text END', _view_cell.name)
		ELSE format('%I::text COLLATE "C"', _view_cell.name) END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._view_cell(text, oid) IS 'internal: a column of a view as text';

/*
 * Columns of a view for a foreign table on that of SQLite, with the types that it has here: how a column that is passed on from a
 * table is stored is what the plan says of the column of that name, as long as those of all tables that the view mentions, and that have values, agree.
 * They are called c1, c2 and so on: a foreign table cannot have each name that a view can, such as ctid.
 */
CREATE FUNCTION sqlite_mig_internal._view_columns(plan sqlite_mig.migration, source_name text, target regclass) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT string_agg(format('c%s %s OPTIONS (column_name %L%s)', a.attnum, format_type(a.atttypid, a.atttypmod), s.column_name, f.options), ', ' ORDER BY a.attnum)
		FROM sqlite_mig.source_columns((plan).server, _view_columns.source_name) AS s
			JOIN pg_attribute AS a ON a.attrelid = _view_columns.target AND a.attnum = s.position AND NOT a.attisdropped,
			LATERAL (SELECT CASE WHEN count(DISTINCT (c.format, c.time_zone, c.empty_as_null, c.on_error)) = 1 THEN min(concat(', format ' || quote_literal(c.format), ', time_zone ' || quote_literal(c.time_zone),
					CASE WHEN c.empty_as_null THEN ', empty_as_null ''true''' END, ', on_error ' || quote_literal(c.on_error))) END AS options
				FROM sqlite_mig.plan_column AS c JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include
				WHERE c.migration = (plan).migration AND c.include AND lower(c.source_name COLLATE "C") = lower(s.column_name COLLATE "C") AND to_regtype(c.target_type)::oid = a.atttypid
					AND c.evidence ->> 'rows' IS DISTINCT FROM c.evidence ->> 'nulls'
					AND EXISTS (SELECT FROM sqlite_mig_internal._views_below((plan).migration, _view_columns.source_name) AS b WHERE sqlite_mig_internal._mentions(b.source_sql, t.source_name))) AS f;
END;
COMMENT ON FUNCTION sqlite_mig_internal._view_columns(sqlite_mig.migration, text, regclass) IS 'internal: columns of a foreign table on a view';

/*
 * How many rows of a view are not the same here, with one of SQLite's; or why they cannot be compared, and whether the view is
 * broken: its rows cannot be read here at all. Makes a foreign table and rolls it back.
 */
CREATE FUNCTION sqlite_mig_internal._view_differences(plan sqlite_mig.migration, source_name text, target regclass, OUT differing bigint, OUT sample text, OUT error text, OUT broken boolean)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_variable
DECLARE
	spare constant text := format('%I.%I', (plan).source_schema, sqlite_mig_internal._short_name('sqlite_mig_view_' || source_name));
	cells record;
BEGIN
	SELECT string_agg(sqlite_mig_internal._view_cell('c' || a.attnum, a.atttypid), ', ' ORDER BY a.attnum) AS source, string_agg(sqlite_mig_internal._view_cell(a.attname, a.atttypid), ', ' ORDER BY a.attnum) AS target INTO cells
		FROM pg_attribute AS a WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped;
	EXECUTE format('CREATE FOREIGN TABLE %s (%s) SERVER %I OPTIONS ("table" %L)', spare, sqlite_mig_internal._view_columns(plan, source_name, target), (plan).server, source_name);
	EXECUTE format('SELECT count(*), min(left(d.cells::text, 200)) FROM (SELECT ARRAY[%s] AS cells FROM %s EXCEPT ALL SELECT ARRAY[%s] FROM %s) AS d', cells.source, spare, cells.target, target) INTO differing, sample;
	RAISE EXCEPTION USING ERRCODE = 'MIGTR', MESSAGE = 'the end of a trial';
EXCEPTION
	WHEN SQLSTATE 'MIGTR' THEN
		NULL;
	WHEN OTHERS THEN
		-- what is not about the view, such as a full disk, is for the caller
		IF left(SQLSTATE, 2) NOT IN ('0A', '22', '23', '38', '42', '54', 'HV', '3F') THEN
			RAISE;
		END IF;
		error := SQLERRM;
		BEGIN
			EXECUTE format('SELECT count(v::text) FROM %s AS v', target);
		EXCEPTION
			WHEN OTHERS THEN
				IF left(SQLSTATE, 2) NOT IN ('0A', '22', '23', '38', '42', '54', '3F') THEN
					RAISE;
				END IF;
				error := SQLERRM;
				broken := true;
		END;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._view_differences(sqlite_mig.migration, text, regclass) IS 'internal: rows of a view that differ';

/*
 * Compares what a view shows and records it, if it has not too many rows. A difference is an entry of the ledger, which counts
 * as a change where SQLite itself does not define what the view shows.
 */
CREATE FUNCTION sqlite_mig_internal._verify_view_content(plan sqlite_mig.migration, source_name text, target regclass, rows bigint, began timestamptz, seconds numeric) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	started constant timestamptz := clock_timestamp();
	name    constant text := _verify_view_content.source_name;
	mig     constant text := (plan).migration;
	limits  record;
	differing bigint;
	sample  text;
	error   text;
	broken  boolean;
	loose   constant boolean := EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e WHERE e.migration = mig AND e.object_kind = 'view' AND e.object_name = name AND e.rule IN ('group_concat', 'group by', 'mixed types', 'limit'));
	fleeting constant boolean := EXISTS (SELECT FROM sqlite_mig_internal._views_below(mig, name) AS b WHERE b.source_sql ~* '\m(current_\w+|random\w*|now|localtime)\M|\m(date|time|datetime|julianday|unixepoch)\s*\(\s*\)' COLLATE "C");
	skipped text;
	finding text;
BEGIN
	SELECT l.* INTO limits FROM sqlite_mig_internal._view_limits() AS l;
	skipped := CASE WHEN fleeting THEN 'not compared: it depends on the time, or on chance'
		WHEN _verify_view_content.rows > limits.rows THEN format('not compared: it has more than %s rows', limits.rows)
		WHEN _verify_view_content.seconds > limits.seconds THEN format('not compared: to count its rows took more than %s s', limits.seconds) END;
	IF skipped IS NULL THEN
		SELECT d.differing, d.sample, d.error, d.broken INTO differing, sample, error, broken FROM sqlite_mig_internal._view_differences(plan, name, target) AS d;
		finding := CASE WHEN broken THEN 'cannot be read: ' || error WHEN error IS NOT NULL THEN 'its content could not be compared: ' || error
			WHEN differing > 0 THEN format('shows other rows than in SQLite: %s of %s', differing, _verify_view_content.rows)
				|| CASE WHEN loose THEN '; which ones is not defined in SQLite either, or their types differ' ELSE '' END END;
	END IF;
	INSERT INTO sqlite_mig.verification (migration, verified_at, table_name, check_name, ok, detail, seconds)
		VALUES (mig, began, name, 'view content', finding IS NULL, coalesce(skipped, finding), extract(epoch FROM clock_timestamp() - started));
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = mig AND e.object_kind = 'view' AND e.object_name = name AND e.rule = 'view content' AND e.detail IS DISTINCT FROM coalesce(skipped, finding);
	IF coalesce(skipped, finding) IS NOT NULL AND NOT EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e WHERE e.migration = mig AND e.object_kind = 'view' AND e.object_name = name AND e.rule = 'view content') THEN
		PERFORM sqlite_mig_internal._note(mig, 'migrate', 'view', name, NULL, CASE WHEN finding IS NULL THEN 'info' ELSE 'warning' END,
			CASE WHEN finding IS NULL THEN 'converted' WHEN loose OR error IS NOT NULL AND broken IS NOT TRUE THEN 'changed' ELSE 'failed' END, 'view content', coalesce(skipped, finding), differing, sample);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._verify_view_content(sqlite_mig.migration, text, regclass, bigint, timestamptz, numeric) IS 'internal: compares what a view shows';
