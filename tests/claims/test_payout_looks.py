"""The pages of paying in a real browser: accessible, in both languages, narrow and wide."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from claims import settling
from claims.models import Claim
from tests import staff
from tests.browser import People, assert_accessible, picture
from tests.claims.conftest import SEOYOUNG, browse, prove
from tests.claims.paying import approve, payers, prepare, release, released
from tests.claims.test_payout_account import correct
from tests.servers import Bank

pytestmark = pytest.mark.django_db(transaction=True)


def come(people: People, client: Client, *, width: int = 390) -> Page:
    """Somebody whose browser has signed in already."""
    page = people.come(width=width)
    key = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": people.site.url}])
    return page


def look(page: Page, address: str, name: str) -> None:
    for language, prefix in (("ko", ""), ("en", "/en")):
        page.goto(f"{prefix}{address}")
        assert page.locator("html").get_attribute("lang") == language
        picture(page, f"payout-{name}-{page.viewport_size['width']}-{language}")
        assert_accessible(page)


def test_the_claimant_pages(claim: Claim, people: People, bank: Bank, settings: Any) -> None:
    settings.CLAIM_ACCOUNT_COOL_OFF = dt.timedelta(minutes=1)
    phone = come(people, browse(prove(SEOYOUNG)))
    address = f"/claims/{claim.reference}/"
    bank.tell(mode="refuse", code="no_such_account", times=1)
    approve(claim)
    released(claim)
    look(phone, address, "paying")
    settling.send_due(at=timezone.now())
    look(phone, address, "account-wrong")
    look(phone, f"{address}account/", "account-form")
    phone.goto(f"{address}account/")
    phone.get_by_role("button", name="이 계좌로 받기").click()
    assert "가지를 고쳐 주세요" in phone.content()
    picture(phone, "payout-account-errors-390-ko")
    assert_accessible(phone)
    claim.refresh_from_db()
    correct(claim)
    look(phone, address, "account-changed")
    first, second = payers()
    release(prepare(claim, first), second, at=timezone.now() + dt.timedelta(minutes=1))
    settling.send_due(at=timezone.now() + dt.timedelta(minutes=1))
    look(phone, address, "paid")
    # Chromium names the answer to the empty form.
    assert [words for words in people.complaints if "422" not in words] == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_desk_pages(claim: Claim, people: People, bank: Bank, width: int, settings: Any) -> None:
    settings.BANK_TIMEOUT = dt.timedelta(seconds=1)
    payer = staff.member("payer", name="최지급")
    page = come(people, staff.sign_in(Client(), payer), width=width)
    approve(claim)
    look(page, "/admin/payouts/", "desk-to-prepare")
    look(page, f"/admin/payouts/prepare/{claim.reference}/", "desk-prepare")
    other, _second = payers()
    payout = prepare(claim, other)
    look(page, f"/admin/payouts/{payout.pk}/", "desk-release")
    bank.tell(mode="hang", seconds=1.5, times=1)
    release(payout, payer)
    settling.send_due(at=timezone.now())
    look(page, "/admin/payouts/", "desk-unknown")
    look(page, f"/admin/payouts/{payout.pk}/", "desk-one-unknown")
    assert people.complaints == []
