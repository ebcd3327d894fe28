"""The desk in a real Chromium before the real site: a passkey, the strict policy, and what axe says."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from breachdesk.audit.models import Event
from breachdesk.lib.contacts import Contact
from delivery import outbox
from notices.models import Clock
from tests import cast, staff
from tests.browser import assert_accessible, picture

pytestmark = pytest.mark.django_db(transaction=True)


def come(people, user=None, **options) -> Page:
    """A browser, signed in where a user is named. By name and not by number: a passkey needs a host name."""
    page = people.come(**options)
    if user is not None:
        key = staff.sign_in(Client(), user).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": key, "url": home(people)}])
    return page


def home(people) -> str:
    return people.site.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def something_to_see():
    at = timezone.now()
    incident = cast.incident(at=at)
    notice = cast.notice(incident, at=at)
    Clock.objects.create(
        incident=incident,
        position=1,
        name_ko="개별 통지",
        name_en="Tell each person",
        law_ko="법",
        law_en="Law",
        due_at=at - dt.timedelta(minutes=21),
    )
    dataset = cast.listed(incident, {"name": "김서영", "phone": "010-0000-1234", "items": "name|phone"}, at=at)
    with transaction.atomic():
        for number in range(60):
            message = outbox.put(
                outbox.Words("claim_received", "ko", "신청을 받았어요", "접수번호 CLM-7F3K-29QD"),
                to=Contact("phone", f"+8210000{number:05d}"),
                key=f"seen:{number}",
                lane="claim",
                at=at,
            )
    return {"incident": incident, "notice": notice, "dataset": dataset, "message": message}


def paths(seen, user) -> list[str]:
    return [
        "/admin/",
        "/admin/delivery/message/",
        f"/admin/delivery/message/{seen['message'].pk}/change/",
        "/admin/audit/event/",
        f"/admin/audit/event/{Event.objects.latest('pk').pk}/change/",
        "/admin/accounts/user/",
        "/admin/accounts/user/add/",
        f"/admin/accounts/user/{user.pk}/change/",
        f"/admin/notices/incident/{seen['incident'].pk}/change/",
        f"/admin/notices/notice/{seen['notice'].pk}/change/",
        f"/admin/notices/dataset/{seen['dataset'].pk}/change/",
        "/accounts/2fa/",
        "/accounts/2fa/passkeys/add/",
        "/accounts/2fa/recovery-codes/new/",
        "/accounts/password/",
        "/accounts/sessions/",
    ]


@pytest.mark.parametrize(
    ("width", "language", "scheme"), [(1280, "", "light"), (390, "", "dark"), (390, "/en", "light")]
)
def test_every_page_keeps_the_strict_policy_and_is_accessible(people, something_to_see, width, language, scheme):
    user, other = staff.member("auditor", "account_admin"), staff.member("reviewer")
    page = come(people, user, width=width, color_scheme=scheme)
    every = paths(something_to_see, other)
    # Each page once in full; in the other dress one of each kind: panels, list, detail, account, form.
    for path in every if width > 900 else [every[0], every[1], every[2], every[7], every[12]]:
        response = page.goto(f"{home(people)}{language}{path}")
        assert response.status == 200, path
        assert "'unsafe" not in response.headers["content-security-policy"]
        assert_accessible(page)
    stranger = come(people, width=width, color_scheme=scheme)
    stranger.goto(f"{home(people)}{language}/accounts/login/")
    assert_accessible(stranger)
    assert people.complaints == []


def test_a_member_of_staff_signs_in_as_on_paper(people, something_to_see):
    user = staff.member("auditor", name="박지안")
    page = come(people, width=1280)
    page.goto(home(people) + "/admin/")
    page.get_by_label("이메일").fill(user.email)
    page.get_by_label("비밀번호").fill("wrong")
    page.get_by_role("button", name="로그인", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.title().startswith("오류:")
    page.get_by_label("비밀번호").fill(staff.PASSWORD)
    page.get_by_role("button", name="로그인", exact=True).click()
    page.get_by_label("6자리 코드").fill(staff.code_of(user))
    picture(page, "desk-code")
    page.get_by_role("button", name="확인", exact=True).click()
    page.get_by_role("heading", name="첫 화면").wait_for()
    expect(page.get_by_text("21분 지남")).to_be_visible()
    expect(page.get_by_text("박지안")).to_be_visible()
    expect(page.get_by_text("2단계 인증")).to_be_visible()
    picture(page, "desk-front")
    page.get_by_role("link", name="English").click()
    assert page.url.endswith("/en/admin/")
    page.go_back()
    page.get_by_role("button", name="나가기").click()
    page.goto(home(people) + "/admin/")
    assert "/accounts/login/" in page.url
    assert people.complaints == []


def test_a_passkey_is_made_and_then_opens_the_desk_without_a_password(people):
    user = staff.member("auditor")
    page = come(people, user, width=1280)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.goto(home(people) + "/accounts/2fa/passkeys/add/")
    page.get_by_label("패스키 이름").fill("사무실 노트북")
    page.get_by_text("비밀번호 없이 로그인할 때도 쓰기").click()
    page.get_by_role("button", name="패스키 만들기").click()
    page.wait_for_url("**/2fa/recovery-codes/")
    assert page.locator(".codes li").count() == 10
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).count() == 1
    assert Event.objects.filter(kind="desk.second_factor_added", by=user, data__type="webauthn").exists()

    page.goto(home(people) + "/admin/")
    page.get_by_role("button", name="나가기").click()
    page.get_by_role("button", name="패스키로 로그인").click()
    page.get_by_role("heading", name="첫 화면").wait_for()
    assert Event.objects.filter(kind="desk.signed_in", by=user, data__proved_by=["webauthn"]).exists()

    # As the second factor behind the password, too.
    page.get_by_role("button", name="나가기").click()
    page.get_by_label("이메일").fill(user.email)
    page.get_by_label("비밀번호").fill(staff.PASSWORD)
    page.get_by_role("button", name="로그인", exact=True).click()
    page.get_by_role("button", name="패스키로 확인").click()
    page.get_by_role("heading", name="첫 화면").wait_for()
    assert people.complaints == []


def test_a_browser_without_the_passkey_is_told_in_words(people):
    page = come(people, width=390)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
            }
        },
    )
    page.goto(home(people) + "/accounts/login/")
    page.get_by_role("button", name="패스키로 로그인").click()
    page.get_by_text("패스키를 쓸 수 없었어요").wait_for()


def test_under_900_pixels_the_list_of_work_is_a_menu_and_opens_without_a_script(people):
    user = staff.member("auditor")
    page = come(people, user, width=390, java_script_enabled=False)
    page.goto(home(people) + "/admin/")
    link = page.get_by_role("link", name="기록(감사)")
    expect(link).not_to_be_visible()
    page.get_by_text("메뉴").click()
    link.click()
    page.get_by_role("heading", name="기록(감사)").wait_for()
