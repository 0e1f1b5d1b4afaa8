-- The plan as tables. Owns what a migration is, what is planned for each object, who may see it, and whether it was
-- edited; knows nothing of how a plan is made (45_prepare) or run (60_migrate).
-- Columns named source_... and arrays of columns hold SQLite's names; target_... hold PostgreSQL's. So renaming a table or a
-- column in the plan is one UPDATE, and keys, indexes and foreign keys follow.

CREATE TABLE sqlite_mig.migration (
	migration      text PRIMARY KEY,
	server         text NOT NULL,
	target_schema  text NOT NULL,
	source_schema  text NOT NULL,
	options        jsonb NOT NULL DEFAULT '{}',
	tables         text[],
	exclude        text[],
	source_tables  text[] NOT NULL DEFAULT '{}',
	owner          name NOT NULL DEFAULT current_user,
	state          text NOT NULL DEFAULT 'prepared' CHECK (state IN ('prepared', 'running', 'migrated')),
	plan_hash      text,
	run            integer NOT NULL DEFAULT 0,
	running        jsonb,
	created_at     timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	prepared_at    timestamptz,
	started_at     timestamptz,
	finished_at    timestamptz,
	verified_at    timestamptz,
	rows_copied    bigint
);
COMMENT ON TABLE sqlite_mig.migration IS
	'one row per migration, named after its server unless a name was given; visible to members of the role that prepared it';
COMMENT ON COLUMN sqlite_mig.migration.source_schema IS 'schema of the foreign tables that show the converted source';
COMMENT ON COLUMN sqlite_mig.migration.source_tables IS 'the foreign tables that were made in source_schema; these, and no others, are dropped with the plan';
COMMENT ON COLUMN sqlite_mig.migration.plan_hash IS 'hash of the plan as prepare left it; another hash now means that it was edited';
COMMENT ON COLUMN sqlite_mig.migration.run IS 'number of the last run of migrate, see journal';
COMMENT ON COLUMN sqlite_mig.migration.state IS 'running: background workers are at it, or were when the run was interrupted; migrate with the same arguments goes on';
COMMENT ON COLUMN sqlite_mig.migration.running IS 'of the last run with background workers: the arguments of the call, and what plan and source were like when it began';

CREATE TABLE sqlite_mig.plan_table (
	migration       text NOT NULL REFERENCES sqlite_mig.migration ON DELETE CASCADE,
	source_name     text NOT NULL,
	kind            text NOT NULL,
	target_name     text NOT NULL,
	include         boolean NOT NULL,
	load_order      integer NOT NULL,
	rows            bigint,
	estimated_rows  bigint,
	without_rowid   boolean NOT NULL DEFAULT false,
	source_sql      text,
	comment         text,
	reason          text,
	PRIMARY KEY (migration, source_name)
);
-- the name first: without statistics an index that begins with the migration looks as good as the key for a look-up by source_name, and reads all tables of the plan
CREATE INDEX ON sqlite_mig.plan_table (target_name, migration);
COMMENT ON TABLE sqlite_mig.plan_table IS 'plan: tables; include says whether one is migrated, target_name what it is called';
COMMENT ON COLUMN sqlite_mig.plan_table.rows IS 'rows counted when the plan was made; NULL when the values were not read';

