# Settings by roles: each parameter of the extension in each way a parameter can be set, and each option of foreign tables and columns by who owns them. A role that may not lift a limit does not
# lift it by being first (before the library is loaded), by its own role's or database's settings, nor by a function; and no option of a table or column leads to another file, function or statement.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node = start_node('options');
my $dir  = PostgreSQL::Test::Utils::tempdir();
my ($file, $other) = ("$dir/shop.db", "$dir/other.db");
sqlite($file, "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, at TEXT); INSERT INTO item VALUES (1, 'spade', '2024-01-02 03:04:05'); CREATE TABLE more (id INTEGER PRIMARY KEY)");
sqlite($other, "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, at TEXT); INSERT INTO item VALUES (1, 'SECRET', 'SECRET'); CREATE TABLE t (x TEXT); INSERT INTO t VALUES ('SECRET')");
my ($file_sql, $other_sql) = (quoted($file), quoted($other));
my @roles = qw(super lender borrower dbowner plain);
$node->safe_psql('postgres', <<SQL);
CREATE ROLE super SUPERUSER LOGIN; CREATE ROLE lender LOGIN IN ROLE pg_read_server_files; CREATE ROLE borrower LOGIN; CREATE ROLE dbowner LOGIN; CREATE ROLE plain LOGIN; CREATE ROLE allowed LOGIN IN ROLE pg_read_server_files;
CREATE DATABASE shop OWNER dbowner;
SQL
$node->safe_psql('shop', <<SQL);
CREATE EXTENSION sqlite_fdw_mig; GRANT USAGE ON FOREIGN DATA WRAPPER sqlite_fdw_mig TO lender, allowed; CREATE SCHEMA made; GRANT ALL ON SCHEMA made TO PUBLIC;
SET ROLE lender;
CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database $file_sql); GRANT USAGE ON FOREIGN SERVER shop TO borrower;
SET ROLE borrower;
CREATE FOREIGN TABLE made.mine (id bigint, name text, at timestamptz) SERVER shop OPTIONS ("table" 'item');
SQL

# A session of a role: 'ok', 'no' (42501) or another SQLSTATE, and what it said. The session logs in as that role, and does not know the library yet.
sub session
{
	my ($role, $sql, %opt) = @_;
	local $ENV{PGOPTIONS} = $opt{options} // '';
	my ($rc, $out, $err) = $node->psql('shop', "\\set VERBOSITY verbose\nSET client_min_messages = warning;\n$sql", on_error_stop => 1, extra_params => [ '-U', $role ]);
	my ($state) = $err =~ /(?:ERROR|FATAL):  (\w{5})/;
	return (defined $state ? ($state eq '42501' ? 'no' : $state) : 'ok', $out, $err);
}
sub answers { my ($sql) = @_; return join(' ', map { (session($_, $sql))[0] } @roles); }

