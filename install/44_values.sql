-- Types by the values of a table: evidence, candidates, trial, choice. The table is read once by profile(); where its counts
-- prove nothing, the columns in doubt are read again by _fit, which tries the conversion itself.

CREATE TYPE sqlite_mig._candidate AS (
	col            integer,
	source_name    text,
	ordinal        integer,
	target_type    text,
	format         text,
	if_empty       boolean,
	rule           text,
	effect         text,
	confidence     numeric,
	reason         text,
	says           text,
	spare          bigint,
	refused        bigint,
	lossy          bigint,
	first_row      text,
	storage_class  text,
	value          text,
	why            text,
	shifted        jsonb
);
COMMENT ON TYPE sqlite_mig._candidate IS
	'internal: a type that a column could become; says: see _evidence_says; spare: values that may be refused and become NULL; refused: NULL when not tried; shifted: local times that the clocks skipped or showed twice and rounded fractions, which are in no other count';

/* What a column could become, in order of preference; integers narrower than bigint only where the counts prove them. */
CREATE FUNCTION sqlite_mig._column_candidates(c sqlite_mig.plan_column, options jsonb, last_key bigint) RETURNS SETOF sqlite_mig._candidate
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH col AS (
		SELECT sqlite_mig._normal_type((c).declared_type) AS normal, coalesce(((c).evidence ->> 'keyed')::boolean, false) AS keyed,
			((c).evidence ->> 'rows')::bigint - ((c).evidence ->> 'nulls')::bigint AS vals,
			sqlite_mig._recognised((c).evidence, '{numeric_point}') = ((c).evidence ->> 'texts')::bigint AND ((c).evidence ->> 'texts')::bigint > 0 AS odd,
			((c).evidence ->> 'integral_reals') = ((c).evidence ->> 'reals') AND ((c).evidence ->> 'reals')::bigint > 0 AS reals,
			CASE WHEN (options ->> 'empty_as_null')::boolean AND NOT (c).evidence ? 'keyed' THEN ((c).evidence ->> 'empty_strings')::bigint ELSE 0 END AS empties,
			CASE WHEN (options ->> 'zero_dates_as_null')::boolean AND NOT (c).evidence ? 'keyed'
				THEN sqlite_mig._recognised((c).evidence, '{zero_date}') ELSE 0 END AS zeros
	), base AS (
		SELECT t.* FROM col, sqlite_mig.type_candidates((c).declared_type) AS t
			WHERE ((c).identity IS NULL OR t.target_type = 'bigint') AND (options ->> 'varchar' IS DISTINCT FROM 'text' OR t.target_type !~ '^varchar')
				-- where SQLite turns nothing into anything, '1' is no number and 1.0 no integer, although they could be read as such
				AND NOT (col.normal IN ('', 'ANY') AND t.target_type IN ('bigint', 'double precision', 'numeric') AND col.odd)
				AND NOT (col.normal IN ('', 'ANY') AND t.target_type = 'bigint' AND col.reals)
	), forced AS (
		-- the option varchar: declared asks for the length whatever the values are
		SELECT EXISTS (SELECT FROM base AS b WHERE b.target_type ~ '^varchar' AND options ->> 'varchar' = 'declared') AS length
	), listed AS (
		SELECT 0 AS part, n.place AS ordinal, n.type AS target_type, NULL::text AS format, false AS if_empty, 'fit_integers' AS rule, 'converted' AS effect,
				1 AS confidence, b.reason, 0::numeric AS share
			FROM col, base AS b, (VALUES (1, 'smallint', '^(SMALLINT|TINYINT|INT[12]\M)', 32767), (2, 'integer', '^(?!.*(BIG|INT8)).*INT', 2147483647)) AS n (place, type, pattern, max)
			WHERE (options ->> 'fit_integers')::boolean AND b.ordinal = 1 AND b.target_type = 'bigint' AND col.normal ~ n.pattern AND col.vals > 0
				AND coalesce(last_key, 0) <= n.max AND sqlite_mig._evidence_says((c).evidence, n.type, NULL) = 'proved'
		UNION ALL
		SELECT 1, v.priority, v.target_type, v.format, false, 'value_rule ' || v.priority, v.effect, v.confidence, v.reason, 1 - v.share
			FROM col, forced, sqlite_mig.value_rule AS v
			WHERE v.apply AND NOT forced.length AND NOT col.keyed AND (c).identity IS NULL AND col.normal ~ v.declared
				AND (c).evidence -> 'recognised' ?| v.recognisers
				AND sqlite_mig._recognised((c).evidence, v.recognisers) + col.empties + CASE WHEN v.format IS NULL THEN col.zeros ELSE 0 END >= v.share * col.vals
				AND (v.builtin OR sqlite_mig._type_name(v.target_type) IS NOT NULL)
		UNION ALL
		SELECT 2, b.ordinal, b.target_type, b.format, b.if_empty, 'type_rule ' || b.rule, 'converted', CASE b.ordinal WHEN 1 THEN 1 ELSE 0.8 END, b.reason, 0
			FROM base AS b, forced WHERE NOT forced.length OR b.ordinal = 1
	), once AS (
		SELECT l.*, row_number() OVER (PARTITION BY l.target_type, l.format ORDER BY l.part, l.ordinal) AS time FROM listed AS l
	)
	SELECT (c).position, (c).source_name, (row_number() OVER (ORDER BY o.part, o.ordinal))::integer, o.target_type, o.format, o.if_empty, o.rule, o.effect,
			o.confidence, o.reason, e.says, s.spare, CASE e.says WHEN 'proved' THEN 0 END::bigint, CASE e.says WHEN 'proved' THEN 0 END::bigint, NULL, NULL, NULL, NULL, NULL::jsonb
		FROM once AS o, col,
			LATERAL (SELECT o.target_type !~ '^(text|varchar|bytea)' AS nullable, o.target_type ~ '^(timestamp|date)' AND o.format IS NULL AS dates) AS t,
			LATERAL (SELECT CASE WHEN t.nullable THEN col.empties ELSE 0 END + CASE WHEN t.dates THEN col.zeros ELSE 0 END + floor(o.share * col.vals)::bigint AS spare) AS s,
			LATERAL (SELECT sqlite_mig._evidence_says((c).evidence, o.target_type, o.format, t.nullable AND col.empties > 0, t.dates AND col.zeros > 0,
				options ->> 'zone' = 'UTC') AS verdict OFFSET 0) AS x,
			-- what a rule of values asks for was seen already
			LATERAL (SELECT CASE WHEN o.rule LIKE 'value\_rule%' AND x.verdict = 'unlikely' THEN 'likely' ELSE x.verdict END AS says) AS e
		WHERE o.time = 1
		ORDER BY 3;
