# Disks that are really full, and file systems that cannot be written: small ones of the test's own (OwnMounts).
#
# After each error: its class is 53100, the session goes on, no lock, descriptor or copy is left, and with room again the same call
# works; a resumable migration goes on where it stood.
use strict;
use warnings;
use FindBin;
use IPC::Open2 qw(open2);
use IPC::Run ();
use lib $FindBin::RealBin;
use OwnMounts;
use PostgreSQL::Test::Utils;
use Test::More;
use Faults;
use MigTest;

my $mounts = $ENV{MIG_MOUNTS};
my $dir    = PostgreSQL::Test::Utils::tempdir();
my $file   = "$dir/marked.db";
$ENV{SQLITE_TMPDIR} = "$mounts/sort";
# (small files of the log, and no more of them than fit beside what fills the disk)
my $node = start_node('disks', initdb => [ '--wal-segsize=1' ]);

# the server's log and its folder for temporary files on disks of their own
$node->stop;
$node->append_conf('postgresql.conf', "wal_level = replica\nmin_wal_size = 4MB\nmax_wal_size = 8MB\nsqlite_fdw_mig.range_size = '1MB'\nautovacuum = off\nlog_checkpoints = off\n");
my $data = $node->data_dir;
IPC::Run::run([ 'sh', '-c', 'mkdir "$2/wal/pg_wal" && cp -r "$1/pg_wal/." "$2/wal/pg_wal" && rm -r "$1/pg_wal" && ln -s "$2/wal/pg_wal" "$1/pg_wal" && mkdir "$2/temp/pgsql_tmp" && rm -rf "$1/base/pgsql_tmp" && ln -s "$2/temp/pgsql_tmp" "$1/base/pgsql_tmp"', 'sh', $data, $mounts ]) or die;
$node->start;
delete $ENV{SQLITE_TMPDIR};

