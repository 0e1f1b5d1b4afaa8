-- Text for people: what is long in lines, so that a column of psql fits beside others. Only what is shown is broken; what
-- is kept in tables stays in one line.

/* A text in lines of some width, broken between words, so that psql shows it in a column that fits beside others. */
CREATE FUNCTION sqlite_mig_internal._wrap(words text, width integer) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT string_agg(rtrim(regexp_replace(l.line, format('(.{1,%s})(\s+|$)', _wrap.width), E'\\1\n', 'g'), E'\n'), E'\n' ORDER BY l.n) FROM regexp_split_to_table(words, '\n') WITH ORDINALITY AS l (line, n);
END;
COMMENT ON FUNCTION sqlite_mig_internal._wrap(text, integer) IS 'internal: a text in lines';

/*
 * A value in lines of some width; of one that takes more
 * lines than "most" the first ones, and how many characters it has.
 */
CREATE FUNCTION sqlite_mig_internal._cell(value text, width integer, most integer DEFAULT 6) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE
			WHEN length(value) <= width THEN value
			ELSE array_to_string(l.lines[1:most], E'\n') || CASE WHEN cardinality(l.lines) > most THEN format(E'\n... %s characters', length(value)) ELSE '' END END
		FROM (SELECT regexp_split_to_array(regexp_replace(sqlite_mig_internal._wrap(left(value, (most + 1) * (_cell.width + 1)), _cell.width),
			format('([^\n]{%s})(?=[^\n])', _cell.width), E'\\1\n', 'g'), E'\n') AS lines) AS l;
END;
COMMENT ON FUNCTION sqlite_mig_internal._cell(text, integer, integer) IS 'internal: a value in lines';

/* A number of things in words. */
CREATE FUNCTION sqlite_mig_internal._count(n bigint, thing text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT format('%s %s%s', n, thing, CASE n WHEN 1 THEN '' ELSE 's' END);
END;
COMMENT ON FUNCTION sqlite_mig_internal._count(bigint, text) IS 'internal: 1 row, 2 rows';

/* A time that something took. */
CREATE FUNCTION sqlite_mig_internal._took(seconds numeric) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN seconds < 1 THEN format('%s ms', ceil(seconds * 1000)) WHEN seconds < 120 THEN format('%s s', round(seconds, 1))
		ELSE format('%s min %s s', floor(round(seconds) / 60), mod(round(seconds), 60)) END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._took(numeric) IS 'internal: 5 ms, 2.5 s, 3 min 5 s';

/* What is left of a window of 120 characters for each of "shares" columns beside others, with their separators, but enough to read. */
CREATE FUNCTION sqlite_mig_internal._room(taken integer, shares integer, enough integer) RETURNS integer
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT greatest(enough, (120 - coalesce(taken, 0)) / shares);
END;
COMMENT ON FUNCTION sqlite_mig_internal._room(integer, integer, integer) IS 'internal: how wide columns may be in psql';

/* The first thousand characters of a value, and how many it has when these are not all. */
CREATE FUNCTION sqlite_mig_internal._start(value text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT left(value, 1000) || CASE WHEN length(value) > 1000 THEN format('... (%s characters)', length(value)) ELSE '' END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._start(text) IS 'internal: a value, cut when it is long';

/* A statement in lines, broken at its clauses; one that has comments or lines already stays as it is. */
CREATE FUNCTION sqlite_mig_internal._layout(sql text, width integer) RETURNS text
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_layout';
COMMENT ON FUNCTION sqlite_mig_internal._layout(text, integer) IS 'internal: a statement in lines';
