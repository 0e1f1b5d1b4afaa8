# A managed PostgreSQL takes no extension of ours: the migration is made in a local server and delivered, by pg_dump or through
# postgres_fdw, and what arrived is held against the SQLite file; and one migration fills partitions on two clusters.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $local = start_node('local');
my @managed = map { start_plain_node("managed$_") } 1, 2;
plan(skip_all => 'postgres_fdw is missing') unless $local->safe_psql('postgres', "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'");
my $dir  = PostgreSQL::Test::Utils::tempdir();
my $file = "$dir/music.db";
sqlite($file, slurp_file("$FindBin::RealBin/../examples/music_time_machine/$_.sql")) foreach qw(schema data);

# A cluster that does not know the extension
sub start_plain_node
{
	my $node = PostgreSQL::Test::Cluster->new($_[0]);
	$node->init;
	$node->start;
	return $node;
}

my $setup = "CREATE EXTENSION postgres_fdw;\nCREATE SERVER music FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . ");\n";
foreach my $n (0, 1)
{
	my ($name, $node) = ("managed" . ($n + 1), $managed[$n]);
	$setup .= "CREATE SERVER $name FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host " . quoted($node->host) . ", port '" . $node->port . "', dbname 'postgres', fetch_size '1000', batch_size '1000');\n"
	  . "CREATE USER MAPPING FOR CURRENT_USER SERVER $name OPTIONS (user " . quoted(scalar getpwuid($>)) . ");\n";
}
$local->safe_psql('postgres', $setup);

# ---- by pg_dump ----

is($local->safe_psql('postgres', "CALL sqlite_mig.migrate('music', 'music'); SELECT verdict FROM sqlite_mig.status('music')"), 'lossless', 'the migration in the local server');
$local->command_ok([ 'pg_dump', '-Fc', '--no-owner', '--no-acl', '-n', 'music', '-h', $local->host, '-p', $local->port, '-f', "$dir/music.dump", 'postgres' ], 'pg_dump of its schema');
$managed[0]->command_ok([ 'pg_restore', '--exit-on-error', '--no-owner', '-h', $managed[0]->host, '-p', $managed[0]->port, '-d', 'postgres', "$dir/music.dump" ], 'pg_restore into a cluster without the extension');
is($managed[0]->safe_psql('postgres', "SELECT count(*) FROM pg_extension WHERE extname = 'sqlite_fdw_mig'"), 0, 'it has none');
is($managed[0]->safe_psql('postgres', 'SELECT count(*) FROM music.tracks'), 1200, 'and has the rows');

$local->safe_psql('postgres', 'CREATE SCHEMA delivered; IMPORT FOREIGN SCHEMA music FROM SERVER managed1 INTO delivered');
my $compare = join ' UNION ALL ', map { "SELECT '$_', (s.c).rows, s.c = t.c FROM (SELECT sqlite_mig.checksum('sqlite_music.$_') AS c) AS s, (SELECT sqlite_mig.checksum('delivered.$_') AS c) AS t" } qw(tracks snapshots);
is($local->safe_psql('postgres', $compare), "tracks|1200|t\nsnapshots|4670|t", 'checksums of the file and of what was delivered');
$managed[0]->safe_psql('postgres', "UPDATE music.snapshots SET play_count = play_count + 1 WHERE id = 17; DELETE FROM music.snapshots WHERE id = 4000");
is($local->safe_psql('postgres', $compare), "tracks|1200|t\nsnapshots|4670|f", 'damage over there is seen');
is($local->safe_psql('postgres', "SELECT status, key ->> 'id', columns FROM sqlite_mig.diff('sqlite_music.snapshots', 'delivered.snapshots', key_columns => '{id}') ORDER BY 2"),
	"changed|17|{play_count}\nmissing|4000|", 'and diff names the rows');

# ---- through postgres_fdw ----

