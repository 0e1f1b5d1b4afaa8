# pg_dump, pg_restore and pg_upgrade of a database with the extension keep plan, journal, quarantine and results, and a migration goes on over there; DROP EXTENSION leaves nothing.
use strict;
use warnings;
use FindBin;
use IPC::Run ();
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
	return $node->safe_psql($database, join(";\n", map { "SELECT '$_: ' || r::text FROM $_ AS r ORDER BY r::text COLLATE \"C\"" } @tables));
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

# A row has a parent, whoever writes it: what foreign keys do, of which one half is a trigger, so that a restore can load rows in any order.
sub state_of
{
	my ($sql) = @_;
	my ($rc, $out, $err) = $node->psql('shop', "BEGIN;\n$sql;\nROLLBACK;", on_error_stop => 1, extra_params => [ '-v', 'VERBOSITY=verbose' ]);
	return "ok $out" if $rc == 0;
	my ($state, $constraint) = ($err =~ /ERROR:\s+([0-9A-Z]{5})/, $err =~ /^CONSTRAINT NAME:\s+(\S+)/m);
	return join(' ', $state // $err, $constraint // ());
}
my $orphan = "INSERT INTO sqlite_mig.plan_column SELECT p.* FROM sqlite_mig.plan_column AS c, jsonb_populate_record(c, '{\"source_table\": \"none\"}') AS p LIMIT 1";
my $foundling = "INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, statement) VALUES ('none', 1, 1, 'x', 'x', 'x')";
is(state_of($orphan),    '23503 plan_column_migration_source_table_fkey', 'no column without a table in the plan');
is(state_of($foundling), '23503 journal_migration_fkey',                  'no journal without a migration');
is(state_of("UPDATE sqlite_mig.journal SET migration = 'none'"),            '23503 journal_migration_fkey', 'nor is it moved to none');
is(state_of("UPDATE sqlite_mig.plan_search SET source_name = 'none'; INSERT INTO sqlite_mig.plan_search (migration, source_name, source_table, include, columns, weights, config) VALUES ('shop', 'none', 'none', true, '{}', '{}', 'simple')"), '23503 plan_search_migration_source_name_fkey', 'nor full-text search');
is(state_of("INSERT INTO sqlite_mig.capture_table (migration, id, table_name) VALUES ('shop', 1, 'x')"), '23503 capture_table_migration_fkey', 'nor a log of changes');
like(state_of("UPDATE sqlite_mig.migration SET migration = 'other'"), qr/^23503 /, 'a migration with rows keeps its name');
is(state_of("SET LOCAL ROLE carrier; $orphan"), '23503 plan_column_migration_source_table_fkey', 'for its owner as well');
is(state_of("SET LOCAL check_function_bodies = off; SET LOCAL ROLE carrier; $orphan"), '23503 plan_column_migration_source_table_fkey', 'who cannot pass for a restore');
is(state_of("SET LOCAL check_function_bodies = off; SET LOCAL row_security = off; SET LOCAL ROLE carrier; $orphan"), '42501', 'in no way');
is(state_of("SET LOCAL check_function_bodies = off; $orphan; $foundling"), 'ok ', 'a superuser in a restore can');
like(state_of("DELETE FROM sqlite_mig.migration; SELECT count(*) FROM sqlite_mig.$_"), qr/^ok 0$/, "$_ goes with its migration")
  foreach qw(plan_table plan_column plan_index plan_constraint plan_view plan_trigger plan_search journal ledger_entry verification rejected sync_run capture capture_table cutover_run);
# (of two sessions the second waits, as it does for a foreign key)
my $session = $node->background_psql('shop');
$session->query_safe("BEGIN; INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, statement) VALUES ('shop', 99, 1, 'x', 'x', 'x')");
is(state_of("SET LOCAL lock_timeout = '100ms'; DELETE FROM sqlite_mig.migration"), '55P03', 'a migration that gets a row is not deleted meanwhile');
$session->query_safe("ROLLBACK; BEGIN; DELETE FROM sqlite_mig.migration");
is(state_of("SET LOCAL lock_timeout = '100ms'; INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, statement) VALUES ('shop', 99, 1, 'x', 'x', 'x')"), '55P03', 'one that is deleted gets no row meanwhile');
$session->query_safe("ROLLBACK");
$session->quit;

# The ways to dump and to restore. Of each all rows are compared; what can be done afterwards, of the first three.
sub new_node
{
	my ($name) = @_;
	my $new = PostgreSQL::Test::Cluster->new($name);
	# (as start_node makes it, whatever the language of the machine)
	$new->init(extra => [ '-E', 'UTF8', '--locale', 'C.UTF-8' ]);
	$new->append_conf('postgresql.conf', slurp_file($ENV{MIG_CONF})) if $ENV{MIG_CONF};
	$new->append_conf('postgresql.conf', "timezone = 'UTC'\n");
	return $new;
}
my $other = new_node('restored');
$other->start;
$other->safe_psql('postgres', 'CREATE ROLE carrier IN ROLE pg_read_server_files');
my ($from, $to) = ($node->connstr('shop'), $other->connstr('shop'));
my @ways = (
	# name, options of pg_dump, of pg_restore for each pass (none: psql reads it)
	[ 'plain',     ['-Fp'] ],
	[ 'custom',    ['-Fc'], [] ],
	[ 'directory', [ '-Fd', '-j', '2' ], [] ],
	[ 'jobs',        [ '-Fd', '-j', '2' ], [ '-j', '4' ] ],
	[ 'jobs, custom', ['-Fc'], [ '-j', '2' ] ],
	# (data after foreign keys, in parallel: PostgreSQL cannot do that with any two tables)
	[ 'schema, then data', [ '-Fd', '-j', '2' ], ['--schema-only'], ['--data-only'] ],
	[ 'sections',  [ '-Fd', '-j', '2' ], [ '--section=pre-data' ], [ '-j', '3', '--section=data' ], [ '-j', '2', '--section=post-data' ] ],
);
for my $way (@ways)
{
	my ($how, $options, @passes) = @$way;
	my $dump = "$dir/" . ($how =~ s/\W+/_/gr);
	$node->command_ok([ 'pg_dump', @$options, '-f', $dump, '-d', $from ], "$how: dumped");
	$other->safe_psql('postgres', "DROP DATABASE IF EXISTS shop; CREATE DATABASE shop OWNER carrier");
	$other->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $to, '-f', $dump ], "$how: restored") if !@passes;
	$other->command_ok([ 'pg_restore', '-e', '-d', $to, @$_, $dump ], "$how: restored @$_") foreach @passes;
	if ($how =~ /^(plain|custom|jobs)$/) { goes_on($other, 'shop', $how); }
	else { is(contents($other, 'shop'), $before, "$how: every row of plan, journal, quarantine, results and tables"); }
}
# In pieces, as text: without data no row is in it, and the pieces are the whole.
for my $pieces ([ '--schema-only', '--data-only' ], [ '--section=pre-data', '--section=data', '--section=post-data' ])
{
	$other->safe_psql('postgres', "DROP DATABASE shop; CREATE DATABASE shop OWNER carrier");
	for my $piece (@$pieces)
	{
		my $dump = "$dir/$piece.sql";
		$node->command_ok([ 'pg_dump', $piece, '-f', $dump, '-d', $from ], "$piece: dumped");
		$other->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $to, '-f', $dump ], "$piece: restored");
		is($other->safe_psql('shop', 'SELECT count(*) FROM sqlite_mig.migration'), 0, "$piece: no row") if $piece =~ /schema-only|pre-data/;
	}
	is(contents($other, 'shop'), $before, "@$pieces: every row of plan, journal, quarantine, results and tables");
}
$other->stop;

