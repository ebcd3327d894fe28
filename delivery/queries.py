"""What became of the messages, for the rooms above and for staff."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet

from delivery import check_codes, codes, outages, routes
from delivery.models import (
    NOT_ARRIVED,
    SAID_SOMETHING,
    SET_ASIDE,
    SETTLED,
    TOO_DEAR,
    Attempt,
    Heartbeat,
    Message,
    Receipt,
    TemplateVersion,
)
from delivery.states import ORDER, Channel, Lane, Outcome, State, TemplateState
from delivery.words import Words

# The heartbeat's one row.
WHOLE_WAY = "beat to worker"


def state_of(keys: Iterable[str]) -> dict[str, State]:
    """By the key each was put with; a key that was never put is absent."""
    return {key: State(state) for key, state in Message.objects.filter(key__in=list(keys)).values_list("key", "state")}


@dataclass(frozen=True)
class WhyNot:
    """Why a message did not arrive: the provider's code or ours, whose fault that is (None: unknown), and words for staff."""

    code: str
    fault: codes.Fault | None
    words: str


def why_not(keys: Iterable[str]) -> dict[str, WhyNot]:
    """By the key each was put with, of those that failed or were given up."""
    found = Message.objects.filter(NOT_ARRIVED, key__in=list(keys), settled_at__isnull=False)
    return {
        key: WhyNot(code, codes.fault(code), codes.words(code))
        for key, code in found.values_list("key", "last_problem")
    }


def unlisted_codes(*, since: dt.datetime) -> dict[str, int]:
    """Codes that providers gave since then and no table has, with how often: each message behind one is unknown."""
    counted: Counter[str] = Counter()
    for rows in (
        Attempt.objects.filter(started_at__gte=since),
        Receipt.objects.filter(received_at__gte=since),
    ):
        counted.update(dict(rows.filter(SAID_SOMETHING).order_by().values_list("code").annotate(Count("pk"))))
    return {code: n for code, n in sorted(counted.items()) if codes.meaning(code) is None}


def waiting_for_money() -> int:
    """Not asked for, because its provider's won of a minute or of a day are spent."""
    return Message.objects.open().filter(TOO_DEAR).count()


def carries_alimtalk(occasion: str, language: str) -> bool:
    """Whether there is a provider of it and an approved template for this."""
    return routes.carries(Channel.ALIMTALK) and bool(approved_templates([(occasion, language)]))


def approved_templates(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], TemplateVersion]:
    """By occasion and language: the newest that may be sent; absent where there is none."""
    wanted = set(wanted)
    known = TemplateVersion.objects.filter(
        state=TemplateState.APPROVED, occasion__in={occasion for occasion, _language in wanted}
    )
    found = {(each.occasion, each.language): each for each in known.order_by("version")}
    return {each: found[each] for each in wanted if each in found}


@dataclass(frozen=True)
class Standing:
    """What became of one message so far."""

    state: State
    # Since when a provider has been asked for it, or none of its way takes anything: later by as long as it was held back
    # meanwhile. None: not asked yet, or held back now.
    asked_at: dt.datetime | None
    sent_at: dt.datetime | None
    problem: str


FACTS = (
    "pk",
    "key",
    "state",
    "tries",
    "put_at",
    "sent_at",
    "last_problem",
    "channel",
    "held_at",
    "held_for",
    "settled_at",
)


def standing(keys: Iterable[str]) -> dict[str, Standing]:
    """By the key each was put with; a key that was never put is absent."""
    found, down = Message.objects.filter(key__in=list(keys)), outages.since()
    rows = list(found.values_list(*FACTS, named=True))
    tried = [row.pk for row in rows if row.tries and row.state not in SETTLED]
    first = Attempt.objects.filter(message__in=tried, number=1).values_list("message", "started_at")
    asked_at = dict(first) if tried else {}
    return {
        row.key: Standing(
            State(row.state), _asked_at(row, asked_at.get(row.pk), down.get(row.channel)), row.sent_at, row.last_problem
        )
        for row in rows
    }


