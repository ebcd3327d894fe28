"""What a provider said is written down even where PostgreSQL is away for a moment: nothing else says whether a message has left."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

log = logging.getLogger(__name__)
T = TypeVar("T")
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds


def surely(write: Callable[[], T], *, within: dt.timedelta) -> T:
    """Calls `write`, which may be called again, until PostgreSQL has taken it or `within` is over.

    Later than its lease there is no use: the message has been taken for unknown by then, and is asked for again. Raises what
    PostgreSQL said last; within a transaction at once, for that has been undone.
    """
    until, pause = time.monotonic() + within.total_seconds(), FIRST_PAUSE
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or time.monotonic() + pause > until:
                raise
            log.warning("an answer cannot be written down yet: %s", type(error).__name__)
            connection.close()
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
