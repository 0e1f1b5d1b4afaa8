#!/usr/bin/python3
"""files: damaged SQLite files against a server that runs under sanitizers

Runs inside tools/with_cluster, in whose staged extension the sanitizers are compiled (tools/fuzz does that), and starts a cluster of its own
with their library preloaded. Every file is looked at, imported, scanned, profiled and summed up within one call; every --migrate'th
is migrated and verified too. What must not be:
  crash     a backend ends; a report of a sanitizer ends it too
  hang      a statement goes on after its timeout
  removed   the file that journals name as their second one is gone
  wrong     a verdict of success, and the target has not what SQLite reads in the file; or the file has damage and the verdict does not say so
The files that showed it are kept, with the number that makes each of them again: --only NUMBER.
"""
import argparse
import collections
import math
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time

import psycopg2

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import mutate  # noqa: E402
from cluster import Cluster  # noqa: E402

TIMEOUT_MS = 5000
# how long after its timeout a statement may go on, on a machine that does other things too
GRACE_S = 10

SETUP = r"""
CREATE EXTENSION sqlite_fdw_mig;
CREATE SERVER f FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database '/nowhere', keep_connections 'true', busy_timeout '100ms');
CREATE SCHEMA fuzz;
-- Runs a statement; an error is an outcome like any other, but for a timeout, which nobody catches. A scan of a file's view may have no end: it is given a second.
CREATE FUNCTION fuzz.try(statement text, OUT outcome text) LANGUAGE plpgsql AS
$$
BEGIN
	EXECUTE statement;
	outcome := '00000';
EXCEPTION WHEN OTHERS THEN
	outcome := SQLSTATE;
	IF outcome IN ('XX000', '0A000', 'P0002', 'P0003', '42P18', '22004', '23502', '39004') OR outcome LIKE '42%' AND outcome NOT IN ('42501', '42703', '42704', '42809', '42P01') THEN
		outcome := outcome || ' ' || SQLERRM;
	END IF;
END;
$$;
CREATE FUNCTION fuzz.look() RETURNS SETOF text LANGUAGE plpgsql AS
$$
DECLARE
	relation text;
	i int := 0;
BEGIN
	RETURN NEXT 'tables ' || fuzz.try('SELECT count(*) FROM sqlite_mig.source_tables(''f'')');
	RETURN NEXT 'objects ' || fuzz.try('SELECT count(c.*), (SELECT count(i.*) FROM sqlite_mig.source_indexes(''f'') AS i), (SELECT count(k.*) FROM sqlite_mig.source_foreign_keys(''f'') AS k), '
		'(SELECT count(o.*) FROM sqlite_mig.source_objects(''f'') AS o), (SELECT count(i.*) FROM sqlite_mig.source_info(''f'') AS i) FROM sqlite_mig.source_columns(''f'') AS c');
	RETURN NEXT 'texts ' || fuzz.try('SELECT count(t.*) FROM sqlite_mig.source_objects(''f'') AS o, sqlite_mig.to_postgres(o.sql) AS t');
	RETURN NEXT 'import ' || fuzz.try('IMPORT FOREIGN SCHEMA main FROM SERVER f INTO fuzz');
	FOR relation IN SELECT format('%I.%I', n.nspname, c.relname) FROM pg_foreign_table AS f JOIN pg_class AS c ON c.oid = f.ftrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = 'fuzz' ORDER BY c.relname LIMIT 5 LOOP
		i := i + 1;
		RETURN NEXT 'scan ' || fuzz.try('SELECT count(x.*) FROM (SELECT * FROM ' || relation || ' OFFSET 0) AS x');
		RETURN NEXT 'sum ' || fuzz.try(format('SELECT * FROM sqlite_mig.checksum(%L)', relation));
		CONTINUE WHEN i > 2;
		RETURN NEXT 'ask ' || fuzz.try('SELECT count(*), max(x::text) FROM ' || relation || ' AS x');
		RETURN NEXT 'analyze ' || fuzz.try('ANALYZE ' || relation);
	END LOOP;
	RETURN NEXT 'profile ' || fuzz.try('SELECT count(*) FROM sqlite_mig.profile(''f'')');
END;
$$;
"""

CLEAN = """SET client_min_messages = error; DROP SCHEMA IF EXISTS target CASCADE; DROP SCHEMA IF EXISTS sqlite_f CASCADE;
DELETE FROM sqlite_mig.migration; RESET client_min_messages"""

