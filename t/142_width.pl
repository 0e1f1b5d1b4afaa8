# What psql shows of each public function, view and table, as wide as a window: nobody should need \x or a pager.
#
# Each relation and each function that returns columns is asked of the catalog, so a new one fails here until it is covered.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node = start_node('width');
my $dir  = PostgreSQL::Test::Utils::tempdir();
my $file = "$dir/shop.db";

# Names and values of ordinary length; something of each kind that is a finding, one value that is rejected.
sqlite($file, q{
CREATE TABLE customers (customer_id INTEGER PRIMARY KEY AUTOINCREMENT, full_name VARCHAR(60) NOT NULL, email TEXT UNIQUE COLLATE NOCASE, birthday DATE, preferences JSON, created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE order_lines (order_id INTEGER NOT NULL, line_no INTEGER NOT NULL, customer_id INTEGER REFERENCES customers (customer_id) ON DELETE CASCADE,
  unit_price DECIMAL(10,2) CHECK (unit_price >= 0), quantity INTEGER DEFAULT 1, shipped BOOLEAN, comment VARCHAR(20), PRIMARY KEY (order_id, line_no)) WITHOUT ROWID;
CREATE INDEX order_lines_customer ON order_lines (customer_id, order_id);
CREATE VIEW customer_totals AS SELECT c.full_name, sum(l.unit_price * l.quantity) AS total FROM customers AS c JOIN order_lines AS l USING (customer_id) GROUP BY c.customer_id;
CREATE VIEW odd_view AS SELECT load_extension(full_name) AS loaded FROM customers;
CREATE TRIGGER customers_touched AFTER UPDATE ON customers BEGIN UPDATE customers SET created_at = datetime('now') WHERE customer_id = new.customer_id; END;
CREATE VIRTUAL TABLE comments_search USING fts5 (comment);
INSERT INTO comments_search VALUES ('please ring twice');
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
INSERT INTO customers SELECT i, 'Customer Number ' || i, 'customer' || i || '@example.org', date('1970-01-01', (i * 37) || ' days'), '{"newsletter": true}', datetime('2024-01-01', i || ' hours') FROM n;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
INSERT INTO order_lines SELECT i / 3, i % 3, i % 10 + 1, round(i * 1.37, 2), i % 7, i % 2, 'as agreed on the phone' FROM n;
UPDATE order_lines SET comment = 'x' WHERE order_id % 50 > 0;
UPDATE customers SET birthday = 'spring 1971' WHERE customer_id = 17;});
mkdir "$dir/many" or die $!;
sqlite("$dir/many/tenant_$_.db", q{CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT); INSERT INTO notes (body) VALUES ('hello')}) foreach qw(north south);
sqlite("$dir/away.db", q{CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT); INSERT INTO notes (body) VALUES ('hello')});

