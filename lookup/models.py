"""Who somebody has proved to be, and what they were told."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from breachdesk import keys
from breachdesk.accounts.models import User
from breachdesk.lib.contacts import Contact
from lookup import rules, states
from lookup.rules import Identity
from notices.models import Incident


class Challenge(models.Model):
    """A one-time code on its way to whatever contact was typed. The code itself is not here, only its keyed hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contact_kind = models.CharField(max_length=5)
    contact_hash = models.UUIDField(db_index=True)
    sealed_contact = models.BinaryField()
    code_hash = models.BinaryField(max_length=32)
    # Set when the code is asked again of somebody whose proof has grown old (step-up).
    renews = models.ForeignKey("Proof", null=True, on_delete=models.CASCADE, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index("sent_at", name="lookup_challenge_newest")]
        constraints = [
            # Five tries at one code: the counter is raised before anything is compared.
            models.CheckConstraint(name="lookup_challenge_at_most_five_tries", condition=Q(attempts__lte=5)),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def contact(self) -> Contact:
        plain = keys.unseal(self.sealed_contact, bound_to=f"lookup.challenge.contact:{self.id}").decode()
        return Contact("email" if self.contact_kind == "email" else "phone", plain)


class Person(models.Model):
    """Appears when somebody first proves a contact and matches a list. Claims, drafts and steps point here."""

    person_key = models.UUIDField(unique=True)
    # The key that it is hashed with, whatever key a list is under; empty: hashed before its name was kept.
    index_key = models.CharField(max_length=20, blank=True, db_default="")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="person")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"person {self.pk}"


