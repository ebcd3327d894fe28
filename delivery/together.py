"""Many messages of a campaign asked for in one request: written down, asked and recorded with a few statements for all.

Only messages that certainly have not left; one that may have goes its own way (sending.py).
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import SystemRandom

from django.conf import settings
from django.db import transaction
from django.db.models import F

from breachdesk import keys
from delivery import budgets, outages, routes, rules, steering
from delivery.channels import Accepted, Answer, NotSent, OutcomeUnknown
from delivery.models import Attempt, Forgotten, Message
from delivery.routes import Route
from delivery.states import Channel, Lane, Outcome

log = logging.getLogger(__name__)
chance = SystemRandom()

# Where no provider takes more at once.
FEW = 50

Begun = tuple[Message, Attempt]


@dataclass(frozen=True)
class Part:
    """Messages for one request to one provider. One alone chooses its provider when it is sent."""

    messages: Sequence[Message]
    route: Route | None = None


def most() -> int:
    """So many messages of a campaign are taken at once."""
    return max(FEW, *(route.batch for route in routes.all_of_them()))


def parts(batch: Sequence[Message], *, at: dt.datetime) -> Iterator[Part]:
    """The batch in requests: in its order within each way out. Those that one provider did not take go to the other together."""
    alike: dict[tuple[str, str], list[Message]] = {}
    for message in batch:
        if message.lane == Lane.CAMPAIGN and not message.in_doubt and routes.carries(message.channel):
            way = "email" if message.channel == Channel.EMAIL else steering.way_of(message.channel)
            alike.setdefault((way, message.provider if message.tries else ""), []).append(message)
        else:
            yield Part([message])
    for rest in alike.values():
        while rest:
            route = steering.choose(rest[0], at=at, chance=chance.random())
            most = budgets.most(route)
            yield Part(rest[:most], route)
            del rest[:most]


def begin(
    messages: Sequence[Message], route: Route, *, lease: uuid.UUID, at: dt.datetime
) -> tuple[list[Begun], list[Message]]:
    """Writes that the provider is going to be asked about each, and renews the leases.

    The second list: still ours, and not to be sent as it is (held back, expired, perhaps gone already).
    """
    with transaction.atomic():
        held = Message.objects.held(lease=lease).filter(pk__in=[message.pk for message in messages])
        rows = list(held.select_related("template").select_for_update(of=("self",)).order_by("pk"))
        odd = [
            row for row in rows if row.held_at or row.in_doubt or rules.has_expired(expires_at=row.expires_at, at=at)
        ]
        usable = [row for row in rows if row not in odd]
        changes = {
            "provider": route.name,
            "sender": route.sender,
            "leased_until": at + settings.DELIVERY_LEASE,
        }
        Message.objects.filter(pk__in=[row.pk for row in usable]).update(tries=F("tries") + 1, **changes)
        for row in usable:
            row.tries, row.provider, row.sender = row.tries + 1, route.name, route.sender
        attempts = Attempt.objects.bulk_create(
            Attempt(message=row, number=row.tries, provider=row.provider, started_at=at) for row in usable
        )
    return list(zip(usable, attempts, strict=True)), odd


def ask(route: Route, begun: Sequence[Begun]) -> list[Answer]:
    """The call itself, for all of them: no transaction is open, and whatever goes wrong is an answer."""
    answers: dict[uuid.UUID, Answer] = {}
    readable = []
    for message, _attempt in begun:
        try:
            readable.append((message, message.words))
        except (keys.CannotOpen, Forgotten) as error:
            log.error("message %s cannot be read: %s", message.pk, type(error).__name__)
            answers[message.pk] = NotSent(permanent=True, code=type(error).__name__)
    try:
        told = route.channel.send_many(readable, route=route) if readable else []
    except (NotSent, OutcomeUnknown) as answer:
        told = [answer] * len(readable)
    except Exception as error:
        # A mistake of ours must not hold up the others. Its words may be personal: only its kind is written down.
        log.error("%s messages: %s", len(readable), type(error).__name__)
        told = [OutcomeUnknown(code=type(error).__name__)] * len(readable)
    answers |= {message.pk: answer for (message, _words), answer in zip(readable, told, strict=True)}
    return [answers[message.pk] for message, _attempt in begun]


def record(
    begun: Sequence[Begun], answers: Sequence[Answer], *, lease: uuid.UUID, at: dt.datetime
) -> list[tuple[Message, Attempt, Answer]]:
    """Records every plain yes, and returns what is to be recorded one by one."""
    taken: dict[uuid.UUID, str] = {}
    ended: list[int] = []
    rest: list[tuple[Message, Attempt, Answer]] = []
    for (message, attempt), answer in zip(begun, answers, strict=True):
        if isinstance(answer, Accepted):
            taken[message.pk] = answer.provider_id
            ended.append(attempt.pk)
        else:
            rest.append((message, attempt, answer))
    with transaction.atomic():
        if taken:
            outages.somebody_took(begun[0][0].channel)
        Message.objects.accept(taken, lease=lease, at=at)
        Attempt.objects.filter(pk__in=ended).update(ended_at=at, outcome=Outcome.ACCEPTED)
    return rest
