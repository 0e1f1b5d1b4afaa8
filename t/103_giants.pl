# Values of more than a billion bytes where rows have no rowid: tables WITHOUT ROWID, whose rows go to the quarantine as others do, and views, where
# an error names the row; and sync, which compares all values and cannot leave one out. Most are only said to be there; one is (write_real).
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my ($out, $err);
my $node = start_node('giants');
my $dir  = PostgreSQL::Test::Utils::tempdir();
my $file = "$dir/giants.db";
my $bytes = 1_200_000_000;

sub varint
{
	my ($n) = @_;
	my @bytes = ($n & 0x7f);
	unshift @bytes, ($n & 0x7f) | 0x80 while $n >>= 7;
	return pack('C*', @bytes);
}

# Puts rows into the table WITHOUT ROWID whose root is page 2: id => text, or id => undef for one that says it has 1.2 GB. Made by hand, for no shell can.
sub write_rows
{
	my ($blob, $backwards, %rows) = @_;
	my ($pointers, $content) = ('', '');
	foreach my $id (sort { $backwards ? $b <=> $a : $a <=> $b } keys %rows)
	{
		my $giant  = !defined $rows{$id};
		my $len    = $giant ? $bytes : length($rows{$id});
		my $header = "\x01" . varint(2 * $len + ($blob && $giant ? 12 : 13));
		my $record = chr(1 + length($header)) . $header . chr($id);
		my $payload = length($record) + $len;
		if ($giant)
		{
			my $most  = int((4096 - 12) * 64 / 255) - 23;
			my $least = int((4096 - 12) * 32 / 255) - 23;
			my $local = $least + ($payload - $least) % (4096 - 4);
			$local  = $least if $local > $most;
			$record = $record . ('x' x ($local - length($record))) . pack('N', 3);
		}
		else
		{
			$record .= $rows{$id};
		}
		$content = varint($payload) . $record . $content;
		$pointers .= pack('n', 4096 - length($content));
	}
	my $page = pack('CnnnC', 10, 0, scalar(keys %rows), 4096 - length($content), 0) . $pointers;
	my $all  = slurp_file($file);
	substr($all, 4096, 4096) = $page . ("\0" x (4096 - length($page) - length($content))) . $content;
	open(my $to, '>:raw', $file) or die $!;
	print $to $all;
	close($to) or die $!;
	return;
}

sub make_file
{
	my ($blob, $key, %rows) = @_;
	my $collate = $key =~ s/( COLLATE NOCASE)// ? $1 : '';
	unlink $file;
	sqlite($file, "PRAGMA page_size = 4096; CREATE TABLE t (id INTEGER$collate, a TEXT, PRIMARY KEY ($key)) WITHOUT ROWID; INSERT INTO t VALUES (7, 'x'); CREATE TABLE u (a); INSERT INTO u VALUES (1); CREATE VIEW v AS SELECT id * 10 AS n, a FROM t;");
	write_rows($blob, scalar($key =~ /DESC/), %rows);
	$node->safe_psql('postgres', 'SET client_min_messages = error; DROP SCHEMA IF EXISTS target CASCADE; DELETE FROM sqlite_mig.migration; DELETE FROM sqlite_mig.rejected; DROP SCHEMA IF EXISTS sqlite_giants CASCADE; DROP SERVER IF EXISTS giants CASCADE;
		CREATE SERVER giants FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database ' . quoted($file) . q{); CREATE FOREIGN TABLE giants (id bigint, a text) SERVER giants OPTIONS ("table" 't');
		CREATE FOREIGN TABLE giants_view (n bigint, a text) SERVER giants OPTIONS ("table" 'v'); DROP TABLE IF EXISTS public.giant; CREATE TABLE public.giant (id bigint PRIMARY KEY, a text)});
	return;
}