# pg_dumpall: roles, rights on the wrapper and all databases
my $all = new_node('all');
$all->start;
$node->command_ok([ 'pg_dumpall', '-f', "$dir/all.sql", '-d', $node->connstr('postgres') ], 'pg_dumpall: dumped');
# (the role that runs it and the database postgres with the extension are there before)
$all->command_ok([ 'psql', '-X', '-q', '-f', "$dir/all.sql", '-d', $all->connstr('postgres') ], 'pg_dumpall: restored');
goes_on($all, 'shop', 'pg_dumpall');
$all->stop;

# pg_upgrade, to a cluster of the same version: it goes the same way as between two
my $new = new_node('upgraded');
$node->stop;
my $bin = $node->config_data('--bindir');
chdir($dir) or die "$dir: $!";
my $said = '';
ok(IPC::Run::run([ "$bin/pg_upgrade", '--no-sync', '-d', $node->data_dir, '-D', $new->data_dir, '-b', $bin, '-B', $bin, '-s', $new->host, '-p', $node->port, '-P', $new->port ], '<', \undef, '>&', \$said), 'pg_upgrade')
  or diag($said, map { "$_:\n" . slurp_file($_) } grep { /\.(txt|log)$/ } glob($new->data_dir . '/pg_upgrade_output.d/*/{*,log/*}'));
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
