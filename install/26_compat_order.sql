
-- The order of SQLite over values of all classes: numbers by size, then text by its bytes, then blobs. It is what ORDER BY
-- and DISTINCT inside of an aggregate need, and max(), min() and sorting of values. The operators are found with
-- OPERATOR(sqlite_compat.=) only, unless somebody puts the schema into the search path.

CREATE FUNCTION sqlite_compat._compare(a sqlite_compat.value, b sqlite_compat.value) RETURNS integer
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	class_a text := sqlite_compat._class(a);
	class_b text := sqlite_compat._class(b);
	rank_a  integer := CASE class_a WHEN 'integer' THEN 1 WHEN 'real' THEN 1 WHEN 'blob' THEN 3 ELSE 2 END;
	rank_b  integer := CASE class_b WHEN 'integer' THEN 1 WHEN 'real' THEN 1 WHEN 'blob' THEN 3 ELSE 2 END;
BEGIN
	IF rank_a <> rank_b THEN
		RETURN rank_a - rank_b;
	ELSIF rank_a = 1 AND class_a = class_b AND class_a = 'real' THEN
		RETURN btfloat8cmp(sqlite_compat._body(a)::double precision, sqlite_compat._body(b)::double precision);
	ELSIF rank_a = 1 THEN
		-- (64 bits do not fit into a double)
		RETURN numeric_cmp(sqlite_compat._exact_number(a), sqlite_compat._exact_number(b));
	ELSIF rank_a = 3 THEN
		RETURN byteacmp(decode(sqlite_compat._body(a), 'hex'), decode(sqlite_compat._body(b), 'hex'));
	END IF;
	IF sqlite_compat._is_in_order() THEN
		RETURN bttextcmp(sqlite_compat.cast_text(a) COLLATE "C", sqlite_compat.cast_text(b));
	END IF;
	RETURN byteacmp(sqlite_compat._utf8(sqlite_compat.cast_text(a)), sqlite_compat._utf8(sqlite_compat.cast_text(b)));
END;
$$;
COMMENT ON FUNCTION sqlite_compat._compare(sqlite_compat.value, sqlite_compat.value) IS 'internal: which value comes first';

CREATE FUNCTION sqlite_compat._exact_number(v sqlite_compat.value) RETURNS numeric
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	body text := sqlite_compat._body(v);
BEGIN
	RETURN CASE WHEN sqlite_compat._class(v) = 'integer' OR body ~ 'Infinity' THEN body::numeric ELSE sqlite_compat._exact(body::double precision) END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._exact_number(sqlite_compat.value) IS 'internal: a number, digit by digit';

