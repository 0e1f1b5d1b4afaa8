# Upgrades: an extension that was made at a released version and updated is the same as a fresh one, object by object, and its data is kept.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node = start_node('upgrade');
# (asked by name: the list of available versions does not look where a staged extension lies)
my @old = map { m{sqlite_fdw_mig--([\d.]+)\.sql\.gz$} } sort glob("$FindBin::RealBin/../install/released/*.sql.gz");
$node->safe_psql('postgres', 'CREATE DATABASE trial');
my ($missing) = $node->psql('trial', "CREATE EXTENSION sqlite_fdw_mig VERSION '$old[0]'");
plan(skip_all => 'released versions are installed by tools/with_cluster only') if $missing && !$ENV{MIG_CONF};
my $new  = $node->safe_psql('postgres', "SELECT extversion FROM pg_extension WHERE extname = 'sqlite_fdw_mig'");
cmp_ok(scalar(@old), '>', 0, 'there are released versions: ' . join(', ', @old));
my @paths = split(/\n/, $node->safe_psql('postgres', "SELECT source FROM pg_extension_update_paths('sqlite_fdw_mig') WHERE target = '$new' AND path IS NOT NULL AND source <> target ORDER BY 1"));
is_deeply(\@paths, \@old, "each released version has a way to $new");

