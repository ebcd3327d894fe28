"""A claim for advance compensation (선보상): pay first, investigate after."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from claims import states
from lookup.models import Person
from notices.models import Incident


class Draft(models.Model):
    """What a person has filled in so far; theirs on any device after a new code. One per person and incident."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="drafts")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    # JSON by step name: {"kind": {...}, "lines": [...], "story": {...}, "account": {...}}
    sealed_steps = models.BinaryField()
    saved_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("person", "incident", name="claims_draft_one_per_incident")]

    def __str__(self) -> str:
        return str(self.id)


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
    state = models.CharField(max_length=12, choices=states.State.choices)
    language = models.CharField(max_length=2)
    sealed_claimant = models.BinaryField()
    sealed_story = models.BinaryField()
    sealed_account = models.BinaryField()
    # Keyed hash of bank and account number: the same account of two claimants is seen without opening either.
    account_hash = models.UUIDField(db_index=True)
    amount = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3, default="KRW")
    # sha256 over what was filed, printed on the receipt.
    confirmation = models.CharField(max_length=64)
    declared_version = models.CharField(max_length=20)
    submitted_at = models.DateTimeField()
    receiver = models.CharField(max_length=80)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "person",
                "incident",
                name="claims_claim_one_open_per_incident",
                condition=Q(state__in=[str(state) for state in states.OPEN]),
            ),
            models.CheckConstraint(name="claims_claim_amount_above_zero", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="claims_claim_withdrawn_has_its_moment",
                condition=Q(state=states.State.WITHDRAWN, withdrawn_at__isnull=False)
                | (~Q(state=states.State.WITHDRAWN) & Q(withdrawn_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Line(models.Model):
    """One loss of a claim."""

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

    def __str__(self) -> str:
        return f"{self.claim_id} line {self.number}"


class Move(models.Model):
    """One step in a claim's life: append-only history with its actor."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12, choices=states.State.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["claim", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.claim_id} -> {self.to_state}"
