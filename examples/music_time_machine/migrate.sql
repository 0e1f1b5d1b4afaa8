-- Carries the Music Time Machine over, step by step. The file must be readable for the PostgreSQL server:
--
--     examples/make_sqlite music_time_machine /srv/music.db
--     psql -v file=/srv/music.db -f examples/music_time_machine/migrate.sql

\set ON_ERROR_STOP on
\set QUIET on
\pset footer off
\pset null '(null)'

\echo '=== The SQLite file becomes a foreign server'
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
CREATE SERVER music FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');

SELECT table_name, kind, estimated_rows, estimate_source FROM sqlite_mig.source_tables('music');

\echo '=== prepare() reads schema and values, and writes a plan. Nothing else happens yet'
SELECT * FROM sqlite_mig.prepare('music', 'music');

SELECT source_table, source_name, declared_type, target_type, not_null
	FROM sqlite_mig.plan_column
	WHERE migration = 'music'
	ORDER BY source_table DESC, position;

\echo '=== The plan is rows: UPDATE changes it. A name that PostgreSQL people would rather see:'
UPDATE sqlite_mig.plan_column SET target_name = 'is_explicit'
	WHERE migration = 'music' AND source_table = 'tracks' AND source_name = 'explicit';

\echo '=== ddl() shows every statement before it runs; some of them in full'
SELECT step, object_kind, object_name FROM sqlite_mig.ddl('music') ORDER BY step;

\pset format unaligned
\pset tuples_only on
SELECT statement || ';' FROM sqlite_mig.ddl('music')
	WHERE object_kind = 'table' OR object_name = 'tracks_release_date'
	ORDER BY step;
\pset tuples_only off
\echo
\pset format aligned

\echo '=== migrate() does it, in one transaction'
CALL sqlite_mig.migrate('music', 'music');
\echo

\echo '=== verify() compares both sides: counts, and checksums over every value'
SELECT table_name, check_name, left(source_value, 18) AS source, left(target_value, 18) AS target, ok
	FROM sqlite_mig.verify('music');

\echo '=== The verdict'
SELECT verdict, reason FROM sqlite_mig.status('music');
SELECT phase, tables, rows, findings, duration FROM sqlite_mig.status('music');

\echo '=== The ledger: whatever was changed, skipped or guessed on the way'
SELECT effect, object_kind, object_name, detail
	FROM sqlite_mig.ledger
	WHERE migration = 'music'
	ORDER BY entry;

\echo '=== It is PostgreSQL now. The payload is jsonb:'
SELECT payload ->> 'name' AS name, payload #>> '{artists,0,name}' AS artist, (payload -> 'popularity')::int AS popularity
	FROM music.tracks
	WHERE payload @> '{"explicit": true}'
	ORDER BY popularity DESC, id
	LIMIT 5;

\echo '=== ... times are timestamptz, booleans boolean, and the join has its keys and indexes:'
SELECT t.artist, count(*) AS weeks, min(s.rank) AS best, to_char(max(s.taken_at AT TIME ZONE 'UTC'), 'YYYY-MM-DD') AS last_seen
	FROM music.snapshots AS s
	JOIN music.tracks AS t ON t.id = s.track_id
	WHERE s.taken_at >= '2025-01-01 00:00:00+00' AND s.taken_at < '2026-01-01 00:00:00+00'
		AND s.period = 'short_term' AND NOT t.is_explicit
	GROUP BY t.artist
	ORDER BY weeks DESC, best, t.artist COLLATE "C"
	LIMIT 5;

\echo '=== ... words of titles and artists are found through a GIN index on a generated column, and so is what the payload contains:'
ALTER TABLE music.tracks ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple', title || ' ' || artist)) STORED;
CREATE INDEX tracks_words ON music.tracks USING gin (words);
CREATE INDEX tracks_payload ON music.tracks USING gin (payload jsonb_path_ops);
SELECT title, artist FROM music.tracks
	WHERE words @@ websearch_to_tsquery('simple', 'heart -midnight') AND payload @> '{"explicit": true}'
	ORDER BY id
	LIMIT 5;

\echo '=== ... and the next snapshot gets an id that SQLite never gave away:'
INSERT INTO music.snapshots (track_id, rank, play_count) VALUES (7, 99, 1) RETURNING id, period;
DELETE FROM music.snapshots WHERE rank = 99;