# complaints of integrity_check that are about constraints, or about an index whose table is whole
ABOUT_ROWS = re.compile(r" value in |^CHECK constraint failed|^row \d+ missing from index|^wrong # of entries in index|^non-unique entry in index|no such (function|collation|module)")


class Watch:
    """Ends a backend that does not react to its statement's timeout, and remembers that it had to."""

    def __init__(self, backend):
        self.backend = backend
        self.fired = False
        self.timer = threading.Timer(TIMEOUT_MS / 1000 + GRACE_S, self.fire)

    def fire(self):
        self.fired = True
        try:
            with open("/proc/%d/wchan" % self.backend) as f:
                print("hang: waits in", f.read(), flush=True)
            subprocess.run(["gdb", "-p", str(self.backend), "-batch", "-ex", "bt 30"], stderr=subprocess.DEVNULL)
        except OSError:
            pass
        os.kill(self.backend, signal.SIGKILL)

    def __enter__(self):
        self.timer.start()
        return self

    def __exit__(self, *_):
        self.timer.cancel()


def plain(value, target_type):
    """A value of SQLite as psycopg2 would give it back from a column of that type; None in a tuple where nothing is said about it."""
    base = target_type.split("(")[0]
    if value is None:
        return None
    if base in ("bigint", "integer", "smallint") and isinstance(value, int):
        return value
    if base in ("text", "character varying") and isinstance(value, str):
        return value
    if base == "bytea" and isinstance(value, bytes):
        return value
    if base == "double precision" and isinstance(value, (int, float)):
        return float(value)
    return ("any",)


def same(source, target):
    if source == ("any",):
        return target is not None
    if isinstance(source, float) and isinstance(target, float):
        return source == target or math.isnan(source) and math.isnan(target)
    return source == target


def order(row):
    return tuple((0, "") if v is None else (1, repr(v)) for v in row)


class Check:
    """What SQLite itself reads in a file, for comparison with what arrived."""

    def __init__(self, path):
        # (a copy: SQLite rolls back what a journal says)
        self.db = sqlite3.connect(path, isolation_level=None)
        end = time.monotonic() + 20
        self.db.set_progress_handler(lambda: time.monotonic() > end, 100000)
        self.db.text_factory = lambda b: b.decode("utf-8", "surrogateescape")
        self.db.execute("PRAGMA cell_size_check=ON")

    def rows(self, table, columns):
        names = ", ".join('"%s"' % c.replace('"', '""') for c in columns)
        return self.db.execute('SELECT %s FROM "%s" NOT INDEXED' % (names, table.replace('"', '""'))).fetchall()

    def damage(self):
        # (integrity_check also reads what is in indexes, which a migration does not copy)
        try:
            lines = [r[0].replace("*** in database main ***\n", "") for r in self.db.execute("PRAGMA quick_check").fetchall()]
        except sqlite3.DatabaseError as e:
            lines = ["error: %s" % e]
        return [line for line in lines if line != "ok" and not ABOUT_ROWS.search(line)]


def looks_wrong(cur, path, files, verdict):
    """Why a verdict of success is not true; None if it is."""
    mutate.write_files(path + ".check", files)
    check = Check(path + ".check")
    cur.execute("""SELECT t.source_name, t.target_name, array_agg(c.source_name ORDER BY c.position), array_agg(c.target_name ORDER BY c.position), array_agg(c.target_type ORDER BY c.position)
        FROM sqlite_mig.plan_table AS t JOIN sqlite_mig.plan_column AS c ON c.migration = t.migration AND c.source_table = t.source_name
        WHERE t.migration = 'f' AND t.include AND c.include AND t.kind = 'table' AND c.generated IS NULL GROUP BY t.source_name, t.target_name""")
    tables = cur.fetchall()
    # (what is changed or guessed has all its values)
    cur.execute("SELECT count(*) FROM sqlite_mig.ledger_entry WHERE migration = 'f' AND effect = 'lossy'")
    lossy = cur.fetchone()[0] > 0
    for source, target, names, targets, types in tables:
        try:
            there = check.rows(source, names)
        except sqlite3.Error as e:
            return "SQLite cannot read table %s: %s" % (source, e)
        cur.execute("SELECT %s FROM target.%s" % (", ".join('"%s"' % t.replace('"', '""') for t in targets), '"%s"' % target.replace('"', '""')))
        here = [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cur.fetchall()]
        if len(there) != len(here):
            return "table %s: SQLite reads %d rows, the target has %d" % (source, len(there), len(here))
        if lossy:
            continue
        plains = [tuple(plain(v, t) for v, t in zip(row, types)) for row in there]
        known = [i for i in range(len(names)) if not any(row[i] == ("any",) for row in plains)]
        there = sorted((tuple(row[i] for i in known) for row in plains), key=order)
        here = sorted((tuple(row[i] for i in known) for row in here), key=order)
        for a, b in zip(there, here):
            if not all(same(x, y) for x, y in zip(a, b)):
                return "table %s: SQLite reads %r, the target has %r" % (source, a, b)
    lines = check.damage()
    if lines:
        cur.execute("SELECT count(*) FROM sqlite_mig.ledger_entry WHERE migration = 'f' AND rule = 'damage'")
        if cur.fetchone()[0] == 0:
            return "the file is damaged: " + lines[0]
    return None


