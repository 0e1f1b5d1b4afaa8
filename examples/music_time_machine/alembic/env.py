"""Alembic for this example: the database of MUSIC_DSN, as the application names it."""
import os

import psycopg2
from alembic import context
from sqlalchemy import create_engine

engine = create_engine("postgresql+psycopg2://", creator=lambda: psycopg2.connect(os.environ["MUSIC_DSN"]))
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
