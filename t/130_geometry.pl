# GeoPackage and SpatiaLite into PostGIS: files made by ogr2ogr are migrated, and exported again by ogr2ogr from both
# sides, feature by feature. Types, reference systems, spatial indexes, values that do not fit, and writing back.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use File::Path qw(make_path remove_tree);
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

plan(skip_all => 'ogr2ogr is missing (gdal-bin)') unless grep { -x "$_/ogr2ogr" } split(/:/, $ENV{PATH});
my $node = start_node('geometry');
plan(skip_all => 'PostGIS is missing') unless $node->safe_psql('postgres', "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'");
$node->safe_psql('postgres', 'CREATE EXTENSION postgis');
my $dir = PostgreSQL::Test::Utils::tempdir();

# Layers: name, type for GDAL, reference system, what PostGIS should make of it, features. Those marked "curve" are not in SpatiaLite.
my $site = '+proj=tmerc +lat_0=48.5 +lon_0=9.05 +k=1 +x_0=1000 +y_0=2000 +ellps=bessel +units=m +no_defs';
my @layers = (
	[ 'points', 'wkbPoint', 'EPSG:4326', 'POINT 2 4326', 'POINT (1 2)', 'POINT (-179.9999 89.5)', 'POINT (0.1 0.2)' ],
	[ 'points_z', 'wkbPoint25D', 'EPSG:25832', 'POINT 3 25832', 'POINT Z (500000 5400000 320.5)', 'POINT Z (1 2 3)' ],
	[ 'points_m', 'wkbPointM', 'EPSG:3857', 'POINTM 3 3857', 'POINT M (1 2 3)' ],
	[ 'points_zm', 'wkbPointZM', 'EPSG:27700', 'POINT 4 27700', 'POINT ZM (1 2 3 4)' ],
	[ 'lines', 'wkbLineString', 'EPSG:4326', 'LINESTRING 2 4326', 'LINESTRING (0 0,1 1,2 0.5,3 0.25)', 'LINESTRING (5 5,5 5)' ],
	[ 'lines_zm', 'wkbLineStringZM', 'EPSG:4326', 'LINESTRING 4 4326', 'LINESTRING ZM (0 0 1 2,1 1 3 4,2 0.5 5 6,3 3 3 3)' ],
	[ 'polygons', 'wkbPolygon', 'EPSG:31467', 'POLYGON 2 31467', 'POLYGON ((0 0,10 0,10 10,0 10,0 0),(1 1,2 1,2 2,1 2,1 1),(3 3,4 3,4 4,3 3))', 'POLYGON ((0 0,1 0,1 1,0 0))' ],
	[ 'polygons_z', 'wkbPolygon25D', 'EPSG:4326', 'POLYGON 3 4326', 'POLYGON Z ((0 0 1,1 0 2,1 1 3,0.5 0.75 2,0 0 1))' ],
	[ 'multipoints', 'wkbMultiPoint', 'EPSG:4326', 'MULTIPOINT 2 4326', 'MULTIPOINT ((1 1),(2 2))', 'MULTIPOINT ((3 3))' ],
	[ 'multilines_m', 'wkbMultiLineStringM', 'EPSG:4326', 'MULTILINESTRINGM 3 4326', 'MULTILINESTRING M ((0 0 1,1 1 2),(2 2 3,3 3 4,4 4 5))' ],
	[ 'multipolygons', 'wkbMultiPolygon', $site, 'MULTIPOLYGON 2 own', 'MULTIPOLYGON (((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5),(5.5 5.25,5.75 5.25,5.75 5.5,5.5 5.25)))' ],
	[ 'collections', 'wkbGeometryCollection', 'EPSG:4326', 'GEOMETRYCOLLECTION 2 4326', 'GEOMETRYCOLLECTION (POINT (1 1),LINESTRING (0 0,1 1),POLYGON ((0 0,1 0,1 1,0 0)))' ],
	[ 'any_type', 'wkbUnknown', '', 'GEOMETRY 2 0', 'POINT (1 1)', 'LINESTRING (0 0,1 1)', 'MULTIPOLYGON (((0 0,1 0,1 1,0 0)))' ],
	[ 'no_values', 'wkbPolygon', 'EPSG:4326', 'POLYGON 2 4326' ],
	[ 'empties', 'wkbMultiPolygon', 'EPSG:4326', 'MULTIPOLYGON 2 4326', 'MULTIPOLYGON EMPTY', 'MULTIPOLYGON (((0 0,1 0,1 1,0 0)))' ],
	[ 'curves', 'wkbCircularString', 'EPSG:4326', 'CIRCULARSTRING 2 4326', 'CIRCULARSTRING (0 0,1 1,2 0)' ],
	[ 'compounds', 'wkbCompoundCurve', 'EPSG:4326', 'COMPOUNDCURVE 2 4326', 'COMPOUNDCURVE (CIRCULARSTRING (0 0,1 1,2 0),(2 0,3 3))' ],
	[ 'curved_areas', 'wkbCurvePolygon', 'EPSG:4326', 'CURVEPOLYGON 2 4326', 'CURVEPOLYGON (CIRCULARSTRING (0 0,1 1,2 0,1 -1,0 0))', 'CURVEPOLYGON ((0 0,1 0,1 1,0 0))' ],
	[ 'multicurves', 'wkbMultiCurve', 'EPSG:4326', 'MULTICURVE 2 4326', 'MULTICURVE (CIRCULARSTRING (0 0,1 1,2 0),(0 0,1 1))' ],
	[ 'multisurfaces', 'wkbMultiSurface', 'EPSG:4326', 'MULTISURFACE 2 4326', 'MULTISURFACE (CURVEPOLYGON (CIRCULARSTRING (0 0,1 1,2 0,1 -1,0 0)),((5 5,6 5,6 6,5 5)))' ],
	[ 'tins', 'wkbTINZ', 'EPSG:4326', 'TIN 3 4326', 'TIN Z (((0 0 0,0 0 1,0 1 0,0 0 0)),((0 0 0,0 1 0,1 1 0,0 0 0)))' ],
	[ 'solids', 'wkbPolyhedralSurfaceZ', 'EPSG:4326', 'POLYHEDRALSURFACE 3 4326', 'POLYHEDRALSURFACE Z (((0 0 0,0 1 0,1 1 0,1 0 0,0 0 0)),((0 0 0,0 1 0,0 1 1,0 0 1,0 0 0)))' ],);
