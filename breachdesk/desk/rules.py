"""How long a member of staff stays signed in, from plain values."""

from __future__ import annotations

import datetime as dt
from enum import Enum

IDLE = dt.timedelta(minutes=15)
AT_MOST = dt.timedelta(hours=8)
# What a weighty act wants: the second factor used within this.
FRESH_FOR = dt.timedelta(minutes=5)
# The idle clock is written down no more often than this.
TOUCH_EVERY = dt.timedelta(seconds=30)


class Over(Enum):
    IDLE = "idle"
    LONG = "long"


def is_over(*, since: dt.datetime, seen: dt.datetime, at: dt.datetime) -> Over | None:
    if at - since >= AT_MOST:
        return Over.LONG
    if at - seen >= IDLE:
        return Over.IDLE
    return None


def is_fresh(*, proved_at: dt.datetime | None, at: dt.datetime) -> bool:
    return proved_at is not None and at - proved_at < FRESH_FOR
