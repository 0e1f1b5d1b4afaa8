-- What becomes of the books of GeoPackage, SpatiaLite and MBTiles: tables, views and triggers that PostGIS has its own for,
-- spatial indexes, reference systems, and what the ledger says of each. The types of geometries are in 42_geometry.

/* Tables and views that are books, with what became of them. None but what nothing can read, while there is no PostGIS. */
CREATE FUNCTION sqlite_mig_internal._geometry_leftovers(server text) RETURNS TABLE (name text, owner text, kind text, reason text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH book AS MATERIALIZED (
		SELECT b.owner, sqlite_mig_internal._postgis() IS NOT NULL AS has_postgis,
				b.owner = 'GeoPackage' AND coalesce(sqlite_mig_internal._source_json(_geometry_leftovers.server, 'SELECT count(*) FROM gpkg_contents WHERE data_type NOT IN (''features'', ''attributes'')') <> '0', true) AS tiles
			FROM sqlite_mig_internal._geometry_books(_geometry_leftovers.server) AS b
	)
	SELECT DISTINCT ON (t.table_name) t.table_name, b.owner, 'book', format('belongs to the books of %s: %s', b.owner, k.reason)
		-- CASE: not asked for where there is no book
		FROM book AS b, LATERAL sqlite_mig.source_tables(CASE WHEN b.owner IS NOT NULL THEN _geometry_leftovers.server END) AS t, LATERAL (VALUES
			('GeoPackage', '^gpkg_geometry_columns$', true, 'the view geometry_columns of PostGIS has this'),
			('GeoPackage', '^gpkg_ogr_contents$', true, 'a count of rows for GDAL'),
			('GeoPackage', '^gpkg_extensions$', true, 'a list of extensions of its format'),
			('GeoPackage', '^gpkg_spatial_ref_sys$', NOT b.tiles, 'the table spatial_ref_sys of PostGIS has this'),
			('GeoPackage', '^gpkg_contents$', NOT b.tiles, 'a list of tables; titles and descriptions are comments of the tables'),
			('GeoPackage', '^gpkg_tile_matrix(_set)?$', NOT b.tiles, 'is about tiles, of which there are none'),
			('GDAL', '^(geometry_columns|spatial_ref_sys)$', true, 'PostGIS has one of this name'),
			('SpatiaLite', '^(geometry_columns|spatial_ref_sys)$', true, 'PostGIS has one of this name'),
			('SpatiaLite', '^(spatial_ref_sys_(aux|all)|geom_cols_ref_sys|spatialite_history|sql_statements_log|data_licenses|layer_(params|statistics|sub_classes|table_layout)|((views|virts)_)?(geometry_columns|layer)(_auth|_statistics|_field_infos|_time)?|vector_layers(_auth|_statistics|_field_infos)?)$',
				true, 'SpatiaLite keeps it for itself'),
			('SpatiaLite', '^(spatialindex2?|elementarygeometries|knn2?)$', true, 'a virtual table over functions of SpatiaLite, without rows of its own')
			) AS k (owner, names, applies, reason)
		WHERE k.owner = b.owner AND k.applies AND lower(t.table_name COLLATE "C") ~ k.names AND (b.has_postgis OR lower(t.table_name COLLATE "C") ~ '^(spatialindex2?|elementarygeometries|knn2?)$' AND t.kind = 'virtual')
	UNION ALL
	SELECT g.index_table, g.owner, 'index', format('is the spatial index of "%s"."%s": a GiST index takes its place', g.source_table, g.source_name)
		FROM sqlite_mig_internal._geometries(_geometry_leftovers.server) AS g WHERE g.index_table IS NOT NULL AND (SELECT b.has_postgis FROM book AS b)
	UNION ALL
	SELECT t.table_name, g.owner, 'index', format('is part of the spatial index of "%s"."%s"', g.source_table, g.source_name)
		FROM sqlite_mig_internal._geometries(_geometry_leftovers.server) AS g JOIN sqlite_mig.source_tables(_geometry_leftovers.server) AS t
			ON t.kind = 'shadow' AND t.table_name = ANY (ARRAY[g.index_table || '_node', g.index_table || '_rowid', g.index_table || '_parent'])
		WHERE (SELECT b.has_postgis FROM book AS b);
END;
COMMENT ON FUNCTION sqlite_mig_internal._geometry_leftovers(text) IS 'internal: tables and views that are books of geometries';

/* Types of geometry for columns without a value to look at, and for plans that do not look at values. */
CREATE FUNCTION sqlite_mig_internal._plan_empty_geometries(plan sqlite_mig.migration) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.plan_column AS c SET target_type = g.target_type, format = g.format, reason = g.reason || '; no value to look at',
			evidence = CASE WHEN c.evidence ? 'rows' THEN c.evidence || jsonb_build_object('proposed', concat_ws('/', g.target_type, g.format)) ELSE c.evidence END
		FROM sqlite_mig_internal._geometry_types((plan).server) AS g
		WHERE c.migration = (plan).migration AND g.ordinal = 1 AND c.source_table = g.source_table AND c.source_name = g.source_name AND c.identity IS NULL AND c.primary_key IS NULL
			AND (NOT coalesce(c.evidence ? 'rows', false) OR c.evidence -> 'rows' = c.evidence -> 'nulls');
END;
COMMENT ON FUNCTION sqlite_mig_internal._plan_empty_geometries(sqlite_mig.migration) IS 'internal: types of geometries without values';

/* A type as it is written where it is in the search path. */
CREATE FUNCTION sqlite_mig_internal._bare_type(type text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT regexp_replace(_bare_type.type, '^(("([^"]|"")*"|[^ ".(]+)\.)', '');
END;
COMMENT ON FUNCTION sqlite_mig_internal._bare_type(text) IS 'internal: a type without its schema';

/* GiST indexes for R-Trees, comments for titles, and the rows of the ledger, when all types are chosen. */
CREATE FUNCTION sqlite_mig_internal._plan_spatial(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan   sqlite_mig.migration := sqlite_mig_internal._migration(_plan_spatial.migration);
	item   record;
	target text;
	postgis constant text := sqlite_mig_internal._postgis();
BEGIN
	FOR item IN SELECT g.*, t.target_name AS target_table, c.target_name, c.target_type, c.target_type ~ '(^|\.)geometry(\(|$)' AS is_geometry, o.sql AS index_sql, c.evidence
			FROM sqlite_mig_internal._geometries(plan.server) AS g
				JOIN sqlite_mig.plan_table AS t ON t.migration = plan.migration AND t.source_name = g.source_table AND t.include
				JOIN sqlite_mig.plan_column AS c ON c.migration = plan.migration AND c.source_table = g.source_table AND c.source_name = g.source_name
				LEFT JOIN sqlite_mig.source_tables(plan.server) AS o ON o.table_name = g.index_table
			ORDER BY t.load_order, c.position LOOP
		IF item.is_geometry THEN
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'column', item.source_table || '.' || item.source_name, item.source_table, 'info', 'converted', 'geometry',
				format('geometry of %s, is %s', item.owner, sqlite_mig_internal._bare_type(item.target_type)), (item.evidence ->> 'blobs')::bigint);
		ELSIF postgis IS NULL THEN
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'column', item.source_table || '.' || item.source_name, item.source_table, 'warning', 'changed', 'geometry',
				format('geometry of %s, stays the bytes of the file, for PostGIS is not installed here. CREATE EXTENSION postgis before prepare makes it a geometry; or afterwards: ALTER TABLE %I.%I ALTER COLUMN %I TYPE %s USING sqlite_mig.geometry_wkb(%I)::geometry',
					item.owner, plan.target_schema, item.target_table, item.target_name, CASE WHEN item.file_srid > 0 THEN format('geometry(Geometry,%s)', item.file_srid) ELSE 'geometry' END, item.target_name));
		END IF;
		CONTINUE WHEN item.index_table IS NULL OR postgis IS NULL;
		IF item.is_geometry THEN
			target := sqlite_mig_internal._free_name(plan.migration, concat_ws('_', item.target_table, item.target_name, 'idx'));
			INSERT INTO sqlite_mig.plan_index (migration, source_table, source_name, target_name, include, is_unique, columns, descending, source_sql)
				VALUES (plan.migration, item.source_table, item.index_table, target, true, false, ARRAY[item.source_name], '{false}', item.index_sql);
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'index', item.index_table, item.source_table, 'info', 'converted', 'spatial index', format('is the GiST index "%s"', target));
		ELSE
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'index', item.index_table, item.source_table, 'warning', 'skipped', 'spatial index',
				format('"%s" did not become a geometry, and has no spatial index', item.source_name));
		END IF;
	END LOOP;
	-- GeoPackage has a title and a description for each table
	UPDATE sqlite_mig.plan_table AS t SET comment = x.comment
		FROM (SELECT g.item ->> 'table' AS name, nullif(concat_ws(': ', nullif(nullif(g.item ->> 'title', g.item ->> 'table'), ''), nullif(g.item ->> 'text', '')), '') AS comment
			FROM sqlite_mig_internal._geometry_books(plan.server) AS b, jsonb_array_elements(sqlite_mig_internal._source_json(plan.server,
				'SELECT json_group_array(json_object(''table'', table_name, ''title'', identifier, ''text'', description)) FROM gpkg_contents')) AS g (item) WHERE b.owner = 'GeoPackage') AS x
		WHERE t.migration = plan.migration AND lower(t.source_name COLLATE "C") = lower(x.name COLLATE "C") AND t.comment IS NULL AND x.comment IS NOT NULL;
	PERFORM sqlite_mig_internal._plan_data_columns(plan);
	PERFORM sqlite_mig_internal._note_systems(plan);
	PERFORM sqlite_mig_internal._note_tiles(plan);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_spatial(text) IS 'internal: spatial indexes and ledger rows of geometries';

