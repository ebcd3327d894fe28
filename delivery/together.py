"""Many messages of a campaign asked for in one request: taken, asked and recorded with a few statements for all.

Only messages that the provider asked certainly does not have; one that it may have goes its own way (sending.py).
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from breachdesk import keys
from delivery import budgets, outages, routes, steering, taking
from delivery.budgets import Paid, TooDear
from delivery.channels import Accepted, Answer, NotSent, OutcomeUnknown
from delivery.channels.asking import OF_MANY
from delivery.models import Attempt, Forgotten
from delivery.routes import Route
from delivery.states import Channel, Lane
from delivery.taking import Taken

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """Messages for one request to one provider, written down as being asked about and paid for."""

    messages: Sequence[Taken]
    paid: Paid


@dataclass(frozen=True)
class Refused:
    """No provider may be asked for the messages that would have been next: by which channels, and why."""

    channels: frozenset[str]
    why: TooDear


class _NoMoney(Exception):
    """Undoes what was written for a provider that may not be asked."""


def most() -> int:
    """So many messages of a campaign may be asked for at once."""
    return max(route.batch for route in routes.all_of_them())


def most_by(channel: Channel) -> int:
    """Of them, by this channel."""
    return max((budgets.most(route) for route in routes.for_channel(channel)), default=1)


def may_go(message: Taken) -> bool:
    """It may go with others, and there is a provider of its way."""
    return not _goes_alone(message) and routes.carries(message.channel)


def _goes_alone(message: Taken) -> bool:
    """The provider asked may have it, or what it went with was refused whole: only by itself it is seen whether it was the cause."""
    return (message.in_doubt and not message.moves_on) or message.last_problem.endswith(OF_MANY)


def _way(message: Taken) -> tuple[str, str, bool, bool]:
    """The same for those that may go together: what one provider did not take goes to the other together."""
    return (
        routes.WAY_OF[message.channel],
        message.provider if message.tries else "",
        _goes_alone(message),
        message.moves_on,
    )


def due(*, tried: set[str], never: Collection[str], most: int, at: dt.datetime) -> list[Taken]:
    """What of a campaign may leave now, locked. `tried`: see outages.now_open; `never`: not by these channels."""
    for way in outages.now_open(tried=tried, at=at):
        rows = taking.due(Lane.CAMPAIGN, only=way.tried, never={*way.shut, *never}, most=way.most(most), at=at)
        if rows:
            moving = steering.moving_on(rows, at=at)
            for row in rows:
                row.moves_on = row.id in moving
            return rows
    return []


def begin(rows: Sequence[Taken], *, lease: uuid.UUID, at: dt.datetime, chance: float) -> Part | Refused:
    """Writes of the first of these locked rows, and of all that may go with it, that a provider is going to be asked, and pays.

    To be called in the transaction that locked them; refused, nothing is written.
    """
    first = rows[0]
    chosen = steering.choose(first, at=at, chance=chance)
    way = _way(first)
    alike = [row for row in rows if _way(row) == way]
    refused = []
    others = [] if first.moves_on else [other for other in routes.for_channel(first.channel) if other != chosen]
    for route in [chosen, *others]:
        part = alike[: budgets.most(route)]
        try:
            # Paid last: the budget's row, which codes are paid from too, is locked no longer than it takes to commit.
            with transaction.atomic(savepoint=budgets.may_refuse(route)):
                until = at + settings.DELIVERY_LEASE
                taking.begin(part, provider=route.name, sender=route.sender, lease=lease, until=until, at=at)
                paid = budgets.pay(part, [route], at=at)
                if isinstance(paid, TooDear):
                    raise _NoMoney
        except _NoMoney:
            assert isinstance(paid, TooDear)
            refused.append(paid)
            continue
        for row in part:
            row.tries, row.provider, row.sender = row.tries + 1, route.name, route.sender
        return Part(part, paid)
    return Refused(frozenset(row.channel for row in part), min(refused, key=lambda each: each.again_at))


def ask(part: Part) -> list[Answer]:
    """The call itself, for all of them: no transaction is open, and whatever goes wrong is an answer."""
    route: Route = part.paid.route
    answers: dict[uuid.UUID, Answer] = {}
    readable = []
    for message in part.messages:
        try:
            readable.append((message, message.words))
        except (keys.CannotOpen, Forgotten) as error:
            log.error("message %s cannot be read: %s", message.id, type(error).__name__)
            answers[message.id] = NotSent(permanent=True, code=type(error).__name__)
    try:
        if route.batch > 1:
            told = route.channel.send_many(readable, route=route) if readable else []
        else:
            told = [route.channel.send(message, words, route=route) for message, words in readable]
    except (NotSent, OutcomeUnknown) as answer:
        told = [answer] * len(readable)
    except Exception as error:
        # A mistake of ours must not hold up the others. Its words may be personal: only its kind is written down.
        log.error("%s messages: %s", len(readable), type(error).__name__)
        told = [OutcomeUnknown(code=type(error).__name__)] * len(readable)
    answers |= {message.id: answer for (message, _words), answer in zip(readable, told, strict=True)}
    return [answers[message.id] for message in part.messages]


def record(
    part: Part, answers: Sequence[Answer], *, lease: uuid.UUID, at: dt.datetime
) -> list[tuple[Taken, Attempt, Answer]]:
    """Records every plain yes, and returns what is to be recorded one by one."""
    taken: list[tuple[Taken, Accepted]] = []
    rest: dict[uuid.UUID, tuple[Taken, Answer]] = {}
    for message, answer in zip(part.messages, answers, strict=True):
        if isinstance(answer, Accepted):
            taken.append((message, answer))
        else:
            rest[message.id] = message, answer
    if taken:
        taking.accept([(one.id, one.tries, answer.provider_id) for one, answer in taken], lease=lease, at=at)
        outages.somebody_took(part.messages[0].channel)
    attempts = Attempt.objects.filter(message__in=list(rest)).order_by("message_id") if rest else []
    of_now = [attempt for attempt in attempts if attempt.number == rest[attempt.message_id][0].tries]
    return [(rest[attempt.message_id][0], attempt, rest[attempt.message_id][1]) for attempt in of_now]
