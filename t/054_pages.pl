# Tables that are filled page by page: every page, its WAL, its bits in the visibility map and its TOAST rows are held against
# PostgreSQL's own checks, against the same rows inserted by PostgreSQL, against a standby, and against crashes.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;
use PageChecks;

my $crashes = $ENV{MIG_CRASHES} // 3;
my $megabytes = $ENV{MIG_MEGABYTES} // 20;    # of the longest value
my $node = start_node('pages', streaming => 1, initdb => ['-k']);
my $dir  = PostgreSQL::Test::Utils::tempdir();
my $file = "$dir/pages.db";
my $lz4  = $node->safe_psql('postgres', q{SELECT count(*) FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)}) ? 'lz4' : 'pglz';

# A text of words that compresses, bytes that do not, numbers in a row
my $count = sub { "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $_[0])" };
my $words = sub { "substr(replace(hex(zeroblob(($_[0]) / 6 + 1)), '00', 'words '), 1, $_[0])" };

# name, columns in SQLite, rows, columns in PostgreSQL, what follows them
my @tables = (
	[ 'empty',  'a INTEGER', undef, 'a bigint' ],
	[ 'one',    'a INTEGER, b TEXT', "SELECT 1, 'x'", 'a bigint, b text' ],
	[ 'narrow', 'a INTEGER, b REAL, c INTEGER', $count->(20000) . " SELECT i, i / 3.0, iif(i % 3, i, NULL) FROM n", 'a bigint, b double precision, c bigint' ],
	[ 'nulls',  'a INTEGER, b TEXT', $count->(3000) . " SELECT NULL, NULL FROM n", 'a bigint, b text' ],
	# values of every length and alignment beside each other, texts with headers of one and four bytes, and NULLs everywhere
	[ 'types', 'a BOOLEAN, b INTEGER, c TEXT, d INTEGER, e BOOLEAN, f TEXT, g TEXT, h TEXT, i TEXT, j REAL, k TEXT, l INTEGER, m REAL, n TEXT, o TEXT',
		$count->(9000) . " SELECT " . join(', ', map { my ($n, $v) = @$_; "iif((i * $n) % 11 < 3, NULL, $v)" } [ 1, 'i % 2' ], [ 2, 'i' ], [ 3, "printf('%08x-0000-4000-8000-%012x', i * 7919, i)" ], [ 5, 'i' ], [ 7, 'i % 3 = 0' ],
			[ 13, "printf('P%dDT%dH', i, i % 24)" ], [ 17, "printf('08:00:2b:%02x:%02x:%02x', i % 256, i / 256 % 256, i % 7)" ], [ 19, $words->('i % 300') ], [ 23, "date(i * 90000, 'unixepoch')" ], [ 29, 'i / 8.0' ],
			[ 31, "datetime(i * 90000, 'unixepoch')" ], [ 37, 'i' ], [ 41, 'i / 4.0' ], [ 43, "iif(i % 2, substr('abcdefgh', 1, i % 9), " . $words->('i % 1700') . ')' ], [ 47, "'x' || i" ]) . " FROM n",
		'a boolean, b smallint, c uuid, d integer, e boolean, f interval, g macaddr, h text, i date, j numeric(12,3), k timestamptz, l smallint, m real, n text STORAGE PLAIN, o varchar(20)' ],
	# one row fills a page to the last byte, two do, rows of every length around both
	[ 'border', 'a TEXT', $count->(8132) . " SELECT substr(hex(zeroblob(5000)), 1, i) FROM n WHERE i > 8120 OR i BETWEEN 4040 AND 4060 OR i % 97 = 0 UNION ALL SELECT substr(hex(zeroblob(5000)), 1, 4052) FROM n WHERE i < 9",
		'a text STORAGE PLAIN' ],
	# rows around the length from which values are moved, and values around whole chunks
	[ 'threshold', 'a BLOB', $count->(60) . " SELECT randomblob(1980 + i) FROM n", 'a bytea' ],
	[ 'chunks', 'a BLOB', $count->(12) . " SELECT randomblob(1996 * i + d) FROM n, (SELECT -1 AS d UNION SELECT 0 UNION SELECT 1)", 'a bytea STORAGE EXTERNAL' ],
	[ 'storages', 'a TEXT, b TEXT, c TEXT, d TEXT, e BLOB, f TEXT',
		$count->(400) . " SELECT " . join(', ', map { $words->($_) } '(i * 7) % 900', '(i * 31) % 5000', '(i * 53) % 9000', '(i * 71) % 7000') . ", randomblob(iif(i % 9 = 0, 3000, i % 140)), 'short ' || i FROM n",
		"a text STORAGE PLAIN, b text STORAGE MAIN, c text STORAGE EXTERNAL, d text COMPRESSION pglz, e bytea STORAGE MAIN, f text" ],
	[ 'lz4', 'a TEXT, b TEXT', $count->(300) . " SELECT " . $words->('i * 20') . ", hex(randomblob(i % 1500)) FROM n", "a text COMPRESSION $lz4, b text COMPRESSION $lz4" ],
	[ 'target', 'a TEXT, b TEXT, c TEXT', $count->(300) . " SELECT hex(randomblob(i % 90)), hex(randomblob(i % 77)), hex(randomblob(i % 64)) FROM n", 'a text, b text, c text', 'WITH (toast_tuple_target = 128)' ],
	[ 'loose',  'a INTEGER, b TEXT', $count->(6000) . " SELECT i, 'row ' || i FROM n", 'a bigint, b text', 'WITH (fillfactor = 35)' ],
	[ 'broad',  join(', ', map { "c$_ INTEGER" } 1 .. 1600), $count->(7) . " SELECT " . join(', ', map { $_ % 11 ? 'i' : 'NULL' } 1 .. 1600) . " FROM n", join(', ', map { "c$_ smallint" } 1 .. 1600) ],
	[ 'long',   'a INTEGER, b BLOB, c TEXT', "SELECT 1, randomblob($megabytes * 1000000), " . $words->("$megabytes * 1000000"), 'a bigint, b bytea, c text' ],
	[ 'many',   'a INTEGER, b BLOB', $count->(3000) . " SELECT i, randomblob(2200 + i % 50) FROM n", 'a bigint, b bytea' ],
	[ 'other',  'a INTEGER, b TEXT', $count->(5000) . " SELECT i, " . $words->('i % 3000') . " FROM n", "a bigint CHECK (a > 0), b text NOT NULL, gone text DEFAULT repeat('default', 400), twice bigint GENERATED ALWAYS AS (a * 2) STORED" ],
);
sqlite($file, join(";\n", 'PRAGMA page_size = 4096', 'BEGIN', map({ ("CREATE TABLE $_->[0] ($_->[1])", $_->[2] ? "INSERT INTO $_->[0] $_->[2]" : ()) } @tables),
		'CREATE TABLE bad (a INTEGER, b TEXT)', $count->(15000) . " INSERT INTO bad SELECT iif(i = 15000, NULL, i), hex(zeroblob(1500)) FROM n",
		'CREATE TABLE too_long (a TEXT)', "INSERT INTO too_long SELECT substr(hex(zeroblob(5000)), 1, 8133)", 'COMMIT'));

