# Between the two calls of a resumable migration somebody changes the source, the target, the plan or the extension; and what
# workers need is missing. The second call goes on, starts anew and says why, or is an error that says what to do: it never calls
# lossless what is not there.
use strict;
use warnings;
use FindBin;
use IPC::Run ();
use Time::HiRes qw(sleep);
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use Faults;
use MigTest;

my $node = start_faulty_node('resume');
my $dir  = PostgreSQL::Test::Utils::tempdir();
my $file = "$dir/marked.db";
my $schema = q{CREATE TABLE small (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO small VALUES (1, 'a'), (2, 'b');
CREATE TABLE big (id INTEGER PRIMARY KEY, body TEXT);
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) INSERT INTO big SELECT i, printf('%0100d', i) FROM n;
CREATE INDEX big_body ON big (body);
CREATE VIEW v AS SELECT id FROM small;};
sqlite($file, $schema);
$node->safe_psql('postgres', q{ALTER DATABASE postgres SET sqlite_fdw_mig.range_size = '256kB';
	CREATE TABLE stop_at (relation text);
	CREATE FUNCTION stop() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT FROM public.stop_at WHERE to_regclass(relation) IS NOT NULL) THEN RAISE 'stopped' USING ERRCODE = '0Z002'; END IF; END $$;
	CREATE EVENT TRIGGER stop ON ddl_command_end EXECUTE FUNCTION stop();
	CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database } . quoted($file) . ')');

my $call = q{CALL sqlite_mig.migrate('s', 'm', mode => 'resumable', workers => 1, options => '{"source_schema": "m_source"}')};

# Runs a statement; returns "state SQLSTATE, what was said"
sub said
{
	my ($sql) = @_;
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'psql', '-XqAt', '-v', 'VERBOSITY=verbose', '-d', $node->connstr('postgres'), '-c', $sql ], '<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout(60));
	my ($state) = $err =~ /^ERROR:  (\w{5})/m;
	return 'state ' . ($state // '00000') . "\n$err";
}

sub clean
{
	$node->safe_psql('postgres', q{SET client_min_messages = error; DELETE FROM stop_at; DROP SCHEMA IF EXISTS m CASCADE; DELETE FROM sqlite_mig.migration; DROP SCHEMA IF EXISTS m_source CASCADE});
	unlink $file;
	sqlite($file, $schema);
	return;
}

my $stopped = q{running|incomplete};
my $state = q{SELECT m.state, s.verdict FROM sqlite_mig.migration AS m, sqlite_mig.status('s') AS s WHERE m.migration = 's'};

# A run stops when a relation is made, something is done, and the same call comes again
sub again
{
	my ($name, $stop, $between, $pattern, $after, $result) = @_;
	$node->safe_psql('postgres', "INSERT INTO stop_at VALUES ('$stop')");
	like(said($call), qr/^state 0Z002/, "$name: stopped");
	is($node->safe_psql('postgres', $state), $stopped, "$name: the journal says so");
	ref $between ? $between->() : $node->safe_psql('postgres', "SET client_min_messages = error; $between");
	$node->safe_psql('postgres', 'DELETE FROM stop_at');
	like(said($call), $pattern, "$name: the same call");
	is($node->safe_psql('postgres', $after), $result, "$name: and what is there");
	clean();
	return;
}
my $all = "$state; SELECT count(*) FROM m.small UNION ALL SELECT count(*) FROM m.big";
my $right = "migrated|lossless\n2\n6000";
my $on = qr/^state 00000.*going on with run 1; tasks left: \d/s;
my $anew = sub { return qr/^state 00000.*run 1 was interrupted and starts anew: $_[0]/s };
my $gone = $anew->('what it had made is not there any more');

