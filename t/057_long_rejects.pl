# A row in the quarantine with a value that does not fit there beside the rest: a blob of 105 MB has 210 MB of digits. The good rows stay,
# the row has everything but that value, and its length; replay takes it from the source.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node = start_node('long_rejects');
my $dir  = PostgreSQL::Test::Utils::tempdir();
my ($out, $err);
sqlite("$dir/s.db", q{CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, note TEXT, data BLOB, more BLOB);
INSERT INTO t VALUES (1, 1, 'good', x'00', NULL), (2, -5, 'bad', zeroblob(105000000), x'0102'), (3, 3, 'good', x'03', NULL), (4, -6, 'bad', zeroblob(60000000), zeroblob(70000000));});
$node->safe_psql('postgres', 'CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database ' . quoted("$dir/s.db") . q{);
CREATE SCHEMA source; IMPORT FOREIGN SCHEMA main FROM SERVER s INTO source;
CREATE TABLE t (id bigint PRIMARY KEY, n bigint CONSTRAINT positive CHECK (n > 0), note text, data bytea, more bytea)});
is($node->safe_psql('postgres', q{SELECT inserted, rejected FROM sqlite_mig.copy_table('source.t', 't', on_error => 'reject')}), '2|2', 'the good rows are loaded');
is($node->safe_psql('postgres', q{SELECT source_key, "row" ->> 'n', "row" ->> 'note', "row" ->> 'data', "row" ->> 'more' FROM sqlite_mig.rejected WHERE source_rowid = 2}),
	'rowid 2|{"class": "integer", "value": -5}|{"class": "text", "value": "bad"}|{"bytes": 105000000, "class": "blob"}|{"hex": "0102", "class": "blob"}', 'the row without its long value');
is($node->safe_psql('postgres', q{SELECT length("row" -> 'data' ->> 'hex'), "row" ->> 'more' FROM sqlite_mig.rejected WHERE source_rowid = 4}), '120000000|{"bytes": 70000000, "class": "blob"}', 'of two the longer one');

# repaired in the quarantine: what it does not have cannot be loaded from there
$node->safe_psql('postgres', q{UPDATE sqlite_mig.rejected SET "row" = jsonb_set("row", '{n}', '5') WHERE source_rowid = 2});
is($node->safe_psql('postgres', q{SELECT loaded, still_rejected FROM sqlite_mig.replay('s')}), '0|2', 'a replay loads neither');
is($node->safe_psql('postgres', q{SELECT column_name, message FROM sqlite_mig.rejected WHERE source_rowid = 2}), 'data|the value of column "data" was too long for the quarantine: repair the row in the source', 'and says why');
# repaired there
sqlite("$dir/s.db", 'UPDATE t SET n = 5 WHERE id = 2; UPDATE t SET n = 6 WHERE id = 4;');
$node->safe_psql('postgres', q{UPDATE sqlite_mig.rejected SET edited_at = NULL});
is($node->safe_psql('postgres', q{SELECT loaded, still_rejected FROM sqlite_mig.replay('s')}), '2|0', 'with the source repaired it loads both');
is($node->safe_psql('postgres', q{SELECT id, n, length(data), length(more) FROM t WHERE id IN (2, 4) ORDER BY id}), "2|5|105000000|2\n4|6|60000000|70000000", 'with all of their values');
is($node->safe_psql('postgres', q{SELECT (SELECT checksum FROM sqlite_mig.checksum('source.t')) = (SELECT checksum FROM sqlite_mig.checksum('t'))}), 't', 'as the source has them');
still_running($node);
done_testing();
