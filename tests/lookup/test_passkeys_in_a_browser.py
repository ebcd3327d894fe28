"""A passkey and a letter's code in a real Chromium, under the strict policy."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from lookup.models import Proof
from tests import cast
from tests.browser import assert_accessible, picture
from tests.lookup.conftest import SEOYOUNG
from tests.lookup.test_letters import SUNJA

pytestmark = pytest.mark.django_db(transaction=True)
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_made_and_opens_the_drafts_the_next_time(people, incident, visitor):
    visitor.look_up(SEOYOUNG)
    visitor.post("/claims/new/", {"incident": "demo"})
    home = people.site.url.replace("127.0.0.1", "localhost")  # a passkey needs a host name
    page = people.come()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
    page.context.add_cookies([{"name": "sessionid", "value": visitor.cookies["sessionid"].value, "url": home}])

    page.goto(home + "/lookup/answer/")
    page.get_by_role("link", name="다음에는 인증번호 없이 열기").click()
    page.get_by_role("link", name="이 기기에 패스키 만들기").click()
    assert_accessible(page)
    picture(page, "passkey-add")
    page.get_by_role("button", name="패스키 만들기").click()
    page.get_by_role("button", name="이 패스키 지우기").wait_for()
    assert_accessible(page)
    picture(page, "passkeys")
    assert Authenticator.objects.count() == 1

    page.get_by_role("button", name="조회 끝내고 모두 지우기").click()
    page.goto(home + "/lookup/")
    page.get_by_role("link", name="패스키로 열기").click()
    assert_accessible(page)
    picture(page, "passkey")
    page.get_by_role("button", name="패스키로 열기").click()
    page.get_by_role("heading", name="패스키로 열었어요").wait_for()
    page.get_by_role("link", name="내 신청과 적던 신청서 보기").click()
    page.get_by_role("button", name="이어서 신청하기").click()
    page.wait_for_url("**/claims/new/kind/")
    page.goto(home + "/lookup/answer/")
    page.get_by_text("패스키로는 신청 상태와 적던 신청서만 볼 수 있어요.").wait_for()
    picture(page, "passkey-wants-a-code")
    assert Proof.objects.latest("pk").is_by_passkey
    assert people.complaints == []

    # The owner says no, or the device is another: told in words.
    devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device})
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, "isUserVerified": False}})
    page.goto(home + "/en/lookup/passkey/")
    page.get_by_role("button", name="Open with a passkey").click()
    page.get_by_role("alert").wait_for()
    picture(page, "passkey-trouble-en")


def test_without_a_script_the_page_says_what_to_do_and_the_letter_works(people, incident, now):
    cast.listed(incident, {**SUNJA, "items": "name"}, at=now)
    code = cast.codes_on_paper(incident, at=now)["이순자"]
    page = people.come(java_script_enabled=False)
    page.goto("/lookup/passkey/")
    expect(page.get_by_text("이 브라우저에서는 패스키를 쓸 수 없어요.")).to_be_visible()
    expect(page.get_by_role("button", name="패스키로 열기")).not_to_be_visible()
    page.get_by_role("link", name="편지에 적힌 코드로 확인하기").click()
    page.get_by_label("편지에 적힌 코드").fill(code.lower())
    page.get_by_label("이름").fill("이순자")
    page.get_by_label("생년월일 8자리").fill("19440120")
    page.get_by_role("button", name="결과 보기").click()
    page.get_by_role("heading", name="이순자 님의 정보 1가지가 유출됐어요").wait_for()