my %curved = map { $_ => 1 } qw(empties curves compounds curved_areas multicurves multisurfaces tins solids);

sub run
{
	my (@command) = @_;
	my ($out, $err) = ('', '');
	my $done = IPC::Run::run(\@command, '>', \$out, '2>', \$err);
	diag("@command: $err") unless $done;
	return $done;
}

# A CSV file per layer, and a virtual data source over all of them; "which" chooses layers.
sub make_source
{
	my ($file, $which) = @_;
	my $vrt = '<OGRVRTDataSource>';
	foreach my $layer (grep { $which->($_->[0]) } @layers)
	{
		my ($name, $type, $system, undef, @features) = @$layer;
		my $n = 0;
		append_to_file("$dir/$name.csv", join("\n", 'name,wkt', map { $n++; "\"$name $n\",\"$_\"" } @features) . "\n") unless -e "$dir/$name.csv";
		$vrt .= "<OGRVRTLayer name=\"$name\"><SrcDataSource>$dir/$name.csv</SrcDataSource><GeometryType>$type</GeometryType>"
		  . ($system ? "<LayerSRS>$system</LayerSRS>" : '') . '<GeometryField encoding="WKT" field="wkt"/><Field name="name" src="name"/></OGRVRTLayer>';
	}
	append_to_file($file, "$vrt</OGRVRTDataSource>\n");
	return;
}

