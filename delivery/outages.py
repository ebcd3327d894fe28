"""A way of which no provider takes anything: of a campaign only a few messages are tried now and then, until one is taken.

Else a hundred thousand messages would be asked for a dozen times each, and stand in the way of those that could leave otherwise.
Codes and claim letters are asked for all the same. One row a way; the rows are the truth for all workers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from delivery.models import Message, Outage
from delivery.routes import WAY_OF, WAYS
from delivery.states import Channel

# So many messages in a row that every provider of their way was in trouble with, and nothing taken in between.
MANY = 20
TRIED_EVERY, TRIED_AT_ONCE = dt.timedelta(seconds=20), 4
# The row that makes it many begins the outage.
FAILED = """
    INSERT INTO delivery_outage AS outage (way, in_a_row, since, try_at) VALUES (%(way)s, 1, NULL, NULL)
    ON CONFLICT (way) DO UPDATE SET
        in_a_row = least(outage.in_a_row + 1, %(many)s),
        since = CASE WHEN outage.in_a_row + 1 >= %(many)s THEN coalesce(outage.since, %(at)s) END,
        try_at = CASE WHEN outage.in_a_row + 1 >= %(many)s THEN coalesce(outage.try_at, %(at)s + %(every)s) END
"""

TAKEN = "UPDATE delivery_outage SET in_a_row = 0, since = NULL, try_at = NULL WHERE way = %s AND in_a_row > 0"
DOWN = "SELECT way, try_at FROM delivery_outage WHERE since IS NOT NULL ORDER BY way"


def nobody_took(message: Message, *, at: dt.datetime) -> None:
    """Every provider of its way has been asked, and was itself in trouble."""
    wanted: dict[str, Any] = {"way": WAY_OF[message.channel], "many": MANY, "at": at, "every": TRIED_EVERY}
    with connection.cursor() as cursor:
        cursor.execute(FAILED, wanted)


def somebody_took(channel: str) -> None:
    """It is over. Asked of every request that went well, so it writes only where there is something to end."""
    if way := WAY_OF.get(channel):
        with connection.cursor() as cursor:
            cursor.execute(TAKEN, [way])


def since() -> dict[Channel, dt.datetime]:
    """The channels by which nothing leaves now, and since when."""
    down = Outage.objects.filter(since__isnull=False).order_by("way")
    return {channel: one.since for one in down if one.since for channel in WAYS[one.way]}


@dataclass(frozen=True)
class Open:
    """What may be asked for now: everything but `shut`; or, where there is `tried`, a few of these."""

    shut: tuple[Channel, ...] = ()
    tried: tuple[Channel, ...] = ()

    def most(self, usual: int) -> int:
        return TRIED_AT_ONCE if self.tried else usual


def now_open(*, tried: set[str], at: dt.datetime) -> Iterator[Open]:
    """First the ways that it falls to the caller to try again, and to nobody else meanwhile; then all that are not shut.

    `tried`: the caller's, who tries each once in a run, so that what can leave has its turn too.
    """
    with connection.cursor() as cursor:
        cursor.execute(DOWN)
        down: list[tuple[str, dt.datetime]] = cursor.fetchall()
    for way, try_at in down:
        if way not in tried and try_at <= at:
            mine = Outage.objects.filter(way=way, try_at=try_at, since__isnull=False)
            if mine.update(try_at=at + TRIED_EVERY):
                tried.add(way)
                yield Open(tried=WAYS[way])
    yield Open(shut=tuple(channel for way, _try_at in down for channel in WAYS[way]))
