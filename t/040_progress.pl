# The view progress from another session, while a migration runs in a transaction that nobody else can look into
use strict;
use warnings;
use FindBin;
use IPC::Run ();
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node = start_node('progress');
my $file = PostgreSQL::Test::Utils::tempdir() . '/progress.db';
sqlite($file,
	'CREATE TABLE big (id INTEGER PRIMARY KEY, a TEXT);
	WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO big SELECT i, \'row \' || i FROM n;');
$node->safe_psql('postgres',
	'CREATE SERVER progress FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database ' . quoted($file) . ');
	CREATE TABLE go (x integer);
	CREATE ROLE nobody LOGIN');
is($node->safe_psql('postgres', 'SELECT count(*) FROM sqlite_mig.progress'), '0', 'nothing runs');

# Row 2500 waits until it is told to go on; the table is made in the same transaction, so no other session can see it.
my $script = q{
	BEGIN;
	CREATE SCHEMA target;
	CREATE TABLE target.big (id bigint, a text);
	CREATE FUNCTION target.wait() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		WHILE NEW.id = 2500 AND NOT EXISTS (SELECT FROM public.go) LOOP
			PERFORM pg_sleep(0.05);
		END LOOP;
		RETURN NEW;
	END $$;
	CREATE TRIGGER wait BEFORE INSERT ON target.big FOR EACH ROW EXECUTE FUNCTION target.wait();
	CALL sqlite_mig.migrate('progress', 'target', if_exists => 'load');
	COMMIT;
};
my ($out, $err) = ('', '');
append_to_file("$file.sql", $script);
my $session = IPC::Run::start([ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-f', "$file.sql" ], '>', \$out, '2>', \$err);

ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM sqlite_mig.progress WHERE phase = 'copying' AND rows >= 2000}), 'the copy is seen');
is( $node->safe_psql('postgres',
		q{SELECT table_name, rows, rows_expected, bytes > 0, bytes_expected > bytes, rows_per_second > 0, eta > '0', to_regclass('target.big') IS NULL,
			pid <> pg_backend_pid() FROM sqlite_mig.progress}),
	'big|2000|5000|t|t|t|t|t|t',
	'with the name of a table that is not there yet for others');
my $first = $node->safe_psql('postgres', 'SELECT extract(epoch FROM elapsed) FROM sqlite_mig.progress');
sleep 1;
cmp_ok($node->safe_psql('postgres', 'SELECT extract(epoch FROM elapsed) FROM sqlite_mig.progress'), '>', $first + 0.9, 'time goes on');
is($node->safe_psql('postgres', 'SELECT pid IS NOT NULL, role IS NOT NULL, table_name, rows FROM sqlite_mig.progress', extra_params => [ '-U', 'nobody' ]),
	't|t||', 'a role without the right sees that something runs, not what');

$node->safe_psql('postgres', 'INSERT INTO go VALUES (1)');
IPC::Run::finish($session);
unlike($err, qr/ERROR/, 'the migration ends well');
is($node->safe_psql('postgres', 'SELECT (SELECT count(*) FROM target.big), (SELECT count(*) FROM sqlite_mig.progress)'), '5000|0', 'rows are there, and the entry is gone');
still_running($node);
done_testing();
