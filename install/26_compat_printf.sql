
-- printf(), also called format(): SQLite's conversions, flags and its own %q %Q %w, over values of any class.

-- Digits of an integer in base 8, 10 or 16, of a negative one as the unsigned number of 64 bits.
CREATE FUNCTION sqlite_compat._radix(x bigint, base integer) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	bits text := '00' || x::bit(64)::text;
BEGIN
	RETURN CASE base
		WHEN 16 THEN to_hex(x)
		WHEN 8 THEN coalesce(nullif(ltrim((SELECT string_agg(substr(bits, 3 * i + 1, 3)::bit(3)::integer::text, '' ORDER BY i) FROM generate_series(0, 21) AS i), '0'), ''), '0')
		ELSE (CASE WHEN x < 0 THEN x::numeric + 18446744073709551616 ELSE x::numeric END)::text END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._radix(bigint, integer) IS 'internal: an integer in another base';

-- One integer of %d %i %u %x %X %o %p %r, with its sign, its zeros and its prefix.
CREATE FUNCTION sqlite_compat._printf_integer(conversion text, x bigint, flags text, width integer, decimals integer) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	sign   text := CASE WHEN conversion !~ '[dir]' THEN '' WHEN x < 0 THEN '-' ELSE coalesce((regexp_match(flags, '.*([+ ])'))[1], '') END;
	digits text := CASE WHEN conversion ~ '[dir]' THEN abs(x::numeric)::text
		ELSE sqlite_compat._radix(x, CASE WHEN conversion ~ '[xXp]' THEN 16 WHEN conversion = 'o' THEN 8 ELSE 10 END) END;
	suffix text := CASE WHEN conversion <> 'r' THEN '' WHEN digits ~ '(^|[^1])1$' THEN 'st' WHEN digits ~ '(^|[^1])2$' THEN 'nd' WHEN digits ~ '(^|[^1])3$' THEN 'rd' ELSE 'th' END;
BEGIN
	decimals := greatest(decimals, CASE WHEN strpos(flags, '0') > 0 THEN width - length(sign) ELSE 0 END) - length(suffix);
	digits := lpad(digits, greatest(decimals, length(digits)), '0');
	IF strpos(flags, ',') > 0 AND conversion ~ '[diu]' THEN
		digits := reverse(regexp_replace(reverse(digits), '(\d{3})(?=\d)', '\1,', 'g'));
	END IF;
	IF conversion ~ '[Xp]' THEN
		digits := upper(digits);
	END IF;
	RETURN sign || CASE WHEN x <> 0 AND strpos(flags, '#') > 0 THEN CASE conversion WHEN 'o' THEN '0' WHEN 'x' THEN '0x' WHEN 'p' THEN '0x' WHEN 'X' THEN '0X' ELSE '' END ELSE '' END
		|| digits || suffix;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._printf_integer(text, bigint, text, integer, integer) IS 'internal: one integer conversion of printf';

-- One real of %f %e %E %g %G, with its sign and its zeros.
CREATE FUNCTION sqlite_compat._printf_real(conversion text, x double precision, flags text, width integer, decimals integer) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	sign   text := CASE WHEN x < 0 THEN '-' ELSE coalesce((regexp_match(flags, '.*([+ ])'))[1], '') END;
	digits text;
BEGIN
	IF abs(x) = 'Infinity' THEN
		RETURN sign || 'Inf';
	END IF;
	digits := sqlite_compat._digits(lower(conversion), abs(x), CASE WHEN decimals < 0 THEN 6 ELSE least(decimals, 10000) END, strpos(flags, '#') > 0, strpos(flags, '!') > 0);
	IF strpos(flags, '0') > 0 AND strpos(flags, '-') = 0 THEN
		digits := lpad(digits, greatest(width - length(sign), length(digits)), '0');
	END IF;
	RETURN sign || CASE WHEN conversion ~ '[EG]' THEN upper(digits) ELSE digits END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._printf_real(text, double precision, text, integer, integer) IS 'internal: one real conversion of printf';

/*
 * One text of %s %z %q %Q %w %c. Without the flag "!" SQLite counts bytes; a
 * character cut in two, which no text of PostgreSQL can hold, is left out.
 */
