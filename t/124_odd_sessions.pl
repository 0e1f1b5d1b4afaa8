# Sessions whose settings and search_path are set against us, and names that PostgreSQL cannot take: what arrives is the same as in a plain session, nothing is called
# that somebody put in the way, and each name is quoted where rows are written through foreign tables, compared, cut over and imported.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node = start_node('odd_sessions');
my $dir  = PostgreSQL::Test::Utils::tempdir();
$node->safe_psql('postgres', <<'SQL');
CREATE ROLE carrier IN ROLE pg_read_server_files, pg_write_server_files; GRANT CREATE ON DATABASE postgres TO carrier; GRANT USAGE ON FOREIGN DATA WRAPPER sqlite_fdw_mig TO carrier;
CREATE TABLE public.canary (what text); INSERT INTO public.canary VALUES ('alive'); GRANT ALL ON public.canary TO carrier;
-- what suits arguments better than PostgreSQL's own, or hides it
CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO PUBLIC; CREATE TABLE evil.log (what text); GRANT INSERT, SELECT ON evil.log TO PUBLIC;
CREATE FUNCTION evil.took(text) RETURNS boolean LANGUAGE sql AS $$INSERT INTO evil.log VALUES ($1); SELECT true$$;
DO $do$
DECLARE
	f record;
BEGIN
	FOR f IN SELECT * FROM (VALUES ('format', 'text, VARIADIC text[]', 'text', '''x'''), ('format', 'text, text', 'text', '''x'''), ('lower', 'text', 'text', '''x'''), ('md5', 'text', 'text', '''x'''), ('quote_ident', 'text', 'text', '''x'''), ('quote_literal', 'text', 'text', '''x'''),
		('length', 'text', 'integer', '1'), ('replace', 'text, text, text', 'text', '''x'''), ('concat', 'text, text', 'text', '''x'''), ('count', 'integer', 'bigint', '1'), ('array_to_string', 'text[], text', 'text', '''x'''), ('jsonb_build_object', 'text, text', 'jsonb', '''{}'''),
		('to_regclass', 'text', 'regclass', 'NULL'), ('set_config', 'text, text, boolean', 'text', '''x'''), ('current_setting', 'text', 'text', '''x'''), ('has_table_privilege', 'text, text', 'boolean', 'true'), ('pg_has_role', 'name, oid, text', 'boolean', 'true'), ('now', '', 'timestamptz', 'NULL'),
		('date', 'text', 'text', '''x'''), ('abs', 'bigint', 'bigint', '0'), ('round', 'numeric, integer', 'numeric', '0'), ('upper', 'text', 'text', '''x'''), ('substr', 'text, integer', 'text', '''x'''), ('coalesce_', 'text', 'text', '''x''')) AS v (name, args, result, value) LOOP
		EXECUTE format('CREATE FUNCTION evil.%I(%s) RETURNS %s LANGUAGE sql AS $f$SELECT evil.took(%L); SELECT %s::%s$f$', f.name, f.args, f.result, f.name, f.value, f.result);
	END LOOP;
	FOR f IN SELECT o, l, r FROM unnest('{=,<>,<,>,||,+,-}'::text[]) AS o, (VALUES ('text', 'text'), ('bigint', 'bigint'), ('bigint', 'integer'), ('name', 'text'), ('oid', 'oid')) AS a (l, r) LOOP
		EXECUTE format('CREATE FUNCTION evil.%I(%s, %s) RETURNS boolean LANGUAGE sql AS $f$SELECT evil.took(%L)$f$', 'op ' || f.o, f.l, f.r, 'operator ' || f.o);
		EXECUTE format('CREATE OPERATOR evil.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = evil.%I)', f.o, f.l, f.r, 'op ' || f.o);
	END LOOP;
END
$do$;
CREATE TABLE evil.pg_class (oid oid); CREATE TABLE evil.pg_attribute (attrelid oid); CREATE TABLE evil.migration (migration text); CREATE TYPE evil.numeric AS ENUM ('x'); CREATE DOMAIN evil.text AS integer; CREATE DOMAIN evil.timestamptz AS integer; GRANT SELECT ON ALL TABLES IN SCHEMA evil TO PUBLIC;
SQL

