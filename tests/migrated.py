"""Migrating takes half a minute. The processes of one run migrate once, into a database of which each has a copy.

A file or a test that runs in one process migrates its own, as Django does it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from django.core.management import call_command
from django.db import connection

LOCK = 7_266_311  # whoever makes it keeps the others waiting


@contextlib.contextmanager
def server() -> Iterator[Any]:
    """A cursor beside every test's database, that sees them made and dropped."""
    beside = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    try:
        beside.autocommit = True
        with beside.cursor() as cursor:
            yield cursor
    finally:
        beside.close()


def name() -> str:
    """Of the run's own, which its processes inherited (tests/environment.py)."""
    return f"{urlsplit(os.environ['DATABASE_OWNER_URL']).path.strip('/')}_{os.environ['TEST_RUN']}"


def prepare() -> str:
    """Its name, once it is there."""
    with server() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])  # until this connection ends
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name()])
        if not cursor.fetchone():
            half = f"{name()}_half"  # no process takes what was left half made
            cursor.execute(f'CREATE DATABASE "{half}"')
            _migrate(half)
            cursor.execute(f'ALTER DATABASE "{half}" RENAME TO "{name()}"')
    return name()


def _migrate(database: str) -> None:
    connection.close()
    own = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = database
    try:
        call_command("migrate", verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


def drop() -> None:
    with contextlib.suppress(psycopg2.OperationalError), server() as cursor:  # a run without servers made none
        for left in (name(), f"{name()}_half"):
            cursor.execute(f'DROP DATABASE IF EXISTS "{left}" WITH (FORCE)')
