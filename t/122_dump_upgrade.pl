# pg_dump, pg_restore and pg_upgrade of a database with the extension keep plan, journal, quarantine and results, and a migration goes on over there; DROP EXTENSION leaves nothing.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node = start_node('dumped');
my $dir  = PostgreSQL::Test::Utils::tempdir();
my $file = "$dir/shop.db";
sqlite($file, <<'SQL');
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, since TIMESTAMP, age INT CHECK (age > 0), made TIMESTAMP DEFAULT (datetime('now')));
INSERT INTO customer (id, name, since, age) VALUES (1, 'Ada', '2024-07-01 12:00:00', 36), (2, 'Émile', '2024-12-01 12:00:00', 60), (3, 'Nemo', 'never', 1);
CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES customer (id), amount DECIMAL(8,2), note TEXT GENERATED ALWAYS AS (printf('%.1f', amount)) STORED);
INSERT INTO purchase (id, customer, amount) VALUES (1, 1, 12.50), (2, 2, 99.99);
CREATE VIEW spent AS SELECT name, total(amount) AS amount, strftime('%Y', min(since)) AS year FROM customer JOIN purchase ON customer = customer.id GROUP BY name;
SQL
my $database = quoted($file);
$node->safe_psql('postgres', <<SQL);
CREATE ROLE carrier IN ROLE pg_read_server_files;
CREATE DATABASE shop OWNER carrier;
SQL
$node->safe_psql('shop', <<SQL);
CREATE EXTENSION sqlite_fdw_mig;
GRANT USAGE ON FOREIGN DATA WRAPPER sqlite_fdw_mig TO carrier;
INSERT INTO sqlite_mig.type_rule VALUES (10, '^GEM\$', '{"numeric(12,2)",numeric}', NULL, 'gems');
SET ROLE carrier;
CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database $database, busy_timeout '1234');
SELECT * FROM sqlite_mig.prepare('shop', 'shop');
UPDATE sqlite_mig.plan_column SET target_type = 'timestamptz', target_name = 'member_since' WHERE migration = 'shop' AND source_name = 'since';
CALL sqlite_mig.migrate('shop', on_error => 'reject');
SELECT * FROM sqlite_mig.verify('shop', 'full');
SQL
my $failing = "SET ROLE carrier; SELECT table_name, check_name, detail FROM sqlite_mig.verify('shop', 'full') WHERE NOT ok ORDER BY 1, 2";
my $failed  = $node->safe_psql('shop', $failing);
is($node->safe_psql('shop', "SET ROLE carrier; SELECT verdict FROM sqlite_mig.status('shop')"), 'incomplete', 'a migration with a row in quarantine');

# All rows of all tables of the extension, and of what was migrated.
my @tables = split(/\n/, $node->safe_psql('shop', "SELECT c.oid::regclass FROM pg_class AS c WHERE c.relkind = 'r' AND c.relnamespace::regnamespace::text IN ('sqlite_mig', 'shop') ORDER BY 1"));
sub contents
{
	my ($node, $database) = @_;
	return join("\n", map { "$_: " . $node->safe_psql($database, "SELECT r::text FROM $_ AS r ORDER BY r::text COLLATE \"C\"") } @tables);
}
my $before = contents($node, 'shop');
like($before, qr/sqlite_mig\.$_: \S/, "$_ has rows") foreach qw(migration plan_table plan_column journal rejected verification ledger_entry type_rule);

