"""The lists of affected people when the keys are changed, and the ledger with them.

The rows of a list never change, so a list under new keys is a copy: filled batch by batch beside the list that answers, found
again where it was left if it is killed, and put in its place in one transaction. Under a new index key every person has
another key: then all lists of an incident, what names their keys, and the lines of its ledger change in that transaction, so
that at no moment a person of one is nobody in another.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from typing import Any

import pgtrigger
from django.db import OperationalError, connection, transaction

from breachdesk import keys
from breachdesk.resealing import Part, Table
from notices import campaigning, loading, sealing, wrong_person_models
from notices.export_models import LedgerExport
from notices.export_models import key_bound_to as key_of_export
from notices.import_models import ImportJob, key_bound_to
from notices.models import Campaign, Dataset, Guest, Incident
from notices.wrong_person_models import NotTheirContact

BATCH = 5_000
# Nobody who looks something up waits longer than this for a list to change its place; then it is tried again.
LOCK_WAIT = "250ms"
TRIES = 240

Row = tuple[str, str, str | None, str | None, str, int, str, str, str, memoryview]

NEXT = """
    SELECT person_key::text, dataset_id::text, phone_hash::text, email_hash::text, content_hash::text,
           sealed_in, member, language, items, sealed
    FROM notices_affectedrecord
    WHERE dataset_id = %s AND (%s::uuid IS NULL OR person_key > %s::uuid)
    ORDER BY person_key LIMIT %s
"""
COLUMNS = "person_key, dataset_id, phone_hash, email_hash, content_hash, sealed_in, member, language, items, sealed"

CARRY = """
    UPDATE {table} AS line SET person_key = known.person_key
    FROM {former} AS known
    WHERE line.incident_id = %s AND line.person_key = known.former_key AND known.person_key <> known.former_key