# What stops names table, key and column, and says how the row is made readable
make_file(0, 'id', 3 => 'three', 7 => undef, 9 => 'nine');
my $place = qr/too big\. It is column "a" of the row with key \(id\) = \(7\) of table "t"\..*HINT:.*UPDATE "?t"? SET "?a"? = NULL WHERE "?id"? = 7/s;
fails_with($node, 'SELECT a FROM giants', '54000', $place, 'a value of 1.2 GB in a table without rowids');
fails_with($node, q{SELECT sqlite_mig.checksum('giants')}, '54000', $place, 'checksum');
fails_with($node, q{SELECT * FROM sqlite_mig.copy_table('giants', 'public.giant')}, '54000', $place, 'copy_table');
fails_with($node, q{CALL sqlite_mig.migrate('giants', 'target')}, '54000', $place, 'migrate');
is($node->safe_psql('postgres', 'SELECT string_agg(id::text, \',\' ORDER BY id) FROM giants'), '3,7,9', 'the other columns can be read');

# views have no key, with and without a quarantine
my $row = qr/too big\. It is column "a" of row 2 of view "v"\..*HINT:.*view/s;
fails_with($node, 'SELECT a FROM giants_view', '54000', $row, 'a view');
fails_with($node, q{SELECT * FROM sqlite_mig.copy_table('giants_view', 'public.giant_view', on_error => 'reject')}, '54000', $row, 'a view, copy_table with quarantine', before => 'CREATE TABLE public.giant_view (n bigint, a text)');

for my $case ([ 'among others', 0, 'id', 3 => 'three', 5 => 'five', 7 => undef, 8 => 'eight', 20 => 'twenty' ], [ 'first', 0, 'id', 7 => undef, 9 => 'nine' ], [ 'last', 0, 'id', 1 => 'one', 7 => undef ],
	[ 'alone', 0, 'id', 7 => undef ], [ 'a blob', 1, 'id', 2 => 'two', 7 => undef, 9 => 'nine' ], [ 'backwards', 0, 'id DESC', 2 => 'two', 7 => undef, 9 => 'nine' ])
{
	my ($what, $blob, $key, %rows) = @$case;
	my %good = map { $_ => $rows{$_} } grep { defined $rows{$_} } keys %rows;
	my $n    = keys %good;
		my $held = $blob ? qq{{"bytes": $bytes, "class": "blob"}} : '{"bytes": null, "class": "text"}';
	my $shown = $blob ? "blob of $bytes bytes" : 'text of unknown length';
	make_file($blob, $key, %rows);
	$node->psql('postgres', q{SELECT rows, texts + blobs, max_bytes FROM sqlite_mig.profile('giants', 't') WHERE column_name = 'a'}, stdout => \$out, stderr => \$err);
	is($out, join('|', $n + 1, $n + 1, $blob ? $bytes : 1_000_000_001), "$what: profile counts the row");
	like($err, qr/WARNING:.*"t", key \(7\): SQLite does not read the value of column "a".*\n.*$shown/, "$what: and names it");
	is($node->safe_psql('postgres', q{SELECT inserted, rejected FROM sqlite_mig.copy_table('giants', 'public.giant', on_error => 'reject')}), "$n|1", "$what: copy_table with quarantine");
	is($node->safe_psql('postgres', 'SELECT string_agg(id || a, \',\' ORDER BY id) FROM public.giant'), join(',', map { "$_$good{$_}" } sort { $a <=> $b } keys %good), "$what: the other rows");
	is($node->safe_psql('postgres', q{SELECT source_key, key_values, "row" -> 'a', "row" -> 'id' ->> 'value', column_name, sqlstate, detail FROM sqlite_mig.rejected WHERE target_relation = 'public.giant'}),
		qq{key (7)|{"id": {"class": "integer", "value": 7}}|$held|7|a|54000|$shown}, "$what: and what the quarantine has of it");
	$node->safe_psql('postgres', 'DELETE FROM sqlite_mig.rejected');
	$node->psql('postgres', q{SET client_min_messages = error; CALL sqlite_mig.migrate('giants', 'target', on_error => 'reject')}, stderr => \$err);
	is($err, '', "$what: migrate with quarantine");
	is($node->safe_psql('postgres', q{SELECT (SELECT count(*) FROM target.t), (SELECT count(*) FROM target.u), (SELECT count(*) FROM sqlite_mig.rejected), verdict FROM sqlite_mig.status('giants')}), "$n|1|1|incomplete", "$what: has all other rows, and says so");
	like($node->safe_psql('postgres', q{SELECT severity, detail FROM sqlite_mig.ledger WHERE rule = 'too long for SQLite'}), qr/^warning\|.*: 1; key \(7\), column a: $shown\./, "$what: the ledger has said so before");
	for my $level ('checksum', 'full')
	{
		is($node->safe_psql('postgres', qq{SET client_min_messages = error; SELECT check_name, source_value, target_value, ok, detail FROM sqlite_mig.verify('giants', level => '$level') WHERE table_name = 't' AND (check_name = 'rows' OR NOT ok)}),
			'rows|' . ($n + 1) . "|$n|t|rejected rows: 1", "$what: verify, $level");
	}
	$node->psql('postgres', q{SET client_min_messages = error; CALL sqlite_mig.migrate('giants', 'target', on_error => 'reject', if_exists => 'replace', mode => 'resumable', workers => 2)}, stderr => \$err);
	is($err . $node->safe_psql('postgres', q{SELECT (SELECT count(*) FROM target.t), (SELECT count(*) FROM sqlite_mig.rejected), (SELECT verdict FROM sqlite_mig.status('giants'))}), "$n|1|incomplete", "$what: resumable, with workers");
	fails_with($node, q{SELECT * FROM sqlite_mig.sync('giants')}, '54000', $place, "$what: sync") if !$blob;
	# repaired in the source
	unlink $file;
	sqlite($file, "CREATE TABLE t (id INTEGER, a TEXT, PRIMARY KEY ($key)) WITHOUT ROWID; CREATE TABLE u (a); INSERT INTO u VALUES (1); INSERT INTO t VALUES " . join(', ', "(7, 'short')", map { "($_, '$good{$_}')" } keys %good));
	is($node->safe_psql('postgres', q{SELECT loaded, still_rejected FROM sqlite_mig.replay('giants')}), '1|0', "$what: replay after a repair");
}

