"""Leaves the issuer alone for a moment after it has failed several times, so that pages do not all wait for it.

One row in PostgreSQL, so that every process knows. When the moment is over one caller goes first; the others wait for how
it fares. Writes in short transactions of its own: never called within one.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import connection
from django.db.models import Q

from cards import rules
from cards.models import Breaker

NAME = "issuer"


def lets_through(*, at: dt.datetime) -> bool:
    held = Breaker.objects.filter(pk=NAME).first()
    if held is None or held.open_until is None:
        return True
    if held.open_until > at:
        return False
    # Whoever moves the moment on goes through; the others find it moved.
    tries_until = at + settings.CARDS_TIMEOUT + dt.timedelta(seconds=1)
    first = Breaker.objects.filter(pk=NAME, open_until=held.open_until)
    return bool(first.update(open_until=tries_until))


def worked() -> None:
    Breaker.objects.filter(~Q(failures=0) | Q(open_until__isnull=False), pk=NAME).update(failures=0, open_until=None)


FAILED = """
INSERT INTO cards_breaker (name, failures) VALUES (%s, 1)
ON CONFLICT (name) DO UPDATE SET failures = least(cards_breaker.failures + 1, 1000000)
"""


def failed(*, at: dt.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FAILED, [NAME])
    enough = Breaker.objects.filter(pk=NAME, failures__gte=rules.FAILURES_TO_OPEN)
    enough.filter(Q(open_until=None) | Q(open_until__lt=at + rules.LEFT_ALONE)).update(open_until=at + rules.LEFT_ALONE)


def failures() -> int:
    return Breaker.objects.filter(pk=NAME).values_list("failures", flat=True).first() or 0
