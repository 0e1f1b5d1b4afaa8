"""Music Time Machine on SQLite: which tracks you played most, week by week.

    MUSIC_DB=/srv/music.db gunicorn -w 4 app_sqlite:app
"""
import json
import os
import sqlite3

from flask import Flask, abort, g, jsonify, request

app = Flask(__name__)


def database():
    if "database" not in g:
        # (transactions are begun and ended below, as in the PostgreSQL version)
        g.database = sqlite3.connect(os.environ["MUSIC_DB"], isolation_level=None)
        g.database.row_factory = sqlite3.Row
        g.database.execute("PRAGMA foreign_keys = ON")
    return g.database


@app.teardown_appcontext
def close(_):
    if "database" in g:
        g.database.close()


@app.errorhandler(sqlite3.OperationalError)
def unavailable(error):
    return jsonify(error=str(error)), 503


def moment(text):
    """SQLite keeps 2025-03-29 12:00:00 and means UTC."""
    return text.replace(" ", "T") + "Z"


def track(row):
    return {
        "id": row["id"], "title": row["title"], "artist": row["artist"], "album": row["album"],
        "release_date": row["release_date"], "duration_ms": row["duration_ms"], "explicit": bool(row["explicit"]),
        "loved": None if row["loved"] is None else bool(row["loved"]), "note": row["note"],
        "payload": None if row["payload"] is None else json.loads(row["payload"]), "created_at": moment(row["created_at"])}


@app.get("/tracks/<int:track_id>")
def one_track(track_id):
    row = database().execute("SELECT * FROM tracks WHERE id = ?", (track_id,)).fetchone()
    return jsonify(track(row)) if row else abort(404)


@app.get("/search")
def search():
    words = request.args["q"].split()
    # every word somewhere in title or artist: reads the whole table, and finds "art" in "heart"
    condition = " AND ".join(["(title LIKE '%' || ? || '%' OR artist LIKE '%' || ? || '%')"] * len(words))
    rows = database().execute(
        f"SELECT id, title, artist FROM tracks WHERE {condition or '0'} ORDER BY id", [word for word in words for _ in range(2)])
    return jsonify([dict(row) for row in rows])


@app.get("/popular")
def popular():
    rows = database().execute(
        "SELECT id, title, json_extract(payload, '$.popularity') AS popularity FROM tracks"
        " WHERE json_extract(payload, '$.explicit') AND json_extract(payload, '$.popularity') >= ?"
        " ORDER BY popularity DESC, id LIMIT 20", (int(request.args["min"]),))
    return jsonify([dict(row) for row in rows])


@app.get("/top")
def top():
    rows = database().execute(
        "SELECT t.artist, count(*) AS weeks, min(s.rank) AS best, max(s.taken_at) AS last_seen"
        " FROM snapshots s JOIN tracks t ON t.id = s.track_id"
        " WHERE strftime('%Y', s.taken_at) = ? AND s.period = ?"
        " GROUP BY t.artist ORDER BY weeks DESC, best, t.artist LIMIT 10", (request.args["year"], request.args["period"]))
    return jsonify([{**dict(row), "last_seen": moment(row["last_seen"])} for row in rows])


@app.post("/snapshots")
def new_snapshot():
    """The week's list: {"period", "taken_at", "tracks": [{"spotify_id", "title", "artist", "duration_ms", "play_count"}]}"""
    body = request.get_json()
    db = database()
    db.execute("BEGIN")
    try:
        known = db.execute("SELECT count(*) FROM snapshots WHERE period = ? AND taken_at = ?", (body["period"], body["taken_at"])).fetchone()[0]
        if not known:
            for rank, item in enumerate(body["tracks"], 1):
                db.execute(
                    "INSERT INTO tracks (spotify_id, title, artist, duration_ms, payload) VALUES (?, ?, ?, ?, ?)"
                    " ON CONFLICT (spotify_id) DO UPDATE SET title = excluded.title, payload = excluded.payload",
                    (item["spotify_id"], item["title"], item["artist"], item["duration_ms"], json.dumps(item)))
                db.execute(
                    "INSERT INTO snapshots (track_id, period, rank, play_count, taken_at)"
                    " SELECT id, ?, ?, ?, ? FROM tracks WHERE spotify_id = ?",
                    (body["period"], rank, item["play_count"], body["taken_at"], item["spotify_id"]))
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return jsonify(snapshots=0 if known else len(body["tracks"])), 201


@app.post("/tracks/<int:track_id>/love")
def love(track_id):
    done = database().execute("UPDATE tracks SET loved = 1 WHERE id = ?", (track_id,)).rowcount
    return jsonify(loved=True) if done else abort(404)


@app.get("/count")
def count():
    return jsonify(snapshots=database().execute("SELECT count(*) FROM snapshots").fetchone()[0])
