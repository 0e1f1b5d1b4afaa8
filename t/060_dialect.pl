# to_postgres over a corpus of SQLite's grammar: each statement runs in SQLite, its translation in PostgreSQL, on the same
# data, and the results are compared. What has no equal must be refused with the rule that the corpus names.
use strict;
use warnings;
use FindBin;
use JSON::PP ();
use lib $FindBin::RealBin;
use DialectRandom qw(random_queries);
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node  = start_node('dialect');
my $dir   = PostgreSQL::Test::Utils::tempdir();
my $setup = slurp_file("$FindBin::RealBin/dialect_setup.sql");
my @tables = qw(dept emp kv pair doc num node item);

# The corpus: one statement a line, or a script where statements belong together.
my (@corpus, $refused, $differs);
foreach my $line (split /\n/, slurp_file("$FindBin::RealBin/dialect_corpus.sql"))
{
	if ($line =~ /^--! (.*)$/) { $refused = $1 }
	elsif ($line =~ /^--~ (.*)$/) { $differs = $1 }
	elsif ($line =~ /^--/ || $line eq '') { next }
	else
	{
		(my $sql = $line) =~ s/;$//;
		push @corpus, { sql => $sql, refused => $refused, differs => $differs };
		undef $refused;
		undef $differs;
	}
}

my $written = @corpus;

# And queries that nobody wrote.
push @corpus, map { { sql => $_, is_random => 1 } } random_queries($ENV{MIG_RANDOM_QUERIES} // 1000, $ENV{MIG_RANDOM_SEED} // 7);

# What a statement is for the test: rows, a change of the tables, or only something that must be accepted.
sub kind
{
	my ($sql) = @_;
	return 'outside' if $sql =~ /^VACUUM/i;
	return 'session' if $sql =~ /^(BEGIN|COMMIT|ROLLBACK|END|SAVEPOINT|RELEASE)\b/i;
	return 'change' if $sql =~ /^(WITH .*\) )?(INSERT|REPLACE|UPDATE|DELETE) /i;
	# a script: what it leaves in the tables counts
	return 'change' if $sql =~ /^CREATE .*; (INSERT|UPDATE|DELETE|DROP) [^;]*$/;
	return 'query' if $sql =~ /^(SELECT|VALUES|WITH)\b/i;
	return 'definition';
}

# ---- SQLite's side: .mode quote prints each value as a literal ----

sub sqlite_values
{
	my ($line) = @_;
	my @values;
	while ($line =~ /\G(?:(unistr\()?'((?:[^']|'')*)'\)?|[Xx]'([0-9a-fA-F]*)'|(NULL)|([^,]*))(?:,|$)/gc)
	{
		my ($escaped, $text, $blob, $null, $number) = ($1, $2, $3, $4, $5);
		$text =~ s/''/'/g if defined $text;
		$text =~ s/\\(?:u([0-9a-f]{4})|(\\))/defined $1 ? chr(hex($1)) : $2/gei if $escaped;
		push @values, defined $text ? $text : defined $blob ? "\\x$blob" : defined $null ? undef : $number;
		last if pos($line) >= length($line) && $line !~ /,$/;
	}
	return \@values;
}

sub dumps { return map { "SELECT '$_', t.* FROM $_ AS t;" } @tables }

sub run_sqlite
{
	my ($file) = @_;
	# (a newer shell does not take "text" for a string unless told; the library does)
	my $script = ".dbconfig dqs_dml on\n.dbconfig dqs_ddl on\n.mode quote\n";
	foreach my $i (0 .. $#corpus)
	{
		my $case = $corpus[$i];
		next if $case->{refused} || kind($case->{sql}) =~ /session|outside/;
		$script .= ".print ==$i\nSAVEPOINT one;\n$case->{sql}\n;\n";
		$script .= join("\n", dumps()) . "\n" if kind($case->{sql}) eq 'change';
		$script .= "ROLLBACK TO one;\nRELEASE one;\n";
	}
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'sqlite3', $file ], '<', \$script, '>', \$out, '2>', \$err);
	is($err, '', 'SQLite takes every statement of the corpus');
	my $current;
	foreach my $line (split /\n/, $out)
	{
		if ($line =~ /^==(\d+)$/)
		{
			$current = [];
			$corpus[$1]{sqlite} = $current if kind($corpus[$1]{sql}) ne 'definition';
		}
		else { push @$current, sqlite_values($line) }
	}
	return;
}

# ---- PostgreSQL's side ----

$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.corpus (n int, sql text, kind text, translated text, findings jsonb, statements int);
CREATE TABLE public.result (n int, error text, lines text[]);
-- Runs a translation, looks at the tables where it is a change, and takes everything back.
CREATE FUNCTION public.try(n int, sql text, kind text, tables text[]) RETURNS void LANGUAGE plpgsql AS
$$
DECLARE
	line  record;
	lines text[] := '{}';
	t     text;
	error text;
