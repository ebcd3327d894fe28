"""What /readyz says about support, in words; nothing where all is well."""

from __future__ import annotations

import datetime as dt

from support import rules
from support.inquiry_models import Inquiry
from support.states import Inquiry as State

FORGOTTEN_WITHIN = dt.timedelta(days=2)


def forgetting(*, at: dt.datetime) -> str:
    overdue = Inquiry.objects.filter(written_at__lte=at - rules.KEEP_INQUIRY - FORGOTTEN_WITHIN)
    return "old inquiries have not been forgotten in time" if overdue.exclude(state=State.WAITING).exists() else ""