END;
COMMENT ON FUNCTION sqlite_mig._column_candidates(sqlite_mig.plan_column, jsonb, bigint) IS 'internal: candidates for the type of a column with evidence';

/* Does a tried candidate hold the values of its column? "e" is the evidence. */
CREATE FUNCTION sqlite_mig._holds(k sqlite_mig._candidate, e jsonb) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	-- or it is text in which only what the options of the server agree to would change
	SELECT (k).refused <= (k).spare OR (k).target_type = 'text' AND (k).format IS NULL AND (k).refused = (k).lossy
		AND (e ->> 'integers')::bigint + (e ->> 'reals')::bigint + (e ->> 'blobs')::bigint = 0;
END;
COMMENT ON FUNCTION sqlite_mig._holds(sqlite_mig._candidate, jsonb) IS 'internal: does a candidate hold the values of its column; NULL when it was not tried';

/*
 * Tries candidates that stand before the first one known to hold the values:
 * of a column whose first one is likely only that one, unless "rest". Returns
 * the candidates with what was found; an error of SQLite passes.
 */
CREATE FUNCTION sqlite_mig._try_candidates(plan sqlite_mig.migration, source_table text, candidates sqlite_mig._candidate[], rest boolean)
	RETURNS sqlite_mig._candidate[]
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	places  integer[] := '{}';
	cols    integer[] := '{}';
	names   text[] := '{}';
	types   text[] := '{}';
	formats text[] := '{}';
	col     integer := 0;
	done    boolean;
	all_of  boolean;
	k       sqlite_mig._candidate;
	f       record;