# Parameters: who may set each. A new one has to be put here.
my $load = "SELECT sqlite_mig.version() \\g /dev/null\n";
my %parameter = (
	allowed_directories => [ limit => quoted($dir), quoted('/') ],
	memory_limit        => [ limit => quoted('64MB'), quoted('0') ],
	range_size          => [ free  => quoted('1MB'), quoted('2MB') ],
	max_connections     => [ free  => 7,             8 ],
	pushdown            => [ free  => 'off',         'on' ],
	explain_query_plan  => [ free  => 'on',          'on' ],
);
my @parameters = split(/\n/, (session('super', "${load}SELECT substr(name, 16) FROM pg_settings WHERE name LIKE 'sqlite_fdw_mig.%' ORDER BY 1"))[1]);
is_deeply(\@parameters, [ sort keys %parameter ], 'each parameter is asked about');
is((session('super', "${load}SELECT string_agg(substr(name, 16), ' ' ORDER BY name) FROM pg_settings WHERE name LIKE 'sqlite_fdw_mig.%' AND context <> 'user'"))[1], 'allowed_directories memory_limit', 'those that are limits');
for my $short (@parameters)
{
	my ($kind, $value, $wish) = @{ $parameter{$short} };
	my $name  = "sqlite_fdw_mig.$short";
	my $all   = $kind eq 'limit' ? 'ok no no no no' : 'ok ok ok ok ok';
	is(answers("${load}BEGIN; SET LOCAL $name = $wish; ROLLBACK"), $all, "$short: SET");
	is(answers("${load}BEGIN; SELECT set_config('$name', $wish" . ($wish =~ /^'/ ? '' : '::text') . ", true); ROLLBACK"), $all, "$short: set_config") if $wish =~ /^'/;
	is(answers("${load}BEGIN; CREATE FUNCTION made.f() RETURNS text LANGUAGE sql SET $name = $wish AS 'SELECT 1::text'; SELECT made.f(); ROLLBACK"), $all, "$short: a function that sets it");
	is(answers("${load}BEGIN; ALTER DATABASE shop SET $name = $wish; ROLLBACK"), $kind eq 'limit' ? 'ok no no no no' : 'ok no no ok no', "$short: ALTER DATABASE");
	# (nobody alters a role of others; his own only what he may set)
	is(join(' ', map { (session($_, "${load}BEGIN; ALTER ROLE $_ SET $name = $wish; ROLLBACK"))[0] } @roles), $all, "$short: ALTER ROLE, one's own");
	is(answers("${load}BEGIN; ALTER ROLE allowed SET $name = $wish; ROLLBACK"), 'ok no no no no', "$short: ALTER ROLE, another's");
	is((session($_, "${load}ALTER SYSTEM SET $name = $wish"))[0], 'no', "$short: ALTER SYSTEM as $_") foreach qw(lender dbowner plain);
	next if $kind ne 'limit';

	# The limit is there, and the library is not yet: the role sets what is only a name then.
	$node->append_conf('postgresql.conf', "$name = $value");
	$node->reload;
	is((session('borrower', "${load}SELECT sqlite_mig.source_info('shop')"))[0], 'ok', "$short: a file within the limit is read");
	is((session('borrower', "SET $name = $wish;\n${load}SELECT sqlite_mig.source_info('shop')"))[0], 'ok', "$short: also by who had tried to set it");
	is((session('super', "${load}SHOW $name", options => "-c $name=" . ($wish =~ s/'//gr)))[1], $wish =~ s/'//gr, "$short: a superuser's options count");
	is((session('borrower', "${load}SELECT sqlite_mig.source_info('shop')", options => "-c $name=" . ($wish =~ s/'//gr)))[2] =~ /ERROR:  42501: (.*)/ ? $1 : '', "permission denied to set parameter \"$name\"", "$short: what is said of options that hide it");
	# A limit of one role's own, by a superuser, which such options would hide as well
	$node->safe_psql('postgres', "ALTER ROLE borrower SET $name = $value");
	is((session('borrower', "${load}SELECT sqlite_mig.source_info('shop')"))[0], 'ok', "$short: the role's own limit");
	is((session('borrower', "${load}SELECT sqlite_mig.source_info('shop')", options => "-c $name=" . ($wish =~ s/'//gr)))[0], 'no', "$short: nor is that hidden");
	$node->safe_psql('postgres', 'ALTER ROLE borrower RESET ALL');
	# (allowed_directories is not shown to them: what it holds is seen by what it does, below)
	for my $role (qw(lender plain dbowner))
	{
		my $own = "SELECT coalesce((SELECT setting FROM pg_settings WHERE name = '$name'), 'hidden')";
		my $wanted = (session($role, "$load$own"))[1];
		is((session($role, "SET $name = $wish;\n$load$own"))[1], $wanted, "$short: $role, set before the library is there");
		# (PostgreSQL falls back to the default then: no file is opened)
		is((session($role, "${load}BEGIN; CREATE SERVER IF NOT EXISTS x FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database $file_sql); SELECT sqlite_mig.source_info('x'); ROLLBACK", options => "-c $name=" . ($wish =~ s/'//gr)))[0], 'no', "$short: $role, in the options of the connection");
		is((session($role, "ALTER ROLE $role SET $name = $wish"))[0], 'no', "$short: $role, ALTER ROLE before the library is there");
		is((session($role, "BEGIN; CREATE FUNCTION made.f() RETURNS text LANGUAGE sql SECURITY DEFINER SET $name = $wish AS \$f\$SELECT sqlite_mig.version(); $own\$f\$; SELECT made.f(); ROLLBACK"))[0], 'no', "$short: $role, a function made before the library is there");
	}
	is((session('dbowner', "ALTER DATABASE shop SET $name = $wish"))[0], 'no', "$short: dbowner, ALTER DATABASE before the library is there");
	is((session('super', "SELECT count(*) FROM pg_db_role_setting"))[1], 0, "$short: nothing of it was kept");

	# A superuser may grant it (PostgreSQL 15), and take it back.
	$node->safe_psql('shop', "${load}GRANT SET ON PARAMETER $name TO plain");
	is((session('plain', "${load}SET $name = $wish"))[0], 'ok', "$short: granted");
	$node->safe_psql('shop', "${load}REVOKE SET ON PARAMETER $name FROM plain");
	is((session('plain', "${load}SET $name = $wish"))[0], 'no', "$short: and taken back");
	$node->adjust_conf('postgresql.conf', $name, undef);
	$node->reload;
}
is(answers("${load}SHOW sqlite_fdw_mig.allowed_directories"), 'ok no no no no', 'allowed_directories: read by superusers only');
is(answers("${load}SHOW sqlite_fdw_mig.memory_limit"), 'ok ok ok ok ok', 'memory_limit: read by everybody');

# What holds: a file outside of the directories, in a session that tries all of that
mkdir("$dir/inside") or die;
$node->append_conf('postgresql.conf', 'sqlite_fdw_mig.allowed_directories = ' . quoted("$dir/inside"));
$node->reload;
for my $way ([ 'nothing', '', '' ], [ 'SET before', "SET sqlite_fdw_mig.allowed_directories = '/'", '' ], [ 'options', '', '-c sqlite_fdw_mig.allowed_directories=/' ], [ 'options, nothing', '', '-c sqlite_fdw_mig.allowed_directories=' ], [ 'options, in capitals', '', '-c SQLITE_FDW_MIG.Allowed_Directories=' ], [ 'options, the same value', '', "-c sqlite_fdw_mig.allowed_directories=$dir/inside" ], [ 'set_config before', "SELECT set_config('sqlite_fdw_mig.allowed_directories', '/', false)", '' ], [ 'RESET ALL', 'RESET ALL; DISCARD ALL', '' ])
{
	my ($what, $before, $options) = @$way;
	is((session('allowed', "$before;\nCREATE SERVER x FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database $other_sql);\nSELECT sqlite_mig.source_info('x')", options => $options))[0], 'no', "a file outside: $what");
	$node->safe_psql('shop', 'DROP SERVER IF EXISTS x CASCADE');
}
is((session('borrower', 'SELECT * FROM made.mine'))[0], 'no', 'a file outside: through a table that is there');
$node->adjust_conf('postgresql.conf', 'sqlite_fdw_mig.allowed_directories', undef);
$node->reload;

# Options of foreign tables and columns: set by the owner of the table and by superusers, to what leads nowhere else. A new one has to be put here.
my %options = (
	table  => { batch_size => '10', query => 'SELECT 1 AS id', table => 'item', truncatable => 'true', updatable => 'true' },
	column => { column_name => 'name', constant => 'x', empty_as_null => 'true', format => 'unixepoch', key => 'true', on_error => 'null', time_zone => 'UTC' },
);
my %ask = (table => "CREATE FOREIGN TABLE made.x (a text) SERVER shop OPTIONS (none '')", column => "CREATE FOREIGN TABLE made.x (a text OPTIONS (none '')) SERVER shop");
my @hostile = ($other, "file:$other", "$other.t", "main.item; ATTACH '$other' AS o; SELECT * FROM o.t", "item\" UNION SELECT 1, x, x FROM o.t; --", "(SELECT readfile('/etc/passwd'))", "SELECT readfile('/etc/passwd') AS name", "SELECT load_extension('$dir/x') AS name", "ATTACH '$other' AS o",
	"SELECT name FROM pragma_database_list", "SELECT writefile('$dir/written', 'x') AS name", "VACUUM INTO '$dir/written'", "SELECT edit('x') AS name", "temp.item", "sqlite_dbpage", "pragma_function_list", "'||(SELECT x FROM o.t)||'", "%s %I \$1 ?", "SELECT fts3_tokenizer('x') AS name", "WITH RECURSIVE o(name) AS (VALUES('x')) DELETE FROM item", "/etc/passwd", "pg_read_file('/etc/passwd')", "now(); DROP TABLE x");
for my $where (qw(table column))
{
	my ($hint) = (session('borrower', $ask{$where}))[2] =~ /context are: (.*?)\./;
	is($hint, join(', ', @{ { table => [qw(table query updatable truncatable batch_size)], column => [qw(column_name constant key format time_zone empty_as_null on_error)] }->{$where} }), "options of a $where");
	is_deeply([ sort split(/, /, $hint) ], [ sort keys %{ $options{$where} } ], "each option of a $where is asked about");
	for my $option (sort keys %{ $options{$where} })
	{
		my $value  = quoted($options{$where}{$option});
		my $column = $option =~ /^(format|time_zone)$/ ? 'at' : 'name';
		my $change = sub { my ($v) = @_; return $where eq 'table' ? ($option eq 'query' ? "OPTIONS (DROP \"table\", ADD query $v)" : 'OPTIONS (' . ($option eq 'table' ? 'SET' : 'ADD') . " \"$option\" $v)") : "ALTER COLUMN $column OPTIONS (ADD $option $v)" };
		is(answers("BEGIN; ALTER FOREIGN TABLE made.mine " . $change->($value) . "; ROLLBACK"), 'ok no ok no no', "$where option $option: ALTER");
		my $made = $where eq 'table' ? "(id bigint, name text, at timestamptz) SERVER shop OPTIONS (\"$option\" $value)" : "($column " . ($column eq 'at' ? 'timestamptz' : 'text') . " OPTIONS ($option $value)) SERVER shop OPTIONS (\"table\" 'item')";
		is(answers("BEGIN; CREATE FOREIGN TABLE made.x $made; ROLLBACK"), 'ok ok ok no no', "$where option $option: CREATE");
		my $script = "\\set ON_ERROR_STOP off\n";
		for my $type ($column eq 'at' ? qw(timestamptz text) : qw(text))
		{
			$script .= "\\warn next\nBEGIN; ALTER FOREIGN TABLE made.mine ALTER COLUMN $column TYPE $type; ALTER FOREIGN TABLE made.mine " . $change->(quoted($_)) . "; SAVEPOINT s; SELECT * FROM made.mine; ROLLBACK TO s; INSERT INTO made.mine VALUES (9); ROLLBACK TO s; SELECT name FROM made.mine WHERE name <> 'x'; ROLLBACK TO s; ANALYZE made.mine; ROLLBACK;\n" foreach @hostile;
		}
		my (undef, $out, $err) = session('borrower', $script);
		is(() = $err =~ /^next$/mg, @hostile * ($column eq 'at' ? 2 : 1), "$where option $option: each was tried");
		my @leaks = grep { /SECRET|root:|terminated|XX\d\d\d|ERROR:  42601: syntax error at/ } split(/\n/, $out), split(/^(?=next$)/m, $err);
		is(join("\n", @leaks), '', "$where option $option: leads nowhere else");
	}
}
ok(!-e "$dir/written", 'no file was written');
is(sqlite($other, 'SELECT count(*) FROM t') . sqlite($file, 'SELECT count(*) FROM item; PRAGMA integrity_check'), "1\n1\nok\n", 'and the files are as they were');
# USAGE is asked for where a table is made, as PostgreSQL does it for every wrapper: tables that are there go on after it is taken back, and lead to that file.
$node->safe_psql('shop', 'SET ROLE lender; REVOKE USAGE ON FOREIGN SERVER shop FROM borrower');
is((session('borrower', $$_[0]))[0], $$_[1], "USAGE taken back: $$_[2]") foreach [ 'SELECT * FROM made.mine', 'ok', 'the table that is there' ], [ "BEGIN; ALTER FOREIGN TABLE made.mine OPTIONS (SET \"table\" 'more'), DROP COLUMN name, DROP COLUMN at; SELECT * FROM made.mine; ROLLBACK", 'ok', 'another table of the file' ],
  [ "CREATE FOREIGN TABLE made.x (id bigint) SERVER shop OPTIONS (\"table\" 'more')", 'no', 'no new one' ], [ "SELECT sqlite_mig.source_info('shop')", 'no', 'no look into the file' ];
still_running($node);
$node->stop;
done_testing();