# of a key that does not say the order of its rows, nothing can be looked up: an error, also with a quarantine
make_file(0, 'id COLLATE NOCASE', 3 => 'three', 7 => undef);
fails_with($node, q{SELECT * FROM sqlite_mig.profile('giants', 't')}, '54000', qr/too big/, 'a key COLLATE NOCASE, profile');
fails_with($node, q{SELECT * FROM sqlite_mig.copy_table('giants', 'public.giant', on_error => 'reject')}, '54000', qr/too big/, 'a key COLLATE NOCASE, copy_table with quarantine');
fails_with($node, q{SELECT * FROM sqlite_mig_internal._fit('giants', 't', '{id,a}', '{1,2}', '{bigint,text}', '{NULL,NULL}')}, '54000', qr/too big/, 'a key COLLATE NOCASE, fit');

# a constant of the foreign table has nothing to do with it; a value that has become too long since the migration is no rejected one
make_file(0, 'id', 3 => 'three', 5 => 'five', 7 => undef);
$node->safe_psql('postgres', q{CREATE FOREIGN TABLE giants_of (id bigint, tenant integer OPTIONS (constant '8'), a text) SERVER giants OPTIONS ("table" 't'); CREATE TABLE IF NOT EXISTS public.giant_of (id bigint, tenant integer, a text); TRUNCATE public.giant_of});
is($node->safe_psql('postgres', q{SELECT inserted, rejected FROM sqlite_mig.copy_table('giants_of', 'public.giant_of', on_error => 'reject')}), '2|1', 'a constant beside it');
is($node->safe_psql('postgres', q{SELECT (SELECT string_agg(id || '.' || tenant, ',' ORDER BY id) FROM public.giant_of), source_key, "row" -> 'tenant' FROM sqlite_mig.rejected WHERE target_relation = 'public.giant_of'}), '3.8,5.8|key (7)|{"class": "integer", "value": 8}', 'and in the quarantine');
make_file(0, 'id', 3 => 'three', 5 => 'five', 7 => undef);
is($node->safe_psql('postgres', q{SELECT rows, nulls, texts, refused FROM sqlite_mig_internal._fit('giants', 't', '{id,a}', '{1,2}', '{bigint,text}', '{NULL,NULL}') WHERE column_name = 'a'}), '3|0|3|0', 'fit counts it and goes on');
make_file(0, 'id', 3 => 'three', 5 => 'five', 7 => 'seven');
$node->safe_psql('postgres', q{SET client_min_messages = error; CALL sqlite_mig.migrate('giants', 'target', on_error => 'reject')});
write_rows(0, 0, 3 => 'three', 5 => 'five', 7 => undef);
fails_with($node, q{SELECT * FROM sqlite_mig.verify('giants', level => 'checksum')}, '54000', qr/too big/, 'too long since the migration, verify');

