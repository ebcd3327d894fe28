"""Pages for whoever holds a message and wonders."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from breachdesk import files, limits
from breachdesk.files.rules import MAX_MEGABYTES
from breachdesk.verify import actions, checking, states, words
from breachdesk.verify.forms import CheckForm, ReportForm, Typed
from delivery import senders
from lookup import certifying, proving, refusals
from lookup.views import form_page, too_often
from notices import said_not_theirs


@never_cache
@form_page
def check(request: HttpRequest) -> HttpResponse:
    """The code is posted: it stands in no address, no history and no log."""
    at = timezone.now()
    if request.method != "POST":
        return _form_page(request, CheckForm())
    form = CheckForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, status=refusals.WRONG)
    typed = form.cleaned_data["code"]
    try:
        return (_certificate if typed.of_certificate else _message)(request, typed, at)
    except proving.TooOften as refused:
        form.add_error("code", _stopped(refused, at))
        return too_often(_form_page(request, form, status=refusals.TOO_OFTEN), refused, at)


def _message(request: HttpRequest, typed: Typed, at: dt.datetime) -> HttpResponse:
    found = checking.messages(typed=typed, network=_network(request), at=at)
    if not found:
        return render(request, "verify/no_record.html", {"code": typed.code, "at": at})
    page = {
        "messages": [words.of(each) for each in found],
        # Of a notice alone: it is told by another way then.
        "code": typed.code if said_not_theirs.can_be_said_of([each.key for each in found]) else "",
    }
    return render(request, "verify/genuine.html", page)


@never_cache
@require_POST
def not_me(request: HttpRequest) -> HttpResponse:
    """Whoever holds a notice that speaks to somebody else says so, by the code in it."""
    at = timezone.now()
    form = CheckForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, status=refusals.WRONG)
    typed = form.cleaned_data["code"]
    try:
        found = [] if typed.of_certificate else checking.messages(typed=typed, network=_network(request), at=at)
    except proving.TooOften as refused:
        form.add_error("code", _stopped(refused, at))
        return too_often(_form_page(request, form, status=refusals.TOO_OFTEN), refused, at)
    if not found:
        return render(request, "verify/no_record.html", {"code": typed.code, "at": at})
    said_not_theirs.say(message_keys=[each.key for each in found], at=at)
    return render(request, "verify/not_me.html")


def _certificate(request: HttpRequest, typed: Typed, at: dt.datetime) -> HttpResponse:
    """Yes or no, what of and as of when; never whom it speaks of."""
    found = checking.certificate(typed=typed, network=_network(request), at=at)
    if found is None:
        return render(request, "verify/no_record.html", {"code": typed.code, "at": at, "of_certificate": True})
    page = {"facts": certifying.facts(found), "standing": certifying.standing(found), "at": at}
    return render(request, "verify/certificate.html", page)


def _form_page(request: HttpRequest, form: CheckForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "senders": senders.registered()}
    return render(request, "verify/check.html", context, status=status)


@require_safe
def pressed(request: HttpRequest) -> HttpResponse:
    """What to do at once after a fake message."""
    return render(request, "verify/pressed.html")


# Reports of fakes.


@never_cache
@form_page
def report(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    if request.method != "POST":
        return _report_page(request, ReportForm(initial={"form": uuid.uuid4(), "harm": states.Harm.NONE}))
    form = ReportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _report_page(request, form, status=refusals.WRONG)
    given = form.cleaned_data
    told = actions.Told(
        way=states.Way(given["way"]),
        harm=states.Harm(given["harm"]),
        words=given["words"],
        sender=given["sender"],
        contact=given["contact"],
        language=(get_language() or "ko")[:2],
    )
    try:
        made = actions.report(told=told, picture=given["picture"], form=given["form"], network=_network(request), at=at)
    except files.Refused as refused_file:
        form.add_error("picture", refused_file.sentence)
        return _report_page(request, form, status=refusals.WRONG)
    except proving.TooOften as refused:
        form.add_error(None, _stopped(refused, at))
        return too_often(_report_page(request, form, status=refusals.TOO_OFTEN), refused, at)
    return render(request, "verify/received.html", {"report": made, "pressed": made.harm != states.Harm.NONE})


def _report_page(request: HttpRequest, form: ReportForm, *, status: int = 200) -> HttpResponse:
    # Words stay in the form; a browser gives no file back.
    context = {
        "form": form,
        "megabytes": MAX_MEGABYTES,
        "picture_again": bool(request.FILES),
        "kept_days": settings.FAKE_REPORTS_KEPT.days,
    }
    return render(request, "verify/report.html", context, status=status)


def _network(request: HttpRequest) -> str:
    return limits.network(limits.client_address(request))


def _stopped(refused: proving.TooOften, at: dt.datetime) -> str:
    when = refusals.time_from(refused.again_at, at=at)
    return _("여러 번 적어서 잠시 멈췄어요. %(time)s부터 다시 할 수 있어요.") % {"time": when}
