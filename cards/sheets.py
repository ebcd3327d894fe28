"""Reading from the issuer what is tied to a card whose number changes. Calls it with no transaction open."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from cards import afterwards, issuer, rules
from cards.after_models import Sheet
from cards.issuer import Away, NoSuchCustomer
from cards.knowing import through_breaker
from cards.models import Cardholder
from lookup.models import Person

# As long as a caller may need; another takes it up then.
TAKEN_FOR = dt.timedelta(minutes=1)
RUN = 50


def read_due(*, at: dt.datetime) -> int:
    """Every sheet that is due. Returns how many were asked for."""
    return _read(Sheet.objects.all(), at=at)


def read_now(person: Person, *, at: dt.datetime) -> int:
    """This person's, while they wait."""
    return _read(Sheet.objects.filter(person=person), at=at)


def _read(sheets: QuerySet[Sheet], *, at: dt.datetime) -> int:
    due = list(sheets.filter(read_at=None, due_at__lte=at).select_related("act").order_by("due_at", "pk")[:RUN])
    return sum(_read_one(sheet, at=at) for sheet in due)


def _read_one(sheet: Sheet, *, at: dt.datetime) -> bool:
    # Whoever moves the moment on asks; when they die over it, another does so after it.
    tries = min(sheet.tries + 1, 30_000)
    until = at + max(TAKEN_FOR, rules.ask_again(tries=tries, first=TAKEN_FOR))
    if not Sheet.objects.filter(pk=sheet.pk, due_at=sheet.due_at).update(due_at=until, tries=tries):
        return False
    holder = Cardholder.objects.filter(person=sheet.person_id).first()
    if holder is None:
        return False
    try:
        ties = through_breaker(lambda: issuer.ties(holder.ref, at=at), at=at)
    except (Away, NoSuchCustomer):
        return True
    afterwards.fill_sheet(sheet=sheet, ties=[tie for tie in ties if tie.card == sheet.card], at=at)
    return True
