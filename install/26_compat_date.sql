
-- Dates and times: a point in time as SQLite keeps it while it works through a time value and its modifiers. Owns the
-- parsing and the arithmetic; what is written about the result is the next part (26_compat_datetime.sql).

/*
 * Milliseconds since noon of 24 November 4714 BC, and beside them the fields of
 * a calendar, each with a flag that says whether it is up to date. As in SQLite
 * fields live until something changes the other side: date('2024-02-30') is the
 * text again, and one modifier turns it into the first of March. over: how many
 * days the day is beyond the end of its month, for the modifier floor.
 */
CREATE TYPE sqlite_compat._moment AS (
	jd bigint, y integer, m integer, d integer, h integer, mi integer, s double precision, tz integer,
	valid_jd boolean, valid_ymd boolean, valid_hms boolean, valid_tz boolean, raw boolean, tz_set boolean, failed boolean,
	subsec boolean, over integer
);
COMMENT ON TYPE sqlite_compat._moment IS 'internal: a point in time while modifiers are applied';

-- Midnight that begins a day of the Gregorian calendar; months and days may be out of range.
CREATE FUNCTION sqlite_compat._day(y integer, m integer, d integer) RETURNS bigint
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT ((36525 * (c.y + 4716)) / 100 + (306001 * (c.m + 1)) / 10000 + d + 2 - c.y / 100 + c.y / 400) * 86400000::bigint - 131716800000
		FROM (SELECT CASE WHEN m <= 2 THEN y - 1 ELSE y END AS y, CASE WHEN m <= 2 THEN m + 12 ELSE m END AS m) AS c;
END;
COMMENT ON FUNCTION sqlite_compat._day(integer, integer, integer) IS 'internal: milliseconds of the Julian period at the beginning of a day';

CREATE FUNCTION sqlite_compat._days_over(y integer, m integer, d integer) RETURNS integer
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT GREATEST(d - CASE WHEN m IN (4, 6, 9, 11) THEN 30 WHEN m <> 2 THEN 31 WHEN y % 4 = 0 AND (y % 100 <> 0 OR y % 400 = 0) THEN 29 ELSE 28 END, 0);
END;
COMMENT ON FUNCTION sqlite_compat._days_over(integer, integer, integer) IS 'internal: days beyond the end of the month';

CREATE FUNCTION sqlite_compat._to_jd(p sqlite_compat._moment) RETURNS sqlite_compat._moment
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF p.valid_jd THEN
		RETURN p;
	END IF;
	IF p.raw OR p.valid_ymd AND p.y NOT BETWEEN -4713 AND 9999 THEN
		RETURN (0, 0, 0, 0, 0, 0, 0, 0, false, false, false, false, false, false, true, false, 0)::sqlite_compat._moment;
	END IF;
	p.jd := CASE WHEN p.valid_ymd THEN sqlite_compat._day(p.y, p.m, p.d) ELSE 211813444800000 END;
	p.valid_jd := true;
	IF p.valid_hms THEN
		p.jd := p.jd + p.h * 3600000 + p.mi * 60000 + trunc(p.s * 1000 + 0.5)::bigint;
		IF p.valid_tz THEN
			p.jd := p.jd - p.tz * 60000;
			p.valid_ymd := false;
			p.valid_hms := false;
			p.valid_tz := false;
		END IF;
	END IF;
	RETURN p;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._to_jd(sqlite_compat._moment) IS 'internal: brings the milliseconds up to date';

CREATE FUNCTION sqlite_compat._to_ymd(p sqlite_compat._moment) RETURNS sqlite_compat._moment
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	z integer;
	a integer;
	b integer;
	c integer;
	day_of_c integer;
	e integer;
BEGIN
	IF p.valid_ymd THEN
		RETURN p;
	END IF;
	IF NOT p.valid_jd THEN
		p.y := 2000;
		p.m := 1;
		p.d := 1;
	ELSIF p.jd NOT BETWEEN 0 AND 464269060799999 THEN
		RETURN (0, 0, 0, 0, 0, 0, 0, 0, false, false, false, false, false, false, true, false, 0)::sqlite_compat._moment;
	ELSE
		-- Meeus, Astronomical Algorithms, chapter 7
		z := (p.jd + 43200000) / 86400000;
		a := trunc((z - 1867216.25) / 36524.25);
		a := z + 1 + a - a / 4;
		b := a + 1524;
		c := trunc((b - 122.1) / 365.25);
		day_of_c := 36525 * (c & 32767) / 100;
		e := trunc((b - day_of_c) / 30.6001);
		p.d := b - day_of_c - trunc(30.6001 * e)::integer;
		p.m := CASE WHEN e < 14 THEN e - 1 ELSE e - 13 END;
		p.y := CASE WHEN p.m > 2 THEN c - 4716 ELSE c - 4715 END;
	END IF;
	p.valid_ymd := true;
	RETURN p;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._to_ymd(sqlite_compat._moment) IS 'internal: brings year, month and day up to date';