"""


# Tables whose rows name a person of an incident by the key that the lists have: they change with them.
CARRIED = {
    "notices_telling": "notices.Telling.person_key",
    "notices_nottheircontact": "notices.NotTheirContact.person_key",
    "notices_contactwish": "notices.ContactWish.person_key",
}


def carry_over(table: str, *, of: str) -> None:
    """For the rooms above: `table` has the columns incident_id and person_key; `of`: the field, as docs/PRIVACY.md calls it."""
    CARRIED[table] = of


class Anew:
    """A row of a list under the active keys; millions of calls. `rehash`: its list is under another index key too."""

    def __init__(self, *, rehash: bool) -> None:
        ring = keys.index_keys()
        self._unseal, self._seal = keys.data_keys().unseal, keys.data_keys().sealer()
        self._rehash = rehash
        self._person, self._phone = ring.indexer("customer_ref"), ring.indexer("phone")
        self._email, self._content = ring.indexer("email"), ring.indexer("notices.row")

    def __call__(self, row: Row) -> tuple[Any, ...]:
        """In the order of COLUMNS. Raises keys.CannotOpen."""
        person_key, list_id, phone, email, content, sealed_in, member, language, items, sealed = row
        place = sealing.bound_to(sealed_in, person_key.replace("-", ""))
        plain = self._unseal(bytes(sealed), bound_to=place)
        if self._rehash:
            given = json.loads(plain)
            person_key = self._person(given["customer_ref"].encode()).hex()
            phone = self._phone(given["phone"].encode()).hex() if "phone" in given else None
            email = self._email(given["email"].encode()).hex() if "email" in given else None
            content = self._content(b"\x1f".join((plain, items.encode(), language.encode(), member.encode()))).hex()
            place = sealing.bound_to(sealed_in, person_key)
        return (
            person_key,
            list_id,
            phone or r"\N",
            email or r"\N",
            content,
            str(sealed_in),
            member,
            language,
            items,
            r"\\x" + self._seal(plain, place.encode()).hex(),
        )


class Lists:
    name = "notices.AffectedRecord"

    def __init__(self) -> None:
        self.left: dict[str, int] = {}

    @property
    def covers(self) -> list[str]:
        columns = ("sealed", "person_key", "phone_hash", "email_hash", "content_hash")
        return [*(f"notices.AffectedRecord.{each}" for each in columns), *CARRIED.values()]

    def behind(self) -> int:
        return sum(loading.count(one.pk) for incident in Incident.objects.all() for one in _behind(incident))

    def batches(self) -> Iterator[int]:
        """What comes in meanwhile waits: a list is keyed like the one that it is compared with."""
        self.left = {}
        loading.wait_for_turn()
        try:
            for incident in Incident.objects.order_by("pk"):
                lists = _behind(incident)
                try:
                    for one in lists:
                        yield from _copy(one)
                    if lists:
                        _swap(incident, lists)
                except keys.CannotOpen:
                    self.left["cannot_open"] = self.left.get("cannot_open", 0) + 1
                except InUse:
                    self.left["in_use"] = self.left.get("in_use", 0) + 1
        finally:
            loading.end_turn()


class InUse(Exception):
    """Somebody read the list for minutes without a pause."""


def _behind(incident: Incident) -> list[Dataset]:
    lists, active = list(incident.datasets.order_by("pk")), keys.index_keys().active
    return [one for one in lists if one.index_key != active or not _is_sealed_anew(one)]


def _is_sealed_anew(one: Dataset) -> bool:
    """By its rows: a list takes over rows of the one before it as they are sealed there."""
    prefix = b"v1:" + keys.data_keys().active.encode() + b":"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT FROM {loading.table_of(one.pk)} "  # noqa: S608
            f"WHERE substring(sealed FROM 1 FOR {len(prefix)}) <> %s)",
            [prefix],
        )
        return not cursor.fetchone()[0]


def _copy(one: Dataset) -> Iterator[int]:
    anew = Anew(rehash=one.index_key != keys.index_keys().active)
    last, done = _begun(one)
    if done:
        yield done
    while rows := _next(one, last):
        _add(one, [(row[0], anew(row)) for row in rows])
        last = rows[-1][0]
        yield len(rows)


def _begun(one: Dataset) -> tuple[str | None, int]:
    """How far the copy has come; begun where there is none, or one under keys that are not the active ones any more."""
    table, under_keys = loading.table_of(one.pk), f"{keys.data_keys().active} {keys.index_keys().active}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [f"{table}_anew"])
        if cursor.fetchone()[0] != under_keys:
            cursor.execute("SELECT notices_drop_copy(%s)", [one.pk])
            cursor.execute("SELECT notices_create_copy(%s, %s)", [one.pk, under_keys])
            return None, 0
        cursor.execute(f"SELECT former_key::text FROM {table}_former ORDER BY former_key DESC LIMIT 1")  # noqa: S608
        last = cursor.fetchone()
        cursor.execute(f"SELECT count(*) FROM {table}_former")  # noqa: S608
        return (last[0] if last else None), cursor.fetchone()[0]


def _next(one: Dataset, last: str | None) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [one.pk, last, last, BATCH])
        return cursor.fetchall()


def _add(one: Dataset, rows: list[tuple[str, tuple[Any, ...]]]) -> None:
    table = loading.table_of(one.pk)
    copied = io.StringIO("".join("\t".join(row) + "\n" for _former, row in rows))
    known = io.StringIO("".join(f"{former}\t{row[0]}\n" for former, row in rows))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table}_anew ({COLUMNS}) FROM STDIN", copied)
        cursor.copy_expert(f"COPY {table}_former (former_key, person_key) FROM STDIN", known)


def _swap(incident: Incident, lists: list[Dataset]) -> None:
    """The copies take the places of the lists. Raises InUse."""
    with connection.cursor() as cursor:
        for one in lists:
            cursor.execute("SELECT notices_finish_copy(%s)", [one.pk])
    active = keys.index_keys().active
    with transaction.atomic(), pgtrigger.ignore("notices.Dataset:facts_never_change"):
        rekeyed = [one for one in lists if one.index_key != active]
        if rekeyed:
            _carry_over(incident, rekeyed)
        numbers = [one.pk for one in lists]
        Dataset.objects.filter(pk__in=numbers).update(data_key=keys.data_keys().active, index_key=active)
        for _ in range(TRIES):
            try:
                return _change_places(numbers)
            except OperationalError as error:
                if getattr(error.__cause__, "pgcode", "") != "55P03":  # the lock was not to be had
                    raise
                time.sleep(0.25)
        raise InUse


def _change_places(numbers: list[int]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
        for number in numbers:
            cursor.execute("SELECT notices_swap_list(%s)", [number])


def _carry_over(incident: Incident, lists: list[Dataset]) -> None:
    """With the campaigns of the incident standing still: whoever was told under the old key was told under the new one."""
    campaigning.stand_still(incident)
    with connection.cursor() as cursor:
        for table in CARRIED:
            for one in lists:
                former = f"{loading.table_of(one.pk)}_former"
                cursor.execute(CARRY.format(table=table, former=former), [incident.pk])
    # In the order of the new keys a list is gone through from its beginning: who has a line gets no second one.
    Campaign.objects.filter(incident=incident, listed_at=None).update(listed_up_to=None)


PARTS: list[Part] = [
    Table(ImportJob, sealed={"sealed_key": lambda job: key_bound_to(job.file_id.hex)}),
    Table(
        Guest,
        sealed={"sealed_contact": lambda guest: guest.bound_to},
        indexed=lambda guest: {"contact_hash": keys.index(guest.contact.kind, guest.contact.value)},
        hashes=("contact_hash",),
    ),
    Table(LedgerExport, sealed={"sealed_key": lambda export: key_of_export(export.file_id.hex)}),
    Table(
        NotTheirContact,
        sealed={"sealed_contact": wrong_person_models.bound_to},
        indexed=lambda row: {"contact_hash": keys.index(row.contact.kind, row.contact.value)},
        hashes=("contact_hash",),
    ),
    Lists(),
]
