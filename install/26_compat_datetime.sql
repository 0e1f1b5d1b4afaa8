
-- SQLite's date and time functions. Each exists twice: under its own name, where it may be asked for the current time
-- and is STABLE; and as immutable_..., for indexes and generated columns, where "now", "localtime" and "utc" are an error,
-- as they are in SQLite there. The zone of "localtime" and "utc" is the session's TimeZone.

CREATE FUNCTION sqlite_compat._date_text(p sqlite_compat._moment) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN (p).y < 0 THEN '-' ELSE '' END || pg_catalog.lpad(pg_catalog.abs((p).y)::text, 4, '0')
		|| '-' || pg_catalog.lpad((p).m::text, 2, '0') || '-' || pg_catalog.lpad((p).d::text, 2, '0');
END;
COMMENT ON FUNCTION sqlite_compat._date_text(sqlite_compat._moment) IS 'internal: YYYY-MM-DD';

CREATE FUNCTION sqlite_compat._time_text(p sqlite_compat._moment) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.lpad((p).h::text, 2, '0') || ':' || pg_catalog.lpad((p).mi::text, 2, '0') || ':' || pg_catalog.lpad(pg_catalog.trunc((p).s)::text, 2, '0')
		|| CASE WHEN (p).subsec THEN '.' || pg_catalog.lpad((pg_catalog.trunc(LEAST((p).s, 59.999) * 1000 + 0.5) - pg_catalog.trunc((p).s) * 1000)::text, 3, '0') ELSE '' END;
END;
COMMENT ON FUNCTION sqlite_compat._time_text(sqlite_compat._moment) IS 'internal: HH:MM:SS, or HH:MM:SS.SSS after the modifier subsec';

/*
 * The conversions of strftime, with those of SQLite 3.44 (e F G g I k l p P R T
 * u U V); NULL when the format has one that is none.
 * %f shows no more than 59.999, whatever the rounding says.
 */
CREATE FUNCTION sqlite_compat._strftime(format text, p sqlite_compat._moment) RETURNS text
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	rest    text := format;
	result  text := '';
	part    text;
	day     integer;
	weekday integer;
	iso     sqlite_compat._moment;
