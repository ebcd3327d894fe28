"""What /readyz says about messages, in words; nothing where all is well."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from delivery import flow, queries

# Two sweeps and a slow provider fit into this.
TOO_LONG = dt.timedelta(minutes=2)
FORGOTTEN_WITHIN = dt.timedelta(days=2)


def waiting(*, at: dt.datetime) -> str:
    since = queries.waiting_since(at=at)
    if since is None or at - since < TOO_LONG:
        return ""
    return f"a message has been due for {int((at - since).total_seconds() // 60)} minutes: is a worker running?"


def silent(*, at: dt.datetime) -> str:
    """Processes may be alive and do nothing: only what went the whole way shows that they work. Before the first there is nothing to say."""
    heard_at = queries.heard_at()
    if heard_at is None or at - heard_at <= settings.HEARTBEAT_LIMIT:
        return ""
    return f"workers are alive and silent, or dead: nothing has come from beat through the broker to a worker since {heard_at:%F %H:%M:%S} UTC"


def set_aside() -> str:
    count = flow.set_aside()
    return f"{count} messages were given up without knowing whether they arrived" if count.number else ""


def forgetting(*, at: dt.datetime) -> str:
    overdue = queries.unforgotten(settled_before=at - settings.DELIVERY_WORDS_KEPT - FORGOTTEN_WITHIN)
    return "words and addresses of old messages have not been forgotten in time" if overdue.exists() else ""
