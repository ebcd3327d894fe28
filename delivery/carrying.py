"""What becomes of letters on paper: no provider is asked for them, a mail house carries them off. The only writers of that.

waiting -> accepted, when the mail house has posted it -> delivered, when its reader used what only the letter says; or failed,
when it came back. What arrived stays arrived, and one that was called back and left all the same has arrived too.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from django.db import connection, transaction

from delivery import actions, states
from delivery.models import Attempt, Message
from delivery.states import Channel, Outcome, State

MAIL_HOUSE = "mail-house"
RETURNED = "returned-"

HANDED = """
    UPDATE delivery_message AS message SET tries = 1, provider = %s, provider_id = told.provider_id
    FROM unnest(%s::uuid[], %s::text[]) AS told (id, provider_id)
    WHERE message.id = told.id AND message.channel = %s AND message.state = %s
    RETURNING message.id
"""


@transaction.atomic
def handed_over(letters: Mapping[uuid.UUID, str], *, at: dt.datetime) -> int:
    """By message: the number it bears at the mail house. From now on it may be in somebody's hands, so its check code is ours
    (queries.by_check_code); what is called back later may arrive all the same.
    """
    with connection.cursor() as cursor:
        numbers = [[str(pk) for pk in letters], list(letters.values())]
        cursor.execute(HANDED, [MAIL_HOUSE, *numbers, Channel.LETTER, State.WAITING])
        handed = [row[0] for row in cursor.fetchall()]
    attempts = [Attempt(message_id=pk, number=1, provider=MAIL_HOUSE, started_at=at) for pk in handed]
    Attempt.objects.bulk_create(attempts, ignore_conflicts=True)
    return len(handed)


@transaction.atomic
def posted(pks: Sequence[uuid.UUID], *, posted_at: dt.datetime, at: dt.datetime) -> int:
    """The mail house has given them to the post. Those that wait no more (cancelled, returned) stay as they are."""
    assert states.may_move(State.WAITING, State.ACCEPTED)
    waiting = Message.objects.filter(pk__in=pks, channel=Channel.LETTER, state=State.WAITING)
    moved = list(waiting.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    Message.objects.filter(pk__in=moved).update(state=State.ACCEPTED, sent_at=posted_at, settled_at=at)
    Attempt.objects.filter(message__in=moved, ended_at=None).update(ended_at=posted_at, outcome=Outcome.ACCEPTED)
    return len(moved)


@transaction.atomic
def cannot_be_posted(pks: Sequence[uuid.UUID], *, why: str, at: dt.datetime) -> None:
    """Nobody could print or address these."""
    for message in _waiting(pks):
        message.move(State.FAILED, at=at, last_problem=why)


def came_back(*, pk: uuid.UUID, reason: str, returned_at: dt.datetime, at: dt.datetime) -> bool:
    """The post brought it back. False: it is known to have arrived, so the envelope was somebody else's mistake.

    Raises actions.AlreadyRecorded.
    """
    message = actions.record_receipt(
        event_id=f"returned:{pk}",
        message_id=pk,
        state=State.FAILED,
        happened_at=returned_at,
        at=at,
        code=RETURNED + reason,
    )
    return message.state == State.FAILED


def arrived(*, pk: uuid.UUID, happened_at: dt.datetime, at: dt.datetime) -> None:
    """Somebody did what only the reader of this letter can. Said twice, it changes nothing."""
    with contextlib.suppress(actions.AlreadyRecorded):
        actions.record_receipt(
            event_id=f"used:{pk}",
            message_id=pk,
            state=State.DELIVERED,
            happened_at=happened_at,
            at=at,
            code="letter-code-used",
        )


def _waiting(pks: Sequence[uuid.UUID]) -> list[Message]:
    rows = Message.objects.select_for_update(of=("self",)).order_by("pk")
    return list(rows.filter(pk__in=pks, channel=Channel.LETTER, state=State.WAITING))
