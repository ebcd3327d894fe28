"""What /readyz says about support, in words; nothing where all is well."""

from __future__ import annotations

import datetime as dt

from support import consultation_queries, consultation_rules, rules
from support.callback_models import CallBack
from support.inquiry_models import Inquiry
from support.states import Inquiry as State

FORGOTTEN_WITHIN = dt.timedelta(days=2)


def forgetting(*, at: dt.datetime) -> str:
    overdue = Inquiry.objects.filter(written_at__lte=at - rules.KEEP_INQUIRY - FORGOTTEN_WITHIN)
    closed_before = at - consultation_rules.KEEP_CONSULTATION - FORGOTTEN_WITHIN
    calls = CallBack.objects.filter(slot__ends_at__lte=at - rules.KEEP_CALL_BACK - FORGOTTEN_WITHIN)
    late = overdue.exclude(state=State.WAITING).exists() or calls.exists()
    if late or consultation_queries.unforgotten(closed_before=closed_before).exists():
        return "old inquiries, call-backs and consultations have not been forgotten in time"
    return ""
