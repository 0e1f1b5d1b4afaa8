# Bad input: files that are none, locks, things that vanish, roles without rights, wrong options, cancel.
#
# Each gives one clear error with its SQLSTATE, the session goes on, and nothing is left half made.
use strict;
use warnings;
use File::Copy qw(copy);
use FindBin;
use IO::Handle;
use POSIX qw(mkfifo);
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node = start_node('bad_input');
my $dir  = PostgreSQL::Test::Utils::tempdir();

# What a failed migration may not leave behind: everything that is not PostgreSQL's or the extension's
my $leftovers = q{
	SELECT string_agg(what, ', ' ORDER BY what) FROM (
		SELECT 'schema ' || nspname AS what FROM pg_namespace
			WHERE nspname !~ '^pg_' AND nspname NOT IN ('public', 'information_schema', 'sqlite_mig', 'sqlite_mig_internal', 'sqlite_compat')
		UNION ALL SELECT 'relation ' || relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
		UNION ALL SELECT 'plan ' || migration FROM sqlite_mig.migration
		UNION ALL SELECT 'planned table ' || source_name FROM sqlite_mig.plan_table
		UNION ALL SELECT 'ledger ' || migration FROM sqlite_mig.ledger_entry) AS all_of_it};

sub nothing_left
{
	my ($name) = @_;
	is($node->safe_psql('postgres', $leftovers), '', "$name: nothing is left");
	return;
}

