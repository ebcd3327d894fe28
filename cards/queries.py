"""Reads of acts, named for the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When

from cards import states
from cards.after_models import LinePlace, Sheet, Tie, TodoMark
from cards.benefit_models import Entitlement, Offer
from cards.models import Act, Denied
from lookup.models import Person

SHOWN = 50


def acts_of(person: Person | None) -> list[Act]:
    """The latest first."""
    return list(Act.objects.filter(person=person).order_by("-asked_at", "-pk")[:SHOWN]) if person else []


def denied_by(person: Person | None) -> list[dict[str, Any]]:
    """The payments that this person says were not theirs, the oldest first, as the issuer told them."""
    rows = Denied.objects.filter(person=person).order_by("denied_at", "pk") if person else []
    return sorted((row.told for row in rows), key=lambda told: (told["day"], told["id"]))


def act_of(person: Person, reference: str) -> Act | None:
    return Act.objects.filter(person=person, reference=reference).first()


def without_answer(*, asked_before: dt.datetime) -> QuerySet[Act]:
    return Act.objects.open().filter(asked_at__lt=asked_before)


def settled_before(moment: dt.datetime) -> QuerySet[Act]:
    return Act.objects.filter(settled_at__lt=moment)


def unanswered_first() -> QuerySet[Act]:
    """With `waits` to order by."""
    waits = Case(When(state__in=states.OPEN, then=Value(1)), default=Value(0), output_field=IntegerField())
    return Act.objects.annotate(waits=waits)


def reminders_due(*, before: dt.datetime) -> int:
    todos = TodoMark.objects.filter(remind_at__lte=before, reminded_at=None)
    ends = Entitlement.objects.filter(remind_at__lte=before, reminded_at=None)
    return (
        ends.count()
        + todos.count()
        + Tie.objects.filter(remind_at__lte=before, reminded_at=None, moved_at=None).count()
    )


def places_of(person: Person | None) -> list[LinePlace]:
    """What they were told of the line, the first first."""
    return list(LinePlace.objects.filter(person=person).order_by("told_at", "pk")) if person else []


def sheets_of(person: Person | None) -> list[Sheet]:
    """What is tied to cards whose number changes, the latest first."""
    if person is None:
        return []
    sheets = Sheet.objects.filter(person=person).select_related("act").prefetch_related("ties")
    return list(sheets.order_by("-opened_at", "-pk")[:SHOWN])


def entitlements_of(person: Person | None) -> list[Entitlement]:
    """What they were given, the latest first."""
    rows = Entitlement.objects.filter(person=person).select_related("offer", "act", "code") if person else []
    return sorted(rows, key=lambda row: (row.granted_at, row.pk), reverse=True)


def has_benefits(incidents: Iterable[int]) -> bool:
    return Offer.objects.filter(incident__in=incidents).exists()


def open_acts() -> int:
    return Act.objects.open().count()


def asking() -> bool:
    """Whether an act is with the issuer at this moment."""
    return Act.objects.open().filter(lease__isnull=False).exists()