BEGIN
	FOR i IN 1 .. cardinality(candidates) LOOP
		k := candidates[i];
		IF k.col <> col THEN
			col := k.col;
			done := false;
			all_of := rest OR k.says = 'unlikely';
		END IF;
		CONTINUE WHEN done;
		done := k.refused <= k.spare;
		CONTINUE WHEN k.refused IS NOT NULL;
		done := NOT all_of;
		IF names[cardinality(names)] IS DISTINCT FROM k.source_name THEN
			names := names || k.source_name;
		END IF;
		places := places || i;
		cols := cols || cardinality(names);
		types := types || k.target_type;
		formats := formats || k.format;
	END LOOP;
	IF cardinality(places) > 0 THEN
		FOR f IN SELECT t.* FROM sqlite_mig._fit(plan.server, source_table, names, cols, types, formats, plan.options ->> 'time_zone') WITH ORDINALITY AS t LOOP
			k := candidates[places[f.ordinality]];
			k.refused := f.refused;
			k.lossy := f.lossy;
			-- Local times that a named zone does not have once are resolved by rule, and where the declaration asks for times
			-- fractions beyond microseconds are rounded; each is told. A text that happens to look like times keeps its digits.
			IF k.target_type IN ('timestamptz', 'timestamp', 'time') AND f.lossy > 0 AND f.changes - (CASE WHEN EXISTS (
					SELECT FROM unnest(candidates) AS d WHERE d.col = k.col AND d.rule LIKE 'type\_rule%' AND d.target_type IN ('timestamptz', 'timestamp', 'time'))
				THEN '{gap,overlap,rounded}' ELSE '{gap,overlap}' END)::text[] = '{}' THEN
				k.refused := f.refused - f.lossy;
				k.lossy := 0;
				k.shifted := f.changes;
			END IF;
			k.first_row := f.first_row;
			k.storage_class := f.storage_class;
			k.value := f.value;
			k.why := f.reason;
			candidates[places[f.ordinality]] := k;
		END LOOP;
	END IF;
	RETURN candidates;
END;
$$;
COMMENT ON FUNCTION sqlite_mig._try_candidates(sqlite_mig.migration, text, sqlite_mig._candidate[], boolean) IS 'internal: tries conversions where counts prove nothing';

