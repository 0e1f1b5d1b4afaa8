# A source on a file system that cannot be written: what is read in place, and what from a private copy, which is said.
#
# The same folder can be written by another way, as the application's own machine would: OwnMounts.
use strict;
use warnings;
use FindBin;
use IPC::Open2 qw(open2);
use lib $FindBin::RealBin;
use OwnMounts;
use PostgreSQL::Test::Utils;
use Test::More;
use Faults;
use MigTest;

my ($rw, $ro) = map { "$ENV{MIG_MOUNTS}/$_" } qw(rw ro);
my $node = start_node('read_only');

my $schema = q{CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT);
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO t SELECT i, printf('%0100d', i) FROM n;};
# what the databases hold below: the half of it is in the log, or in the journal is what it was before
my $in_log = q{UPDATE t SET body = 'changed' WHERE id <= 1000; INSERT INTO t VALUES (3001, 'new');};
my $old = '3000|0';
my $new = '3001|1000';

# the files of a database that an application has open, as they lie there in the middle of a transaction or after commits
sub left_open
{
	my ($name, $before, $statements, @suffixes) = @_;
	unlink glob("$rw/$name.db*"), glob("$rw/made.db*");
	sqlite("$rw/made.db", "$before $schema");
	sqlite("$rw/made.db", "PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = 1; $statements\n" . join('', map { ".system cp $rw/made.db$_ $rw/$name.db$_\n" } '', @suffixes));
	unlink glob("$rw/made.db*");
	return;
}

left_open('plain', '', '');
left_open('closed', 'PRAGMA journal_mode = wal;', '');
left_open('log', 'PRAGMA journal_mode = wal;', $in_log, '-wal');
left_open('log_shm', 'PRAGMA journal_mode = wal;', $in_log, '-wal', '-shm');
left_open('log_hot', 'PRAGMA journal_mode = wal;', "BEGIN; $in_log", '-wal', '-shm');
left_open('hot', '', "BEGIN; $in_log", '-journal');
left_open('log_bad_shm', 'PRAGMA journal_mode = wal;', $in_log, '-wal');
append_to_file("$rw/log_bad_shm.db-shm", join('', map { chr(7 * $_ % 256) } 1 .. 32768));
# a journal that nobody's transaction needs any more
left_open('cold', 'PRAGMA journal_mode = persist;', $in_log, '-journal');
cmp_ok(-s "$rw/hot.db-journal", '>', 50000, 'there is a hot journal');
cmp_ok(-s "$rw/log.db-wal", '>', 50000, 'there is a log');

sub state_of { return join(' ', map { my @s = stat; (m{([^/]+)$})[0] . ":$s[7]:$s[9]" } sort glob("$rw/*")) }
my $state = state_of();

my $count = q{SELECT count(*), count(*) FILTER (WHERE body = 'changed') FROM};
my @cases = (
	[ 'plain', $old, 0 ],
	[ 'closed', $old, 1 ],
	[ 'log', $new, 1 ],
	# (SQLite does not trust an index of the log that it may not lock: it makes one in memory)
	[ 'log_shm', $new, 0 ],
	[ 'log_bad_shm', $new, 0 ],
	[ 'log_hot', $old, 0 ],
	[ 'hot', $old, 1 ],
	[ 'cold', $new, 0 ]);
