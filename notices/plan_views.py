"""The desk's pages on how an incident's notices go out: hours and pace, guests, and going live by two."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from breachdesk import keys
from breachdesk.desk import frame, session
from breachdesk.lib.tags import in_language
from notices import gate, planning, rules, snapshots
from notices.edit_forms import in_zone
from notices.incident_views import by_number, edit_page, refuse, render_frame, say, stored_otherwise
from notices.models import Guest, Incident
from notices.plan_forms import GuestForm, PlanForm, WhyLiveForm

SEE, PREPARE, RELEASE = "notices.view_campaign", "notices.add_campaign", "notices.release_campaign"


@frame.page("notices/incident/<int:pk>/sending/", name="incident_sending", may=SEE)
def sending(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, by_number(str(pk)))


def _page(
    request: HttpRequest,
    incident: Incident,
    *,
    guest: forms.Form | None = None,
    why: forms.Form | None = None,
) -> HttpResponse:
    plan = gate.plan_of(incident)
    context = {
        "title": gettext("보내는 방식"),
        "incident": incident,
        "name": in_language(incident, "title"),
        "plan": plan,
        "guests": [(one, _masked(one)) for one in _guests(incident)],
        "guest_form": guest or GuestForm(auto_id="guest_%s"),
        "why_form": why or WhyLiveForm(auto_id="live_%s"),
        "may_prepare": request.user.has_perm(PREPARE),
        "may_release": request.user.has_perm(RELEASE),
        "own": plan.live_asked_by_id == request.user.pk,
    }
    wrong = any(form is not None and form.errors for form in (guest, why))
    return render_frame(request, "notices/desk/sending.html", context, status=422 if wrong else 200)


def _guests(incident: Incident) -> list[Guest]:
    there = Guest.objects.filter(incident=incident, removed_at__isnull=True)
    return list(there.select_related("added_by").order_by("added_at", "pk"))


def _masked(guest: Guest) -> str:
    try:
        return guest.contact.masked
    except keys.CannotOpen:
        return gettext("열 수 없음")


@frame.page("notices/incident/<int:pk>/sending-hours/", name="incident_sending_hours", may=PREPARE)
@require_http_methods(["GET", "POST"])
def hours(request: HttpRequest, pk: int) -> HttpResponse:
    incident, at = by_number(str(pk)), session.now(request)
    stored = snapshots.of_plan(gate.plan_of(incident))
    seen, status, theirs = request.POST.get("seen", snapshots.stamp(stored)), 200, []
    with timezone.override(in_zone(incident.time_zone)):
        form = PlanForm(request.POST if request.method == "POST" else None, said=stored, at=at)
        if form.is_valid():
            try:
                saved = planning.change(
                    incident=incident, values=form.cleaned_data, seen=seen, by=session.staff(request), at=at
                )
            except rules.ChangedSince:
                status, seen, theirs = 409, snapshots.stamp(stored), stored_otherwise(form, stored)
            except rules.NotAllowed as refused:
                refuse(form, refused)
            else:
                say(request, saved)
                return redirect("admin:incident_sending", incident.pk)
        status = 422 if form.errors else status
        title = gettext("보내는 시간과 빠르기")
        return edit_page(request, form, title=title, incident=incident, seen=seen, theirs=theirs, status=status)


@frame.page("notices/incident/<int:pk>/sending-guests/", name="incident_guest_add", may=PREPARE)
@require_POST
def add_guest(request: HttpRequest, pk: int) -> HttpResponse:
    incident, form = by_number(str(pk)), GuestForm(request.POST, auto_id="guest_%s")
    if form.is_valid():
        try:
            planning.add_guest(
                incident=incident,
                contact=form.cleaned_data["contact"],
                reason=form.cleaned_data["reason"],
                by=session.staff(request),
                at=session.now(request),
            )
        except rules.NotAllowed as refused:
            form.add_error("contact", str(refused))
        else:
            messages.success(request, gettext("더했어요. 내보낸 통지가 있으면 이 연락처로 먼저 가요."))
            return redirect("admin:incident_sending", incident.pk)
    return _page(request, incident, guest=form)


@frame.page(
    "notices/incident/<int:pk>/sending/guests/<int:guest>/remove/", name="incident_guest_remove", may=(PREPARE, RELEASE)
)
@require_POST
def remove_guest(request: HttpRequest, pk: int, guest: int) -> HttpResponse:
    incident = by_number(str(pk))
    found = get_object_or_404(Guest.objects.select_related("incident"), pk=guest, incident=incident)
    if planning.remove_guest(guest=found, by=session.staff(request), at=session.now(request)):
        messages.success(request, gettext("뺐어요."))
    return redirect("admin:incident_sending", incident.pk)


@frame.page("notices/incident/<int:pk>/sending/live/<slug:act>/", name="incident_live", may=(PREPARE, RELEASE))
@require_POST
def live(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """ask and drop by those who prepare, confirm by those who release."""
    incident, by, at = by_number(str(pk)), session.staff(request), session.now(request)
    if not frame.may(request, (RELEASE,) if act == "confirm" else (PREPARE,) if act == "ask" else (PREPARE, RELEASE)):
        raise PermissionDenied
    if asked := session.ask_again(request):
        return asked
    form = WhyLiveForm(request.POST, auto_id="live_%s")
    if act == "ask" and not form.is_valid():
        return _page(request, incident, why=form)
    try:
        done = _do(act, incident, form, by=by, at=at)
    except rules.NotAllowed as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("admin:incident_sending", incident.pk)


def _do(act: str, incident: Incident, form: WhyLiveForm, **who: Any) -> str:
    if act == "ask":
        planning.ask_to_go_live(incident=incident, reason=form.cleaned_data["reason"], **who)
        return gettext("적었어요. 다른 사람이 확인하면 모두에게 보내기 시작해요.")
    if act == "confirm":
        planning.go_live(incident=incident, **who)
        return gettext("이제 모두에게 보내요.")
    planning.drop_going_live(incident=incident, **who)
    return gettext("거뒀어요.")
