# Foreign tables on a hot standby: it reads the file that lies on its own machine, also in parallel, and writes nothing.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $primary = start_node('primary', streaming => 1);
my $dir     = PostgreSQL::Test::Utils::tempdir();
my $file    = "$dir/standby.db";

sqlite($file,
	"CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, s TEXT);
	WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 20000) INSERT INTO t SELECT i, i % 10, 'text ' || i FROM g;
	CREATE INDEX t_n ON t (n);");
$primary->safe_psql('postgres',
	"CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . ");
	CREATE SCHEMA f; IMPORT FOREIGN SCHEMA main FROM SERVER s INTO f; ANALYZE f.t;
	CREATE TABLE native AS SELECT g AS id FROM generate_series(1, 100) g; ANALYZE native;");

$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));

is($standby->safe_psql('postgres', 'SELECT pg_is_in_recovery()'), 't', 'a standby');
is($standby->safe_psql('postgres', "SELECT s FROM f.t WHERE id = 77"), 'text 77', 'a look-up');
is($standby->safe_psql('postgres', 'SELECT n, count(*) FROM f.t WHERE n < 2 GROUP BY n ORDER BY n'), "0|2000\n1|2000", 'groups');
is($standby->safe_psql('postgres', 'SELECT count(*), sum(length(t.s)) FROM native JOIN f.t USING (id)'), '100|692', 'a join');
my $cheap = 'SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;';
like($standby->safe_psql('postgres', "$cheap EXPLAIN SELECT count(md5(s)) FROM f.t"), qr/Parallel Foreign Scan/, 'a parallel plan');
is($standby->safe_psql('postgres', "$cheap SELECT count(DISTINCT md5(s)) FROM f.t"), '20000', 'rows of all processes');

# what a transaction of the standby reads is one snapshot as well
sqlite($file, 'PRAGMA journal_mode = wal');
my $session = $standby->background_psql('postgres');
is($session->query_safe('BEGIN; SELECT count(*) FROM f.t'), 20000, 'begun');
sqlite($file, 'DELETE FROM t WHERE id > 10000');
is($session->query_safe("$cheap SELECT count(md5(s)) FROM f.t"), 20000, 'one snapshot');
$session->query_safe('COMMIT');
is($session->query_safe("$cheap SELECT count(md5(s)) FROM f.t"), 10000, 'then the next');
$session->quit;

# a server that may be written to is read there, too
$primary->safe_psql('postgres', "ALTER SERVER s OPTIONS (ADD updatable 'true')");
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));
is($standby->safe_psql('postgres', 'SELECT count(*) FROM f.t'), 10000, 'updatable: read');
fails_with($standby, 'INSERT INTO native VALUES (0)', '25006', qr/read-only transaction/, 'nothing is written');

$standby->promote;
is($standby->safe_psql('postgres', "CREATE TABLE copied AS SELECT * FROM f.t; SELECT count(*) FROM copied"), 10000, 'after a promotion');
still_running($standby);
done_testing();
