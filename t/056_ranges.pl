# Ranges of a table that others use too, added as whole pages: held against the same rows inserted by PostgreSQL, against its own
# checks, against readers, writers and VACUUM beside them, against a standby, and against crashes.
use strict;
use warnings;
use FindBin;
use IPC::Run ();
use Time::HiRes qw(sleep);
use lib $FindBin::RealBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;
use PageChecks;

my $crashes = $ENV{MIG_CRASHES} // 3;
my $node = start_node('ranges', streaming => 1, initdb => ['-k']);
my $dir  = PostgreSQL::Test::Utils::tempdir();
my $file = "$dir/ranges.db";
my $rows = 200000;    # of table narrow

my $count = sub { "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $_[0])" };
my $words = sub { "substr(replace(hex(zeroblob(($_[0]) / 6 + 1)), '00', 'words '), 1, $_[0])" };

# name, columns in SQLite after the key, rows, columns in PostgreSQL, what follows them
my @tables = (
	[ 'narrow', 'b REAL, c INTEGER', $count->($rows) . " SELECT i, i / 3.0, iif(i % 3, i, NULL) FROM n", 'b double precision, c bigint' ],
	[ 'nulls',  'b TEXT', $count->(3000) . " SELECT i, NULL FROM n", 'b text' ],
	[ 'border', 'b TEXT', $count->(8124) . " SELECT i, substr(hex(zeroblob(5000)), 1, i) FROM n WHERE i > 8112 OR i BETWEEN 4030 AND 4050 OR i % 97 = 0", 'b text STORAGE PLAIN' ],
	[ 'storages', 'b TEXT, c TEXT, d TEXT, e BLOB',
		$count->(400) . " SELECT i, " . join(', ', map { $words->($_) } '(i * 7) % 900', '(i * 31) % 5000', '(i * 71) % 7000') . ", randomblob(iif(i % 9 = 0, 3000, i % 140)) FROM n",
		"b text STORAGE MAIN, c text STORAGE EXTERNAL, d text, e bytea" ],
	[ 'loose',  'b TEXT', $count->(6000) . " SELECT i, 'row ' || i FROM n", 'b text', 'WITH (fillfactor = 35)' ],
	[ 'small', 'b TEXT', $count->(20000) . " SELECT i, 'row ' || i FROM n", 'b text' ],
);
sqlite($file, join(";\n", 'BEGIN', map({ ("CREATE TABLE $_->[0] (a INTEGER PRIMARY KEY, $_->[1])", "INSERT INTO $_->[0] $_->[2]") } @tables), 'COMMIT'));

