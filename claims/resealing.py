"""Claims when the keys are changed. What two people agreed on stays as it is: the same value under another key."""

from __future__ import annotations

from collections.abc import Iterator

import pgtrigger
from django.db import transaction

from breachdesk import keys
from breachdesk.resealing import Part, Table
from claims import queries
from claims.models import AccountChange, Claim, Decision, Draft, Line, Payout, Proposal, Question

BATCH = 200


class Accounts:
    """The hashes by which accounts are compared. A claim's change together: an approval of one holds for no other."""

    name = "claims.Claim.account_hash"
    covers = tuple(
        f"claims.{each.__name__}.account_hash" for each in (Claim, Proposal, Decision, Payout, AccountChange)
    )

    def __init__(self) -> None:
        self.left: dict[str, int] = {}

    def behind(self) -> int:
        return Claim.objects.exclude(index_key=keys.index_keys().active).count()

    def batches(self) -> Iterator[int]:
        self.left, last = {}, 0
        while True:
            with transaction.atomic(), pgtrigger.ignore(*PAST):
                wanted = Claim.objects.exclude(index_key=keys.index_keys().active).filter(pk__gt=last).order_by("pk")
                taken = list(wanted.select_for_update(skip_locked=True, no_key=True, of=("self",))[:BATCH])
                for claim in taken:
                    self._do(claim)
            if not taken:
                return
            last = taken[-1].pk
            yield len(taken)

    def _do(self, claim: Claim) -> None:
        try:
            accounts = [claim.account, *(payout.account for payout in claim.payouts.all())]
        except keys.CannotOpen:
            self.left["cannot_open"] = self.left.get("cannot_open", 0) + 1
            return
        # An account that no row holds any more keeps its old hash: it matches nothing, and so nothing is paid to it.
        hashed = [queries.account_hashes(account) for account in accounts]
        anew = {old: hashes[0] for hashes in hashed for old in hashes}
        for model in (Proposal, Decision, Payout, AccountChange):
            rows = model.objects.filter(claim=claim)
            for old in set(rows.values_list("account_hash", flat=True)):
                if anew.get(old, old) != old:
                    rows.filter(account_hash=old).update(account_hash=anew[old])
        own = anew.get(claim.account_hash, claim.account_hash)
        Claim.objects.filter(pk=claim.pk).update(account_hash=own, index_key=keys.index_keys().active)


PAST = [
    "claims.Line:never_changes",
    "claims.Decision:never_changes",
    "claims.AccountChange:never_changes",
    "claims.Payout:agreed_never_changes",
]
PARTS: list[Part] = [
    Table(Draft, sealed={"sealed_steps": lambda draft: f"claims.draft.steps:{draft.id}"}),
    Accounts(),
    Table(
        Claim,
        sealed={
            "sealed_claimant": lambda claim: claim.bound("claimant"),
            "sealed_story": lambda claim: claim.bound("story"),
            "sealed_account": lambda claim: claim.bound("account"),
        },
    ),
    Table(Line, sealed={"sealed_merchant": lambda line: line.bound}, related=("claim",), past=PAST),
    Table(
        Proposal,
        sealed={
            "sealed_sentence": lambda proposal: f"claims.proposal.sentence:{proposal.seal_id}",
            "sealed_note": lambda proposal: f"claims.proposal.note:{proposal.seal_id}",
        },
    ),
    Table(
        Question,
        sealed={
            "sealed_words": lambda question: f"claims.question.words:{question.seal_id}",
            "sealed_answer": lambda question: f"claims.question.answer:{question.seal_id}",
        },
    ),
    Table(Payout, sealed={"sealed_account": lambda payout: f"claims.payout.account:{payout.id}"}, past=PAST),
]
