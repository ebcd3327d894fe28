"""The desk's page on which staff say how long callers wait."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from breachdesk.desk import frame, session
from notices import queries as notices
from notices.edit_forms import Number
from notices.states import ContactKind
from support import contacting, queries, rules
from support.waiting_models import Waiting

SAY = "support.say_waiting"
# Where somebody waits while a person is busy with others.
WAITED_AT = (ContactKind.PHONE, ContactKind.KAKAO, ContactKind.BRANCH)


class WaitingForm(forms.Form):
    use_required_attribute = False
    minutes = Number(
        label=_("지금 기다리는 시간 (분)"),
        least=0,
        most=rules.MOST_WAITING,
        required=False,
        help_text=_("비우면 아무 말도 하지 않아요."),
    )


@frame.page("waiting/", name="support_waiting", title=_("기다리는 시간"), group=frame.WORK, order=38, may=SAY)
@require_http_methods(["GET", "HEAD", "POST"])
def waiting(request: HttpRequest) -> HttpResponse:
    at = session.now(request)
    points = [
        point
        for incident in queries.incidents()
        for point in notices.contact_points(incident)
        if point.kind in WAITED_AT
    ]
    forms_of = {point.pk: WaitingForm(prefix=f"p{point.pk}") for point in points}
    if request.method == "POST":
        point = next((each for each in points if str(each.pk) == request.POST.get("point")), None)
        if point is not None:
            form = WaitingForm(request.POST, prefix=f"p{point.pk}")
            if form.is_valid():
                minutes = form.cleaned_data["minutes"]
                contacting.say_waiting(point=point, minutes=minutes, by=session.staff(request), at=at)
                messages.success(
                    request, gettext("적었어요. 30분 동안 보여요.") if minutes is not None else gettext("지웠어요.")
                )
                return redirect("admin:support_waiting")
            forms_of[point.pk] = form
    said = {each.contact_point_id: each for each in Waiting.objects.select_related("said_by")}
    rows: list[dict[str, Any]] = [
        {
            "point": point,
            "form": forms_of[point.pk],
            "said": said.get(point.pk),
            "fresh": point.pk in contacting.waiting(point.incident, at=at),
        }
        for point in points
    ]
    context = {**admin.site.each_context(request), "title": gettext("기다리는 시간"), "rows": rows}
    status = 422 if any(form.errors for form in forms_of.values()) else 200
    return render(request, "support/desk/waiting.html", context, status=status)
