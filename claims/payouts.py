"""What people do about a payout: one prepares, another releases, either cancels before that; and the claimant corrects an
account that the bank refused. What the bank is asked and answers is in settling.py.

An approval binds (amount, account, evidence). The amount cannot grow past the decision's and nothing that was agreed on can change in
its row (triggers of `Payout`). The account is compared, opened, with the approved one when a payout is prepared and again
when it is released, and so is the evidence: however they were changed in between, nothing is paid. The one lawful change is
`correct_account`: it voids the approval of the account, and preparing and releasing anew, by two people, is the new one.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import IntegrityError, transaction

from breachdesk import audit
from breachdesk.accounts.models import User
from claims import letters, queries, rules, tasks, telling
from claims.banks import BANKS
from claims.models import AccountChange, BankEvent, Claim, Decision, Payout
from claims.reviewing import ChangedSince
from claims.states import IllegalMove, PayoutState, State
from delivery.rules import CLOCKS_DIFFER_BY
from lookup.models import Person

# While somebody has work with the money.
PAYING = {State.APPROVED, State.PAYING, State.ACCOUNT_WRONG}


class AlreadyPrepared(Exception):
    """This stage has a payout that lives, or was paid."""


class BankContradicts(Exception):
    """The bank said of one order both that it refused and that it paid: nothing more leaves until that is cleared up."""


REFUSALS = (IllegalMove, AlreadyPrepared, BankContradicts, rules.Refusal)


@transaction.atomic
def prepare(*, claim: Claim, by: User, at: dt.datetime, version: int) -> Payout:
    """Writes the order that another person may release. `version`: of the claim as it was seen.

    Raises ChangedSince, IllegalMove, AlreadyPrepared, BankContradicts, rules.Refusal.
    """
    held = _hold_claim(claim.pk)
    rules.may_decide(by=by.pk, claimant=held.person.user_id, entered_by=held.entered_by_id)
    _refuse_stale(held, version)
    decision, approved_account = _check_prepare(held)
    payout = Payout(
        claim=held,
        decision=decision,
        stage=decision.stage,
        attempt=Payout.objects.filter(claim=held, stage=decision.stage).count() + 1,
        amount=decision.amount,
        currency=decision.currency,
        prepared_by=by,
        prepared_at=at,
    )
    payout.account = held.account
    payout.account_hash = approved_account
    payout.save(force_insert=True)
    _changed(held)
    _record("prepared", payout, by=by, at=at)
    return payout


def release(*, payout: Payout, by: User, at: dt.datetime, version: int) -> Payout:
    """Lets the order go to the bank. Raises ChangedSince, IllegalMove, BankContradicts, rules.Refusal (NotByTheSame)."""
    try:
        return _release(payout, by=by, at=at, version=version)
    except IntegrityError as error:
        if error.__cause__.diag.constraint_name == "claims_payout_released_by_two":  # type: ignore[union-attr]
            raise rules.NotByTheSame from None
        raise


@transaction.atomic
def _release(payout: Payout, *, by: User, at: dt.datetime, version: int) -> Payout:
    claim, held = hold(payout)
    rules.may_decide(
        by=by.pk, claimant=claim.person.user_id, proposer=held.prepared_by_id, entered_by=claim.entered_by_id
    )
    _refuse_stale(claim, version)
    _check_release(claim, held, at=at)
    held.move(PayoutState.RELEASED, at=at, released_by=by, released_at=at, due_at=at - CLOCKS_DIFFER_BY)
    claim.move(to=State.PAYING, by=by, at=at)
    _record("released", held, by=by, at=at)
    transaction.on_commit(tasks.hurry_payouts, robust=True)
    return held


@transaction.atomic
def cancel(*, payout: Payout, by: User, at: dt.datetime, version: int) -> Payout:
    """Takes back what was not released; the claim waits for another payout. Raises ChangedSince, IllegalMove."""
    claim, held = hold(payout)
    _refuse_stale(claim, version)
    held.move(PayoutState.CANCELLED, at=at)
    _changed(claim)
    _record("cancelled", held, by=by, at=at)
    return held


@transaction.atomic
def correct_account(*, person: Person, reference: str, account: dict[str, str], by: User, at: dt.datetime) -> Claim:
    """The claimant names another account (bank, number, holder) after the bank refused one. Every proven contact is told.

    Raises Claim.DoesNotExist, IllegalMove (nothing was asked), rules.Refusal.
    """
    pk = Claim.objects.values_list("pk", flat=True).get(person=person, reference=reference)
    claim = _hold_claim(pk)
    decision = queries.decision_of(claim)
    refused = queries.refused_payout_of(claim)
    if claim.state != State.ACCOUNT_WRONG or decision is None or refused is None:
        raise IllegalMove(f"{claim.state}: nobody asked for another account")
    bank = BANKS.get(account["bank"])
    takes = bank is not None and bank.takes(account["number"])
    rules.check_account(takes=takes, holder=account["holder"], proven_name=claim.claimant["name"])
    if refused.account_hash in queries.account_hashes(account):
        raise rules.SameAccount
    claim.account = account
    claim.save(update_fields=["sealed_account", "account_hash", "index_key"])
    change = AccountChange.objects.create(
        claim=claim,
        after=refused,
        account_hash=claim.account_hash,
        changed_at=at,
        pay_from=at + settings.CLAIM_ACCOUNT_COOL_OFF,
    )
    claim.move(to=State.APPROVED, by=by, at=at, note="account")
    audit.record(
        kind="claims.account_corrected",
        by=by,
        about=f"claim:{claim.reference}",
        at=at,
        after=str(refused.pk),
        pay_from=change.pay_from.isoformat(),
    )
    telling.tell(claim, letters.account_changed(claim, change), at=at, of=str(refused.attempt))
    return claim


@transaction.atomic
def reveal_account(*, payout: Payout, reason: str, by: User, at: dt.datetime) -> dict[str, str]:
    """The account in full, for one reading: who, whose, and why. Raises rules.NotTheirTurn, NothingSaid, NotByTheClaimant."""
    claim, held = hold(payout)
    rules.may_decide(by=by.pk, claimant=claim.person.user_id, entered_by=claim.entered_by_id)
    rules.may_reveal(reason, turn=claim.state in PAYING)
    audit.record(
        kind="claims.revealed",
        by=by,
        about=f"claim:{claim.reference}",
        at=at,
        reason=reason,
        person=claim.person_id,
        payout=str(held.pk),
    )
    return held.account


def why_not_prepare(*, claim: Claim, by: User) -> Exception | None:
    """What `prepare` would refuse now; the desk says it instead of a button."""
    try:
        rules.may_decide(by=by.pk, claimant=claim.person.user_id, entered_by=claim.entered_by_id)
        _check_prepare(claim)
    except REFUSALS as refusal:
        return refusal
    return None


def why_not_release(*, payout: Payout, by: User, at: dt.datetime) -> Exception | None:
    """What `release` would refuse now."""
    try:
        rules.may_decide(
            by=by.pk,
            claimant=payout.claim.person.user_id,
            proposer=payout.prepared_by_id,
            entered_by=payout.claim.entered_by_id,
        )
        _check_release(payout.claim, payout, at=at)
    except REFUSALS as refusal:
        return refusal
    return None


def hold(payout: Payout) -> tuple[Claim, Payout]:
    """Both rows locked; always the claim first, so that nobody waits in a circle."""
    claim = _hold_claim(payout.claim_id)
    held = Payout.objects.select_for_update(of=("self",)).select_related("decision").get(pk=payout.pk)
    held.claim = claim
    return claim, held


def _hold_claim(pk: int) -> Claim:
    return Claim.objects.select_for_update(of=("self",)).select_related("incident", "person").get(pk=pk)


def _refuse_stale(claim: Claim, version: int) -> None:
    if claim.version != version:
        raise ChangedSince(claim)


def _changed(claim: Claim) -> None:
    """Whoever has the claim's page open is told that it is not as they see it."""
    claim.version += 1
    claim.save(update_fields=["version"])


