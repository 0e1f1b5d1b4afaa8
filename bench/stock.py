"""What a whole job costs at the least with what PostgreSQL and SQLite bring: the limits that bench/whole_job shows beside the contenders.

No tool: the rows lie ready in files for COPY BINARY, in PostgreSQL's own form, converted by somebody else before the clock starts. What is
timed is a program that reads every value of the SQLite file and forgets it (scan.c), COPY of these files, keys, indexes, foreign keys and
ANALYZE, with the types and the statements of the extension's own plan (as declared), sequences and what they are set to among them.

  stock          one session and one transaction: scan, COPY … FREEZE, then keys and indexes with PostgreSQL's parallel workers
  stock_workers  two sessions: each scans and copies its half (its half of the tables where they are small), then what is left is done by whoever is free, as
                 far as the locks of the statements allow it; indexes are built by one process and sorted in 4 MB where there is more than one,
                 which is less work than PostgreSQL's own ways (doc/performance.md)
"""
import os
import re
import subprocess
import tempfile
import threading

LARGE = 50000       # rows; a table of more is copied by two sessions, half each
LONG = 8192         # bytes a row; such tables are copied by one, since two are no faster
SEPARATORS = ("\x1f", "\x1e")
PREPARE = "bench_stock"
TOGETHER = 20       # small tables in one transaction