# Every feature of a source as text, in the order of their names
sub features
{
	my ($source, $label) = @_;
	my $folder = "$dir/csv_$label";
	remove_tree($folder);
	run('ogr2ogr', '-f', 'CSV', $folder, $source, '-lco', 'GEOMETRY=AS_WKT', '-select', 'name', '-skipfailures') or return;
	my @lines;
	foreach my $csv (glob("$folder/*.csv"))
	{
		my ($name) = $csv =~ m{([^/]+)\.csv$};
		next unless grep { $_->[0] eq $name } @layers;
		push(@lines, map { "$name: $_" } grep { /,/ && !/^WKT,/ } split(/\r?\n/, slurp_file($csv)));
	}
	return join("\n", sort @lines);
}

sub pg_source
{
	my ($schema) = @_;
	return sprintf("PG:host='%s' port=%s dbname=postgres user=%s active_schema=%s", $node->host, $node->port, $node->safe_psql('postgres', 'SELECT current_user'), $schema);
}

# Migrates a file and compares what both sides export.
sub compare
{
	my ($name, $file, $layers) = @_;
	$node->safe_psql('postgres', "CREATE SERVER $name FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . ", updatable 'true'); CALL sqlite_mig.migrate('$name', '$name', verify_level => 'full')");
	is($node->safe_psql('postgres', "SELECT verdict FROM sqlite_mig.status('$name')"), 'lossless', "$name: the verdict") or diag($node->safe_psql('postgres', "SELECT severity, effect, object_name, rule, detail FROM sqlite_mig.ledger WHERE migration = '$name' AND (severity <> 'info' OR effect <> 'converted' AND NOT accepted)"));
	is($node->safe_psql('postgres', "SELECT table_name, check_name, source_value, target_value, detail FROM sqlite_mig.last_verification WHERE migration = '$name' AND NOT ok"), '', "$name: every check of level full");
	cmp_ok($node->safe_psql('postgres', "SELECT count(*) FROM sqlite_mig.verify('$name', 'full') WHERE ok AND check_name ~ '^(min|max) [xy]\\(|^srid\\('"), '>=', 5 * $layers, "$name: extents and SRIDs were compared") if $name eq 'gpkg' || $name eq 'lite';
	my $before = features($file, "${name}_file");
	my $after  = features(pg_source($name), "${name}_pg");
	cmp_ok(scalar(split(/\n/, $before)), '>=', $layers - 1, "$name: there are features");
	is($after, $before, "$name: both sides export the same features");
	return;
}

sub types
{
	my ($schema) = @_;
	return $node->safe_psql('postgres', "SELECT f_table_name, type, coord_dimension, CASE WHEN srid > 900000 THEN 'own' ELSE srid::text END FROM geometry_columns WHERE f_table_schema = '$schema' ORDER BY f_table_name COLLATE \"C\"");
}

sub wanted_types
{
	my ($which) = @_;
	return join("\n", map { my $t = $_->[3]; $t =~ s/ /|/g; "$_->[0]|$t" } sort { $a->[0] cmp $b->[0] } grep { $which->($_->[0]) } @layers);
}

# GeoPackage
make_source("$dir/all.vrt", sub { 1 });
run('ogr2ogr', '-f', 'GPKG', "$dir/all.gpkg", "$dir/all.vrt") or BAIL_OUT('ogr2ogr makes no GeoPackage');
compare('gpkg', "$dir/all.gpkg", scalar(@layers));
(my $types = types('gpkg')) =~ s/^(multipolygons\|MULTIPOLYGON\|2\|)\d+$/$1own/m;
is($types, wanted_types(sub { 1 }), 'gpkg: types, dimensions and SRIDs');
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_indexes WHERE schemaname = 'gpkg' AND indexdef LIKE '% USING gist (geom)'"), scalar(@layers), 'gpkg: a GiST index for each R-Tree');
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_tables WHERE schemaname = 'gpkg' AND tablename ~ '^(gpkg_(contents|geometry|spatial|ogr|tile)|rtree)'"), 0, 'gpkg: no books, no R-Trees');
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid WHERE c.relnamespace = 'gpkg'::regnamespace AND NOT t.tgisinternal"), 0, 'gpkg: nor their triggers');
is($node->safe_psql('postgres', "SELECT count(DISTINCT rule) FROM sqlite_mig.ledger WHERE migration = 'gpkg' AND rule IN ('books', 'spatial index', 'geometry', 'reference system')"), 4, 'gpkg: the ledger says what became of them');

