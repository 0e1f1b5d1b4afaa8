# alembic_revision with Alembic itself: the file that it writes builds, in an empty database, the schema that the migration made,
# by pg_dump's and by SQLAlchemy's account; it goes away again, stamps the migrated database, and takes a revision on top.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

# Debian's packages belong to Debian's Python, whatever is first in the path.
my ($python) = grep { system("$_ -c 'import alembic, sqlalchemy, psycopg2' 2>/dev/null") == 0 } qw(/usr/bin/python3 python3);
plan(skip_all => 'Alembic, SQLAlchemy or psycopg2 is missing for python3') unless defined $python;

my $node = start_node('alembic');
my $dir  = PostgreSQL::Test::Utils::tempdir();

# ---- Alembic's side ----

# A folder as "alembic init" makes it, without what is not needed.
sub make_environment
{
	my ($env) = @_;
	mkdir $_ or die "$_: $!" foreach $env, "$env/versions";
	append_to_file("$env/alembic.ini", "[alembic]\nscript_location = $env\n");
	append_to_file("$env/env.py", <<'PYTHON');
from alembic import context
from sqlalchemy import create_engine

engine = create_engine("postgresql+psycopg2://")
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
PYTHON
	return;
}

# Runs a command of Python on a database: its exit code, output and errors
sub python
{
	my ($database, @args) = @_;
	my ($out, $err) = ('', '');
	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	local $ENV{PGDATABASE} = $database;
	local $ENV{PYTHONDONTWRITEBYTECODE} = 1;
	IPC::Run::run([ $python, @args ], '>', \$out, '2>', \$err);
	my $code = $? >> 8;
	diag("@args\n$out$err") if $code != 0;
	return ($code, $out, $err);
}

sub alembic { my ($env, $database, @args) = @_; return python($database, '-m', 'alembic', '-c', "$env/alembic.ini", @args) }

# What SQLAlchemy finds different between a schema of two databases, in the one direction
append_to_file("$dir/compare.py", <<'PYTHON');
import sys
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, create_engine, text

has, wants, schema = sys.argv[1:]


def default(column):
    return str(getattr(column.server_default, "arg", None))


# everything by its full name, as SQLAlchemy wants it for comparisons
engines = [create_engine("postgresql+psycopg2:///" + name, connect_args={"options": "-c search_path=pg_catalog"}) for name in (has, wants)]
metadata = MetaData()
metadata.reflect(engines[1], schema=schema, only=lambda name, _: name != "alembic_version")
print(len(metadata.tables), "tables")
with engines[0].connect() as connection:
    context = MigrationContext.configure(connection, opts={
        "include_schemas": True, "include_name": lambda name, kind, parents: name == schema if kind == "schema" else name != "alembic_version",
        "compare_type": True,
        # (Alembic's own comparison takes quotes off a default that was reflected, and runs what is left)
        "compare_server_default": lambda context, here, there, *more: default(here) != default(there)})
    for difference in compare_metadata(context, metadata):
        print("different:", difference)
PYTHON

sub differences
{
	my ($has, $wants, $schema) = @_;
	my ($code, $out) = python('postgres', "$dir/compare.py", $has, $wants, $schema);
	return ($code, $out);
}

# ---- PostgreSQL's side ----

# pg_dump of a schema and of what its tables need, without comments, and what belongs to Alembic
sub dump_of
{
	my ($database, @options) = @_;
	my ($out, $err) = run_command([ 'pg_dump', '-s', '-O', '-x', '-h', $node->host, '-p', $node->port, @options, $database ]);
	die $err if $err ne '';
	# (the tokens of \restrict differ each time)
	return join("\n", grep { !/^(--|\\(un)?restrict|$)/ } split /\n/, $out);
}

