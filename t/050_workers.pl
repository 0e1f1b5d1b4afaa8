# Migrations with background workers: one snapshot while an application writes, errors, cancels, and what they leave
use strict;
use warnings;
use FindBin;
use IPC::Open2 qw(open2);
use IPC::Run ();
use POSIX ();
use Time::HiRes qw(sleep time);
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node = start_node('workers');
my $dir  = PostgreSQL::Test::Utils::tempdir();
$node->append_conf('postgresql.conf', "sqlite_fdw_mig.range_size = '256kB'\n");
$node->reload;

# 40,000 orders with three lines each, and a counter of them: what is read is of one moment when they agree
my $schema = q{CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT NOT NULL);
CREATE TABLE line (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders (id), n INTEGER NOT NULL);
CREATE INDEX line_order ON line (order_id);
CREATE TABLE counter (orders INTEGER NOT NULL);
CREATE TABLE "odd ""name""" (k TEXT PRIMARY KEY, v BLOB) WITHOUT ROWID;
INSERT INTO "odd ""name""" VALUES ('a', X'00ff'), ('b', NULL);
BEGIN;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000) INSERT INTO orders SELECT i, 'order ' || i FROM n;
INSERT INTO line (order_id, n) SELECT id, n FROM orders, (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3);
INSERT INTO counter SELECT count(*) FROM orders;
COMMIT;};
my $write = q{BEGIN IMMEDIATE;
INSERT INTO orders (note) VALUES ('written while it is read');
INSERT INTO line (order_id, n) SELECT (SELECT max(id) FROM orders), n FROM (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3);
UPDATE counter SET orders = orders + 1;
COMMIT;};
my $rule = q{SELECT (SELECT count(*) FROM line) = 3 * (SELECT count(*) FROM orders) AND (SELECT orders FROM counter) = (SELECT count(*) FROM orders)};

sub server
{
	my ($name, $file) = @_;
	$node->safe_psql('postgres', "CREATE SERVER \"$name\" FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . ", busy_timeout '20s')");
	return;
}

sub workers_left
{
	return $node->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'sqlite_fdw_mig worker'});
}