again('nothing', 'm.big_body', 'SELECT 1', $on, $all, $right);
# the target
again('table dropped', 'm.big_body', 'DROP TABLE m.big', $gone, $all, $right);
again('table dropped that was verified', 'm.v', 'DROP TABLE m.big', $gone, $all, $right);
again('schema dropped', 'm.big_body', 'DROP SCHEMA m CASCADE', $gone, $all, $right);
again('table renamed', 'm.v', 'ALTER TABLE m.small RENAME TO other', $gone, "$all; SELECT count(*) FROM m.other", "$right\n2");
again('another table of that name', 'm.v', 'DROP TABLE m.small; CREATE TABLE m.small (id bigint, mine text)', qr/^state 42P07.*In the way: "small"/s, "$state; SELECT count(mine) FROM m.small", "$stopped\n0");
again('rows deleted', 'm.big_body', 'DELETE FROM m.big WHERE id = 77', qr/^state 00000.*incomplete: failed checks/s, $state, 'migrated|incomplete');
again('rows deleted that were verified', 'm.v', 'DELETE FROM m.big WHERE id = 77', qr/^state 00000.*incomplete: failed checks/s, $state, 'migrated|incomplete');
again('rows changed that were verified', 'm.v', q{UPDATE m.small SET v = 'x'}, qr/^state 00000.*incomplete: failed checks/s, $state, 'migrated|incomplete');
# the source
my $changed = $anew->('the SQLite database has changed since it began');
again('source written', 'm.big_body', sub { sqlite($file, q{INSERT INTO small VALUES (3, 'c')}) }, $changed, $all, "migrated|lossless\n3\n6000");
again('another source of that name', 'm.big_body', sub { sqlite("$file.new", "$schema DELETE FROM big WHERE id > 5000"); utime((stat $file)[8, 9], "$file.new"); rename "$file.new", $file }, $changed, $all, "migrated|lossless\n2\n5000");
again('another source in the same file', 'm.big_body', sub { my @times = (stat $file)[8, 9]; sqlite($file, q{UPDATE small SET v = 'z'}); utime(@times, $file) }, $changed, "$all; SELECT max(v) FROM m.small", "$right\nz");
again('server points elsewhere', 'm.big_body', sub { sqlite("$dir/other.db", "$schema DELETE FROM small"); $node->safe_psql('postgres', 'ALTER SERVER s OPTIONS (SET database ' . quoted("$dir/other.db") . ')') }, $changed, "$all; ALTER SERVER s OPTIONS (SET database " . quoted($file) . ')', "migrated|lossless\n0\n6000");
again('source cut off', 'm.big_body', sub { truncate $file, 200000 or die $! }, qr/^state XX001.*it is truncated/s, $state, $stopped);
again('source gone', 'm.big_body', sub { unlink $file }, qr/^state 58P01/, $state, $stopped);
again('foreign tables dropped', 'm.big_body', 'DROP SCHEMA m_source CASCADE', $on, $all, $right);
# the plan: what was edited is what is done now, whoever made the plan
my $edited = $anew->('the plan was edited since it began.*using the plan as it was edited');
again('plan edited', 'm.big_body', q{UPDATE sqlite_mig.plan_column SET target_type = 'varchar(9)' WHERE source_table = 'small' AND source_name = 'v'}, $edited, "$all; SELECT DISTINCT pg_typeof(v) FROM m.small", "$right\ncharacter varying");
again('plan edited: a table less', 'm.big_body', q{UPDATE sqlite_mig.plan_table SET include = false WHERE source_name = 'big'}, $edited, "$state; SELECT count(*), to_regclass('m.big') FROM m.small", "migrated|lossy as agreed\n2|");
# the extension
again('extension made anew', 'm.big_body', 'DROP EXTENSION sqlite_fdw_mig CASCADE; CREATE EXTENSION sqlite_fdw_mig; CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database ' . quoted($file) . ')',
	qr/^state 42P07.*In the way: "big"/s, q{SELECT count(*), (SELECT count(*) FROM m.big) FROM sqlite_mig.migration}, '0|6000');

