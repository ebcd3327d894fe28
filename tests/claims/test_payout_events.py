"""What the bank tells by itself: signed, once, and never back from what is settled."""

from __future__ import annotations

import datetime as dt
import json
import time
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from breachdesk.audit.models import Event
from breachdesk.lib import signed as signed_words
from claims import payouts, settling
from claims.models import BankEvent, Claim, Payout
from claims.states import PayoutState, State
from delivery.models import Message
from tests.claims.paying import approve, cancel, now, payers, prepare, release, released
from tests.racing import race
from tests.servers import Bank, wait_for

pytestmark = pytest.mark.django_db
ADDRESS = "/claims/bank/"


def tell(payout: Payout | None, state: str = "paid", *, age: int = 0, signed: str = "", **changed: Any) -> Any:
    told = {
        "event_id": f"RB1-{state}",
        "id": str(payout.pk) if payout else str(uuid.uuid4()),
        "state": state,
        "reference": "RB1",
        "code": "account_closed" if state == "refused" else "",
    } | changed
    body = json.dumps({name: value for name, value in told.items() if value is not None}).encode()
    timestamp = str(int(time.time()) - age)
    headers = {
        "X-Timestamp": timestamp,
        "X-Signature": signed or signed_words.signature(settings.BANK_SECRET, timestamp=timestamp, signed=body),
    }
    # From outside, where nobody has our CSRF token.
    return Client(enforce_csrf_checks=True).post(ADDRESS, body, content_type="application/json", headers=headers)


def state_of(claim: Claim) -> str:
    claim.refresh_from_db()
    return claim.state


def test_a_callback_settles_what_was_released(claim: Claim) -> None:
    approve(claim)
    payout = released(claim)
    assert tell(payout, "pending").status_code == 200
    assert now(payout).state == PayoutState.PENDING
    assert tell(payout).json() == {"recorded": True}
    assert (now(payout).state, now(payout).bank_reference, state_of(claim)) == (PayoutState.PAID, "RB1", State.PAID)


def test_the_same_event_again_changes_nothing(claim: Claim) -> None:
    approve(claim)
    payout = released(claim)
    assert [tell(payout).status_code, tell(payout).status_code] == [200, 409]
    assert BankEvent.objects.count() == 1
    assert Message.objects.filter(occasion="payout_sent").count() == 1


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"signed": "0" * 64}, 401),
        ({"signed": "é"}, 401),
        ({"age": 301}, 401),
        ({"age": -301}, 401),
        ({"state": "settled"}, 400),
        ({"state": "refused", "code": "because"}, 400),
        ({"event_id": ""}, 400),
        ({"event_id": "x" * 121}, 400),
        ({"id": "1"}, 400),
        ({"id": None}, 400),
        ({"reference": "a\x00b"}, 400),
        ({"id": "00000000-0000-4000-8000-000000000000"}, 404),
    ],
)
def test_what_is_forged_replayed_late_or_not_understood_moves_nothing(
    claim: Claim, how: dict[str, Any], status: int
) -> None:
    approve(claim)
    payout = released(claim)
    assert tell(payout, **how).status_code == status
    assert (now(payout).state, BankEvent.objects.count()) == (PayoutState.RELEASED, 0)


def test_a_body_signed_for_one_order_is_not_good_for_another(claim: Claim) -> None:
    approve(claim)
    payout = released(claim)
    other = json.dumps({"event_id": "e", "id": str(uuid.uuid4()), "state": "paid"}).encode()
    timestamp = str(int(time.time()))
    assert (
        tell(payout, signed=signed_words.signature(settings.BANK_SECRET, timestamp=timestamp, signed=other)).status_code
        == 401
    )


def test_only_post_is_heard_and_not_too_much(client: Client) -> None:
    assert client.get(ADDRESS).status_code == 405
    assert client.post(ADDRESS, b" " * 20_000, content_type="application/json").status_code == 413


@pytest.mark.parametrize(("first", "then"), [("paid", "refused"), ("refused", "paid"), ("paid", "pending")])
def test_what_is_settled_stays_settled(claim: Claim, first: str, then: str) -> None:
    approve(claim)
    payout = released(claim)
    tell(payout, first)
    settled = state_of(claim)
    assert tell(payout, then).status_code == 200
    assert (now(payout).state, state_of(claim)) == (first, settled)
    contradicted = Event.objects.filter(kind="claims.payout_contradicted").count()
    assert contradicted == (0 if then == "pending" else 1)


def test_nothing_more_leaves_while_the_bank_says_both_refused_and_paid(claim: Claim) -> None:
    approve(claim)
    payout = released(claim)
    tell(payout, "refused")
    new = {"bank": "088", "number": "110999888777", "holder": "김서영"}
    payouts.correct_account(
        person=claim.person, reference=claim.reference, account=new, by=claim.person.user, at=timezone.now()
    )
    first, second = payers()
    again = prepare(claim, first)
    tell(payout, "paid")
    with pytest.raises(payouts.BankContradicts):
        release(again, second, at=timezone.now() + dt.timedelta(days=2))
    cancel(again, second)
    with pytest.raises(payouts.BankContradicts):
        prepare(claim, first)


def test_paid_without_an_order_is_written_down_and_believed_by_nobody(claim: Claim) -> None:
    approve(claim)
    payout = prepare(claim, payers()[0])
    assert tell(payout).status_code == 200
    assert (now(payout).state, state_of(claim)) == (PayoutState.PREPARED, State.APPROVED)
    assert Event.objects.filter(kind="claims.payout_contradicted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_callbacks_at_once_are_one(claim: Claim) -> None:
    approve(claim)
    payout = released(claim)
    answers = race(20, lambda _number: tell(payout).status_code)
    assert sorted(answers) == [200] + [409] * 19
    assert Event.objects.filter(kind="claims.payout_paid").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_rehearsal_banks_callback_is_heard_and_its_second_one_is_known(
    claim: Claim, bank: Bank, live_server: Any
) -> None:
    bank.tell(mode="twice", seconds=0.5, times=1, callback_url=f"{live_server.url}{ADDRESS}")
    approve(claim)
    payout = released(claim)
    settling.send_due(at=timezone.now())
    assert now(payout).state == PayoutState.PENDING
    wait_for(lambda: now(payout).state == PayoutState.PAID)
    wait_for(lambda: bank.orders()[0]["to_tell"] == 0)  # the second one was answered too
    assert (BankEvent.objects.count(), state_of(claim)) == (1, State.PAID)


@pytest.mark.django_db(transaction=True)
def test_a_callback_that_overtakes_the_answer_wins_and_nothing_is_recorded_twice(claim: Claim, bank: Bank) -> None:
    """The bank says by callback that it has paid while its answer to the order is still on the way."""
    approve(claim)
    payout = released(claim)
    bank.tell(mode="slow", seconds=1, times=1)

    def act(number: int) -> int:
        if number == 0:
            return settling.send_due(at=timezone.now())
        wait_for(lambda: now(payout).state == PayoutState.SENDING)
        return tell(payout).status_code

    assert race(2, act) == [1, 200]
    assert (now(payout).state, state_of(claim)) == (PayoutState.PAID, State.PAID)
    assert Event.objects.filter(kind="claims.payout_paid").count() == 1
    assert claim.moves.filter(to_state=State.PAID).count() == 1