# The file's own reference system: known to PostGIS now, and computed with as GDAL does.
my $own = $node->safe_psql('postgres', "SELECT srid FROM geometry_columns WHERE f_table_schema = 'gpkg' AND f_table_name = 'multipolygons'");
is($node->safe_psql('postgres', "SELECT count(*) FROM spatial_ref_sys WHERE srid = $own AND srtext <> ''"), 1, "gpkg: system $own was inserted");
is($node->safe_psql('postgres', "SET track_functions = 'pl'; BEGIN; DELETE FROM spatial_ref_sys WHERE srid = $own; SELECT count(*) FROM sqlite_mig.ddl('gpkg') WHERE object_kind = 'reference system'; SELECT pg_stat_get_xact_function_calls('sqlite_mig_internal._spatial(text)'::regprocedure); ROLLBACK"), "1\n1", 'gpkg: ddl has the statement for the system and reads the books once');
run('ogr2ogr', '-f', 'CSV', "$dir/moved.csv", "$dir/all.gpkg", 'multipolygons', '-t_srs', 'EPSG:4326', '-lco', 'GEOMETRY=AS_WKT');
my ($moved) = slurp_file("$dir/moved.csv") =~ /"(MULTIPOLYGON [^"]*)"/;
is($node->safe_psql('postgres', "SELECT ST_HausdorffDistance(ST_Transform(geom, 4326), ST_FlipCoordinates(ST_GeomFromText('$moved', 4326))) < 1e-9 OR ST_HausdorffDistance(ST_Transform(geom, 4326), ST_GeomFromText('$moved', 4326)) < 1e-9 FROM gpkg.multipolygons"), 't', 'gpkg: ST_Transform from it gives what GDAL gives');

# Writing back through foreign tables: every geometry is written anew, and GDAL reads the same.
my $was = features("$dir/all.gpkg", 'written_before');
$node->safe_psql('postgres', "UPDATE sqlite_gpkg.$_->[0] SET geom = ST_SetSRID(geom, ST_SRID(geom)), name = name") foreach grep { @$_ > 4 } @layers;
is(features("$dir/all.gpkg", 'written_after'), $was, 'gpkg: geometries that were written by UPDATE are read by GDAL as they were');
is(sqlite("$dir/all.gpkg", "SELECT group_concat(DISTINCT substr(hex(geom), 1, 8)) FROM polygons"), "47500003\n", 'gpkg: with an envelope');
$node->safe_psql('postgres', "INSERT INTO sqlite_gpkg.points (name, geom) VALUES ('new', 'SRID=4326;POINT(11 12)'); UPDATE sqlite_gpkg.lines SET geom = 'SRID=4326;LINESTRING(7 7,8 9)' WHERE name = 'lines 1'");
is(sqlite("$dir/all.gpkg", 'SELECT minx, maxx, miny, maxy FROM rtree_points_geom ORDER BY id DESC LIMIT 1; SELECT minx, maxx, miny, maxy FROM rtree_lines_geom WHERE id = 1; SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = \'points\''),
	"11.0|11.0|12.0|12.0\n7.0|8.0|7.0|9.0\n4\n", 'gpkg: its triggers kept index and count in step');
