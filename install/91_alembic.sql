-- A migrated schema as the first revision of Alembic. Owns how what the catalogs of PostgreSQL say is written in the words of
-- SQLAlchemy 1.4. Each builder writes what the catalog says in those words only where they give the very same definition back;
-- whatever else there is becomes op.execute() of PostgreSQL's own text. Knows nothing of plans, only of tables that exist.

/* A Python literal, quoted as Python's repr() does it: letters stay as they are, control characters do not. */
CREATE FUNCTION sqlite_mig_internal._py_letters(value text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT q.mark || coalesce(string_agg(CASE
			WHEN c.letter = '\' THEN '\\'
			WHEN c.letter = q.mark THEN '\' || c.letter
			WHEN c.letter = E'\n' THEN '\n'
			WHEN c.letter = E'\t' THEN '\t'
			-- (ascii() is an error for letters of several bytes in encodings other than UTF8)
			WHEN octet_length(c.letter) = 1 OR getdatabaseencoding() = 'UTF8' THEN CASE WHEN ascii(c.letter) < 32 OR ascii(c.letter) = 127 OR ascii(c.letter) BETWEEN 128 AND 159 AND octet_length(c.letter) = 2 THEN '\x' || lpad(to_hex(ascii(c.letter)), 2, '0') ELSE c.letter END
			ELSE c.letter END, '' ORDER BY c.n), '') || q.mark
		FROM (SELECT CASE WHEN strpos(_py_letters.value, '''') > 0 AND strpos(_py_letters.value, '"') = 0 THEN '"' ELSE '''' END) AS q (mark)
			LEFT JOIN LATERAL string_to_table(_py_letters.value, NULL) WITH ORDINALITY AS c (letter, n) ON true
		GROUP BY q.mark;
END;
COMMENT ON FUNCTION sqlite_mig_internal._py_letters(text) IS 'internal: a string literal of Python, letter by letter';

/* (Most have nothing to be written otherwise. Not STRICT, so that it becomes part of the query: thousands of names are written.) */
CREATE FUNCTION sqlite_mig_internal._py(value text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN value COLLATE "C" ~ '^[ -&(-\[\]-~]*$' THEN '''' || value || '''' ELSE sqlite_mig_internal._py_letters(value) END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._py(text) IS 'internal: a string literal of Python';

/* A name: words that PostgreSQL reserves and SQLAlchemy 1.4 does not know to be reserved are quoted by force. */
CREATE FUNCTION sqlite_mig_internal._py_name(name text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN name IN ('collation', 'concurrently', 'lateral', 'tablesample') THEN format('sa.sql.quoted_name(%s, True)', sqlite_mig_internal._py(name)) ELSE sqlite_mig_internal._py(name) END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._py_name(text) IS 'internal: a name as an argument of SQLAlchemy';

CREATE FUNCTION sqlite_mig_internal._py_names(names text[]) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT string_agg(sqlite_mig_internal._py_name(n.name), ', ' ORDER BY n.position) FROM unnest(names) WITH ORDINALITY AS n (name, position);
END;
COMMENT ON FUNCTION sqlite_mig_internal._py_names(text[]) IS 'internal: names as arguments of SQLAlchemy';

/* SQL as it stands, for SQLAlchemy; the function _sql is part of the revision file. */
CREATE FUNCTION sqlite_mig_internal._py_sql(statement text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT format('_sql(%s)', sqlite_mig_internal._py(statement));
END;
COMMENT ON FUNCTION sqlite_mig_internal._py_sql(text) IS 'internal: an SQL text as an argument of SQLAlchemy';

CREATE FUNCTION sqlite_mig_internal._py_execute(statement text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT format('op.execute(%s)', sqlite_mig_internal._py_sql(statement));
END;
COMMENT ON FUNCTION sqlite_mig_internal._py_execute(text) IS 'internal: an operation of Alembic that runs a statement';

/* The argument that names a schema; none for the one where tables are looked for anyway. */
CREATE FUNCTION sqlite_mig_internal._py_schema(name text, argument text DEFAULT 'schema') RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT CASE WHEN name = 'public' THEN '' ELSE format(', %s=%s', argument, sqlite_mig_internal._py(name)) END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._py_schema(text, text) IS 'internal: the schema argument of an operation of Alembic';

/* A type, spelled as format_type does, in the words of SQLAlchemy; one without any is _Type, which is part of the revision file. */
CREATE FUNCTION sqlite_mig_internal._py_type(type text) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF type ~ '\[\]$' THEN
		RETURN format('postgresql.ARRAY(%s)', sqlite_mig_internal._py_type(left(type, -2)));
	END IF;
	RETURN coalesce((SELECT regexp_replace(type, '^' || r.pattern || '$', r.words) FROM (VALUES
		('smallint', 'sa.SmallInteger()'),
		('integer', 'sa.Integer()'),
		('bigint', 'sa.BigInteger()'),
		('boolean', 'sa.Boolean()'),
		('real', 'sa.REAL()'),
		('double precision', 'postgresql.DOUBLE_PRECISION()'),
		('numeric', 'sa.Numeric()'),
		('numeric\((\d+),(-?\d+)\)', 'sa.Numeric(precision=\1, scale=\2)'),
		('text', 'sa.Text()'),
		('character varying', 'sa.String()'),
		('character varying\((\d+)\)', 'sa.String(length=\1)'),
		('character\((\d+)\)', 'sa.CHAR(length=\1)'),
		('bytea', 'sa.LargeBinary()'),
		('date', 'sa.Date()'),
		('timestamp with time zone', 'sa.DateTime(timezone=True)'),
		('timestamp without time zone', 'sa.DateTime()'),
		('timestamp\((\d)\) with time zone', 'postgresql.TIMESTAMP(timezone=True, precision=\1)'),
		('timestamp\((\d)\) without time zone', 'postgresql.TIMESTAMP(precision=\1)'),
		('time without time zone', 'sa.Time()'),
		('time with time zone', 'sa.Time(timezone=True)'),
		('time\((\d)\) without time zone', 'postgresql.TIME(precision=\1)'),
		('time\((\d)\) with time zone', 'postgresql.TIME(timezone=True, precision=\1)'),
		('interval', 'postgresql.INTERVAL()'),
		('bit\((\d+)\)', 'postgresql.BIT(length=\1)'),
		('bit varying', 'postgresql.BIT(varying=True)'),
		('bit varying\((\d+)\)', 'postgresql.BIT(length=\1, varying=True)')
		) AS r (pattern, words) WHERE type ~ ('^' || r.pattern || '$')),
		CASE WHEN type IN ('json', 'jsonb', 'uuid', 'inet', 'cidr', 'macaddr', 'money', 'tsvector', 'oid', 'int4range', 'int8range', 'numrange', 'daterange', 'tsrange', 'tstzrange')
			THEN format('postgresql.%s()', upper(type COLLATE "C")) END,
		format('_Type(%s)', sqlite_mig_internal._py(type)));
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._py_type(text) IS 'internal: a type in the words of SQLAlchemy';

/* Parameters of a sequence that are not what PostgreSQL would take, as sa.Identity and as ALTER or CREATE SEQUENCE say them. */
CREATE FUNCTION sqlite_mig_internal._sequence_options(sequence oid, OUT words text, OUT options text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT string_agg(o.word, '' ORDER BY o.n), string_agg(o.option, '' ORDER BY o.n)
		FROM pg_sequence AS s,
			LATERAL (SELECT CASE s.seqtypid WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype THEN 2147483647 ELSE 9223372036854775807 END AS largest) AS l,
			LATERAL (VALUES
				(1, s.seqincrement <> 1, ', increment=' || s.seqincrement, ' INCREMENT BY ' || s.seqincrement),
				(2, s.seqmin <> 1, ', minvalue=' || s.seqmin, ' MINVALUE ' || s.seqmin),
				(3, s.seqmax <> l.largest, ', maxvalue=' || s.seqmax, ' MAXVALUE ' || s.seqmax),
				(4, s.seqstart <> 1, ', start=' || s.seqstart, ' START WITH ' || s.seqstart),
				(5, s.seqcache <> 1, ', cache=' || s.seqcache, ' CACHE ' || s.seqcache),
				(6, s.seqcycle, ', cycle=True', ' CYCLE')) AS o (n, differs, word, option)
		WHERE s.seqrelid = sequence AND o.differs;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sequence_options(oid) IS 'internal: parameters of a sequence';

/* The sequences of columns: of an identity, owned as that of serial, or only drawn from by a default. */
CREATE FUNCTION sqlite_mig_internal._column_sequences(relation oid) RETURNS TABLE (attnum smallint, sequence oid, is_identity boolean, is_owned boolean, is_serial boolean)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT a.attnum, s.oid, a.attidentity <> '', o.refobjid = a.attrelid AND o.refobjsubid = a.attnum,
			-- what "serial" would make again
			o.refobjid = a.attrelid AND o.refobjsubid = a.attnum AND a.attidentity = '' AND a.attnotnull AND EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey))
				AND s.relname = format('%s_%s_seq', c.relname, a.attname) AND octet_length(s.relname) <= 63 AND s.relnamespace = c.relnamespace AND q.seqtypid = a.atttypid
				AND a.atttypid IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype) AND obj_description(s.oid, 'pg_class') IS NULL
				AND (SELECT p.options IS NULL FROM sqlite_mig_internal._sequence_options(s.oid) AS p) AND pg_get_expr(d.adbin, d.adrelid) = format('nextval(%L::regclass)', format('%I.%I', n.nspname, s.relname))
		FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
			LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
			-- (not one join with OR, for which all of pg_depend would be read)
			CROSS JOIN LATERAL (SELECT x.refobjid AS sequence FROM pg_depend AS x WHERE x.classid = 'pg_attrdef'::regclass AND x.objid = d.oid AND x.refclassid = 'pg_class'::regclass
				UNION ALL SELECT x.objid FROM pg_depend AS x WHERE x.refclassid = 'pg_class'::regclass AND x.refobjid = a.attrelid AND x.refobjsubid = a.attnum AND x.classid = 'pg_class'::regclass AND x.deptype = 'i') AS u
			JOIN pg_class AS s ON s.oid = u.sequence AND s.relkind = 'S'
			JOIN pg_namespace AS n ON n.oid = s.relnamespace
			JOIN pg_sequence AS q ON q.seqrelid = s.oid
			LEFT JOIN pg_depend AS o ON o.classid = 'pg_class'::regclass AND o.objid = s.oid AND o.refclassid = 'pg_class'::regclass AND o.deptype IN ('a', 'i')
		WHERE a.attrelid = _column_sequences.relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '';
END;
COMMENT ON FUNCTION sqlite_mig_internal._column_sequences(oid) IS 'internal: sequences that the columns of a table draw from';

/* The columns of a table, each as sa.Column(...), in their order. */
CREATE FUNCTION sqlite_mig_internal._alembic_columns(relation oid) RETURNS SETOF text
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT format('sa.Column(%s, %s%s)', sqlite_mig_internal._py_name(a.attname), CASE WHEN a.attgenerated NOT IN ('', 's') OR t.collation <> ''
				THEN format('_Type(%s)', sqlite_mig_internal._py(t.spelled || t.collation || CASE WHEN a.attgenerated NOT IN ('', 's') THEN format(' GENERATED ALWAYS AS (%s) VIRTUAL', e.expr) ELSE '' END))
				ELSE sqlite_mig_internal._py_type(t.spelled) END,
			concat(CASE WHEN a.attidentity <> '' THEN format(', sa.Identity(always=%s%s)', CASE a.attidentity WHEN 'a' THEN 'True' ELSE 'False' END,
					(SELECT o.words FROM sqlite_mig_internal._column_sequences(a.attrelid) AS s, sqlite_mig_internal._sequence_options(s.sequence) AS o WHERE s.attnum = a.attnum)) END,
				CASE WHEN a.attgenerated = 's' THEN format(', sa.Computed(%s, persisted=True)', sqlite_mig_internal._py_sql(e.expr)) END,
				CASE WHEN s.serial THEN ', autoincrement=True' WHEN a.attgenerated = '' THEN ', server_default=' || sqlite_mig_internal._py_sql(e.expr) END,
				-- SQLAlchemy makes serial of an integer key that has nothing else
				CASE WHEN a.atttypid IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype) AND e.expr IS NULL AND a.attidentity = ''
					AND EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)) THEN ', autoincrement=False' END,
				CASE WHEN a.attnotnull THEN ', nullable=False' END,
				', comment=' || sqlite_mig_internal._py(col_description(a.attrelid, a.attnum))))
		FROM pg_attribute AS a
			LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum,
			LATERAL (SELECT pg_get_expr(d.adbin, d.adrelid) AS expr) AS e,
			LATERAL (SELECT coalesce(bool_or(s.is_serial), false) AS serial FROM sqlite_mig_internal._column_sequences(a.attrelid) AS s WHERE s.attnum = a.attnum) AS s,
			LATERAL (SELECT format_type(a.atttypid, a.atttypmod) AS spelled, coalesce((SELECT format(' COLLATE %I.%I', n.nspname, l.collname)
				FROM pg_type AS y JOIN pg_collation AS l ON l.oid = a.attcollation AND l.oid <> y.typcollation JOIN pg_namespace AS n ON n.oid = l.collnamespace WHERE y.oid = a.atttypid), '') AS collation) AS t
		WHERE a.attrelid = _alembic_columns.relation AND a.attnum > 0 AND NOT a.attisdropped
		ORDER BY a.attnum;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._alembic_columns(oid) IS 'internal: columns of a table in the words of SQLAlchemy';

/*
 * The constraints of a table. "words" goes into op.create_table, NULL when the
 * definition needs PostgreSQL's own words; "operation" makes it by itself. A
 * foreign key waits when it refers to an index of its own table, made after it.
 */
CREATE FUNCTION sqlite_mig_internal._alembic_constraints(relation oid) RETURNS TABLE (name text, kind "char", parent oid, waits boolean, words text, operation text, comment text)
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT k.conname::text, k.contype, nullif(k.confrelid, 0),
			k.confrelid = k.conrelid AND NOT EXISTS (SELECT FROM pg_constraint AS u WHERE u.conindid = k.conindid AND u.contype IN ('p', 'u')),
			CASE WHEN s.def = s.sayable THEN s.words || format('%s, name=%s)', s.options, sqlite_mig_internal._py_name(k.conname)) END,
			CASE WHEN k.contype = 'f' AND s.def = s.sayable AND s.words IS NOT NULL
				THEN format('op.create_foreign_key(%s, %s, %s, [%s], [%s]%s%s%s)', sqlite_mig_internal._py_name(k.conname), sqlite_mig_internal._py_name(c.relname), sqlite_mig_internal._py_name(p.relname),
					sqlite_mig_internal._py_names(l.names), sqlite_mig_internal._py_names(r.names), sqlite_mig_internal._py_schema(n.nspname, 'source_schema'), sqlite_mig_internal._py_schema(pn.nspname, 'referent_schema'), s.options)
				ELSE sqlite_mig_internal._py_execute(format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, k.conname, s.def)) END,
			sqlite_mig_internal._py_execute(format('COMMENT ON CONSTRAINT %I ON %I.%I IS ', k.conname, n.nspname, c.relname) || quote_literal(obj_description(k.oid, 'pg_constraint')))
		FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
			LEFT JOIN pg_class AS p ON p.oid = k.confrelid LEFT JOIN pg_namespace AS pn ON pn.oid = p.relnamespace,
			LATERAL (SELECT array_agg(a.attname::text ORDER BY u.n) AS names, string_agg(quote_ident(a.attname), ', ' ORDER BY u.n) AS list
				FROM unnest(k.conkey) WITH ORDINALITY AS u (attnum, n) JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.attnum) AS l,
			LATERAL (SELECT array_agg(a.attname::text ORDER BY u.n) AS names, string_agg(quote_ident(a.attname), ', ' ORDER BY u.n) AS list
				FROM unnest(k.confkey) WITH ORDINALITY AS u (attnum, n) JOIN pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = u.attnum) AS r,
			LATERAL (SELECT CASE k.confupdtype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' WHEN 'r' THEN 'RESTRICT' END AS on_update,
				CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' WHEN 'r' THEN 'RESTRICT' END AS on_delete,
				CASE k.confmatchtype WHEN 'f' THEN 'FULL' WHEN 'p' THEN 'PARTIAL' END AS matched, pg_get_expr(k.conbin, k.conrelid) AS expr) AS e,
			LATERAL (SELECT pg_get_constraintdef(k.oid) AS def,
				concat(', onupdate=' || quote_literal(e.on_update), ', ondelete=' || quote_literal(e.on_delete), ', match=' || quote_literal(e.matched),
					CASE WHEN k.condeferrable THEN ', deferrable=True' END, CASE WHEN k.condeferred THEN ', initially=''DEFERRED''' END) AS options,
				CASE k.contype
					WHEN 'p' THEN format('sa.PrimaryKeyConstraint(%s', sqlite_mig_internal._py_names(l.names))
					-- (CREATE TABLE drops one of two with the same columns)
					WHEN 'u' THEN CASE WHEN NOT EXISTS (SELECT FROM pg_constraint AS o WHERE o.conrelid = k.conrelid AND o.conkey = k.conkey AND (o.contype = 'p' OR o.contype = 'u' AND o.conname < k.conname))
						THEN format('sa.UniqueConstraint(%s', sqlite_mig_internal._py_names(l.names)) END
					WHEN 'c' THEN format('sa.CheckConstraint(%s', sqlite_mig_internal._py_sql(e.expr))
					-- (the name of a column there is split at its dots)
					WHEN 'f' THEN CASE WHEN concat(pn.nspname, p.relname, array_to_string(r.names, '')) !~ '[.]' THEN format('sa.ForeignKeyConstraint([%s], [%s]', sqlite_mig_internal._py_names(l.names),
						(SELECT string_agg(sqlite_mig_internal._py(concat_ws('.', nullif(pn.nspname, 'public'), p.relname, u.name)), ', ' ORDER BY u.n) FROM unnest(r.names) WITH ORDINALITY AS u (name, n))) END
				END AS words,
				-- what these words make
				CASE k.contype
					WHEN 'p' THEN format('PRIMARY KEY (%s)', l.list)
					WHEN 'u' THEN format('UNIQUE (%s)', l.list)
					WHEN 'c' THEN format('CHECK (%s)', e.expr)
					WHEN 'f' THEN concat(format('FOREIGN KEY (%s) REFERENCES %I.%I(%s)', l.list, pn.nspname, p.relname, r.list), ' MATCH ' || e.matched, ' ON UPDATE ' || e.on_update, ' ON DELETE ' || e.on_delete)
				END || CASE WHEN k.condeferrable THEN ' DEFERRABLE' ELSE '' END || CASE WHEN k.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END AS sayable) AS s
		WHERE k.conrelid = _alembic_constraints.relation AND k.contype IN ('p', 'u', 'c', 'f', 'x')
		ORDER BY array_position('{p,u,c,f,x}'::"char"[], k.contype), k.conname;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._alembic_constraints(oid) IS 'internal: constraints of a table in the words of SQLAlchemy';

/* The indexes of a table that are no constraint's: op.create_index where it can say the whole definition. */
CREATE FUNCTION sqlite_mig_internal._alembic_indexes(relation oid) RETURNS SETOF text
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT o.operation
		FROM pg_index AS i JOIN pg_class AS x ON x.oid = i.indexrelid JOIN pg_am AS m ON m.oid = x.relam JOIN pg_class AS c ON c.oid = i.indrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace,
			LATERAL (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY u.n) FILTER (WHERE u.n <= i.indnkeyatts) AS keys, array_agg(a.attname::text ORDER BY u.n) FILTER (WHERE u.n <= i.indnkeyatts) AS key_names,
					string_agg(quote_ident(a.attname), ', ' ORDER BY u.n) FILTER (WHERE u.n > i.indnkeyatts) AS others, array_agg(a.attname::text ORDER BY u.n) FILTER (WHERE u.n > i.indnkeyatts) AS other_names
				FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS u (attnum, n) LEFT JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = u.attnum AND u.attnum <> 0) AS k,
			LATERAL (SELECT pg_get_indexdef(i.indexrelid) AS def, pg_get_expr(i.indpred, i.indrelid) AS predicate,
				format('CREATE %sINDEX %I ON %I.%I USING %I (', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, x.relname, n.nspname, c.relname, m.amname) AS head) AS d,
			LATERAL (SELECT concat(')', ' INCLUDE (' || k.others || ')', ' WHERE ' || d.predicate) AS tail) AS t,
			-- what stands between the parentheses: the keys with their collations, classes and directions
			LATERAL (SELECT CASE WHEN x.reloptions IS NULL AND starts_with(d.def, d.head) AND right(d.def, length(t.tail)) = t.tail
				THEN substr(d.def, length(d.head) + 1, length(d.def) - length(d.head) - length(t.tail)) END AS list) AS l,
			LATERAL (VALUES
				(1, CASE WHEN l.list IS NULL THEN sqlite_mig_internal._py_execute(d.def)
					ELSE format('op.create_index(%s, %s, [%s]%s%s)', sqlite_mig_internal._py_name(x.relname), sqlite_mig_internal._py_name(c.relname),
						CASE WHEN l.list = k.keys THEN sqlite_mig_internal._py_names(k.key_names) ELSE sqlite_mig_internal._py_sql(l.list) END, sqlite_mig_internal._py_schema(n.nspname),
						concat(CASE WHEN i.indisunique THEN ', unique=True' END, ', postgresql_using=' || sqlite_mig_internal._py(nullif(m.amname, 'btree')),
							', postgresql_include=[' || sqlite_mig_internal._py_names(k.other_names) || ']', ', postgresql_where=' || sqlite_mig_internal._py_sql(d.predicate))) END),
				(2, sqlite_mig_internal._py_execute(format('COMMENT ON INDEX %I.%I IS ', n.nspname, x.relname) || quote_literal(obj_description(x.oid, 'pg_class'))))) AS o (n, operation)
		WHERE i.indrelid = _alembic_indexes.relation AND o.operation IS NOT NULL
			AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
		ORDER BY x.relname, o.n;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._alembic_indexes(oid) IS 'internal: indexes of a table as operations of Alembic';
