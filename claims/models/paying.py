"""Money on its way to an account: one payout per approved stage, whatever happens."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from breachdesk import keys
from claims import states
from claims.models.deciding import Decision
from claims.models.filed import Claim
from claims.states import IllegalMove, PayoutState

STAFF = settings.AUTH_USER_MODEL
# Ordered, or to be asked about, as soon as `due_at` has come.
OPEN = Q(state__in=[PayoutState.RELEASED, PayoutState.UNKNOWN, PayoutState.PENDING])
# What two people agreed on never changes; another account is another attempt.
AGREED = ["claim", "decision", "stage", "attempt", "amount", "currency", "sealed_account", "account_hash"]
WITHIN_ITS_DECISION = """
    IF NOT EXISTS (
        SELECT 1 FROM claims_decision decision
        WHERE decision.id = NEW.decision_id AND decision.claim_id = NEW.claim_id AND decision.stage = NEW.stage
            AND decision.currency = NEW.currency AND NEW.amount <= decision.amount
            AND (decision.account_hash = NEW.account_hash OR EXISTS (
                SELECT 1 FROM claims_accountchange change
                WHERE change.claim_id = NEW.claim_id AND change.account_hash = NEW.account_hash
            ))
    ) THEN
        RAISE EXCEPTION 'a payout stays within what was decided'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claims_payout_within_its_decision';
    END IF;
    RETURN NEW;
"""


class Payouts(models.QuerySet["Payout"]):
    def due(self, *, at: dt.datetime) -> Payouts:
        return self.filter(OPEN, Q(leased_until__isnull=True) | Q(leased_until__lte=at), due_at__lte=at)

    def held(self, *, lease: uuid.UUID) -> Payouts:
        """Still ours to record: nobody else took it, no callback settled it."""
        return self.filter(lease=lease)


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

    objects = Payouts.as_manager()

    class Meta:
        # Staff rights; breachdesk/desk/roles.py says who has them.
        permissions = [
            ("prepare_payout", "Can prepare a payout, and cancel one that was not released"),
            ("release_payout", "Can release a payout that another prepared"),
        ]
        indexes = [
            models.Index("due_at", name="claims_payout_due", condition=OPEN),
            models.Index("leased_until", name="claims_payout_leased", condition=Q(state=PayoutState.SENDING)),
        ]
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
            models.CheckConstraint(
                name="claims_payout_sending_holds_a_lease",
                condition=~Q(state=PayoutState.SENDING) | Q(lease__isnull=False, leased_until__isnull=False),
            ),
            models.CheckConstraint(name="claims_payout_amount_above_zero", condition=Q(amount__gt=0)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="within_its_decision",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=WITHIN_ITS_DECISION,
            ),
            pgtrigger.ReadOnly(name="agreed_never_changes", fields=[*AGREED, "prepared_by", "prepared_at"]),
            pgtrigger.Protect(name="never_goes", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} payout {self.stage}.{self.attempt}"

    def move(self, to: PayoutState, *, at: dt.datetime, **changes: Any) -> None:
        """On a locked row; the audit is its history. Raises IllegalMove."""
        if to not in states.PAYOUT_MOVES[PayoutState(self.state)]:
            raise IllegalMove(f"payout {self.pk}: {self.state} -> {to}")
        self.state = to
        self.lease = self.leased_until = None
        for name, value in changes.items():
            setattr(self, name, value)
        if to in states.SETTLED:
            self.settled_at, self.due_at = at, None
        self.save()

    @property
    def account(self) -> dict[str, str]:
        return keys.unseal_json(self.sealed_account, bound_to=f"claims.payout.account:{self.id}")

    @account.setter
    def account(self, account: dict[str, str]) -> None:
        self.sealed_account = keys.seal_json(account, bound_to=f"claims.payout.account:{self.id}")
        self.account_hash = keys.index("account", f"{account['bank']}:{account['number']}")


class AccountChange(models.Model):
    """The claimant named another account, because the bank had refused the one before: once per refused payout.

    The only way in which money may go to another account than the one that was decided on.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="account_changes")
    after = models.OneToOneField(Payout, on_delete=models.PROTECT, related_name="account_change")
    account_hash = models.UUIDField()
    changed_at = models.DateTimeField()
    # Whoever is told of the change by the claim's other contacts has until then to object.
    pay_from = models.DateTimeField()

    class Meta:
        ordering = ["claim", "changed_at"]
        triggers = [pgtrigger.Protect(name="never_changes", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.claim_id} account change {self.pk}"


class BankEvent(models.Model):
    """What the bank told us by itself. Its event id is good once."""

    event_id = models.CharField(max_length=120, primary_key=True)
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="events")
    state = models.CharField(max_length=10, choices=PayoutState.choices)
    code = models.CharField(max_length=60, blank=True)
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.payout_id} {self.state}"
