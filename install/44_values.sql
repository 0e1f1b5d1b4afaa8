-- Types by the values of a table: evidence, candidates, trial, choice. The table is read once by profile(); where its counts
-- prove nothing, the columns in doubt are read again by _fit, which tries the conversion itself.

CREATE TYPE sqlite_mig_internal._candidate AS (
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
COMMENT ON TYPE sqlite_mig_internal._candidate IS
	'internal: a type that a column could become; says: see _evidence_says; spare: values that may be refused and become NULL; refused: NULL when not tried; shifted: local times that the clocks skipped or showed twice and rounded fractions, which are in no other count';

CREATE TYPE sqlite_mig_internal._table_candidates AS (
	source_table  text,
	complete      boolean,
	candidates    sqlite_mig_internal._candidate[]
);
COMMENT ON TYPE sqlite_mig_internal._table_candidates IS 'internal: the candidates for all columns of a table; complete: of all rows';

/*
 * What the columns of a migration that have evidence and values could become,
 * in order of preference; integers narrower than bigint only where the counts
 * prove them. One row per table, in the order of loading. One query for all: in
 * a schema of many small tables a query per column would be the most of it. What
 * depends on the column is LATERAL, for no statistics tell the planner how many
 * columns there are, and a join of two lists of them could be every one with every one.
 */
CREATE FUNCTION sqlite_mig_internal._candidates(migration text, options jsonb) RETURNS SETOF sqlite_mig_internal._table_candidates
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH key AS MATERIALIZED (
		SELECT s.table_name, max(s.seq) AS last FROM sqlite_mig.migration AS m, LATERAL sqlite_mig.source_sequences(m.server) AS s
			WHERE m.migration = _candidates.migration GROUP BY s.table_name
	), geometry AS MATERIALIZED (
		SELECT g.* FROM sqlite_mig.migration AS m, LATERAL sqlite_mig_internal._geometry_types(m.server) AS g WHERE m.migration = _candidates.migration
	), declared AS MATERIALIZED (
		SELECT d.declared_type, sqlite_mig_internal._normal_type(d.declared_type) AS normal,
				-- the option varchar: declared asks for the length whatever the values are
				coalesce(options ->> 'varchar' = 'declared', false) AND bool_or(t.target_type ~ '^varchar') AS length,
				array_agg(ROW(0, NULL, t.ordinal, t.target_type, t.format, t.if_empty, t.rule::text, NULL, NULL, t.reason,
					NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::sqlite_mig_internal._candidate ORDER BY t.ordinal) AS types
			FROM (SELECT DISTINCT c.declared_type FROM sqlite_mig.plan_column AS c WHERE c.migration = _candidates.migration) AS d,
				LATERAL sqlite_mig.type_candidates(d.declared_type) AS t
			GROUP BY d.declared_type
	), col AS MATERIALIZED (
		SELECT c.source_table, c.source_name, c.position, c.identity, c.evidence, t.load_order, d.normal, d.types, d.length AND c.identity IS NULL AS forced,
				n.n, coalesce((c.evidence ->> 'keyed')::boolean, false) AS keyed, (n.n).rows - (n.n).nulls AS vals,
				(n.n).numbers = (n.n).texts AND (n.n).texts > 0 AS odd, (n.n).integral_reals = (n.n).reals AND (n.n).reals > 0 AS reals,
				CASE WHEN (options ->> 'empty_as_null')::boolean AND NOT c.evidence ? 'keyed' THEN (n.n).empty_strings ELSE 0 END AS empties,
				CASE WHEN (options ->> 'zero_dates_as_null')::boolean AND NOT c.evidence ? 'keyed' THEN (n.n).zero_dates ELSE 0 END AS zeros,
				CASE WHEN c.identity IS NOT NULL THEN k.last END AS last_key
			FROM sqlite_mig.plan_column AS c
				JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table
				JOIN declared AS d ON d.declared_type = c.declared_type
				LEFT JOIN key AS k ON k.table_name = c.source_table,
				LATERAL (SELECT x AS n FROM sqlite_mig_internal._counts(c.evidence) AS x OFFSET 0) AS n
			WHERE c.migration = _candidates.migration AND c.evidence ? 'rows' AND c.evidence -> 'rows' <> c.evidence -> 'nulls'
	)
	SELECT c.source_table, bool_and((c.evidence ->> 'complete')::boolean), array_agg(k.k ORDER BY c.position, (k.k).ordinal)
		FROM col AS c, LATERAL (
			SELECT bool_or(e.says = 'proved') OVER (ORDER BY o.part, o.ordinal ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS beyond, ROW(c.position, c.source_name, row_number() OVER (ORDER BY o.part, o.ordinal), o.target_type, o.format, o.if_empty, o.rule, o.effect,
					o.confidence, o.reason, e.says, s.spare, CASE e.says WHEN 'proved' THEN 0 END, CASE e.says WHEN 'proved' THEN 0 END,
					NULL, NULL, NULL, NULL, NULL)::sqlite_mig_internal._candidate AS k
				FROM (
					SELECT l.*, row_number() OVER (PARTITION BY l.target_type, l.format ORDER BY l.part, l.ordinal) AS time FROM (
						SELECT 0 AS part, n.place AS ordinal, n.type AS target_type, NULL::text AS format, false AS if_empty, 'fit_integers' AS rule, 'converted' AS effect,
								1 AS confidence, b.reason, 0::numeric AS share
							FROM unnest(c.types) AS b,
								(VALUES (1, 'smallint', '^(SMALLINT|TINYINT|INT[12]\M)', 32767), (2, 'integer', '^(?!.*(BIG|INT8)).*INT', 2147483647)) AS n (place, type, pattern, max),
								LATERAL sqlite_mig_internal._evidence_says(c.n, n.type, NULL) AS e
							WHERE (options ->> 'fit_integers')::boolean AND b.ordinal = 1 AND b.target_type = 'bigint' AND c.normal ~ n.pattern AND c.vals > 0
								AND coalesce(c.last_key, 0) <= n.max AND e.says = 'proved' AND NOT (c.normal IN ('', 'ANY') AND (c.odd OR c.reals))
						UNION ALL
						SELECT 1, v.priority, v.target_type, v.format, false, 'value_rule ' || v.priority, v.effect, v.confidence, v.reason, 1 - v.share
							FROM sqlite_mig.value_rule AS v
							WHERE v.apply AND NOT c.forced AND NOT c.keyed AND c.identity IS NULL AND c.evidence -> 'recognised' ?| v.recognisers AND c.normal ~ v.declared
								AND sqlite_mig_internal._recognised(c.evidence, v.recognisers) + c.empties + CASE WHEN v.format IS NULL THEN c.zeros ELSE 0 END >= v.share * c.vals
								AND (v.builtin OR sqlite_mig_internal._type_name(v.target_type) IS NOT NULL)
						UNION ALL
						SELECT 1, -1000 + g.ordinal, g.target_type, g.format, false, 'geometry', 'converted', 1, g.reason, 0
							FROM geometry AS g WHERE g.source_table = c.source_table AND g.source_name = c.source_name AND NOT c.keyed AND c.identity IS NULL
						UNION ALL
						SELECT 2, b.ordinal, b.target_type, b.format, b.if_empty, 'type_rule ' || b.rule, 'converted', CASE b.ordinal WHEN 1 THEN 1 ELSE 0.8 END, b.reason, 0
							FROM unnest(c.types) AS b
							WHERE (c.identity IS NULL OR b.target_type = 'bigint') AND (options ->> 'varchar' IS DISTINCT FROM 'text' OR b.target_type !~ '^varchar')
								-- where SQLite turns nothing into anything, '1' is no number and 1.0 no integer, although they could be read as such
								AND NOT (c.normal IN ('', 'ANY') AND b.target_type IN ('bigint', 'double precision', 'numeric') AND c.odd)
								AND NOT (c.normal IN ('', 'ANY') AND b.target_type = 'bigint' AND c.reals)
								AND (NOT c.forced OR b.ordinal = 1)
					) AS l) AS o,
					LATERAL (SELECT o.target_type !~ '^(text|varchar|bytea)' AS nullable, o.target_type ~ '^(timestamp|date)' AND o.format IS NULL AS dates) AS t,
					LATERAL (SELECT CASE WHEN t.nullable THEN c.empties ELSE 0 END + CASE WHEN t.dates THEN c.zeros ELSE 0 END + floor(o.share * c.vals)::bigint AS spare) AS s,
					LATERAL sqlite_mig_internal._evidence_says(c.n, o.target_type, o.format, t.nullable AND c.empties > 0, t.dates AND c.zeros > 0, options ->> 'zone' = 'UTC') AS x,
					-- what a rule of values asks for was seen already
					LATERAL (SELECT CASE WHEN o.rule LIKE 'value\_rule%' AND x.says = 'unlikely' THEN 'likely' ELSE x.says END AS says) AS e
				WHERE o.time = 1
			) AS k
		-- nothing is tried or chosen after one that is proved
		WHERE k.beyond IS NOT TRUE
		GROUP BY c.source_table, c.load_order ORDER BY c.load_order;
END;
COMMENT ON FUNCTION sqlite_mig_internal._candidates(text, jsonb) IS 'internal: candidates for the types of columns with evidence';

/* Does a tried candidate hold the values of its column? "e" is the evidence. */
CREATE FUNCTION sqlite_mig_internal._holds(k sqlite_mig_internal._candidate, e jsonb) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	-- or it is text in which only what the options of the server agree to would change
	SELECT (k).refused <= (k).spare OR (k).target_type = 'text' AND (k).format IS NULL AND (k).refused = (k).lossy
		AND (e ->> 'integers')::bigint + (e ->> 'reals')::bigint + (e ->> 'blobs')::bigint = 0;
END;
COMMENT ON FUNCTION sqlite_mig_internal._holds(sqlite_mig_internal._candidate, jsonb) IS 'internal: does a candidate hold the values of its column; NULL when it was not tried';

/*
 * Tries candidates that stand before the first one known to hold the values:
 * of a column whose first one is likely only that one, unless "rest". Returns
 * the candidates with what was found; an error of SQLite passes.
 */
CREATE FUNCTION sqlite_mig_internal._try_candidates(plan sqlite_mig.migration, source_table text, candidates sqlite_mig_internal._candidate[], rest boolean)
	RETURNS sqlite_mig_internal._candidate[]
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
	k       sqlite_mig_internal._candidate;
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
		FOR f IN SELECT t.* FROM sqlite_mig_internal._fit(plan.server, source_table, names, cols, types, formats, plan.options ->> 'time_zone') WITH ORDINALITY AS t LOOP
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
COMMENT ON FUNCTION sqlite_mig_internal._try_candidates(sqlite_mig.migration, text, sqlite_mig_internal._candidate[], boolean) IS 'internal: tries conversions where counts prove nothing';

/* Reads every included table once: what profile() found becomes the evidence of its columns. */
CREATE FUNCTION sqlite_mig_internal._plan_evidence(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	WITH profile AS MATERIALIZED (
		SELECT t.source_name, t.load_order, p.*
		FROM sqlite_mig.plan_table AS t
			-- all at once, so that background workers can share them
			LEFT JOIN sqlite_mig_internal._profile((plan).server, ARRAY(SELECT o.source_name FROM sqlite_mig.plan_table AS o WHERE o.migration = (plan).migration AND o.include ORDER BY o.load_order),
				((plan).options ->> 'sample_rows')::bigint) AS p ON p.table_name = t.source_name
		WHERE t.migration = (plan).migration AND t.include
	), evidence AS (
		UPDATE sqlite_mig.plan_column AS c
			SET evidence = coalesce(c.evidence, '{}') || (to_jsonb(p) - '{source_name,load_order,table_name,position,column_name,declared_type}'::text[])
				|| jsonb_build_object('declared_not_null', c.not_null)
			FROM profile AS p WHERE c.migration = (plan).migration AND c.source_table = p.source_name AND c.source_name = p.column_name
	), counted AS (
		SELECT p.source_name, p.load_order, max(p.rows) AS rows, coalesce(bool_and(p.complete), false) AS complete FROM profile AS p GROUP BY p.source_name, p.load_order
	), known AS (
		UPDATE sqlite_mig.plan_table AS t SET rows = n.rows
			FROM counted AS n WHERE t.migration = (plan).migration AND t.source_name = n.source_name AND n.complete
	)
	INSERT INTO sqlite_mig.ledger_entry (migration, phase, object_kind, object_name, table_name, severity, effect, rule, detail)
		SELECT (plan).migration, 'prepare', 'table', n.source_name, n.source_name, 'warning', 'guessed', 'sample',
				format('types and NOT NULL follow the first %s rows, as the option sample_rows says; the others were not read', n.rows)
			FROM counted AS n WHERE NOT n.complete ORDER BY n.load_order;
	-- no value that SQLite reads has more than a billion bytes
	INSERT INTO sqlite_mig.ledger_entry (migration, phase, object_kind, object_name, table_name, severity, effect, rule, detail)
		SELECT (plan).migration, 'prepare', 'table', c.source_table, c.source_table, 'warning', 'guessed', 'too long for SQLite',
				format('rows with values that SQLite does not read: %s; %s%s. With on_error => ''reject'' they go to the quarantine, else they stop the migration', count(*),
					string_agg(format('%s, %s', g.source_row, g.detail), '; ' ORDER BY g.n) FILTER (WHERE g.n <= 3), CASE WHEN count(*) > 3 THEN '; and others' END)
			FROM (SELECT DISTINCT source_table FROM sqlite_mig.plan_column WHERE migration = (plan).migration AND (evidence ->> 'max_bytes')::bigint > 1000000000) AS c,
				LATERAL sqlite_mig_internal._source_giants((plan).server, c.source_table) WITH ORDINALITY AS g (source_row, detail, n)
			GROUP BY c.source_table ORDER BY c.source_table;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_evidence(sqlite_mig.migration) IS 'internal: reads the values of all tables';

/* Decides types by values: the first candidate that holds every value of a column becomes its type. Where the counts prove nothing, a table is read again. */
CREATE FUNCTION sqlite_mig_internal._plan_values(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan     sqlite_mig.migration := sqlite_mig_internal._migration(migration);
	settings constant jsonb := plan.options || jsonb_build_object('zone', sqlite_mig_internal._source_zone(migration));
	todo     sqlite_mig_internal._table_candidates[];
	chosen   sqlite_mig_internal._table_candidates[] := '{}';
	item     sqlite_mig_internal._table_candidates;
BEGIN
	PERFORM sqlite_mig_internal._plan_evidence(plan);
	-- an array, not a loop over a query: what follows reads whole tables and should not hold a portal open above it
	todo := ARRAY(SELECT k FROM sqlite_mig_internal._candidates(plan.migration, settings) AS k);
	FOREACH item IN ARRAY todo LOOP
		IF item.complete THEN
			item.candidates := sqlite_mig_internal._try_candidates(plan, item.source_table, item.candidates, false);
			item.candidates := sqlite_mig_internal._try_candidates(plan, item.source_table, item.candidates, true);
		END IF;
		chosen := array_append(chosen, item);
	END LOOP;
	PERFORM sqlite_mig_internal._choose_types(plan, chosen);

	UPDATE sqlite_mig.plan_column AS c SET reason = CASE WHEN c.identity IS NULL THEN c.reason || '; no value to look at' ELSE c.reason END,
			evidence = c.evidence || jsonb_build_object('refused', 0, 'lossy', 0, 'nulled', 0, 'against', '[]'::jsonb, 'proposed', concat_ws('/', c.target_type, c.format))
		WHERE c.migration = plan.migration AND c.evidence -> 'rows' = c.evidence -> 'nulls';
	UPDATE sqlite_mig.plan_column AS c SET not_null = false WHERE c.migration = plan.migration AND c.evidence ->> 'nulls' <> '0' AND c.not_null;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_values(text) IS 'internal: decides types by values';

/* Writes the choice among the candidates of each column into the plan. Of a table that was not read completely likely is good enough. */
CREATE FUNCTION sqlite_mig_internal._choose_types(plan sqlite_mig.migration, tables sqlite_mig_internal._table_candidates[]) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
BEGIN
	UPDATE sqlite_mig.plan_column AS p SET target_type = (k.chosen).target_type, format = (k.chosen).format,
			empty_as_null = k.nulled AND (plan).options -> 'empty_as_null' = 'true' AND k.empties > 0,
			on_error = CASE WHEN k.nulled AND ((plan).options -> 'empty_as_null' IS DISTINCT FROM 'true' OR (k.chosen).spare > k.empties) THEN 'null' END,
			not_null = p.not_null AND NOT k.nulled,
			confidence = CASE WHEN p.identity IS NOT NULL THEN 1
				WHEN (k.chosen).refused > 0 AND NOT k.nulled THEN 0
				-- a rule of values is the surer the more of them there are
				ELSE round(least(CASE WHEN (k.chosen).rule LIKE 'value\_rule%' THEN (k.chosen).confidence * (k.vals + 1) / (k.vals + 2) ELSE (k.chosen).confidence END,
					CASE WHEN NOT k.tried THEN 0.5 END), 2) END,
			reason = CASE WHEN p.identity IS NOT NULL THEN p.reason
				WHEN NOT k.tried THEN format('%s; from the first %s rows', (k.chosen).reason, p.evidence ->> 'rows')
				WHEN (k.chosen).rule LIKE 'value\_rule%' THEN (k.chosen).reason || CASE WHEN k.nulled THEN '; others become NULL' ELSE '' END
				WHEN NOT k.holds THEN (k.chosen).reason || '; no candidate holds every value'
				WHEN (k.chosen).confidence = 1 THEN (k.chosen).reason || '; every value fits'
				ELSE (k.chosen).reason || '; first candidate that holds every value' END,
			evidence = p.evidence || jsonb_build_object('refused', coalesce((k.chosen).refused, 0), 'lossy', coalesce((k.chosen).lossy, 0), 'against', k.against,
				'changes', coalesce((k.chosen).shifted, '{}'), 'rule', (k.chosen).rule, 'effect', (k.chosen).effect,
				'nulled', CASE WHEN k.nulled THEN coalesce((k.chosen).refused, (k.chosen).spare) ELSE 0 END,
				'proposed', concat_ws('/', (k.chosen).target_type, (k.chosen).format))
		FROM (
			SELECT o.*, (o.chosen).spare > 0 AND coalesce((o.chosen).refused, (o.chosen).spare) > 0 AS nulled,
					coalesce(jsonb_agg(o.against_one) FILTER (WHERE (o.chosen).refused > 0) OVER w, '[]') AS against,
					coalesce(min((o.chosen).ordinal) FILTER (WHERE CASE WHEN o.tried THEN o.holds ELSE (o.chosen).says <> 'unlikely' END) OVER (PARTITION BY o.source_table, o.source_name),
						max((o.chosen).ordinal) OVER (PARTITION BY o.source_table, o.source_name)) AS place
				FROM (
					SELECT t.source_table, t.complete AS tried, c.source_name, k AS chosen, coalesce(sqlite_mig_internal._holds(k, c.evidence), false) AS holds,
							(c.evidence ->> 'rows')::bigint - (c.evidence ->> 'nulls')::bigint AS vals, (c.evidence ->> 'empty_strings')::bigint AS empties,
							CASE WHEN k.refused > 0 THEN jsonb_build_object('type', k.target_type, 'format', k.format, 'rule', k.rule, 'refused', k.refused, 'lossy', k.lossy,
								'row', k.first_row, 'class', k.storage_class, 'value', k.value, 'reason', k.why) END AS against_one
						FROM unnest(tables) AS t CROSS JOIN LATERAL unnest(t.candidates) AS k
							JOIN sqlite_mig.plan_column AS c ON c.migration = (plan).migration AND c.source_table = t.source_table AND c.source_name = k.source_name
				) AS o
				WINDOW w AS (PARTITION BY o.source_table, o.source_name ORDER BY (o.chosen).ordinal)
		) AS k
		WHERE p.migration = (plan).migration AND p.source_table = k.source_table AND p.source_name = k.source_name AND (k.chosen).ordinal = k.place;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._choose_types(sqlite_mig.migration, sqlite_mig_internal._table_candidates[]) IS 'internal: the first candidate that holds every value';