# 63 bytes and more: two that are the same when cut, one whose cut falls within a character; names that differ by case, or by how an accent is written
my $long  = 'a' x 62;
my @names = ("${long}bc", "${long}bd", 'ö' x 40, 'x' . 'ö' x 40, '日本語' x 9, 'Item', 'item', 'ITEM ', "caf\x{e9}", "cafe\x{301}", q{se"lect'}, 'xmin', 'ctid', 'a.b', '%s%I', '\\', "';DROP TABLE public.canary;--");
sub name { return '"' . ($_[0] =~ s/"/""/gr) . '"' }
sub text { return "'" . ($_[0] =~ s/'/''/gr) . "'" }
my $taken = 0;
my @statements;
for my $name (@names)
{
	# (SQLite takes no two tables that differ by case only)
	my $named = $name =~ /^item$|^ITEM $/ ? "$name " . $taken++ : $name;
	my $table = name($named);
	my ($n, $twin) = (name($name), name("$name."));
	push @statements, "CREATE TABLE $table (id INTEGER PRIMARY KEY, $n TEXT DEFAULT " . text($name) . " COLLATE NOCASE, $twin REAL DEFAULT 0.1, d DATE DEFAULT '2024-02-01' CHECK (d > '2024-01-02'), t TIMESTAMP DEFAULT '2024-02-01 03:04:05', b BLOB DEFAULT x'00ff5c27', c DECIMAL(8,2) CHECK (c < 1000.5), o BOOLEAN DEFAULT 1, g TEXT AS (" . $n . " || 'x'), p INTEGER REFERENCES $table (id))";
	push @statements, "CREATE UNIQUE INDEX " . name("i $named") . " ON $table ($n, id)", "CREATE VIEW " . name("v $named") . " AS SELECT $n AS $n, sum($twin) AS s FROM $table GROUP BY $n";
	# (a column of a view that is named like one of PostgreSQL's own can be made, and not compared)
	pop @statements if $name =~ /^(xmin|ctid)$/;
	push @statements, "INSERT INTO $table (id, $n, $twin, d, t, b, c, p) VALUES (1, " . text($name) . ", 0.1 + 0.2, '2024-02-03', '2024-02-03 04:05:06.789', x'5c5c', 12.50, NULL), (2, 'A\\''b', 1e-300, '2024-12-31', '2024-10-27 02:30:00', x'', 0.01, 1), (3, '', 1234567.891, NULL, NULL, NULL, NULL, 2)";
}
my $statements = join(";\n", @statements) . ";\n";
utf8::encode($statements);

sub quoted_file { return quoted("$dir/$_[0].db") }
my $plain = "SET client_min_messages = error; SET ROLE carrier;";
my $odd   = "SET client_min_messages = error; SET ROLE carrier; SET standard_conforming_strings = off; SET escape_string_warning = off; SET backslash_quote = off; SET quote_all_identifiers = on; SET DateStyle = 'SQL, DMY'; SET IntervalStyle = 'sql_standard'; SET TimeZone = 'Asia/Kathmandu';
	SET extra_float_digits = -15; SET bytea_output = 'escape'; SET xmlbinary = 'hex'; SET transform_null_equals = on; SET array_nulls = off; SET default_transaction_isolation = 'repeatable read'; SET client_encoding = 'UTF8'; SET search_path = evil, pg_catalog, public; SET check_function_bodies = off; SET default_table_access_method = heap; SET row_security = on;";

sub run
{
	my ($session, $sql, $what) = @_;
	my ($rc, $out, $err) = $node->psql('postgres', "$session $sql", on_error_stop => 1);
	is($rc, 0, $what) or diag(substr($err, 0, 1500));
	return $out;
}

# The same in a plain and in an odd session; its plan, rows and statements are compared.
my %seen;
for my $which (qw(plain odd))
{
	my $session = $which eq 'plain' ? $plain : $odd;
	sqlite("$dir/$which.db", $statements);
	run($session, "CREATE SERVER $which FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted_file($which) . ", updatable 'true')", "$which: server");
	run($session, "CALL sqlite_mig.migrate('$which', '$which')", "$which: migrate");
	is(run($session, "SELECT pg_catalog.count(*) FILTER (WHERE NOT ok), pg_catalog.count(*) OPERATOR(pg_catalog.>) 100 FROM sqlite_mig.verify('$which', 'full')", "$which: verify"), '0|t', "$which: all has arrived") or diag($node->safe_psql('postgres', "SELECT table_name, check_name, detail FROM sqlite_mig.last_verification WHERE NOT ok"));
	run($session, "SELECT sqlite_mig.report('$which', f) FROM pg_catalog.unnest(ARRAY['text', 'json', 'html']::pg_catalog.text[]) AS f; SELECT pg_catalog.count(*) FROM sqlite_mig.alembic_revision('$which'); SELECT pg_catalog.count(*) FROM sqlite_mig.plan_check('$which'); SELECT pg_catalog.count(*) FROM sqlite_mig.assess('$which')", "$which: reports");
	$seen{$which}{types} = run($session, "SELECT c FROM pg_catalog.unnest('{\"DECIMAL(10,2)\",VARCHAR(5),\"X Y (3)\"}'::pg_catalog.text[]) AS d, sqlite_mig.type_candidates(d) AS c; SELECT sqlite_compat.cast_real('1.5x') OPERATOR(pg_catalog.=) 1.5::pg_catalog.float8, sqlite_compat.json_valid('{\"a\": [1, \"\u00e9\"]}'::sqlite_compat.value)", "$which: types");
	$seen{$which}{plan} = $node->safe_psql('postgres', "SELECT to_jsonb(p) - 'migration' - 'evidence' FROM sqlite_mig.plan_column AS p WHERE migration = '$which' ORDER BY source_table COLLATE \"C\", position");
	$seen{$which}{ddl} = run($session, "SELECT pg_catalog.replace(statement, '$which', 'X') FROM sqlite_mig.ddl('$which') WHERE object_kind OPERATOR(pg_catalog.<>) 'copy' ORDER BY step", "$which: ddl");
	my @relations = split(/\n/, $node->safe_psql('postgres', "SELECT c.oid::regclass FROM pg_class AS c WHERE relnamespace = '$which'::regnamespace AND relkind IN ('r', 'v') ORDER BY relname COLLATE \"C\""));
	my $rows = sub { return $node->safe_psql('postgres', join(';', map { "SELECT r::text FROM $_ AS r ORDER BY r::text COLLATE \"C\"" } @relations)) };
	$seen{$which}{rows} = $rows->();

	# rows written through the foreign tables, with each name; then both sides are compared, and brought together both ways
	my @tables = split(/\n/, $node->safe_psql('postgres', "SELECT format('%I.%I', 'sqlite_$which', target_name) || ' ' || format('%I.%I', '$which', target_name) || E'\\t' || (SELECT quote_ident(target_name) FROM sqlite_mig.plan_column AS c WHERE c.migration = t.migration AND c.source_table = t.source_name AND position = 2) FROM sqlite_mig.plan_table AS t WHERE migration = '$which' AND kind = 'table' AND include ORDER BY 1"));
	is(scalar(@tables), scalar(@names), "$which: every table");
	my $writes = join(';', map { my ($names, $column) = split(/\t/); my ($foreign) = $names =~ /^((?:"(?:[^"]|"")*"|\w+)\.(?:"(?:[^"]|"")*"|\w+)) /; "INSERT INTO $foreign (id, $column) VALUES (4, \$q\$it's\\\$q\$); UPDATE $foreign SET $column = \$q\$\\'; DROP TABLE public.canary\$q\$ WHERE $column OPERATOR(pg_catalog.=) 'A' OR id = 2::pg_catalog.int8; DELETE FROM $foreign WHERE id = 3::pg_catalog.int8" } @tables);
	run($session =~ s/SET search_path = evil, pg_catalog, public;//r, $writes, "$which: writing through foreign tables");
	is(run($session, join(';', map { my ($names) = split(/\t/); my ($f, $n) = $names =~ /^((?:"(?:[^"]|"")*"|\w+)\.(?:"(?:[^"]|"")*"|\w+)) (.*)$/; "SELECT pg_catalog.count(*) FROM sqlite_mig.diff(\$q\$$f\$q\$::pg_catalog.regclass, \$q\$$n\$q\$::pg_catalog.regclass) AS d" } @tables), "$which: diff"), join("\n", map { 3 } @tables), "$which: diff finds the three rows of each");
	run($session, "SELECT pg_catalog.count(*) FROM sqlite_mig.sync('$which'); SELECT pg_catalog.count(*) FROM sqlite_mig.capture_install('$which')", "$which: sync, log of changes");
	(my $more = join(';', map { "UPDATE " . name($_) . " SET d = '2025-01-01' WHERE id = 1" } grep { !/^item$|^ITEM $/ } @names)) ;
	utf8::encode($more);
	sqlite("$dir/$which.db", $more);
	run($session, "SELECT pg_catalog.count(*) FROM sqlite_mig.sync('$which'); SELECT pg_catalog.count(*) FROM sqlite_mig.cutover('$which', refuse_writes => true)", "$which: cut over");
	is(run($session, "SELECT pg_catalog.count(*) FILTER (WHERE NOT ok), pg_catalog.count(*) OPERATOR(pg_catalog.>) 30 FROM sqlite_mig.verify('$which')", "$which: verify again"), '0|t', "$which: and all is the same");
	my ($rc, $out, $err) = ('', '', '');
	IPC::Run::run([ 'sqlite3', "$dir/$which.db" ], '<', \"UPDATE \"Item\" SET d = NULL;", '>', \$out, '2>', \$err);
	like($err, qr/has moved to PostgreSQL/, "$which: the file refuses writes");
	run($session, "SELECT pg_catalog.count(*) FROM sqlite_mig.sync('$which', direction => 'to_sqlite'); SELECT pg_catalog.count(*) FROM sqlite_mig.cutover_undo('$which'); SELECT pg_catalog.count(*) FROM sqlite_mig.capture_remove('$which')", "$which: back again");
	$seen{$which}{later} = $rows->();
	run($session, "CREATE SCHEMA imported_$which; IMPORT FOREIGN SCHEMA main FROM SERVER $which INTO imported_$which", "$which: IMPORT FOREIGN SCHEMA");
	cmp_ok($node->safe_psql('postgres', "SELECT count(*) FROM pg_class WHERE relnamespace = 'imported_$which'::regnamespace AND relkind = 'f'"), '>=', scalar(@names), "$which: each name has a foreign table");
	is(sqlite("$dir/$which.db", 'PRAGMA integrity_check') =~ s/\s//gr, 'ok', "$which: the file is whole");
}
for my $what (qw(plan rows later ddl types))
{
	# (quote_all_identifiers quotes more; JSON has a backslash before quotes)
	s/[\\"]//g foreach $seen{plain}{$what}, $seen{odd}{$what};
	# (and where its lines are broken depends on their length)
	if ($what eq 'ddl') { s/\s+/ /g, s/ ?([(),]) ?/$1/g, s/; /;\n/g foreach $seen{plain}{$what}, $seen{odd}{$what} }
	ok($seen{plain}{$what} eq $seen{odd}{$what}, "$what: the same in both sessions")
	  or do { my @p = split(/\n/, $seen{plain}{$what}); my @o = split(/\n/, $seen{odd}{$what}); my ($at) = grep { ($p[$_] // '') ne ($o[$_] // '') } 0 .. $#p; diag("plain: $p[$at]\nodd:   $o[$at]") if defined $at; };
}
like($seen{plain}{rows}, qr/0\.30000000000000004/, 'rows: with all digits');
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_class WHERE relnamespace = 'odd'::regnamespace AND relkind = 'r' AND octet_length(relname) = 63 OR relname = repeat('a', 54) || '_'"), $node->safe_psql('postgres', "SELECT count(*) FROM pg_class WHERE relnamespace = 'plain'::regnamespace AND relkind = 'r' AND octet_length(relname) = 63 OR relname = repeat('a', 54) || '_'"), 'names are cut alike');
is($node->safe_psql('postgres', "SELECT count(*) FROM sqlite_mig.plan_table WHERE migration = 'odd' AND target_name <> source_name AND octet_length(source_name) > 63"), 5, 'five were cut');
is($node->safe_psql('postgres', "SELECT string_agg(DISTINCT what, ', ') FROM evil.log"), '', 'nothing that lay in the way was called');
is($node->safe_psql('postgres', "SELECT what FROM public.canary"), 'alive', 'and nothing was executed');
still_running($node);
$node->stop;
done_testing();
