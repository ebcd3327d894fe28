"""The one door by which words leave the house.

    outbox.put(letters.claim_received(claim), to=contact, key=f"claim-received:{claim.pk}",
               about=f"claim:{claim.reference}", lane="claim", at=at)

A message is a row in the caller's transaction: if the act is rolled back, nothing was said. After commit a hint tells the
workers; where the hint is lost, the sweep finds the row. Every message but a one-time code gets its check code here, and words
that name an address are refused here where they go to a phone.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from breachdesk.lib.contacts import Contact
from breachdesk.lib.postal import PostalAddress
from delivery import check_codes, filling, paper, queries, routes, rules, tasks
from delivery.models import Message, TemplateVersion
from delivery.states import ORDER, Channel, Lane, State
from delivery.words import AddressInPhoneMessage, TooLong, Words, phone_channel, refuse_address

__all__ = ["AddressInPhoneMessage", "NoWay", "NotInTransaction", "Put", "TooLong", "Words", "put", "put_many"]


Templates = Mapping[tuple[str, str], TemplateVersion]


class NotInTransaction(Exception):
    """A message belongs to the transaction of the act that it tells of."""


class NoWay(ValueError):
    """The way that was chosen carries nothing as the house is set up, or not to such a contact."""


@dataclass(frozen=True)
class Put:
    """One message to be put: the arguments of `put`."""

    words: Words
    to: Contact | PostalAddress
    key: str
    lane: str
    about: str = ""
    expires_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    # None: e-mail to an address, to a phone what its length asks for, a letter to a postal address.
    channel: Channel | None = None


def put(
    words: Words,
    *,
    to: Contact | PostalAddress,
    key: str,
    lane: str,
    at: dt.datetime,
    about: str = "",
    expires_at: dt.datetime | None = None,
    due_at: dt.datetime | None = None,
    channel: Channel | None = None,
) -> Message:
    """Puts one message and returns its row; a key that was put before returns the first row and changes nothing.

    key: the occasion and whom it is for (`claim-received:17`); about: the thing it tells of (`claim:CLM-…`), for staff;
    lane: code, claim or campaign; expires_at: after this it is never sent; due_at: not before this;
    channel: by which way, where the caller chooses; an AlimTalk that no approved template fits is put as failed. Raises NotInTransaction, NoWay, AddressInPhoneMessage, TooLong.
    """
    one = Put(words, to=to, key=key, lane=lane, about=about, expires_at=expires_at, due_at=due_at, channel=channel)
    return put_many([one], at=at)[0]


def put_many(puts: Sequence[Put], *, at: dt.datetime) -> list[Message]:
    """As `put`, in the order given, with two statements however many they are."""
    if not connection.in_atomic_block:
        raise NotInTransaction(", ".join(each.key for each in puts[:3]))
    if not puts:
        return []
    # ON CONFLICT DO NOTHING: a key that is there does not break the caller's transaction, and one that another
    # transaction is just putting is waited for; in the order of the keys, so that two never wait for each other.
    in_order = sorted(puts, key=lambda each: each.key)
    templates = _templates(in_order)
    Message.objects.bulk_create([_row(each, templates, at=at) for each in in_order], ignore_conflicts=True)
    found = {message.key: message for message in Message.objects.filter(key__in=[each.key for each in puts])}
    # A letter waits for its batch: no worker need look for it.
    if lanes := {Lane(each.lane) for each in puts if each.to.kind != "post"}:
        _hurry(lanes)
    return [found[each.key] for each in puts]


def _templates(puts: Sequence[Put]) -> Templates:
    wanted = {(each.words.occasion, each.words.language) for each in puts if each.channel == Channel.ALIMTALK}
    return queries.approved_templates(wanted) if wanted else {}


def _row(put: Put, templates: Templates, *, at: dt.datetime) -> Message:
    if not put.key:
        raise ValueError(f"{put.words.occasion}: a message needs a key")
    message = Message(id=uuid.uuid4(), key=put.key, about=put.about, lane=Lane(put.lane))
    words = put.words
    if check_codes.wanted_by(words):
        message.code = check_codes.new()
        add = paper.with_check_code if put.to.kind == "post" else check_codes.added_to
        words = add(words, message.code)
    message.channel = _channel(put, words)
    if message.channel == Channel.ALIMTALK:
        words = _as_alimtalk(message, words, templates.get((words.occasion, words.language)), at=at)
    message.recipient = put.to
    message.words = words
    message.put_at = at
    message.due_at = put.due_at or at - rules.CLOCKS_DIFFER_BY
    message.expires_at = put.expires_at
    return message


def _channel(put: Put, words: Words) -> Channel:
    if put.to.kind == "post":
        if put.channel in (None, Channel.LETTER):
            return Channel.LETTER
        raise NoWay(f"{words.occasion}: not by {put.channel}")
    by_length = Channel.EMAIL if put.to.kind == "email" else phone_channel(words)
    if put.channel is None or put.channel == by_length:
        return by_length
    if put.channel in (Channel.SMS, Channel.LMS):
        if put.to.kind == "phone":
            return by_length
    elif put.channel == Channel.ALIMTALK and put.to.kind == "phone" and routes.carries(put.channel):
        return put.channel
    raise NoWay(f"{words.occasion}: not by {put.channel}")


def _as_alimtalk(message: Message, words: Words, template: TemplateVersion | None, *, at: dt.datetime) -> Words:
    """Of the approved template. Where that cannot be, the message has failed as soon as it is put: another way is open at once."""
    problem = "no-template"
    if template is not None:
        try:
            words = filling.as_alimtalk(words, text=template.text, code=template.code, check_code=message.code)
            refuse_address(words)
        except filling.NotFilled:
            problem = "template-not-filled"
        else:
            message.template = template
            return words
    message.state, message.settled_at, message.last_problem = State.FAILED, at, problem
    return words


class _Hint:
    """Told to the workers once per transaction: that there are codes, and the last lane that was put into, which makes them look at
    those before it.
    """

    def __init__(self) -> None:
        self.lanes: set[Lane] = set()

    def __call__(self) -> None:
        for lane in {max(self.lanes, key=ORDER.index), *(self.lanes & {Lane.CODE})}:
            tasks.hurry(lane)


def _hurry(lanes: set[Lane]) -> None:
    # Looked up among what Django will run, so that a hint lost with its savepoint is not taken for one still to come.
    hint = next((each[1] for each in connection.run_on_commit if isinstance(each[1], _Hint)), None)
    if hint is None:
        hint = _Hint()
        transaction.on_commit(hint, robust=True)
    hint.lanes |= lanes
