"""The compressed clock of a rehearsal: in its own database the moments that workers ask PostgreSQL for pass faster.

Nothing of the product knows of it: all work in the background takes its time from the database, and there `clock_timestamp()` is
found in the schema of the rehearsal before the server's own.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection

from delivery.queries import database_clock

NAMES = ("clock_timestamp", "statement_timestamp", "transaction_timestamp", "now")


def start(*, at: dt.datetime, times: float) -> None:
    """From now on it is `at`, and every second is `times` seconds long."""
    with connection.cursor() as cursor:
        for name in NAMES:
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION public.{name}() RETURNS timestamptz LANGUAGE sql VOLATILE AS "
                f"$$ SELECT %s::timestamptz + (pg_catalog.clock_timestamp() - %s::timestamptz) * %s::float8 $$",
                [at, server_clock(), times],
            )


def server_clock() -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_catalog.clock_timestamp()")
        return cursor.fetchone()[0]


def now() -> dt.datetime:
    return database_clock()
