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
my $wanted = $ENV{MIG_FAULTS} // 10;

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
		n := n + greatest(1, places / } . $wanted . q{);
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
	my ($what, $states) = @_;
	my $bad = $node->safe_psql('postgres', "SELECT format('place %s: %s %s (%s)', place, state, message, CASE WHEN NOT same THEN 'another result' END) FROM outcome WHERE what = '$what' AND hits NOT LIKE '0 of%' AND (NOT same OR state !~ '^($states|done)\$') LIMIT 5");
	is($bad, '', "$what: clean errors and no wrong result: " . outcomes($what));
	cmp_ok($node->safe_psql('postgres', "SELECT count(*) FROM outcome WHERE what = '$what' AND hits NOT LIKE '0 of%'"), '>', 2, "$what: many of them");
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
	next if $ENV{MIG_ONLY} && $name !~ /$ENV{MIG_ONLY}/;
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
is(sqlite($file, 'PRAGMA integrity_check; SELECT count(*), sum(n) FROM t;'), "ok\n300|903\n", 'the file is as it was');
is($node->safe_psql('postgres', q{CALL sqlite_mig.migrate('s', 'fault', migration => 'fault'); SELECT verdict FROM sqlite_mig.status('s', 'fault')}), $node->safe_psql('postgres', q{SELECT verdict FROM sqlite_mig.status('s')}), 'and is migrated');
still_running($node);
done_testing();
