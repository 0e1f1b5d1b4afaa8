-- The rows are computed, so that this file stays small, and from numbers only, so that every run gives the same ones.
BEGIN;

WITH RECURSIVE
n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 1200),
artist (k, name) AS (VALUES
	(0, 'Nina Färber'), (1, 'The Paper Lanterns'), (2, 'Σταύρος Μέλος'), (3, '山田はるか'), (4, 'Los Días Azules'),
	(5, 'Ольга Снег'), (6, 'D''Arcy & Sons'), (7, 'فرقة النسيم'), (8, '빛나는 밤'), (9, 'Ólafur Brim'),
	(10, 'MØRK'), (11, 'ชายฝั่ง'), (12, 'Łukasz "Żuk" Nowak')),
first_word (k, word) AS (VALUES
	(0, 'Midnight'), (1, 'Été'), (2, 'Paper'), (3, 'Zweite'), (4, '春の'), (5, 'Golden'), (6, 'Слепой'), (7, 'Neon'),
	(8, 'Último'), (9, 'Quiet'), (10, 'Northern')),
second_word (k, word) AS (VALUES
	(0, 'Train'), (1, 'Song'), (2, '夜'), (3, 'River'), (4, 'Дождь'), (5, 'Machine'), (6, 'Heart'), (7, 'Straße'),
	(8, 'Corazón'), (9, 'Light'), (10, 'Winter'), (11, 'Radio'), (12, 'Dream 🌙'), (13, '100%'), (14, 'Back\Slash')),
note (k, text) AS (VALUES
	(0, 'best on the night train 🚆'), (1, ''), (2, 'tab	and "quotes" inside'), (3, 'mum''s favourite'), (4, '¿quién canta?'),
	(5, 'two
lines')),
track AS (
	SELECT id, id * 7919 % 1201 AS r,                  -- 1201 is prime: a shuffle
			artist.name AS artist,
			first_word.word || ' ' || second_word.word || CASE WHEN id % 17 = 0 THEN ' (live)' ELSE '' END AS title
		FROM n
		JOIN artist ON artist.k = id * 5 % 13
		JOIN first_word ON first_word.k = id % 11
		JOIN second_word ON second_word.k = id * 7 / 11 % 15)
INSERT INTO tracks (id, spotify_id, title, artist, album, release_date, duration_ms, explicit, popularity, loved, note, payload, created_at)
SELECT id,
		printf('%011x%011x', id * 2654435761 % 17592186044416, r * 40503 + 65537),
		title,
		artist,
		CASE WHEN id % 9 = 0 THEN '' WHEN id % 31 = 0 THEN NULL ELSE 'Album ' || (id / 10 + 1) END,
		CASE WHEN id % 23 <> 0 THEN date('1962-01-05', (r * 19) || ' days') END,
		95000 + r * 331 % 340000,
		id % 6 = 0,
		CASE WHEN id % 29 <> 0 THEN round(r / 12.01, 2) END,
		CASE WHEN id % 4 <> 3 THEN r % 5 = 0 END,
		CASE WHEN id % 8 = 0 THEN (SELECT text FROM note WHERE k = id / 8 % 6) END,
		CASE WHEN id % 13 <> 0 THEN
			json_object('name', title,
				'artists', json_array(json_object('name', artist)),
				'popularity', r / 12,
				'explicit', json(CASE WHEN id % 6 = 0 THEN 'true' ELSE 'false' END),
				'external_ids', json_object('isrc', printf('XX%010d', id * 104729 % 9999999967)),
				'preview_url', NULL,
				'markets', json_array('DE', 'JP', 'BR', 'ZA'))
		END,
		datetime('2023-01-02 06:00:00', (id * 7) || ' hours', (r % 60) || ' seconds')
	FROM track
	ORDER BY id;

-- A list of the top 12 for three periods each week, over two and a half years.
WITH RECURSIVE
week (w) AS (SELECT 0 UNION ALL SELECT w + 1 FROM week WHERE w < 129),
place (rank) AS (SELECT 1 UNION ALL SELECT rank + 1 FROM place WHERE rank < 12),
period (k, name) AS (VALUES (0, 'short_term'), (1, 'medium_term'), (2, 'long_term'))
INSERT INTO snapshots (track_id, period, rank, play_count, taken_at)
SELECT 1 + (w * 7 / (1 + 3 * k) * 31 + rank * 97 + k * 211) % 1200,
		name,
		rank,
		CASE WHEN (w + rank) % 11 <> 0 THEN (13 - rank) * (2 + 5 * k) + w % 4 END,
		datetime('2023-07-03 07:30:00', (w * 7) || ' days', k || ' minutes')
	FROM week, period, place
	ORDER BY w, k, rank;

-- Ids that were given and withdrawn: the next one must not be given twice.
DELETE FROM snapshots WHERE id > 4670;

COMMIT;
