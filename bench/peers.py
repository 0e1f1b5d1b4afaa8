"""The tools that bench/whole_job measures beside us: how each does a whole job, and what it needs to be there.

A job gets the path of a SQLite file and fills schema public of an empty database. What a tool leaves to its user (keys, indexes,
foreign keys, sequences, ANALYZE) is done here by SQL, as a careful person would; what it cannot do at all is left to the caller to
find out. A job raises when its tool fails.
"""
import os
import shutil
import sqlite3
import subprocess

# pgloader runs out of memory on long rows, and may take its time about it
PATIENCE = 600


class Table:
    """A table of the SQLite file, and what a careful person declares for it."""

    def __init__(self, db, name):
        self.name = name
        rows = db.execute("SELECT name, type, \"notnull\", pk FROM pragma_table_info(?)", (name,)).fetchall()
        self.columns = [(column, pg_type(declared), bool(notnull)) for column, declared, notnull, _ in rows]
        self.primary = [row[0] for row in sorted(rows, key=lambda row: row[3]) if row[3]]
        self.indexes = []       # (unique, columns)
        for _, index, unique, origin, _ in db.execute("PRAGMA index_list(%s)" % name).fetchall():
            if origin != "pk":
                self.indexes.append((bool(unique), [row[2] for row in db.execute("PRAGMA index_info(%s)" % index)]))
        self.foreign = [(key[3], key[2], key[4]) for key in db.execute("PRAGMA foreign_key_list(%s)" % name).fetchall()]

    def create(self):
        return "CREATE TABLE %s (%s);" % (self.name, ", ".join(
            "%s %s%s" % (column, pg, " NOT NULL" if notnull else "") for column, pg, notnull in self.columns))

    def keys(self):
        """primary key with its sequence, and indexes"""
        out = []
        if self.primary:
            out.append("ALTER TABLE %s ADD PRIMARY KEY (%s);" % (self.name, ", ".join(self.primary)))
            if len(self.primary) == 1 and dict((c, pg) for c, pg, _ in self.columns)[self.primary[0]] == "bigint":
                out.append("CREATE SEQUENCE {0}_{1}_seq OWNED BY {0}.{1}; ALTER TABLE {0} ALTER {1} SET DEFAULT nextval('{0}_{1}_seq');"
                           "SELECT setval('{0}_{1}_seq', max({1})) FROM {0};".format(self.name, self.primary[0]))
        for unique, columns in self.indexes:
            out.append("CREATE %sINDEX ON %s (%s);" % ("UNIQUE " if unique else "", self.name, ", ".join(columns)))
        return out

    def foreign_keys(self):
        return ["ALTER TABLE %s ADD FOREIGN KEY (%s) REFERENCES %s (%s);" % (self.name, column, parent, key) for column, parent, key in self.foreign]


def read_tables(path):
    db = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid")]
    tables = [Table(db, name) for name in names]
    db.close()
    return tables


def pg_type(declared):
    """what a careful person declares for a type of the datasets"""
    declared = declared.upper()
    if declared.startswith(("VARCHAR", "DECIMAL", "NUMERIC")):
        return declared.lower()
    for word, pg in (("INT", "bigint"), ("CHAR", "text"), ("TEXT", "text"), ("BLOB", "bytea"), ("REAL", "double precision"),
                     ("FLOAT", "double precision"), ("DATETIME", "timestamp"), ("TIMESTAMP", "timestamp"), ("DATE", "date"),
                     ("BOOL", "boolean")):
        if word in declared:
            return pg
    return "text"


def afterwards(tables):
    return "\n".join([s for t in tables for s in t.keys()] + [s for t in tables for s in t.foreign_keys()]) + "\nANALYZE;\n"


def csv(path, psql):
    """The schema by hand, rows through a pipe a table, keys and indexes afterwards."""
    tables = read_tables(path)
    psql("\n".join(table.create() for table in tables))
    for table in tables:
        columns = ", ".join("CASE WHEN %s IS NOT NULL THEN '\\x' || hex(%s) END" % (c, c) if pg == "bytea" else c for c, pg, _ in table.columns)
        reader = subprocess.Popen(["sqlite3", "-csv", path, "SELECT %s FROM %s" % (columns, table.name)], stdout=subprocess.PIPE)
        writer = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", psql.database, "-c",
                                 "COPY %s FROM STDIN (FORMAT csv)" % table.name], stdin=reader.stdout)
        reader.stdout.close()
        if reader.wait() != 0 or writer.returncode != 0:
            raise RuntimeError("csv pipe failed for %s" % table.name)
    psql(afterwards(tables))


def csv_missing():
    return None if shutil.which("sqlite3") else "no sqlite3 on PATH"


def fdw_install(psql):
    library = os.path.join(os.environ["SQLITE_FDW"], "sqlite_fdw")
    psql("CREATE FUNCTION peer_handler() RETURNS fdw_handler LANGUAGE c STRICT AS '%s', 'sqlite_fdw_handler';"
         "CREATE FUNCTION peer_validator(text[], oid) RETURNS void LANGUAGE c STRICT AS '%s', 'sqlite_fdw_validator';"
         "CREATE FOREIGN DATA WRAPPER sqlite_fdw HANDLER peer_handler VALIDATOR peer_validator;" % (library, library))


