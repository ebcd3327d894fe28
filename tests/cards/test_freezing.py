"""An account is frozen and used again, and is called frozen only when the card system has said so."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from cards import knowing, rules
from cards.models import Act
from cards.states import Kind, State
from lookup.models import Proof
from tests.cards.conftest import ask, first_card
from tests.servers import Issuer

pytestmark = pytest.mark.django_db


def account_of(proof: Proof):
    return knowing.know(proof=proof, by=None, at=timezone.now()).accounts[0]


def test_an_account_is_frozen_with_a_receipt_and_used_again(browser: Client, seoyoung: Proof, issuer: Issuer):
    account = account_of(seoyoung)
    assert f"/cards/{account.id}/freeze/" in browser.get("/cards/").content.decode()
    assert "들어오는 돈은 그대로" in browser.get(f"/cards/{account.id}/freeze/").content.decode()

    browser.post(f"/cards/{account.id}/freeze/")

    assert account_of(seoyoung).frozen
    receipt = browser.get(f"/cards/acts/{Act.objects.get().reference}/").content.decode()
    assert "계좌 출금이 멈췄어요" in receipt
    assert "전자금융거래법 제10조" in receipt
    assert f"/cards/{account.id}/unfreeze/" in browser.get("/cards/").content.decode()

    browser.post(f"/cards/{account.id}/unfreeze/")
    assert not account_of(seoyoung).frozen


def test_when_it_was_noticed_and_the_last_own_withdrawal_stand_on_the_receipt(
    browser: Client, seoyoung: Proof, issuer: Issuer
):
    account = account_of(seoyoung)
    typed = {"noticed": "2026 11 05", "last_used": "11월 3일 중구 지점"}
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    refused = browser.post(f"/cards/{account.id}/freeze/", typed | {"noticed": f"{tomorrow:%Y %m %d}"})
    assert refused.status_code == 422
    assert "그 전의 날짜를 적어 주세요" in refused.content.decode()
    assert typed["last_used"] in refused.content.decode()
    assert not Act.objects.exists()

    browser.post(f"/cards/{account.id}/freeze/", typed)

    receipt = browser.get(f"/cards/acts/{Act.objects.get().reference}/").content.decode()
    assert "2026년 11월 5일" in receipt
    assert typed["last_used"] in receipt
    assert issuer.acts()[0]["noticed_on"] == "2026-11-05"


def test_without_an_answer_no_account_is_called_frozen(browser: Client, seoyoung: Proof, issuer: Issuer):
    account = account_of(seoyoung)
    issuer.tell(mode="error", reads=True)

    browser.post(f"/cards/{account.id}/freeze/")

    act = Act.objects.get()
    assert act.state == State.ASKED
    for path in ("/cards/", f"/cards/acts/{act.reference}/"):
        page = browser.get(path).content.decode()
        assert "출금이 멈췄다고 생각하지 마세요" in page, path
        assert "계좌 출금이 멈췄어요" not in page, path


def test_a_card_is_not_frozen_and_an_account_not_blocked(browser: Client, seoyoung: Proof, doyun: Proof):
    account, card = account_of(seoyoung), first_card(seoyoung)
    for path in (f"/cards/{card}/freeze/", f"/cards/{account.id}/block/", f"/cards/{account_of(doyun).id}/freeze/"):
        assert browser.post(path).status_code == 404, path
    with pytest.raises(rules.NoSuchCard):
        ask(seoyoung, Kind.FREEZE, card=card)
