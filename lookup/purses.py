"""From which budgets a code may be paid: what stands between a person who needs one and a machine that only costs money.

Before a proof nothing is known of whoever asks, and no list may be looked at. So what counts is what a machine with
thousands of numbers finds dear: networks that have not asked yet, and the work of a device for each single number.

    the won of a minute (of a day)   |- for everybody ------------------|- newcomers -|- hard workers -|

A code that is asked again of somebody who already holds a proof is paid from all of it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace

from breachdesk.limits import Budget, Draw
from lookup import rules


class Effort(enum.IntEnum):
    """What was done for a code, beside asking."""

    NOTHING = 0
    WAITED = 1
    WORKED = 2
    WORKED_HARD = 3
    PROVEN = 4


@dataclass(frozen=True)
class Caps:
    """What the settings say, as plain values."""

    won_a_minute: int
    won_a_day: int
    reserve_percent: int
    free_of_contact: int
    free_of_network: int

    @property
    def won(self) -> tuple[Budget, Budget]:
        # Rows that everybody shares are taken last (limits takes in the order of the names): they are locked the shortest.
        return (
            Budget("lookup.shared.won.minute", self.won_a_minute, rules.MINUTE),
            Budget("lookup.shared.won.day", self.won_a_day, rules.DAY),
        )

    def reserve(self, purse: Budget) -> int:
        return -(-purse.allowance * self.reserve_percent // 100)


@dataclass(frozen=True)
class Asked:
    """A request for a code: by keyed hash of the contact and by network; `won`: what its message costs, 0 of an e-mail."""

    contact: str
    network: str
    won: int


def ways(effort: Effort, asked: Asked, caps: Caps, *, ticket: str = "") -> list[list[Draw]]:
    """Every set of budgets that this request may draw on, the one to be tried first, first."""
    everybody, newcomer, nothing_left = (_shared(asked, caps, left=share) for share in (1.0, 0.5, 0.0))
    match effort:
        case Effort.NOTHING:
            of_contact, of_network = caps.free_of_contact, caps.free_of_network
        case Effort.WAITED:
            of_contact, of_network = rules.WAITED_FOR_AN_HOUR, rules.CODES_PER_NETWORK.allowance
        case _:
            of_contact, of_network = rules.CODES_AN_HOUR.allowance, rules.CODES_PER_NETWORK.allowance
    for_anybody = [*_counts(asked, of_contact, of_network), *_once(ticket)]
    if effort == Effort.WAITED:
        for_anybody += [rules.WAITED_PER_NETWORK.of(asked.network), rules.WAITED_OF_ALL.of("all")]
    if effort == Effort.PROVEN:
        return [for_anybody + nothing_left]
    of_a_newcomer = [*_counts(asked, of_contact, min(of_network, 1)), *_once(ticket)]
    found = [for_anybody + everybody, of_a_newcomer + newcomer]
    if effort == Effort.WORKED_HARD:
        found.append([*for_anybody, rules.RESERVE_PER_NETWORK.of(asked.network), *nothing_left])
    return found


def _counts(asked: Asked, of_contact: int, of_network: int) -> list[Draw]:
    return [
        rules.CODES_A_MINUTE.of(asked.contact),
        _first(rules.CODES_AN_HOUR, of_contact).of(asked.contact),
        rules.CODES_A_DAY.of(asked.contact),
        _first(rules.CODES_PER_NETWORK, of_network).of(asked.network),
    ]


def _first(budget: Budget, some: int) -> Budget:
    """The same purse for those who may only have the first few of it."""
    return replace(budget, allowance=min(budget.allowance, some))


def _once(ticket: str) -> list[Draw]:
    return [rules.TICKET_ONCE.of(ticket)] if ticket else []


def _shared(asked: Asked, caps: Caps, *, left: float) -> list[Draw]:
    """What all draw on: money, or of e-mails, which cost none, their number. `left`: how much of the reserve must stay."""
    purses, amount = (caps.won, asked.won) if asked.won else ((rules.EMAILS_OF_ALL,), 1)
    return [purse.leaving(int(caps.reserve(purse) * left)).of("all", amount=amount) for purse in purses]


# What staff are told of.

NEAR = 0.8


@dataclass(frozen=True)
class Spending:
    """What codes have cost in the period that ends now."""

    purse: Budget
    reserve: int
    spent: int

    @property
    def for_everybody(self) -> int:
        return self.purse.allowance - self.reserve

    @property
    def is_near(self) -> bool:
        return self.spent >= self.for_everybody * NEAR

    @property
    def in_reserve(self) -> int:
        """Won of the reserve that are gone."""
        return max(self.spent - self.for_everybody, 0)

    @property
    def reserve_left(self) -> int:
        return self.reserve - self.in_reserve


@dataclass(frozen=True)
class Use:
    """Codes sent in the last minutes, without those that have only just been sent, and how many of them were entered."""

    sent: int
    entered: int

    @property
    def is_suspicious(self) -> bool:
        """People who ask for a code enter it. Whoever pumps messages, or replays a stolen file, cannot."""
        return self.sent >= rules.SUSPICIOUS_FROM and self.entered < self.sent * rules.SUSPICIOUS_BELOW
