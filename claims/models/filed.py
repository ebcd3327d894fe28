"""A claim for advance compensation (선보상): pay first, investigate after."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from breachdesk import keys
from breachdesk.accounts.models import User
from breachdesk.files.models import StoredFile
from claims import states
from claims.states import IllegalMove, State
from lookup.models import Person
from notices.models import Incident


class Draft(models.Model):
    """What a person has filled in so far; theirs on any device after a new code. One per person and incident."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="drafts")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    # As typed, by step (claims/filing.py reads it): {"kind": {...}, "lines": [...], "story": {...}, "account": {...}}
    sealed_steps = models.BinaryField()
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True)
    # Opened or saved: which draft the pages show, and from when an abandoned one is forgotten.
    touched_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint("person", "incident", name="claims_draft_one_per_incident")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def steps(self) -> dict[str, Any]:
        return keys.unseal_json(self.sealed_steps, bound_to=f"claims.draft.steps:{self.id}")

    @steps.setter
    def steps(self, steps: dict[str, Any]) -> None:
        self.sealed_steps = keys.seal_json(steps, bound_to=f"claims.draft.steps:{self.id}")


class Claim(models.Model):
    """What was filed. `reference` is a name that people say, not a key: ownership is in the queryset."""

    # Bound into every sealed column of this row and of its lines.
    seal_id = models.UUIDField(default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=13, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="claims")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="follow_ons")
    # The draft it was filed from: posting the same draft twice finds this claim again.
    filed_from = models.UUIDField(unique=True)
    kind = models.CharField(max_length=14, choices=states.Kind.choices)
    state = models.CharField(max_length=14, choices=State.choices)
    language = models.CharField(max_length=2)
    # JSON: name, birth_date, outcome, items, possible, list (its number) as they stood when the claim was filed.
    sealed_claimant = models.BinaryField()
    sealed_story = models.BinaryField()
    # JSON: bank, number, holder.
    sealed_account = models.BinaryField()
    # Keyed hash of bank and account number: the same account of two claimants is seen without opening either.
    account_hash = models.UUIDField(db_index=True)
    # The key that every hash of an account of this claim is made with; empty: made before its name was kept.
    index_key = models.CharField(max_length=20, blank=True, db_default="")
    amount = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3, default="KRW")
    # Keyed hash over what was filed, hex, printed on the receipt: filed once more with other content, it differs.
    confirmation = models.CharField(max_length=64)
    declared_version = models.CharField(max_length=20)
    submitted_at = models.DateTimeField()
    # By when a decision is promised: later by as long as an answer of the claimant's was waited for.
    decide_by_date = models.DateField()
    # The department that took it, named on the receipt (여신전문금융업법 제16조 제4항).
    receiver_ko = models.CharField(max_length=80)
    receiver_en = models.CharField(max_length=120)
    review_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    proposed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    paying_at = models.DateTimeField(null=True)
    account_wrong_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    # Whoever has taken it; null: in the queue.
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Filed for the claimant by a member of staff, in this consultation; null: by themselves.
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_in = models.CharField(max_length=13, blank=True, db_default="")
    # Raised by every change: a staff form that was opened on an older one is told so.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        # Staff rights; breachdesk/desk/roles.py says who has them.
        permissions = [
            ("review_claim", "Can review a claim and propose a decision"),
            ("confirm_claim", "Can confirm or send back what another proposed"),
            ("reveal_claim", "Can open the personal data of a claim, giving a reason"),
        ]
        indexes = [models.Index("decide_by_date", "id", name="claims_claim_by_due_day")]
        constraints = [
            models.UniqueConstraint(
                "person",
                "incident",
                name="claims_claim_one_open_per_incident",
                condition=Q(state__in=[str(state) for state in states.OPEN]),
            ),
            models.CheckConstraint(name="claims_claim_amount_above_zero", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="claims_claim_entered_in_a_consultation",
                condition=Q(entered_by__isnull=True, entered_in="") | (Q(entered_by__isnull=False) & ~Q(entered_in="")),
            ),
            models.CheckConstraint(
                name="claims_claim_withdrawn_has_its_moment",
                condition=Q(state=State.WITHDRAWN, withdrawn_at__isnull=False)
                | (~Q(state=State.WITHDRAWN) & Q(withdrawn_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def move(self, *, to: State, by: User | None, at: dt.datetime, note: str = "") -> None:
        """The only way a state changes: state, stamp and history row together. Raises IllegalMove."""
        source = State(self.state) if self.state else None
        if to not in states.moves_from(source):
            raise IllegalMove(f"{source} -> {to}")
        self.state = to
        if (source, to) not in states.OLD_MOMENT_STANDS:
            setattr(self, states.STAMPS[to], at)
        if self._state.adding:
            self.save(force_insert=True)
        else:
            self.version += 1
            self.save(update_fields=["state", states.STAMPS[to], "version"])
        actor = by if by is not None and by.pk else None
        Move.objects.create(
            claim=self, from_state=source or "", to_state=to, at=at, by=actor, note=note, version=self.version
        )

    def changed(self) -> None:
        """Something of it is no longer as staff saw it, though its state is the same."""
        self.version += 1
        self.save(update_fields=["version"])

    def bound(self, column: str) -> str:
        """Where a sealed value of this claim may be opened."""
        return f"claims.claim.{column}:{self.seal_id}"

    @property
    def claimant(self) -> dict[str, Any]:
        return keys.unseal_json(self.sealed_claimant, bound_to=self.bound("claimant"))

    @claimant.setter
    def claimant(self, claimant: dict[str, Any]) -> None:
        self.sealed_claimant = keys.seal_json(claimant, bound_to=self.bound("claimant"))

    @property
    def story(self) -> str:
        return keys.unseal(self.sealed_story, bound_to=self.bound("story")).decode()

    @story.setter
    def story(self, story: str) -> None:
        self.sealed_story = keys.seal(story, bound_to=self.bound("story"))

    @property
    def account(self) -> dict[str, str]:
        return keys.unseal_json(self.sealed_account, bound_to=self.bound("account"))

    @account.setter
    def account(self, account: dict[str, str]) -> None:
        self.sealed_account = keys.seal_json(account, bound_to=self.bound("account"))
        self.account_hash = keys.index("account", f"{account['bank']}:{account['number']}")
        # While keys are being changed, the hashes of its decision and payouts may be under another one still.
        active = keys.index_keys().active
        self.index_key = active if self._state.adding or self.index_key == active else ""


class Line(models.Model):
    """One loss of a claim. What was filed stays as it was filed: a change is a new claim or a decision."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=14, choices=states.Kind.choices)
    loss_date = models.DateField()
    sealed_merchant = models.BinaryField()
    amount = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3, default="KRW")

    class Meta:
        ordering = ["claim", "number"]
        constraints = [
            models.UniqueConstraint("claim", "number", name="claims_line_number_once"),
            models.CheckConstraint(name="claims_line_amount_above_zero", condition=Q(amount__gt=0)),
        ]
        triggers = [pgtrigger.Protect(name="never_changes", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.claim_id} line {self.number}"

    @property
    def merchant(self) -> str:
        return keys.unseal(self.sealed_merchant, bound_to=self.bound).decode()

    @merchant.setter
    def merchant(self, merchant: str) -> None:
        self.sealed_merchant = keys.seal(merchant, bound_to=self.bound)

    @property
    def bound(self) -> str:
        return f"{self.claim.bound('merchant')}:{self.number}"


class Evidence(models.Model):
    """A file that speaks for a claim; of a draft until it is filed."""

    # Nothing cascades here: actions move or erase the files first, and the database insists that they did.
    draft = models.ForeignKey(Draft, null=True, on_delete=models.DO_NOTHING, related_name="evidence")
    claim = models.ForeignKey(Claim, null=True, on_delete=models.PROTECT, related_name="evidence")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    # The claim's version from when it came.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["received_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="claims_evidence_of_a_draft_or_a_claim",
                condition=Q(draft__isnull=False, claim__isnull=True) | Q(draft__isnull=True, claim__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"evidence {self.pk}"


class Hold(models.Model):
    """Nothing is decided about a claim or paid while one of these is open."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="holds")
    why = models.CharField(max_length=10, choices=states.WhyHeld.choices)
    # As people call it: the consultation's reference.
    about = models.CharField(max_length=13, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_as = models.CharField(max_length=10, choices=states.HoldEnd.choices, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("claim", name="claims_hold_one_open", condition=Q(ended_at__isnull=True)),
            models.CheckConstraint(
                name="claims_hold_ended_by_somebody",
                condition=Q(ended_at__isnull=True, ended_as="", ended_by__isnull=True)
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_as="")),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="held_never_changes", fields=["claim", "why", "about", "by", "at"]),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}"


class Move(models.Model):
    """One step in a claim's life: append-only history with its actor."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=14, blank=True)
    to_state = models.CharField(max_length=14, choices=State.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    # A code of states.NOTES; what people write is sealed elsewhere.
    note = models.CharField(max_length=200, blank=True)
    # The claim's version from here on: whoever opened an older one is told what has moved since.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["claim", "at", "pk"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.claim_id} -> {self.to_state}"
