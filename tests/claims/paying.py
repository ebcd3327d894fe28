"""What tests of payouts share: an approved claim, two payers, and acts on rows as they now stand."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from breachdesk.accounts.models import User
from claims import payouts, reviewing
from claims.models import Claim, Decision, Payout
from claims.rules import Proposed
from claims.states import Outcome, State
from tests import staff

AMOUNT = 912_400


def approve(claim: Claim) -> Decision:
    """Decided by two people: the first line in full, of the second 300,000 won."""
    at, same = timezone.now(), {"reference": claim.reference}
    proposer, confirmer = staff.member("reviewer"), staff.member("approver")

    def version() -> int:
        return Claim.objects.get(pk=claim.pk).version

    reviewing.take(**same, version=version(), by=proposer, at=at)
    lines = [
        Proposed(1, Outcome.FULL, 612_400, "card_data_leaked"),
        Proposed(2, Outcome.PART, 300_000, "part_proven"),
    ]
    words = "카드 결제를 인정했어요."
    reviewing.propose(**same, version=version(), lines=lines, sentence=words, by=proposer, at=at)
    decision = reviewing.confirm(**same, version=version(), by=confirmer, at=at)
    claim.refresh_from_db()
    assert (claim.state, decision.amount) == (State.APPROVED, AMOUNT)
    return decision


def payers() -> tuple[User, User]:
    return staff.member("payer", name="지급 하나"), staff.member("payer", name="지급 둘")


def prepare(claim: Claim, by: User, **changed: Any) -> Payout:
    claim.refresh_from_db()
    return payouts.prepare(**{"claim": claim, "by": by, "at": timezone.now(), "version": claim.version, **changed})


def release(payout: Payout, by: User, **changed: Any) -> Payout:
    version = Claim.objects.get(pk=payout.claim_id).version
    return payouts.release(**{"payout": payout, "by": by, "at": timezone.now(), "version": version, **changed})


def cancel(payout: Payout, by: User, **changed: Any) -> Payout:
    version = Claim.objects.get(pk=payout.claim_id).version
    return payouts.cancel(**{"payout": payout, "by": by, "at": timezone.now(), "version": version, **changed})


def released(claim: Claim) -> Payout:
    first, second = payers()
    return release(prepare(claim, first), second)


def now(payout: Payout) -> Payout:
    """The row as it stands."""
    return Payout.objects.select_related("claim").get(pk=payout.pk)