# What a run may leave behind
sub left_behind
{
	my ($name) = @_;
	return $node->safe_psql('postgres', "SELECT (SELECT count(*) FROM pg_class WHERE relnamespace IN (to_regnamespace('$name'), to_regnamespace('sqlite_$name'))),
		to_regnamespace('$name') IS NULL, to_regnamespace('sqlite_$name') IS NULL, (SELECT count(*) FROM sqlite_mig.migration WHERE migration = '$name')");
}

# Two workers, both journal modes, a writer that never stops
for my $mode ('delete', 'wal')
{
	my $file = "$dir/$mode.db";
	sqlite($file, "PRAGMA journal_mode = $mode; $schema");
	server($mode, $file);

	defined(my $pid = fork()) or die "fork: $!";
	if ($pid == 0)
	{
		my $shell = open2(my $answers, my $statements, 'sqlite3', $file);
		my $written = 0;
		print $statements ".timeout 20000\n";
		while (!-e "$file.stop")
		{
			print $statements "$write\nSELECT 'done';\n";
			$statements->flush;
			my $answer = <$answers>;
			POSIX::_exit(1) unless defined $answer && $answer eq "done\n";
			$written++;
			append_to_file("$file.started", "\n") if $written == 1;
		}
		close $statements;
		waitpid($shell, 0);
		append_to_file("$file.written", $written);
		POSIX::_exit(0);
	}
	my $waited = 0;
	sleep(0.02) while !-e "$file.started" && ($waited += 0.02) < 20;
	my ($out, $err) = ('', '');
	# level full looks at keys, indexes and sequences too
	my $level = $mode eq 'wal' ? 'full' : 'checksum';
	my $status = $node->psql('postgres', "CALL sqlite_mig.migrate('$mode', '$mode', workers => 3, verify_level => '$level')", stdout => \$out, stderr => \$err);
	append_to_file("$file.stop", '');
	waitpid($pid, 0);
	is($?, 0, "$mode: the writer had no error");
	is($status, 0, "$mode: migrated while it is written to") or diag($err);
	is($node->safe_psql('postgres', "SET search_path = \"$mode\"; $rule"), 't', "$mode: of one moment");
	is($node->safe_psql('postgres', "SELECT verdict FROM sqlite_mig.status('$mode')"), 'lossless', "$mode: lossless");
	cmp_ok($node->safe_psql('postgres', "SELECT count(*) FROM sqlite_mig.journal WHERE migration = '$mode' AND object_kind = 'range'"), '>', 4, "$mode: in ranges");
	is($node->safe_psql('postgres', "SELECT count(*) FROM sqlite_mig.journal WHERE migration = '$mode' AND (seconds IS NULL OR error IS NOT NULL)"), '0', "$mode: every step is done");
	is($node->safe_psql('postgres', "SELECT count(*), count(*) FILTER (WHERE convalidated) FROM pg_constraint WHERE connamespace = '\"$mode\"'::regnamespace AND contype IN ('p', 'f')"),
		'4|4', "$mode: keys");
	is($node->safe_psql('postgres', "SELECT count(*) > 0, bool_and(ok), count(*) FILTER (WHERE table_name = '*' AND check_name = 'verdict') FROM sqlite_mig.verification WHERE migration = '$mode'"),
		't|t|' . ($level eq 'full' ? 1 : 0), "$mode: verified by level $level");
	is($node->safe_psql('postgres', "SELECT count(*) FROM sqlite_mig.journal WHERE migration = '$mode' AND object_kind IN ('primary key', 'unique') AND statement ~ ' USING INDEX '"), '2', "$mode: keys of indexes made before");
	is($node->safe_psql('postgres', "SELECT nextval('\"$mode\".orders_id_seq') = max(id) + 1 FROM \"$mode\".orders"), 't', "$mode: the sequence goes on");
	is(workers_left(), '0', "$mode: no worker is left");
}

# A value that does not fit: the error of the worker with its context; nothing is left, or all that was done
my $bad = "$dir/bad.db";
sqlite($bad, $schema);
server('bad', $bad);
$node->safe_psql('postgres', q{SELECT sqlite_mig.prepare('bad', 'bad')});
my $call = q{CALL sqlite_mig.migrate('bad', on_error => 'stop', verify_level => 'checksum', workers => 2};
# A run is refused, or waits, when the largest table of its schema has its key: somewhere in between
$node->safe_psql('postgres', q{CREATE TABLE refusal (schema text, wait boolean);
	GRANT SELECT ON refusal TO PUBLIC;
	CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$
	DECLARE
		r public.refusal;
	BEGIN
		FOR r IN SELECT * FROM public.refusal LOOP
			IF to_regclass(r.schema || '.line_pkey') IS NULL THEN
				NULL;
			ELSIF r.wait THEN
				PERFORM pg_sleep(60);
			ELSE
				RAISE EXCEPTION 'refused in between' USING ERRCODE = '0Z002';
			END IF;
		END LOOP;
	END $$;
	CREATE EVENT TRIGGER refuse ON ddl_command_end EXECUTE FUNCTION refuse();
	INSERT INTO refusal VALUES ('bad', false)});
fails_with($node, "$call)", '0Z002', qr/refused in between/, 'atomic: the error of a worker');
is(left_behind('bad'), '4|t|f|1', 'atomic: nothing is left but the plan, which was there before');
is($node->safe_psql('postgres', q{SELECT state, running IS NULL, (SELECT count(*) FROM sqlite_mig.ledger WHERE migration = 'bad' AND phase = 'migrate') FROM sqlite_mig.migration WHERE migration = 'bad'}),
	'prepared|t|0', 'atomic: as it was prepared');
is(workers_left(), '0', 'atomic: no worker is left');
fails_with($node, "$call, mode => 'resumable')", '0Z002', qr/refused in between.*background worker \d of the migration|background worker \d of the migration.*refused|refused in between/s, 'resumable: the error of a worker');
is($node->safe_psql('postgres', q{SELECT m.state, s.phase, s.verdict, replace(s.reason, E'\n', ' ') ~ '^running, or interrupted: tasks done: \d+ of \d+; ' FROM sqlite_mig.migration AS m, sqlite_mig.status('bad') AS s WHERE m.migration = 'bad'}),
	'running|running|incomplete|t', 'resumable: it says where it stands');
my $loaded = $node->safe_psql('postgres', q{SELECT count(*) FROM bad.line});
cmp_ok($loaded, '>', 0, 'resumable: what is done stays');
fails_with($node, q{CALL sqlite_mig.migrate('bad')}, '55000', qr/was interrupted.*Make the same call again to go on/s, 'another call is told');
fails_with($node, "$call, mode => 'resumable', on_conflict => 'nothing')", '55000', qr/can go on.*other arguments.*Make the same call again/s, 'other arguments are told');
$node->safe_psql('postgres', 'DELETE FROM refusal');
my ($out, $err) = ('', '');
is($node->psql('postgres', "$call, mode => 'resumable')", stdout => \$out, stderr => \$err), 0, 'resumable: the same call goes on') or diag($err);
like($err, qr/NOTICE:  migration "bad": going on with run 2; tasks left: \d+/, 'and says so');
is($node->safe_psql('postgres', q{SELECT (SELECT count(*) FROM bad.orders), (SELECT count(*) FROM bad.line), verdict FROM sqlite_mig.status('bad')}), '40000|120000|lossless', 'and all is there');
is($node->safe_psql('postgres', q{SELECT max(n) FROM (SELECT count(*) AS n FROM sqlite_mig.journal WHERE migration = 'bad' AND run = 2 AND object_kind = 'copied' GROUP BY table_name) AS t}), '1', 'each table is reported once');

# The answer to the call that ended a run may be lost: the same call once more changes nothing
is($node->psql('postgres', "$call, mode => 'resumable')", stdout => \$out, stderr => \$err), 0, 'complete: the same call ends well') or diag($err);
like($err, qr/NOTICE:  migration "bad": run 2 is complete already\n.*NOTICE:  migration "bad": lossless/s, 'and says so');
is($node->safe_psql('postgres', q{SELECT count(*), (SELECT run FROM sqlite_mig.migration WHERE migration = 'bad') FROM bad.line}), '120000|2', 'and has done nothing');

# A plan that the run itself has made goes with it
server('mine', $bad);
$node->safe_psql('postgres', q{INSERT INTO refusal VALUES ('mine', false)});
fails_with($node, q{CALL sqlite_mig.migrate('mine', 'mine', workers => 2)}, '0Z002', qr/refused in between/, 'atomic, without a plan');
is(left_behind('mine'), '0|t|t|0', 'nothing is left at all');
$node->safe_psql('postgres', 'DELETE FROM refusal');

# The source changes between two attempts: what was copied of it is of no use any more
server('moved', $bad);
$node->safe_psql('postgres', q{INSERT INTO refusal VALUES ('moved', false)});
fails_with($node, q{CALL sqlite_mig.migrate('moved', 'moved', mode => 'resumable')}, '0Z002', qr/refused in between/, 'resumable, refused');
$node->safe_psql('postgres', 'DELETE FROM refusal');
sqlite($bad, $write);
($out, $err) = ('', '');
is($node->psql('postgres', q{CALL sqlite_mig.migrate('moved', 'moved', mode => 'resumable')}, stdout => \$out, stderr => \$err), 0, 'after a change of the source') or diag($err);
like($err, qr/NOTICE:  migration "moved": run 1 was interrupted and starts anew: the SQLite database has changed since it began/, 'it starts anew');
is($node->safe_psql('postgres', q{SELECT (SELECT count(*) FROM moved.orders), verdict FROM sqlite_mig.status('moved')}), '40001|lossless', 'with what is there now');

# Cancel: workers are gone when the call returns
server('slow', $bad);
$node->safe_psql('postgres', q{INSERT INTO refusal VALUES ('slow', true)});
my $took = seconds(sub { fails_with($node, q{CALL sqlite_mig.migrate('slow', 'slow', workers => 2)}, '57014', qr/statement timeout/, 'cancelled', before => "SET statement_timeout = '1500ms'") });
cmp_ok($took, '<', 10, 'at once');
is(workers_left(), '0', 'no worker is left');
is(left_behind('slow'), '0|t|t|0', 'and nothing else');

# The leader is terminated: its workers end too, and the next call cleans up
my $leader = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), '-c', q{CALL sqlite_mig.migrate('slow', 'slow', workers => 2)} ], '>', \my $ignored, '2>', \my $said);
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'sqlite_fdw_mig worker' AND wait_event = 'PgSleep'}), 'a worker is busy');
is($node->safe_psql('postgres', q{SELECT count(*) FROM sqlite_mig.progress}), '3', 'the view progress has leader and workers');
fails_with($node, q{CALL sqlite_mig.migrate('slow', 'other')}, '55P03', qr/another session is working on migration "slow"/, 'the migration is locked');
$node->safe_psql('postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CALL sqlite_mig.migrate%' AND backend_type = 'client backend'});
IPC::Run::finish($leader);
ok($node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'sqlite_fdw_mig worker'}), 'its workers end');
$node->safe_psql('postgres', 'DELETE FROM refusal');
is($node->safe_psql('postgres', q{SELECT state FROM sqlite_mig.migration WHERE migration = 'slow'}), 'running', 'it says that it was interrupted');
($out, $err) = ('', '');
is($node->psql('postgres', q{CALL sqlite_mig.migrate('slow', 'slow', workers => 2)}, stdout => \$out, stderr => \$err), 0, 'the next call') or diag($err);
like($err, qr/starts anew: it was to be all or nothing/, 'starts anew');
is($node->safe_psql('postgres', q{SELECT verdict FROM sqlite_mig.status('slow')}), 'lossless', 'and ends well');

