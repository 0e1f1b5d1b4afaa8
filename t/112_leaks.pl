# One backend that migrates and queries again and again, every second time with an error or a cancel, has in the end the memory
# and the descriptors that it had in the beginning.
#
# MIG_LEAKS=1: 1,000 migrations and 10,000 queries.
use strict;
use warnings;
use FindBin;
use IPC::Run ();
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use Faults;
use MigTest;

my ($migrations, $queries) = $ENV{MIG_LEAKS} ? (1000, 10000) : (30, 1200);
my $node = start_faulty_node('leaks');
my $dir  = PostgreSQL::Test::Utils::tempdir();
my $file = "$dir/marked.db";
sqlite($file, q{CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT UNIQUE COLLATE NOCASE, made DATETIME);
CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id), amount DECIMAL(10, 2), doc JSON, raw BLOB, CHECK (amount >= 0));
CREATE INDEX child_parent ON child (parent_id);
CREATE VIEW totals AS SELECT p.name, sum(c.amount) AS total FROM parent AS p JOIN child AS c ON c.parent_id = p.id GROUP BY p.name;
CREATE VIEW endless (c) AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n;
WITH RECURSIVE i (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 200) INSERT INTO parent SELECT i, 'name ' || i, datetime(1700000000 + i, 'unixepoch') FROM i;
INSERT INTO child SELECT id, 1 + id % 100, id * 1.25, json_object('id', id), zeroblob(3000) FROM parent;
CREATE TABLE bad (id INTEGER PRIMARY KEY, v TEXT);
INSERT INTO bad SELECT id, CASE id WHEN 150 THEN 'no number' ELSE id END FROM parent;});
my $gone = "$dir/gone.db";
sqlite($gone, 'CREATE TABLE t (a)');
$node->safe_psql('postgres', "CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (updatable 'true', database " . quoted($file) . ");
CREATE SERVER gone FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($gone) . ");
SELECT fault_slow('marked.db', 0);
CREATE SCHEMA f; IMPORT FOREIGN SCHEMA main FROM SERVER s INTO f;
CREATE FOREIGN TABLE f.gone (a text) SERVER gone OPTIONS (\"table\" 't');
CREATE TABLE copied AS SELECT * FROM f.child;
CREATE FOREIGN TABLE f.number (id bigint, v integer) SERVER s OPTIONS (\"table\" 'bad');
CREATE FOREIGN TABLE f.wrong (id bigint, v integer) SERVER s OPTIONS (query 'SELECT id, nothing FROM parent');
CREATE FOREIGN TABLE f.overflow (n bigint) SERVER s OPTIONS (query 'SELECT sum(9223372036854775807) AS n FROM parent');");
unlink $gone;

# Statements and the SQLSTATE with which each ends
my @queries = (
	[ q{SELECT count(*), sum(amount), max(doc::text) FROM f.child}, '00000' ],
	[ q{SELECT * FROM f.number}, '22P02' ],
	[ q{SELECT p.name, c.amount FROM f.parent AS p JOIN f.child AS c ON c.parent_id = p.id WHERE p.id < 10 ORDER BY 1, 2}, '00000' ],
	[ q{SET statement_timeout = '3ms'; SELECT c FROM f.endless}, '57014', q{SET statement_timeout = 0} ],
	[ q{UPDATE f.bad SET v = v WHERE id = 3}, '00000' ],
	[ q{SELECT * FROM f.gone}, '58P01' ],
	[ q{SELECT total FROM f.totals ORDER BY total LIMIT 3}, '00000' ],
	[ q{SELECT * FROM f.wrong}, '42601' ],
	[ q{SELECT count(*) FROM sqlite_mig.source_columns('s')}, '00000' ],
	[ q{INSERT INTO f.parent (id, name) VALUES (1, 'twice')}, '23505' ],
	[ q{SELECT sqlite_mig.to_postgres('SELECT ifnull(a, 1) FROM t WHERE b GLOB ''x*''')}, '00000' ],
	[ q{SELECT * FROM f.overflow}, '22003' ],
	[ q{SELECT sqlite_mig.checksum('f.child')}, '00000' ],
	[ q{BEGIN; DECLARE c CURSOR FOR SELECT * FROM f.child; FETCH 5 FROM c; SELECT 1 / count(*) FROM f.parent WHERE id < 0}, '22012', 'ROLLBACK' ],
	[ q{WITH p AS MATERIALIZED (SELECT * FROM sqlite_mig.profile('s', 'child')) SELECT count(*) FROM p}, '00000' ],
	[ q{SELECT sqlite_mig.checksum('f.number')}, '22P02' ],
	[ q{INSERT INTO f.parent (id, name) SELECT 1000 + i, 'new ' || i FROM generate_series(1, 50) AS i}, '00000' ],
	[ q{UPDATE f.parent SET name = name || ' ' || (1 / (id - 1050)) WHERE id > 1000}, '22012' ],
	[ q{DELETE FROM f.parent WHERE id > 1000 AND random() < 2}, '00000' ],
	[ q{DELETE FROM f.parent WHERE id = 1}, '23503' ],
	[ q{SELECT count(*) FROM sqlite_mig.diff('f.child', 'copied')}, '00000' ],
	[ q{SELECT count(*) FROM sqlite_mig.diff('f.number', 'copied')}, '42703' ],
	[ q{SELECT count(*) FROM sqlite_mig.assess('s')}, '00000' ],
	[ q{SELECT sqlite_mig.backup('s', '/nowhere/at/all')}, '58P01' ]);

# What PostgreSQL remembers, until the session ends, of relations, types, sequences and foreign keys that are gone, and pages of temporary tables
my $caches = q{('CacheMemoryContext', 'LocalBufferContext', 'RI constraint cache', 'Sequence values', 'Type information cache', 'PgStat Pending')};
my $look = qq{
SELECT 'look', fault_memory(), (SELECT sum(used_bytes) FROM pg_backend_memory_contexts WHERE name NOT IN $caches),
	(SELECT count(*) FROM pg_backend_memory_contexts), fault_sqlite_memory(), (SELECT sum(used_bytes) FROM pg_backend_memory_contexts WHERE name IN $caches),
	fault_descriptors(), (SELECT substring(pg_read_file('/proc/self/status') FROM 'RssAnon:\\s+(\\d+)')::bigint),
	(SELECT count(*) FROM regexp_matches(pg_read_file('/proc/self/maps'), '/dev/shm/PostgreSQL', 'g'));
};

# Runs a script in one session; returns the looks. (temp_buffers: what PostgreSQL takes for temporary tables up to that, and keeps)
sub run_script
{
	my ($script) = @_;
	my ($out, $err) = ('', '');
	append_to_file("$dir/script.sql", $script);
	IPC::Run::run([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), '-f', "$dir/script.sql" ], '<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout(3000));
	unlink "$dir/script.sql";
	return ($out, $err);
}

# One test: what two looks tell is nearly the same
sub same_look
{
	my ($name, $times, $cache, $first, $last) = @_;
	my @first = split /\|/, $first;
	my @last = split /\|/, $last;
	diag(sprintf('%s, %d times: malloc %+d bytes, memory contexts %+d bytes in %+d, SQLite %+d bytes, catalog cache %+d bytes, descriptors %+d, anonymous memory %+d kB, shared memory segments %+d', $name, $times, map { $last[$_] - $first[$_] } 1 .. 8));
	# what PostgreSQL remembers of relations that are gone, some kilobytes for each schema, has nothing to do with SQLite
	# (192 kB once: hash tables that are doubled at some moment, plans that are kept)
	cmp_ok(($last[1] - $first[1] - 196608) / $times, '<', $cache + 100, "$name: no memory stays");
	cmp_ok($last[2] - $first[2], '<', 100 * $times + 196608, "$name: the memory contexts do not grow");
	# (plans of statements that are reached for the first time)
	cmp_ok($last[3] - $first[3], '<', 20 + $times / 20, "$name: nor are there more");
	cmp_ok($first[4], '>', 1000, "$name: SQLite's memory is known: $first[4] bytes");
	cmp_ok(abs($last[4] - $first[4]), '<', 200000, "$name: SQLite has what it had");
	cmp_ok(($last[5] - $first[5]) / $times, '<', $cache + 100, "$name: nor does the cache of catalogs grow beyond that");
	cmp_ok($last[6] - $first[6], '<=', 0, "$name: no descriptor stays");
	cmp_ok($last[8] - $first[8], '<=', 0, "$name: nor does a segment of shared memory");
	return;
}

my $round = join('', map { "$_->[0];\n\\echo state :LAST_ERROR_SQLSTATE :SQLSTATE\n" . ($_->[2] ? "$_->[2];\n" : '') . "\\set LAST_ERROR_SQLSTATE 00000\n" } @queries);
my $rounds = int($queries / @queries);
my ($out, $err) = run_script("SET temp_buffers = '800kB';\n\\o $dir/out\n" . $round x 20 . "\\o\n$look\n\\o $dir/out\n" . $round x $rounds . "\\o\n$look");
my @states = $out =~ /^state (\w+)/mg;
is(scalar @states, @queries * ($rounds + 20), 'all statements ran in one session');
is(join(' ', @states[ 0 .. $#queries ]), join(' ', map { $_->[1] } @queries), 'half of them fail');
is(join(' ', @states[ -@queries .. -1 ]), join(' ', map { $_->[1] } @queries), 'to the end');
# (assess undoes the foreign tables of its trial, and PostgreSQL remembers that it has no statistics of them: 2 kB of each assess)
same_look('queries', $rounds * @queries, 100, $out =~ /^(look\|.*)$/mg);
free_of_locks($file, 'queries');

my $migrate = q{CALL sqlite_mig.migrate('s', 'again', migration => 'again', exclude => '{endless, totals}');
DROP SCHEMA again, sqlite_again CASCADE; DELETE FROM sqlite_mig.migration WHERE migration = 'again';
};
# each is cancelled a little later than the one before it
sub failing
{
	my ($n) = @_;
	return 'SET statement_timeout = ' . (3 + 7 * $n % 110) . q{;
CALL sqlite_mig.migrate('s', 'failing', migration => 'failing', exclude => '{endless, totals}');
\echo state :LAST_ERROR_SQLSTATE
SET statement_timeout = 0;
\set LAST_ERROR_SQLSTATE 00000
DROP SCHEMA IF EXISTS failing, sqlite_failing CASCADE; DELETE FROM sqlite_mig.migration WHERE migration = 'failing';
};
}
# of those that come to their end every tenth has workers, every tenth is resumable, and all that looks at a migration looks at some
my $with = sub {
	my ($n) = @_;
	my $other = { 3 => 'workers => 2', 7 => q{mode => 'resumable', workers => 1} }->{ $n % 10 };
	my $sql = $other ? $migrate =~ s/\}'\);/}', $other);/r : $migrate;
	my $look = { 1 => q{SELECT count(*) FROM sqlite_mig.verify('s', level => 'full', migration => 'again')}, 3 => q{SELECT count(*) FROM sqlite_mig.verify('s', workers => 2, migration => 'again')}, 5 => q{SELECT count(*) FROM sqlite_mig.sync('s', migration => 'again')},
		9 => q{SELECT count(*) FROM sqlite_mig.sync('s', direction => 'to_sqlite', migration => 'again')} }->{ $n % 10 };
	return ($look ? $sql =~ s/DROP SCHEMA/$look;\nDROP SCHEMA/r : $sql);
};
# (what is run for the first time is compiled and planned: the more moments of a cancel, the longer that goes on)
my $warm = $ENV{MIG_LEAKS} ? 150 : 12;
my $both = sub { join('', map { $with->($_) . failing($_) } 1 .. $_[0]) };
($out, $err) = run_script("SET temp_buffers = '800kB'; SET client_min_messages = error;\n\\o $dir/out\n" . $both->($warm) . "\\o\n$look\n\\o $dir/out\n" . $both->($migrations / 2) . "\\o\n$look");
@states = $out =~ /^state (\w+)/mg;
my $cancelled = grep { $_ eq '57014' } @states;
is(join(' ', grep { $_ ne '57014' && $_ ne '00000' } @states), '', 'no migration fails otherwise than by its cancel');
cmp_ok($cancelled, '>', @states / 2, "$cancelled of " . @states . ' were cancelled');
same_look('migrations', $migrations, 10000, $out =~ /^(look\|.*)$/mg);
free_of_locks($file, 'migrations');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_class WHERE relnamespace IN (to_regnamespace('again'), to_regnamespace('failing'))}), '0', 'nothing is left of them');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type ~ 'sqlite'}), '0', 'nor a worker');
still_running($node);
done_testing();