# a table as one of these, empty; before PostgreSQL 16 CREATE TABLE knows no STORAGE
sub create
{
	my ($as, $name, $kind) = @_;
	my ($t) = grep { $_->[0] eq $as } @tables;
	my $columns = $t->[3];
	my $storage = '';
	$storage .= " ALTER TABLE $name ALTER $1 SET STORAGE $3;" while $columns =~ s/(\w+) (text|bytea) STORAGE (\w+)/$1 $2/;
	return join(' ', 'SET client_min_messages = warning; DROP TABLE IF EXISTS', "$name; CREATE", $kind // '', "TABLE $name (a bigint, $columns)", $t->[4] // '') . ";$storage";
}

sub value { return $node->safe_psql('postgres', $_[0]); }

# SQL for the rows from one key to before another
sub range
{
	my ($as, $name, $first, $end) = @_;
	return "SELECT inserted FROM sqlite_mig_internal._copy_table('f.$as', '$name', first => $first, \"end\" => $end);";
}

my $inversions = sub { "SELECT count(*) FROM (SELECT $_[1] AS a, lag($_[1]) OVER (ORDER BY ctid) AS before FROM $_[0] WHERE $_[1] > 0) s WHERE a < before" };

value(page_functions() . "CREATE SERVER ranges FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . ");
	CREATE SCHEMA f; IMPORT FOREIGN SCHEMA main FROM SERVER ranges INTO f; CREATE SCHEMA old; CREATE SCHEMA new;
	-- flags that tell who has seen a row: only that nobody has deleted it
	CREATE FUNCTION unseen(t regclass) RETURNS boolean LANGUAGE sql AS \$\$
		SELECT bool_and(t_infomask & 65280 = 2048 AND t_xmax = 0 AND flags & 4 = 0) FROM generate_series(0, pg_relation_size(t) / 8192 - 1) g, get_raw_page(t::text, g::int) p, page_header(p), heap_page_items(p) \$\$");

# the same rows, by pages and by PostgreSQL's heap_multi_insert: the same tuples in the same places
for my $t (map { $_->[0] } @tables)
{
	# (a condition that could look at the table: PostgreSQL inserts; in this transaction, one page after the other)
	value("BEGIN;" . create($t, "old.$t") . "ALTER TABLE old.$t ADD CHECK (clock_timestamp() IS NOT NULL); SELECT inserted FROM sqlite_mig.copy_table('f.$t', 'old.$t'); COMMIT");
	value(create($t, "new.$t"));
	is(value(range($t, "new.$t", 'NULL', 1000000)), value("SELECT count(*) FROM f.$t"), "$t: loaded");
	is(value("SELECT unseen('new.$t')"), 't', "$t: rows of a transaction that may still abort");
	is(value("SELECT shapes('new.$t')"), value("SELECT shapes('old.$t')"), "$t: form of the rows");
	is(value("SELECT tuples('new.$t')"), value("SELECT tuples('old.$t')"), "$t: bytes of the rows") if $t ne 'storages';
	is(value("SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t.ctid)) FROM new.$t t"), value("SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t.ctid)) FROM old.$t t"), "$t: rows");
	is(value("SELECT wrong('new.$t')"), '', "$t: checked");
	value("VACUUM FREEZE new.$t");
	is(value("SELECT wrong('new.$t'), not_frozen('new.$t') UNION ALL SELECT NULL, not_frozen('new.$t')"), '|0', "$t: frozen and checked");
}
value(create('narrow', 'new.narrow') . range('narrow', 'new.narrow', 'NULL', 100000) . range('narrow', 'new.narrow', 100000, 'NULL'));
is(value("SELECT paged('new.narrow'), paged('old.narrow')"), 't|f', 'by pages');
is(value("SELECT pg_stat_force_next_flush(); SELECT pg_stat_get_tuples_inserted('new.narrow'::regclass), pg_stat_get_live_tuples('new.narrow'::regclass)"), "\n$rows|$rows", 'statistics');
value(create('narrow', 't') . "INSERT INTO t SELECT -i FROM generate_series(1, 500) i;" . range('narrow', 't', 1, 1001) . "INSERT INTO t SELECT -i FROM generate_series(501, 1000) i;" . range('narrow', 't', 1001, 2001));
is(value("SELECT count(*), count(DISTINCT a), min(a), max(a) FROM t"), '3000|3000|-1000|2000', 'between rows of others');
is(value("SELECT wrong('t')"), '', 'checked');
value(create('narrow', 't'));
value("BEGIN; SAVEPOINT s;" . range('narrow', 't', 1, 101) . "ROLLBACK TO s;" . range('narrow', 't', 1, 51) . "DECLARE c CURSOR FOR SELECT 1; SAVEPOINT s;" . range('narrow', 't', 51, 61) . "RELEASE s; UPDATE t SET a = 1000 WHERE a = 60; DELETE FROM t WHERE a = 1; COMMIT");
is(value("SELECT count(*), sum(a) FROM t"), '59|' . (60 * 61 / 2 - 60 - 1 + 1000), 'subtransactions, UPDATE and DELETE in the same transaction');
is(value("SELECT wrong('t')"), '', 'checked');

# where something may look at a table while it is loaded, or its rows have to be seen one by one, PostgreSQL inserts
value("CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE DOMAIN positive bigint CHECK (VALUE > 0)");
for my $c ([ 'an index', 'CREATE INDEX ON t (b)' ], [ 'a trigger', 'CREATE TRIGGER touch AFTER INSERT ON t EXECUTE FUNCTION touch()' ], [ 'a CHECK with a function', 'ALTER TABLE t ADD CHECK (clock_timestamp() IS NOT NULL)' ],
	[ 'a domain', 'ALTER TABLE t ALTER c TYPE positive' ], [ 'a volatile default', 'ALTER TABLE t ADD d double precision DEFAULT random()' ])
{
	value(create('narrow', 't') . $c->[1]);
	value(range('narrow', 't', 'NULL', 20000));
	is(value("SELECT paged('t'), count(*) FROM t"), 'f|19999', "not with $c->[0]");
}
value('BEGIN; ' . create('narrow', 't') . 'SAVEPOINT s;' . range('narrow', 't', 'NULL', 20000) . 'COMMIT');
is(value("SELECT paged('t'), count(*) FROM t"), 'f|19999', 'not with a table of the outer transaction');
value(create('narrow', 't') . 'ALTER TABLE t ADD CHECK (a < 5000)');
fails_with($node, range('narrow', 't', 'NULL', 20000), '23514', qr/violates check constraint/, 'a constraint');
is(value("SELECT count(*), pg_relation_size('t') FROM t"), '0|0', 'nothing is in the table');

# a range waits for the one before (of rows that take their time)
value(create('narrow', 't') . "ALTER TABLE t ADD d bigint GENERATED ALWAYS AS (length(repeat('x', 100000 + (a % 2)::int))) STORED");
my $first = $node->background_psql('postgres', on_error_stop => 0);
my $pid = $first->query('SELECT pg_backend_pid()');
$first->{stdin} .= range('narrow', 't', 'NULL', 10001) . "\n";
$first->{run}->pump_nb;
value("DO \$\$ BEGIN FOR i IN 1 .. 100000 LOOP
	IF EXISTS (SELECT FROM pg_locks WHERE locktype = 'page' AND pid = $pid) THEN COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; kill -STOP $pid'; RETURN; END IF;
	END LOOP; RAISE 'the first range has not begun'; END \$\$");
is(value("SELECT pg_relation_size('t')"), 0, 'the first range is held');
my ($out, $err) = ('', '');
my $began = time;
my $second = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), '-c', range('narrow', 't', 10001, 10501) ], '<', \undef, '>', \$out, '2>', \$err);
for (1 .. 500) { last if value("SELECT count(*) FROM pg_stat_progress_copy WHERE relid = 't'::regclass AND tuples_processed = 500 AND pid <> $pid"); sleep 0.02; }
sleep 0.3;
is(value("SELECT pg_relation_size('t'), (SELECT tuples_processed FROM pg_stat_progress_copy WHERE relid = 't'::regclass AND pid <> $pid)"), '0|500', 'the second has all its rows and waits');
kill 'CONT', $pid;
$second->finish;
my $waited = time - $began;
$first->query('SELECT 1');
$first->quit;
is(value("SELECT count(*) FROM t"), 10500, 'both are there');
SKIP:
{
	skip 'the machine is busy: the second went on after its 10 s', 1 if $waited >= 10;
	is(value($inversions->('t', 'a')), 0, 'in their order');
}
is(value("SELECT count(*) FROM pg_locks WHERE locktype = 'page'"), 0, 'no lock is left');

