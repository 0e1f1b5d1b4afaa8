-- Many files of one kind, one for each tenant. Owns what joins them: servers, types that hold for all, partitions. Each file
-- is a migration of its own, with its plan, ledger and verdict; nothing here reads or converts a value.

/* Names of a tenant's server, migration and schema, from a file where no name was said: its base name in small letters. */
CREATE FUNCTION sqlite_mig_internal._tenant_of(file text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT trim('_' FROM regexp_replace(sqlite_mig_internal._small(regexp_replace(regexp_replace(file, '^.*/', ''), '\.[^.]*$', '')), '[^[:alnum:]]+', '_', 'g'));
END;
COMMENT ON FUNCTION sqlite_mig_internal._tenant_of(text) IS 'internal: name of a tenant after its file';

/* The one type that holds what each of several does. */
CREATE FUNCTION sqlite_mig_internal._common_type(types text[]) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE
		WHEN count(DISTINCT t) <= 1 THEN min(t)
		WHEN bool_and(t IN ('smallint', 'integer', 'bigint')) THEN 'bigint'
		WHEN bool_and(t ~ '^(smallint|integer|bigint|numeric.*|real|double precision)$') THEN 'numeric'
		WHEN bool_and(t IN ('timestamp', 'timestamptz')) THEN 'timestamptz'
		ELSE 'text' END
	FROM unnest(types) AS t;
END;
COMMENT ON FUNCTION sqlite_mig_internal._common_type(text[]) IS 'internal: a type that holds the values of several';

/* Gives the columns of several plans the same types: that of the table they shall be partitions of, else one that holds the values of all. */
CREATE FUNCTION sqlite_mig_internal._many_types(migrations text[], target_schema text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.plan_column AS c SET target_type = w.type, format = CASE
			WHEN w.type = 'text' AND (c.evidence ->> 'texts')::bigint < (c.evidence ->> 'rows')::bigint - (c.evidence ->> 'nulls')::bigint THEN 'any' WHEN w.type <> 'text' THEN c.format END
		FROM (SELECT p.source_table, p.source_name, t.target_name, p.target_name AS column_name, coalesce(
					(SELECT CASE format_type(a.atttypid, a.atttypmod) WHEN 'timestamp with time zone' THEN 'timestamptz' WHEN 'timestamp without time zone' THEN 'timestamp'
							WHEN 'time without time zone' THEN 'time' ELSE replace(format_type(a.atttypid, a.atttypmod), 'character varying', 'varchar') END
						FROM pg_attribute AS a WHERE a.attrelid = to_regclass(format('%I.%I', _many_types.target_schema, t.target_name)) AND a.attname = p.target_name AND NOT a.attisdropped),
					sqlite_mig_internal._common_type(array_agg(p.target_type) FILTER (WHERE (p.evidence ->> 'rows')::bigint > (p.evidence ->> 'nulls')::bigint)),
					sqlite_mig_internal._common_type(array_agg(p.target_type))) AS type
				FROM sqlite_mig.plan_column AS p JOIN sqlite_mig.plan_table AS t ON t.migration = p.migration AND t.source_name = p.source_table
				WHERE p.migration = ANY (migrations) AND p.include AND t.include
				GROUP BY p.source_table, p.source_name, t.target_name, p.target_name) AS w
		WHERE c.migration = ANY (migrations) AND c.source_table = w.source_table AND c.source_name = w.source_name AND c.target_name = w.column_name AND c.target_type <> w.type;
END;
COMMENT ON FUNCTION sqlite_mig_internal._many_types(text[], text) IS 'internal: one type for the columns of several plans';

/* The partitioned table of a tenant's first table of that name; NULL columns of later ones are made on both sides. */
CREATE FUNCTION sqlite_mig_internal._many_parent(parent_schema text, child regclass, tenant_column text) RETURNS regclass
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name   constant text := (SELECT c.relname FROM pg_class AS c WHERE c.oid = child);
	parent regclass := to_regclass(format('%I.%I', parent_schema, name));
	item   record;
BEGIN
	IF EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = child AND a.attname = tenant_column AND NOT a.attisdropped) THEN
		PERFORM sqlite_mig_internal._refuse('duplicate_column', format('table "%s" has a column "%s" of its own', name, tenant_column),
			hint => 'Call the column of the tenant something else with tenant_column => ''...''.');
	END IF;
	IF parent IS NULL THEN
		EXECUTE format('CREATE TABLE %I.%I (%I text NOT NULL, LIKE %s INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING COMMENTS INCLUDING COMPRESSION) PARTITION BY LIST (%3$I)',
			parent_schema, name, tenant_column, child);
		RETURN to_regclass(format('%I.%I', parent_schema, name));
	END IF;
	IF NOT EXISTS (SELECT FROM pg_partitioned_table AS p JOIN pg_attribute AS a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
			WHERE p.partrelid = parent AND p.partstrat = 'l' AND p.partnatts = 1 AND a.attname = tenant_column) THEN
		PERFORM sqlite_mig_internal._refuse('duplicate_table', format('table "%s" of schema "%s" is not partitioned by list of "%s"', name, parent_schema, tenant_column),
			hint => 'Choose another target_schema, or layout => ''schemas''.');
	END IF;
	FOR item IN
		SELECT format('ALTER TABLE %s ADD COLUMN %I %s', CASE WHEN c.attname IS NULL THEN child ELSE parent END, coalesce(c.attname, p.attname), format_type(coalesce(c.atttypid, p.atttypid), coalesce(c.atttypmod, p.atttypmod))) AS statement
			FROM (SELECT a.* FROM pg_attribute AS a WHERE a.attrelid = parent AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> tenant_column) AS p
				FULL JOIN (SELECT a.* FROM pg_attribute AS a WHERE a.attrelid = child AND a.attnum > 0 AND NOT a.attisdropped) AS c ON c.attname = p.attname
			WHERE c.attname IS NULL OR p.attname IS NULL
		UNION ALL SELECT format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL', parent, p.attname)
			FROM pg_attribute AS p LEFT JOIN pg_attribute AS c ON c.attrelid = child AND c.attname = p.attname AND NOT c.attisdropped
			WHERE p.attrelid = parent AND p.attnum > 0 AND NOT p.attisdropped AND p.attnotnull AND p.attname <> tenant_column AND NOT coalesce(c.attnotnull, false)
	LOOP
		EXECUTE item.statement;
	END LOOP;
	RETURN parent;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._many_parent(text, regclass, text) IS 'internal: the partitioned table for a table of a tenant';

/* Makes the tables of a migration partitions. Numbers come from one sequence for all tenants then, as a partition has no identity. */
CREATE FUNCTION sqlite_mig_internal._many_attach(migration text, target_schema text, tenant_column text, tenant text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	item     record;
	parent   regclass;
	name     text;
	sequence text;
	-- beyond the largest number where that is given: there is no next one then
	next     numeric;
	starts   numeric[];
BEGIN
	FOR item IN
		SELECT r.child, format('%I.%I', m.target_schema, t.target_name) AS child_name, t.target_name,
				ARRAY(SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = r.child AND a.attnum > 0 AND NOT a.attisdropped AND (a.attidentity <> ''
					OR EXISTS (SELECT FROM sqlite_mig.plan_column AS c WHERE c.migration = m.migration AND c.source_table = t.source_name AND c.target_name = a.attname AND c.identity IS NOT NULL))) AS identities
			FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t ON t.migration = m.migration AND t.include, LATERAL to_regclass(format('%I.%I', m.target_schema, t.target_name)) AS r (child)
			WHERE m.migration = _many_attach.migration ORDER BY t.load_order
	LOOP
		starts := '{}';
		FOR n IN 1 .. cardinality(item.identities) LOOP
			EXECUTE format('SELECT CASE WHEN s.is_called THEN s.last_value::numeric + 1 ELSE s.last_value END FROM %s AS s', pg_get_serial_sequence(item.child_name, item.identities[n])) INTO next;
			EXECUTE CASE WHEN (SELECT a.attidentity FROM pg_attribute AS a WHERE a.attrelid = item.child AND a.attname = item.identities[n]) <> ''
				THEN format('ALTER TABLE %s ALTER COLUMN %I DROP IDENTITY', item.child, item.identities[n])
				ELSE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', item.child, item.identities[n]) END;
			starts := starts || next;
		END LOOP;
		parent := sqlite_mig_internal._many_parent(_many_attach.target_schema, item.child, tenant_column);
		FOR n IN 1 .. cardinality(item.identities) LOOP
			sequence := pg_get_serial_sequence(format('%I.%I', _many_attach.target_schema, item.target_name), item.identities[n]);
			IF sequence IS NULL THEN
				name := sqlite_mig_internal._short_name(item.target_name || '_' || item.identities[n] || '_seq');
				WHILE to_regclass(format('%I.%I', _many_attach.target_schema, name)) IS NOT NULL LOOP
					name := sqlite_mig_internal._short_name(name || '_');
				END LOOP;
				sequence := format('%I.%I', _many_attach.target_schema, name);
				EXECUTE format('CREATE SEQUENCE %s OWNED BY %s.%I', sequence, parent, item.identities[n]);
			END IF;
			EXECUTE format('SELECT setval(%L, least(g.next, 9223372036854775807)::bigint, g.next > 9223372036854775807) FROM %s AS s, LATERAL (SELECT greatest(%s, CASE WHEN s.is_called THEN s.last_value::numeric + 1 ELSE s.last_value END) AS next) AS g', sequence, sequence, starts[n]);
			EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT nextval(%L)', item.child, item.identities[n], sequence);
			EXECUTE format('ALTER TABLE ONLY %s ALTER COLUMN %I SET DEFAULT nextval(%L)', parent, item.identities[n], sequence);
		END LOOP;
		EXECUTE format('ALTER TABLE %s ADD COLUMN %I text NOT NULL DEFAULT %L', item.child, tenant_column, tenant);
		EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES IN (%L)', parent, item.child, tenant);
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._many_attach(text, text, text, text) IS 'internal: makes the tables of a migration partitions of those of all';

/* Keys and indexes of the partitioned tables: those that the partitions have, so that a new partition gets them too. */
CREATE FUNCTION sqlite_mig_internal._many_keys(migrations text[], target_schema text, tenant_column text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	item record;
BEGIN
	FOR item IN
		SELECT DISTINCT ON (t.target_name, i.name) i.*, r.parent
			FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t ON t.migration = m.migration AND t.include,
				LATERAL (SELECT to_regclass(format('%I.%I', m.target_schema, t.target_name)) AS child, to_regclass(format('%I.%I', _many_keys.target_schema, t.target_name)) AS parent) AS r,
				LATERAL (SELECT sqlite_mig_internal._short_name(t.target_name || '_' || tenant_column || '_key') AS name, 'UNIQUE ' AS kind,
							format('(%I, %s)', tenant_column, (SELECT string_agg(format('%I', a.attname), ', ' ORDER BY k.position) FROM unnest(c.conkey) WITH ORDINALITY AS k (attnum, position)
								JOIN pg_attribute AS a ON a.attrelid = r.child AND a.attnum = k.attnum)) AS definition
						FROM pg_constraint AS c WHERE c.conrelid = r.child AND c.contype = 'p' AND NOT EXISTS (SELECT FROM pg_index AS x WHERE x.indrelid = r.parent AND x.indisunique)
					-- the words behind the names, which may hold any words themselves
					UNION ALL SELECT c.relname, '', substr(pg_get_indexdef(c.oid), length(format('CREATE INDEX %I ON %I.%I ', c.relname, m.target_schema, t.target_name)) + 1)
						FROM pg_index AS x JOIN pg_class AS c ON c.oid = x.indexrelid
						WHERE x.indrelid = r.child AND NOT x.indisunique AND x.indisvalid AND NOT EXISTS (SELECT FROM pg_inherits AS h WHERE h.inhrelid = c.oid)) AS i
			WHERE m.migration = ANY (migrations) AND r.parent IS NOT NULL AND EXISTS (SELECT FROM pg_inherits AS h WHERE h.inhrelid = r.child AND h.inhparent = r.parent)
			ORDER BY t.target_name, i.name, array_position(migrations, m.migration)
	LOOP
		-- (a name that another table's index has: PostgreSQL chooses one)
		EXECUTE format('CREATE %sINDEX %s ON %s %s', item.kind, CASE WHEN to_regclass(format('%I.%I', _many_keys.target_schema, item.name)) IS NULL THEN quote_ident(item.name) END, item.parent, item.definition);
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._many_keys(text[], text, text) IS 'internal: keys and indexes of partitioned tables';

CREATE TYPE sqlite_mig_internal._tenant AS (position bigint, file text, tenant text, name text, failure text, done boolean, seconds numeric);
COMMENT ON TYPE sqlite_mig_internal._tenant IS 'internal: a file of migrate_many';

/* Server and plan of a file; what fails is told in the result. */
CREATE FUNCTION sqlite_mig_internal._many_prepare(item sqlite_mig_internal._tenant, options jsonb, tables text[], exclude text[]) RETURNS sqlite_mig_internal._tenant
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	was  text := (SELECT sqlite_mig_internal._server_file(s.srvname) FROM pg_foreign_server AS s WHERE s.srvname = item.name);
	hint text;
BEGIN
	item.done := EXISTS (SELECT FROM sqlite_mig.migration AS m WHERE m.migration = item.name AND m.state = 'migrated');
	IF was <> item.file THEN
		item.failure := format('42710: server "%s" reads another file', item.name);
	ELSIF NOT item.done THEN
		BEGIN
			IF was IS NULL THEN
				EXECUTE format('CREATE SERVER %I FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database %L)', item.name, item.file);
			END IF;
			PERFORM sqlite_mig.prepare(item.name, item.name, options || '{"replace": true}', tables => _many_prepare.tables, exclude => _many_prepare.exclude);
		EXCEPTION
			-- (a cancel is not among them)
			WHEN OTHERS THEN
				GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_DETAIL;
				item.failure := concat_ws(': ', SQLSTATE, SQLERRM, nullif(hint, ''));
		END;
	END IF;
	RETURN item;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._many_prepare(sqlite_mig_internal._tenant, jsonb, text[], text[]) IS 'internal: server and plan of a file';

/* The database of a server, as its option says */
CREATE FUNCTION sqlite_mig_internal._server_file(server name) RETURNS text
	LANGUAGE sql STABLE STRICT
BEGIN ATOMIC
	SELECT o.option_value FROM pg_foreign_server AS s, LATERAL pg_options_to_table(s.srvoptions) AS o WHERE s.srvname = server AND o.option_name = 'database';
END;
COMMENT ON FUNCTION sqlite_mig_internal._server_file(name) IS 'internal: path of the database of a server';

/* Migrates one file, all of it or nothing. */
CREATE FUNCTION sqlite_mig_internal._many_migrate(item sqlite_mig_internal._tenant, target_schema text, tenant_column text, layout text, verify_level text, on_error text, reject_limit bigint)
	RETURNS sqlite_mig_internal._tenant
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning AS
$$
DECLARE
	began  constant timestamptz := clock_timestamp();
	detail text;
BEGIN
	BEGIN
		-- (the plan is the one that was made just now, so it is not made again)
		UPDATE sqlite_mig.migration AS m SET plan_hash = '' WHERE m.migration = item.name;
		CALL sqlite_mig.migrate(item.name, migration => item.name, verify_level => _many_migrate.verify_level, on_error => _many_migrate.on_error, reject_limit => _many_migrate.reject_limit);
		IF layout = 'partitions' THEN
			PERFORM sqlite_mig_internal._many_attach(item.name, _many_migrate.target_schema, _many_migrate.tenant_column, item.tenant);
		END IF;
	EXCEPTION
		-- (a cancel is not among them)
		WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
			item.failure := concat_ws(': ', SQLSTATE, SQLERRM, nullif(detail, ''));
	END;
	item.seconds := extract(epoch FROM clock_timestamp() - began);
	RETURN item;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._many_migrate(sqlite_mig_internal._tenant, text, text, text, text, text, bigint) IS 'internal: migrates a file of many';

CREATE FUNCTION sqlite_mig.migrate_many(files text[], target_schema text, tenants text[] DEFAULT NULL, layout text DEFAULT 'partitions', tenant_column text DEFAULT 'tenant',
		options jsonb DEFAULT '{}', tables text[] DEFAULT NULL, exclude text[] DEFAULT NULL, verify_level text DEFAULT 'checksum', on_error text DEFAULT 'stop', reject_limit bigint DEFAULT NULL,
		OUT file text, OUT tenant text, OUT server text, OUT verdict text, OUT tables_migrated bigint, OUT rows bigint, OUT seconds numeric, OUT reason text)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	items sqlite_mig_internal._tenant[];
	found text;
BEGIN
	IF layout IS NULL OR layout NOT IN ('partitions', 'schemas') THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('unknown layout "%s"', layout), HINT = 'Valid layouts are: partitions, schemas.';
	ELSIF migrate_many.tenants IS NOT NULL AND cardinality(migrate_many.tenants) <> cardinality(migrate_many.files) THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'there must be as many tenants as files',
			DETAIL = format('Files: %s, tenants: %s.', cardinality(migrate_many.files), cardinality(migrate_many.tenants));
	END IF;
	items := ARRAY(SELECT ROW(f.position, f.path, t.tenant, sqlite_mig_internal._short_name(migrate_many.target_schema || '_' || t.tenant), NULL, false, 0)::sqlite_mig_internal._tenant
		FROM unnest(migrate_many.files) WITH ORDINALITY AS f (path, position), LATERAL coalesce(migrate_many.tenants[f.position], sqlite_mig_internal._tenant_of(f.path)) AS t (tenant) ORDER BY f.position);
	SELECT string_agg(format('"%s"', d.name), ', ') INTO found FROM (SELECT coalesce(i.name, '') AS name FROM unnest(items) AS i GROUP BY 1 HAVING count(*) > 1 OR coalesce(min(i.tenant), '') = '') AS d;
	IF found IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'duplicate_object', MESSAGE = 'each file must have a tenant of its own', DETAIL = format('Names that several would have, or that are empty: %s.', found),
			HINT = 'Name them with tenants => ''{...}'', one for each file.';
	END IF;
	PERFORM sqlite_mig_internal._check_level(migrate_many.verify_level);
	PERFORM sqlite_mig_internal._check_rows('error', migrate_many.on_error, migrate_many.reject_limit);
	PERFORM sqlite_mig_internal._need_schema(migrate_many.target_schema, 'target_schema => ''...''');
	IF to_regnamespace(quote_ident(migrate_many.target_schema)) IS NULL THEN
		EXECUTE format('CREATE SCHEMA %I', migrate_many.target_schema);
	END IF;

	FOR n IN 1 .. coalesce(cardinality(items), 0) LOOP
		items[n] := sqlite_mig_internal._many_prepare(items[n], migrate_many.options, migrate_many.tables, migrate_many.exclude);
	END LOOP;
	IF layout = 'partitions' THEN
		PERFORM sqlite_mig_internal._many_types(ARRAY(SELECT i.name FROM unnest(items) AS i WHERE NOT i.done AND i.failure IS NULL), migrate_many.target_schema);
	END IF;
	FOR n IN 1 .. coalesce(cardinality(items), 0) LOOP
		IF NOT items[n].done AND items[n].failure IS NULL THEN
			items[n] := sqlite_mig_internal._many_migrate(items[n], migrate_many.target_schema, migrate_many.tenant_column, layout, migrate_many.verify_level, migrate_many.on_error, migrate_many.reject_limit);
			RAISE NOTICE '% of %: tenant "%": %', n, cardinality(items), items[n].tenant, coalesce(items[n].failure, (SELECT s.verdict FROM sqlite_mig_internal._status(items[n].name, NULL) AS s));
		END IF;
	END LOOP;
	IF layout = 'partitions' THEN
		PERFORM sqlite_mig_internal._many_keys(ARRAY(SELECT i.name FROM unnest(items) AS i WHERE i.failure IS NULL ORDER BY i.position), migrate_many.target_schema, migrate_many.tenant_column);
	END IF;
	FOR n IN 1 .. coalesce(cardinality(items), 0) LOOP
		file := items[n].file;
		tenant := items[n].tenant;
		server := items[n].name;
		seconds := round(items[n].seconds, 3);
		IF items[n].failure IS NULL THEN
			SELECT s.verdict, s.tables, s.rows, CASE WHEN items[n].done THEN 'carried out before: ' ELSE '' END || s.reason INTO verdict, tables_migrated, rows, reason FROM sqlite_mig_internal._status(items[n].name, NULL) AS s;
		ELSE
			verdict := 'incomplete';
			tables_migrated := 0;
			rows := 0;
			reason := items[n].failure;
		END IF;
		reason := sqlite_mig_internal._wrap(reason, 30);
		RETURN NEXT;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig.migrate_many(text[], text, text[], text, text, jsonb, text[], text[], text, text, bigint) IS
	'migrates files of one kind, one for each tenant (named after the file, or in tenants), each as a server, migration and schema TARGET_SCHEMA_TENANT; one row for each with its verdict, and one that fails leaves the others alone. '
	'layout partitions: their tables become partitions, by list of tenant_column, of tables in target_schema, with types that hold for all; schemas: they stay by themselves. Files that were migrated before are not read again';

CREATE FUNCTION sqlite_mig.migrate_many(source_directory text, target_schema text, pattern text DEFAULT '\.(db|db3|s3db|sl3|sqlite|sqlite3)$', layout text DEFAULT 'partitions', tenant_column text DEFAULT 'tenant',
		options jsonb DEFAULT '{}', tables text[] DEFAULT NULL, exclude text[] DEFAULT NULL, verify_level text DEFAULT 'checksum', on_error text DEFAULT 'stop', reject_limit bigint DEFAULT NULL,
		OUT file text, OUT tenant text, OUT server text, OUT verdict text, OUT tables_migrated bigint, OUT rows bigint, OUT seconds numeric, OUT reason text)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	files text[];
BEGIN
	files := ARRAY(SELECT rtrim(source_directory, '/') || '/' || f FROM pg_ls_dir(source_directory) AS f WHERE f ~* pattern ORDER BY f COLLATE "C");
	IF cardinality(files) = 0 THEN
		RAISE EXCEPTION USING ERRCODE = 'undefined_file', MESSAGE = format('no file in "%s" matches %s', source_directory, pattern), HINT = 'The pattern is a regular expression, for names in any case.';
	END IF;
	RETURN QUERY SELECT m.* FROM sqlite_mig.migrate_many(files, migrate_many.target_schema, layout => migrate_many.layout, tenant_column => migrate_many.tenant_column, options => migrate_many.options,
		tables => migrate_many.tables, exclude => migrate_many.exclude, verify_level => migrate_many.verify_level, on_error => migrate_many.on_error, reject_limit => migrate_many.reject_limit) AS m;
END;
$$;
COMMENT ON FUNCTION sqlite_mig.migrate_many(text, text, text, text, text, jsonb, text[], text[], text, text, bigint) IS
	'the same for the files of a directory of the server whose names match the regular expression pattern; reading a directory needs EXECUTE on pg_ls_dir';
