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
		is($node->safe_psql('postgres', "SELECT count(*) FROM public.fuzz, sqlite_mig._translate_expr(sql, 'check') AS t WHERE t.findings IS NULL"), '0', 'as an expression');
	});
note(sprintf('%d texts of %d bytes on average, five ways, in %.1f s', $rounds, length(join('', @texts)) / $rounds, $seconds));
my $translated = $node->safe_psql('postgres', 'SELECT count(translated) FROM public.fuzz, sqlite_mig.to_postgres(sql)');
cmp_ok($translated, '>', $rounds / 10, 'some of them are still statements');
is($node->safe_psql('postgres', 'SELECT 1'), '1', 'the server lives');

done_testing();
