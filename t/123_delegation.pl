# Whose rights count: servers of one role used by another, SET ROLE, functions and views that run as their owner, rights on columns, every option, and what statistics, errors,
# EXPLAIN and row-level security of the extension's tables tell somebody without rights. What each function and table wants is in 120_privileges.pl.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node = start_node('delegation');
my $dir  = PostgreSQL::Test::Utils::tempdir();
my ($file, $other) = ("$dir/shop.db", "$dir/other.db");
sqlite($file, "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, secret INTEGER); INSERT INTO item VALUES (1, 'spade', 4711), (2, 'pelle', 4712)");
sqlite($other, "CREATE TABLE t (x)");
my ($file_sql, $other_sql) = (quoted($file), quoted($other));

# super; lender, who may name files and write them, and owns server, foreign tables and a migration; borrower, with USAGE on his servers;
# reader, with pg_read_server_files and USAGE on the wrapper; partly, with rights on some columns; plain.
my @roles = qw(super lender reader borrower partly plain);
$node->safe_psql('postgres', <<SQL);
CREATE ROLE super SUPERUSER; CREATE ROLE lender IN ROLE pg_read_server_files, pg_write_server_files; CREATE ROLE reader IN ROLE pg_read_server_files;
CREATE ROLE borrower; CREATE ROLE partly; CREATE ROLE plain;
GRANT USAGE ON FOREIGN DATA WRAPPER sqlite_fdw_mig TO lender, reader, borrower, plain;
GRANT CREATE ON DATABASE postgres TO lender, borrower, plain;
SET ROLE lender;
CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database $file_sql);
CREATE SERVER gone FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database '$dir/nothing.db');
CREATE SERVER writes FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database $file_sql, updatable 'true');
GRANT USAGE ON FOREIGN SERVER shop, gone, writes TO borrower;
CREATE SCHEMA lent; GRANT USAGE ON SCHEMA lent TO PUBLIC;
CREATE FOREIGN TABLE lent.item (id bigint OPTIONS (key 'true'), name text, secret integer) SERVER writes;
CREATE FOREIGN TABLE lent.pair (id bigint OPTIONS (key 'true'), name text, secret integer) SERVER writes OPTIONS ("table" 'item');
CREATE FOREIGN TABLE lent.gone (id bigint, name text, secret integer) SERVER gone;
CREATE FOREIGN TABLE lent.misses (id bigint) SERVER shop OPTIONS ("table" 'there_is_none');
CREATE FOREIGN TABLE lent.short (id bigint, name text) SERVER shop OPTIONS ("table" 'item');
CREATE FOREIGN TABLE lent.other (id bigint, secret bigint) SERVER shop OPTIONS ("table" 'item');
GRANT SELECT ON lent.short, lent.other TO partly;
CREATE TABLE lent.native (id bigint, name text, secret integer); INSERT INTO lent.native VALUES (1, 'spade', 4711);
GRANT SELECT (id, name), UPDATE (name), INSERT (id, name) ON lent.item, lent.native TO partly;
GRANT SELECT (id) ON lent.pair TO partly;
CREATE VIEW lent.v AS SELECT * FROM lent.gone; CREATE VIEW lent.v_limit AS SELECT * FROM lent.gone LIMIT 1; CREATE VIEW lent.v_invoker WITH (security_invoker) AS SELECT * FROM lent.gone;
GRANT SELECT ON lent.v_invoker TO PUBLIC;
CREATE TABLE lent.part (id bigint, name text, secret integer) PARTITION BY RANGE (id); ALTER TABLE lent.part ATTACH PARTITION lent.gone FOR VALUES FROM (0) TO (10);
CREATE SCHEMA shop; SET client_min_messages = warning;
CALL sqlite_mig.migrate('shop', 'shop');
RESET ROLE; CREATE SCHEMA made; GRANT ALL ON SCHEMA made TO PUBLIC;
SQL

