"""What the clock asks: saying again what was put off, and that the old card is charged soon. By day, once for each choice."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from breachdesk import audit
from cards import letters
from cards.after_models import Tie, TodoMark
from cards.benefit_models import Entitlement
from cards.models import Act
from cards.states import Todo
from delivery import outbox
from delivery.outbox import Words
from lookup.models import Person
from lookup.queries import contacts_of
from lookup.rules import day_ends, is_daytime

BATCH = 200


def remind_next_batch(*, at: dt.datetime) -> int:
    """How many rows were said. What is due at night waits for the morning; nothing leaves after its day."""
    if not is_daytime(timezone.localtime(at)):
        return 0
    return _remind_of_todos(at=at) + _remind_of_charges(at=at) + _remind_of_ends(at=at)


@transaction.atomic
def _remind_of_todos(*, at: dt.datetime) -> int:
    # Whoever marks it done at this moment is waited for: the row is then no longer due.
    due = list(
        TodoMark.objects.filter(remind_at__lte=at, reminded_at=None)
        .select_related("act__person")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("act_id", "pk")[:BATCH]
    )
    for act, marks in groupby(due, key=lambda mark: mark.act):
        of_one = list(marks)
        first = of_one[0]
        words = letters.card_todo_reminder(act, [Todo(mark.todo).label for mark in of_one], language=first.language)
        # The moment of the choice: the same thing put off again is another occasion.
        _say(
            act.person, words, about=_about(act), key=f"card-todo:{first.pk}:{int(first.at.timestamp() * 1000)}", at=at
        )
        TodoMark.objects.filter(pk__in=[mark.pk for mark in of_one]).update(reminded_at=at)
    return len(due)


@transaction.atomic
def _remind_of_charges(*, at: dt.datetime) -> int:
    """Of one card at once: whatever is charged within the next days and was not moved."""
    due = list(
        Tie.objects.filter(remind_at__lte=at, reminded_at=None, moved_at=None)
        .select_related("sheet__act__person")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("sheet_id", "next_on", "pk")[:BATCH]
    )
    for sheet, ties in groupby(due, key=lambda tie: tie.sheet):
        of_one = list(ties)
        # A sweep that stood still for days says nothing of a day that is over.
        ahead = [tie.next_on for tie in of_one if tie.is_due(timezone.localdate(at))]
        if ahead and ahead[0]:
            words = letters.card_charge_reminder(sheet.act, first_day=ahead[0], count=len(ahead))
            _say(sheet.act.person, words, about=_about(sheet.act), key=f"card-charge:{of_one[0].pk}", at=at)
        Tie.objects.filter(pk__in=[tie.pk for tie in of_one]).update(reminded_at=at)
    return len(due)


def _about(act: Act) -> str:
    return f"card-act:{act.reference}"


@transaction.atomic
def _remind_of_ends(*, at: dt.datetime) -> int:
    due = list(
        Entitlement.objects.filter(remind_at__lte=at, reminded_at=None)
        .select_related("person", "offer")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("pk")[:BATCH]
    )
    for held in due:
        if held.ends_date >= timezone.localdate(at):
            key = f"benefit-ends:{held.pk}"
            _say(held.person, letters.benefit_ends(held), about=f"person:{held.person_id}", key=key, at=at)
    Entitlement.objects.filter(pk__in=[held.pk for held in due]).update(reminded_at=at)
    return len(due)


def _say(person: Person, words: Words, *, about: str, key: str, at: dt.datetime) -> None:
    """To the contact they proved last; whoever has only a letter is not reminded."""
    for contact in contacts_of(person)[:1]:
        outbox.put(
            words,
            to=contact,
            key=key,
            about=about,
            lane="claim",
            at=at,
            expires_at=day_ends(timezone.localtime(at)),
        )
        audit.record(kind="cards.reminded", by=None, about=about, at=at, what=words.occasion)
