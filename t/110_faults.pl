# What the system may refuse: memory, reads, writes, room on a disk, descriptors. Each is an error that says so, nothing is
# lost or made up, no descriptor or lock stays, and the next call works.
use strict;
use warnings;
use FindBin;
use IPC::Run ();
use Time::HiRes qw(sleep time);
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use Faults;
use MigTest;

# how many places are tried of what is long; more with MIG_FAULTS
my $wanted = $ENV{MIG_FAULTS} // 6;

my $node = start_faulty_node('faults');
my $dir  = PostgreSQL::Test::Utils::tempdir();
my $file = "$dir/marked.db";

# UTF-16, numbers as text, generated columns: where SQLite must allocate to give a value
my $schema = q{CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, body TEXT, j TEXT, raw BLOB, mixed, twice TEXT AS (body || body), CHECK (length(body) > 0));
CREATE TABLE u (k TEXT PRIMARY KEY, t_id INTEGER REFERENCES t (id)) WITHOUT ROWID;
CREATE INDEX t_body ON t (body);
CREATE VIEW v AS SELECT n, count(*) AS c FROM t GROUP BY n;
BEGIN;
WITH RECURSIVE i (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 300) INSERT INTO t (id, n, body, j, raw, mixed)
	SELECT i, i % 7, 'body ' || char(0x20ac, 0x1f600) || i, json_object('a', i), CAST('raw' || i AS BLOB), CASE i % 4 WHEN 0 THEN i WHEN 1 THEN 'x' || i WHEN 2 THEN i / 7.0 END FROM i;