BEGIN
	IF format IS NULL OR p.jd IS NULL THEN
		RETURN NULL;
	END IF;
	-- days since 1 January, and days since Monday
	day := (p.jd - (sqlite_compat._day(p.y, 1, 1) + p.h * 3600000 + p.mi * 60000 + trunc(p.s * 1000 + 0.5)::bigint) + 43200000) / 86400000;
	weekday := (p.jd + 43200000) / 86400000 % 7;
	IF format ~ '%[GgV]' THEN
		-- a week belongs to the year of its Thursday
		iso := p;
		iso.jd := p.jd + (3 - weekday) * 86400000;
		iso.valid_ymd := false;
		iso.valid_jd := true;
		iso := sqlite_compat._to_ymd(iso);
	END IF;
	LOOP
		part := split_part(rest, '%', 1);
		result := result || part;
		rest := substr(rest, length(part) + 1);
		EXIT WHEN rest = '';
		part := CASE substr(rest, 2, 1) COLLATE "C"
			WHEN 'd' THEN lpad(p.d::text, 2, '0')
			WHEN 'e' THEN lpad(p.d::text, 2)
			WHEN 'F' THEN sqlite_compat._strftime('%Y-%m-%d', p)
			WHEN 'f' THEN lpad(sqlite_compat._digits('f', least(p.s, 59.999), 3, false, false), 6, '0')
			WHEN 'H' THEN lpad(p.h::text, 2, '0')
			WHEN 'I' THEN lpad(((p.h + 11) % 12 + 1)::text, 2, '0')
			WHEN 'k' THEN lpad(p.h::text, 2)
			WHEN 'l' THEN lpad(((p.h + 11) % 12 + 1)::text, 2)
			WHEN 'p' THEN CASE WHEN p.h >= 12 THEN 'PM' ELSE 'AM' END
			WHEN 'P' THEN CASE WHEN p.h >= 12 THEN 'pm' ELSE 'am' END
			WHEN 'R' THEN left(sqlite_compat._time_text(p), 5)
			WHEN 'T' THEN left(sqlite_compat._time_text(p), 8)
			WHEN 'u' THEN (weekday + 1)::text
			WHEN 'U' THEN lpad(((day + 7 - (weekday + 1) % 7) / 7)::text, 2, '0')
			WHEN 'j' THEN lpad((day + 1)::text, greatest(3, length((day + 1)::text)), '0')
			WHEN 'J' THEN sqlite_compat._digits('g', p.jd / 86400000.0::double precision, 16, false, false)
			WHEN 'm' THEN lpad(p.m::text, 2, '0')
			WHEN 'M' THEN lpad(p.mi::text, 2, '0')
			WHEN 's' THEN CASE WHEN p.subsec THEN ((p.jd - 210866760000000) * 0.001)::numeric(20, 3)::text ELSE (p.jd / 1000 - 210866760000)::text END
			WHEN 'S' THEN lpad(trunc(p.s)::text, 2, '0')
			WHEN 'w' THEN ((weekday + 1) % 7)::text
			WHEN 'W' THEN lpad(((day + 7 - weekday) / 7)::text, 2, '0')
			-- (the sign is one of the four characters)
			WHEN 'Y' THEN CASE WHEN p.y < 0 THEN '-' || lpad(abs(p.y)::text, greatest(3, length(abs(p.y)::text)), '0') ELSE lpad(p.y::text, 4, '0') END
			WHEN 'G' THEN sqlite_compat._strftime('%Y', iso)
			WHEN 'g' THEN right(sqlite_compat._strftime('%Y', iso), 2)
			WHEN 'V' THEN lpad(((iso.jd - sqlite_compat._day(iso.y, 1, 1)) / 604800000 + 1)::text, 2, '0')
			WHEN '%' THEN '%'
			END;
		IF part IS NULL THEN
			RETURN NULL;
		END IF;
		result := result || part;
		rest := substr(rest, 3);
	END LOOP;
	RETURN result;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._strftime(text, sqlite_compat._moment) IS 'internal: a moment in the format of strftime';

CREATE FUNCTION sqlite_compat.date(timevalue sqlite_compat.value DEFAULT 'now', VARIADIC modifiers text[] DEFAULT '{}') RETURNS text
	LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._date_text(m.p)
		FROM (SELECT sqlite_compat._moment(timevalue, modifiers, false) AS p OFFSET 0) AS m;
END;
COMMENT ON FUNCTION sqlite_compat.date(sqlite_compat.value, text[]) IS 'SQLite: date(timevalue, modifier, ...): YYYY-MM-DD';

CREATE FUNCTION sqlite_compat.immutable_date(timevalue sqlite_compat.value, VARIADIC modifiers text[] DEFAULT '{}') RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._date_text(m.p)
		FROM (SELECT sqlite_compat._moment(timevalue, modifiers, true) AS p OFFSET 0) AS m;
END;
COMMENT ON FUNCTION sqlite_compat.immutable_date(sqlite_compat.value, text[]) IS 'SQLite: date(timevalue, modifier, ...) where the answer must never change; an error for now, localtime and utc';

CREATE FUNCTION sqlite_compat.time(timevalue sqlite_compat.value DEFAULT 'now', VARIADIC modifiers text[] DEFAULT '{}') RETURNS text
	LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._time_text(m.p)
		FROM (SELECT sqlite_compat._moment(timevalue, modifiers, false) AS p OFFSET 0) AS m;
END;
COMMENT ON FUNCTION sqlite_compat.time(sqlite_compat.value, text[]) IS 'SQLite: time(timevalue, modifier, ...): HH:MM:SS';

