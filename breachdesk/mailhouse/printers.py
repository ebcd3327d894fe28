"""How many workers print letters at once: PRINTING_WORKERS, so that the others stay free for codes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from django.conf import settings
from django.db import connection

# Two numbers name an advisory lock; this is ours.
PRINTING = 0x6C657474


@contextlib.contextmanager
def one() -> Iterator[bool]:
    """True: this process is one of them until the end. The lock goes with its connection, so a killed one frees its place."""
    with connection.cursor() as cursor:
        for place in range(settings.PRINTING_WORKERS):
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [PRINTING, place])
            if cursor.fetchone()[0]:
                break
        else:
            yield False
            return
    try:
        yield True
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [PRINTING, place])
