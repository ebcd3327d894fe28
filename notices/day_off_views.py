"""The desk's page of days on which every contact point is closed."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from breachdesk.desk import frame, session
from breachdesk.lib.tags import in_language
from notices import days_off, queries
from notices.edit_forms import Day
from notices.models import Incident

CHANGE = "notices.change_contactpoint"


class DayForm(forms.Form):
    use_required_attribute = False
    incident = forms.ChoiceField(label=pgettext_lazy("하나", "사고"))
    day = Day(label=_("쉬는 날"))

    def __init__(self, *args: Any, incidents: list[Incident], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["incident"].choices = [(each.slug, in_language(each, "title")) for each in incidents]  # type: ignore[attr-defined]
        self.fields["day"].error_messages["required"] = _("날짜를 적어 주세요. 예: 2027-11-18")

    def clean_day(self) -> dt.date:
        if self.cleaned_data["day"] < self.today:
            raise forms.ValidationError(_("이미 지난 날이에요."))
        return self.cleaned_data["day"]


@frame.page("days-off/", name="days_off", title=_("모두 쉬는 날"), group=frame.TELL, order=26, may=CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def days(request: HttpRequest) -> HttpResponse:
    at, by = session.now(request), session.staff(request)
    incidents = {each.slug: each for each in queries.running_incidents()}
    today = min((at.astimezone(ZoneInfo(each.time_zone)).date() for each in incidents.values()), default=at.date())
    form = DayForm(incidents=list(incidents.values()), today=today)
    if request.method == "POST":
        incident, day = incidents.get(request.POST.get("incident", "")), _day(request.POST.get("day", ""))
        if request.POST.get("act") == "remove":
            if incident is not None and day is not None:
                days_off.remove(incident=incident, day=day, by=by, at=at)
            return redirect("admin:days_off")
        form = DayForm(request.POST, incidents=list(incidents.values()), today=today)
        if form.is_valid():
            given = form.cleaned_data
            days_off.add(incident=incidents[given["incident"]], day=given["day"], by=by, at=at)
            messages.success(request, gettext("적었어요. 그날은 모두 닫아요."))
            return redirect("admin:days_off")
    rows = [(each, sorted(day for day in days_off.of(each) if day >= today)) for each in incidents.values()]
    context = {**admin.site.each_context(request), "title": gettext("모두 쉬는 날"), "rows": rows, "form": form}
    return render(request, "notices/desk/days_off.html", context, status=422 if form.errors else 200)


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
