"""Many messages of a campaign: locked, written down as being asked for, recorded. One plain statement for all of them each.

A campaign has millions of rows, so they are read without Django's instances, and no more of each than its way out needs.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from breachdesk.lib.contacts import Contact
from breachdesk.lib.postal import PostalAddress
from delivery import states
from delivery.models import Message, opened_recipient, opened_words
from delivery.states import Channel, Lane, Outcome, State
from delivery.words import Words

# As Messages.due has it; the first line is the condition of the index.
MAY_LEAVE = """
    message.state IN ('waiting', 'unknown') AND message.settled_at IS NULL AND NOT message.channel = 'letter'
    AND message.due_at <= %(at)s AND message.held_at IS NULL
    AND (message.expires_at IS NULL OR message.expires_at > %(at)s)
"""

# In order, one row at most, so that it is read from the index whatever the planner knows of the table.
FIRST = f"""
    SELECT lane, channel FROM unnest(%(lanes)s) WITH ORDINALITY AS asked (lane, place) CROSS JOIN LATERAL (
        SELECT message.channel FROM delivery_message AS message WHERE message.lane = asked.lane AND {MAY_LEAVE}
        ORDER BY message.due_at LIMIT 1
    ) AS found ORDER BY place
"""  # noqa: S608  (put together of constants)

DUE = f"""
    SELECT message.id, message.lane, message.channel, message.language, message.occasion, message.opening, message.put_at,
        message.tries, message.in_doubt, message.last_problem, message.provider, message.sender, template.code,
        message.sealed_recipient, message.sealed_words
    FROM delivery_message AS message LEFT JOIN delivery_templateversion AS template ON template.id = message.template_id
    WHERE message.lane = %(lane)s AND {MAY_LEAVE}
        AND (%(only)s = '{{}}'::text[] OR message.channel = ANY (%(only)s)) AND NOT message.channel = ANY (%(never)s)
    ORDER BY message.due_at LIMIT %(most)s
    FOR UPDATE OF message SKIP LOCKED
"""  # noqa: S608

BEGIN = """
    WITH begun AS (
        UPDATE delivery_message SET state = %(sending)s, lease = %(lease)s, leased_until = %(until)s, tries = tries + 1,
            provider = %(provider)s, sender = %(sender)s
        WHERE id = ANY (%(ids)s::uuid[]) RETURNING id, tries
    )
    INSERT INTO delivery_attempt (message_id, number, provider, started_at, outcome, code)
    SELECT id, tries, %(provider)s, %(at)s, '', '' FROM begun
"""

ACCEPT = """
    WITH told AS (
        SELECT * FROM unnest(%(ids)s::uuid[], %(numbers)s::int[], %(provider_ids)s::text[]) AS told (id, number, provider_id)
    ), ended AS (
        UPDATE delivery_attempt AS attempt SET ended_at = %(at)s, outcome = %(yes)s FROM told
        WHERE attempt.message_id = told.id AND attempt.number = told.number
    )
    UPDATE delivery_message AS message SET state = %(accepted)s, lease = NULL, leased_until = NULL, sent_at = %(at)s,
        settled_at = COALESCE(settled_at, %(at)s), provider_id = told.provider_id, last_problem = ''
    FROM told WHERE message.id = told.id AND message.state = %(sending)s AND message.lease = %(lease)s
"""


@dataclass(slots=True)
class Taken:
    """A message as its way out needs it, in the order of DUE."""

    id: uuid.UUID
    lane: str
    channel: str
    language: str
    occasion: str
    opening: str
    put_at: dt.datetime
    tries: int
    in_doubt: bool
    last_problem: str
    provider: str
    sender: str
    template: str | None
    sealed_recipient: memoryview | None
    sealed_words: memoryview | None
    # In doubt at its provider for long enough: the other is asked for it (steering.moving_on).
    moves_on: bool = False

    @property
    def recipient(self) -> Contact | PostalAddress:
        """Raises Forgotten, keys.CannotOpen."""
        return opened_recipient(self.id, self.channel, self.sealed_recipient)

    @property
    def words(self) -> Words:
        """Raises Forgotten, keys.CannotOpen."""
        return opened_words(
            self.id,
            self.sealed_words,
            occasion=self.occasion,
            language=self.language,
            opening=self.opening,
            template=self.template,
        )


# Whichever way it goes: a channel asks both for the same.
Outgoing = Message | Taken


def lanes_with_work(among: Sequence[Lane], *, at: dt.datetime) -> dict[Lane, Channel]:
    """Where something may leave now, in the order given, and the channel of what is first there."""
    with connection.cursor() as cursor:
        cursor.execute(FIRST, {"lanes": list(among), "at": at})
        return {Lane(lane): Channel(channel) for lane, channel in cursor.fetchall()}


def due(
    lane: Lane, *, only: Collection[str] = (), never: Collection[str] = (), most: int, at: dt.datetime
) -> list[Taken]:
    """What may leave now, locked, in its order. `only`, `never`: by these channels."""
    wanted: dict[str, Any] = {"lane": lane, "only": list(only), "never": list(never), "most": most, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(DUE, wanted)
        return [Taken(*row) for row in cursor.fetchall()]


def begin(
    rows: Sequence[Taken], *, provider: str, sender: str, lease: uuid.UUID, until: dt.datetime, at: dt.datetime
) -> None:
    """Of locked rows that wait: that this provider is going to be asked, with the attempt of each."""
    assert states.may_move(State.WAITING, State.SENDING)
    wanted: dict[str, Any] = {"provider": provider, "sender": sender, "lease": lease, "until": until, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, {**wanted, "sending": State.SENDING, "ids": _array(row.id for row in rows)})


def accept(told: Sequence[tuple[uuid.UUID, int, str]], *, lease: uuid.UUID, at: dt.datetime) -> None:
    """The provider's yes, with its own id, to this try of each message: of those that are still ours as `move` would write it."""
    assert states.may_move(State.SENDING, State.ACCEPTED)
    ids, numbers, provider_ids = zip(*told, strict=True)
    of_each = {"ids": _array(ids), "numbers": _array(numbers), "provider_ids": _array(provider_ids)}
    moved = {"sending": State.SENDING, "accepted": State.ACCEPTED, "yes": Outcome.ACCEPTED}
    with connection.cursor() as cursor:
        cursor.execute(ACCEPT, {**of_each, **moved, "lease": lease, "at": at})


def _array(values: Iterable[object]) -> str:
    """As PostgreSQL writes one: in one piece, so that the driver need not look at each."""
    quoted = (str(value).replace("\\", r"\\").replace('"', r"\"") for value in values)
    return '{"' + '","'.join(quoted) + '"}'
