"""Somebody says that their answer must be wrong: a tracked look again, with an answer."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from breachdesk import keys
from breachdesk.accounts.models import User
from breachdesk.lib.contacts import Contact
from lookup import states
from lookup.models import Person
from lookup.rules import Identity
from lookup.states import Dispute as State
from lookup.states import IllegalMove
from notices.models import Incident

STAFF = settings.AUTH_USER_MODEL


class Dispute(models.Model):
    """It stands by itself, as a proof of somebody on no list is forgotten: whoever proves the contact again and says the
    same name and birth date finds it. `reference` is a name, not a key: ownership is in the queryset.
    """

    # Bound into every sealed column of this row.
    seal_id = models.UUIDField(default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=13, unique=True)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="disputes")
    # Null where a letter was proved: its owner reads the answer here and is told by nothing else.
    contact_kind = models.CharField(max_length=5, blank=True)
    sealed_contact = models.BinaryField(null=True)
    # Keyed hash of contact (or letter), name and birth date together, as in Proof.
    identity_hash = models.UUIDField()
    # The key that it is hashed with.
    index_key = models.CharField(max_length=20, blank=True, db_default="")
    # JSON of name and birth date as typed.
    sealed_identity = models.BinaryField()
    kind = models.CharField(max_length=16, choices=states.DisputeKind.choices)
    sealed_words = models.BinaryField()
    language = models.CharField(max_length=2)
    # What they had been told, and by which list.
    outcome = models.CharField(max_length=10, choices=states.Outcome.choices)
    list_number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices)
    answer_by_date = models.DateField()
    received_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    # Whoever has taken it; null: in the queue.
    taken_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=11, choices=states.DisputeResult.choices, blank=True)
    sealed_sentence = models.BinaryField(null=True)
    # Raised by every change: a staff form that was opened on an older one is told so.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        permissions = [
            ("answer_dispute", "Can take a dispute of an answer and answer it"),
            ("reveal_dispute", "Can open the personal data of a dispute, giving a reason"),
        ]
        constraints = [
            models.UniqueConstraint(
                "incident",
                "identity_hash",
                name="lookup_dispute_one_open",
                condition=Q(state__in=states.DISPUTE_OPEN),
            ),
            models.CheckConstraint(
                name="lookup_dispute_answered_whole",
                condition=Q(
                    ~Q(result=""), state=State.ANSWERED, answered_at__isnull=False, sealed_sentence__isnull=False
                )
                | (~Q(state=State.ANSWERED) & Q(result="", answered_at=None, sealed_sentence=None)),
            ),
            models.CheckConstraint(
                name="lookup_dispute_in_review_is_somebody_s",
                condition=~Q(state=State.IN_REVIEW) | Q(taken_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index("answer_by_date", "id", name="lookup_dispute_by_due_day"),
            models.Index("identity_hash", name="lookup_dispute_of_one"),
        ]

    def __str__(self) -> str:
        return self.reference

    def move(self, *, to: State, by: User | None, at: dt.datetime, note: str = "") -> None:
        """The only way a state changes: state, stamp and history row together. Raises IllegalMove."""
        source = State(self.state) if self.state else None
        if to not in ({states.DISPUTE_FIRST} if source is None else states.DISPUTE_MOVES[source]):
            raise IllegalMove(f"{source} -> {to}")
        self.state = to
        # Given back to the queue it was received when it was received.
        if source is None or to != State.RECEIVED:
            setattr(self, states.DISPUTE_STAMPS[to], at)
        if self._state.adding:
            self.save(force_insert=True)
        else:
            self.version += 1
            self.save()
        actor = by if by is not None and by.pk else None
        DisputeMove.objects.create(dispute=self, from_state=source or "", to_state=to, at=at, by=actor, note=note)

    @property
    def contact(self) -> Contact | None:
        if self.sealed_contact is None:
            return None
        plain = keys.unseal(self.sealed_contact, bound_to=self.bound("contact")).decode()
        return Contact("email" if self.contact_kind == "email" else "phone", plain)

    @property
    def identity(self) -> Identity:
        return Identity.of(keys.unseal_json(self.sealed_identity, bound_to=self.bound("identity")))

    @property
    def words(self) -> str:
        return keys.unseal(self.sealed_words, bound_to=self.bound("words")).decode()

    @property
    def sentence(self) -> str:
        if self.sealed_sentence is None:
            return ""
        return keys.unseal(self.sealed_sentence, bound_to=self.bound("sentence")).decode()

    def bound(self, column: str) -> str:
        """Where a sealed value of this row may be opened."""
        return f"lookup.dispute.{column}:{self.seal_id}"


class DisputeMove(models.Model):
    """One move, never changed."""

    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="moves")
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10, choices=State.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.to_state}"
