"""The desk's pages of what belongs to an incident: its own items, tiers, clocks and contact points, each by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from breachdesk.accounts.models import User
from breachdesk.desk import frame, session
from breachdesk.lib import typed_text
from notices import editing, rules, snapshots
from notices.contact_forms import ContactForm
from notices.edit_forms import EditForm, in_zone
from notices.incident_forms import ClockForm, ItemForm, ThirdPartyForm, TierForm
from notices.incident_views import (
    EDIT,
    EDIT_CONTACTS,
    by_number,
    edit_page,
    refuse,
    say,
    say_why_it_stays,
    stored_otherwise,
)
from notices.models import Clock, ContactPoint, Incident, ThirdParty, Tier

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NEW = "new"


@dataclass(frozen=True)
class Part:
    """How one kind of thing is found, shown to be changed, and kept."""

    may: str
    new: StrOrPromise
    change: StrOrPromise
    find: Callable[[Incident, str], Any]
    said: Callable[[Any], dict[str, Any]]
    form: Callable[..., EditForm]
    # (incident, thing or None, form or None where it goes, seen, by, at)
    keep: Callable[[Incident, Any, Any, str, User, dt.datetime], bool]


@frame.page("notices/incident/<int:pk>/<slug:part>/<slug:which>/", name="incident_part", may=(EDIT, EDIT_CONTACTS))
@require_http_methods(["GET", "POST"])
def part(request: HttpRequest, pk: int, part: str, which: str) -> HttpResponse:
    kind = PARTS.get(part)
    if kind is None:
        raise Http404
    if not request.user.has_perm(kind.may):
        raise PermissionDenied
    incident, at = by_number(str(pk)), session.now(request)
    thing = None if which == NEW else kind.find(incident, which)
    if which != NEW and thing is None:
        raise Http404
    with timezone.override(in_zone(incident.time_zone)):
        return _edit(request, kind, incident, thing, at)


def _edit(request: HttpRequest, kind: Part, incident: Incident, thing: Any, at: dt.datetime) -> HttpResponse:
    given = request.POST if request.method == "POST" else None
    form = kind.form(given, incident=incident, thing=thing, at=at)
    stored = kind.said(thing) if thing else {}
    seen, status, theirs = request.POST.get("seen", snapshots.stamp(stored)), 200, []
    if thing and request.POST.get("act") == "remove":
        return _remove(request, kind, incident, thing, at)
    if form.is_valid():
        try:
            saved = kind.keep(incident, thing, form, seen, session.staff(request), at)
        except rules.ChangedSince:
            status, seen, theirs = 409, snapshots.stamp(stored), stored_otherwise(form, stored)
        except rules.NotAllowed as refused:
            refuse(form, refused)
        else:
            say(request, saved)
            return redirect("admin:notices_incident_change", incident.pk)
    status = 422 if form.errors else status
    title = str(kind.change if thing else kind.new)
    return edit_page(
        request, form, title=title, incident=incident, seen=seen, theirs=theirs, status=status, may_remove=bool(thing)
    )


def _remove(request: HttpRequest, kind: Part, incident: Incident, thing: Any, at: dt.datetime) -> HttpResponse:
    """Where it stays, the page shows it as it stands."""
    try:
        saved = kind.keep(incident, thing, None, request.POST.get("seen", ""), session.staff(request), at)
    except rules.NotAllowed as refused:
        return edit_page(
            request,
            kind.form(None, incident=incident, thing=thing, at=at),
            title=str(kind.change),
            incident=incident,
            seen=snapshots.stamp(kind.said(thing)),
            status=say_why_it_stays(request, refused),
            may_remove=True,
            removing=True,
        )
    say(request, saved)
    return redirect("admin:notices_incident_change", incident.pk)


# -- each of them ---------------------------------------------------------------------------------------------------------


def _item(incident: Incident, which: str) -> dict[str, Any] | None:
    return next((snapshots.of_item(one) for one in incident.extra_items if one["code"] == which), None)


def _row(manager: str) -> Callable[[Incident, str], Any]:
    def find(incident: Incident, which: str) -> Any:
        return getattr(incident, manager).filter(pk=typed_text.number(which)).first()

    return find


def _next(incident: Incident, manager: str) -> int:
    return int(getattr(incident, manager).count()) + 1


def _item_form(given: Any, *, incident: Incident, thing: Any, at: dt.datetime) -> EditForm:
    return ItemForm(given, said=thing, at=at)


def _tier_form(given: Any, *, incident: Incident, thing: Tier | None, at: dt.datetime) -> EditForm:
    said = snapshots.of_tier(thing) if thing else {"number": _next(incident, "tiers")}
    return TierForm(given, incident=incident, said=said, at=at)


def _third_party_form(given: Any, *, incident: Incident, thing: ThirdParty | None, at: dt.datetime) -> EditForm:
    said = snapshots.of_third_party(thing) if thing else {"position": _next(incident, "third_parties")}
    return ThirdPartyForm(given, incident=incident, said=said, at=at)


def _clock_form(given: Any, *, incident: Incident, thing: Clock | None, at: dt.datetime) -> EditForm:
    said = snapshots.of_clock(thing) if thing else {"position": _next(incident, "clocks")}
    return ClockForm(given, said=said, at=at)


def _contact_form(given: Any, *, incident: Incident, thing: ContactPoint | None, at: dt.datetime) -> EditForm:
    return ContactForm(given, point=thing, position=_next(incident, "contact_points"), at=at)


def _keep_item(incident: Incident, thing: Any, form: Any, seen: str, by: User, at: dt.datetime) -> bool:
    item = {name: form.cleaned_data[name] for name in snapshots.ITEM} if form else None
    return editing.keep_item(
        incident=incident, code=thing["code"] if thing else None, item=item, seen=seen, by=by, at=at
    )


def _keep_tier(incident: Incident, thing: Any, form: Any, seen: str, by: User, at: dt.datetime) -> bool:
    values = {name: form.cleaned_data[name] for name in snapshots.TIER} if form else None
    return editing.keep_tier(incident=incident, tier=thing, values=values, seen=seen, by=by, at=at)


def _keep_third_party(incident: Incident, thing: Any, form: Any, seen: str, by: User, at: dt.datetime) -> bool:
    values = {name: form.cleaned_data[name] for name in snapshots.THIRD_PARTY} if form else None
    return editing.keep_third_party(incident=incident, one=thing, values=values, seen=seen, by=by, at=at)


def _keep_clock(incident: Incident, thing: Any, form: Any, seen: str, by: User, at: dt.datetime) -> bool:
    values = {name: form.cleaned_data[name] for name in snapshots.CLOCK} if form else None
    return editing.keep_clock(incident=incident, clock=thing, values=values, seen=seen, by=by, at=at)


def _keep_contact(incident: Incident, thing: Any, form: Any, seen: str, by: User, at: dt.datetime) -> bool:
    if form is None:
        return editing.keep_contact(incident=incident, point=thing, values=None, seen=seen, by=by, at=at)
    return editing.keep_contact(
        incident=incident,
        point=thing,
        values=form.values(),
        week=form.week(),
        special=form.cleaned_data["special"],
        seen=seen,
        by=by,
        at=at,
    )


PARTS = {
    "items": Part(EDIT, _("유출 항목 더하기"), _("유출 항목 고치기"), _item, snapshots.of_item, _item_form, _keep_item),
    "tiers": Part(EDIT, _("묶음 더하기"), _("묶음 고치기"), _row("tiers"), snapshots.of_tier, _tier_form, _keep_tier),
    "others": Part(
        EDIT,
        _("다른 사람의 기록에 든 정보 더하기"),
        _("다른 사람의 기록에 든 정보 고치기"),
        _row("third_parties"),
        snapshots.of_third_party,
        _third_party_form,
        _keep_third_party,
    ),
    "clocks": Part(
        EDIT,
        _("법이 정한 시각 더하기"),
        _("법이 정한 시각 고치기"),
        _row("clocks"),
        snapshots.of_clock,
        _clock_form,
        _keep_clock,
    ),
    "contacts": Part(
        EDIT_CONTACTS,
        _("연락처 더하기"),
        _("연락처 고치기"),
        _row("contact_points"),
        snapshots.of_contact,
        _contact_form,
        _keep_contact,
    ),
}
