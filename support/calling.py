"""Call-backs: times are opened by staff, booked, changed and cancelled by people. A place is counted by the database."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from breachdesk import audit, keys, limits
from breachdesk.accounts.models import User
from breachdesk.lib import references
from breachdesk.lib.contacts import Contact
from delivery import outbox
from delivery.words import Words
from lookup.models import Person, Proof
from lookup.proving import TooOften
from notices.models import Incident
from support import letters, rules
from support.callback_models import CallBack, Slot
from support.states import CallBack as State
from support.states import IllegalMove

PREFIX = "CAL"


class Full(Exception):
    """Somebody else has taken the last place."""


class TooLate(Exception):
    """It begins too soon, or has begun."""


class TooFew(Exception):
    """More people are booked already."""

    def __init__(self, taken: int) -> None:
        super().__init__(taken)
        self.taken = taken


class BookedAlready(Exception):
    """This number has an open one that is not this person's."""


# Whoever wants to be called.


def book(
    *,
    slot: Slot,
    contact: Contact,
    person: Person | None,
    subject: str,
    language: str,
    by: User | None,
    at: dt.datetime,
) -> CallBack:
    """One open at a time: who has one moves it. Raises BookedAlready, Full, TooLate, TooOften."""
    taken = limits.take(rules.CALL_BACKS_A_DAY, subject=subject, at=at)
    if not taken.ok:
        raise TooOften(taken)
    held = open_of(person, contact)
    if held is not None:
        return change(call_back=held, slot=slot, by=by, at=at)
    try:
        with transaction.atomic():
            _take_place(slot, at=at)
            made = CallBack(
                seal_id=uuid.uuid4(),
                reference=references.new(PREFIX),
                slot=slot,
                person=person,
                contact_hash=keys.index(contact.kind, contact.value),
                index_key=keys.index_keys().active,
                language=language,
                booked_at=at,
            )
            made.sealed_contact = keys.seal(contact.value, bound_to=made.bound)
            made.save(force_insert=True)
            _record("booked", made, by=by, at=at)
            _tell(made, letters.call_back_booked, at=at)
    except IntegrityError:  # pressed twice at once, or another person's number
        held = open_of(person, contact)
        if held is None:
            raise BookedAlready from None
        return held
    return made


def change(*, call_back: CallBack, slot: Slot, by: User | None, at: dt.datetime) -> CallBack:
    """To another time; also when the first has passed and nobody called. Raises Full, IllegalMove, TooLate."""
    with transaction.atomic():
        held = _hold(call_back)
        if held.state != State.BOOKED:
            raise IllegalMove(held.state)
        if held.slot_id == slot.pk:
            return held
        # In one order, so that two who swap never wait for each other.
        list(Slot.objects.filter(pk__in=[held.slot_id, slot.pk]).select_for_update(of=("self",)).order_by("pk"))
        over = held.slot.ends_at <= at  # nobody called: its place is of no use to anybody
        if not over:
            _in_time(held.slot, at=at)
            Slot.objects.filter(pk=held.slot_id).update(taken=F("taken") - 1)
        _take_place(slot, at=at)
        held.slot = slot
        held.version += 1
        held.save()
        _record("changed", held, by=by, at=at)
        _tell(held, letters.call_back_booked, at=at)
    return held


def cancel(*, call_back: CallBack, by: User | None, at: dt.datetime) -> None:
    """The place is free again. Until it begins. Raises IllegalMove, TooLate."""
    with transaction.atomic():
        held = _hold(call_back)
        if held.slot.starts_at <= at:
            raise TooLate
        held.move(to=State.CANCELLED, at=at)
        Slot.objects.filter(pk=held.slot_id).update(taken=F("taken") - 1)
        _record("cancelled", held, by=by, at=at)
        _tell(held, letters.call_back_cancelled, at=at)


def open_of(person: Person | None, contact: Contact | None) -> CallBack | None:
    """A person's; of whoever is no person, that of their number, where it is nobody's in particular either."""
    whose = _of(person, contact)
    return CallBack.objects.filter(whose, state=State.BOOKED).select_related("slot__incident").first()


