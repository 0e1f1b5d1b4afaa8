# Parallel scans of files that others write to, or that lie elsewhere than they seem to: all processes read one snapshot.
#
# Each file keeps a rule that a mixture of two snapshots breaks: the sum of all values is 0.
use strict;
use warnings;
use FindBin;
use IPC::Run ();
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node = start_node('parallel_scan');
my $dir  = PostgreSQL::Test::Utils::tempdir();
my $rows = 40000;

# The workers find their way into the plan; jit would only take time.
$node->append_conf('postgresql.conf',
	"parallel_setup_cost = 0\nparallel_tuple_cost = 0\nmin_parallel_table_scan_size = 0\nmax_parallel_workers_per_gather = 3\njit = off");
$node->restart;

# A file with a table whose values come in pairs far apart from each other.
sub make_file
{
	my ($name, $mode) = @_;
	my $file = "$dir/$name.db";
	sqlite($file,
		"PRAGMA journal_mode = $mode;
		CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER, s TEXT);
		WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < $rows)
			INSERT INTO t SELECT i, CASE WHEN i <= $rows / 2 THEN i ELSE i - $rows - 1 END, 'text ' || i FROM g;");
	$node->safe_psql('postgres',
		"CREATE SERVER $name FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . ");
		CREATE FOREIGN TABLE $name (id bigint, v integer, s text) SERVER $name OPTIONS (\"table\" 't')");
	return $file;
}

# One transaction of an application that keeps the rule.
sub change { return 'UPDATE t SET v = v + 7 WHERE id = 1; UPDATE t SET v = v - 7 WHERE id = ' . $rows }

# A file that is written to all the time, in another process.
sub start_writer
{
	my ($file) = @_;
	my $sql = ".timeout 5000\n" . join("\n", map { 'BEGIN IMMEDIATE; ' . change() . '; COMMIT;' } 1 .. 20000);
	my ($in, $out) = ($sql, '');
	return IPC::Run::start([ 'sqlite3', $file ], '<', \$in, '>', \$out, '2>', \$out);
}

# The lines of EXPLAIN ANALYZE, of a statement within a transaction that has begun to read by "first".
sub explain
{
	my ($sql, $first) = @_;
	return $node->safe_psql('postgres', "BEGIN; $first; EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) $sql; COMMIT");
}

my $sums = "sum(v) || ' ' || count(*) || ' ' || count(DISTINCT md5(s))";

