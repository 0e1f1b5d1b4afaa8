# Schema sqlite_compat against the real SQLite: the same expressions over the same inputs, value by value, with class
use strict;
use warnings;
use FindBin;
use IPC::Run ();
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use CompatCases qw(groups known_differences);
use MigTest;

# The answers wanted are those of SQLite 3.40; what newer ones give is a table of doc/sqlite_compat.md.
my ($version) = sqlite(':memory:', 'SELECT sqlite_version()') =~ /^(3\.\d+)/;
plan(skip_all => "compares with SQLite 3.40, this machine has $version") if $version ne '3.40';

my $node = start_node('compat');
my $dir  = PostgreSQL::Test::Utils::tempdir();

# An expression of SQLite for PostgreSQL: functions that the schema has are meant to be those, the rest is the same text.
my %exists = map { $_ => 1 } split /\n/, $node->safe_psql('postgres', q{SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'sqlite_compat'::regnamespace});

sub translated
{
	my ($expression) = @_;
	$expression =~ s/\b([a-z0-9_]+)\(/$exists{$1} ? "sqlite_compat.\"$1\"(" : "$1("/ge;
	return $expression;
}

sub literal
{
	my ($class, $value, $engine) = @_;
	my %type = (real => 'double precision', integer => 'bigint', blob => 'bytea');
	return $engine eq 'sqlite' ? 'NULL' : 'NULL::' . ($type{$class} // $class) if !defined $value;
	if ($class eq 'text')
	{
		(my $text = $value) =~ s/'/''/g;
		return "'$text'" . ($engine eq 'sqlite' ? '' : '::text');
	}
	$value = $value =~ /^-/ ? '-Infinity' : 'Infinity' if $value =~ /^-?1e999$/ && $engine ne 'sqlite';
	return "x'$value'" if $class eq 'blob' && $engine eq 'sqlite';
	return "'\\x$value'::bytea" if $class eq 'blob';
	return $engine eq 'sqlite' ? $value : "'$value'::$type{$class}" if $class ne 'json';
	return $engine eq 'sqlite' ? "json('$value')" : "'$value'::json";
}

# The inputs that an expression speaks of
sub inputs_in
{
	my ($group, $expression) = @_;
	return grep { $expression =~ /\b$_\b/ } sort keys %{ $group->{inputs} };
}

# The statement that prints, for each combination of inputs: its number, the class and the value.
sub statement
{
	my ($engine, $group, $expression) = @_;
	my (@from, @key);
	foreach my $name (inputs_in($group, $expression))
	{
		my ($class, @values) = @{ $group->{inputs}{$name} };
		my $n = 0;
		push @from, "(SELECT column1 AS n_$name, column2 AS $name FROM (VALUES "
		  . join(', ', map { '(' . $n++ . ', ' . literal($class, $_, $engine) . ')' } @values) . ") AS v_$name) AS i_$name";
		push @key, "n_$name";
	}
	my $from = @from ? 'FROM ' . join(', ', @from) : '';
	my $key = @key ? join(" || '/' || ", @key) : "''";
	my $keys = join('', map { "$_, " } @key);
	my $ordered = @key ? 'ORDER BY ' . join(', ', @key) : '';
	if ($engine eq 'sqlite')
	{
		return "SELECT $key, typeof(e), CASE typeof(e) WHEN 'real' THEN printf('%!.17g', e) WHEN 'integer' THEN e WHEN 'null' THEN '' ELSE hex(e) END "
		  . "FROM (SELECT $keys$expression AS e $from) $ordered;\n";
	}
	my $translated = translated($group->{postgres}{$expression} // $expression);
	return "SELECT $key, (pg_temp.shown(e)).* FROM (SELECT $keys$translated AS e $from OFFSET 0) AS x $ordered;\n";
}

my $shown = <<'EOS';
CREATE FUNCTION pg_temp.shown(e anyelement, OUT class text, OUT value text) LANGUAGE sql AS $$
	SELECT sqlite_compat.typeof(e), CASE WHEN e IS NULL THEN '' ELSE CASE pg_typeof(e)::text WHEN 'boolean' THEN e::text::boolean::int::text
		WHEN 'bytea' THEN upper(substr(e::text, 3)) WHEN 'text' THEN upper(encode(convert_to(e::text, 'UTF8'), 'hex'))
		WHEN 'json' THEN upper(encode(convert_to(e::text, 'UTF8'), 'hex')) ELSE e::text END END
$$;
EOS
my %script = (sqlite => '', postgres => $shown);
my @wanted;
foreach my $group (groups())
{
	if (defined $group->{zone})
	{
		$script{postgres} .= "SET timezone = '$group->{zone}';\n";
	}
	foreach my $expression (@{ $group->{expressions} })
	{
		push @wanted, [ $group, $expression ];
		my $number = @wanted;
		$script{$_} .= "SELECT '# $number';\n" . statement($_, $group, $expression) foreach qw(sqlite postgres);
	}
}
append_to_file("$dir/postgres.sql", $script{postgres});

my %out;
{
	# (one zone for both; SQLite asks the C library)
	local $ENV{TZ} = CompatCases::zone();
	my $err = '';
	IPC::Run::run([ 'sqlite3', '-batch', '-noheader', '-list', '-separator', "\t", ':memory:' ], '<', \$script{sqlite}, '>', \$out{sqlite}, '2>', \$err);
	is($err, '', 'SQLite knows every expression');
	$err = '';
	my $seconds = seconds(sub {
		IPC::Run::run([ 'psql', '-XqAt', '-F', "\t", '-d', $node->connstr('postgres') . " options='-c TimeZone=" . CompatCases::zone() . "'", '-f', "$dir/postgres.sql" ],
			'>', \$out{postgres}, '2>', \$err);
	});
	is($err, '', 'and PostgreSQL too');
	note(sprintf 'PostgreSQL took %.1f s', $seconds);
}

# Lines of one engine by expression
sub by_expression
{
	my ($text) = @_;
	my ($number, %lines);
	foreach my $line (split /\n/, $text)
	{
		if ($line =~ /^# (\d+)$/) { $number = $1; $lines{$number} = []; next }
		push @{ $lines{$number} }, [ split /\t/, $line, -1 ];
	}
	return \%lines;
}

# The inputs of a line, for people
sub inputs_of
{
	my ($group, $expression, $key) = @_;
	my @n = split m{/}, $key;
	return join ', ', map { my $v = $group->{inputs}{$_}[ 1 + shift @n ]; "$_ = " . ($v // 'NULL') } inputs_in($group, $expression);
}

sub readable
{
	my ($line) = @_;
	my ($class, $value) = @$line[ 1, 2 ];
	return "$class " . ($class eq 'text' ? "'" . pack('H*', $value) . "'" : $value);
}

my ($sqlite, $postgres) = (by_expression($out{sqlite}), by_expression($out{postgres}));
my ($compared, $different, %seen, %count) = (0, 0);
my @known = known_differences();
foreach my $number (1 .. @wanted)
{
	my ($group, $expression) = @{ $wanted[ $number - 1 ] };
	my ($s, $p) = ($sqlite->{$number} // [], $postgres->{$number} // []);
	my @wrong;
	push @wrong, sprintf('%d values of SQLite, %d of PostgreSQL', scalar @$s, scalar @$p) if @$s != @$p || !@$s;
	foreach my $n (0 .. (@$s < @$p ? @$s : @$p) - 1)
	{
		my ($l, $r) = ($s->[$n], $p->[$n]);
		$compared++;
		$count{ $group->{name} }++;
		my $same = $l->[0] eq $r->[0] && (
			$l->[1] eq $r->[1] ? ($l->[1] eq 'real' ? $l->[2] == $r->[2] : $l->[2] eq $r->[2])
			# numbers that the function gives as text
			: $group->{as_text} && $r->[1] eq 'text' && ($l->[1] eq 'integer' && pack('H*', $r->[2]) eq $l->[2] || $l->[1] eq 'real' && pack('H*', $r->[2]) == $l->[2]));
		next if $same;
		my $story = "$expression; " . inputs_of($group, $expression, $l->[0]) . '; SQLite: ' . readable($l) . '; PostgreSQL: ' . readable($r);
		my ($reason) = grep { $known[$_][0] eq $group->{name} && $story =~ $known[$_][1] } 0 .. $#known;
		if (defined $reason) { $seen{$reason}++; $different++ }
		else { push @wrong, $story }
	}
	if (@wrong)
	{
		fail("$group->{name}: $expression");
		diag(join "\n", scalar(@wrong) . ' of ' . @$s . ' differ', @wrong[ 0 .. ($#wrong > 9 ? 9 : $#wrong) ]);
	}
}
# What the SQLite of this machine has not: answers that a newer one gave
my (@recorded, $script);
foreach my $line (grep { !/^#/ } split /\n/, slurp_file("$FindBin::RealBin/compat_recorded.txt"))
{
	my ($expression, $answer) = $line =~ /^(.*) => (.*)$/;
	push @recorded, [ $expression, $answer ];
	$script .= 'SELECT (pg_temp.shown(e)).* FROM (SELECT ' . translated($expression =~ s/\bx('[0-9a-f]*')/'\\x'||$1::text/r) . " AS e OFFSET 0) AS x;\n";
}
$script =~ s/'\\x'\|\|'([0-9a-f]*)'::text/'\\x$1'::bytea/g;
append_to_file("$dir/recorded.sql", $shown . $script);
my @answers = split /\n/, $node->safe_psql('postgres', slurp_file("$dir/recorded.sql"));
is(scalar @answers, scalar @recorded, 'an answer to each expression of newer SQLite');
foreach my $n (0 .. $#recorded)
{
	my ($expression, $answer) = @{ $recorded[$n] };
	my ($class, $value) = split /\|/, $answers[$n] // '', 2;
	$value = pack('H*', $value) if $class eq 'text';
	$compared++;
	next if "$class $value" eq $answer || $class eq 'real' && $answer =~ /^real (.*)/ && $1 == $value;
	fail("newer SQLite: $expression");
	diag("wanted $answer, found $class $value");
}

foreach my $n (0 .. $#known)
{
	ok($seen{$n}, "known to differ, $known[$n][0]: $known[$n][2] (" . ($seen{$n} // 0) . ' values)');
}
cmp_ok($compared, '>', 10000, "$compared values compared, " . ($compared - $different) . " are the same, $different differ as documented");
note("$_: $count{$_} values") foreach sort keys %count;
still_running($node);
done_testing();