# The schema goes ahead, as the plan's statements; the rows follow. (A foreign table has no keys: those over there hold.)
$managed[1]->safe_psql('postgres', "CREATE SCHEMA music;\n" . $local->safe_psql('postgres', "SELECT string_agg(statement, E';\\n' ORDER BY step) FROM sqlite_mig.ddl('music')
	WHERE object_kind NOT IN ('schema', 'source schema', 'foreign table', 'copy', 'sequence', 'analyze')"));
$local->safe_psql('postgres', 'DROP SCHEMA music CASCADE; CREATE SCHEMA music; IMPORT FOREIGN SCHEMA music FROM SERVER managed2 INTO music');
$local->safe_psql('postgres', "CALL sqlite_mig.migrate('music', 'music', migration => 'far', options => '{\"source_schema\": \"far_source\"}', if_exists => 'load')");
is($local->safe_psql('postgres', "SELECT count(*), bool_and(ok) FROM sqlite_mig.verify('music', migration => 'far') WHERE check_name IN ('rows', 'checksum')"), '4|t', 'loaded through foreign tables, verified there');
isnt($local->safe_psql('postgres', "SELECT verdict FROM sqlite_mig.status('music', 'far')"), 'incomplete', 'the verdict');
is($managed[1]->safe_psql('postgres', "SELECT count(*), count(DISTINCT track_id), jsonb_typeof((SELECT payload FROM music.tracks WHERE id = 1)) FROM music.snapshots"),
	$managed[0]->safe_psql('postgres', "SELECT count(*) + 1, count(DISTINCT track_id), jsonb_typeof((SELECT payload FROM music.tracks WHERE id = 1)) FROM music.snapshots"), 'the rows are over there');
is($managed[1]->safe_psql('postgres', "SELECT count(*) FROM pg_constraint WHERE conrelid = 'music.snapshots'::regclass AND contype IN ('p', 'u', 'f')"), 3, 'and so are the keys');

# Sequences cannot be set through a foreign table: the ledger says so, and this is how they are set.
$managed[1]->safe_psql('postgres', "SELECT setval(pg_get_serial_sequence('music.snapshots', 'id'), max(id)) FROM music.snapshots; SELECT setval(pg_get_serial_sequence('music.tracks', 'id'), max(id)) FROM music.tracks");
like($managed[1]->safe_psql('postgres', "INSERT INTO music.snapshots (track_id, rank) VALUES (7, 999) RETURNING id"), qr/^4671$/m, 'the next number');

# ---- partitions on two clusters ----

foreach my $node (@managed)
{
	$node->safe_psql('postgres', 'CREATE SCHEMA spread; CREATE TABLE spread.snapshots_part (id bigint PRIMARY KEY, track_id bigint NOT NULL, period varchar(20) NOT NULL, rank bigint NOT NULL, play_count bigint, taken_at timestamptz NOT NULL)');
}
$local->safe_psql('postgres', <<'SQL');
CREATE SCHEMA spread;
CREATE TABLE spread.snapshots (id bigint NOT NULL, track_id bigint NOT NULL, period varchar(20) NOT NULL, rank bigint NOT NULL, play_count bigint, taken_at timestamptz NOT NULL) PARTITION BY HASH (id);
CREATE FOREIGN TABLE spread.part1 PARTITION OF spread.snapshots FOR VALUES WITH (MODULUS 2, REMAINDER 0) SERVER managed1 OPTIONS (schema_name 'spread', table_name 'snapshots_part');
CREATE FOREIGN TABLE spread.part2 PARTITION OF spread.snapshots FOR VALUES WITH (MODULUS 2, REMAINDER 1) SERVER managed2 OPTIONS (schema_name 'spread', table_name 'snapshots_part');
CALL sqlite_mig.migrate('music', 'spread', migration => 'spread', tables => '{snapshots}', if_exists => 'load', options => '{"source_schema": "spread_source"}');
SQL
my @parts = map { $_->safe_psql('postgres', 'SELECT count(*) FROM spread.snapshots_part') } @managed;
ok($parts[0] > 1000 && $parts[1] > 1000 && $parts[0] + $parts[1] == 4670, "rows of one table on two clusters: $parts[0] and $parts[1]");
is($local->safe_psql('postgres', "SELECT string_agg(check_name, ' ' ORDER BY check_name) FROM sqlite_mig.verify('music', migration => 'spread') WHERE ok"), 'checksum rows', 'verified across both');
$managed[1]->safe_psql('postgres', 'DELETE FROM spread.snapshots_part WHERE id = (SELECT min(id) FROM spread.snapshots_part)');
is($local->safe_psql('postgres', "SELECT string_agg(check_name, ' ' ORDER BY check_name) FROM sqlite_mig.verify('music', migration => 'spread') WHERE NOT ok"), 'checksum rows', 'a row that is lost on one of them is seen');

$_->stop foreach $local, @managed;
done_testing();