def _asked_at(row: Any, first: dt.datetime | None, down_since: dt.datetime | None) -> dt.datetime | None:
    if row.held_at is not None and row.settled_at is None:
        return None
    if row.tries:
        return (first or row.put_at) + row.held_for
    return max(row.put_at, down_since) if down_since else None


def to_whom(keys: Iterable[str]) -> dict[str, Message]:
    """The messages themselves, by key: for whoever may know to which contact each went."""
    return {message.key: message for message in Message.objects.filter(key__in=list(keys))}


def waiting_count() -> dict[Lane, int]:
    """Not yet taken by a provider, by lane; letters on paper wait elsewhere."""
    unsettled = Message.objects.filter(settled_at__isnull=True).exclude(channel=Channel.LETTER)
    found = dict(unsettled.order_by().values_list("lane").annotate(Count("pk")))
    return {lane: found.get(lane, 0) for lane in ORDER}


def unsettled(*, about: str) -> int:
    """Of the messages that tell of this, how many no provider has taken yet. Not counted: letters, which wait for their batch, and
    what goes a way by which nothing leaves, so that nobody who can be told otherwise waits behind it.
    """
    return Message.objects.unsettled(about=about).exclude(channel__in=[Channel.LETTER, *outages.since()]).count()


def letters_waiting(*, at: dt.datetime) -> dict[str, int]:
    """Letters that a batch may take now, by what they tell of."""
    waiting = Message.objects.letters_waiting(at=at)
    return dict(waiting.order_by().values_list("about").annotate(Count("pk")))


def waiting_since(*, at: dt.datetime) -> dt.datetime | None:
    """How long the message that should have left first has been due."""
    return Message.objects.due(at=at).aggregate(first=Min("due_at"))["first"]


def heard_at() -> dt.datetime | None:
    """When beat, broker and a worker last worked together; None: never yet."""
    return Heartbeat.objects.filter(name=WHOLE_WAY).values_list("arrived_at", flat=True).first()


def set_aside() -> QuerySet[Message]:
    """Given up without knowing whether they arrived: somebody must look."""
    return Message.objects.filter(SET_ASIDE)


def is_idle(*, at: dt.datetime) -> bool:
    """Nothing is on its way and nothing is due."""
    return not (Message.objects.filter(state=State.SENDING).exists() or Message.objects.due(at=at).exists())


@dataclass(frozen=True)
class Checked:
    """What may be said of a message to whoever has its check code: never whom it went to, and nothing only they were told."""

    # By it the room that put the message knows it; shown to nobody.
    key: str
    occasion: str
    channel: str
    left_at: dt.datetime
    sender: str
    opening: str


def by_check_code(code: str) -> list[Checked]:
    """The messages of this code that have left, or may have: whoever holds one holds ours. Hardly ever more than one."""
    found = Message.objects.filter(code_hash__in=check_codes.hashes(code)).order_by("-put_at")
    left = [(message, _left_at(message)) for message in found]
    return [
        Checked(message.key, message.occasion, message.channel, left_at, message.sender, message.opening)
        for message, left_at in left
        if left_at is not None
    ]


def letters_with(code: str) -> list[Words]:
    """What the letters on paper with this check code said, where that is still kept."""
    found = Message.objects.filter(
        code_hash__in=check_codes.hashes(code), channel=Channel.LETTER, sealed_words__isnull=False
    )
    return [message.words for message in found.order_by("-put_at")]


def _left_at(message: Message) -> dt.datetime | None:
    """When a provider took it, or was asked and may have taken it; None where it is certainly still with us."""
    if message.sent_at is not None:
        return message.sent_at
    may_have = Attempt.objects.filter(Q(outcome=Outcome.UNKNOWN) | Q(ended_at=None), message=message)
    return may_have.order_by("number").values_list("started_at", flat=True).first()


def unforgotten(*, settled_before: dt.datetime) -> QuerySet[Message]:
    """Settled that long ago and still with words or address."""
    return Message.objects.filter(settled_at__lte=settled_before, sealed_recipient__isnull=False)


def database_clock() -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
