-- Full-text search in the SQLite database itself.

CREATE FUNCTION sqlite_mig.match("column" text, query text) RETURNS boolean
	LANGUAGE c STABLE STRICT PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'mig_match';
COMMENT ON FUNCTION sqlite_mig.match(text, text) IS
	'whether a full-text query of SQLite (MATCH) finds a column of a foreign table; only SQLite can tell: an error where it cannot be asked';

CREATE FUNCTION sqlite_mig.match("row" record, query text) RETURNS boolean
	LANGUAGE c STABLE STRICT PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'mig_match';
COMMENT ON FUNCTION sqlite_mig.match(record, text) IS
	'whether a full-text query of SQLite (MATCH) finds any column of a row of a foreign table; only SQLite can tell: an error where it cannot be asked';

CREATE OPERATOR sqlite_mig.@~ (LEFTARG = text, RIGHTARG = text, FUNCTION = sqlite_mig.match, RESTRICT = contsel, JOIN = contjoinsel);
COMMENT ON OPERATOR sqlite_mig.@~ (text, text) IS 'MATCH of SQLite on a column';

CREATE OPERATOR sqlite_mig.@~ (LEFTARG = record, RIGHTARG = text, FUNCTION = sqlite_mig.match, RESTRICT = contsel, JOIN = contjoinsel);
COMMENT ON OPERATOR sqlite_mig.@~ (record, text) IS 'MATCH of SQLite on all columns';
