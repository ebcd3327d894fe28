"""The bank refuses an account; its owner names another; two people pay it anew."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from breachdesk.audit.models import Event
from claims import payouts, rules, settling
from claims.models import AccountChange, Claim, Payout
from claims.states import IllegalMove, PayoutState, State
from delivery.models import Message
from tests.claims.conftest import SEOYOUNG, prove
from tests.claims.paying import AMOUNT, approve, now, payers, prepare, release, released
from tests.racing import race
from tests.servers import Bank

pytestmark = pytest.mark.django_db
NEW = {"bank": "088", "number": "110999888777", "holder": "김 서영"}


@pytest.fixture
def refused(claim: Claim, bank: Bank) -> Payout:
    """A payout that the bank refused."""
    approve(claim)
    bank.tell(mode="refuse", code="no_such_account", times=1)
    payout = released(claim)
    settling.send_due(at=timezone.now())
    claim.refresh_from_db()
    assert (claim.state, now(payout).state) == (State.ACCOUNT_WRONG, PayoutState.REFUSED)
    return now(payout)


def correct(claim: Claim, **changed: str) -> Claim:
    return payouts.correct_account(
        person=claim.person,
        reference=claim.reference,
        account={**NEW, **changed},
        by=claim.person.user,
        at=timezone.now(),
    )


def test_an_account_that_ends_in_0000_is_always_refused(claim: Claim, bank: Bank) -> None:
    claim.account = {**claim.account, "number": "12345670000"}
    claim.save()
    approve(claim)
    payout = released(claim)
    settling.send_due(at=timezone.now())
    assert (now(payout).state, now(payout).problem) == (PayoutState.REFUSED, "no_such_account")


def test_the_corrected_account_is_paid_by_two_people_anew(
    claim: Claim, refused: Payout, bank: Bank, settings: Any
) -> None:
    settings.CLAIM_ACCOUNT_COOL_OFF = dt.timedelta(minutes=2)
    prove(SEOYOUNG, "email")
    corrected = correct(claim)
    assert corrected.state == State.APPROVED
    # To the phone and to the e-mail: whoever has taken over one of them is not alone in knowing.
    assert Message.objects.filter(occasion="account_changed").count() == 2

    first, second = payers()
    payout = prepare(claim, first)
    assert (payout.attempt, payout.amount, payout.account) == (2, AMOUNT, NEW)
    assert payout.account_hash != payout.decision.account_hash
    with pytest.raises(rules.NotByTheSame):
        release(payout, first)
    with pytest.raises(rules.StillCooling) as still:
        release(payout, second)
    assert still.value.until == AccountChange.objects.get().pay_from

    release(payout, second, at=still.value.until)
    settling.send_due(at=still.value.until)
    claim.refresh_from_db()
    assert (now(payout).state, now(refused).state, claim.state) == (PayoutState.PAID, PayoutState.REFUSED, State.PAID)
    paid = [order for order in bank.orders() if order["state"] == "paid"]
    assert [(order["id"], order["account"], order["amount"]) for order in paid] == [
        (str(payout.pk), NEW["number"], AMOUNT)
    ]


def test_the_decision_keeps_its_moment(claim: Claim, refused: Payout) -> None:
    decided_at = Claim.objects.get(pk=claim.pk).decided_at
    correct(claim)
    assert Claim.objects.get(pk=claim.pk).decided_at == decided_at


def test_after_the_correction_any_other_account_is_still_not_paid(claim: Claim, refused: Payout) -> None:
    old = claim.account
    correct(claim)
    claim.refresh_from_db()
    for account in (old, {**NEW, "number": "110999888778"}):
        claim.account = account
        claim.save()
        with pytest.raises(rules.NotTheApprovedAccount):
            prepare(claim, payers()[0])


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"holder": "이준호"}, rules.NotTheirAccount),
        ({"bank": "999"}, rules.NotSuchAnAccount),
        ({"number": "123"}, rules.NotSuchAnAccount),
        ({"bank": "004", "number": "12345678901"}, rules.SameAccount),
    ],
)
def test_only_an_account_of_their_own_that_is_another_one(
    claim: Claim, refused: Payout, changed: dict[str, str], refusal: type[rules.Refusal]
) -> None:
    with pytest.raises(refusal):
        correct(claim, **changed)
    claim.refresh_from_db()
    assert (claim.state, AccountChange.objects.count()) == (State.ACCOUNT_WRONG, 0)


def test_nobody_changes_an_account_that_was_not_asked_for(claim: Claim, bank: Bank) -> None:
    with pytest.raises(IllegalMove):
        correct(claim)
    approve(claim)
    with pytest.raises(IllegalMove):
        correct(claim)
    released(claim)
    with pytest.raises(IllegalMove):
        correct(claim)


@pytest.mark.django_db(transaction=True)
def test_ten_corrections_at_once_are_one(claim: Claim, refused: Payout) -> None:
    def act(number: int) -> bool:
        try:
            correct(claim, number=f"1109998887{number:02d}")
        except IllegalMove:
            return False
        return True

    assert sum(race(10, act)) == 1
    change, claim = AccountChange.objects.get(), Claim.objects.get()
    assert change.account_hash == claim.account_hash


def test_whoever_reads_the_whole_account_leaves_a_reason(claim: Claim) -> None:
    approve(claim)
    first, _second = payers()
    payout = prepare(claim, first)
    shown = payouts.reveal_account(payout=payout, reason="holder", by=first, at=timezone.now())
    assert shown == claim.account
    event = Event.objects.get(kind="claims.revealed")
    assert (event.by, event.about, event.data["reason"]) == (first, f"claim:{claim.reference}", "holder")
    assert claim.account["number"] not in str(event.data)
