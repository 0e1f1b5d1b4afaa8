# Injection: a file whose every name, default, check, type, comment and value is an attempt, through all that builds SQL; nothing of it is executed, and all of it arrives.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node = start_node('injection');
my $dir  = PostgreSQL::Test::Utils::tempdir();
my $file = "$dir/evil.db";

# What an attempt would do if it ran: the canary says so.
$node->safe_psql('postgres', "CREATE TABLE public.canary (what text); INSERT INTO public.canary VALUES ('alive'); CREATE ROLE carrier IN ROLE pg_read_server_files, pg_write_server_files;
	GRANT ALL ON public.canary TO carrier; GRANT CREATE ON DATABASE postgres TO carrier; GRANT USAGE ON FOREIGN DATA WRAPPER sqlite_fdw_mig TO carrier");
my @attempts = (
	q{"; DROP TABLE public.canary; --}, q{'; DROP TABLE public.canary; --}, q{'); DROP TABLE public.canary; --}, q{")); DROP TABLE public.canary; --}, q{\\'; DROP TABLE public.canary; --}, q{$$; DROP TABLE public.canary; $$}, q{$_$; DROP TABLE public.canary; --},
	q{x' || (SELECT set_config('evil.ran', 'yes', false)) || '}, q{%s %I %L %1$s}, q{{v} {e} {t} {h}}, q{$1 ? :a @b}, qq{two\nlines; DROP TABLE public.canary;}, q{<script>alert(1)</script>&amp;}, q{*/ DROP TABLE public.canary; /*}, q{ leading and trailing },
	q{ʼ；DROP TABLE public.canary；－－}, q{\\x41\\101\\}, q{"""'''}, q{#{evil} `x` ${evil}}, q{-- },
	# words at which somebody might cut a statement
	q{a USING btree (b); DROP TABLE public.canary; --}, q{a AS SELECT 1; DROP TABLE public.canary; --}, q{a) CHECK (b) DEFAULT 1; DROP TABLE public.canary; --}, q{ FROM a WHERE b ON c; DROP TABLE public.canary; --},
);

# SQLite's quoting
sub name { return '"' . ($_[0] =~ s/"/""/gr) . '"' }
sub text { return "'" . ($_[0] =~ s/'/''/gr) . "'" }

my @statements;
for my $i (0 .. $#attempts)
{
	my ($table, $column, $other) = map { $attempts[ ($i + $_) % @attempts ] } (0, 1, 2);
	my ($t, $c, $o) = map { name("$_ $i") } ($table, $column, $other);
	my $value = text($other);
	push @statements, "CREATE TABLE $t ($c INTEGER PRIMARY KEY, $o TEXT NOT NULL DEFAULT $value CHECK ($o <> $value || 'x'), " . name("ref $table") . " INTEGER REFERENCES $t ($c), " . name("t $i") . ' ' . name($column) . ', ' . name("g $column") . " TEXT AS ($o || $value))";
	push @statements, "INSERT INTO $t ($c, $o) VALUES (1, " . text($table) . "), (2, " . text($column) . ")";
	push @statements, "INSERT INTO $t ($c, " . name("t $i") . ") VALUES (3, $value)";
	push @statements, "CREATE INDEX " . name("i $table") . " ON $t ($o) WHERE $o <> $value";
	push @statements, "CREATE INDEX " . name("e $table") . " ON $t (lower($o || $value))";
	push @statements, "CREATE VIEW " . name("v $table") . " AS SELECT $o || $value AS $c FROM $t WHERE $o <> $value";
	push @statements, "CREATE TRIGGER " . name("g $table") . " AFTER UPDATE ON $t WHEN NEW.$o = $value BEGIN UPDATE $t SET $o = $value || 'y' WHERE $c = NEW.$c + 1000; END";
}
# comments that belong to a column and to a table
push @statements, "CREATE TABLE commented ( -- '; DROP TABLE public.canary; --\n a INTEGER PRIMARY KEY, -- \$\$; DROP TABLE public.canary; --\n b TEXT /* ' || (SELECT 1) || ' */\n)", "INSERT INTO commented VALUES (1, 'x')";
push @statements, "CREATE VIRTUAL TABLE " . name("fts '; DROP TABLE public.canary; --") . " USING fts5(" . name(q{b'; DROP TABLE public.canary}) . ")", "INSERT INTO " . name("fts '; DROP TABLE public.canary; --") . " VALUES ('text')";
sqlite($file, join(";\n", @statements) . ";\n");

# Is everything as it was? Then the file's rows, each value as the bytes that SQLite has, against the same of PostgreSQL.
sub unharmed
{
	my ($after) = @_;
	is($node->safe_psql('postgres', "SELECT string_agg(what, ',') || count(*) FROM public.canary"), 'alive1', "$after: nothing was executed");
}

my $path = quoted($file);
for my $strings (qw(on off))
{
	my $schema = $strings eq 'on' ? q{s"'; DROP TABLE public.canary; --} : 'off';
	my $set    = "SET client_min_messages = error; SET escape_string_warning = off; SET standard_conforming_strings = $strings; SET ROLE carrier;";
	# (in dollars: the same text with and without standard_conforming_strings)
	my $server = $strings eq 'on' ? q{evil'"; DROP TABLE public.canary; --} : 'evil_off';
	(my $quoted_server = $server) =~ s/"/""/g;
	my $S = "\$q\$$server\$q\$";
	my $run = sub {
		my ($sql, $what) = @_;
		my ($rc, $out, $err) = $node->psql('postgres', "$set $sql", on_error_stop => 1);
		is($rc, 0, "$what, standard_conforming_strings $strings") or diag(substr($err, 0, 1500));
		unharmed($what);
		return $out;
	};
	$run->("CREATE SERVER \"$quoted_server\" FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database $path, updatable 'true')", 'server');
	$run->("SELECT * FROM sqlite_mig.source_tables($S); SELECT * FROM sqlite_mig.source_columns($S); SELECT * FROM sqlite_mig.source_indexes($S); SELECT * FROM sqlite_mig.source_foreign_keys($S); SELECT * FROM sqlite_mig.source_objects($S); SELECT * FROM sqlite_mig.profile($S)", 'looking into it');
	$run->("SELECT * FROM sqlite_mig.assess($S)", 'assess');
	$run->("SELECT * FROM sqlite_mig.prepare($S, \$q\$$schema\$q\$)", 'prepare');
	$run->("SELECT * FROM sqlite_mig.plan_check($S)", 'plan_check');
	my $ddl = $run->("SELECT statement || ';' FROM sqlite_mig.ddl($S) WHERE object_kind NOT IN ('source schema', 'foreign table', 'copy', 'sequence', 'analyze')", 'ddl');
	$run->("CALL sqlite_mig.migrate($S)", 'migrate');
	is($run->("SELECT count(*) FILTER (WHERE NOT ok), count(*) > 100 FROM sqlite_mig.verify($S, 'full')", 'verify'), '0|t', "all of it has arrived, standard_conforming_strings $strings");
	$run->("SELECT sqlite_mig.report($S, f) FROM unnest(ARRAY['text', 'json', 'html']) AS f", 'report');
	my $revision = $run->("SELECT content FROM sqlite_mig.alembic_revision($S)", 'alembic_revision');
	open(my $out, '>:utf8', "$dir/revision.py") or die;
	print $out $revision;
	close($out);
	command_ok([ 'python3', '-m', 'py_compile', "$dir/revision.py" ], 'the revision is Python');
	$run->("SELECT * FROM sqlite_mig.capture_install($S)", 'capture_install');
	sqlite($file, "UPDATE " . name("$attempts[0] 0") . " SET " . name("$attempts[2] 0") . " = " . text("changed $strings") . " WHERE rowid = 1; INSERT INTO " . name("$attempts[1] 1") . " (" . name("$attempts[2] 1") . ") VALUES (" . ($strings eq 'on' ? 77 : 78) . ")");
	$run->("SELECT * FROM sqlite_mig.sync($S)", 'sync');
	is($run->("SELECT count(*) FILTER (WHERE NOT ok), count(*) > 40 FROM sqlite_mig.verify($S)", 'verify after sync'), '0|t', "what was changed has arrived, standard_conforming_strings $strings");
	$run->("SELECT * FROM sqlite_mig.cutover($S, dry_run => true, refuse_writes => true)", 'cutover');
	$run->("SELECT * FROM sqlite_mig.capture_remove($S)", 'capture_remove');
	$run->("SELECT * FROM sqlite_mig.sync($S, direction => 'to_sqlite')", 'sync to_sqlite');
	$run->("SELECT sqlite_mig.disconnect($S)", 'disconnect');
	is(sqlite($file, 'PRAGMA integrity_check') =~ s/\s//gr, 'ok', 'and the file is whole');

	# the statements of ddl as a script, in a database of its own
	$node->safe_psql('postgres', "CREATE DATABASE ddl_$strings");
	$node->safe_psql("ddl_$strings", "CREATE TABLE public.canary (what text); CREATE EXTENSION sqlite_fdw_mig");
	my ($rc, $said, $err) = $node->psql("ddl_$strings", "SET escape_string_warning = off; SET standard_conforming_strings = $strings;\n$ddl", on_error_stop => 1);
	is($rc, 0, "ddl runs as a script, standard_conforming_strings $strings") or diag(substr($err, 0, 1500));
	is($node->safe_psql("ddl_$strings", "SELECT to_regclass('public.canary')"), 'canary', 'and harms nothing');
}

# Two names that a string with standard_conforming_strings off would read otherwise are there under their own
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace WHERE nspname = 'off' AND relkind = 'r'}), scalar(@attempts) + 2, 'every table is there');
my $names = join(',', map { "convert_from('\\x" . unpack('H*', encoded("$attempts[$_] $_")) . "', 'UTF8')" } 0 .. $#attempts);
is($node->safe_psql('postgres', "SELECT string_agg(x, ';') FROM unnest(ARRAY[$names]) AS x WHERE NOT EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace WHERE nspname = 'off' AND relname = x)"), '', 'under its own name');

$node->stop;
done_testing();

sub encoded { my ($s) = @_; utf8::encode($s); return $s }
