"""The messages when the keys are changed."""

from __future__ import annotations

import uuid
from typing import Any

from breachdesk import keys
from breachdesk.resealing import Part, Table
from delivery import check_codes
from delivery.models import Message

# Of a message whose address was forgotten: nothing can be hashed anew, and nobody is found by it any more.
NOBODY = uuid.UUID(int=0)


def _hashes(message: Message) -> dict[str, Any]:
    return {"code_hash": keys.index(check_codes.KIND, message.code) if message.code else None, **_whom(message)}


def _whom(message: Message) -> dict[str, Any]:
    if message.sealed_recipient is None:
        known = len(keys.index_keys().key_ids) == 1  # then it can be under no other
        return {"recipient_hash": message.recipient_hash if known else NOBODY, "key": message.key}
    contact = message.recipient
    anew = keys.index(contact.kind, contact.hashed)
    # A key that names whom it is for names them by this hash.
    return {"recipient_hash": anew, "key": message.key.replace(str(message.recipient_hash), str(anew))}


PARTS: list[Part] = [
    Table(
        Message,
        sealed={
            "sealed_recipient": lambda message: f"delivery.recipient:{message.id}",
            "sealed_words": lambda message: f"delivery.words:{message.id}",
            "sealed_code": lambda message: f"delivery.code:{message.id}",
        },
        indexed=_hashes,
        hashes=("recipient_hash", "key", "code_hash"),
    )
]
