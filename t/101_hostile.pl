# Files made to do harm: schemas that call what reaches outside, that never end or want all memory; values and schemas beyond
# PostgreSQL's limits; paths that mean something to SQLite; files and links that change under our hands.
use strict;
use warnings;
use File::Copy qw(copy);
use FindBin;
use IPC::Run ();
use POSIX ();
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my ($out, $err);
my $node = start_node('hostile');
my $dir  = PostgreSQL::Test::Utils::tempdir();
my $clean = 'SET client_min_messages = error; DROP SCHEMA IF EXISTS target, raw CASCADE; DELETE FROM sqlite_mig.migration; DROP SCHEMA IF EXISTS sqlite_evil CASCADE; DROP SERVER IF EXISTS evil CASCADE;';

sub evil
{
	my ($file, $options) = @_;
	$node->safe_psql('postgres', "$clean CREATE SERVER evil FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . ($options // '') . ')');
	return;
}

# A view of the name v, as any shell makes it; the foreign table evil reads it
sub evil_view
{
	my ($select, $columns) = @_;
	my $file = "$dir/view.db";
	unlink $file;
	sqlite($file, "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); INSERT INTO t VALUES (1, 'one'); CREATE VIEW v AS $select;");
	evil($file);
	$node->safe_psql('postgres', 'CREATE FOREIGN TABLE evil (' . ($columns // 'x text') . ') SERVER evil OPTIONS ("table" \'v\')');
	return;
}

#
# What reaches outside of the file, in a view and in a query of a user
#
my $touched = "$dir/touched";
for my $call ("load_extension('$dir/x.so')", "load_extension('$dir/x.so', 'f')", "fts3_tokenizer('simple')", "fts3_tokenizer('simple', x'0011223344556677')",
	"readfile('/etc/passwd')", "writefile('$touched', 'x')", "edit('x')", "rtreecheck('t')", "zipfile('a', 'b')", "eval('SELECT 1')", "sqlite_log(1, 'x')")
{
	evil_view("SELECT $call AS x");
	for my $what ('a view', 'a query')
	{
		$node->safe_psql('postgres', 'DROP FOREIGN TABLE evil; CREATE FOREIGN TABLE evil (x text) SERVER evil OPTIONS (query ' . quoted("SELECT $call AS x") . ')') if $what eq 'a query';
		$node->psql('postgres', 'SELECT x FROM evil', stderr => \$err, extra_params => [ '-v', 'VERBOSITY=verbose' ]);
		# (42883: SQLite's library does not have it at all)
		(my $shown = $call) =~ s/\Q$dir\E//;
		like($err, qr/ERROR:  (42501|42883)/, "$shown in $what");
	}
}
ok(!-e $touched, 'no file was written');

# tables that are always there
for my $table ('sqlite_stmt', 'sqlite_dbpage', 'dbstat')
{
	evil_view("SELECT count(*) AS x FROM $table");
	$node->psql('postgres', 'SELECT x FROM evil', stderr => \$err, extra_params => [ '-v', 'VERBOSITY=verbose' ]);
	like($err, qr/ERROR:  (42501|42P01|HV000)/, "$table in a view");
}
evil_view('SELECT 1 AS x');
$node->safe_psql('postgres', q{DROP FOREIGN TABLE evil; CREATE FOREIGN TABLE evil (x text) SERVER evil OPTIONS (query 'SELECT group_concat(sql) AS x FROM sqlite_stmt')});
fails_with($node, 'SELECT x FROM evil', '42501', qr/sqlite_stmt/, 'the statements of the connection in a query');

# triggers of a file that is written to
my $file = "$dir/trigger.db";
sqlite($file, "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); CREATE TABLE loop (a);
	CREATE TRIGGER t1 AFTER INSERT ON t BEGIN SELECT load_extension('$dir/x.so'); END;
	CREATE TRIGGER t2 AFTER INSERT ON loop BEGIN INSERT INTO loop WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n; END;");
evil($file, q{, updatable 'true'});
$node->safe_psql('postgres', 'CREATE FOREIGN TABLE evil (a bigint, b text) SERVER evil OPTIONS ("table" \'t\'); CREATE FOREIGN TABLE loop (a bigint) SERVER evil');
fails_with($node, q{INSERT INTO evil VALUES (1, 'x')}, '42501', qr/load_extension/, 'a trigger loads an extension');
fails_with($node, 'INSERT INTO loop VALUES (1)', '57014', qr/statement timeout/, 'a trigger that has no end', before => q{SET statement_timeout = '500ms'});
is(sqlite($file, 'SELECT count(*) FROM t; SELECT count(*) FROM loop;'), "0\n0\n", 'and neither has left a row');

# A journal can name a second file, which a rollback reads and then deletes: with any name, made by hand, and with one as SQLite gives it
my $victim = "$dir/victim";
my $super  = "$dir/other.db-mj012ABC9EF";
for my $case ([ $victim, 1, 'XX001' ], [ '/etc/passwd', 1, 'XX001' ], [ "$dir/none", 0, 'XX001' ], [ "$dir/x.db-journal", 1, 'XX001' ], [ $super, 1, 'before' ], [ $super, 0, 'after' ])
{
	my ($name, $exists, $expected) = @$case;
	for my $updatable ('false', 'true')
	{
		$file = "$dir/journal.db";
		unlink glob("$dir/journal.db* $dir/work.db* $super $victim");
		# the change is in the file, and what was before it in the journal
		sqlite("$dir/work.db", "PRAGMA page_size = 4096; CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO t SELECT i, 'before' FROM n;
PRAGMA synchronous = OFF; BEGIN; UPDATE t SET b = 'after ';\n.shell cp '$dir/work.db-journal' '$file-journal'\nCOMMIT;\n.shell cp '$dir/work.db' '$file'\n");
		append_to_file("$file-journal", pack('N', 0x40000000 / 4096 + 1) . $name . pack('NN', length($name), unpack('%32C*', $name)) . "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7");
		append_to_file($name, "$file-journal\0") if $exists && !-e $name;
		evil($file, qq{, updatable '$updatable'});
		$node->safe_psql('postgres', 'CREATE FOREIGN TABLE evil (a bigint, b text) SERVER evil OPTIONS ("table" \'t\')');
		$node->psql('postgres', ($updatable eq 'true' ? 'UPDATE evil SET a = a WHERE a = 1;' : '') . 'SELECT string_agg(DISTINCT b, \',\') FROM evil', stdout => \$out, stderr => \$err, extra_params => [ '-v', 'VERBOSITY=verbose' ]);
		like("$out\n$err", $expected eq 'XX001' ? qr/ERROR:  XX001: /: qr/^$expected *$/m, 'a journal that names "' . ($name =~ s/^\Q$dir\E.//r) . '", ' . ($exists ? 'which exists' : 'which is not there') . ", updatable '$updatable'");
		ok(!$exists || -e $name, 'which is still there');
	}
	unlink glob("$dir/journal.db* $dir/work.db* $dir/*-journal");
}

#
# What never ends, or wants all memory
#
evil_view('SELECT * FROM w', 'a int');
sqlite("$dir/view.db", 'CREATE VIEW w AS SELECT * FROM v;');
fails_with($node, 'SELECT a FROM evil', 'HV000', qr/circularly defined/, 'views in a circle');
ok($node->psql('postgres', q{CALL sqlite_mig.migrate('evil', 'target')}) == 0, 'which are left out of a migration');

my $long = q{printf('%.*c', 10000000, 'a')};
for my $case (
	[ 'instr',               "SELECT instr($long, substr($long, 5000000) || 'b') AS x",          0 ],
	[ 'instr of blobs',      "SELECT instr(CAST($long AS BLOB), CAST(substr($long, 5000000) || 'b' AS BLOB)) AS x", 0 ],
	[ 'replace of each',     "SELECT length(replace(hex(zeroblob(100000000)), '0', 'bbb')) AS x", undef ],
	[ 'a line of printf',    'SELECT ' . join(' + ', map { "length(printf('%.100000000c', 'a$_'))" } 1 .. 20) . ' AS x', undef ],
	[ 'a line of hex',       'SELECT ' . join(' + ', map { "length(hex(zeroblob(100000000 + $_)))" } 1 .. 60) . ' AS x', undef ],
	[ 'replace',             "SELECT length(replace($long, substr($long, 5000000) || 'b', '')) AS x", 10000000 ],
	[ 'trim',                "SELECT trim($long, replace(substr($long, 5000000), 'a', 'b') || 'a') AS x", undef ],
	[ 'rtrim',               "SELECT rtrim($long, replace(substr($long, 5000000), 'a', 'b') || 'a') AS x", undef ],
	[ 'many long functions', "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(length(randomblob(3000000))) AS x FROM n", undef ],
	[ 'a long condition',    'SELECT count(*) AS x FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000) SELECT i FROM n) AS a, (SELECT 1 UNION ALL SELECT 2) AS b, '
		  . '(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000) SELECT i FROM n) AS c WHERE a.i + c.i = 0', undef ])
{
	my ($name, $select, $result) = @$case;
	evil_view($select);
	my $took;
	if (defined $result)
	{
		$took = seconds(sub { is($node->safe_psql('postgres', 'SELECT x FROM evil'), $result, "$name: the product of two lengths is not what it takes") });
		cmp_ok($took, '<', 30, "$name: ends by itself");
	}
	else
	{
		$took = seconds(sub { fails_with($node, 'SELECT x FROM evil', '57014', qr/statement timeout/, "$name: a timeout", before => q{SET statement_timeout = '1s'}) });
		cmp_ok($took, '<', 6, "$name: ends soon after it");
	}
}

# one call that compares each member of one object with each of the other
evil_view(q{SELECT length(json_patch(a, a)) AS x FROM (SELECT '{' || replace(printf('%.*c', 100000, 'a'), 'a', '"":1,') || '"":1}' AS a)});
fails_with($node, 'SELECT x FROM evil', '54000', qr/json_patch of documents with too many members/, 'json_patch of 100,000 members and 100,000');
evil_view(q{SELECT length(json_patch(a, a)) AS x FROM (SELECT '{"a": "' || printf('%.*c', 1000000, 'a') || '"}' AS a)});
is($node->safe_psql('postgres', 'SELECT x FROM evil'), 1000008, 'but of long documents');
evil_view(q{SELECT json_object('a', json_patch('{"a": 1, "b": 2}', '{"b": null, "c": [1]}')) || ifnull(json_patch(NULL, '1'), '-') AS x});
is($node->safe_psql('postgres', 'SELECT x FROM evil'), '{"a":{"a":1,"c":[1]}}-', 'json_patch of short ones is what SQLite makes of them, and JSON');
evil_view(q{SELECT json_patch('{"a": 1}', '[x') AS x});
fails_with($node, 'SELECT x FROM evil', '22P02', qr/malformed JSON/, 'and its errors are');

# one call that takes seconds: it ends within one of them (the value alone takes a good part of that)
for my $call ('hex(zeroblob(499999999))', 'randomblob(999999999)')
{
	evil_view("SELECT length($call) AS x");
	my $took = seconds(sub { fails_with($node, 'SELECT x FROM evil', '57014', qr/statement timeout/, "$call: a timeout", before => q{SET statement_timeout = '600ms'}) });
	cmp_ok($took, '<', 2.2, 'ends soon after it');
}

# calls in a line on one value that is there already: each has a copy of it, and needs memory for that
my $file2 = "$dir/checked.db";
sqlite($file2, 'CREATE TABLE t (a INTEGER PRIMARY KEY, b INT, x TEXT, CHECK (b IS NULL OR ' . join(' + ', map { "instr(x, 'y$_')" } 1 .. 300) . " = 0)); INSERT INTO t SELECT 1, NULL, replace(hex(zeroblob(50000000)), '00', 'yy')");
evil($file2, q{, updatable 'true'});
$node->safe_psql('postgres', 'CREATE FOREIGN TABLE evil (a bigint OPTIONS (key \'true\'), b bigint) SERVER evil OPTIONS ("table" \'t\')');
my $lasted = seconds(sub { fails_with($node, 'UPDATE evil SET b = 1', '57014', qr/statement timeout/, 'a line of instr in a check: a timeout', before => q{SET statement_timeout = '2s'}) });
cmp_ok($lasted, '<', 5, 'ends soon after it');
unlink($file2);

# a format of a hundred megabytes, written one character at a time, and texts to be quoted
evil_view(q{SELECT length(strftime(hex(zeroblob(100000000)), 0)) AS x});
fails_with($node, 'SELECT x FROM evil', '54000', qr/strftime of too many bytes/, 'strftime of 200 MB');
for my $conversion ('q', 'Q', 'w')
{
	evil_view(qq{SELECT length(printf('%s %10$conversion', 1, hex(zeroblob(150000000)))) AS x});
	fails_with($node, 'SELECT x FROM evil', '54000', qr/printf of quoted texts that are too long/, "printf with %$conversion of 300 MB");
}

# one comparison that takes the product of text and pattern
for my $operator ('LIKE', 'GLOB')
{
	my $any = $operator eq 'LIKE' ? '%' : '*';
	evil_view("SELECT printf('%.*c', 40000000, 'a') $operator '$any' || printf('%.*c', 49000, 'a') || 'b' AS x");
	my $took = seconds(sub { fails_with($node, 'SELECT x FROM evil', '57014', qr/statement timeout/, "$operator of 40 MB with a pattern of 49000 bytes", before => q{SET statement_timeout = '500ms'}) });
	cmp_ok($took, '<', 3, 'ends soon after its timeout');
	evil_view("SELECT printf('%.*c', 300000, 'a') $operator '$any' || printf('%.*c', 498, 'a') || 'b' AS x");
	is($node->safe_psql('postgres', 'SELECT x FROM evil'), '0', 'a shorter one ends by itself');
	evil_view("SELECT 'a' $operator printf('%.*c', 50001, 'a') AS x");
	fails_with($node, 'SELECT x FROM evil', '54001', qr/pattern too complex/, "$operator with a pattern that is too long");
}

evil_view('SELECT ' . join(', ', map { "printf('%.*c', 50000000, 'x') AS x$_" } 0 .. 39), join(', ', map { "x$_ text" } 0 .. 39));
fails_with($node, 'SELECT * FROM evil', '53200', qr/memory_limit/, 'a row of 2 GB', before => q{SET sqlite_fdw_mig.memory_limit = '200MB'});
my $peak = $node->safe_psql('postgres', q{SET sqlite_fdw_mig.memory_limit = '200MB'; DO $$ BEGIN PERFORM * FROM evil; EXCEPTION WHEN out_of_memory THEN NULL; END $$;
	SELECT (regexp_match(pg_read_file('/proc/self/status'), 'VmHWM:\s+(\d+)'))[1]::bigint / 1024});
cmp_ok($peak, '<', 800, "memory stays within the limit: $peak MB at most");
is($node->safe_psql('postgres', q{DO 'BEGIN PERFORM sqlite_mig.version(); END'; SELECT setting || unit || ' ' || context FROM pg_settings WHERE name = 'sqlite_fdw_mig.memory_limit'}), '2048MB superuser', 'there is one, and an ordinary role cannot lift it');
evil_view('SELECT zeroblob(1000000001) AS x', 'x bytea');
fails_with($node, 'SELECT length(x) FROM evil', '54000', qr/too big/, 'a blob that SQLite itself refuses');

#
# Beyond PostgreSQL's limits
#
$file = "$dir/wide.db";
sqlite($file, 'CREATE TABLE wide (' . join(', ', map { "c$_ INT" } 1 .. 2000) . '); INSERT INTO wide (c1) VALUES (1); CREATE TABLE fine (a INT);');
evil($file);
$node->psql('postgres', 'CREATE SCHEMA raw; IMPORT FOREIGN SCHEMA main FROM SERVER evil INTO raw; SELECT relname FROM pg_class WHERE relnamespace = \'raw\'::regnamespace', stdout => \$out, stderr => \$err);
is($out, 'fine', 'a table of 2000 columns is left out of an import');
like($err, qr/WARNING:.*wide.*1600/s, 'with a warning');
$node->safe_psql('postgres', q{SELECT count(*) FROM sqlite_mig.prepare('evil', 'target')});
like($node->safe_psql('postgres', q{SELECT severity, rule, detail FROM sqlite_mig.ledger WHERE migration = 'evil' AND table_name = 'wide'}), qr/^blocker\|too wide\|.*1600/m, 'and a blocker of the plan');

$file = "$dir/names.db";
my $name = 'n' x 10000;
sqlite($file, qq{CREATE TABLE "$name" ("$name" INTEGER PRIMARY KEY, "${name}2" TEXT DEFAULT '$name' CHECK ("${name}2" <> '$name')); INSERT INTO "$name" VALUES (1, 'x'); CREATE INDEX "i$name" ON "$name" ("${name}2"); CREATE VIEW "v$name" AS SELECT * FROM "$name";});
evil($file);
$node->safe_psql('postgres', 'CREATE SCHEMA raw; IMPORT FOREIGN SCHEMA main FROM SERVER evil INTO raw');
is($node->safe_psql('postgres', q{SELECT count(*), max(length(relname)) FROM pg_class WHERE relnamespace = 'raw'::regnamespace}), '2|63', 'names of 10000 bytes are imported');
$node->safe_psql('postgres', q{CALL sqlite_mig.migrate('evil', 'target')});
is($node->safe_psql('postgres', q{SELECT rows FROM sqlite_mig.status('evil')}), '1', 'and migrated');

# A record that says it has 1.2 GB, more than SQLite lets in and more than PostgreSQL holds; made by hand, for no shell can
$file = "$dir/giant.db";
sqlite($file, "PRAGMA page_size = 4096; CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (7, 'x'); CREATE TABLE u (a); INSERT INTO u VALUES (1);");
sub varint
{
	my ($n) = @_;
	my @bytes = ($n & 0x7f);
	unshift @bytes, ($n & 0x7f) | 0x80 while $n >>= 7;
	return pack('C*', @bytes);
}
# ($good: more rows of the same table, as id and text)
sub make_giant
{
	my ($file, $fields, %good) = @_;
	my $header  = $fields . varint(2 * 1_200_000_000 + 13);
	my $payload = 1 + length($header) + 1_200_000_000;
	my $least   = int((4096 - 12) * 32 / 255) - 23;
	my $local   = $least + ($payload - $least) % (4096 - 4);
	$local = $least if $local > 4096 - 35;
	my $cell = varint($payload) . varint(7) . chr(1 + length($header)) . $header;
	$cell .= 'x' x ($local - 1 - length($header)) . pack('N', 3);
	my %cells = (7 => $cell, map { $_ => varint(3 + length($good{$_})) . varint($_) . "\x03\x00" . varint(2 * length($good{$_}) + 13) . $good{$_} } keys %good);
	my ($pointers, $content) = ('', '');
	foreach my $id (sort { $a <=> $b } keys %cells)
	{
		$content = $cells{$id} . $content;
		$pointers .= pack('n', 4096 - length($content));
	}
	my $page = pack('CnnnC', 13, 0, scalar(keys %cells), 4096 - length($content), 0) . $pointers;
	my $bytes = slurp_file($file);
	substr($bytes, 4096, 4096) = $page . ("\0" x (4096 - length($page) - length($content))) . $content;
	open(my $to, '>:raw', $file) or die $!;
	print $to $bytes;
	close($to) or die $!;
}
make_giant($file, "\x00");
evil($file);
$node->safe_psql('postgres', 'CREATE FOREIGN TABLE evil (id bigint, a text) SERVER evil OPTIONS ("table" \'t\')');
my $place = qr/too big\. It is column "a" of the row with rowid 7 of table "t"\./;
fails_with($node, 'SELECT a FROM evil', '54000', $place, 'a value of 1.2 GB');
fails_with($node, q{SELECT sqlite_mig.checksum('evil')}, '54000', $place, 'a value of 1.2 GB, checksum');
fails_with($node, q{CREATE TABLE public.giant (id bigint, a text); SELECT * FROM sqlite_mig.copy_table('evil', 'public.giant')}, '54000', $place, 'a value of 1.2 GB, copy_table');
fails_with($node, q{CALL sqlite_mig.migrate('evil', 'target')}, '54000', $place, 'a value of 1.2 GB, migrate');

# With a quarantine all other rows are loaded, before and behind it, and the first and the last one may be such
for my $case ([ 'among others', 7, 3 => 'three', 5 => 'five', 8 => 'eight', 20 => 'twenty' ], [ 'first', 7, 9 => 'nine' ], [ 'last', 7, 1 => 'one' ], [ 'alone', 7 ])
{
	my ($what, undef, %good) = @$case;
	my $n = keys %good;
	unlink($file);
	sqlite($file, "PRAGMA page_size = 4096; CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (7, 'x'); CREATE TABLE u (a); INSERT INTO u VALUES (1);");
	make_giant($file, "\x00", %good);
	evil($file);
	$node->safe_psql('postgres', 'CREATE FOREIGN TABLE evil (id bigint, a text) SERVER evil OPTIONS ("table" \'t\'); DROP TABLE public.giant; CREATE TABLE public.giant (id bigint PRIMARY KEY, a text)');
	$node->psql('postgres', q{SELECT rows, texts, max_bytes FROM sqlite_mig.profile('evil', 't') WHERE column_name = 'a'}, stdout => \$out, stderr => \$err);
	is($out, ($n + 1) . '|' . ($n + 1) . '|1200000000', "$what: profile counts the row");
	like($err, qr/WARNING:.*"t", rowid 7: SQLite does not read the value of column "a"/, "$what: and names it");
	is($node->safe_psql('postgres', q{SELECT inserted, rejected FROM sqlite_mig.copy_table('evil', 'public.giant', on_error => 'reject')}), "$n|1", "$what: copy_table with quarantine");
	is($node->safe_psql('postgres', 'SELECT string_agg(id || a, \',\' ORDER BY id) FROM public.giant'), join(',', map { "$_$good{$_}" } sort { $a <=> $b } keys %good), "$what: the other rows");
	is($node->safe_psql('postgres', q{SELECT source_key, "row", column_name, sqlstate, message FROM sqlite_mig.rejected WHERE target_relation = 'public.giant'}),
		q{rowid 7|{"a": {"bytes": 1200000000, "class": "text"}, "id": {"class": "integer", "value": 7}}|a|54000|SQLite does not read the value of column "a": it is longer than SQLite's limit}, "$what: and what the quarantine has of it");
	$node->safe_psql('postgres', 'DELETE FROM sqlite_mig.rejected');
	is($node->safe_psql('postgres', q{SELECT column_name, rows, integers, texts, refused FROM sqlite_mig_internal._fit('evil', 't', '{id,a}', '{1,2}', '{integer,text}', '{NULL,NULL}') ORDER BY candidate}),
		join("\n", "id|@{[$n + 1]}|@{[$n + 1]}|0|0", "a|@{[$n + 1]}|0|@{[$n + 1]}|0"), "$what: fit goes on behind it");
	like($node->safe_psql('postgres', q{SET client_min_messages = error; SELECT string_agg(a::text, ' ') FROM sqlite_mig.assess('evil') AS a}) =~ s/\s+/ /gr, qr/rowid 7, column a: text of 1200000000 bytes/, "$what: assess");
	$node->psql('postgres', q{SET client_min_messages = error; CALL sqlite_mig.migrate('evil', 'target', on_error => 'reject')}, stderr => \$err);
	is($err, '', "$what: migrate with quarantine");
	is($node->safe_psql('postgres', 'SELECT (SELECT count(*) FROM target.t), (SELECT count(*) FROM target.u)'), "$n|1", "$what: has all other rows");
	is($node->safe_psql('postgres', q{SELECT verdict FROM sqlite_mig.status('evil')}), 'incomplete', "$what: and does not say that it has all");
	like($node->safe_psql('postgres', q{SELECT severity, detail FROM sqlite_mig.ledger WHERE rule = 'too long for SQLite'}), qr/^warning\|.*: 1; rowid 7, column a: text of 1200000000 bytes\./, "$what: the ledger has said so before");
	for my $level ('checksum', 'full')
	{
		is($node->safe_psql('postgres', qq{SET client_min_messages = error; SELECT check_name, source_value, target_value, ok, detail FROM sqlite_mig.verify('evil', level => '$level') WHERE table_name = 't' AND (check_name = 'rows' OR NOT ok)}),
			'rows|' . ($n + 1) . "|$n|t|rejected rows: 1", "$what: verify, $level");
	}
	is($node->safe_psql('postgres', q{SELECT verdict FROM sqlite_mig.status('evil')}), 'incomplete', "$what: still incomplete");
	is($node->safe_psql('postgres', q{SELECT loaded, still_rejected FROM sqlite_mig.replay('evil')}), '0|1', "$what: replay");
	fails_with($node, q{SELECT * FROM sqlite_mig.sync('evil')}, '54000', qr/$place.*UPDATE "t" SET "a" = NULL WHERE rowid = 7/s, "$what: sync");
	for my $how ("mode => 'resumable', workers => 2", 'snapshot => true')
	{
		$node->psql('postgres', qq{SET client_min_messages = error; CALL sqlite_mig.migrate('evil', 'target', on_error => 'reject', if_exists => 'replace', $how)}, stderr => \$err);
		is($err . $node->safe_psql('postgres', q{SET client_min_messages = error; SELECT (SELECT count(*) FROM target.t), (SELECT count(*) FROM sqlite_mig.rejected WHERE source_rowid = 7), (SELECT verdict FROM sqlite_mig.status('evil')), (SELECT bool_and(ok) FROM sqlite_mig.verify('evil'))}),
			"$n|1|incomplete|t", "$what: $how");
	}
	fails_with($node, q{CALL sqlite_mig.migrate('evil', 'target', on_error => 'reject', reject_limit => 0, if_exists => 'replace')}, '54000', $place, "$what: with a limit");
	# repaired in the source
	unlink($file);
	sqlite($file, 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE u (a); INSERT INTO u VALUES (1); INSERT INTO t VALUES ' . join(', ', "(7, 'short')", map { "($_, '$good{$_}')" } keys %good));
	is($node->safe_psql('postgres', q{SELECT loaded, still_rejected FROM sqlite_mig.replay('evil')}), '1|0', "$what: replay after a repair");
}

# Columns that hide names of the rowid: they are not taken for it, also where none is left
for my $case ([ '_rowid_ INT, rowid INT', qr/too big\. It is column "a" of the row with rowid 7 of table "t"\./ ], [ '_rowid_ INT, rowid INT, oid INT', qr/too big/ ])
{
	my ($hidden, $expected) = @$case;
	$file = "$dir/giant.db";
	unlink($file);
	sqlite($file, "PRAGMA page_size = 4096; CREATE TABLE t ($hidden, a TEXT); CREATE TABLE u (a); INSERT INTO u VALUES (1);");
	make_giant($file, "\x09" x (() = $hidden =~ /INT/g));
	evil($file);
	$node->safe_psql('postgres', 'CREATE FOREIGN TABLE evil (a text) SERVER evil OPTIONS ("table" \'t\')');
	fails_with($node, 'SELECT a FROM evil', '54000', $expected, "a value of 1.2 GB beside $hidden");
	is($node->psql('postgres', 'SELECT a FROM evil', stderr => \$err), 3, 'fails');
	unlike($err, qr/rowid 1 /, 'and a column is not taken for the rowid');
}

# Generated columns that cannot be computed
$file = "$dir/generated.db";
sqlite($file, "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, g AS (a)); INSERT INTO t (a) VALUES (1), (-9223372036854775808);\n.dbconfig defensive off\nPRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'AS (a)', 'AS (abs(a))');");
evil($file);
$node->safe_psql('postgres', 'CREATE SCHEMA raw; IMPORT FOREIGN SCHEMA main FROM SERVER evil INTO raw');
fails_with($node, 'SELECT g FROM raw.t', '22003', qr/integer overflow/, 'a generated column that overflows');
is($node->safe_psql('postgres', 'SELECT count(a) FROM raw.t'), '2', 'the others can be read');

# Checks and generated columns of which each takes a good part of a second, in every place that computes them
$file = "$dir/expensive.db";
my $costly = 'length(hex(zeroblob(20000000 + a)))';
sqlite($file, join(' ', map { "CREATE TABLE $_->[0] (a INTEGER PRIMARY KEY, b TEXT$_->[1]); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO $_->[0] (a, b) SELECT i, 'r' FROM n;" }
		([ 'checked', q{ CHECK (b IS NOT 'x')} ], [ 'computed', ', g INT AS (a + 1)' ], [ 'indexed', '' ])) . ' CREATE INDEX i ON indexed (a) WHERE a < 0;'
	  . "\n.dbconfig defensive off\nPRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(replace(replace(sql, 'b IS NOT ''x''', '$costly > length(b)'), 'AS (a + 1)', 'AS ($costly)'), 'WHERE a < 0', 'WHERE $costly > 0');");
evil($file, q{, updatable 'true'});
$node->safe_psql('postgres', 'CREATE SERVER evil_reader FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database ' . quoted($file) . '); CREATE SCHEMA raw; IMPORT FOREIGN SCHEMA main FROM SERVER evil INTO raw');
for my $case (
	[ 'count of a generated column', 'SELECT count(g) FROM raw.computed' ],
	[ 'checksum',                    q{SELECT sqlite_mig.checksum('raw.computed')} ],
	[ 'profile',                     q{SELECT count(*) FROM sqlite_mig.profile('evil', 'computed')} ],
	[ 'ANALYZE',                     'ANALYZE raw.computed' ],
	[ 'prepare, a check',            q{SELECT sqlite_mig.prepare('evil_reader', 'target', tables => '{checked}')} ],
	[ 'prepare, an index',           q{SELECT sqlite_mig.prepare('evil_reader', 'target', tables => '{indexed}')} ],
	[ 'migrate',                     q{CALL sqlite_mig.migrate('evil_reader', 'target', tables => '{checked}')} ],
	[ 'look for damage',             q{SELECT * FROM sqlite_mig_internal._source_damage('evil')} ],
	[ 'backup and its check',        qq{SELECT sqlite_mig.backup('evil_reader', '$dir/expensive_backup.db')} ],
	[ 'INSERT',                      q{INSERT INTO raw.checked (a, b) SELECT 10000 + i, 'r' FROM generate_series(1, 2000) AS i} ],
	[ 'UPDATE',                      q{UPDATE raw.checked SET b = b || 'x'} ])
{
	my ($what, $sql) = @$case;
	my $took = seconds(sub { fails_with($node, $sql, '57014', qr/statement timeout/, "$what: expensive", before => q{SET client_min_messages = error; SET statement_timeout = '300ms'}) });
	cmp_ok($took, '<', 4, "$what: ends soon after its timeout");
}
ok(!-e "$dir/expensive_backup.db", 'no half of a backup is left');
is(sqlite($file, 'PRAGMA writable_schema = ON; SELECT count(*), max(b) FROM checked'), "2000|r\n", 'nothing was written');
$node->safe_psql('postgres', 'DROP SERVER evil_reader CASCADE');

#
# Paths
#
my $first = "$dir/good.db";
sqlite($first, "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('good');");
for my $odd ('x?mode=memory', 'x?immutable=1&vfs=unix-none', 'x#fragment', 'x%41', 'xA', 'x%00', 'file:x', ' x ', 'x;y', "x'y", 'x"y', 'x\\y', "x\ny", "\xc3\xa4", 'x?')
{
	my $path = "$dir/$odd";
	# (the shell takes some of these for a URI itself)
	copy($first, $path) or die "$path: $!";
	(my $shown = $odd) =~ s/\n/\\n/g;
	evil($path);
	is($node->safe_psql('postgres', 'CREATE FOREIGN TABLE evil (a text) SERVER evil OPTIONS ("table" \'t\'); SELECT a FROM evil'), 'good', "a file called \"$shown\"");
}
my @left = grep { !/^\Q$dir\E\/(view|trigger|wide|names|giant|generated|expensive|good)\.db$/ && /-(wal|shm|journal)$/ } glob("$dir/*");
is("@left", '', 'and nothing was left beside them');
for my $case ([ '/proc/self/environ', '(22023|42501|XX001|HV00N)' ], [ '/proc/self/mem', '(22023|42501|58030|HV00N)' ], [ '/proc/self/fd/0', '(42809|58P01|42501)' ], [ '/dev/zero', '42809' ],
	[ '/dev/stdin', '(42809|58P01|42501)' ], [ '/', '42809' ], [ "$dir/good.db/x", '(58P01|42809|58030)' ], [ "/" . ('x' x 5000), '.....' ], [ "$dir/" . ('x/' x 300), '.....' ])
{
	my ($path, $state) = @$case;
	evil($path);
	$node->safe_psql('postgres', 'CREATE FOREIGN TABLE evil (a text) SERVER evil OPTIONS ("table" \'t\')');
	my $took = seconds(sub { $node->psql('postgres', 'SELECT a FROM evil', stderr => \$err, extra_params => [ '-v', 'VERBOSITY=verbose' ]) });
	like($err, qr/ERROR:  $state:/, 'path ' . substr($path, 0, 30));
	cmp_ok($took, '<', 5, 'at once');
}

#
# Files and links that change between two looks
#
mkdir "$dir/allowed" or die $!;
mkdir "$dir/secret"  or die $!;
sqlite("$dir/allowed/f.db", "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('allowed');");
sqlite("$dir/secret/f.db",  "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('secret');");
for my $what ('file', 'folder')
{
	my $link = $what eq 'file' ? "$dir/allowed/link.db" : "$dir/allowed/link";
	my @to   = $what eq 'file' ? ("$dir/allowed/f.db", "$dir/secret/f.db") : ("$dir/allowed", "$dir/secret");
	symlink($to[0], $link) or die $!;
	my $swapper = fork // die $!;
	if ($swapper == 0)
	{
		for (my $i = 0; getppid() != 1; $i++)
		{
			unlink("$link.new");
			symlink($to[ $i % 2 ], "$link.new");
			rename("$link.new", $link);
		}
		POSIX::_exit(0);
	}
	evil($what eq 'file' ? $link : "$link/f.db", q{, keep_connections 'false'});
	$node->safe_psql('postgres', 'CREATE FOREIGN TABLE evil (a text) SERVER evil OPTIONS ("table" \'t\')');
	my $found = $node->safe_psql('postgres', 'SET sqlite_fdw_mig.allowed_directories = ' . quoted("$dir/allowed") . q{;
		CREATE TEMPORARY TABLE found (a text);
		CREATE PROCEDURE public.look() LANGUAGE plpgsql AS $$
		DECLARE
			ends timestamptz := clock_timestamp() + interval '2 s';
			x text;
		BEGIN
			WHILE clock_timestamp() < ends LOOP
				BEGIN
					SELECT a INTO x FROM evil;
				EXCEPTION WHEN OTHERS THEN
					x := SQLSTATE;
				END;
				INSERT INTO found VALUES (x);
				COMMIT;
			END LOOP;
		END $$;
		CALL public.look();
		DROP PROCEDURE public.look();
		SELECT count(*) FILTER (WHERE a = 'allowed') > 5, count(*) FILTER (WHERE a = '42501') > 5, count(*) FILTER (WHERE a NOT IN ('allowed', '42501')) || coalesce(min(a) FILTER (WHERE a NOT IN ('allowed', '42501')), '') FROM found});
	kill 'KILL', $swapper;
	waitpid($swapper, 0);
	unlike($found, qr/secret/, "a $what that is a link and changes all the time: $found");
	like($found, qr/^t\|t\|/, 'both were there to be found');
	unlink $link;
}

# A file that another takes the place of while it is read
$file = "$dir/replaced.db";
sqlite($file, "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO t SELECT i, 'old ' || i FROM n;");
sqlite("$dir/next.db", "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); INSERT INTO t VALUES (1, 'new');");
evil($file);
$node->safe_psql('postgres', 'CREATE FOREIGN TABLE evil (a bigint, b text) SERVER evil OPTIONS ("table" \'t\')');
is($node->safe_psql('postgres', qq{BEGIN;
DECLARE c CURSOR FOR SELECT b FROM evil;
FETCH c;
\\! mv '$dir/next.db' '$file'
MOVE FORWARD ALL IN c;
SELECT count(*) FROM evil WHERE b LIKE 'old%';
COMMIT;
SELECT b FROM evil;}), "old 1\n20000\nnew", 'a file replaced during a scan: the transaction reads the old one to its end, the next the new one');

is($node->safe_psql('postgres', 'SELECT 1'), '1', 'the server lives');
still_running($node);
$node->stop;
done_testing();
