"""Staff decide how an incident's notices go out: hours and pace, guests, and that it goes live. The writers of plan_models.

Nobody but guests is told before an incident is live: asked for by one person, confirmed by another. There is no way back: what
has reached somebody cannot be called back, and a campaign is paused or cancelled instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from breachdesk import audit
from breachdesk.accounts.models import User
from breachdesk.lib.contacts import Contact
from notices import gate, hints, rules, snapshots
from notices.models import Incident
from notices.plan_models import Guest, SendingPlan


class AlreadyLive(rules.NotAllowed):
    words = _("이미 모두에게 보내기 시작한 사고예요.")


class NotAskedFor(rules.NotAllowed):
    words = _("아직 아무도 모두에게 보내자고 하지 않았어요. 한 사람이 먼저 까닭을 적어 주세요.")


class AlreadyAGuest(rules.NotAllowed):
    words = _("이미 먼저 받아 보는 연락처예요.")


def change(*, incident: Incident, values: Mapping[str, Any], seen: str, by: User, at: dt.datetime) -> bool:
    """Hours and pace. False where nothing is different. Raises rules.NotAllowed."""
    with transaction.atomic():
        plan = _locked(incident, by)
        before = snapshots.of_plan(plan)
        if snapshots.stamp(before) != seen:
            raise rules.ChangedSince
        for name in snapshots.PLAN:
            setattr(plan, name, values[name])
        different = snapshots.changed(before, snapshots.of_plan(plan))
        if not different:
            return False
        plan.save()
        _record("plan_changed", incident, by=by, at=at, **different)
        transaction.on_commit(hints.hurry, robust=True)
    return True


# -- guests ---------------------------------------------------------------------------------------------------------------


def add_guest(*, incident: Incident, contact: Contact, reason: str, by: User, at: dt.datetime) -> Guest:
    """Told of what is released before the incident is live. Raises rules.NotAllowed."""
    with transaction.atomic():
        plan = _locked(incident, by)
        if plan.is_live:
            raise AlreadyLive
        guest = Guest(incident=incident, reason=reason, added_at=at, added_by=by)
        guest.contact = contact
        if guest.contact_hash in gate.guests_of(incident):
            raise AlreadyAGuest
        guest.save()
        _record("guest_added", incident, by=by, at=at, guest=guest.pk, reason=reason)
        transaction.on_commit(hints.hurry, robust=True)
    return guest


def remove_guest(*, guest: Guest, by: User, at: dt.datetime) -> bool:
    """False where it was removed before. Raises rules.NotAllowed."""
    with transaction.atomic():
        _locked(guest.incident, by)
        removed = Guest.objects.filter(pk=guest.pk, removed_at__isnull=True).update(removed_at=at, removed_by=by)
        if removed:
            _record("guest_removed", guest.incident, by=by, at=at, guest=guest.pk)
    return bool(removed)


# -- going live -----------------------------------------------------------------------------------------------------------


def ask_to_go_live(*, incident: Incident, reason: str, by: User, at: dt.datetime) -> SendingPlan:
    """Raises rules.NotAllowed. Asked for already: whoever asks last, and why, stands."""
    with transaction.atomic():
        plan = _locked(incident, by)
        if plan.is_live:
            raise AlreadyLive
        plan.live_asked_at, plan.live_asked_by, plan.live_reason = at, by, reason
        plan.save()
        _record("live_asked", incident, by=by, at=at, reason=reason)
    return plan


def drop_going_live(*, incident: Incident, by: User, at: dt.datetime) -> bool:
    """False where nobody had asked. Raises rules.NotAllowed."""
    with transaction.atomic():
        plan = _locked(incident, by)
        if plan.is_live:
            raise AlreadyLive
        if plan.live_asked_at is None:
            return False
        plan.live_asked_at, plan.live_asked_by, plan.live_reason = None, None, ""
        plan.save()
        _record("live_dropped", incident, by=by, at=at)
    return True


def go_live(*, incident: Incident, by: User, at: dt.datetime) -> SendingPlan:
    """From now on campaigns reach everybody, on the word of a second person. Live already: nothing happens.

    Raises rules.NotAllowed.
    """
    with transaction.atomic():
        plan = _locked(incident, by)
        if plan.is_live:
            return plan
        if plan.live_asked_by is None:
            raise NotAskedFor
        rules.refuse_unless_two_staff(by=_actor(plan.live_asked_by), confirmed_by=_actor(by))
        plan.live_at, plan.live_by = at, by
        plan.save()
        _record("went_live", incident, by=by, at=at, asked_by=plan.live_asked_by.pk)
        transaction.on_commit(hints.hurry, robust=True)
    return plan


# -- within ---------------------------------------------------------------------------------------------------------------


def _locked(incident: Incident, by: User) -> SendingPlan:
    """Made where there is none yet. Raises rules.NotStaff."""
    rules.refuse_unless_staff(_actor(by))
    SendingPlan.objects.get_or_create(incident=incident)
    rows = SendingPlan.objects.select_for_update(of=("self",)).select_related("incident", "live_asked_by")
    return rows.get(pk=incident.pk)


def _actor(user: User) -> rules.Actor:
    return rules.Actor(id=user.pk, works_here=user.is_staff and user.is_active)


def _record(what: str, incident: Incident, *, by: User, at: dt.datetime, **data: Any) -> None:
    audit.record(kind=f"notices.{what}", by=by, about=f"incident:{incident.slug}", at=at, **data)
