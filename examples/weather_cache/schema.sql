-- Weather cache: answers of a weather service, kept for as long as they are good.
CREATE TABLE locations (
	city       TEXT NOT NULL,
	country    CHAR(2) NOT NULL,
	latitude   DECIMAL(8,5) NOT NULL,
	longitude  DECIMAL(8,5) NOT NULL,
	altitude   INTEGER,
	PRIMARY KEY (city, country)
);

CREATE TABLE weather_cache (
	city         TEXT NOT NULL,
	country      CHAR(2) NOT NULL,
	fetched_at   DATETIME NOT NULL,
	temperature  REAL,
	raining      BOOLEAN NOT NULL DEFAULT 0,
	summary      TEXT NOT NULL DEFAULT '',
	payload      JSON,
	icon         BLOB,
	ttl          INTEGER NOT NULL DEFAULT 900,
	PRIMARY KEY (city, country, fetched_at),
	FOREIGN KEY (city, country) REFERENCES locations (city, country) ON UPDATE CASCADE
);

CREATE INDEX weather_cache_fetched_at ON weather_cache (fetched_at);