# What cannot be
fails_with($node, q{CALL sqlite_mig.migrate('slow', 'block', workers => 2)}, '25001', qr/cannot run inside a transaction block.*workers commit/s, 'in a transaction block', before => 'BEGIN');
fails_with($node, q{CALL sqlite_mig.migrate('slow', 'level', workers => 2)}, '25001', qr/needs isolation level READ COMMITTED/, 'repeatable read', before => q{SET default_transaction_isolation = 'repeatable read'});
fails_with($node, q{CALL sqlite_mig.migrate('slow', 'many', workers => 40)}, '53000', qr/no room for background worker \d+ of 40.*max_worker_processes is 8.*workers => \d/s, 'more than the server has');
is(workers_left(), '0', 'no worker is left');
fails_with($node, q{CALL sqlite_mig.migrate('slow', 'n', workers => 65)}, '22023', qr/between 0 and 64/, 'too many');
fails_with($node, q{CALL sqlite_mig.migrate('slow', 'n', mode => 'quick')}, '22023', qr/Valid modes are: atomic, resumable/, 'no such mode');
fails_with($node, q{CALL sqlite_mig.migrate('slow', 'n', dry_run => true, workers => 1)}, '0A000', qr/a dry run is one transaction/, 'a dry run');
fails_with($node, q{CALL sqlite_mig.migrate('slow', 'slow', if_exists => 'truncate', workers => 1)}, '0A000', qr/cannot be undone.*resumable/s, 'atomic, into tables that exist');

