"""Reading budgets."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from breachdesk import keys
from breachdesk.limits import rules
from breachdesk.limits.models import Spent


def subject_hash(draw: rules.Draw) -> UUID:
    return keys.index("limits", draw.subject)


def entries(draw: rules.Draw) -> list[rules.Entry]:
    row = (
        Spent.objects.filter(budget=draw.budget.name, subject=subject_hash(draw))
        .values_list("moments", "amounts")
        .first()
    )
    return [rules.Entry(*pair) for pair in zip(*row, strict=True)] if row else []


def left(draw: rules.Draw, *, at: dt.datetime) -> int:
    return rules.amount_left(draw.budget, entries(draw), at)


def overdue(*, at: dt.datetime) -> bool:
    """Whether a row is still there that should have been forgotten by then."""
    return Spent.objects.filter(forget_on__lte=at.astimezone(dt.UTC).date()).exists()