CREATE FUNCTION sqlite_compat.immutable_time(timevalue sqlite_compat.value, VARIADIC modifiers text[] DEFAULT '{}') RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._time_text(m.p)
		FROM (SELECT sqlite_compat._moment(timevalue, modifiers, true) AS p OFFSET 0) AS m;
END;
COMMENT ON FUNCTION sqlite_compat.immutable_time(sqlite_compat.value, text[]) IS 'SQLite: time(timevalue, modifier, ...) where the answer must never change; an error for now, localtime and utc';

CREATE FUNCTION sqlite_compat.datetime(timevalue sqlite_compat.value DEFAULT 'now', VARIADIC modifiers text[] DEFAULT '{}') RETURNS text
	LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._date_text(m.p) || ' ' || sqlite_compat._time_text(m.p)
		FROM (SELECT sqlite_compat._moment(timevalue, modifiers, false) AS p OFFSET 0) AS m;
END;
COMMENT ON FUNCTION sqlite_compat.datetime(sqlite_compat.value, text[]) IS 'SQLite: datetime(timevalue, modifier, ...): YYYY-MM-DD HH:MM:SS';

CREATE FUNCTION sqlite_compat.immutable_datetime(timevalue sqlite_compat.value, VARIADIC modifiers text[] DEFAULT '{}') RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._date_text(m.p) || ' ' || sqlite_compat._time_text(m.p)
		FROM (SELECT sqlite_compat._moment(timevalue, modifiers, true) AS p OFFSET 0) AS m;
END;
COMMENT ON FUNCTION sqlite_compat.immutable_datetime(sqlite_compat.value, text[]) IS 'SQLite: datetime(timevalue, modifier, ...) where the answer must never change; an error for now, localtime and utc';

CREATE FUNCTION sqlite_compat.julianday(timevalue sqlite_compat.value DEFAULT 'now', VARIADIC modifiers text[] DEFAULT '{}') RETURNS double precision
	LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT (m.p).jd / 86400000.0::double precision
		FROM (SELECT sqlite_compat._moment(timevalue, modifiers, false) AS p OFFSET 0) AS m;
END;
COMMENT ON FUNCTION sqlite_compat.julianday(sqlite_compat.value, text[]) IS 'SQLite: julianday(timevalue, modifier, ...): the Julian day number';

CREATE FUNCTION sqlite_compat.immutable_julianday(timevalue sqlite_compat.value, VARIADIC modifiers text[] DEFAULT '{}') RETURNS double precision
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT (m.p).jd / 86400000.0::double precision
		FROM (SELECT sqlite_compat._moment(timevalue, modifiers, true) AS p OFFSET 0) AS m;
END;
COMMENT ON FUNCTION sqlite_compat.immutable_julianday(sqlite_compat.value, text[]) IS 'SQLite: julianday(timevalue, modifier, ...) where the answer must never change; an error for now, localtime and utc';

CREATE FUNCTION sqlite_compat.unixepoch(timevalue sqlite_compat.value DEFAULT 'now', VARIADIC modifiers text[] DEFAULT '{}') RETURNS bigint
	LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT (m.p).jd / 1000 - 210866760000
		FROM (SELECT sqlite_compat._moment(timevalue, modifiers, false) AS p OFFSET 0) AS m;
END;
COMMENT ON FUNCTION sqlite_compat.unixepoch(sqlite_compat.value, text[]) IS 'SQLite: unixepoch(timevalue, modifier, ...): seconds since 1970, whole ones after the modifier subsec too';

CREATE FUNCTION sqlite_compat.immutable_unixepoch(timevalue sqlite_compat.value, VARIADIC modifiers text[] DEFAULT '{}') RETURNS bigint
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT (m.p).jd / 1000 - 210866760000
		FROM (SELECT sqlite_compat._moment(timevalue, modifiers, true) AS p OFFSET 0) AS m;
