# A resumable migration is killed again and again: backend, worker or postmaster, at random moments, with SIGKILL. The same
# call goes on each time, and in the end no row is lost or doubled.
use strict;
use warnings;
use FindBin;
use IPC::Run ();
use Time::HiRes qw(sleep time);
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $kills_wanted = $ENV{MIG_KILLS} // 50;
my $seed = $ENV{MIG_SEED} // time;
srand($seed);
diag("MIG_SEED=$seed");

my $node = start_node('kill');
my $dir  = PostgreSQL::Test::Utils::tempdir();
$node->append_conf('postgresql.conf', "sqlite_fdw_mig.range_size = '128kB'\nrestart_after_crash = on\nfsync = off\nautovacuum = off\n");
$node->restart;

my $file = "$dir/kill.db";
sqlite($file, q{CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id), body TEXT, amount REAL);
CREATE INDEX child_parent ON child (parent_id);
CREATE INDEX child_amount ON child (amount);
BEGIN;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) INSERT INTO parent SELECT i, 'parent ' || i FROM n;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) INSERT INTO child SELECT i, 1 + i % 30000, 'body of ' || i, i / 7.0 FROM n;
COMMIT;
} . join("\n", map { "CREATE TABLE small_$_ (k TEXT PRIMARY KEY, v INTEGER); INSERT INTO small_$_ VALUES ('a', $_), ('b', NULL);" } 1 .. 20));
$node->safe_psql('postgres', 'CREATE SERVER kill FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database ' . quoted($file) . ')');

my $call = q{CALL sqlite_mig.migrate('kill', 'kill', mode => 'resumable', workers => 2)};

# Waits until the server answers, starting it if it is down altogether.
sub wait_for_server
{
	for (1 .. 600)
	{
		my ($out, $err) = ('', '');
		# (not by $node->psql, which feeds its standard input: psql may be gone before it has read it)
		return if IPC::Run::run([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), '-c', 'SELECT 1' ], '<', \undef, '>', \$out, '2>', \$err);
		if ($err =~ /No such file|refused/ && !kill(0, $node->{_pid} // 0))
		{
			unlink $node->data_dir . '/postmaster.pid';
			$node->_update_pid(0);
			$node->start(fail_ok => 1);
		}
		sleep 0.1;
	}
	die 'the server does not come back';
}

# [pid, command] of the children of a process, from /proc: a small machine has no ps
sub children
{
	my ($parent) = @_;
	my @found;
	foreach my $stat (glob '/proc/[0-9]*/stat')
	{
		my ($pid) = $stat =~ m{/(\d+)/};
		# a process may end while it is looked at
		open(my $in, '<', $stat) or next;
		my ($of) = (<$in> // '') =~ /\) \S (\d+) /;
		open(my $command, '<', "/proc/$pid/cmdline") or next;
		push @found, [ $pid, <$command> // '' ] if defined $of && $of == $parent;
	}
	return @found;
}

# Processes of the server by what they are
sub processes
{
	my ($what) = @_;
	my $pattern = { backend => qr/\bCALL\b/, worker => qr/sqlite_fdw_mig worker/ }->{$what};
	my @found;
	foreach my $child (children($node->{_pid}))
	{
		push @found, $child->[0] if $child->[1] =~ $pattern;
	}
	return @found;
}

my %killed = (backend => 0, worker => 0, postmaster => 0);
my ($rounds, $finished, $resumed) = (0, 0, 0);
# how long a run takes that nobody disturbs, to spread the kills over it
my $longest = seconds(sub { $node->safe_psql('postgres', q{CALL sqlite_mig.migrate('kill', 'undisturbed', migration => 'undisturbed', mode => 'resumable', workers => 2)}) });
my $expected = $node->safe_psql('postgres', q{SELECT string_agg(format('%s %s', table_name, source_value), ',' ORDER BY table_name) FROM sqlite_mig.verification WHERE migration = 'undisturbed' AND check_name = 'checksum'});

while ($killed{backend} + $killed{worker} + $killed{postmaster} < $kills_wanted && $rounds++ < 10 * $kills_wanted)
{
	my ($out, $err) = ('', '');
	my $session = IPC::Run::start([ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-c', $call ], '<', \undef, '>', \$out, '2>', \$err);
	sleep(rand($longest));
	my $what = (qw(backend worker worker postmaster))[ int(rand(4)) ];
	my @pids = $what eq 'postmaster' ? ($node->{_pid}) : processes($what);
	my $running = processes('worker') > 0;
	if ($running && @pids)
	{
		kill 'KILL', $pids[ int(rand(@pids)) ];
		$killed{$what}++;
		if ($what eq 'postmaster')
		{
			# its children notice by themselves
			sleep 0.3 while grep { $_->[1] =~ /^postgres: kill: / } children(1);
		}
	}
	IPC::Run::finish($session);
	wait_for_server();
	$resumed++ if $err =~ /going on with run/;
	if ($err =~ /migration "kill": lossless/)
	{
		# done: another round from the start
		$finished++;
		my $found = $node->safe_psql('postgres', q{SELECT string_agg(format('%s %s', table_name, target_value), ',' ORDER BY table_name) FROM sqlite_mig.verification AS v, sqlite_mig.migration AS m
			WHERE m.migration = 'kill' AND v.migration = 'kill' AND v.verified_at = m.verified_at AND check_name = 'checksum'});
		$found eq $expected or BAIL_OUT("round $rounds: the tables are not those of an undisturbed run:\n$found\n$expected");
		$node->safe_psql('postgres', q{DROP SCHEMA kill CASCADE});
	}
}

# and to the end
wait_for_server();
my ($out, $err) = ('', '');
is($node->psql('postgres', $call, stdout => \$out, stderr => \$err), 0, 'the last call ends well') or diag($err);
diag("rounds: $rounds, kills: " . join(', ', map { "$_ $killed{$_}" } sort keys %killed) . ", runs that went on: $resumed, runs that came to their end in between: $finished");
cmp_ok($killed{backend} + $killed{worker} + $killed{postmaster}, '>=', $kills_wanted, "killed $kills_wanted times");
cmp_ok($killed{$_}, '>', 0, "a $_ among them") for qw(backend worker postmaster);
cmp_ok($resumed, '>', 0, 'runs went on');
is($node->safe_psql('postgres', q{SELECT verdict FROM sqlite_mig.status('kill')}), 'lossless', 'lossless');
is($node->safe_psql('postgres', q{SELECT string_agg(format('%s %s', table_name, target_value), ',' ORDER BY table_name) FROM sqlite_mig.verify('kill') WHERE check_name = 'checksum'}), $expected, 'as after an undisturbed run');
is($node->safe_psql('postgres', q{SELECT (SELECT count(*) FROM kill.child), (SELECT count(DISTINCT id) FROM kill.child), (SELECT count(*) FROM kill.parent), (SELECT sum(v) FROM kill.small_20)}), '60000|60000|30000|20', 'no row lost or doubled');
is( $node->safe_psql('postgres', q{SELECT count(*), count(*) FILTER (WHERE contype = 'f' AND convalidated), (SELECT count(*) FROM pg_indexes WHERE schemaname = 'kill') FROM pg_constraint WHERE connamespace = 'kill'::regnamespace AND contype <> 'n'}),
	'24|1|25',
	'every key and index is there once');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_ls_tmpdir() WHERE name LIKE '%sqlite_mig%'}), '0', 'no copy is left');
done_testing();
