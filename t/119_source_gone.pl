# The source is cut off, emptied, removed or replaced in the middle of a migration: at the 100th row of 20,000 that arrives in the
# target. An error, or the whole of what was there when it began; nothing half done counts, and with the file back the same call works.
# (The same in the middle of a foreign scan: 110_faults.) Then the same at some moment of everything else that reads it, one session
# for each function: no descriptor is left, and the call after it, with the file back, is right.
use strict;
use warnings;
use File::Copy qw(copy);
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node = start_node('source_gone');
my $dir  = PostgreSQL::Test::Utils::tempdir();
my $file = "$dir/s.db";
sqlite("$dir/good.db", q{CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT);
WITH RECURSIVE i (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 20000) INSERT INTO t SELECT i, printf('%0300d', i) FROM i;});
sqlite("$dir/other.db", q{CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT); INSERT INTO t VALUES (7, 'other')});
$node->safe_psql('postgres', 'CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database ' . quoted($file) . q{);
CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('COPY (SELECT 1) TO PROGRAM %L', 'cat > /dev/null; ' || TG_ARGV[0]);
	RETURN NEW;
END $$});

my $spoilt = '^(XX001|58030)$';
for my $case (
	[ 'cut off',              "truncate -s 1000000 $file",                  $spoilt ],
	[ 'cut off in a page',    "truncate -s 3000100 $file",                  $spoilt ],
	[ 'emptied',              "truncate -s 0 $file",                        $spoilt ],
	[ 'removed',              "rm $file",                                   '^(00000|58P01)$' ],
	[ 'replaced',             "cp $dir/other.db $file.new && mv $file.new $file", '^(00000|55000|40001)$' ])
{
	my ($name, $command, $states) = @$case;
	for my $mode ('atomic', 'resumable')
	{
		my ($out, $err) = ('', '');
		copy("$dir/good.db", $file) or die $!;
		$node->safe_psql('postgres', 'SET client_min_messages = error; DROP SCHEMA IF EXISTS target CASCADE; DELETE FROM sqlite_mig.migration; CREATE SCHEMA target; CREATE TABLE target.t (id bigint PRIMARY KEY, body text);'
			. "CREATE TRIGGER spoil BEFORE INSERT ON target.t FOR EACH ROW WHEN (NEW.id = 100) EXECUTE FUNCTION spoil(" . quoted($command) . ')');
		my $call = "CALL sqlite_mig.migrate('s', 'target', if_exists => 'load', mode => '$mode')";
		$node->psql('postgres', "SET client_min_messages = error; $call;\n\\echo state :SQLSTATE\nSELECT 'alive';\nSELECT 'rows ' || count(*) FROM target.t;\n"
			. "SELECT 'verdict ' || verdict FROM sqlite_mig.status('s') WHERE EXISTS (SELECT FROM sqlite_mig.migration);", stdout => \$out, stderr => \$err, on_error_stop => 0, timeout => 60);
		my ($state) = $out =~ /^state (\w+)/m;
		my ($rows)  = $out =~ /^rows (\d+)/m;
		like($state // '', qr/$states/, "$name, $mode: " . ($state // 'none')) or diag("$out\n$err");
		like($out, qr/^alive$/m, "$name, $mode: the session lives");
		is($rows, $state eq '00000' ? 20000 : 0, "$name, $mode: all rows or none");
		unlike($out, qr/^verdict (lossless|lossy)/m, "$name, $mode: not called done") if $state ne '00000';

		unlink $file;
		copy("$dir/good.db", $file) or die $!;
		$node->safe_psql('postgres', 'DROP TRIGGER spoil ON target.t; ' . ($state eq '00000' ? 'TRUNCATE target.t; DELETE FROM sqlite_mig.migration' : ''));
		is($node->safe_psql('postgres', "SET client_min_messages = error; $call; SELECT count(*) FROM target.t; SELECT verdict FROM sqlite_mig.status('s')"), "20000\nlossless", "$name, $mode: with the file back");
	}
}
$node->safe_psql('postgres', "SET client_min_messages = error; DROP SCHEMA target CASCADE; DELETE FROM sqlite_mig.migration; CREATE SCHEMA target; CALL sqlite_mig.migrate('s', 'target')");
my $small = q{SELECT 1 FROM pg_settings WHERE name = 'sqlite_fdw_mig.range_size' AND set_config(name, '64kB', false) <> ''};
for my $case (
	[ 'verify', q{SELECT 'right ' || bool_and(ok) FROM sqlite_mig.verify('s')},                     'true' ],
	[ 'verify, workers', q{SELECT 'right ' || bool_and(ok) FROM sqlite_mig.verify('s', 'full', workers => 2)}, 'true' ],
	[ 'diff',   q{SELECT 'right ' || count(*) FROM sqlite_mig.diff('sqlite_s.t', 'target.t')},                           '0' ],
	[ 'profile', q{SELECT 'right ' || sum(nulls) FROM sqlite_mig.profile('s')}, '0' ],
	[ 'assess', q{SELECT 'right ' || (count(*) > 0) FROM sqlite_mig.assess('s')},                   'true' ],
	[ 'prepare', q{SELECT 'right ' || sum(rows) FROM sqlite_mig.prepare('s', 'other', migration => 'again', options => '{"replace": true}')}, '20000' ],
	[ 'sync',   q{SELECT 'right ' || coalesce(sum(inserted + updated + deleted), 0) FROM sqlite_mig.sync('s')}, '0' ],
	[ 'migrate, workers', q{CALL sqlite_mig.migrate('s', 'shared', migration => 'shared', workers => 2)}, 'lossless', q{SELECT 'right ' || verdict FROM sqlite_mig.status('s', 'shared'); DROP SCHEMA shared CASCADE; DELETE FROM sqlite_mig.migration WHERE migration = 'shared'; CREATE SCHEMA shared} ])
{
	my ($name, $call, $right, $after) = (@$case, 'SELECT');
	my ($script, $out, $err) = ("SET client_min_messages = error; CREATE SCHEMA IF NOT EXISTS other; CREATE SCHEMA IF NOT EXISTS shared; $small;\n", '', '');
	my $program = sub { 'COPY (SELECT 1) TO PROGRAM ' . quoted("cat > /dev/null; $_[0]") . ";\n" };
	my $files = "CREATE TEMP TABLE IF NOT EXISTS files (n integer); TRUNCATE files; COPY files FROM PROGRAM 'ls -l /proc/\$PPID/fd | grep -c s.db || true'; SELECT 'files ' || n FROM files;\n";
	my $n = 0;
	for my $spoil ("truncate -s 1000000 $file", "truncate -s 0 $file", "rm $file", "cp $dir/other.db $file.new && mv $file.new $file")
	{
		my $wait = 0.003 * $n++;
		$script .= $program->("rm -f $file-wal $file-shm; cp $dir/good.db $file")
			. $program->("setsid sh -c 'sleep $wait; $spoil; touch $dir/spoilt' < /dev/null > /dev/null 2>&1 &")
			. "$call;\n\\echo state :SQLSTATE\n"
			. $program->("while [ ! -e $dir/spoilt ]; do sleep 0.005; done; rm $dir/spoilt; rm -f $file; cp $dir/good.db $file")
			. "$after;\nSELECT 'again';\n$call;\n$after;\n$files";
	}
	$node->psql('postgres', $script, stdout => \$out, stderr => \$err, on_error_stop => 0, timeout => 120);
	my @states = $out =~ /^state (\w+)/mg;
	is(scalar @states, 4, "$name: the session lives, whatever becomes of the file: @states") or diag("$out\n$err");
	is(scalar(grep { !/^(00000|XX001|58030|58P01|55000|40001|HV00N|42P01|58000|26000|HV000|0A000|22023)$/ } @states), 0, "$name: told is what it is") or diag($err);
	my @again = $out =~ /^again\nright (\S+)$/mg;
	is("@again", join(' ', ($right) x 4), "$name: right, with the file back") or diag("$out\n$err");
	my @files = $out =~ /^files (\d+)/mg;
	cmp_ok($files[-1], '<=', 2, "$name: descriptors on the file: @files");
}
is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_ls_tmpdir()'), '0', 'no copy is left');
still_running($node);
done_testing();
