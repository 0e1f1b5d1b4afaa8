"""Asks one of the example applications over HTTP, through the Unix socket that gunicorn listens on.

    drive.py SOCKET music|weather answers          the answers to fixed questions, one line each
    drive.py SOCKET music|weather load THREADS N YEAR
                                                   N requests of each thread, many of them writes of that year and later; then one line of JSON:
        {"answered": 290, "locked": 10, "failed": 0, "written": 120, "rows": 1234}
        locked: refused with "database is locked"; failed: refused otherwise; written: rows that the application said it wrote;
        rows: what it has more than before
"""
import http.client
import json
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

path, application, what = sys.argv[1:4]


class Connection(http.client.HTTPConnection):
    def __init__(self):
        super().__init__("localhost", timeout=60)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(path)


def ask(method, url, body=None):
    connection = Connection()
    connection.request(method, url, json.dumps(body) if body else None, {"Content-Type": "application/json"} if body else {})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


QUESTIONS = {
    "music": [f"/tracks/{n}" for n in (1, 2, 7, 17, 100, 333, 1200, 9999)]
    + [f"/search?q={quote(words)}" for words in ("Heart", "midnight", "Été", "winter live", "山田はるか", "nothing")]
    + ["/popular?min=70", "/popular?min=101", "/top?year=2025&period=short_term", "/top?year=2024&period=long_term", "/top?year=1999&period=short_term"],
    "weather": [f"/weather/{country}/{quote(city)}?at={quote(at)}"
                for country, city in (("DK", "København"), ("JP", "東京"), ("CA", "St. John's"), ("XX", "Nowhere"))
                for at in ("2025-03-29 00:10:00", "2025-03-30 12:10:00", "2025-03-31 23:10:00")]
    + ["/windy?day=2025-03-29", "/windy?day=2025-03-30", "/windy?day=1999-01-01"]}


def writes_and_reads(thread, n):
    """The n-th request of a thread: (method, url, body, rows it writes)"""
    if application == "music":
        if n % 2:
            return ("GET", "/top?year=2025&period=short_term", None, 0)
        tracks = [{"spotify_id": f"load{(n + i) % 40:04}", "title": f"Load {i}", "artist": "The Load", "duration_ms": 1000 * i + 1000, "play_count": i} for i in range(20)]
        day = f"{year + thread}-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}"
        return ("POST", "/snapshots", {"period": "short_term", "taken_at": f"{day} 12:00:00", "tracks": tracks}, 20)
    country, city = (("DK", "København"), ("BR", "São Paulo"), ("BO", "La Paz"), ("GR", "Αθήνα"))[n % 4]
    # (no two of these fall into one another's time in the cache)
    return ("GET", f"/weather/{country}/{quote(city)}?at={quote(f'{year + thread}-{n // 24 % 12 + 1:02}-01 {n % 24:02}:00:00')}", None, 1)


def rows():
    status, text = ask("GET", "/count")
    assert status == 200, text
    return next(iter(json.loads(text).values()))


def load(thread, requests):
    counts = {"answered": 0, "locked": 0, "failed": 0, "written": 0}
    for n in range(requests):
        method, url, body, written = writes_and_reads(thread, n)
        status, text = ask(method, url, body)
        if status < 300:
            counts["answered"] += 1
            counts["written"] += written
        elif status == 503 and "database is locked" in text:
            counts["locked"] += 1
        else:
            counts["failed"] += 1
            print(status, method, url, text[:500], file=sys.stderr)
    return counts


if what == "answers":
    for question in QUESTIONS[application]:
        status, text = ask("GET", question)
        print(question, status, json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True) if status == 200 else "")
else:
    threads, requests, year = map(int, sys.argv[4:7])
    before = rows()
    with ThreadPoolExecutor(threads) as executor:
        results = list(executor.map(load, range(threads), [requests] * threads))
    total = {key: sum(result[key] for result in results) for key in results[0]}
    print(json.dumps({**total, "rows": rows() - before}))