INSERT INTO u SELECT 'key ' || id, id FROM t;
COMMIT;};
sqlite($file, "PRAGMA encoding = 'UTF-16le'; $schema");
my $server = "FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (updatable 'true', database " . quoted($file) . ')';
$node->safe_psql('postgres', "CREATE SERVER s $server; CALL sqlite_mig.migrate('s', 'before'); SELECT fault_slow('marked.db', 0);
CREATE TABLE outcome (what text, place bigint, state text, message text, hits text, same boolean);
CREATE TABLE copied (LIKE before.t); CREATE SCHEMA f; IMPORT FOREIGN SCHEMA main FROM SERVER s INTO f");

# For each place n: makes the n-th call fail, runs the statement, and notes how it ended and whether a statement that ended well gave
# what it gives when nothing fails. All in one session, each in a transaction of its own, every second with a new connection.
sub fail_everywhere
{
	my ($what, $kind, $errno, $sql, %opt) = @_;
	my $undo = $opt{undo} // '';
	my $marker = $opt{marker} // 'marked.db';
	my $repeat = $opt{repeat} // 'false';
	my $run = $sql =~ /^CALL/ ? "EXECUTE statement; SELECT string_agg(table_name || ' ' || target_value, ',' ORDER BY table_name) INTO result FROM sqlite_mig.verification WHERE migration = 'fault' AND check_name = 'checksum'" : 'EXECUTE statement INTO result';
	$node->safe_psql('postgres', 'SET client_min_messages = error;' . q{
SELECT fault_slow(} . quoted($marker) . q{, 0);
DO $do$
DECLARE
	statement text := } . quoted($sql) . q{;
	expected text;
	result text;
	n bigint := 1;
	hits text;
	state text;
	said text;
	started timestamptz := clock_timestamp();
	places bigint;
BEGIN
	PERFORM sqlite_mig.disconnect_all();
	COMMIT;
	PERFORM fault_arm('} . $kind . q{', 1000000000, false, 0);
	BEGIN
		} . $run . q{;
		RAISE division_by_zero;
	EXCEPTION WHEN division_by_zero THEN
		expected := result;
	END;
	places := split_part(fault_off(), ' of ', 2)::bigint;
	COMMIT;
	} . $undo . q{
	LOOP
		IF n % 2 = 0 THEN
			PERFORM sqlite_mig.disconnect_all();
			COMMIT;
		END IF;
		result := NULL; state := 'done'; said := NULL;
		BEGIN
			PERFORM fault_arm('} . "$kind', n, $repeat, $errno" . q{);
			} . $run . q{;
			hits := fault_off();
			RAISE division_by_zero;
		EXCEPTION WHEN division_by_zero THEN
			NULL;
		WHEN OTHERS THEN
			hits := fault_off();
			state := SQLSTATE;
			said := SQLERRM;
		END;
		-- (SQLite may have rolled back all that was written: then there is no COMMIT)
		ROLLBACK;
		INSERT INTO outcome VALUES ('} . $what . q{', n, state, said, hits, state <> 'done' OR result IS NOT DISTINCT FROM expected);
		COMMIT;
		} . $undo . q{
		EXIT WHEN hits LIKE '0 of%' AND n > places OR n > 3 * places + 100;
		n := n + greatest(1, places / } . ($opt{places} // $wanted) . q{);
	END LOOP;
END;
$do$;});
	free_of_locks($file, $what);
	return;
}

# [how often a state was the outcome of a fault]
sub outcomes
{
	my ($what) = @_;
	return $node->safe_psql('postgres', "SELECT string_agg(format('%s %s', state, n), ', ' ORDER BY state) FROM (SELECT state, count(*) AS n FROM outcome WHERE what = '$what' AND hits NOT LIKE '0 of%' GROUP BY state) AS x");
}

sub check_faults
{
	my ($what, $states, %opt) = @_;
	my $bad = $node->safe_psql('postgres', "SELECT format('place %s: %s %s (%s)', place, state, message, CASE WHEN NOT same THEN 'another result' END) FROM outcome WHERE what = '$what' AND hits NOT LIKE '0 of%' AND (NOT same OR state !~ '^($states|done)\$') LIMIT 5");
	is($bad, '', "$what: clean errors and no wrong result: " . outcomes($what));
	cmp_ok($node->safe_psql('postgres', "SELECT count(*) FROM outcome WHERE what = '$what' AND hits NOT LIKE '0 of%'"), '>', $opt{few} ? 0 : 2, "$what: many of them");
	is($node->safe_psql('postgres', "SELECT count(*) FROM outcome WHERE what = '$what' AND hits LIKE '0 of%' AND state <> 'done'"), '0', "$what: without a fault it works again");
	return;
}

my %statements = (
	scan => q{SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM sqlite_s.t},
	join => q{SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM sqlite_s.t JOIN sqlite_s.u ON u.t_id = t.id WHERE body LIKE 'body%'},
	group => q{SELECT string_agg(v::text, ',' ORDER BY n) FROM f.v},
	checksum => q{SELECT sqlite_mig.checksum('sqlite_s.t')},
	profile => q{SELECT md5(string_agg(p::text, ',' ORDER BY p::text)) FROM sqlite_mig.profile('s', 't') AS p},
	source => q{SELECT md5(string_agg(p::text, ',' ORDER BY p::text)) FROM sqlite_mig.source_columns('s') AS p},
	copy => q{SELECT string_agg(c::text, ',') FROM sqlite_mig.copy_table('sqlite_s.t', 'copied') AS c},
	update => q{WITH x AS (UPDATE sqlite_s.t SET n = n + 1 RETURNING *) SELECT count(*) FROM x},
	migrate => q{CALL sqlite_mig.migrate('s', 'fault', migration => 'fault')},
);
foreach my $name (sort keys %statements)
{
	last if $ENV{MIG_ONLY};
	foreach my $repeat ('false', 'true')
	{
		my $label = "no memory" . ($repeat eq 'true' ? ' any more' : '') . ", $name";
		fail_everywhere($label, 'malloc', 0, $statements{$name}, repeat => $repeat);
		check_faults($label, '53200');
	}
	my $label = "read error, $name";
	fail_everywhere($label, 'read', 5, $statements{$name}, repeat => 'true');
	check_faults($label, '58030');
	$label = "short read, $name";
	fail_everywhere($label, 'short read', 0, $statements{$name}, repeat => 'true');
	check_faults($label, '58030|XX001|22023');
}

# All other functions that read or write a file, at fewer places. One row differs, so that there is something to tell, and to carry over in both directions.
$node->safe_psql('postgres', q{UPDATE before.t SET n = 77 WHERE id = 5});
my %others = (
	assess => q{SELECT count(*) FROM sqlite_mig.assess('s')},
	backup => q{SELECT count(*) FROM sqlite_mig.backup('s', DIR || '/marked.copy')},
	capture_install => q{SELECT count(*) FROM sqlite_mig.capture_install('s')},
	capture_remove => q{SELECT count(*) FROM sqlite_mig.capture_remove('s')},
	capture_trim => q{SELECT count(*) FROM sqlite_mig.capture_trim('s')},
	checksum_ranges => q{SELECT md5(string_agg(c::text, ',' ORDER BY c::text)) FROM sqlite_mig.checksum_ranges('sqlite_s.t', 'before.t') AS c},
	cutover => q{SELECT count(*) FROM sqlite_mig.cutover('s')},
	delete => q{WITH x AS (DELETE FROM sqlite_s.u WHERE t_id > 5 RETURNING *) SELECT count(*) FROM x},
	diff => q{SELECT md5(string_agg(d::text, ',' ORDER BY d::text)) FROM sqlite_mig.diff('sqlite_s.t', 'before.t') AS d},
	insert => q{WITH x AS (INSERT INTO sqlite_s.u SELECT 'new ' || i, i FROM generate_series(1, 50) AS i RETURNING *) SELECT count(*) FROM x},
	plan_check => q{SELECT count(*) FROM sqlite_mig.plan_check('s')},
	prepare => q{SELECT count(*) FROM sqlite_mig.prepare('s', 'another', migration => 'another')},
	sync => q{SELECT string_agg(concat_ws(' ', table_name, inserted, updated, deleted), ',' ORDER BY table_name) FROM sqlite_mig.sync('s')},
	'sync to SQLite' => q{SELECT string_agg(concat_ws(' ', table_name, inserted, updated, deleted), ',' ORDER BY table_name) FROM sqlite_mig.sync('s', direction => 'to_sqlite')},
	verify => q{SELECT md5(string_agg(concat_ws(' ', table_name, check_name, source_value, target_value, ok), ',' ORDER BY table_name, check_name, source_value, target_value)) FROM sqlite_mig.verify('s', level => 'full')},
	(map { $_ => "SELECT md5(string_agg(p::text, ',' ORDER BY p::text)) FROM sqlite_mig.$_('s', 't') AS p" } qw(source_indexes source_foreign_keys)),
	(map { $_ => "SELECT md5(string_agg(p::text, ',' ORDER BY p::text)) FROM sqlite_mig.$_('s') AS p" } qw(source_info source_objects source_sequences source_tables)),
);
# in the statements above; as a condition of a scan (match); with a row for each file that says what failed (migrate_many); with nothing to do in this one (replay, cutover_undo)
my %elsewhere = map { $_ => 1 } qw(copy_table cutover_undo match migrate migrate_many replay source_columns checksum profile);
# (111_cancel tells which functions read no file)
my %no_file = map { $_ => 1 } qw(alembic_revision connections convert_placeholders ddl disconnect disconnect_all fdw_handler fdw_validator geometry_blob geometry_wkb lint_sql
  parse_table pool_size report status to_postgres type_candidates version);
my @functions = split /\n/, $node->safe_psql('postgres', q{SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'sqlite_mig'::regnamespace AND proname !~ '^_' ORDER BY 1});
is(join(' ', grep { !$others{$_} && !$elsewhere{$_} && !$no_file{$_} } @functions), '', 'each function has its statement here');
# (what needs the triggers comes when they are there)
my $changes = 'sync, from the log of changes';
$others{$changes} = $others{sync};
my @later = ('capture_trim', $changes, 'capture_remove');
foreach my $name ((grep { my $one = $_; !grep { $_ eq $one } @later } sort keys %others), @later)
{
	last if $ENV{MIG_ONLY};
	$node->safe_psql('postgres', q{SELECT count(*) FROM sqlite_mig.capture_install('s'); UPDATE sqlite_s.t SET n = 78 WHERE id = 9}) if $name eq $later[0];
	my $undo = $name eq 'backup' ? 'COPY (SELECT 1) TO PROGRAM ' . quoted("cat >/dev/null; rm -f $dir/marked.copy") . '; COMMIT;' : '';
	my $sql = $others{$name} =~ s/DIR/quoted($dir)/er;
	foreach my $repeat ('false', 'true')
	{
		my $label = "no memory" . ($repeat eq 'true' ? ' any more' : '') . ", $name";
		fail_everywhere($label, 'malloc', 0, $sql, repeat => $repeat, undo => $undo, places => $wanted / 2);
		check_faults($label, '53200', few => 1);
	}
	fail_everywhere("read error, $name", 'read', 5, $sql, repeat => 'true', undo => $undo, places => $wanted / 2);
	check_faults("read error, $name", '58030', few => 1);
}
$node->safe_psql('postgres', q{UPDATE before.t SET n = 5 WHERE id = 5; SELECT count(*) FROM sqlite_mig.capture_remove('s'); UPDATE sqlite_s.t SET n = 2 WHERE id = 9}) unless $ENV{MIG_ONLY};
unlink "$dir/marked.copy";

# Disks that are full: of the database that is written, of a backup, of the server's own tables, of a snapshot. Writes of what is
# marked fail for want of room (28), or its way to the disk (fsync) with an error (5), from the n-th on.
sub disk_full
{
	my ($name, $marker, $kind, $errno, $sql, $states, %opt) = @_;
	my @found;
	for my $n (1 .. ($opt{most} // 3))
	{
		my ($out, $err) = ('', '');
		my $script = "SET client_min_messages = error; SELECT fault_slow(" . quoted($marker) . ", 0); SELECT fault_arm('$kind', $n, true, $errno);\n" . ($sql =~ s/DIR/quoted($dir)/er)
		  . ";\n\\echo state :SQLSTATE\nROLLBACK;\nSELECT 'hits ' || fault_off();\nSELECT count(*) FROM sqlite_s.t;\n\\echo next :SQLSTATE\n";
		unlink "$dir/full.sql";
		append_to_file("$dir/full.sql", $script);
		IPC::Run::run([ 'psql', '-XqAt', '-v', 'VERBOSITY=verbose', '-d', $node->connstr('postgres'), '-f', "$dir/full.sql" ], '<', \undef, '>', \$out, '2>', \$err);
		my ($state) = $out =~ /^state (\w+)/m;
		my ($hits) = $out =~ /^hits (\d+)/m;
		my ($next) = $out =~ /^next (\w+)/m;
		push @found, $hits ? $state : "no fault, $state";
		ok((!$hits || $state =~ /^($states)$/) && $next eq '00000', "$name, from write $n on: $state") or diag($err);
		last if !$hits;
	}
	like(join(' ', @found), qr/$states/, "$name: " . join(', ', @found));
	free_of_locks($file, $name);
	return;
}
my $before = sqlite($file, 'SELECT count(*), sum(n), min(n) FROM t;');
disk_full('backup', 'marked.copy', 'write', 28, q{SELECT sqlite_mig.backup('s', DIR || '/marked.copy')}, '53100');
# (the tests' clusters are without fsync otherwise)
$node->safe_psql('postgres', 'ALTER SYSTEM SET fsync = on');
$node->reload;
disk_full('backup, fsync', 'marked.copy', 'sync', 5, q{SELECT sqlite_mig.backup('s', DIR || '/marked.copy')}, '58030', most => 1);
$node->safe_psql('postgres', 'ALTER SYSTEM RESET fsync');
$node->reload;
ok(!-e "$dir/marked.copy", 'no half of a backup is left');
disk_full('snapshot', '*_sqlite_mig_', 'write', 28, q{CALL sqlite_mig.migrate('s', 'full', migration => 'full', snapshot => true)}, '53100');
disk_full('SQLite file', 'marked.db', 'write', 28, q{UPDATE sqlite_s.t SET n = 99}, '53100', most => 3);
disk_full('its journal', 'marked.db-journal', 'write', 28, q{UPDATE sqlite_s.t SET n = 99}, '53100', most => 3);
disk_full('its journal, fsync', 'marked.db-journal', 'sync', 5, q{UPDATE sqlite_s.t SET n = 99}, '58030', most => 1);
is(sqlite($file, 'PRAGMA integrity_check; SELECT count(*), sum(n), min(n) FROM t;'), "ok\n$before", 'the SQLite file is as it was');
mkdir "$dir/space" or die $!;
$node->safe_psql('postgres', 'CREATE TABLESPACE space LOCATION ' . quoted("$dir/space"));
disk_full('tablespace', "*$dir/space", 'write', 28, q{SET default_tablespace = space; CALL sqlite_mig.migrate('s', 'full', migration => 'full')}, '53100', most => 4);
disk_full('tablespace, resumable', "*$dir/space", 'write', 28, q{SET default_tablespace = space; CALL sqlite_mig.migrate('s', 'full', migration => 'full', mode => 'resumable')}, '53100', most => 2);
is($node->safe_psql('postgres', q{SET client_min_messages = error; CALL sqlite_mig.migrate('s', 'full', migration => 'full', mode => 'resumable'); SELECT count(*), sum(n) FROM "full".t}), '300|903', 'with room again it goes on');

# Limits of the process: descriptors and memory
sub limited
{
	my ($name, $which, $value, $sql, $states) = @_;
	my ($out, $err) = ('', '');
	unlink "$dir/limit.sql";
	append_to_file("$dir/limit.sql", "SET client_min_messages = error; SELECT sqlite_mig.version(); SELECT fault_limit('$which', $value);\n" . ($sql =~ s/DIR/quoted($dir)/er) . ";\n\\echo state :SQLSTATE\nROLLBACK;\nSELECT fault_limit('$which', -1);\nSELECT count(*) FROM sqlite_s.t;\n\\echo next :SQLSTATE\n");
	IPC::Run::run([ 'psql', '-XqAt', '-v', 'VERBOSITY=verbose', '-d', $node->connstr('postgres'), '-f', "$dir/limit.sql" ], '<', \undef, '>', \$out, '2>', \$err);
	my ($state) = $out =~ /^state (\w+)/m;
	my ($next) = $out =~ /^next (\w+)/m;
	ok(($state // '') =~ /^($states)$/ && ($next // '') eq '00000', "$name: " . ($state // 'none')) or diag($err);
	free_of_locks($file, $name);
	return $err;
}
like(limited("$_ descriptors", 'files', $_, q{SELECT count(*) FROM sqlite_s.t}, '53000'), qr/Too many open files/, 'and says so') for 3;
limited('2 MB more', 'memory', 2000000, q{SELECT md5(string_agg(t::text || repeat('x', 10000), '')) FROM sqlite_s.t}, '53200');
limited('1 MB more, migrate', 'memory', 1000000, q{CALL sqlite_mig.migrate('s', 'limited', migration => 'limited')}, '53200');
limited('3 MB more, migrate', 'memory', 3000000, q{CALL sqlite_mig.migrate('s', 'limited', migration => 'limited')}, '53200|00000');

my %limited = (backup => q{SELECT sqlite_mig.backup('s', DIR || '/marked.copy')}, diff => $others{diff}, prepare => $others{prepare}, profile => $statements{profile}, sync => "BEGIN; $others{sync}", update => "BEGIN; $statements{update}", verify => $others{verify});
foreach my $name (sort keys %limited)
{
	limited("3 descriptors, $name", 'files', 3, $limited{$name}, '53000');
	ok(!-e "$dir/marked.copy", "3 descriptors, $name: no half of a backup") if $name eq 'backup';
	limited("1 MB more, $name", 'memory', 1000000, $limited{$name}, '53200|00000');
	unlink "$dir/marked.copy";
}
# Files may not become longer than 40 kB: a backup, a snapshot, the file itself, the tables of a migration
limited('files of 40 kB, backup', 'length', 40960, $limited{backup}, '53100|58030');
ok(!-e "$dir/marked.copy", 'no half of a backup is left');
limited('files of 40 kB, snapshot', 'length', 40960, q{CALL sqlite_mig.migrate('s', 'limited', migration => 'limited', snapshot => true)}, '53100|58030');
limited('files of 40 kB, update', 'length', 40960, q{UPDATE sqlite_s.t SET body = body || 'longer'}, '53100|58030');
is($node->safe_psql('postgres', q{SELECT (SELECT count(*) FROM pg_ls_tmpdir()), to_regnamespace('limited') IS NULL, (SELECT count(*) FROM sqlite_mig.migration WHERE migration = 'limited')}), '0|t|0', 'no copy, and nothing of the migration is left');
is(sqlite($file, 'PRAGMA integrity_check; SELECT count(*), sum(n), min(n) FROM t;'), "ok\n$before", 'the SQLite file is as it was');

# A lack of memory when a session looks at the library for the first time decides nothing for later
sqlite("$dir/json.db", q{CREATE TABLE t (id INTEGER PRIMARY KEY, j TEXT, v AS (json_extract(j, '$.a'))); INSERT INTO t (j) VALUES ('{"a": 7}')});
$node->safe_psql('postgres', "CREATE SERVER j FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted("$dir/json.db") . "); CREATE FOREIGN TABLE json (id bigint, v bigint) SERVER j OPTIONS (\"table\" 't')");
my %first;
for my $n (map { 5 * $_ } 0 .. 29)
{
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), '-c', 'SELECT sqlite_mig.version()', '-c', "SELECT fault_arm('malloc', $n, true, 0)", '-c', 'SELECT v FROM json', '-c', 'SELECT fault_off()', '-c', q{SELECT 'then ' || v FROM json} ],
		'<', \undef, '>', \$out, '2>', \$err);
	$first{ $out =~ /^then 7$/m && $err =~ /out of memory/ ? 'good' : "place $n: $out $err" }++;
}
is(join(' ', keys %first), 'good', 'no memory at the first look: the second is right');

# A journal that must be rolled back: the file is read from a copy, which does not end where the disk cannot be read
my $hot = "$dir/hot.db";
sqlite("$dir/warm.db", q{CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT); WITH RECURSIVE i (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 12000) INSERT INTO t SELECT i, printf('%0300d', i) FROM i;
PRAGMA cache_size = 1; BEGIN; UPDATE t SET body = 'changed' WHERE id < 3000;
} . ".system cp $dir/warm.db $hot\n.system cp $dir/warm.db-journal $hot-journal\nROLLBACK;");
$node->safe_psql('postgres', "CREATE SERVER hot FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($hot) . "); CREATE FOREIGN TABLE hot (id bigint, body text) SERVER hot OPTIONS (\"table\" 't')");
my %copies;
for my $n (1 .. 8)
{
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'psql', '-XqAt', '-v', 'VERBOSITY=verbose', '-d', $node->connstr('postgres'), '-c', 'SELECT fault_slow(' . quoted('hot.db') . ', 0)', '-c', "SELECT fault_arm('read', $n, true, 5)", '-c', q{SELECT 'read ' || count(*) || ' ' || sum(length(body || '')) FROM hot},
		'-c', 'SELECT fault_off()', '-c', q{SELECT 'then ' || count(*) || ' ' || sum(length(body || '')) FROM hot} ], '<', \undef, '>', \$out, '2>', \$err);
	my ($read) = $out =~ /^(read .*)$/m;
	$copies{ ($read ? $read eq 'read 12000 3600000' : $err =~ /ERROR:  58030/) && $out =~ /^then 12000 3600000$/m ? ($read ? 'read' : 'error') : "place $n: $out $err" }++;
}
like(join(' ', sort keys %copies), qr/^error( read)?$/, 'a private copy is whole or an error');
cmp_ok($copies{error} // 0, '>', 3, 'errors within the copy among them');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_ls_tmpdir()}), '0', 'and none is left');

# The source is cut off, removed or replaced while it is read
sub meanwhile
{
	my ($name, $code, $pattern, $later) = @_;
	my $source = "$dir/" . ($name =~ s/\W/_/gr) . '.db';
	sqlite($source, 'CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT); WITH RECURSIVE i (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 20000) INSERT INTO t SELECT i, printf(\'%0300d\', i) FROM i;');
	$node->safe_psql('postgres', "DROP SERVER IF EXISTS m CASCADE; CREATE SERVER m FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($source) . "); CREATE FOREIGN TABLE m (id bigint, body text) SERVER m OPTIONS (\"table\" 't')");
	unlink "$dir/go.sql";
	append_to_file("$dir/go.sql", "BEGIN; DECLARE c CURSOR FOR SELECT id, length(body::text || '') FROM m;\nFETCH 5 FROM c;\n\\! " . $code->($source) . "\nMOVE FORWARD ALL FROM c;\n\\echo state :SQLSTATE\nROLLBACK;\n\\echo later\nSELECT count(*) FROM m;\n\\echo next :SQLSTATE\nSELECT 'alive'\n");
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'psql', '-XAt', '-v', 'VERBOSITY=verbose', '-d', $node->connstr('postgres'), '-f', "$dir/go.sql" ], '<', \undef, '>', \$out, '2>', \$err);
	like($out, $pattern, "$name") or diag($err);
	like($out, $later, "$name: the next call") or diag($err);
	like($out, qr/^alive$/m, "$name: the session lives");
	return;
}
meanwhile('cut off', sub { "truncate -s 1000000 $_[0]" }, qr/^state (XX001|58030)$/m, qr/^next XX001$/m);
meanwhile('cut off within a page', sub { "truncate -s 3000100 $_[0]" }, qr/^state (XX001|58030)$/m, qr/^next XX001$/m);
meanwhile('emptied', sub { "truncate -s 0 $_[0]" }, qr/^state (XX001|58030)$/m, qr/^next (42P01|XX001|22023)$/m);
meanwhile('removed', sub { "rm $_[0]" }, qr/^MOVE 19995\nstate 00000$/m, qr/^next 58P01$/m);
meanwhile('replaced', sub { "cp $_[0] $_[0].new && sqlite3 $_[0].new 'DELETE FROM t WHERE id > 7' && mv $_[0].new $_[0]" }, qr/^MOVE 19995\nstate 00000$/m, qr/^later\n7\nnext 00000$/m);

