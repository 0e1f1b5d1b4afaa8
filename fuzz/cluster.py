"""cluster: a server under sanitizers

Runs inside tools/with_cluster, whose staged extension it uses; MIG_FUZZ_PRELOAD is what the postmaster has to load first.
"""
import atexit
import glob
import os
import subprocess
import sys
import time

import psycopg2


class Cluster:
    """A cluster whose postmaster has the sanitizers' library."""

    def __init__(self, folder):
        self.folder = folder
        self.reports = os.path.join(folder, "reports")
        os.makedirs(self.reports, exist_ok=True)
        self.bindir = subprocess.run([os.environ["PG_CONFIG"], "--bindir"], capture_output=True, text=True, check=True).stdout.strip()
        self.data = os.path.join(folder, "data")
        self.log = os.path.join(folder, "server.log")
        self.run("initdb", "-D", self.data, "-A", "trust", "-N", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8")
        with open(os.environ["MIG_CONF"]) as conf, open(os.path.join(self.data, "postgresql.conf"), "a") as to:
            to.write(conf.read())
            to.write("listen_addresses = ''\nunix_socket_directories = '%s'\nfsync = off\nautovacuum = off\nmax_connections = 20\ntimezone = 'UTC'\nlog_min_messages = fatal\n"
                     "log_min_error_statement = panic\nmax_wal_size = '256MB'\nmax_parallel_workers_per_gather = 0\njit = off\n" % folder)
        self.start()

    def run(self, *command, env=None):
        done = subprocess.run([os.path.join(self.bindir, command[0])] + list(command[1:]), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)
        if done.returncode != 0:
            sys.exit("%s: %s" % (command[0], done.stdout))

    def start(self):
        # however this program ends
        atexit.unregister(self.stop)
        atexit.register(self.stop)
        # (the early library: without it the loader of Debian 12 waits for itself, see early.c)
        env = dict(os.environ, LD_PRELOAD=os.environ["MIG_FUZZ_PRELOAD"],
                   ASAN_OPTIONS="detect_leaks=0:abort_on_error=1:disable_coredump=1:detect_stack_use_after_return=0:malloc_context_size=12:quarantine_size_mb=16:log_path=" + self.reports + "/asan",
                   UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1:abort_on_error=1:log_path=" + self.reports + "/ubsan")
        with open(self.log, "a") as log:
            done = subprocess.run([os.path.join(self.bindir, "pg_ctl"), "-D", self.data, "-l", self.log, "-w", "-t", "60", "start"], env=env, stdout=log, stderr=log)
        if done.returncode != 0:
            sys.exit("the server with sanitizers does not start:\n" + open(self.log).read()[-3000:])

    def stop(self):
        subprocess.run([os.path.join(self.bindir, "pg_ctl"), "-D", self.data, "-m", "immediate", "-w", "stop"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def connect(self, timeout_ms, setup=None):
        for _ in range(120):
            try:
                c = psycopg2.connect(host=self.folder, port=5432, user="postgres", dbname="postgres")
                break
            except psycopg2.OperationalError:
                time.sleep(0.5)
        else:
            sys.exit("the server does not come back:\n" + open(self.log).read()[-3000:])
        c.autocommit = True
        cur = c.cursor()
        if setup:
            cur.execute(setup)
        cur.execute("SET statement_timeout = %d; SET client_min_messages = error; SET check_function_bodies = off" % timeout_ms)
        return c

    def new_reports(self):
        """What the sanitizers have said since the last call."""
        text = ""
        for name in sorted(glob.glob(self.reports + "/*")):
            text += open(name, errors="replace").read()
            os.unlink(name)
        return text