BEGIN
	BEGIN
		-- what a sequence has given is not taken back
		FOREACH t IN ARRAY ARRAY['dept', 'emp', 'doc', 'node', 'item'] LOOP
			EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, %L), max(id)) FROM %I', t, 'id', t);
		END LOOP;
		IF kind = 'query' OR sql ~* '\sRETURNING\s' THEN
			FOR line IN EXECUTE sql LOOP
				lines := lines || line::text;
			END LOOP;
		ELSE
			EXECUTE sql;
		END IF;
		IF kind = 'change' THEN
			FOREACH t IN ARRAY tables LOOP
				FOR line IN EXECUTE format('SELECT %L AS name, t.* FROM %I AS t', t, t) LOOP
					lines := lines || line::text;
				END LOOP;
			END LOOP;
		END IF;
		RAISE EXCEPTION USING ERRCODE = 'ZZ001';
	EXCEPTION
		WHEN SQLSTATE 'ZZ001' THEN NULL;
		WHEN OTHERS THEN error := SQLSTATE || ' ' || SQLERRM;
	END;
	INSERT INTO public.result VALUES (n, error, lines);
END
$$;
SQL

# A row as record_out prints it
sub record_values
{
	my ($record) = @_;
	my @values;
	my $body = substr($record, 1, -1);
	return [undef] if $body eq '';
	while ($body =~ /\G("(?:[^"]|"")*"|[^,]*)(,|$)/gc)
	{
		my ($value, $more) = ($1, $2);
		if ($value eq '') { push @values, undef }
		elsif ($value =~ s/^"(.*)"$/$1/s)
		{
			$value =~ s/""/"/g;
			$value =~ s/\\\\/\\/g;
			push @values, $value;
		}
		else { push @values, $value }
		last if $more eq '';
	}
	return \@values;
}

# ---- the comparison ----

sub is_number { return $_[0] =~ /^-?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i }

sub same_json
{
	my ($one, $other) = @_;
	my ($x, $y) = map {
		my $text = $_;
		eval { JSON::PP->new->canonical->encode(JSON::PP->new->decode($text)) }
	} $one, $other;
	return defined $x && defined $y && $x eq $y;
}

