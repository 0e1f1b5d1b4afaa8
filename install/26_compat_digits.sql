
-- The decimal digits of a double as SQLite's printf writes them: no sign, no width.

/*
 * %f, %e and %g of a finite double that is not negative. SQLite adds half a
 * unit of the last place (for %f a little more, so that 0.15 counts as the
 * decimal it was written as) and cuts; it shows 16 significant digits, 26 with
 * the flag "!", and zeros after them. The half is a double too, a little more
 * or less than it says.
 */
CREATE FUNCTION sqlite_compat._digits(conversion text, x double precision, decimals integer, alternate boolean, bang boolean) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	-- 40 digits: more than a double has where rounding can be in doubt
	parts       text[] := string_to_array(to_char(x, '9.9999999999999999999999999999999999999999EEEE'), 'e');
	mantissa    numeric := parts[1];
	exponent    integer := parts[2];
	significant integer := CASE WHEN bang THEN 26 ELSE 16 END;
	precise     integer := CASE WHEN conversion = 'g' AND decimals > 0 THEN decimals - 1 ELSE decimals END;
	unit        double precision := ('{0.5,0.05,0.005,0.0005,0.00005,0.000005,0.0000005,0.00000005,0.000000005,0.0000000005}'::double precision[])[precise % 10 + 1];
	half        numeric;
	bits        integer;
	amount      numeric;
	result      text;
	suffix      text := '';
BEGIN
	FOR i IN 1..least(precise / 10, 28) LOOP
		unit := unit * 1e-10;
	END LOOP;
	half := to_char(unit, '9.9999999999999999999999999999999999999999EEEE')::numeric;
	IF conversion = 'f' THEN
		amount := (parts[1] || 'e' || parts[2])::numeric;
		bits := CASE WHEN x < 2.3e-308 THEN -1023 ELSE least(floor(log(x) / log(2::double precision)), 1023) END;
		-- (the quotient of logarithms may be off by one next to a power of two)
		IF bits > -1023 THEN
			bits := bits + CASE WHEN x / power(2::double precision, bits) >= 2 THEN 1 WHEN x / power(2::double precision, bits) < 1 THEN -1 ELSE 0 END;
		END IF;
		amount := amount + half + CASE WHEN precise + bits / 3 < 15 THEN amount * 3e-16 ELSE 0 END;
		exponent := CASE WHEN amount >= 1 THEN length(trunc(amount)::text) - 1 ELSE -1 END;
	ELSE
		mantissa := sqlite_compat._in_64_bits(sqlite_compat._in_64_bits(mantissa) + half);
		IF mantissa >= 10 THEN
			mantissa := mantissa / 10;
			exponent := exponent + 1;
		END IF;
		IF conversion = 'e' OR exponent < -4 OR exponent > precise THEN
			suffix := format('e%s%s', CASE WHEN exponent < 0 THEN '-' ELSE '+' END, CASE WHEN abs(exponent) < 10 THEN '0' ELSE '' END || abs(exponent));
			amount := mantissa;
			exponent := 0;
		ELSE
			amount := mantissa * ('1e' || exponent)::numeric;
			precise := precise - exponent;
		END IF;
	END IF;

	-- below 1 the significant digits begin after the zeros
	IF exponent = -1 AND amount > 0 THEN
		exponent := -(length(substring((amount::text) FROM '\.(0*)')) + 1);
	END IF;
	result := trunc(amount, least(precise, significant - 1 - exponent))::text;
	IF precise > 0 THEN
		result := split_part(result, '.', 1) || '.' || rpad(split_part(result, '.', 2), precise, '0');
	ELSE
		result := split_part(result, '.', 1) || CASE WHEN alternate OR bang THEN '.' ELSE '' END;
	END IF;
	IF strpos(result, '.') > 0 AND (conversion = 'g' AND NOT alternate OR conversion <> 'g' AND bang) THEN
		result := rtrim(result, '0');
		result := CASE WHEN bang AND right(result, 1) = '.' THEN result || '0' ELSE rtrim(result, '.') END;
	END IF;
	RETURN result || suffix;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._digits(text, double precision, integer, boolean, boolean) IS 'internal: %f, %e and %g of a double that is finite and not negative';