CREATE TABLE sqlite_mig.plan_column (
	migration       text NOT NULL,
	source_table    text NOT NULL,
	source_name     text NOT NULL,
	position        integer NOT NULL,
	include         boolean NOT NULL DEFAULT true,
	target_name     text NOT NULL,
	declared_type   text NOT NULL,
	target_type     text NOT NULL,
	format          text,
	time_zone       text,
	empty_as_null   boolean NOT NULL DEFAULT false,
	on_error        text CHECK (on_error IN ('error', 'null')),
	not_null        boolean NOT NULL,
	default_source  text,
	default_expr    text,
	identity        text CHECK (identity IN ('by default', 'always', 'serial')),
	generated       text,
	generated_expr  text,
	"collation"     text,
	target_collation text,
	compression     text CHECK (compression IN ('pglz', 'lz4')),
	primary_key     integer,
	comment         text,
	evidence        jsonb,
	confidence      numeric(3,2),
	reason          text,
	PRIMARY KEY (migration, source_table, source_name),
	FOREIGN KEY (migration, source_table) REFERENCES sqlite_mig.plan_table ON DELETE CASCADE
);
COMMENT ON TABLE sqlite_mig.plan_column IS 'plan: columns with the type proposed for each and what the values proved';
COMMENT ON COLUMN sqlite_mig.plan_column.format IS 'how the value is stored in SQLite (column option "format" of the foreign table); NULL is the usual form of the type';
COMMENT ON COLUMN sqlite_mig.plan_column.time_zone IS 'time zone of times without one; NULL is that of the server, else UTC';
COMMENT ON COLUMN sqlite_mig.plan_column.empty_as_null IS 'the empty string becomes NULL (column option of the foreign table)';
COMMENT ON COLUMN sqlite_mig.plan_column.on_error IS 'null: values that the type refuses become NULL and are counted in the ledger (column option of the foreign table); NULL is error';
COMMENT ON COLUMN sqlite_mig.plan_column.compression IS 'COMPRESSION of the column; NULL is default_toast_compression. lz4 is proposed for long values where PostgreSQL has it';
COMMENT ON COLUMN sqlite_mig.plan_column.identity IS 'GENERATED BY DEFAULT or ALWAYS AS IDENTITY, or serial for smallserial, serial, bigserial';
COMMENT ON COLUMN sqlite_mig.plan_column.target_collation IS 'COLLATE of the column, with its schema; NULL is that of the database';
COMMENT ON COLUMN sqlite_mig.plan_column.comment IS 'COMMENT ON COLUMN: what a comment in CREATE TABLE said of it';
COMMENT ON COLUMN sqlite_mig.plan_column.confidence IS '0 to 1; evidence ->> ''rule'' is the rule that gave it';
COMMENT ON COLUMN sqlite_mig.plan_column.default_expr IS 'PostgreSQL expression for DEFAULT; NULL is none';
COMMENT ON COLUMN sqlite_mig.plan_column.generated_expr IS 'PostgreSQL expression for GENERATED ALWAYS AS ... STORED; NULL: an ordinary column, which gets the values';
COMMENT ON COLUMN sqlite_mig.plan_column.evidence IS 'what profile() found, and under "against" per rejected type the first value that spoke against it';

/* "any" is how text takes values of all storage classes: who asks for another type does not mean it any longer. */
CREATE FUNCTION sqlite_mig_internal._plan_column_edited() RETURNS trigger
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	-- and who takes that back has the plan as it was prepared, which is not an edited one then
	NEW.format := CASE WHEN NEW.format IS NULL THEN 'any' END;
	RETURN NEW;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_column_edited() IS 'internal: a new target_type does not keep the format "any"';
CREATE TRIGGER edited BEFORE UPDATE OF target_type ON sqlite_mig.plan_column FOR EACH ROW
	WHEN (NEW.target_type <> OLD.target_type AND (NEW.format = 'any' AND OLD.format = 'any'
		OR NEW.format IS NULL AND OLD.format IS NULL AND OLD.evidence ->> 'proposed' = NEW.target_type || '/any')) EXECUTE FUNCTION sqlite_mig_internal._plan_column_edited();
COMMENT ON TRIGGER edited ON sqlite_mig.plan_column IS 'a new target_type does not keep the format "any"';

CREATE TABLE sqlite_mig.plan_index (
	migration     text NOT NULL,
	source_table  text NOT NULL,
	source_name   text NOT NULL,
	target_name   text NOT NULL,
	include       boolean NOT NULL,
	is_unique     boolean NOT NULL,
	columns       text[] NOT NULL,
	descending    boolean[] NOT NULL,
	source_sql    text,
	target_sql    text,
	proposed      text,
	policy        text CHECK (policy IN ('stop', 'not valid', 'quarantine')),
	reason        text,
	PRIMARY KEY (migration, source_name),
	FOREIGN KEY (migration, source_table) REFERENCES sqlite_mig.plan_table ON DELETE CASCADE
);
CREATE INDEX ON sqlite_mig.plan_index (migration, target_name);
CREATE INDEX ON sqlite_mig.plan_index (migration, source_table);
COMMENT ON TABLE sqlite_mig.plan_index IS 'plan: indexes made by CREATE INDEX; a NULL in columns is an expression';
COMMENT ON COLUMN sqlite_mig.plan_index.target_sql IS 'what CREATE INDEX says behind the name of the table, for an index with expressions or a condition; NULL: the columns';
COMMENT ON COLUMN sqlite_mig.plan_index.proposed IS 'the translation as prepare made it; while target_sql is the same, names that you change in the plan are followed';
COMMENT ON COLUMN sqlite_mig.plan_index.policy IS 'of a unique index, as in plan_constraint';

