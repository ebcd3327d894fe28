"""Budgets: how often something may happen, or how much may be spent, in any stretch of time. PostgreSQL is the truth.

    PER_CONTACT = limits.Budget("code.contact.hour", 5, timedelta(hours=1))
    PER_NETWORK = limits.Budget("code.network.hour", 60, timedelta(hours=1))
    WON_A_DAY = limits.Budget("sms.won.day", 300_000, timedelta(days=1))

    taken = limits.take(PER_CONTACT, subject=contact.value, at=now)

    taken = limits.take(
        PER_CONTACT.of(contact.value),
        PER_NETWORK.of(limits.network(limits.client_address(request))),
        WON_A_DAY.leaving(50_000).of("all", amount=13),
        at=now,
    )
    if not taken.ok:
        ...  # taken.budget refused it; taken.again_at is when it would be granted

Either every budget named is spent or none is. A subject is kept as a keyed hash, never in clear.
"""

from __future__ import annotations

import datetime as dt

from breachdesk.limits.addresses import client_address, network
from breachdesk.limits.rules import Budget, Draw, Taken

__all__ = ["Budget", "Draw", "Taken", "client_address", "give_back", "left", "network", "take", "would_grant"]


def take(*budgets: Budget | Draw, subject: str = "", at: dt.datetime) -> Taken:
    """Spends one of each budget (or `amount`, see `Budget.of`) for the subject, or nothing of any. Never raises on refusal.

    Inside a transaction the rows stay locked until it ends, so take before opening one where a budget is shared by all.
    """
    # Imported late: a package that is an app cannot import its models while apps are loading.
    from breachdesk.limits import actions

    return actions.take(_draws(budgets, subject), at=at)


def would_grant(*budgets: Budget | Draw, subject: str = "", at: dt.datetime) -> Taken:
    """What `take` would say at this moment, taking nothing."""
    from breachdesk.limits import queries

    return queries.would_grant(_draws(budgets, subject), at=at)


def give_back(*budgets: Budget | Draw, subject: str = "", at: dt.datetime) -> None:
    """Undoes a take made at this very moment: a guess that proved right should not count as one."""
    from breachdesk.limits import actions

    actions.give_back(_draws(budgets, subject), at=at)


def left(budget: Budget | Draw, *, subject: str = "", at: dt.datetime) -> int:
    """How much of the budget the subject could still take at this moment."""
    from breachdesk.limits import queries

    return queries.left(_draws([budget], subject)[0], at=at)


def _draws(budgets: tuple[Budget | Draw, ...] | list[Budget | Draw], subject: str) -> list[Draw]:
    return [each if isinstance(each, Draw) else each.of(subject) for each in budgets]