def fdw(path, psql):
    """sqlite_fdw: foreign tables by IMPORT FOREIGN SCHEMA, CREATE TABLE AS (NOT NULL stays behind), keys and indexes afterwards."""
    tables = read_tables(path)
    script = ["CREATE SERVER peer FOREIGN DATA WRAPPER sqlite_fdw OPTIONS (database '%s');" % path,
              "CREATE SCHEMA peer; IMPORT FOREIGN SCHEMA public FROM SERVER peer INTO peer;"]
    script += ["CREATE TABLE {0} AS SELECT * FROM peer.{0};".format(table.name) for table in tables]
    psql("\n".join(script) + "\n" + afterwards(tables))


def fdw_missing():
    folder = os.environ.get("SQLITE_FDW", "")
    if not folder:
        return "SQLITE_FDW names no folder with a built sqlite_fdw"
    return None if os.path.exists(os.path.join(folder, "sqlite_fdw.so")) else "no sqlite_fdw.so in %s" % folder


def pgloader(path, psql):
    """pgloader with its defaults: schema, rows, keys, indexes and sequences are its own; ANALYZE is not."""
    scratch = os.path.join(os.environ.get("MIG_TMP", os.environ.get("TMPDIR", "/tmp")), "pgloader")
    host = os.environ["PGHOST"]
    uri = "pgsql://%s@%s:%s/%s" % (os.environ["PGUSER"], "unix:" + host if host.startswith("/") else host, os.environ["PGPORT"], psql.database)
    done = subprocess.run(["pgloader", "--root-dir", scratch, "sqlite://" + path, uri], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", timeout=PATIENCE)
    if done.returncode != 0:
        raise RuntimeError("pgloader: exit status %d" % done.returncode)
    psql("ANALYZE;")


def pgloader_missing():
    if not shutil.which("pgloader"):
        return "no pgloader on PATH"
    return None if {"PGHOST", "PGPORT", "PGUSER"} <= set(os.environ) else "PGHOST, PGPORT and PGUSER must be set"


# What a careful person writes in an afternoon: values as sqlite3 gives them, a thousand rows a statement, one transaction.
SCRIPT = """
import sqlite3, sys
import psycopg2, psycopg2.extras
source = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
target = psycopg2.connect(dbname=sys.argv[2])
with target, target.cursor() as cursor:
    for table, flags in [t.split(":") for t in sys.argv[3:]]:
        rows = source.execute("SELECT * FROM " + table)
        booleans = [i for i, c in enumerate(flags) if c == "b"]
        def converted():
            for row in rows:
                if booleans:
                    row = list(row)
                    for i in booleans:
                        row[i] = None if row[i] is None else bool(row[i])
                yield row
        psycopg2.extras.execute_values(cursor, "INSERT INTO " + table + " VALUES %s", converted() if booleans else rows, page_size=1000)
"""


def python(path, psql):
    """A script with sqlite3 and psycopg2's execute_values; schema, keys and indexes as for csv."""
    tables = read_tables(path)
    psql("\n".join(table.create() for table in tables))
    named = ["%s:%s" % (t.name, "".join("b" if pg == "boolean" else "-" for _, pg, _ in t.columns)) for t in tables]
    done = subprocess.run(["/usr/bin/python3", "-c", SCRIPT, path, psql.database, *named], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=PATIENCE)
    if done.returncode != 0:
        raise RuntimeError("python: %s" % done.stdout.strip().split("\n")[-1])
    psql(afterwards(tables))


def python_missing():
    found = subprocess.run(["/usr/bin/python3", "-c", "import psycopg2.extras"], stderr=subprocess.DEVNULL)
    return None if found.returncode == 0 else "no psycopg2 for /usr/bin/python3"


def ogr2ogr(path, psql):
    """ogr2ogr with COPY, names as they are, the primary key as its feature id; indexes and foreign keys afterwards."""
    tables = read_tables(path)
    for table in tables:
        key = ["-lco", "FID=" + table.primary[0], "-preserve_fid"] if len(table.primary) == 1 else []
        done = subprocess.run(["ogr2ogr", "--config", "PG_USE_COPY", "YES", "-f", "PostgreSQL", "PG:dbname=" + psql.database, path, table.name, "-nlt", "NONE",
                               "-lco", "LAUNDER=NO", "-gt", "unlimited", *key], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=PATIENCE)
        if done.returncode != 0:
            raise RuntimeError("ogr2ogr: %s" % done.stdout.strip().split("\n")[0])
    rest = [s for t in tables for s in t.keys() if "CREATE" in s and "INDEX" in s] + [s for t in tables for s in t.foreign_keys()]
    psql("\n".join(rest) + "\nANALYZE;\n")


def ogr2ogr_missing():
    return None if shutil.which("ogr2ogr") else "no ogr2ogr on PATH"


# name: (job, what it lacks here or None)
PEERS = {"csv": (csv, csv_missing), "fdw": (fdw, fdw_missing), "pgloader": (pgloader, pgloader_missing), "python": (python, python_missing),
         "ogr2ogr": (ogr2ogr, ogr2ogr_missing)}

# what of a tool is installed in the database once, before its jobs
INSTALLS = {"fdw": fdw_install}
