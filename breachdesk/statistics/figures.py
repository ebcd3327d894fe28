"""The figures that may be shown of what was counted. Pure: a figure that may not be is None, and everything else is plain JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from breachdesk.statistics import suppressing
from breachdesk.statistics.counting import Counted
from breachdesk.statistics.suppressing import LIMIT, Flow

KINDS = ("card_payment", "smishing", "cost", "other")
OUTCOMES = ("full", "part", "refused")
# The curve: at most so many moments, so many hours apart.
MOST_POINTS = 24
DUE_HOURS = 72


def shown(counted: Counted, *, learned_at: dt.datetime, at: dt.datetime) -> dict[str, Any]:
    told = _told(counted)
    claims = _claims(counted)
    curve = _curve(counted, learned_at=learned_at, at=at) if told["proven"] else []
    return {
        "at": at.isoformat(),
        "told": told,
        "curve": curve,
        "told_in_time": _in_time(counted, curve),
        "claims": claims,
        "outcomes": _outcomes(counted, whole=claims["decided"]),
        "days": _days(counted),
        "paid": _paid(counted),
    }


def _seen(flows: Mapping[Any, Flow]) -> dict[Any, int | None]:
    gone = suppressing.hidden(flows)
    return {key: None if key in gone else flow.value for key, flow in flows.items()}


def _told(counted: Counted) -> dict[str, int | None]:
    """How many are on the list is said in the notice itself."""
    proven = {
        "by_phone": counted.by_phone,
        "by_email": counted.by_email,
        "by_letter": counted.by_letter,
        "posted": counted.posted,
    }
    unproven = {"under_way": counted.under_way, "by_posting": counted.by_posting, "not_told": counted.not_told}
    flows = suppressing.parts("people", {"proven": sum(proven.values()), "unproven": sum(unproven.values())})
    flows |= suppressing.parts("proven", proven, within="people")
    flows |= suppressing.parts("unproven", unproven, within="people")
    whole = flows["people"]
    flows["people"] = Flow(whole.tail, whole.head, whole.value, stays=True)
    return _seen(flows)


def _claims(counted: Counted) -> dict[str, int | None]:
    waiting = counted.received - counted.decided - counted.withdrawn
    of = {"decided": counted.decided, "waiting": waiting, "withdrawn": counted.withdrawn}
    return _seen(suppressing.parts("received", of))


def _outcomes(counted: Counted, *, whole: int | None) -> dict[str, dict[str, int | None]]:
    """By kind and outcome, with sums under ""; nothing where not even the sum may be shown."""
    kinds = [kind for kind in KINDS if any(counted.outcomes.get((kind, outcome)) for outcome in OUTCOMES)]
    if not whole:
        return {}
    seen = _seen(suppressing.crossed(kinds, OUTCOMES, counted.outcomes, total_stays=True))
    return {kind: {outcome: seen[kind, outcome] for outcome in (*OUTCOMES, "")} for kind in (*kinds, "")}


def _days(counted: Counted) -> dict[str, float]:
    """The middle one says something of a person where there are few."""
    return {kind: round(days, 1) for kind, (number, days) in counted.days.items() if number >= LIMIT}


def _paid(counted: Counted) -> dict[str, Any] | None:
    if counted.paid < LIMIT:
        return None
    return {
        "amount": counted.paid_amount,
        "middle": round(counted.paid_middle),
        "days": round(counted.paid_days, 1),
    }


def _curve(counted: Counted, *, learned_at: dt.datetime, at: dt.datetime) -> list[list[int]]:
    """(hours since the leak was learned of, people told by then): no step of a few, the last one is of now."""
    passed = max(0, int((at - learned_at) / dt.timedelta(hours=1)))
    apart = max(1, -(-passed // MOST_POINTS))
    moments = sorted({*range(0, passed, apart), *([DUE_HOURS] if passed > DUE_HOURS else []), passed})
    grown = [
        sum(people for hour, people in counted.told_in_hour.items() if hour < moment or moment == passed)
        for moment in moments
    ]
    return [list(point) for point in zip(moments, suppressing.steps(grown), strict=True)]


def _in_time(counted: Counted, curve: list[list[int]]) -> int | None:
    """How many were told within the 72 hours, once these are over: a point of the curve, where that could be exact."""
    in_time = sum(people for hour, people in counted.told_in_hour.items() if hour < DUE_HOURS)
    return next((people for hours, people in curve[:-1] if hours == DUE_HOURS and people == in_time), None)
