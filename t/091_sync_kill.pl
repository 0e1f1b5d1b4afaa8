# Syncs by the log, trims of the log and cut-overs are killed at random moments: the next call goes on, and no change is lost
use strict;
use warnings;
use FindBin;
use IPC::Run ();
use Time::HiRes qw(sleep time);
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $rounds = $ENV{MIG_KILLS} // 20;
my $seed = $ENV{MIG_SEED} // time;
srand($seed);
diag("MIG_SEED=$seed");

my $node = start_node('sync_kill');
my $dir  = PostgreSQL::Test::Utils::tempdir();
$node->append_conf('postgresql.conf', "restart_after_crash = on\nfsync = off\nautovacuum = off\n");
$node->restart;

my $file = "$dir/kill.db";
sqlite($file, q{CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE, body TEXT, amount REAL);
CREATE INDEX child_parent ON child (parent_id);
BEGIN;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO parent SELECT i, 'parent ' || i FROM n;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO child SELECT i, 1 + i % 5000, 'body of ' || i, i / 7.0 FROM n;
COMMIT;});
$node->safe_psql('postgres', "CREATE SERVER kill FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . ", updatable 'true', busy_timeout '20s')");
$node->safe_psql('postgres', q{SELECT sqlite_mig.prepare('kill', 'kill'); SELECT sqlite_mig.capture_install('kill'); CALL sqlite_mig.migrate('kill')});

# What an application may do, rows at random
my $change = q{.timeout 20000
PRAGMA foreign_keys = ON;
BEGIN IMMEDIATE;
UPDATE child SET body = body || '.' WHERE id IN (SELECT id FROM child ORDER BY random() LIMIT 300);
DELETE FROM parent WHERE id IN (SELECT id FROM parent ORDER BY random() LIMIT 5);
INSERT INTO parent (name) SELECT 'new ' || abs(random()) FROM parent LIMIT 20;
REPLACE INTO parent (name) SELECT name FROM parent ORDER BY random() LIMIT 5;
INSERT INTO child (parent_id, body) SELECT id, 'child of ' || id FROM parent ORDER BY random() LIMIT 100;
DELETE FROM child WHERE id IN (SELECT id FROM child ORDER BY random() LIMIT 50);
COMMIT;};

# Starts a statement and kills its backend after a while. True if it was too late.
sub kill_during
{
	my ($statement, $longest) = @_;
	my ($out, $err) = ('', '');
	my $run = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), '-c', q{SELECT 'pid ' || pg_backend_pid()}, '-c', $statement, '-c', q{SELECT 'done'} ], '<', \undef, '>', \$out, '2>', \$err);
	$run->pump until $out =~ /pid (\d+)/ || !$run->pumpable;
	my ($pid) = $out =~ /pid (\d+)/ or die "no backend: $err";
	sleep rand($longest);
	kill 'KILL', $pid;
	$run->finish;
	for (1 .. 600)
	{
		my ($o, $e) = ('', '');
		last if IPC::Run::run([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), '-c', 'SELECT 1' ], '<', \undef, '>', \$o, '2>', \$e);
		sleep 0.1;
	}
	return $out =~ /done/;
}

# How long they take here and now: the moments are chosen within that
sub takes
{
	my ($statement) = @_;
	sqlite($file, $change);
	return seconds(sub { $node->safe_psql('postgres', $statement) });
}
my %takes = (sync => takes(q{SELECT * FROM sqlite_mig.sync('kill')}), trim => takes(q{SELECT sqlite_mig.capture_trim('kill')}),
	cutover => takes(q{BEGIN; SELECT * FROM sqlite_mig.cutover('kill', 'counts', refuse_writes => true); ROLLBACK}));
diag('seconds: ' . join(', ', map { sprintf('%s %.2f', $_, $takes{$_}) } sort keys %takes));

my %done = (sync => 0, trim => 0, cutover => 0);
my %killed = (%done);
for my $round (1 .. $rounds)
{
	sqlite($file, $change);
	my $what = (qw(sync sync trim cutover))[ $round % 4 ];
	my $late;
	if ($what eq 'trim')
	{
		$node->safe_psql('postgres', "SELECT * FROM sqlite_mig.sync('kill')");
		sqlite($file, $change);
		$late = kill_during(q{SELECT sqlite_mig.capture_trim('kill')}, $takes{trim});
	}
	elsif ($what eq 'cutover')
	{
		$late = kill_during(q{SELECT * FROM sqlite_mig.cutover('kill', 'counts', refuse_writes => true)}, $takes{cutover});
		$node->safe_psql('postgres', "SELECT * FROM sqlite_mig.cutover_undo('kill')");
	}
	else
	{
		$late = kill_during(q{SELECT * FROM sqlite_mig.sync('kill')}, $takes{sync});
	}
	$late ? $done{$what}++ : $killed{$what}++;
}
diag("killed in time: " . join(', ', map { "$_ $killed{$_} of " . ($killed{$_} + $done{$_}) } sort keys %done));
cmp_ok($killed{sync}, '>', 0, 'syncs were killed while they ran');
$node->safe_psql('postgres', "SELECT * FROM sqlite_mig.sync('kill')");
is($node->safe_psql('postgres', "SELECT count(*), bool_and(ok) FROM sqlite_mig.verify('kill')"), '4|t', 'both sides are the same');
is($node->safe_psql('postgres', q{SELECT count(*), sum(length(body)) FROM kill.child}), sqlite($file, q{SELECT count(*), sum(length(body)) FROM child;}) =~ s/\n$//r, 'as SQLite counts them');

# by the log alone, after all that: what the log does not say would stay
$node->safe_psql('postgres', "SELECT * FROM sqlite_mig.sync('kill')");
for my $round (1 .. 5)
{
	sqlite($file, $change);
	kill_during(q{SELECT * FROM sqlite_mig.sync('kill')}, 0.5);
}
is($node->safe_psql('postgres', "SELECT string_agg(DISTINCT method, ' ') FROM sqlite_mig.sync('kill')"), 'log', 'the log was never given up');
is($node->safe_psql('postgres', "SELECT count(*), bool_and(ok) FROM sqlite_mig.verify('kill')"), '4|t', 'and has told everything');
$node->stop;
done_testing();
