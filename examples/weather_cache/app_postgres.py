"""Weather cache on PostgreSQL: the same application after the move.

    WEATHER_DSN="dbname=weather" POOL_SIZE=2 gunicorn -w 4 --threads 2 app_postgres:app

POOL_SIZE is what sqlite_mig.pool_size() says; each worker process of gunicorn has a pool of its own.
"""
import os
from contextlib import contextmanager

import psycopg2
from flask import Flask, abort, jsonify, request
from psycopg2.extras import Json, RealDictCursor
from psycopg2.pool import ThreadedConnectionPool

from service import ask

app = Flask(__name__)

# (gunicorn imports this module after it forked, so no two processes share a connection; with --preload make the pool in post_fork)
size = int(os.environ.get("POOL_SIZE", "1"))
pool = ThreadedConnectionPool(size, size, os.environ["WEATHER_DSN"])


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


@app.get("/weather/<country>/<city>")
def weather(country, city):
    """The weather at a moment (YYYY-MM-DD HH:MM:SS, UTC), from the cache or from the service"""
    at = request.args["at"] + "+00"
    with transaction() as cursor:
        cursor.execute(
            """SELECT temperature, raining, summary, payload FROM weather.weather_cache WHERE city = %(city)s AND country = %(country)s
                   AND fetched_at <= %(at)s AND fetched_at + make_interval(secs => ttl) > %(at)s ORDER BY fetched_at DESC LIMIT 1""",
            {"city": city, "country": country, "at": at})
        row = cursor.fetchone()
        if row is None:
            cursor.execute("SELECT 1 FROM weather.locations WHERE city = %s AND country = %s", (city, country))
            if cursor.fetchone() is None:
                abort(404)
    if row is not None:
        return jsonify(temperature=row["temperature"], raining=row["raining"], summary=row["summary"], payload=row["payload"])

    # the service is asked outside of the transaction: no connection of the pool waits for it
    answer = ask(country, city, request.args["at"])
    with transaction() as cursor:
        cursor.execute(
            """INSERT INTO weather.weather_cache (city, country, fetched_at, temperature, raining, summary, payload, ttl) VALUES (%s, %s, %s, %s, %s, %s, %s, 900)
               ON CONFLICT (city, country, fetched_at) DO UPDATE SET (temperature, raining, summary, payload, ttl) =
                   (excluded.temperature, excluded.raining, excluded.summary, excluded.payload, excluded.ttl)""",
            (city, country, at, answer["temp"], answer["raining"], answer["summary"], Json(answer)))
    return jsonify(temperature=answer["temp"], raining=answer["raining"], summary=answer["summary"], payload=answer)


@app.get("/windy")
def windy():
    """Where the wind was strongest in the answers of a day"""
    with transaction() as cursor:
        cursor.execute(
            """SELECT city, country, max((payload #> '{wind,speed}')::int) AS speed FROM weather.weather_cache
               WHERE fetched_at >= %(day)s::timestamp AT TIME ZONE 'UTC' AND fetched_at < (%(day)s::timestamp + interval '1 day') AT TIME ZONE 'UTC'
               GROUP BY city, country HAVING count(payload #> '{wind,speed}') > 0 ORDER BY speed DESC, city COLLATE "C" """,
            {"day": request.args["day"]})
        return jsonify([dict(row) for row in cursor])


@app.get("/count")
def count():
    with transaction() as cursor:
        cursor.execute("SELECT count(*) AS n FROM weather.weather_cache")
        return jsonify(answers=cursor.fetchone()["n"])
