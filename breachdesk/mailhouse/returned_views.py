"""The desk's page on which a list of letters that came back is brought in."""

from __future__ import annotations

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from breachdesk import desk
from breachdesk.desk import frame, session
from breachdesk.mailhouse import returning, rules
from breachdesk.mailhouse.desk_views import RECORD, SEE
from breachdesk.mailhouse.forms import ReturnedForm
from breachdesk.mailhouse.models import ReturnedFile

SHOWN_FILES, SHOWN_REJECTS = 20, 200


@frame.page("mailhouse/batch/returned/", name="letters_returned", may=(SEE, RECORD))
@require_http_methods(["GET", "POST"])
def returned(request: HttpRequest) -> HttpResponseBase:
    may_bring = request.user.has_perm(RECORD)
    if request.method == "POST" and may_bring:
        return bring(request)
    return _page(request, ReturnedForm(), may_bring=may_bring)


@desk.fresh
def bring(request: HttpRequest) -> HttpResponse:
    form = ReturnedForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            content = file.read(returning.MOST_BYTES + 1)
            returning.bring(content=content, by=session.staff(request), at=session.now(request))
        except rules.NotAllowed as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(request, gettext("돌아온 편지를 적었어요. 아래에서 결과를 봐 주세요."))
            return redirect("admin:letters_returned")
    return _page(request, form, may_bring=True, status=422)


def _page(request: HttpRequest, form: ReturnedForm, *, may_bring: bool, status: int = 200) -> HttpResponse:
    brought = list(ReturnedFile.objects.select_related("brought_by").order_by("-brought_at", "-pk")[:SHOWN_FILES])
    context = {
        **admin.site.each_context(request),
        "title": gettext("돌아온 편지"),
        "form": form if may_bring else None,
        "brought": brought,
        "rejects": [
            (line, returning.WHY.get(why, why)) for line, why in (brought[0].rejects[:SHOWN_REJECTS] if brought else [])
        ],
        "more": max(0, len(brought[0].rejects) - SHOWN_REJECTS) if brought else 0,
    }
    return render(request, "mailhouse/returned.html", context, status=status)
