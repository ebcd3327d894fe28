"""What may be done with a message besides sending it (sending.py): hold it back, hear what became of it, forget it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Value, When

from breachdesk import audit
from delivery import queries
from delivery.models import Heartbeat, Message, Messages, Receipt
from delivery.queries import WHOLE_WAY
from delivery.states import State, may_move

FORGET_BATCH = 500
# What a receipt may make of a message.
SETTLING = (State.DELIVERED, State.FAILED)


class UnknownMessage(Exception):
    """A receipt for a message that we never sent."""


class AlreadyRecorded(Exception):
    """The event was told before: it changes nothing."""


# -- holding back ------------------------------------------------------------------------------------------------------


@transaction.atomic
def hold(*, about: str, at: dt.datetime, channels: Collection[str] | None = None) -> int:
    """From now on nothing of this (of these channels, if named) leaves but what a provider is being asked about at this moment."""
    return _on(about, channels).filter(held_at__isnull=True).update(held_at=at)


@transaction.atomic
def let_go(*, about: str, at: dt.datetime, channels: Collection[str] | None = None) -> int:
    """Undoes `hold`; the next sweep calls for those that are due."""
    held = _on(about, channels).filter(held_at__isnull=False)
    held_for = Case(When(tries__gt=0, then=F("held_for") + (Value(at) - F("held_at"))), default=F("held_for"))
    return held.update(held_for=held_for, held_at=None)


def _on(about: str, channels: Collection[str] | None) -> Messages:
    unsettled = Message.objects.unsettled(about=about)
    return unsettled if channels is None else unsettled.filter(channel__in=channels)


@transaction.atomic
def cancel(*, about: str, at: dt.datetime) -> int:
    """Ends what has not left and returns how much that was. To be called again until nothing of this is unsettled.

    What may have left stays unknown and is not asked for again; what is being sent at this moment is held, and ends with
    the next call.
    """
    hold(about=about, at=at)
    unsettled = Message.objects.unsettled(about=about)
    unsettled.filter(state=State.UNKNOWN).update(settled_at=at)
    waiting = unsettled.filter(state=State.WAITING)
    return waiting.update(state=State.CANCELLED, settled_at=at)


@transaction.atomic
def call_back(*, keys: Collection[str], at: dt.datetime) -> int:
    """Ends those of these messages that have not left: the same was said another way. What may have left is not asked for again,
    nor is what a provider is being asked about at this moment, should it not take it.
    """
    unsettled = Message.objects.filter(key__in=list(keys), settled_at__isnull=True)
    unsettled.filter(state=State.SENDING).update(expires_at=at)
    unsettled.filter(state=State.UNKNOWN).update(settled_at=at)
    return unsettled.filter(state=State.WAITING).update(state=State.CANCELLED, settled_at=at)


# -- receipts ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def record_receipt(
    *,
    event_id: str,
    message_id: uuid.UUID,
    state: State,
    happened_at: dt.datetime,
    at: dt.datetime,
    provider_id: str = "",
    code: str = "",
) -> Message:
    """What the provider says became of a message. What arrived stays arrived, in whatever order receipts come.

    A receipt that says neither that it arrived nor that it failed is kept, and moves nothing.

    Raises UnknownMessage, AlreadyRecorded.
    """
    message = Message.objects.select_for_update(of=("self",)).filter(pk=message_id).first()
    if message is None:
        raise UnknownMessage(message_id)
    told = {"message": message, "state": state, "code": code, "happened_at": happened_at, "received_at": at}
    _receipt, is_new = Receipt.objects.get_or_create(event_id=event_id, defaults=told)
    if not is_new:
        raise AlreadyRecorded(event_id)
    if state in SETTLING and may_move(message.state, state):
        sent_at = message.sent_at or (at if state == State.DELIVERED else None)
        provider_id = message.provider_id or provider_id
        message.move(state, at=at, sent_at=sent_at, provider_id=provider_id, last_problem=code)
    return message


# -- the heartbeat -----------------------------------------------------------------------------------------------------


def note_heartbeat(*, at: dt.datetime) -> None:
    Heartbeat.objects.update_or_create(name=WHOLE_WAY, defaults={"arrived_at": at})


# -- forgetting --------------------------------------------------------------------------------------------------------


def forget_words(*, at: dt.datetime) -> int:
    """Blanks words and addresses of what has been settled for long enough. That something was sent, and when, stays."""
    forgotten = 0
    while batch := _forget_batch(at=at):
        forgotten += batch
    return forgotten


@transaction.atomic
def _forget_batch(*, at: dt.datetime) -> int:
    old = queries.unforgotten(settled_before=at - settings.DELIVERY_WORDS_KEPT)
    ids = list(old.order_by("settled_at").values_list("pk", flat=True)[:FORGET_BATCH])
    if ids:
        Message.objects.filter(pk__in=ids).update(sealed_recipient=None, sealed_words=None)
        audit.record(kind="delivery.words_forgotten", by=None, about="delivery", at=at, messages=len(ids))
    return len(ids)
