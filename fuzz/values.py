#!/usr/bin/python3
"""values: values of every kind through every converter, in a server that runs under sanitizers

Runs inside tools/with_cluster like files.py. Each round writes a table of SQLite with values that are nearly right for some type, and
reads it through foreign tables that have a column for every type and format. A value that does not fit is NULL (on_error), so that
nothing may raise an error; what fits is written out as text, which reads every byte of it.
"""
import argparse
import collections
import os
import random
import signal
import sqlite3
import sys
import time

import psycopg2

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import mutate  # noqa: E402
from cluster import Cluster  # noqa: E402

MOMENTS = ["iso", "unixepoch", "unixepoch_ms", "unixepoch_us", "unixepoch_ns", "dotnet_ticks", "cocoa", "apple", "webkit", "julianday"]
TARGETS = [(t, None) for t in (
    "bigint", "integer", "smallint", "boolean", "text", "varchar(5)", "char(3)", "bytea", "real", "double precision", "numeric", "numeric(6,2)", "date", "time", "timetz",
    "timestamp", "timestamptz", "timestamp(0)", "interval", "json", "jsonb", "uuid", "inet", "cidr", "macaddr", "macaddr8", "money", "xml", "bit(8)", "varbit", "oid", "name",
    "point", "int4range", "tsvector", "text[]", "bigint[]", "fuzz.mood", "fuzz.small", "\"char\"")] + \
    [(t, f) for t in ("timestamptz", "timestamp", "date") for f in MOMENTS[1:]] + [("text", "any")]

SETUP = """
CREATE EXTENSION sqlite_fdw_mig;
CREATE SERVER f FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database '/nowhere');
CREATE SERVER g FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database '/nowhere', on_nul 'replace', on_invalid_utf8 'windows-1252', time_zone 'Europe/Berlin');
CREATE SCHEMA fuzz;
CREATE TYPE fuzz.mood AS ENUM ('red', 'green');
CREATE DOMAIN fuzz.small AS integer CHECK (VALUE < 1000);
"""
ROWS = 250


def texts():
    db = sqlite3.connect(":memory:")
    db.text_factory = bytes
    return [db.execute("SELECT " + v).fetchone()[0] for v in mutate.VALUES if "900" not in v and "1500" not in v and "2600" not in v]


SEEDS = texts() + [x.encode() for x in (
    "0x1f", "1e400", "NaN", "Infinity", "-inf", "1_000", "00012", "+5", "--1", "1.", ".5", "1e-7", "12345678901234567890.12345678901234567890", "t", "yes", "ON", "2024-W05-1", "2024-060",
    "20240229T235959Z", "2024-02-29T23:59:59.123456789+14:00", "2024-13-01", "24:00:00", "12:30:45.5 PM", "Jan 5, 2024", "29/02/2024", "1 year 2 mons", "-1 days +02:03:04", "PT36H", "P1W",
    "{1,2,NULL}", "[1,\"a\",null]", "{\"a\":{\"a\":{\"a\":[]}}}", "\"\\ud800\"", "\"\\u0000\"", "[[[[[[[[[[", "1 2", "fe80::1/64", "08:00:2b:01:02:03", "{6BA7B810-9DAD-11D1-80B4-00C04FD430C8}",
    "(1,2)", "[1,5)", "$-1,234.567", "€ 5", "10101", "<a>b</a>", "'a':1", "red", "\u00e9\u00e8", "a\u0300", "\U0010ffff", " 42 ", "\t7\n", "9" * 400, "0." + "0" * 300 + "1", "-" * 60)]


def value(rnd):
    kind = rnd.random()
    if kind < 0.15:
        n = rnd.choice([8, 16, 31, 32, 33, 52, 53, 54, 62, 63])
        return max(-(1 << 63), min((1 << 63) - 1, rnd.choice([1, -1]) * (rnd.getrandbits(n) if rnd.random() < 0.5 else (1 << n) + rnd.choice([-1, 0, 1]))))
    if kind < 0.3:
        return rnd.choice([rnd.uniform(-1e6, 1e6), rnd.uniform(-1e19, 1e19), 10.0 ** rnd.randrange(-320, 309), rnd.getrandbits(40) / 1000, float(rnd.getrandbits(63)), float("inf")])
    data = rnd.choice(SEEDS)
    if not isinstance(data, bytes):
        if rnd.random() < 0.3:
            return data
        data = str(data).encode()
    data = bytearray(data)
    for _ in range(rnd.choice([0, 1, 1, 2, 4])):
        at = rnd.randrange(len(data) + 1)
        what = rnd.randrange(6)
        if what == 0:
            data[at:at + rnd.randrange(1, 4)] = b""
        elif what == 1:
            data[at:at] = rnd.choice([b"-", b"+", b".", b":", b"T", b" ", b"9", b"0", b"e", b"\x00", b"\xc3", b"\xf4\x90\x80\x80", b"\xed\xa0\x80", b"\xe2\x82\xac", b"{", b"]", b",", b"\"", b"\\", b"Z", b"\xff"])
        elif what == 2 and at < len(data):
            data[at] = rnd.randrange(256)
        elif what == 3:
            other = rnd.choice(SEEDS)
            data[at:at] = other if isinstance(other, bytes) else str(other).encode()
        elif what == 4:
            data[at:at] = data[at:at + 10] * rnd.choice([1, 2, 40])
        elif at < len(data):
            data[at] = rnd.choice(b"0123456789-:. ")
    return bytes(data)


