# DROP EXTENSION in a session that has used everything: cached plans, open cursors, open SQLite files, default privileges,
# triggers in the file, and a session beside it. Nothing is left, no stale identity is used, and CREATE EXTENSION in the
# same session begins anew. The schema that migrate made for foreign tables is the role's, and empty then: DROP SCHEMA without CASCADE takes it. (While a run with workers goes on: 116_resume; after a dump: 122_dump_upgrade.)
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node = start_node('drop_extension');
my $dir  = PostgreSQL::Test::Utils::tempdir();
my $file = "$dir/shop.db";
sqlite($file, q{CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO t SELECT i, 'v' || i FROM n;});

# what the catalogs hold, without what belongs to the test; what a backend has open on the file
my $catalogs = join(' UNION ALL ', map { "SELECT '$_', count(*) FROM $_" } qw(pg_class pg_proc pg_type pg_namespace pg_operator pg_cast pg_foreign_data_wrapper
	pg_foreign_server pg_user_mapping pg_foreign_table pg_default_acl pg_init_privs pg_trigger pg_rewrite pg_policy pg_constraint pg_attrdef pg_depend pg_shdepend
	pg_description pg_event_trigger pg_extension)) . q{ UNION ALL SELECT 'advisory locks', count(*) FROM pg_locks WHERE locktype = 'advisory'
	UNION ALL SELECT 'temporary files', count(*) FROM pg_ls_tmpdir() ORDER BY 1};
my $open = q{\! ls -l /proc/$BACKEND/fd | grep -c 'shop\.db' | sed 's/^/open /'};
my $use  = 'CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (updatable \'true\', database ' . quoted($file) . q{);
	CREATE USER MAPPING FOR PUBLIC SERVER s; CREATE SCHEMA f; IMPORT FOREIGN SCHEMA main LIMIT TO (t) FROM SERVER s INTO f;};