class Run:
    def __init__(self, args):
        self.args = args
        self.scratch = os.path.join(os.environ["MIG_TMP"], "fuzz")
        os.makedirs(self.scratch, exist_ok=True)
        self.cluster = Cluster(self.scratch)
        self.seeds = mutate.Seeds(self.scratch, args.folder)
        self.counts = collections.Counter()
        self.outcomes = collections.Counter()
        self.states = collections.Counter()
        self.connection = self.cluster.connect(TIMEOUT_MS, setup=SETUP)
        self.victim = os.path.join(os.environ["MIG_TMP"], "fuzz_victim")
        open(self.victim, "w").close()
        self.times = collections.Counter()

    def bad(self, kind, number, how, text):
        self.counts[kind] += 1
        keep = os.path.join(self.args.keep, "%s_%s_%d" % (kind, self.args.seed, number))
        for end in ("", "-wal", "-journal"):
            if os.path.exists(self.path + ".orig" + end):
                shutil.copyfile(self.path + ".orig" + end, keep + ".db" + end)
        with open(keep + ".txt", "w") as f:
            f.write("tools/fuzz files --seed %s --only %d\n%s\n\n%s\n" % (self.args.seed, number, how, text))
        print("== %s: file %d of seed %s, kept as %s.db (%s)\n%s" % (kind, number, self.args.seed, keep, " ".join(how), text[:3000]), flush=True)

    def one(self, number):
        files, how = mutate.make_case(self.seeds, self.args.seed, number)
        self.files = files
        self.path = os.path.join(self.scratch, "%d.db" % (number % 7))
        mutate.write_files(self.path, files)
        mutate.write_files(self.path + ".orig", files)
        backend = self.connection.info.backend_pid
        try:
            with Watch(backend) as watch:
                self.ask(number, how)
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as e:
            if not self.connection.closed:
                self.outcomes["statement " + str(e.pgcode)] += 1
                if e.pgcode not in ("57014",):
                    raise
                return
            if watch.fired:
                self.bad("hang", number, how, "no reaction to the timeout")
            else:
                time.sleep(0.3)
                self.bad("crash", number, how, "%s\n%s\n%s" % (e, self.cluster.new_reports(), open(self.cluster.log, errors="replace").read()[-2000:]))
            self.connection = self.cluster.connect(TIMEOUT_MS)

        if not os.path.exists(self.victim):
            self.bad("removed", number, how, self.victim)
            open(self.victim, "w").close()

    def ask(self, number, how):
        cur = self.connection.cursor()
        start = time.monotonic()
        try:
            cur.execute("ALTER SERVER f OPTIONS (SET database %s)", (self.path,))
            cur.execute("BEGIN")
            cur.execute("SELECT * FROM fuzz.look()")
            for (line,) in cur.fetchall():
                self.outcomes[line[:120]] += 1
                self.counts["scans that read to the end"] += line == "scan 00000"
                self.states[line[:12]] += 0
            cur.execute("ROLLBACK")
        except psycopg2.errors.QueryCanceled:
            self.counts["timeouts"] += 1
            self.slow(number, start)
            cur.execute("ROLLBACK")
        self.times["look"] += time.monotonic() - start
        if number % self.args.migrate == 0:
            start = time.monotonic()
            self.migrate(cur, number, how)
            self.times["migrate"] += time.monotonic() - start

    def slow(self, number, start):
        if time.monotonic() - start > TIMEOUT_MS / 1000 + 3:
            self.counts["slow to react"] += 1
            print("slow: file %d took %.1f s" % (number, time.monotonic() - start), flush=True)

    def migrate(self, cur, number, how):
        start = time.monotonic()
        try:
            cur.execute("CALL sqlite_mig.migrate('f', 'target')")
            cur.execute("SELECT verdict, rows FROM sqlite_mig.status('f')")
            verdict, rows = cur.fetchone()
            self.counts["migrated rows"] += rows or 0
            self.counts["verdict " + verdict] += 1
            if verdict != "incomplete":
                text = looks_wrong(cur, self.path, self.files, verdict)
                if text:
                    self.bad("wrong", number, how, verdict + ", but " + text)
        except psycopg2.errors.QueryCanceled:
            self.counts["timeouts"] += 1
            self.slow(number, start)
        except psycopg2.Error as e:
            if self.connection.closed or e.pgcode is None:
                raise
            self.counts["migrations refused"] += 1
            unexpected = e.pgcode == "XX000" or e.pgcode.startswith(("42", "P0", "0A", "2200")) and e.pgcode not in ("42501", "42703", "42704", "42809", "42P01")
            self.outcomes["migrate %s %s" % (e.pgcode, str(e).split("\n")[0][:100] if unexpected else "")] += 1
        self.counts["migrations"] += 1
        if verdict_left(cur):
            cur.execute(CLEAN)

    def report(self, seconds):
        n = self.counts["files"]
        try:
            with open("/proc/%d/status" % self.connection.info.backend_pid) as f:
                self.counts["MB of the backend"] = int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1)) // 1024
        except OSError:
            pass
        print("fuzz files: seed %s, %d files (%.1f a second), %d of them migrated; %s" % (
            self.args.seed, n, n / max(seconds, 0.001), self.counts["migrations"],
            ", ".join("%s: %d" % (k, v) for k, v in sorted(self.counts.items()) if k not in ("files", "migrations"))), flush=True)

    def run(self):
        start = last = time.monotonic()
        stop = start + self.args.seconds
        if self.args.only is not None:
            for number in self.args.only:
                self.one(number)
                self.counts["files"] += 1
        else:
            number = self.args.first
            while time.monotonic() < stop and self.counts["files"] < self.args.files:
                self.one(number)
                number += 1
                self.counts["files"] += 1
                if time.monotonic() - last > 60:
                    last = time.monotonic()
                    self.report(last - start)
                if number % 2000 == 0:
                    self.renew()
        text = self.cluster.new_reports()
        if text:
            self.counts["crash"] += 1
            print("== a report of a sanitizer\n" + text)
        self.report(time.monotonic() - start)
        if self.args.outcomes:
            for line, n in self.outcomes.most_common():
                print("%8d %s" % (n, line))
            print("seconds: " + ", ".join("%s %.1f" % item for item in self.times.items()))
        for kind in ("crash", "hang", "wrong", "removed", "slow to react"):
            print("%s %d %s" % ("not ok" if self.counts[kind] else "ok", self.counts["files"], "files without " + kind), flush=True)
        ok = self.counts["files"] > 0 and self.counts["scans that read to the end"] > self.counts["files"] / 20 or self.args.only is not None
        print("%s %d scans read a table to its end" % ("ok" if ok else "not ok", self.counts["scans that read to the end"]))
        return ok and not any(self.counts[kind] for kind in ("crash", "hang", "wrong", "removed", "slow to react"))

    def renew(self):
        """The catalogs grow with every file."""
        cur = self.connection.cursor()
        for statement in ("SET statement_timeout = 0", "VACUUM", "SET statement_timeout = %d" % TIMEOUT_MS):
            cur.execute(statement)


def verdict_left(cur):
    cur.execute("SELECT EXISTS (SELECT FROM sqlite_mig.migration) OR to_regnamespace('target') IS NOT NULL")
    return cur.fetchone()[0]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--seconds", type=float, default=1e9)
    p.add_argument("--files", type=int, default=10 ** 12)
    p.add_argument("--seed", default="1")
    p.add_argument("--first", type=int, default=0)
    p.add_argument("--only", type=int, action="append")
    p.add_argument("--migrate", type=int, default=1, help="every how many'th file is migrated and verified")
    p.add_argument("--folder", action="append", default=[], help="more databases to begin with")
    p.add_argument("--keep", default=os.environ.get("MIG_FUZZ_KEEP", "."))
    p.add_argument("--outcomes", action="store_true", help="list what the statements ended with")
    args = p.parse_args()
    # (so that the cluster is stopped)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if os.environ.get("MIG_REAL_DATA"):
        args.folder.append(os.environ["MIG_REAL_DATA"])
    run = Run(args)
    try:
        ok = run.run()
    finally:
        run.cluster.stop()
    sys.exit(0 if ok else 1)


main()