CREATE FUNCTION sqlite_compat._lt(a sqlite_compat.value, b sqlite_compat.value) RETURNS boolean
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._compare(a, b) < 0;
END;
COMMENT ON FUNCTION sqlite_compat._lt(sqlite_compat.value, sqlite_compat.value) IS 'internal: operator <';
CREATE OPERATOR sqlite_compat.< (
	LEFTARG = sqlite_compat.value, RIGHTARG = sqlite_compat.value, FUNCTION = sqlite_compat._lt,
	COMMUTATOR = OPERATOR(sqlite_compat.>), NEGATOR = OPERATOR(sqlite_compat.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR sqlite_compat.< (sqlite_compat.value, sqlite_compat.value) IS 'a value that comes before another in SQLite''s order';

CREATE FUNCTION sqlite_compat._le(a sqlite_compat.value, b sqlite_compat.value) RETURNS boolean
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._compare(a, b) <= 0;
END;
COMMENT ON FUNCTION sqlite_compat._le(sqlite_compat.value, sqlite_compat.value) IS 'internal: operator <=';
CREATE OPERATOR sqlite_compat.<= (
	LEFTARG = sqlite_compat.value, RIGHTARG = sqlite_compat.value, FUNCTION = sqlite_compat._le,
	COMMUTATOR = OPERATOR(sqlite_compat.>=), NEGATOR = OPERATOR(sqlite_compat.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR sqlite_compat.<= (sqlite_compat.value, sqlite_compat.value) IS 'a value that comes before or equal to another in SQLite''s order';

CREATE FUNCTION sqlite_compat._eq(a sqlite_compat.value, b sqlite_compat.value) RETURNS boolean
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._compare(a, b) = 0;
END;
COMMENT ON FUNCTION sqlite_compat._eq(sqlite_compat.value, sqlite_compat.value) IS 'internal: operator =';
CREATE OPERATOR sqlite_compat.= (
	LEFTARG = sqlite_compat.value, RIGHTARG = sqlite_compat.value, FUNCTION = sqlite_compat._eq,
	COMMUTATOR = OPERATOR(sqlite_compat.=), NEGATOR = OPERATOR(sqlite_compat.<>), RESTRICT = eqsel, JOIN = eqjoinsel);
COMMENT ON OPERATOR sqlite_compat.= (sqlite_compat.value, sqlite_compat.value) IS 'a value that comes equal to another in SQLite''s order';

CREATE FUNCTION sqlite_compat._ne(a sqlite_compat.value, b sqlite_compat.value) RETURNS boolean
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._compare(a, b) <> 0;
END;
COMMENT ON FUNCTION sqlite_compat._ne(sqlite_compat.value, sqlite_compat.value) IS 'internal: operator <>';
CREATE OPERATOR sqlite_compat.<> (
	LEFTARG = sqlite_compat.value, RIGHTARG = sqlite_compat.value, FUNCTION = sqlite_compat._ne,
	COMMUTATOR = OPERATOR(sqlite_compat.<>), NEGATOR = OPERATOR(sqlite_compat.=), RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR sqlite_compat.<> (sqlite_compat.value, sqlite_compat.value) IS 'a value that comes other than another in SQLite''s order';

CREATE FUNCTION sqlite_compat._ge(a sqlite_compat.value, b sqlite_compat.value) RETURNS boolean
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._compare(a, b) >= 0;
END;
COMMENT ON FUNCTION sqlite_compat._ge(sqlite_compat.value, sqlite_compat.value) IS 'internal: operator >=';
CREATE OPERATOR sqlite_compat.>= (
	LEFTARG = sqlite_compat.value, RIGHTARG = sqlite_compat.value, FUNCTION = sqlite_compat._ge,
	COMMUTATOR = OPERATOR(sqlite_compat.<=), NEGATOR = OPERATOR(sqlite_compat.<), RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR sqlite_compat.>= (sqlite_compat.value, sqlite_compat.value) IS 'a value that comes behind or equal to another in SQLite''s order';

CREATE FUNCTION sqlite_compat._gt(a sqlite_compat.value, b sqlite_compat.value) RETURNS boolean
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._compare(a, b) > 0;
END;
COMMENT ON FUNCTION sqlite_compat._gt(sqlite_compat.value, sqlite_compat.value) IS 'internal: operator >';
CREATE OPERATOR sqlite_compat.> (
	LEFTARG = sqlite_compat.value, RIGHTARG = sqlite_compat.value, FUNCTION = sqlite_compat._gt,
	COMMUTATOR = OPERATOR(sqlite_compat.<), NEGATOR = OPERATOR(sqlite_compat.<=), RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR sqlite_compat.> (sqlite_compat.value, sqlite_compat.value) IS 'a value that comes behind another in SQLite''s order';

CREATE OPERATOR CLASS sqlite_compat.value_ops DEFAULT FOR TYPE sqlite_compat.value USING btree AS
	OPERATOR 1 sqlite_compat.<, OPERATOR 2 sqlite_compat.<=, OPERATOR 3 sqlite_compat.=, OPERATOR 4 sqlite_compat.>=, OPERATOR 5 sqlite_compat.>,
	FUNCTION 1 sqlite_compat._compare(sqlite_compat.value, sqlite_compat.value);
COMMENT ON OPERATOR CLASS sqlite_compat.value_ops USING btree IS 'SQLite''s order of values';
COMMENT ON OPERATOR FAMILY sqlite_compat.value_ops USING btree IS 'SQLite''s order of values';
