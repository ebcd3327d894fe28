"""Messages that pretend to be ours, as people told us of them."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from breachdesk import keys
from breachdesk.accounts.models import User
from breachdesk.files.models import StoredFile
from breachdesk.lib.contacts import Contact
from breachdesk.verify import states
from breachdesk.verify.states import Fake, IllegalMove

STAFF = settings.AUTH_USER_MODEL


class FakeReport(models.Model):
    """What somebody pasted, from where it came and what they did. Everything they typed is sealed, and gone after half a year."""

    # Bound into every sealed column of this row.
    seal_id = models.UUIDField(default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=13, unique=True)
    # Of the form and what was typed into it: pressed twice, it is one.
    once = models.UUIDField(unique=True)
    way = models.CharField(max_length=10, choices=states.Way.choices)
    harm = models.CharField(max_length=10, choices=states.Harm.choices)
    language = models.CharField(max_length=2)
    # The text bears the code of a message that left us: it is ours, or a copy.
    bears_our_code = models.BooleanField()
    # Null where nothing was typed, and once forgotten.
    sealed_words = models.BinaryField(null=True)
    sealed_sender = models.BinaryField(null=True)
    # Keyed hash of the sending number or address: reports of one are put together.
    sender_hash = models.UUIDField(null=True)
    # The key that it is hashed with.
    index_key = models.CharField(max_length=20, blank=True)
    contact_kind = models.CharField(max_length=5, blank=True)
    sealed_contact = models.BinaryField(null=True)
    picture = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=Fake.choices)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    # What staff did about it.
    sealed_note = models.BinaryField(null=True)
    forgotten_at = models.DateTimeField(null=True)
    # Raised by every change: a staff form that was opened on an older one is told so.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        permissions = [
            ("settle_fakereport", "Can say what was done about a reported fake"),
            ("reveal_fakereport", "Can open what a report of a fake says, giving a reason"),
        ]
        constraints = [
            models.CheckConstraint(
                name="verify_fakereport_settled_by_somebody",
                condition=Q(state=Fake.RECEIVED, settled_at=None, settled_by=None)
                | (~Q(state=Fake.RECEIVED) & Q(settled_at__isnull=False, settled_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="verify_fakereport_forgotten_whole",
                condition=Q(forgotten_at=None)
                | Q(
                    sealed_words=None,
                    sealed_sender=None,
                    sender_hash=None,
                    sealed_contact=None,
                    sealed_note=None,
                    picture=None,
                ),
            ),
        ]
        indexes = [
            models.Index("received_at", "id", name="verify_fakereport_newest"),
            models.Index("sender_hash", name="verify_fakereport_of_sender", condition=Q(sender_hash__isnull=False)),
            models.Index("received_at", name="verify_fakereport_to_forget", condition=Q(forgotten_at=None)),
        ]

    def __str__(self) -> str:
        return self.reference

    def move(self, *, to: Fake, by: User | None, at: dt.datetime) -> None:
        """The only way a state changes: state, stamp and history row together. Raises IllegalMove."""
        source = Fake(self.state) if self.state else None
        if to not in ({states.FAKE_FIRST} if source is None else states.FAKE_MOVES[source]):
            raise IllegalMove(f"{source} -> {to}")
        self.state = to
        self.settled_at, self.settled_by = (None, None) if to == Fake.RECEIVED else (at, by)
        if self._state.adding:
            self.received_at = at
            self.save(force_insert=True)
        else:
            self.version += 1
            self.save()
        FakeReportMove.objects.create(report=self, from_state=source or "", to_state=to, at=at, by=by)

    @property
    def words(self) -> str:
        return self._opened("words")

    @property
    def sender(self) -> str:
        return self._opened("sender")

    @property
    def note(self) -> str:
        return self._opened("note")

    @property
    def contact(self) -> Contact | None:
        value = self._opened("contact")
        return Contact("email" if self.contact_kind == "email" else "phone", value) if value else None

    def keep(self, column: str, value: str) -> None:
        """Seals what was typed; nothing where nothing was."""
        setattr(self, f"sealed_{column}", keys.seal(value, bound_to=self.bound(column)) if value else None)

    def _opened(self, column: str) -> str:
        sealed = getattr(self, f"sealed_{column}")
        return "" if sealed is None else keys.unseal(sealed, bound_to=self.bound(column)).decode()

    def bound(self, column: str) -> str:
        """Where a sealed value of this row may be opened."""
        return f"verify.fake.{column}:{self.seal_id}"


class FakeReportMove(models.Model):
    """One move, never changed."""

    report = models.ForeignKey(FakeReport, on_delete=models.CASCADE, related_name="moves")
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10, choices=Fake.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.report_id} {self.to_state}"