/*
 * GeoPackage's schema extension: titles and descriptions of columns are comments; what values a column may have is for
 * applications to look at there, so here it is said how to make the table look.
 */
CREATE FUNCTION sqlite_mig_internal._plan_data_columns(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	IF NOT EXISTS (SELECT FROM sqlite_mig.source_objects((plan).server) AS o WHERE lower(o.name COLLATE "C") = 'gpkg_data_columns') THEN
		RETURN;
	END IF;
	UPDATE sqlite_mig.plan_column AS c SET comment = x.comment
		FROM (SELECT g.item ->> 'table' AS table_name, g.item ->> 'column' AS column_name,
				nullif(concat_ws(': ', nullif(nullif(g.item ->> 'title', g.item ->> 'column'), ''), nullif(g.item ->> 'text', '')), '') AS comment
			FROM jsonb_array_elements(sqlite_mig_internal._source_json((plan).server,
				'SELECT json_group_array(json_object(''table'', table_name, ''column'', column_name, ''title'', title, ''text'', description)) FROM gpkg_data_columns')) AS g (item)) AS x
		WHERE c.migration = (plan).migration AND lower(c.source_table COLLATE "C") = lower(x.table_name COLLATE "C") AND lower(c.source_name COLLATE "C") = lower(x.column_name COLLATE "C") AND c.comment IS NULL AND x.comment IS NOT NULL;
	PERFORM sqlite_mig_internal._note((plan).migration, 'prepare', 'column', c.source_table || '.' || c.source_name, c.source_table, 'info', 'converted', 'books',
			format('GeoPackage says to applications that values are %s; no table enforces it. ALTER TABLE %I.%I ADD CHECK (%s) does', k.words, (plan).target_schema, t.target_name, k.condition))
		FROM sqlite_mig.plan_column AS c
			JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include
			JOIN (SELECT g.item ->> 'table' AS table_name, g.item ->> 'column' AS column_name, g.item ->> 'type' AS type, g.item ->> 'values' AS values, g.item ->> 'min' AS min, g.item ->> 'max' AS max
				FROM jsonb_array_elements(sqlite_mig_internal._source_json((plan).server,
					'SELECT json_group_array(json_object(''table'', c.table_name, ''column'', c.column_name, ''type'', lower(k.constraint_type), ''values'', k.list, ''min'', k.low, ''max'', k.high)) FROM gpkg_data_columns AS c '
					'JOIN (SELECT constraint_name, constraint_type, json_group_array(value) AS list, min("min") AS low, max("max") AS high FROM gpkg_data_column_constraints GROUP BY constraint_name, lower(constraint_type)) AS k '
					'ON k.constraint_name = c.constraint_name')) AS g (item)) AS x ON lower(x.table_name COLLATE "C") = lower(c.source_table COLLATE "C") AND lower(x.column_name COLLATE "C") = lower(c.source_name COLLATE "C"),
			LATERAL (SELECT 'one of ' || string_agg(v.value, ', ') AS words, format('%I IN (%s)', c.target_name, string_agg(quote_literal(v.value), ', ')) AS condition
					FROM jsonb_array_elements_text(x.values::jsonb) AS v WHERE x.type = 'enum'
				UNION ALL SELECT format('from %s to %s (gpkg_data_column_constraints has whether with these)', x.min, x.max), format('%I BETWEEN %s AND %s', c.target_name, x.min, x.max)
					WHERE x.type = 'range' AND x.min ~ '^-?[0-9.]+(e[-+]?[0-9]+)?$' AND x.max ~ '^-?[0-9.]+(e[-+]?[0-9]+)?$'
				UNION ALL SELECT format('like the pattern %s', x.values::jsonb ->> 0), format('sqlite_compat.glob(%L, %I)', x.values::jsonb ->> 0, c.target_name) WHERE x.type = 'glob') AS k
		WHERE c.migration = (plan).migration AND c.include AND k.words IS NOT NULL
		ORDER BY c.source_table, c.position;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_data_columns(sqlite_mig.migration) IS 'internal: what the schema extension of GeoPackage says of columns';

/* The statement that makes a reference system known to PostGIS; no row where it knows it. */
CREATE FUNCTION sqlite_mig_internal._system_statements(plan sqlite_mig.migration) RETURNS TABLE (srid integer, statement text, allowed boolean)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	-- ddl asks outside of prepare: the books are read once, and only for a plan with geometries
	WITH p AS MATERIALIZED (SELECT sqlite_mig_internal._postgis() AS schema, sqlite_mig_internal._spatial((plan).server) AS spatial
		WHERE EXISTS (SELECT FROM sqlite_mig.plan_column AS c WHERE c.migration = (plan).migration AND c.include AND c.target_type ~ '(^|\.)geo(metry|graphy)(\(|$)'))
	SELECT s.srid, format('INSERT INTO %1$s.spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text) SELECT %2$s, %3$L, %4$L, %5$L, %6$L WHERE NOT EXISTS (SELECT FROM %1$s.spatial_ref_sys WHERE srid = %2$s)',
				p.schema, s.srid, left(s.auth_name, 256), s.auth_srid, CASE WHEN length(s.srtext) <= 2048 THEN s.srtext END, CASE WHEN length(s.proj4text) <= 2048 THEN s.proj4text END),
			has_table_privilege(p.schema || '.spatial_ref_sys', 'INSERT') AND (length(s.srtext) <= 2048 OR length(s.proj4text) <= 2048)
		FROM p, LATERAL jsonb_populate_recordset(NULL::sqlite_mig_internal._system, nullif(p.spatial -> 'systems', 'null')) AS s
		WHERE p.schema IS NOT NULL AND s.is_new AND EXISTS (SELECT FROM jsonb_populate_recordset(NULL::sqlite_mig_internal._geometry, p.spatial -> 'geometries') AS g
			JOIN sqlite_mig.plan_table AS t ON t.migration = (plan).migration AND t.source_name = g.source_table AND t.include
			JOIN sqlite_mig.plan_column AS c ON c.migration = (plan).migration AND c.source_table = g.source_table AND c.source_name = g.source_name AND c.include
			WHERE g.file_srid = s.file_srid AND c.target_type ~ '(^|\.)geo(metry|graphy)(\(|$)');
END;
COMMENT ON FUNCTION sqlite_mig_internal._system_statements(sqlite_mig.migration) IS 'internal: statements for reference systems that PostGIS does not know';

CREATE FUNCTION sqlite_mig_internal._note_systems(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	PERFORM sqlite_mig_internal._note((plan).migration, 'prepare', 'reference system', s.srid::text, NULL, CASE WHEN s.allowed THEN 'info' ELSE 'warning' END, CASE WHEN s.allowed THEN 'converted' ELSE 'changed' END,
			'reference system', CASE WHEN s.allowed THEN 'is a system of the file''s own, and is inserted into spatial_ref_sys'
				ELSE 'is a system of the file''s own, and not in spatial_ref_sys, where you may not insert it or which has no room for it: ST_Transform will not know it. ' || s.statement END)
		FROM sqlite_mig_internal._system_statements(plan) AS s ORDER BY s.srid;
	PERFORM sqlite_mig_internal._note((plan).migration, 'prepare', 'reference system', s.srid::text, NULL, 'info', 'converted', 'reference system', format('is %s in the file', s.file_srid))
		FROM sqlite_mig_internal._systems((plan).server) AS s WHERE s.srid <> s.file_srid AND s.srid > 0 ORDER BY s.srid;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._note_systems(sqlite_mig.migration) IS 'internal: ledger rows of reference systems';

/* Map tiles: where their rows are counted from, which MBTiles and GeoPackage have differently. */
CREATE FUNCTION sqlite_mig_internal._note_tiles(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
BEGIN
	PERFORM sqlite_mig_internal._note((plan).migration, 'prepare', t.type, t.name, t.name, 'info', 'converted', 'tiles', CASE WHEN x.from_north
			THEN 'map tiles of a GeoPackage: tile_row counts from the north, as addresses of web maps do'
			ELSE 'map tiles (MBTiles): tile_row counts from the south (TMS); addresses of web maps count from the north: (1 << zoom_level::integer) - 1 - tile_row' END)
		FROM sqlite_mig.source_objects((plan).server) AS t,
			LATERAL (SELECT EXISTS (SELECT FROM sqlite_mig_internal._geometry_books((plan).server) AS b WHERE b.owner = 'GeoPackage') AS from_north) AS x
		-- CASE: the planner would search the texts of all tables first
		WHERE t.type IN ('table', 'view') AND CASE WHEN x.from_north OR lower(t.name COLLATE "C") = 'tiles' THEN NOT sqlite_mig_internal._left_out(plan, t.name)
			AND t.sql !~* '^\s*create\s+virtual' COLLATE "C" AND t.sql ~* '\mtile_row\M' COLLATE "C" AND t.sql ~* '\mtile_data\M' COLLATE "C" AND t.sql ~* '\mzoom_level\M' COLLATE "C" END
		ORDER BY t.name;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._note_tiles(sqlite_mig.migration) IS 'internal: ledger rows of map tiles';

/* Views and triggers that are books, or kept a spatial index or a count in step. */
CREATE FUNCTION sqlite_mig_internal._leave_out_spatial_objects(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	books record;
BEGIN
	SELECT array_agg(lower(l.name COLLATE "C")) AS names, min(l.owner) AS owner INTO books FROM sqlite_mig_internal._geometry_leftovers((plan).server) AS l;
	IF books.names IS NULL OR sqlite_mig_internal._postgis() IS NULL THEN
		RETURN;
	END IF;
	UPDATE sqlite_mig.plan_view AS v SET include = false, reason = format('belongs to the books of %s', books.owner)
		WHERE v.migration = (plan).migration AND lower(v.source_name COLLATE "C") = ANY (books.names);
	UPDATE sqlite_mig.plan_trigger AS g SET include = false, reason = format('belongs to the books of %s', books.owner)
		WHERE g.migration = (plan).migration AND (lower(g.source_table COLLATE "C") = ANY (books.names) OR sqlite_mig_internal._only_changes(g.source_sql, 'gpkg_ogr_contents'));
	UPDATE sqlite_mig.plan_trigger AS g SET include = false, reason = format('belongs to the spatial index of "%s", which PostgreSQL keeps by itself', g.source_table)
		FROM sqlite_mig_internal._geometries((plan).server) AS s
		WHERE g.migration = (plan).migration AND lower(g.source_table COLLATE "C") = lower(s.source_table COLLATE "C") AND s.index_table IS NOT NULL
			AND (sqlite_mig_internal._only_changes(g.source_sql, s.index_table) OR lower(g.source_name COLLATE "C") ~ '^g[ic][iud]_' AND right(lower(g.source_name COLLATE "C"), -4) = lower(s.source_table || '_' || s.source_name COLLATE "C"));
	UPDATE sqlite_mig.plan_trigger AS g SET include = false, reason = CASE WHEN lower(g.source_name COLLATE "C") ~ '^gg' THEN 'belongs to the books of SpatiaLite: the type checks what a geometry is' ELSE 'belongs to the books of SpatiaLite' END
		FROM sqlite_mig_internal._geometries((plan).server) AS s
		WHERE g.migration = (plan).migration AND s.owner = 'SpatiaLite' AND lower(g.source_table COLLATE "C") = lower(s.source_table COLLATE "C")
			AND lower(g.source_name COLLATE "C") ~ '^(gg[iu]|tm[iud])_' AND right(lower(g.source_name COLLATE "C"), -4) = lower(s.source_table || '_' || s.source_name COLLATE "C");
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._leave_out_spatial_objects(sqlite_mig.migration) IS 'internal: leaves out views and triggers of geometries';

/* The rule in the ledger for a view or trigger that is left out because nothing needs it; NULL for another reason. */
CREATE FUNCTION sqlite_mig_internal._needless(reason text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN reason LIKE 'kept % in step %' THEN 'full text' WHEN reason LIKE 'belongs to the books of %' THEN 'books' WHEN reason LIKE 'belongs to the spatial index of %' THEN 'spatial index' END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._needless(text) IS 'internal: is a view or trigger left out because nothing needs it';
