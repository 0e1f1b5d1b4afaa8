# A file system whose locks are missing or fail, as NFS without its lock service: an error that says so, within the time that is given,
# or the right answer where no lock is needed. Never a wrong one, and nothing waits without end.
use strict;
use warnings;
use FindBin;
use Errno qw(ENOLCK EACCES ENOSYS);
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use Faults;
use MigTest;

my $node = start_faulty_node('locks');
my $dir  = PostgreSQL::Test::Utils::tempdir();
my $create = q{CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO t SELECT i, 'row ' || i FROM n;};
my %names = (ENOLCK, 'ENOLCK', EACCES, 'EACCES', ENOSYS, 'ENOSYS');
my $clean = 'SET client_min_messages = error; DROP SCHEMA IF EXISTS target, sqlite_s CASCADE; DELETE FROM sqlite_mig.migration';

sub lock_fault
{
	my ($error) = @_;
	$node->safe_psql('postgres', $error ? "SELECT fault_arm('lock', 1, true, $error)" : 'SELECT fault_off()');
	return;
}

for my $mode ('delete', 'wal')
{
	my $file = "$dir/marked_$mode.db";
	sqlite($file, "PRAGMA journal_mode = $mode; $create");
	$node->safe_psql('postgres', "SELECT fault_slow('*marked', 0); CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . q{, updatable 'true', busy_timeout '300ms', keep_connections 'false');
		CREATE FOREIGN TABLE t (a bigint, b text) SERVER s;
		CREATE SERVER still FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (immutable 'true', database } . quoted($file) . q{);
		CREATE FOREIGN TABLE still (a bigint, b text) SERVER still OPTIONS ("table" 't')});
	for my $error (ENOLCK, EACCES, ENOSYS)
	{
		my $name = "$mode, $names{$error}";
		for my $case (
			[ 'scan',    'SELECT count(*), sum(a) FROM t',               '1000|500500' ],
			[ 'profile', q{SELECT max(rows) FROM sqlite_mig.profile('s')}, '1000' ],
			[ 'insert',  q{INSERT INTO t VALUES (1001, 'new') RETURNING a}, undef ],
			[ 'migrate', qq{$clean; CALL sqlite_mig.migrate('s', 'target'); SELECT count(*), sum(a) FROM target.t}, '1000|500500' ])
		{
			my ($what, $sql, $answer) = @$case;
			my ($out, $err) = ('', '');
			lock_fault($error);
			my $took = seconds(sub { $node->psql('postgres', $sql, stdout => \$out, stderr => \$err, extra_params => [ '-v', 'VERBOSITY=verbose' ], timeout => 60) });
			my $count = $node->safe_psql('postgres', 'SELECT fault_off()');
			cmp_ok($took, '<', 15, "$name, $what: nothing hangs");
			if ($err =~ /ERROR:  (\w{5}): (.*)/)
			{
				ok($1 eq '55P03' || $1 eq '58030' || $1 eq 'HV00N' || $1 eq '42501', "$name, $what: $1") or diag($err);
				like($err, qr/HINT:.*(network file system|locks)/, "$name, $what: the hint knows of file systems without locks");
			}
			else
			{
				is($out, $answer, "$name, $what: without a lock the right answer ($count)");
				like($err, qr/NOTICE:.*private copy/, "$name, $what: from a copy");
			}
		}
		lock_fault($error);
		if ($error == ENOLCK || $error == EACCES)
		{
			my $took = seconds(sub { fails_with($node, 'SELECT count(*) FROM t', '57014', qr/statement timeout/, "$name: a timeout while it waits",
					before => q{SET client_min_messages = error; ALTER SERVER s OPTIONS (SET busy_timeout '60s'); SET statement_timeout = '500ms'}) });
			cmp_ok($took, '<', 4, "$name: is obeyed");
		}
		$node->safe_psql('postgres', q{ALTER SERVER s OPTIONS (SET busy_timeout '300ms')});
		is($node->safe_psql('postgres', 'SELECT count(*), sum(a) FROM still'), '1000|500500', "$name: \"immutable\" needs no locks") if $mode eq 'delete';
		lock_fault(0);
		is($node->safe_psql('postgres', 'SELECT count(*), sum(a) FROM t'), '1000|500500', "$name: and all is well when there are locks again");
	}
	is(sqlite($file, 'PRAGMA integrity_check; SELECT count(*) FROM t'), "ok\n1000\n", "$mode: the file is as it was");
	free_of_locks($file, $mode);
	$node->safe_psql('postgres', "$clean; DROP SERVER s, still CASCADE");
}
still_running($node);
done_testing();
