"""Money on its way to an account: one payout per approved stage, whatever happens."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from breachdesk import keys
from claims.models.deciding import Decision
from claims.models.filed import Claim
from claims.states import PayoutState

STAFF = settings.AUTH_USER_MODEL


class Payout(models.Model):
    """One order to the bank. Its `id` is the idempotency key the bank sees, and never changes.

    A refused order is not sent again: a corrected account is a new attempt of the same stage, and only one attempt of a
    stage is ever alive or paid.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="payouts")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="payouts")
    stage = models.PositiveSmallIntegerField()
    attempt = models.PositiveSmallIntegerField(default=1)
    amount = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    # The account as it stood when this was prepared: bank, number, holder (JSON).
    sealed_account = models.BinaryField()
    account_hash = models.UUIDField()
    state = models.CharField(max_length=10, choices=PayoutState.choices, default=PayoutState.PREPARED)
    prepared_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    released_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    bank_reference = models.CharField(max_length=80, blank=True)
    problem = models.CharField(max_length=60, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("claim", "stage", "attempt", name="claims_payout_attempt_once"),
            # Exactly one: whatever races, a second payout of a stage cannot stand beside one that lives or was paid.
            models.UniqueConstraint(
                "claim",
                "stage",
                name="claims_payout_one_per_stage",
                condition=~Q(state__in=[PayoutState.REFUSED, PayoutState.CANCELLED]),
            ),
            models.CheckConstraint(
                name="claims_payout_released_by_two",
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | (Q(released_at__isnull=False, released_by__isnull=False) & ~Q(released_by=F("prepared_by"))),
            ),
            models.CheckConstraint(
                name="claims_payout_leaves_only_released",
                condition=Q(state__in=[PayoutState.PREPARED, PayoutState.CANCELLED]) | Q(released_at__isnull=False),
            ),
            models.CheckConstraint(
                name="claims_payout_settled_has_its_moment",
                condition=~Q(state__in=[PayoutState.PAID, PayoutState.REFUSED, PayoutState.CANCELLED])
                | Q(settled_at__isnull=False),
            ),
            models.CheckConstraint(name="claims_payout_amount_above_zero", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} payout {self.stage}"

    @property
    def account(self) -> dict[str, str]:
        return keys.unseal_json(self.sealed_account, bound_to=f"claims.payout.account:{self.id}")

    @account.setter
    def account(self, account: dict[str, str]) -> None:
        self.sealed_account = keys.seal_json(account, bound_to=f"claims.payout.account:{self.id}")
        self.account_hash = keys.index("account", f"{account['bank']}:{account['number']}")


class BankEvent(models.Model):
    """What the bank told us by itself. Its event id is good once."""

    event_id = models.CharField(max_length=120, primary_key=True)
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="events")
    state = models.CharField(max_length=10, choices=PayoutState.choices)
    code = models.CharField(max_length=60, blank=True)
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.payout_id} {self.state}"