/* One pass over the values of a table, more only where it proves nothing: the first candidate that holds every value of a column becomes its type. */
CREATE FUNCTION sqlite_mig._plan_values(migration text, source_table text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan       sqlite_mig.migration := sqlite_mig._migration(migration);
	read       bigint;
	complete   boolean;
	last_key   bigint;
	settings   jsonb := plan.options || jsonb_build_object('zone', sqlite_mig._source_zone(migration));
	candidates sqlite_mig._candidate[];
	place      integer := 1;
	next       integer;
	c          sqlite_mig.plan_column;
BEGIN
	WITH profile AS MATERIALIZED (
		SELECT p.* FROM sqlite_mig.profile(plan.server, source_table, (plan.options ->> 'sample_rows')::bigint) AS p
	), evidence AS (
		UPDATE sqlite_mig.plan_column AS c
			SET evidence = coalesce(c.evidence, '{}') || (to_jsonb(p) - '{table_name,position,column_name,declared_type}'::text[]) || jsonb_build_object('declared_not_null', c.not_null)
			FROM profile AS p WHERE c.migration = plan.migration AND c.source_table = _plan_values.source_table AND c.source_name = p.column_name
	)
	SELECT max(p.rows), bool_and(p.complete) INTO read, complete FROM profile AS p;
	UPDATE sqlite_mig.plan_table AS t SET rows = CASE WHEN complete THEN read END WHERE t.migration = plan.migration AND t.source_name = source_table;
	SELECT max(s.seq) INTO last_key FROM sqlite_mig.source_sequences(plan.server) AS s WHERE s.table_name = source_table;

	candidates := ARRAY(SELECT k FROM sqlite_mig.plan_column AS c, LATERAL sqlite_mig._column_candidates(c, settings, CASE WHEN c.identity IS NOT NULL THEN last_key END) AS k
		WHERE c.migration = plan.migration AND c.source_table = _plan_values.source_table AND c.evidence ? 'rows'
			AND (c.evidence -> 'rows' <> c.evidence -> 'nulls')
		ORDER BY c.position, k.ordinal);
	IF complete THEN
		candidates := sqlite_mig._try_candidates(plan, source_table, candidates, false);
		candidates := sqlite_mig._try_candidates(plan, source_table, candidates, true);
	ELSE
		PERFORM sqlite_mig._note(plan.migration, 'prepare', 'table', source_table, source_table, 'warning', 'guessed', 'sample',
			format('types and NOT NULL follow the first %s rows, as the option sample_rows says; the others were not read', read));
	END IF;

	WHILE place <= cardinality(candidates) LOOP
		next := place;
		WHILE next <= cardinality(candidates) AND candidates[next].col = candidates[place].col LOOP
			next := next + 1;
		END LOOP;
		PERFORM sqlite_mig._choose_type(plan, source_table, candidates[place:next - 1], complete);
		place := next;
	END LOOP;

	UPDATE sqlite_mig.plan_column AS c SET reason = c.reason || '; no value to look at',
			evidence = c.evidence || jsonb_build_object('refused', 0, 'lossy', 0, 'nulled', 0, 'against', '[]'::jsonb, 'proposed', concat_ws('/', c.target_type, c.format))
		WHERE c.migration = plan.migration AND c.source_table = _plan_values.source_table AND c.evidence -> 'rows' = c.evidence -> 'nulls' AND c.identity IS NULL;
	UPDATE sqlite_mig.plan_column AS c
		SET evidence = c.evidence || jsonb_build_object('refused', 0, 'lossy', 0, 'nulled', 0, 'against', '[]'::jsonb, 'proposed', concat_ws('/', c.target_type, c.format))
		WHERE c.migration = plan.migration AND c.source_table = _plan_values.source_table AND c.evidence -> 'rows' = c.evidence -> 'nulls' AND c.identity IS NOT NULL;
	UPDATE sqlite_mig.plan_column AS c SET not_null = false
		WHERE c.migration = plan.migration AND c.source_table = _plan_values.source_table AND c.evidence ->> 'nulls' <> '0';
END;
$$;
COMMENT ON FUNCTION sqlite_mig._plan_values(text, text) IS 'internal: decides the types of one table by its values';

/* Writes the choice among the candidates of one column, which has values, into the plan. Without "tried" likely is good enough. */
CREATE FUNCTION sqlite_mig._choose_type(plan sqlite_mig.migration, source_table text, candidates sqlite_mig._candidate[], tried boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	c       sqlite_mig.plan_column;
	k       sqlite_mig._candidate;
	chosen  sqlite_mig._candidate;
	nulled  boolean;
	n       bigint;
	against jsonb := '[]';
BEGIN
	SELECT p.* INTO c FROM sqlite_mig.plan_column AS p
		WHERE p.migration = plan.migration AND p.source_table = _choose_type.source_table AND p.source_name = candidates[1].source_name;
	n := (c.evidence ->> 'rows')::bigint - (c.evidence ->> 'nulls')::bigint;
	FOREACH k IN ARRAY candidates LOOP
		chosen := k;
		IF k.refused > 0 THEN
			against := against || jsonb_build_object('type', k.target_type, 'format', k.format, 'rule', k.rule, 'refused', k.refused, 'lossy', k.lossy,
				'row', k.first_row, 'class', k.storage_class, 'value', k.value, 'reason', k.why);
		END IF;
		EXIT WHEN CASE WHEN tried THEN sqlite_mig._holds(k, c.evidence) ELSE k.says <> 'unlikely' END;
	END LOOP;
	nulled := chosen.spare > 0 AND coalesce(chosen.refused, chosen.spare) > 0;
	UPDATE sqlite_mig.plan_column AS p SET target_type = chosen.target_type, format = chosen.format,
			empty_as_null = nulled AND plan.options -> 'empty_as_null' = 'true' AND (c.evidence ->> 'empty_strings')::bigint > 0,
			on_error = CASE WHEN nulled AND (plan.options -> 'empty_as_null' IS DISTINCT FROM 'true' OR chosen.spare > (c.evidence ->> 'empty_strings')::bigint) THEN 'null' END,
			not_null = c.not_null AND NOT nulled,
			confidence = CASE WHEN c.identity IS NOT NULL THEN 1
				WHEN chosen.refused > 0 AND NOT nulled THEN 0
				-- a rule of values is the surer the more of them there are
				ELSE round(least(CASE WHEN chosen.rule LIKE 'value\_rule%' THEN chosen.confidence * (n + 1) / (n + 2) ELSE chosen.confidence END,
					CASE WHEN NOT tried THEN 0.5 END), 2) END,
			reason = CASE WHEN c.identity IS NOT NULL THEN c.reason
				WHEN NOT tried THEN format('%s; from the first %s rows', chosen.reason, c.evidence ->> 'rows')
				WHEN chosen.rule LIKE 'value\_rule%' THEN chosen.reason || CASE WHEN nulled THEN '; others become NULL' ELSE '' END
				WHEN NOT coalesce(sqlite_mig._holds(chosen, c.evidence), false) THEN chosen.reason || '; no candidate holds every value'
				WHEN chosen.confidence = 1 THEN chosen.reason || '; every value fits'
				ELSE chosen.reason || '; first candidate that holds every value' END,
			evidence = c.evidence || jsonb_build_object('refused', coalesce(chosen.refused, 0), 'lossy', coalesce(chosen.lossy, 0), 'against', against,
				'changes', coalesce(chosen.shifted, '{}'), 'rule', chosen.rule, 'effect', chosen.effect, 'nulled', CASE WHEN nulled THEN coalesce(chosen.refused, chosen.spare) ELSE 0 END,
				'proposed', concat_ws('/', chosen.target_type, chosen.format))
		WHERE p.migration = plan.migration AND p.source_table = c.source_table AND p.source_name = c.source_name;
END;
$$;
COMMENT ON FUNCTION sqlite_mig._choose_type(sqlite_mig.migration, text, sqlite_mig._candidate[], boolean) IS 'internal: the first candidate that holds every value';
