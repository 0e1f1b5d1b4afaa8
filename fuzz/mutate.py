"""mutate: SQLite databases, whole and damaged

Owns the seeds (databases of many shapes, made here, and files given by the caller) and the mutations, which know the
file format: headers, b-tree pages, cells, overflow chains, free pages, pointer maps, schema texts, logs and journals.
Knows nothing of PostgreSQL. What comes out depends on the numbers given only, so that every file can be made again
(but for the path in a journal that names a second file: that is the caller's, "fuzz_victim" in MIG_TMP).
"""
import glob
import os
import random
import shutil
import sqlite3
import struct

MAGIC = b'SQLite format 3\x00'
MAX_BYTES = 60000

VALUES = [
    "NULL", "0", "1", "-1", "127", "-128", "32768", "8388608", "2147483648", "140737488355328", "9223372036854775807",
    "-9223372036854775808", "0.0", "-0.0", "1.5", "1e308", "9e999", "-9e999", "4.9e-324", "''", "'a'", "'true'", "'2024-02-29'",
    "'2024-02-29 23:59:60'", "'2024-02-30'", "'9999-12-31T23:59:59.999Z'", "'-4713-01-01'", "'12:30'", "1700000000", "1700000000.25",
    "2460000.5", "'1,234.50'", "'$12.00'", "'{\"a\":[1,{\"b\":null}]}'", "'[1,2'", "'1.000000000000000000000000000001'",
    "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'", "x'6ba7b8109dad11d180b400c04fd430c8'", "x''", "x'00ff'", "'10.0.0.1/8'",
    "'P1Y2M3DT4H5M6S'", "'a' || char(0) || 'b'", "CAST(x'c3' AS TEXT)", "CAST(x'eda080' AS TEXT)", "'\u20ac\U0001f600'",
    "printf('%.*c', 900, 'x')", "zeroblob(1500)", "hex(zeroblob(2600))", "'red'", "'green'", "char(65279) || 'bom'",
]

TYPES = ["INTEGER", "TEXT", "REAL", "BLOB", "NUMERIC", "BOOLEAN", "DATE", "DATETIME", "TIMESTAMP", "TIME", "DECIMAL(10,2)", "VARCHAR(20)",
         "JSON", "UUID", "BIGINT", "MONEY", "", "INET", "DOUBLE PRECISION", "GUID", "TINYINT(1)", "UNSIGNED BIG INT", "NCHAR(5)"]


def _fill(db, rnd, table, columns, rows, plain):
    for i in range(rows):
        values = []
        for _, kind in columns:
            if plain or rnd.random() < 0.7:
                values.append({"INTEGER": str(rnd.randrange(-500, 100000)), "BIGINT": str(rnd.getrandbits(62)), "REAL": repr(rnd.uniform(-1e6, 1e6)),
                               "BOOLEAN": rnd.choice("01"), "TINYINT(1)": rnd.choice("01"), "DATE": "'20%02d-0%d-1%d'" % (rnd.randrange(30), 1 + rnd.randrange(9), rnd.randrange(10)),
                               "BLOB": "randomblob(%d)" % rnd.randrange(40), "DECIMAL(10,2)": "%d.%02d" % (rnd.randrange(10000), rnd.randrange(100))}
                              .get(kind, "'%s%d'" % (rnd.choice(["row ", "x", "long " * rnd.randrange(1, 60)]), i)))
            else:
                values.append(rnd.choice(VALUES))
        db.execute("INSERT OR IGNORE INTO %s (%s) VALUES (%s)" % (table, ", ".join('"%s"' % c for c, _ in columns), ", ".join(values)))


