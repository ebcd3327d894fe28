"""What /readyz says about cards, in words; nothing where all is well."""

from __future__ import annotations

import datetime as dt

from cards import queries, rules

FORGOTTEN_WITHIN = dt.timedelta(days=2)
# A night lies between, in which nobody is reminded.
REMINDED_WITHIN = dt.timedelta(hours=20)
ANSWERED_WITHIN = dt.timedelta(minutes=5)


def acts(*, at: dt.datetime) -> str:
    """Asked that long ago, and the issuer has not said what became of it."""
    count = queries.without_answer(asked_before=at - ANSWERED_WITHIN).count()
    return (
        f"{count} card acts have no answer of the issuer: is a worker running, does the card system answer?"
        if count
        else ""
    )


def reminders(*, at: dt.datetime) -> str:
    late = queries.reminders_due(before=at - REMINDED_WITHIN)
    return f"{late} reminders about cards have not left: are a worker and beat running?" if late else ""


def forgetting(*, at: dt.datetime) -> str:
    overdue = queries.settled_before(at - rules.KEEP_ACT - FORGOTTEN_WITHIN)
    return "old card acts have not been forgotten in time" if overdue.exists() else ""
