-- Geometries of a SQLite file: what GeoPackage, SpatiaLite and GDAL's plain SQLite files say of their columns and reference
-- systems, and what PostGIS has for them. Owns the reading of their books; what becomes of the books is in 49_geometry.

/* Schema of PostGIS, quoted; NULL when it is not there. */
CREATE FUNCTION sqlite_mig_internal._postgis() RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT quote_ident(n.nspname) FROM pg_type AS t JOIN pg_proc AS p ON p.oid = t.typreceive AND p.proname = 'geometry_recv' JOIN pg_namespace AS n ON n.oid = t.typnamespace
		WHERE t.typname = 'geometry' AND EXISTS (SELECT FROM pg_class AS c WHERE c.relnamespace = n.oid AND c.relname = 'spatial_ref_sys') ORDER BY t.oid LIMIT 1;
END;
COMMENT ON FUNCTION sqlite_mig_internal._postgis() IS 'internal: schema of PostGIS';

/* A query of SQLite that gives one JSON text; NULL when the tables are not what their names say. */
CREATE FUNCTION sqlite_mig_internal._source_json(server text, query text) RETURNS jsonb
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	RETURN sqlite_mig_internal._source_value(server, format('(%s)', query))::jsonb;
EXCEPTION
	WHEN fdw_error OR data_exception OR syntax_error_or_access_rule_violation OR internal_error OR program_limit_exceeded THEN
		RETURN NULL;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._source_json(text, text) IS 'internal: a query of SQLite that gives JSON';

CREATE TYPE sqlite_mig_internal._books AS (owner text, columns_query text, systems_query text, index_prefix text);
COMMENT ON TYPE sqlite_mig_internal._books IS 'internal: whose geometries a file has, and the queries for them; index_prefix: of the names of its R-Trees';

/*
 * Whose books a file has: GeoPackage, SpatiaLite (also of versions before 4, whose columns have other names), or GDAL's SQLite
 * files. A query for the columns with geometries, and one for their reference systems. No row for another file.
 */
