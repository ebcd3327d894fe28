"""How messages flow now, for staff: what waits, how fast it leaves, what did not arrive and why, how the providers are.

Every figure is from rows, none is kept. Each count stops at a bound and goes along an index, so that the page costs the same
whether thousands or millions are on their way.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Min

from delivery import codes, routes, steering
from delivery.models import NOT_ARRIVED, SET_ASIDE, TO_SEND, Attempt, Message, Messages, Share
from delivery.states import ORDER, Channel, Lane, Outcome, State

# Further than this nothing is counted: "10,000+".
COUNTED = 10_000
LEFT_COUNTED = 100_000
ATTEMPTS_LOOKED_AT = 2_000
A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Bounded:
    number: int
    at_least: bool = False

    def __str__(self) -> str:
        return f"{self.number:,}{'+' if self.at_least else ''}"


@dataclass(frozen=True)
class Queue:
    lane: Lane
    # Due now, due later (tried again, or not before an hour), and held back with its campaign.
    due: Bounded
    later: Bounded
    held: Bounded
    waited: dt.timedelta | None


def queues(*, at: dt.datetime) -> list[Queue]:
    found = []
    for lane in ORDER:
        waiting = Message.objects.filter(TO_SEND, lane=lane)
        free = waiting.filter(held_at__isnull=True)
        due = free.filter(due_at__lte=at)
        oldest = due.aggregate(first=Min("due_at"))["first"]
        found.append(
            Queue(
                lane,
                due=_bounded(due),
                later=_bounded(free.filter(due_at__gt=at)),
                held=_bounded(waiting.filter(held_at__isnull=False)),
                waited=at - oldest if oldest else None,
            )
        )
    return found


def _bounded(rows: Messages, most: int | None = None) -> Bounded:
    most = most or COUNTED
    counted = rows.order_by()[: most + 1].count()
    return Bounded(min(counted, most), counted > most)


@dataclass(frozen=True)
class Left:
    minute: Bounded
    hour: Bounded


def left(*, at: dt.datetime) -> Left:
    """Taken by a provider."""
    return Left(_left(at - dt.timedelta(minutes=1)), _left(at - dt.timedelta(hours=1)))


def _left(since: dt.datetime) -> Bounded:
    taken = Message.objects.filter(
        settled_at__gt=since, sealed_recipient__isnull=False, state__in=[State.ACCEPTED, State.DELIVERED]
    )
    return _bounded(taken, LEFT_COUNTED)


def set_aside() -> Bounded:
    """Given up without knowing whether they arrived: asked every few seconds by each who looks, and by each probe."""
    return _bounded(Message.objects.filter(SET_ASIDE))


@dataclass(frozen=True)
class Trouble:
    """Of the messages of a day that did not arrive: those alike as one."""

    state: State
    channel: Channel
    words: str
    messages: int


def troubles(*, at: dt.datetime) -> list[Trouble]:
    """The newest ones; the most frequent first."""
    newest = Message.objects.filter(NOT_ARRIVED, put_at__gt=at - A_DAY).order_by("-put_at", "-pk")
    counted = Counter(newest.values_list("state", "channel", "last_problem")[:COUNTED])
    # Two codes may mean the same.
    by_words: Counter[tuple[str, str, str]] = Counter()
    for (state, channel, code), messages in counted.items():
        by_words[state, channel, codes.words(code)] += messages
    return [
        Trouble(State(state), Channel(channel), words, messages)
        for (state, channel, words), messages in sorted(by_words.items(), key=lambda one: (-one[1], one[0]))
    ]


@dataclass
class Provider:
    name: str
    # Percent of new messages of its way; None: it has no other beside it.
    share: int | None
    trouble_at: dt.datetime | None
    # Of the newest attempts of all providers.
    outcomes: dict[str, int] = field(default_factory=dict)
    last_taken_at: dt.datetime | None = None

    @property
    def tried(self) -> int:
        return sum(self.outcomes.values())

    @property
    def taken(self) -> int:
        return self.outcomes.get(Outcome.ACCEPTED, 0)


def providers() -> list[Provider]:
    found = {}
    for channel in (Channel.SMS, Channel.ALIMTALK, Channel.EMAIL):
        ways = routes.for_channel(channel)
        kept = Share.objects.filter(way=routes.WAY_OF[channel]).first() if len(ways) == 2 else None
        first = steering.first_share(routes.WAY_OF[channel]) if len(ways) == 2 else None
        for place, way in enumerate(ways):
            share = None if first is None else first if place == 0 else 100 - first
            found[way.name] = Provider(way.name, share, kept.trouble_at if kept else None)
    newest = Attempt.objects.order_by("-pk").values_list("provider", "outcome", "ended_at")[:ATTEMPTS_LOOKED_AT]
    for provider, outcome, ended_at in newest:
        one = found.setdefault(provider, Provider(provider, None, None))
        one.outcomes[outcome] = one.outcomes.get(outcome, 0) + 1
        if outcome == Outcome.ACCEPTED and ended_at and (one.last_taken_at is None or ended_at > one.last_taken_at):
            one.last_taken_at = ended_at
    return list(found.values())
