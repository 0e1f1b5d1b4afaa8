-- Virtual tables of the plan: those of full-text search and R-Tree become ordinary tables with their rows. Owns what a
-- virtual table is, plan_search, and what the ledger says of a search; the statements are in 54_ddl_views and 55_ddl.

/* Module of a virtual table in lower case, NULL for another table. */
CREATE FUNCTION sqlite_mig_internal._module(sql text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT lower(v.name COLLATE "C") FROM sqlite_mig_internal._virtual_table(_module.sql) AS v WHERE v.place = 0;
END;
COMMENT ON FUNCTION sqlite_mig_internal._module(text) IS 'internal: module of a virtual table';

CREATE FUNCTION sqlite_mig_internal._is_search(sql text) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT coalesce(sqlite_mig_internal._module(_is_search.sql) IN ('fts3', 'fts4', 'fts5'), false);
END;
COMMENT ON FUNCTION sqlite_mig_internal._is_search(text) IS 'internal: is a virtual table one of full-text search';

/* The value of an option of a virtual table, NULL when it is not said; FTS3 also takes "tokenize porter". */
CREATE FUNCTION sqlite_mig_internal._virtual_option(sql text, name text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT coalesce(v.value, v.rest, '') FROM sqlite_mig_internal._virtual_table(_virtual_option.sql) AS v
		WHERE v.place > 0 AND lower(v.name COLLATE "C") = _virtual_option.name AND (v.value IS NOT NULL OR v.name = 'tokenize' AND sqlite_mig_internal._module(_virtual_option.sql) <> 'fts5')
		ORDER BY v.place DESC LIMIT 1;
END;
COMMENT ON FUNCTION sqlite_mig_internal._virtual_option(text, text) IS 'internal: an option of a virtual table';

/* Text search configuration that comes next to a tokenizer. */
CREATE FUNCTION sqlite_mig_internal._search_config(tokenizer text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE (regexp_match(lower(_search_config.tokenizer COLLATE "C"), '^\W*(\w*)'))[1] WHEN 'porter' THEN 'english' WHEN 'trigram' THEN 'trigram' ELSE 'simple' END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._search_config(text) IS 'internal: text search configuration for a tokenizer';

/* What to do about a full-text table without texts: rowids lead from its index to a table that has them, which only the application knows. */
CREATE FUNCTION sqlite_mig_internal._contentless_advice(sql text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT format('is contentless: the file has an index of words, but no texts. To the table that has the texts, whose keys are the rowids of this one: '
			'ALTER TABLE ... ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector(%1$L, %2$s)) STORED; CREATE INDEX ON ... USING gin (search); and MATCH is search @@ websearch_to_tsquery(%1$L, ...)',
			CASE k.config WHEN 'trigram' THEN 'simple' ELSE k.config END,
			(SELECT string_agg(format('coalesce(%I, '''')', v.name), ' || '' '' || ' ORDER BY v.place) FROM sqlite_mig_internal._virtual_table(_contentless_advice.sql) AS v
				WHERE v.place > 0 AND v.value IS NULL AND v.name IS NOT NULL AND lower(coalesce(v.rest, '') COLLATE "C") !~ 'unindexed' AND lower(v.name COLLATE "C") <> 'tokenize'))
		FROM (SELECT sqlite_mig_internal._search_config(coalesce(sqlite_mig_internal._virtual_option(_contentless_advice.sql, 'tokenize'), '')) AS config) AS k;
END;
COMMENT ON FUNCTION sqlite_mig_internal._contentless_advice(text) IS 'internal: what to do about a contentless full-text table';

/* Why a virtual table is not carried over, NULL when it is. */
CREATE FUNCTION sqlite_mig_internal._virtual_obstacle(plan sqlite_mig.migration, sql text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE
		WHEN (plan).options ->> 'if_exists' IN ('load', 'truncate') THEN 'is a virtual table, which is not loaded into tables that exist'
		WHEN sqlite_mig_internal._is_search(_virtual_obstacle.sql) AND sqlite_mig_internal._virtual_option(_virtual_obstacle.sql, 'content') = ''
			THEN sqlite_mig_internal._contentless_advice(_virtual_obstacle.sql)
		WHEN sqlite_mig_internal._is_search(_virtual_obstacle.sql) OR m.module IN ('rtree', 'rtree_i32', 'geopoly') THEN NULL
		ELSE format('is a virtual table of module %s, which PostgreSQL does not have', coalesce(m.module, 'unknown')) END
		FROM (SELECT sqlite_mig_internal._module(_virtual_obstacle.sql) AS module) AS m;
END;
COMMENT ON FUNCTION sqlite_mig_internal._virtual_obstacle(sqlite_mig.migration, text) IS 'internal: why a virtual table is not carried over';

/* The columns that a full-text table searches, as it spells them. */
CREATE FUNCTION sqlite_mig_internal._searched_columns(server text, table_name text, sql text) RETURNS text[]
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT array_agg(c.column_name ORDER BY c.position) FROM sqlite_mig.source_columns(_searched_columns.server) AS c
		WHERE c.table_name = _searched_columns.table_name
			AND NOT EXISTS (SELECT FROM sqlite_mig_internal._virtual_table(_searched_columns.sql) AS v WHERE CASE sqlite_mig_internal._module(_searched_columns.sql)
				WHEN 'fts5' THEN v.value IS NULL AND lower(v.name COLLATE "C") = lower(c.column_name COLLATE "C") AND v.rest ~* '\munindexed\M' COLLATE "C"
				ELSE lower(v.name COLLATE "C") = 'notindexed' AND lower(v.value COLLATE "C") = lower(c.column_name COLLATE "C") END);
END;
COMMENT ON FUNCTION sqlite_mig_internal._searched_columns(text, text, text) IS 'internal: columns that a full-text table searches';

/*
 * Letters for so many columns: A to D in their order, by which a query can name
 * each; where FTS5 was told weights, in the order of these.
 */
CREATE FUNCTION sqlite_mig_internal._search_weights(ranks numeric[], n integer) RETURNS "char"[]
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT array_agg(CASE WHEN _search_weights.n = 1 THEN 'D' ELSE substr('ABCD', least(w.place, 4)::integer, 1) END::"char" ORDER BY w.i)
		FROM (SELECT i, CASE WHEN ranks IS NULL THEN i ELSE dense_rank() OVER (ORDER BY ranks[i] DESC) END AS place FROM generate_series(1, _search_weights.n) AS i) AS w;
END;
COMMENT ON FUNCTION sqlite_mig_internal._search_weights(numeric[], integer) IS 'internal: weights of searched columns';

/* The weights that an FTS5 table was told for bm25(), one for each column; NULL when it was told none. */
CREATE FUNCTION sqlite_mig_internal._bm25_weights(server text, table_name text, sql text) RETURNS numeric[]
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	given text;
BEGIN
	IF sqlite_mig_internal._module(sql) = 'fts5' THEN
		given := (regexp_match(sqlite_mig_internal._source_value(server, format('(SELECT v FROM "%s" WHERE k = ''rank'')', replace(table_name || '_config', '"', '""'))), 'bm25\(([-+0-9., ]+)\)'))[1];
	END IF;
	RETURN string_to_array(replace(given, ' ', ''), ',')::numeric[];
EXCEPTION
	-- a table of that name is SQLite's own affair, and may have been damaged
	WHEN fdw_error OR data_exception OR undefined_table OR undefined_column THEN
		RETURN NULL;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._bm25_weights(text, text, text) IS 'internal: weights that an FTS5 table was told';

/*
 * Fills plan_search. A table whose texts are those of another one, which is
 * carried over, needs no rows of its own: that one gets the column.
 */
CREATE FUNCTION sqlite_mig_internal._plan_search(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig constant text := (plan).migration;
BEGIN
	INSERT INTO sqlite_mig.plan_search (migration, source_name, source_table, include, columns, weights, config, tokenizer)
		SELECT mig, t.source_name, coalesce(o.source_table, t.source_name), true, coalesce(o.columns, s.columns),
				sqlite_mig_internal._search_weights((SELECT array_agg(r.rank ORDER BY r.n) FROM unnest(sqlite_mig_internal._bm25_weights((plan).server, t.source_name, t.source_sql)) WITH ORDINALITY AS r (rank, n)
					WHERE (SELECT array_agg(c.column_name ORDER BY c.position) FROM sqlite_mig.source_columns((plan).server) AS c WHERE c.table_name = t.source_name)[r.n] = ANY (s.columns)),
					cardinality(s.columns)),
				coalesce((plan).options ->> 'text_search_config', sqlite_mig_internal._search_config(k.tokenizer)), k.tokenizer
		FROM sqlite_mig.plan_table AS t,
			LATERAL (SELECT coalesce(nullif(sqlite_mig_internal._virtual_option(t.source_sql, 'tokenize'), ''), CASE sqlite_mig_internal._module(t.source_sql) WHEN 'fts5' THEN 'unicode61' ELSE 'simple' END) AS tokenizer) AS k,
			LATERAL (SELECT sqlite_mig_internal._searched_columns((plan).server, t.source_name, t.source_sql) AS columns) AS s
			LEFT JOIN LATERAL (SELECT p.source_name AS source_table, array_agg(c.column_name ORDER BY u.n) AS columns
				FROM sqlite_mig.plan_table AS p CROSS JOIN LATERAL unnest(s.columns) WITH ORDINALITY AS u (name, n)
					JOIN sqlite_mig.source_columns((plan).server) AS c ON c.table_name = p.source_name AND lower(c.column_name COLLATE "C") = lower(u.name COLLATE "C")
				WHERE p.migration = mig AND p.include AND p.kind = 'table' AND lower(p.source_name COLLATE "C") = lower(sqlite_mig_internal._virtual_option(t.source_sql, 'content') COLLATE "C")
				GROUP BY p.source_name HAVING count(*) = cardinality(s.columns)) AS o ON true
		WHERE t.migration = mig AND t.include AND t.kind = 'virtual' AND sqlite_mig_internal._is_search(t.source_sql) AND s.columns IS NOT NULL;
	UPDATE sqlite_mig.plan_table AS t SET include = false, reason = format('has the texts of "%s", where they are searched', s.source_table)
		FROM sqlite_mig.plan_search AS s WHERE s.migration = mig AND t.migration = mig AND t.source_name = s.source_name AND s.source_table <> s.source_name;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_search(sqlite_mig.migration) IS 'internal: fills plan_search';

/* What identifies the rows of virtual tables: the rowid of a full-text table, which no list of its columns has, and the first column of an R-Tree. */
CREATE FUNCTION sqlite_mig_internal._plan_virtual_keys(plan sqlite_mig.migration) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	INSERT INTO sqlite_mig.plan_column (migration, source_table, source_name, position, target_name, declared_type, target_type, not_null, identity, primary_key, confidence, reason)
		SELECT t.migration, t.source_name, k.name, 0, k.name, 'INTEGER', 'bigint', true, CASE WHEN ((plan).options ->> 'serial')::boolean THEN 'serial' ELSE coalesce((plan).options ->> 'identity', 'by default') END,
				1, 1, 'rowid of the full-text table'
			FROM sqlite_mig.plan_table AS t, LATERAL (SELECT CASE sqlite_mig_internal._module(t.source_sql) WHEN 'fts5' THEN 'rowid' ELSE 'docid' END AS name) AS k
			WHERE t.migration = (plan).migration AND t.include AND t.kind = 'virtual' AND sqlite_mig_internal._is_search(t.source_sql);
	UPDATE sqlite_mig.plan_column AS c SET target_type = 'bigint', not_null = true, primary_key = 1, confidence = 1, reason = 'id of the R-Tree',
			identity = CASE WHEN ((plan).options ->> 'serial')::boolean THEN 'serial' ELSE coalesce((plan).options ->> 'identity', 'by default') END
		FROM sqlite_mig.plan_table AS t
		WHERE t.migration = (plan).migration AND t.include AND t.kind = 'virtual' AND sqlite_mig_internal._module(t.source_sql) IN ('rtree', 'rtree_i32')
			AND c.migration = t.migration AND c.source_table = t.source_name AND c.position = 1;
END;
COMMENT ON FUNCTION sqlite_mig_internal._plan_virtual_keys(sqlite_mig.migration) IS 'internal: keys of virtual tables';

/* What is searched is text: of a type that is written in different ways at different times no column could be generated. */
CREATE FUNCTION sqlite_mig_internal._plan_search_types(migration text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.plan_column AS c SET target_type = f.type, format = f.format, reason = 'is searched as text',
			evidence = c.evidence - 'rule' || jsonb_build_object('proposed', concat_ws('/', f.type, f.format), 'against', '[]'::jsonb)
		FROM sqlite_mig.plan_search AS s, sqlite_mig.plan_column AS p,
			LATERAL (SELECT p.target_type ~ '^(text|varchar|bytea)' AS is_text,
				NOT coalesce(p.evidence ? 'rows', false) OR (p.evidence ->> 'texts')::bigint < (p.evidence ->> 'rows')::bigint - (p.evidence ->> 'nulls')::bigint AS mixed) AS k,
			LATERAL (SELECT CASE WHEN k.is_text THEN p.target_type ELSE 'text' END AS type, CASE WHEN k.is_text THEN p.format WHEN k.mixed THEN 'any' END AS format) AS f
		WHERE s.migration = _plan_search_types.migration AND s.source_table = s.source_name AND p.migration = s.migration AND p.source_table = s.source_name
			AND p.source_name = ANY (s.columns) AND c.migration = p.migration AND c.source_table = p.source_table AND c.source_name = p.source_name;
	-- a rowid was not counted, and needs no proof
	UPDATE sqlite_mig.plan_column AS c SET evidence = '{"complete": true, "nulls": 0, "keyed": true, "proposed": "bigint"}'
		FROM sqlite_mig.plan_table AS t
		WHERE c.migration = _plan_search_types.migration AND t.migration = c.migration AND t.source_name = c.source_table AND t.kind = 'virtual' AND c.position = 0;
END;
COMMENT ON FUNCTION sqlite_mig_internal._plan_search_types(text) IS 'internal: types of searched columns';

/* Operator class of trigrams with its schema, NULL while the extension pg_trgm is not there. */
CREATE FUNCTION sqlite_mig_internal._trigram_class() RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT format('%I.%I', n.nspname, o.opcname) FROM pg_opclass AS o JOIN pg_namespace AS n ON n.oid = o.opcnamespace JOIN pg_am AS a ON a.oid = o.opcmethod
		WHERE o.opcname = 'gin_trgm_ops' AND a.amname = 'gin' ORDER BY o.oid LIMIT 1;
END;
COMMENT ON FUNCTION sqlite_mig_internal._trigram_class() IS 'internal: operator class of trigrams';

/*
 * Columns of type tsvector to make, with their expressions, and keys of indexes
 * of trigrams, as the plan is now; none for one that rests on a column that is left out.
 */
CREATE FUNCTION sqlite_mig_internal._search_columns(migration text) RETURNS TABLE (source_name text, source_table text, column_name text, index_name text, expression text, trigrams text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT s.source_name, s.source_table, CASE WHEN s.config <> 'trigram' THEN s.column_name END, s.index_name, CASE WHEN s.config <> 'trigram' THEN coalesce(s.expression, x.vector) END,
			CASE WHEN s.config = 'trigram' THEN x.trigrams END
		FROM sqlite_mig.plan_search AS s, LATERAL (
			SELECT CASE WHEN count(c.source_name) = count(*) THEN string_agg(format(CASE WHEN cardinality(s.columns) = 1 AND s.weights[1] = 'D' THEN 'to_tsvector(%1$L, %2$s)' ELSE 'setweight(to_tsvector(%1$L, %2$s), %3$L)' END,
						s.config, v.text, s.weights[u.n]), ' || ' ORDER BY u.n) END AS vector,
					CASE WHEN count(c.source_name) = count(*) THEN string_agg(quote_ident(c.target_name) || ' ' || sqlite_mig_internal._trigram_class(), ', ' ORDER BY u.n) END AS trigrams
				FROM unnest(s.columns) WITH ORDINALITY AS u (name, n)
					LEFT JOIN sqlite_mig.plan_column AS c ON c.migration = s.migration AND c.source_table = s.source_table AND c.source_name = u.name AND c.include,
					LATERAL (SELECT CASE WHEN c.source_name IS NOT NULL THEN format(CASE WHEN s.max_chars IS NULL THEN 'coalesce(%1$I%2$s, '''')' ELSE 'left(coalesce(%1$I%2$s, ''''), %3$s)' END,
						c.target_name, CASE WHEN c.target_type ~ '^(text|varchar)' THEN '' ELSE '::text' END, s.max_chars) END AS text) AS v) AS x
		WHERE s.migration = _search_columns.migration AND s.include AND s.index_name IS NOT NULL
			AND CASE s.config WHEN 'trigram' THEN x.trigrams IS NOT NULL AND sqlite_mig_internal._trigram_class() IS NOT NULL ELSE coalesce(s.expression, x.vector) IS NOT NULL AND s.column_name IS NOT NULL END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._search_columns(text) IS 'internal: columns and indexes for full-text search';

/* How queries of SQLite's full-text search are written for a column that is planned. */
CREATE FUNCTION sqlite_mig_internal._search_help(s sqlite_mig.plan_search) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT format('MATCH ''a b'' is %1$I @@ websearch_to_tsquery(%2$L, ''a b''), which takes "a phrase", or, -without; MATCH ''a*'' is %1$I @@ to_tsquery(%2$L, ''a:*''), '
			'NEAR(a b, 5) is to_tsquery(%2$L, ''a <5> b'')%3$s; ORDER BY rank or bm25() is ORDER BY ts_rank_cd(%1$I, query) DESC; snippet() and highlight() are ts_headline(%2$L, text, query)',
			(s).column_name, (s).config, (SELECT format(', %s: a is to_tsquery(%L, ''a:%s'')', (s).columns[1], (s).config, (s).weights[1]) WHERE cardinality((s).columns) > 1));
END;
COMMENT ON FUNCTION sqlite_mig_internal._search_help(sqlite_mig.plan_search) IS 'internal: how to write a query for full-text search';

/* What the ledger says of a full-text table. */
CREATE FUNCTION sqlite_mig_internal._search_finding(s sqlite_mig.plan_search, module text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN (s).source_name = (s).source_table THEN format('%s table, is an ordinary table with its rows', upper(_search_finding.module COLLATE "C"))
			ELSE format('%s table without texts of its own', upper(_search_finding.module COLLATE "C")) END
		|| CASE WHEN NOT (s).include THEN ', which are not searched: ' || (s).reason
			WHEN (s).config = 'trigram' THEN format('; parts of words are found by an index of trigrams on "%s" (%s): MATCH ''abc'' is %s ILIKE ''%%abc%%''', (s).source_table, array_to_string((s).columns, ', '), (s).columns[1])
			ELSE format('; column "%s" of "%s", with a GIN index, has its words as the configuration %s makes them%s. %s', (s).column_name, (s).source_table, (s).config,
				CASE WHEN (s).tokenizer ~* '^\W*porter' COLLATE "C" THEN ' (which leaves out words such as "the")'
					WHEN (s).tokenizer ~* '^\W*(unicode61|icu)' COLLATE "C" THEN ' (which tells accented letters from others: the extension unaccent may be part of a configuration of your own)' ELSE '' END,
				sqlite_mig_internal._search_help(s)) END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._search_finding(sqlite_mig.plan_search, text) IS 'internal: what the ledger says of a full-text table';

/*
 * Names for columns and indexes, when all types are chosen; what PostgreSQL does not take is left out. A tsvector has less than
 * 1 MB: where the texts of a row might need more only the first part of each is searched, or rows would be refused.
 */
CREATE FUNCTION sqlite_mig_internal._plan_search_columns(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig  constant text := _plan_search_columns.migration;
	item sqlite_mig.plan_search;
	made record;
	why  text;
BEGIN
	FOR item IN SELECT s.* FROM sqlite_mig.plan_search AS s JOIN sqlite_mig.plan_table AS t ON t.migration = s.migration AND t.source_name = s.source_table AND t.include
			WHERE s.migration = mig ORDER BY t.load_order, s.source_name LOOP
		item.column_name := 'search';
		FOR n IN 2 .. 1600 LOOP
			EXIT WHEN NOT EXISTS (SELECT FROM sqlite_mig.plan_column AS c WHERE c.migration = mig AND c.source_table = item.source_table AND lower(c.target_name COLLATE "C") = lower(item.column_name COLLATE "C")
				UNION ALL SELECT FROM sqlite_mig.plan_search AS s WHERE s.migration = mig AND s.source_table = item.source_table AND s.column_name = item.column_name);
			item.column_name := 'search_' || n;
		END LOOP;
		item.index_name := sqlite_mig_internal._free_name(mig, concat_ws('_', (SELECT t.target_name FROM sqlite_mig.plan_table AS t WHERE t.migration = mig AND t.source_name = item.source_table),
			item.column_name, 'idx'));
		-- words of three letters, each once, need twice their bytes
		SELECT CASE WHEN sum(coalesce((c.evidence ->> 'max_bytes')::bigint, 0)) > 500000 THEN 100000 / count(*) END INTO item.max_chars FROM sqlite_mig.plan_column AS c
			WHERE c.migration = mig AND c.source_table = item.source_table AND c.source_name = ANY (item.columns);
		UPDATE sqlite_mig.plan_search AS s SET column_name = item.column_name, index_name = item.index_name, max_chars = item.max_chars WHERE s.migration = mig AND s.source_name = item.source_name;
		SELECT c.* INTO made FROM sqlite_mig_internal._search_columns(mig) AS c WHERE c.source_name = item.source_name;
		why := CASE WHEN NOT FOUND AND item.config = 'trigram' THEN format('the tokenizer trigram finds parts of words, which is the work of the extension pg_trgm. With CREATE EXTENSION pg_trgm before prepare an index of trigrams is made on %s',
				array_to_string(item.columns, ', '))
			WHEN NOT FOUND THEN 'a column of it is not in the plan'
			WHEN made.expression IS NOT NULL THEN sqlite_mig_internal._search_error(mig, item.source_table, made.column_name, made.expression) END;
		UPDATE sqlite_mig.plan_search AS s SET include = why IS NULL, reason = why WHERE s.migration = mig AND s.source_name = item.source_name RETURNING s.* INTO item;
		PERFORM sqlite_mig_internal._note_search(item);
	END LOOP;
	PERFORM sqlite_mig_internal._note_rtree(mig);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_search_columns(text) IS 'internal: names, proof and ledger rows for virtual tables';

/* Why PostgreSQL does not take a column for search, NULL when it does. */
CREATE FUNCTION sqlite_mig_internal._search_error(migration text, source_table text, column_name text, expression text) RETURNS text
	LANGUAGE sql
BEGIN ATOMIC
	SELECT (sqlite_mig_internal._trial(_search_error.migration, _search_error.source_table,
		ARRAY[format('ALTER TABLE sqlite_mig_trial ADD COLUMN %I tsvector GENERATED ALWAYS AS (%s) STORED', _search_error.column_name, _search_error.expression)]))[1];
END;
COMMENT ON FUNCTION sqlite_mig_internal._search_error(text, text, text, text) IS 'internal: why a column for search cannot be made';

CREATE FUNCTION sqlite_mig_internal._note_search(s sqlite_mig.plan_search) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	PERFORM sqlite_mig_internal._note(t.migration, 'prepare', 'virtual table', t.source_name, t.source_name, 'warning', n.effect, n.rule, n.detail, sample => t.source_sql)
		FROM sqlite_mig.plan_table AS t, LATERAL (
			SELECT CASE WHEN (s).include THEN 'changed' ELSE 'skipped' END AS effect, 'full text' AS rule, sqlite_mig_internal._search_finding(s, sqlite_mig_internal._module(t.source_sql)) AS detail
			UNION ALL SELECT 'changed', 'long texts', format('only the first %s characters of each column are searched: a tsvector holds less than 1 MB of words', (s).max_chars) WHERE (s).max_chars IS NOT NULL
			UNION ALL SELECT 'changed', 'full text', format('its texts came from "%s": it has them as they are now, and nothing keeps it in step', x.content)
				FROM sqlite_mig_internal._virtual_option(t.source_sql, 'content') AS x (content) WHERE (s).source_name = (s).source_table AND x.content <> '') AS n
		WHERE t.migration = (s).migration AND t.source_name = (s).source_name;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._note_search(sqlite_mig.plan_search) IS 'internal: ledger rows for a full-text table';

CREATE FUNCTION sqlite_mig_internal._note_rtree(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	PERFORM sqlite_mig_internal._note(t.migration, 'prepare', 'virtual table', t.source_name, t.source_name, 'warning', 'changed', 'r-tree',
			format('%s table, is an ordinary table with its rows. Where what overlaps is searched for: CREATE INDEX ON %I.%I USING gist (%s), and && in queries%s', upper(x.module COLLATE "C"), m.target_schema, t.target_name,
				CASE cardinality(a.names) WHEN 2 THEN format('numrange(%I::numeric, %I::numeric, ''[]'')', a.names[1], a.names[2])
					ELSE format('box(point(%I, %I), point(%I, %I))', a.names[1], a.names[3], a.names[2], a.names[4]) END,
				CASE WHEN cardinality(a.names) > 2 THEN '; for the earth PostGIS' ELSE '' END), sample => t.source_sql)
		FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t ON t.migration = m.migration, LATERAL (SELECT sqlite_mig_internal._module(t.source_sql) AS module) AS x,
			-- minimum and maximum of each dimension; what follows "+" only comes along
			LATERAL (SELECT array_agg(c.target_name ORDER BY c.position) AS names FROM sqlite_mig.plan_column AS c
				WHERE c.migration = m.migration AND c.source_table = t.source_name AND c.position > 1 AND c.declared_type <> '') AS a
		WHERE m.migration = _note_rtree.migration AND t.include AND t.kind = 'virtual' AND x.module IN ('rtree', 'rtree_i32') AND cardinality(a.names) > 1
		ORDER BY t.load_order;
	PERFORM sqlite_mig_internal._note(t.migration, 'prepare', 'virtual table', t.source_name, t.source_name, 'warning', 'changed', 'r-tree',
			'geopoly table, is an ordinary table with its rows: a shape is the bytes that geopoly keeps, so write geopoly_json(_shape) into a column of its own, or use PostGIS', sample => t.source_sql)
		FROM sqlite_mig.plan_table AS t WHERE t.migration = _note_rtree.migration AND t.include AND sqlite_mig_internal._module(t.source_sql) = 'geopoly' ORDER BY t.load_order;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._note_rtree(text) IS 'internal: ledger rows for R-Trees';

/* Does a trigger do nothing but keep a full-text table in step? Each statement of its body changes that table. */
CREATE FUNCTION sqlite_mig_internal._only_changes(trigger_sql text, table_name text) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT coalesce((SELECT bool_and(s.original ~* ('^(insert(\s+or\s+\w+)?\s+into|replace\s+into|delete\s+from|update(\s+or\s+\w+)?)\s+([["`]?(main|temp)[]"`]?\s*\.\s*)?[["`'']?'
				|| regexp_replace(_only_changes.table_name, '(\W)', '\\\1', 'g') || '([]"`'']|\M)') COLLATE "C")
			FROM sqlite_mig.to_postgres((regexp_match(_only_changes.trigger_sql, '\mBEGIN\M(.*)\mEND\s*;?\s*$' COLLATE "C", 'i'))[1]) AS s), false);
END;
COMMENT ON FUNCTION sqlite_mig_internal._only_changes(text, text) IS 'internal: does a trigger change one table and no other';

/* Triggers that kept a full-text table in step with its texts: PostgreSQL computes the column by itself. */
CREATE FUNCTION sqlite_mig_internal._leave_out_search_triggers(migration text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.plan_trigger AS g SET include = false, reason = format('kept "%s" in step with "%s", whose column "%s" PostgreSQL computes by itself', s.source_name, s.source_table, s.column_name)
		FROM sqlite_mig.plan_search AS s
		WHERE g.migration = _leave_out_search_triggers.migration AND s.migration = g.migration AND s.source_table <> s.source_name AND s.include AND s.column_name IS NOT NULL
			AND g.include AND lower(g.source_table COLLATE "C") = lower(s.source_table COLLATE "C") AND sqlite_mig_internal._only_changes(g.source_sql, s.source_name);
END;
COMMENT ON FUNCTION sqlite_mig_internal._leave_out_search_triggers(text) IS 'internal: leaves out triggers that kept full-text tables in step';
