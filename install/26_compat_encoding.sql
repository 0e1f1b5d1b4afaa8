
-- Characters in databases of other encodings than UTF8: SQLite counts the bytes of UTF-8, numbers its characters and orders
-- texts by them. In LATIN1 the numbers are the same; in SQL_ASCII the bytes are, and PostgreSQL knows no characters there.

CREATE FUNCTION sqlite_compat._utf8(x text) RETURNS bytea
	LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.convert_to(x, CASE pg_catalog.getdatabaseencoding() WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END);
END;
COMMENT ON FUNCTION sqlite_compat._utf8(text) IS 'internal: the bytes that SQLite has of a text';

CREATE FUNCTION sqlite_compat._is_in_order() RETURNS boolean
	LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.getdatabaseencoding() IN ('UTF8', 'LATIN1', 'SQL_ASCII');
END;
COMMENT ON FUNCTION sqlite_compat._is_in_order() IS 'internal: whether collation C of the database orders texts as SQLite does';

CREATE FUNCTION sqlite_compat._code_of_bytes(bytes bytea) RETURNS integer
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	code integer := get_byte(bytes, 0);
BEGIN
	IF code < 192 THEN
		RETURN code;
	END IF;
	code := code & CASE WHEN code < 224 THEN 31 WHEN code < 240 THEN 15 ELSE 7 END;
	FOR n IN 1 .. length(bytes) - 1 LOOP
		EXIT WHEN get_byte(bytes, n) & 192 <> 128;
		code := code * 64 + (get_byte(bytes, n) & 63);
	END LOOP;
	RETURN code;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._code_of_bytes(bytea) IS 'internal: the number of the first character of bytes in UTF-8';

CREATE FUNCTION sqlite_compat._code(x text) RETURNS integer
	LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	-- (the inner CASE: of a constant, ascii would be computed when the query is planned, also where it is not asked)
	SELECT CASE WHEN pg_catalog.getdatabaseencoding() IN ('UTF8', 'LATIN1') OR x = '' THEN pg_catalog.ascii(CASE WHEN pg_catalog.getdatabaseencoding() IN ('UTF8', 'LATIN1') THEN x ELSE '' END)
		ELSE sqlite_compat._code_of_bytes(sqlite_compat._utf8(pg_catalog."left"(x, CASE pg_catalog.getdatabaseencoding() WHEN 'SQL_ASCII' THEN 4 ELSE 1 END))) END;
END;
COMMENT ON FUNCTION sqlite_compat._code(text) IS 'internal: the number that the first character has in Unicode, 0 for an empty text';

CREATE FUNCTION sqlite_compat._character(code integer) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF code < 128 OR getdatabaseencoding() = 'UTF8' THEN
		RETURN chr(code);
	END IF;
	-- (a character that the encoding lacks is an error)
	RETURN convert_from(decode(CASE WHEN code < 2048 THEN to_hex(192 + (code >> 6))
			WHEN code < 65536 THEN to_hex(224 + (code >> 12)) || to_hex(128 + (code >> 6 & 63))
			ELSE to_hex(240 + (code >> 18)) || to_hex(128 + (code >> 12 & 63)) || to_hex(128 + (code >> 6 & 63)) END || to_hex(128 + (code & 63)), 'hex'), 'UTF8');
END;
$$;
COMMENT ON FUNCTION sqlite_compat._character(integer) IS 'internal: the character that has a number in Unicode';

-- A range is written as one where the database has the same characters between its ends, in the same order.
CREATE FUNCTION sqlite_compat._is_range(low text, high text) RETURNS boolean
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	base integer := sqlite_compat._code(low);
	size integer := sqlite_compat._code(high) - base;
	a    bytea := convert_to(low, getdatabaseencoding());
	z    bytea := convert_to(high, getdatabaseencoding());
	last integer := length(a) - 1;
BEGIN
	IF sqlite_compat._is_in_order() OR base + size < 128 THEN
		RETURN true;
	ELSIF length(z) <> length(a) OR substr(z, 1, last) <> substr(a, 1, last) OR get_byte(z, last) - get_byte(a, last) <> size THEN
		RETURN false;
	END IF;
	FOR n IN 1 .. size LOOP
		IF sqlite_compat._code(convert_from(set_byte(a, last, get_byte(a, last) + n), getdatabaseencoding())) <> base + n THEN
			RETURN false;
		END IF;
	END LOOP;
	RETURN true;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._is_range(text, text) IS 'internal: whether a range of GLOB holds in the database''s encoding what it holds in Unicode';
