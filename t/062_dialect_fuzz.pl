# to_postgres, lint_sql and convert_placeholders take any text: statements of the corpus with bytes changed, cut off,
# doubled and mixed. The server must live, each call must end at once, and positions must lie in the text.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $rounds = $ENV{MIG_FUZZ_ROUNDS} // 10000;
my $node   = start_node('dialect_fuzz');
my @corpus = grep { !/^--/ && $_ ne '' } split /\n/, slurp_file("$FindBin::RealBin/dialect_corpus.sql") . slurp_file("$FindBin::RealBin/dialect_setup.sql");
my @words  = map { /([A-Za-z_]+|->>|\|\||[^\sA-Za-z_])/g } @corpus;

# The same texts in each run
srand($ENV{MIG_FUZZ_SEED} // 20241);

sub mutated
{
	my ($text) = @_;
	foreach (1 .. 1 + int(rand(4)))
	{
		my $at   = int(rand(length($text) + 1));
		my $kind = int(rand(7));
		if    ($kind == 0) { substr($text, $at, int(rand(4))) = '' }
		elsif ($kind == 1) { substr($text, $at, 0) = $words[ rand @words ] }
		elsif ($kind == 2) { substr($text, $at, 1) = chr(1 + int(rand(126))) if $at < length($text) }
		elsif ($kind == 3) { $text = substr($text, 0, $at) }
		elsif ($kind == 4) { substr($text, $at, 0) = substr($text, int(rand(length($text) + 1)), int(rand(40))) }
		elsif ($kind == 5) { $text .= ' ' . $corpus[ rand @corpus ] }
		else               { substr($text, $at, 0) = $words[ rand @words ] x int(rand(300)) }
	}
	return $text;
}

my @texts = map { mutated($corpus[ rand @corpus ]) } 1 .. $rounds;
# a changed byte can break a character of several bytes
s/[^\x01-\x7f]/?/g foreach @texts;
my $load = "CREATE TABLE public.fuzz (n int, sql text);\nINSERT INTO public.fuzz VALUES "
  . join(",\n", map { "($_, convert_from('\\x" . unpack('H*', $texts[$_]) . "', 'UTF8'))" } 0 .. $#texts) . ";\n";
$node->safe_psql('postgres', $load);

my $schema = quoted(slurp_file("$FindBin::RealBin/dialect_setup.sql"));
my $seconds = seconds(
	sub {
		is($node->safe_psql('postgres', 'SELECT count(*) = 0 FROM public.fuzz, sqlite_mig.to_postgres(sql) AS t WHERE (t.translated IS NULL) <> (t.findings @> \'[{"severity": "blocker"}]\')'),
			't', 'a translation is missing where there is a blocker, and only there');
		is($node->safe_psql('postgres', "SELECT count(*) > $rounds / 2 FROM public.fuzz, sqlite_mig.to_postgres(sql, $schema)"), 't', 'and with tables');
		is($node->safe_psql('postgres', 'SELECT count(*) FROM public.fuzz, sqlite_mig.lint_sql(sql) WHERE "position" NOT BETWEEN 1 AND length(sql) + 1 OR line < 1'), '0', 'each finding lies in the text');
		is($node->safe_psql('postgres', "SELECT count(*) FROM public.fuzz, unnest('{format,pyformat,numeric}'::text[]) AS s WHERE sqlite_mig.convert_placeholders(sql, s) IS NULL"), '0', 'placeholders');
		is($node->safe_psql('postgres', "SELECT count(*) FROM public.fuzz, sqlite_mig_internal._translate_expr(sql, 'check') AS t WHERE t.findings IS NULL"), '0', 'as an expression');
	});
note(sprintf('%d texts of %d bytes on average, five ways, in %.1f s', $rounds, length(join('', @texts)) / $rounds, $seconds));
my $translated = $node->safe_psql('postgres', 'SELECT count(translated) FROM public.fuzz, sqlite_mig.to_postgres(sql)');
cmp_ok($translated, '>', $rounds / 10, 'some of them are still statements');
is($node->safe_psql('postgres', 'SELECT 1'), '1', 'the server lives');

# The other readers of CREATE statements take any text too
is($node->safe_psql('postgres', 'SELECT count(*) FROM public.fuzz, sqlite_mig_internal._table_comments(sql) AS c WHERE c.comment IS NULL OR strpos(sql, split_part(c.comment, E\'\n\', 1)) = 0'), '0',
	'comments are parts of the text');
is($node->safe_psql('postgres', 'SELECT count(*) FROM public.fuzz, sqlite_mig_internal._virtual_table(sql) AS v WHERE v.place = 0 AND v.name IS NULL'), '0', 'virtual tables have a module');
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM public.fuzz, sqlite_mig.parse_table(sql)'), '>', 0, 'clauses of tables');

# Texts of four times the length take about four times the processor, whatever they repeat, and nesting has an end
my %repeated = (
	'conditions'   => sub { 'SELECT 1 WHERE ' . join(' AND ', ('a = 1') x $_[0]) },
	'texts'        => sub { 'SELECT ' . join(' || ', (q('x')) x $_[0]) },
	'cases'        => sub { 'SELECT CASE ' . ('WHEN a = 1 THEN 2 ' x $_[0]) . 'END' },
	'rows'         => sub { 'INSERT INTO t VALUES ' . join(', ', (q{(1, 'x', NULL)}) x $_[0]) },
	'statements'   => sub { 'SELECT 1;' x $_[0] },
	'tables'       => sub { join('', map { "CREATE TABLE t$_ (a INTEGER, b TEXT); SELECT * FROM t$_;" } 1 .. $_[0] / 4) },
	'views'        => sub { 'CREATE TABLE v0 (a, b);' . join('', map { "CREATE VIEW v$_ AS SELECT * FROM v" . ($_ - 1) . ';' } 1 .. $_[0] / 4) },
	'queries'      => sub { 'WITH ' . join(', ', map { "c$_ AS (SELECT 1 AS a)" } 1 .. $_[0]) . ' SELECT * FROM c1' },
	'windows'      => sub { 'SELECT ' . join(', ', map { "sum(a) OVER w$_" } 1 .. $_[0] / 8) . ' FROM t WINDOW ' . join(', ', map { "w$_ AS (ORDER BY a)" } 1 .. $_[0] / 8) },
	'comments'     => sub { "CREATE TABLE t (\n" . join(",\n", map { "c$_ TEXT -- is column $_" } 1 .. $_[0] / 4) . ')' },
	'one comment'  => sub { "CREATE TABLE t (a TEXT /* x */ " . ("-- more\n" x $_[0]) . ')' },
	'arguments'    => sub { 'CREATE VIRTUAL TABLE t USING fts5(' . join(', ', map { "o$_ = 'x'" } 1 .. $_[0]) . ')' },
	'bodies'       => sub { 'CREATE TRIGGER x AFTER INSERT ON t BEGIN ' . ('UPDATE t SET a = 1; ' x $_[0]) . 'END' },
	'parentheses'  => sub { 'SELECT ' . ('(' x $_[0]) . '1' . (')' x $_[0]) },
	'nots'         => sub { 'SELECT ' . ('NOT ' x $_[0]) . '1' },
	'signs'        => sub { 'SELECT ' . ('- ' x $_[0]) . 'a' },
	'inner cases'  => sub { 'SELECT ' . ('CASE WHEN a THEN ' x $_[0]) . '1' . (' END' x $_[0]) },
	'casts'        => sub { 'SELECT ' . ('CAST(' x $_[0]) . 'a' . (' AS TEXT)' x $_[0]) },
	'collations'   => sub { 'SELECT a' . (' COLLATE nocase' x $_[0]) },
	'quotes'       => sub { q{SELECT '} . (q{''} x (16 * $_[0])) . q{', "} . (q{""} x (16 * $_[0])) . '"' },
	'odd quotes'   => sub { 'SELECT ' . (q{'"`[} x (4 * $_[0])) },
	'arrows'       => sub { 'SELECT a' . (q{ ->> '$.b[1]'} x $_[0]) },
	'lists'        => sub { 'SELECT a IN (' . join(', ', 1 .. $_[0]) . ')' },
	'inner selects' => sub { 'SELECT ' . ('(SELECT ' x $_[0]) . '1' . (')' x $_[0]) },
	'joins'        => sub { 'CREATE TABLE t (a, b); ' . ('SELECT (SELECT count(*) FROM t AS y WHERE y.a = t.a), max(t.b) FROM t JOIN t AS u ON u.b = t.b JOIN t AS v USING (a) GROUP BY t.b; ' x ($_[0] / 16)) },
	'no end'       => sub { 'CREATE TRIGGER x AFTER INSERT ON t BEGIN ' x $_[0] },
	'placeholders' => sub { 'SELECT ' . join(', ', map { ":a$_" } 1 .. $_[0]) });
SKIP:
{
	skip 'no /proc here', 2 unless -r '/proc/self/stat';
	my $kinds = '';
	foreach my $name (sort keys %repeated)
	{
		$kinds .= "INSERT INTO public.grown VALUES ('$name', $_, " . quoted($repeated{$name}->($_)) . ");\n" foreach (4000, 16000);
	}
	$node->safe_psql('postgres', "CREATE TABLE public.grown (name text, n int, sql text);\n$kinds");
	my $slow = $node->safe_psql('postgres', <<'SQL');
CREATE FUNCTION pg_temp.used() RETURNS bigint LANGUAGE sql AS
$$ SELECT (regexp_split_to_array(regexp_replace(pg_read_file('/proc/self/stat'), '^.*\) ', ''), ' '))[12]::bigint $$;
CREATE TEMPORARY TABLE took (name text, n int, ticks bigint);
DO $$
DECLARE
	r record;
	before bigint;
BEGIN
	FOR r IN SELECT g.* FROM public.grown AS g ORDER BY g.n, g.name LOOP
		before := pg_temp.used();
		-- several times, for the clock is coarse
		PERFORM count(*) FROM generate_series(1, 5) AS i, sqlite_mig.to_postgres(r.sql || repeat(' ', i)) AS t;
		PERFORM count(*) FROM generate_series(1, 5) AS i, sqlite_mig.parse_table(r.sql || repeat(' ', i)) AS t;
		PERFORM count(*) FROM generate_series(1, 5) AS i, sqlite_mig_internal._table_comments(r.sql || repeat(' ', i)) AS t;
		PERFORM count(*) FROM generate_series(1, 5) AS i, sqlite_mig_internal._virtual_table(r.sql || repeat(' ', i)) AS t;
		PERFORM length(sqlite_mig.convert_placeholders(r.sql || repeat(' ', i), 'pyformat')) FROM generate_series(1, 5) AS i;
		INSERT INTO took VALUES (r.name, r.n, pg_temp.used() - before);
	END LOOP;
END;
$$;
SELECT string_agg(format('%s %s to %s', s.name, s.ticks, l.ticks), ', ') FROM took AS s JOIN took AS l ON l.name = s.name AND l.n > s.n WHERE l.ticks > 10 * s.ticks + 10;
SQL
	is($slow, '', 'time grows with the length of the text, not with its square');
	my $peak = $node->safe_psql('postgres', "SELECT count(*) FROM public.grown AS g, sqlite_mig.to_postgres(g.sql); SELECT (regexp_match(pg_read_file('/proc/self/status'), 'VmHWM:\\s+(\\d+)'))[1]::bigint / 1024");
	my ($mb) = $peak =~ /(\d+)\s*$/;
	cmp_ok($mb, '<', 600, "memory stays small: $mb MB at most");
}

done_testing();
