-- Music Time Machine: what an application keeps that asks a music service every week which tracks you played most.
CREATE TABLE tracks (
	id            INTEGER PRIMARY KEY,
	spotify_id    TEXT NOT NULL UNIQUE,
	title         TEXT NOT NULL,
	artist        TEXT NOT NULL,
	album         TEXT,                                -- '' for a single, NULL when the service did not say
	release_date  DATE,
	duration_ms   INTEGER NOT NULL,
	explicit      BOOLEAN NOT NULL DEFAULT 0,
	popularity    REAL,
	loved         BOOLEAN,
	note          VARCHAR(80),
	payload       JSON,                                -- the answer of the service, as it came
	created_at    TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE snapshots (
	id            INTEGER PRIMARY KEY AUTOINCREMENT,
	track_id      INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
	period        VARCHAR(20) NOT NULL DEFAULT 'short_term',
	rank          INTEGER NOT NULL,
	play_count    INTEGER,
	taken_at      TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
	UNIQUE (period, taken_at, rank)
);

CREATE INDEX tracks_artist ON tracks (artist, title);
CREATE INDEX tracks_release_date ON tracks (release_date DESC);
CREATE INDEX snapshots_track ON snapshots (track_id, taken_at);