# CREATE TABLE as one of these; before PostgreSQL 16 it knows no STORAGE
sub create
{
	my ($as, $name, $kind) = @_;
	my ($t) = grep { $_->[0] eq $as } @tables;
	my $columns = $t->[3];
	my $storage = '';
	$storage .= " ALTER TABLE $name ALTER $1 SET STORAGE $3;" while $columns =~ s/(\w+) (text|bytea) STORAGE (\w+)/$1 $2/;
	return join(' ', 'CREATE', $kind // '', "TABLE $name ($columns)", $t->[4] // '') . ";$storage";
}

$node->safe_psql('postgres', page_functions() . "CREATE SERVER pages FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . ");
	CREATE SCHEMA f; IMPORT FOREIGN SCHEMA main FROM SERVER pages INTO f; CREATE SCHEMA old; CREATE SCHEMA new;
");

sub value { return $node->safe_psql('postgres', $_[0]); }

# SQL that makes a table and loads it in one transaction
sub load
{
	my ($as, $name, %opt) = @_;
	return 'BEGIN; ' . ($opt{before} // '') . create($as, $name, $opt{kind}) . ($opt{between} // '') . " SELECT inserted FROM sqlite_mig.copy_table('f.$as', '$name'); " . ($opt{after} // '') . ' COMMIT;';
}

# the same with tables of the schema "new" once more
sub reload { value(load($_, "new.$_", before => "DROP TABLE new.$_;")) for @_; return; }

# the same rows, page by page and by PostgreSQL's heap_multi_insert: the same tuples in the same places, the same chunks
for my $t (map { $_->[0] } @tables)
{
	# (a condition that could look at the table: PostgreSQL inserts)
	value(load($t, "old.$t", between => "ALTER TABLE old.$t ADD CHECK (clock_timestamp() IS NOT NULL);"));
	is(value(load($t, "new.$t")), value("SELECT count(*) FROM old.$t"), "$t: loaded");
	is(value("SELECT count(*), md5(string_agg(t::text, ',')) FROM new.$t t"), value("SELECT count(*), md5(string_agg(t::text, ',')) FROM old.$t t"), "$t: rows");
	is(value("SELECT wrong('new.$t')"), '', "$t: checked");
	is(value("SELECT not_frozen('new.$t'), not_frozen(toast('new.$t'))"), value("SELECT 0, 0 * toast('new.$t')::oid::int"), "$t: visible and frozen");
	is(value("SELECT shapes('new.$t')"), value("SELECT shapes('old.$t')"), "$t: form of the rows");
	next if $t eq 'empty' || value("SELECT toast('new.$t')") eq '';
	is(value("SELECT chunks('new.$t')"), value("SELECT chunks('old.$t')"), "$t: chunks");
}
is(value("SELECT tuples('new.$_')"), value("SELECT tuples('old.$_')"), "$_: bytes of the rows") for qw(one narrow nulls types border loose broad);
is(value("SELECT paged('new.$_')"), 't', "$_: by pages") for qw(narrow loose);
is(value("SELECT paged(toast('new.$_'))"), 't', "$_: TOAST by pages") for qw(many long);
is(value("SELECT paged('old.narrow'), paged(toast('old.many'))"), 'f|f', 'of an older table not');
fails_with($node, "BEGIN; CREATE TABLE t (a text); ALTER TABLE t ALTER a SET STORAGE PLAIN; SELECT inserted FROM sqlite_mig.copy_table('f.too_long', 't')", '54000', qr/row is too big: size 8168, maximum size 8160/, 'a row longer than a page');

# the statistics count what was inserted
is(value("SELECT pg_stat_force_next_flush(); " . "SELECT pg_stat_get_tuples_inserted('new.many'::regclass), pg_stat_get_live_tuples('new.many'::regclass), pg_stat_get_tuples_inserted(toast('new.many')) / 3000"),
	"\n3000|3000|2", 'statistics');

# what comes after it in the same transaction, and later
value(load('many', 'after', after => "SELECT inserted FROM sqlite_mig.copy_table('f.many', 'after'); UPDATE after SET a = -a WHERE a % 100 = 0; DELETE FROM after WHERE a % 7 = 0;
	CREATE INDEX ON after (a);"));
my $expected = "SELECT 2 * count(*), 2 * sum(a) FROM (SELECT CASE WHEN a % 100 = 0 THEN -a ELSE a END AS a FROM f.many) s WHERE a % 7 <> 0";
is(value("SELECT count(*), sum(a) FROM after"), value($expected), 'a second copy, UPDATE and DELETE');
is(value("SELECT wrong('after')"), '', 'checked');
value("INSERT INTO after SELECT * FROM new.many; VACUUM after; DELETE FROM after WHERE b IN (SELECT b FROM new.many WHERE a < 1000); VACUUM FREEZE after;");
is(value("SELECT wrong('after')"), '', 'checked after VACUUM');

# tables that have a new file
value("ALTER TABLE old.many DROP CONSTRAINT many_check; BEGIN; TRUNCATE old.many; SELECT inserted FROM sqlite_mig.copy_table('f.many', 'old.many'); COMMIT;");
is(value("SELECT wrong('old.many')"), '', 'checked');
is(value("SELECT paged(toast('old.many')), not_frozen('old.many'), (SELECT md5(string_agg(t::text, ',')) FROM old.many t) = (SELECT md5(string_agg(t::text, ',')) FROM new.many t)"), 't|0|t', 'TRUNCATE of an older table');
value("BEGIN; TRUNCATE old.many; SELECT inserted FROM sqlite_mig.copy_table('f.many', 'old.many'); UPDATE old.many SET a = 0; ROLLBACK;");
is(value("SELECT paged(toast('old.many')), not_frozen('old.many'), (SELECT md5(string_agg(t::text, ',')) FROM old.many t) = (SELECT md5(string_agg(t::text, ',')) FROM new.many t)"), 't|0|t', 'TRUNCATE that is taken back');
value(load('many', 'again', between => 'INSERT INTO again SELECT a, b FROM new.many LIMIT 500; TRUNCATE again;'));
is(value("SELECT paged(toast('again')), not_frozen('again'), count(*) FROM again"), 't|0|3000', 'TRUNCATE of a new table');
is(value("SELECT wrong('again')"), '', 'checked');
value(load('many', 'sub', before => 'SAVEPOINT s;', after => 'RELEASE s;'));
is(value("SELECT paged(toast('sub')), count(*) FROM sub"), 't|3000', 'in a subtransaction');
value(load('narrow', 'outer_sub', between => 'SAVEPOINT s;', after => 'RELEASE s;'));
is(value("SELECT paged('outer_sub'), count(*) FROM outer_sub"), 'f|20000', 'not with a table of the outer one');

# tables that somebody looks at while they are loaded take the other way
for my $c ([ 'CHECK with a function', 'CHECK (seen(a))' ], [ 'DEFAULT', 'DEFAULT 1, d int DEFAULT (random() * 9)' ], [ 'domain', 'NOT NULL, d seen_domain DEFAULT 1' ], [ 'index', 'UNIQUE' ])
{
	value("CREATE OR REPLACE FUNCTION seen(bigint) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(*) >= 0 FROM (SELECT FROM t LIMIT 1) s); END'; DROP DOMAIN IF EXISTS seen_domain; CREATE DOMAIN seen_domain int CHECK (seen(VALUE));
		DROP TABLE IF EXISTS t; BEGIN; CREATE TABLE t (a bigint $c->[1], b double precision, c bigint); SELECT inserted FROM sqlite_mig.copy_table('f.narrow', 't'); COMMIT;");
	is(value("SELECT paged('t'), count(*) FROM t"), 'f|20000', "not with $c->[0]");
	value('DROP TABLE t');
}
value("DROP DOMAIN seen_domain; CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';" . load('narrow', 't', between => 'CREATE TRIGGER touch AFTER INSERT ON t EXECUTE FUNCTION touch();'));
is(value("SELECT paged('t'), count(*) FROM t"), 'f|20000', "not with a trigger");

# what ends badly leaves no file
sub files_left
{
	my ($before, $sql, $name) = @_;
	my ($out, $err);
	$node->psql('postgres', "BEGIN; $before " . create('many', 'gone') . " SELECT 'path ' || pg_relation_filepath(o) FROM (VALUES ('gone'::regclass), (toast('gone'))) v (o); SELECT inserted FROM sqlite_mig.copy_table('f.many', 'gone');\n$sql",
		stdout => \$out, stderr => \$err, on_error_stop => 0);
	my @paths = $out =~ /^path (\S+)$/mg;
	is(scalar(@paths), 2, "$name: files");
	value('CHECKPOINT');
	is(join(' ', map { glob($node->data_dir . "/$_*") } @paths), '', "$name: none left");
	return;
}
files_left('', 'ROLLBACK;', 'ROLLBACK');
files_left('SAVEPOINT s;', 'ROLLBACK TO s; COMMIT;', 'ROLLBACK TO SAVEPOINT');
files_left('', "CREATE TABLE b (a bigint NOT NULL, b text); SELECT inserted FROM sqlite_mig.copy_table('f.bad', 'b'); COMMIT;", 'an error behind many pages');
value("DO \$\$ BEGIN CREATE TABLE b (a bigint NOT NULL, b text); PERFORM sqlite_mig.copy_table('f.bad', 'b'); EXCEPTION WHEN not_null_violation THEN NULL; END \$\$; CREATE TABLE b (a bigint, b text); SELECT inserted FROM sqlite_mig.copy_table('f.bad', 'b')");
is(value("SELECT count(*) FROM b"), 15000, 'a caught error');
files_left("SET LOCAL statement_timeout = '30ms';", '', 'a cancel');

# a standby has the same pages
value('VACUUM pg_class; CHECKPOINT');
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('pages_standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
reload(qw(one narrow storages loose many));
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
my $raw = q{SELECT c.relname ~ 'toast', f, g, md5(get_raw_page(c.oid::regclass::text, f, g::int)) FROM pg_class c CROSS JOIN (VALUES ('main'), ('vm')) v (f),
	generate_series(0, pg_relation_size(c.oid, f) / 8192 - 1) g WHERE c.oid IN (SELECT o FROM unnest('{new.one,new.narrow,new.storages,new.loose,new.many}'::regclass[]) r, LATERAL (VALUES (r), (toast(r))) t (o)) ORDER BY c.oid, 2, 3};
my $pages = value($raw);
cmp_ok(length($pages), '>', 30000, 'pages of all tables');
ok($pages eq $standby->safe_psql('postgres', $raw), 'a standby has the same pages and visibility maps');
is($standby->safe_psql('postgres', "SELECT count(*) FROM new.many t WHERE t::text <> ''"), 3000, 'and reads the same rows');
$standby->stop;

# crashes: all processes die at once, after COMMIT, while checkpoints run all the time; the files of the table are emptied where recovery must not need them
sub sums { return value(join(' UNION ALL ', map { "SELECT '$_', count(*), md5(string_agg(t::text, ',')) FROM $_ t" } @_)); }

my $should = sums(qw(new.narrow new.many new.storages));
for my $n (1 .. $crashes)
{
	my $busy = $node->background_psql('postgres');
	$busy->query_until(qr/begun/, "\\echo begun\n" . ("CHECKPOINT;\n" x 300)) if $n % 3 > 0;
	reload(qw(narrow many storages));
	crash($node);
	eval { $busy->quit };
	is(sums(qw(new.narrow new.many new.storages)), $should, "crash $n: rows");
	is(value("SELECT wrong('new.narrow') UNION ALL SELECT wrong('new.many') UNION ALL SELECT wrong('new.storages')"), '', "crash $n: checked");
}
value('CHECKPOINT');
reload(qw(narrow many));
my @lost = map { $node->data_dir . "/$_" } split /\n/, value("SELECT unnest(ARRAY[pg_relation_filepath('new.narrow'), pg_relation_filepath('new.many'), pg_relation_filepath(toast('new.many'))])");
$node->stop('immediate');
truncate($_, 0) or die "$_: $!" for @lost;
$node->start;
is(sums(qw(new.narrow new.many new.storages)), $should, 'all pages are in the WAL');
is(value("SELECT wrong('new.narrow') UNION ALL SELECT wrong('new.many')"), '', 'checked');

# unlogged: there after a clean stop, empty after a crash
value(load('many', 'un', kind => 'UNLOGGED'));
$node->restart;
is(value("SELECT count(*), not_frozen('un') FROM un"), '3000|0', 'unlogged, restarted');
is(value("SELECT wrong('un')"), '', 'checked');
crash($node);
is(value("SELECT count(*) FROM un"), 0, 'unlogged, after a crash');

# without WAL for new files; the small one is logged at COMMIT, the large one synced
$node->append_conf('postgresql.conf', "wal_level = minimal\nmax_wal_senders = 0\nwal_skip_threshold = '200kB'\n");
$node->restart;
reload(qw(one narrow many storages));
crash($node);
is(sums(qw(new.narrow new.many new.storages)), $should, 'wal_level = minimal: rows after a crash');
is(value("SELECT wrong('new.$_'), not_frozen('new.$_') UNION ALL SELECT NULL, not_frozen('new.$_')"), '|0', "minimal, $_: checked") for qw(one narrow many storages);

# who decodes the WAL wants rows, not pages
$node->append_conf('postgresql.conf', "wal_level = logical\nmax_wal_senders = 4\n");
$node->restart;
value("SELECT pg_create_logical_replication_slot('s', 'test_decoding')");
value(load('narrow', 'decoded'));
is(value("SELECT count(*) FROM pg_logical_slot_get_changes('s', NULL, NULL) WHERE data LIKE '%INSERT%'"), 20000, 'logical decoding sees every row');

still_running($node);
done_testing();