# What one can do with it afterwards
sub goes_on
{
	my ($node, $database, $how) = @_;
	is(contents($node, $database), $before, "$how: every row of plan, journal, quarantine, results and tables");
	is($node->safe_psql($database, "SET ROLE carrier; SELECT verdict FROM sqlite_mig.status('shop')"), 'incomplete', "$how: the verdict");
	is($node->safe_psql($database, $failing), $failed, "$how: it can be verified, and says what it said");
	is($node->safe_psql($database, "SET ROLE carrier; SELECT count(*) FROM sqlite_shop.purchase"), 2, "$how: the foreign tables read the file");
	is($node->safe_psql($database, "SELECT name || ' ' || amount || ' ' || year FROM shop.spent ORDER BY name COLLATE \"C\" LIMIT 1"), 'Ada 12.5 2024', "$how: a view with functions of sqlite_compat");
	# the sequences of the extension's tables do not begin anew
	is($node->safe_psql($database, "SET ROLE carrier; BEGIN; UPDATE sqlite_mig.rejected SET \"row\" = jsonb_set(\"row\", '{since}', '\"2025-01-01 00:00:00\"') WHERE migration = 'shop'; SELECT loaded FROM sqlite_mig.replay('shop'); SELECT count(*) FROM shop.customer; ROLLBACK"), "1\n3", "$how: the quarantine can be mended and replayed");
	is($node->safe_psql($database, "SET ROLE carrier; SET client_min_messages = error; BEGIN; SELECT count(*) > 0 FROM sqlite_mig.prepare('shop', 'two', migration => 'two', options => '{\"source_schema\": \"two_source\"}'); CALL sqlite_mig.migrate('shop', migration => 'two', on_error => 'reject');
		SELECT count(*) FROM sqlite_mig.ledger WHERE migration = 'two' HAVING count(*) = 0; ROLLBACK"), 't', "$how: a new migration beside it");
}

my $other = PostgreSQL::Test::Cluster->new('restored');
$other->init;
$other->append_conf('postgresql.conf', slurp_file($ENV{MIG_CONF})) if $ENV{MIG_CONF};
$other->append_conf('postgresql.conf', "timezone = 'UTC'\n");
$other->start;
$other->safe_psql('postgres', 'CREATE ROLE carrier IN ROLE pg_read_server_files');
for my $format (qw(plain custom directory))
{
	my $dump = "$dir/shop.$format";
	$node->command_ok([ 'pg_dump', '-F', substr($format, 0, 1), '-f', $dump, '-d', $node->connstr('shop') ], "$format: dumped");
	$other->safe_psql('postgres', "DROP DATABASE IF EXISTS shop; CREATE DATABASE shop OWNER carrier");
	if ($format eq 'plain')
	{
		$other->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, '-d', $other->connstr('shop') ], "$format: restored");
	}
	else
	{
		$other->command_ok([ 'pg_restore', '-e', '-d', $other->connstr('shop'), $dump ], "$format: restored");
	}
	goes_on($other, 'shop', $format);
}
$other->stop;

# pg_upgrade, to a cluster of the same version: it goes the same way as between two
my $new = PostgreSQL::Test::Cluster->new('upgraded');
$new->init;
$new->append_conf('postgresql.conf', slurp_file($ENV{MIG_CONF})) if $ENV{MIG_CONF};
$new->append_conf('postgresql.conf', "timezone = 'UTC'\n");
$node->stop;
my $bin = $node->config_data('--bindir');
chdir($dir) or die "$dir: $!";
command_ok([ "$bin/pg_upgrade", '--no-sync', '-d', $node->data_dir, '-D', $new->data_dir, '-b', $bin, '-B', $bin, '-s', $new->host, '-p', $node->port, '-P', $new->port ], 'pg_upgrade')
  or diag(map { "$_:\n" . slurp_file($_) } grep { /\.(txt|log)$/ } glob($new->data_dir . '/pg_upgrade_output.d/*/*'));
$new->start;
goes_on($new, 'shop', 'pg_upgrade');

# DROP EXTENSION leaves nothing but what was migrated, and can be undone by CREATE EXTENSION.
$new->safe_psql('postgres', 'CREATE DATABASE bare');
my $names = "SELECT string_agg(x, ', ' ORDER BY x) FROM (SELECT oid::regclass::text FROM pg_class UNION ALL SELECT oid::regprocedure::text FROM pg_proc UNION ALL SELECT oid::regtype::text FROM pg_type UNION ALL SELECT nspname FROM pg_namespace
	UNION ALL SELECT oid::regoperator::text FROM pg_operator UNION ALL SELECT srvname FROM pg_foreign_server UNION ALL SELECT fdwname FROM pg_foreign_data_wrapper UNION ALL SELECT evtname FROM pg_event_trigger) AS o (x) WHERE x !~ 'toast'";
my $bare = $new->safe_psql('bare', $names);
$new->safe_psql('bare', "SET client_min_messages = error; CREATE EXTENSION sqlite_fdw_mig; CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database $database); SELECT * FROM sqlite_mig.prepare('shop', 'shop');
	DROP SCHEMA sqlite_shop CASCADE; DROP EXTENSION sqlite_fdw_mig CASCADE");
is($new->safe_psql('bare', $names), $bare, 'DROP EXTENSION CASCADE leaves nothing in the catalogs');
$new->safe_psql('shop', 'SET client_min_messages = error; DROP EXTENSION sqlite_fdw_mig CASCADE');
is($new->safe_psql('shop', 'SELECT count(*) FROM shop.customer'), 2, 'the migrated tables stay');
is($new->safe_psql('shop', "SELECT count(*) FROM pg_proc WHERE probin LIKE '%sqlite_fdw_mig%'"), 0, 'and no function of the library');
$new->safe_psql('shop', 'CREATE EXTENSION sqlite_fdw_mig');
is($new->safe_psql('shop', 'SELECT count(*) FROM sqlite_mig.migration'), 0, 'CREATE EXTENSION begins anew');
$new->stop;

done_testing();