# Into tables that exist, with foreign keys between them, by a role without rights of its own
$node->safe_psql('postgres', q{CREATE ROLE clerk LOGIN; CREATE SCHEMA load AUTHORIZATION clerk; GRANT USAGE ON FOREIGN SERVER bad TO clerk; GRANT CREATE ON DATABASE postgres TO clerk;
	SET ROLE clerk;
	CREATE TABLE load.orders (id serial PRIMARY KEY, note varchar(40) NOT NULL);
	CREATE TABLE load.line (id bigint PRIMARY KEY, order_id int NOT NULL REFERENCES load.orders, n smallint);
	CREATE TABLE load.counter (orders int)});
is( $node->psql('postgres', q{CALL sqlite_mig.migrate('bad', 'load', migration => 'load', exclude => '{odd*}', if_exists => 'load', mode => 'resumable', workers => 2)}, stdout => \$out, stderr => \$err,
		extra_params => [ '-U', 'clerk' ]),
	0, 'load by another role') or diag($err);
is($node->safe_psql('postgres', q{SELECT (SELECT count(*) FROM load.line), (SELECT verdict FROM sqlite_mig.status('bad', 'load')), (SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'sqlite_load'::regnamespace)}), '120003|lossy as agreed|clerk', 'loaded, and as that role; the table left out is agreed to');