# Statements as each of some roles, rolled back: 'ok', 'no' (42501) or another SQLSTATE. What is refused names no file.
sub states_of
{
	my ($sql, @asked) = @_;
	my $script = join('', map { "\\warn as $_\nBEGIN;\nSET LOCAL client_min_messages = error;\nSET LOCAL ROLE $_;\n$sql;\nROLLBACK;\n" } @asked);
	my ($rc, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\n$script", on_error_stop => 0);
	my (undef, @answers) = split(/^as \w+\n/m, "$err\n", -1);
	return join(' ', map { answer($sql, $_) } @answers);
}

sub answer
{
	my ($sql, $err) = @_;
	my ($state) = $err =~ /(?:ERROR|FATAL):\s+([0-9A-Z]{5})/;
	return 'ok' if !defined $state;
	return "$state, and names a file: $err" if $state eq '42501' && $err =~ /\Q$dir\E/ && $sql !~ /\Q$dir\E/;
	return $state eq '42501' ? 'no' : $state;
}

# Several statements as one role
sub all_of
{
	my ($role, @statements) = @_;
	my ($rc, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\n" . join('', map { "\\warn next\nBEGIN;\nSET LOCAL client_min_messages = error;\nSET LOCAL ROLE $role;\n$_;\nROLLBACK;\nDEALLOCATE ALL;\n" } @statements), on_error_stop => 0);
	my (undef, @answers) = split(/^next\n/m, "$err\n", -1);
	return join(' ', map { answer($statements[$_], $answers[$_]) } 0 .. $#statements);
}

sub state_of
{
	my ($role, $sql) = @_;
	return states_of($sql, $role);
}

# Lines of: what is asked | statement | what each role gets
sub matrix
{
	my ($lines, @asked) = @_;
	@asked = @roles if !@asked;
	for my $line (grep { /\S/ && !/^\s*#/ } split(/\n/, $lines))
	{
		my ($name, $sql, $wanted) = map { s/^\s+|\s+$//gr } split(/\s\|\s/, $line);
		is(states_of($sql =~ s/FILE/$file_sql/gr =~ s/OTHER/$other_sql/gr =~ s/DIR/$dir/gr, @asked), $wanted =~ s/\s+/ /gr, "$name: @asked");
	}
	return;
}

# A server of somebody else: USAGE on it lends the file that it names, with what its owner allowed to be done with it, and no other file.
matrix(<<'TEXT');
look into it              | SELECT sqlite_mig.source_info('shop')                                                             | ok ok no ok no no
a foreign table           | CREATE FOREIGN TABLE made.t (id bigint) SERVER shop OPTIONS ("table" 'item'); SELECT * FROM made.t | ok ok no ok no no
write through one         | CREATE FOREIGN TABLE made.t (id bigint) SERVER writes OPTIONS ("table" 'item'); INSERT INTO made.t VALUES (7) | ok ok no ok no no
not where it is read-only | CREATE FOREIGN TABLE made.t (id bigint) SERVER shop OPTIONS ("table" 'item', updatable 'true'); INSERT INTO made.t VALUES (7) | 55000 55000 no 55000 no no
any statement             | SELECT sqlite_mig_internal._source_execute('writes', 'CREATE TABLE u (x)')                               | ok ok no no no no
its write lock            | SELECT sqlite_mig_internal._source_lock('writes')                                                        | ok ok no no no no
import                    | IMPORT FOREIGN SCHEMA main FROM SERVER shop INTO made                                             | ok ok no ok no no
another file              | ALTER SERVER shop OPTIONS (SET database OTHER)                                                    | ok ok no no no no
no file                   | ALTER SERVER shop OPTIONS (DROP database)                                                         | HV002 HV002 no no no no
its owner                 | ALTER SERVER shop OWNER TO plain                                                                  | ok no no no no no
hand USAGE on             | GRANT USAGE ON FOREIGN SERVER shop TO plain; SET LOCAL ROLE plain; SELECT * FROM sqlite_mig.source_info('shop') | ok ok no no no no
a user mapping            | CREATE USER MAPPING FOR CURRENT_USER SERVER shop                                                  | ok ok no ok no no
one with options          | CREATE USER MAPPING FOR CURRENT_USER SERVER shop OPTIONS (database OTHER)                         | HV00D HV00D no HV00D no no
options of the wrapper    | ALTER FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (ADD database OTHER)                            | HV00D no no no no no
a wrapper of one's own    | CREATE FOREIGN DATA WRAPPER mine HANDLER sqlite_mig.fdw_handler                                   | ok no no no no no
TEXT

for my $role (qw(lender borrower plain))
{
	is(state_of($role, "SELECT sqlite_mig.backup('shop', '$dir/copy_$role.db')"), $role eq 'lender' ? 'ok' : 'no', "backup: $role");
	is(-e "$dir/copy_$role.db" ? 'made' : 'none', $role eq 'lender' ? 'made' : 'none', "backup: $role, the file");
}

# A backup goes through no link and over no file.
symlink("$dir/linked.db", "$dir/link.db") or die;
isnt(state_of('lender', "SELECT sqlite_mig.backup('shop', '$dir/link.db')"), 'ok', 'backup: not through a link');
ok(!-e "$dir/linked.db", 'and nothing was made at its end');
isnt(state_of('lender', "SELECT sqlite_mig.backup('shop', '$dir/other.db')"), 'ok', 'backup: not over a file');

# A server that is given away serves its new owner, who may not point it elsewhere.
is(state_of('super', "ALTER SERVER shop OWNER TO plain; SET LOCAL ROLE plain; SELECT * FROM sqlite_mig.source_info('shop')"), 'ok', 'given away: the new owner reads it');
is(state_of('super', "ALTER SERVER shop OWNER TO plain; SET LOCAL ROLE plain; ALTER SERVER shop OPTIONS (SET database $other_sql)"), 'no', 'and points it to no other file');
is(state_of('super', "ALTER SERVER shop OWNER TO plain; SET LOCAL ROLE plain; ALTER SERVER shop OPTIONS (ADD updatable 'true')"), 'no', 'nor makes it writable');

# Every option, by role: of servers only who may name files, of tables and columns whoever may make them; none leads to another file.
my %value = (database => $other, immutable => 'true', updatable => 'true', truncatable => 'true', batch_size => '10', busy_timeout => '1s', cache_size => '1MB', keep_connections => 'false', fdw_startup_cost => '1', fdw_tuple_cost => '1',
	time_zone => 'UTC', on_nul => 'strip', on_invalid_utf8 => 'replace');
my @names = split(/, /, ($node->psql('postgres', "CREATE SERVER x FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (none '')"))[2] =~ s/.*context are: (.*?)\..*/$1/sr);
is_deeply([ sort @names ], [ sort keys %value ], 'each option of a server is asked about');
for my $option (@names)
{
	my $verb = $option eq 'database' ? 'SET' : 'ADD';
	is(states_of("ALTER SERVER shop OPTIONS ($verb $option " . quoted($value{$option}) . ")", @roles), 'ok ok no no no no', "option $option: @roles");
	my $more = $option eq 'database' ? '' : ", $option " . quoted($value{$option});
	is(states_of("CREATE SERVER x FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database $file_sql$more)", @roles), $option eq 'updatable' ? 'ok ok no no no no' : 'ok ok ok no no no', "option $option of a new server: @roles");
}
my @hostile = ("$dir/other.db", "file:$dir/other.db", "item\" AS x; ATTACH '$dir/other.db' AS y; --", "(SELECT readfile('$file'))", "'||load_extension('x')||'", 'pragma_database_list', 'sqlite_dbpage', 'dbstat', "item', readfile('/etc/passwd'), '", "temp.item", "other.t");
for my $kind ([ table => q{OPTIONS ("table" %s)}, '' ], [ query => 'OPTIONS (query %s)', '' ], [ column_name => '', 'OPTIONS (column_name %s)' ], [ constant => '', 'OPTIONS (constant %s)' ], [ format => '', 'OPTIONS (format %s)' ], [ time_zone => '', 'OPTIONS (time_zone %s)' ])
{
	my ($option, $table, $column) = @$kind;
	for my $value (@hostile)
	{
		my $type = $option eq 'time_zone' ? 'timestamptz' : 'text';
		my ($of_table, $of_column) = map { $_ ? sprintf($_, quoted($value)) : '' } ($table, $column);
		$of_table = "OPTIONS (\"table\" 'item')" if !$table;
		my ($rc, $out, $err) = $node->psql('postgres', "BEGIN; SET LOCAL ROLE borrower; CREATE FOREIGN TABLE made.x (a $type $of_column) SERVER shop $of_table; SELECT 'row: ' || a FROM made.x; ROLLBACK", on_error_stop => 1);
		# (a constant is a text, whatever it says)
		if ($option eq 'constant') { is($out, join("\n", ("row: $value") x 2), "$option $value: a text"); }
		else { ok($rc == 3 && $err =~ /ERROR/ && $out !~ /row:/, "$option $value: refused") or diag("$out $err"); }
	}
}

# Functions and views that run as their owner: his rights count, not those of who calls. So they lend what he has, and take from a superuser what he has not.
$node->safe_psql('postgres', <<SQL);
SET ROLE plain;
CREATE FUNCTION made.plain_server(path text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS \$\$BEGIN EXECUTE format('CREATE SERVER x FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database %L)', path); END\$\$;
CREATE FUNCTION made.plain_backup(path text) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS \$\$SELECT bytes FROM sqlite_mig.backup('shop', path)\$\$;
CREATE FUNCTION made.plain_execute() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS \$\$SELECT sqlite_mig_internal._source_execute('writes', 'CREATE TABLE u (x)')\$\$;
CREATE FUNCTION made.plain_read() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS \$\$SELECT count(*) FROM lent.item\$\$;
SET ROLE lender;
CREATE FUNCTION made.lender_read() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS \$\$SELECT count(*) FROM lent.item\$\$;
CREATE FUNCTION made.lender_verdict() RETURNS text LANGUAGE sql SECURITY DEFINER AS \$\$SELECT verdict FROM sqlite_mig.status('shop')\$\$;
CREATE FUNCTION made.lender_workers() RETURNS void LANGUAGE sql SECURITY DEFINER AS \$\$SELECT sqlite_mig_internal._pool_open(NULL, 1)\$\$;
CREATE FUNCTION made.lender_server(path text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS \$\$BEGIN EXECUTE format('CREATE SERVER x FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database %L)', path); END\$\$;
CREATE VIEW made.lender_view AS SELECT id FROM lent.item; CREATE VIEW made.lender_invoker WITH (security_invoker) AS SELECT id, secret FROM lent.item; GRANT SELECT ON made.lender_view, made.lender_invoker TO PUBLIC;
RESET ROLE; SET ROLE plain;
CREATE VIEW made.plain_view AS SELECT secret FROM lent.item; GRANT SELECT ON made.plain_view TO PUBLIC;
SQL
matrix(<<'TEXT');
owner plain: name a file       | SELECT made.plain_server(FILE)          | no no no no no no
owner plain: write a file      | SELECT made.plain_backup('DIR/evil.db') | no no no no no no
owner plain: any statement     | SELECT made.plain_execute()             | no no no no no no
owner plain: read              | SELECT made.plain_read()                | no no no no no no
owner plain: a view            | SELECT * FROM made.plain_view           | no no no no no no
owner lender: read             | SELECT made.lender_read()               | ok ok ok ok ok ok
owner lender: his migration    | SELECT made.lender_verdict()            | ok ok ok ok ok ok
owner lender: name a file      | SELECT made.lender_server(FILE)         | ok ok ok ok ok ok
owner lender: but no workers, which would log in as the caller | SELECT made.lender_workers() | no no no no no no
owner lender: a view           | SELECT * FROM made.lender_view          | ok ok ok ok ok ok
a view of the caller's rights  | SELECT * FROM made.lender_invoker       | ok ok no no no no
on each of its columns         | SELECT id FROM made.lender_invoker      | ok ok no no no no
TEXT
ok(!-e "$dir/evil.db", 'and no file was made');
is(state_of('super', "SET LOCAL ROLE plain; CREATE SERVER x FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database $file_sql)"), 'no', 'a superuser after SET ROLE counts as that role');
is(state_of('super', "SET LOCAL SESSION AUTHORIZATION plain; CREATE SERVER x FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database $file_sql)"), 'no', 'and after SET SESSION AUTHORIZATION');

# Rights on columns: what SQLite computes wants the same as what PostgreSQL would compute.
matrix(<<'TEXT', qw(lender partly plain));
columns                     | SELECT id, name FROM lent.item                                                    | ok ok no
one more                    | SELECT id, secret FROM lent.item                                                  | ok no no
the row                     | SELECT i FROM lent.item AS i                                                      | ok no no
all of them                 | SELECT * FROM lent.item                                                           | ok no no
no column                   | SELECT count(*) FROM lent.item                                                    | ok ok no
the system's                | SELECT ctid FROM lent.item                                                        | ok no no
a condition                 | SELECT id FROM lent.item WHERE secret = 4711                                      | ok no no
an order                    | SELECT id FROM lent.item ORDER BY secret LIMIT 1                                  | ok no no
an aggregate                | SELECT sum(secret) FROM lent.item                                                 | ok no no
its filter                  | SELECT count(*) FILTER (WHERE secret > 1) FROM lent.item                          | ok no no
a group                     | SELECT count(*) FROM lent.item GROUP BY secret                                    | ok no no
its condition               | SELECT name FROM lent.item GROUP BY name HAVING max(secret) > 1                   | ok no no
a join                      | SELECT a.id FROM lent.item AS a JOIN lent.pair AS b USING (id)                    | ok ok no
of another column           | SELECT a.id FROM lent.item AS a JOIN lent.pair AS b USING (name)                  | ok no no
by a hidden one             | SELECT a.id FROM lent.item AS a JOIN lent.pair AS b ON b.secret = a.id            | ok no no
a table without rights      | SELECT a.id FROM lent.item AS a JOIN lent.pair AS b USING (id) JOIN lent.misses AS c USING (id) | 42P01 no no
a subquery                  | SELECT id FROM lent.pair WHERE id IN (SELECT secret FROM lent.item)               | ok no no
EXPLAIN                     | EXPLAIN SELECT id FROM lent.item WHERE secret = 4711                              | ok no no
update                      | UPDATE lent.item SET name = 'x'                                                   | ok ok no
update, a row               | UPDATE lent.item SET name = name || 'x' WHERE id = 1                              | ok ok no
update of another           | UPDATE lent.item SET secret = 1 WHERE id = 1                                      | ok no no
update from another         | UPDATE lent.item SET name = secret::text                                          | ok no no
update by another           | UPDATE lent.item SET name = 'x' WHERE secret = 4711                               | ok no no
update that tells           | UPDATE lent.item SET name = 'x' WHERE id = 1 RETURNING secret                     | ok no no
and what it may tell        | UPDATE lent.item SET name = 'x' WHERE id = 1 RETURNING id, name                   | ok ok no
insert                      | INSERT INTO lent.item (id, name) VALUES (9, 'x')                                  | ok ok no
insert that tells           | INSERT INTO lent.item (id, name) VALUES (9, 'x') RETURNING secret                 | ok no no
insert of another           | INSERT INTO lent.item (id, secret) VALUES (9, 1)                                  | ok no no
delete                      | DELETE FROM lent.item WHERE id = 1                                                | ok no no
truncate                    | TRUNCATE lent.item                                                                | ok no no
lock                        | LOCK TABLE lent.item IN ACCESS EXCLUSIVE MODE                                     | 42809 42809 42809
checksum                    | SELECT sqlite_mig.checksum('lent.item', '{id,name}')                              | ok ok no
checksum of another         | SELECT sqlite_mig.checksum('lent.item', '{id,secret}')                            | ok no no
checksum of all             | SELECT sqlite_mig.checksum('lent.item')                                           | ok no no
checksum of a native table  | SELECT sqlite_mig.checksum('lent.native', '{id,secret}')                          | ok no no
diff                        | SELECT * FROM sqlite_mig.diff('lent.item', 'lent.native', '{id}') AS d              | ok no no
copy                        | SELECT sqlite_mig.copy_table('lent.item', 'lent.native')                          | ok no no
copy of what may be read    | SELECT sqlite_mig.copy_table('lent.short', 'lent.native')                         | ok ok no
to where it may be written  | SELECT sqlite_mig.copy_table('lent.other', 'lent.native')                         | ok no no
TEXT
is(state_of('partly', "CREATE TABLE made.mine (id bigint, name text, secret integer); SELECT sqlite_mig.copy_table('lent.item', 'made.mine')"), 'no', 'copy_table: no columns that may not be read');

# Of a foreign table without rights on it nothing is told, whether its file is there or not: the planner opens the file before the executor asks for rights.
for my $table (qw(item gone misses v v_limit v_invoker part))
{
	my @statements = ("SELECT * FROM lent.$table", "EXPLAIN SELECT * FROM lent.$table", "SELECT count(*) FROM lent.$table WHERE id = 1", "SELECT (SELECT max(id) FROM lent.$table)", "SELECT 1 UNION ALL SELECT id FROM lent.$table",
		"WITH x AS MATERIALIZED (SELECT * FROM lent.$table) SELECT 1 FROM x", "PREPARE p AS SELECT * FROM lent.$table; EXECUTE p", "SELECT * FROM lent.native AS n JOIN lent.$table AS g USING (id)");
	push @statements, "DELETE FROM lent.$table", "UPDATE lent.$table SET id = 1" if $table ne 'v_limit';
	is(all_of('plain', @statements), join(' ', map { 'no' } @statements), "without rights nothing is told of $table");
}
my @functions = ("sqlite_mig.source_info('shop')", "sqlite_mig.source_info('gone')", "sqlite_mig.checksum('lent.gone')", "sqlite_mig.copy_table('lent.gone', 'lent.native')", "sqlite_mig.disconnect('gone')", "sqlite_mig.profile('gone')", "sqlite_mig_internal._source_damage('gone')", "sqlite_mig_internal._source_count('gone', 'x')", "sqlite_mig_internal._source_value('gone', 'x', '1')",
	"sqlite_mig_internal._source_state('gone')", "sqlite_mig_internal._rowid_bounds('gone', 'x')", "sqlite_mig_internal._snapshot('gone')", "sqlite_mig_internal._source_surroundings('gone')", "sqlite_mig.backup('gone', '$dir/x.db')", "sqlite_mig_internal._source_lock('gone')", "sqlite_mig.assess('gone')", "sqlite_mig.prepare('gone', 'x', migration => 'y')");
is(all_of('plain', map { "SELECT $_" } @functions), join(' ', map { 'no' } @functions), 'nor by functions of a server');

# Statistics of values
$node->safe_psql('postgres', 'ANALYZE lent.pair; ANALYZE shop.item; ANALYZE sqlite_mig.migration; ANALYZE sqlite_mig.plan_column; ANALYZE sqlite_mig.journal; ANALYZE sqlite_mig.ledger_entry');
sub count { my ($role, $sql) = @_; return $node->safe_psql('postgres', "SET ROLE $role; $sql"); }
is(count('lender', "SELECT count(*) > 0 FROM pg_stats WHERE schemaname = 'lent'"), 't', 'statistics of a foreign table, for its owner');
is(count($_, "SELECT count(*) FROM pg_stats WHERE schemaname IN ('lent', 'shop')"), $_ eq 'partly' ? 1 : 0, "for $_: of columns that he may read") foreach qw(plain partly borrower);
is(count($_, "SELECT count(*) FROM pg_stats WHERE schemaname = 'sqlite_mig'"), 0, "statistics of plans, for $_: none") foreach qw(plain borrower reader);

# Functions of the asker, cheaper than anything, on tables with row-level security and on the views over them; conditions that raise
$node->safe_psql('postgres', "SET ROLE plain; CREATE FUNCTION made.peek(anyelement) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS \$\$BEGIN RAISE WARNING 'seen: %', \$1; RETURN true; END\$\$;
	CREATE FUNCTION made.peek_row(record) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS \$\$BEGIN RAISE WARNING 'seen: %', \$1; RETURN true; END\$\$");
my @relations = split(/\n/, $node->safe_psql('postgres', "SELECT c.oid::regclass FROM pg_class AS c WHERE c.relnamespace = 'sqlite_mig'::regnamespace AND c.relkind IN ('r', 'v') AND EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = 'migration') ORDER BY 1"));
cmp_ok(scalar(@relations), '>', 14, 'tables and views with rows of migrations');
for my $relation (@relations)
{
	my ($rc, $out, $err) = $node->psql('postgres', "SET ROLE plain; SELECT count(*) FROM $relation AS r WHERE made.peek(migration) AND made.peek_row(r) AND 1 / (length(migration) - 4) > 0");
	is("$rc $out $err", '0 0 ', "$relation: seen by no function of the asker");
	next if $relation =~ /ledger$|last_verification/;
	is(all_of('plain', "UPDATE $relation SET migration = migration WHERE made.peek(migration)", "TRUNCATE $relation", "CREATE TRIGGER x BEFORE INSERT ON $relation FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()", "CREATE POLICY x ON $relation USING (true)"),
		'ok no no no', "$relation: nor by an update, and nobody gets around the policy");
}
is(state_of('plain', "SET LOCAL row_security = off; SELECT * FROM sqlite_mig.migration"), 'no', 'row_security = off shows no rows, it is an error');
is(state_of('plain', "INSERT INTO sqlite_mig.$_ SELECT p.* FROM jsonb_populate_record(NULL::sqlite_mig.$_, '{\"migration\": \"shop\"}') AS p"), 'no', "$_: no row in somebody else's name") foreach qw(plan_table plan_view journal ledger_entry verification);

# What runs: of sessions of others pid and role, no table
my $session = $node->background_psql('postgres');
$session->query_safe("SET ROLE lender; BEGIN; SELECT sqlite_mig_internal._progress(1, 'secret_table', 5); SELECT id FROM lent.item");
is(count('lender', "SELECT count(*) FROM sqlite_mig.progress WHERE table_name = 'secret_table'"), 0, 'progress: another role does not see it, the session logged in as a superuser');
is($node->safe_psql('postgres', "SELECT table_name FROM sqlite_mig.progress"), 'secret_table', 'progress: a superuser sees it');
is(count('plain', "SELECT count(*) FROM sqlite_mig.progress WHERE table_name IS NOT NULL OR phase IS NOT NULL OR rows IS NOT NULL"), 0, 'progress: plain sees neither table nor phase nor rows');
is(count('plain', "SELECT count(*) FROM sqlite_mig.connections()"), 0, 'connections: of this session only');
is(count('plain', "SELECT sqlite_mig.disconnect_all()"), 'f', 'disconnect_all: closes none of another session');
is($session->query_safe("SELECT count(*) FROM sqlite_mig.connections()"), 1, 'it is still there');
$session->query_safe('ROLLBACK');
$session->quit;

# Functions of the extension that run as their owner, with the reason why each must. There is none; a new one has to be put here.
my %definer = ();
my $members = "FROM pg_depend AS d JOIN pg_proc AS p ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid JOIN pg_language AS l ON l.oid = p.prolang WHERE d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'sqlite_fdw_mig')";
cmp_ok($node->safe_psql('postgres', "SELECT count(*) $members"), '>', 600, 'routines of the extension');
is($node->safe_psql('postgres', "SELECT string_agg(p.oid::regprocedure::text, ' ') $members AND p.prosecdef"), join(' ', sort keys %definer), 'SECURITY DEFINER: none');
is($node->safe_psql('postgres', "SELECT string_agg(p.oid::regprocedure::text, ' ' ORDER BY 1) $members AND l.lanname IN ('sql', 'plpgsql') AND p.prosqlbody IS NULL AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (p.proconfig), false)"), '',
	'each function in SQL or PL/pgSQL has bound its names (BEGIN ATOMIC) or says search_path = pg_catalog, pg_temp');
is($node->safe_psql('postgres', "SELECT string_agg(DISTINCT l.lanname, ' ' ORDER BY l.lanname) $members"), 'c internal plpgsql sql', 'there are no others');
is($node->safe_psql('postgres', "SELECT string_agg(c.relname, ' ') FROM pg_class AS c WHERE c.relnamespace = 'sqlite_mig'::regnamespace AND c.relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false)"), '', 'each view asks for the rights of who reads it');
is($node->safe_psql('postgres', "SELECT string_agg(c.relname, ' ' ORDER BY c.relname) FROM pg_class AS c WHERE c.relnamespace = 'sqlite_mig'::regnamespace AND c.relkind = 'r' AND NOT c.relrowsecurity"), 'type_rule value_rule', 'each table has row-level security, but those of rules, which only a superuser writes');
is($node->safe_psql('postgres', "SELECT string_agg(DISTINCT privilege_type, ' ' ORDER BY privilege_type) FROM pg_class AS c, aclexplode(c.relacl) AS a WHERE c.relname IN ('type_rule', 'value_rule') AND a.grantee = 0"), 'SELECT', 'which everybody reads');

still_running($node);
$node->stop;
done_testing();