CREATE FUNCTION sqlite_compat._to_fields(p sqlite_compat._moment) RETURNS sqlite_compat._moment
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	seconds integer;
BEGIN
	IF NOT p.valid_ymd THEN
		p := sqlite_compat._to_ymd(p);
	END IF;
	IF NOT p.valid_hms THEN
		IF NOT p.valid_jd THEN
			p := sqlite_compat._to_jd(p);
		END IF;
		p.s := ((p.jd + 43200000) % 86400000) / 1000.0::double precision;
		seconds := trunc(p.s);
		p.s := p.s - seconds;
		p.h := seconds / 3600;
		seconds := seconds % 3600;
		p.mi := seconds / 60;
		p.s := p.s + seconds % 60;
		p.raw := false;
		p.valid_hms := true;
	END IF;
	RETURN p;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._to_fields(sqlite_compat._moment) IS 'internal: brings all fields of the calendar up to date';

-- HH:MM, HH:MM:SS or HH:MM:SS.FFF with or without a zone; NULL when it is none of them
CREATE FUNCTION sqlite_compat._parse_time(z text, p sqlite_compat._moment) RETURNS sqlite_compat._moment
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	m text[] := regexp_match(z,
		'^([01][0-9]|2[0-4]):([0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]+))?)?[ \t\n\v\f\r]*(?:([+-])(0[0-9]|1[0-4]):([0-5][0-9])|([Zz]))?[ \t\n\v\f\r]*$');
BEGIN
	IF m IS NULL THEN
		RETURN NULL;
	END IF;
	p.valid_jd := false;
	p.raw := false;
	p.valid_hms := true;
	p.h := m[1];
	p.mi := m[2];
	p.s := coalesce(m[3], '0')::double precision;
	IF m[4] IS NOT NULL THEN
		p.s := p.s + left(m[4], 300)::double precision / ('1e' || least(length(m[4]), 300))::double precision;
	END IF;
	p.tz := CASE WHEN m[5] = '-' THEN -1 ELSE 1 END * (coalesce(m[6], '0')::integer * 60 + coalesce(m[7], '0')::integer);
	p.tz_set := p.tz_set OR coalesce(m[5], m[8]) IS NOT NULL;
	p.valid_tz := p.tz <> 0;
	RETURN p;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._parse_time(text, sqlite_compat._moment) IS 'internal: a time of day as SQLite reads it';

-- A number where a date is expected: a Julian day if it can be one; a modifier may say that it is seconds.
CREATE FUNCTION sqlite_compat._raw_moment(r double precision, p sqlite_compat._moment) RETURNS sqlite_compat._moment
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	p.s := r;
	p.raw := true;
	IF r >= 0 AND r < 5373484.5 THEN
		p.jd := trunc(r * 86400000.0 + 0.5)::bigint;
		p.valid_jd := true;
	END IF;
	RETURN p;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._raw_moment(double precision, sqlite_compat._moment) IS 'internal: a number as a point in time';

/*
 * What a time value says; NULL when it says nothing. fixed: the caller promised
 * always to give the same answer, so "now" is an error, as in SQLite's indexes.
 */
CREATE FUNCTION sqlite_compat._parse_moment(v sqlite_compat.value, fixed boolean) RETURNS sqlite_compat._moment
	LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	z     text := sqlite_compat._raw(v);
	class text;
	m     text[];
	p     sqlite_compat._moment := (0, 0, 0, 0, 0, 0, 0, 0, false, false, false, false, false, false, false, false, 0);
	q     sqlite_compat._moment;
