"""One person's lines in the lists: in the one that answers now for each incident, and in those that answered before it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import connection

from breachdesk import keys
from breachdesk.lib.contacts import Contact
from notices import editions, sealing
from notices.models import Incident


@dataclass(frozen=True)
class Listing:
    """One line of the list that answers for one incident, opened. `possible` are items that may have leaked."""

    incident_id: int
    dataset_id: int
    dataset_number: int
    activated_at: dt.datetime
    # Under the active key, whatever key the list is under; and under the older ones that we hold.
    person_key: uuid.UUID
    former_keys: tuple[uuid.UUID, ...]
    name: str
    birth_date: dt.date | None
    items: list[str]
    possible: list[str]
    card_last4: list[str]
    member: str
    language: str
    contacts: list[Contact]


@dataclass(frozen=True)
class InOneList:
    """What one list said of somebody; nothing leaked and nothing possible: they were not on it."""

    number: int
    mode: str
    activated_at: dt.datetime
    leaked: tuple[str, ...]
    possible: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A line of any list that has answered, unopened; without a `person_key`: the list holds none of those asked for."""

    number: int
    mode: str
    activated_at: dt.datetime
    person_key: uuid.UUID | None
    items: str


@dataclass(frozen=True)
class Said:
    """What the lists of one incident say of whoever holds a contact or a letter. Of all who share it: each line is somebody's."""

    incident_id: int
    edition: str
    # In the list that answers now.
    listings: list[Listing]
    # Of the same people in every list, the oldest first; each list is named at least once.
    lines: list[Line]

    def in_every_list(self, person_keys: Collection[uuid.UUID]) -> list[InOneList]:
        """What each list said of the holder of these keys, the oldest first."""
        return _by_list(
            (line.number, line.mode, line.activated_at, line.items if line.person_key in person_keys else "")
            for line in self.lines
        )


# Where the list that answers holds nobody, the hash itself stands for a person's key: as much is looked for as for somebody.
SAID = {
    column: f"""
        WITH told AS MATERIALIZED (
            SELECT incident.id, dataset.id AS dataset_id, dataset.index_key, {editions.MARK} AS edition
            FROM notices_incident AS incident
            JOIN notices_dataset AS dataset ON dataset.id = incident.active_dataset_id
        ), here AS MATERIALIZED (
            SELECT told.dataset_id, coalesce(record.person_key, wanted.hash) AS person_key
            FROM told
            JOIN unnest(%s::text[], %s::uuid[]) AS wanted (index_key, hash) ON wanted.index_key = told.index_key
            LEFT JOIN notices_affectedrecord AS record
                ON record.dataset_id = told.dataset_id AND record.{column} = wanted.hash
        )
        SELECT told.id, told.edition, list.id, list.number, list.activated_at, list.mode, record.person_key, record.items,
               (record.dataset_id, record.person_key) IN (SELECT dataset_id, person_key FROM here),
               record.member, record.language, record.sealed_in, record.sealed
        FROM told
        JOIN notices_dataset AS list ON list.incident_id = told.id AND list.activated_at IS NOT NULL
        LEFT JOIN notices_affectedrecord AS record
            ON record.dataset_id = list.id
            AND record.person_key = ANY(ARRAY(SELECT person_key FROM here UNION SELECT unnest(%s::uuid[])))
        ORDER BY told.id DESC, list.activated_at, list.number, record.person_key
    """  # noqa: S608 - one of three columns named here
    for column in ("phone_hash", "email_hash", "person_key")
}


def of_contact(contact: Contact, *, known_as: Sequence[uuid.UUID] = ()) -> list[Said]:
    """By every list that answers now: one SELECT, whatever there is to find. `known_as`: keys of the person the holder is known
    to be, whose lines in any list are read too."""
    ring = keys.index_keys()
    hashes = [ring.index(contact.kind, contact.value, key_id=key_id) for key_id in ring.key_ids]
    return _said(f"{contact.kind}_hash", hashes, known_as)


