# A migration of a file that an application never stops writing to: copy, syncs, a rehearsal, the cut-over, and the way back
use strict;
use warnings;
use FindBin;
use IPC::Run ();
use Time::HiRes qw(sleep time);
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my ($python) = grep { -x } map { "$_/python3" } split /:/, $ENV{PATH};
plan(skip_all => 'the application is a script in Python') if !$python;

my $node = start_node('sync');
my $dir  = PostgreSQL::Test::Utils::tempdir();

my $schema = q{CREATE TABLE account (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, balance INTEGER NOT NULL, rate REAL, memo BLOB);
CREATE TABLE transfer (id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES account ON DELETE CASCADE, target INTEGER NOT NULL REFERENCES account ON DELETE CASCADE, amount INTEGER NOT NULL);
CREATE INDEX transfer_source ON transfer (source);
CREATE INDEX transfer_target ON transfer (target);
CREATE TABLE setting (scope TEXT, k TEXT, v TEXT, PRIMARY KEY (scope, k)) WITHOUT ROWID;
CREATE TABLE event (at TEXT, what TEXT);
CREATE TABLE "odd 'name""" (a INTEGER PRIMARY KEY, "b c" TEXT);
};

# The application: transactions of every kind, one after the other, until it is told to stop or its writes are refused.
# Each is counted only when it is committed; money is moved, never made.
my $application = "$dir/application.py";
append_to_file($application, <<'PYTHON');
import random, sqlite3, sys, os, time

path, stop, seed = sys.argv[1:4]
random.seed(int(seed))
db = sqlite3.connect(path, timeout=60, isolation_level=None)
db.execute('PRAGMA foreign_keys = ON')
done = 0

def one(sql):
	row = db.execute(sql).fetchone()
	return row[0] if row else None

def open_account():
	db.execute('INSERT INTO account (name, balance, rate, memo) VALUES (?, 0, ?, ?)', ('n%d' % random.randrange(10 ** 12), random.random(), os.urandom(random.randrange(20))))

def move():
	a, b = one('SELECT id FROM account ORDER BY random() LIMIT 1'), one('SELECT id FROM account ORDER BY random() LIMIT 1')
	amount = random.randrange(100)
	db.execute('UPDATE account SET balance = balance - ? WHERE id = ?', (amount, a))
	db.execute('UPDATE account SET balance = balance + ? WHERE id = ?', (amount, b))
	db.execute('INSERT INTO transfer (source, target, amount) VALUES (?, ?, ?)', (a, b, amount))

def close_account():
	# the transfers go by cascade; the money stays in the bank
	a = one('SELECT id FROM account WHERE id > 1 ORDER BY random() LIMIT 1')
	db.execute('UPDATE account SET balance = balance + (SELECT balance FROM account WHERE id = ?) WHERE id = 1', (a,))
	db.execute('DELETE FROM account WHERE id = ?', (a,))

def exchange_names():
	a, b = one('SELECT id FROM account ORDER BY random() LIMIT 1'), one('SELECT id FROM account ORDER BY random() LIMIT 1')
	if a != b:
		x, y = one('SELECT name FROM account WHERE id = %d' % a), one('SELECT name FROM account WHERE id = %d' % b)
		db.execute("UPDATE account SET name = 'between' WHERE id = ?", (a,))
		db.execute('UPDATE account SET name = ? WHERE id = ?', (x, b))
		db.execute('UPDATE account SET name = ? WHERE id = ?', (y, a))

def replace_setting():
	db.execute('REPLACE INTO setting VALUES (?, ?, ?)', (random.choice('abc'), str(random.randrange(30)), random.choice([None, '', 'x' * random.randrange(50)])))

def rename_setting():
	db.execute('UPDATE OR REPLACE setting SET k = ? WHERE k = ?', (str(random.randrange(30)), str(random.randrange(30))))

def take_name():
	# the account that had the name is gone, and no trigger of its own has seen it
	name = one('SELECT name FROM account WHERE id > 1 AND balance = 0 AND id NOT IN (SELECT source FROM transfer UNION SELECT target FROM transfer) ORDER BY random() LIMIT 1')
	if name:
		db.execute('REPLACE INTO account (name, balance, rate) VALUES (?, 0, NULL)', (name,))

def log_event():
	db.execute('INSERT INTO event VALUES (?, ?)', (str(random.randrange(3)), random.choice(['in', 'out', None])))
	if random.random() < 0.4:
		db.execute('DELETE FROM event WHERE rowid = (SELECT rowid FROM event ORDER BY random() LIMIT 1)')

def odd():
	db.execute('INSERT INTO "odd \'name""" VALUES (?, ?) ON CONFLICT (a) DO UPDATE SET "b c" = excluded."b c" || a', (random.randrange(20), "it's"))
	db.execute('UPDATE OR REPLACE "odd \'name""" SET a = ? WHERE a = ?', (random.randrange(20), random.randrange(20)))

