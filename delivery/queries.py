"""What became of the messages, for the rooms above and for staff."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection
from django.db.models import Count, Min, QuerySet

from delivery.models import Message
from delivery.states import ORDER, Lane, State


def state_of(keys: Iterable[str]) -> dict[str, State]:
    """By the key each was put with; a key that was never put is absent."""
    return {key: State(state) for key, state in Message.objects.filter(key__in=list(keys)).values_list("key", "state")}


def waiting_count() -> dict[Lane, int]:
    """Not yet taken by a provider, by lane."""
    unsettled = Message.objects.filter(settled_at__isnull=True)
    found = dict(unsettled.order_by().values_list("lane").annotate(Count("pk")))
    return {lane: found.get(lane, 0) for lane in ORDER}


def unsettled(*, about: str) -> int:
    """Of the messages that tell of this, how many no provider has taken yet."""
    return Message.objects.unsettled(about=about).count()


def waiting_since(*, at: dt.datetime) -> dt.datetime | None:
    """How long the message that should have left first has been due."""
    return Message.objects.due(at=at).aggregate(first=Min("due_at"))["first"]


def set_aside() -> QuerySet[Message]:
    """Given up without knowing whether they arrived: somebody must look."""
    return Message.objects.filter(state=State.UNKNOWN, settled_at__isnull=False)


def lanes_with_work(*, at: dt.datetime) -> list[Lane]:
    due = Message.objects.due(at=at)
    return [lane for lane in ORDER if due.filter(lane=lane).exists()]


def is_idle(*, at: dt.datetime) -> bool:
    """Nothing is on its way and nothing is due."""
    return not (Message.objects.filter(state=State.SENDING).exists() or Message.objects.due(at=at).exists())


def unforgotten(*, settled_before: dt.datetime) -> QuerySet[Message]:
    """Settled that long ago and still with words or address."""
    return Message.objects.filter(settled_at__lte=settled_before, sealed_recipient__isnull=False)


def database_clock() -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
