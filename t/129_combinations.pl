# Combinations of migrate's arguments, drawn at random from all of them by a fixed seed (MIG_SEED another, MIG_COMBINATIONS how many), on targets that are absent, empty, hold
# other rows, or the same. A call ends in one of two ways. It succeeds: then the rows of each table are those that a few lines of Perl say (the rows that were there, where they may stay, and those
# of the source but for the ones in the quarantine, of which none is good), the counts and checksums of its verification are right, and a second call that merges changes nothing. Or it says
# why not, in an error that is meant for the user: then a call that is all or nothing has left nothing, and after a resumable one another can begin anew.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node  = start_node('combinations');
my $file  = PostgreSQL::Test::Utils::tempdir() . '/x.db';
my $seed  = $ENV{MIG_SEED} // 129;
my $times = $ENV{MIG_COMBINATIONS} // 110;
sqlite($file, <<'SQL');
CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT UNIQUE, up INT REFERENCES p(id));
CREATE TABLE c (id INTEGER PRIMARY KEY AUTOINCREMENT, p_id INT REFERENCES p(id), v INT NOT NULL, txt VARCHAR(5) CHECK (txt <> 'bad'));
CREATE TABLE w (k TEXT PRIMARY KEY, n REAL) WITHOUT ROWID;
CREATE TABLE e (id INTEGER PRIMARY KEY, d DATETIME);
CREATE INDEX c_v ON c (v);
CREATE VIEW pc AS SELECT p.name, count(*) AS n FROM p JOIN c ON c.p_id = p.id GROUP BY p.name;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20) INSERT INTO p SELECT i, 'n' || i, nullif(i - 1, 0) FROM n;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO c SELECT i, i % 20 + 1, i, 't' || (i % 100) FROM n;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30) INSERT INTO w SELECT 'k' || i, i / 2.0 FROM n;
PRAGMA ignore_check_constraints = on;
INSERT INTO c VALUES (201, 99, 1000, 'orph'), (202, 1, 'abc', 't'), (203, 2, 2000, 'bad');
SQL
$node->safe_psql('postgres', 'CREATE SERVER x FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database ' . quoted($file) . ')');
my %source = (p => [ 1 .. 20 ], c => [ 1 .. 203 ], w => [ map { "k$_" } 1 .. 30 ], e => []);
my %parent_of = map { $_ => $_ == 201 ? 99 : $_ == 202 ? 1 : $_ == 203 ? 2 : $_ % 20 + 1 } 1 .. 203;

