"""A person's wish of phone or e-mail: written down for the look-up, asked for by whoever tells people. Only the order of ways follows it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection, transaction

from breachdesk import audit
from notices.models import Incident
from notices.states import WishedWay
from notices.wish_models import ContactWish


class NotOnTheList(Exception):
    """No list that answers now has this person."""


def wish(*, incident: Incident, person_keys: Collection[uuid.UUID], way: WishedWay, by: Any, at: dt.datetime) -> bool:
    """`person_keys`: every key the person may have in the list. False where they wished the same before. Raises NotOnTheList."""
    with transaction.atomic():
        listed = _in_the_list(incident, person_keys)
        if not listed:
            raise NotOnTheList
        before = set(
            ContactWish.objects.filter(incident=incident, person_key__in=listed).values_list("person_key", "way")
        )
        changed = [key for key in listed if (key, way) not in before]
        for key in changed:
            ContactWish.objects.update_or_create(
                incident=incident, person_key=key, defaults={"way": way, "wished_at": at}
            )
        if changed:
            audit.record(kind="notices.contact_wished", by=by, about=f"incident:{incident.slug}", at=at, way=way)
    return bool(changed)


def wishes(incident_id: int, person_keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, WishedWay]:
    """Of those of them who wished anything."""
    found = ContactWish.objects.filter(incident_id=incident_id, person_key__in=list(person_keys))
    return {key: WishedWay(way) for key, way in found.values_list("person_key", "way")}


def _in_the_list(incident: Incident, person_keys: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Which of these the list knows: it is under one key of ours, perhaps not the active one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_key FROM notices_affectedrecord WHERE dataset_id = %s AND person_key = ANY(%s::uuid[])",
            [incident.active_dataset_id, [str(key) for key in person_keys]],
        )
        return [row[0] for row in cursor.fetchall()]