# Every object of the extension, with all that makes it what it is; names only, no OIDs. Rows of tables that come with rows as well.
my $snapshot = <<'SQL';
SET search_path = pg_catalog;
WITH member AS (SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'sqlite_fdw_mig') AND deptype = 'e')
SELECT o FROM (
	SELECT 'member ' || (pg_identify_object(m.classid, m.objid, 0)).type || ' ' || (pg_identify_object(m.classid, m.objid, 0)).identity FROM member AS m
	UNION ALL SELECT 'comment ' || (pg_identify_object(m.classid, m.objid, d.objsubid)).identity || ': ' || d.description FROM member AS m JOIN pg_description AS d ON (d.classoid, d.objoid) = (m.classid, m.objid)
	UNION ALL SELECT 'routine ' || p.oid::regprocedure || ' ' || coalesce(CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END, '') || ' ' || coalesce((SELECT string_agg(a, ',' ORDER BY a) FROM unnest(p.proacl::text[]) AS a), 'default') || ' ' || p.proowner::regrole || coalesce((SELECT ' ' || a.aggtranstype::regtype || (to_jsonb(a) - 'aggfnoid' - 'aggtranstype' - 'aggmtranstype' - 'aggsortop')::text FROM pg_aggregate AS a WHERE a.aggfnoid = p.oid), '')
		FROM pg_proc AS p JOIN member AS m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
	UNION ALL SELECT 'relation ' || c.oid::regclass || ' ' || c.relkind::text || ' ' || c.relpersistence::text || ' ' || c.relrowsecurity::text || ' ' || c.relforcerowsecurity::text || ' ' || coalesce(c.reloptions::text, '') || ' ' || coalesce((SELECT string_agg(a, ',' ORDER BY a) FROM unnest(c.relacl::text[]) AS a), 'default') || ' ' || CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) ELSE '' END
		FROM pg_class AS c JOIN member AS m ON m.classid = 'pg_class'::regclass AND m.objid = c.oid
	UNION ALL SELECT 'column ' || c.oid::regclass || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull::text || ' ' || a.attidentity::text || ' ' || a.attgenerated::text || ' ' || a.attstorage::text || ' ' || coalesce(a.attstattarget, -1) || ' ' || coalesce(a.attacl::text, '') || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
		FROM pg_class AS c JOIN member AS m ON m.classid = 'pg_class'::regclass AND m.objid = c.oid JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped LEFT JOIN pg_attrdef AS d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
	UNION ALL SELECT 'constraint ' || c.conrelid::regclass || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid) FROM pg_constraint AS c JOIN member AS m ON m.classid = 'pg_class'::regclass AND m.objid = c.conrelid
	UNION ALL SELECT 'index ' || pg_get_indexdef(i.indexrelid) FROM pg_index AS i JOIN member AS m ON m.classid = 'pg_class'::regclass AND m.objid = i.indrelid
	UNION ALL SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM pg_trigger AS t JOIN member AS m ON m.classid = 'pg_class'::regclass AND m.objid = t.tgrelid WHERE NOT t.tgisinternal
	UNION ALL SELECT 'half of a key ' || c.conname || ' ' || t.tgfoid::regproc || ' ' || t.tgenabled::text FROM pg_trigger AS t JOIN member AS m ON m.classid = 'pg_class'::regclass AND m.objid = t.tgrelid JOIN pg_constraint AS c ON c.oid = t.tgconstraint WHERE t.tgisinternal
	UNION ALL SELECT 'policy ' || p.polrelid::regclass || ' ' || p.polname || ' ' || p.polcmd::text || ' ' || p.polroles::regrole[]::text || ' ' || coalesce(pg_get_expr(p.polqual, p.polrelid), '') || ' ' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') FROM pg_policy AS p JOIN member AS m ON m.classid = 'pg_class'::regclass AND m.objid = p.polrelid
	UNION ALL SELECT 'enum ' || e.enumtypid::regtype || ' ' || string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum AS e JOIN member AS m ON m.classid = 'pg_type'::regclass AND m.objid = e.enumtypid GROUP BY e.enumtypid
	UNION ALL SELECT 'schema ' || n.nspname || ' ' || coalesce((SELECT string_agg(a, ',' ORDER BY a) FROM unnest(n.nspacl::text[]) AS a), 'default') FROM pg_namespace AS n JOIN member AS m ON m.classid = 'pg_namespace'::regclass AND m.objid = n.oid
	UNION ALL SELECT 'dumped ' || t::regclass || ' ' || q FROM pg_extension AS e, unnest(e.extconfig, e.extcondition) AS u (t, q) WHERE e.extname = 'sqlite_fdw_mig'
	UNION ALL SELECT 'rows ' || c.oid::regclass || ' ' || (xpath('/row/h/text()', query_to_xml(format('SELECT md5(coalesce(string_agg(r::text, chr(10) ORDER BY r::text), '''')) AS h FROM %s AS r', c.oid::regclass), false, true, '')))[1]
		FROM pg_class AS c JOIN member AS m ON m.classid = 'pg_class'::regclass AND m.objid = c.oid WHERE c.relkind = 'r'
) AS s (o) ORDER BY o COLLATE "C";
SQL

sub objects
{
	my ($database) = @_;
	return $node->safe_psql($database, $snapshot);
}

$node->safe_psql('postgres', 'CREATE DATABASE fresh');
$node->safe_psql('fresh', 'CREATE EXTENSION sqlite_fdw_mig');
my $fresh = objects('fresh');
cmp_ok(() = $fresh =~ /^routine /mg, '>', 300, 'the comparison sees the routines');

my $dir  = PostgreSQL::Test::Utils::tempdir();
my $file = "$dir/shop.db";
sqlite($file, "CREATE TABLE item (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL, price DECIMAL(8,2)); INSERT INTO item VALUES (1, 'spade', 12.5), (2, 'pelle', 9)");
my $server = "CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . ")";

for my $version (@old)
{
	(my $database = "from_$version") =~ s/\./_/g;
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, "CREATE EXTENSION sqlite_fdw_mig VERSION '$version'");
	isnt(objects($database), $fresh, "$version is another one than $new") if $version ne $new;
	$node->safe_psql($database, "ALTER EXTENSION sqlite_fdw_mig UPDATE");
	my $updated = objects($database);
	my %fresh   = map { $_ => 1 } split(/\n(?=\w+ )/, $fresh);
	my %updated = map { $_ => 1 } split(/\n(?=\w+ )/, $updated);
	is_deeply([ map { substr($_, 0, 300) } grep { !$updated{$_} } sort keys %fresh ], [], "$version updated: nothing of $new is missing");
	is_deeply([ map { substr($_, 0, 300) } grep { !$fresh{$_} } sort keys %updated ], [], "$version updated: nothing is there that $new does not have");
	ok($updated eq $fresh, "$version updated: the same as fresh");
	$node->safe_psql('postgres', "DROP DATABASE $database");

	# data: a migration of the old version, if today's module still carries out the old one's statements, is read by the new one
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, "CREATE EXTENSION sqlite_fdw_mig VERSION '$version'; $server; CALL sqlite_mig.migrate('shop', 'public')");
	my $before = $node->safe_psql($database, "SELECT source_table, source_name, target_type FROM sqlite_mig.plan_column ORDER BY 1, position");
	$node->safe_psql($database, "ALTER EXTENSION sqlite_fdw_mig UPDATE");
	is($node->safe_psql($database, "SELECT source_table, source_name, target_type FROM sqlite_mig.plan_column ORDER BY 1, position"), $before, "$version updated: the plan is kept");
	is($node->safe_psql($database, "SELECT verdict FROM sqlite_mig.status('shop')"), 'lossless', "$version updated: and the verdict");
	is($node->safe_psql($database, "SELECT count(*) FILTER (WHERE NOT ok), count(*) > 0 FROM sqlite_mig.verify('shop')"), '0|t', "$version updated: it can be verified again");
	sqlite($file, "INSERT INTO item VALUES (3, 'Schaufel', NULL)");
	$node->safe_psql($database, "SELECT * FROM sqlite_mig.sync('shop')");
	is($node->safe_psql($database, "SELECT count(*) FROM public.item"), 3, "$version updated: and synchronised");
	sqlite($file, "DELETE FROM item WHERE id = 3");
	$node->safe_psql('postgres', "DROP DATABASE $database");
}

$node->stop;
done_testing();