class Proof(models.Model):
    """Somebody held this contact, or this letter, at this moment. Ten idle minutes, sixty at most, revocable."""

    # Of a code: the contact it was sent to.
    contact_kind = models.CharField(max_length=5, blank=True)
    contact_hash = models.UUIDField(null=True)
    # The key that the hashes of this row are made with; empty: made before its name was kept.
    index_key = models.CharField(max_length=20, blank=True, db_default="")
    sealed_contact = models.BinaryField(null=True)
    # Of a letter: the code that was printed in it.
    letter = models.ForeignKey("LetterCode", null=True, on_delete=models.PROTECT, related_name="proofs")
    method = models.CharField(max_length=8, choices=states.Method.choices, default=states.Method.CODE)
    proved_at = models.DateTimeField()
    # The latest code entered for this proof: what "of the last five minutes" is measured from.
    renewed_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    shared_device = models.BooleanField(default=False)
    # What was last typed as name and birth date, JSON, so that the answer can be worked out again from the active list.
    # Blanked when the proof ends.
    sealed_identity = models.BinaryField(null=True)
    # Keyed hash of contact (or letter), name and birth date as last typed: whoever was matched once is met again by the same three,
    # even when a corrected list no longer holds them (their claim is still theirs).
    identity_hash = models.UUIDField(null=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="proofs")
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Given to a member of staff who acts for its owner until then, in this consultation; it opens no session of anybody's.
    acting = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    acting_in = models.CharField(max_length=13, blank=True, db_default="")
    acting_until = models.DateTimeField(null=True)

    class Meta:
        # Whether somebody was matched before, and what they were told last: of those on no list too.
        indexes = [models.Index("contact_hash", "identity_hash", name="lookup_proof_typed_alike")]
        constraints = [
            models.CheckConstraint(
                name="lookup_proof_names_what_was_held",
                condition=Q(
                    method=states.Method.CODE,
                    contact_hash__isnull=False,
                    sealed_contact__isnull=False,
                    letter__isnull=True,
                )
                | Q(
                    method=states.Method.LETTER,
                    contact_hash__isnull=True,
                    sealed_contact__isnull=True,
                    letter__isnull=False,
                )
                | Q(
                    method=states.Method.PASSKEY,
                    contact_hash__isnull=True,
                    sealed_contact__isnull=True,
                    letter__isnull=True,
                    person__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="lookup_proof_acting_whole",
                condition=Q(acting__isnull=True, acting_in="", acting_until__isnull=True)
                | Q(~Q(acting_in=""), acting__isnull=False, acting_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"proof {self.pk}"

    @property
    def contact(self) -> Contact | None:
        """The contact that was proved; None where it was a letter or a passkey."""
        if self.sealed_contact is None:
            return None
        plain = keys.unseal(self.sealed_contact, bound_to=f"lookup.proof.contact:{self.token}").decode()
        return Contact("email" if self.contact_kind == "email" else "phone", plain)

    @property
    def is_by_passkey(self) -> bool:
        """It says who they are and not that they hold a contact: status and drafts only."""
        return self.method == states.Method.PASSKEY

    @property
    def of_what(self) -> str:
        """Names the contact or the letter: whose budget it is. Kept by `limits` as a keyed hash, and by nobody else."""
        contact = self.contact
        return f"{contact.kind}:{contact.value}" if contact else f"letter:{self.letter_id}"

    @property
    def identity(self) -> Identity | None:
        """The name and birth date last typed; None before they are, and after the proof has ended."""
        if self.sealed_identity is None:
            return None
        typed = keys.unseal_json(self.sealed_identity, bound_to=f"lookup.proof.identity:{self.token}")
        born = typed["birth_date"]
        return Identity(typed["name"], dt.date.fromisoformat(born) if born else None)

    @property
    def lives_until(self) -> dt.datetime:
        return rules.lives_until(
            proved_at=self.proved_at, last_used_at=self.last_used_at, shared_device=self.shared_device
        )

    @property
    def ends_about(self) -> dt.datetime:
        """To the minute, so that two pages of the same minute are the same page."""
        return self.lives_until.replace(second=0, microsecond=0)

    def is_live(self, at: dt.datetime) -> bool:
        return self.acting_id is None and self.ended_at is None and at < self.lives_until

    def may_act(self, *, by: User, consultation: str, at: dt.datetime) -> bool:
        """Whether this member of staff acts for its owner now."""
        own = self.acting_id == by.pk and self.acting_in == consultation
        return own and self.ended_at is None and self.acting_until is not None and at < self.acting_until

    def is_of_the_same(self, earlier: Proof | None) -> bool:
        """Whether what an earlier proof left behind belongs to whoever holds this one."""
        if earlier is None:
            return False
        if earlier.person_id:
            return self.person_id == earlier.person_id
        return (self.letter_id, self.contact) == (earlier.letter_id, earlier.contact)


class Look(models.Model):
    """One answer given: what this proof was told about one incident, and by which list."""

    proof = models.ForeignKey(Proof, on_delete=models.CASCADE, related_name="looks")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="looks")
    dataset_number = models.PositiveIntegerField(null=True)
    outcome = models.CharField(max_length=10, choices=states.Outcome.choices)
    at = models.DateTimeField()
    # From where, as coarse as its reader can still tell it from a stranger's (lookup/origin.py); blanked after 90 days.
    network = models.CharField(max_length=20, blank=True)
    device = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [models.Index("at", name="lookup_look_from_somewhere", condition=~Q(network="", device=""))]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.outcome}"


class StepMark(models.Model):
    """How one person stands with one guided step. No row: not begun."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="steps")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=states.Step.choices)
    at = models.DateTimeField()
    # Put off until then: one message goes to the contact of this proof, in this language.
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    proof = models.ForeignKey(Proof, null=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=2, default="ko")

    class Meta:
        constraints = [
            models.UniqueConstraint("person", "incident", "step", name="lookup_stepmark_once"),
            models.CheckConstraint(
                name="lookup_stepmark_reminds_of_what_is_put_off",
                condition=Q(remind_at=None) | Q(state=states.Step.LATER, proof__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                "remind_at", name="lookup_stepmark_to_remind", condition=Q(remind_at__isnull=False, reminded_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.state}"


class Parked(models.Model):
    """A form posted after the proof ran out: kept sealed for thirty minutes, for the same browser and the same person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Keyed hash of a random token in that browser's cookie.
    browser_hash = models.BinaryField(max_length=32, db_index=True)
    # The proof that ran out: it says whose the form is.
    proof = models.ForeignKey(Proof, on_delete=models.CASCADE, related_name="parked")
    path = models.CharField(max_length=200)
    sealed_form = models.BinaryField()
    parked_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("proof", "path", name="lookup_parked_newest_of_each_page")]

    def __str__(self) -> str:
        return str(self.id)


class Alarm(models.Model):
    """Codes cost too much, or are asked for by somebody who cannot read them. Figures only, nothing of a person."""

    kind = models.CharField(max_length=10, choices=states.AlarmKind.choices)
    figures = models.JSONField()
    began_at = models.DateTimeField()
    # When its cause was last there.
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("kind", name="lookup_alarm_one_of_a_kind", condition=Q(ended_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.began_at:%F %H:%M}"


# Django finds a room's tables by this module.
from lookup.certificate_models import Certificate  # noqa: E402, F401
from lookup.dispute_models import Dispute, DisputeMove  # noqa: E402, F401
from lookup.letter_models import LetterCode, Mailing  # noqa: E402, F401
from lookup.watch_models import Watch  # noqa: E402, F401