# A backend is told to end, at random moments of what takes long
$node->safe_psql('postgres', q{SELECT fault_slow('marked.db', 15000)});
foreach my $call (q{CALL sqlite_mig.migrate('s', 'ended', migration => 'ended')}, q{CALL sqlite_mig.migrate('s', 'ended', migration => 'ended', snapshot => true)},
	q{CALL sqlite_mig.migrate('s', 'ended', migration => 'ended', workers => 2)}, q{CALL sqlite_mig.migrate('s', 'ended', migration => 'ended', mode => 'resumable', workers => 2)},
	q{SELECT sqlite_mig.backup('s', DIR || '/marked.copy')}, q{UPDATE sqlite_s.t SET n = 98 WHERE random() > 2}, q{UPDATE sqlite_s.t SET body = body || random()})
{
	foreach my $after (map { $_ * 0.1 } 1 .. 2)
	{
		my ($out, $err) = ('', '');
		my $sql = $call =~ s/DIR/quoted($dir)/er;
		my $run = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('postgres') . ' application_name=ended', '-c', 'BEGIN', '-c', $sql =~ /resumable|workers/ ? 'ROLLBACK' : 'SELECT 1', '-c', $sql, '-c', 'SELECT pg_sleep(10)' ], '<', \undef, '>', \$out, '2>', \$err);
		sleep 0.1 + $after;
		my $took = seconds(sub {
			$node->safe_psql('postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ended'});
			$run->finish;
			$node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'ended' OR backend_type ~ 'sqlite'});
		});
		cmp_ok($took, '<', 2, sprintf('%.2f s into %s: ended', $after, $call));
	}
	free_of_locks($file, $call);
}
$node->safe_psql('postgres', q{SELECT fault_slow('marked.db', 0)});
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_ls_tmpdir()}), '0', 'no copy is left');
ok(!-e "$dir/marked.copy" || sqlite("$dir/marked.copy", 'PRAGMA integrity_check; SELECT count(*), sum(n), min(n) FROM t;') eq "ok\n$before", 'nor a half of a backup');
is(sqlite($file, 'PRAGMA integrity_check; SELECT count(*), sum(n), min(n) FROM t;'), "ok\n$before", 'the SQLite file is as it was');
is($node->safe_psql('postgres', q{SET client_min_messages = error; CALL sqlite_mig.migrate('s', 'ended', migration => 'ended', mode => 'resumable'); SELECT count(*), sum(n) FROM ended.t}), '300|903', 'and a later call does it');

is(sqlite($file, 'PRAGMA integrity_check; SELECT count(*), sum(n) FROM t;'), "ok\n300|903\n", 'the file is as it was');
is($node->safe_psql('postgres', q{CALL sqlite_mig.migrate('s', 'fault', migration => 'fault'); SELECT verdict FROM sqlite_mig.status('s', 'fault')}), $node->safe_psql('postgres', q{SELECT verdict FROM sqlite_mig.status('s')}), 'and is migrated');
still_running($node);
done_testing();