def of_person(person_key: uuid.UUID, *, known_as: Sequence[uuid.UUID] = ()) -> list[Said]:
    """The same of the person who has this key."""
    return _said("person_key", [person_key for _key_id in keys.index_keys().key_ids], known_as)


def _said(column: str, hashes: Sequence[uuid.UUID], known_as: Sequence[uuid.UUID]) -> list[Said]:
    with connection.cursor() as cursor:
        wanted = [keys.index_keys().key_ids, [str(each) for each in hashes], [str(each) for each in known_as]]
        cursor.execute(SAID[column], wanted)
        rows = cursor.fetchall()
    found = []
    for (incident_id, edition), told in groupby(rows, key=lambda row: row[:2]):
        said = Said(incident_id, edition, listings=[], lines=[])
        for _incident_id, _edition, dataset_id, number, at, mode, person_key, items, is_here, *opened in told:
            said.lines.append(Line(number, mode, at, person_key, items or ""))
            if is_here:
                said.listings.append(_opened(incident_id, dataset_id, number, at, person_key, items, *opened))
        found.append(said)
    return found


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
    person_key, *former_keys = keys.indexes("customer_ref", plain["customer_ref"])
    return Listing(
        incident_id=incident_id,
        dataset_id=dataset_id,
        dataset_number=number,
        activated_at=activated_at,
        person_key=person_key,
        former_keys=tuple(former_keys),
        name=plain["name"],
        birth_date=dt.date.fromisoformat(birth) if birth else None,
        items=[code for code in leaked if not code.endswith("?")],
        possible=[code.removesuffix("?") for code in leaked if code.endswith("?")],
        card_last4=plain["card_last4"].split("|") if "card_last4" in plain else [],
        member=member,
        language=language,
        contacts=[Contact(kind, plain[kind]) for kind in ("phone", "email") if kind in plain],
    )


IN_EVERY_LIST = """
    SELECT dataset.number, dataset.mode, dataset.activated_at, record.items
    FROM notices_dataset AS dataset
    LEFT JOIN notices_affectedrecord AS record
        ON record.dataset_id = dataset.id AND record.person_key = ANY(%s::uuid[])
    WHERE dataset.incident_id = %s AND dataset.activated_at IS NOT NULL
    ORDER BY dataset.activated_at, dataset.number
"""


def in_every_list(incident: Incident, person_keys: Collection[uuid.UUID]) -> list[InOneList]:
    """The same as `Said.in_every_list`, by keys that were not known before the lines were opened: lists may be under different
    keys of ours while those are changed."""
    with connection.cursor() as cursor:
        cursor.execute(IN_EVERY_LIST, [[str(key) for key in person_keys], incident.pk])
        return _by_list(cursor.fetchall())


def _by_list(rows: Iterable[tuple[Any, ...]]) -> list[InOneList]:
    found = []
    for (number, mode, activated_at), lines in groupby(rows, key=lambda row: row[:3]):
        codes = [code for *_list, items in lines if items for code in items.split("|")]
        leaked = tuple(dict.fromkeys(code for code in codes if not code.endswith("?")))
        possible = (code.removesuffix("?") for code in codes if code.endswith("?"))
        found.append(
            InOneList(
                number,
                mode,
                activated_at,
                leaked,
                tuple(dict.fromkeys(code for code in possible if code not in leaked)),
            )
        )
    return found


CUSTOMER_REF = """
    SELECT person_key, sealed_in, sealed FROM notices_affectedrecord
    WHERE dataset_id = %s AND person_key = ANY(%s::uuid[])
"""


def customer_ref(listing: Listing) -> str:
    """The issuer's own number of somebody who was found in a list: to ask the issuer for what is theirs. Empty where the line is gone."""
    person_keys = [str(each) for each in (listing.person_key, *listing.former_keys)]
    with connection.cursor() as cursor:
        cursor.execute(CUSTOMER_REF, [listing.dataset_id, person_keys])
        row = cursor.fetchone()
    if row is None:
        return ""
    person_key, sealed_in, sealed = row
    return keys.unseal_json(bytes(sealed), bound_to=sealing.bound_to(sealed_in, person_key.hex))["customer_ref"]
