"""The desk's page on which the service for claims of one incident is closed and opened."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from breachdesk.desk import frame, session
from notices import closing, rules, service, snapshots
from notices.edit_forms import REQUIRED, EditForm, Moment, en, in_zone, ko
from notices.incident_views import EDIT, by_number, edit_page, refuse, say, stored_otherwise
from notices.models import Incident

OPEN, UNTIL, CLOSED = "open", "until", "closed"


class ServiceForm(EditForm):
    layout = (
        ("", "", ("state",)),
        (_("다시 받는 때"), _("때가 정해졌을 때만 적어 주세요. 그때 저절로 열려요."), ("claims_opens_at",)),
        (
            _("신청하려는 분께 하는 말"),
            _("왜 닫았는지, 그동안 무엇을 하면 되는지 적어 주세요. 안내문, 조회 결과, 신청 화면에 보여요."),
            ("claims_message_ko", "claims_message_en"),
        ),
    )
    state = forms.ChoiceField(
        label=_("선보상 신청"),
        choices=[
            (OPEN, _("받아요")),
            (UNTIL, _("다시 받는 때까지 닫아요")),
            (CLOSED, _("닫아요. 언제 다시 받을지는 아직 몰라요")),
        ],
        help_text=_("닫으면 곧바로 새 신청을 받지 않아요. 적던 신청서는 남고, 닫은 날만큼 마감일을 늦춰요."),
        error_messages={"required": REQUIRED},
    )
    claims_opens_at = Moment(label=_("날짜와 시각"), required=False)
    claims_message_ko = ko(longest=1000, area=3, required=False)
    claims_message_en = en(longest=1000, area=3, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        state, opens_at = cleaned.get("state"), cleaned.get("claims_opens_at")
        if state == OPEN:
            return cleaned
        for name in ("claims_message_ko", "claims_message_en"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, str(REQUIRED))
        if state == CLOSED and opens_at:
            self.add_error("claims_opens_at", gettext("다시 받는 때를 아직 모르면 비워 두세요."))
        if state == UNTIL and "claims_opens_at" not in self.errors:
            if not opens_at:
                self.add_error("claims_opens_at", gettext("날짜와 시각을 적어 주세요. 예: 2026-11-18 09:20"))
            elif opens_at <= self.at:
                self.add_error("claims_opens_at", gettext("이미 지난 때예요."))
        return cleaned


def said(incident: Incident, at: dt.datetime) -> dict[str, Any]:
    stands = service.standing(incident, at=at)
    if not stands.closed:
        return {"state": OPEN}
    kept = {name: getattr(incident, name) for name in ("claims_message_ko", "claims_message_en", "claims_opens_at")}
    return {**kept, "state": UNTIL if stands.opens_at else CLOSED}


@frame.page("notices/incident/<int:pk>/claims/", name="incident_claims", may=EDIT)
@require_http_methods(["GET", "POST"])
def claims(request: HttpRequest, pk: int) -> HttpResponse:
    incident, at = by_number(str(pk)), session.now(request)
    given = request.POST if request.method == "POST" else None
    stored = snapshots.of_service(incident)
    seen, status, theirs = request.POST.get("seen", snapshots.stamp(stored)), 200, []
    with timezone.override(in_zone(incident.time_zone)):
        form = ServiceForm(given, said=said(incident, at), at=at)
        if form.is_valid():
            try:
                saved = _keep(incident, form.cleaned_data, seen=seen, request=request, at=at)
            except rules.ChangedSince:
                status, seen, theirs = 409, snapshots.stamp(stored), stored_otherwise(form, stored)
            except rules.NotAllowed as refused:
                refuse(form, refused)
            else:
                say(request, saved)
                return redirect("admin:notices_incident_change", incident.pk)
        status = 422 if form.errors else status
        title = gettext("선보상 신청을 열고 닫기")
        return edit_page(request, form, title=title, incident=incident, seen=seen, theirs=theirs, status=status)


def _keep(incident: Incident, given: dict[str, Any], *, seen: str, request: HttpRequest, at: dt.datetime) -> bool:
    by = session.staff(request)
    if given["state"] == OPEN:
        return closing.open_claims(incident=incident, seen=seen, by=by, at=at)
    return closing.close_claims(
        incident=incident,
        opens_at=given["claims_opens_at"],
        message_ko=given["claims_message_ko"],
        message_en=given["claims_message_en"],
        seen=seen,
        by=by,
        at=at,
    )