sub server
{
	my ($name, $file, $options) = @_;
	$node->safe_psql('postgres',
		"CREATE SERVER $name FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . ($options // '') . ')');
	return;
}

sub drop_server
{
	my ($name) = @_;
	$node->safe_psql('postgres', "SET client_min_messages = error; DROP SERVER $name CASCADE");
	return;
}

sub write_file
{
	my ($file, $bytes) = @_;
	open(my $out, '>:raw', $file) or die "$file: $!";
	print $out $bytes;
	close($out) or die "$file: $!";
	return;
}

my $good = "$dir/good.db";
sqlite($good,
	"CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
	WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT i, 'row ' || i FROM n;");
my $whole = slurp_file($good);

#
# Files that cannot be read as a database
#
mkdir("$dir/a folder")              or die $!;
mkfifo("$dir/fifo", oct('600'))     or die $!;
write_file("$dir/empty.db",         '');
write_file("$dir/text.db",          "id,name\n1,not a database\n" x 200);
srand(7);
write_file("$dir/encrypted.db",     join('', map { chr(int(rand(256))) } 1 .. 16384));
write_file("$dir/truncated.db",     substr($whole, 0, length($whole) - 3 * 4096 + 100));
write_file("$dir/header_only.db",   substr($whole, 0, 100));
write_file("$dir/unreadable.db",    $whole);
chmod(0, "$dir/unreadable.db");
my $torn = $whole;
substr($torn, 4096, length($torn) - 4096) =~ s/row/\xff\x00\xfe/g;
substr($torn, 4096, 200) = "\xee" x 200;
write_file("$dir/torn.db", $torn);

for my $case (
	[ 'missing file',            "$dir/missing.db",     '58P01', qr/could not open SQLite database ".*missing\.db".*HINT: /s ],
	[ 'missing folder',          "$dir/no/missing.db",  '58P01', qr/could not open SQLite database/ ],
	[ 'folder',                  "$dir/a folder",       '42809', qr/is not a regular file.*directory/s ],
	[ 'named pipe',              "$dir/fifo",           '42809', qr/is not a regular file.*named pipe/s ],
	[ 'device',                  '/dev/zero',           '42809', qr/is not a regular file.*device/s ],
	[ 'empty file',              "$dir/empty.db",       '22023', qr/is not a SQLite database.*empty/s ],
	[ 'text file',               "$dir/text.db",        '22023', qr/file is not a database/ ],
	[ 'encrypted or random',     "$dir/encrypted.db",   '22023', qr/file is not a database.*HINT:.*encrypted/s ],
	[ 'truncated file',          "$dir/truncated.db",   'XX001', qr/truncated/ ],
	[ 'header without pages',    "$dir/header_only.db", 'XX001', qr/truncated/ ],
	[ 'damaged pages',           "$dir/torn.db",        'XX001', qr/malformed/ ],
	[ 'file without permission', "$dir/unreadable.db",  '42501', qr/Permission denied.*HINT: /s ])
{
	my ($name, $file, $sqlstate, $pattern) = @$case;
	server('bad', $file);
	fails_with($node, q{CALL sqlite_mig.migrate('bad', 'target')}, $sqlstate, $pattern, "$name, migrate");
	fails_with($node, q{SELECT * FROM sqlite_mig.prepare('bad', 'target')}, $sqlstate, $pattern, "$name, prepare");
	fails_with($node, q{IMPORT FOREIGN SCHEMA main FROM SERVER bad INTO public}, $sqlstate, $pattern, "$name, import")
	  unless $name eq 'damaged pages';    # its schema can be read
	nothing_left($name);
	$node->safe_psql('postgres', q{CREATE FOREIGN TABLE bad_t (id bigint, a text) SERVER bad OPTIONS ("table" 't')});
	fails_with($node, q{SELECT count(a) FROM bad_t}, $sqlstate, $pattern, "$name, scan");
	drop_server('bad');
}
chmod(oct('600'), "$dir/unreadable.db");

fails_with($node, q{CREATE SERVER bad FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database 'relative.db')},
	'HV024', qr/invalid value for option "database".*HINT:.*full path/s, 'relative path');

#
# A lock of another process
#
sub lock_file
{
	my ($file) = @_;
	open(my $shell, '|-', 'sqlite3', $file) or die "sqlite3: $!";
	$shell->autoflush(1);
	unlink("$dir/locked");
	print $shell "BEGIN EXCLUSIVE;\n.shell touch '$dir/locked'\n";
	for (1 .. 200)
	{
		last if -e "$dir/locked";
		select(undef, undef, undef, 0.05);
	}
	-e "$dir/locked" or die 'the lock was not taken';
	return $shell;
}

server('locked', $good, ", busy_timeout '800ms'");
my $shell = lock_file($good);
my $took;
$took = seconds(sub {
	fails_with($node, q{CALL sqlite_mig.migrate('locked', 'target')}, '55P03', qr/locked.*HINT:.*busy_timeout/s, 'locked file, migrate');
});
cmp_ok($took, '>=', 0.7, 'busy_timeout was waited for');
cmp_ok($took, '<', 10, 'and not much longer');
nothing_left('locked file');
$node->safe_psql('postgres', q{ALTER SERVER locked OPTIONS (SET busy_timeout '60s')});
$took = seconds(sub {
	fails_with($node, q{CALL sqlite_mig.migrate('locked', 'target')}, '57014', qr/statement timeout/, 'cancel while waiting for the lock',
		before => q{SET statement_timeout = '500ms'});
});
cmp_ok($took, '<', 3, 'the wait ends at once');
nothing_left('cancel while waiting');

# the lock goes away during the wait
if (my $child = fork)
{
	is($node->safe_psql('postgres', q{SELECT count(*) FROM sqlite_mig.source_tables('locked')}), '1', 'a lock that is released in time');
	waitpid($child, 0);
}
else
{
	select(undef, undef, undef, 1);
	print $shell "ROLLBACK;\n.quit\n";
	POSIX::_exit(0);
}
close($shell);
drop_server('locked');

#
# Things that vanish behind our back
#
my $changing = "$dir/changing.db";
copy($good, $changing) or die $!;
server('changing', $changing);
$node->safe_psql('postgres', q{CREATE FOREIGN TABLE gone (id bigint, a text) SERVER changing OPTIONS ("table" 't')});
is($node->safe_psql('postgres', q{SELECT count(*) FROM gone}), '2000', 'the table is there');
sqlite($changing, 'ALTER TABLE t RENAME COLUMN a TO b;');
fails_with($node, q{SELECT a FROM gone}, '42703', qr/no such column/, 'column renamed in SQLite');
fails_with($node, q{SELECT count(*) FROM gone WHERE a <> 'a'}, '42703', qr/no such column/, 'column renamed in SQLite, used in WHERE');
sqlite($changing, 'DROP TABLE t;');
fails_with($node, q{SELECT a FROM gone}, '42P01', qr/table "t" does not exist.*HINT: /s, 'table dropped in SQLite');
$node->safe_psql('postgres', 'DROP FOREIGN TABLE gone');

sqlite($changing, "CREATE TABLE first (id INTEGER PRIMARY KEY); INSERT INTO first VALUES (1);
	CREATE TABLE second (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO second VALUES (1, 'x');");
my $states = q{SELECT string_agg(nspname, ',') FROM pg_namespace WHERE nspname IN ('target')};
$node->safe_psql('postgres', q{
	SELECT count(*) FROM sqlite_mig.prepare('changing', 'target');
	UPDATE sqlite_mig.plan_column SET target_name = 'b' WHERE migration = 'changing' AND source_table = 'second' AND source_name = 'a'});
sqlite($changing, 'DROP TABLE second;');
fails_with($node, q{CALL sqlite_mig.migrate('changing', 'target')}, '42P01', qr/second/, 'table dropped between prepare and migrate');
is($node->safe_psql('postgres', $states), '', 'nothing of the target was made');
is($node->safe_psql('postgres', q{SELECT target_name FROM sqlite_mig.plan_column WHERE source_table = 'second' AND source_name = 'a'}), 'b',
	'the edited plan is still there');
isnt($node->safe_psql('postgres', q{SELECT verdict FROM sqlite_mig.status('changing')}), 'lossless', 'and the verdict does not say lossless');

sqlite($changing, "CREATE TABLE second (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO second VALUES (1, 'x');");
$node->safe_psql('postgres', q{CALL sqlite_mig.migrate('changing', 'target')});
is($node->safe_psql('postgres', q{SELECT b FROM target.second}), 'x', 'the same plan runs when the table is back');
$node->safe_psql('postgres', q{SET client_min_messages = error; DROP SCHEMA target, sqlite_changing CASCADE});
$node->safe_psql('postgres', q{DELETE FROM sqlite_mig.migration});
drop_server('changing');

# the file itself goes away while the connection is open
unlink($changing);
copy($good, $changing) or die $!;
server('changing', $changing);
$node->safe_psql('postgres', q{CREATE FOREIGN TABLE gone (id bigint, a text) SERVER changing OPTIONS ("table" 't')});
fails_with($node, "\\! rm '$changing'\nSELECT count(*) FROM gone", '58P01', qr/could not open/, 'file removed between two transactions',
	before => 'SELECT count(*) FROM gone');
drop_server('changing');

#
# Roles
#
server('good', $good);
$node->safe_psql('postgres', 'CREATE ROLE clerk; GRANT USAGE ON FOREIGN DATA WRAPPER sqlite_fdw_mig TO clerk; GRANT CREATE ON DATABASE postgres TO clerk');
fails_with($node, 'CREATE SERVER mine FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database ' . quoted($good) . ')',
	'42501', qr/permission denied.*pg_read_server_files/s, 'a role without file rights makes a server', before => 'SET ROLE clerk');
fails_with($node, q{CALL sqlite_mig.migrate('good', 'target')}, '42501', qr/permission denied/, 'a role without USAGE on the server, migrate',
	before => 'SET ROLE clerk');
for my $call (q{sqlite_mig.source_tables('good')}, q{sqlite_mig.source_columns('good')}, q{sqlite_mig.source_info('good')})
{
	fails_with($node, "SELECT * FROM $call", '42501', qr/permission denied/, "a role without USAGE on the server, $call", before => 'SET ROLE clerk');
}
nothing_left('role without rights');
$node->safe_psql('postgres', 'GRANT pg_read_server_files TO clerk');
$node->safe_psql('postgres', 'SET ROLE clerk; CREATE SERVER mine FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database ' . quoted($good) . ')');
is($node->safe_psql('postgres', q{SET ROLE clerk; SELECT count(*) FROM sqlite_mig.source_tables('mine')}), '1', 'a member of pg_read_server_files may');
$node->safe_psql('postgres', 'REVOKE pg_read_server_files FROM clerk');
fails_with($node, 'ALTER SERVER mine OPTIONS (SET database ' . quoted("$dir/text.db") . ')',
	'42501', qr/pg_read_server_files/, 'and may no longer point it elsewhere when the membership is gone', before => 'SET ROLE clerk');

#
# Options
#
my $server = 'CREATE SERVER bad FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database ' . quoted($good);
fails_with($node, "$server, databse 'x')", 'HV00D', qr/invalid option "databse".*HINT:.*database, .*busy_timeout/s, 'unknown server option');
fails_with($node, "$server, busy_timeout 'soon')", 'HV024', qr/busy_timeout.*"soon".*HINT:.*5s/s, 'bad value of a server option');
fails_with($node, q{CREATE FOREIGN TABLE x (a int) SERVER good OPTIONS (tabel 't')}, 'HV00D', qr/"tabel".*HINT:.*table/s, 'unknown table option');
fails_with($node, q{CREATE FOREIGN TABLE x (a int OPTIONS (colum 't')) SERVER good}, 'HV00D', qr/"colum".*HINT:.*column_name/s, 'unknown column option');
fails_with($node, q{CALL sqlite_mig.migrate('no_such_server', 'target')}, '42704', qr/no_such_server/, 'no such server');
nothing_left('options');

#
# sqlite_fdw_mig.allowed_directories
#
mkdir("$dir/allowed")       or die $!;
mkdir("$dir/allowed_not")   or die $!;
copy($good, "$dir/allowed/in.db")      or die $!;
copy($good, "$dir/allowed_not/out.db") or die $!;
symlink("$dir/allowed_not/out.db", "$dir/allowed/link.db")  or die $!;
symlink("$dir/allowed/in.db",      "$dir/link_into.db")     or die $!;
my $allow = 'SET sqlite_fdw_mig.allowed_directories = ' . quoted("$dir/allowed");
my $tables = q{SELECT count(*) FROM sqlite_mig.source_tables('allowed')};
my $outside = qr/outside the allowed directories/;

server('allowed', "$dir/allowed/in.db");
is($node->safe_psql('postgres', "$allow; $tables"), '1', 'a file inside');
$node->safe_psql('postgres', 'ALTER SERVER allowed OPTIONS (SET database ' . quoted("$dir/link_into.db") . ')');
is($node->safe_psql('postgres', "$allow; $tables"), '1', 'a link from outside to the inside');
for my $case (
	[ 'a file outside',                          "$dir/good.db" ],
	[ 'a folder whose name begins alike',        "$dir/allowed_not/out.db" ],
	[ 'a link from inside to the outside',       "$dir/allowed/link.db" ],
	[ 'a way out with ..',                       "$dir/allowed/../good.db" ],
	[ 'a missing file outside tells nothing',    "$dir/no_such.db" ])
{
	my ($name, $file) = @$case;
	$node->safe_psql('postgres', 'ALTER SERVER allowed OPTIONS (SET database ' . quoted($file) . ')');
	fails_with($node, $tables, '42501', $outside, $name, before => $allow);
	fails_with($node, q{CALL sqlite_mig.migrate('allowed', 'target')}, '42501', $outside, "$name, migrate", before => $allow);
}
nothing_left('allowed directories');

# an ordinary role cannot lift it, neither with the module loaded nor with a setting made before that
my $lift = q{SET sqlite_fdw_mig.allowed_directories = ''};
$node->safe_psql('postgres', 'ALTER SERVER allowed OPTIONS (SET database ' . quoted($good) . '); GRANT USAGE ON FOREIGN SERVER allowed TO clerk');
is($node->safe_psql('postgres', "SET ROLE clerk; $tables"), '1', 'the role reads the file when nothing is set');
$node->append_conf('postgresql.conf', 'sqlite_fdw_mig.allowed_directories = ' . quoted("$dir/allowed"));
$node->reload;
$node->poll_query_until('postgres', q{SELECT current_setting('sqlite_fdw_mig.allowed_directories', true) <> ''});
fails_with($node, $tables, '42501', $outside, 'a value in postgresql.conf', before => 'SET ROLE clerk');
fails_with($node, $lift, '42501', qr/permission denied to set parameter/, 'an ordinary role sets it',
	before => 'SELECT sqlite_mig.version(); SET ROLE clerk');
fails_with($node, $tables, '42501', $outside, 'an ordinary role sets it before the module is loaded', before => "SET ROLE clerk; $lift");
is($node->safe_psql('postgres', "$lift; $tables"), '1', 'a superuser lifts it');
$node->append_conf('postgresql.conf', q{sqlite_fdw_mig.allowed_directories = ''});
$node->reload;
drop_server('allowed');

#
# Cancel inside one long step of SQLite
#
my $slow = "$dir/slow.db";
sqlite($slow,
	"CREATE VIEW slow AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT count(*) AS c FROM n AS a, n AS b;
	CREATE VIEW endless AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS c FROM n;");
server('slow', $slow);
$node->safe_psql('postgres', 'CREATE FOREIGN TABLE slow (c bigint) SERVER slow; CREATE FOREIGN TABLE endless (c bigint) SERVER slow');
for my $view ('slow', 'endless')
{
	$took = seconds(sub {
		fails_with($node, "SELECT c FROM $view", '57014', qr/statement timeout/, "statement_timeout inside a step of view $view",
			before => q{SET statement_timeout = '1s'});
	});
	cmp_ok($took, '<', 2, "view $view: within a second of the timeout");
}

my $session = IPC::Run::start(
	[ 'psql', '-XAt', '-v', 'VERBOSITY=verbose', '-d', $node->connstr('postgres'), '-c', 'SELECT c FROM endless', '-c', q{SELECT 'alive'} ],
	'>', \my $session_out, '2>', \my $session_err, IPC::Run::timeout(60));
$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query = 'SELECT c FROM endless' AND state = 'active'});
select(undef, undef, undef, 0.3);
$took = seconds(sub {
	$node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT c FROM endless'});
	$session->finish;
});
like($session_err, qr/ERROR:  57014: canceling statement due to user request/, 'pg_cancel_backend inside a step');
is($session_out, "alive\n", 'and the session goes on');
cmp_ok($took, '<', 1, 'within a second');

is($node->safe_psql('postgres', q{SELECT count(*) FROM sqlite_mig.source_tables('good')}), '1', 'the good file is still read');
still_running($node);
$node->stop;
done_testing();
