
-- Modifiers of SQLite's date functions, one after the other.

/*
 * "+0001-02-03", "-0000-11-30 10:20:30": years, months and days, and then a time
 * of day, as timediff() writes them; NULL for anything else.
 */
CREATE FUNCTION sqlite_compat._shifted_by_span(p sqlite_compat._moment, z text) RETURNS sqlite_compat._moment
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	m         text[] := regexp_match(z, '^([+-])([0-9]{4,5})-(0[0-9]|1[01])-([0-2][0-9]|30)(?:[ \t\n\v\f\r]([0-9].*))?$');
	direction integer := CASE WHEN m[1] = '-' THEN -1 ELSE 1 END;
BEGIN
	IF m IS NULL THEN
		RETURN NULL;
	END IF;
	p := sqlite_compat._shifted(p, format('%s%s months', m[1], m[2]::integer * 12 + m[3]::integer));
	-- (too many years)
	IF p.jd IS NULL THEN
		RETURN NULL;
	END IF;
	p.jd := p.jd + direction * m[4]::integer * 86400000::bigint;
	RETURN CASE WHEN m[5] IS NULL THEN p ELSE sqlite_compat._shifted(p, m[1] || m[5]) END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._shifted_by_span(sqlite_compat._moment, text) IS 'internal: a modifier as timediff writes it';

-- "+1 month", "-2.5 hours", "+00:30": a number with a unit, or a time of day to add; NULL for anything else
CREATE FUNCTION sqlite_compat._shifted(p sqlite_compat._moment, z text) RETURNS sqlite_compat._moment
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	number text := substring(z FROM '^.[^: \t\n\v\f\r]*');
	rest   text := substr(z, length(number) + 1);
	x      sqlite_compat._moment := (0, 0, 0, 0, 0, 0, 0, 0, false, false, false, false, false, false, false, false, 0);
	unit   text;
	amount double precision;
	half   double precision;
	whole  integer;
	factor double precision;
BEGIN
	IF NOT sqlite_compat._is_number(number) THEN
		RETURN NULL;
	END IF;
	IF rest ~ '^:' THEN
		x := sqlite_compat._parse_time(ltrim(z, '+-'), x);
		IF x.valid_hms IS NULL THEN
			RETURN NULL;
		END IF;
		x := sqlite_compat._to_jd(x);
		p := sqlite_compat._to_jd(p);
		p.jd := p.jd + CASE WHEN z ~ '^-' THEN -1 ELSE 1 END * ((x.jd - 43200000) % 86400000);
	ELSE
		amount := sqlite_compat._to_double(number);
		half := CASE WHEN amount < 0 THEN -0.5 ELSE 0.5 END;
		unit := lower(regexp_replace(rest, '^[ \t\n\v\f\r]+', '') COLLATE "C");
		factor := CASE WHEN length(unit) NOT BETWEEN 3 AND 10 THEN NULL ELSE CASE regexp_replace(unit, 's$', '')
			WHEN 'second' THEN CASE WHEN abs(amount) < 4.6427e14::real::double precision THEN 1 END
			WHEN 'minute' THEN CASE WHEN abs(amount) < 7.7379e12::real::double precision THEN 60 END
			WHEN 'hour' THEN CASE WHEN abs(amount) < 1.2897e11::real::double precision THEN 3600 END
			WHEN 'day' THEN CASE WHEN abs(amount) < 5373485 THEN 86400 END
			WHEN 'month' THEN CASE WHEN abs(amount) < 176546 THEN 2592000 END
			WHEN 'year' THEN CASE WHEN abs(amount) < 14713 THEN 31536000 END END END;
		IF factor IS NULL THEN
			RETURN NULL;
		END IF;
		p := sqlite_compat._to_jd(p);
		IF factor >= 2592000 THEN
			-- whole months and years move the fields, and the rest counts as days
			p := sqlite_compat._to_fields(p);
			whole := trunc(amount);
			amount := amount - whole;
			IF factor = 31536000 THEN
				p.y := p.y + whole;
			ELSE
				p.m := p.m + whole;
				whole := CASE WHEN p.m > 0 THEN (p.m - 1) / 12 ELSE (p.m - 12) / 12 END;
				p.y := p.y + whole;
				p.m := p.m - whole * 12;
			END IF;
			p.over := sqlite_compat._days_over(p.y, p.m, p.d);
			p.valid_jd := false;
		ELSE
			p.over := 0;
		END IF;
		p := sqlite_compat._to_jd(p);
		p.jd := p.jd + trunc(amount * 1000.0 * factor + half)::bigint;
	END IF;
	p.valid_ymd := false;
	p.valid_hms := false;
	p.valid_tz := false;
	RETURN p;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._shifted(sqlite_compat._moment, text) IS 'internal: a modifier that begins with a digit or a sign';

