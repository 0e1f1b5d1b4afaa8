# SQLite's JSON functions on long documents: no single call may keep a backend from a cancel, nor a line of many, and nobody may pay for it who only reads columns.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my ($out, $err, $took);
my $node = start_node('json');
my $dir  = PostgreSQL::Test::Utils::tempdir();
my $file = "$dir/json.db";

# as many bytes as a JSON function takes, and one more than that
my $most    = 20_000_000;
my $numbers = q{'[' || replace(hex(zeroblob(9999998)), '00', '1,') || '1]'};
sqlite($file, "CREATE TABLE doc (id INTEGER PRIMARY KEY, what TEXT, d TEXT, b BLOB, g AS (json_extract(d, '\$.a')));
	INSERT INTO doc (id, what, d) VALUES (1, 'short', '{\"a\": 1}'), (2, 'numbers', $numbers || ' '), (3, 'numbers', $numbers || '  '),
		(4, 'string', '\"' || replace(hex(zeroblob(9999999)), '0', 'a') || '\"'), (5, 'keys', '{' || replace(hex(zeroblob(3333320)), '00', '\"a\":0,') || '\"b\":0}'),
		(6, 'deep', replace(hex(zeroblob(475)), '0', '[') || replace(hex(zeroblob(9998000)), '00', '1,') || '1' || replace(hex(zeroblob(475)), '0', ']'));
	INSERT INTO doc (id, what, d, b) VALUES (10, 'blob', '{\"a\": [2, 3]}', zeroblob($most + 10));
	CREATE VIEW v AS SELECT id, d -> '\$.a' AS a, b FROM doc; CREATE VIEW e AS SELECT value AS a FROM doc, json_each(d, '\$.a') WHERE doc.id = 10; CREATE VIEW f AS SELECT value AS a FROM doc, json_each(d) WHERE doc.id = 3;
	CREATE VIEW w AS SELECT a FROM v WHERE id = 1;");
is(sqlite($file, 'SELECT group_concat(length(d)) FROM doc WHERE id IN (2, 3)'), "$most," . ($most + 1) . "\n", 'documents of twenty million bytes, and one more');
$node->safe_psql('postgres', 'CREATE SERVER json FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database ' . quoted($file) . q{);
	CREATE FOREIGN TABLE doc (id bigint, what text, d text, b bytea, g text) SERVER json;
	CREATE FOREIGN TABLE v (id bigint, a text, b bytea) SERVER json; CREATE FOREIGN TABLE e (a bigint) SERVER json; CREATE FOREIGN TABLE f (a bigint) SERVER json; CREATE FOREIGN TABLE w (a text) SERVER json});

sub query
{
	my ($select) = @_;
	$node->safe_psql('postgres', 'DROP FOREIGN TABLE IF EXISTS q; CREATE FOREIGN TABLE q (x text) SERVER json OPTIONS (query ' . quoted($select) . ')');
	return;
}