$node->safe_psql('postgres', "SELECT * FROM sqlite_mig.sync('gpkg')");
is($node->safe_psql('postgres', "SELECT string_agg(ST_AsText(geom), ' ' ORDER BY fid) FROM gpkg.lines"), 'LINESTRING(7 7,8 9) LINESTRING(5 5,5 5)', 'gpkg: sync brings a changed geometry over');
is($node->safe_psql('postgres', "SELECT count(*) FROM sqlite_mig.verify('gpkg') WHERE NOT ok"), 0, 'gpkg: and both sides are the same');
$node->safe_psql('postgres', "UPDATE gpkg.points SET geom = ST_SetSRID(ST_MakePoint(0, 0), 4326) WHERE fid = 2");
is($node->safe_psql('postgres', "SELECT status, key, columns FROM sqlite_mig.diff('sqlite_gpkg.points', 'gpkg.points')"), 'changed|{"fid": 2}|{geom}', 'gpkg: diff finds another geometry');

# SpatiaLite, plain and compressed, and the SQLite files of GDAL, which have WKB
SKIP:
{
	my $plain = sub { !$curved{ $_[0] } };
	my $made = grep { $plain->($_->[0]) } @layers;
	make_source("$dir/plain.vrt", $plain);
	skip('GDAL has no SpatiaLite', 1) unless run('ogr2ogr', '-f', 'SQLite', '-dsco', 'SPATIALITE=YES', "$dir/lite.sqlite", "$dir/plain.vrt");
	compare('lite', "$dir/lite.sqlite", $made);
	($types = types('lite')) =~ s/^(multipolygons\|MULTIPOLYGON\|2\|)\d+$/$1own/m;
	is($types, wanted_types($plain), 'lite: types, dimensions and SRIDs');
	is($node->safe_psql('postgres', "SELECT string_agg(tablename, ' ') FROM pg_tables WHERE schemaname = 'lite' AND tablename <> ALL ('{" . join(',', map { $_->[0] } @layers) . "}')"), '', 'lite: nothing but the layers');
	is($node->safe_psql('postgres', "SELECT count(*) FROM pg_indexes WHERE schemaname = 'lite' AND indexdef LIKE '% USING gist %'"), $made, 'lite: a GiST index for each R-Tree');
	run('ogr2ogr', '-f', 'SQLite', '-dsco', 'SPATIALITE=YES', '-lco', 'COMPRESS_GEOM=YES', "$dir/packed.sqlite", "$dir/plain.vrt");
	like(sqlite("$dir/packed.sqlite", "SELECT substr(hex(geometry), 79, 8) FROM lines LIMIT 1"), qr/^42420F00/, 'packed: lines are compressed');
	compare('packed', "$dir/packed.sqlite", $made);
	run('ogr2ogr', '-f', 'SQLite', "$dir/wkb.sqlite", "$dir/plain.vrt");
	compare('wkb', "$dir/wkb.sqlite", $made);
	is(features("$dir/lite.sqlite", 'all_lite'), features("$dir/wkb.sqlite", 'all_wkb'), 'the files have the same features');
}

# Values that are not as the file declares: the narrowest type that holds all of them, and what is no geometry is told with its row.
run('ogr2ogr', '-f', 'GPKG', "$dir/odd.gpkg", "$dir/all.vrt", 'points', 'points_z', 'lines', 'polygons', '-lco', 'SPATIAL_INDEX=NO');
my %blob = (line => '47500001E61000000102000000' . '02000000' . '00' x 32, z => '47500001E610000001E9030000' . '00' x 24, none => '47500001E6100000FF', other => '47500001110F00000101000000' . '00' x 16);
sqlite("$dir/odd.gpkg", "UPDATE points SET geom = x'$blob{line}' WHERE fid = 1; UPDATE points_z SET geom = x'$blob{other}' WHERE fid = 1; UPDATE lines SET geom = x'$blob{z}' WHERE fid = 2; UPDATE polygons SET geom = x'$blob{none}' WHERE fid = 2");
$node->safe_psql('postgres', "CREATE SERVER odd FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted("$dir/odd.gpkg") . "); CALL sqlite_mig.migrate('odd', 'odd')");
is($node->safe_psql('postgres', "SELECT source_table, target_type, format FROM sqlite_mig.plan_column WHERE migration = 'odd' AND source_name = 'geom' ORDER BY source_table"),
	"lines|public.geometry|gpkg\npoints|public.geometry(Geometry,4326)|gpkg\npoints_z|public.geometry|gpkg\npolygons|bytea|", 'odd: types follow the values');
