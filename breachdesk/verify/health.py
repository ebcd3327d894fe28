"""What /readyz says of this room, in words; nothing where all is well."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from breachdesk.verify.models import FakeReport

FORGOTTEN_WITHIN = dt.timedelta(days=2)


def forgetting(*, at: dt.datetime) -> str:
    before = at - settings.FAKE_REPORTS_KEPT - FORGOTTEN_WITHIN
    overdue = FakeReport.objects.filter(received_at__lte=before, forgotten_at=None)
    return "what reports of fakes say has not been forgotten in time" if overdue.exists() else ""