# what is too long, and what is not
my $too_long = qr/too big\. A statement that calls JSON functions of SQLite has values of at most 20000000 bytes\..*HINT:.*compute in PostgreSQL/s;
for my $call ('json_valid(d)', 'json(d)', 'json_type(d)', 'json_array_length(d)', q{json_extract(d, '$[0]')}, q{d -> '$[0]'}, q{d ->> '$[0]'}, q{json_set(d, '$[0]', 2)}, q{json_insert(d, '$[0]', 2)},
	q{json_replace(d, '$[0]', 2)}, q{json_remove(d, '$[0]')}, q{json_patch(d, '{}')}, '(SELECT count(*) FROM json_each(d))', '(SELECT count(*) FROM json_tree /* */ (d))')
{
	query("SELECT length($call) AS x FROM doc WHERE id = 2");
	$took = seconds(sub { is($node->psql('postgres', 'SELECT x FROM q', stderr => \$err), 0, "$call of $most bytes: $err") });
	cmp_ok($took, '<', 20, 'ends by itself');
	query("SELECT length($call) AS x FROM doc WHERE id = 3");
	fails_with($node, 'SELECT x FROM q', '54000', $too_long, "$call of one byte more");
}
for my $call ('json_array(x)', q{json_object('a', x)}, 'json_quote(x)', 'json_group_array(x)', q{json_group_object('a', x)})
{
	query("SELECT length($call) AS x FROM (SELECT replace(hex(zeroblob(49999980)), '0', 'a') AS x)");
	cmp_ok($node->safe_psql('postgres', 'SELECT x FROM q'), '>', 99999960, "$call of a hundred million bytes");
	query("SELECT length($call) AS x FROM (SELECT replace(hex(zeroblob(50000001)), '0', 'a') AS x)");
	fails_with($node, 'SELECT x FROM q', '54000', qr/at most 100000000 bytes/, "$call of more");
}
fails_with($node, 'SELECT a FROM v', '54000', $too_long, 'a view with an operator');
is($node->safe_psql('postgres', 'SELECT a FROM w'), '1', 'other rows of it');
fails_with($node, 'SELECT a FROM f', '54000', $too_long, 'a view with a table of JSON');
is($node->safe_psql('postgres', 'SELECT sum(a) FROM e; SELECT sum(a) FROM e'), "5\n5", 'other rows of it');
is($node->safe_psql('postgres', 'SELECT count(*) FROM v'), '7', 'columns of a view that are not asked for are not computed');

# who reads columns, with conditions of his own, with lists, with generated columns
is($node->safe_psql('postgres', 'SELECT id, length(b) FROM doc WHERE b IS NOT NULL'), '10|' . ($most + 10), 'a long blob beside documents');
is($node->safe_psql('postgres', q{SET plan_cache_mode = force_generic_plan; PREPARE p (bigint[]) AS SELECT id, length(b) FROM doc WHERE id = ANY ($1); EXECUTE p ('{10, 11}')}), '10|' . ($most + 10), 'by a list');
is($node->safe_psql('postgres', q{SELECT id, length(d), length(b), g FROM doc WHERE id IN (3, 10)}), "3|" . ($most + 1) . "||\n10|13|" . ($most + 10) . '|[2,3]', 'with a generated column');
sqlite("$dir/plain.db", "CREATE TABLE plain (id INTEGER PRIMARY KEY, d TEXT CHECK (json_valid(d)), b BLOB, g AS (json_extract(d, '\$.a'))); CREATE INDEX i ON plain (d ->> '\$.b');
	INSERT INTO plain (d, b) VALUES ('{\"a\": 1}', zeroblob($most + 10)); CREATE VIEW v AS SELECT json_type(d) FROM plain;");
$node->safe_psql('postgres', 'CREATE SERVER plain FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database ' . quoted("$dir/plain.db") . q{); SET client_min_messages = error; CALL sqlite_mig.migrate('plain', 'target')});
is($node->safe_psql('postgres', q{SELECT g, length(b) FROM target.plain; SELECT verdict FROM sqlite_mig.status('plain'); SELECT bool_and(ok) FROM sqlite_mig.verify('plain')}), '1|' . ($most + 10) . "\nlossless\nt", 'a migration has it');

# in the longest documents that are taken a cancel works within a second or so
my $paths = q{, '$.zz'} x 126;
for my $call ('json(d)', 'json_valid(d)', q{json_set(d, '$.q', 1)}, "json_extract(d$paths)", '(SELECT count(*) FROM json_tree(d))')
{
	# (one column after the other: many calls in a row of SQLite's machine, without a loop)
	query('SELECT ' . join(' + ', map { "length(ifnull($call, $_))" } 1 .. 100) . ' AS x FROM doc WHERE id IN (2, 4, 5, 6)') if $call !~ /SELECT/;
	query("SELECT sum($call) AS x FROM (SELECT d FROM doc WHERE id IN (2, 4, 5, 6)), (SELECT 1 FROM doc)") if $call =~ /SELECT/;
	my $name = substr($call, 0, 40);
	# newer SQLite knows a document again that it has read, so that the line of json_valid may be over before
	$took = seconds(sub {
		is($node->psql('postgres', q{SET statement_timeout = '1s'; SELECT x FROM q}, stderr => \$err), 3, "$name: a timeout") unless $call =~ /valid/;
		$node->psql('postgres', q{SET statement_timeout = '1s'; SELECT x FROM q}, stderr => \$err) if $call =~ /valid/;
	});
	like($err, $call =~ /valid/ ? qr/^$|statement timeout/ : qr/statement timeout/, "$name: by nothing else");
	# (126 paths are looked for in one call: 2.2 s of CPU time in an object of 3.3 million members, with SQLite 3.46)
	cmp_ok($took, '<', $call =~ /zz/ ? 9 : 4, 'ends soon after it');
}