# While a run goes on: what would take it away waits for its end
$node->safe_psql('postgres', q{SELECT fault_slow('marked.db', 3000)});
foreach my $attack ([ 'DROP EXTENSION', 'DROP EXTENSION sqlite_fdw_mig CASCADE' ], [ 'DELETE of the migration', 'DELETE FROM sqlite_mig.migration' ], [ 'DROP TABLE', 'DROP TABLE m.big' ], [ 'DROP of the foreign tables', 'DROP SCHEMA m_source CASCADE' ], [ 'ALTER of the plan', q{UPDATE sqlite_mig.plan_table SET target_name = 'other' WHERE source_name = 'small'} ])
{
	my ($name, $sql) = @$attack;
	my ($out, $err) = ('', '');
	my $run = IPC::Run::start([ 'psql', '-XqAt', '-v', 'VERBOSITY=verbose', '-d', $node->connstr('postgres'), '-c', $call ], '<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout(60));
	$node->poll_query_until('postgres', q{SELECT count(*) > 0 FROM sqlite_mig.journal WHERE object_kind = 'range' AND seconds IS NOT NULL});
	my $meanwhile = said("SET client_min_messages = error; SET statement_timeout = '20s'; $sql");
	$run->finish;
	my ($state) = $err =~ /^ERROR:  (\w{5})/m;
	ok($err =~ /migration "s": (lossless|incomplete)/ || defined $state && $state !~ /^XX/, "$name meanwhile: " . ($state // 'the run ends') . ', it: ' . ($meanwhile =~ s/^state (\w+).*/$1/sr)) or diag("$meanwhile\n$err");
	# what it calls lossless is there, unless it was taken away afterwards
	is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_stat_activity WHERE backend_type ~ \'sqlite\''), '0', "$name: no worker is left");
	if ($name eq 'DROP EXTENSION')
	{
		$node->safe_psql('postgres', 'CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig; CREATE SERVER IF NOT EXISTS s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database ' . quoted($file) . ')');
	}
	elsif ($node->safe_psql('postgres', 'SELECT count(*) FROM sqlite_mig.migration') eq '1')
	{
		like(said($call), qr/^state (00000|42P07)/, "$name: the same call");
	}
	$node->safe_psql('postgres', q{SET client_min_messages = error; DROP SCHEMA IF EXISTS m CASCADE; DELETE FROM sqlite_mig.migration; DROP SCHEMA IF EXISTS m_source CASCADE});
	free_of_locks($file, $name);
}
$node->safe_psql('postgres', q{SELECT fault_slow('marked.db', 0)});

# What workers need is missing: memory within SQLite, wherever
my $places = 0;
for my $n (1, 30, 100, 300, 1000, 2500)
{
	$node->safe_psql('postgres', "SELECT fault_arm('malloc', $n, false, 0)");
	my $found = said($call =~ s/workers => 1/workers => 2/r);
	my $hits = $node->safe_psql('postgres', q{SELECT split_part(fault_off(), ' ', 1)});
	$places += $hits > 0;
	my $there = $node->safe_psql('postgres', q{SELECT count(*) FROM sqlite_mig.migration}) eq '1' ? $node->safe_psql('postgres', $state) : '';
	ok($found =~ /^state 00000.*: lossless/s || $found =~ /^state 53200/ && ($there eq '' || $there eq $stopped), "no memory in a worker, place $n: " . substr($found, 6, 5)) or diag("$found $there");
	like(said($call =~ s/workers => 1/workers => 2/r), qr/^state 00000.*migration "s": lossless/s, 'and then') if $found !~ /^state 00000/;
	is($node->safe_psql('postgres', $all), $right, "place $n: all is there");
	$node->safe_psql('postgres', q{SET client_min_messages = error; DROP SCHEMA IF EXISTS m CASCADE; DELETE FROM sqlite_mig.migration; DROP SCHEMA IF EXISTS m_source CASCADE});
}
cmp_ok($places, '>', 3, "at $places places");

# Connections: workers need none of those that are counted, and say so when they are not let in
$node->safe_psql('postgres', q{CREATE ROLE clerk LOGIN CONNECTION LIMIT 1; GRANT USAGE ON FOREIGN SERVER s TO clerk; GRANT CREATE ON DATABASE postgres TO clerk; GRANT SELECT ON stop_at TO PUBLIC; ALTER DATABASE postgres CONNECTION LIMIT 1;
	ALTER SYSTEM SET max_connections = 5; ALTER SYSTEM SET superuser_reserved_connections = 3; ALTER SYSTEM SET max_wal_senders = 0});
$node->restart;
my ($out, $err) = ('', '');
IPC::Run::run([ 'psql', '-XqAt', '-v', 'VERBOSITY=verbose', '-d', $node->connstr('postgres') . ' user=clerk', '-c', $call =~ s/workers => 1/workers => 2/r ], '<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout(60));
like($err, qr/migration "s": lossless/, 'no connection left for others: workers need none');
$node->safe_psql('postgres', q{SET client_min_messages = error; DROP SCHEMA m CASCADE; DELETE FROM sqlite_mig.migration; DROP SCHEMA IF EXISTS m_source CASCADE; ALTER DATABASE postgres CONNECTION LIMIT -1; ALTER ROLE clerk CONNECTION LIMIT -1});
($out, $err) = ('', '');
IPC::Run::run([ 'psql', '-XqAt', '-v', 'VERBOSITY=verbose', '-d', $node->connstr('postgres') . ' user=clerk', '-c', q{\! psql -Xq -c 'ALTER ROLE clerk NOLOGIN' -d "} . $node->connstr('postgres') . '"', '-c', $call, '-c', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type ~ 'sqlite'} ], '<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout(60));
like($err, qr/ERROR:  28000: .*not permitted to log in/, 'a role that may not log in any more: the error says so') or diag($out);
is($out, "0\n", 'and no worker is left');
still_running($node);
done_testing();