CREATE TABLE sqlite_mig.plan_constraint (
	migration       text NOT NULL,
	source_table    text NOT NULL,
	target_name     text NOT NULL,
	kind            text NOT NULL CHECK (kind IN ('primary key', 'unique', 'foreign key', 'check')),
	include         boolean NOT NULL,
	columns         text[],
	parent_table    text,
	parent_columns  text[],
	on_update       text CHECK (on_update IN ('NO ACTION', 'RESTRICT', 'CASCADE', 'SET NULL', 'SET DEFAULT')),
	on_delete       text CHECK (on_delete IN ('NO ACTION', 'RESTRICT', 'CASCADE', 'SET NULL', 'SET DEFAULT')),
	"deferrable"    boolean NOT NULL DEFAULT false,
	deferred        boolean NOT NULL DEFAULT false,
	source_sql      text,
	target_sql      text,
	proposed        text,
	policy          text CHECK (policy IN ('stop', 'not valid', 'quarantine', 'set null')),
	reason          text,
	PRIMARY KEY (migration, source_table, target_name),
	CHECK (policy <> 'set null' OR kind = 'foreign key'),
	FOREIGN KEY (migration, source_table) REFERENCES sqlite_mig.plan_table ON DELETE CASCADE
);
CREATE INDEX ON sqlite_mig.plan_constraint (migration, target_name);
COMMENT ON TABLE sqlite_mig.plan_constraint IS
	'plan: primary keys, unique constraints, foreign keys and checks; a check is made when include is true and target_sql holds its expression';
COMMENT ON COLUMN sqlite_mig.plan_constraint.policy IS
	'what becomes of rows that break it. stop: the migration ends; not valid: it is made for new rows only, a key becomes a plain index; quarantine: they go to sqlite_mig.rejected; '
	'set null: the columns of the foreign key become NULL. NULL is what the option policy of the migration says, else stop';

CREATE TABLE sqlite_mig.plan_view (
	migration    text NOT NULL REFERENCES sqlite_mig.migration ON DELETE CASCADE,
	source_name  text NOT NULL,
	target_name  text NOT NULL,
	include      boolean NOT NULL DEFAULT false,
	make_order   integer NOT NULL,
	columns      text[],
	source_sql   text,
	target_sql   text,
	proposed     text,
	reason       text,
	PRIMARY KEY (migration, source_name)
);
COMMENT ON TABLE sqlite_mig.plan_view IS 'plan: views; made after the foreign keys, in the order of make_order';
COMMENT ON COLUMN sqlite_mig.plan_view.columns IS 'names of its columns: SQLite''s, in the style of the option names';
COMMENT ON COLUMN sqlite_mig.plan_view.target_sql IS 'its query in PostgreSQL''s SQL, for you to edit; NULL: there is no translation';
COMMENT ON COLUMN sqlite_mig.plan_view.proposed IS 'the translation as prepare made it; while target_sql is the same, names that you change in the plan are followed';

CREATE TABLE sqlite_mig.plan_trigger (
	migration     text NOT NULL REFERENCES sqlite_mig.migration ON DELETE CASCADE,
	source_name   text NOT NULL,
	source_table  text NOT NULL,
	include       boolean NOT NULL DEFAULT false,
	source_sql    text,
	target_sql    text,
	proposed      text,
	reason        text,
	PRIMARY KEY (migration, source_name)
);
COMMENT ON TABLE sqlite_mig.plan_trigger IS 'plan: triggers; made last, so that they do not fire while rows are loaded';
COMMENT ON COLUMN sqlite_mig.plan_trigger.target_sql IS 'CREATE FUNCTION and CREATE TRIGGER, for you to edit; NULL: there is no translation';
COMMENT ON COLUMN sqlite_mig.plan_trigger.proposed IS 'as in plan_view';