# a line of calls of which none takes long or needs much memory, on a text that is there already: nothing in it looks for a cancel but small blocks of memory
my @sums = map { my $n = $_; join(' + ', map { "length(json_type(x || substr('              ', 1, " . (($_ + $n) % 13) . ')))' } 1 .. 900) } 1 .. 9;
query('SELECT ' . join(', ', map { "$sums[$_] AS " . ($_ ? "x$_" : 'x') } 0 .. 8) . q{ FROM (SELECT '"' || replace(hex(zeroblob(1000000)), '0', 'a') || '"' AS x LIMIT 1)});
$node->safe_psql('postgres', join(' ', map { "ALTER FOREIGN TABLE q ADD x$_ text;" } 1 .. 8));
$took = seconds(sub { fails_with($node, 'SELECT * FROM q', '57014', qr/statement timeout/, 'thousands of short calls: a timeout', before => q{SET statement_timeout = '1s'}) });
cmp_ok($took, '<', 4, 'ends soon after it');

# what a schema computes by itself, of values of any length (a limit would be one for the table's other columns, too): generated columns that are read, and checks, indexes and triggers of a
# document that is written. One call ends before the cancel does: on a machine with nothing else to do within 0.7 s of it, in an object of 15 million members (93 MB) or a text of 200 MB. Lines of calls end at their next need for memory,
# and with newer SQLite, which keeps a document that it has read and needs none, when they are over: 60 calls on that object take it 5 s (3.46).
my $line = join(' + ', map { "ifnull(json_array_length(d, '\$.x$_'), 0)" } 1 .. 60);
sqlite("$dir/schema.db", q{CREATE TABLE g (id INTEGER PRIMARY KEY, d TEXT); INSERT INTO g VALUES (1, '{' || replace(hex(zeroblob(15500000)), '00', '"a":0,') || '"b":0}'), (2, '"' || replace(hex(zeroblob(100000000)), '0', 'a') || '"');
	ALTER TABLE g ADD COLUMN one AS (json_extract(d, '$.zz')); ALTER TABLE g ADD COLUMN line AS (} . $line . q{);
	CREATE TABLE c (id INTEGER PRIMARY KEY, d TEXT, CHECK (json_valid(d))); CREATE TABLE l (id INTEGER PRIMARY KEY, d TEXT, CHECK (} . $line . q{ = 0)); CREATE TABLE e (id INTEGER PRIMARY KEY, d TEXT, CHECK (} . join(' AND ', ('d = d') x 40) . q{));
	CREATE TABLE i (id INTEGER PRIMARY KEY, d TEXT); CREATE INDEX ix ON i (json_extract(d, '$.zz')); CREATE TABLE r (id INTEGER PRIMARY KEY, d TEXT, n);
	CREATE TRIGGER tr AFTER INSERT ON r BEGIN UPDATE r SET n = json_type(NEW.d, '$.zz') WHERE id = NEW.id; END;});
