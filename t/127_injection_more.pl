# Injection, where 121_injection.pl does not reach: what the books of a file say (full-text options, reference systems, comments of a GeoPackage), collations, names of constraints, lists of
# checks, counters, rows in quarantine, workers, names of files and tenants, and every text argument of every public function. Nothing is executed, and nothing is a syntax error.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node = start_node('injection_more');
my $dir  = PostgreSQL::Test::Utils::tempdir();
$node->safe_psql('postgres', "CREATE ROLE carrier IN ROLE pg_read_server_files, pg_write_server_files; GRANT CREATE ON DATABASE postgres TO carrier; GRANT USAGE ON FOREIGN DATA WRAPPER sqlite_fdw_mig TO carrier; GRANT EXECUTE ON FUNCTION pg_ls_dir(text) TO carrier; CREATE SCHEMA c;
	CREATE TABLE c.canary (what text); INSERT INTO c.canary VALUES ('alive'); ALTER TABLE c.canary OWNER TO carrier; GRANT ALL ON SCHEMA c TO carrier");
$node->psql('postgres', 'CREATE EXTENSION postgis') == 0 or note('without PostGIS: geometries stay bytes');
my @attempts = (q{'; DROP TABLE c.canary; --}, q{"; DROP TABLE c.canary; --}, q{') ; DROP TABLE c.canary; --}, q{"); DROP TABLE c.canary; --}, q{$$; DROP TABLE c.canary; $$}, q{\\'; DROP TABLE c.canary; --}, q{%1$I %s}, q{x" AS y; ATTACH 'z}, qq{-- \n; DROP TABLE c.canary}, q{i USING btree (id); DROP TABLE c.canary; --});
sub name { return '"' . ($_[0] =~ s/"/""/gr) . '"' }
sub text { return "'" . ($_[0] =~ s/'/''/gr) . "'" }
sub dollars { return "\$q\$$_[0]\$q\$" }

sub unharmed
{
	my ($after) = @_;
	return is($node->safe_psql('postgres', "SELECT string_agg(what, ',') || count(*) FROM c.canary"), 'alive1', "$after: nothing was executed");
}

sub run
{
	my ($sql, $what) = @_;
	my ($rc, $out, $err) = $node->psql('postgres', "SET client_min_messages = error; SET ROLE carrier; $sql", on_error_stop => 1);
	is($rc, 0, $what) or diag(substr($err, 0, 1500));
	return $out;
}

# The books of a GeoPackage, with an attempt in each text; its tables have the rest.
my @statements = ("PRAGMA application_id = 1196444487", "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT, organization_coordsys_id INTEGER, definition TEXT, description TEXT)",
	"CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, description TEXT, srs_id INTEGER)", "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER, z, m)",
	"CREATE TABLE gpkg_data_columns (table_name TEXT, column_name TEXT, name TEXT, title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT)", "CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT, constraint_type TEXT, value TEXT, min, min_is_inclusive, max, max_is_inclusive, description TEXT)",
	"CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT, definition TEXT, scope TEXT)");
for my $i (0 .. $#attempts)
{
	my ($a, $b) = ("$attempts[$i] $i", "$attempts[ ($i + 1) % @attempts ] $i");
	my ($t, $c, $v) = (name($a), name($b), text($attempts[$i]));
	my $srid = 200000 + $i;
	push @statements,
	  "CREATE TABLE $t (id INTEGER CONSTRAINT " . name("pk $b") . " PRIMARY KEY AUTOINCREMENT, $c TEXT COLLATE NOCASE CONSTRAINT " . name("in $b") . " CHECK ($c IN ($v, 'other', " . text("'$b") . ")), n TEXT COLLATE RTRIM, geom BLOB, d DATE, p INTEGER, CONSTRAINT " . name("u $a") . " UNIQUE (n, $c), CONSTRAINT " . name("f $a") . " FOREIGN KEY (p) REFERENCES $t (id) ON DELETE SET NULL)",
	  "INSERT INTO $t (id, $c, n, geom, d, p) VALUES (1, $v, $v, NULL, '2024-01-02', NULL), (5, 'other', " . text($b) . ", NULL, " . text($attempts[$i]) . ", 1)",
	  "CREATE VIRTUAL TABLE " . name("fts $a") . " USING " . ($i % 2 ? "fts4(" . name($b) . ", tokenize=unicode61 \"tokenchars='$i\")" : "fts5(" . name($b) . ", content=$t, content_rowid='id', tokenize = \"unicode61 separators '''$i'\", prefix='2 3')"),
	  "CREATE VIRTUAL TABLE " . name("r $a") . " USING rtree(id, " . join(', ', map { name("$_ $b") } qw(x0 x1 y0 y1)) . ", +" . name("aux $a") . ")",
	  "INSERT INTO " . name("r $a") . " VALUES (1, 0, 1, 0, 1, $v)",
	  "INSERT INTO gpkg_spatial_ref_sys VALUES ($v, $srid, $v, $srid, $v, $v)", "INSERT INTO gpkg_contents VALUES (" . text($a) . ", " . ($i % 3 ? "'features'" : $v) . ", $v, $v, $srid)",
	  "INSERT INTO gpkg_geometry_columns VALUES (" . text($a) . ", 'geom', " . ($i % 2 ? "'POINT'" : $v) . ", " . ($i % 4 ? $srid : $v) . ", $v, 0)",
	  "INSERT INTO gpkg_data_columns VALUES (" . text($a) . ", " . text($b) . ", $v, $v, $v, $v, $v)", "INSERT INTO gpkg_data_column_constraints VALUES ($v, " . ($i % 2 ? "'enum'" : "'range'") . ", $v, $v, 1, $v, 1, $v)", "INSERT INTO gpkg_extensions VALUES (" . text($a) . ", $v, $v, $v, $v)",
	  # an extra row for a table that is not there, and one that is, among the counters
	  "INSERT INTO sqlite_sequence VALUES ($v, 77)";
}
push @statements, "UPDATE gpkg_geometry_columns SET geometry_type_name = 'POINT) ; DROP TABLE c.canary; --' WHERE srs_id = 200001", "ANALYZE";
my $sql = join(";\n", @statements) . ";\n";
# The path of the file as well
my $file = "$dir/it's; DROP TABLE c.canary; -- \$\$ %41?mode=rw#x.db";
sqlite($file, $sql);

for my $mode ('atomic', 'resumable')
{
	my $s  = "$mode'\"; DROP TABLE c.canary; --";
	my $qs = dollars($s);
	run("CREATE SERVER " . name($s) . " FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . text($file) . ", updatable 'true')", "$mode: server");
	run("CALL sqlite_mig.migrate($qs, $qs, migration => " . dollars("m $s") . ", mode => '$mode', workers => 2, on_error => 'reject', options => jsonb_build_object('source_schema', " . dollars("source $s") . ", 'policy', 'quarantine', 'text_search_config', 'simple', 'names', '" . ($mode eq 'atomic' ? 'preserve' : 'snake') . "'))", "$mode: migrate");
	unharmed("$mode: migrate");
	is(run("SELECT count(*), count(*) FILTER (WHERE NOT ok AND check_name <> 'verdict') FROM sqlite_mig.verify($qs, 'full', " . dollars("m $s") . ") HAVING count(*) > 100", "$mode: verify") =~ s/^\d+\|//r, '0', "$mode: all of it has arrived")
	  or diag($node->safe_psql('postgres', 'SELECT table_name, check_name, detail FROM sqlite_mig.last_verification WHERE NOT ok'));
	run("SELECT * FROM sqlite_mig.replay($qs, migration => " . dollars("m $s") . ")", "$mode: replay");
	run("SELECT sqlite_mig.report($qs, f, " . dollars("m $s") . ") FROM unnest('{text,json,html}'::text[]) AS f; SELECT * FROM sqlite_mig.plan_check($qs, " . dollars("m $s") . "); SELECT * FROM sqlite_mig.ddl($qs, " . dollars("m $s") . "); SELECT * FROM sqlite_mig.assess($qs)", "$mode: reports");
	my $revision = run("SELECT content FROM sqlite_mig.alembic_revision($qs, " . dollars("m $s") . ")", "$mode: alembic_revision");
	open(my $out, '>:utf8', "$dir/revision_$mode.py") or die;
	print $out $revision;
	close($out);
	command_ok([ 'python3', '-m', 'py_compile', "$dir/revision_$mode.py" ], "$mode: the revision is Python");
	run("SELECT * FROM sqlite_mig.capture_install($qs, " . dollars("m $s") . "); SELECT * FROM sqlite_mig.sync($qs, " . dollars("m $s") . "); SELECT * FROM sqlite_mig.cutover($qs, migration => " . dollars("m $s") . ", dry_run => true); SELECT sqlite_mig.capture_remove($qs)", "$mode: sync, cut over");
	unharmed($mode);
	is(sqlite($file, 'PRAGMA integrity_check') =~ s/\s//gr, 'ok', "$mode: the file is whole");
}

# Many files: names of files are those of servers, migrations and values of the partition key.
my @many = map { "$dir/" . ($_ =~ s{/}{}gr) . '.sqlite' } @attempts[ 0, 1, 4, 6 ];
my $indexes = join('', map { 'CREATE INDEX ' . name($_) . ' ON item (v);' } @attempts);
sqlite($_, "CREATE TABLE item (id INTEGER PRIMARY KEY, v TEXT); $indexes INSERT INTO item VALUES (1, " . text($_) . ")") foreach @many;
is(run("SELECT count(*) FILTER (WHERE verdict = 'lossless'), count(*) FROM sqlite_mig.migrate_many(ARRAY[" . join(', ', map { text($_) } @many) . "], " . dollars($attempts[1]) . ", tenants => ARRAY[" . join(', ', map { dollars("tenant $_") } @attempts[ 0, 1, 4, 6 ]) . "], tenant_column => " . dollars($attempts[0]) . ")", 'many files'), '4|4', 'all of them');
unharmed('many files');

# Each text argument of each public function, with each attempt; the other arguments are what they are when a migration is meant.
$node->safe_psql('postgres', "SET client_min_messages = error; SET ROLE carrier; CREATE SERVER plain FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . text($many[0]) . "); CALL sqlite_mig.migrate('plain', 'plain')");
my @functions = map { [ split(/\t/) ] } split(/\n/, $node->safe_psql('postgres', q{SELECT p.oid::regproc || E'\t' || p.prokind::text || E'\t' || array_to_string(p.proargnames, ',', '') || E'\t' || array_to_string(ARRAY(SELECT t::regtype FROM unnest(p.proargtypes) AS t), ',') || E'\t' || p.pronargdefaults
	FROM pg_proc AS p WHERE pronamespace = 'sqlite_mig'::regnamespace AND prokind IN ('f', 'p') AND EXISTS (SELECT FROM unnest(p.proargtypes) AS t WHERE t::regtype::text ~ '^(text|jsonb?|name)') ORDER BY 1}));
cmp_ok(scalar(@functions), '>', 30, 'public functions with texts');
# (these take SQL, that of SQLite, and say what is wrong with it)
my %takes_sql = map { $_ => 1 } qw(to_postgres lint_sql parse_table);
my ($calls, $script) = (0, '');
for my $function (@functions)
{
	my ($called, $kind, $names, $types) = @$function;
	my @names = split(/,/, $names, -1);
	my @types = split(/,/, $types);
	for my $n (grep { $types[$_] =~ /^(text|json|name)/ } 0 .. $#types)
	{
		for my $attempt (@attempts)
		{
			my $value = sub { my ($type, $x) = @_; return $type =~ /\[\]$/ ? "ARRAY[$x]::$type" : $type =~ /^json/ ? "pg_catalog.to_json${\ ($type =~ /b/ ? 'b' : '')}($x\::pg_catalog.text)" : "$x\::$type" };
			my @arguments = map {
				$_ == $n ? $value->($types[$_], dollars($attempt))
				  : $names[$_] eq 'server' || $names[$_] eq 'target_schema' ? "'plain'" : $names[$_] eq 'migration' ? "NULL::text" : $types[$_] eq 'regclass' ? "'plain.item'::regclass" : $types[$_] =~ /^text\[\]/ ? "ARRAY['id']" : $types[$_] eq 'text' ? "'item'" : "NULL::$types[$_]"
			} 0 .. $#types;
			$script .= "\\warn call $called $n\n" . ($kind eq 'p' ? 'CALL' : 'SELECT * FROM') . " $called(" . join(', ', @arguments) . ")" . ($called =~ /fdw_|record/ ? ' AS r (a text)' : '') . ";\n";
			$calls++;
		}
	}
}
my ($rc, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\nSET client_min_messages = error; SET statement_timeout = '10s'; SET ROLE carrier;\n$script", on_error_stop => 0, extra_params => ['-q']);
my (undef, @answers) = split(/^call /m, $err);
is(scalar(@answers), $calls, "$calls calls");
my %wrong;
for my $answer (@answers)
{
	my ($called, $n, $state) = $answer =~ /^sqlite_mig\.(\S+) (\d+)\n(?:.*?ERROR:  (\w{5}))?/s;
	next if !defined $state;
	# (42P01 and 42703 are also what we say of a name that is not there)
	$wrong{"$called, argument $n: $state"} //= $answer if ($state =~ /^(42601|XX...|42883)/ || $state =~ /^(42P01|42703)/ && $answer =~ /^LOCATION: .* (parse_|namespace|scan)/m) && !$takes_sql{$called};
}
is(join("\n", sort keys %wrong), '', 'no attempt becomes SQL that is wrong') or diag(map { substr($_, 0, 700) } @wrong{ sort keys %wrong });
unharmed('every text argument');
is($node->safe_psql('postgres', "SELECT count(*) FROM plain.item"), 1, 'and the migrated table is as it was');
still_running($node);
$node->stop;
done_testing();
