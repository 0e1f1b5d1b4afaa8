-- Computed rows: the same on every run.
BEGIN;

INSERT INTO locations (city, country, latitude, longitude, altitude) VALUES
	('København', 'DK', 55.67594, 12.56553, 14),
	('東京', 'JP', 35.6895, 139.69171, 44),
	('São Paulo', 'BR', -23.5475, -46.63611, 769),
	('القاهرة', 'EG', 30.06263, 31.24967, 23),
	('Αθήνα', 'GR', 37.98376, 23.72784, 42),
	('St. John''s', 'CA', 47.56494, -52.70931, NULL),
	('İstanbul', 'TR', 41.01384, 28.94966, 39),
	('La Paz', 'BO', -16.5, -68.15, 3782);

WITH RECURSIVE
hour (h) AS (SELECT 0 UNION ALL SELECT h + 1 FROM hour WHERE h < 71),
place (k, city, country) AS (SELECT rowid, city, country FROM locations),
reading AS (SELECT h, k, city, country, (h * 37 + k * 53) % 97 AS r FROM hour, place)
INSERT INTO weather_cache (city, country, fetched_at, temperature, raining, summary, payload, icon, ttl)
SELECT city, country,
		datetime('2025-03-29 00:00:00', h || ' hours', k || ' seconds'),
		CASE WHEN r <> 13 THEN round(r / 3.0 - 4, 1) END,
		r % 4 = 0,
		CASE r % 5 WHEN 0 THEN '' WHEN 1 THEN 'sunny ☀️' WHEN 2 THEN 'näßlich' WHEN 3 THEN 'fog' ELSE 'wind "W"' END,
		CASE WHEN r % 19 <> 0 THEN
			json_object('temp', round(r / 3.0 - 4, 1), 'humidity', r, 'wind', json_object('speed', r % 12, 'deg', r * 3),
				'alerts', json(CASE WHEN r > 90 THEN '["storm"]' ELSE '[]' END))
		END,
		CASE r % 7 WHEN 0 THEN NULL WHEN 1 THEN x'' ELSE x'89504e470d0a1a0a00ff' END,
		CASE WHEN r % 2 THEN 900 ELSE 3600 END
	FROM reading
	ORDER BY h, k;

COMMIT;
