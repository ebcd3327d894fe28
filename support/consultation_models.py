"""Somebody called, wrote or came: what they asked and were told, how they proved who they are, and what was done for them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from breachdesk import keys
from breachdesk.accounts.models import User
from breachdesk.lib.contacts import Contact
from lookup.models import LetterCode, Person, Proof
from lookup.rules import Identity
from support import consultation_rules as rules
from support import consultation_states as states
from support.consultation_states import Consultation as State
from support.consultation_states import IllegalMove

STAFF = settings.AUTH_USER_MODEL


@dataclass(frozen=True)
class Caller:
    """Who somebody says they are: known by a contact, or by whom a letter was for."""

    identity: Identity
    contact: Contact | None
    customer_ref: str = ""


class Consultation(models.Model):
    """`reference` is a name that people say to each other, not a key."""

    # Bound into every sealed column of this row.
    seal_id = models.UUIDField(default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=13, unique=True)
    source = models.CharField(max_length=6, choices=states.Source.choices)
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=8, choices=State.choices)
    # Who they proved to be; null: nobody in particular, or not proved.
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="consultations")
    # JSON of what the caller said of themselves: name, birth_date, contact, customer_ref.
    sealed_caller = models.BinaryField(null=True)
    sealed_asked = models.BinaryField()
    sealed_answered = models.BinaryField(null=True)
    sealed_promised = models.BinaryField(null=True)
    promise_by_date = models.DateField(null=True)
    # What is not answered is due on the day it came; then on the day that was promised.
    due_date = models.DateField()
    opened_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # Whose it is now.
    taken_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    # Raised by every change: a form that was opened on an older one is told so.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        default_permissions = ("view",)
        permissions = [
            ("take_call", "Can write down calls and answer them"),
            ("act_for_caller", "Can verify a caller and act for them"),
            ("see_as_person", "Can see what a person sees, giving a reason"),
        ]
        constraints = [
            models.CheckConstraint(
                name="support_consultation_promise_has_its_day",
                condition=Q(sealed_promised__isnull=True, promise_by_date__isnull=True)
                | Q(sealed_promised__isnull=False, promise_by_date__isnull=False),
            ),
            models.CheckConstraint(
                name="support_consultation_promised_says_what",
                condition=~Q(state=State.PROMISED) | Q(promise_by_date__isnull=False),
            ),
            models.CheckConstraint(
                name="support_consultation_closed_has_its_moment",
                condition=Q(state=State.CLOSED, closed_at__isnull=False)
                | (~Q(state=State.CLOSED) & Q(closed_at__isnull=True)),
            ),
        ]
        indexes = [models.Index("due_date", "id", name="support_consultation_by_day")]

    def __str__(self) -> str:
        return self.reference

    def move(self, *, to: State, by: User, at: dt.datetime) -> None:
        """The only way a state changes: state, stamp and history row together. Raises IllegalMove."""
        source = State(self.state) if self.state else None
        if to not in ({states.CONSULTATION_FIRST} if source is None else states.CONSULTATION_MOVES[source]):
            raise IllegalMove(f"{source} -> {to}")
        self.state = to
        self.closed_at = at if to == State.CLOSED else None
        if self._state.adding:
            self.save(force_insert=True)
        else:
            self.version += 1
            self.save()
        ConsultationMove.objects.create(consultation=self, from_state=source or "", to_state=to, by=by, at=at)

    def bound(self, column: str) -> str:
        """Where a sealed value of this row may be opened."""
        return f"support.consultation.{column}:{self.seal_id}"

    def write(self, column: str, words: str) -> None:
        setattr(self, f"sealed_{column}", keys.seal(words, bound_to=self.bound(column)))

    def _read(self, column: str) -> str:
        sealed = getattr(self, f"sealed_{column}")
        return "" if sealed is None else keys.unseal(sealed, bound_to=self.bound(column)).decode()

    @property
    def asked(self) -> str:
        return self._read("asked")

    @property
    def answered(self) -> str:
        return self._read("answered")

    @property
    def promised(self) -> str:
        return self._read("promised")

    @property
    def caller(self) -> Caller | None:
        if self.sealed_caller is None:
            return None
        said = keys.unseal_json(self.sealed_caller, bound_to=self.bound("caller"))
        contact = Contact.parse(said["contact"]) if said["contact"] else None
        return Caller(Identity.of(said), contact, said["customer_ref"])

    @caller.setter
    def caller(self, caller: Caller) -> None:
        said = {
            **caller.identity.typed,
            "contact": caller.contact.value if caller.contact else "",
            "customer_ref": caller.customer_ref,
        }
        self.sealed_caller = keys.seal_json(said, bound_to=self.bound("caller"))


class ConsultationMove(models.Model):
    """One move, never changed."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="moves")
    from_state = models.CharField(max_length=8, blank=True)
    to_state = models.CharField(max_length=8, choices=State.choices)
    by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        triggers = [pgtrigger.Protect(name="never_changes", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.to_state}"


class Asking(models.Model):
    """One time a caller was asked to prove who they are. No code is here: neither a letter's nor one that was sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="askings")
    way = models.CharField(max_length=6, choices=states.Way.choices)
    letter = models.ForeignKey(LetterCode, null=True, on_delete=models.SET_NULL, related_name="+")
    # Of a code that was sent: the challenge, and the number by which the caller's keypad finds it.
    challenge = models.UUIDField(null=True)
    call_number = models.CharField(max_length=6, blank=True)
    by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    # Asked anew, or the call is over.
    ended_at = models.DateTimeField(null=True)
    proved_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            # The counter is raised, and committed, before anything is compared.
            models.CheckConstraint(
                name="support_asking_at_most_so_many_tries", condition=Q(tries__lte=rules.HALF_TRIES)
            ),
            models.UniqueConstraint(
                "call_number",
                name="support_asking_call_number_once",
                condition=Q(ended_at__isnull=True, proved_at__isnull=True) & ~Q(call_number=""),
            ),
            models.UniqueConstraint(
                "consultation",
                name="support_asking_one_open",
                condition=Q(ended_at__isnull=True, proved_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"asking {self.id}"

    def is_open(self, at: dt.datetime) -> bool:
        return self.ended_at is None and self.proved_at is None and at < self.expires_at


class Right(models.Model):
    """One member of staff may act for whoever proved this, in this consultation alone, until then."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="rights")
    asking = models.OneToOneField(Asking, on_delete=models.PROTECT, related_name="right")
    # Of somebody on no list it is forgotten after 90 days, and this with it.
    proof = models.OneToOneField(Proof, on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                "consultation", name="support_right_one_at_a_time", condition=Q(ended_at__isnull=True)
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="granted_never_changes",
                fields=["consultation", "asking", "proof", "agent", "granted_at", "expires_at"],
            )
        ]

    def __str__(self) -> str:
        return f"right of {self.consultation_id}"

    def is_live(self, at: dt.datetime) -> bool:
        return self.ended_at is None and at < self.expires_at


class Deed(models.Model):
    """What was done for a caller, under which right."""

    right = models.ForeignKey(Right, on_delete=models.CASCADE, related_name="deeds")
    did = models.CharField(max_length=9, choices=states.Did.choices)
    # As people call it: a claim's or a card act's reference.
    what = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    # The person says that it was not them.
    denied_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.did} {self.what}"
