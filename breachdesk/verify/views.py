"""Pages for whoever holds a message and wonders."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from breachdesk import limits
from breachdesk.verify import checking, words
from breachdesk.verify.forms import CheckForm
from delivery import senders
from lookup import proving, refusals
from lookup.views import form_page, too_often


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
        found = checking.messages(typed=typed, network=limits.network(limits.client_address(request)), at=at)
    except proving.TooOften as refused:
        when = refusals.time_from(refused.again_at, at=at)
        form.add_error("code", _("여러 번 적어서 잠시 멈췄어요. %(time)s부터 다시 할 수 있어요.") % {"time": when})
        return too_often(_form_page(request, form, status=refusals.TOO_OFTEN), refused, at)
    if not found:
        return render(request, "verify/no_record.html", {"code": typed.code, "at": at})
    return render(request, "verify/genuine.html", {"messages": [words.of(each) for each in found]})


def _form_page(request: HttpRequest, form: CheckForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "senders": senders.registered()}
    return render(request, "verify/check.html", context, status=status)


@require_safe
def pressed(request: HttpRequest) -> HttpResponse:
    """What to do at once after a fake message."""
    return render(request, "verify/pressed.html")
