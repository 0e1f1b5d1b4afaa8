# Maintenance jobs: pg_cron runs sync and verify on a migrated database by itself, as a role that owns the migration.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my $node = start_node('jobs');
plan(skip_all => 'pg_cron is missing') unless $node->safe_psql('postgres', "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_cron'");
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pg_cron'\ncron.database_name = 'postgres'\ncron.use_background_workers = on\ncron.log_run = on\nmax_worker_processes = 12\n");
$node->restart;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_cron');

my $dir  = PostgreSQL::Test::Utils::tempdir();
my $file = "$dir/music.db";
sqlite($file, slurp_file("$FindBin::RealBin/../examples/music_time_machine/$_.sql")) foreach qw(schema data);
$node->safe_psql('postgres', "CREATE SERVER music FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . "); CALL sqlite_mig.migrate('music', 'music')");
is($node->safe_psql('postgres', "SELECT verdict FROM sqlite_mig.status('music')"), 'lossless', 'migrated');

# The application goes on on SQLite; both jobs are due at the next full minute.
sqlite($file, "UPDATE tracks SET loved = 1 WHERE id < 4; DELETE FROM snapshots WHERE id = 17; INSERT INTO snapshots (track_id, rank, play_count) VALUES (7, 99, 1)");
is($node->safe_psql('postgres', "SELECT string_agg(DISTINCT table_name, ' ' ORDER BY table_name) FROM sqlite_mig.verify('music') WHERE NOT ok"), 'snapshots tracks', 'both sides differ now');
$node->safe_psql('postgres', <<'SQL');
SELECT cron.schedule('music sync', '* * * * *', $$SELECT * FROM sqlite_mig.sync('music')$$);
SELECT cron.schedule('music verify', '* * * * *', $$SELECT pg_sleep(3); SELECT * FROM sqlite_mig.verify('music')$$);
SQL
ok($node->poll_query_until('postgres', "SELECT count(DISTINCT d.jobid) = 2 FROM cron.job_run_details AS d WHERE d.status IN ('succeeded', 'failed')"), 'both jobs ran');
is($node->safe_psql('postgres', "SELECT string_agg(j.jobname || ' ' || d.status, ', ' ORDER BY j.jobname) FROM cron.job AS j, LATERAL (SELECT d.status FROM cron.job_run_details AS d WHERE d.jobid = j.jobid ORDER BY d.runid LIMIT 1) AS d"),
	'music sync succeeded, music verify succeeded', 'and succeeded')
  or diag($node->safe_psql('postgres', 'TABLE cron.job_run_details'));
$node->safe_psql('postgres', "SELECT cron.unschedule(jobname) FROM cron.job");
is($node->safe_psql('postgres', "SELECT count(*), count(*) FILTER (WHERE NOT ok) FROM sqlite_mig.last_verification WHERE migration = 'music'"), '4|0', 'the verification of the job is kept: nothing differs');
is($node->safe_psql('postgres', "SELECT count(*) FROM music.tracks WHERE id < 4 AND loved"), 3, 'what was changed in SQLite has arrived');
is($node->safe_psql('postgres', "SELECT count(*) FILTER (WHERE id = 17), count(*) FILTER (WHERE rank = 99) FROM music.snapshots"), '0|1', 'and what was deleted and inserted');

$node->stop;
done_testing();
