# Real databases made by others: each is migrated, and every value compared by a route of its own.
#
# The files are looked for in MIG_REAL_DATA. What SQLite holds is asked with the sqlite3 shell, what PostgreSQL holds with
# psql; both sides print each value in a form that the type defines, none of our code in between.
use strict;
use warnings;
use File::Copy qw(copy);
use FindBin;
use IPC::Run ();
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $data = $ENV{MIG_REAL_DATA} // '';
plan(skip_all => 'no real databases here: set MIG_REAL_DATA') unless -f "$data/chinook.sqlite";

my $node = start_node('real_data');
my $dir  = PostgreSQL::Test::Utils::tempdir();

$node->safe_psql('postgres', slurp_file("$FindBin::RealBin/../sql/include/accounted.psql"));
$node->safe_psql('postgres', 'CREATE DATABASE other');
$node->safe_psql('other', 'CREATE EXTENSION sqlite_fdw_mig');

# For each PostgreSQL type: the value printed by SQLite, the value printed by PostgreSQL, whether it is a number.
# Texts go as hexadecimal digits, so that no line end or separator can hide a difference.
my %routes = (
	'bigint'           => [ '%s',                                       '%s::text',                                  0 ],
	'boolean'          => [ '%s',                                       '%s::int::text',                             0 ],
	'double precision' => [ "printf('%%!.17g', %s)",                    '%s::text',                                  1 ],
	'numeric'          => [ "CASE typeof(%1\$s) WHEN 'real' THEN printf('%%!.17g', %1\$s) ELSE %1\$s END", '%s::text', 1 ],
	'text'             => [ 'lower(hex(CAST(%s AS TEXT)))',             "encode(convert_to(%s, 'UTF8'), 'hex')",     0 ],
	'bytea'            => [ 'lower(hex(%s))',                           "encode(%s, 'hex')",                         0 ],
	'date'             => [ "strftime('%%Y-%%m-%%d', %s)",              "to_char(%s, 'YYYY-MM-DD')",                 0 ],
	'timestamp with time zone' =>
	  [ "strftime('%%Y-%%m-%%d %%H:%%M:%%S', %s)", "to_char(%s AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')", 0 ],);

sub shell
{
	my ($file, $sql) = @_;
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'sqlite3', '-batch', '-bail', '-noheader', '-list', '-separator', '|', '-nullvalue', 'NULL', $file ],
		'<', \$sql, '>', \$out, '2>', \$err)
	  or die "sqlite3 $file: $err";
	return split(/\n/, $out);
}

