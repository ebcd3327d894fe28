"""The keypad of a caller: the code that was sent to them, keyed on their own phone or screen and never said to anybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from breachdesk import limits
from lookup import proving, refusals
from lookup.views import too_often
from support import verifying
from support.consultation_forms import CallForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keypad(request: HttpRequest) -> HttpResponse:
    """Opens no session and shows nothing of anybody. Whatever is wrong is answered in the same words."""
    if request.method != "POST":
        return _page(request, CallForm())
    at, form = timezone.now(), CallForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=refusals.WRONG)
    network = limits.network(limits.client_address(request))
    try:
        verifying.key_in(**form.cleaned_data, network=network, at=at)
    except verifying.NotProved:
        form.add_error(
            "code", _("통화 번호나 인증번호가 맞지 않거나 시간이 지났어요. 상담원에게 새 번호를 받아 주세요.")
        )
        return _page(request, form, status=refusals.WRONG)
    except proving.TooOften as refused:
        when = refusals.time_from(refused.again_at, at=at)
        form.add_error("code", _("여러 번 적어서 잠시 멈췄어요. %(time)s부터 다시 할 수 있어요.") % {"time": when})
        return too_often(_page(request, form, status=refusals.TOO_OFTEN), refused, at)
    return redirect("support:keyed")


@never_cache
@require_safe
def keyed(request: HttpRequest) -> HttpResponse:
    return render(request, "support/keyed.html")


def _page(request: HttpRequest, form: CallForm, *, status: int = 200) -> HttpResponse:
    return render(request, "support/keypad.html", {"form": form}, status=status)
