-- A migrated schema as the first revision of Alembic, continued: the order of its operations, and the file around them.
-- What each operation says is of 91_alembic.

/* The tables of a migration, parents before children as far as their foreign keys allow. Throws what cannot be written as a revision. */
CREATE FUNCTION sqlite_mig_internal._alembic_tables(plan sqlite_mig.migration) RETURNS oid[]
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	bad  record;
	done oid[] := '{}';
	next oid;
BEGIN
	SELECT t.name, t.relation, c.relkind INTO bad FROM sqlite_mig_internal._targets((plan).migration) AS t LEFT JOIN pg_class AS c ON c.oid = t.relation
		WHERE t.relation IS NULL OR c.relkind <> 'r' OR c.relispartition ORDER BY t.relation IS NOT NULL, t.load_order, t.source_name LIMIT 1;
	IF FOUND AND bad.relation IS NULL THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('table %s does not exist', bad.name), detail => 'A revision describes tables that a migration has made.',
			hint => format('CALL sqlite_mig.migrate(%L, migration => %L);', (plan).server, (plan).migration));
	ELSIF FOUND THEN
		PERFORM sqlite_mig_internal._refuse('feature_not_supported', format('%s is no plain table', bad.name), detail => 'Partitioned tables, foreign tables and views are not written as a revision.',
			hint => 'Leave it out with include = false in plan_table, and write its operation by hand.');
	END IF;
	SELECT a.attrelid::regclass AS name, a.attname, y.oid::regtype AS type INTO bad
		FROM sqlite_mig_internal._targets((plan).migration) AS t JOIN sqlite_mig_internal._alembic_types(t.relation) AS u ON true JOIN pg_type AS y ON y.oid = u.type JOIN pg_attribute AS a ON a.attrelid = t.relation AND a.attnum = u.attnum
		WHERE u.statement IS NULL ORDER BY t.load_order, a.attnum LIMIT 1;
	IF FOUND THEN
		PERFORM sqlite_mig_internal._refuse('feature_not_supported', format('type %s of column "%s" of table %s is not written as a revision', bad.type, bad.attname, bad.name),
			detail => 'Types of the database itself are written when they are enumerations or domains.');
	END IF;
	LOOP
		SELECT t.relation INTO next
			FROM sqlite_mig_internal._targets((plan).migration) AS t,
				LATERAL (SELECT count(*) AS missing FROM pg_constraint AS k WHERE k.conrelid = t.relation AND k.contype = 'f' AND k.confrelid NOT IN (t.relation) AND k.confrelid <> ALL (done)
					AND k.confrelid IN (SELECT o.relation FROM sqlite_mig_internal._targets((plan).migration) AS o)) AS k
			WHERE t.relation <> ALL (done) ORDER BY k.missing, t.load_order, t.source_name LIMIT 1;
		EXIT WHEN NOT FOUND;
		done := done || next;
	END LOOP;
	RETURN done;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._alembic_tables(sqlite_mig.migration) IS 'internal: tables of a migration in the order of their foreign keys';