sub lite_name { my ($n) = @_; $n =~ s/"/""/g; return qq("$n"); }

# The rows of one table as lines, in any order; columns of a type without a route are left out of both sides
sub compare_values
{
	my ($file, $schema, $source, $target, $utf16) = @_;
	my @columns = map { [ split(/\t/, $_, -1) ] } split(/\n/, $node->safe_psql('postgres', qq{
		SELECT concat_ws(E'\\t', p.source_name, p.target_name, format_type(a.atttypid, NULL))
		FROM sqlite_mig.plan_column p JOIN pg_attribute a ON a.attname = p.target_name
			AND a.attrelid = format('%I.%I', '$schema', } . quoted($target) . qq{)::regclass
		WHERE p.migration = '$schema' AND p.source_table = } . quoted($source) . qq{ AND p.include ORDER BY p.position}));
	my (@lite, @pg, @number, @left_out);

	for my $column (@columns)
	{
		my ($name, $pg_name, $type) = @$column;
		my $class = $type eq 'character varying' ? 'text' : $type =~ /^(integer|smallint)$/ ? 'bigint' : $type;
		my $route = $routes{$class};
		if (!$route || ($utf16 && $class eq 'text'))
		{
			push(@left_out, "$name $type");
			next;
		}
		push(@lite, "CASE WHEN " . lite_name($name) . " IS NOT NULL THEN " . sprintf($route->[0], lite_name($name)) . " END");
		push(@pg, sprintf($route->[1], '"' . ($pg_name =~ s/"/""/gr) . '"'));
		push(@number, $route->[2]);
	}
	return (0, scalar(@left_out)) unless @lite;

	my $normal = sub {
		my @values = split(/\|/, $_[0], -1);
		for my $i (0 .. $#values)
		{
			$values[$i] = sprintf('%.17g', $values[$i]) if $number[$i] && $values[$i] ne 'NULL' && $values[$i] !~ /[^-+0-9.eE]/;
		}
		return join('|', @values);
	};
	my @source = sort map { $normal->($_) } shell($file, 'SELECT ' . join(', ', @lite) . ' FROM ' . lite_name($source) . ";\n");
	my @result = sort map { $normal->($_) } split(/\n/, $node->safe_psql('postgres',
			'SELECT ' . join(', ', @pg) . qq{ FROM "$schema"."} . ($target =~ s/"/""/gr) . '"',
			extra_params => [ '-P', 'null=NULL' ]));
	my $differences = abs(@source - @result);
	for my $i (0 .. ($#source < $#result ? $#source : $#result))
	{
		next if $source[$i] eq $result[$i];
		diag("$source: SQLite $source[$i]\n$source: PostgreSQL $result[$i]") if $differences++ == 0;
	}
	return ($differences, scalar(@left_out));
}

# Migrates one file into a schema of its own and proves it.
sub migrate
{
	my ($name, $file, %opt) = @_;
	my $utf16 = (shell($file, 'PRAGMA encoding;'))[0] =~ /UTF-16/;

	$node->safe_psql('postgres', "CREATE SERVER $name FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . ")");
	my ($rc, $out, $err) = $node->psql('postgres', "CALL sqlite_mig.migrate('$name', '$name')");
	is($rc, 0, "$name: migrated") or diag($err);
	return if $rc != 0;

	my @tables = shell($file, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1;");
	my ($rows, $wrong, $bad_values, $left_out) = (0, 0, 0, 0);
	for my $table (@tables)
	{
		my $target = $node->safe_psql('postgres',
			"SELECT target_name FROM sqlite_mig.plan_table WHERE migration = '$name' AND include AND source_name = " . quoted($table));
		my ($in)  = shell($file, "SELECT count(*) FROM " . lite_name($table) . ";");
		my $there = $target eq '' ? 'no table' : $node->safe_psql('postgres', qq{SELECT count(*) FROM "$name"."} . ($target =~ s/"/""/gr) . '"');
		$rows += $in;
		if ($in ne $there)
		{
			$wrong++;
			diag("$name.$table: $in rows in SQLite, $there in PostgreSQL");
			next;
		}
		my ($differences, $columns) = compare_values($file, $name, $table, $target, $utf16);
		$bad_values += $differences;
		$left_out   += $columns;
	}
	ok(@tables > 0 && $wrong == 0, "$name: all $rows rows of " . @tables . ' tables are there');
	is($bad_values, 0, "$name: every value is the same by an independent route ($left_out columns have none)");
	is($node->safe_psql('postgres', "SELECT count(*) > 0 AND bool_and(ok) FROM sqlite_mig.verify('$name')"), 't', "$name: verified");
	is($rows, $opt{rows}, "$name: $opt{rows} rows as its origin says") if $opt{rows};

	# every object of sqlite_schema, column, default, check, key … is there, or in the ledger with a reason
	my ($objects) = shell($file, 'SELECT count(*) FROM sqlite_schema;');
	is($node->safe_psql('postgres', "SELECT count(*) FROM sqlite_mig.source_objects('$name')"), $objects, "$name: all $objects objects are looked at");
	is($node->safe_psql('postgres', "SELECT count(*) > 0, string_agg(kind || ' ' || name, ', ') FILTER (WHERE NOT made AND NOT told) FROM public.accounted('$name')"),
		't|', "$name: every object is in PostgreSQL or in the ledger");

	# ddl as a plain script of psql, in a database that has the extension and nothing else
	my $script = $node->safe_psql('postgres', "SELECT statement || ';' FROM sqlite_mig.ddl('$name') ORDER BY step");
	$node->safe_psql('other', "CREATE SERVER $name FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . "); CREATE SCHEMA $name; CREATE SCHEMA sqlite_$name");
	($rc, $out, $err) = $node->psql('other', $script, on_error_stop => 1, extra_params => [ '--single-transaction' ]);
	is($rc, 0, "$name: ddl runs as a script") or diag($err);
	my $made = $node->safe_psql('postgres', made($name));
	ok($made ne '' && $made eq $node->safe_psql('other', made($name)), "$name: and makes the same") or diag($made);
	return;
}

# What stands in a schema, as the catalogs write it
sub made
{
	my ($schema) = @_;
	return "SELECT o FROM (SELECT concat_ws(' ', c.relkind, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid)) AS o
			FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 LEFT JOIN pg_attrdef AS d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum) WHERE c.relnamespace = '$schema'::regnamespace
		UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = '$schema'::regnamespace
		UNION ALL SELECT pg_get_indexdef(i.indexrelid) FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid WHERE c.relnamespace = '$schema'::regnamespace
		UNION ALL SELECT pg_get_viewdef(oid) FROM pg_class WHERE relnamespace = '$schema'::regnamespace AND relkind = 'v'
		UNION ALL SELECT pg_get_triggerdef(t.oid) FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid WHERE c.relnamespace = '$schema'::regnamespace AND NOT t.tgisinternal
		UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = '$schema'::regnamespace) AS x ORDER BY o COLLATE \"C\"";
}

# What the note beside the files says of them
migrate('chinook',  "$data/chinook.sqlite", rows => 15607);
migrate('northwind', "$data/northwind.sqlite", rows => 3308);
migrate('django',   "$data/django_podcasts.sqlite3", rows => 462);
migrate('mammals',  "$data/portal_mammals.sqlite", rows => 35627);
migrate('survey',   "$data/survey.db", rows => 37);

system("gzip -dc '$data/sakila.db.gz' > '$dir/sakila.db'") == 0 or die 'gzip';
migrate('sakila', "$dir/sakila.db", rows => 47273);

# odd: a name with quotes, WITHOUT ROWID, UTF-16
migrate('odd_01', "$data/odd/01-02.db");
migrate('odd_03', "$data/odd/03-01.db");
migrate('odd_04', "$data/odd/04-01.db");

# a WAL left over: 2 tables and 11 rows, where the main file alone has 1 table of 10
for my $suffix ('', '-wal') { copy("$data/wal/wal_database.db$suffix", "$dir/wal.db$suffix") or die $!; }
$node->safe_psql('postgres', "CREATE SERVER wal FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database '$dir/wal.db')");
$node->safe_psql('postgres', "CALL sqlite_mig.migrate('wal', 'wal')");
is($node->safe_psql('postgres', "SELECT count(*), sum(rows) FROM sqlite_mig.journal WHERE migration = 'wal' AND object_kind = 'copy'"),
	'2|11', 'wal: the tables and rows of the WAL are there');

# malformed: an error, and nothing is left
$node->safe_psql('postgres', "CREATE SERVER corrupt FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database '$data/corrupt/corruptL-15.db')");
fails_with($node, "CALL sqlite_mig.migrate('corrupt', 'corrupt')", 'XX001', qr/malformed/, 'corrupt database');
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_namespace WHERE nspname IN ('corrupt', 'sqlite_corrupt')"), '0',
	'corrupt database: nothing is left');

still_running($node);
done_testing();
