"""Music Time Machine on PostgreSQL: the same application after the move.

    MUSIC_DSN="dbname=music" POOL_SIZE=2 gunicorn -w 4 --threads 2 app_postgres:app

POOL_SIZE is what sqlite_mig.pool_size() says; each worker process of gunicorn has a pool of its own.
"""
import os
from contextlib import contextmanager
from datetime import timezone

import psycopg2
from flask import Flask, abort, jsonify, request
from psycopg2.extras import Json, RealDictCursor
from psycopg2.pool import ThreadedConnectionPool

app = Flask(__name__)

# (gunicorn imports this module after it forked, so no two processes share a connection; with --preload make the pool in post_fork)
size = int(os.environ.get("POOL_SIZE", "1"))
pool = ThreadedConnectionPool(size, size, os.environ["MUSIC_DSN"])


@contextmanager
def transaction():
    connection = pool.getconn()
    try:
        with connection, connection.cursor(cursor_factory=RealDictCursor) as cursor:
            yield cursor
    finally:
        pool.putconn(connection)


@app.errorhandler(psycopg2.OperationalError)
def unavailable(error):
    return jsonify(error=str(error)), 503


def moment(value):
    return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def track(row):
    return {
        "id": row["id"], "title": row["title"], "artist": row["artist"], "album": row["album"],
        "release_date": row["release_date"] and row["release_date"].isoformat(), "duration_ms": row["duration_ms"],
        "explicit": row["is_explicit"], "loved": row["loved"], "note": row["note"], "payload": row["payload"],
        "created_at": moment(row["created_at"])}


@app.get("/tracks/<int:track_id>")
def one_track(track_id):
    with transaction() as cursor:
        cursor.execute("SELECT * FROM music.tracks WHERE id = %s", (track_id,))
        row = cursor.fetchone()
    return jsonify(track(row)) if row else abort(404)


@app.get("/search")
def search():
    with transaction() as cursor:
        # words, through the GIN index on the generated column
        cursor.execute(
            "SELECT id, title, artist FROM music.tracks WHERE words @@ plainto_tsquery('simple', %s) ORDER BY id", (request.args["q"],))
        return jsonify([dict(row) for row in cursor])


@app.get("/popular")
def popular():
    with transaction() as cursor:
        # @> goes through the GIN index on the payload
        cursor.execute(
            """SELECT id, title, (payload -> 'popularity')::int AS popularity FROM music.tracks
               WHERE payload @> '{"explicit": true}' AND (payload -> 'popularity')::int >= %s
               ORDER BY popularity DESC, id LIMIT 20""", (int(request.args["min"]),))
        return jsonify([dict(row) for row in cursor])


@app.get("/top")
def top():
    with transaction() as cursor:
        cursor.execute(
            """SELECT t.artist, count(*) AS weeks, min(s.rank) AS best, max(s.taken_at) AS last_seen
               FROM music.snapshots s JOIN music.tracks t ON t.id = s.track_id
               WHERE s.taken_at >= make_timestamptz(%(year)s, 1, 1, 0, 0, 0, 'UTC') AND s.taken_at < make_timestamptz(%(year)s + 1, 1, 1, 0, 0, 0, 'UTC')
                   AND s.period = %(period)s
               GROUP BY t.artist ORDER BY weeks DESC, best, t.artist COLLATE "C" LIMIT 10""",
            {"year": int(request.args["year"]), "period": request.args["period"]})
        return jsonify([{**row, "last_seen": moment(row["last_seen"])} for row in cursor])


@app.post("/snapshots")
def new_snapshot():
    """The week's list: {"period", "taken_at", "tracks": [{"spotify_id", "title", "artist", "duration_ms", "play_count"}]}"""
    body = request.get_json()
    taken_at = body["taken_at"] + "+00"
    with transaction() as cursor:
        cursor.execute("SELECT count(*) AS n FROM music.snapshots WHERE period = %s AND taken_at = %s", (body["period"], taken_at))
        known = cursor.fetchone()["n"]
        if not known:
            # (rows that several sessions write are written in one order, or they wait for each other in a circle: 40P01)
            for item in sorted(body["tracks"], key=lambda item: item["spotify_id"]):
                cursor.execute(
                    """INSERT INTO music.tracks (spotify_id, title, artist, duration_ms, payload) VALUES (%s, %s, %s, %s, %s)
                       ON CONFLICT (spotify_id) DO UPDATE SET title = excluded.title, payload = excluded.payload""",
                    (item["spotify_id"], item["title"], item["artist"], item["duration_ms"], Json(item)))
            for rank, item in enumerate(body["tracks"], 1):
                cursor.execute(
                    """INSERT INTO music.snapshots (track_id, period, rank, play_count, taken_at)
                       SELECT id, %s, %s, %s, %s FROM music.tracks WHERE spotify_id = %s""",
                    (body["period"], rank, item["play_count"], taken_at, item["spotify_id"]))
    return jsonify(snapshots=0 if known else len(body["tracks"])), 201


@app.post("/tracks/<int:track_id>/love")
def love(track_id):
    with transaction() as cursor:
        cursor.execute("UPDATE music.tracks SET loved = true WHERE id = %s", (track_id,))
        done = cursor.rowcount
    return jsonify(loved=True) if done else abort(404)


@app.get("/count")
def count():
    with transaction() as cursor:
        cursor.execute("SELECT count(*) AS n FROM music.snapshots")
        return jsonify(snapshots=cursor.fetchone()["n"])
