-- What values say beyond declarations. Owns the rules, which are rows, and what counts of values prove about a type; knows
-- no table: the counts come from profile().

CREATE TABLE sqlite_mig.value_rule (
	priority     integer PRIMARY KEY,
	declared     text NOT NULL,
	recognisers  text[] NOT NULL CHECK (cardinality(recognisers) > 0 AND array_position(recognisers, NULL) IS NULL),
	share        numeric NOT NULL DEFAULT 1 CHECK (share > 0 AND share <= 1),
	target_type  text NOT NULL,
	format       text,
	apply        boolean NOT NULL DEFAULT true,
	effect       text NOT NULL DEFAULT 'converted' CHECK (effect IN ('converted', 'guessed')),
	confidence   numeric NOT NULL CHECK (confidence BETWEEN 0 AND 1),
	reason       text NOT NULL,
	builtin      boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE sqlite_mig.value_rule IS
	'types that the values of a column suggest, tried in order of priority before the candidates of type_rule; a superuser may add rules, or change these';
COMMENT ON COLUMN sqlite_mig.value_rule.declared IS
	'regular expression over the declared type in upper case with single blanks; the empty string is a column without a type';
COMMENT ON COLUMN sqlite_mig.value_rule.recognisers IS 'recognisers of profile() that exclude each other; the rule asks for the sum of their matches';
COMMENT ON COLUMN sqlite_mig.value_rule.share IS
	'share of the values (but NULL) that must match; below 1, values that do not fit become NULL by the column option on_error, and the ledger counts them';
COMMENT ON COLUMN sqlite_mig.value_rule.apply IS 'false: the column keeps the type of type_rule, and the ledger has a word of advice';
COMMENT ON COLUMN sqlite_mig.value_rule.effect IS 'guessed where the values can be read in two ways; the ledger says so';
COMMENT ON COLUMN sqlite_mig.value_rule.confidence IS 'of the proposal if there are many values; few values make it less';
COMMENT ON COLUMN sqlite_mig.value_rule.builtin IS 'true for the rules of the extension; false for yours, which pg_dump carries';
GRANT SELECT ON sqlite_mig.value_rule TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('sqlite_mig.value_rule', 'WHERE NOT builtin');

-- Text that is declared as text, or not at all; numbers and blobs that are declared as times. A type that the declaration
-- asks for by name (type_rule) needs no rule here. Numbers in TEXT are no rule: 007 and 1.50 would not survive.
INSERT INTO sqlite_mig.value_rule (priority, declared, recognisers, target_type, format, apply, effect, confidence, reason, builtin) VALUES
	(100, '^$|CHAR|CLOB|TEXT|^STRING', '{iso_timestamp,iso_timestamptz}', 'timestamptz', NULL, true, 'converted', 0.95, 'every value is a timestamp', true),
	(110, '^$|CHAR|CLOB|TEXT|^STRING', '{iso_date}', 'date', NULL, true, 'converted', 0.95, 'every value is a date', true),
	(120, '^$|CHAR|CLOB|TEXT|^STRING', '{json_object,json_array}', 'jsonb', NULL, true, 'converted', 0.95, 'every value is a JSON object or array', true),
	(200, '^(TIMESTAMP|DATE)', '{unixepoch}', 'timestamptz', 'unixepoch', true, 'converted', 0.95, 'every value counts seconds since 1970', true),
	(210, '^(TIMESTAMP|DATE)', '{unixepoch_ms}', 'timestamptz', 'unixepoch_ms', true, 'converted', 0.95, 'every value counts milliseconds since 1970', true),
	(220, '^(TIMESTAMP|DATE)', '{unixepoch_us}', 'timestamptz', 'unixepoch_us', true, 'converted', 0.95, 'every value counts microseconds since 1970', true),
	(230, '^(TIMESTAMP|DATE)', '{unixepoch_ns}', 'timestamptz', 'unixepoch_ns', true, 'converted', 0.95, 'every value counts nanoseconds since 1970', true),
	(240, '^(TIMESTAMP|DATE)', '{julianday}', 'timestamptz', 'julianday', true, 'converted', 0.95, 'every value is a Julian day', true),
	(250, '^(TIMESTAMP|DATE)', '{dotnet_ticks}', 'timestamptz', 'dotnet_ticks', true, 'converted', 0.95, 'every value counts ticks of .NET', true),
	(260, '^(TIMESTAMP|DATE)', '{webkit}', 'timestamptz', 'webkit', true, 'converted', 0.95, 'every value counts microseconds since 1601', true),
	(270, '^(TIMESTAMP|DATE)', '{cocoa}', 'timestamptz', 'cocoa', true, 'guessed', 0.6,
	 'every value is a time from 2005 on in seconds since 2001, but could be one before 2000 in seconds since 1970', true),
	-- advice: what the declaration does not ask for and an application would notice
	(300, '^$|CHAR|CLOB|TEXT|^STRING', '{uuid,uuid_hex}', 'uuid', NULL, false, 'converted', 0.9, 'every value is a UUID', true),
	(310, '^$|CHAR|CLOB|TEXT|^STRING', '{boolean_words}', 'boolean', NULL, false, 'converted', 0.9, 'every value is a word for true or false', true),
	(320, '^$|CHAR|CLOB|TEXT|^STRING', '{mac}', 'macaddr', NULL, false, 'converted', 0.9, 'every value is a MAC address', true),
	(330, '^$|CHAR|CLOB|TEXT|^STRING', '{ip}', 'inet', NULL, false, 'converted', 0.9, 'every value is an IP address', true),
	(340, '^$|CHAR|CLOB|TEXT|^STRING', '{iso_time}', 'time', NULL, false, 'converted', 0.7, 'every value is a time of day, or a duration', true),
	(350, '^(DATETIME|TIMESTAMP)', '{iso_date}', 'date', NULL, false, 'converted', 0.7, 'every value is a date without a time', true),
	(400, '^$|INT|REAL|FLOA|DOUB', '{unixepoch}', 'timestamptz', 'unixepoch', false, 'guessed', 0.5, 'every value could be a time in seconds since 1970', true),
	(410, '^$|INT', '{unixepoch_ms}', 'timestamptz', 'unixepoch_ms', false, 'guessed', 0.5, 'every value could be a time in milliseconds since 1970', true),
	(420, '^$|INT', '{unixepoch_us}', 'timestamptz', 'unixepoch_us', false, 'guessed', 0.5, 'every value could be a time in microseconds since 1970', true),
	(430, '^$|INT', '{webkit}', 'timestamptz', 'webkit', false, 'guessed', 0.5, 'every value could be a time in microseconds since 1601', true),
	(440, '^$|INT', '{dotnet_ticks}', 'timestamptz', 'dotnet_ticks', false, 'guessed', 0.5, 'every value could be a time in ticks of .NET', true),
	(450, '^$|INT', '{unixepoch_ns}', 'timestamptz', 'unixepoch_ns', false, 'guessed', 0.5, 'every value could be a time in nanoseconds since 1970', true),
	(460, '^$|REAL|FLOA|DOUB', '{julianday}', 'timestamptz', 'julianday', false, 'guessed', 0.5, 'every value could be a Julian day', true);

/* How many values of a column recognisers know, by the row of profile(); 0 when none was seen. */
CREATE FUNCTION sqlite_mig_internal._recognised(evidence jsonb, recognisers text[]) RETURNS bigint
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	name text;
	n    bigint := 0;
BEGIN
	FOREACH name IN ARRAY recognisers LOOP
		n := n + coalesce((evidence #>> ARRAY['recognised', name, 'matches'])::bigint, 0);
	END LOOP;
	RETURN n;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._recognised(jsonb, text[]) IS 'internal: matches of recognisers in the evidence of a column';

CREATE TYPE sqlite_mig_internal._counts AS (
	rows           bigint,
	nulls          bigint,
	integers       bigint,
	reals          bigint,
	texts          bigint,
	blobs          bigint,
	empty_strings  bigint,
	min_int        bigint,
	max_int        bigint,
	min_real       double precision,
	max_real       double precision,
	integral_reals bigint,
	max_digits     bigint,
	max_scale      bigint,
	min_chars      bigint,
	max_chars      bigint,
	max_bytes      bigint,
	flaws          bigint,
	json_flaws     bigint,
	json_unsure    bigint,
	naive          bigint,
	zoned          bigint,
	days           bigint,
	day_times      bigint,
	zero_dates     bigint,
	zero_one       bigint,
	words          bigint,
	numbers        bigint,
	json           bigint,
	uuids          bigint
);
COMMENT ON TYPE sqlite_mig_internal._counts IS 'internal: the counts in the evidence of a column that _evidence_says goes by';

/* The counts in the evidence of a column: read once, for all the types it could have. */
CREATE FUNCTION sqlite_mig_internal._counts(evidence jsonb) RETURNS SETOF sqlite_mig_internal._counts
	LANGUAGE sql STABLE ROWS 1
BEGIN ATOMIC
	SELECT r.rows, r.nulls, r.integers, r.reals, r.texts, r.blobs, r.empty_strings, r.min_int, r.max_int, r.min_real, r.max_real,
			coalesce(r.integral_reals, 0), r.max_digits, r.max_scale, r.min_chars, r.max_chars, r.max_bytes,
			r.invalid_utf8 + r.nul_bytes, r.json_u0000 + r.json_duplicate_keys + r.json_unsure, r.json_unsure,
			coalesce((r.recognised #>> '{iso_timestamp,matches}')::bigint, 0),
			coalesce((r.recognised #>> '{iso_timestamptz,matches}')::bigint, 0),
			coalesce((r.recognised #>> '{iso_date,matches}')::bigint, 0),
			coalesce((r.recognised #>> '{iso_time,matches}')::bigint, 0),
			coalesce((r.recognised #>> '{zero_date,matches}')::bigint, 0),
			coalesce((r.recognised #>> '{zero_one,matches}')::bigint, 0),
			coalesce((r.recognised #>> '{boolean_words,matches}')::bigint, 0),
			coalesce((r.recognised #>> '{numeric_point,matches}')::bigint, 0),
			coalesce((r.recognised #>> '{json_object,matches}')::bigint, 0) + coalesce((r.recognised #>> '{json_array,matches}')::bigint, 0),
			coalesce((r.recognised #>> '{uuid,matches}')::bigint, 0) + coalesce((r.recognised #>> '{uuid_hex,matches}')::bigint, 0)
				+ coalesce((r.recognised #>> '{uuid_blob,matches}')::bigint, 0)
		FROM jsonb_to_record(_counts.evidence) AS r (rows bigint, nulls bigint, integers bigint, reals bigint, texts bigint, blobs bigint, empty_strings bigint,
			min_int bigint, max_int bigint, max_chars bigint, integral_reals bigint, invalid_utf8 bigint, nul_bytes bigint, max_bytes bigint,
			json_u0000 bigint, json_duplicate_keys bigint, json_unsure bigint, min_chars bigint, min_real double precision, max_real double precision,
			max_digits bigint, max_scale bigint, recognised jsonb);
END;
COMMENT ON FUNCTION sqlite_mig_internal._counts(jsonb) IS 'internal: the counts in the evidence of a column';

/*
 * What the counts of profile() say of a type, one row: 'proved' when every
 * value fits exactly, 'unlikely' when some do not, else 'likely'; only the first
 * is certain, the others decide what is tried. "empties" and "zeros" say that
 * '' and dates of zeros will be NULL, "utc" that times without a zone are in
 * UTC. A row, not a value, so that in FROM it becomes part of the query that
 * asks, for thousands of columns.
 */
CREATE FUNCTION sqlite_mig_internal._evidence_says(n sqlite_mig_internal._counts, type text, format text, empties boolean DEFAULT false, zeros boolean DEFAULT false,
		utc boolean DEFAULT false) RETURNS TABLE (says text)
	LANGUAGE sql STABLE ROWS 1
BEGIN ATOMIC
	SELECT CASE
		WHEN format IS NOT NULL AND format <> 'any' THEN 'likely'
		WHEN e.odd = 0 AND CASE e.base
				WHEN 'bigint' THEN e.integers = e.vals
				WHEN 'integer' THEN e.integers = e.vals AND e.min_int >= -2147483648 AND e.max_int <= 2147483647
				WHEN 'smallint' THEN e.integers = e.vals AND e.min_int >= -32768 AND e.max_int <= 32767
				-- reals, but for -0.0 and infinity; digits in front and behind apart
				WHEN 'numeric' THEN (e.integers = e.vals OR e.integers + e.reals = e.vals AND (e.min_real > 0 AND e.max_real < 'Infinity' OR e.max_real < 0 AND e.min_real > '-Infinity'))
					AND (e.digits IS NULL OR e.max_scale <= e.scale AND e.max_digits - e.max_scale <= e.digits - e.scale)
				WHEN 'double precision' THEN e.reals = e.vals
				WHEN 'boolean' THEN e.integers = e.vals AND e.zero_one = e.vals
				-- of 19 characters: four digits of year, seconds, no fraction; hours that the clocks skip are not in UTC
				WHEN 'timestamptz' THEN utc AND e.naive = e.vals AND e.min_chars = 19 AND e.max_chars = 19
				WHEN 'timestamp' THEN utc AND e.naive = e.vals AND e.min_chars = 19 AND e.max_chars = 19
				WHEN 'date' THEN e.days = e.vals AND e.min_chars = 10 AND e.max_chars = 10
				WHEN 'bytea' THEN e.blobs = e.vals
				-- the scan is as strict as the type, as long as what it saw is all there is
				WHEN 'jsonb' THEN e.texts = e.vals AND e.json = e.vals AND e.clean AND e.json_flaws = 0 AND e.max_bytes < 100000000
				WHEN 'text' THEN e.texts = e.vals AND e.clean AND type = 'text'
				WHEN 'varchar' THEN e.texts = e.vals AND e.clean AND e.max_chars <= e.length
			END THEN 'proved'
		WHEN CASE
				WHEN e.base IN ('bigint', 'integer', 'smallint') THEN e.integers + e.integral_reals + e.numbers >= e.vals
				WHEN e.base IN ('numeric', 'double precision') THEN e.integers + e.reals + e.numbers >= e.vals
				WHEN e.base = 'boolean' THEN e.zero_one + e.words >= e.vals
				WHEN e.base IN ('timestamptz', 'timestamp') THEN e.naive + e.zoned + e.days + e.zero_dates >= e.vals
				WHEN e.base = 'date' THEN e.days + e.zero_dates >= e.vals
				WHEN e.base = 'time' THEN e.day_times >= e.vals
				WHEN e.base = 'jsonb' THEN e.json >= e.vals AND e.json_flaws = e.json_unsure
				WHEN e.base = 'uuid' THEN e.uuids >= e.vals
				WHEN e.base = 'varchar' THEN e.texts = e.vals AND e.max_chars <= e.length
				WHEN e.base = 'text' AND format IS NULL THEN e.texts = e.vals
				ELSE true
			END THEN 'likely'
		ELSE 'unlikely' END
		FROM (SELECT (n).integers, (n).reals, (n).texts, (n).blobs, (n).min_int, (n).max_int, (n).max_chars, (n).integral_reals, (n).max_bytes, (n).json_flaws, (n).json_unsure,
				(n).rows - (n).nulls - CASE WHEN empties THEN (n).empty_strings ELSE 0 END AS vals,
				-- values that will be NULL are in no proof
				CASE WHEN empties THEN (n).empty_strings ELSE 0 END AS odd,
				(n).flaws = 0 AND getdatabaseencoding() = 'UTF8' AS clean,
				(n).min_chars, (n).min_real, (n).max_real, (n).max_digits, (n).max_scale, (n).naive, (n).zoned, (n).days, (n).day_times, (n).zero_one, (n).words, (n).numbers, (n).json, (n).uuids,
				CASE WHEN zeros THEN (n).zero_dates ELSE 0 END AS zero_dates,
				btrim(regexp_replace(type, '\(.*$', '')) AS base,
				coalesce(substring(type, '^varchar\(([0-9]{1,8})\)$')::integer, 0) AS length,
				t.m[1]::integer AS digits, coalesce(t.m[2]::integer, 0) AS scale
			FROM (SELECT regexp_match(type, '^numeric\(([0-9]{1,4})(?:,([0-9]{1,4}))?\)$') AS m) AS t
			-- worked out once, not at every place that uses it
			OFFSET 0) AS e;
END;
COMMENT ON FUNCTION sqlite_mig_internal._evidence_says(sqlite_mig_internal._counts, text, text, boolean, boolean, boolean) IS 'internal: what the counts of values prove about a type';