$node->safe_psql('postgres', "SET client_min_messages = error;
CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . ", updatable 'true');
CREATE SERVER away FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted("$dir/away.db") . ", updatable 'true');
SELECT sqlite_mig.prepare('shop', 'shop');
UPDATE sqlite_mig.plan_column SET target_type = 'date', on_error = NULL WHERE source_name = 'birthday';
CALL sqlite_mig.migrate('shop', 'shop', on_error => 'reject');
CALL sqlite_mig.migrate('away', 'away');
SELECT count(*) FROM sqlite_mig.verify('shop', level => 'full');
SELECT sqlite_mig.capture_install('away');");
sqlite("$dir/away.db", q{INSERT INTO notes (body) VALUES ('one more')});
$node->safe_psql('postgres', "SELECT count(*) FROM sqlite_mig.sync('away')");
$node->safe_psql('postgres', "UPDATE shop.order_lines SET quantity = 77, comment = NULL WHERE order_id = 3; DELETE FROM shop.order_lines WHERE order_id = 5");

# Statements as a new user types them; DIR is the scratch folder. An empty list: shown by another or never typed by hand.
my %typed = (
	alembic_revision => q{SELECT filename, revision FROM sqlite_mig.alembic_revision('shop')},    # the rest is a program
	assess => q{SELECT * FROM sqlite_mig.assess('shop')},
	backup => q{SELECT * FROM sqlite_mig.backup('shop', 'DIR/copy.db')},
	capture_install => q{SELECT * FROM sqlite_mig.capture_install('shop')},
	capture_remove => q{SELECT * FROM sqlite_mig.capture_remove('shop')},
	checksum => q{SELECT * FROM sqlite_mig.checksum('sqlite_shop.order_lines')},
	checksum_ranges => q{SELECT * FROM sqlite_mig.checksum_ranges('sqlite_shop.order_lines', 'shop.order_lines')},
	connections => q{SELECT * FROM sqlite_mig.source_info('shop') AS i, sqlite_mig.connections() AS c},
	copy_table => q{SELECT * FROM sqlite_mig.copy_table('sqlite_shop.order_lines', 'shop.order_lines', on_conflict => 'nothing', on_error => 'reject')},
	cutover => q{SELECT * FROM sqlite_mig.cutover('away')},
	cutover_undo => q{SELECT * FROM sqlite_mig.cutover_undo('away')},
	ddl => q{SELECT * FROM sqlite_mig.ddl('shop')},
	diff => q{SELECT * FROM sqlite_mig.diff('sqlite_shop.order_lines', 'shop.order_lines')},
	lint_sql => q{SELECT * FROM sqlite_mig.lint_sql('SELECT full_name, total / quantity FROM order_lines WHERE comment LIKE ''a%'' GROUP BY customer_id; PRAGMA synchronous = OFF')},
	migrate_many => q{SELECT * FROM sqlite_mig.migrate_many('DIR/many', 'many')},
	parse_table => q{SELECT * FROM sqlite_mig.parse_table('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL)')},
	plan_check => q{SELECT * FROM sqlite_mig.plan_check('shop')},
	pool_size => q{SELECT * FROM sqlite_mig.pool_size(4, 8)},
	prepare => q{SELECT * FROM sqlite_mig.prepare('shop', 'again', migration => 'again')},
	profile => q{SELECT * FROM sqlite_mig.profile('shop', 'customers')},
	replay => q{SELECT * FROM sqlite_mig.replay('shop')},
	report => q{SELECT * FROM sqlite_mig.report('shop', 'text')},
	source_columns => q{SELECT * FROM sqlite_mig.source_columns('shop', 'customers')},
	source_foreign_keys => q{SELECT * FROM sqlite_mig.source_foreign_keys('shop', 'order_lines')},
	source_indexes => q{SELECT * FROM sqlite_mig.source_indexes('shop', 'order_lines')},
	source_info => q{SELECT * FROM sqlite_mig.source_info('shop')},
	source_objects => q{SELECT * FROM sqlite_mig.source_objects('shop')},
	source_sequences => q{SELECT * FROM sqlite_mig.source_sequences('shop')},
	source_tables => q{SELECT * FROM sqlite_mig.source_tables('shop')},
	status => q{SELECT * FROM sqlite_mig.status('shop')},
	sync => q{SELECT * FROM sqlite_mig.sync('away')},
	to_postgres => q{SELECT * FROM sqlite_mig.to_postgres('SELECT total / quantity FROM order_lines WHERE comment LIKE ''a%''')},
	type_candidates => q{SELECT * FROM sqlite_mig.type_candidates('VARCHAR(20)')},
	verify => q{SELECT * FROM sqlite_mig.verify('shop', level => 'full')});

# Those that people read as they come, in psql's own format, without \x. The others have more columns than a window, or the source's own SQL
# or JSON in them: they are asked for columns, or shown with \pset format wrapped.
my @read = qw(assess backup capture_install capture_remove copy_table cutover cutover_undo ddl lint_sql pool_size prepare replay source_foreign_keys source_sequences status sync);
my @few = (
	# (verdict has a command that is not broken; a word that is longer than its column makes it wider)
	q{SELECT * FROM sqlite_mig.verify('shop', level => 'full') WHERE check_name NOT IN ('verdict') AND length(check_name) < 32},
	q{SELECT * FROM sqlite_mig.plan_check('shop') WHERE object_kind = 'column'},
	q{SELECT * FROM sqlite_mig.verify('shop')},
	q{SELECT translated FROM sqlite_mig.to_postgres('SELECT c.full_name, sum(l.unit_price * l.quantity) AS total FROM customers AS c JOIN order_lines AS l USING (customer_id) WHERE l.shipped GROUP BY c.customer_id')},
	q{SELECT tenant, server, verdict, tables_migrated, rows, seconds, reason FROM sqlite_mig.migrate_many('DIR/many', 'many')},
	q{SELECT column_name, declared_type, nulls, integers, reals, texts, blobs, max_chars FROM sqlite_mig.profile('shop', 'customers')},
	q{SELECT table_name, kind, estimated_rows, without_rowid, strict FROM sqlite_mig.source_tables('shop')},
	q{SELECT effect, object_kind, object_name, rows, rule FROM sqlite_mig.ledger WHERE migration = 'shop'},
	q{SELECT source_name, declared_type, target_type, confidence, evidence ->> 'rule' AS rule FROM sqlite_mig.plan_column WHERE migration = 'shop'});

my @functions = split /\n/, $node->safe_psql('postgres', q{SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'sqlite_mig'::regnamespace AND prokind = 'f'
	AND (proretset OR prorettype = 'record'::regtype OR (SELECT typtype FROM pg_type WHERE oid = prorettype) = 'c') ORDER BY 1});
my @relations = split /\n/, $node->safe_psql('postgres', q{SELECT relname FROM pg_class WHERE relnamespace = 'sqlite_mig'::regnamespace AND relkind IN ('r', 'v', 'p') ORDER BY 1});
cmp_ok(scalar @functions, '>', 25, 'the catalog tells the functions');
cmp_ok(scalar @relations, '>', 15, 'and the relations');
is(join(' ', grep { !$typed{$_} } @functions), '', 'each function that gives columns has its statement here');
foreach my $name (@read)
{
	my ($width) = measure($typed{$name});
	cmp_ok($width, '<=', 120, "$name: $width columns");
}
foreach my $sql (@few)
{
	my ($width) = measure($sql);
	# (verify shows the checksums of both sides, each whole: programs compare them)
	my $most = $sql =~ /verify.*full/ ? 160 : $sql =~ /verify/ ? 140 : 120;
	cmp_ok($width, '<=', $most, "$sql: $width columns");
}
# psql breaks cells, but not headings: those with too many columns for that are to be asked for some of them
foreach my $sql ((map { $typed{$_} // () } @functions), map { "SELECT * FROM sqlite_mig.$_" } @relations)
{
	my ($width, $headings) = measure($sql, '-P', 'format=wrapped', '-P', 'columns=120');
	ok($width <= 120 || $headings > 120, "$sql, wrapped: $width columns, headings $headings");
}
my ($width) = measure(q{SELECT * FROM sqlite_mig.profile('shop', 'customers')});
cmp_ok($width, '>', 120, 'a wide answer is measured as wide');

# The same of a plan with faults, and of the two sample applications
my $faults = q{UPDATE sqlite_mig.plan_column SET target_type = 'integer' WHERE migration = 'shop' AND source_name IN ('full_name', 'comment', 'preferences'); };
($width) = measure("$faults SELECT * FROM sqlite_mig.plan_check('shop') WHERE object_kind = 'column'");
cmp_ok($width, '<=', 120, "plan_check with findings: $width columns");
my %samples = (weather => 'weather_cache', music => 'music_time_machine');
foreach my $sample (sort keys %samples)
{
	my @shown = ('ddl(%s)', "verify(%s)", 'prepare(%s, %s, migration => \'other\')', 'assess(%s)', 'status(%s)');
	my $name = $node->safe_psql('postgres', "SELECT quote_literal('$sample')");

	is(system("$FindBin::RealBin/../examples/make_sqlite", $samples{$sample}, "$dir/$sample.db"), 0, "$sample is made");
	$node->safe_psql('postgres', "CREATE SERVER $sample FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted("$dir/$sample.db") . "); CALL sqlite_mig.migrate($name, $name)");
	foreach my $call (@shown)
	{
		my $sql = sprintf "SELECT * FROM sqlite_mig.$call", $name, $name;
		($width) = measure($sql);
		# (a comment of the source is a string, which is not broken)
		cmp_ok($width, '<=', $call =~ /ddl/ ? 124 : 120, "$sql: $width columns");
	}
	# the longest name of a check and the checksum of both sides leave less than one word for the rest
	($width) = measure("SELECT * FROM sqlite_mig.verify($name, level => 'full')");
	my $longest = $node->safe_psql('postgres', "SELECT max(length(table_name)) + max(length(check_name)) FROM sqlite_mig.verify($name, level => 'full')");
	cmp_ok($width, '<=', 114 + ($longest < 46 ? 46 : $longest), "verify $sample, level full: $width columns, names $longest");
}

# What psql says to a new user who looks around
foreach my $command ('\dv sqlite_mig.*', '\dt sqlite_mig.*', '\dew', '\des', '\det sqlite_shop.*', '\dn sqlite*')
{
	my ($found) = measure($command);
	cmp_ok($found, '<=', 120, "$command: $found columns");
}

# psql shows the context of errors: what a new user gets wrong first is not followed by a screen of it
$node->safe_psql('postgres', "CREATE SERVER nowhere FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database '/nowhere/shop.db')");
foreach my $server (qw(nowhere no_such_server))
{
	foreach my $call ("SELECT * FROM sqlite_mig.assess('$server')", "SELECT * FROM sqlite_mig.prepare('$server')", "CALL sqlite_mig.migrate('$server')",
		"SELECT * FROM sqlite_mig.status('$server')", "SELECT * FROM sqlite_mig.verify('$server')", "SELECT * FROM sqlite_mig.ddl('$server')", "SELECT * FROM sqlite_mig.sync('$server')")
	{
		my ($stdout, $stderr) = ('', '');
		$node->psql('postgres', $call, stdout => \$stdout, stderr => \$stderr);
		my ($context) = $stderr =~ /^CONTEXT:(.*)/ms;
		my @lines = split /\n/, $context // '';
		ok($stderr =~ /ERROR:.*\nHINT:/ && $stderr !~ /NOTICE/ && @lines <= 3, "$call: an error, a hint, " . @lines . ' lines of context') or diag($stderr);
	}
}

# A hint that is a command can be typed: its statements are parsed. ('...' is for the user to fill in, and a string to the parser.)
my ($hints, $bad) = (0, '');
foreach my $out (glob "$FindBin::RealBin/../expected/*.out")
{
	foreach my $hint (slurp_file($out) =~ /^HINT:  (.*)$/mg)
	{
		while ($hint =~ /\b((?:SELECT|CALL|UPDATE|INSERT|DELETE|ALTER|CREATE|DROP|GRANT) [^;]*);/g)
		{
			my $statement = $1;
			my ($stdout, $stderr) = ('', '');
			next if $statement =~ /\bSERVER \.\.\. /;
			$hints++;
			$node->psql('postgres', "DO \$hint\$ BEGIN RETURN; $statement; END \$hint\$", stdout => \$stdout, stderr => \$stderr);
			$bad .= "$out: $statement\n$stderr\n" if $stderr ne '';
		}
	}
}
cmp_ok($hints, '>', 50, "hints with commands: $hints");
is($bad, '', 'all of them can be parsed');

done_testing();

# Runs a statement as psql shows it, in a transaction that is rolled back; returns the width of its widest line and that of the headings.
sub measure
{
	my ($sql, @format) = @_;
	my ($out, $err) = ('', '');
	$sql =~ s/DIR/$dir/;
	my $end = $sql =~ /^\\/ ? "\n" : ";\n";
	unlink "$dir/copy.db";
	my $done = IPC::Run::run([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-P', 'pager=off', @format ],
		'<', \"SET client_encoding = 'UTF8'; BEGIN;\n$sql${end}ROLLBACK;\n", '>', \$out, '2>', \$err);
	utf8::decode($out);
	my @lines = split /\n/, $out;
	ok($done && @lines > 1, "$sql runs") or diag($err);
	my $headings = 0;
	$headings += length() + 3 foreach map { s/^\s+|\s+$//gr } split /\|/, $lines[0] // '';
	my $width = 0;
	foreach (@lines) { $width = length if length > $width }
	return ($width, $headings);
}