for my $mode ('delete', 'wal')
{
	my $file = make_file($mode, $mode);

	# nobody writes: all workers take part
	my $plan = explain("SELECT count(md5(s)) FROM \"$mode\"", 'SELECT 1');
	like($plan, qr/Parallel Foreign Scan on "?$mode/, "$mode: parallel");
	like($plan, qr/Workers Launched: [1-3]/, "$mode: workers are launched");
	unlike($plan, qr/Workers Without Snapshot/, "$mode: all have the snapshot");
	is($node->safe_psql('postgres', "SELECT $sums FROM \"$mode\""), "0 $rows $rows", "$mode: all rows, each once");
}

is(join(' ', glob("$dir/delete.db-*")), '', 'delete: no file is left beside it');

# Somebody has committed since the transaction began to read: what it sees stays, and no worker sees more.
my $wal = "$dir/wal.db";
$node->safe_psql('postgres',
	"CREATE TABLE parts (id bigint, v integer, s text);
	CREATE FOREIGN TABLE part_1 () INHERITS (parts) SERVER wal OPTIONS (\"table\" 't');
	CREATE FOREIGN TABLE part_2 () INHERITS (parts) SERVER \"delete\" OPTIONS (\"table\" 't')");
for my $case (
	[ 'a scan',           'wal',   "wal" ],
	[ 'under an append',  'parts', 'parts' ],
	[ 'in a subquery of a union', 'wal', '(SELECT * FROM (SELECT id, v, s FROM wal OFFSET 0) a UNION ALL SELECT id, v, s FROM (SELECT * FROM wal WHERE v IS NOT NULL) b) u' ])
{
	my ($name, $first, $from) = @$case;
	my $session = $node->background_psql('postgres');
	my $before = $session->query_safe("BEGIN; SET enable_partitionwise_aggregate = on; SELECT count(*) || ' ' || sum(v) FROM $from");
	sqlite($wal, "UPDATE t SET v = v + 1000; DELETE FROM t WHERE id > 30000; INSERT INTO t SELECT id + 50000, -v, s FROM t; VACUUM");
	is($session->query_safe("SELECT count(md5(s)) || ' ' || sum(v) FROM $from"), $before, "$name: the old snapshot is read");
	like($session->query_safe("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT count(md5(s)) FROM $from"),
		qr/Workers Without Snapshot: [1-9]/, "$name: without the workers");
	$session->query_safe('COMMIT');
	isnt($session->query_safe("SELECT count(md5(s)) || ' ' || sum(v) FROM $from"), $before, "$name: the next transaction reads the new one");
	unlike($session->query_safe("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT count(md5(s)) FROM $from"),
		qr/Workers Without Snapshot/, "$name: and the workers are back");
	$session->quit;
	sqlite($wal, "DELETE FROM t WHERE id > $rows; UPDATE t SET v = 0");
}

# A Gather that is run again and again, by workers that have the snapshot and by workers that cannot have it: the same each time
my $again = "SELECT string_agg(w.c || ' ' || w.v, ', ' ORDER BY g) FROM generate_series(1, 4) g LEFT JOIN (SELECT count(md5(s)) AS c, sum(v) AS v FROM wal) w ON w.c > g";
my $loops = 'SET LOCAL enable_material = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off';
my $rescans = $node->background_psql('postgres', timeout => 60);
my $once = $rescans->query_safe("BEGIN; $loops; SELECT count(*) || ' ' || sum(v) FROM wal");
my $plan_again = $rescans->query_safe("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) $again");
like($plan_again, qr/Gather \(actual rows=\d+(?:\.\d+)? loops=4\)/, 'a Gather is run again');
unlike($plan_again, qr/Workers Without Snapshot/, 'and its workers have the snapshot');
is($rescans->query_safe($again), join(', ', ($once) x 4), 'the same rows each time');
sqlite($wal, 'UPDATE t SET v = v + 1000');
like($rescans->query_safe("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) $again"), qr/loops=4\).*Workers Without Snapshot: [1-9]/s, 'again without the snapshot');
is($rescans->query_safe($again), join(', ', ($once) x 4), 'the same rows each time, read by the leader');
$rescans->query_safe('COMMIT');
$rescans->quit;
sqlite($wal, 'UPDATE t SET v = v - 1000');

# A LIMIT that ends the scan early while a worker waits for the others under an append; an error of the leader
my $session = $node->background_psql('postgres', timeout => 60);
$session->query_safe('BEGIN; SELECT count(*) FROM parts');
sqlite($wal, change());
is($session->query_safe('SELECT count(*) FROM (SELECT md5(s) FROM parts LIMIT 10) s'), 10, 'LIMIT with workers that wait');
is($session->query_safe('SELECT EXISTS (SELECT FROM parts WHERE md5(s) < \'f\')'), 't', 'EXISTS with workers that wait');
$session->query_safe('COMMIT');
$session->quit;
fails_with($node, "SELECT count(1 / (length(md5(s)) - 32)) FROM parts", '22012', qr/division by zero/, 'an error in some process', timeout => 60);

# While a writer commits as fast as it can, every answer is of one moment.
for my $mode ('wal', 'delete')
{
	my $file = make_file("busy_$mode", $mode);
	my $writer = start_writer($file);
	my %answers;
	for (1 .. 12)
	{
		$answers{ $node->safe_psql('postgres', "SELECT $sums FROM busy_$mode") }++;
		$answers{ $node->safe_psql('postgres', "SELECT $sums FROM (SELECT * FROM busy_$mode UNION ALL SELECT * FROM busy_$mode WHERE id < 0) u") }++;
	}
	$writer->kill_kill;
	is(join(', ', keys %answers), "0 $rows $rows", "busy_$mode: each answer is of one moment");
}

# A file that cannot be read in place: all processes read the private copy.
my $hot = make_file('hot', 'delete');
my $writer_sql = "PRAGMA cache_size = 5; PRAGMA cache_spill = 1; BEGIN; UPDATE t SET v = v + 1, s = 'changed ' || s; SELECT 'here';\n";
my $answer = '';
my $writer = IPC::Run::start([ 'sqlite3', $hot ], '<', \$writer_sql, '>', sub { $answer .= $_[0] }, '2>', \my $ignored, IPC::Run::timeout(60));
IPC::Run::pump($writer) while $answer !~ /here/;
# (a crash of the writer leaves its journal)
system('cp', $hot, "$hot.crashed") == 0 && system('cp', "$hot-journal", "$hot.crashed-journal") == 0 or die 'cp';
$writer->kill_kill;
$node->safe_psql('postgres',
	"CREATE SERVER crashed FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted("$hot.crashed") . ");
	CREATE FOREIGN TABLE crashed (id bigint, v integer, s text) SERVER crashed OPTIONS (\"table\" 't')");
my ($out, $err) = ('', '');
$node->psql('postgres', "SELECT $sums FROM crashed", stdout => \$out, stderr => \$err);
is($out, "0 $rows $rows", 'hot journal: what was committed');
like($err, qr/^.*NOTICE:  reading a private copy/m, 'hot journal: from a copy');
my $plan = explain('SELECT count(md5(s)) FROM crashed', 'SELECT 1');
like($plan, qr/Parallel Foreign Scan/, 'hot journal: parallel');
unlike($plan, qr/Workers Without Snapshot/, 'hot journal: the workers read the copy');
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_ls_tmpdir() WHERE name LIKE '%sqlite_mig%'"), 0, 'hot journal: no copy is left');

# The file is replaced while the transaction reads it: the workers do not read another one.
$session = $node->background_psql('postgres');
my $old = $session->query_safe('BEGIN; SELECT sum(v * 3) FROM "delete"');
sqlite("$dir/new.db", "CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER, s TEXT); WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < $rows) INSERT INTO t SELECT i, 1, 'new' FROM g");
rename("$dir/new.db", "$dir/delete.db") or die $!;
is($session->query_safe('SELECT sum(v) || \' \' || count(DISTINCT md5(s)) FROM "delete"'), "0 $rows", 'replaced: the old file is read');
$session->query_safe('COMMIT');
is($session->query_safe('SELECT sum(v) || \' \' || count(DISTINCT md5(s)) FROM "delete"'), "$rows 1", 'replaced: then the new one');
$session->quit;

still_running($node);
done_testing();
