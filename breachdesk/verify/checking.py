"""Looking up a code that somebody typed. Nothing is written but what it costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from breachdesk import limits
from breachdesk.verify import rules
from breachdesk.verify.forms import Typed
from delivery import queries as delivery
from delivery.queries import Checked
from lookup import certifying
from lookup.certificate_models import Certificate
from lookup.proving import TooOften

Found = TypeVar("Found")


def messages(*, typed: Typed, network: str, at: dt.datetime) -> list[Checked]:
    """The messages with this code that have left; nothing where none has. Raises TooOften."""
    return _counted(lambda: delivery.by_check_code(typed.code), network=network, at=at) or []


def certificate(*, typed: Typed, network: str, at: dt.datetime) -> Certificate | None:
    """The certificate with this code, whether it still holds or not. Raises TooOften."""
    return _counted(lambda: certifying.by_code(typed.code, at=at), network=network, at=at)


def _counted(look: Callable[[], Found], *, network: str, at: dt.datetime) -> Found:
    """Counted before anything is looked for; what was no guess is given back."""
    budgets = rules.MISSES_PER_NETWORK.of(network), rules.MISSES_OF_ALL.of("all")
    taken = limits.take(*budgets, at=at)
    if not taken.ok:
        raise TooOften(taken)
    found = look()
    if found:
        limits.give_back(*budgets, at=at)
    return found
