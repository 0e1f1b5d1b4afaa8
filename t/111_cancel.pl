# A cancel ends every function within a second, wherever it is: in a step of SQLite that does not come back, at a disk that
# is slow, waiting for a lock. Nothing is left of it, and the next call works.
use strict;
use warnings;
use FindBin;
use IPC::Open2 qw(open2);
use IPC::Run ();
use List::Util qw(shuffle);
use Time::HiRes qw(sleep time);
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use Faults;
use MigTest;

my $node = start_faulty_node('cancel');
my $dir  = PostgreSQL::Test::Utils::tempdir();
my $file = "$dir/marked.db";
my $locked = "$dir/locked.db";

my $schema = q{CREATE TABLE t (id INTEGER PRIMARY KEY, grp INTEGER, body TEXT);
CREATE TABLE u (id INTEGER PRIMARY KEY, t_id INTEGER REFERENCES t (id));
CREATE VIEW endless (c) AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n;};
sqlite($file, "$schema BEGIN;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) INSERT INTO t SELECT i, i % 10, printf('%0250d', i * 7919 % 30011) FROM n;
INSERT INTO u SELECT id, id FROM t; COMMIT; ANALYZE;");
sqlite($locked, "$schema INSERT INTO t VALUES (1, 1, 'x'); INSERT INTO u VALUES (1, 1); CREATE VIRTUAL TABLE d USING fts5 (words)");
mkdir "$dir/many" or die $!;
$node->safe_psql('postgres', "CREATE SERVER slow FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . ", updatable 'true', busy_timeout '60s');
CREATE SERVER held FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($locked) . ", updatable 'true', busy_timeout '60s');
CALL sqlite_mig.migrate('slow', 'slow', exclude => '{endless}');
CALL sqlite_mig.migrate('held', 'held', exclude => '{endless, d}');
SELECT sqlite_mig.capture_install('held');
SELECT sqlite_mig.prepare('slow', 'again', migration => 'again', exclude => '{endless}');
CREATE SCHEMA f; IMPORT FOREIGN SCHEMA main FROM SERVER slow INTO f;
CREATE SCHEMA h; IMPORT FOREIGN SCHEMA main FROM SERVER held INTO h;
CREATE FOREIGN TABLE f.crossed (n bigint) SERVER slow OPTIONS (query 'SELECT count(*) AS n FROM t AS a, t AS b, t AS c, t AS d WHERE a.grp + b.grp + c.grp + d.grp > 40');
CREATE FOREIGN TABLE f.sorted (body text) SERVER slow OPTIONS (query 'SELECT a.body FROM t AS a, t AS b ORDER BY a.body || b.body');
CREATE FOREIGN TABLE f.alike (n bigint) SERVER slow OPTIONS (query 'SELECT printf(''%.*c'', 5000000, ''a'') LIKE ''%'' || printf(''%.*c'', 49000, ''a'') || ''b'' AS n');
CREATE TABLE copied (LIKE slow.t);");

# Each public function, and at least one statement of it that takes long: because it reads the file (slow), or because it waits for a
# lock of another process (held). Those that do not read the file and take what a statement of PostgreSQL takes stand below.
my %long = (
	assess => [ slow => q{SELECT count(*) FROM sqlite_mig.assess('slow')} ],
	backup => [ slow => q{SELECT sqlite_mig.backup('slow', DIR || '/marked.copy')}, held => q{SELECT sqlite_mig.backup('held', DIR || '/marked.copy')} ],
	capture_install => [ held => q{SELECT sqlite_mig.capture_install('held')} ],
	capture_remove => [ held => q{SELECT sqlite_mig.capture_remove('held')} ],
	capture_trim => [ held => q{SELECT sqlite_mig.capture_trim('held')} ],
	checksum => [ slow => q{SELECT sqlite_mig.checksum('f.t')}, held => q{SELECT sqlite_mig.checksum('h.t')} ],
	checksum_ranges => [ slow => q{SELECT count(*) FROM sqlite_mig.checksum_ranges('f.t', 'slow.t')} ],
	copy_table => [ slow => q{SELECT sqlite_mig.copy_table('f.t', 'copied')}, held => q{SELECT sqlite_mig.copy_table('h.t', 'copied')} ],
	cutover => [ slow => q{SELECT count(*) FROM sqlite_mig.cutover('slow')}, held => q{SELECT count(*) FROM sqlite_mig.cutover('held', refuse_writes => true)} ],
	cutover_undo => [ held => q{SELECT count(*) FROM sqlite_mig.cutover_undo('held')} ],
	ddl => [],
	diff => [ slow => q{SELECT count(*) FROM sqlite_mig.diff('f.t', 'slow.t')} ],
	match => [ held => q{SELECT count(*) FROM h.d WHERE sqlite_mig.match(words, 'x')} ],
	migrate => [ slow => q{CALL sqlite_mig.migrate('slow', migration => 'again')}, slow => q{CALL sqlite_mig.migrate('slow', migration => 'again', workers => 2)}, slow => q{CALL sqlite_mig.migrate('slow', migration => 'again', snapshot => true)},
		slow => q{CALL sqlite_mig.migrate('slow', migration => 'again', mode => 'resumable')} ],
	migrate_many => [ slow => q{SELECT count(*) FROM sqlite_mig.migrate_many(ARRAY[DIR || '/marked.db'], 'many')} ],
	plan_check => [ slow => q{UPDATE sqlite_mig.plan_column SET target_type = 'numeric' WHERE migration = 'again' AND source_name = 'body'; SELECT count(*) FROM sqlite_mig.plan_check('slow', 'again')} ],
	prepare => [ slow => q{SELECT sqlite_mig.prepare('slow', 'another', migration => 'another')}, held => q{SELECT sqlite_mig.prepare('held', 'another', migration => 'another')} ],
	profile => [ slow => q{SELECT count(*) FROM sqlite_mig.profile('slow', 't')} ],
	(map { $_ => [ held => "SELECT count(*) FROM sqlite_mig.$_('held', 't')" ] } qw(source_columns source_indexes source_foreign_keys)),
	(map { $_ => [ held => "SELECT count(*) FROM sqlite_mig.$_('held')" ] } qw(source_info source_objects source_sequences source_tables)),
	sync => [ slow => q{SELECT count(*) FROM sqlite_mig.sync('slow')}, held => q{SELECT count(*) FROM sqlite_mig.sync('held')},
		slow => q{SELECT count(*) FROM sqlite_mig.sync('slow', direction => 'to_sqlite')} ],
	verify => [ slow => q{SELECT count(*) FROM sqlite_mig.verify('slow')}, slow => q{SELECT count(*) FROM sqlite_mig.verify('slow', level => 'full')} ],
);
my %short = map { $_ => 1 } qw(alembic_revision connections convert_placeholders ddl disconnect disconnect_all fdw_handler fdw_validator geometry_blob geometry_wkb lint_sql
  parse_table pool_size replay report status to_postgres type_candidates version);
my @functions = split /\n/, $node->safe_psql('postgres', q{SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'sqlite_mig'::regnamespace AND proname !~ '^_' ORDER BY 1});
cmp_ok(scalar @functions, '>', 40, 'the catalog tells the functions');
is(join(' ', grep { !$long{$_} && !$short{$_} } @functions), '', 'each function has its statement here');

# What is no function of ours
my @others = (
	slow => q{SELECT count(*) FROM f.t},
	slow => q{SELECT sum(length(body)) FROM f.t WHERE random() > 2},
	slow => q{SELECT count(*) FROM f.t JOIN f.u ON t.id = u.t_id WHERE body LIKE '%x'},
	slow => q{SELECT c FROM f.endless},
	slow => q{EXPLAIN SELECT * FROM f.crossed},
	slow => q{SELECT n FROM f.crossed},
	slow => q{SELECT count(*) FROM f.sorted},
	slow => q{SELECT n FROM f.alike},
	slow => q{SELECT count(*) FROM (SELECT body FROM f.t ORDER BY body DESC, grp OFFSET 1) AS s},
	slow => q{ANALYZE f.t},
	slow => q{IMPORT FOREIGN SCHEMA main FROM SERVER slow INTO pg_temp},
	slow => q{UPDATE f.t SET body = body || '!'},
	slow => q{UPDATE f.t SET body = body || random()},
	slow => q{DELETE FROM f.t},
	slow => q{INSERT INTO f.t SELECT i, 0, '' FROM generate_series(100000, 100000000) AS i},
	held => q{UPDATE h.t SET grp = 1},
	held => q{SELECT count(*) FROM h.t},
	held => q{EXPLAIN SELECT count(*) FROM h.t WHERE id = 1});

# Runs statements one after the other in one session, each with a time limit; returns [statement, milliseconds, message]
sub run_limited
{
	my ($before, @statements) = @_;
	my ($out, $err) = ('', '');
	my $script = "SET client_min_messages = error; $before;\n";
	foreach my $i (0 .. $#statements)
	{
		my $sql = $statements[$i] =~ s/DIR/quoted($dir)/er;
		$script .= "SET statement_timeout = '300ms';\n\\echo case $i\n\\timing on\n$sql;\n\\timing off\n\\echo :LAST_ERROR_SQLSTATE\nROLLBACK; SET statement_timeout = 0;\nSELECT 1 FROM f.t WHERE id = 1;\n\\echo next :SQLSTATE\n";
	}
	append_to_file("$dir/script.sql", $script);
	IPC::Run::run([ 'psql', '-XqAt', '-v', 'VERBOSITY=verbose', '-d', $node->connstr('postgres'), '-f', "$dir/script.sql" ], '<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout(300));
	unlink "$dir/script.sql";
	my @found;
	my @parts = split /^case \d+\n/m, $out;
	shift @parts;
	foreach my $i (0 .. $#statements)
	{
		my @times = ($parts[$i] // '') =~ /^Time: ([\d.]+) ms/mg;
		my ($state) = ($parts[$i] // '') =~ /^([0-9A-Z]{5})$/m;
		my ($next) = ($parts[$i] // '') =~ /^next (\w{5})$/m;
		push @found, [ $statements[$i], $times[-1] // 1e9, $state // 'none', $next // 'none' ];
	}
	return (\@found, $err);
}

my %by = (slow => [], held => []);
foreach my $list (@others ? \@others : (), map { $long{$_} } sort keys %long)
{
	for (my $i = 0; $i < @$list; $i += 2)
	{
		push @{ $by{ $list->[$i] } }, $list->[ $i + 1 ];
	}
}

sub check_limited
{
	my ($what, $found) = @_;
	foreach my $case (@$found)
	{
		my ($sql, $ms, $state, $next) = @$case;
		ok($state eq '57014' && $ms < 1300 && $next eq '00000', "$what: $sql") or diag("$ms ms, $state; the next statement: $next");
	}
	return;
}

# a disk that takes 20 ms for each read
$node->safe_psql('postgres', q{SELECT fault_slow('marked.db', 20000)});
my ($found, $err) = run_limited('SELECT 1', @{ $by{slow} });
$node->safe_psql('postgres', q{SELECT fault_slow('marked.db', 0)});
check_limited('slow', $found);
free_of_locks($file, 'slow');
is(sqlite($file, 'PRAGMA integrity_check; SELECT count(*), sum(id) FROM t;'), "ok\n30000|450015000\n", 'the file is as it was');
ok(!-e "$dir/marked.copy", 'no half of a backup is left');

# another process has the lock
my $shell = open2(my $answers, my $statements, 'sqlite3', $locked);
print $statements "BEGIN EXCLUSIVE; SELECT 'locked';\n";
$statements->flush;
is(scalar <$answers>, "locked\n", 'the file is locked');
($found, $err) = run_limited('SELECT 1', @{ $by{held} });
print $statements "ROLLBACK;\n";
close $statements;
waitpid($shell, 0);
check_limited('held', $found);
free_of_locks($locked, 'held');

# Cancels at moments of chance; MIG_SEED says which
my $seed = $ENV{MIG_SEED} // time;
srand($seed);
diag("MIG_SEED=$seed");
# (12 of them in CI, each time others; what asks whether the session goes on is not cancelled: "f . t")
my @chances = (q{CALL sqlite_mig.migrate('slow', migration => 'again', mode => 'resumable', workers => 2)}, q{SELECT count(*) FROM sqlite_mig.sync('slow')}, q{UPDATE f.t SET body = body || random()},
	q{CALL sqlite_mig.migrate('slow', 'chance', migration => 'chance', snapshot => true)}, q{SELECT sqlite_mig.backup('slow', DIR || '/marked.copy')}, q{SELECT count(*) FROM f.t JOIN f.u ON t.id = u.t_id WHERE body LIKE '%x'},
	q{SELECT count(*) FROM sqlite_mig.verify('slow')}, q{SELECT count(*) FROM sqlite_mig.profile('slow')}, q{SELECT count(*) FROM sqlite_mig.verify('slow', level => 'full', workers => 2)},
	q{CALL sqlite_mig.migrate('slow', 'chance', migration => 'chance', workers => 2)}, q{SELECT count(*) FROM sqlite_mig.sync('slow', direction => 'to_sqlite')},
	q{SELECT sqlite_mig.capture_install('slow'), 'f.'; SELECT sqlite_mig.capture_remove('slow')}, q{SELECT count(*) FROM sqlite_mig.cutover('slow')},
	q{INSERT INTO f.u SELECT 1000 * extract(epoch FROM clock_timestamp())::bigint + i, 1 FROM generate_series(1, 900) AS i}, q{DELETE FROM f.u WHERE random() > 2}, q{DELETE FROM f.u WHERE id > 30000},
	q{IMPORT FOREIGN SCHEMA main FROM SERVER slow INTO pg_temp; SELECT 'f.'}, q{SELECT count(*) FROM sqlite_mig.assess('slow')}, q{SELECT count(sqlite_mig.report('slow', 'html'))},
	q{SELECT count(*) FROM sqlite_mig.diff('f.t', 'slow.t')}, q{SELECT sqlite_mig.copy_table('f.t', 'chance_copy')}, q{SELECT sqlite_mig.checksum('f.t')}, q{ANALYZE f.t},
	q{SELECT sqlite_mig.prepare('slow', 'chance', '{"replace": true}', migration => 'chance')});
$node->safe_psql('postgres', 'CREATE TABLE chance_copy (LIKE slow.t)');
@chances = shuffle(@chances);
$node->safe_psql('postgres', q{SELECT fault_slow('marked.db', 5000)});
for my $i (1 .. $ENV{MIG_CANCELS} // 12)
{
	my $sql = $chances[ $i % @chances ] =~ s/DIR/quoted($dir)/er;
	my ($out, $err, $ended) = ('', '', 0);
	my $run = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('postgres') . ' application_name=chance', '-c', 'SET client_min_messages = error', '-c', $sql, '-c', 'SELECT count(*) FROM f . t WHERE id = 1' ], '<', \undef, '>', \$out, '2>', \$err);
	my $after = 0.05 + rand(0.5);
	sleep $after;
	# (on a busy machine the session may not have come to it yet, and a cancel before it would be none)
	for (1 .. 40)
	{
		last if $node->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE application_name = 'chance' AND query ~ 'sqlite_mig|f\.'}) > 0;
		sleep 0.02;
	}
	my $took = seconds(sub {
		$node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'chance' AND query ~ 'sqlite_mig|f\.'});
		$run->finish;
	});
	ok($took < 1.5 && $err !~ /ERROR:  (?!canceling)/ && $out =~ /^1$/m, sprintf('cancelled %.2f s into %s', $after, $sql)) or diag("$took s: $out $err");
	unlink "$dir/marked.copy" if $out =~ /^\(/m;
}
$node->safe_psql('postgres', q{SELECT fault_slow('marked.db', 0)});
free_of_locks($file, 'cancels of chance');
is($node->safe_psql('postgres', q{SELECT (SELECT count(*) FROM sqlite_mig.verification WHERE NOT ok), (SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('chance'))}), '0|0', 'what was cancelled has left nothing that is wrong');

# nothing of all that has done anything
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type ~ 'sqlite'}), '0', 'no worker is left');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_ls_tmpdir()}), '0', 'no copy is left');
is($node->safe_psql('postgres', q{SELECT (SELECT count(*) FROM copied), to_regnamespace('many') IS NULL, (SELECT count(*) FROM sqlite_mig.migration WHERE migration = 'another')}), '0|t|0', 'nothing was done');
like($node->safe_psql('postgres', q{SELECT verdict FROM sqlite_mig.status('slow', 'again')}), qr/incomplete/, 'the journal tells that it did not come to its end');
is($node->safe_psql('postgres', q{SET client_min_messages = error; CALL sqlite_mig.migrate('slow', migration => 'again', mode => 'resumable');
	SELECT verdict, (SELECT sum(id) FROM again.t), (SELECT bool_and(ok) FROM sqlite_mig.verification WHERE migration = 'again') FROM sqlite_mig.status('slow', 'again')}),
	'lossy as agreed|450015000|t', 'a later call does it (and a view was left out)');
is(descriptors($node, $dir), 0, 'no descriptor is left');
still_running($node);
done_testing();