foreach my $case (@cases)
{
	my ($name, $expected, $copied) = @$case;
	$node->safe_psql('postgres', "CREATE SERVER $name FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted("$ro/$name.db") . "); CREATE FOREIGN TABLE $name (id bigint, body text) SERVER $name OPTIONS (\"table\" 't')");
	my ($out, $err) = ('', '');
	$node->psql('postgres', "$count $name; $count $name", stdout => \$out, stderr => \$err);
	is($out, "$expected\n$expected", "$name: read, twice") or diag($err);
	is(scalar(() = $err =~ /NOTICE:  reading a private copy of the SQLite database/g), $copied, "$name: " . ($copied ? 'a private copy, and one NOTICE' : 'in place')) or diag($err);
	foreach my $way ('', $name =~ /^(log|log_shm|hot)$/ ? ('workers => 2', 'snapshot => true', "mode => 'resumable'") : ())
	{
		my $target = "m_$name";
		my $arguments = join(', ', "'$name'", "'$target'", "migration => '$target'", "verify_level => 'full'", $way || ());
		is($node->psql('postgres', "CALL sqlite_mig.migrate($arguments)", stdout => \$out, stderr => \$err), 0, "$name: migrated" . ($way ? ", $way" : '')) or diag($err);
		is($node->safe_psql('postgres', "$count $target.t; SELECT verdict, (SELECT bool_and(ok) FROM sqlite_mig.verify('$name', migration => '$target')) FROM sqlite_mig.status('$name', '$target'); DROP SCHEMA $target, sqlite_$target CASCADE; DELETE FROM sqlite_mig.migration WHERE migration = '$target'"),
			"$expected\nlossless|t", "$name: all is there" . ($way ? ", $way" : ''));
		cmp_ok(scalar(() = $err =~ /NOTICE:  reading a private copy/g), '>', 0, "$name: and it is said" . ($way ? ", $way" : '')) if $copied;
	}
	fails_with($node, "INSERT INTO $name VALUES (7777, 'x')", '55000', qr/updatable/, "$name: not to be written");
}
is(state_of(), $state, 'the folder is as it was');
is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_ls_tmpdir()'), 0, 'no copy is left');

# what would write says that it cannot
$node->safe_psql('postgres', q{CALL sqlite_mig.migrate('plain', 'plain')});
$node->safe_psql('postgres', "ALTER SERVER plain OPTIONS (ADD updatable 'true'); ALTER SERVER log OPTIONS (ADD updatable 'true')");
fails_with($node, "UPDATE plain SET body = 'x' WHERE id = 1", '42501', qr/write permission/, 'updatable: the error says so');
fails_with($node, "UPDATE log SET body = 'x' WHERE id = 1", '42501', qr/write permission/, 'updatable, a log: the error says so');
fails_with($node, q{SELECT sqlite_mig.capture_install('plain')}, '42501', qr/write permission/, 'capture_install: the error says so');
fails_with($node, "SELECT sqlite_mig.backup('cold', " . quoted("$ro/copy.db") . ')', '42501', qr/Read-only file system/, 'backup to there: the error says so');
$node->safe_psql('postgres', "ALTER SERVER plain OPTIONS (DROP updatable); ALTER SERVER log OPTIONS (DROP updatable)");
is($node->safe_psql('postgres', "$count plain"), $old, 'and then it is read again');

# An application writes there meanwhile: its log is used in place, and each transaction sees what is committed
left_open('live', 'PRAGMA journal_mode = wal;', '');
$node->safe_psql('postgres', "CREATE SERVER live FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted("$ro/live.db") . "); CREATE FOREIGN TABLE live (id bigint, body text) SERVER live OPTIONS (\"table\" 't')");
my $shell = open2(my $answers, my $statements, 'sqlite3', "$rw/live.db");
my $do = sub { print $statements "$_[0]\nSELECT 'done';\n"; $statements->flush; return scalar <$answers> };
$do->("PRAGMA wal_autocheckpoint = 0; INSERT INTO t VALUES (3001, 'live');");
my ($out, $err) = ('', '');
$node->psql('postgres', "$count live", stdout => \$out, stderr => \$err);
is($out, '3001|0', 'an application has it open: its log is read') or diag($err);
my $session = $node->background_psql('postgres', on_error_stop => 0);
is($session->query_safe('BEGIN; SELECT count(*) FROM live'), 3001, 'a transaction begins');
$do->("INSERT INTO t VALUES (3002, 'live');");
is($session->query_safe('SELECT count(*) FROM live'), 3001, 'it sees what it saw');
$session->query_safe('COMMIT');
is($session->query_safe('SELECT count(*) FROM live'), 3002, 'the next one sees more');
$do->("UPDATE t SET body = 'changed' WHERE id <= 10;");
is($session->query_safe("$count live"), '3002|10', 'and the next one');
$session->quit;
print $statements ".quit\n";
close $statements;
waitpid($shell, 0);
is($node->safe_psql('postgres', "$count live"), '3002|10', 'the application has gone: it is read from a copy');

still_running($node);
done_testing();
