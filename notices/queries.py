"""Reads of this room, named for the answer."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import connection

from breachdesk import keys
from breachdesk.lib.contacts import Contact
from notices import sealing


@dataclass(frozen=True)
class Listing:
    """One line of the list that answers for one incident, opened. `possible` are items that may have leaked."""

    incident_id: int
    dataset_id: int
    dataset_number: int
    activated_at: dt.datetime
    person_key: uuid.UUID
    name: str
    birth_date: dt.date | None
    items: list[str]
    possible: list[str]
    card_last4: list[str]
    member: str
    language: str
    contacts: list[Contact]


LISTED = {
    column: f"""
        SELECT incident.id, dataset.id, dataset.number, dataset.activated_at,
               record.person_key, record.items, record.member, record.language, record.sealed_in, record.sealed
        FROM notices_incident AS incident
        JOIN notices_dataset AS dataset ON dataset.id = incident.active_dataset_id
        JOIN unnest(%s::text[], %s::uuid[]) AS wanted (index_key, hash) ON wanted.index_key = dataset.index_key
        JOIN notices_affectedrecord AS record ON record.dataset_id = dataset.id AND record.{column} = wanted.hash
        ORDER BY incident.id DESC, record.person_key
    """  # noqa: S608 - one of two columns named here
    for column in ("phone_hash", "email_hash")
}


def listed(contact: Contact) -> list[Listing]:
    """Every record with this contact in every list that answers now: one SELECT, whatever there is to find."""
    ring = keys.index_keys()
    hashes = [str(ring.index(contact.kind, contact.value, key_id=key_id)) for key_id in ring.key_ids]
    with connection.cursor() as cursor:
        cursor.execute(LISTED[f"{contact.kind}_hash"], [ring.key_ids, hashes])
        return [_opened(*row) for row in cursor.fetchall()]


def _opened(
    incident_id: int,
    dataset_id: int,
    number: int,
    activated_at: dt.datetime,
    person_key: uuid.UUID,
    items: str,
    member: str,
    language: str,
    sealed_in: int,
    sealed: memoryview,
) -> Listing:
    plain = keys.unseal_json(bytes(sealed), bound_to=sealing.bound_to(sealed_in, person_key.hex))
    leaked = items.split("|")
    birth = plain.get("birth_date")
    return Listing(
        incident_id=incident_id,
        dataset_id=dataset_id,
        dataset_number=number,
        activated_at=activated_at,
        person_key=person_key,
        name=plain["name"],
        birth_date=dt.date.fromisoformat(birth) if birth else None,
        items=[code for code in leaked if not code.endswith("?")],
        possible=[code.removesuffix("?") for code in leaked if code.endswith("?")],
        card_last4=plain["card_last4"].split("|") if "card_last4" in plain else [],
        member=member,
        language=language,
        contacts=[Contact(kind, plain[kind]) for kind in ("phone", "email") if kind in plain],  # type: ignore[arg-type]
    )
