"""What waits for staff: inquiries in writing, consultations and calls to make, in one line, what is due first, first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from breachdesk.accounts.models import User
from support.callback_models import CallBack
from support.consultation_models import Consultation
from support.consultation_states import CONSULTATION_STANDING
from support.consultation_states import Consultation as Call
from support.inquiry_models import Inquiry
from support.satisfaction_models import Satisfaction
from support.states import CallBack as Booking
from support.states import Inquiry as State
from support.states import Rating

MOST = 200


@dataclass(frozen=True)
class Sees:
    """Which kinds the reader may see."""

    inquiries: bool = True
    calls: bool = True
    call_backs: bool = True


@dataclass(frozen=True)
class Waiting:
    """One thing to do, and until which day; of a call to make, from which moment."""

    kind: str
    reference: str
    what: str
    state: str
    due: dt.date
    late: bool
    taken_by: str = ""
    moment: dt.datetime | None = None


def waiting(which: str, *, sees: Sees, by: User, at: dt.datetime) -> list[Waiting]:
    """`which`: unanswered, due (today), overdue, mine, or all of it."""
    today = timezone.localdate(at)
    inquiries, calls, call_backs = _rows(which, sees=sees, by=by, at=at)
    found = [
        _inquiry(row, today) for row in inquiries.select_related("taken_by").order_by("answer_by_date", "pk")[:MOST]
    ]
    found += [_call(row, today) for row in calls.select_related("taken_by").order_by("due_date", "pk")[:MOST]]
    found += [_call_back(row, at) for row in call_backs.select_related("slot").order_by("slot__starts_at", "pk")[:MOST]]
    return sorted(found, key=lambda one: (one.due, one.moment is None, one.moment or at, one.reference))[:MOST]


def counts(*, sees: Sees, by: User, at: dt.datetime) -> dict[str, int]:
    return {
        which: sum(rows.count() for rows in _rows(which, sees=sees, by=by, at=at))
        for which in ("unanswered", "due", "overdue", "mine")
    }


def ratings(*, since: dt.datetime) -> list[tuple[str, int]]:
    """How people found what they were answered, the best first."""
    counted = dict(
        Satisfaction.objects.filter(said_at__gte=since).order_by().values_list("rating").annotate(Count("pk"))
    )
    return [(str(rating.label), counted.get(rating.value, 0)) for rating in Rating]


def _rows(
    which: str, *, sees: Sees, by: User, at: dt.datetime
) -> tuple[QuerySet[Inquiry], QuerySet[Consultation], QuerySet[CallBack]]:
    today = timezone.localdate(at)
    inquiries = Inquiry.objects.filter(_of_inquiries(which, by=by, today=today))
    calls = Consultation.objects.filter(_of_calls(which, by=by, today=today))
    call_backs = CallBack.objects.filter(_of_call_backs(which, at=at))
    return (
        inquiries if sees.inquiries else inquiries.none(),
        calls if sees.calls else calls.none(),
        # Nobody takes one: whoever is free calls.
        call_backs if sees.call_backs and which != "mine" else call_backs.none(),
    )


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


def _of_call_backs(which: str, *, at: dt.datetime) -> Q:
    booked = Q(state=Booking.BOOKED)
    begins = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "due": booked & Q(slot__ends_at__gt=at, slot__starts_at__lt=begins + dt.timedelta(days=1)),
        "overdue": booked & Q(slot__ends_at__lte=at),
    }.get(which, booked)


def _inquiry(row: Inquiry, today: dt.date) -> Waiting:
    due, taken = row.answer_by_date, row.taken_by.name if row.taken_by else ""
    return Waiting(
        "inquiry", row.reference, row.get_kind_display(), row.get_state_display(), due, due < today, taken_by=taken
    )


def _call(row: Consultation, today: dt.date) -> Waiting:
    due, what = row.due_date, row.get_source_display()
    return Waiting(
        "consultation", row.reference, what, row.get_state_display(), due, due < today, taken_by=row.taken_by.name
    )


def _call_back(row: CallBack, at: dt.datetime) -> Waiting:
    begins, late = row.slot.starts_at, row.slot.ends_at <= at
    due = timezone.localdate(begins)
    return Waiting("call_back", row.reference, gettext("전화 걸기"), gettext("예약됨"), due, late, moment=begins)
