"""What a person decides about one message, with a reason: to ask for it once more, or to call it back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from breachdesk import audit
from breachdesk.accounts.models import User
from delivery import rules, tasks
from delivery.models import Message
from delivery.states import Lane, State


class NotNow(Exception):
    """It stands otherwise by now, or was never one for this: nothing was done."""


def send_again(*, message: Message, reason: str, by: User, at: dt.datetime) -> Message:
    """Asked for again as the sweep would, under the same id: a provider that has it already does not send it twice. Raises NotNow."""
    with transaction.atomic():
        message = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        if not rules.may_send_again(standing(message), at=at):
            raise NotNow
        was = message.state
        changes = {"due_at": at - rules.CLOCKS_DIFFER_BY, "held_at": None, "lost_leases": 0, "settled_at": None}
        if was == State.FAILED:
            message.move(State.UNKNOWN if message.in_doubt else State.WAITING, at=at, by_hand=True, **changes)
        else:
            for name, value in changes.items():
                setattr(message, name, value)
            message.save(update_fields=list(changes))
        _record("sent_again", message, reason=reason, was=was, by=by, at=at)
        transaction.on_commit(lambda: tasks.hurry(Lane(message.lane)), robust=True)
    return message


def call_back(*, message: Message, reason: str, by: User, at: dt.datetime) -> Message:
    """Not sent, or where it may have left not asked for again. Raises NotNow."""
    with transaction.atomic():
        message = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        if not rules.may_call_back(standing(message)):
            raise NotNow
        was = message.state
        if was == State.WAITING:
            message.move(State.CANCELLED, at=at)
        else:
            message.settle(at=at)
            message.save(update_fields=["settled_at"])
        _record("called_back", message, reason=reason, was=was, by=by, at=at)
    return message


def standing(message: Message) -> rules.Standing:
    return rules.Standing(
        lane=message.lane,
        state=message.state,
        settled=message.settled_at is not None,
        expires_at=message.expires_at,
        forgotten=message.sealed_words is None or message.sealed_recipient is None,
    )


def _record(what: str, message: Message, *, reason: str, was: str, by: User, at: dt.datetime) -> None:
    audit.record(
        kind=f"delivery.{what}",
        by=by,
        about=f"message:{message.pk}",
        at=at,
        reason=reason,
        was=was,
        tries=message.tries,
    )