# Everything about one migration. The extra statements are run after it; they also make what a migration does not. The last ones take
# away what SQLAlchemy itself cannot read back.
sub check_migration
{
	my ($name, $schema, $file, $extra, $unreadable) = @_;
	my $env = "$dir/$name";
	my $database = "db_$name";
	my ($code, $out, $err);

	$node->safe_psql('postgres', "CREATE SERVER $name FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . ");");
	$node->safe_psql('postgres', "CALL sqlite_mig.migrate('$name', " . quoted($schema) . ");\n$extra");
	make_environment($env);
	my ($filename, $revision, $stamp) = map { $node->safe_psql('postgres', "SELECT $_ FROM sqlite_mig.alembic_revision('$name')") } qw(filename revision stamp);
	like($revision, qr/^[0-9a-f]{12}$/, "$name: a revision id");
	like($filename, qr/^${revision}_[a-z0-9_]+\.py$/, "$name: a file name");
	append_to_file("$env/versions/$filename", $node->safe_psql('postgres', "SELECT content FROM sqlite_mig.alembic_revision('$name')") . "\n");
	diag(slurp_file("$env/versions/$filename")) if $ENV{MIG_SHOW_REVISION};

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	my $empty = dump_of($database);
	($code, $out, $err) = alembic($env, $database, 'upgrade', 'head');
	is($code, 0, "$name: upgrade on an empty database");
	my $migrated = dump_of('postgres', '-n', qq("$schema"), '-T', 'alembic_version');
	cmp_ok(scalar(() = $migrated =~ /^CREATE TABLE/mg), '>=', 2, "$name: there is something to compare");
	is(dump_of($database, '-n', qq("$schema"), '-T', 'alembic_version'), $migrated, "$name: pg_dump shows the migrated schema");

	$node->safe_psql($_, $unreadable) foreach $unreadable ? ('postgres', $database) : ();
	foreach my $pair ([ $database, 'postgres' ], [ 'postgres', $database ])
	{
		($code, $out) = differences(@$pair, $schema);
		is($code, 0, "$name: SQLAlchemy reflects $pair->[1]");
		like($out, qr/^[1-9]\d* tables\n\z/, "$name: autogenerate finds tables, and no difference of $pair->[0]");
	}
	# a comparison that cannot fail would be none
	$node->safe_psql($database, "CREATE TABLE " . ($schema eq 'public' ? '' : "\"$schema\".") . "planted (a int)");
	($code, $out) = differences($database, 'postgres', $schema);
	like($out, qr/different:.*remove_table.*planted/, "$name: a difference would be found");
	$node->safe_psql($database, "DROP TABLE " . ($schema eq 'public' ? '' : "\"$schema\".") . "planted");

	# a revision of the application's own, on top
	append_to_file("$env/versions/second.py", <<"PYTHON");
"""by hand"""
import sqlalchemy as sa
from alembic import op

revision = "second"
down_revision = "$revision"


def upgrade():
    op.create_table("by_hand", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("by_hand")
PYTHON
	($code) = alembic($env, $database, 'upgrade', 'head');
	is($code, 0, "$name: a second revision goes on top");
	is($node->safe_psql($database, "SELECT to_regclass('by_hand'), version_num FROM alembic_version"), 'by_hand|second', "$name: and has been applied");

	($code) = alembic($env, $database, 'downgrade', 'base');
	is($code, 0, "$name: downgrade");
	is($node->safe_psql($database, 'SELECT count(*) FROM alembic_version'), 0, "$name: no revision is left");
	$node->safe_psql($database, 'DROP TABLE alembic_version');
	is(dump_of($database), $empty, "$name: nothing but alembic_version was left");

	# the migrated database has it already
	$node->safe_psql('postgres', "SET search_path = public; DROP TABLE IF EXISTS alembic_version; $stamp $stamp");
	($code, $out) = alembic($env, 'postgres', 'current');
	like($out, qr/^$revision$/m, "$name: the stamp says where the migrated database is");
	($code) = alembic($env, 'postgres', 'upgrade', 'head');
	is($node->safe_psql('postgres', "SELECT to_regclass('public.by_hand'), version_num FROM alembic_version"), 'by_hand|second', "$name: and the second revision goes on top of it");
	$node->safe_psql('postgres', 'DROP TABLE by_hand');
	return;
}

# ---- the two migrations ----

my $music = "$dir/music.db";
sqlite($music, slurp_file("$FindBin::RealBin/../examples/music_time_machine/$_.sql")) foreach qw(schema data);
check_migration('music', 'music', $music, <<'SQL');
CREATE INDEX tracks_payload ON music.tracks USING gin (payload);
CREATE INDEX tracks_words ON music.tracks USING gin (to_tsvector('english', title));
ALTER TABLE music.tracks ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple', title || ' ' || artist)) STORED;
SQL

my $many = "$dir/many.db";
sqlite($many, <<'SQL');
CREATE TABLE "Käufer's ""list""" (id INTEGER PRIMARY KEY, "user" TEXT NOT NULL DEFAULT 'it''s 100% \ :odd "x"', "100%" REAL, "concurrently" TEXT, "a.b" TEXT UNIQUE,
	price DECIMAL(8,2) CHECK (price >= 0), code VARCHAR(5) DEFAULT ':x', raw BLOB, at TIMESTAMP, day DATE, u UUID, ok BOOLEAN DEFAULT 1, j JSON);
CREATE TABLE parent (a INTEGER, b TEXT, child_id INTEGER REFERENCES child (id) DEFERRABLE INITIALLY DEFERRED, PRIMARY KEY (a, b));
CREATE TABLE child (id INTEGER PRIMARY KEY AUTOINCREMENT, a INTEGER, b TEXT, up INTEGER REFERENCES child (id) ON DELETE SET NULL ON UPDATE CASCADE,
	FOREIGN KEY (a, b) REFERENCES parent (a, b) ON DELETE CASCADE);
CREATE TABLE plain (n INTEGER NOT NULL PRIMARY KEY UNIQUE, t TEXT COLLATE NOCASE) WITHOUT ROWID;
CREATE INDEX by_price ON "Käufer's ""list""" (price DESC, code);
CREATE UNIQUE INDEX child_up ON child (up, a);
CREATE TABLE told (id INTEGER PRIMARY KEY, -- the number
	name TEXT COLLATE NOCASE UNIQUE -- it's a "name"
); -- what is told
CREATE VIRTUAL TABLE words USING fts5 (title, body);
INSERT INTO words VALUES ('a', 'b c');
INSERT INTO "Käufer's ""list""" (id, price, u, j) VALUES (1, 2.5, '6f1c8c0e-3a55-4d0b-9d5c-0a4f4d5b6c7d', '{"a": 1}');
SQL
my $extra = <<'SQL';
SET search_path = "Ziel %1";
CREATE TYPE mood AS ENUM ('so so', 'it''s fine', 'a:b');
CREATE DOMAIN positive AS integer DEFAULT 1 NOT NULL CHECK (VALUE > 0);
CREATE SEQUENCE shared_numbers START WITH 7 INCREMENT BY 5;
ALTER TABLE child
	ADD COLUMN mood mood DEFAULT 'so so', ADD COLUMN moods mood[], ADD COLUMN level positive,
	ADD COLUMN names varchar(10)[] DEFAULT '{a,"b c"}', ADD COLUMN numbers numeric(6,2)[], ADD COLUMN several timestamptz[],
	ADD COLUMN addr inet, ADD COLUMN span tstzrange, ADD COLUMN took interval, ADD COLUMN short interval(3), ADD COLUMN at3 timestamptz(3), ADD COLUMN tod time(0), ADD COLUMN tz timetz,
	ADD COLUMN c char(3), ADD COLUMN bits bit varying(8), ADD COLUMN cash money, ADD COLUMN one "char", ADD COLUMN r real, ADD COLUMN mac macaddr8, ADD COLUMN neg numeric(4,-2), ADD COLUMN doc json, ADD COLUMN doc2 xml,
	ADD COLUMN serial_no serial, ADD COLUMN number bigint DEFAULT nextval('shared_numbers'), ADD COLUMN step smallint GENERATED ALWAYS AS IDENTITY (START WITH 10 INCREMENT BY 10 MAXVALUE 1000 CYCLE),
	ADD COLUMN twice bigint GENERATED ALWAYS AS (a * 2) STORED NOT NULL, ADD COLUMN sorted text COLLATE "C" DEFAULT '',
	ADD CONSTRAINT "it's checked: 100% ""sure""" CHECK (b <> '100% :sure \ ''yes''' AND a::text ~ '^\d+:\d'),
	ADD CONSTRAINT child_uq UNIQUE (level, c) INCLUDE (r) DEFERRABLE INITIALLY DEFERRED, ADD CONSTRAINT child_nn UNIQUE NULLS NOT DISTINCT (addr),
	ADD CONSTRAINT child_no CHECK (a > 0) NOT VALID, ADD CONSTRAINT apart EXCLUDE USING gist (span WITH &&),
	ALTER COLUMN b SET STORAGE EXTERNAL, ALTER COLUMN b SET COMPRESSION pglz, ALTER COLUMN b SET STATISTICS 50, ALTER COLUMN a SET (n_distinct = -0.5), SET (fillfactor = 80);
ALTER SEQUENCE child_step_seq RENAME TO "step's own";
CREATE INDEX ix_expr ON child (lower(b) COLLATE "C" text_pattern_ops DESC NULLS LAST, (a + 1), addr);
CREATE INDEX ix_partial ON child (a) WHERE b = 'x:y' AND a > 3;
CREATE INDEX ix_include ON child (a, b) INCLUDE (c, r) WHERE (up IS NULL);
CREATE INDEX ix_brin ON child USING brin (a) WITH (pages_per_range = 16);
CREATE INDEX ix_moods ON child USING gin (names, moods);
CREATE UNIQUE INDEX ix_unique ON child (c, lower(b));
CREATE UNIQUE INDEX plain_t ON plain (lower(t));
CREATE UNIQUE INDEX plain_nt ON plain (n, t);
ALTER TABLE plain ADD COLUMN m bigint, ADD COLUMN s text, ADD CONSTRAINT by_index FOREIGN KEY (m, s) REFERENCES plain (n, t) MATCH FULL,
	ADD COLUMN nr smallserial, ADD CONSTRAINT again UNIQUE (n), ADD CONSTRAINT and_again UNIQUE (n), ADD CONSTRAINT dotted FOREIGN KEY (s) REFERENCES "Käufer's ""list""" ("a.b") ON DELETE SET DEFAULT, SET UNLOGGED;
ALTER TABLE child ADD CONSTRAINT partly FOREIGN KEY (a, b) REFERENCES parent (a, b) ON DELETE SET NULL (b);
COMMENT ON TABLE child IS 'it''s :one \ of 100%';
COMMENT ON COLUMN child.a IS E'two\nlines and a "quote" \\ %s :x';
COMMENT ON COLUMN "Käufer's ""list"""."100%" IS 'пять';
COMMENT ON INDEX ix_expr IS 'index :x';
COMMENT ON CONSTRAINT child_no ON child IS 'constraint 50%';
COMMENT ON SCHEMA "Ziel %1" IS 'schema';
COMMENT ON SEQUENCE "step's own" IS 'sequence';
SQL
check_migration('many', 'Ziel %1', $many, $extra, 'ALTER TABLE "Ziel %1".plain DROP CONSTRAINT dotted');

# ---- the default schema is not named ----

my $small = "$dir/small.db";
sqlite($small, 'CREATE TABLE one (id INTEGER PRIMARY KEY, t TEXT); CREATE TABLE two (id INTEGER PRIMARY KEY, one INTEGER REFERENCES one ON DELETE CASCADE);');
$node->safe_psql('postgres', 'DROP TABLE alembic_version');
check_migration('small', 'public', $small, <<'SQL');
CREATE INDEX two_one ON two (one) WHERE one > 1;
ALTER TABLE two ALTER COLUMN id DROP IDENTITY;
CREATE SEQUENCE two_id_seq OWNED BY two.id;
ALTER TABLE two ALTER COLUMN id SET DEFAULT nextval('two_id_seq');
SQL
unlike($node->safe_psql('postgres', "SELECT content FROM sqlite_mig.alembic_revision('small')"), qr/schema=|SCHEMA|public\./, 'no schema is named');
like($node->safe_psql('postgres', "SELECT content FROM sqlite_mig.alembic_revision('small')"), qr/Column\('id', sa.BigInteger\(\), autoincrement=True, nullable=False\)/, 'a serial key is one of SQLAlchemy');

done_testing();
