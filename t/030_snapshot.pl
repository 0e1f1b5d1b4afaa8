# Backup and migrate(snapshot) while an application writes to the file, in both journal modes.
#
# The writer keeps a rule: three lines for each order, and a counter with the number of orders, all in one transaction. So
# whatever was read is of one moment when the rule holds.
use strict;
use warnings;
use FindBin;
use IPC::Open2 qw(open2);
use IPC::Run ();
use POSIX ();
use Time::HiRes qw(sleep time);
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node = start_node('snapshot');
my $dir  = PostgreSQL::Test::Utils::tempdir();

# What the writer does in one transaction
my $order = q{BEGIN IMMEDIATE;
INSERT INTO orders (note) VALUES ('written while it is read');
INSERT INTO line (order_id, n) SELECT last_insert_rowid(), n FROM (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3);
UPDATE counter SET orders = orders + 1;
COMMIT;};

my $rule = q{SELECT (SELECT count(*) FROM line) = 3 * (SELECT count(*) FROM orders) AND (SELECT orders FROM counter) = (SELECT count(*) FROM orders)};

my @writers;

# A process that writes to the file until its log is told to stop; the log has a line for each transaction: when it was done
# and how long it took.
sub start_writer
{
	my ($file) = @_;
	my $log = "$file.log";
	unlink $log, "$file.stop";
	defined(my $pid = fork()) or die "fork: $!";
	if ($pid == 0)
	{
		open(my $out, '>', $log) or POSIX::_exit(1);
		$out->autoflush(1);
		my $shell = open2(my $answers, my $statements, 'sqlite3', $file);
		print $statements ".timeout 20000\n";
		while (!-e "$file.stop")
		{
			my $began = time;
			print $statements "$order\nSELECT 'done';\n";
			$statements->flush;
			my $answer = <$answers>;
			last unless defined $answer && $answer eq "done\n";
			printf $out "%.6f %.6f\n", time, time - $began;
		}
		close $statements;
		waitpid($shell, 0);
		print $out 'stopped ', $?, "\n";
		POSIX::_exit(0);
	}
	push @writers, $pid;
	my $waited = 0;
	sleep(0.05) while !-s $log && ($waited += 0.05) < 20;
	return $pid;
}

# Ends it; returns the log's lines as [when, took], and checks that no write of it failed.
sub stop_writer
{
	my ($file, $pid, $name) = @_;
	open(my $stop, '>', "$file.stop") or die $!;
	close $stop;
	waitpid($pid, 0);
	@writers = grep { $_ != $pid } @writers;
	my @lines = split /\n/, slurp_file("$file.log");
	is(pop @lines, 'stopped 0', "$name: the writer had no error");
	return map { [ split / / ] } @lines;
}

END
{
	# (the exit status of the test is not theirs)
	my $status = $?;
	if (@writers)
	{
		kill 'TERM', @writers;
		waitpid($_, 0) foreach @writers;
	}
	$? = $status;
}

# How many transactions were done between two moments
sub done_between
{
	my ($from, $to, @writes) = @_;
	return scalar grep { $_->[0] > $from && $_->[0] < $to } @writes;
}

# Migrates in a transaction that stays open for two seconds afterwards; returns when those began and ended, and what psql
# said beside results.
sub migrate
{
	my ($server, $snapshot) = @_;
	my ($out, $err) = ('', '');
	my $status = $node->psql('postgres',
		"BEGIN;
		CALL sqlite_mig.migrate('$server', '$server', snapshot => $snapshot);
		SELECT extract(epoch FROM clock_timestamp());
		SELECT count(*) FROM pg_ls_tmpdir() WHERE name LIKE '%sqlite_mig%';
		SELECT pg_sleep(2);
		SELECT extract(epoch FROM clock_timestamp());
		COMMIT;
		SELECT count(*) FROM pg_ls_tmpdir() WHERE name LIKE '%sqlite_mig%';",
		stdout => \$out, stderr => \$err);
	is($status, 0, "$server: migrated") or diag($err);
	my ($began, $copies, $ended, $left) = grep { $_ ne '' } split /\n/, $out;
	is($copies, $snapshot eq 'true' ? 1 : 0, "$server: reads " . ($snapshot eq 'true' ? 'a copy' : 'the file'));
	is($left, 0, "$server: no copy is left");
	return ($began, $ended, $err);
}