CREATE FUNCTION sqlite_mig_internal._read_geometry_books(server text) RETURNS SETOF sqlite_mig_internal._books
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT b.owner, b.columns_query, b.systems_query, b.index_prefix FROM (
			SELECT array_agg(lower(c.column_name COLLATE "C")) FILTER (WHERE lower(o.name COLLATE "C") = 'gpkg_geometry_columns') AS gpkg, array_agg(lower(c.column_name COLLATE "C")) FILTER (WHERE lower(o.name COLLATE "C") = 'geometry_columns') AS lite,
				array_agg(lower(c.column_name COLLATE "C")) FILTER (WHERE lower(o.name COLLATE "C") = 'spatial_ref_sys') AS systems
			-- most files have none of these tables: then nothing more is asked for
			FROM sqlite_mig.source_objects(_read_geometry_books.server) AS o, LATERAL sqlite_mig.source_columns(_read_geometry_books.server, o.name) AS c
			WHERE o.type = 'table' AND lower(o.name COLLATE "C") IN ('gpkg_geometry_columns', 'geometry_columns', 'spatial_ref_sys')) AS t,
		LATERAL (VALUES
			('GeoPackage', t.gpkg @> '{table_name,column_name,geometry_type_name,srs_id,z,m}', 'rtree_',
				'SELECT json_group_array(json_object(''table'', table_name, ''column'', column_name, ''type'', geometry_type_name, ''z'', z, ''m'', m, ''srid'', srs_id, ''format'', ''gpkg'')) FROM gpkg_geometry_columns',
				'SELECT json_group_array(json_object(''srid'', srs_id, ''auth'', organization, ''number'', organization_coordsys_id, ''wkt'', definition)) FROM gpkg_spatial_ref_sys '
					'WHERE srs_id IN (SELECT srs_id FROM gpkg_geometry_columns)'),
			('SpatiaLite', t.lite @> '{f_table_name,f_geometry_column,geometry_type,srid,spatial_index_enabled}', 'idx_',
				'SELECT json_group_array(json_object(''table'', f_table_name, ''column'', f_geometry_column, ''code'', geometry_type % 1000, ''z'', geometry_type / 1000 IN (1, 3), ''m'', geometry_type / 1000 IN (2, 3), '
					'''srid'', srid, ''format'', ''spatialite'')) FROM geometry_columns', NULL),
			('SpatiaLite', t.lite @> '{f_table_name,f_geometry_column,type,coord_dimension,srid,spatial_index_enabled}', 'idx_',
				'SELECT json_group_array(json_object(''table'', f_table_name, ''column'', f_geometry_column, ''type'', type, ''z'', coord_dimension IN (3, ''3'') OR coord_dimension LIKE ''XYZ%'', '
					'''m'', coord_dimension LIKE ''XY%M'', ''srid'', srid, ''format'', ''spatialite'')) FROM geometry_columns', NULL),
			('GDAL', t.lite @> '{f_table_name,f_geometry_column,geometry_type,coord_dimension,srid,geometry_format}', NULL,
				'SELECT json_group_array(json_object(''table'', f_table_name, ''column'', f_geometry_column, ''code'', geometry_type % 1000, ''z'', coord_dimension = 3 AND geometry_type < 1000 OR geometry_type / 1000 IN (1, 3), ''m'', geometry_type / 1000 IN (2, 3), '
					'''srid'', srid, ''format'', CASE upper(geometry_format) WHEN ''WKB'' THEN ''wkb'' WHEN ''SPATIALITE'' THEN ''spatialite'' END)) FROM geometry_columns', NULL)
			) AS k (owner, applies, index_prefix, columns_query, systems_query),
		LATERAL (SELECT k.owner, k.columns_query, coalesce(k.systems_query, CASE WHEN t.systems @> '{srid,auth_name,auth_srid}' THEN
				format('SELECT json_group_array(json_object(''srid'', srid, ''auth'', auth_name, ''number'', auth_srid, ''wkt'', %s, ''proj'', %s)) FROM spatial_ref_sys WHERE srid IN (SELECT srid FROM geometry_columns)',
					CASE WHEN 'srtext' = ANY (t.systems) THEN 'srtext' WHEN 'srs_wkt' = ANY (t.systems) THEN 'srs_wkt' ELSE 'NULL' END, CASE WHEN 'proj4text' = ANY (t.systems) THEN 'proj4text' ELSE 'NULL' END) END) AS systems_query,
			k.index_prefix) AS b
		WHERE k.applies LIMIT 1;
END;
COMMENT ON FUNCTION sqlite_mig_internal._read_geometry_books(text) IS 'internal: reads whose geometries a file has';

CREATE TYPE sqlite_mig_internal._geometry AS (source_table text, source_name text, owner text, format text, type_name text, z integer, m integer, file_srid integer, index_table text);
COMMENT ON TYPE sqlite_mig_internal._geometry IS 'internal: a column with geometries; z and m: 0 none, 1 all, 2 some have it; index_table: the R-Tree of it';

/* The columns with geometries, as the tables spell them. */
CREATE FUNCTION sqlite_mig_internal._read_geometries(server text, books sqlite_mig_internal._books) RETURNS SETOF sqlite_mig_internal._geometry
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT c.table_name, c.column_name, (_read_geometries.books).owner, g.item ->> 'format', coalesce(k.name, 'Geometry'), n.z, n.m, n.srid,
			(SELECT v.table_name FROM sqlite_mig.source_tables(_read_geometries.server) AS v
				WHERE v.kind = 'virtual' AND lower(v.table_name COLLATE "C") = lower((_read_geometries.books).index_prefix || c.table_name || '_' || c.column_name COLLATE "C") LIMIT 1)
		FROM jsonb_array_elements(sqlite_mig_internal._source_json(_read_geometries.server, (_read_geometries.books).columns_query)) AS g (item)
			JOIN sqlite_mig.source_columns(_read_geometries.server) AS c ON lower(c.table_name COLLATE "C") = lower(g.item ->> 'table' COLLATE "C") AND lower(c.column_name COLLATE "C") = lower(g.item ->> 'column' COLLATE "C")
			JOIN sqlite_mig.source_tables(_read_geometries.server) AS t ON t.table_name = c.table_name AND t.kind = 'table'
			-- what is no number in these columns says nothing
			CROSS JOIN LATERAL (SELECT CASE WHEN g.item ->> 'srid' ~ '^-?\d{1,9}$' THEN (g.item ->> 'srid')::integer ELSE 0 END AS srid,
				CASE g.item ->> 'z' WHEN '2' THEN 2 WHEN '1' THEN 1 ELSE 0 END AS z, CASE g.item ->> 'm' WHEN '2' THEN 2 WHEN '1' THEN 1 ELSE 0 END AS m) AS n
			-- the abstract types CURVE and SURFACE are none in PostGIS
			LEFT JOIN LATERAL (SELECT x.name FROM unnest('{Point,LineString,Polygon,MultiPoint,MultiLineString,MultiPolygon,GeometryCollection,CircularString,CompoundCurve,CurvePolygon,MultiCurve,MultiSurface,-,-,PolyhedralSurface,Tin,Triangle}'::text[])
					WITH ORDINALITY AS x (name, code)
				WHERE lower(x.name COLLATE "C") = lower(g.item ->> 'type' COLLATE "C") OR x.code::text = g.item ->> 'code' AND x.name <> '-') AS k ON true
		WHERE g.item ->> 'format' IS NOT NULL
		ORDER BY c.table_name, c.position;
END;
COMMENT ON FUNCTION sqlite_mig_internal._read_geometries(text, sqlite_mig_internal._books) IS 'internal: reads which columns have geometries, as the books of a file say';

CREATE TYPE sqlite_mig_internal._system AS (file_srid integer, srid integer, auth_name text, auth_srid integer, srtext text, proj4text text, is_new boolean);
COMMENT ON TYPE sqlite_mig_internal._system IS 'internal: a reference system of a file, and its number in the database; is_new: spatial_ref_sys does not have it';

/*
 * The reference systems of geometries and their numbers in PostGIS: found by the authority, then by the definition; a system of
 * the file's own keeps its number, if that is free. -1 and 0, and what is called undefined, are none.
 */
CREATE FUNCTION sqlite_mig_internal._read_systems(server text, books sqlite_mig_internal._books, geometries sqlite_mig_internal._geometry[]) RETURNS SETOF sqlite_mig_internal._system
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	postgis constant text := sqlite_mig_internal._postgis();
	given   integer[] := '{}';
	s       sqlite_mig_internal._system;
	item    record;
	taken   boolean;
BEGIN
	IF postgis IS NULL THEN
		RETURN;
	END IF;
	FOR item IN SELECT DISTINCT ON (g.file_srid) g.file_srid, x.item ->> 'auth' AS auth, CASE WHEN x.item ->> 'number' ~ '^\d{1,9}$' THEN (x.item ->> 'number')::integer END AS number,
				nullif(btrim(x.item ->> 'wkt'), '') AS wkt, nullif(btrim(x.item ->> 'proj'), '') AS proj
			FROM unnest(geometries) AS g
				LEFT JOIN jsonb_array_elements(sqlite_mig_internal._source_json(server, (books).systems_query)) AS x (item)
					ON x.item ->> 'srid' = g.file_srid::text
			ORDER BY g.file_srid LOOP
		s := ROW(item.file_srid, NULL, item.auth, item.number, item.wkt, item.proj, false);
		IF item.file_srid <= 0 OR upper(item.auth COLLATE "C") = 'NONE' AND coalesce(item.wkt, 'undefined') ILIKE 'undefined%' COLLATE "C" THEN
			s.srid := 0;
		ELSE
			-- by its key first: the table has no other index
			EXECUTE format('SELECT srid FROM %s.spatial_ref_sys WHERE srid = $2 AND upper(auth_name COLLATE "C") = upper($1 COLLATE "C") AND auth_srid = $2', postgis) INTO s.srid USING item.auth, item.number;
			IF s.srid IS NULL THEN
				EXECUTE format('SELECT srid FROM %s.spatial_ref_sys WHERE upper(auth_name COLLATE "C") = upper($1 COLLATE "C") AND auth_srid = $2 OR srtext = $3 ORDER BY srtext = $3, srid LIMIT 1', postgis) INTO s.srid USING item.auth, item.number, item.wkt;
			END IF;
		END IF;
		IF s.srid IS NULL AND item.wkt IS NULL AND item.proj IS NULL THEN
			-- nothing is known of it but its number
			s.srid := CASE WHEN item.file_srid <= 998999 THEN item.file_srid ELSE 0 END;
		ELSIF s.srid IS NULL THEN
			s.is_new := true;
			FOR n IN 0 .. 998999 LOOP
				s.srid := CASE n WHEN 0 THEN CASE WHEN upper(item.auth COLLATE "C") = 'EPSG' AND item.number BETWEEN 1 AND 998999 THEN item.number ELSE item.file_srid END ELSE 910000 + n END;
				EXECUTE format('SELECT EXISTS (SELECT FROM %s.spatial_ref_sys WHERE srid = $1)', postgis) INTO taken USING s.srid;
				EXIT WHEN NOT taken AND s.srid <= 998999 AND s.srid <> ALL (given);
			END LOOP;
			given := given || s.srid;
		END IF;
		RETURN NEXT s;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._read_systems(text, sqlite_mig_internal._books, sqlite_mig_internal._geometry[]) IS 'internal: finds reference systems of the geometries of a file';

/*
 * All of this of a file. It is asked for by several steps of a plan, and reading is dear beside them: prepare reads it once and
 * keeps it as a parameter of its own, which ends with it.
 */
CREATE FUNCTION sqlite_mig_internal._spatial(server text) RETURNS jsonb
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	kept       constant jsonb := nullif(current_setting('sqlite_mig.spatial', true), '')::jsonb;
	books      sqlite_mig_internal._books;
	geometries sqlite_mig_internal._geometry[];
BEGIN
	IF kept ->> 'server' = _spatial.server THEN
		RETURN kept;
	END IF;
	SELECT b.* INTO books FROM sqlite_mig_internal._read_geometry_books(_spatial.server) AS b;
	IF books.owner IS NOT NULL THEN
		geometries := ARRAY(SELECT g FROM sqlite_mig_internal._read_geometries(_spatial.server, books) AS g);
	END IF;
	RETURN jsonb_build_object('server', _spatial.server, 'books', CASE WHEN books.owner IS NOT NULL THEN jsonb_build_array(to_jsonb(books)) ELSE '[]' END, 'geometries', coalesce(to_jsonb(geometries), '[]'),
		'systems', CASE WHEN cardinality(geometries) > 0 THEN (SELECT jsonb_agg(to_jsonb(s)) FROM sqlite_mig_internal._read_systems(_spatial.server, books, geometries) AS s) END);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._spatial(text) IS 'internal: what a file says of geometries';

CREATE FUNCTION sqlite_mig_internal._geometry_books(server text) RETURNS SETOF sqlite_mig_internal._books
	LANGUAGE sql STABLE ROWS 1
BEGIN ATOMIC
	SELECT b.* FROM jsonb_populate_recordset(NULL::sqlite_mig_internal._books, sqlite_mig_internal._spatial(_geometry_books.server) -> 'books') AS b;
END;
COMMENT ON FUNCTION sqlite_mig_internal._geometry_books(text) IS 'internal: whose geometries a file has';

CREATE FUNCTION sqlite_mig_internal._geometries(server text) RETURNS SETOF sqlite_mig_internal._geometry
	LANGUAGE sql STABLE ROWS 10
BEGIN ATOMIC
	SELECT g.* FROM jsonb_populate_recordset(NULL::sqlite_mig_internal._geometry, sqlite_mig_internal._spatial(_geometries.server) -> 'geometries') AS g;
END;
COMMENT ON FUNCTION sqlite_mig_internal._geometries(text) IS 'internal: columns with geometries, as the books of a file say';

CREATE FUNCTION sqlite_mig_internal._systems(server text) RETURNS SETOF sqlite_mig_internal._system
	LANGUAGE sql STABLE ROWS 10
BEGIN ATOMIC
	SELECT s.* FROM jsonb_populate_recordset(NULL::sqlite_mig_internal._system, nullif(sqlite_mig_internal._spatial(_systems.server) -> 'systems', 'null')) AS s;
END;
COMMENT ON FUNCTION sqlite_mig_internal._systems(text) IS 'internal: reference systems of the geometries of a file';

/*
 * Types that the columns with geometries could have, best first: of the type that the file declares, then of any, each with the declared dimensions
 * and then with others; last what takes all. None without PostGIS.
 */
CREATE FUNCTION sqlite_mig_internal._geometry_types(server text) RETURNS TABLE (source_table text, source_name text, ordinal bigint, target_type text, format text, reason text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH p AS MATERIALIZED (SELECT sqlite_mig_internal._postgis() AS schema)
	SELECT g.source_table, g.source_name, row_number() OVER (PARTITION BY g.source_table, g.source_name ORDER BY k.n, d.n), t.target_type,
			-- WKB has no number of its own
			g.format || CASE WHEN g.format = 'wkb' AND s.srid > 0 THEN format(' 0=%s', s.srid) WHEN g.format = 'wkb' THEN '' WHEN s.srid <> greatest(g.file_srid, 0) OR g.file_srid < 0 THEN format(' %s=%s', g.file_srid, s.srid) ELSE '' END, format('geometry of %s', g.owner)
		FROM p, LATERAL sqlite_mig_internal._geometries(_geometry_types.server) AS g
			JOIN sqlite_mig_internal._systems(_geometry_types.server) AS s ON s.file_srid = g.file_srid,
			LATERAL (VALUES (1, g.type_name), (2, CASE WHEN g.type_name <> 'Geometry' THEN 'Geometry' END), (3, '')) AS k (n, name),
			-- what is declared first; where the file leaves it open, without
			LATERAL (SELECT row_number() OVER (ORDER BY abs(z % 2 - g.z % 2) + abs(m % 2 - g.m % 2), z + m) AS n, repeat('Z', z) || repeat('M', m) AS name
				FROM generate_series(0, 1) AS z, generate_series(0, 1) AS m) AS d,
			LATERAL (SELECT p.schema || CASE WHEN k.n = 3 THEN '.geometry' WHEN s.srid = 0 THEN format('.geometry(%s%s)', k.name, d.name) ELSE format('.geometry(%s%s,%s)', k.name, d.name, s.srid) END AS target_type) AS t
		WHERE p.schema IS NOT NULL AND k.name IS NOT NULL AND (k.n < 3 OR d.n = 1);
END;
COMMENT ON FUNCTION sqlite_mig_internal._geometry_types(text) IS 'internal: types of PostGIS for the columns with geometries';