is($node->safe_psql('postgres', "SELECT object_name, effect, sample FROM sqlite_mig.ledger WHERE migration = 'odd' AND rule = 'type' ORDER BY object_name"),
	join("\n",
		"lines.geom|converted|rowid 2 blob x'" . lc(substr($blob{z}, 0, 48)) . "...' (geometry is a PointZ)",
		"points.geom|converted|rowid 1 blob x'" . lc(substr($blob{line}, 0, 48)) . "...' (geometry is a LineString)",
		"points_z.geom|converted|rowid 1 blob x'" . lc(substr($blob{other}, 0, 48)) . "...' (geometry is a Point)",
		"polygons.geom|changed|rowid 2 blob x'" . lc($blob{none}) . "' (blob ends inside the geometry (byte 8))"), 'odd: the ledger has the row and the reason');
is($node->safe_psql('postgres', "SELECT count(*) FROM sqlite_mig.last_verification WHERE migration = 'odd' AND NOT ok"), 0, 'odd: verified');
fails_with($node, "CALL sqlite_mig.migrate('odd', 'odd2')", '55000', qr/values that do not fit public.geometry\(Polygon,31467\): 1; rowid 2 blob.*blob ends inside the geometry/s, 'odd: a geometry by force',
	before => "SELECT count(*) FROM sqlite_mig.prepare('odd', 'odd2', options => '{\"replace\": true}'); UPDATE sqlite_mig.plan_column SET target_type = 'public.geometry(Polygon,31467)', format = 'gpkg' WHERE migration = 'odd' AND source_table = 'polygons' AND source_name = 'geom'");

# What only PostGIS can judge is refused with its row, not thrown.
$node->safe_psql('postgres', "CREATE FOREIGN TABLE flat (geom geography OPTIONS (format 'gpkg')) SERVER gpkg OPTIONS (\"table\" 'points_m')");
fails_with($node, 'SELECT * FROM flat', '22023', qr/rowid 1 of table "points_m".*lon/s, 'metres as a geography');