for my $mode ('delete', 'wal')
{
	my $file = "$dir/$mode.db";
	sqlite($file,
		"PRAGMA journal_mode = $mode;
		CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT NOT NULL);
		CREATE TABLE line (order_id INTEGER NOT NULL REFERENCES orders (id), n INTEGER NOT NULL, PRIMARY KEY (order_id, n)) WITHOUT ROWID;
		CREATE TABLE counter (orders INTEGER NOT NULL);
		BEGIN;
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) INSERT INTO orders SELECT i, 'order ' || i FROM n;
		INSERT INTO line SELECT id, n FROM orders, (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3);
		INSERT INTO counter SELECT count(*) FROM orders;
		COMMIT;");
	$node->safe_psql('postgres',
		"CREATE SERVER $mode FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . ", busy_timeout '20s');
		CREATE SERVER ${mode}_plain FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . ", busy_timeout '20s')");

	# a backup of a file that is written to: of one moment
	my $pid = start_writer($file);
	is($node->safe_psql('postgres', "SELECT integrity FROM sqlite_mig.backup('$mode', " . quoted("$file.copy") . ')'),
		'ok', "$mode: backup while it is written to");
	is(sqlite("$file.copy", $rule), "1\n", "$mode: the backup is of one moment");

	# the writer goes on while the transaction of the migration is still open
	my ($began, $ended, $notices) = migrate($mode, 'true');
	my @writes = stop_writer($file, $pid, $mode);
	like($notices, qr/^.*NOTICE:  reading a snapshot of the SQLite database: \d+\.\d MB copied in \d+\.\d\d s$/m, "$mode: the snapshot is told");
	cmp_ok(done_between($began, $ended, @writes), '>', 0, "$mode: the writer is not blocked after the copy");
	my ($longest) = sort { $b <=> $a } map { $_->[1] } grep { $_->[0] > $began && $_->[0] < $ended } @writes;
	cmp_ok($longest, '<', 1.5, "$mode: no write took longer than the transaction");

	# what has arrived is of one moment, and proven
	is($node->safe_psql('postgres', "SET search_path = \"$mode\"; $rule"), 't', "$mode: the target is of one moment");
	is($node->safe_psql('postgres', "SELECT count(*) FROM pg_constraint WHERE conrelid = '\"$mode\".line'::regclass AND contype = 'f' AND convalidated"),
		1, "$mode: the foreign key holds");
	is($node->safe_psql('postgres', "SELECT verdict FROM sqlite_mig.status('$mode')"), 'lossless', "$mode: lossless");
	# and later transactions read the file again
	is($node->safe_psql('postgres', "SELECT (SELECT count(*) FROM sqlite_$mode.orders) > (SELECT count(*) FROM \"$mode\".orders)"),
		't', "$mode: the next transaction reads the file");

	# without a snapshot: a reader blocks a writer in the one journal mode, and not in the other
	$pid = start_writer($file);
	($began, $ended, $notices) = migrate("${mode}_plain", 'false');
	@writes = stop_writer($file, $pid, "${mode}_plain");
	# (a write that was done just before the transaction began may be logged a moment later)
	my $written = done_between($began + 0.2, $ended, @writes);
	if ($mode eq 'delete') { is($written, 0, 'delete_plain: the writer is blocked') }
	else { cmp_ok($written, '>', 0, 'wal_plain: the writer is not blocked') }
	is($node->safe_psql('postgres', "SET search_path = ${mode}_plain; $rule"), 't', "${mode}_plain: the target is of one moment");
}

# A backup waits for a lock as long as busy_timeout says, and a cancel ends the wait; nothing is created meanwhile.
my $locked = "$dir/delete.db";
my $shell  = open2(my $answers, my $statements, 'sqlite3', $locked);
print $statements "BEGIN EXCLUSIVE; SELECT 'locked';\n";
$statements->flush;
is(scalar <$answers>, "locked\n", 'the file is locked');
$node->safe_psql('postgres', "ALTER SERVER \"delete\" OPTIONS (SET busy_timeout '300ms')");
fails_with($node, "SELECT sqlite_mig.backup('delete', " . quoted("$dir/locked.copy") . ')', '55P03', qr/more than the 300 ms/, 'locked');
$node->safe_psql('postgres', "ALTER SERVER \"delete\" OPTIONS (SET busy_timeout '20s')");
fails_with($node, "SELECT sqlite_mig.backup('delete', " . quoted("$dir/locked.copy") . ')', '57014', qr/statement timeout/,
	'cancelled while it waits', before => "SET statement_timeout = '300ms'", timeout => 10);