def _make(path, number):
    """One database of many shapes; also its log or journal where the shape has one. Returns nothing."""
    rnd = random.Random(number)
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in ("page_size=%d" % rnd.choice([512, 512, 1024, 4096]), "encoding='%s'" % rnd.choice(["UTF-8", "UTF-8", "UTF-8", "UTF-16le", "UTF-16be"]),
                   "auto_vacuum=%d" % rnd.choice([0, 0, 1, 2])):
        db.execute("PRAGMA " + pragma)
    if number % 8 == 7:
        db = _reserve(db, path, rnd.choice([1, 8, 32, 100]))
    plain = rnd.random() < 0.5
    db.execute("BEGIN")
    for t in range(rnd.choice([1, 1, 2, 3])):
        columns = [("c%d" % i, rnd.choice(TYPES[:5] if plain else TYPES)) for i in range(rnd.randrange(1, 7))]
        shape = rnd.randrange(6)
        head = ["id INTEGER PRIMARY KEY" + rnd.choice(["", " AUTOINCREMENT", " DESC"])] if shape < 3 else []
        body = ['"%s" %s%s' % (c, k, rnd.choice(["", "", "", " NOT NULL DEFAULT ''", " COLLATE NOCASE", " CHECK (\"%s\" IS NOT 'bad')" % c])) for c, k in columns]
        tail = []
        end = ""
        if shape == 3:
            tail, end = ['PRIMARY KEY ("c0")'], " WITHOUT ROWID"
        elif shape == 4:
            tail = ['UNIQUE ("c0")']
        if shape == 2 and sqlite3.sqlite_version_info >= (3, 31, 0):
            body.append("g AS (length(c0)) " + rnd.choice(["STORED", "VIRTUAL"]))
        if shape == 0 and t > 0:
            tail = ['FOREIGN KEY ("c0") REFERENCES t0']
        db.execute("CREATE TABLE t%d (%s)%s" % (t, ", ".join(head + body + tail), end))
        _fill(db, rnd, "t%d" % t, columns, rnd.choice([0, 1, 5, 40, 120]), plain)
        if rnd.random() < 0.5:
            db.execute('CREATE %s INDEX i%d ON t%d ("c0"%s)%s' % ("", t, t, rnd.choice(["", " DESC", ", " + columns[-1][0]]), rnd.choice(["", " WHERE \"c0\" IS NOT NULL"])))
        if rnd.random() < 0.2:
            db.execute("CREATE VIEW v%d AS SELECT count(*) AS n, max(c0) AS m FROM t%d" % (t, t))
        if rnd.random() < 0.2:
            db.execute("CREATE TRIGGER r%d AFTER INSERT ON t%d BEGIN UPDATE t%d SET c0 = new.c0 WHERE 0; END" % (t, t, t))
        if rnd.random() < 0.3:
            db.execute("DELETE FROM t%d WHERE rowid %% 3 <> 0" % t if shape != 3 else "DELETE FROM t%d" % t)
    if rnd.random() < 0.15:
        db.execute("CREATE VIRTUAL TABLE ft USING %s(a, b)" % rnd.choice(["fts5", "fts4", "fts3"]))
        db.execute("INSERT INTO ft VALUES ('some words', 'to be found'), ('more', 'words')")
    elif rnd.random() < 0.1:
        db.execute("CREATE VIRTUAL TABLE rt USING rtree(id, x0, x1)")
        db.execute("INSERT INTO rt VALUES (1, 0, 1), (2, 5, 6)")
    db.execute("COMMIT")
    if rnd.random() < 0.2:
        db.execute("ANALYZE")
    kind = rnd.random()
    if kind < 0.15:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE w (a INTEGER PRIMARY KEY, b TEXT)")
        db.execute("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30) INSERT INTO w SELECT i, 'in the log ' || i FROM n")
        _copy_open(path)
    elif kind < 0.3:
        db.execute("CREATE TABLE j (a INTEGER PRIMARY KEY, b TEXT)")
        db.execute("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30) INSERT INTO j SELECT i, 'before ' || i FROM n")
        db.execute("PRAGMA cache_size=1")
        db.execute("PRAGMA cache_spill=1")
        db.execute("BEGIN")
        db.execute("UPDATE j SET b = b || hex(zeroblob(300))")
        _copy_open(path)
        db.execute("ROLLBACK")
    db.close()
    for name in glob.glob(path + ".copy*"):
        os.replace(name, path + name[len(path) + 5:])


def _reserve(db, path, amount):
    """Has SQLite keep so many bytes free at the end of each page, as encryption and checksums have it; for a database that is empty yet."""
    db.execute("PRAGMA user_version=1")
    db.close()
    with open(path, "r+b") as f:
        d = bytearray(f.read())
        size = u16(d, 16)
        # (480 bytes are the least that a page may use)
        amount = min(amount, size - 480)
        d[20] = amount
        for p in range(0, len(d), size):
            at = p + (100 if p == 0 else 0)
            if d[at] == 13:
                put(d, at + 5, struct.pack(">H", size - amount))
        f.seek(0)
        f.write(d)
    return sqlite3.connect(path, isolation_level=None)


def _copy_open(path):
    """The files as they are while the database is open: with log or journal."""
    for end in ("", "-wal", "-journal"):
        if os.path.exists(path + end):
            shutil.copyfile(path + end, path + ".copy" + end)


def read_files(path):
    """The files of a database: {'': …, '-wal': …, '-journal': …}."""
    files = {}
    for end in ("", "-wal", "-journal"):
        if os.path.exists(path + end):
            with open(path + end, "rb") as f:
                files[end] = f.read()
    return files


def write_files(path, files):
    for end in ("", "-wal", "-journal", "-shm"):
        if os.path.exists(path + end):
            os.unlink(path + end)
    for end, data in files.items():
        with open(path + end, "wb") as f:
            f.write(data)


class Seeds:
    """Databases to begin with: made ones by number, and files of the given folders that are small enough."""

    def __init__(self, scratch, folders, made=400):
        self.scratch = scratch
        self.made = made
        self.real = sorted(f for folder in folders for f in glob.glob(folder + "/**/*", recursive=True)
                           if os.path.isfile(f) and 512 <= os.path.getsize(f) <= MAX_BYTES and open(f, "rb").read(16) == MAGIC)
        self.cache = {}

    def get(self, rnd):
        if self.real and rnd.random() < 0.3:
            return read_files(self.real[rnd.randrange(len(self.real))])
        number = rnd.randrange(self.made)
        if number not in self.cache:
            path = os.path.join(self.scratch, "seed.db")
            write_files(path, {})
            _make(path, number)
            self.cache[number] = read_files(path)
            write_files(path, {})
        return dict(self.cache[number])


def u16(d, p):
    return struct.unpack_from(">H", d, p)[0] if p + 2 <= len(d) else 0


def u32(d, p):
    return struct.unpack_from(">I", d, p)[0] if p + 4 <= len(d) else 0