# A row that is really there, as a SQLite with a higher limit leaves it: a chain of pages of 1.2 GB (holes, on the disk), and a column behind it. It is
# read by key, compared, written and mended in place.
sub write_real
{
	my ($to, %beside) = @_;
	my $size = 65536;
	unlink $to;
	sqlite($to, "PRAGMA page_size = $size; CREATE TABLE t (id INTEGER, a TEXT, z TEXT, PRIMARY KEY (id)) WITHOUT ROWID; INSERT INTO t VALUES (7, 'x', 'y'); CREATE TABLE u (a); INSERT INTO u VALUES (1);");
	my $next = (-s $to) / $size + 1;
	my ($pointers, $content, @chain) = ('', '');
	foreach my $id (sort { $a <=> $b } 7, keys %beside)
	{
		my $giant  = $id == 7;
		my $len    = $giant ? $bytes : length($beside{$id});
		my $header = "\x01" . varint(2 * $len + 13) . varint(2 * 4 + 13);
		my $record = chr(1 + length($header)) . $header . chr($id);
		my $payload = length($record) + $len + 4;
		if ($giant)
		{
			my $most  = int(($size - 12) * 64 / 255) - 23;
			my $least = int(($size - 12) * 32 / 255) - 23;
			my $local = $least + ($payload - $least) % ($size - 4);
			$local = $least if $local > $most;
			# (the page of the locks, at 2^30, belongs to nobody)
			my $left = $payload - $local;
			for (my $page = $next; $left > 0; $page++)
			{
				next if $page == 2**30 / $size + 1;
				push @chain, $page;
				$left -= $size - 4;
			}
			$record .= ('x' x ($local - length($record))) . pack('N', $chain[0]);
			push @chain, $left + $size - 4;
		}
		else
		{
			$record .= "$beside{$id}tail";
		}
		$content = varint($payload) . $record . $content;
		$pointers .= pack('n', $size - length($content));
	}
	my $filled = pop @chain;
	open(my $io, '+<:raw', $to) or die $!;
	my $page = pack('CnnnC', 10, 0, 1 + keys %beside, $size - length($content), 0) . $pointers;
	seek($io, $size, 0);
	print $io $page . ("\0" x ($size - length($page) - length($content))) . $content;
	foreach my $i (0 .. $#chain)
	{
		seek($io, ($chain[$i] - 1) * $size, 0);
		print $io pack('N', $chain[ $i + 1 ] // 0);
	}
	seek($io, ($chain[-1] - 1) * $size + 4 + $filled - 4, 0);
	print $io 'tail';
	truncate($io, $chain[-1] * $size) or die $!;
	seek($io, 28, 0);
	print $io pack('N', $chain[-1]);
	close($io) or die $!;
	return;
}
my $real = "$dir/real.db";
write_real($real, 3 => 'three', 9 => 'nine');
is(sqlite($real, 'PRAGMA integrity_check; SELECT id, z FROM t'), "ok\n3|tail\n7|tail\n9|tail\n", 'SQLite finds the file whole, and reads what is behind the long value');
$node->safe_psql('postgres', 'SET client_min_messages = error; DROP SCHEMA IF EXISTS target CASCADE; DELETE FROM sqlite_mig.migration; DELETE FROM sqlite_mig.rejected; CREATE SERVER real FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database ' . quoted($real) . q{, updatable 'true');
	CREATE FOREIGN TABLE real (id bigint OPTIONS (key 'true'), a text, z text) SERVER real OPTIONS ("table" 't')});
is($node->safe_psql('postgres', q{SELECT id, z FROM real ORDER BY id; SELECT z FROM real WHERE id = 7; SELECT count(*) FROM real}), "3|tail\n7|tail\n9|tail\ntail\n3", 'a real row: its other columns, by key too');
fails_with($node, $_, '54000', $place, "a real row: $_") for 'SELECT a FROM real WHERE id = 7', 'SELECT a FROM real WHERE id = ANY (ARRAY[3, 7])', q{SELECT r.a FROM (VALUES (7), (9)) AS k (id) JOIN real AS r USING (id)},
	q{SELECT id FROM real WHERE a = 'three'}, q{SELECT sqlite_mig.checksum('real')}, q{CALL sqlite_mig.migrate('real', 'target')};
is($node->safe_psql('postgres', q{SELECT a FROM real WHERE id IN (3, 9) ORDER BY id}), "three\nnine", 'a real row: others by key');
$node->psql('postgres', q{SET client_min_messages = error; CALL sqlite_mig.migrate('real', 'target', on_error => 'reject')}, stderr => \$err);
is($err . $node->safe_psql('postgres', q{SELECT (SELECT string_agg(id || a || z, ',' ORDER BY id) FROM target.t), (SELECT count(*) FROM target.u), verdict FROM sqlite_mig.status('real')}), '3threetail,9ninetail|1|incomplete', 'a real row: migrate with quarantine');
is($node->safe_psql('postgres', q{SELECT source_key, column_name, sqlstate FROM sqlite_mig.rejected}), 'key (7)|a|54000', 'a real row: the quarantine');
for my $level ('checksum', 'full')
{
	is($node->safe_psql('postgres', qq{SET client_min_messages = error; SELECT source_value, target_value, ok, detail FROM sqlite_mig.verify('real', level => '$level') WHERE table_name = 't' AND (check_name = 'rows' OR NOT ok)}), '3|2|t|rejected rows: 1', "a real row: verify, $level");
}
is($node->safe_psql('postgres', q{SELECT loaded, still_rejected FROM sqlite_mig.replay('real')}), '0|1', 'a real row: replay before it is mended');
fails_with($node, q{SELECT * FROM sqlite_mig.sync('real')}, '54000', $place, 'a real row: sync');
fails_with($node, q{SELECT * FROM sqlite_mig.sync('real', direction => 'to_sqlite')}, '54000', $place, 'a real row: sync to SQLite');
is(sqlite($real, 'PRAGMA quick_check; SELECT id, z FROM t'), "ok\n3|tail\n7|tail\n9|tail\n", 'a real row: nothing of it has been written');
# mended by the statement that the hint has, through the foreign table
is($node->safe_psql('postgres', q{UPDATE real SET a = NULL WHERE id = 7; SELECT id, a, z FROM real ORDER BY id}), "3|three|tail\n7||tail\n9|nine|tail", 'a real row: UPDATE by key mends it');
is(sqlite($real, 'PRAGMA integrity_check'), "ok\n", 'a real row: SQLite finds the file whole after that');
is($node->safe_psql('postgres', q{SET client_min_messages = error; SELECT loaded, still_rejected FROM sqlite_mig.replay('real'); SELECT bool_and(ok) FROM sqlite_mig.verify('real'); SELECT id, a, z FROM target.t ORDER BY id}), "1|0\nt\n3|three|tail\n7||tail\n9|nine|tail", 'a real row: replay loads what was mended');
is($node->safe_psql('postgres', q{SELECT count(*) FROM sqlite_mig.sync('real') WHERE inserted + updated + deleted > 0}), '0', 'a real row: sync finds nothing to do any more');

is($node->safe_psql('postgres', 'SELECT 1'), '1', 'the server lives');
still_running($node);
$node->stop;
done_testing();