ok(!-e "$dir/locked.copy", 'no file was created');
print $statements "ROLLBACK;\n";
close $statements;
waitpid($shell, 0);

# Others change so many objects while a transaction works that PostgreSQL empties its caches: no reason to read the file anew.
# (A session looks at what others have changed when it locks a relation, so this one waits without doing so.)
my $go = $node->data_dir . '/go';
my ($counts, $complaints) = ('', '');
my $reader = IPC::Run::start(
	[
		'psql', '-XAtq', '-d', $node->connstr('postgres'),
		'-c', 'BEGIN',
		'-c', "SELECT 'orders ' || count(*) FROM sqlite_wal.orders",
		'-c', "DO \$\$ BEGIN WHILE pg_stat_file('go', true) IS NULL LOOP PERFORM pg_sleep(0.05); END LOOP; END \$\$",
		'-c', "SELECT 'orders ' || count(*) FROM sqlite_wal.orders",
		'-c', 'COMMIT',
		'-c', "SELECT 'orders ' || count(*) FROM sqlite_wal.orders"
	],
	'>', \$counts, '2>', \$complaints, IPC::Run::timeout(60));
$reader->pump while $counts !~ /\n/;
sqlite("$dir/wal.db", $order);
$node->safe_psql('postgres', "DO \$\$ BEGIN FOR i IN 1 .. 400 LOOP EXECUTE 'CREATE TABLE many (a int PRIMARY KEY)'; EXECUTE 'DROP TABLE many'; COMMIT; END LOOP; END \$\$");
open(my $flag, '>', $go) or die $!;
close $flag;
$reader->finish;
my @counts = $counts =~ /orders (\d+)/g;
is($complaints, '', 'caches emptied: no error');
is($counts[1], $counts[0], 'caches emptied: the transaction keeps what it reads');
is($counts[2], $counts[0] + 1, 'caches emptied: the next one reads the file');

# A damaged source: the warning has SQLite's words.
sqlite("$dir/damaged.db",
	".dbconfig defensive off
	CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); CREATE INDEX t_x ON t (x); INSERT INTO t VALUES (1, 'a');
	PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 't_x'");
$node->safe_psql('postgres', 'CREATE SERVER damaged FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database ' . quoted("$dir/damaged.db") . ')');
my ($out, $err) = ('', '');
$node->psql('postgres', "SELECT integrity <> 'ok' FROM sqlite_mig.backup('damaged', " . quoted("$dir/damaged.copy") . ')', stdout => \$out, stderr => \$err);
is($out, 't', 'damaged: the result says so');
like($err, qr/WARNING:  backup ".*damaged\.copy" is not intact\n.*DETAIL:  .*Page 3.*HINT:/s, 'damaged: a warning says how');
ok(-s "$dir/damaged.copy", 'damaged: the backup is kept');

# An order that only the application has: that SQLite cannot check it is no damage.
sqlite("$dir/ordered.db",
	".dbconfig defensive off
	CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT COLLATE NOCASE UNIQUE); INSERT INTO t VALUES (1, 'b'), (2, 'A');
	PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'NOCASE', 'german')");
$node->safe_psql('postgres', 'CREATE SERVER ordered FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database ' . quoted("$dir/ordered.db") . ')');
$node->psql('postgres', "SELECT integrity FROM sqlite_mig.backup('ordered', " . quoted("$dir/ordered.copy") . ')', stdout => \$out, stderr => \$err);
is($out, 'no such collation sequence: german', 'an order of its own: the result says what is missing');
like($err, qr/WARNING:  backup ".*ordered\.copy" is complete, but could not be checked here\n.*HINT:  Only the application/s, 'an order of its own: nothing is said to be damaged');

still_running($node);
done_testing();
