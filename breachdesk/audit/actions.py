"""The only writer of audit events."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.db import connection

from breachdesk import keys
from breachdesk.accounts.models import User
from breachdesk.audit.models import Event


class NotInTransaction(Exception):
    """An event belongs to the transaction of the act that it records."""


def record(*, kind: str, by: User | None, about: str, at: dt.datetime, data: dict[str, Any]) -> Event:
    if not connection.in_atomic_block:
        raise NotInTransaction(kind)
    if any(isinstance(value, float) for value in data.values()):
        raise TypeError(
            "figures are whole numbers: PostgreSQL gives a float back in another spelling, and the MAC is over it"
        )
    actor = by if by is not None and by.pk else None
    event = Event(at=at, kind=kind, by=actor, about=about, data=data)
    event.mac, event.mac_key = keys.mac("audit", canonical(event)), keys.index_keys().active
    event.save(force_insert=True)
    return event


def canonical(event: Event) -> bytes:
    """The bytes that the MAC is over: the same for the same row whenever it is read."""
    parts = [
        event.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        event.kind,
        str(event.by_id or ""),
        event.about,
        json.dumps(event.data, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
    ]
    return "\x1f".join(parts).encode()


def is_ours(event: Event) -> bool:
    """By the mac it was written with, or by a countersign where the key of that one is no longer held."""
    written = canonical(event)
    return keys.is_our_mac(event.mac, "audit", written) or any(
        keys.is_our_mac(mac, "audit", written) for mac in event.countersigned.values_list("mac", flat=True)
    )