$node->safe_psql('postgres', "CREATE FOREIGN TABLE beyond (geom geography OPTIONS (format 'wkb 0=4326')) SERVER odd OPTIONS (query 'SELECT x''010100000000000000000069400000000000000000'' AS geom')");
fails_with($node, 'SELECT * FROM beyond', '22003', qr/coordinates are beyond longitudes and latitudes/, 'a longitude of 200');
$node->safe_psql('postgres', "CREATE FOREIGN TABLE declared (fid bigint, geom geometry(Point,4326) OPTIONS (format 'gpkg')) SERVER odd OPTIONS (\"table\" 'points')");
fails_with($node, 'SELECT * FROM declared ORDER BY fid', '42804', qr/rowid 1 of table "points".*geometry is a LineString/s, 'a line among points');
$node->safe_psql('postgres', "CREATE FOREIGN TABLE words (geom geometry(Point)) SERVER odd OPTIONS (query 'SELECT ''POINT(1 2)'' AS geom')");
is($node->safe_psql('postgres', 'SELECT ST_AsText(geom) FROM words'), 'POINT(1 2)', 'text is read without a format');
# any geometry, said so, and what is written without a format
$node->safe_psql('postgres', "CREATE FOREIGN TABLE anything (geom geometry(Geometry) OPTIONS (format 'wkb')) SERVER odd OPTIONS (query 'SELECT x''0101000000000000000000f03f0000000000000040'' AS geom')");
is($node->safe_psql('postgres', 'SELECT ST_AsText(geom) FROM anything'), 'POINT(1 2)', 'a modifier that asks for nothing');
# an SRID that has another number here gets that of the file again
sqlite("$dir/numbers.db", 'CREATE TABLE g (id INTEGER PRIMARY KEY, geom BLOB)');
$node->safe_psql('postgres', "CREATE SERVER numbers FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted("$dir/numbers.db") . ", updatable 'true');
	CREATE FOREIGN TABLE numbers (id bigint OPTIONS (key 'true'), geom geometry(Point,3857) OPTIONS (format 'gpkg 100001=3857')) SERVER numbers OPTIONS (\"table\" 'g');
	INSERT INTO numbers VALUES (1, 'SRID=3857;POINT(1 2)')");
is($node->safe_psql('postgres', 'SELECT ST_AsEWKT(geom) FROM numbers'), 'SRID=3857;POINT(1 2)', 'read with the number here');
is($node->safe_psql('postgres', "CREATE FOREIGN TABLE raw_numbers (geom bytea) SERVER numbers OPTIONS (\"table\" 'g'); SELECT substr(geom, 5, 4) FROM raw_numbers"), '\xa1860100', 'written with the number of the file');

is($node->safe_psql('postgres', "CREATE FOREIGN TABLE texts (id bigint OPTIONS (key 'true'), geom geometry) SERVER numbers OPTIONS (\"table\" 'g'); DELETE FROM texts; INSERT INTO texts VALUES (2, 'SRID=3857;POINT(3 4)'); SELECT ST_AsEWKT(geom) FROM texts"),
	'SRID=3857;POINT(3 4)', 'written without a format: read back');
is(sqlite("$dir/numbers.db", "SELECT typeof(geom) || ' ' || geom FROM g"), "text 0101000020110F000000000000000008400000000000001040\n", 'as the text that PostGIS writes');

# A role that may not add reference systems gets the statement.
$node->safe_psql('postgres', "CREATE ROLE cartographer; GRANT USAGE ON FOREIGN SERVER gpkg TO cartographer; GRANT CREATE ON DATABASE postgres TO cartographer; REVOKE INSERT ON spatial_ref_sys FROM PUBLIC; DELETE FROM spatial_ref_sys WHERE srid = $own; DROP SCHEMA gpkg CASCADE");
$node->safe_psql('postgres', "SET ROLE cartographer; CALL sqlite_mig.migrate('gpkg', 'gpkg_mine', migration => 'mine', tables => '{multipolygons,gpkg_*}')");
like($node->safe_psql('postgres', "SELECT effect, detail FROM sqlite_mig.ledger WHERE migration = 'mine' AND rule = 'reference system' AND severity = 'warning'"),
	qr/^changed\|.*INSERT INTO public\.spatial_ref_sys \(srid/, 'without the right to insert a reference system the ledger has the statement');
is($node->safe_psql('postgres', "SELECT ST_SRID(geom) = $own FROM gpkg_mine.multipolygons"), 't', 'and the geometries have its number');

# Workers divide tables; geography is another type that the plan can ask for.
$node->safe_psql('postgres', "CALL sqlite_mig.migrate('gpkg', 'shared', migration => 'shared', workers => 2)");
is($node->safe_psql('postgres', "SELECT count(*) FROM sqlite_mig.verify('shared') WHERE NOT ok"), 0, 'with background workers');
$node->safe_psql('postgres', "CREATE FOREIGN TABLE globe (name text, geom geography(Point,4326) OPTIONS (format 'gpkg')) SERVER gpkg OPTIONS (\"table\" 'points')");
is($node->safe_psql('postgres', "SELECT ST_AsText(geom) FROM globe WHERE name = 'points 1'"), 'POINT(1 2)', 'a geography');
still_running($node);
$node->stop;
done_testing();
