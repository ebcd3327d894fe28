"""Words between machines that share a secret.

    X-Timestamp: unix seconds
    X-Signature: hex HMAC-SHA256(secret, timestamp + "." + what is signed), the body or, where there is none, the path

Whoever listens takes a word only while it is fresh, and each event id once (that is the listener's own table).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping

# A word that is older, or from a clock further ahead, is not heard.
GOOD_FOR = dt.timedelta(minutes=5)
LARGEST_BODY = 16 * 1024


def signature(secret: str, *, timestamp: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + signed, hashlib.sha256).hexdigest()


def headers(secret: str, *, signed: bytes, at: dt.datetime) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    return {"X-Timestamp": timestamp, "X-Signature": signature(secret, timestamp=timestamp, signed=signed)}


def is_right(secret: str, *, given: Mapping[str, str], signed: bytes, at: dt.datetime) -> bool:
    """`given`: the request's headers."""
    timestamp = given.get("X-Timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
        return False
    if abs(at - dt.datetime.fromtimestamp(int(timestamp), dt.UTC)) > GOOD_FOR:
        return False
    right = signature(secret, timestamp=timestamp, signed=signed)
    return hmac.compare_digest(right.encode(), given.get("X-Signature", "").encode())


def short_text(value: object, *, most: int) -> str:
    """A text of somebody else's that goes into a column. Raises ValueError."""
    if not isinstance(value, str) or len(value) > most or "\x00" in value:
        raise ValueError("not a short text")
    return value
