"""Prepared by one, released by another, and what the database refuses whoever asks."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.utils import timezone

from breachdesk import files
from breachdesk.audit.models import Event
from claims import payouts, rules
from claims.models import AccountChange, Claim, Evidence, Payout
from claims.states import IllegalMove, PayoutState, State
from tests import staff
from tests.claims.conftest import picture
from tests.claims.paying import AMOUNT, approve, cancel, now, payers, prepare, release
from tests.racing import race

pytestmark = pytest.mark.django_db


def test_one_prepares_another_releases_and_the_claim_is_being_paid(claim: Claim) -> None:
    decision = approve(claim)
    first, second = payers()
    payout = prepare(claim, first)

    assert (payout.amount, payout.stage, payout.attempt) == (AMOUNT, 1, 1)
    assert payout.account == claim.account
    claim.refresh_from_db()
    assert claim.state == State.APPROVED

    release(payout, second)

    claim.refresh_from_db()
    assert (claim.state, now(payout).state) == (State.PAYING, PayoutState.RELEASED)
    assert claim.decided_at == decision.decided_at
    kinds = list(Event.objects.filter(about=f"claim:{claim.reference}").order_by("pk").values_list("kind", "by"))
    assert kinds[-2:] == [("claims.payout_prepared", first.pk), ("claims.payout_released", second.pk)]


def test_whoever_prepared_does_not_release_not_even_a_superuser(claim: Claim) -> None:
    approve(claim)
    boss = staff.member(is_superuser=True)
    payout = prepare(claim, boss)
    with pytest.raises(rules.NotByTheSame):
        release(payout, boss)
    with pytest.raises(IntegrityError, match="claims_payout_released_by_two"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(released_by=boss, released_at=timezone.now())
    assert now(payout).state == PayoutState.PREPARED


def test_nobody_pays_a_claim_of_their_own(claim: Claim) -> None:
    approve(claim)
    first, _second = payers()
    with pytest.raises(rules.NotByTheClaimant):
        prepare(claim, claim.person.user)
    payout = prepare(claim, first)
    with pytest.raises(rules.NotByTheClaimant):
        release(payout, claim.person.user)


def test_nothing_leaves_without_its_release(claim: Claim) -> None:
    approve(claim)
    payout = prepare(claim, payers()[0])
    with pytest.raises(IntegrityError, match="claims_payout_leaves_only_released"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(state=PayoutState.PENDING)


@pytest.mark.parametrize("act", [prepare, release, cancel])
def test_a_page_opened_before_somebody_else_acted_is_told_so(claim: Claim, act: Any) -> None:
    approve(claim)
    first, second = payers()
    claim.refresh_from_db()
    old = claim.version
    if act is prepare:
        cancel(prepare(claim, first), first)
        thing: Any = claim
    else:
        thing = prepare(claim, first)
    with pytest.raises(payouts.ChangedSince):
        act(thing, second, version=old)


def test_a_stage_has_one_payout_and_a_cancelled_one_makes_room(claim: Claim) -> None:
    approve(claim)
    first, second = payers()
    payout = prepare(claim, first)
    with pytest.raises(payouts.AlreadyPrepared):
        prepare(claim, second)
    cancel(payout, second)
    again = prepare(claim, second)
    assert (again.attempt, again.stage) == (2, 1)
    release(again, first)
    with pytest.raises(IllegalMove):
        cancel(again, first)
    with pytest.raises(IllegalMove):
        release(payout, second)


def test_only_what_was_approved_is_paid(claim: Claim) -> None:
    first, _second = payers()
    with pytest.raises(IllegalMove):
        prepare(claim, first)
    with pytest.raises(rules.NothingToPay):
        rules.check_payable(amount=0, account=[claim.account_hash], decided=claim.account_hash, changed=None)


def test_evidence_that_came_after_the_decision_stops_the_payout(claim: Claim) -> None:
    approve(claim)
    first, second = payers()
    payout = prepare(claim, first)
    at = timezone.now()
    stored = files.keep(picture(), by=claim.person.user, at=at, key="late")
    Evidence.objects.create(claim=claim, file=stored, received_at=at)
    with pytest.raises(rules.NotTheApprovedEvidence):
        release(payout, second)


# -- an approval is of a sum to an account -----------------------------------------------------------------------------


def another_account(claim: Claim) -> None:
    """As by any form, import or statement that is not `correct_account`."""
    claim.account = {"bank": "088", "number": "110999888777", "holder": "김서영"}
    claim.save(update_fields=["sealed_account", "account_hash"])


def only_the_sealed_account(claim: Claim) -> None:
    """Somebody who means to hide the change leaves the hash as it was."""
    approved = claim.account_hash
    another_account(claim)
    Claim.objects.filter(pk=claim.pk).update(account_hash=approved)


@pytest.mark.parametrize("change", [another_account, only_the_sealed_account])
def test_an_account_that_was_changed_after_the_decision_is_not_paid(claim: Claim, change: Any) -> None:
    approve(claim)
    first, second = payers()
    payout = prepare(claim, first)
    change(claim)
    with pytest.raises(rules.NotTheApprovedAccount):
        release(payout, second)
    cancel(payout, second)
    with pytest.raises(rules.NotTheApprovedAccount):
        prepare(claim, first)


def test_the_database_refuses_a_payout_beyond_its_decision(claim: Claim) -> None:
    decision = approve(claim)
    first, _second = payers()

    def order(amount: int = AMOUNT, number: str = claim.account["number"], stage: int = 1) -> None:
        payout = Payout(claim=claim, decision=decision, stage=stage, amount=amount, currency="KRW")
        payout.prepared_by, payout.prepared_at = first, timezone.now()
        payout.account = {**claim.account, "number": number}
        with transaction.atomic():
            payout.save(force_insert=True)

    for wrong in ({"amount": AMOUNT + 1}, {"number": "99999999999"}, {"stage": 2}):
        with pytest.raises(IntegrityError) as refused:
            order(**wrong)
        assert refused.value.__cause__.diag.constraint_name == "claims_payout_within_its_decision", wrong
    order(amount=AMOUNT - 1)


def test_what_was_agreed_on_cannot_be_changed_in_its_row(claim: Claim) -> None:
    approve(claim)
    payout = prepare(claim, payers()[0])
    for change in ({"amount": 1}, {"sealed_account": b"x"}, {"attempt": 9}, {"prepared_by": payers()[1]}):
        with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
            Payout.objects.filter(pk=payout.pk).update(**change)
    with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
        payout.delete()


def test_an_account_changes_only_once_per_refused_payout_and_its_record_stays(claim: Claim) -> None:
    approve(claim)
    payout = prepare(claim, payers()[0])
    at = timezone.now()
    made = AccountChange.objects.create(
        claim=claim, after=payout, account_hash=claim.account_hash, changed_at=at, pay_from=at
    )
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        AccountChange.objects.filter(pk=made.pk).update(pay_from=at - dt.timedelta(days=1))


# -- a hundred at once -------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_hundred_acts_at_once_leave_one_payout_or_none(claim: Claim) -> None:
    """Twenty people, five acts each, on whatever they find: prepares, releases, cancels."""
    approve(claim)
    cast = [staff.member("payer") for _ in range(4)]
    lawful = (payouts.ChangedSince, payouts.AlreadyPrepared, IllegalMove, rules.Refusal)

    def act(number: int) -> int:
        chance, done = random.Random(number), 0
        for _ in range(5):
            by = chance.choice(cast)
            payout = Payout.objects.filter(claim=claim).order_by("?").first()
            try:
                if payout is None or chance.random() < 0.4:
                    prepare(Claim.objects.get(pk=claim.pk), by)
                elif chance.random() < 0.7:
                    release(payout, by)
                else:
                    cancel(payout, by)
            except lawful:
                continue
            done += 1
        return done

    assert sum(race(20, act)) > 0
    if not Payout.objects.filter(state=PayoutState.RELEASED).exists():
        standing = Payout.objects.filter(state=PayoutState.PREPARED).first()
        first, second = payers()
        release(standing or prepare(claim, first), second)

    living = Payout.objects.exclude(state=PayoutState.CANCELLED)
    assert [(one.state, one.amount) for one in living] == [(PayoutState.RELEASED, AMOUNT)]
    assert living.get().released_by_id != living.get().prepared_by_id
    moves = list(claim.moves.values_list("from_state", "to_state"))
    assert moves.count((State.APPROVED, State.PAYING)) == 1
    told = {
        kind: Event.objects.filter(kind=f"claims.payout_{kind}").count()
        for kind in ("prepared", "released", "cancelled")
    }
    assert told == {
        "prepared": Payout.objects.count(),
        "released": 1,
        "cancelled": Payout.objects.filter(state=PayoutState.CANCELLED).count(),
    }


@pytest.mark.django_db(transaction=True)
def test_twenty_releases_at_once_are_one(claim: Claim) -> None:
    approve(claim)
    first, second = payers()
    payout = prepare(claim, first)
    version = Claim.objects.get(pk=claim.pk).version

    def act(_number: int) -> bool:
        try:
            release(payout, second, version=version)
        except (payouts.ChangedSince, IllegalMove):
            return False
        return True

    assert sum(race(20, act)) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM claims_payout")
        assert cursor.fetchone() == (1,)
