"""The desk's pages of an incident: all of it on one page, and its facts to change. Its parts: part_views.py."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from breachdesk.desk import frame, session
from breachdesk.lib import typed_text
from breachdesk.lib.tags import in_language
from notices import (
    actions,
    catalogue,
    clock_pages,
    duties,
    editing,
    gate,
    hours,
    protected,
    queries,
    rules,
    service,
    snapshots,
)
from notices.edit_forms import EditForm, in_zone
from notices.incident_forms import FactsForm
from notices.models import Incident
from notices.states import NoticeState

SEE, ADD, EDIT = "notices.view_incident", "notices.add_incident", "notices.change_incident"
EDIT_CONTACTS = "notices.change_contactpoint"


def one(request: HttpRequest, pk: str) -> HttpResponse:
    if not request.user.has_perm(SEE):
        raise PermissionDenied
    incident = by_number(pk)
    known = catalogue.items(incident.extra_items)
    at = session.now(request)
    points = queries.contact_points(incident)
    with timezone.override(in_zone(incident.time_zone)):
        context = {
            "title": in_language(incident, "title"),
            "incident": incident,
            "not_leaked": [known[code].name for code in incident.not_leaked if code in known],
            "items": [(known[one["code"]], catalogue.GROUPS[one["group"]].name) for one in incident.extra_items],
            "tiers": [
                (tier, [known[code].name for code in tier.any_of if code in known]) for tier in incident.tiers.all()
            ],
            "acts": [str(words) for act, words in duties.ACTS.items() if act in incident.legal_acts],
            "clocks": [
                clock_pages.line(clock, learned_at=incident.learned_at, at=at)
                for clock in incident.clocks.select_related("met_by", "exception_by")
            ],
            "may_meet": request.user.has_perm("notices.meet_clock"),
            "points": [(point, hours.week_in_words(point), hours.special_in_words(point, at)) for point in points],
            "draft": incident.notices.filter(state=NoticeState.DRAFT).first(),
            "published": list(queries.published_notices(incident)),
            "depends": queries.depends_on(incident),
            "others": [
                (one, [known[code].name for code in one.items if code in known]) for one in incident.third_parties.all()
            ],
            "claims": service.standing(incident, at=at),
            "plan": gate.plan_of(incident),
            "may_edit": request.user.has_perm(EDIT),
            "may_edit_contacts": request.user.has_perm(EDIT_CONTACTS),
            "may_write": request.user.has_perm("notices.add_notice"),
        }
        return render_frame(request, "notices/desk/incident_one.html", context)


def new(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(ADD):
        raise PermissionDenied
    at = session.now(request)
    given = request.POST if request.method == "POST" else None
    with timezone.override(in_zone(request.POST.get("time_zone", ""))):
        form = FactsForm(given, incident=None, fixed={}, at=at)
        if form.is_valid():
            facts = {name: form.cleaned_data[name] for name in snapshots.FACTS}
            try:
                incident = editing.open_incident(
                    slug=form.cleaned_data["slug"], facts=facts, by=session.staff(request), at=at
                )
            except actions.AlreadyThere:
                form.add_error("slug", gettext("이 이름의 사고가 이미 있어요."))
            else:
                messages.success(
                    request, gettext("사고를 만들었어요. 이제 연락처와 시각을 더하고 첫 안내문을 써 주세요.")
                )
                return redirect("admin:notices_incident_change", incident.pk)
        title = gettext("새 사고 만들기")
        return edit_page(request, form, title=title, incident=None, seen="", status=422 if form.errors else 200)


@frame.page("notices/incident/<int:pk>/facts/", name="incident_facts", may=EDIT)
@require_http_methods(["GET", "POST"])
def facts(request: HttpRequest, pk: int) -> HttpResponse:
    incident, at = by_number(str(pk)), session.now(request)
    fixed = protected.fixed(queries.depends_on(incident))
    given = request.POST if request.method == "POST" else None
    zone = request.POST.get("time_zone", incident.time_zone)
    with timezone.override(in_zone(zone)):
        form = FactsForm(given, incident=incident, fixed=fixed, at=at)
        stored = snapshots.of_facts(incident)
        seen, status, theirs = request.POST.get("seen", snapshots.stamp(stored)), 200, []
        if form.is_valid():
            values = {name: form.cleaned_data[name] for name in snapshots.FACTS}
            try:
                saved = editing.change_facts(
                    incident=incident, facts=values, seen=seen, by=session.staff(request), at=at
                )
            except rules.ChangedSince:
                status, seen, theirs = 409, snapshots.stamp(stored), stored_otherwise(form, stored)
            except rules.NotAllowed as refused:
                refuse(form, refused)
            else:
                say(request, saved)
                return redirect("admin:notices_incident_change", incident.pk)
        title = gettext("사고의 사실 고치기")
        status = 422 if form.errors else status
        return edit_page(request, form, title=title, incident=incident, seen=seen, theirs=theirs, status=status)


# -- shared with the pages of its parts -----------------------------------------------------------------------------------


def by_number(pk: str) -> Incident:
    known = Incident.objects.select_related("active_dataset")
    return get_object_or_404(known, pk=typed_text.number(pk))


def refuse(form: EditForm, refused: rules.NotAllowed) -> None:
    """Says it where it belongs."""
    form.add_problems(refused.problems if isinstance(refused, rules.Protected) else {"": str(refused)})


def say(request: HttpRequest, saved: bool) -> None:
    if saved:
        messages.success(request, gettext("저장했어요."))
    else:
        messages.info(request, gettext("달라진 것이 없어요."))


def say_why_it_stays(request: HttpRequest, refused: rules.NotAllowed) -> int:
    """Of what was to be removed; the status of the page that shows it as it stands."""
    messages.error(request, str(refused))
    return 409 if isinstance(refused, rules.ChangedSince) else 422


def stored_otherwise(form: EditForm, stored: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Where what is stored now differs from what was typed: label, the stored value in words."""
    found = []
    for row in form.rows():
        for field in row.fields:
            now = stored.get(field.name)
            if field.name in stored and form.cleaned_data.get(field.name) != now:
                label = f"{row.heading} ({field.label})" if row.heading else field.label
                found.append((label, in_words(now)))
    return found


def in_words(value: Any) -> str:
    if hasattr(value, "isoformat"):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if hasattr(value, "hour") else value.isoformat()
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def edit_page(
    request: HttpRequest,
    form: EditForm,
    *,
    title: str,
    incident: Incident | None,
    seen: str,
    theirs: list[tuple[Any, Any]] | None = None,
    status: int = 200,
    may_remove: bool = False,
    removing: bool = False,
) -> HttpResponse:
    """`removing`: nothing was typed, so nothing of it waits to be saved."""
    context = {
        "title": title,
        "form": form,
        "incident": incident,
        "seen": seen,
        "theirs": theirs,
        "changed_since": status == 409 and not removing,
        "may_remove": may_remove,
    }
    return render_frame(request, "notices/desk/incident_edit.html", context, status=status)


def render_frame(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), **context}, status=status)