CREATE TABLE sqlite_mig.plan_search (
	migration     text NOT NULL,
	source_name   text NOT NULL,
	source_table  text NOT NULL,
	include       boolean NOT NULL,
	columns       text[] NOT NULL,
	weights       "char"[] NOT NULL,
	config        text NOT NULL,
	column_name   text,
	index_name    text,
	max_chars     integer,
	expression    text,
	tokenizer     text,
	reason        text,
	PRIMARY KEY (migration, source_name),
	FOREIGN KEY (migration, source_name) REFERENCES sqlite_mig.plan_table ON DELETE CASCADE
);
COMMENT ON TABLE sqlite_mig.plan_search IS 'plan: full-text tables; what becomes of each is a column of type tsvector that PostgreSQL keeps in step, with a GIN index';
COMMENT ON COLUMN sqlite_mig.plan_search.source_table IS 'the table that has the texts and gets the column: the full-text table itself, or that of its option content';
COMMENT ON COLUMN sqlite_mig.plan_search.columns IS 'the columns that are searched';
COMMENT ON COLUMN sqlite_mig.plan_search.weights IS 'letter A to D for each of the columns, by which a query can name it and ts_rank weighs it';
COMMENT ON COLUMN sqlite_mig.plan_search.config IS 'text search configuration; trigram: no column, but an index of trigrams over the texts';
COMMENT ON COLUMN sqlite_mig.plan_search.max_chars IS 'only so many characters of each column are searched; NULL is all';
COMMENT ON COLUMN sqlite_mig.plan_search.expression IS 'PostgreSQL expression for the column, for you to write; NULL: made of columns, weights and config';

CREATE TABLE sqlite_mig.ledger_entry (
	migration    text NOT NULL REFERENCES sqlite_mig.migration ON DELETE CASCADE,
	entry        bigint GENERATED BY DEFAULT AS IDENTITY,
	recorded_at  timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	phase        text NOT NULL CHECK (phase IN ('prepare', 'migrate', 'sync')),
	object_kind  text NOT NULL,
	object_name  text NOT NULL,
	table_name   text,
	severity     text NOT NULL CHECK (severity IN ('info', 'warning', 'blocker')),
	effect       text NOT NULL CHECK (effect IN ('converted', 'guessed', 'changed', 'lossy', 'skipped', 'failed')),
	detail       text NOT NULL,
	rows         bigint,
	sample       text,
	rule         text NOT NULL,
	accepted     boolean NOT NULL DEFAULT false,
	PRIMARY KEY (migration, entry)
);
COMMENT ON TABLE sqlite_mig.ledger_entry IS
	'everything that did not arrive exactly as it was; set accepted to agree with an entry';
COMMENT ON COLUMN sqlite_mig.ledger_entry.effect IS
	'converted: another form, nothing lost; guessed: a choice without proof; changed: kept, but behaves or is named differently; '
	'lossy: something of the value is lost; skipped: not carried over; failed: tried, and the data did not allow it';
COMMENT ON COLUMN sqlite_mig.ledger_entry.rule IS 'short name of the rule behind the entry, to select or accept entries by';

CREATE VIEW sqlite_mig.ledger WITH (security_invoker = true) AS
	SELECT migration, severity, effect, object_kind, object_name, detail, rows, sample, rule, accepted, phase, table_name, recorded_at, entry
	FROM sqlite_mig.ledger_entry;
COMMENT ON VIEW sqlite_mig.ledger IS
	'every lossy, changed, skipped, guessed or failed thing of your migrations; agree with UPDATE sqlite_mig.ledger SET accepted = true WHERE ...';
GRANT SELECT, UPDATE ON sqlite_mig.ledger TO PUBLIC;

CREATE TABLE sqlite_mig.journal (
	migration    text NOT NULL REFERENCES sqlite_mig.migration ON DELETE CASCADE,
	run          integer NOT NULL,
	step         integer NOT NULL,
	object_kind  text NOT NULL,
	object_name  text NOT NULL,
	table_name   text,
	statement    text NOT NULL,
	started_at   timestamptz,
	seconds      numeric,
	rows         bigint,
	error        text,
	fallback     text,
	stage        integer,
	task         integer,
	outcome      jsonb,
	source_rows      bigint,
	source_checksum  uuid,
	PRIMARY KEY (migration, run, step)
);
CREATE INDEX ON sqlite_mig.journal (migration, run, table_name) WHERE object_kind IN ('copy', 'range', 'copied', 'key index', 'target sum');
CREATE INDEX ON sqlite_mig.journal (migration, run, task) WHERE task IS NOT NULL;
COMMENT ON TABLE sqlite_mig.journal IS
	'what migrate ran: every statement with its time; error and fallback where the data did not allow it and what was done instead';
COMMENT ON COLUMN sqlite_mig.journal.task IS 'steps that a background worker runs in one transaction; NULL when there were no workers';
COMMENT ON COLUMN sqlite_mig.journal.stage IS 'order of the tasks that concern one table';
COMMENT ON COLUMN sqlite_mig.journal.outcome IS 'what the step returned: counts of a copy, the relation that was made';
COMMENT ON COLUMN sqlite_mig.journal.source_checksum IS 'of a copy: what checksum() says of the source, summed up from the values of SQLite while they were read';

