# DialectRandom: random queries over table calc of dialect_setup.sql, for t/060_dialect.pl
package DialectRandom;

use strict;
use warnings;
use Exporter qw(import);

our @EXPORT_OK = qw(random_queries);

sub pick { return $_[ rand @_ ] }

# A number. Whole numbers and reals are not mixed as alternatives: PostgreSQL has one type for all of them.
sub whole
{
	my ($depth) = @_;
	my $k = rand;
	return pick(qw(i j id 1 2 0 -3 10 7)) if $depth <= 0 || $k < 0.3;
	return '(' . whole($depth - 1) . pick(' + ', ' - ', ' * ', ' / ', ' % ', ' & ', ' | ') . whole($depth - 1) . ')' if $k < 0.55;
	return 'abs(' . whole($depth - 1) . ')' if $k < 0.6;
	return 'length(' . text($depth - 1) . ')' if $k < 0.65;
	return 'instr(' . text($depth - 1) . ', ' . text($depth - 1) . ')' if $k < 0.7;
	return 'CASE WHEN ' . condition($depth - 1) . ' THEN ' . whole($depth - 1) . ' ELSE ' . whole($depth - 1) . ' END' if $k < 0.76;
	return pick('coalesce', 'nullif', 'max', 'min') . '(' . whole($depth - 1) . ', ' . whole($depth - 1) . ')' if $k < 0.84;
	return 'CAST(' . (rand() < 0.5 ? text($depth - 1) : real($depth - 1)) . ' AS INTEGER)' if $k < 0.92;
	return '(NOT ' . condition($depth - 1) . ')';
}

sub real
{
	my ($depth) = @_;
	my $k = rand;
	return pick(qw(r r 2.5 0.5 1e2)) if $depth <= 0 || $k < 0.3;
	return '(' . real($depth - 1) . pick(' + ', ' - ', ' * ', ' / ') . (rand() < 0.5 ? whole($depth - 1) : real($depth - 1)) . ')' if $k < 0.7;
	return 'CAST(' . text($depth - 1) . ' AS REAL)' if $k < 0.8;
	return pick('-', 'abs') . '(' . real($depth - 1) . ')' if $k < 0.9;
	return 'round(' . real($depth - 1) . ', 1)';
}

sub text
{
	my ($depth) = @_;
	my $k = rand;
	return pick(qw(s u c 'abc' 'A' '' '12' 'b%')) if $depth <= 0 || $k < 0.35;
	return '(' . text($depth - 1) . ' || ' . (rand() < 0.7 ? text($depth - 1) : whole($depth - 1)) . ')' if $k < 0.5;
	return 'substr(' . text($depth - 1) . ', ' . pick('1', '2', '-2', '0', 'i', '3, 1', '-3, 2') . ')' if $k < 0.6;
	return 'replace(' . text($depth - 1) . ', ' . text($depth - 1) . ', ' . pick(q{'x'}, q{''}, q{'abc'}) . ')' if $k < 0.68;
	return pick(qw(trim ltrim rtrim hex quote typeof)) . '(' . text($depth - 1) . ')' if $k < 0.75;
	return 'CASE ' . whole($depth - 1) . ' WHEN ' . whole($depth - 1) . ' THEN ' . text($depth - 1) . ' ELSE ' . text($depth - 1) . ' END' if $k < 0.81;
	return 'ifnull(' . text($depth - 1) . ', ' . text($depth - 1) . ')' if $k < 0.86;
	return 'CAST(' . (rand() < 0.5 ? whole($depth - 1) : 'r') . ' AS TEXT)' if $k < 0.92;
	return 'iif(' . condition($depth - 1) . ', ' . text($depth - 1) . ', ' . text($depth - 1) . ')' if $k < 0.96;
	return q{printf('%d|%s', } . pick('i', 'j') . ', ' . text($depth - 1) . ')';
}

sub number { return rand() < 0.6 ? whole($_[0]) : real($_[0]) }

sub condition
{
	my ($depth) = @_;
	my $k = rand;
	return pick('b', 'b = 1', 'b <> 0', 'i', 'r', '1', '0', 'b IS NULL', 'j > 2', q{s = 'abc'}) if $depth <= 0 || $k < 0.12;
	return '(' . condition($depth - 1) . pick(' AND ', ' OR ') . condition($depth - 1) . ')' if $k < 0.3;
	return 'NOT ' . condition($depth - 1) if $k < 0.38;
	return number($depth - 1) . ' ' . pick('=', '<>', '<', '<=', '>', '>=', '==', '!=', 'IS', 'IS NOT') . ' ' . number($depth - 1) if $k < 0.55;
	return text($depth - 1) . ' ' . pick('=', '<>', '<', '>', 'IS', 'IS NOT') . ' ' . text($depth - 1) if $k < 0.67;
	return number($depth - 1) . pick(' ', ' NOT ') . 'BETWEEN ' . number($depth - 1) . ' AND ' . number($depth - 1) if $k < 0.72;
	return whole($depth - 1) . pick(' ', ' NOT ') . 'IN (' . whole($depth - 1) . ', ' . number($depth - 1) . ')' if $k < 0.78;
	return text($depth - 1) . ' IN (' . text($depth - 1) . ', ' . text($depth - 1) . ')' if $k < 0.82;
	return text($depth - 1) . pick(' ', ' NOT ') . 'LIKE ' . pick(q{'a%'}, q{'%b%'}, q{'_bc'}, 's', q{'12%'}, q{'\%'}) if $k < 0.88;
	return text($depth - 1) . ' GLOB ' . pick(q{'a*'}, q{'[a-c]*'}, q{'*c'}, 'u') if $k < 0.91;
	return (rand() < 0.5 ? number($depth - 1) : text($depth - 1)) . pick(' IS NULL', ' IS NOT NULL', ' ISNULL', ' NOTNULL') if $k < 0.96;
	return 'EXISTS (SELECT 1 FROM calc AS z WHERE z.i = calc.i AND ' . condition($depth - 1) . ')';
}

# So many queries, the same for the same seed
sub random_queries
{
	my ($n, $seed) = @_;
	my @queries;
	srand($seed);
	foreach (1 .. $n)
	{
		my $k = rand;

		# which spelling of c a group or max() shows is anybody's guess
		my $group = pick(\&whole, \&text)->(1) =~ s/\bc\b/u/gr;
		push @queries, $k < 0.75 ? 'SELECT id, ' . pick(\&number, \&text, \&condition)->(3) . ' FROM calc ORDER BY id'
		  : $k < 0.9 ? 'SELECT id FROM calc WHERE ' . condition(3) . ' ORDER BY id'
		  :   'SELECT ' . $group . ' AS g, count(*), sum(' . whole(1) . '), min(' . number(1) . '), max(' . text(1) =~ s/\bc\b/u/gr . ') FROM calc GROUP BY g';
	}
	return @queries;
}

1;
