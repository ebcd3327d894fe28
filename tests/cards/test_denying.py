"""Payments looked through; what was not theirs becomes the lines of a claim."""

from __future__ import annotations

import pytest
from django.test import Client

from cards import queries
from cards.models import Denied
from lookup.models import Proof
from notices.models import Incident
from tests.cards.conftest import first_card
from tests.servers import Issuer

pytestmark = pytest.mark.django_db


def test_what_the_issuer_finds_odd_stands_first(browser: Client, seoyoung: Proof):
    page = browser.get("/cards/payments/").content.decode()
    assert page.index("GLB TECH STORE") < page.index("한빛마트")
    assert page.count("평소와 달라요") == 2


def test_two_payments_that_were_not_theirs_begin_a_claim(browser: Client, seoyoung: Proof, incident: Incident):
    card = first_card(seoyoung)
    for _twice in range(2):
        browser.post("/cards/payments/", {"payment": [f"{card}-P1", f"{card}-P2", "of-another"]})
    assert [told["amount"] for told in queries.denied_by(seoyoung.person)] == [612_400, 500_000]
    page = browser.get("/cards/payments/").content.decode()
    assert "1,112,400" in page
    assert "/claims/new/" in page

    browser.post("/claims/new/", {"incident": incident.slug})
    lines = browser.get("/claims/new/lines/").content.decode()
    assert "GLB TECH STORE" in lines
    assert "612400" in lines
    assert 'name="line-1-merchant"' in lines


def test_one_that_was_theirs_after_all_is_taken_back(browser: Client, seoyoung: Proof):
    card = first_card(seoyoung)
    browser.post("/cards/payments/", {"payment": f"{card}-P1"})
    browser.post("/cards/payments/", {"take_back": f"{card}-P1"})
    assert not Denied.objects.exists()


def test_nothing_chosen_is_said(browser: Client, seoyoung: Proof):
    answer = browser.post("/cards/payments/", {"payment": "of-another"})
    assert answer.status_code == 422
    assert "결제를 하나 이상 골라 주세요" in answer.content.decode()


def test_with_the_issuer_away_the_page_says_so(browser: Client, seoyoung: Proof, issuer: Issuer):
    first_card(seoyoung)
    issuer.tell(mode="error", reads=True)
    answer = browser.get("/cards/payments/")
    assert answer.status_code == 503
    assert "지금 카드 시스템이 답하지 않아서" in answer.content.decode()