def _check_prepare(claim: Claim) -> tuple[Decision, uuid.UUID]:
    if claim.state != State.APPROVED:
        raise IllegalMove(f"{claim.state}: a payout is prepared for an approved claim")
    queries.check_not_held(claim)
    decision = queries.decision_of(claim)
    if decision is None:
        raise rules.NothingToPay
    account_hash = _check_approval(claim, decision)
    living = Payout.objects.filter(claim=claim, stage=decision.stage).exclude(
        state__in=[PayoutState.REFUSED, PayoutState.CANCELLED]
    )
    if living.exists():
        raise AlreadyPrepared
    return decision, account_hash


def _check_release(claim: Claim, payout: Payout, *, at: dt.datetime) -> None:
    if payout.state != PayoutState.PREPARED:
        raise IllegalMove(f"payout {payout.pk}: {payout.state}")
    queries.check_not_held(claim)
    if _check_approval(claim, payout.decision) != payout.account_hash:
        raise rules.NotTheApprovedAccount
    change = queries.account_change_of(payout.decision)
    rules.check_cooled(pay_from=change.pay_from if change else None, at=at)


def _check_approval(claim: Claim, decision: Decision) -> uuid.UUID:
    """The keyed hash of the approved account, where it is the claim's own still. Raises rules.Refusal, BankContradicts."""
    paid_after_all = BankEvent.objects.filter(
        payout__decision=decision, payout__state=PayoutState.REFUSED, state=PayoutState.PAID
    )
    if paid_after_all.exists():
        raise BankContradicts
    change = queries.account_change_of(decision)
    if queries.evidence_hash(claim) != decision.evidence_hash:
        raise rules.NotTheApprovedEvidence
    rules.check_payable(
        amount=decision.amount,
        account=queries.account_hashes(claim.account),
        decided=decision.account_hash,
        changed=change.account_hash if change else None,
    )
    return change.account_hash if change else decision.account_hash


def _record(done: str, payout: Payout, *, by: User, at: dt.datetime) -> None:
    audit.record(
        kind=f"claims.payout_{done}",
        by=by,
        about=f"claim:{payout.claim.reference}",
        at=at,
        payout=str(payout.pk),
        attempt=payout.attempt,
        amount=payout.amount,
    )
