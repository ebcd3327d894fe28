"""A sound row of a list as it lies in the database: matched by keyed hashes, otherwise sealed."""

from __future__ import annotations

from json.encoder import encode_basestring as quoted  # JSON's quoting, in C
from typing import NamedTuple

from breachdesk import keys
from notices.rows import Row

# The first fields of a Row, in its order.
SEALED_FIELDS = ("customer_ref", "name", "birth_date", "phone", "email", "address", "card_last4")


class SealedRow(NamedTuple):
    person_key: bytes
    phone_hash: bytes | None
    email_hash: bytes | None
    content_hash: bytes
    member: bytes
    language: bytes
    items: bytes
    sealed: bytes


def bound_to(sealed_in: int, person_key_hex: str) -> str:
    """The one place where the sealed part of a row opens."""
    return f"notices.record:{sealed_in}:{person_key_hex}"


def personal_json(row: Row) -> bytes:
    """The fields that are sealed, those that were given, as JSON; written by hand because json.dumps takes thrice as long."""
    given = [f'"{field}":{quoted(value)}' for field, value in zip(SEALED_FIELDS, row, strict=False) if value]
    return f"{{{','.join(given)}}}".encode()


class Sealer:
    """Seals the rows of one dataset. Millions of calls: every hash is a copy of one that already took the key."""

    def __init__(self, *, dataset_id: int, index_key: str) -> None:
        ring = keys.index_keys()
        self._person = ring.indexer("customer_ref", key_id=index_key)
        self._phone = ring.indexer("phone", key_id=index_key)
        self._email = ring.indexer("email", key_id=index_key)
        self._content = ring.indexer("notices.row", key_id=index_key)
        self._seal = keys.data_keys().sealer()
        self._place = bound_to(dataset_id, "").encode()

    def seal(self, row: Row) -> SealedRow:
        plain = personal_json(row)
        items, language, member = row.items.encode(), row.language.encode(), row.member.encode()
        person_key = self._person(row.customer_ref.encode())
        return SealedRow(  # by place: names take a microsecond a row
            person_key,
            self._phone(row.phone.encode()) if row.phone else None,
            self._email(row.email.encode()) if row.email else None,
            self._content(b"\x1f".join((plain, items, language, member))),
            member,
            language,
            items,
            self._seal(plain, self._place + person_key.hex().encode()),
        )
