"""Looking up a code that somebody typed. Nothing is written but what it costs."""

from __future__ import annotations

import datetime as dt

from breachdesk import limits
from breachdesk.verify import rules
from breachdesk.verify.forms import Typed
from delivery import queries as delivery
from delivery.queries import Checked
from lookup.proving import TooOften


def messages(*, typed: Typed, network: str, at: dt.datetime) -> list[Checked]:
    """The messages with this code that have left; nothing where none has. Counted before anything is looked for. Raises TooOften."""
    budgets = rules.MISSES_PER_NETWORK.of(network), rules.MISSES_OF_ALL.of("all")
    taken = limits.take(*budgets, at=at)
    if not taken.ok:
        raise TooOften(taken)
    found = delivery.by_check_code(typed.code)
    if found:
        limits.give_back(*budgets, at=at)
    return found