$node->safe_psql('postgres', 'CREATE SERVER schema FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (updatable \'true\', database ' . quoted("$dir/schema.db") . q{); CREATE SCHEMA own; IMPORT FOREIGN SCHEMA main FROM SERVER schema INTO own; CREATE TABLE long AS SELECT '{' || repeat('"a":0,', 15500000) || '"b":0}' AS d});
for my $case ([ 'a generated column', 'SELECT count(one) FROM own.g WHERE id = 1', 400, 900 ], [ 'of a text', 'SELECT count(one) FROM own.g WHERE id = 2', 200, 500 ], [ 'a line in a generated column', 'SELECT count(line) FROM own.g WHERE id = 1', 300, 1200 ],
	map { [ "written to $_", "INSERT INTO own.$_ (id, d) SELECT 1, d FROM long", 900, 1600, 2300 ] } qw(c l e i r))
{
	my ($what, $sql, @limits) = @$case;
	foreach my $limit (@limits)
	{
		$node->psql('postgres', "SET client_min_messages = error; SELECT id FROM own.g WHERE id = 3; BEGIN; SELECT clock_timestamp() AS began \\gset\nSET LOCAL statement_timeout = $limit; $sql;\nROLLBACK;\nROLLBACK; SELECT 'took ' || round(1000 * extract(epoch FROM clock_timestamp() - :'began'))", stdout => \$out, stderr => \$err, on_error_stop => 0);
		my ($ms) = $out =~ /^took (\d+)$/m;
		my $late = $err =~ /statement timeout/ ? $ms - $limit : 0;
		my $most = $what =~ /line/ ? 9000 : 3000;
		# (twice: a timeout at the very end of a statement is the error of the next one; the line that is written may meet the limit of memory before)
		ok($err =~ /^$|statement timeout|out of memory/ && defined $ms && $late < $most, "$what, a timeout of $limit ms: " . ($err eq '' ? "over after $ms ms" : "$late ms late")) or diag("$out $err");
	}
}
like(sqlite("$dir/schema.db", 'PRAGMA quick_check; SELECT count(*) FROM (SELECT id FROM c UNION ALL SELECT id FROM l UNION ALL SELECT id FROM e UNION ALL SELECT id FROM i UNION ALL SELECT id FROM r)'), qr/^ok\n0$/m, 'nothing was written');

# conditions that are sent to SQLite, on a document that nobody expected to be so long: the function of ours that looks into it, and sorts its members
sqlite("$dir/members.db", q{CREATE TABLE doc (id INTEGER PRIMARY KEY, d TEXT); INSERT INTO doc VALUES (1, '{"x":{' || replace(hex(zeroblob(8000000)), '00', '"a":0,') || '"b":0}}')});
$node->safe_psql('postgres', 'CREATE SERVER members FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database ' . quoted("$dir/members.db") . q{); CREATE FOREIGN TABLE members (id bigint, d jsonb) SERVER members OPTIONS ("table" 'doc')});
like($node->safe_psql('postgres', q{EXPLAIN (VERBOSE) SELECT count(*) FROM members WHERE d ->> 'x' = 'y'}), qr/mig_json\(r\."d", 'jsonb', 'kx'\)/, 'the condition is sent');
for my $condition (q{d ->> 'x' = 'y'}, q{d -> 'x' ->> 'zz' = 'y'})
{
	$took = seconds(sub { fails_with($node, "SELECT count(*) FROM members WHERE $condition", '57014', qr/statement timeout/, "$condition: a timeout", before => q{SET statement_timeout = '400ms'}) });
	cmp_ok($took, '<', 3, 'ends soon after it');
}
$took = seconds(sub { fails_with($node, q{SELECT count(*) FROM sqlite_mig.profile('members')}, '57014', qr/statement timeout/, 'profile: a timeout', before => q{SET statement_timeout = '30ms'}) });
cmp_ok($took, '<', 3, 'ends soon after it');

# a cancel of what has loops keeps SQLite's transaction: the next statement reads on in it
query('WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(i) AS x FROM n');
is($node->safe_psql('postgres', q{SET client_min_messages = error; BEGIN; SELECT count(*) FROM doc; SAVEPOINT s; SET statement_timeout = '300ms';
\set ON_ERROR_STOP 0
SELECT x FROM q;
\set ON_ERROR_STOP 1
ROLLBACK TO s; SELECT count(*) FROM doc; COMMIT}), "7\n7", 'after a cancel in a savepoint');

is($node->safe_psql('postgres', 'SELECT 1'), '1', 'the server lives');
still_running($node);
$node->stop;
done_testing();