# Once more, beside the rows that are there: counter has no key, so it stays out
for my $way ('nothing', 'update')
{
	is( $node->psql('postgres', qq{CALL sqlite_mig.migrate('bad', 'load', migration => 'load', exclude => '{odd*,counter}', if_exists => 'load', on_conflict => '$way', mode => 'resumable', workers => 2,
			options => '{"replace": true}')}, stdout => \$out, stderr => \$err, extra_params => [ '-U', 'clerk' ]),
		0, "loaded again, on_conflict $way") or diag($err);
	like($err, qr/load\.line: rows read: 120003, inserted: 0, updated: 0, left as they are: 120003/, 'told what became of the rows');
	is($node->safe_psql('postgres', q{SELECT count(*), count(DISTINCT id) FROM load.line}), '120003|120003', 'no row twice');
}

# A constraint that rows break stops the run; with a policy for them it goes on from there
sqlite($bad, q{INSERT INTO line VALUES (900001, 900001, 1)});
server('orphan', $bad);
fails_with($node, q{CALL sqlite_mig.migrate('orphan', 'orphan', mode => 'resumable', workers => 2)}, '23503', qr/rows of table "line" break foreign key "line_order_id_fkey": 1.*900001/s, 'an orphan');
is($node->psql('postgres', q{CALL sqlite_mig.migrate('orphan', 'orphan', mode => 'resumable', workers => 2, options => '{"policy": "quarantine"}')}, stdout => \$out, stderr => \$err), 0, 'goes on with a policy') or diag($err);
like($err, qr/going on with run 1; tasks left: [1-4]?\d\b/, 'from where it stood');
is($node->safe_psql('postgres', q{SELECT (SELECT count(*) FROM orphan.line), (SELECT count(*) FROM sqlite_mig.rejected WHERE migration = 'orphan' AND sqlstate = '23503'), (SELECT bool_and(ok) FROM sqlite_mig.verification WHERE migration = 'orphan'),
	(SELECT convalidated FROM pg_constraint WHERE conname = 'line_order_id_fkey' AND connamespace = 'orphan'::regnamespace)}), '120003|1|t|t', 'the orphan waits in the quarantine');
server('settled', $bad);
is($node->psql('postgres', q{CALL sqlite_mig.migrate('settled', 'settled', workers => 2, options => '{"policy": "quarantine"}')}, stdout => \$out, stderr => \$err), 0, 'with a policy from the start') or diag($err);
is($node->safe_psql('postgres', q{SELECT (SELECT count(*) FROM settled.line), (SELECT count(*) FROM sqlite_mig.rejected WHERE migration = 'settled'), (SELECT bool_and(ok) FROM sqlite_mig.verification WHERE migration = 'settled')}), '120003|1|t', 'the same');
sqlite($bad, q{DELETE FROM line WHERE id = 900001});

