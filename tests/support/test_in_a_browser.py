"""Somebody who wants to ask, as they meet the pages: on a phone in Korean, then on a wide screen in English."""

from __future__ import annotations

from django.utils import timezone
from playwright.sync_api import expect

from notices.models import ContactPoint
from notices.states import ContactKind
from support import answering_often, calling, rules
from support.models import FaqCount, Inquiry
from tests import cast
from tests.browser import People, assert_accessible, picture
from tests.lookup.conftest import SEOYOUNG
from tests.support.test_faq import words


def test_a_question_is_looked_for_then_asked(people: People) -> None:
    at = timezone.now()
    incident, writer, officer = cast.incident(at=at), cast.staff("editor"), cast.staff("officer")
    cast.notice(incident, at=at)
    for place, (kind, value) in enumerate(
        [(ContactKind.PHONE, "1500-0000"), (ContactKind.KAKAO, "한빛카드"), (ContactKind.EMAIL, "help@a.example")],
        start=1,
    ):
        ContactPoint.objects.create(
            incident=incident,
            position=place,
            kind=kind,
            value=value,
            name_ko=str(kind.label),
            name_en=kind.value,
            always_open=place != 2,
            in_help_strip=place == 1,
        )
    starts = at + rules.DAY
    times = rules.slots_between(starts, starts + 2 * rules.HOUR, minutes=30)
    calling.open_slots(incident=incident, times=times, capacity=3, by=writer, at=at)
    asked = words("탈회했는데 왜 문자가 왔나요?", "기록이 남아 있었어요.")
    answering_often.write(incident=incident, key=None, words=asked, position=1, by=writer, at=at)
    draft = answering_often.draft(incident)
    assert draft is not None
    answering_often.publish(incident=incident, revision=draft.revision, by=officer, at=at)

    page = people.come()
    page.goto("/support/")
    expect(page.locator("a.slot")).to_have_count(4)
    page.locator("details.question summary").click()
    assert_accessible(page)
    picture(page, "support-home")
    page.locator("#faq-q").fill("탈회한 사람의 문자")
    page.get_by_role("button", name="찾기").click()
    page.locator("details.question summary").click()
    assert "탈회" not in page.url
    assert_accessible(page)
    page.get_by_role("button", name="아니요").click()
    page.get_by_role("link", name="글로 문의하기").click()
    page.get_by_role("button", name="문의 보내기").click()
    expect(page.locator(".errors")).to_be_visible()
    assert_accessible(page)
    page.locator("[name=kind][value=other]").check()
    page.locator("[name=words]").fill("문자가 왜 왔나요?")
    page.locator("[name=contact]").fill(SEOYOUNG["phone"])
    page.get_by_role("button", name="문의 보내기").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("문의를 받았어요")
    assert_accessible(page)
    assert (FaqCount.objects.get().not_helped, Inquiry.objects.get().kind) == (1, "other")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/en/support/")
    assert_accessible(page)
    picture(page, "support-home-en-1280")
    # A form to be mended is no error of the page.
    assert [said for said in people.complaints if "422" not in said] == []
