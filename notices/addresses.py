"""Whom a list knows an address of: for letters on paper. Opens records, so it hands them on a batch at a time."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db import connection

from breachdesk import keys
from notices import sealing
from notices.audience import WITHHELD_FROM
from notices.models import Dataset

NEXT = """
    SELECT person_key, language, items, member, sealed_in, sealed FROM notices_affectedrecord
    WHERE dataset_id = %(dataset)s AND (%(after)s::uuid IS NULL OR person_key > %(after)s::uuid)
      AND (%(whom)s::uuid IS NULL OR person_key = %(whom)s::uuid)
      AND (%(everybody)s OR phone_hash IS NULL AND email_hash IS NULL)
      AND member <> ALL(%(withheld)s)
    ORDER BY person_key LIMIT %(limit)s
"""

THESE = """
    SELECT person_key, language, items, member, sealed_in, sealed FROM notices_affectedrecord
    WHERE dataset_id = %s AND person_key = ANY(%s::uuid[])
"""


class Addressed(NamedTuple):
    person_key: uuid.UUID
    customer_ref: str
    name: str
    address: str
    language: str
    items: str  # as in the list
    member: str


def addressed(
    dataset: Dataset, *, everybody: bool = False, customer_ref: str = "", batch: int = 5000
) -> Iterator[list[Addressed]]:
    """People with an address and no other contact, or with an address at all (`everybody`), or one of them by reference."""
    wanted: dict[str, Any] = {
        "dataset": dataset.pk,
        "after": None,
        "whom": keys.index("customer_ref", customer_ref, key_id=dataset.index_key) if customer_ref else None,
        "everybody": everybody,
        "withheld": [str(member) for member in WITHHELD_FROM],
        "limit": batch,
    }
    while True:
        with connection.cursor() as cursor:
            cursor.execute(NEXT, wanted)
            rows = cursor.fetchall()
        if not rows:
            return
        yield [one for row in rows if (one := _opened(*row)).address]
        wanted["after"] = rows[-1][0]


def of_people(dataset: Dataset, person_keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, Addressed]:
    """Those of these people who have an address, by person. One who cannot be opened is left out."""
    with connection.cursor() as cursor:
        cursor.execute(THESE, [dataset.pk, [str(key) for key in person_keys]])
        rows = cursor.fetchall()
    found = {}
    for row in rows:
        with contextlib.suppress(keys.CannotOpen):
            if (one := _opened(*row)).address:
                found[one.person_key] = one
    return found


def _opened(
    person_key: uuid.UUID, language: str, items: str, member: str, sealed_in: int, sealed: memoryview
) -> Addressed:
    plain = keys.unseal_json(bytes(sealed), bound_to=sealing.bound_to(sealed_in, person_key.hex))
    return Addressed(
        person_key, plain["customer_ref"], plain["name"], plain.get("address", ""), language, items, member
    )
