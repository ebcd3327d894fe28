"""What waits for staff: inquiries in writing and consultations, in one line, what is due first, first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q

from breachdesk.accounts.models import User
from support.consultation_models import Consultation
from support.consultation_states import CONSULTATION_STANDING
from support.consultation_states import Consultation as Call
from support.inquiry_models import Inquiry
from support.satisfaction_models import Satisfaction
from support.states import Inquiry as State
from support.states import Rating

MOST = 200


@dataclass(frozen=True)
class Waiting:
    """One thing to do, and until which day."""

    kind: str
    reference: str
    what: str
    state: str
    due: dt.date
    taken_by: str

    def is_late(self, today: dt.date) -> bool:
        return self.due < today


def waiting(which: str, *, by: User, today: dt.date, inquiries: bool, calls: bool) -> list[Waiting]:
    """`which`: unanswered, due (today), overdue, mine, or all of it; `inquiries` and `calls`: which kinds the reader may see."""
    found: list[Waiting] = []
    if inquiries:
        rows = Inquiry.objects.filter(_of_inquiries(which, by=by, today=today)).select_related("taken_by")
        found += [_inquiry(row) for row in rows.order_by("answer_by_date", "pk")[:MOST]]
    if calls:
        held = Consultation.objects.filter(_of_calls(which, by=by, today=today)).select_related("taken_by")
        found += [_call(row) for row in held.order_by("due_date", "pk")[:MOST]]
    return sorted(found, key=lambda one: (one.due, one.reference))[:MOST]


def counts(*, by: User, today: dt.date, inquiries: bool, calls: bool) -> dict[str, int]:
    found = {}
    for which in ("unanswered", "due", "overdue", "mine"):
        found[which] = 0
        if inquiries:
            found[which] += Inquiry.objects.filter(_of_inquiries(which, by=by, today=today)).count()
        if calls:
            found[which] += Consultation.objects.filter(_of_calls(which, by=by, today=today)).count()
    return found


def ratings(*, since: dt.datetime) -> list[tuple[str, int]]:
    """How people found what they were answered, the best first."""
    counted = dict(
        Satisfaction.objects.filter(said_at__gte=since).order_by().values_list("rating").annotate(Count("pk"))
    )
    return [(str(rating.label), counted.get(rating.value, 0)) for rating in Rating]


def _of_inquiries(which: str, *, by: User, today: dt.date) -> Q:
    waits = Q(state=State.WAITING)
    return {
        "due": waits & Q(answer_by_date=today),
        "overdue": waits & Q(answer_by_date__lt=today),
        "mine": Q(state__in=(State.WAITING, State.ANSWERED), taken_by=by.pk),
        "unanswered": waits,
    }.get(which, waits)


def _of_calls(which: str, *, by: User, today: dt.date) -> Q:
    standing = Q(state__in=CONSULTATION_STANDING)
    return {
        "due": standing & Q(due_date=today),
        "overdue": standing & Q(due_date__lt=today),
        "mine": standing & Q(taken_by=by.pk),
        "unanswered": Q(state=Call.OPEN),
    }.get(which, standing)


def _inquiry(row: Inquiry) -> Waiting:
    taken = row.taken_by.name if row.taken_by else ""
    return Waiting("inquiry", row.reference, row.get_kind_display(), row.get_state_display(), row.answer_by_date, taken)


def _call(row: Consultation) -> Waiting:
    return Waiting(
        "consultation",
        row.reference,
        row.get_source_display(),
        row.get_state_display(),
        row.due_date,
        row.taken_by.name,
    )