# Keys that the data refuses, in a table that workers share: their indexes are made beside others, what follows is as without workers
my $keys = "$dir/keys.db";
sqlite($keys, q{CREATE TABLE part (made DATETIME NOT NULL PRIMARY KEY, code DATETIME UNIQUE, n INTEGER);
CREATE INDEX part_n ON part (n);
BEGIN;
WITH RECURSIVE i (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 30000) INSERT INTO part SELECT datetime(1700000000 + i, 'unixepoch'), datetime(1800000000 + i, 'unixepoch'), i FROM i;
INSERT INTO part SELECT replace(made, ' ', 'T'), NULL, 0 FROM part WHERE n = 77;
COMMIT;});
server('keys', $keys);
fails_with($node, q{CALL sqlite_mig.migrate('keys', 'keys', workers => 2)}, '23505', qr/rows of table "part" break primary key "part_pkey": 1/, 'a key that is there twice');
is(left_behind('keys'), '0|t|t|0', 'nothing is left');
sqlite($keys, q{INSERT INTO part SELECT '2001-01-01', replace(code, ' ', 'T'), 0 FROM part WHERE n = 99});
for my $policy ('not valid', 'quarantine')
{
	my $name = $policy =~ s/ /_/r;
	is($node->psql('postgres', qq{CALL sqlite_mig.migrate('keys', '$name', migration => '$name', workers => 2, verify_level => 'full', options => '{"policy": "$policy"}')}, stdout => \$out, stderr => \$err), 0, "policy $policy") or diag($err);
}
is($node->safe_psql('postgres', q{SELECT (SELECT count(*) FROM not_valid.part), (SELECT count(*) FROM pg_constraint WHERE conrelid = 'not_valid.part'::regclass AND contype IN ('p', 'u')),
	(SELECT string_agg(format('%s %s', indexrelid::regclass, indisunique), ', ' ORDER BY indexrelid::regclass::text) FROM pg_index WHERE indrelid = 'not_valid.part'::regclass),
	(SELECT string_agg(format('%s %s %s', object_kind, object_name, rows), ', ' ORDER BY object_name) FROM sqlite_mig.ledger WHERE migration = 'not_valid' AND effect = 'failed')}),
	'30002|0|not_valid.part_code_key f, not_valid.part_n f, not_valid.part_pkey f|unique part_code_key 1, primary key part_pkey 1', 'plain indexes instead, and the ledger says so');
is($node->safe_psql('postgres', q{SELECT (SELECT count(*) FROM quarantine.part), (SELECT string_agg(sqlstate, ', ' ORDER BY sqlstate) FROM sqlite_mig.rejected WHERE migration = 'quarantine'),
	(SELECT count(*) FROM pg_constraint WHERE conrelid = 'quarantine.part'::regclass AND contype IN ('p', 'u')), (SELECT bool_and(ok) FROM sqlite_mig.verification WHERE migration = 'quarantine' AND table_name = 'part')}),
	'30000|23505, 23505|2|t', 'rows wait in the quarantine, and the keys are there');
# and the way from one to the other: what was verified meanwhile is verified again
fails_with($node, q{CALL sqlite_mig.migrate('keys', 'way', migration => 'way', mode => 'resumable', workers => 2)}, '23505', qr/break primary key/, 'again');
is($node->psql('postgres', q{CALL sqlite_mig.migrate('keys', 'way', migration => 'way', mode => 'resumable', workers => 2, options => '{"policy": "quarantine"}')}, stdout => \$out, stderr => \$err), 0, 'goes on with another policy') or diag($err);
is($node->safe_psql('postgres', q{SELECT (SELECT count(*) FROM way.part), (SELECT count(*) FROM sqlite_mig.rejected WHERE migration = 'way'), (SELECT bool_and(ok) FROM sqlite_mig.verification WHERE migration = 'way')}), '30000|2|t', 'and all is verified');

# Rejected rows of several workers
sqlite($bad, q{UPDATE line SET n = 'three' WHERE id % 300 = 0});
$node->safe_psql('postgres', q{CREATE SERVER reject FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database } . quoted($bad) . q{); SELECT sqlite_mig.prepare('reject', 'reject');
	UPDATE sqlite_mig.plan_column SET target_type = 'bigint', format = NULL WHERE migration = 'reject' AND source_table = 'line' AND source_name = 'n'});
is($node->psql('postgres', q{CALL sqlite_mig.migrate('reject', on_error => 'reject', workers => 2)}, stdout => \$out, stderr => \$err), 0, 'with a quarantine') or diag($err);
is($node->safe_psql('postgres', q{SELECT (SELECT count(*) FROM reject.line), (SELECT count(*) FROM sqlite_mig.rejected WHERE migration = 'reject'), (SELECT count(DISTINCT (source_key::text)) FROM sqlite_mig.rejected WHERE migration = 'reject'),
	(SELECT bool_and(ok) FROM sqlite_mig.verification WHERE migration = 'reject')}), '119603|400|400|t', 'rows are there, or there');

still_running($node);
done_testing();
