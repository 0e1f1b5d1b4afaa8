# Writing to SQLite and the end of the transaction: what is left when the backend is killed before, between and after the two
# commits, and when PostgreSQL's fails after SQLite's.
use strict;
use warnings;
use FindBin;
use IPC::Run ();
use Time::HiRes qw(sleep);
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node = start_node('write', streaming => 1);
my $dir  = PostgreSQL::Test::Utils::tempdir();
my $file = "$dir/write.db";

# a commit that asks for a standby waits for ever, with all its locks
$node->append_conf('postgresql.conf', "synchronous_standby_names = 'nobody'\nsynchronous_commit = local\nrestart_after_crash = on\n");
$node->restart;
sqlite($file, 'CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (0, \'before\')');
$node->safe_psql('postgres', 'CREATE SERVER w FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (updatable \'true\', busy_timeout \'60s\', database ' . quoted($file) . ');'
	  . 'CREATE SERVER r FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database ' . quoted($file) . ');'
	  . 'CREATE FOREIGN TABLE t (id bigint, v text) SERVER w; CREATE FOREIGN TABLE t_read (id bigint) SERVER r OPTIONS ("table" \'t\'); CREATE TABLE native (id bigint)');

# A session that works by itself
sub session
{
	my ($name, $sql) = @_;
	my %session = (out => '', err => '');
	# a file, because nobody would feed its standard input
	append_to_file("$dir/$name.sql", $sql);
	$session{run} = IPC::Run::start([ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres') . " application_name=$name", '-f', "$dir/$name.sql" ],
		'<', \undef, '>', \$session{out}, '2>', \$session{err});
	return \%session;
}

sub wait_until
{
	my ($query, $what) = @_;
	ok($node->poll_query_until('postgres', $query), $what);
	return;
}

# After a crash the server starts again by itself.
sub killed
{
	my ($name, $session) = @_;
	my $pid = $node->safe_psql('postgres', "SELECT pid FROM pg_stat_activity WHERE application_name = '$name'");
	kill 'KILL', $pid;
	eval { $session->{run}->finish };
	for (1 .. 300)
	{
		last if IPC::Run::run([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), '-c', 'SELECT 1' ], '<', \undef, '>', \my $out, '2>', \my $err);
		sleep 0.1;
	}
	return;
}

sub state
{
	return 'SQLite ' . join(',', split /\n/, sqlite($file, 'SELECT id FROM t ORDER BY id')) . ' PostgreSQL '
	  . $node->safe_psql('postgres', q{SELECT string_agg(id::text, ',' ORDER BY id) FROM native});
}

sub works
{
	my ($id) = @_;
	return "BEGIN; INSERT INTO native VALUES ($id); INSERT INTO t VALUES ($id, 'written');";
}

# both commit
$node->safe_psql('postgres', works(1) . 'COMMIT');
is(state(), 'SQLite 0,1 PostgreSQL 1', 'a transaction commits in both');

# killed while it runs: nothing is left in either
my $running = session('running', works(2) . 'SELECT pg_sleep(600);');
wait_until(q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'running' AND query LIKE '%pg_sleep%' AND wait_event = 'PgSleep'}, 'a transaction has written');
killed('running', $running);
is(state(), 'SQLite 0,1 PostgreSQL 1', 'killed while it runs: neither has it');

# killed while SQLite's commit waits for a reader: a journal is left, which the next one who opens the file rolls back
my $reader = session('reader', 'BEGIN; SELECT count(*) FROM t_read; SELECT pg_sleep(600);');
wait_until(q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'reader' AND wait_event = 'PgSleep'}, 'another process reads the file');
my $waiting = session('waiting', works(3) . 'COMMIT;');
wait_until(q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'waiting' AND query LIKE '%COMMIT%' AND state = 'active'}, 'COMMIT waits for the reader');
sleep 0.3;
killed('waiting', $waiting);
eval { $reader->{run}->finish };
is(state(), 'SQLite 0,1 PostgreSQL 1', 'killed in SQLite\'s commit: neither has it');
is(sqlite($file, 'PRAGMA integrity_check'), "ok\n", 'and the file is whole');

# killed between the two commits. NOTIFY takes a lock between them; another session, whose own commit waits, holds it.
my $holder = session('holder', "SET synchronous_commit = on; BEGIN; INSERT INTO native VALUES (100); NOTIFY x; COMMIT;");
wait_until(q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'holder' AND wait_event = 'SyncRep'}, 'another session holds the lock of NOTIFY');
my $between = session('between', works(4) . 'NOTIFY y; COMMIT;');
wait_until(q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'between' AND wait_event_type = 'Lock'}, 'a session is between the two commits');
is(sqlite($file, 'SELECT v FROM t WHERE id = 4'), "written\n", 'SQLite has committed');
killed('between', $between);
eval { $holder->{run}->finish };
is(state(), 'SQLite 0,1,4 PostgreSQL 1,100', 'killed between the commits: SQLite has it, PostgreSQL has not');

# PostgreSQL fails after SQLite has committed
$node->safe_psql('postgres', 'CREATE TABLE skew (id int PRIMARY KEY, v int); INSERT INTO skew VALUES (1, 0), (2, 0)');
my ($code, $out, $err) = $node->psql('postgres', q{
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT v FROM skew WHERE id = 1;
UPDATE skew SET v = 1 WHERE id = 2;
\! psql -Xq -c "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT v FROM skew WHERE id = 2; UPDATE skew SET v = 1 WHERE id = 1; COMMIT" >/dev/null
INSERT INTO t VALUES (5, 'written');
COMMIT;
}, extra_params => [ '-v', 'VERBOSITY=verbose' ]);
like($err, qr/40001/, 'PostgreSQL refuses to commit');
is(sqlite($file, 'SELECT count(*) FROM t WHERE id = 5'), "1\n", 'SQLite has committed: it was first');

# SQLite fails to commit: PostgreSQL does not either
sqlite($file, 'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p INTEGER REFERENCES p DEFERRABLE INITIALLY DEFERRED);');
$node->safe_psql('postgres', 'CREATE FOREIGN TABLE c (p bigint) SERVER w');
fails_with($node, 'BEGIN; INSERT INTO native VALUES (6); INSERT INTO c VALUES (1); COMMIT', '23503', qr/foreign key/, 'a deferred foreign key');
is($node->safe_psql('postgres', 'SELECT count(*) FROM native WHERE id = 6'), '0', 'PostgreSQL has rolled back');

# A cancel within a statement that writes makes SQLite roll back all of the transaction. It cannot go on, or commit, as if nothing had been.
sqlite($file, 'WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) INSERT INTO t SELECT i, \'many\' FROM n');
fails_with($node, q{BEGIN;
INSERT INTO t VALUES (7, 'before the cancel');
SET LOCAL statement_timeout = '300ms';
DO $$BEGIN
	PERFORM sqlite_mig_internal._source_execute('w', 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) INSERT INTO t SELECT -i, ''endless'' FROM n');
EXCEPTION WHEN query_canceled THEN
	NULL;
END$$;
SET LOCAL statement_timeout = 0;
COMMIT}, '40000', qr/was lost|cannot commit/, 'a transaction that SQLite rolled back by itself');
is(sqlite($file, 'SELECT count(*) FROM t WHERE id = 7 OR id < 0'), "0\n", 'nothing of it is there');

done_testing();
