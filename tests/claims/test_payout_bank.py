"""The money's way with the real bank process and a real worker: judged by what the bank's own ledger holds."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import redis
from django.conf import settings
from django.utils import timezone

from breachdesk.audit.models import Event
from claims import settling
from claims.models import Claim, Payout
from claims.states import PayoutState, State
from delivery.models import Message
from tests.claims.paying import AMOUNT, approve, now, payers, prepare, release, released
from tests.racing import race
from tests.servers import Bank, Provider, Worker, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def reached(payout: Payout, state: PayoutState, *, seconds: float = 60) -> Payout:
    wait_for(
        lambda: now(payout).state == state,
        seconds=seconds,
        but=lambda: f"it is {now(payout).state}, {now(payout).problem}",
    )
    return now(payout)


def letter(provider: Provider, words: str) -> str:
    """The one text message to the claim's owner with these words, once it has arrived."""
    [row] = wait_for(lambda: [row for row in provider.received("+821000001234") if words in row["text"]])
    return str(row["text"])


def paid_once(bank: Bank, payout: Payout) -> None:
    """One order of this stage at the bank, under this payout's id and with its figures; the claim and a letter say so."""
    [order] = bank.orders()
    account = payout.account
    assert (order["id"], order["amount"], order["currency"], order["state"]) == (str(payout.pk), AMOUNT, "KRW", "paid")
    assert (order["bank"], order["account"], order["holder"]) == (account["bank"], account["number"], account["holder"])
    claim = Claim.objects.get(pk=payout.claim_id)
    assert (claim.state, order["remark"]) == (State.PAID, claim.reference)
    paid = Payout.objects.filter(state=PayoutState.PAID)
    assert sum(paid.values_list("amount", flat=True)) == AMOUNT
    assert paid.get().bank_reference == order["reference"]
    assert Event.objects.filter(kind="claims.payout_paid", about=f"claim:{claim.reference}").count() == 1
    assert Message.objects.filter(occasion="payout_sent").count() == 1


def test_a_released_payout_is_paid_and_its_owner_is_told(
    claim: Claim, worker: Worker, bank: Bank, provider: Provider
) -> None:
    approve(claim)
    payout = reached(released(claim), PayoutState.PAID)
    paid_once(bank, payout)
    told = letter(provider, "보내 드렸어요")
    assert "912,400원" in told
    assert "KB국민은행 ••••-8901" in told
    assert "12345678901" not in told
    assert bank.orders()[0]["times"] == 1


@pytest.mark.parametrize("mode", ["error", "hang", "drop_after_accept"])
def test_whatever_goes_wrong_it_is_paid_once_after_the_bank_recovers(
    mode: str, claim: Claim, worker: Worker, bank: Bank
) -> None:
    bank.tell(mode=mode, seconds=4, times=1)
    approve(claim)
    payout = reached(released(claim), PayoutState.PAID)
    paid_once(bank, payout)
    unknown = Event.objects.filter(kind="claims.payout_unknown").count()
    assert unknown == (0 if mode == "error" else 1)
    # The bank had it: asked about, never ordered again.
    assert bank.orders()[0]["times"] == 1


def test_an_answer_that_comes_too_late_is_asked_for_not_ordered_again(claim: Claim, worker: Worker, bank: Bank) -> None:
    bank.tell(mode="slow", seconds=4, times=1)
    approve(claim)
    payout = reached(released(claim), PayoutState.PAID)
    paid_once(bank, payout)
    assert bank.orders()[0]["times"] == 1


@pytest.mark.parametrize("mode", ["late", "twice"])
def test_a_pending_order_is_found_paid_even_if_no_callback_comes(
    mode: str, claim: Claim, worker: Worker, bank: Bank
) -> None:
    bank.tell(mode=mode, seconds=1.5, times=1)
    approve(claim)
    payout = released(claim)
    reached(payout, PayoutState.PENDING)
    paid_once(bank, reached(payout, PayoutState.PAID))


def test_a_worker_killed_between_the_banks_yes_and_our_record_pays_once(
    claim: Claim, worker: Worker, bank: Bank
) -> None:
    bank.tell(mode="slow", seconds=1.5, times=1)
    approve(claim)
    payout = released(claim)
    wait_for(bank.orders)  # the bank has said yes to itself; its answer is on the way
    worker.kill()
    assert now(payout).state == PayoutState.SENDING
    worker.start()
    paid_once(bank, reached(payout, PayoutState.PAID))
    assert bank.orders()[0]["times"] == 1
    assert Event.objects.filter(kind="claims.payout_unknown", data__code="worker-lost").count() == 1