-- One modifier, the n-th; NULL when it is none, or not allowed there
CREATE FUNCTION sqlite_compat._modified(p sqlite_compat._moment, z text, n integer, fixed boolean) RETURNS sqlite_compat._moment
	LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	word text := lower(z COLLATE "C");
	r    double precision;
BEGIN
	IF fixed AND word IN ('localtime', 'utc') THEN
		PERFORM sqlite_compat._not_fixed(word);
	END IF;
	CASE
	WHEN word ~ '^[-+][0-9]{4,5}-' THEN
		RETURN sqlite_compat._shifted_by_span(p, z);
	WHEN word ~ '^[-+0-9]' THEN
		RETURN sqlite_compat._shifted(p, z);
	WHEN word IN ('floor', 'ceiling') THEN
		p := sqlite_compat._to_jd(p);
		IF word = 'floor' THEN
			p.jd := p.jd - p.over * 86400000::bigint;
		END IF;
		p.valid_ymd := false;
		p.valid_hms := false;
		p.valid_tz := false;
		RETURN p;
	WHEN word = 'localtime' THEN
		RETURN sqlite_compat._to_local(p);
	WHEN word = 'utc' THEN
		RETURN sqlite_compat._to_utc(p);
	WHEN word IN ('subsec', 'subsecond') THEN
		p.subsec := true;
		RETURN p;
	WHEN word IN ('auto', 'julianday', 'unixepoch') THEN
		-- these say what the number before them was
		IF n > 1 OR word <> 'auto' AND NOT p.raw OR word = 'julianday' AND NOT p.valid_jd THEN
			RETURN NULL;
		END IF;
		IF word = 'unixepoch' OR word = 'auto' AND p.raw AND NOT p.valid_jd THEN
			r := p.s * 1000.0 + 210866760000000.0;
			IF word = 'auto' AND NOT (p.s >= -210866760000 AND p.s <= 253402300799) OR NOT (r >= 0 AND r < 464269060800000) THEN
				RETURN NULL;
			END IF;
			p.jd := trunc(r + 0.5)::bigint;
			p.valid_jd := true;
			p.valid_ymd := false;
			p.valid_hms := false;
			p.valid_tz := false;
		END IF;
		p.raw := false;
		RETURN p;
	WHEN word LIKE 'weekday %' THEN
		r := CASE WHEN sqlite_compat._is_number(substr(z, 9)) THEN sqlite_compat._to_double(substr(z, 9)) END;
		IF r IS NULL OR r < 0 OR r >= 7 OR r <> trunc(r) THEN
			RETURN NULL;
		END IF;
		p := sqlite_compat._to_fields(p);
		p.valid_tz := false;
		p.valid_jd := false;
		p := sqlite_compat._to_jd(p);
		p.jd := p.jd + ((r::integer - (p.jd + 129600000) / 86400000 % 7 + 7) % 7) * 86400000;
		p.valid_ymd := false;
		p.valid_hms := false;
		RETURN p;
	WHEN word IN ('start of day', 'start of month', 'start of year') THEN
		IF NOT (p.valid_jd OR p.valid_ymd OR p.valid_hms) THEN
			RETURN NULL;
		END IF;
		p := sqlite_compat._to_ymd(p);
		p.valid_hms := true;
		p.h := 0;
		p.mi := 0;
		p.s := 0;
		p.raw := false;
		p.valid_tz := false;
		p.valid_jd := false;
		IF word <> 'start of day' THEN
			p.d := 1;
		END IF;
		IF word = 'start of year' THEN
			p.m := 1;
		END IF;
		RETURN p;
	ELSE
		RETURN NULL;
	END CASE;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._modified(sqlite_compat._moment, text, integer, boolean) IS 'internal: one modifier of a date function';

/*
 * The moment that a time value and its modifiers name, all fields up to date;
 * NULL where SQLite says NULL.
 */
CREATE FUNCTION sqlite_compat._moment(v sqlite_compat.value, modifiers text[], fixed boolean) RETURNS sqlite_compat._moment
	LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	p sqlite_compat._moment := sqlite_compat._parse_moment(v, fixed);
	z text;
	n integer := 0;
BEGIN
	IF p.jd IS NULL OR modifiers IS NULL THEN
		RETURN NULL;
	END IF;
	FOREACH z IN ARRAY modifiers LOOP
		n := n + 1;
		p := sqlite_compat._modified(p, coalesce(z, ''), n, fixed);
		IF p.jd IS NULL THEN
			RETURN NULL;
		END IF;
	END LOOP;
	p := sqlite_compat._to_jd(p);
	IF p.failed OR p.jd NOT BETWEEN 0 AND 464269060799999 THEN
		RETURN NULL;
	END IF;
	RETURN sqlite_compat._to_fields(p);
END;
$$;
COMMENT ON FUNCTION sqlite_compat._moment(sqlite_compat.value, text[], boolean) IS 'internal: what a time value with modifiers names';