class Ready:
    """the files and statements of one SQLite file"""

    def __init__(self, path, psql, folder):
        self.path = path
        self.scan = os.path.join(folder, "scan")
        psql("DROP DATABASE IF EXISTS %s;" % PREPARE, "postgres")
        psql("CREATE DATABASE %s;" % PREPARE, "postgres")
        psql("SET client_min_messages = error; CREATE EXTENSION sqlite_fdw_mig; CREATE SERVER bench FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database '%s');"
             "CALL sqlite_mig.migrate('bench', 'public', options => '{\"fit_values\": false}', verify_level => 'counts');" % path, PREPARE)
        out = psql("SELECT object_kind || chr(31) || statement || chr(30) FROM sqlite_mig.ddl('bench') ORDER BY step;", PREPARE)
        steps = [entry.strip("\n").split(SEPARATORS[0]) for entry in out.split(SEPARATORS[1]) if entry.strip("\n")]
        self.statements = [(kind, self.sequence(text) if kind == "sequence" else text) for kind, text in steps]
        self.tables = [re.match(r"CREATE TABLE public\.(\w+)", text).group(1) for kind, text in self.statements if kind == "table"]
        self.parts = {}     # table: [(file, from, to)]
        for table in self.tables:
            self.parts[table] = self.write(table, psql, folder)
        psql("DROP DATABASE %s;" % PREPARE, "postgres")

    @staticmethod
    def sequence(statement):
        """what a careful person writes; that of the plan may ask SQLite for its own sequence"""
        table, key = re.search(r"pg_get_serial_sequence\('public\.(\w+)', '(\w+)'\)", statement).groups()
        return "SELECT setval(pg_get_serial_sequence('public.{0}', '{1}'), max({1})) FROM public.{0}".format(table, key)

    def write(self, table, psql, folder):
        key = re.search(r"PRIMARY KEY \((\w+)\)", "".join(text for kind, text in self.statements if kind == "primary key" and "public.%s " % table in text)).group(1)
        rows, least, most, size = (int(float(x)) for x in psql("SELECT count(*), min({1}), max({1}), pg_table_size('{0}') FROM {0}".format(table, key), PREPARE).split("|"))
        ranges = [(least, (least + most) // 2), ((least + most) // 2 + 1, most)] if rows > LARGE and size < rows * LONG else [(least, most)]
        parts = []
        for first, last in ranges:
            file = os.path.join(folder, "%s.%d" % (table, first))
            psql("COPY (SELECT * FROM %s WHERE %s BETWEEN %d AND %d ORDER BY %s) TO '%s' (FORMAT binary);" % (table, key, first, last, key, file), PREPARE)
            parts.append((file, first, last))
        return parts

    def of(self, *kinds):
        return [text for kind, text in self.statements if kind in kinds]

    def read(self, *arguments):
        subprocess.run([self.scan, self.path, *map(str, arguments)], stdout=subprocess.DEVNULL, check=True)


FOLDER = []
READY = {}      # path: Ready


def install(path, psql):
    """makes the files of one SQLite file and warms them; the first time only"""
    if not FOLDER:
        FOLDER.append(tempfile.mkdtemp(prefix="stock.", dir=os.environ.get("MIG_TMP")))
        os.chmod(FOLDER[0], 0o777)
        subprocess.run([os.environ.get("CC", "cc"), "-O2", "-o", os.path.join(FOLDER[0], "scan"),
                        os.path.join(os.path.dirname(os.path.abspath(__file__)), "scan.c"), "-lsqlite3"], check=True)
    if path not in READY:
        READY.clear()
        for file in os.listdir(FOLDER[0]):
            if file != "scan":
                os.unlink(os.path.join(FOLDER[0], file))
        READY[path] = Ready(path, psql, FOLDER[0])
    for parts in READY[path].parts.values():
        for file, _, _ in parts:
            with open(file, "rb") as f:
                while f.read(1 << 22):
                    pass


def missing():
    return None if subprocess.run(["cc", "--version"], stdout=subprocess.DEVNULL).returncode == 0 else "no C compiler"


def one_session(path, psql):
    ready = READY[path]
    ready.read(*ready.tables)
    psql("BEGIN;\n%s;\n%s\n%s;\nCOMMIT;\nANALYZE;" % (
        ";\n".join(ready.of("table")),
        "\n".join("COPY %s FROM '%s' (FORMAT binary, FREEZE);" % (table, part[0]) for table in ready.tables for part in ready.parts[table]),
        ";\n".join(ready.of("primary key", "unique", "index", "foreign key", "sequence"))))


class Session:
    """psql that is told one script after the other"""

    def __init__(self, database):
        self.process = subprocess.Popen(["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", database], text=True, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.run("SET synchronous_commit = off;")

    def run(self, script):
        self.process.stdin.write(script + "\n\\echo done\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line == "done\n":
                return
        raise RuntimeError(self.process.stderr.read()[-2000:])

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Tasks:
    """What is to be done, by two sessions: (name, what it does with a Session, {table: lock}, names that come before). Index builds of one table may be
    at once, nothing else."""

    def __init__(self, tasks):
        self.left = list(tasks)
        self.running = []
        self.failed = []
        self.change = threading.Condition()

    def fits(self, task):
        if any(other[0] in task[3] for other in self.left + self.running):
            return False
        return all(lock == other[2].get(table, lock) == "index" or table not in other[2] for other in self.running for table, lock in task[2].items())

    def work(self, session):
        while True:
            with self.change:
                while not any(map(self.fits, self.left)) and self.left and not self.failed:
                    self.change.wait()
                if not self.left or self.failed:
                    return
                task = next(filter(self.fits, self.left))
                self.left.remove(task)
                self.running.append(task)
            try:
                task[1](session)
            except Exception as error:      # pylint: disable=broad-except
                self.failed.append(error)
            with self.change:
                self.running.remove(task)
                self.change.notify_all()


def together(sessions, tasks):
    tasks = Tasks(tasks)
    threads = [threading.Thread(target=tasks.work, args=(session,)) for session in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if tasks.failed:
        raise RuntimeError(str(tasks.failed[0]))


def table_of(statement):
    return re.search(r"public\.(\w+)", statement).group(1)


def copy_part(ready, table, part):
    def work(session):
        ready.read("-r", part[1], part[2], table)
        session.run("COPY %s FROM '%s' (FORMAT binary);" % (table, part[0]))
    return work


def copy_small(ready, tables):
    """tables, rows, keys, indexes and statistics of some small tables, in one transaction"""
    def work(session):
        ready.read(*tables)
        session.run("BEGIN;\n%s\n%s;\n%s\nCOMMIT;" % (
            "\n".join("%s; COPY %s FROM '%s' (FORMAT binary, FREEZE);" % (statement, table_of(statement), ready.parts[table_of(statement)][0][0])
                      for statement in ready.of("table") if table_of(statement) in tables),
            ";\n".join(statement for statement in ready.of("primary key", "unique", "index", "sequence") if table_of(statement) in tables),
            "\n".join("ANALYZE %s;" % table for table in tables)))
    return work


def runs(statement):
    return lambda session: session.run(statement + ";")


def index_tasks(ready, tables):
    """[(name, work, locks, before)]: one index each, and what makes it the key that it is; that of a text first, which takes longest"""
    tasks = []
    for statement in ready.of("index", "primary key", "unique"):
        table = table_of(statement)
        if table not in tables:
            continue
        name = "copied " + table
        before = {name + str(i) for i in range(len(ready.parts[table]))} | {"analyze " + table}
        key = re.search(r"ADD CONSTRAINT (\w+)\s+(PRIMARY KEY|UNIQUE) (\(.*\))", statement)
        if key:
            tasks.append((key.group(1), runs("CREATE UNIQUE INDEX %s ON public.%s %s" % (key.group(1), table, key.group(3))), {table: "index"}, before))
            tasks.append(("as key " + table, runs("ALTER TABLE public.%s ADD CONSTRAINT %s %s USING INDEX %s" % (table, key.group(1), key.group(2), key.group(1))),
                          {table: "all"}, {key.group(1)}))
        else:
            tasks.append((statement, runs(statement), {table: "index"}, before))
    return tasks


def two_sessions(path, psql):
    ready = READY[path]
    sessions = [Session(psql.database), Session(psql.database)]
    small = [table for table in ready.tables if len(ready.parts[table]) == 1]
    if len(small) < TOGETHER:
        small = []
    large = [table for table in ready.tables if table not in small]
    sessions[0].run("".join(statement + ";\n" for statement in ready.of("table") if table_of(statement) in large))
    tasks = []
    for table in sorted(large, key=lambda t: -sum(os.path.getsize(part[0]) for part in ready.parts[t])):
        tasks += [("copied %s%d" % (table, i), copy_part(ready, table, part), {}, set()) for i, part in enumerate(ready.parts[table])]
        tasks.append(("analyze " + table, runs("ANALYZE " + table), {table: "all"}, {"copied %s%d" % (table, i) for i in range(len(ready.parts[table]))}))
    tasks += [("small %d" % i, copy_small(ready, small[i:i + TOGETHER]), {}, set()) for i in range(0, len(small), TOGETHER)]
    indexes = index_tasks(ready, large)
    if sum("index" in task[2].values() for task in indexes) > 1:
        for session in sessions:
            session.run("SET maintenance_work_mem = '4MB'; SET max_parallel_maintenance_workers = 0;")
    tasks += indexes
    # what a sequence is set to is looked up in the key
    tasks += [("sequence", runs(statement), {}, {"as key " + table_of(statement)}) for statement in ready.of("sequence") if table_of(statement) in large]
    for statement in ready.of("foreign key"):
        child, parent = table_of(statement), re.search(r"REFERENCES public\.(\w+)", statement).group(1)
        tasks.append(("foreign", runs(statement), {child: "all", parent: "all"}, {task[0] for task in tasks if task[0] != "foreign" and (not small or task[0].startswith("small"))}))
    try:
        together(sessions, tasks)
    finally:
        for session in sessions:
            session.close()


LIMITS = {"stock": one_session, "stock_workers": two_sessions}