def fails():
	log_event()
	raise KeyError('rolled back')

actions = [open_account, move, move, move, close_account, exchange_names, replace_setting, rename_setting, take_name, log_event, odd, fails]
while not os.path.exists(stop):
	try:
		db.execute('BEGIN IMMEDIATE')
		random.choice(actions)()
		db.execute('COMMIT')
		done += 1
	except KeyError:
		db.execute('ROLLBACK')
	except sqlite3.IntegrityError as error:
		db.execute('ROLLBACK')
		if 'has moved to PostgreSQL' in str(error):
			print('refused', end=' ')
			break
		raise
	time.sleep(0.001)
print(done)
PYTHON

sub server
{
	my ($name, $file) = @_;
	$node->safe_psql('postgres', "CREATE SERVER \"$name\" FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . ", updatable 'true', busy_timeout '30s')");
	return;
}

# What SQLite's shell prints; it waits while somebody else is at the file
sub quietly
{
	my ($file, $sql) = @_;
	return sqlite($file, ".timeout 20000\n$sql");
}

# The file with some accounts to begin with
sub make_file
{
	my ($file, $mode) = @_;
	sqlite($file, "PRAGMA journal_mode = $mode;\n$schema
INSERT INTO account (name, balance) VALUES ('the bank', 1000000);
WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO account (name, balance, rate) SELECT 'n' || i, i, i / 7.0 FROM n;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO transfer (source, target, amount) SELECT 1 + i % 3000, 1 + i * 7 % 3000, i FROM n;");
	return;
}

sub start_application
{
	my ($file, $stop, $seed) = @_;
	my $writer = { out => '', err => '' };
	$writer->{run} = IPC::Run::start([ $python, $application, $file, $stop, $seed ], '>', \$writer->{out}, '2>', \$writer->{err});
	return $writer;
}

# Every row of every table on both sides, as text that SQLite and psql write on their own; reals by their bits
sub exactly_equal
{
	my ($name, $file) = @_;
	my @table = (
		[ 'account', q{id || '|' || name || '|' || balance || '|' || iif(rate IS NULL, '-', hex(ieee754_to_blob(rate))) || '|' || iif(memo IS NULL, '-', hex(memo))},
			q{id || '|' || name || '|' || balance || '|' || coalesce(upper(encode(float8send(rate), 'hex')), '-') || '|' || coalesce(upper(encode(memo, 'hex')), '-')}, 'id' ],
		[ 'transfer', q{id || '|' || source || '|' || target || '|' || amount}, undef, 'id' ],
		[ 'setting', q{scope || '|' || k || '|' || coalesce('=' || v, '-')}, undef, 'scope COLLATE "C", k COLLATE "C"' ],
		[ 'event', q{at || '|' || coalesce(what, '-')}, undef, 'at COLLATE "C", what COLLATE "C" NULLS FIRST' ],
		[ q{"odd 'name"""}, q{a || '|' || coalesce("b c", '-')}, undef, 'a' ]);
	my $same = 1;

	for my $t (@table)
	{
		my ($table, $there, $here, $order) = @$t;
		(my $sqlite_order = $order) =~ s/ COLLATE "C"| NULLS FIRST//g;
		my $a = quietly($file, "SELECT $there FROM $table ORDER BY $sqlite_order;");
		my $b = $node->safe_psql('postgres', 'SELECT ' . ($here // $there) . " FROM \"$name\".$table ORDER BY $order");
		chomp $a;
		next if $a eq $b;
		$same = 0;
		my @x = split /\n/, $a;
		my @y = split /\n/, $b;
		my ($n) = grep { ($x[$_] // '') ne ($y[$_] // '') } 0 .. ($#x > $#y ? $#x : $#y);
		diag("$table differs in line $n: " . ($x[$n] // 'nothing') . ' and ' . ($y[$n] // 'nothing'));
	}
	return $same;
}

sub total
{
	my ($name) = @_;
	return $node->safe_psql('postgres', "SELECT sum(balance) FROM \"$name\".account");
}

# Both ways to know what has changed, both journal modes
for my $case ([ 'wal', 1 ], [ 'delete', 0 ])
{
	my ($mode, $capture) = @$case;
	my $name = "live_$mode";
	my $file = "$dir/$name.db";
	my $stop = "$dir/$name.stop";
	my $what = $capture ? "journal mode $mode, with a log" : "journal mode $mode, by comparison";

	make_file($file, $mode);
	my $money = quietly($file, 'SELECT sum(balance) FROM account');
	my $dump  = quietly($file, '.schema');
	chomp $money;
	server($name, $file);
	$node->safe_psql('postgres', "SELECT * FROM sqlite_mig.prepare('$name', '$name')");
	my $writer = start_application($file, $stop, 1);
	$node->safe_psql('postgres', "SELECT * FROM sqlite_mig.capture_install('$name')") if $capture;
	$node->safe_psql('postgres', "CALL sqlite_mig.migrate('$name')");
	is(total($name), $money, "$what: the copy is of one moment");

	for my $round (1 .. 3)
	{
		sleep 1;
		my ($out, $err) = ('', '');
		is($node->psql('postgres', "SELECT string_agg(DISTINCT method, ' ' ORDER BY method), sum(inserted) > 0, sum(updated) > 0, sum(deleted) > 0 FROM sqlite_mig.sync('$name')", stdout => \$out, stderr => \$err), 0, "$what: sync $round")
		  or diag($err);
		like($out, $capture ? qr/^(?:log rows|compare log rows|log)\|t\|t\|t$/ : qr/compare.*\|t\|t\|t$/, "$what: sync $round finds what the application did");
		is(total($name), $money, "$what: sync $round is of one moment");
	}

	# a rehearsal, while the application goes on afterwards
	my $rehearsal = $node->safe_psql('postgres', "SELECT string_agg(step, ' ' ORDER BY n) FROM sqlite_mig.cutover('$name', dry_run => true, refuse_writes => true) WITH ORDINALITY AS c (step, detail, seconds, n)");
	is($rehearsal, 'lock sync verify refuse writes downtime', "$what: rehearsal");
	sleep 0.5;
	ok($writer->{run}->pumpable, "$what: the application still runs");

	# the cut-over stops it
	my ($out, $err) = ('', '');
	is($node->psql('postgres', "SELECT seconds < 30 FROM sqlite_mig.cutover('$name', refuse_writes => true) WHERE step = 'downtime'", stdout => \$out, stderr => \$err), 0, "$what: cut-over") or diag($err);
	is($out, 't', "$what: downtime is told");
	$writer->{run}->finish;
	like($writer->{out}, qr/^refused \d+$/, "$what: the application is told that its database has moved");
	is($writer->{err}, '', "$what: and had no other error");
	ok(exactly_equal($name, $file), "$what: every row is the same");
	is($node->safe_psql('postgres', "SELECT phase, verdict FROM sqlite_mig.status('$name')"), 'cut over|lossless', "$what: verdict");
	is($node->safe_psql('postgres', "INSERT INTO \"$name\".account (name, balance) VALUES ('new', 0) RETURNING id > (SELECT max(id) FROM \"$name\".account)"), 't', "$what: the sequence goes on");

	# the way back: what PostgreSQL's users write goes into the file, from which nobody else can take it away
	$node->safe_psql('postgres', qq{SET search_path = "$name";
UPDATE account SET name = 'renamed ' || id, rate = random(), memo = '\\x00ff27' WHERE id % 10 = 3;
UPDATE account AS a SET name = 'swap' WHERE id = (SELECT max(id) FROM account);
UPDATE account SET balance = balance + 1 WHERE id % 7 = 0;
DELETE FROM account WHERE id % 50 = 13;
INSERT INTO account (name, balance) SELECT 'from PostgreSQL ' || n, n FROM generate_series(1, 20) AS n;
INSERT INTO transfer SELECT max(t.id) + 1, 1, 1, 5 FROM transfer AS t;
DELETE FROM setting WHERE scope = 'a';
UPDATE event SET what = 'both' WHERE at = '1';
DELETE FROM "odd 'name""" WHERE a > 15;});
	$node->safe_psql('postgres', "SELECT * FROM sqlite_mig.sync('$name', direction => 'to_sqlite')");
	ok(exactly_equal($name, $file), "$what: the way back: every row is the same");
	is(quietly($file, 'PRAGMA foreign_key_check; PRAGMA integrity_check;'), "ok\n", "$what: the way back: the file is in order");

	# taken back, the file is as it was
	$node->safe_psql('postgres', "SELECT * FROM sqlite_mig.cutover_undo('$name')");
	$node->safe_psql('postgres', "SELECT sqlite_mig.capture_remove('$name')") if $capture;
	is(quietly($file, '.schema'), $dump, "$what: nothing is left in the file");
	$writer = start_application($file, $stop, 2);
	sleep 0.5;
	append_to_file($stop, '');
	$writer->{run}->finish;
	like($writer->{out}, qr/^[1-9]\d*$/, "$what: after the undo the application writes again");
	$node->safe_psql('postgres', "SELECT * FROM sqlite_mig.sync('$name')");
	ok(exactly_equal($name, $file), "$what: and a sync follows it");
}

still_running($node);
$node->stop;
done_testing();