# 6 MB, in several tables
my $schema = q{CREATE TABLE t (id INTEGER PRIMARY KEY, grp INTEGER, body TEXT NOT NULL);
CREATE TABLE u (id INTEGER PRIMARY KEY, t_id INTEGER REFERENCES t (id));
CREATE TABLE w (k TEXT PRIMARY KEY, v BLOB);
CREATE INDEX t_body ON t (body);
BEGIN;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 16000) INSERT INTO t SELECT i, i % 10, printf('%0250d', i * 7919 % 30011) FROM n;
INSERT INTO u SELECT id, id FROM t WHERE id % 4 = 0;
INSERT INTO w SELECT 'key ' || id, x'0102' FROM t WHERE id < 100;
COMMIT;};
my $sum = 'SELECT count(*), sum(id) FROM t';
sqlite($file, $schema);
mkdir "$mounts/space/space" or die $!;
$node->safe_psql('postgres', 'CREATE TABLESPACE space LOCATION ' . quoted("$mounts/space/space"));
$node->safe_psql('postgres', 'CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database ' . quoted($file) . '); CREATE SCHEMA f; IMPORT FOREIGN SCHEMA main FROM SERVER s INTO f; CREATE TABLE copied (LIKE f.t) TABLESPACE space;
	CREATE FOREIGN TABLE f.sorted (body text) SERVER s OPTIONS (query \'SELECT a.body FROM t AS a ORDER BY a.body || a.grp LIMIT -1 OFFSET 1\')');

# Leaves so many kB on a disk of its own; without a number the room is free again.
sub fill
{
	my ($disk, $left) = @_;
	my $filler = ($disk =~ m{^/} ? $disk : "$mounts/$disk") . '/filler';
	unlink $filler;
	return unless defined $left;
	my ($free) = `df --output=avail -k @{[ $filler =~ s{/filler$}{}r ]}` =~ /(\d+)\s*$/;
	IPC::Run::run([ 'dd', 'if=/dev/zero', "of=$filler", 'bs=1024', 'count=' . ($free - $left), 'status=none' ]) or die "the disk $disk cannot be filled";
	return;
}

# What psql says to a script that goes on after errors; the server's process looks for its descriptors on the source at the end.
sub script
{
	my ($sql, $source) = @_;
	my ($out, $err) = ('', '');
	unlink "$dir/script.sql";
	append_to_file("$dir/script.sql", "SET client_min_messages = notice;\nSELECT pg_backend_pid() AS pid \\gset\n\\setenv PID :pid\n$sql\nSELECT sqlite_mig.disconnect_all() AS x \\gset\n\\! ls -l /proc/\$PID/fd | grep -c '" . ($source // $file) . "' | sed 's/^/descriptors /'\n");
	IPC::Run::run([ 'psql', '-XqAt', '-v', 'VERBOSITY=verbose', '-d', $node->connstr('postgres'), '-f', "$dir/script.sql" ], '<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout(120));
	return ($out, $err);
}

# Nothing is left of a statement that failed
sub nothing_left
{
	my ($name, $out, $source) = @_;
	free_of_locks($source // $file, $name);
	like($out, qr/^descriptors 0$/m, "$name: no descriptor is left");
	is(join(' ', glob("$mounts/temp/pgsql_tmp/*")), '', "$name: no copy is left");
	is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'sqlite_fdw_mig worker'}), '0', "$name: no worker is left");
	return;
}

# A statement that meets a full disk, what the next one says meanwhile, and the same with room again. Options: state (another class),
# next (a statement that works without room), after (what is then right: [statement, its answer])
sub full
{
	my ($name, $disk, $left, $sql, %opt) = @_;
	my $state = $opt{state} // '53100';
	my $next = $opt{next} // 'SELECT count(*) FROM f.u';
	my $source = $opt{source} // $file;
	fill($disk, $left);
	my ($out, $err) = script("$sql;\n\\echo state :LAST_ERROR_SQLSTATE\nROLLBACK;\n$next;\n\\echo next :SQLSTATE", $source);
	like($out, qr/^state $state$/m, "$name: $state") or diag($err);
	like($out, qr/^next 00000$/m, "$name: the session goes on") or diag($err);
	nothing_left($name, $out, $source);
	diag("$name: " . join(' / ', $err =~ /ERROR:\s+(\w+: .*)/g)) if $ENV{MIG_TELL};
	$opt{meanwhile}->($err) if $opt{meanwhile};
	fill($disk);
	($out, $err) = script("$sql;\n\\echo state :SQLSTATE", $source);
	like($out, qr/^state 00000$/m, "$name: with room again") or diag($err);
	nothing_left("$name, again", $out, $source);
	is($node->safe_psql('postgres', $opt{after}[0]), $opt{after}[1], "$name: all is there") if $opt{after};
	return $err;
}

# PostgreSQL's tables
my $to_space = q{SET default_tablespace = space; SET client_min_messages = notice;};
my $right = sub { [ "SELECT count(*), sum(id), (SELECT verdict FROM sqlite_mig.status('s', '$_[0]')) FROM $_[0].t; DROP SCHEMA $_[0], sqlite_$_[0] CASCADE", '16000|128008000|lossless' ] };
my $journal = sub {
	my ($name, $state) = @_;
	return sub { is($node->safe_psql('postgres', "SELECT coalesce((SELECT state FROM sqlite_mig.migration WHERE migration = '$name'), 'none'), (SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('$name')) > 0"), $state, "$name: the journal tells it") };
};
full('tables, atomic', 'space', 3000, "$to_space CALL sqlite_mig.migrate('s', 'at', migration => 'at')", after => $right->('at'), meanwhile => $journal->('at', 'none|f'));
full('tables, atomic, workers', 'space', 3000, "$to_space CALL sqlite_mig.migrate('s', 'aw', migration => 'aw', workers => 2)", after => $right->('aw'), meanwhile => $journal->('aw', 'none|f'));
foreach my $workers (0, 2)
{
	my $name = "re$workers";
	my $done;
	my $said = full("tables, resumable, $workers workers", 'space', 5500, "$to_space CALL sqlite_mig.migrate('s', '$name', migration => '$name', mode => 'resumable', workers => $workers)", after => $right->($name),
		meanwhile => sub {
			$journal->($name, 'running|t')->();
			like($node->safe_psql('postgres', "SELECT verdict, replace(reason, chr(10), ' ') FROM sqlite_mig.status('s', '$name')"), qr/^incomplete\|running, or interrupted: tasks done: [1-9]\d* of/, "$name: so does the status");
			$done = $node->safe_psql('postgres', "SELECT count(*) FROM sqlite_mig.journal WHERE migration = '$name' AND seconds IS NOT NULL AND error IS NULL");
		});
	like($said, qr/going on with run 1; tasks left: \d+/, "$name: goes on");
	cmp_ok($done, '>', 0, "$name: $done steps were done before");
}
full('copy_table', 'space', 2000, q{SELECT sqlite_mig.copy_table('f.t', 'copied')}, after => [ 'SELECT count(*) FROM copied; TRUNCATE copied', 16000 ]);
full('INSERT … SELECT', 'space', 2000, q{INSERT INTO copied SELECT * FROM f.t}, after => [ 'SELECT count(*) FROM copied; TRUNCATE copied', 16000 ]);

# A range, of which some pages find room: nothing is wrong with what recovery makes of them, nor with what comes after them
{
	my $range = q{SELECT inserted FROM sqlite_mig_internal._copy_table('f.t', 'copied', first => 0)};
	$node->safe_psql('postgres', 'CREATE EXTENSION amcheck');
	fill('space', 2000);
	fails_with($node, $range, '53100', qr/could not (extend|write)/, 'a range');
	cmp_ok($node->safe_psql('postgres', q{SELECT pg_relation_size('copied') / 8192}), '>', 50, 'a range: pages that found room');
	# (with this COMMIT the disk has the WAL before it)
	$node->safe_psql('postgres', 'CREATE TABLE later ()');
	$node->stop('immediate');
	fill('space');
	{
		local $ENV{SQLITE_TMPDIR} = "$mounts/sort";
		$node->start;
	}
	is($node->safe_psql('postgres', "SELECT count(*) FROM copied; $range; SELECT count(*) FROM copied; VACUUM copied; SELECT count(*) FROM verify_heapam('copied')"), "0\n16000\n16000\n0", 'a range: with room again');
	$node->safe_psql('postgres', 'TRUNCATE copied');
}

# PostgreSQL's temporary files: a snapshot, and sorts of diff and of a query
full('snapshot', 'temp', 2000, q{CALL sqlite_mig.migrate('s', 'sn', migration => 'sn', snapshot => true)}, after => $right->('sn'), meanwhile => $journal->('sn', 'none|f'));
$node->safe_psql('postgres', q{INSERT INTO copied SELECT id, grp, body || CASE WHEN id % 8 = 0 THEN 'x' ELSE '' END FROM f.t});
full('diff', 'temp', 100, q{SET work_mem = '64kB'; SELECT count(*) FROM sqlite_mig.diff('f.t', 'copied')}, next => 'SELECT count(*) FROM f.u');
full('a sort of PostgreSQL', 'temp', 100, q{SET work_mem = '64kB'; SELECT count(*) FROM (SELECT * FROM f.t ORDER BY md5(body) OFFSET 1) AS x});

# SQLite's own temporary files
full('a sort of SQLite', 'sort', 100, q{SELECT count(*), max(body) FROM f.sorted});

# A backup
my $backup = quoted("$mounts/file/backup.db");
{
	# (the file is larger than the disk)
	my ($out, $err) = script("SELECT sqlite_mig.backup('s', $backup);\n\\echo state :LAST_ERROR_SQLSTATE\nSELECT count(*) FROM f.u;\n\\echo next :SQLSTATE");
	like($out, qr/^state 53100\n4000\nnext 00000$/m, 'backup: 53100, and the session goes on') or diag($err);
	nothing_left('backup', $out);
	is(join(' ', glob("$mounts/file/*")), '', 'backup: no half of it is left');
}

# The SQLite database that is written
my $written = "$mounts/file/written.db";
sqlite($written, q{CREATE TABLE t (id INTEGER PRIMARY KEY, grp INTEGER, body TEXT); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT i, i % 10, printf('%0250d', i) FROM n});
$node->safe_psql('postgres', 'CREATE SERVER w FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (updatable \'true\', database ' . quoted($written) . q{); CREATE SCHEMA w; IMPORT FOREIGN SCHEMA main FROM SERVER w INTO w; CREATE TABLE log (n int);
	CALL sqlite_mig.migrate('w', 'way', migration => 'way'); UPDATE way.t SET body = body || body});
foreach my $mode ('delete', 'wal')
{
	my $before = sqlite($written, "PRAGMA journal_mode = $mode; $sum");
	$before =~ s/^\w+\n//;
	foreach my $case ([ 'UPDATE', q{UPDATE w.t SET body = body || body} ], [ 'sync to SQLite', q{SELECT count(*) FROM sqlite_mig.sync('w', 'way', direction => 'to_sqlite')} ])
	{
		my ($name, $sql) = @$case;
		fill('file', 100);
		my ($out, $err) = script("BEGIN; INSERT INTO log VALUES (1); $sql; COMMIT;\n\\echo state :LAST_ERROR_SQLSTATE\nROLLBACK;\nSELECT count(*) FROM w.t;\n\\echo next :SQLSTATE", $written);
		like($out, qr/^state 53100\n2000\nnext 00000$/m, "$name, $mode: 53100, and the session goes on") or diag($err);
		nothing_left("$name, $mode", $out, $written);
		is(sqlite($written, "PRAGMA integrity_check; $sum"), "ok\n$before", "$name, $mode: the SQLite database is as it was");
		is($node->safe_psql('postgres', 'SELECT count(*) FROM log'), 0, "$name, $mode: so is the other");
		fill('file');
		($out, $err) = script("BEGIN; $sql; ROLLBACK;\n\\echo state :LAST_ERROR_SQLSTATE", $written);
		like($out, qr/^state 00000$/m, "$name, $mode: with room again") or diag($err);
	}
}

# Shared memory of the workers
$node->safe_psql('postgres', q{SET max_parallel_workers_per_gather = 0; SELECT 1});
full('shared memory', '/dev/shm', 40, q{CALL sqlite_mig.migrate('s', 'sh', migration => 'sh', workers => 2)}, after => $right->('sh'), meanwhile => $journal->('sh', 'none|f'));

# The server's log: all of the server ends. What was committed stays, and the run goes on.
$node->safe_psql('postgres', q{ALTER SYSTEM SET max_wal_size = '1GB'; SELECT pg_reload_conf(); SELECT pg_switch_wal(); CHECKPOINT});
# (files of it that are kept for later would be room)
my $current = $node->safe_psql('postgres', 'SELECT pg_walfile_name(pg_current_wal_lsn())');
unlink grep { m{/([0-9A-F]{24})$} && $1 gt $current } glob("$mounts/wal/pg_wal/*");
fill('wal', 2500);
my $resumable = q{CALL sqlite_mig.migrate('s', 'log', migration => 'log', mode => 'resumable', workers => 2)};
my ($out, $err) = script("$resumable;");
like($err, qr/server closed the connection|terminating connection|FATAL|could not/, 'log: the server has gone');
fill('wal');
free_of_locks($file, 'log');
# (it is up again by itself when there was room for its recovery)
if (!IPC::Run::run([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), '-c', 'SELECT 1' ], '<', \undef, '>', \$out, '2>', \$err))
{
	sleep 1;
	$node->stop('immediate', fail_ok => 1);
	unlink $node->data_dir . '/postmaster.pid' unless kill(0, $node->{_pid} // 0);
	$node->_update_pid(0);
	$node->start;
}
is($node->safe_psql('postgres', q{SELECT state FROM sqlite_mig.migration WHERE migration = 'log'}), 'running', 'log: the journal tells that the run was interrupted');
($out, $err) = script("$resumable;\n\\echo state :SQLSTATE");
like($out, qr/^state 00000$/m, 'log: with room again') or diag($err);
like($err, qr/going on with run 1; tasks left: \d+/, 'log: it goes on');
nothing_left('log', $out);
is($node->safe_psql('postgres', $right->('log')[0]), $right->('log')[1], 'log: all is there');
like(slurp_file($node->logfile), qr/PANIC:  could not write to file "pg_wal|PANIC: .*No space left/, 'log: it was the log');

done_testing();