def test_what_no_hint_hurries_is_found_by_the_sweep(claim: Claim, worker: Worker, bank: Bank) -> None:
    worker.stop()
    approve(claim)
    payout = released(claim)
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    worker.start()
    paid_once(bank, reached(payout, PayoutState.PAID))


def test_a_refused_account_is_asked_for_again(claim: Claim, worker: Worker, bank: Bank, provider: Provider) -> None:
    bank.tell(mode="refuse", code="holder_differs", times=1)
    approve(claim)
    payout = reached(released(claim), PayoutState.REFUSED)
    claim.refresh_from_db()
    assert (claim.state, payout.problem) == (State.ACCOUNT_WRONG, "holder_differs")
    told = letter(provider, "계좌를 다시")
    assert "은행이 예금주 이름이 다르다고 했어요." in told
    assert "돈은 나가지 않았어요" in told


# -- one step at a time, without the worker ----------------------------------------------------------------------------


@pytest.fixture
def one_by_one(settings: Any, bank: Bank) -> Bank:
    settings.BANK_TIMEOUT = dt.timedelta(seconds=1)
    return bank


class Clock:
    """A minute later at each look, so that every pause is over."""

    def __init__(self) -> None:
        self.looks = 0

    def look(self) -> int:
        at = timezone.now() + dt.timedelta(seconds=61 * self.looks)
        self.looks += 1
        return settling.send_due(at=at)


def test_from_unknown_nothing_is_ordered_until_the_bank_has_answered(claim: Claim, one_by_one: Bank) -> None:
    approve(claim)
    payout = released(claim)
    clock = Clock()
    one_by_one.tell(mode="hang", seconds=1.5, times=1)
    clock.look()
    assert (now(payout).state, now(payout).problem) == (PayoutState.UNKNOWN, "ReadTimeout")

    one_by_one.kill()
    for _ in range(3):
        assert clock.look() == 1
    assert (now(payout).state, now(payout).problem) == (PayoutState.UNKNOWN, "ConnectError")

    one_by_one.start()
    clock.look()
    assert now(payout).state == PayoutState.PAID
    [order] = one_by_one.orders()
    assert (order["id"], order["times"]) == (str(payout.pk), 1)


def test_two_workers_order_once(claim: Claim, one_by_one: Bank) -> None:
    approve(claim)
    payout = released(claim)
    one_by_one.tell(mode="slow", seconds=0.5, times=1)
    assert sum(race(6, lambda _number: settling.send_due(at=timezone.now()))) == 1
    assert now(payout).state == PayoutState.PAID
    assert one_by_one.orders()[0]["times"] == 1


def test_an_answer_that_is_not_understood_is_no_answer(claim: Claim, one_by_one: Bank, settings: Any) -> None:
    """Another server stands where the bank was: what it says about orders counts for nothing."""
    approve(claim)
    payout = released(claim)
    clock, address = Clock(), settings.BANK_URL
    one_by_one.tell(mode="drop_after_accept", times=1)
    clock.look()
    settings.BANK_URL = f"{address}/elsewhere"
    clock.look()
    assert (now(payout).state, now(payout).problem) == (PayoutState.UNKNOWN, "http-404")
    settings.BANK_URL = address
    clock.look()
    assert now(payout).state == PayoutState.PAID


def test_a_bank_that_lost_a_pending_order_gets_no_second_one(claim: Claim, one_by_one: Bank, settings: object) -> None:
    one_by_one.tell(mode="late", seconds=60, times=1)
    approve(claim)
    payout, clock = released(claim), Clock()
    clock.look()
    assert now(payout).state == PayoutState.PENDING
    one_by_one.kill()
    one_by_one.ledger.write_bytes(b"")
    one_by_one.start()
    clock.look()
    assert (now(payout).state, now(payout).problem) == (PayoutState.PENDING, "no-such-order")
    assert one_by_one.orders() == []


def test_what_is_paid_is_not_looked_at_again(claim: Claim, one_by_one: Bank) -> None:
    approve(claim)
    first, second = payers()
    release(prepare(claim, first), second)
    clock = Clock()
    assert [clock.look(), clock.look()] == [1, 0]
    assert [order["times"] for order in one_by_one.orders()] == [1]
