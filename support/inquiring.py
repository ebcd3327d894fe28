"""Asking, answering, writing again, closing: the only writers of inquiries.

A form that staff post may carry the version as they saw it: on an older one, ChangedSince.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from breachdesk import audit, keys
from breachdesk.accounts.models import User
from breachdesk.files.models import StoredFile
from breachdesk.lib import references
from breachdesk.lib.contacts import Contact
from delivery import outbox
from delivery.words import Words
from lookup.models import Person
from notices import days_off, hours
from notices.models import Incident
from support import letters, rules
from support.inquiry_models import Attachment, Inquiry, Post
from support.satisfaction_models import Satisfaction
from support.states import IllegalMove, InquiryKind, Rating, Side, Source
from support.states import Inquiry as State

PREFIX = "INQ"


class ChangedSince(Exception):
    """It is no longer as it was when this form was opened."""


class NotTheirTurn(Exception):
    """Somebody else has taken it."""


class NotTheirOwn(Exception):
    """Nobody answers what they asked themselves."""


# Whoever asks.


def ask(
    *,
    incident: Incident,
    kind: InquiryKind,
    source: Source,
    text: str,
    language: str,
    contact: Contact | None,
    person: Person | None,
    by: User | None,
    at: dt.datetime,
    files: Sequence[StoredFile] = (),
    once: uuid.UUID | None = None,
) -> Inquiry:
    """`contact`: where the answer is announced; `once`: with the same, it is the same inquiry. `by`: staff, where they write it down."""
    if earlier := _asked_before(once):
        return earlier
    inquiry = Inquiry(
        seal_id=uuid.uuid4(),
        reference=references.new(PREFIX),
        once=once,
        incident=incident,
        kind=kind,
        source=source,
        language=language,
        person=person,
        answer_by_date=promised(incident, at),
        asked_at=at,
        written_at=at,
    )
    if contact:
        inquiry.contact_kind = contact.kind
        inquiry.contact_hash, inquiry.index_key = keys.index(contact.kind, contact.value), keys.index_keys().active
        inquiry.sealed_contact = keys.seal(contact.value, bound_to=inquiry.bound("contact"))
    try:
        with transaction.atomic():
            inquiry.move(to=State.WAITING, by=by, at=at)
            _post(inquiry, Side.ASKER, text, files, once=None, by=by, at=at)
            _record("asked", inquiry, by=by, at=at, kind_of=kind, source=source)
            _tell(inquiry, letters.inquiry_received(inquiry), at=at)
    except IntegrityError:  # pressed twice at once
        if earlier := _asked_before(once):
            return earlier
        raise
    return inquiry


def write_again(
    *,
    inquiry: Inquiry,
    text: str,
    by: User | None,
    at: dt.datetime,
    files: Sequence[StoredFile] = (),
    once: uuid.UUID | None = None,
) -> Post:
    """By whoever asked. It waits for an answer again, and a new day is promised. Raises IllegalMove once it is closed."""
    with transaction.atomic():
        held = _hold(inquiry)
        if once and (earlier := Post.objects.filter(once=once).first()):
            return earlier
        if not held.is_open:
            raise IllegalMove(held.state)
        if held.state == State.ANSWERED:
            held.answer_by_date = promised(held.incident, at)
            held.move(to=State.WAITING, by=by, at=at)
        held.written_at = at
        held.version += 1
        held.save(update_fields=["written_at", "version"])
        post = _post(held, Side.ASKER, text, files, once=once, by=by, at=at)
        _record("written_again", held, by=by, at=at)
    return post


def close(*, inquiry: Inquiry, by: User | None, at: dt.datetime) -> None:
    """By whoever asked, by staff, or by nobody when it has rested long enough. Closed already, nothing happens."""
    with transaction.atomic():
        held = _hold(inquiry)
        if held.state == State.CLOSED:
            return
        held.move(to=State.CLOSED, by=by, at=at)
        _record("closed", held, by=by, at=at)


def rate(*, inquiry: Inquiry, rating: Rating, words: str, by: User | None, at: dt.datetime) -> Satisfaction:
    """How it was, once it is closed; said again, the last word counts. Words that were said stay where none are said now. Raises IllegalMove."""
    with transaction.atomic():
        held = _hold(inquiry)
        if held.state != State.CLOSED:
            raise IllegalMove(held.state)
        said = Satisfaction.objects.filter(inquiry=held).first() or Satisfaction(inquiry=held)
        said.rating, said.said_at = rating, at
        if words:
            said.sealed_words = keys.seal(words, bound_to=said.bound)
        said.save()
        _record("rated", held, by=by, at=at, rating=rating)
    return said


# Staff.


def take(*, inquiry: Inquiry, by: User, at: dt.datetime, version: int | None = None) -> None:
    """From the queue, or over from whoever has it. Raises ChangedSince, IllegalMove, NotTheirOwn."""
    _hand_over(inquiry, to=by, by=by, at=at, version=version)


def give_back(*, inquiry: Inquiry, by: User, at: dt.datetime, version: int | None = None) -> None:
    """To the queue. Raises ChangedSince, IllegalMove, NotTheirOwn, NotTheirTurn."""
    _hand_over(inquiry, to=None, by=by, at=at, version=version)


def answer(
    *,
    inquiry: Inquiry,
    text: str,
    by: User,
    at: dt.datetime,
    version: int | None = None,
    files: Sequence[StoredFile] = (),
    once: uuid.UUID | None = None,
) -> Post:
    """Told to the contact, without a word of it. Answering takes it. Raises ChangedSince, IllegalMove, NotTheirTurn, NotTheirOwn."""
    with transaction.atomic():
        held = _hold_for_staff(inquiry, version, by=by)
        if once and (earlier := Post.objects.filter(once=once).first()):
            return earlier
        if held.taken_by_id not in (None, by.pk):
            raise NotTheirTurn
        held.taken_by, held.written_at = by, at
        if held.state == State.ANSWERED:  # a word more
            held.version += 1
            held.save()
        else:
            held.move(to=State.ANSWERED, by=by, at=at)
        post = _post(held, Side.STAFF, text, files, once=once, by=by, at=at)
        _record("answered", held, by=by, at=at)
        _tell(held, letters.inquiry_answered(held), at=at, number=post.pk)
    return post


def promised(incident: Incident, at: dt.datetime) -> dt.date:
    """The day by which whoever asks now has an answer."""
    today = at.astimezone(ZoneInfo(incident.time_zone)).date()
    closed = days_off.of(incident)
    return rules.answered_by(today, is_holiday=lambda day: day in closed or hours.is_public_holiday(day))


def _asked_before(once: uuid.UUID | None) -> Inquiry | None:
    return Inquiry.objects.filter(once=once).first() if once else None


def _hold(inquiry: Inquiry) -> Inquiry:
    held = Inquiry.objects.select_for_update(of=("self",)).select_related("person", "incident")
    return held.get(pk=inquiry.pk)


def _hold_for_staff(inquiry: Inquiry, version: int | None, *, by: User) -> Inquiry:
    held = _hold(inquiry)
    if held.person is not None and held.person.user_id == by.pk:
        raise NotTheirOwn
    if version is not None and held.version != version:
        raise ChangedSince
    if not held.is_open:
        raise IllegalMove(held.state)
    return held


def _hand_over(inquiry: Inquiry, *, to: User | None, by: User, at: dt.datetime, version: int | None) -> None:
    with transaction.atomic():
        held = _hold_for_staff(inquiry, version, by=by)
        if to is None and held.taken_by_id != by.pk:
            raise NotTheirTurn
        held.taken_by = to
        held.version += 1
        held.save(update_fields=["taken_by", "version"])
        _record("taken" if to else "given_back", held, by=by, at=at)


def _post(
    inquiry: Inquiry,
    side: Side,
    text: str,
    files: Sequence[StoredFile],
    *,
    once: uuid.UUID | None,
    by: User | None,
    at: dt.datetime,
) -> Post:
    post = Post(
        inquiry=inquiry, seal_id=uuid.uuid4(), once=once, side=side, at=at, by=by if by is not None and by.pk else None
    )
    post.sealed_text = keys.seal(text, bound_to=post.bound)
    post.save(force_insert=True)
    Attachment.objects.bulk_create([Attachment(post=post, file=each) for each in files])
    return post


def _record(done: str, inquiry: Inquiry, *, by: User | None, at: dt.datetime, **data: object) -> None:
    audit.record(kind=f"support.inquiry_{done}", by=by, about=f"inquiry:{inquiry.reference}", at=at, **data)


def _tell(inquiry: Inquiry, words: Words, *, at: dt.datetime, number: int = 0) -> None:
    contact = inquiry.contact
    if contact is None:
        return
    key = f"{words.occasion.replace('_', '-')}:{inquiry.reference}"
    outbox.put(
        words,
        to=contact,
        key=f"{key}:{number}" if number else key,
        about=f"inquiry:{inquiry.reference}",
        lane="claim",
        at=at,
    )