/* Enumerations and domains that columns of a table have and no extension does, with the statement that makes each; NULL for other types. */
CREATE FUNCTION sqlite_mig_internal._alembic_types(relation oid) RETURNS TABLE (attnum smallint, type oid, name text, statement text)
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT a.attnum, y.oid, q.name, CASE y.typtype
			WHEN 'e' THEN format('CREATE TYPE %s AS ENUM (%s)', q.name, (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum AS e WHERE e.enumtypid = y.oid))
			WHEN 'd' THEN concat(format('CREATE DOMAIN %s AS %s', q.name, format_type(y.typbasetype, y.typtypmod)),
				(SELECT format(' COLLATE %I.%I', n.nspname, l.collname) FROM pg_collation AS l JOIN pg_namespace AS n ON n.oid = l.collnamespace JOIN pg_type AS b ON b.oid = y.typbasetype
					WHERE l.oid = y.typcollation AND l.oid <> b.typcollation),
				' DEFAULT ' || y.typdefault, CASE WHEN y.typnotnull THEN ' NOT NULL' END,
				(SELECT string_agg(format(' CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), '' ORDER BY k.conname) FROM pg_constraint AS k WHERE k.contypid = y.oid AND k.contype = 'c')) END
		FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid JOIN pg_type AS y ON y.oid = CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE t.oid END
			JOIN pg_namespace AS n ON n.oid = y.typnamespace,
			LATERAL (SELECT format('%I.%I', n.nspname, y.typname) AS name) AS q
		WHERE a.attrelid = _alembic_types.relation AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname NOT IN ('pg_catalog', 'information_schema')
			AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_type'::regclass AND d.objid = y.oid AND d.deptype = 'e');
$$;
COMMENT ON FUNCTION sqlite_mig_internal._alembic_types(oid) IS 'internal: types that must be there before a table';

/* The extensions that columns, keys, indexes and defaults of tables need. */
CREATE FUNCTION sqlite_mig_internal._alembic_extensions(tables oid[]) RETURNS SETOF text
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT format('CREATE EXTENSION IF NOT EXISTS %I', e.extname) FROM pg_extension AS e
		WHERE EXISTS (SELECT FROM pg_depend AS m JOIN pg_depend AS d ON d.refclassid = m.classid AND d.refobjid = m.objid
			WHERE m.deptype = 'e' AND m.refclassid = 'pg_extension'::regclass AND m.refobjid = e.oid AND (
				d.classid = 'pg_class'::regclass AND (d.objid = ANY (tables) OR d.objid IN (SELECT i.indexrelid FROM pg_index AS i WHERE i.indrelid = ANY (tables)))
				OR d.classid = 'pg_attrdef'::regclass AND d.objid IN (SELECT f.oid FROM pg_attrdef AS f WHERE f.adrelid = ANY (tables))
				OR d.classid = 'pg_constraint'::regclass AND d.objid IN (SELECT k.oid FROM pg_constraint AS k WHERE k.conrelid = ANY (tables))))
		ORDER BY e.extname;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._alembic_extensions(oid[]) IS 'internal: extensions that must be there before tables';

/* What op.create_table cannot say of a table and its columns. */
CREATE FUNCTION sqlite_mig_internal._alembic_settings(relation oid) RETURNS SETOF text
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
	SELECT sqlite_mig_internal._py_execute(format('ALTER TABLE %I.%I %s', n.nspname, c.relname, s.change))
		FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace, LATERAL (
			SELECT 0 AS n, format('SET (%s)', string_agg(format('%I = %L', o.option_name, o.option_value), ', ')) AS change FROM pg_options_to_table(c.reloptions) AS o HAVING count(*) > 0
			UNION ALL SELECT a.attnum, format('ALTER COLUMN %I ', a.attname) || v.change
				FROM pg_attribute AS a JOIN pg_type AS y ON y.oid = a.atttypid, LATERAL (VALUES
					(CASE a.attcompression WHEN 'p' THEN 'SET COMPRESSION pglz' WHEN 'l' THEN 'SET COMPRESSION lz4' END),
					(CASE WHEN a.attstorage <> y.typstorage THEN 'SET STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END),
					(CASE WHEN a.attstattarget >= 0 THEN 'SET STATISTICS ' || a.attstattarget END),
					((SELECT format('SET (%s)', string_agg(format('%I = %L', o.option_name, o.option_value), ', ')) FROM pg_options_to_table(a.attoptions) AS o WHERE o.option_name LIKE 'n\_distinct%' HAVING count(*) > 0))) AS v (change)
				WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS s
		WHERE c.oid = _alembic_settings.relation AND s.change IS NOT NULL
		ORDER BY s.n, s.change;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._alembic_settings(oid) IS 'internal: settings of a table and its columns as operations of Alembic';

/* Sequences that neither "serial" nor an identity makes as they are: "before" tables and "after" them. */
CREATE FUNCTION sqlite_mig_internal._alembic_sequences(tables oid[], OUT before text[], OUT after text[], OUT drops text[])
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT array_agg(DISTINCT format('CREATE SEQUENCE %s AS %s%s', q.name, format_type(p.seqtypid, NULL), (SELECT o.options FROM sqlite_mig_internal._sequence_options(s.oid) AS o))) FILTER (WHERE q.own),
			array_agg(v.statement ORDER BY s.relname, v.n) FILTER (WHERE v.statement IS NOT NULL),
			array_agg(DISTINCT format('DROP SEQUENCE IF EXISTS %s', q.name)) FILTER (WHERE q.own)
		FROM unnest(tables) AS t (relation) JOIN pg_class AS c ON c.oid = t.relation JOIN pg_namespace AS cn ON cn.oid = c.relnamespace
			-- (OFFSET: table by table, not all of the catalogs at once)
			CROSS JOIN LATERAL (SELECT * FROM sqlite_mig_internal._column_sequences(t.relation) AS o OFFSET 0) AS u JOIN pg_class AS s ON s.oid = u.sequence JOIN pg_namespace AS n ON n.oid = s.relnamespace
			JOIN pg_sequence AS p ON p.seqrelid = s.oid JOIN pg_attribute AS a ON a.attrelid = t.relation AND a.attnum = u.attnum,
			LATERAL (SELECT format('%I.%I', n.nspname, s.relname) AS name, NOT u.is_identity AND NOT u.is_serial AS own) AS q,
			LATERAL (VALUES
				(1, CASE WHEN q.own AND u.is_owned THEN format('ALTER SEQUENCE %s OWNED BY %I.%I.%I', q.name, cn.nspname, c.relname, a.attname) END),
				-- the sequence of an identity is called after table and column, cut where that is too long; this one may have kept the name of others
				(2, CASE WHEN u.is_identity AND s.relname <> format('%s_%s_seq', c.relname, a.attname) THEN
					format('DO %L', format('DECLARE found regclass := pg_get_serial_sequence(%L, %L); BEGIN IF (SELECT relname FROM pg_class WHERE oid = found) <> %L THEN EXECUTE format(''ALTER SEQUENCE %%s RENAME TO %%I'', found, %L); END IF; END',
						format('%I.%I', cn.nspname, c.relname), a.attname, s.relname, s.relname)) END),
				(3, format('COMMENT ON SEQUENCE %s IS ', q.name) || quote_literal(obj_description(s.oid, 'pg_class')))) AS v (n, statement)
		WHERE NOT u.is_serial;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._alembic_sequences(oid[]) IS 'internal: sequences as statements around those of tables';

/* A table with what can be part of its op.create_table, the rest of its constraints, and its indexes; foreign keys to tables that come "later" are left out. */
CREATE FUNCTION sqlite_mig_internal._alembic_table(relation oid, later oid[]) RETURNS SETOF text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	made record;
BEGIN
	SELECT c.relname, n.nspname, c.relpersistence, obj_description(c.oid, 'pg_class') AS comment INTO STRICT made
		FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = relation;
	RETURN NEXT format(E'op.create_table(\n\t%s)', array_to_string(sqlite_mig_internal._py_name(made.relname)
		|| ARRAY(SELECT * FROM sqlite_mig_internal._alembic_columns(relation))
		|| ARRAY(SELECT k.words FROM sqlite_mig_internal._alembic_constraints(relation) AS k WHERE k.words IS NOT NULL AND NOT k.waits AND NOT coalesce(k.parent = ANY (later), false))
		|| nullif(concat_ws(', ', nullif(substr(sqlite_mig_internal._py_schema(made.nspname), 3), ''), CASE WHEN made.relpersistence = 'u' THEN 'prefixes=[''UNLOGGED'']' END,
			'comment=' || sqlite_mig_internal._py(made.comment)), ''), E',\n\t'));
	RETURN QUERY SELECT * FROM sqlite_mig_internal._alembic_settings(relation);
	RETURN QUERY SELECT k.operation FROM sqlite_mig_internal._alembic_constraints(relation) AS k WHERE k.words IS NULL AND k.kind <> 'f';
	RETURN QUERY SELECT * FROM sqlite_mig_internal._alembic_indexes(relation);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._alembic_table(oid, oid[]) IS 'internal: a table and its indexes as operations of Alembic';

/* The schema of a migration and those of types that its tables need, without those that every database has. */
CREATE FUNCTION sqlite_mig_internal._alembic_schemas(plan sqlite_mig.migration, tables oid[]) RETURNS SETOF text
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT n.nspname::text FROM pg_namespace AS n WHERE n.nspname <> 'public' AND (n.nspname = (plan).target_schema
		OR n.oid IN (SELECT y.typnamespace FROM unnest(tables) AS t (relation), LATERAL sqlite_mig_internal._alembic_types(t.relation) AS u JOIN pg_type AS y ON y.oid = u.type)) ORDER BY n.nspname;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._alembic_schemas(sqlite_mig.migration, oid[]) IS 'internal: schemas that must be there before tables';

/* Everything in the order in which it can be made. */
CREATE FUNCTION sqlite_mig_internal._alembic_upgrade(plan sqlite_mig.migration, tables oid[]) RETURNS SETOF text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	sequences record;
BEGIN
	SELECT * INTO sequences FROM sqlite_mig_internal._alembic_sequences(tables);
	RETURN QUERY SELECT sqlite_mig_internal._py_execute(s.statement) FROM (
			SELECT 1, format('CREATE SCHEMA IF NOT EXISTS %I', n.name) FROM sqlite_mig_internal._alembic_schemas(plan, tables) AS n (name)
			UNION ALL SELECT 2, format('COMMENT ON SCHEMA %I IS ', n.name) || quote_literal(obj_description(to_regnamespace(quote_ident(n.name)), 'pg_namespace')) FROM sqlite_mig_internal._alembic_schemas(plan, tables) AS n (name)
			UNION ALL SELECT 3, e FROM sqlite_mig_internal._alembic_extensions(tables) AS e
			UNION ALL SELECT 4, y.statement FROM (SELECT DISTINCT y.statement FROM unnest(tables) AS t (relation), LATERAL sqlite_mig_internal._alembic_types(t.relation) AS y) AS y
			UNION ALL SELECT 5, q FROM unnest(sequences.before) AS q
		) AS s (part, statement) WHERE s.statement IS NOT NULL ORDER BY s.part, s.statement COLLATE "C";
	FOR i IN 1 .. cardinality(tables) LOOP
		RETURN QUERY SELECT * FROM sqlite_mig_internal._alembic_table(tables[i], tables[i + 1:]);
	END LOOP;
	RETURN QUERY SELECT k.operation FROM unnest(tables) WITH ORDINALITY AS t (relation, n), LATERAL sqlite_mig_internal._alembic_constraints(t.relation) AS k
		WHERE k.kind = 'f' AND (k.words IS NULL OR k.waits OR k.parent = ANY (tables[t.n + 1:])) ORDER BY t.n, k.name COLLATE "C";
	RETURN QUERY SELECT k.comment FROM unnest(tables) WITH ORDINALITY AS t (relation, n), LATERAL sqlite_mig_internal._alembic_constraints(t.relation) AS k
		WHERE k.comment IS NOT NULL ORDER BY t.n, k.name COLLATE "C";
	RETURN QUERY SELECT sqlite_mig_internal._py_execute(q) FROM unnest(sequences.after) WITH ORDINALITY AS q (q, n) ORDER BY n;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._alembic_upgrade(sqlite_mig.migration, oid[]) IS 'internal: the operations that make a migrated schema';

CREATE FUNCTION sqlite_mig_internal._alembic_downgrade(plan sqlite_mig.migration, tables oid[]) RETURNS SETOF text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	sequences record;
BEGIN
	SELECT * INTO sequences FROM sqlite_mig_internal._alembic_sequences(tables);
	-- those of cycles; the others go with their tables
	RETURN QUERY SELECT format('op.drop_constraint(%s, %s, type_=''foreignkey''%s)', sqlite_mig_internal._py_name(k.name), sqlite_mig_internal._py_name(c.relname), sqlite_mig_internal._py_schema(n.nspname))
		FROM unnest(tables) WITH ORDINALITY AS t (relation, n) JOIN pg_class AS c ON c.oid = t.relation JOIN pg_namespace AS n ON n.oid = c.relnamespace
			CROSS JOIN LATERAL sqlite_mig_internal._alembic_constraints(t.relation) AS k
		WHERE k.kind = 'f' AND k.parent = ANY (tables[t.n + 1:]) ORDER BY t.n, k.name COLLATE "C";
	RETURN QUERY SELECT format('op.drop_table(%s%s)', sqlite_mig_internal._py_name(c.relname), sqlite_mig_internal._py_schema(n.nspname))
		FROM unnest(tables) WITH ORDINALITY AS t (relation, n) JOIN pg_class AS c ON c.oid = t.relation JOIN pg_namespace AS n ON n.oid = c.relnamespace ORDER BY t.n DESC;
	RETURN QUERY SELECT sqlite_mig_internal._py_execute(q) FROM unnest(sequences.drops) WITH ORDINALITY AS q (q, n) ORDER BY n;
	RETURN QUERY SELECT sqlite_mig_internal._py_execute(format('DROP %s %s', y.kind, y.name))
		FROM (SELECT DISTINCT CASE WHEN y.statement LIKE 'CREATE DOMAIN%' THEN 'DOMAIN' ELSE 'TYPE' END AS kind, y.name FROM unnest(tables) AS t (relation), LATERAL sqlite_mig_internal._alembic_types(t.relation) AS y) AS y ORDER BY y.name COLLATE "C";
	-- a schema stays when somebody else keeps something in it
	RETURN QUERY SELECT sqlite_mig_internal._py_execute(format('DO %L', format('BEGIN DROP SCHEMA %I; EXCEPTION WHEN dependent_objects_still_exist THEN RAISE NOTICE %L; END',
			n.name, replace(format('schema "%s" is not empty and stays', n.name), '%', '%%'))))
		FROM sqlite_mig_internal._alembic_schemas(plan, tables) AS n (name);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._alembic_downgrade(sqlite_mig.migration, oid[]) IS 'internal: the operations that take a migrated schema away';

/* Throws 22023 when Alembic would not take a revision id. */
CREATE FUNCTION sqlite_mig_internal._check_revision(revision text) RETURNS void
	LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF revision !~ '^[A-Za-z0-9_]{1,32}$' THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', format('"%s" is no revision id', revision),
			hint => 'It has at most 32 letters, digits and underscores; Alembic''s own are 12 hexadecimal digits.');
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_revision(text) IS 'internal: throws when a text is no revision id';

CREATE FUNCTION sqlite_mig.alembic_revision(server text, migration text DEFAULT NULL, down_revision text DEFAULT NULL, revision_id text DEFAULT NULL,
		OUT filename text, OUT revision text, OUT stamp text, OUT content text)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	plan   constant sqlite_mig.migration := sqlite_mig_internal._migration(coalesce(alembic_revision.migration, alembic_revision.server));
	tables constant oid[] := sqlite_mig_internal._alembic_tables(plan);
	body   text;
	others text;
BEGIN
	PERFORM sqlite_mig_internal._check_revision(v) FROM (VALUES (down_revision), (revision_id)) AS v (v);
	revision := coalesce(revision_id, left(encode(sha256(convert_to(concat_ws(E'\n', plan.server, plan.migration, plan.target_schema), 'UTF8')), 'hex'), 12));
	filename := format('%s_%s.py', revision, coalesce(nullif(btrim(left(regexp_replace(lower(plan.migration COLLATE "C"), '[^a-z0-9]+', '_', 'g'), 40), '_') , ''), 'schema'));
	stamp := E'CREATE TABLE IF NOT EXISTS alembic_version (version_num varchar(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));\n'
		|| coalesce('DELETE FROM alembic_version WHERE version_num = ' || quote_literal(down_revision) || E';\n', '')
		|| format('INSERT INTO alembic_version VALUES (%L) ON CONFLICT DO NOTHING;', revision);
	body := format(E'def upgrade():\n\t%s\n\n\ndef downgrade():\n\t%s\n',
		coalesce((SELECT string_agg(replace(o.o, E'\n', E'\n\t'), E'\n\t' ORDER BY o.n) FROM sqlite_mig_internal._alembic_upgrade(plan, tables) WITH ORDINALITY AS o (o, n)), 'pass'),
		coalesce((SELECT string_agg(o.o, E'\n\t' ORDER BY o.n) FROM sqlite_mig_internal._alembic_downgrade(plan, tables) WITH ORDINALITY AS o (o, n)), 'pass'));
	SELECT string_agg(o.name, ', ' ORDER BY o.part, o.name COLLATE "C") INTO others FROM (
		SELECT 1, format('view %I.%I', plan.target_schema, v.target_name) FROM sqlite_mig.plan_view AS v
			WHERE v.migration = plan.migration AND to_regclass(format('%I.%I', plan.target_schema, v.target_name)) IS NOT NULL
		UNION ALL SELECT 2, format('trigger %I of %s', t.tgname, t.tgrelid::regclass) FROM pg_trigger AS t WHERE t.tgrelid = ANY (tables) AND NOT t.tgisinternal) AS o (part, name);
	IF others IS NOT NULL THEN
		RAISE WARNING USING MESSAGE = 'views and triggers are not part of the revision', DETAIL = format('Left out: %s.', others),
			HINT = 'Add op.execute() with their definitions, as sqlite_mig.ddl() shows them, to the file.';
	END IF;
	content := concat(
		-- (what would end the docstring or start an escape is no part of it)
		format(E'"""Schema %s, as migration %s made it\n\nRevision ID: %s\nRevises: %s\n"""\n', translate(plan.target_schema, E'"\\\n\r', '____'), translate(plan.migration, E'"\\\n\r', '____'), revision, down_revision),
		E'import sqlalchemy as sa\nfrom alembic import op\n', CASE WHEN body ~ '\ypostgresql\.[A-Z]' THEN E'from sqlalchemy.dialects import postgresql\n' END,
			CASE WHEN body ~ '\y_Type\(' THEN E'from sqlalchemy.ext.compiler import compiles\n' END,
		format(E'\nrevision = %s\ndown_revision = %s\nbranch_labels = None\ndepends_on = None\n', sqlite_mig_internal._py(revision), coalesce(sqlite_mig_internal._py(down_revision), 'None')),
		CASE WHEN body ~ '\y_sql\(' THEN E'\n\ndef _sql(text):\n\t"""SQL as it stands: a colon in it starts no parameter."""\n\treturn sa.text(text.replace(":", "\\\\:"))\n' END,
		CASE WHEN body ~ '\y_Type\(' THEN E'\n\nclass _Type(sa.types.UserDefinedType):\n\t"""A type that SQLAlchemy has no class for, by its name."""\n\n\tcache_ok = True\n\n'
			'\tdef __init__(self, name):\n\t\tself.name = name\n\n\n@compiles(_Type)\ndef _compile_type(element, compiler, **kw):\n'
			'\tdoubled = compiler.dialect.paramstyle in ("format", "pyformat")\n\treturn element.name.replace("%", "%%") if doubled else element.name\n' END,
		E'\n\n', body);
	-- four spaces, as Python people have it; a tab inside a literal is written \t
	content := replace(content, E'\t', '    ');
END;
$$;
COMMENT ON FUNCTION sqlite_mig.alembic_revision(text, text, text, text) IS
	'a migrated schema as a revision file of Alembic, and the statements that stamp the database that has it already';
