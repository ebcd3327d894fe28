"""Payers at the desk: prepare, release by another, what the bank made of it, and accounts masked unless a reason is given."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from breachdesk.accounts.models import User
from breachdesk.audit.models import Event
from claims import settling
from claims.models import Claim, Payout
from claims.states import PayoutState, State
from tests import staff
from tests.claims.paying import approve, now, payers, prepare, released
from tests.servers import Bank

pytestmark = pytest.mark.django_db
LIST = "/admin/payouts/"
NUMBER = "12345678901"


def browser(user: User, **how: Any) -> Client:
    return staff.sign_in(Client(), user, **how)


def read(client: Client, address: str = LIST) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def version(claim: Claim) -> int:
    return Claim.objects.get(pk=claim.pk).version


def act(client: Client, payout: Payout, what: str, **changed: Any) -> Any:
    return client.post(f"{LIST}{payout.pk}/act/", {"act": what, "version": version(payout.claim), **changed})


def test_one_prepares_another_releases_and_neither_sees_the_whole_account(claim: Claim) -> None:
    approve(claim)
    first, second = payers()
    one, other = browser(first), browser(second)
    assert claim.reference in read(one)

    address = f"{LIST}prepare/{claim.reference}/"
    page = read(one, address)
    assert "912,400원 지급 준비하기" in page
    assert "••••-8901" in page
    answer = one.post(address, {"version": version(claim)})
    payout = Payout.objects.get()
    assert answer.headers["location"] == f"{LIST}{payout.pk}/"
    assert one.get(address).headers["location"] == f"{LIST}{payout.pk}/"

    own = read(one, f"{LIST}{payout.pk}/")
    assert "내가 준비한 지급이라 내가 내보낼 수 없어요" in own
    assert 'value="release"' not in own
    act(one, payout, "release")
    assert now(payout).state == PayoutState.PREPARED

    page = read(other, f"{LIST}{payout.pk}/")
    assert "912,400원 내보내기" in page
    act(other, payout, "release")
    assert (now(payout).state, now(payout).released_by) == (PayoutState.RELEASED, second)
    for shown in (own, page, read(other), read(other, f"{LIST}{payout.pk}/")):
        assert NUMBER not in shown
        assert "김서영" not in shown


def test_the_claims_page_leads_payers_to_the_payout_and_nobody_else(claim: Claim) -> None:
    address, to_prepare = f"/admin/claims/review/{claim.reference}/", f"{LIST}prepare/{claim.reference}/"
    payer, reviewer = browser(staff.member("payer")), browser(staff.member("reviewer"))
    assert to_prepare not in read(payer, address)
    approve(claim)
    assert to_prepare in read(payer, address)
    payout = prepare(claim, staff.member("payer"))
    shown = read(payer, address)
    assert to_prepare not in shown
    assert f"{LIST}{payout.pk}/" in shown
    assert LIST not in read(reviewer, address)


def test_a_page_that_is_out_of_date_does_nothing_and_says_so(claim: Claim) -> None:
    approve(claim)
    first, second = payers()
    old = version(claim)
    payout = prepare(claim, first)
    one = browser(second)
    answer = act(one, payout, "release", version=old)
    assert answer.status_code == 409
    assert "여신 뒤에 이 지급이나 신청이 바뀌었어요" in answer.content.decode()
    assert now(payout).state == PayoutState.PREPARED
    answer = one.post(f"{LIST}prepare/{claim.reference}/", {"version": old})
    assert answer.status_code == 409
    assert "여신 뒤에 이 지급이나 신청이 바뀌었어요" in answer.content.decode()


def test_the_same_button_twice_pays_once(claim: Claim) -> None:
    approve(claim)
    first, second = payers()
    payout = prepare(claim, first)
    client, seen = browser(second), version(claim)
    assert act(client, payout, "release", version=seen).status_code == 302
    assert act(client, payout, "release", version=seen).status_code == 409
    assert act(client, payout, "cancel").status_code == 302
    assert now(payout).state == PayoutState.RELEASED


def test_a_prepared_payout_is_cancelled_and_prepared_anew(claim: Claim) -> None:
    approve(claim)
    first, second = payers()
    payout = prepare(claim, first)
    client = browser(second)
    act(client, payout, "cancel")
    assert now(payout).state == PayoutState.CANCELLED
    assert claim.reference in read(client).partition("준비할 지급")[2]


def test_the_whole_account_is_shown_once_for_a_reason(claim: Claim) -> None:
    approve(claim)
    first, _second = payers()
    payout = prepare(claim, first)
    client = browser(first)
    assert act(client, payout, "reveal", **{"reveal-reason": ""}).status_code == 422
    assert not Event.objects.filter(kind="claims.revealed").exists()

    page = act(client, payout, "reveal", **{"reveal-reason": "holder"}).content.decode()
    assert NUMBER in page
    assert "김서영" in page
    event = Event.objects.get(kind="claims.revealed")
    assert (event.by, event.data["reason"]) == (first, "holder")
    assert NUMBER not in read(client, f"{LIST}{payout.pk}/")


def test_what_the_bank_does_not_answer_is_listed_first(claim: Claim, bank: Bank, settings: Any) -> None:
    import datetime as dt

    settings.BANK_TIMEOUT = dt.timedelta(seconds=1)
    approve(claim)
    payout = released(claim)
    bank.tell(mode="hang", seconds=1.5, times=1)
    settling.send_due(at=timezone.now())
    client = browser(staff.member("payer"))
    page = read(client)
    assert page.index("먼저 볼 지급") < page.index(claim.reference) < page.index("내보낼 지급")
    one = read(client, f"{LIST}{payout.pk}/")
    assert "은행의 답을 듣지 못함" in one
    assert "은행의 답을 모름" in one


def test_a_refused_payout_says_why_and_the_next_one_names_it(claim: Claim, bank: Bank) -> None:
    from tests.claims.test_payout_account import correct

    bank.tell(mode="refuse", code="account_closed", times=1)
    approve(claim)
    payout = released(claim)
    settling.send_due(at=timezone.now())
    claim.refresh_from_db()
    client = browser(staff.member("payer"))
    assert "은행이 해지된 계좌라고 했어요." in read(client, f"{LIST}{payout.pk}/")
    assert "계좌를 기다리는 신청" in read(client)
    assert "지금 상태에서는 할 수 없는 일이에요" in read(client, f"{LIST}prepare/{claim.reference}/")
    correct(claim)
    page = read(client, f"{LIST}prepare/{claim.reference}/")
    assert "앞 지급" in page
    assert "부터 내보낼 수 있어요" in page
    again = prepare(claim, staff.member("payer"))
    waiting = read(client, f"{LIST}{again.pk}/")
    assert "그분이 알아챌 시간을 두려고" in waiting
    assert 'value="release"' not in waiting


def test_an_account_that_is_not_the_approved_one_is_said_and_has_no_button(claim: Claim) -> None:
    approve(claim)
    claim.account = {"bank": "088", "number": "110999888777", "holder": "김서영"}
    claim.save()
    page = read(browser(staff.member("payer")), f"{LIST}prepare/{claim.reference}/")
    assert "승인한 계좌와 지금 신청에 적힌 계좌가 달라요" in page
    assert "지급 준비하기" not in page


@pytest.mark.parametrize("role", ["reviewer", "approver", "intake", "notice_editor"])
def test_who_has_nothing_to_do_with_money_does_not_come_in(claim: Claim, role: str) -> None:
    approve(claim)
    payout = prepare(claim, staff.member("payer"))
    client = browser(staff.member(role))
    for address in (LIST, f"{LIST}{payout.pk}/", f"{LIST}prepare/{claim.reference}/"):
        assert client.get(address).status_code == 403
    assert act(client, payout, "release").status_code == 403


def test_the_auditor_reads_and_does_nothing(claim: Claim) -> None:
    approve(claim)
    payout = prepare(claim, staff.member("payer"))
    client = browser(staff.member("auditor"))
    assert f"{payout.pk}/act/" not in read(client, f"{LIST}{payout.pk}/")
    assert "/prepare/" not in read(client)
    for what in ("release", "cancel", "reveal"):
        assert act(client, payout, what).status_code == 403
    assert now(payout).state == PayoutState.PREPARED


def test_every_act_wants_the_second_factor_of_the_last_minutes(claim: Claim) -> None:
    approve(claim)
    first, second = payers()
    client = browser(second, ago=310)
    asked = client.post(f"{LIST}prepare/{claim.reference}/", {"version": version(claim)})
    assert asked.headers["location"].startswith("/accounts/2fa/reauthenticate/")
    payout = prepare(claim, first)
    assert act(client, payout, "release").headers["location"].startswith("/accounts/2fa/reauthenticate/")
    assert (now(payout).state, Claim.objects.get().state) == (PayoutState.PREPARED, State.APPROVED)


def test_strangers_and_wrong_addresses_find_nothing(claim: Claim, seoyoung: Client) -> None:
    approve(claim)
    payout = prepare(claim, staff.member("payer"))
    for client in (Client(), seoyoung):
        assert client.get(LIST).status_code in {302, 403}
        assert act(client, payout, "release").status_code in {302, 403}
    inside = browser(staff.member("payer"))
    assert inside.get(f"{LIST}00000000-0000-4000-8000-000000000000/").status_code == 404
    assert inside.get(f"{LIST}prepare/CLM-AAAA-AAAA/").status_code == 404
    assert inside.post(LIST).status_code == 405
    assert act(inside, payout, "burn").status_code == 404
    assert now(payout).state == PayoutState.PREPARED
