# Privileges: each public function, table, view, option and parameter as each kind of role; what one role may see and do of another's; no way to a file.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node = start_node('privileges');
my $dir  = PostgreSQL::Test::Utils::tempdir();
my ($file, $other, $many) = ("$dir/shop.db", "$dir/other.db", "$dir/many");
sqlite($file, "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL); INSERT INTO item VALUES (1, 'spade'), (2, 'pelle')");
sqlite($other, "CREATE TABLE t (x)");
mkdir($many) or die "$many: $!";
sqlite("$many/one.db", "CREATE TABLE t (x INTEGER PRIMARY KEY)");

# super, reader (pg_read_server_files, USAGE on the wrapper), writer (the same with pg_write_server_files), dbowner, creator (CREATE on the database),
# user (USAGE on the server), plain, and owner: of the server, the migration and its tables.
my @roles = qw(super reader writer dbowner creator user plain owner);
my $setup = <<SQL;
CREATE ROLE super SUPERUSER; CREATE ROLE reader IN ROLE pg_read_server_files; CREATE ROLE writer IN ROLE pg_read_server_files, pg_write_server_files;
CREATE ROLE dbowner; CREATE ROLE creator; CREATE ROLE "user"; CREATE ROLE plain; CREATE ROLE owner IN ROLE pg_read_server_files;
CREATE DATABASE shop OWNER dbowner;
SQL
$node->safe_psql('postgres', $setup);
my ($file_sql, $other_sql) = (quoted($file), quoted($other));
$node->safe_psql('shop', <<SQL);
CREATE EXTENSION sqlite_fdw_mig;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON FOREIGN DATA WRAPPER sqlite_fdw_mig TO reader, writer, owner, creator, dbowner;
GRANT CREATE ON DATABASE shop TO creator, owner;
SET ROLE owner;
CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database $file_sql);
GRANT USAGE ON FOREIGN SERVER shop TO "user";
CREATE SCHEMA shop;
CALL sqlite_mig.migrate('shop', 'shop');
SQL

# Statement as a role, rolled back: '' or the SQLSTATE. SET ROLE is as good as a login here: every check is of the current role.
sub state_of
{
	my ($role, $sql) = @_;
	my ($rc, $out, $err) = $node->psql('shop', "\\set VERBOSITY sqlstate\nBEGIN;\nSET LOCAL client_min_messages = error;\nSET LOCAL ROLE \"$role\";\n$sql;\nROLLBACK;", on_error_stop => 1);
	return $rc == 0 ? 'ok' : $err =~ /(?:ERROR|FATAL):\s+([0-9A-Z]{5})/ ? $1 : "? $err";
}