END;
COMMENT ON FUNCTION sqlite_compat.immutable_unixepoch(sqlite_compat.value, text[]) IS 'SQLite: unixepoch(timevalue, modifier, ...) where the answer must never change; an error for now, localtime and utc';

CREATE FUNCTION sqlite_compat.strftime(format text, timevalue sqlite_compat.value DEFAULT 'now', VARIADIC modifiers text[] DEFAULT '{}') RETURNS text
	LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._strftime(format, sqlite_compat._moment(timevalue, modifiers, false));
END;
COMMENT ON FUNCTION sqlite_compat.strftime(text, sqlite_compat.value, text[]) IS 'SQLite: strftime(format, timevalue, modifier, ...)';

CREATE FUNCTION sqlite_compat.immutable_strftime(format text, timevalue sqlite_compat.value, VARIADIC modifiers text[] DEFAULT '{}') RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._strftime(format, sqlite_compat._moment(timevalue, modifiers, true));
END;
COMMENT ON FUNCTION sqlite_compat.immutable_strftime(text, sqlite_compat.value, text[]) IS 'SQLite: strftime(format, timevalue, modifier, ...) where the answer must never change; an error for now, localtime and utc';

/*
 * Years, months, days and time from b to a, so that b with that as a modifier
 * is a: b takes the year and the month of a, steps back by months while it is
 * beyond, and what is left is days.
 */
CREATE FUNCTION sqlite_compat._timediff(a sqlite_compat._moment, b sqlite_compat._moment) RETURNS text
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	direction integer := CASE WHEN a.jd >= b.jd THEN 1 ELSE -1 END;
	months    integer := direction * ((a.y - b.y) * 12 + a.m - b.m);
	rest      bigint;
BEGIN
	IF a.jd IS NULL OR b.jd IS NULL THEN
		RETURN NULL;
	END IF;
	b.y := a.y;
	b.m := a.m;
	LOOP
		b.valid_jd := false;
		b.valid_ymd := true;
		b := sqlite_compat._to_jd(b);
		rest := direction * (a.jd - b.jd);
		EXIT WHEN rest >= 0;
		months := months - 1;
		b.m := b.m - direction;
		b.y := b.y + CASE b.m WHEN 0 THEN -1 WHEN 13 THEN 1 ELSE 0 END;
		b.m := CASE b.m WHEN 0 THEN 12 WHEN 13 THEN 1 ELSE b.m END;
	END LOOP;
	RETURN format('%s%s-%s-%s %s:%s:%s', CASE WHEN direction > 0 THEN '+' ELSE '-' END, lpad((months / 12)::text, 4, '0'), lpad((months % 12)::text, 2, '0'),
		lpad((rest / 86400000)::text, 2, '0'), lpad((rest / 3600000 % 24)::text, 2, '0'), lpad((rest / 60000 % 60)::text, 2, '0'),
		lpad((rest % 60000 / 1000.0)::numeric(5, 3)::text, 6, '0'));
END;
$$;
COMMENT ON FUNCTION sqlite_compat._timediff(sqlite_compat._moment, sqlite_compat._moment) IS 'internal: timediff of two moments';

CREATE FUNCTION sqlite_compat.timediff(a sqlite_compat.value, b sqlite_compat.value) RETURNS text
	LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._timediff(sqlite_compat._moment(a, '{}', false), sqlite_compat._moment(b, '{}', false));
END;
COMMENT ON FUNCTION sqlite_compat.timediff(sqlite_compat.value, sqlite_compat.value) IS 'SQLite 3.43: timediff(a, b)';

CREATE FUNCTION sqlite_compat.immutable_timediff(a sqlite_compat.value, b sqlite_compat.value) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._timediff(sqlite_compat._moment(a, '{}', true), sqlite_compat._moment(b, '{}', true));
END;
COMMENT ON FUNCTION sqlite_compat.immutable_timediff(sqlite_compat.value, sqlite_compat.value) IS 'SQLite 3.43: timediff(a, b) where the answer must never change; an error for now';
