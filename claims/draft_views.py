"""The frame of the six pages on which a claim is filled in: whose draft it is, what was typed, where to go next.

Every page keeps what was typed before it judges it, so that nothing is ever lost, and works without JavaScript. A draft's
id goes with each form, so that two windows never write into each other's claim and so that a form sent a hundred times
files one claim.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from breachdesk.lib import dates
from claims import actions, filing, queries, rules, views
from claims.models import Draft
from claims.views import person_of

TITLES = {
    "kind": _("피해 종류"),
    "lines": _("피해 금액"),
    "story": _("있었던 일"),
    "evidence": _("증빙 자료"),
    "account": _("받을 계좌"),
    "check": _("확인하고 신청하기"),
}
# What was typed is refused with this status and shown again; a browser treats it as any page.
TO_BE_MENDED = 422
AT_ODDS = 409

read_and_post = require_http_methods(["GET", "HEAD", "POST"])
View = Callable[..., HttpResponseBase]


def on_draft(view: View) -> View:
    """Hands over the reader's draft and the moment; sends whoever has none to where it can be begun, or to its receipt."""

    @wraps(view)
    def with_draft(request: HttpRequest) -> HttpResponseBase:
        person = person_of(request)
        draft_id = read_id(request.POST.get("draft", ""))
        draft = queries.draft_of(person, draft_id)
        try:
            if draft is None or (request.method == "POST" and draft_id is None):
                raise actions.NoDraft
            return view(request, draft, timezone.now())
        except actions.NoDraft:
            claim = queries.claims_of(person).filter(filed_from=draft_id).first() if draft_id else None
            if claim is None:
                return redirect("claims:new")
            same = request.POST.get("seen", claim.confirmation) == claim.confirmation
            return views.filed(request, actions.Filed(claim, again=True, same=same), timezone.now())

    return with_draft


def read_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def keep(draft: Draft, step: str, typed: Any, at: dt.datetime) -> bool:
    """Keeps what was typed in the draft, finished or not. False: more than a draft holds; the page shows it again."""
    if len(json.dumps(typed, ensure_ascii=False)) > rules.KEPT_LENGTH:
        return False
    actions.save_step(person=draft.person, draft_id=draft.id, step=step, typed=typed, at=at)
    draft.refresh_from_db(fields=["saved_at", "sealed_steps"])
    return True


def onward(request: HttpRequest, step: str) -> HttpResponse:
    """To the next page, or back to the check page where the reader came to mend one thing."""
    if request.POST.get("then") == "check":
        return redirect("claims:check")
    return redirect(f"claims:{filing.STEPS[filing.STEPS.index(step) + 1]}")


def back_to(step: str, request: HttpRequest, anchor: str = "") -> HttpResponse:
    then = "?" + urlencode({"then": "check"}) if request.POST.get("then") == "check" else ""
    return redirect(reverse(f"claims:{step}") + then + anchor)


def page(
    request: HttpRequest, draft: Draft, step: str, at: dt.datetime, *, status: int = 200, **context: Any
) -> HttpResponse:
    number = filing.STEPS.index(step) + 1
    asked = request.POST if request.method == "POST" else request.GET
    then = "check" if asked.get("then") == "check" else ""
    before = "check" if then else filing.STEPS[number - 2] if number > 1 else "new"
    return render(
        request,
        f"claims/steps/{step}.html",
        {
            "draft": draft,
            "number": number,
            "of": len(filing.STEPS),
            "saved": _saved_words(draft, at),
            "then": then,
            "back": reverse(f"claims:{before}"),
            "back_words": TITLES.get(before, gettext("선보상 안내")),
            **context,
        },
        status=status,
    )


def _saved_words(draft: Draft, at: dt.datetime) -> str:
    if draft.saved_at is None:
        return ""
    zone = ZoneInfo(draft.incident.time_zone)
    saved_at = draft.saved_at.astimezone(zone)
    today = saved_at.date() == at.astimezone(zone).date()
    when = dates.clock(saved_at) if today else dates.moment(saved_at, get_language() or "ko")
    return gettext("저장됨 %(when)s") % {"when": when}
