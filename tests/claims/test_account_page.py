"""The claimant reads where the money is, and names another account when the bank refused theirs."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from claims import settling
from claims.models import AccountChange, Claim
from claims.states import State
from lookup.models import Proof
from tests.claims.conftest import SEOYOUNG, browse, prove
from tests.claims.paying import approve, released
from tests.servers import Bank

pytestmark = pytest.mark.django_db
NEW = {"bank": "088", "number": "110-999-888777", "holder": "김 서영"}


@pytest.fixture
def owner(claim: Claim) -> Client:
    return browse(prove(SEOYOUNG))


@pytest.fixture
def wrong(claim: Claim, bank: Bank) -> str:
    """The page's address, after the bank refused the account."""
    bank.tell(mode="refuse", code="holder_differs", times=1)
    approve(claim)
    released(claim)
    settling.send_due(at=timezone.now())
    claim.refresh_from_db()
    return f"/claims/{claim.reference}/account/"


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_status_page_says_what_happened_to_the_money(claim: Claim, owner: Client, bank: Bank) -> None:
    address = f"/claims/{claim.reference}/"
    approve(claim)
    assert "먼저 드리기로 했어요" in read(owner, address)
    released(claim)
    assert "보내고 있어요" in read(owner, address)
    settling.send_due(at=timezone.now())
    page = read(owner, address)
    assert '<h1><span class="nowrap">912,400원</span>을 먼저 보내 드렸어요</h1>' in page
    assert 'class="paid-given"' in page
    assert "확정 전" in page
    assert "12345678901" not in page
    english = read(owner, f"/en{address}")
    assert '<html lang="en"' in english


def test_the_task_is_first_and_leads_to_the_form(claim: Claim, owner: Client, wrong: str) -> None:
    page = read(owner, f"/claims/{claim.reference}/")
    assert "은행이 예금주 이름이 다르다고 했어요." in page
    assert f'href="{wrong}"' in page
    form = read(owner, wrong)
    assert "••••-8901" in form
    assert "12345678901" not in form


def test_another_account_is_taken_and_everything_says_so(claim: Claim, owner: Client, wrong: str) -> None:
    answer = owner.post(wrong, NEW)
    assert answer.headers["location"] == f"/claims/{claim.reference}/"
    claim.refresh_from_db()
    assert (claim.state, claim.account["number"]) == (State.APPROVED, "110999888777")
    page = read(owner, f"/claims/{claim.reference}/")
    assert "받을 계좌를 바꿔 주셨어요" in page
    assert "••••-8777" in page
    # Sent once more, or looked at again: it was done.
    assert owner.post(wrong, NEW | {"number": "110999888666"}).status_code == 302
    assert owner.get(wrong).headers["location"] == f"/claims/{claim.reference}/"
    assert AccountChange.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"bank": "004", "number": "123-45-678901"}, "은행이 받지 않은 그 계좌예요"),
        ({"holder": "이준호"}, "예금주가 김서영 님이어야 해요"),
        ({"number": "12"}, "계좌번호는 숫자"),
        ({"bank": ""}, "은행을 골라 주세요"),
    ],
)
def test_what_is_wrong_with_it_is_said_and_nothing_is_lost(
    claim: Claim, owner: Client, wrong: str, changed: dict[str, str], words: str
) -> None:
    answer = owner.post(wrong, NEW | changed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "오류:" in page
    claim.refresh_from_db()
    assert claim.state == State.ACCOUNT_WRONG


def test_an_old_proof_is_asked_for_a_new_code_first(claim: Claim, owner: Client, wrong: str) -> None:
    Proof.objects.update(renewed_at=timezone.now() - dt.timedelta(minutes=6))
    for answer in (owner.get(wrong), owner.post(wrong, NEW)):
        assert answer.status_code == 302
        assert "/lookup/" in answer.headers["location"]
    assert AccountChange.objects.count() == 0


def test_strangers_and_another_person_find_nothing(claim: Claim, junho: Client, wrong: str) -> None:
    assert junho.get(wrong).status_code == 404
    assert junho.post(wrong, NEW).status_code == 404
    assert Client().post(wrong, NEW).status_code == 302
    assert AccountChange.objects.count() == 0


def test_without_a_refusal_there_is_no_such_task(claim: Claim, owner: Client) -> None:
    address = f"/claims/{claim.reference}/account/"
    assert owner.get(address).headers["location"] == f"/claims/{claim.reference}/"
    assert owner.post(address, NEW).status_code == 302
    assert owner.put(address).status_code == 405
    assert AccountChange.objects.count() == 0
