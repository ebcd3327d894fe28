"""The first page: what is running, what is waiting, what is late. Only what is really there."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.core.cache import cache
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext as _

from breachdesk.desk import frame
from claims import queries as claims_queries
from claims import states as claim_states
from claims.models import Claim
from delivery import health as delivery_health
from delivery import queries as delivery_queries
from delivery.models import Message
from delivery.states import ORDER, State
from lookup import spending
from lookup.models import Alarm
from lookup.states import AlarmKind
from notices import clock_pages
from notices.models import Clock, Dataset, Incident, Notice
from notices.states import OF_A_CASE, CountedFrom, NoticeState

A_DAY = dt.timedelta(days=1)


@frame.panel("clocks", may="notices.view_clock", template="desk/panels/clocks.html", order=2)
def clocks(request: HttpRequest, at: dt.datetime) -> dict[str, Any] | None:
    """Every moment the law sets, incident by incident: met, running, or missed and by how long."""
    found: list[dict[str, Any]] = []
    for incident in Incident.objects.order_by("-learned_at"):
        notice = Notice.objects.filter(incident=incident, state=NoticeState.PUBLISHED).order_by("-number").first()
        lines = [
            _with_cases(clock_pages.line(clock, learned_at=incident.learned_at, at=at), clock, at)
            for clock in incident.clocks.select_related("exception_by", "met_by")
        ]
        orders = []
        if request.user.has_perm("notices.view_regulatororder"):
            orders = [clock_pages.order_line(order, at=at) for order in incident.orders.order_by("due_at", "pk")]
        # Of older incidents, those where something runs still or was missed.
        if not found or any(line.dot != "done" for line in (*lines, *orders)):
            found.append({"incident": incident, "notice": notice, "clocks": lines, "orders": orders})
    return {"incidents": found, "may_pack": request.user.has_perm("packs.add_pack")} if found else None


def _with_cases(line: clock_pages.Line, clock: Clock, at: dt.datetime) -> clock_pages.Line:
    """Where each claim has its own clock: how many run, how many of them are late, and when the next one ends."""
    if clock.counted_from not in OF_A_CASE or clock.hours is None:
        return line
    lasting = dt.timedelta(hours=clock.hours)
    if clock.counted_from == CountedFrom.REQUEST:
        began = claims_queries.waiting_since(clock.incident_id)
    else:
        began = claims_queries.decided_since(clock.incident_id, since=at - lasting)
    late = sum(moment + lasting < at for moment in began)
    return replace(
        line,
        running=len(began),
        late_ones=late,
        next_at=min((moment + lasting for moment in began if moment + lasting >= at), default=None),
        dot="bad" if late else "now" if began else "done",
    )


@frame.panel("messages", may="delivery.view_message", template="desk/panels/messages.html", order=20)
def messages(request: HttpRequest, at: dt.datetime) -> dict[str, Any]:
    waiting = delivery_queries.waiting_count()
    # A campaign ends millions of messages in a day: they are counted once for everybody who looks in half a minute.
    ended = cache.get_or_set("desk.panel.messages", lambda: _ended_since(at - A_DAY), frame.COUNTS_LIVE_SECONDS)
    by_lane: dict[tuple[str, str], int] = {(lane, state): number for lane, state, number in ended or []}
    lanes = [
        {
            "lane": lane,
            "waiting": waiting[lane],
            "gone": by_lane.get((lane, State.ACCEPTED), 0) + by_lane.get((lane, State.DELIVERED), 0),
            "failed": by_lane.get((lane, State.FAILED), 0),
            "unknown": by_lane.get((lane, State.UNKNOWN), 0),
        }
        for lane in ORDER
    ]
    oldest = delivery_queries.waiting_since(at=at)
    return {
        "lanes": lanes,
        "waited": at - oldest if oldest else None,
        "heard_at": delivery_queries.heard_at(),
        "silent": bool(delivery_health.silent(at=at)),
    }


def _ended_since(since: dt.datetime) -> list[tuple[str, str, int]]:
    """How many messages of each lane came to which end. Older ones are in the list: counting them would read every row."""
    ended = Message.objects.filter(settled_at__gte=since, sealed_recipient__isnull=False).order_by()
    return list(ended.values_list("lane", "state").annotate(Count("pk")))


@frame.panel("codes", may="delivery.view_message", template="desk/panels/codes.html", order=25)
def codes(request: HttpRequest, at: dt.datetime) -> dict[str, Any]:
    """What one-time codes cost, from the rows of their budgets, and what there is to be alarmed about."""
    spent = spending.spendings(at=at)
    return {
        "alarms": list(Alarm.objects.filter(ended_at=None).order_by("began_at")),
        "periods": [(_("지난 1분"), spent[AlarmKind.MINUTE]), (_("지난 24시간"), spent[AlarmKind.DAY])],
        "use": spending.use(at=at),
    }


@frame.panel("claims", may="claims.view_claim", template="desk/panels/claims.html", order=30)
def claims(request: HttpRequest, at: dt.datetime) -> dict[str, Any]:
    counted = dict(Claim.objects.order_by().values_list("state").annotate(Count("pk")))
    today = Claim.objects.filter(submitted_at__gte=at - A_DAY).count()
    return {
        "states": [(words, counted[state]) for state, words in claim_states.DESK_WORDS.items() if counted.get(state)],
        "today": today,
        "held": claims_queries.held().count(),
        "open": sum(counted.get(state, 0) for state in claim_states.OPEN),
    }


@frame.panel("lists", may="notices.view_dataset", template="desk/panels/lists.html", order=40)
def lists(request: HttpRequest, at: dt.datetime) -> dict[str, Any] | None:
    datasets = Dataset.objects.select_related("incident", "activated_by", "confirmed_by").order_by("-imported_at")[:6]
    return {"datasets": list(datasets)} if datasets else None
