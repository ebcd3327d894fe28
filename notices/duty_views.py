"""The desk's pages of what the law asks about an incident: which duties apply and why, their values, how a clock was met."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from breachdesk import files
from breachdesk.desk import frame, session
from breachdesk.lib.tags import in_language
from notices import clock_pages, clocking, duties, rules, snapshots
from notices.duty_forms import DutyForm, MeetingForm
from notices.edit_forms import in_zone
from notices.incident_views import (
    EDIT,
    SEE,
    by_number,
    edit_page,
    refuse,
    render_frame,
    say,
    say_why_it_stays,
    stored_otherwise,
)
from notices.models import Clock, Incident
from notices.states import CountedFrom

MEET = "notices.meet_clock"
NOT_KNOWN = _("아직 몰라요")


@frame.page("notices/incident/<int:pk>/law/", name="incident_law", may=SEE)
@require_http_methods(["GET", "POST"])
def law(request: HttpRequest, pk: int) -> HttpResponse:
    """Every duty by its act: whether it applies and why, its clock, and the clocks that could be taken over."""
    incident = by_number(str(pk))
    if request.method == "POST":
        return _adopt(request, incident)
    facts, proposed = clocking.facts_of(incident), {duty.code for duty in clocking.proposed(incident)}
    own = set(incident.legal_duties.values_list("code", flat=True))
    clocks = {clock.code: clock for clock in incident.clocks.exclude(code="")}
    rows: dict[str, list[dict[str, Any]]] = {act: [] for act in duties.ACTS}
    for duty in clocking.duties_of(incident).values():
        rows[duty.act].append(
            {
                "duty": duty,
                "name": in_language(duty, "name"),
                "law": in_language(duty, "law"),
                "verdict": duties.verdict(duty, facts),
                "when": _when(duty),
                "clock": clocks.get(duty.code),
                "proposed": duty.code in proposed,
                "of_an_order": duty.counted_from == CountedFrom.ORDER,
                "own": duty.code in own,
            }
        )
    context = {
        "title": gettext("법이 정한 일"),
        "incident": incident,
        "facts": _in_words(facts),
        "acts": [
            {"name": duties.ACTS[act], "applies": act in facts.acts, "rows": of_act} for act, of_act in rows.items()
        ],
        "proposed": len(proposed),
        "read_on": duties.READ_ON,
        "may_edit": request.user.has_perm(EDIT),
    }
    with timezone.override(in_zone(incident.time_zone)):
        return render_frame(request, "notices/desk/law.html", context)


def _in_words(facts: duties.Facts) -> list[tuple[str, str]]:
    people = ngettext("%(n)s명", "%(n)s명", facts.people or 0) % {"n": f"{facts.people or 0:,}"}
    return [
        (gettext("사람 수"), str(NOT_KNOWN) if facts.people is None else people),
        (gettext("밖에서 불법으로 접근"), _yes_no(facts.outside_access)),
        (gettext("민감정보나 고유식별정보"), _yes_no(facts.unique_ids)),
        (gettext("연락처를 모르는 분"), _yes_no(None if facts.no_contact is None else facts.no_contact > 0)),
    ]


def _yes_no(known: bool | None) -> str:
    return str(NOT_KNOWN if known is None else _("있음") if known else _("없음"))


def _when(duty: duties.Duty) -> str:
    if duty.hours is None:
        return gettext("지체 없이")
    facts = {"from": CountedFrom(duty.counted_from).label, "long": clock_pages.long(duty.hours)}
    return gettext("%(from)s부터 %(long)s") % facts


def _adopt(request: HttpRequest, incident: Incident) -> HttpResponse:
    if not request.user.has_perm(EDIT):
        raise PermissionDenied
    try:
        made = clocking.adopt(
            incident=incident,
            codes=request.POST.getlist("duty"),
            by=session.staff(request),
            at=session.now(request),
        )
    except rules.NotAllowed as refused:
        messages.error(request, str(refused))
    else:
        if made:
            said = ngettext("시각 %(n)d개를 더했어요.", "시각 %(n)d개를 더했어요.", len(made))
            messages.success(request, said % {"n": len(made)})
        else:
            messages.info(request, gettext("달라진 것이 없어요."))
    return redirect("admin:incident_law", incident.pk)


@frame.page("notices/incident/<int:pk>/law/duty/<slug:code>/", name="incident_duty", may=EDIT)
@require_http_methods(["GET", "POST"])
def duty(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    incident = by_number(str(pk))
    if code not in duties.DUTIES:
        raise Http404
    now = clocking.duties_of(incident)[code]
    given = request.POST if request.method == "POST" else None
    form, stored = DutyForm(given, duty=now, at=session.now(request)), snapshots.of_duty(now)
    seen, status, theirs = request.POST.get("seen", snapshots.stamp(stored)), 200, []
    back_to_table = request.POST.get("act") == "remove"
    if given is not None and (back_to_table or form.is_valid()):
        values = None if back_to_table else {name: form.cleaned_data[name] for name in duties.VALUES}
        try:
            saved = clocking.keep_duty(
                incident=incident,
                code=code,
                values=values,
                seen=seen,
                by=session.staff(request),
                at=session.now(request),
            )
        except rules.NotAllowed as refused:
            if back_to_table:
                form, seen = DutyForm(None, duty=now, at=session.now(request)), snapshots.stamp(stored)
                status = say_why_it_stays(request, refused)
            elif isinstance(refused, rules.ChangedSince):
                status, seen, theirs = 409, snapshots.stamp(stored), stored_otherwise(form, stored)
            else:
                refuse(form, refused)
        else:
            say(request, saved)
            return redirect("admin:incident_law", incident.pk)
    return edit_page(
        request,
        form,
        title=in_language(now, "name"),
        incident=incident,
        seen=seen,
        theirs=theirs,
        status=422 if form.errors else status,
        may_remove=incident.legal_duties.filter(code=code).exists(),
        removing=back_to_table,
    )


@frame.page("notices/incident/<int:pk>/clocks/<int:which>/met/", name="clock_met", may=MEET)
@require_http_methods(["GET", "POST"])
def met(request: HttpRequest, pk: int, which: int) -> HttpResponse:
    """When it was done and what shows it."""
    incident, at = by_number(str(pk)), session.now(request)
    clock = get_object_or_404(incident.clocks.select_related("evidence_file", "met_by"), pk=which)
    stored = snapshots.of_meeting(clock)
    seen, status, theirs = request.POST.get("seen", snapshots.stamp(stored)), 200, []
    with timezone.override(in_zone(incident.time_zone)):
        posted = request.method == "POST"
        form = MeetingForm(*((request.POST, request.FILES) if posted else ()), clock=clock, at=at)
        if posted and form.is_valid():
            try:
                saved = clocking.meet(
                    clock=clock,
                    met_at=form.cleaned_data["met_at"],
                    evidence=form.cleaned_data["evidence"],
                    file=_kept(request, form),
                    seen=seen,
                    by=session.staff(request),
                    at=at,
                )
            except files.Refused as refused:
                form.add_error("file", refused.sentence)
            except rules.ChangedSince:
                status, seen, theirs = 409, snapshots.stamp(stored), stored_otherwise(form, stored)
            except (rules.NotYet, rules.MetTooEarly) as refused:
                form.add_error("met_at", str(refused))
            except rules.NotAllowed as refused:
                refuse(form, refused)
            else:
                say(request, saved)
                return redirect("admin:notices_incident_change", incident.pk)
        return edit_page(
            request,
            form,
            title=gettext("%(name)s: 했다고 적기") % {"name": in_language(clock, "name")},
            incident=incident,
            seen=seen,
            theirs=theirs,
            status=422 if form.errors else status,
        )


def _kept(request: HttpRequest, form: MeetingForm) -> Any:
    """Raises files.Refused."""
    upload = form.cleaned_data["file"]
    return files.keep(upload, by=session.staff(request), at=session.now(request)) if upload else None


@frame.page("notices/incident/<int:pk>/clocks/<int:which>/evidence/", name="clock_evidence", may=SEE)
@require_safe
def evidence(request: HttpRequest, pk: int, which: int) -> HttpResponseBase:
    clock = get_object_or_404(
        Clock.objects.select_related("evidence_file"), incident=pk, pk=which, evidence_file__isnull=False
    )
    assert clock.evidence_file is not None
    return files.download(clock.evidence_file, name=clock.evidence_file.download_name)
