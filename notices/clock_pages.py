"""What staff read of a clock: how long there is still, by how much it was late, what shows that it was met. Plain values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from breachdesk.lib import dates
from breachdesk.lib.tags import in_language
from notices.models import Clock
from notices.order_models import RegulatorOrder
from notices.states import OF_A_CASE, ClockKind, CountedFrom, OrderState

MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Line:
    """late: by how long it was or is missed; left: how long there still is; took: how long it took where it was met."""

    name: str
    law: str
    sourced: bool
    # As templates/components/dot.html.
    dot: str
    due_at: dt.datetime | None
    met_at: dt.datetime | None
    late: dt.timedelta | None
    left: dt.timedelta | None
    took: dt.timedelta | None
    # Something to be kept up until its end.
    lasts: bool
    # Instead of a moment: what it counts from and for how long.
    counts: str = ""
    reason: str = ""
    exception: str = ""
    evidence: str = ""
    met_by: str = ""
    has_file: bool = False
    pk: int = 0
    # Of each case: how many run, and how many of them are late.
    running: int | None = None
    late_ones: int = 0
    next_at: dt.datetime | None = None

    @property
    def late_minutes(self) -> int:
        return int(self.late / MINUTE) if self.late else 0

    @property
    def is_an_hour_late(self) -> bool:
        return self.late_minutes >= 60

    @property
    def of_a_case(self) -> bool:
        return self.running is not None


def line(clock: Clock, *, learned_at: dt.datetime, at: dt.datetime) -> Line:
    lasts = clock.kind == ClockKind.KEEP_UP
    end = clock.met_at or at
    # What is to be kept up ends well by itself; whether it was kept up without a gap is told by the proof of posting.
    late = end - clock.due_at if clock.due_at and not lasts and end > clock.due_at else None
    over = bool(lasts and clock.due_at and clock.due_at <= at)
    done = clock.met_at is not None or over
    return Line(
        name=in_language(clock, "name"),
        law=in_language(clock, "law"),
        sourced=clock.sourced,
        dot="bad" if late else "done" if done else "now",
        due_at=clock.due_at,
        met_at=clock.met_at,
        late=late,
        left=clock.due_at - at if clock.due_at and not done and not late else None,
        took=clock.met_at - learned_at if clock.met_at else None,
        lasts=lasts,
        counts=counts(clock),
        reason=in_language(clock, "reason_missed") if late else "",
        exception=exception(clock),
        evidence=clock.evidence,
        met_by=clock.met_by.name if clock.met_by else "",
        has_file=clock.evidence_file_id is not None,
        pk=clock.pk,
        running=0 if clock.counted_from in OF_A_CASE else None,
    )


def order_line(order: RegulatorOrder, *, at: dt.datetime) -> Line:
    """A regulator's order, with the clock that began when it was received."""
    met_at = order.sent_at if order.state == OrderState.ANSWERED else None
    end = met_at or at
    late = end - order.due_at if end > order.due_at else None
    return Line(
        name=_("%(authority)s의 명령 %(n)d") % {"authority": order.get_authority_display(), "n": order.number},
        law=" · ".join(filter(None, (str(order.get_state_display()), order.reference))),
        sourced=True,
        dot="bad" if late else "done" if met_at else "now",
        due_at=order.due_at,
        met_at=met_at,
        late=late,
        left=order.due_at - at if not met_at and not late else None,
        took=met_at - order.received_at if met_at else None,
        lasts=False,
        reason=order.why_late if late else "",
        pk=order.pk,
    )


def counts(clock: Clock) -> str:
    """Of how long a clock counts, where no moment of its own stands for it."""
    if clock.due_at is not None or clock.hours is None:
        return ""
    facts = {"from": CountedFrom(clock.counted_from).label, "long": long(clock.hours)}
    return _("%(from)s부터 %(long)s") % facts


def exception(clock: Clock) -> str:
    """Why the law lets it wait, since when until when, and who wrote that down."""
    why = in_language(clock, "exception")
    if not why:
        return ""
    who = f" · {clock.exception_by.name}" if clock.exception_by else ""
    language = get_language() or "ko"
    span = " – ".join(
        dates.moment(timezone.localtime(moment), language) if moment else ""
        for moment in (clock.exception_from_at, clock.exception_until_at)
    )
    return f"{why} ({span.strip()}){who}"


def long(hours: int) -> str:
    """As the law says it: 72 hours, 7 days."""
    if hours <= 72:
        return ngettext("%(n)d시간", "%(n)d시간", hours) % {"n": hours}
    return dates.span(dt.timedelta(hours=hours), get_language() or "ko")