# One line: what is asked, the statement, and what each role gets. "no" is 42501, insufficient privilege.
sub matrix
{
	my ($lines) = @_;
	my %asked;
	for my $line (grep { /\S/ && !/^\s*#/ } split(/\n/, $lines))
	{
		my ($name, $sql, $wanted) = map { s/^\s+|\s+$//gr } split(/\s\|\s/, $line);
		$asked{$name} = 1;
		my @got = map { state_of($_, $sql =~ s/FILE/$file_sql/r =~ s/OTHER/$other_sql/r =~ s/DIR/$dir/gr) } @roles;
		is(join(' ', map { $_ eq '42501' ? 'no' : $_ } @got), $wanted =~ s/\s+/ /gr, "$name: @roles");
	}
	return \%asked;
}

my $functions = <<'TEXT';
# of a text, or of nothing: everybody
to_postgres           | SELECT sqlite_mig.to_postgres('SELECT 1')                        | ok ok ok ok ok ok ok ok
lint_sql              | SELECT sqlite_mig.lint_sql('SELECT 1')                           | ok ok ok ok ok ok ok ok
convert_placeholders  | SELECT sqlite_mig.convert_placeholders('?', 'format')            | ok ok ok ok ok ok ok ok
parse_table           | SELECT sqlite_mig.parse_table('CREATE TABLE t (a)')              | ok ok ok ok ok ok ok ok
type_candidates       | SELECT sqlite_mig.type_candidates('TEXT')                        | ok ok ok ok ok ok ok ok
pool_size             | SELECT sqlite_mig.pool_size(2)                                   | ok ok ok ok ok ok ok ok
version               | SELECT sqlite_mig.version()                                      | ok ok ok ok ok ok ok ok
geometry_wkb          | SELECT sqlite_mig.geometry_wkb(NULL::bytea)                      | ok ok ok ok ok ok ok ok
geometry_blob         | SELECT sqlite_mig.geometry_blob(NULL::bytea, 'gpkg')             | ok ok ok ok ok ok ok ok
fdw_validator         | SELECT sqlite_mig.fdw_validator('{}', 'pg_foreign_table'::regclass) | ok ok ok ok ok ok ok ok
# of this session alone
connections           | SELECT sqlite_mig.connections()                                  | ok ok ok ok ok ok ok ok
disconnect_all        | SELECT sqlite_mig.disconnect_all()                               | ok ok ok ok ok ok ok ok
# of a server: USAGE on it
disconnect            | SELECT sqlite_mig.disconnect('shop')                             | ok no no no no ok no ok
source_tables         | SELECT sqlite_mig.source_tables('shop')                          | ok no no no no ok no ok
source_columns        | SELECT sqlite_mig.source_columns('shop')                         | ok no no no no ok no ok
source_indexes        | SELECT sqlite_mig.source_indexes('shop')                         | ok no no no no ok no ok
source_foreign_keys   | SELECT sqlite_mig.source_foreign_keys('shop')                    | ok no no no no ok no ok
source_objects        | SELECT sqlite_mig.source_objects('shop')                         | ok no no no no ok no ok
source_sequences      | SELECT sqlite_mig.source_sequences('shop')                       | ok no no no no ok no ok
source_info           | SELECT sqlite_mig.source_info('shop')                            | ok no no no no ok no ok
profile               | SELECT sqlite_mig.profile('shop')                                | ok no no no no ok no ok
assess                | SELECT sqlite_mig.assess('shop')                                 | ok no no no no no no ok
prepare               | SELECT sqlite_mig.prepare('shop', 'mine', migration => 'mine', options => '{"source_schema": "mine_source"}') | ok no no no no no no ok
# of a migration: its owner
migrate               | CALL sqlite_mig.migrate('shop', 'mine', migration => 'mine', options => '{"source_schema": "mine_source"}') | ok no no no no no no ok
# (a plan holds expressions that are executed: not even a superuser runs one of somebody else)
verify                | SELECT sqlite_mig.verify('shop')                                 | no 42704 42704 42704 42704 42704 42704 ok
replay                | SELECT sqlite_mig.replay('shop')                                 | no 42704 42704 42704 42704 42704 42704 ok
sync                  | SELECT sqlite_mig.sync('shop')                                   | no 42704 42704 42704 42704 42704 42704 ok
cutover               | SELECT sqlite_mig.cutover('shop', dry_run => true)               | no 42704 42704 42704 42704 42704 42704 no
cutover_undo          | SELECT sqlite_mig.cutover_undo('shop')                           | no 42704 42704 42704 42704 42704 42704 no
capture_install       | SELECT sqlite_mig.capture_install('shop')                        | no 42704 42704 42704 42704 42704 42704 no
capture_remove        | SELECT sqlite_mig.capture_remove('shop')                         | 55000 no no no no no no no
capture_trim          | SELECT sqlite_mig.capture_trim('shop')                           | no 42704 42704 42704 42704 42704 42704 55000
plan_check            | SELECT sqlite_mig.plan_check('shop')                             | no 42704 42704 42704 42704 42704 42704 ok
# looking at it: who may see it
ddl                   | SELECT sqlite_mig.ddl('shop')                                    | ok 42704 42704 42704 42704 42704 42704 ok
status                | SELECT sqlite_mig.status('shop')                                 | ok 42704 42704 42704 42704 42704 42704 ok
report                | SELECT sqlite_mig.report('shop')                                 | ok 42704 42704 42704 42704 42704 42704 ok
alembic_revision      | SELECT sqlite_mig.alembic_revision('shop')                       | ok 42704 42704 42704 42704 42704 42704 ok
# of relations: SELECT, and what is written
checksum              | SELECT sqlite_mig.checksum('shop.item')                          | ok no no no no no no ok
checksum_ranges       | SELECT sqlite_mig.checksum_ranges('sqlite_shop.item', 'shop.item') | ok no no no no no no ok
diff                  | SELECT * FROM sqlite_mig.diff('sqlite_shop.item', 'shop.item') AS d | ok no no no no no no ok
copy_table            | SELECT sqlite_mig.copy_table('sqlite_shop.item', 'shop.item', on_conflict => 'nothing') | ok no no no no no no ok
match                 | SELECT sqlite_mig.match(name, 'x') FROM sqlite_shop.item         | 0A000 no no no no no no 0A000
# of files
backup                | SELECT sqlite_mig.backup('shop', 'DIR/new.db')                   | ok no no no no no no no
migrate_many          | SELECT sqlite_mig.migrate_many('DIR/many', 'tenants')            | ok no no no no no no no
TEXT
my $asked = matrix($functions);

# A new function has to be put into the table.
my @public = split(/\n/, $node->safe_psql('shop', "SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'sqlite_mig'::regnamespace AND proname !~ '^_' AND prorettype <> 'fdw_handler'::regtype ORDER BY 1"));
is_deeply([ grep { !$asked->{$_} } @public ], [], 'each public function is in the table');
is($node->safe_psql('shop', "SELECT string_agg(oid::regprocedure::text, ' ') FROM pg_proc WHERE pronamespace IN ('sqlite_mig'::regnamespace, 'sqlite_mig_internal'::regnamespace, 'sqlite_compat'::regnamespace) AND prosecdef"), '', 'no function runs with the rights of another than its caller');
is($node->safe_psql('shop', "SELECT string_agg(pg_proc.oid::regprocedure::text, ' ') FROM pg_proc JOIN pg_language AS l ON l.oid = prolang WHERE pronamespace IN ('sqlite_mig'::regnamespace, 'sqlite_mig_internal'::regnamespace) AND lanname = 'plpgsql' AND NOT coalesce(proconfig::text ~ 'search_path', false)"), '', 'each PL/pgSQL function says its search_path');

# Of a file that a role may not name, nothing is told: what exists and what does not look the same.
matrix(<<'TEXT');
make a server            | CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database FILE)       | ok ok ok no no no no ok
one that does not exist  | CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database 'DIR/none') | ok ok ok no no no no ok
to write                 | CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database FILE, updatable 'true') | ok no ok no no no no no
point elsewhere          | ALTER SERVER shop OPTIONS (SET database OTHER)                                    | ok no no no no no no ok
point at nothing         | ALTER SERVER shop OPTIONS (SET database 'DIR/none')                               | ok no no no no no no ok
make it writable         | ALTER SERVER shop OPTIONS (ADD updatable 'true')                                  | ok no no no no no no no
another option           | ALTER SERVER shop OPTIONS (ADD busy_timeout '5')                                  | ok no no no no no no ok
rename it                | ALTER SERVER shop RENAME TO shop2                                                 | ok no no no no no no ok
drop it                  | DROP SERVER shop CASCADE                                                          | ok no no no no no no ok
GUC: directories         | SELECT sqlite_mig.version(); SET LOCAL sqlite_fdw_mig.allowed_directories = ''                                 | ok no no no no no no no
GUC: connections         | SET LOCAL sqlite_fdw_mig.max_connections = 7                                      | ok ok ok ok ok ok ok ok
GUC: push-down           | SET LOCAL sqlite_fdw_mig.pushdown = off                                           | ok ok ok ok ok ok ok ok
a list of files          | SELECT sqlite_mig.migrate_many(ARRAY[OTHER], 'tenants')                           | ok no no ok ok no no ok
a folder                 | SELECT sqlite_mig.migrate_many('/', 'tenants')                                    | 58P01 no no no no no no no
backup over a file       | SELECT sqlite_mig.backup('shop', OTHER)                                           | 58P02 no no no no no no no
backup into nowhere      | SELECT sqlite_mig.backup('shop', 'DIR/none/x')                                    | 58P01 no no no no no no no
an expression of theirs  | SELECT sqlite_mig_internal._source_execute('shop', 'ATTACH ''DIR/x.db'' AS x')             | 55000 no no no no no no no
read the foreign table   | SELECT * FROM sqlite_shop.item                                                    | ok no no no no no no ok
a foreign table of it    | CREATE FOREIGN TABLE pg_temp.x (id bigint) SERVER shop OPTIONS ("table" 'item')   | ok no no no no ok no ok
import                   | CREATE SCHEMA i; IMPORT FOREIGN SCHEMA main FROM SERVER shop INTO i               | ok no no no no no no ok
the journal              | SELECT 1 / count(*) FROM sqlite_mig.journal                                       | ok 22012 22012 22012 22012 22012 22012 ok
plan_column, the sight   | SELECT 1 / count(*) FROM sqlite_mig.plan_column                                   | ok 22012 22012 22012 22012 22012 22012 ok
the ledger               | SELECT 1 / (1 + count(*)) FROM sqlite_mig.ledger                                  | ok ok ok ok ok ok ok ok
rules                    | INSERT INTO sqlite_mig.type_rule SELECT * FROM sqlite_mig.type_rule LIMIT 0       | ok no no no no no no no
progress                 | SELECT * FROM sqlite_mig.progress                                                 | ok ok ok ok ok ok ok ok
TEXT

