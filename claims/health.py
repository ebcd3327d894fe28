"""What /readyz says about claims, in words; nothing where all is well."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from claims import queries

FORGOTTEN_WITHIN = dt.timedelta(days=2)


def forgetting(*, at: dt.datetime) -> str:
    overdue = queries.abandoned_drafts(untouched_since=at - settings.CLAIM_DRAFTS_KEPT - FORGOTTEN_WITHIN)
    return "abandoned claims have not been forgotten in time" if overdue.exists() else ""
