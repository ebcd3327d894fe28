"""Times at which we call back, and whom."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from breachdesk import keys
from breachdesk.lib.contacts import Contact
from lookup.models import Person
from notices.models import Incident
from support import states
from support.states import CallBack as State
from support.states import IllegalMove

STAFF = settings.AUTH_USER_MODEL


class SlotQuerySet(models.QuerySet["Slot"]):
    def coming(self, *, after: dt.datetime) -> SlotQuerySet:
        return self.filter(starts_at__gt=after).order_by("starts_at", "pk")


class Slot(models.Model):
    """A stretch of time in which so many people can be called. `taken` counts those who hold a place; the database lets no more in."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    opened_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")

    objects = SlotQuerySet.as_manager()

    class Meta:
        permissions = [("open_slot", "Can open times for call-backs")]
        constraints = [
            models.UniqueConstraint("incident", "starts_at", name="support_slot_once"),
            models.CheckConstraint(name="support_slot_never_overbooked", condition=Q(taken__lte=F("capacity"))),
            models.CheckConstraint(name="support_slot_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
        ]
        indexes = [models.Index("starts_at", name="support_slot_by_time")]

    def __str__(self) -> str:
        return f"{self.starts_at:%F %H:%M} {self.taken}/{self.capacity}"

    @property
    def left(self) -> int:
        return self.capacity - self.taken


class CallBack(models.Model):
    """Somebody who is called at a time they chose. At most one open one of a person, and of a number."""

    seal_id = models.UUIDField(default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=13, unique=True)
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="call_backs")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="call_backs")
    # Always a phone.
    contact_hash = models.UUIDField(db_index=True)
    index_key = models.CharField(max_length=20, blank=True, db_default="")
    sealed_contact = models.BinaryField()
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=9, choices=State.choices, default=states.CALL_BACK_FIRST)
    booked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    # Raised by every change: each is told of once.
    version = models.PositiveSmallIntegerField(default=1)

    class Meta:
        permissions = [("make_call_back", "Can read the number of a call-back and say what became of it")]
        constraints = [
            models.UniqueConstraint("person", name="support_callback_one_of_a_person", condition=Q(state=State.BOOKED)),
            models.UniqueConstraint(
                "contact_hash", name="support_callback_one_of_a_number", condition=Q(state=State.BOOKED)
            ),
            models.CheckConstraint(
                name="support_callback_settled_has_its_moment",
                condition=Q(state=State.BOOKED, settled_at=None)
                | (~Q(state=State.BOOKED) & Q(settled_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.state}"

    def move(self, *, to: State, at: dt.datetime) -> None:
        """Raises IllegalMove."""
        if to not in states.CALL_BACK_MOVES[State(self.state)]:
            raise IllegalMove(f"{self.reference}: {self.state} -> {to}")
        self.state, self.settled_at = to, at
        self.version += 1
        self.save()

    @property
    def contact(self) -> Contact:
        return Contact("phone", keys.unseal(self.sealed_contact, bound_to=self.bound).decode())

    @property
    def bound(self) -> str:
        return f"support.callback.contact:{self.seal_id}"
