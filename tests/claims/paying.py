"""What tests of payouts share: an approved claim, two payers, and acts on rows as they now stand."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from breachdesk.accounts.models import User
from claims import payouts, queries
from claims.models import Claim, Decision, Payout, Proposal
from claims.states import Closed, State
from tests import staff

AMOUNT = 912_400


def approve(claim: Claim, *, amount: int = AMOUNT) -> Decision:
    """Decided by two people, as reviewing leaves it."""
    at = timezone.now()
    proposer, confirmer = staff.member("reviewer"), staff.member("approver")
    for state, by in ((State.IN_REVIEW, proposer), (State.PROPOSED, proposer), (State.APPROVED, confirmer)):
        claim.move(to=state, by=by, at=at)
    same = {
        "claim": claim,
        "proposer": proposer,
        "account_hash": claim.account_hash,
        "evidence_hash": queries.evidence_hash(claim),
    }
    proposal = Proposal(number=1, made_at=at, closed_at=at, closed_as=Closed.CONFIRMED, closed_by=confirmer, **same)
    proposal.sentence = "카드 결제를 인정했어요."
    proposal.save()
    return Decision.objects.create(
        stage=1,
        proposal=proposal,
        confirmer=confirmer,
        claimant=claim.person.user,
        amount=amount,
        currency="KRW",
        decided_at=at,
        **same,
    )


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
