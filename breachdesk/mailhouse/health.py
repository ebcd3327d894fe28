"""What /readyz says about letters, in words; nothing where all is well."""

from __future__ import annotations

import datetime as dt

from breachdesk.mailhouse import queries
from breachdesk.mailhouse.models import Batch
from breachdesk.mailhouse.states import BatchState

MADE_WITHIN = dt.timedelta(hours=6)
FORGOTTEN_WITHIN = dt.timedelta(days=2)


def making(*, at: dt.datetime) -> str:
    if stopped := Batch.objects.filter(state=BatchState.STOPPED).count():
        return f"{stopped} batches of letters could not be made: see the desk"
    late = queries.unfinished().filter(gathered_at__lte=at - MADE_WITHIN).count()
    return f"{late} batches of letters have been in the making for hours: is a worker running?" if late else ""


def forgetting(*, at: dt.datetime) -> str:
    overdue = queries.archives_to_forget(at=at - FORGOTTEN_WITHIN)
    return "archives of letters have not been erased in time" if overdue.exists() else ""