$node->safe_psql('postgres', q{DROP EXTENSION sqlite_fdw_mig; CREATE ROLE reader;
CREATE FUNCTION cached() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(*) FROM f.t); END';
CREATE FUNCTION called() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN sqlite_mig.to_postgres(''SELECT ifnull(a, 1) FROM t''); END';});
my $bare = $node->safe_psql('postgres', $catalogs);

my ($out, $err) = ('', '');
sub session
{
	my ($sql) = @_;
	$node->psql('postgres', "SET client_min_messages = error; SELECT pg_backend_pid() AS pid \\gset\n\\setenv BACKEND :pid\n$sql", stdout => \$out, stderr => \$err, on_error_stop => 0,
		timeout => 60, extra_params => [ '-v', 'VERBOSITY=verbose', '-v', 'SHOW_CONTEXT=never' ]);
	return;
}
sub errors { return join(' ', $err =~ /ERROR:  (\S{5}):/g) }

my $everything = "$use
PREPARE p AS SELECT count(*) FROM f.t;
" . ('EXECUTE p; ' x 6) . "SELECT cached(), called() IS NOT NULL;
ALTER DEFAULT PRIVILEGES IN SCHEMA f GRANT SELECT ON TABLES TO reader;
GRANT USAGE ON FOREIGN DATA WRAPPER sqlite_fdw_mig TO reader; GRANT USAGE ON FOREIGN SERVER s TO reader; GRANT USAGE ON SCHEMA sqlite_mig TO reader;
CALL sqlite_mig.migrate('s', 'target');
SELECT sqlite_mig.capture_install('s') IS NOT NULL;
UPDATE f.t SET v = 'written' WHERE id = 1;
INSERT INTO sqlite_mig.type_rule SELECT * FROM sqlite_mig.type_rule WHERE false;
";

# One session: all of it used, a cursor in the way, the end, and the beginning again, twice
session("CREATE EXTENSION sqlite_fdw_mig; $everything
BEGIN; DECLARE c CURSOR FOR SELECT * FROM f.t; FETCH 1 FROM c;
DROP EXTENSION sqlite_fdw_mig CASCADE;
ROLLBACK;
DROP EXTENSION sqlite_fdw_mig;
SELECT count(*) FROM f.t;
$open
BEGIN; DROP EXTENSION sqlite_fdw_mig CASCADE; ROLLBACK;
SELECT 'rolled back', count(*) FROM f.t;
DROP EXTENSION sqlite_fdw_mig CASCADE;
DROP SCHEMA sqlite_s; DROP SCHEMA f, target CASCADE;
SELECT 'gone';
$open
EXECUTE p;
SELECT cached();
SELECT called();
SELECT 'catalogs'; $catalogs;
SELECT 'again';
CREATE EXTENSION sqlite_fdw_mig;
$use
EXECUTE p;
SELECT cached(), called() IS NOT NULL;
CALL sqlite_mig.migrate('s', 'target');
SELECT 'verdict ' || verdict FROM sqlite_mig.status('s');
SELECT 'removed ' || (sqlite_mig.capture_remove('s') IS NOT NULL);
SELECT 'ok ' || bool_and(ok) FROM sqlite_mig.verify('s');
DROP SCHEMA f, target CASCADE; DROP EXTENSION sqlite_fdw_mig CASCADE; DROP SCHEMA sqlite_s;
SELECT 'end';
$open");
is(errors(), '55006 2BP01 42P01 42P01 3F000', 'the errors: a cursor in the way, no CASCADE, a prepared statement, a cached plan, a function that is gone') or diag("$err\n$out");
like($out, qr/^500\nopen [1-9]\nrolled back\|500\ngone\nopen 0$/m, 'the file stays open until the extension has gone, not after a rollback, and not longer') or diag($out);
my ($after) = $out =~ /^catalogs\n(.*?)\nagain$/ms;
is($after, $bare, 'the catalogs are as they were');
like($out, qr/^again\n500\n500\|t\nverdict lossless\nremoved true\nok true\nend\nopen 0$/m, 'made anew in the same session: plans, functions, a migration') or diag("$out\n$err");
is($node->safe_psql('postgres', $catalogs), $bare, 'and nothing is left again');
is(sqlite($file, q{PRAGMA integrity_check; SELECT count(*) FROM sqlite_schema WHERE name LIKE '%sqlite_mig%'; SELECT v FROM t WHERE id = 1;}), "ok\n0\nwritten\n", 'the file has its data, and no trigger after capture_remove');

# The triggers of capture_install are the file's: they stay, do no harm, and a later extension can take them away
session("CREATE EXTENSION sqlite_fdw_mig; $use CALL sqlite_mig.migrate('s', 'target'); SELECT sqlite_mig.capture_install('s') IS NOT NULL; DROP EXTENSION sqlite_fdw_mig CASCADE; DROP SCHEMA sqlite_s; DROP SCHEMA f, target CASCADE;");
is(errors(), '', 'dropped with triggers in the file') or diag($err);
cmp_ok(sqlite($file, q{SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name LIKE '%sqlite_mig%'}), '>', 0, 'the triggers stay in the file');
sqlite($file, q{UPDATE t SET v = 'by the application' WHERE id = 2; INSERT INTO t (v) VALUES ('new'); DELETE FROM t WHERE id = 3;});
session("CREATE EXTENSION sqlite_fdw_mig; $use SELECT sqlite_mig.capture_remove('s') IS NOT NULL; DROP EXTENSION sqlite_fdw_mig CASCADE; DROP SCHEMA f CASCADE;");
is(errors(), '', 'and are taken away by another') or diag($err);
is(sqlite($file, q{PRAGMA integrity_check; SELECT count(*) FROM sqlite_schema WHERE name LIKE '%sqlite_mig%'; SELECT count(*), max(v) FROM t WHERE id > 1 AND v NOT LIKE 'v%';}), "ok\n0\n2|new\n", 'the application could write in between');

# A session beside it: one that reads is waited for; one that is idle has the file open no longer than its next statement
$node->safe_psql('postgres', "CREATE EXTENSION sqlite_fdw_mig; $use");
my $other = $node->background_psql('postgres', on_error_stop => 0);
my $pid = $other->query_safe('SELECT pg_backend_pid()');
sub held { return scalar(grep { (readlink($_) // '') =~ /shop\.db/ } glob("/proc/$pid/fd/*")) }
$other->query_safe('BEGIN');
is($other->query_safe('SELECT count(*) FROM f.t'), '500', 'another session reads');
session("SET lock_timeout = '200ms'; DROP EXTENSION sqlite_fdw_mig CASCADE;");
is(errors(), '55P03', 'while it does, the drop waits');
is($other->query_safe('SELECT count(*) FROM f.t'), '500', 'it reads on');
$other->query_safe('COMMIT');
cmp_ok(held(), '>', 0, 'it keeps the file open');
session('DROP EXTENSION sqlite_fdw_mig CASCADE; DROP SCHEMA f CASCADE;');
is(errors(), '', 'then it goes') or diag($err);
$other->query_safe('SELECT 1');
is(held(), 0, 'and the other session has closed the file');
$node->safe_psql('postgres', "CREATE EXTENSION sqlite_fdw_mig; $use");
is($other->query_safe('SELECT count(*) FROM f.t'), '500', 'which reads again from the one made anew');
$other->quit;
$node->safe_psql('postgres', 'DROP EXTENSION sqlite_fdw_mig CASCADE; DROP SCHEMA f CASCADE;');
is($node->safe_psql('postgres', $catalogs), $bare, 'nothing is left');
still_running($node);
done_testing();
