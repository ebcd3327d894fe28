"""Telling those who asked for it that something changed: the answer a new list gives them, or the published word.

The message is the same for everybody and names nothing: what changed is read after a new proof.
"""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from breachdesk import audit, keys
from breachdesk.accounts.models import User
from delivery import outbox
from lookup import letters, queries, rules
from lookup.models import Proof
from lookup.rules import Finding
from lookup.watch_models import Watch
from notices import queries as notices
from notices.models import Incident

BATCH = 200


class NothingToWatch(Exception):
    """No list answers for the incident, no name was typed yet, or there is no contact to write to."""


def _own(proof: Proof, incident: Incident) -> QuerySet[Watch]:
    if proof.identity_hash is None:
        return Watch.objects.none()
    return Watch.objects.filter(incident=incident, identity_hash__in=queries.own_hashes(proof))


def begin(*, proof: Proof, incident: Incident, language: str, by: User | None, at: dt.datetime) -> None:
    """From now on. Asked for twice, it is one. Raises NothingToWatch."""
    identity, contact, token = proof.identity, proof.contact, uuid.uuid4()
    if identity is None or proof.identity_hash is None or contact is None or incident.active_dataset is None:
        raise NothingToWatch
    finding = queries.finding(contact, identity, incident)
    with transaction.atomic():
        made = Watch.objects.bulk_create(
            [
                Watch(
                    token=token,
                    incident=incident,
                    person=proof.person,
                    contact_kind=contact.kind,
                    sealed_contact=keys.seal(contact.value, bound_to=f"lookup.watch.contact:{token}"),
                    identity_hash=proof.identity_hash,
                    index_key=proof.index_key,
                    sealed_identity=keys.seal_json(identity.typed, bound_to=f"lookup.watch.identity:{token}"),
                    language=language,
                    begun_at=at,
                    list_number=incident.active_dataset.number,
                    notice_number=_notice_number(incident),
                    items=_items(finding),
                )
            ],
            ignore_conflicts=True,
        )
        if made and Watch.objects.filter(token=token).exists():
            audit.record(kind="lookup.watch_begun", by=by, about=f"proof:{proof.pk}", at=at, incident=incident.slug)


def stop(*, proof: Proof, incident: Incident, by: User | None, at: dt.datetime) -> None:
    """One press, and nothing is kept of it."""
    with transaction.atomic():
        if _own(proof, incident).delete()[0]:
            audit.record(kind="lookup.watch_stopped", by=by, about=f"proof:{proof.pk}", at=at, incident=incident.slug)


def tell_next_batch(*, at: dt.datetime) -> int:
    """How many watches were brought up to date, told or not. At night nobody is: the morning finds the same rows."""
    looked = 0
    for incident in Incident.objects.filter(active_dataset__isnull=False).select_related("active_dataset"):
        if rules.is_daytime(at.astimezone(ZoneInfo(incident.time_zone))):
            looked += _catch_up(incident, at=at)
    return looked


def _catch_up(incident: Incident, *, at: dt.datetime) -> int:
    assert incident.active_dataset is not None
    known = {"list_number": incident.active_dataset.number, "notice_number": _notice_number(incident)}
    with transaction.atomic():
        behind = list(
            Watch.objects.filter(incident=incident)
            .exclude(**known)
            .select_for_update(of=("self",), skip_locked=True)
            .order_by("pk")[:BATCH]
        )
        told = 0
        for watch in behind:
            items = _items(queries.finding(watch.contact, watch.identity, incident))
            news = items != watch.items or watch.notice_number != known["notice_number"]
            watch.items, watch.list_number, watch.notice_number = items, known["list_number"], known["notice_number"]
            if news:
                watch.told_at = at
                told += 1
                outbox.put(
                    letters.something_changed(language=watch.language),
                    to=watch.contact,
                    key=f"watch:{watch.pk}:{watch.list_number}:{watch.notice_number}",
                    about=f"watch:{watch.pk}",
                    lane="campaign",
                    at=at,
                )
            watch.save(update_fields=["items", "list_number", "notice_number", "told_at"])
        if told:
            about = f"incident:{incident.slug}"
            audit.record(kind="lookup.watchers_told", by=None, about=about, at=at, people=told, **known)
    return len(behind)


def _notice_number(incident: Incident) -> int:
    notice = notices.current_notice(incident)
    return notice.number if notice else 0


def _items(finding: Finding) -> str:
    """The same for the same answer, in whatever order a list names the items."""
    return "|".join([*sorted(finding.leaked), *(f"{code}?" for code in sorted(finding.possible))])