CREATE FUNCTION sqlite_compat._printf_text(conversion text, x text, flags text, decimals integer) RETURNS text
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	quote  text := CASE conversion WHEN 'w' THEN '"' ELSE '''' END;
	result text := coalesce(x, CASE conversion WHEN 'Q' THEN 'NULL' WHEN 'q' THEN '(NULL)' WHEN 'w' THEN '(NULL)' ELSE '' END);
BEGIN
	IF conversion = 'c' THEN
		RETURN repeat(left(result, 1), greatest(decimals, 1));
	END IF;
	IF decimals >= 0 THEN
		IF strpos(flags, '!') > 0 OR octet_length(sqlite_compat._utf8(result)) = length(result) THEN
			result := left(result, decimals);
		ELSE
			-- the longest beginning of at most so many bytes
			result := left(result, (SELECT count(*)::integer FROM generate_series(1, least(decimals, length(result))) AS n WHERE octet_length(sqlite_compat._utf8(left(result, n))) <= decimals));
		END IF;
	END IF;
	IF conversion ~ '[qQw]' THEN
		result := replace(result, quote, quote || quote);
		IF conversion = 'Q' AND x IS NOT NULL THEN
			result := quote || result || quote;
		END IF;
	END IF;
	RETURN result;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._printf_text(text, text, text, integer) IS 'internal: one text conversion of printf';

CREATE FUNCTION sqlite_compat.printf(format text, VARIADIC arguments sqlite_compat.value[] DEFAULT '{}') RETURNS text
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	rest       text := format;
	result     text := '';
	used       integer := 0;
	part       text;
	m          text[];
	flags      text;
	width      bigint;
	decimals   bigint;
	conversion text;
BEGIN
	IF format IS NULL THEN
		RETURN NULL;
	END IF;
	LOOP
		part := split_part(rest, '%', 1);
		result := result || part;
		rest := substr(rest, length(part) + 1);
		EXIT WHEN rest = '';
		IF rest = '%' THEN
			result := result || '%';
			rest := '';
			EXIT;
		END IF;
		-- what is no conversion ends the output
		m := regexp_match(rest, '^(%([-+ #!0,]*)([1-9][0-9]*|\*)?(?:\.(\*|[0-9]*))?(?:ll?)?([dszgqQwcouxXfeEGin%pr]))');
		EXIT WHEN m IS NULL;
		rest := substr(rest, length(m[1]) + 1);
		flags := m[2];
		width := 0;
		decimals := -1;
		IF m[3] = '*' THEN
			used := used + 1;
			-- (an int of C)
			width := (coalesce(sqlite_compat.cast_integer(arguments[used]), 0) & 4294967295)::bit(32)::integer;
			IF width < 0 THEN
				flags := flags || '-';
				width := -width;
			END IF;
		ELSIF m[3] IS NOT NULL THEN
			width := left(m[3], 10)::bigint;
		END IF;
		IF m[4] = '*' THEN
			used := used + 1;
			decimals := abs((coalesce(sqlite_compat.cast_integer(arguments[used]), 0) & 4294967295)::bit(32)::integer::bigint);
		ELSIF m[4] IS NOT NULL THEN
			decimals := coalesce(nullif(left(m[4], 10), ''), '0')::bigint;
		END IF;
		IF width > 1000000000 OR decimals > 1000000000 THEN
			RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded', MESSAGE = 'string or blob too big',
				DETAIL = pg_catalog.format('The format has the conversion "%s".', m[1]);
		END IF;
		conversion := m[5];
		IF conversion = '%' THEN
			part := '%';
		ELSIF conversion = 'n' THEN
			CONTINUE;
		ELSE
			used := used + 1;
			part := CASE
				WHEN conversion ~ '[diuxXopr]' THEN sqlite_compat._printf_integer(conversion, coalesce(sqlite_compat.cast_integer(arguments[used]), 0), flags, width::integer, decimals::integer)
				WHEN conversion ~ '[fFeEgG]' THEN sqlite_compat._printf_real(conversion, coalesce(sqlite_compat.cast_real(arguments[used]), 0), flags, width::integer, decimals::integer)
				ELSE sqlite_compat._printf_text(conversion, sqlite_compat.cast_text(arguments[used]), flags, decimals::integer) END;
		END IF;
		-- SQLite counts the bytes of a text unless told otherwise, and of %c the characters
		IF width > length(part) AND (conversion = 'c' OR strpos(flags, '!') > 0 OR octet_length(sqlite_compat._utf8(part)) = length(part)) OR width > octet_length(sqlite_compat._utf8(part)) THEN
			width := width - CASE WHEN conversion = 'c' OR strpos(flags, '!') > 0 THEN length(part) ELSE octet_length(sqlite_compat._utf8(part)) END;
			part := CASE WHEN strpos(flags, '-') > 0 THEN part || repeat(' ', width::integer) ELSE repeat(' ', width::integer) || part END;
		END IF;
		result := result || part;
	END LOOP;
	RETURN CASE WHEN rest <> format THEN result END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat.printf(text, sqlite_compat.value[]) IS
	'SQLite: printf(format, ...) with its %q %Q %w and flags, NULL for a format that is empty or begins with no conversion; a character that a byte count cuts in two is left out; digits after the 15th may differ';

CREATE FUNCTION sqlite_compat.format(format text, VARIADIC arguments sqlite_compat.value[] DEFAULT '{}') RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat.printf(format, VARIADIC arguments);
END;
COMMENT ON FUNCTION sqlite_compat.format(text, sqlite_compat.value[]) IS 'SQLite: format(format, ...), another name of printf';