# workers: both modes
for my $workers (2, 4)
{
	my $mode = $workers == 2 ? 'atomic' : 'resumable';
	value("SET client_min_messages = warning; SET sqlite_fdw_mig.range_size = '1MB'; CALL sqlite_mig.migrate('ranges', 'm$workers', migration => 'm$workers', workers => $workers, mode => '$mode')");
	is(value("SELECT verdict FROM sqlite_mig.status('ranges', 'm$workers')"), 'lossless', "$workers workers, $mode: lossless");
	my $ranges = value("SELECT count(*) FROM sqlite_mig.journal WHERE migration = 'm$workers' AND object_kind = 'range' AND table_name = 'narrow'");
	cmp_ok($ranges, '>', 15, "$workers workers: in ranges");
	# (ranges are as small as this here that one may be done before the one before it has begun)
	cmp_ok(value($inversions->("m$workers.narrow", 'a')), '<', $ranges, "$workers workers: each range in one piece");
	is(value("SELECT wrong(format('m$workers.%I', t)::regclass) FROM unnest('{narrow,nulls,border,storages,loose,small}'::text[]) t"), '', "$workers workers: checked");
	is(value("SELECT bt_index_parent_check('m$workers.narrow_pkey', true, true)"), '', "$workers workers: key checked");
}

