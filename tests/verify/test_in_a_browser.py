"""Somebody with a message in their hand, as they meet the pages: in both languages, on a phone and a wide screen, without a script."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from breachdesk.verify.models import FakeReport
from delivery import check_codes
from delivery.models import Message
from tests import cast
from tests.browser import People, assert_accessible, picture
from tests.lookup.conftest import SEOYOUNG
from tests.verify.conftest import Sent

GENUINE = {"": "한빛카드가 보낸 메시지가 맞아요", "en": "This message is from Hanbit Card"}
NONE = {"": "한빛카드가 보낸 기록이 없어요", "en": "We have no record that Hanbit Card sent this"}
RECEIVED = {"": "신고를 받았어요", "en": "We have your report"}


@pytest.mark.parametrize(("language", "width", "script"), [("", 390, False), ("en", 1280, True)])
def test_a_message_is_checked_and_a_fake_reported(
    people: People, sent: Sent, language: str, width: int, script: bool
) -> None:
    code, root = sent().code, f"/{language}".rstrip("/")
    page = people.come(width=width, java_script_enabled=script)

    def enter(typed: str) -> None:
        page.goto(f"{root}/verify/")
        page.locator("[name=code]").fill(typed)
        page.locator("main form button[type=submit]").click()

    def looks(name: str) -> None:
        if script:  # axe is one
            assert_accessible(page)
        picture(page, f"verify-{name}-{language or 'ko'}-{width}")

    heading = page.get_by_role("heading", level=1)
    page.goto(f"{root}/verify/")
    looks("empty")
    enter(code)
    expect(heading).to_have_text(GENUINE[language])
    assert code not in page.url
    looks("genuine")
    enter(check_codes.new())
    expect(heading).to_have_text(NONE[language])
    looks("none")
    page.goto(f"{root}/verify/report/")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".errors")).to_be_visible()
    looks("report-errors")
    page.locator("[name=way][value=text]").check()
    page.locator("[name=words]").fill("https://hanbit-bosang.example/x")
    page.locator("[name=harm][value=pressed]").check()
    page.locator("main form button[type=submit]").click()
    expect(heading).to_have_text(RECEIVED[language])
    looks("received")
    page.locator("main a.button-solid").click()
    expect(page).to_have_url(f"{people.site.url}{root}/verify/pressed/")
    looks("pressed")
    assert FakeReport.objects.get().harm == "pressed"
    assert [
        said for said in people.complaints if "422" not in said
    ] == []  # a form to be mended is no error of the page


def test_a_certificate_is_made_downloaded_and_checked(people: People) -> None:
    cast.listed(cast.incident(at=timezone.now()), SEOYOUNG, at=timezone.now())
    page = people.come()
    page.goto("/lookup/")
    page.locator("[name=contact]").fill(SEOYOUNG["phone"])
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(f"{people.site.url}/lookup/code/")
    words = Message.objects.get(occasion="one_time_code").words.text
    page.locator("[name=code]").fill(next(word for word in words.split() if len(word) == 6 and word.isdigit()))
    page.locator("main form button[type=submit]").first.click()
    page.locator("[name=name]").fill(SEOYOUNG["name"])
    page.locator("[name=birth_date]").fill("19860412")
    page.locator("main form button[type=submit]").first.click()
    page.get_by_role("link", name="유출 확인서 받기").click()
    assert_accessible(page)
    page.get_by_role("button", name="확인서 만들기").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="PDF 내려받기").click()
    assert download.value.suggested_filename.startswith("유출 사실 확인서")
    assert_accessible(page)
    code = page.locator("dd", has_text="CRT-").inner_text()
    stranger = people.come(width=1280)
    stranger.goto("/verify/")
    stranger.locator("[name=code]").fill(code)
    stranger.locator("main form button[type=submit]").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("한빛카드가 내준 확인서가 맞아요")
    assert_accessible(stranger)
    expect(stranger.locator("main")).not_to_contain_text("김서영")