CREATE TABLE sqlite_mig.verification (
	migration     text NOT NULL REFERENCES sqlite_mig.migration ON DELETE CASCADE,
	verified_at   timestamptz NOT NULL,
	table_name    text NOT NULL,
	check_name    text NOT NULL,
	source_value  text,
	target_value  text,
	ok            boolean NOT NULL,
	detail        text,
	seconds       numeric,
	place         integer NOT NULL DEFAULT 0,
	proof         jsonb,
	PRIMARY KEY (migration, verified_at, table_name, check_name)
);
COMMENT ON TABLE sqlite_mig.verification IS 'results of verify; the last one of a migration is that of migration.verified_at';
COMMENT ON COLUMN sqlite_mig.verification.place IS 'order of the checks of a table';
COMMENT ON COLUMN sqlite_mig.verification.proof IS
	'of a checksum, by column: raw, the source was read without the converter; round-trip, what the converter made leads back to what is stored; converted, the converter ran twice. NULL when the source was summed up while it was copied';

CREATE VIEW sqlite_mig.last_verification WITH (security_invoker = true) AS
	SELECT v.migration, v.table_name, v.check_name, v.source_value, v.target_value, v.ok, v.detail, v.seconds, v.verified_at, v.place, v.proof
	FROM sqlite_mig.verification AS v JOIN sqlite_mig.migration AS m ON m.migration = v.migration AND m.verified_at = v.verified_at;
COMMENT ON VIEW sqlite_mig.last_verification IS 'results of the last verification of each of your migrations';
GRANT SELECT ON sqlite_mig.last_verification TO PUBLIC;

-- Anyone may work on migrations of their own; rows of others do not exist for them. A migration belongs to the role that
-- prepared it, and everything else of a migration is visible to those who see the migration.
DO
$$
DECLARE
	rel text;
BEGIN
	FOREACH rel IN ARRAY '{migration,plan_table,plan_column,plan_index,plan_constraint,plan_view,plan_trigger,plan_search,ledger_entry,journal,verification}'::text[] LOOP
		EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON sqlite_mig.%I TO PUBLIC', rel);
		EXECUTE format('ALTER TABLE sqlite_mig.%I ENABLE ROW LEVEL SECURITY', rel);
		EXECUTE format('CREATE POLICY owner ON sqlite_mig.%I USING (%s)', rel, CASE rel
			WHEN 'migration' THEN 'pg_catalog.pg_has_role(current_user, owner, ''MEMBER'')'
			ELSE format('EXISTS (SELECT FROM sqlite_mig.migration AS m WHERE m.migration = %I.migration)', rel) END);
		PERFORM pg_catalog.pg_extension_config_dump('sqlite_mig.' || rel, '');
	END LOOP;
	PERFORM pg_catalog.pg_extension_config_dump('sqlite_mig.ledger_entry_entry_seq', '');
END;
$$;
-- By the owner's OID: the name of a role that was dropped is an error, and would be one for everybody.
ALTER POLICY owner ON sqlite_mig.migration USING (pg_catalog.pg_has_role(current_user, pg_catalog.to_regrole(pg_catalog.quote_ident(owner))::oid, 'MEMBER'));

-- No statistics: a plan is filled and asked in one transaction, and what ANALYZE knew of others, or of the rows that a trial has left dead, would
-- make the planner take its tables for empty, and loop through them. Without it counts the pages of a table and takes usual shares.
DO
$$
DECLARE
	col record;
BEGIN
	FOR col IN SELECT c.relname, a.attname, a.attnum FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
			WHERE c.relnamespace = 'sqlite_mig'::regnamespace AND c.relname = ANY ('{migration,plan_table,plan_column,plan_index,plan_constraint,plan_view,plan_trigger,plan_search,ledger_entry,journal,verification}') ORDER BY 1, 3 LOOP
		IF col.attnum = 1 THEN
			EXECUTE format('ALTER TABLE sqlite_mig.%I SET (autovacuum_analyze_threshold = 2147483647)', col.relname);
		END IF;
		EXECUTE format('ALTER TABLE sqlite_mig.%I ALTER COLUMN %I SET STATISTICS 0', col.relname, col.attname);
	END LOOP;
END;
$$;
