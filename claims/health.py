"""What /readyz says about claims, in words; nothing where all is well."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from claims import queries

FORGOTTEN_WITHIN = dt.timedelta(days=2)
ANSWERED_WITHIN = dt.timedelta(minutes=10)


def payouts(*, at: dt.datetime) -> str:
    """Released that long ago, and the bank has neither paid, refused nor said that it is on the way."""
    count = queries.payouts_without_answer(released_before=at - ANSWERED_WITHIN).count()
    return (
        f"{count} released payouts have no answer of the bank: is a worker running, does the bank answer?"
        if count
        else ""
    )


def forgetting(*, at: dt.datetime) -> str:
    overdue = queries.abandoned_drafts(untouched_since=at - settings.CLAIM_DRAFTS_KEPT - FORGOTTEN_WITHIN)
    return "abandoned claims have not been forgotten in time" if overdue.exists() else ""