def put(d, p, data):
    if 0 <= p and p + len(data) <= len(d):
        d[p:p + len(data)] = data


def varint(n):
    """The bytes of SQLite's variable-length integer."""
    n &= (1 << 64) - 1
    if n >= 1 << 56:
        out = [n & 0xff]
        n >>= 8
        for _ in range(8):
            out.append(n & 0x7f | 0x80)
            n >>= 7
        return bytes(reversed(out))
    out = [n & 0x7f]
    n >>= 7
    while n:
        out.append(n & 0x7f | 0x80)
        n >>= 7
    return bytes(reversed(out))


def read_varint(d, p):
    """(value, length)"""
    n = 0
    for i in range(9):
        if p + i >= len(d):
            return n, i + 1
        if i == 8:
            return n << 8 | d[p + i], 9
        n = n << 7 | d[p + i] & 0x7f
        if d[p + i] < 0x80:
            return n, i + 1
    return n, 9


class Mutator:
    """Damages the files of one database; everything is drawn from rnd."""

    def __init__(self, rnd, files):
        self.rnd = rnd
        self.files = {end: bytearray(data) for end, data in files.items()}
        self.d = self.files['']
        ps = u16(self.d, 16)
        self.ps = 65536 if ps == 1 else ps if ps >= 512 and ps & (ps - 1) == 0 else 4096
        self.pages = max(1, len(self.d) // self.ps)
        self.done = []

    def number(self, bits, near=0):
        top = (1 << bits) - 1
        return self.rnd.choice([0, 1, 2, top, top >> 1, (top >> 1) + 1, near + 1, max(0, near - 1), near ^ 1 << self.rnd.randrange(bits),
                                self.rnd.randrange(self.pages + 2), self.ps, self.ps - 1, self.rnd.getrandbits(bits)]) & top

    def page(self):
        return self.rnd.randrange(self.pages)

    def btree_page(self):
        """Offset of a page's b-tree header, of a page that has one, if one is found soon."""
        at = 0
        for _ in range(8):
            page = self.page()
            at = page * self.ps + (100 if page == 0 else 0)
            if at < len(self.d) and self.d[at] in (2, 5, 10, 13):
                break
        return at

    def cell(self):
        """(offset of the page, offset of a cell, type of the page), or None"""
        at = self.btree_page()
        if at + 12 > len(self.d):
            return None
        kind = self.d[at]
        n = u16(self.d, at + 3)
        if n == 0 or n > self.ps:
            return None
        pointers = at + (12 if kind in (2, 5) else 8)
        start = at // self.ps * self.ps
        return start, start + u16(self.d, pointers + 2 * self.rnd.randrange(n)), kind

    def header(self):
        at, size = self.rnd.choice([(16, 2), (18, 1), (19, 1), (20, 1), (21, 1), (22, 1), (23, 1), (24, 4), (28, 4), (32, 4), (36, 4), (40, 4), (44, 4),
                                    (48, 4), (52, 4), (56, 4), (60, 4), (64, 4), (68, 4), (92, 4), (96, 4)])
        old = int.from_bytes(self.d[at:at + size], "big")
        put(self.d, at, self.number(size * 8, old).to_bytes(size, "big"))

    def page_header(self):
        at = self.btree_page()
        field, size = self.rnd.choice([(0, 1), (1, 2), (3, 2), (5, 2), (7, 1), (8, 4)])
        new = self.rnd.choice([2, 5, 10, 13, 0, 255]) if field == 0 else self.number(size * 8, int.from_bytes(self.d[at + field:at + field + size], "big"))
        put(self.d, at + field, new.to_bytes(size, "big"))

    def cell_pointer(self):
        at = self.btree_page()
        n = u16(self.d, at + 3) or 1
        first = at + (12 if self.d[at:at + 1] in (b"\x02", b"\x05") else 8)
        p = first + 2 * self.rnd.randrange(min(n, self.ps))
        other = first + 2 * self.rnd.randrange(min(n, self.ps))
        put(self.d, p, self.rnd.choice([self.d[other:other + 2], self.number(16, u16(self.d, p)).to_bytes(2, "big"),
                                        struct.pack(">H", self.rnd.randrange(self.ps) & 0xffff)]))

    def cell_content(self):
        """Lengths, row numbers, child pages, sizes and types in the record's header."""
        found = self.cell()
        if found is None:
            return self.flip()
        start, p, kind = found
        what = self.rnd.randrange(5)
        if kind in (2, 5):
            if what == 0:
                return put(self.d, p, self.number(32, u32(self.d, p)).to_bytes(4, "big"))
            p += 4
        if kind == 5:
            return put(self.d, p, varint(self.number(64)))
        size, length = read_varint(self.d, p)
        if what == 1:
            return put(self.d, p, varint(self.rnd.choice([0, 1, size + 1, size * 2, 1 << 20, (1 << 31) - 1, 1 << 31, 1 << 40, self.ps, self.ps - 36])))
        p += length
        if kind == 13:
            rowid, length = read_varint(self.d, p)
            if what == 2:
                return put(self.d, p, self.rnd.choice([varint(self.number(64)), varint(rowid + 1), varint(rowid - 1)]))
            p += length
        header, length = read_varint(self.d, p)
        if what == 3:
            return put(self.d, p, varint(self.rnd.choice([0, 1, header + 1, header - 1, 2 * header, 1 << 14, 1 << 32])))
        p += length + self.rnd.randrange(max(1, min(header, 12) - length + 1))
        return put(self.d, p, self.rnd.choice([varint(self.rnd.randrange(20)), varint(self.rnd.choice([10, 11, 12, 13, 127, 128, 16383])),
                                               varint(self.rnd.choice([(1 << 31) - 1, 1 << 31, 1 << 32, (1 << 63) - 1, 2 * size + 12, 2 * size + 13]))]))

    def overflow(self):
        """Pointers to pages at places where cells have one: the first bytes of pages without a b-tree, the ends of cells."""
        if self.rnd.random() < 0.5:
            p = self.page() * self.ps
        else:
            found = self.cell()
            if found is None:
                return self.flip()
            _, p, kind = found
            size, length = read_varint(self.d, p + (4 if kind in (2, 5) else 0))
            usable = self.ps - (self.d[20] if len(self.d) > 20 else 0)
            most = usable - 35 if kind == 13 else (usable - 12) * 64 // 255 - 23
            least = (usable - 12) * 32 // 255 - 23
            if size <= most:
                return self.flip()
            local = least + (size - least) % (usable - 4)
            p += length + (9 if kind == 13 else 4) + (local if local <= most else least) - self.rnd.randrange(10)
        return put(self.d, p, struct.pack(">I", self.rnd.choice([0, 1, self.page() + 1, self.page() + 1, self.pages + 1, 0xffffffff])))

    def freelist(self):
        trunk = u32(self.d, 32)
        if trunk == 0 or trunk > self.pages:
            return put(self.d, 32, struct.pack(">II", self.page() + 1, self.number(32)))
        p = (trunk - 1) * self.ps
        return put(self.d, p + 4 * self.rnd.randrange(6), struct.pack(">I", self.number(32)))

    def pointer_map(self):
        p = self.ps + 5 * self.rnd.randrange(max(1, self.ps // 5))
        return put(self.d, p, bytes([self.rnd.choice([0, 1, 2, 3, 4, 5, 6, 255])]) + struct.pack(">I", self.number(32)))

    def page_size(self):
        """Another size of a page than the one that was written, and other bytes kept free at its end."""
        if self.rnd.random() < 0.5:
            put(self.d, 16, struct.pack(">H", self.rnd.choice([512, 1024, 2048, 4096, 8192, 32768, 1, self.ps * 2 & 0xffff, self.ps // 2])))
        else:
            put(self.d, 20, bytes([self.rnd.choice([0, 1, 4, 8, 12, 32, 100, 255])]))

    def vacuum(self):
        """Auto-vacuum switched on or off, or the map's pages where there are none: the largest root page, the incremental mode, the type of a page."""
        kind = self.rnd.randrange(4)
        if kind == 0:
            return put(self.d, 52, struct.pack(">I", self.rnd.choice([0, 1, 2, 3, self.pages, self.pages + 1, self.page() + 1, 0xffffffff])))
        if kind == 1:
            return put(self.d, 64, struct.pack(">I", self.rnd.choice([0, 1, 0xffffffff])))
        every = (self.ps - self.d[20] if len(self.d) > 20 else self.ps) // 5 + 1
        first = self.ps * (1 + every * self.rnd.randrange(self.pages // every + 1))
        entry = first + 5 * self.rnd.randrange(max(1, min(self.pages, every)))
        if kind == 2:
            return put(self.d, entry, bytes([self.rnd.randrange(7)]) + struct.pack(">I", self.page() + 1))
        other = first + 5 * self.rnd.randrange(max(1, min(self.pages, every)))
        return put(self.d, entry, bytes(self.d[other:other + 5]))

    def serial_type(self):
        """A type of nine bytes in a record: lengths near and over 2^31 and 2^63, the reserved ones, and a header that they make longer than itself."""
        found = self.cell()
        if found is None:
            return self.flip()
        _, p, kind = found
        if kind == 5:
            return self.flip()
        p += 4 if kind == 2 else 0
        p += read_varint(self.d, p)[1]
        if kind == 13:
            p += read_varint(self.d, p)[1]
        header, length = read_varint(self.d, p)
        at = p + length + self.rnd.randrange(max(1, min(header, 30)))
        big = self.rnd.choice([(1 << 64) - 1, (1 << 64) - 2, 1 << 63, (1 << 63) + 12, (1 << 32) + 12, (1 << 32) + 13, (1 << 31) - 1, 0xfffffffe, 10, 11])
        put(self.d, at, self.rnd.choice([varint(big), b"\xff" * 9, b"\x80" * 8 + b"\x01", b"\x80\x80\x0d"]))
        if self.rnd.random() < 0.4:
            put(self.d, p, varint(self.rnd.choice([header + 8, header + 9, 127, 0])))

    def tree_of_other_kind(self):
        """The page of an index under a table and the reverse; a page that is its own child; two that are each other's."""
        at = self.btree_page()
        if at + 12 > len(self.d):
            return self.flip()
        page = at // self.ps + 1
        kind = self.rnd.randrange(3)
        if kind == 0:
            return put(self.d, at, bytes([{2: 5, 5: 2, 10: 13, 13: 10}.get(self.d[at], 13)]))
        other = self.rnd.choice([page, self.page() + 1])
        if kind == 1:
            return put(self.d, at + 8, struct.pack(">I", other))
        put(self.d, at, bytes([self.rnd.choice([2, 5])]))
        return put(self.d, at + 8, struct.pack(">I", other))

    def swap_pages(self):
        a, b = self.page() * self.ps, self.page() * self.ps
        x, y = self.d[a:a + self.ps], self.d[b:b + self.ps]
        if len(x) == len(y):
            self.d[a:a + self.ps], self.d[b:b + self.ps] = (y, x) if self.rnd.random() < 0.5 else (x, x)

    def blank_page(self):
        a = self.page() * self.ps
        n = max(0, min(self.ps, len(self.d) - a))
        self.d[a:a + n] = self.rnd.choice([bytes(n), b"\xff" * n, self.rnd.getrandbits(8 * n + 1).to_bytes(n + 1, "big")[:n]])

    def torn_page(self):
        a = self.page() * self.ps + self.rnd.choice([0, self.ps // 2, self.rnd.randrange(self.ps)])
        n = min(len(self.d) - a, self.rnd.choice([1, 8, 64, self.ps // 2]))
        if n > 0:
            self.d[a:a + n] = bytes(n)

    def truncate(self):
        del self.d[self.rnd.choice([self.rnd.randrange(len(self.d)), self.page() * self.ps, max(0, len(self.d) - self.ps), 100, 512]):]

    def extend(self):
        self.d += self.rnd.choice([bytes(self.ps), bytes(self.rnd.randrange(1, 600)), bytes(self.d[:self.ps])])

    def flip(self):
        if self.d:
            p = self.rnd.randrange(len(self.d))
            self.d[p] = self.rnd.choice([0, 255, 127, 128, self.d[p] ^ 1 << self.rnd.randrange(8), self.rnd.randrange(256)])

    def words(self):
        """A word of a schema text for another, in place: the lengths of the record stay true."""
        old, new = self.rnd.choice([(b"INTEGER", b"integeR"), (b"PRIMARY KEY", b"PRIMARY_KEY"), (b"CREATE TABLE", b"CREATE INDEX"), (b"CREATE", b"create"),
                                    (b"table", b"index"), (b"index", b"table"), (b"table", b"view "), (b"TABLE", b"VIEW "), (b"(", b" "), (b")", b"("), (b"\"", b"'"),
                                    (b"NOT NULL", b"        "), (b"WITHOUT ROWID", b"             "), (b"t0", b"t1"), (b"t0", b"v0"), (b"c0", b"c1"), (b"c1", b"\xff\xfe"),
                                    (b"c0", b"\x00\x00"), (b"UNIQUE", b"RANDOM"), (b"length", b"random"), (b"TEXT", b"BLOB"), (b"CHECK", b"check"), (b"fts5", b"ftsX"),
                                    (b"sqlite_", b"sqlitf_"), (b"trigger", b"table\x00\x00"), (b",", b"("), (b"length(c0)", b"length(g  )"), (b"REFERENCES", b"REFERENCEZ")])
        at = self.d.find(old, self.rnd.choice([0, self.rnd.randrange(len(self.d) or 1)]))
        if at < 0:
            return self.flip()
        return put(self.d, at, new)

    def log_contradicts(self):
        """Frames whose checksums are right and that contradict each other or the file."""
        w = self.files.get("-wal")
        size = 24 + (u32(w, 8) if w and 512 <= u32(w, 8) <= 65536 else self.ps)
        frames = [bytes(w[p:p + size]) for p in range(32, len(w) - size + 1, size)] if w else []
        if not frames:
            return self.log()
        a, b = self.rnd.randrange(len(frames)), self.rnd.randrange(len(frames))
        kind = self.rnd.randrange(8)
        if kind == 0:               # an older state of a page after the newer one
            frames.append(frames[a])
        elif kind == 1:
            frames[a], frames[b] = frames[b], frames[a]
        elif kind == 2:             # a page's content under another's number
            frames[a] = frames[a][:24] + frames[b][24:]
        elif kind == 3:
            frames[a] = struct.pack(">I", self.rnd.choice([0, 1, 2, self.pages + 1, self.page() + 1, 0xffffffff])) + frames[a][4:]
        elif kind == 4:             # a commit that makes the file shorter or longer than its pages, or comes too early
            frames[a] = frames[a][:4] + struct.pack(">I", self.rnd.choice([0, 1, 2, max(1, self.pages - 1), self.pages + 5, 1 << 30])) + frames[a][8:]
        elif kind == 5:             # two logs one after the other, the salts of the first
            frames += frames[:a + 1]
        elif kind == 6:             # a page of the file as it was, as the last word
            page = self.page()
            content = bytes(self.d[page * self.ps:(page + 1) * self.ps]).ljust(size - 24, b"\0")[:size - 24]
            frames.append(struct.pack(">II", page + 1, self.pages) + bytes(16) + content)
        else:
            del frames[a]
        if kind != 4 and self.rnd.random() < 0.7 and frames:
            frames[-1] = frames[-1][:4] + struct.pack(">I", max(1, self.pages)) + frames[-1][8:]
        w[32:] = b"".join(frames)
        if self.rnd.random() < 0.15:
            put(w, 8, struct.pack(">I", self.rnd.choice([512, 1024, 4096, 65536, 0, 1])))
        _sum_log(w)

    def journal_contradicts(self):
        """A journal with other numbers of pages, salts and sizes, whose records' checksums are right; and with the name of a second file."""
        j = self.files.get("-journal")
        if not j or len(j) < 28:
            return self.flip()
        kind = self.rnd.randrange(7)
        sector, size = u32(j, 20), 8 + self.ps
        if kind == 0:
            put(j, 8, struct.pack(">I", self.rnd.choice([0, 1, 0xffffffff, u32(j, 8) ^ 1, u32(j, 8) >> 1, 1 << 30])))
        elif kind == 1:
            put(j, 12, struct.pack(">I", self.number(32)))
        elif kind == 2:
            put(j, 16, struct.pack(">I", self.rnd.choice([0, 1, 2, self.pages - 1, self.pages + 1, 1 << 30, 0xffffffff])))
        elif kind == 3:
            put(j, self.rnd.choice([20, 24]), struct.pack(">I", self.rnd.choice([0, 1, 32, 512, 4096, 65536, 1 << 20, 1 << 31])))
        elif kind == 4 and sector + size <= len(j):     # a record under another page's number, or twice
            put(j, sector, struct.pack(">I", self.rnd.choice([0, 1, self.page() + 1, self.pages + 1, (1 << 30) // self.ps + 1])))
            if self.rnd.random() < 0.5:
                j += j[sector:sector + size]
        elif kind == 5:                                 # a second header after the first
            j += bytes(-len(j) % max(512, min(sector, 65536))) + j[:sector + size]
        else:
            name = self.rnd.choice([b"/etc/passwd", os.environ.get("MIG_TMP", "/tmp").encode() + b"/fuzz_victim", b"x" * 5000, b"/x.db-mj012ABC9EF", b"a\0b", b""])
            j += struct.pack(">I", (1 << 30) // self.ps + 1) + name + struct.pack(">II", len(name), sum(name) & 0xffffffff) + b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
            return
        _sum_journal(j)

    def log(self):
        """A field or a page of the log; half of the time its checksums are made right again."""
        w = self.files.get("-wal")
        if not w:
            return self.flip()
        ps = u32(w, 8) or self.ps
        frames = max(1, (len(w) - 32) // (24 + ps))
        frame = 32 + self.rnd.randrange(frames) * (24 + ps)
        at = self.rnd.choice([self.rnd.choice([0, 4, 8, 12, 16, 20, 24, 28]), frame + self.rnd.choice([0, 4, 8, 12, 16, 20]),
                              frame + 24 + self.rnd.randrange(ps), frame + 24 + self.rnd.randrange(12)])
        old = u32(w, at)
        put(w, at, self.rnd.choice([struct.pack(">I", self.number(32, old)), bytes([self.rnd.randrange(256)])]))
        if self.rnd.random() < 0.2:
            del w[self.rnd.randrange(len(w)):]
        if self.rnd.random() < 0.6 and len(w) > 32:
            _sum_log(w)

    def journal(self):
        j = self.files.get("-journal")
        if not j:
            return self.flip()
        at = self.rnd.choice([0, 8, 12, 16, 20, 24, 512, 512 + 4 + self.rnd.randrange(self.ps), self.rnd.randrange(max(1, len(j)))])
        put(j, at, struct.pack(">I", self.number(32, u32(j, at))))
        if self.rnd.random() < 0.2:
            del j[self.rnd.randrange(len(j)):]
        if self.rnd.random() < 0.6:
            _sum_journal(j)

    MUTATIONS = [("header", 3), ("page_header", 8), ("cell_pointer", 6), ("cell_content", 16), ("overflow", 5), ("freelist", 2), ("pointer_map", 1), ("page_size", 1), ("vacuum", 2), ("serial_type", 5), ("tree_of_other_kind", 3),
                 ("swap_pages", 3), ("blank_page", 1), ("torn_page", 2), ("truncate", 1), ("extend", 1), ("flip", 8), ("words", 6)]

    def run(self):
        names = [name for name, weight in self.MUTATIONS for _ in range(weight)]
        names += ["log", "log_contradicts"] * 25 * ("-wal" in self.files) + ["journal", "journal_contradicts"] * 25 * ("-journal" in self.files)
        for _ in range(self.rnd.choice([1, 1, 1, 2, 3, 6, 20])):
            if not self.d:
                break
            name = self.rnd.choice(names)
            getattr(self, name)()
            self.done.append(name)
        return {end: bytes(data) for end, data in self.files.items()}


def _sum_log(w):
    big = u32(w, 0) & 1
    order = ">" if big else "<"

    def step(s, data):
        words = struct.unpack_from(order + "%dI" % (len(data) // 4), data)
        a, b = s
        for i in range(0, len(words) - 1, 2):
            a = a + words[i] + b & 0xffffffff
            b = b + words[i + 1] + a & 0xffffffff
        return a, b
    s = step((0, 0), bytes(w[:24]))
    put(w, 24, struct.pack(">II", *s))
    ps = u32(w, 8)
    at = 32
    while 512 <= ps <= 65536 and at + 24 + ps <= len(w):
        put(w, at + 8, w[16:24])
        s = step(step(s, bytes(w[at:at + 8])), bytes(w[at + 24:at + 24 + ps]))
        put(w, at + 16, struct.pack(">II", *s))
        at += 24 + ps


def _sum_journal(j):
    ps = u32(j, 24)
    nonce = u32(j, 12)
    at = u32(j, 20)
    while 512 <= ps <= 65536 and 28 <= at and at + 8 + ps <= len(j):
        data = j[at + 4:at + 4 + ps]
        put(j, at + 4 + ps, struct.pack(">I", nonce + sum(data[i] for i in range(ps - 200, 0, -200)) & 0xffffffff))
        at += 8 + ps


EVIL_SCHEMA = [
    "CREATE VIEW z AS SELECT load_extension('/x')", "CREATE VIEW z AS SELECT readfile('/etc/passwd')", "CREATE VIEW z AS SELECT * FROM z",
    "CREATE VIEW z AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT sum(i) AS s FROM n",
    "CREATE VIEW z AS SELECT zeroblob(1e9) AS z", "CREATE VIEW z AS SELECT printf('%.*c', 100000000, 'x') AS x", "CREATE VIEW z AS SELECT fts3_tokenizer('x') AS x",
    "CREATE TABLE z (a, b AS (abs(-9223372036854775808)))", "CREATE TABLE z (a AS (b), b AS (a))", "CREATE TABLE z (" + ", ".join("c%d" % i for i in range(1700)) + ")",
    "CREATE TABLE z (a CHECK (a IN (SELECT 1)))", "CREATE TABLE z (\"" + "n" * 5000 + "\")", "CREATE TABLE z (a, a)", "CREATE TABLE z ()", "CREATE TABLE z",
    "CREATE VIRTUAL TABLE z USING dbstat", "CREATE VIRTUAL TABLE z USING sqlite_dbpage", "CREATE VIRTUAL TABLE z USING fts5(a, content='t0')",
    "CREATE TRIGGER z AFTER INSERT ON t0 BEGIN SELECT load_extension('/x'); END", "ATTACH 'x' AS y", "SELECT 1", "", "\x00", "CREATE TABLE z (a DEFAULT (((((((((1))))))))))",
    "CREATE TABLE z (a, b DEFAULT " + "(" * 900 + "1" + ")" * 900 + ")", "CREATE INDEX z ON t0 (random())", "CREATE TEMP TABLE z (a)", "CREATE TABLE x.z (a)",
]


def change_schema(rnd, files, path):
    """Writes rows of sqlite_schema as nobody should. Files with a log or journal stay as they are."""
    if len(files) > 1:
        return files
    write_files(path, files)
    try:
        db = sqlite3.connect(path, isolation_level=None)
        db.execute("PRAGMA writable_schema=ON")
        rows = db.execute("SELECT rowid, type, name, tbl_name, rootpage, sql FROM sqlite_master").fetchall()
        for _ in range(rnd.choice([1, 1, 2, 3])):
            what = rnd.randrange(8)
            if what == 6 and rows:
                change_roots(rnd, db, rows)
                continue
            if what == 7:
                change_internal(rnd, db)
                continue
            if what == 0 or not rows:
                kind = rnd.choice(["view", "table", "trigger", "index"])
                db.execute("INSERT INTO sqlite_master VALUES (?, 'z', ?, ?, ?)", (kind, rnd.choice(["z", "t0"]), rnd.choice([0, 0, 2, 1, 3]), rnd.choice(EVIL_SCHEMA)))
                continue
            row = rnd.choice(rows)
            if what == 1:
                db.execute("UPDATE sqlite_master SET rootpage = ? WHERE rowid = ?", (rnd.choice([0, 1, 2, 3, -1, 1 << 31, 1 << 32, None, "x", rnd.choice(rows)[4]]), row[0]))
            elif what == 2:
                db.execute("UPDATE sqlite_master SET sql = ? WHERE rowid = ?", (rnd.choice([None, b"\xff\xfe", rnd.choice(rows)[5], mutated_text(rnd, str(row[5]))]), row[0]))
            elif what == 3:
                column = rnd.choice(["type", "name", "tbl_name"])
                db.execute("UPDATE sqlite_master SET %s = ? WHERE rowid = ?" % column, (rnd.choice([None, "", "t0", "sqlite_x", "n" * 300, "\u00e9\u4e2d", b"\xff", "a\x00b", "table", "view", "index"]), row[0]))
            elif what == 4:
                db.execute("DELETE FROM sqlite_master WHERE rowid = ?", (row[0],))
            else:
                db.execute("UPDATE sqlite_master SET sql = ? WHERE rowid = ?", (mutated_text(rnd, str(row[5])), row[0]))
        db.close()
    except (sqlite3.Error, OverflowError, UnicodeError):
        pass
    result = read_files(path)
    write_files(path, {})
    return result or files


def change_roots(rnd, db, rows):
    """Two objects in one tree: a table and another, a table and an index, the index of another table, the schema itself."""
    own = [r for r in rows if r[4]]
    if not own:
        return
    a, b = rnd.choice(own), rnd.choice(own)
    kind = rnd.randrange(5)
    if kind == 0:
        db.execute("UPDATE sqlite_master SET rootpage = ? WHERE rowid = ?", (b[4], a[0]))
    elif kind == 1:
        db.execute("UPDATE sqlite_master SET rootpage = ? WHERE rowid = ?", (b[4], a[0]))
        db.execute("UPDATE sqlite_master SET rootpage = ? WHERE rowid = ?", (a[4], b[0]))
    elif kind == 2:
        db.execute("UPDATE sqlite_master SET rootpage = ? WHERE rowid = ?", (rnd.choice([0, 1]), a[0]))
    elif kind == 3:
        indexes = [r for r in rows if r[1] == "index"]
        if indexes:
            index = rnd.choice(indexes)
            db.execute("UPDATE sqlite_master SET tbl_name = ?, sql = replace(sql, ' ON ' || tbl_name || ' ', ' ON ' || ? || ' ') WHERE rowid = ?", (b[3], b[3], index[0]))
    else:
        # a row of its own for the same tree, with or without WITHOUT ROWID
        text = rnd.choice([str(a[5]) + " WITHOUT ROWID", str(a[5]).replace(" WITHOUT ROWID", ""), "CREATE TABLE z (a INTEGER PRIMARY KEY, b, c)",
                           "CREATE TABLE z (a, b, c, PRIMARY KEY (b, a)) WITHOUT ROWID", "CREATE TABLE z (a TEXT PRIMARY KEY) WITHOUT ROWID"]).replace(str(a[2]), "z", 1)
        db.execute("INSERT INTO sqlite_master VALUES ('table', 'z', 'z', ?, ?)", (a[4], text))


def change_internal(rnd, db):
    """Tables of SQLite's own, with what it never writes there; and the encoding that the texts are read with."""
    odd = [None, -1, 0, 1 << 62, -(1 << 63), 1.5, "x", "1 1 1 1 1 1 1 1", "unordered sz=0", "-1 -1", "9" * 400, "", b"\xff\x00" * 30, "t0"]
    kind = rnd.randrange(4)
    tables = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE name IN ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4')")]
    if kind == 0 and "sqlite_sequence" in tables:
        db.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (rnd.choice(["t0", None, "nowhere", b"t0"]), rnd.choice(odd)))
        db.execute("UPDATE sqlite_sequence SET seq = ?", (rnd.choice(odd),))
    elif kind == 1:
        db.execute("ANALYZE")
        db.execute("UPDATE sqlite_stat1 SET stat = ?, tbl = CASE WHEN ? THEN tbl ELSE 't0' END", (rnd.choice(odd), rnd.randrange(2)))
    elif kind == 2:
        # another shape than SQLite expects of it
        name, columns = rnd.choice([("sqlite_stat1", "a"), ("sqlite_stat1", "tbl, idx, stat, more"), ("sqlite_sequence", "name"), ("sqlite_sequence", "x, y, z"), ("sqlite_stat4", "tbl, idx, neq, nlt, ndlt, sample")])
        db.execute("CREATE TABLE zz (%s)" % columns)
        db.execute("INSERT INTO zz SELECT %s" % ", ".join("?" for _ in columns.split(",")), [rnd.choice(odd) for _ in columns.split(",")])
        db.execute("UPDATE sqlite_master SET name = ?, tbl_name = ?, sql = replace(sql, 'zz', ?) WHERE name = 'zz'", (name, name, name))
    else:
        # (the number of the encoding: 1, 2 and 3 are known)
        db.execute("PRAGMA user_version=%d" % rnd.randrange(1 << 31))
        db.execute("UPDATE sqlite_master SET sql = CAST(? AS TEXT)", (rnd.choice(["CREATE TABLE z (\u00e9\U0001f600)", "CREATE TABLE t0 (\ud7ff, \ue000)", "CREATE TABLE t0 (a\u0301 TEXT, b DEFAULT '\u4e2d')"]),))


def mutated_text(rnd, text):
    for _ in range(rnd.choice([1, 1, 2, 4])):
        at = rnd.randrange(len(text) + 1)
        kind = rnd.randrange(5)
        if kind == 0:
            text = text[:at] + text[at + rnd.randrange(5):]
        elif kind == 1:
            text = text[:at] + rnd.choice(["(", ")", ",", "'", '"', "`", "[", "--", "/*", ";", " AS (c0 + 1)", " CHECK (1)", " PRIMARY KEY", " REFERENCES t0", " COLLATE x",
                                           " GENERATED ALWAYS AS (1)", " DEFAULT 1", "\u20ac", " NOT NULL", " UNIQUE", " STRICT", " WITHOUT ROWID"]) + text[at:]
        elif kind == 2:
            text = text[:at]
        elif kind == 3:
            text = text[:at] + text[at:at + rnd.randrange(60)] * rnd.choice([2, 3, 50]) + text[at:]
        else:
            text = text[:at] + chr(rnd.randrange(1, 0x300)) + text[at + 1:]
    return text[:20000]


def make_case(seeds, run, number):
    """The files of case number of a run, and how they came about."""
    rnd = random.Random("%s:%s" % (run, number))
    files = seeds.get(rnd)
    how = []
    if rnd.random() < 0.15:
        files = change_schema(rnd, files, os.path.join(seeds.scratch, "schema.db"))
        how.append("schema")
    # now and then a whole one: what is good has to stay good
    if (not how or rnd.random() < 0.3) and rnd.random() > 0.02 and files.get(''):
        mutator = Mutator(rnd, files)
        files = mutator.run()
        how += mutator.done
    return files, how
