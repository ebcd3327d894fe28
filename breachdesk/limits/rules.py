"""What a budget grants, from plain values.

A budget is a sliding window: what was taken counts until exactly one period later. Up to EXACT takes are each kept with
their moment. Larger budgets (the won of a day, the codes of everybody) would make long rows, so their moments are rounded
up to the next of SLICES slices of the period: never more than the allowance in any period, and what was taken comes back
at most one slice (a sixtieth of the period) late.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

EXACT = 200
SLICES = 60
# Two machines' clocks differ and two takes overtake each other: an entry stays this long after it has stopped counting.
OVERLAP = dt.timedelta(minutes=1)
EPOCH = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Budget:
    """`allowance` in any stretch of `period`. The name is the purse: two budgets of one name draw on the same one."""

    name: str
    allowance: int
    period: dt.timedelta

    def of(self, subject: str, *, amount: int = 1) -> Draw:
        """This budget for one subject, to be mixed with others in one `take`."""
        return Draw(self, subject, amount)

    def leaving(self, reserve: int) -> Budget:
        """The same purse for those who must leave a reserve in it to others."""
        return replace(self, allowance=max(self.allowance - reserve, 0))


@dataclass(frozen=True)
class Draw:
    budget: Budget
    subject: str
    amount: int = 1

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError("a draw takes at least one")


@dataclass(frozen=True)
class Taken:
    """`left`: of the budget that has least left. `again_at`: None when granted, or when no waiting would help."""

    ok: bool
    budget: Budget | None
    again_at: dt.datetime | None
    left: int


@dataclass(frozen=True)
class Entry:
    moment: dt.datetime
    amount: int


def kept_moment(budget: Budget, at: dt.datetime) -> dt.datetime:
    """The moment under which a take is written down."""
    if budget.allowance <= EXACT:
        return at
    slice_length = budget.period / SLICES
    return EPOCH + -(-(at - EPOCH) // slice_length) * slice_length


def counts_after(budget: Budget, at: dt.datetime) -> dt.datetime:
    """Entries later than this count against a take at `at`."""
    return at - budget.period


def kept_after(budget: Budget, at: dt.datetime) -> dt.datetime:
    return counts_after(budget, at) - OVERLAP


def forget_on(budget: Budget, at: dt.datetime) -> dt.date:
    """The first day on which nothing of this take can matter any more."""
    return (kept_moment(budget, at) + budget.period + OVERLAP).astimezone(dt.UTC).date() + dt.timedelta(days=1)


def amount_left(budget: Budget, entries: Sequence[Entry], at: dt.datetime) -> int:
    since = counts_after(budget, at)
    return max(budget.allowance - sum(entry.amount for entry in entries if entry.moment > since), 0)


def granted_from(draw: Draw, entries: Sequence[Entry], at: dt.datetime) -> dt.datetime | None:
    """The first moment, `at` or later, at which the draw would be granted; None where it never would."""
    budget = draw.budget
    if draw.amount > budget.allowance:
        return None
    since = counts_after(budget, at)
    counting = sorted((entry for entry in entries if entry.moment > since), key=lambda entry: entry.moment)
    over = sum(entry.amount for entry in counting) + draw.amount - budget.allowance
    moment = at
    for entry in counting:
        if over <= 0:
            break
        over -= entry.amount
        moment = entry.moment + budget.period
    return moment


def refusal(spent: Sequence[tuple[Draw, Sequence[Entry]]], at: dt.datetime) -> Taken:
    """Names the budget that keeps a person waiting longest, so that the time we tell them is one that holds."""
    waits = [(granted_from(draw, entries, at), draw, entries) for draw, entries in spent]
    never = [wait for wait in waits if wait[0] is None]
    again_at, draw, entries = never[0] if never else max(waits, key=lambda wait: wait[0] or at)
    return Taken(ok=False, budget=draw.budget, again_at=again_at, left=amount_left(draw.budget, entries, at))


def judged(spent: Sequence[tuple[Draw, Sequence[Entry]]], at: dt.datetime) -> Taken:
    if all(granted_from(draw, entries, at) == at for draw, entries in spent):
        left = min(amount_left(draw.budget, entries, at) for draw, entries in spent)
        return Taken(ok=True, budget=None, again_at=None, left=left)
    return refusal(spent, at)