BEGIN
	-- what nearly all time values look like
	IF z ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])( ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])?$' THEN
		p.valid_ymd := true;
		p.y := left(z, 4);
		p.m := substr(z, 6, 2);
		p.d := substr(z, 9, 2);
		IF length(z) > 10 THEN
			p.valid_hms := true;
			p.h := substr(z, 12, 2);
			p.mi := substr(z, 15, 2);
			p.s := substr(z, 18, 2);
		END IF;
		IF p.d > 28 THEN
			p.over := sqlite_compat._days_over(p.y, p.m, p.d);
		END IF;
		RETURN p;
	END IF;
	class := sqlite_compat._class(v);
	IF class = 'null' THEN
		RETURN NULL;
	ELSIF class IN ('integer', 'real') THEN
		RETURN sqlite_compat._raw_moment(sqlite_compat._body(v)::double precision, p);
	END IF;
	z := sqlite_compat.cast_text(v);
	m := regexp_match(z, '^(-?)([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ \t\n\v\f\rT]*(.*)$');
	IF m IS NOT NULL AND m[5] <> '' THEN
		q := sqlite_compat._parse_time(m[5], p);
		IF q.valid_hms THEN
			p := q;
		ELSE
			m := NULL;
		END IF;
	END IF;
	IF m IS NOT NULL THEN
		p.valid_ymd := true;
		p.y := (m[1] || m[2])::integer;
		p.m := m[3];
		p.d := m[4];
		p.over := sqlite_compat._days_over(p.y, p.m, p.d);
		RETURN CASE WHEN p.valid_tz THEN sqlite_compat._to_jd(p) ELSE p END;
	END IF;
	q := sqlite_compat._parse_time(z, p);
	IF q.valid_hms THEN
		RETURN q;
	ELSIF lower(z COLLATE "C") IN ('now', 'subsec', 'subsecond') THEN
		IF fixed THEN
			PERFORM sqlite_compat._not_fixed(lower(z COLLATE "C"));
		END IF;
		p.jd := floor(EXTRACT(epoch FROM statement_timestamp()) * 1000)::bigint + 210866760000000;
		p.valid_jd := true;
		p.subsec := lower(z COLLATE "C") <> 'now';
		RETURN p;
	ELSIF sqlite_compat._is_number(z) THEN
		RETURN sqlite_compat._raw_moment(sqlite_compat._to_double(z), p);
	END IF;
	RETURN NULL;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._parse_moment(sqlite_compat.value, boolean) IS 'internal: a time value as SQLite reads it';

CREATE FUNCTION sqlite_compat._not_fixed(word text) RETURNS void
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
		MESSAGE = pg_catalog.format('"%s" in a date function that must always give the same answer', word),
		HINT = 'Use the function without "immutable_" in its name; indexes and generated columns cannot hold it.';
END;
$$;
COMMENT ON FUNCTION sqlite_compat._not_fixed(text) IS 'internal: the error of an immutable date function that was asked for the current time or zone';

/*
 * UTC to the time zone of the session, in fields. SQLite asks the C library
 * only about 1970 to 2037 and takes other years for one of the same kind of
 * leap year around 2000; so does this.
 */
CREATE FUNCTION sqlite_compat._to_local(p sqlite_compat._moment) RETURNS sqlite_compat._moment
	LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	x     sqlite_compat._moment;
	shift integer := 0;
	at    bigint;
	there timestamp;
BEGIN
	p := sqlite_compat._to_jd(p);
	at := p.jd;
	IF p.jd < 210866760000000 OR p.jd > 213014145600000 THEN
		x := sqlite_compat._to_fields(p);
		shift := 2000 + x.y % 4 - x.y;
		x.y := x.y + shift;
		x.valid_jd := false;
		x := sqlite_compat._to_jd(x);
		at := x.jd;
	END IF;
	there := to_timestamp(at / 1000 - 210866760000) AT TIME ZONE current_setting('TimeZone');
	p.y := EXTRACT(year FROM there)::integer - shift;
	p.m := EXTRACT(month FROM there);
	p.d := EXTRACT(day FROM there);
	p.h := EXTRACT(hour FROM there);
	p.mi := EXTRACT(minute FROM there);
	p.s := EXTRACT(second FROM there)::double precision + (p.jd % 1000) * 0.001::double precision;
	p.valid_ymd := true;
	p.valid_hms := true;
	p.valid_jd := false;
	p.raw := false;
	p.valid_tz := false;
	p.failed := false;
	RETURN p;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._to_local(sqlite_compat._moment) IS 'internal: the modifier localtime';

-- The time zone of the session to UTC: the moment whose local time this is, by at most four steps.
CREATE FUNCTION sqlite_compat._to_utc(p sqlite_compat._moment) RETURNS sqlite_compat._moment
	LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	local_jd bigint;
	guess    bigint;
	error    bigint := 0;
	x        sqlite_compat._moment;
BEGIN
	IF p.tz_set THEN
		RETURN p;
	END IF;
	p := sqlite_compat._to_jd(p);
	local_jd := p.jd;
	guess := p.jd;
	FOR step IN 1..4 LOOP
		guess := guess - error;
		x := (guess, 0, 0, 0, 0, 0, 0, 0, true, false, false, false, false, false, false, false, 0);
		x := sqlite_compat._to_jd(sqlite_compat._to_local(x));
		error := x.jd - local_jd;
		EXIT WHEN error = 0;
	END LOOP;
	RETURN (guess, 0, 0, 0, 0, 0, 0, 0, true, false, false, false, false, true, false, p.subsec, 0)::sqlite_compat._moment;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._to_utc(sqlite_compat._moment) IS 'internal: the modifier utc';
