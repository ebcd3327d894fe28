"""Staff close the service for claims, say until when and why, and open it again. One person, at once: DECISIONS."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from breachdesk import audit
from breachdesk.accounts.models import User
from notices import hints, rules, service, snapshots
from notices.models import Incident


class NotOffered(rules.NotAllowed):
    words = _("선보상 신청을 받지 않는 사고예요. 마감일을 먼저 정해 주세요.")


class Over(rules.NotAllowed):
    words = _("신청 마감일이 이미 지났어요. 다시 받으려면 마감일을 늦춰 주세요.")


def close_claims(
    *,
    incident: Incident,
    opens_at: dt.datetime | None,
    message_ko: str,
    message_en: str,
    seen: str,
    by: User,
    at: dt.datetime,
) -> bool:
    """No claim is taken until `opens_at` (None: until somebody opens it). False where nothing is different.

    Closed already: the words and the moment change, the closing goes on. Raises rules.NotAllowed.
    """
    with transaction.atomic():
        incident, before = _locked(incident, seen=seen, by=by)
        stands = service.standing(incident, at=at)
        if not stands.offered:
            raise NotOffered
        if stands.over:
            raise Over
        if not stands.closed:
            incident.claims_closed_at, incident.claims_until_before = at, incident.claims_until_date
        incident.claims_opens_at = opens_at
        incident.claims_message_ko, incident.claims_message_en = message_ko, message_en
        return _kept("claims_closed", incident, before, by=by, at=at)


def open_claims(*, incident: Incident, seen: str, by: User, at: dt.datetime) -> bool:
    """False where it is open. Raises rules.NotAllowed."""
    with transaction.atomic():
        incident, before = _locked(incident, seen=seen, by=by)
        stands = service.standing(incident, at=at)
        if not stands.offered:
            raise NotOffered
        if not stands.closed:
            return False
        incident.claims_opens_at = at
        return _kept("claims_opened", incident, before, by=by, at=at)


def _locked(incident: Incident, *, seen: str, by: User) -> tuple[Incident, dict[str, object]]:
    """Raises rules.NotStaff, rules.ChangedSince."""
    rules.refuse_unless_staff(rules.Actor(id=by.pk, works_here=by.is_staff and by.is_active))
    incident = Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
    before = snapshots.of_service(incident)
    if snapshots.stamp(before) != seen:
        raise rules.ChangedSince
    return incident, before


def _kept(kind: str, incident: Incident, before: dict[str, object], *, by: User, at: dt.datetime) -> bool:
    """With the last day moved by what the closing takes."""
    assert incident.claims_until_date is not None  # offered
    assert incident.claims_until_before is not None
    assert incident.claims_closed_at is not None  # a constraint: both or neither
    incident.claims_until_date = service.last_day(
        now=incident.claims_until_date,
        before=incident.claims_until_before,
        closed_at=incident.claims_closed_at,
        opens_at=incident.claims_opens_at,
        time_zone=incident.time_zone,
    )
    different = snapshots.changed(before, snapshots.of_service(incident))
    if not different:
        return False
    incident.save(
        update_fields=[
            *("claims_closed_at", "claims_opens_at", "claims_until_before", "claims_until_date"),
            *("claims_message_ko", "claims_message_en"),
        ]
    )
    audit.record(kind=f"notices.{kind}", by=by, about=f"incident:{incident.slug}", at=at, **different)
    transaction.on_commit(hints.hurry_pages)
    return True