# others at work: two sessions with ranges, rows of a user, readers, VACUUM
value(create('narrow', 'busy') . 'ALTER TABLE busy SET (autovacuum_enabled = false)');
my $step = $rows / 40;
my @sessions;
my $begin = sub {
	my ($name, $sql) = @_;
	my ($out, $err) = ('', '');
	my $s = { name => $name, out => \$out, err => \$err };
	$s->{run} = IPC::Run::start([ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres') ], '<', \$sql, '>', \$out, '2>', \$err);
	push @sessions, $s;
};
for my $odd (0, 1)
{
	$begin->("ranges $odd", join("\n", map { my $at = $_ * $step + 1; ($_ % 7 == 3 ? 'BEGIN; ' . range('narrow', 'busy', $at, $at + $step) . 'ROLLBACK;' : ()) . range('narrow', 'busy', $at, $at + $step) } grep { $_ % 2 == $odd } 0 .. 39));
}
$begin->('user', join("\n", map { "INSERT INTO busy SELECT -i FROM generate_series($_ * 100, $_ * 100 + 99) i;" . ($_ % 5 ? '' : "UPDATE busy SET b = 1 WHERE a = -$_ * 100;") } 1 .. 60));
$begin->('reader', "SELECT count(*) FROM busy;\n" x 40);
$begin->('vacuum', "VACUUM busy; VACUUM (DISABLE_PAGE_SKIPPING) busy; ANALYZE busy;\n" x 12);
for my $s (@sessions) { $s->{run}->finish; is(${ $s->{err} }, '', "beside others: $s->{name}"); }
is(value("SELECT count(*), count(DISTINCT a), sum(a) FILTER (WHERE a > 0), count(*) FILTER (WHERE a < 0) FROM busy"), join('|', $rows + 6000, $rows + 6000, $rows * ($rows + 1) / 2, 6000), 'beside others: no row is lost or doubled');
is(value("SELECT wrong('busy')"), '', 'beside others: checked');
value('DELETE FROM busy WHERE a > 1000; VACUUM (FREEZE) busy;' . range('narrow', 'busy', 1001, 100001));
is(value("SELECT count(*) FROM busy"), 106000, 'after VACUUM has made it short');
is(value("SELECT wrong('busy')"), '', 'and checked');

# a standby has the same pages
value('CHECKPOINT');
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('ranges_standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
for my $t (qw(small storages loose)) { value(create($t, "new.$t") . range($t, "new.$t", 'NULL', 300) . range($t, "new.$t", 300, 'NULL') . "BEGIN; " . range($t, "new.$t", 'NULL', 200) . "ROLLBACK;"); }
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
my $raw = q{SELECT c.relname ~ 'toast', g, md5(get_raw_page(c.oid::regclass::text, g::int)) FROM pg_class c,
	generate_series(0, pg_relation_size(c.oid) / 8192 - 1) g WHERE c.oid IN (SELECT o FROM unnest('{new.small,new.storages,new.loose}'::regclass[]) r, LATERAL (VALUES (r), (toast(r))) t (o)) ORDER BY c.oid, 2};
my $pages = value($raw);
cmp_ok(length($pages), '>', 10000, 'pages of all tables');
ok($pages eq $standby->safe_psql('postgres', $raw), 'a standby has the same pages');
is($standby->safe_psql('postgres', "SELECT count(*) FROM new.small"), 20000, 'and reads the same rows');
$standby->stop;

# crashes, while checkpoints run: rows whose COMMIT the disk has are there, those of an open transaction are not, whoever gets its number
my $kept = 0;
value(create('small', 'new.crash'));
for my $n (1 .. $crashes)
{
	my $busy = $node->background_psql('postgres');
	$busy->query_until(qr/begun/, "\\echo begun\n" . ("CHECKPOINT;\n" x 300)) if $n % 3 > 0;
	value(range('small', 'new.crash', 'NULL', 8000));
	$kept += 7999;
	my $open = $node->background_psql('postgres');
	$open->query("BEGIN; SET synchronous_commit = off; " . range('small', 'new.crash', 8000, 'NULL'));
	crash($node);
	eval { $_->quit } for $busy, $open;
	is(value("SELECT count(*) FROM new.crash"), $kept, "crash $n: rows");
	# numbers of transactions go on behind that of the open one
	value("INSERT INTO new.crash VALUES (-1)") for 1 .. 3;
	is(value("SELECT count(*), count(*) FILTER (WHERE a = -1) FROM new.crash"), ($kept += 3) . '|' . 3 * $n, "crash $n: only these");
	is(value("SELECT wrong('new.crash')"), '', "crash $n: checked");
}
value("CHECKPOINT; " . create('small', 'new.small') . range('small', 'new.small', 'NULL', 8000) . range('small', 'new.small', 8000, 'NULL'));
my $should = value("SELECT md5(string_agg(t::text, ',' ORDER BY t.ctid)) FROM new.small t");
my $path = $node->data_dir . '/' . value("SELECT pg_relation_filepath('new.small')");
$node->stop('immediate');
truncate($path, 0) or die "$path: $!";
$node->start;
is(value("SELECT md5(string_agg(t::text, ',' ORDER BY t.ctid)) FROM new.small t"), $should, 'all pages are in the WAL');
is(value("SELECT wrong('new.small')"), '', 'checked');

# unlogged: there after a clean stop, empty after a crash
value(create('small', 'un', 'UNLOGGED') . range('small', 'un', 'NULL', 8000) . range('small', 'un', 8000, 'NULL'));
is(value("SELECT count(DISTINCT (page_header(get_raw_page('un', g::int))).lsn) FROM generate_series(0, pg_relation_size('un') / 8192 - 1) g"), 1, 'unlogged: no WAL');
$node->restart;
is(value("SELECT count(*) FROM un"), 20000, 'unlogged, restarted');
is(value("SELECT wrong('un')"), '', 'checked');
crash($node);
is(value("SELECT count(*) FROM un"), 0, 'unlogged, after a crash');

# a table of an earlier transaction is logged whatever wal_level says
$node->append_conf('postgresql.conf', "wal_level = minimal\nmax_wal_senders = 0\n");
$node->restart;
value(create('small', 'new.small') . range('small', 'new.small', 'NULL', 8000) . range('small', 'new.small', 8000, 'NULL'));
crash($node);
is(value("SELECT md5(string_agg(t::text, ',' ORDER BY t.ctid)) FROM new.small t"), $should, 'wal_level = minimal: rows after a crash');

# who decodes the WAL wants rows, not pages
$node->append_conf('postgresql.conf', "wal_level = logical\nmax_wal_senders = 4\n");
$node->restart;
value("SELECT pg_create_logical_replication_slot('s', 'test_decoding')");
value(create('small', 'decoded') . range('small', 'decoded', 1, 30000));
is(value("SELECT count(*) FROM pg_logical_slot_get_changes('s', NULL, NULL) WHERE data LIKE '%INSERT%'"), 20000, 'logical decoding sees every row');

still_running($node);
done_testing();