# The rows of the targets by their keys with what a merge may change in them, as one line for each table that is there; and what the extension knows
my $look = <<'SQL';
SELECT format('SELECT %L, string_agg(%I || ''='' || coalesce(%I::text, ''''), '','' ORDER BY %2$I) FROM t.%1$I', n.t, n.k, n.v) FROM (VALUES ('p', 'id', 'name'), ('c', 'id', 'v'), ('w', 'k', 'n'), ('e', 'id', 'd')) AS n (t, k, v)
	WHERE to_regclass('t.' || n.t) IS NOT NULL ORDER BY 1
\gexec
SELECT 'rejected', string_agg(table_name || ':' || (source_key ->> 0), ',' ORDER BY reject) FROM (SELECT r.reject, r.table_name, to_jsonb(ARRAY[coalesce(r.source_rowid::text, r.source_key::text)]) AS source_key FROM sqlite_mig.rejected AS r) AS r;
SELECT 'state', string_agg(state, ',') FROM sqlite_mig.migration;
SELECT 'tables', string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relnamespace IN (to_regnamespace('t'), to_regnamespace('sqlite_x'));
SQL
my $made = q{CREATE TABLE t.p (id int PRIMARY KEY, name text UNIQUE, up int REFERENCES t.p); CREATE TABLE t.c (id serial PRIMARY KEY, p_id int REFERENCES t.p, v int NOT NULL, txt varchar(5) CHECK (txt <> 'bad'));
	CREATE TABLE t.w (k text PRIMARY KEY, n float8); CREATE TABLE t.e (id int PRIMARY KEY, d timestamp);};
my %state = (
	absent => 'CREATE SCHEMA t;',
	empty  => "CREATE SCHEMA t; $made",
	other  => "CREATE SCHEMA t; $made INSERT INTO t.p VALUES (1, 'other', NULL), (500, 'n500', 1); INSERT INTO t.c VALUES (1, 1, 77, 'x'), (900, 500, 5, 'y'); INSERT INTO t.w VALUES ('k1', 99), ('zz', 1);",
	same   => q{CREATE SCHEMA t; CALL sqlite_mig.migrate('x', 't', on_error => 'reject', options => '{"policy": "quarantine"}');});

sub look
{
	my %seen;
	for (split(/\n/, $node->safe_psql('postgres', $look)))
	{
		my ($name, $rest) = split(/\|/, $_, 2);
		$seen{$name} = $rest;
	}
	return \%seen;
}
sub rows { my ($text) = @_; return { map { split(/=/, $_, 2) } split(/,/, $text // '') }; }

sub call
{
	my (%c) = @_;
	my ($rc, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\n\\set SHOW_CONTEXT never\nSET client_min_messages = error;\nCALL sqlite_mig.migrate('x', 't', "
		. join(', ', map { "$_ => $c{$_}" } sort keys %c) . ');');
	my ($code) = $err =~ /ERROR:  (\w{5}): /;
	return ($code // ($rc ? "exit $rc" : ''), $err);
}

# A generator of its own: that of Perl may differ from one machine to the next
my $random = $seed;
sub draw { my (@of) = @_; $random = ($random * 1103515245 + 12345) % 2**31; return $of[ int($random / 65536) % @of ]; }

my (%ended, %codes);
for my $i (1 .. $times)
{
	my $target = draw(sort keys %state);
	my $policy = draw('', 'stop', 'not valid', 'quarantine', 'set null');
	my %c = (mode => draw(qw('atomic' 'resumable')), workers => draw(0, 1, 2), if_exists => draw(qw('error' 'load' 'load' 'truncate' 'replace')), on_conflict => draw(qw('error' 'nothing' 'update')),
		on_error => draw(qw('stop' 'reject' 'reject')), reject_limit => draw('NULL', 'NULL', 0, 1000), verify_level => draw(qw('counts' 'checksum' 'full')), snapshot => draw('false', 'true'),
		dry_run => draw('false', 'false', 'false', 'true'), tables => draw('NULL', 'NULL', q('{c,p}'), q('{c}')));
	$c{options} = q('{) . join(', ', ($policy ? qq("policy": "$policy") : ()), '"replace": true', (draw(0, 1) ? '"fit_values": false' : ())) . q(}');
	# most of what is refused by its arguments alone is left out: regress has that
	$c{reject_limit} = 'NULL'                if $c{on_error} eq "'stop'";
	@c{qw(mode workers)} = ("'atomic'", 0)   if $c{dry_run} eq 'true';
	$c{mode} = "'resumable'"                 if $c{workers} && $c{if_exists} ne "'error'";
	$c{if_exists} = "'load'"                 if $c{if_exists} eq "'error'" && $target ne 'absent' && draw(0, 1);
	my $name = "$i, $target: " . join(' ', map { "$_ $c{$_}" } sort keys %c);

	$node->safe_psql('postgres', "SET client_min_messages = error; DELETE FROM sqlite_mig.migration; DROP SCHEMA IF EXISTS t, sqlite_x CASCADE; $state{$target}");
	my $before = look();
	my ($code, $err) = call(%c);
	my $after = look();
	$codes{ $code || 'success' }++;
	if ($code)
	{
		like($code, qr/^(0A000|22P02|22023|23502|23503|23505|23514|2BP01|42P07|54000|55000)$/, "an error for the user: $name") or diag($err);
		if ($c{mode} eq "'atomic'" || $code =~ /^(0A000|22023|42P07|2BP01)$/)
		{
			is_deeply($after, $before, "and nothing is left: $name") or diag($err);
		}
		else
		{
			my ($again) = call(%c, if_exists => $target eq 'absent' ? "'error'" : "'replace'", tables => 'NULL', on_conflict => "'error'", on_error => "'reject'", reject_limit => 'NULL', options => q('{"policy": "quarantine", "replace": true}'));
			# (a view of a migration before this one, which is in the way of tables that are to be dropped, is not taken away)
			like($again, $target eq 'same' ? qr/^(2BP01)?$/ : qr/^$/, "and another can begin: $name") or diag($err);
		}
		next;
	}
	if ($c{dry_run} eq 'true')
	{
		is_deeply($after, $before, "a dry run has left nothing: $name");
		next;
	}
	my %rejected = map { $_ => 1 } split(/,/, $after->{rejected} // '');
	my %chosen = map { $_ => 1 } $c{tables} =~ /c,p/ ? qw(c p) : $c{tables} =~ /c/ ? 'c' : qw(p c w e);
	my @good = grep { !($chosen{p} ? /^c:20[123]$/ : /^c:/) } keys %rejected;
	is_deeply(\@good, [], "no good row waits in the quarantine: $name");
	for my $t (qw(p c w e))
	{
		my ($old, $new, %want) = (rows($before->{$t}), rows($after->{$t}));
		%want = %$old if !$chosen{$t} || $c{if_exists} eq "'load'";
		if ($chosen{$t})
		{
			$want{$_} = undef for grep { !$rejected{"$t:$_"} && !exists $want{$_} } @{ $source{$t} };
		}
		is_deeply([ sort keys %$new ], [ sort keys %want ], "rows of $t: $name");
	}
	if ($target eq 'other' && $c{if_exists} eq "'load'" && $chosen{w})
	{
		is(rows($after->{w})->{k1}, $c{on_conflict} eq "'update'" ? '0.5' : '99', "the row that was there: $name");
	}
	is($node->safe_psql('postgres', q{SELECT bool_and(ok) FROM sqlite_mig.verification AS v JOIN sqlite_mig.migration AS m ON m.migration = v.migration AND m.verified_at = v.verified_at WHERE v.check_name IN ('rows', 'checksum')}),
		't', "verified: $name");
	is($after->{state}, 'migrated', "and done: $name");
	# the same rows once more, by another way; tables without a policy that lost rows to one would get them back
	if ($i % 2 && $policy ne 'not valid')
	{
		my ($again, $told) = call(%c, mode => draw(qw('atomic' 'resumable')), workers => 0, if_exists => "'load'", on_conflict => draw(qw('nothing' 'update')), on_error => "'reject'", reject_limit => 'NULL');
		if ($again)
		{
			is($again, '55000', "a second call may not be possible: $name") or diag($told);
			next;
		}
		my $twice = look();
		is_deeply([ map { [ sort keys %{ rows($twice->{$_}) } ] } qw(p c w e) ], [ map { [ sort keys %{ rows($after->{$_}) } ] } qw(p c w e) ], "a second call brings no row: $name");
	}
}
note(join(', ', map { "$_: $codes{$_}" } sort keys %codes));
cmp_ok($codes{success} // 0, '>', $times / 4, 'enough of them succeed to mean something');
is($node->safe_psql('postgres', 'SELECT 1'), '1', 'no backend has died');
$node->stop;
done_testing();
