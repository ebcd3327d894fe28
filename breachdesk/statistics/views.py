"""Figures anybody may read: who was told, what was claimed, decided and paid, and which moments of the law were missed.

Counted at most every few minutes, and by the same rule whether a figure is good or bad. They know no session.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from breachdesk.lib import money, safe_csv
from breachdesk.lib.tags import in_language
from breachdesk.statistics import charts, counting, figures
from claims.states import Kind, Outcome
from notices import pages, queries
from notices.models import Incident
from notices.views import kept_a_minute, with_etag

COUNTED_FOR_SECONDS = 300


def shown(incident: Incident, *, at: dt.datetime) -> dict[str, Any]:
    """As it may be shown, at most five minutes old; it says of when it is."""
    key = f"statistics:{incident.pk}:{incident.active_dataset_id}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = figures.shown(counting.count(incident), learned_at=incident.learned_at, at=at)
        cache.set(key, found, COUNTED_FOR_SECONDS)
    return found


@require_safe
@with_etag
@kept_a_minute
@vary_on_cookie
def newest(request: HttpRequest) -> HttpResponse:
    incident = _newest()
    if incident is None:
        return render(request, "statistics/none.html")
    return _page(request, incident)


@require_safe
@with_etag
@kept_a_minute
@vary_on_cookie
def one(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, _named(slug))


@require_safe
@kept_a_minute
def table_of_newest(request: HttpRequest) -> HttpResponse:
    incident = _newest()
    if incident is None:
        raise Http404
    return _csv(incident)


@require_safe
@kept_a_minute
def table(request: HttpRequest, slug: str) -> HttpResponse:
    return _csv(_named(slug))


def _newest() -> Incident | None:
    return queries.open_incidents().select_related("active_dataset").first()


def _named(slug: str) -> Incident:
    return get_object_or_404(queries.open_incidents().select_related("active_dataset"), slug=slug)


def _page(request: HttpRequest, incident: Incident) -> HttpResponse:
    at = timezone.now()
    found, zone = shown(incident, at=at), ZoneInfo(incident.time_zone)
    told, outcomes = found["told"], found["outcomes"]
    context = {
        "incident": incident,
        "others": [each for each in queries.open_incidents()[:20] if each.pk != incident.pk],
        "as_of": dt.datetime.fromisoformat(found["at"]).astimezone(zone),
        "stats": _stats(found, promised=incident.decide_within_business_days),
        "curve": charts.curve(found["curve"], told["people"] or 0),
        "in_time": found["told_in_time"],
        "in_time_percent": charts.percent(found["told_in_time"], told["people"]),
        "canvas": {"left": charts.LEFT, "right": charts.RIGHT, "top": charts.TOP, "bottom": charts.BOTTOM},
        "ways": [(name, told[code]) for code, name in _ways()],
        "days": charts.days(
            [(Kind(kind).label, found["days"][kind]) for kind in figures.KINDS if kind in found["days"]],
            promised=incident.decide_within_business_days,
        ),
        "promised": incident.decide_within_business_days,
        "outcomes": [
            {"name": Kind(kind).label, "cells": _cells(row), "pieces": charts.pieces(row, figures.OUTCOMES)}
            for kind, row in outcomes.items()
            if kind
        ],
        "sums": _cells(outcomes[""]) if outcomes else [],
        "outcome_names": {code: Outcome(code).label for code in figures.OUTCOMES},
        "clocks": [pages.clock_line(clock, incident, at=at) for clock in incident.clocks.all()],
        "address": settings.PUBLIC_URL + reverse("statistics:newest"),
        "table_address": reverse("statistics:table", args=[incident.slug]),
    }
    with timezone.override(zone):
        return render(request, "statistics/page.html", context)


def _cells(row: dict[str, int | None]) -> list[int | None]:
    return [row[outcome] for outcome in (*figures.OUTCOMES, "")]


@dataclass(frozen=True)
class Stat:
    """One figure of the strip; without a value it is not shown."""

    name: str
    value: str | None
    unit: str = ""
    small: str = ""


def _stats(found: dict[str, Any], *, promised: int) -> list[Stat]:
    told, claims, paid = found["told"], found["claims"], found["paid"] or {}
    of_all = _("%(people)s명 가운데 %(percent)s%%") % {
        "people": f"{told['people']:,}",
        "percent": charts.percent(told["proven"], told["people"]),
    }
    decided = charts.percent(claims["decided"], claims["received"])
    sums = found["outcomes"].get("", {})
    known = sums and sums["full"] is not None and sums["part"] is not None
    recognised = charts.percent(sums["full"] + sums["part"], sums[""]) if known else None
    language = get_language() or "ko"
    cases, people, days = ("", "", " days") if language.startswith("en") else ("건", "명", "일")
    middle = _("한 건의 가운데 값 %(sum)s") % {"sum": money.won(paid["middle"], language)} if paid else ""
    return [
        Stat(_("알림을 받은 분"), _n(told["proven"]), people, of_all),
        Stat(_("받은 신청"), _n(claims["received"]), cases),
        Stat(_("결정한 신청"), _n(claims["decided"]), cases, f"{decided}%" if decided else ""),
        Stat(_("먼저 지급한 돈"), money.won(paid["amount"], language) if paid else None, "", middle),
        Stat(
            _("결정까지 걸린 날"),
            _n(found["days"].get("")),
            days,
            _("가운데 값 · 약속 %(n)d영업일") % {"n": promised},
        ),
        Stat(_("지급까지 걸린 날"), _n(paid.get("days")), days, _("가운데 값")),
        Stat(_("모두 또는 일부 인정"), recognised, "%"),
        Stat(_("결정을 기다리는 신청"), _n(claims["waiting"]), cases),
    ]


def _n(number: float | None) -> str | None:
    return None if number is None else f"{number:,}"


def _ways() -> list[tuple[str, str]]:
    return [
        ("by_phone", _("문자나 알림톡으로 알렸다는 증거가 있음")),
        ("by_email", _("이메일로 알렸다는 증거가 있음")),
        ("by_letter", _("우편으로 알렸다는 증거가 있음")),
        ("posted", _("법이 정한 날 동안 게시한 증명이 있음")),
        ("under_way", _("알리고 있음")),
        ("by_posting", _("연락처가 없어 게시로 대신함")),
        ("not_told", _("아직 알리지 못함")),
    ]


def _csv(incident: Incident) -> HttpResponse:
    found = shown(incident, at=timezone.now())
    left_out = _("보여 드리지 않아요")
    rows: list[tuple[object, ...]] = [
        (_("무엇"), _("수")),
        (_("사고"), in_language(incident, "title")),
        (_("기준"), found["at"]),
        (_("명단의 사람"), found["told"]["people"]),
    ]
    rows += [(name, found["told"][code]) for code, name in _ways()]
    rows += [
        (_("받은 신청"), found["claims"]["received"]),
        (_("결정한 신청"), found["claims"]["decided"]),
        (_("결정을 기다리는 신청"), found["claims"]["waiting"]),
        (_("취소한 신청"), found["claims"]["withdrawn"]),
    ]
    for kind, row in found["outcomes"].items():
        name = Kind(kind).label if kind else _("모두")
        rows += [(f"{name} · {Outcome(outcome).label}", row[outcome]) for outcome in figures.OUTCOMES]
    rows += [(_("결정까지 걸린 날(가운데 값)"), found["days"].get(""))]
    paid = found["paid"] or {}
    rows += [(_("먼저 지급한 돈"), paid.get("amount")), (_("지급까지 걸린 날(가운데 값)"), paid.get("days"))]
    written = io.StringIO()
    # The mark makes a spreadsheet read Korean.
    written.write("\ufeff")
    safe_csv.write(written, [[left_out if cell is None else cell for cell in row] for row in rows])
    response = HttpResponse(written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="statistics-{incident.slug}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
