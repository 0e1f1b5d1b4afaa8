# Settings of a role (ALTER ROLE ... SET, so that background workers have them as well), encodings and collations of databases, and encodings of clients: one small file goes
# the whole way (plan, migration with a worker, verify, diff, report, log of changes, sync, writing, import), and what arrives, what is planned and what is said of it are as in a plain session.
# Many settings at once, of which one hides no other; with MIG_EACH=1 each by itself.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node = start_node('each_setting');
my $dir  = PostgreSQL::Test::Utils::tempdir();
# LATIN1 has all of it but the last table, which is there for UTF8. Nothing in it calls upper() or lower(), which are those of the database's language, as the ledger says.
my $schema = <<'SQL';
CREATE TABLE kunde (id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE, "größe" DECIMAL(8,2), seit DATE DEFAULT '2024-02-01' CHECK (seit > '1999-12-31'), um TIMESTAMP DEFAULT CURRENT_TIMESTAMP, lang INTERVAL, roh BLOB DEFAULT x'005c27ff', ja BOOLEAN DEFAULT 1, tags JSON, r REAL DEFAULT 0.1, preis MONEY DEFAULT 1234.5, doc XML, liste TEXT, titel TEXT AS (name || '-I') STORED);
INSERT INTO kunde (id, name, "größe", seit, um, roh, ja, tags, r, doc, liste) VALUES (1, 'Ilse I', 1234.50, '2024-03-04', '2024-12-31 23:59:59.123', x'5c5c00', 1, '{"a": [1.50, null, "I"]}', 0.1 + 0.2, '<a>1</a>', 'NULL'), (2, 'émile\n', NULL, NULL, '2024-06-01T12:00:00Z', x'', 0, '[]', 1e-300, NULL, '{NULL,"a"}'), (3, '\', 0.01, '2031-01-02', NULL, NULL, NULL, NULL, 1234567.891, '<b/>', '');
CREATE UNIQUE INDEX kunde_name ON kunde (name); CREATE INDEX kunde_jahr ON kunde (substr(name, 1, 4)) WHERE ja = 1 AND "größe" IS NOT NULL;
CREATE TABLE kauf (id INTEGER PRIMARY KEY AUTOINCREMENT, kunde INTEGER REFERENCES kunde (id) ON DELETE CASCADE, menge INTEGER DEFAULT -1 CHECK (menge <> 0), art TEXT CHECK (art IN ('I', 'i', 'ß')));
INSERT INTO kauf VALUES (1, 1, 5, 'I'), (2, NULL, 7, 'i'), (10, 3, -9, 'ß');
CREATE VIEW summe AS SELECT name, strftime('%d.%m.%Y', seit) AS tag, total(menge) AS n, group_concat(art) AS arten FROM kunde LEFT JOIN kauf ON kunde = kunde.id WHERE name <> 'x' GROUP BY kunde.id;
CREATE TRIGGER neu AFTER UPDATE OF menge ON kauf WHEN NEW.menge > 1000 BEGIN UPDATE kunde SET liste = 'viel' WHERE id = NEW.kunde; END;
CREATE VIRTUAL TABLE suche USING fts5(name, content='kunde', content_rowid='id');
SQL
my $wide = qq{CREATE TABLE "表" (id INTEGER PRIMARY KEY, "ſpalte" TEXT DEFAULT 'İ'); INSERT INTO "表" VALUES (1, 'ıİIi'), (2, '日本')};
utf8::encode($_) foreach $schema, $wide;

# What arrived and what was said of it, asked in a plain session
sub seen
{
	my ($database, $s) = @_;
	my $out = $node->safe_psql($database, "SET client_encoding = 'UTF8';\n" . <<SQL);
SELECT 'plan', to_jsonb(p) - 'migration' - 'evidence' FROM sqlite_mig.plan_column AS p WHERE migration = '$s' ORDER BY source_table COLLATE "C", position;
SELECT 'constraint', conrelid::regclass::text COLLATE "C", pg_get_constraintdef(oid) COLLATE "C" FROM pg_constraint WHERE connamespace = '$s'::regnamespace AND contype <> 'n' ORDER BY 2, 3;
SELECT 'index', indexdef COLLATE "C" FROM pg_indexes WHERE schemaname = '$s' ORDER BY 2;
SELECT 'view', viewname, definition FROM pg_views WHERE schemaname = '$s' ORDER BY viewname COLLATE "C";
SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = '$s'::regnamespace ORDER BY proname COLLATE "C";
SELECT 'column', c.relname, a.attname, format_type(atttypid, atttypmod), pg_get_expr(adbin, adrelid), col_description(c.oid, attnum) FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND attnum > 0 LEFT JOIN pg_attrdef AS d ON adrelid = c.oid AND adnum = attnum WHERE c.relkind IN ('r', 'v') AND relnamespace = '$s'::regnamespace ORDER BY c.relname COLLATE "C", attnum;
SELECT 'ledger', phase, severity, effect, object_kind, object_name, detail, rows, sample, rule FROM sqlite_mig.ledger WHERE migration = '$s' ORDER BY phase COLLATE "C", severity COLLATE "C", object_kind COLLATE "C", object_name COLLATE "C", rule COLLATE "C", detail COLLATE "C";
-- (samples are shown as the session shows values)
SELECT 'check', table_name, check_name, source_value, target_value, ok, detail FROM sqlite_mig.last_verification WHERE migration = '$s' AND check_name !~ '^sample' ORDER BY table_name COLLATE "C", check_name COLLATE "C", detail COLLATE "C";
SELECT 'row', r FROM $s.kunde AS r ORDER BY id; SELECT 'row', r FROM $s.kauf AS r ORDER BY id; SELECT 'row', r FROM $s.summe AS r ORDER BY name COLLATE "C";
SQL
	$out =~ s/\b$s\b/S/g;
	# (quote_all_identifiers, also within JSON)
	$out =~ s/\\?"//g;
	return $out;
}

my %plain;
# The whole way of a file in a session of the role; returns what was seen
sub journey
{
	my ($database, $s, $what, %opt) = @_;
	my $file = "$dir/$s.db";
	unlink($file);
	sqlite($file, $schema . ($opt{wide} ? $wide : ''));
	my $before = $opt{before} // '';
	my $say = sub {
		my ($sql) = @_;
		my ($rc, $out, $err) = $node->psql($database, "SET client_encoding = 'UTF8'; $before $sql", on_error_stop => 1, extra_params => [ '-U', 'carrier' ]);
		return $rc == 0 ? $out : "failed: $err";
	};
	my $done = $say->("SET client_min_messages = error; CREATE SERVER $s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . ", updatable 'true');
		CALL sqlite_mig.migrate('$s', '$s', workers => " . ($opt{workers} // 1) . ");
		SELECT pg_catalog.count(*) FROM sqlite_mig.verify('$s', 'full') WHERE NOT ok;
		SELECT pg_catalog.bool_and(pg_catalog.length(sqlite_mig.report('$s', f)) OPERATOR(pg_catalog.>) 500) FROM pg_catalog.unnest('{text,json,html}'::pg_catalog.text[]) AS f;
		SELECT pg_catalog.count(*) FROM sqlite_mig.diff('sqlite_$s.kunde', '$s.kunde') AS d;
		SELECT pg_catalog.count(*) FROM sqlite_mig.alembic_revision('$s'); SELECT pg_catalog.count(*) OPERATOR(pg_catalog.>) 10 FROM sqlite_mig.assess('$s')");
	is($done, "0\nt\n0\n1\nt", "$what: migrated") or do { diag(grep { /\|f\|/ } split(/^/, seen($database, $s))) if $done !~ /failed/; return ''; };
	my $seen = seen($database, $s);
	my $later = $say->("SET client_min_messages = error; SELECT pg_catalog.count(*) FROM sqlite_mig.capture_install('$s');
		INSERT INTO sqlite_$s.kauf (kunde, menge, art) VALUES (2, 3, 'I'); UPDATE sqlite_$s.kunde SET um = '2024-05-06 07:08:09+00'::pg_catalog.timestamptz, r = 2.5::pg_catalog.float8, roh = pg_catalog.decode('00ff', 'hex') WHERE id = 2::pg_catalog.int8; DELETE FROM sqlite_$s.kauf WHERE id = 1::pg_catalog.int8");
	$later .= $say->("SET client_min_messages = error; SELECT pg_catalog.sum(inserted), pg_catalog.sum(updated), pg_catalog.sum(deleted) FROM sqlite_mig.sync('$s'); SELECT pg_catalog.count(*) FROM sqlite_mig.verify('$s') WHERE NOT ok; SELECT sqlite_mig.capture_remove('$s') OPERATOR(pg_catalog.>) 0;
		CREATE SCHEMA imported_$s; IMPORT FOREIGN SCHEMA main FROM SERVER $s INTO imported_$s; SELECT verdict FROM sqlite_mig.status('$s')");
	$seen .= "\n$later\n" . seen($database, $s) . sqlite($file, 'SELECT * FROM kauf; SELECT id, um, r, hex(roh) FROM kunde');
	$node->safe_psql($database, "SET client_min_messages = error; DROP SCHEMA $s, sqlite_$s, imported_$s CASCADE; DROP SERVER $s CASCADE; DELETE FROM sqlite_mig.migration WHERE migration = '$s'");
	return $seen;
}

# Compares with a plain session. In a database that is not in UTF8 PostgreSQL's functions may be others, which the ledger says, and of texts fewer checks are made; all rows are the same.
sub same
{
	my ($seen, $wanted, $what, %opt) = @_;
	return if $seen eq '';
	($seen, $wanted) = map { my $said = $_; join("\n", grep { $opt{rows} ? !/^(plan|ledger|check|column)\|/ || /verdict/ : !$opt{other_checks} || !/^check\|\w+\|(min|max)\(/ } split(/\n/, $said)) } ($seen, $wanted);
	return ok($seen eq $wanted, "$what: as in a plain session") || do {
		my @p = split(/\n/, $wanted);
		my @o = split(/\n/, $seen);
		my ($at) = grep { ($p[$_] // '') ne ($o[$_] // '') } 0 .. ($#p > $#o ? $#p : $#o);
		diag("plain: " . ($p[$at] // '') . "\nhere:  " . ($o[$at] // ''));
		0;
	};
}

sub database
{
	my ($name, $options) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $name TEMPLATE template0 $options") if $name ne 'postgres';
	$node->safe_psql($name, "CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig; GRANT USAGE ON FOREIGN DATA WRAPPER sqlite_fdw_mig TO carrier; GRANT CREATE ON DATABASE $name TO carrier");
	return;
}
$node->safe_psql('postgres', 'CREATE ROLE carrier LOGIN IN ROLE pg_read_server_files, pg_write_server_files');
database('postgres');

$plain{latin} = journey('postgres', 'plain', 'plain');
$plain{wide} = journey('postgres', 'plain', 'plain, letters of the world', wide => 1);
cmp_ok(() = $plain{latin} =~ /^(?:plan|check|row)\|/mg, '>', 40, 'much is compared');
like($plain{latin}, qr/^check\|\*\|verdict\|\|lossy as agreed\|t\|/m, 'and the verdict');

mkdir("$dir/elsewhere") or die;
$node->safe_psql('postgres', $_) foreach "CREATE TABLESPACE elsewhere LOCATION '$dir/elsewhere'", 'GRANT CREATE ON TABLESPACE elsewhere TO carrier';
my @settings = (
	"DateStyle = 'SQL, DMY'", "DateStyle = 'German'", "DateStyle = 'Postgres, MDY'", "IntervalStyle = 'sql_standard'", "IntervalStyle = 'iso_8601'", "TimeZone = 'America/St_Johns'", "timezone_abbreviations = 'India'", 'extra_float_digits = -15', "bytea_output = 'escape'", "xmloption = 'document'", "xmlbinary = 'hex'",
	'standard_conforming_strings = off', 'backslash_quote = off', 'quote_all_identifiers = on', 'array_nulls = off', 'transform_null_equals = on', "search_path = ''", "search_path = 'pg_temp, public'", "search_path = 'public, pg_catalog'", 'default_transaction_deferrable = on', 'check_function_bodies = off', "plan_cache_mode = 'force_generic_plan'",
	"plan_cache_mode = 'force_custom_plan'", 'constraint_exclusion = on', 'from_collapse_limit = 1', 'join_collapse_limit = 1', 'geqo_threshold = 2', "default_tablespace = 'elsewhere'", "temp_tablespaces = 'elsewhere'", "default_toast_compression = 'pglz'", 'synchronous_commit = off', "work_mem = '64kB'", "temp_buffers = '800kB'",
	'max_parallel_workers_per_gather = 0', 'parallel_setup_cost = 0', 'parallel_tuple_cost = 0', 'min_parallel_table_scan_size = 0', 'gin_fuzzy_search_limit = 1', 'default_statistics_target = 1', "statement_timeout = '60s'", "lock_timeout = '30s'", "idle_in_transaction_session_timeout = '60s'", "client_min_messages = 'debug1'", 'vacuum_cost_delay = 1', 'cursor_tuple_fraction = 1',
	"default_text_search_config = 'pg_catalog.german'", "session_replication_role = 'replica'", 'sqlite_fdw_mig.pushdown = off', 'sqlite_fdw_mig.max_connections = 1', "sqlite_fdw_mig.range_size = '8kB'", 'sqlite_fdw_mig.explain_query_plan = on', (map { "enable_$_ = off" } qw(seqscan indexscan indexonlyscan bitmapscan hashagg hashjoin mergejoin nestloop sort material memoize incremental_sort)),
);
# where the system has them: decimal commas, amounts of money, months and messages in another language
my ($german) = grep { /^de_DE\.utf-?8$/i } split(/\n/, `locale -a`);
push(@settings, map { "$_ = '$german'" } qw(lc_numeric lc_monetary lc_time lc_messages)) if $german;
# (a name stands once in each session; a plan with all ways switched off looks so costly that each statement would be compiled)
my @sessions;
for my $setting (@settings)
{
	my ($name) = $setting =~ /^(\S+)/;
	my ($session) = $ENV{MIG_EACH} ? () : grep { !grep { /^\Q$name\E / } @$_ } @sessions;
	push(@sessions, $session = []) if !$session;
	push(@$session, $setting);
}
my $n = 0;
for my $session (@sessions)
{
	$node->safe_psql('postgres', join(';', map { "ALTER ROLE carrier SET $_" } @$session, 'jit = off'));
	my $what = @$session < 3 ? join(', ', @$session) : @$session . ' settings';
	same(journey('postgres', 's' . $n++, $what), $plain{latin}, $what);
	$node->safe_psql('postgres', 'ALTER ROLE carrier RESET ALL');
}
# What one cannot have, and is told so: other isolation than workers need, and all rows of tables whose rows are guarded.
$node->safe_psql('postgres', "ALTER ROLE carrier SET default_transaction_isolation = 'serializable'");
same(journey('postgres', 'serial', 'serializable', workers => 0), $plain{latin}, 'serializable');
$node->safe_psql('postgres', "SET ROLE carrier; CREATE SERVER plain FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted("$dir/plain.db") . ')');
for my $case ([ "default_transaction_isolation = 'serializable'", '25001' ], [ 'row_security = off', '42501' ], [ 'default_transaction_read_only = on', '25006' ])
{
	my ($setting, $state) = @$case;
	$node->safe_psql('postgres', "ALTER ROLE carrier RESET ALL; ALTER ROLE carrier SET $setting");
	my ($rc, $out, $err) = $node->psql('postgres', "SET client_min_messages = error; CALL sqlite_mig.migrate('plain', 'plain', workers => 1)", extra_params => [ '-U', 'carrier', '-v', 'VERBOSITY=verbose' ]);
	like($err, qr/ERROR:  $state: /, "$setting: $state");
	is($node->safe_psql('postgres', "SELECT count(*) FROM pg_namespace WHERE nspname = 'plain'; SELECT count(*) FROM sqlite_mig.migration"), "0\n0", 'and nothing is made');
}
$node->safe_psql('postgres', 'ALTER ROLE carrier RESET ALL');

# Clients that cannot show all of it, or say nothing of their encoding
same(journey('postgres', 'client_' . lc, "client $_", before => "SET client_encoding = '$_';", wide => 1), $plain{wide}, "client $_") foreach qw(LATIN1 SJIS SQL_ASCII);

# Databases in other encodings, and such that take letters for others: Turkish has another capital of i
my @databases = (
	[ 'latin',   "ENCODING 'LATIN1' LOCALE 'C'",    'latin', other_checks => 1 ],
	[ 'euc',     "ENCODING 'EUC_JP' LOCALE 'C'",    'latin', other_checks => 1 ],
	[ 'ascii',   "ENCODING 'SQL_ASCII' LOCALE 'C'", 'wide',  rows => 1 ],
	[ 'turkish', "ENCODING 'UTF8' LOCALE 'C.UTF-8' LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR'", 'wide' ],
	[ 'german',  "ENCODING 'UTF8' LOCALE 'C.UTF-8' LOCALE_PROVIDER icu ICU_LOCALE 'de-u-kn-true-ks-level2'", 'wide' ],
);
my ($turkish) = grep { /^tr_TR\.utf-?8$/i } split(/\n/, `locale -a`);
push(@databases, [ 'turkish_libc', "ENCODING 'UTF8' LOCALE '$turkish'", 'wide' ]) if $turkish;
for my $case (@databases)
{
	my ($name, $options, $file, %opt) = @$case;
	database($name, $options);
	same(journey($name, $name, "database $name", wide => $file eq 'wide'), $plain{$file}, "database $name", %opt);
}
is($node->safe_psql('turkish', "SELECT lower('ID') = 'id', sqlite_mig_internal._styled_name('ID İÖ', 'lower') = 'id iö', sqlite_compat.datetime('2024-01-01', '+1 MINUTES'), (SELECT count(*) FROM sqlite_mig.type_candidates('BIGINT') AS c WHERE target_type = 'bigint')"), 'f|t|2024-01-01 00:01:00|1', 'Turkish: what has nothing to do with the language');
# What the database has no letters for is an error, before anything is made.
sqlite("$dir/names.db", $wide);
my ($rc, $out, $err) = $node->psql('latin', "SET client_min_messages = error; CREATE SERVER plain FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted("$dir/names.db") . "); CALL sqlite_mig.migrate('plain', 'plain')", extra_params => [ '-U', 'carrier', '-v', 'VERBOSITY=verbose' ]);
like($err, qr/ERROR:  22P05: /, 'names that LATIN1 has not: 22P05');
is($node->safe_psql('latin', "SELECT count(*) FROM pg_namespace WHERE nspname = 'plain'; SELECT count(*) FROM sqlite_mig.migration"), "0\n0", 'and nothing is made');
still_running($node);
$node->stop;
done_testing();
