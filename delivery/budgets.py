"""What messages may cost: for each provider the won of any minute and of any 24 hours, taken before it is asked.

A part of both is kept for codes and what claimants are told; a campaign never spends it. What a provider certainly did not take is
given back. One table counts, whichever worker asks (breachdesk.limits).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from breachdesk import limits
from breachdesk.limits import Budget, Draw
from delivery import routes, terms
from delivery.routes import Route
from delivery.states import Lane
from delivery.taking import Outgoing

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
CODES = {MINUTE: "won-a-minute", DAY: "won-a-day"}


@dataclass(frozen=True)
class Paid:
    """What was taken for a request to this provider."""

    route: Route
    draws: tuple[Draw, ...]
    at: dt.datetime


@dataclass(frozen=True)
class TooDear:
    """No provider of this way may be asked now: why, as a code for staff, and when the first of them may."""

    code: str
    again_at: dt.datetime


def pay(messages: Sequence[Outgoing], ways: Sequence[Route], *, at: dt.datetime) -> Paid | TooDear:
    """For all of these or for none, at the first provider of the row that has the money."""
    refused = []
    for route in ways:
        draws = _draws(route, messages)
        taken = limits.take(*draws, at=at) if draws else None
        if taken is None or taken.ok:
            return Paid(route, draws, at)
        refused.append(taken)
    soonest = min(refused, key=lambda taken: taken.again_at or at + DAY)
    assert soonest.budget is not None  # it is what refused
    return TooDear(CODES[soonest.budget.period], soonest.again_at or at + MINUTE)


def give_back(paid: Paid, messages: Sequence[Outgoing]) -> None:
    """Of what was paid, what these would have cost: their provider did not take them."""
    won = sum(paid.route.won(message.channel) for message in messages)
    if paid.draws and won:
        limits.give_back(*(draw.budget.of(draw.subject, amount=won) for draw in paid.draws), at=paid.at)


def may_refuse(route: Route) -> bool:
    return bool(route.terms.won_a_minute)


def most(route: Route) -> int:
    """So many messages of a campaign may be asked for at once: more would never be granted."""
    dearest = max(route.terms.won.values(), default=0)
    if not dearest or not route.terms.won_a_minute:
        return route.batch
    for_campaigns = min(purse.allowance for purse in _purses(route, for_campaigns=True))
    return max(min(route.batch, for_campaigns // dearest), 1)


def _draws(route: Route, messages: Sequence[Outgoing]) -> tuple[Draw, ...]:
    won = sum(route.won(message.channel) for message in messages)
    if not won or not may_refuse(route):
        return ()
    campaign = any(message.lane == Lane.CAMPAIGN for message in messages)
    return tuple(purse.of("all", amount=won) for purse in _purses(route, for_campaigns=campaign))


def _purses(route: Route, *, for_campaigns: bool = False) -> list[Budget]:
    agreed = route.terms
    purses = [
        Budget(f"delivery.{route.name}.won.minute", agreed.won_a_minute, MINUTE),
        Budget(f"delivery.{route.name}.won.day", agreed.won_a_day, DAY),
    ]
    if not for_campaigns:
        return purses
    return [purse.leaving(terms.reserve(purse.allowance, agreed.reserve_percent)) for purse in purses]


@dataclass(frozen=True)
class Spending:
    """What one provider's messages have cost in the period that ends now. `for_campaigns`: what a campaign may still spend."""

    provider: str
    period: dt.timedelta
    allowance: int
    reserve: int
    spent: int

    @property
    def for_campaigns(self) -> int:
        return max(self.allowance - self.reserve - self.spent, 0)

    @property
    def percent(self) -> int:
        return min(100 * self.spent // self.allowance, 100)


def spending(*, at: dt.datetime) -> list[Spending]:
    """Of every provider that costs something, its minute and its day."""
    found = []
    for route in routes.all_of_them():
        if not route.terms.won_a_minute or not any(route.terms.won.values()):
            continue
        for purse in _purses(route):
            reserve = terms.reserve(purse.allowance, route.terms.reserve_percent)
            left = limits.left(purse, subject="all", at=at)
            found.append(Spending(route.name, purse.period, purse.allowance, reserve, purse.allowance - left))
    return found


def left_for_campaigns(channel: str, *, at: dt.datetime) -> int | None:
    """What campaigns may still spend by this way within 24 hours, at all its providers together. None: there is no limit."""
    ways = {route.name for route in routes.for_channel(channel) if route.won(channel)}
    days = [one for one in spending(at=at) if one.provider in ways and one.period == DAY]
    return sum(one.for_campaigns for one in days) if ways and len(days) == len(ways) else None