# (migrate_many answers with a row for each file: the reason is the same whether there is one or not)
my @reasons = map { $node->safe_psql('shop', "SET client_min_messages = error; SET ROLE creator; SELECT reason FROM sqlite_mig.migrate_many(ARRAY[$_], 'tenants')") } ($other_sql, "'$dir/none'");
like($reasons[0], qr/^42501: permission denied/, 'a list of files, without the right to name one: refused');
is($reasons[1], $reasons[0], 'and a file that is there looks like one that is not');

# A parameter set before the library is loaded does not count when the role may not set it.
my ($rc, $out, $err) = $node->psql('shop', "SET SESSION AUTHORIZATION plain; SET sqlite_fdw_mig.allowed_directories = '/'; SELECT sqlite_mig.version(); SHOW sqlite_fdw_mig.allowed_directories");
like($err, qr/permission denied to set parameter "sqlite_fdw_mig.allowed_directories"/, 'allowed_directories set before the library is there: refused when it comes');
unlike($out, qr{^/$}m, 'and it has no effect');

# allowed_directories: for a superuser as well, with links and dots, for servers that were there before
$node->append_conf('postgresql.conf', "sqlite_fdw_mig.allowed_directories = '$many'");
$node->reload;
symlink($file, "$many/link.db") or die;
my $inside = quoted("$many/one.db");
is(state_of('super', "CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database $inside); SELECT sqlite_mig.source_info('s')"), 'ok', 'allowed_directories: inside');
for my $path ($file, "$many/../shop.db", "$many/link.db", "$many/./../shop.db", "${many}x/shop.db")
{
	my $sql = quoted($path);
	is(state_of('super', "CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database $sql); SELECT sqlite_mig.source_info('s')"), '42501', 'allowed_directories: not ' . ($path =~ s/\Q$dir\E//r));
}
is(state_of('super', "SELECT * FROM sqlite_shop.item"), '42501', 'allowed_directories: nor through a server that is there');
is(state_of('super', "CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database $inside); SELECT sqlite_mig.backup('s', '$dir/outside.db')"), '42501', 'allowed_directories: nor a backup to outside');
ok(!-e "$dir/outside.db", 'and none was made');
# A link from inside to another place tells nothing of that place, whether what is named there exists or not.
symlink($dir, "$many/away") or die;
symlink("$dir/none.db", "$many/dangling.db") or die;
for my $path ("$many/away/shop.db", "$many/away/none.db", "$many/away/none/x.db", "$many/dangling.db")
{
	fails_with($node, "SELECT sqlite_mig.source_info('probe')", '42501', qr/is outside the allowed directories/, 'allowed_directories: ' . ($path =~ s/\Q$dir\E//r) . ' tells nothing',
		before => "SET client_min_messages = error; CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig; BEGIN; CREATE SERVER probe FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($path) . ")");
}
is(state_of('super', "SELECT sqlite_mig.backup('shop', '$many/away/none/x.db')"), '42501', 'allowed_directories: nor does a backup');
is(state_of('super', "CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database '$many/none.db'); SELECT sqlite_mig.source_info('s')"), '58P01', 'allowed_directories: what is missing inside is said to be missing');
$node->append_conf('postgresql.conf', "sqlite_fdw_mig.allowed_directories = ''");
$node->reload;

# The owner of a server who has lost the right to name files keeps the file that was named, and gets no other.
$node->safe_psql('shop', 'REVOKE pg_read_server_files FROM owner');
is(state_of('owner', 'SELECT * FROM sqlite_shop.item'), 'ok', 'without pg_read_server_files: the server that was made still serves');
is(state_of('owner', "ALTER SERVER shop OPTIONS (SET database $other_sql)"), '42501', 'but is pointed nowhere else');
is(state_of('owner', "ALTER SERVER shop OPTIONS (ADD busy_timeout '1')"), '42501', 'nor changed in any way');
$node->safe_psql('shop', 'GRANT pg_read_server_files TO owner');

# The option "query" is one SELECT: it reads this file and does nothing else.
for my $query ("ATTACH 'x' AS y", 'PRAGMA writable_schema = on', 'DELETE FROM item', 'SELECT 1; DELETE FROM item', "SELECT load_extension('x')", "SELECT readfile('/etc/passwd')",
	"SELECT writefile('x', 'y')", "SELECT fts3_tokenizer('simple')", 'WITH d AS (SELECT 1) DELETE FROM item', 'SELECT * FROM pragma_database_list', 'SELECT * FROM sqlite_dbpage', "VACUUM INTO 'x'")
{
	my $text = $query =~ s/'/''/gr;
	isnt(state_of('super', "CREATE FOREIGN TABLE pg_temp.q (a text) SERVER shop OPTIONS (query '$text'); SELECT * FROM pg_temp.q"), 'ok', "query: not $query");
}
is(sqlite($file, 'SELECT count(*) FROM item') + 0, 2, 'and the file is as it was');

# What is sent to SQLite is not evaluated before a security barrier, and row-level security of the target hides rows from diff.
$node->safe_psql('shop', <<'SQL');
SET ROLE owner;
CREATE VIEW shop.some WITH (security_barrier) AS SELECT * FROM sqlite_shop.item WHERE id = 1;
GRANT USAGE ON SCHEMA shop TO plain; GRANT SELECT ON shop.some TO plain;
SQL
$node->safe_psql('shop', <<'SQL');
GRANT CREATE ON SCHEMA shop TO plain;
SET ROLE plain;
CREATE FUNCTION shop.peek(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$BEGIN RAISE NOTICE 'seen: %', $1; RETURN true; END$$;
SQL
($rc, $out, $err) = $node->psql('shop', "SET ROLE plain; SELECT name FROM shop.some WHERE shop.peek(name) AND name <> 'x'");
is($out, 'spade', 'a security barrier view shows its rows');
unlike($err, qr/pelle/, 'and a cheap function of the asker sees none of the others');
like($node->safe_psql('shop', "SET ROLE owner; EXPLAIN (VERBOSE, COSTS off) SELECT name FROM shop.some WHERE 1 / (length(name) - 5) > 0"), qr{Filter: .*1 / \(length}, 'a condition that could raise is not sent past the barrier');

# Functions and operators of an attacker in front of the search_path are not used by ours.
$node->safe_psql('shop', <<'SQL');
CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO PUBLIC; CREATE TABLE evil.log (who text); GRANT INSERT, SELECT ON evil.log TO PUBLIC;
CREATE FUNCTION evil.format(text, VARIADIC text[]) RETURNS text LANGUAGE sql AS $$INSERT INTO evil.log VALUES (current_user); SELECT 'SELECT 1'$$;
CREATE FUNCTION evil.quote_ident(text) RETURNS text LANGUAGE sql AS $$INSERT INTO evil.log VALUES (current_user); SELECT $1$$;
CREATE FUNCTION evil.count(bigint) RETURNS bigint LANGUAGE sql AS $$INSERT INTO evil.log VALUES (current_user); SELECT 1::bigint$$;
CREATE FUNCTION evil.same(text, text) RETURNS boolean LANGUAGE sql AS $$INSERT INTO evil.log VALUES (current_user); SELECT true$$;
CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.same);
CREATE OPERATOR evil.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.same);
CREATE FUNCTION evil.lower(text) RETURNS text LANGUAGE sql AS $$INSERT INTO evil.log VALUES (current_user); SELECT $1$$;
SQL
$node->safe_psql('shop', "SET client_min_messages = error; SET search_path = evil, pg_catalog; SET ROLE owner; CALL sqlite_mig.migrate('shop', 'again', migration => 'again', options => '{\"source_schema\": \"again_source\"}');
	SELECT * FROM sqlite_mig.verify('shop', 'full', 'again'); SELECT * FROM sqlite_mig.sync('shop', 'again'); SELECT sqlite_mig.report('shop', 'html', 'again'); SELECT * FROM sqlite_mig.plan_check('shop', 'again')");
is($node->safe_psql('shop', 'SELECT count(*) FROM evil.log'), 0, 'nothing of another schema was called');

# The tables of the plan: of somebody else's migration nothing can be seen, changed, removed, taken over or added to.
my @tables = split(/\n/, $node->safe_psql('shop', "SELECT c.relname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname IN ('migration') WHERE c.relnamespace = 'sqlite_mig'::regnamespace AND c.relkind = 'r' ORDER BY 1"));
cmp_ok(scalar(@tables), '>', 12, 'tables of plans');
for my $table (@tables)
{
	my $count = $node->safe_psql('shop', "SELECT count(*) FROM sqlite_mig.$table WHERE migration = 'shop'");
	for my $role (qw(plain user creator reader dbowner))
	{
		is($node->safe_psql('shop', "SET ROLE \"$role\"; SELECT count(*) FROM sqlite_mig.$table"), 0, "$table: $role sees nothing");
	}
	$node->safe_psql('shop', "SET ROLE plain; UPDATE sqlite_mig.$table SET migration = migration; DELETE FROM sqlite_mig.$table");
	is($node->safe_psql('shop', "SELECT count(*) FROM sqlite_mig.$table WHERE migration = 'shop'"), $count, "$table: and removes nothing");
}
is(state_of('plain', "INSERT INTO sqlite_mig.plan_column SELECT p.* FROM jsonb_populate_record(NULL::sqlite_mig.plan_column, '{\"migration\": \"shop\", \"source_table\": \"item\", \"source_name\": \"evil\", \"position\": 9}') AS p"), '42501', 'nobody adds a row to the plan of another');
is($node->safe_psql('shop', "SELECT owner FROM sqlite_mig.migration WHERE migration = 'shop'"), 'owner', 'the migration is of its owner');
is(state_of('owner', "UPDATE sqlite_mig.migration SET owner = 'super'"), '42501', 'nobody gives a migration, whose expressions are executed, to another');

# A role that is dropped or renamed takes nobody else's migrations with it; its own are a superuser's to see, and to give to somebody.
$node->safe_psql('shop', "CREATE ROLE \"it's \"\"gone\" IN ROLE pg_read_server_files; GRANT USAGE ON FOREIGN SERVER shop TO \"it's \"\"gone\"; GRANT CREATE ON DATABASE shop TO \"it's \"\"gone\"; SET client_min_messages = error;
	SET ROLE \"it's \"\"gone\"; SELECT * FROM sqlite_mig.prepare('shop', 'gone', migration => 'gone', options => '{\"source_schema\": \"gone_source\"}');
	INSERT INTO sqlite_mig.rejected (server, table_name, source_relation, target_relation, on_conflict, source_key, \"row\", sqlstate, message) VALUES ('shop', 'item', 'a', 'b', 'error', 'row 1', '{}', '22000', 'a copy by hand')");
is($node->safe_psql('shop', "SET ROLE \"it's \"\"gone\"; SELECT migration FROM sqlite_mig.migration"), 'gone', 'a role with quotes in its name sees its own migration');
$node->safe_psql('shop', "SET client_min_messages = error; DROP OWNED BY \"it's \"\"gone\" CASCADE; DROP ROLE \"it's \"\"gone\"");
for my $table (@tables)
{
	is(state_of('plain', "SELECT 1 FROM sqlite_mig.$table"), 'ok', "a role is gone: $table is there for others");
}
is(state_of('owner', "SELECT * FROM sqlite_mig.status('shop'); SELECT * FROM sqlite_mig.verify('shop')"), 'ok', 'a role is gone: the others work on');
is($node->safe_psql('shop', "SELECT migration FROM sqlite_mig.migration WHERE migration = 'gone'"), 'gone', 'a role is gone: a superuser sees what it left');

# CREATE EXTENSION is run by a superuser where somebody else may already have put what suits its arguments better than PostgreSQL's own.
$node->safe_psql('postgres', 'CREATE DATABASE hostile OWNER dbowner');
$node->safe_psql('hostile', <<'SQL');
SET ROLE dbowner;
CREATE TABLE public.log (who text);
CREATE FUNCTION public.took(text) RETURNS text LANGUAGE plpgsql AS $$BEGIN INSERT INTO public.log VALUES (current_user); RETURN $1; END$$;
CREATE FUNCTION public.format(text, text) RETURNS text LANGUAGE sql AS $$SELECT public.took('SELECT 1')$$;
CREATE FUNCTION public.format(text, VARIADIC text[]) RETURNS text LANGUAGE sql AS $$SELECT public.took('SELECT 1')$$;
CREATE FUNCTION public.concat(text, text) RETURNS text LANGUAGE sql AS $$SELECT public.took('x')$$;
CREATE FUNCTION public.lower(name) RETURNS text LANGUAGE sql AS $$SELECT public.took('x')$$;
CREATE FUNCTION public.concat(text, name) RETURNS text LANGUAGE sql AS $$SELECT public.took('x')$$;
CREATE OPERATOR public.|| (LEFTARG = text, RIGHTARG = name, FUNCTION = public.concat);
CREATE FUNCTION public.same("char", text) RETURNS boolean LANGUAGE sql AS $$SELECT public.took('x') IS NULL$$;
CREATE OPERATOR public.= (LEFTARG = "char", RIGHTARG = text, FUNCTION = public.same);
SQL
$node->safe_psql('hostile', 'CREATE EXTENSION sqlite_fdw_mig');
is($node->safe_psql('hostile', 'SELECT count(*) FROM public.log'), 0, 'CREATE EXTENSION calls nothing of another schema');
is($node->safe_psql('hostile', "SELECT count(*) FROM pg_depend AS d JOIN pg_proc AS p ON p.oid = d.refobjid WHERE d.refclassid = 'pg_proc'::regclass AND p.pronamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_operator AS o WHERE o.oid = d.objid AND o.oprnamespace = 'public'::regnamespace)"), 0, 'and binds no function of its own to it');
$node->stop;
done_testing();