def of(proof: Proof) -> QuerySet[CallBack]:
    """Those of whoever holds this proof, the newest first."""
    return CallBack.objects.filter(_of(proof.person, proof.contact)).select_related("slot__incident").order_by("-pk")


def _of(person: Person | None, contact: Contact | None) -> Q:
    if person is not None:
        return Q(person=person)
    return Q(person=None, contact_hash__in=keys.indexes(contact.kind, contact.value) if contact else [])


def slots(incident: Incident, *, at: dt.datetime) -> list[Slot]:
    """What can be chosen now, and what is full."""
    soon = at + rules.BOOK_UNTIL
    return list(Slot.objects.coming(after=soon).filter(incident=incident, starts_at__lt=at + rules.SLOTS_AHEAD))


# Staff.


def open_slots(
    *, incident: Incident, times: list[tuple[dt.datetime, dt.datetime]], capacity: int, by: User, at: dt.datetime
) -> int:
    """How many are new; those that were there stay as they are."""
    with transaction.atomic():
        before = Slot.objects.filter(incident=incident).count()
        Slot.objects.bulk_create(
            [
                Slot(incident=incident, starts_at=starts, ends_at=ends, capacity=capacity, opened_by=by)
                for starts, ends in times
            ],
            ignore_conflicts=True,
        )
        new = Slot.objects.filter(incident=incident).count() - before
        if new:
            audit.record(
                kind="support.slots_opened", by=by, about=f"incident:{incident.slug}", at=at, slots=new, places=capacity
            )
    return new


def change_places(*, slot: int, capacity: int, by: User, at: dt.datetime) -> None:
    """How many can be called then; none more than are booked closes it. Raises Slot.DoesNotExist, TooFew, TooLate."""
    with transaction.atomic():
        held = Slot.objects.select_for_update(of=("self",)).select_related("incident").get(pk=slot)
        if held.starts_at <= at:
            raise TooLate
        if capacity < held.taken:
            raise TooFew(held.taken)
        if capacity == held.capacity:
            return
        before, held.capacity = held.capacity, capacity
        held.save(update_fields=["capacity"])
        audit.record(
            kind="support.slot_places_changed",
            by=by,
            about=f"incident:{held.incident.slug}",
            at=at,
            starts_at=held.starts_at.isoformat(),
            places=capacity,
            before=before,
        )


def read_number(*, call_back: CallBack, by: User, at: dt.datetime) -> Contact:
    """To call it: written down each time."""
    with transaction.atomic():
        _record("number_read", call_back, by=by, at=at)
    return call_back.contact


def settle(*, call_back: CallBack, reached: bool, by: User, at: dt.datetime) -> None:
    """Raises IllegalMove."""
    with transaction.atomic():
        held = _hold(call_back)
        held.settled_by = by
        held.move(to=State.DONE if reached else State.MISSED, at=at)
        _record("settled", held, by=by, at=at, reached=reached)
        if not reached:
            _tell(held, letters.call_back_missed, at=at)


def _take_place(slot: Slot, *, at: dt.datetime) -> None:
    _in_time(slot, at=at)
    # One statement, so that of two who want the last place one gets it; the CHECK stands behind it.
    if not Slot.objects.filter(pk=slot.pk, taken__lt=F("capacity")).update(taken=F("taken") + 1):
        raise Full


def _in_time(slot: Slot, *, at: dt.datetime) -> None:
    if slot.starts_at <= at + rules.BOOK_UNTIL:
        raise TooLate


def _hold(call_back: CallBack) -> CallBack:
    return CallBack.objects.select_for_update(of=("self",)).select_related("slot").get(pk=call_back.pk)


def _record(done: str, call_back: CallBack, *, by: User | None, at: dt.datetime, **data: object) -> None:
    audit.record(kind=f"support.call_back_{done}", by=by, about=f"call-back:{call_back.reference}", at=at, **data)


def _tell(call_back: CallBack, letter: Callable[[CallBack], Words], *, at: dt.datetime) -> None:
    words = letter(call_back)
    outbox.put(
        words,
        to=call_back.contact,
        key=f"{words.occasion.replace('_', '-')}:{call_back.reference}:{call_back.version}",
        about=f"call-back:{call_back.reference}",
        lane="claim",
        at=at,
    )
