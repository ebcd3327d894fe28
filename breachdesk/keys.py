"""The product's keyrings: how a personal value is sealed at rest and how it is matched without being read.

The keys come from the environment and are never in the database. `bound_to` names the one place where a value may be
opened, for instance `claims.claim.story:<row key>`: a value copied elsewhere does not open.
"""

from __future__ import annotations

import json
import uuid
from functools import cache
from typing import Any

from django.conf import settings

from breachdesk.lib.crypto import CannotOpen, Keyring

__all__ = [
    "CannotOpen",
    "index",
    "indexes",
    "is_our_mac",
    "mac",
    "same_secret",
    "seal",
    "seal_json",
    "sealed_under",
    "secret_hash",
    "secret_hashes",
    "unseal",
    "unseal_json",
]

# What Django declares a binary column to give back.
Stored = bytes | memoryview


@cache
def data_keys() -> Keyring:
    return Keyring(settings.DATA_KEYS)


@cache
def index_keys() -> Keyring:
    return Keyring(settings.INDEX_KEYS)


def seal(plain: str | bytes, *, bound_to: str) -> bytes:
    return data_keys().seal(plain.encode() if isinstance(plain, str) else plain, bound_to=bound_to)


def unseal(sealed: Stored, *, bound_to: str) -> bytes:
    """Raises CannotOpen."""
    return data_keys().unseal(bytes(sealed), bound_to=bound_to)


def seal_json(value: Any, *, bound_to: str) -> bytes:
    return seal(json.dumps(value, ensure_ascii=False, separators=(",", ":")), bound_to=bound_to)


def unseal_json(sealed: Stored, *, bound_to: str) -> Any:
    """Raises CannotOpen."""
    return json.loads(unseal(sealed, bound_to=bound_to))


def index(kind: str, value: str, *, key_id: str | None = None) -> uuid.UUID:
    """The keyed hash of a normalised contact or customer reference, for a uuid column. `kind` is phone, email, customer_ref …"""
    return index_keys().index(kind, value, key_id=key_id)


def indexes(kind: str, value: str) -> list[uuid.UUID]:
    """The same under every key that we hold, the active one first: what was written before a change of keys is found too."""
    return [index(kind, value, key_id=key_id) for key_id in index_keys().key_ids]


def sealed_under(sealed: Stored) -> str:
    """The id of the key that a value was sealed with."""
    return bytes(sealed[:64]).split(b":", 2)[1].decode()


def secret_hash(purpose: str, secret: str) -> bytes:
    """32 bytes in the place of a one-time code or token, which is never stored itself. Put the row's key into `purpose`."""
    return index_keys().mac(purpose, secret.encode())


def secret_hashes(purpose: str, secret: str) -> list[bytes]:
    """The same under every key that we hold, to look a token up by."""
    return [index_keys().mac(purpose, secret.encode(), key_id=key_id) for key_id in index_keys().key_ids]


def same_secret(stored: Stored, purpose: str, secret: str) -> bool:
    return index_keys().same_mac(bytes(stored), purpose, secret.encode())


def mac(purpose: str, value: bytes) -> bytes:
    """32 bytes that nobody without our keys could have written beside `value`."""
    return index_keys().mac("mac:" + purpose, value)


def is_our_mac(mac: Stored, purpose: str, value: bytes) -> bool:
    return index_keys().same_mac(bytes(mac), "mac:" + purpose, value)