def fill(path, rnd):
    mutate.write_files(path, {})
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA encoding='%s'" % rnd.choice(["UTF-8", "UTF-8", "UTF-16le"]))
    db.execute("CREATE TABLE t (v)")
    db.execute("BEGIN")
    for _ in range(ROWS):
        v = value(rnd)
        if isinstance(v, bytes):
            # as a text mostly: CAST takes the bytes as they are
            db.execute("INSERT INTO t VALUES (%s)" % ("?" if rnd.random() < 0.15 else "CAST(? AS TEXT)"), (v,))
        else:
            db.execute("INSERT INTO t VALUES (?)", (v,))
    db.execute("COMMIT")
    db.close()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--seconds", type=float, default=1e9)
    p.add_argument("--inputs", type=int, default=10 ** 15)
    p.add_argument("--seed", default="1")
    p.add_argument("--first", type=int, default=0)
    # (options of files.py are no concern of this one)
    args, _ = p.parse_known_args()
    # (so that the cluster is stopped)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    scratch = os.path.join(os.environ["MIG_TMP"], "values")
    os.makedirs(scratch)
    cluster = Cluster(scratch)
    counts = collections.Counter()
    try:
        connection = cluster.connect(60000, setup=SETUP)
        cur = connection.cursor()
        tables = []
        for server in ("f", "g"):
            columns = ["c%d %s OPTIONS (column_name 'v', on_error 'null'%s)" % (i, t, ", format '%s'" % f if f else "") for i, (t, f) in enumerate(TARGETS)]
            cur.execute("CREATE FOREIGN TABLE fuzz.%s (%s) SERVER %s OPTIONS (\"table\" 't')" % (server, ", ".join(columns), server))
            tables.append("fuzz." + server)
        start = time.monotonic()
        number = args.first
        while time.monotonic() - start < args.seconds and counts["conversions"] < args.inputs:
            rnd = random.Random("%s:%d" % (args.seed, number))
            path = os.path.join(scratch, "%d.db" % (number % 5))
            fill(path, rnd)
            try:
                for name in tables:
                    cur.execute("ALTER SERVER %s OPTIONS (SET database '%s')" % (name[5:], path))
                    cur.execute("SELECT count(x::text) + %s FROM %s AS x" % (" + ".join("count(c%d)" % i for i in range(len(TARGETS))), name))
                    counts["values that fit"] += cur.fetchone()[0] - ROWS
                    counts["conversions"] += ROWS * len(TARGETS)
                cur.execute("SELECT count(*) FROM sqlite_mig.profile('f')")
                counts["recognised"] += ROWS
            except psycopg2.Error as e:
                if connection.closed:
                    counts["crash"] += 1
                    time.sleep(0.5)
                    print("== crash: round %d of seed %s\n%s\n%s" % (number, args.seed, e, cluster.new_reports()), flush=True)
                    connection = cluster.connect(60000)
                    cur = connection.cursor()
                else:
                    counts["error"] += 1
                    print("== error: round %d of seed %s\n%s %s" % (number, args.seed, e.pgcode, e), flush=True)
            number += 1
        took = time.monotonic() - start
    finally:
        cluster.stop()
    print("fuzz values: seed %s, %d conversions to %d types and formats (%.0f a second), %s" % (
        args.seed, counts["conversions"], len(TARGETS), counts["conversions"] / max(took, 0.001), ", ".join("%s: %d" % i for i in sorted(counts.items()))), flush=True)
    for kind in ("crash", "error"):
        print("%s %d conversions without %s" % ("not ok" if counts[kind] else "ok", counts["conversions"], kind))
    enough = counts["values that fit"] > counts["conversions"] / 50
    print("%s %d of the values fit" % ("ok" if enough else "not ok", counts["values that fit"]), flush=True)
    sys.exit(0 if enough and not counts["crash"] and not counts["error"] else 1)


main()