sub same_value
{
	my ($sqlite, $pg) = @_;
	return !defined $sqlite && !defined $pg unless defined $sqlite && defined $pg;
	return 1 if $sqlite eq $pg;
	return 1 if ($sqlite eq '1' && $pg eq 't') || ($sqlite eq '0' && $pg eq 'f');
	return abs($sqlite - $pg) <= 1e-12 * (abs($sqlite) + abs($pg)) if is_number($sqlite) && is_number($pg);
	return 1 if $pg eq "$sqlite+00";
	return $sqlite =~ /^[[{]/ && same_json($sqlite, $pg);
}

sub sort_key { return join("\x01", map { !defined $_ ? '' : is_number($_) ? sprintf('%.9g', $_) : $_ eq 't' ? 1 : $_ eq 'f' ? 0 : $_ =~ s/\+00$//r } @{ $_[0] }) }

sub same_rows
{
	my ($case) = @_;
	my @sqlite = @{ $case->{sqlite} };
	my @pg     = map { record_values($_) } @{ $case->{lines} };
	return 'number of rows: ' . @sqlite . ' and ' . @pg if @sqlite != @pg;
	if ($case->{sql} !~ /ORDER BY (?!.*\))/ || kind($case->{sql}) eq 'change')
	{
		@sqlite = sort { sort_key($a) cmp sort_key($b) } @sqlite;
		@pg     = sort { sort_key($a) cmp sort_key($b) } @pg;
	}
	foreach my $i (0 .. $#sqlite)
	{
		return 'number of columns: ' . @{ $sqlite[$i] } . ' and ' . @{ $pg[$i] } if @{ $sqlite[$i] } != @{ $pg[$i] };
		foreach my $j (0 .. $#{ $sqlite[$i] })
		{
			return "row $i column $j: " . ($sqlite[$i][$j] // 'NULL') . ' and ' . ($pg[$i][$j] // 'NULL')
			  unless same_value($sqlite[$i][$j], $pg[$i][$j]);
		}
	}
	return '';
}

# ---- the run ----

sqlite("$dir/corpus.db", $setup);
my $translated_setup = $node->safe_psql('postgres', 'SELECT string_agg(coalesce(translated, \'impossible: \' || original), E\';\n\') FROM sqlite_mig.to_postgres(' . quoted($setup) . ')');
$node->safe_psql('postgres', $translated_setup);
run_sqlite("$dir/corpus.db");

# Translates the corpus, with or without knowing the tables, and runs the translations.
sub run_postgres
{
	my ($schema) = @_;
	my $load = "TRUNCATE public.corpus, public.result;\n";
	$load .= "INSERT INTO public.corpus SELECT $_, " . quoted($corpus[$_]{sql}) . ', ' . quoted(kind($corpus[$_]{sql})) . ", CASE WHEN count(*) = count(translated) THEN string_agg(translated, ';' ORDER BY statement) END, jsonb_path_query_array(jsonb_agg(findings), '\$[*][*]'), count(*) FROM sqlite_mig.to_postgres("
	  . quoted($corpus[$_]{sql}) . ", $schema);\n"
	  foreach 0 .. $#corpus;
	$node->safe_psql('postgres', $load);
	$node->safe_psql('postgres',
		"SELECT public.try(n, translated, kind, '{" . join(',', @tables) . "}') FROM public.corpus WHERE translated IS NOT NULL AND kind NOT IN ('session', 'outside') ORDER BY n");
	my $json = $node->safe_psql('postgres', <<'SQL');
SELECT json_agg(json_build_object('n', c.n, 'translated', c.translated, 'rules', (SELECT coalesce(json_agg(f), '[]') FROM jsonb_array_elements(c.findings) AS f), 'statements', c.statements, 'error', r.error, 'lines', r.lines) ORDER BY c.n)
FROM public.corpus AS c LEFT JOIN public.result AS r USING (n)
SQL
	foreach my $row (@{ JSON::PP->new->decode($json) })
	{
		my $case = $corpus[ $row->{n} ];
		@$case{qw(translated findings statements error lines)} = @$row{qw(translated rules statements error lines)};
	}
	return;
}

run_postgres(quoted($setup));
my $same_random = 0;
my %count = (translated => 0, accepted => 0, evaluable => 0, same => 0, announced => 0, refused => 0);
foreach my $case (@corpus)
{
	my $name = $case->{sql};
	utf8::encode($name) if utf8::is_utf8($name);
	if ($case->{refused})
	{
		my @blockers = map { $_->{rule} } grep { $_->{severity} eq 'blocker' } @{ $case->{findings} };
		ok(!defined $case->{translated} && grep({ $_ eq $case->{refused} } @blockers), "refused ($case->{refused}): $name") or diag("blockers: @blockers");
		$count{refused}++;
		next;
	}
	if (!defined $case->{translated})
	{
		fail("translated: $name");
		diag(map { "$_->{severity} $_->{rule}: $_->{finding}\n" } @{ $case->{findings} });
		next;
	}
	$count{translated}++;
	my $difference = defined $case->{error} ? $case->{error} : '';
	$count{accepted}++ if $difference eq '';
	if ($difference eq '' && $case->{sqlite})
	{
		$count{evaluable}++;
		$difference = same_rows($case);
		$count{same}++ if $difference eq '';
		$same_random++ if $difference eq '' && $case->{is_random};
		if ($case->{differs})
		{
			$count{announced}++;
			ok($difference ne '' && grep({ $_->{rule} eq $case->{differs} } @{ $case->{findings} }), "another result, as announced ($case->{differs}): $name");
			next;
		}
	}
	next if $case->{is_random} && $difference eq '';
	ok($difference eq '', $name) or diag("$difference\n$case->{translated}");
}
my $expected = grep { !$_->{refused} } @corpus;
note(sprintf('%d statements, and random ones: %d of %d translated, %d accepted by PostgreSQL, %d of %d evaluable ones with the same result (%.1f %%), %d with another one that is announced, %d refused with the right rule',
		$written, $count{translated}, $expected, $count{accepted}, $count{same}, $count{evaluable}, 100 * $count{same} / $count{evaluable}, $count{announced}, $count{refused}));
is($same_random, @corpus - $written, sprintf('%d random queries have the same result', @corpus - $written));
is($count{same} + $count{announced}, $count{evaluable}, 'every result is the same or announced');
ok($written >= 300, 'the corpus has at least 300 statements');

# Without the tables the translator knows no types. Then PostgreSQL may refuse a translation, which somebody sees; another
# result is seen by nobody. What is left is what only the declarations say: COLLATE NOCASE, and 1.0 as text.
run_postgres('NULL');
my %blind = (accepted => 0, same => 0);
my @silent;
foreach my $case (grep { $_->{sqlite} && !$_->{is_random} && !$_->{refused} && !$_->{differs} && defined $_->{translated} && !defined $_->{error} } @corpus)
{
	$blind{accepted}++;
	if (same_rows($case) eq '') { $blind{same}++ }
	else { push @silent, $case->{sql} }
}
note("without the tables: $blind{accepted} of the evaluable ones that somebody wrote accepted by PostgreSQL, $blind{same} with the same result");
is(scalar(grep { !/\bcode\b|salary/ } @silent), 0, 'and no other result but by collation and text of numbers') or diag(join("\n", @silent));

done_testing();
