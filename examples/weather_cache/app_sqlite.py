"""Weather cache on SQLite: asks a weather service, and keeps its answers for as long as they are good.

    WEATHER_DB=/srv/weather.db gunicorn -w 4 app_sqlite:app
"""
import json
import os
import sqlite3

from flask import Flask, abort, g, jsonify, request

from service import ask

app = Flask(__name__)


def database():
    if "database" not in g:
        # (transactions are begun and ended below, as in the PostgreSQL version)
        g.database = sqlite3.connect(os.environ["WEATHER_DB"], isolation_level=None)
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


@app.get("/weather/<country>/<city>")
def weather(country, city):
    """The weather at a moment (YYYY-MM-DD HH:MM:SS, UTC), from the cache or from the service"""
    at = request.args["at"]
    db = database()
    db.execute("BEGIN")
    try:
        row = db.execute(
            "SELECT temperature, raining, summary, payload FROM weather_cache WHERE city = ? AND country = ?"
            " AND fetched_at <= ? AND datetime(fetched_at, ttl || ' seconds') > ? ORDER BY fetched_at DESC LIMIT 1", (city, country, at, at)).fetchone()
        if row is None:
            if db.execute("SELECT 1 FROM locations WHERE city = ? AND country = ?", (city, country)).fetchone() is None:
                abort(404)
            answer = ask(country, city, at)
            db.execute(
                "INSERT OR REPLACE INTO weather_cache (city, country, fetched_at, temperature, raining, summary, payload, ttl) VALUES (?, ?, ?, ?, ?, ?, ?, 900)",
                (city, country, at, answer["temp"], answer["raining"], answer["summary"], json.dumps(answer)))
        else:
            answer = None
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    if answer is not None:
        return jsonify(temperature=answer["temp"], raining=answer["raining"], summary=answer["summary"], payload=answer)
    return jsonify(
        temperature=row["temperature"], raining=bool(row["raining"]), summary=row["summary"],
        payload=None if row["payload"] is None else json.loads(row["payload"]))


@app.get("/windy")
def windy():
    """Where the wind was strongest in the answers of a day"""
    rows = database().execute(
        "SELECT city, country, max(json_extract(payload, '$.wind.speed')) AS speed FROM weather_cache WHERE date(fetched_at) = ?"
        " GROUP BY city, country HAVING speed IS NOT NULL ORDER BY speed DESC, city", (request.args["day"],))
    return jsonify([dict(row) for row in rows])


@app.get("/count")
def count():
    return jsonify(answers=database().execute("SELECT count(*) FROM weather_cache").fetchone()[0])
