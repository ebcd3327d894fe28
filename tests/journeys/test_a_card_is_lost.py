"""A card lost at three in the morning, in a real browser: by somebody on no list while the card system does not answer; and from
the loss to a claim for what strangers paid with it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from breachdesk.demo import people as demo_people
from cards.models import Act
from cards.states import State
from claims.models import Claim
from tests.browser import People
from tests.journeys.steps import Cardholder
from tests.servers import Issuer, Provider, Worker, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("language", "width"), [("en", 390)])
def test_a_lost_card_is_reported_and_stopped_when_the_card_system_says_so(
    told_for_real: None, people: People, provider: Provider, issuer: Issuer, worker: Worker, language: str, width: int
) -> None:
    doyun = next(person for person in demo_people.PEOPLE if not person.items)
    page = people.come(width=width, language=language)
    holder = Cardholder(
        page, doyun.name, doyun.birth_date, doyun.phone, provider, language, tag=f"card-{language}-{width}"
    )

    # The way to the cards leads over the proof, and back.
    page.goto(f"{holder.start}cards/")
    holder.prove()
    holder.say_who()
    expect(page).to_have_url(re.compile(r"/cards/$"))
    holder.look("cards")

    issuer.tell(mode="error")
    page.locator("a[href$='/report/']").first.click()
    page.locator("input[name=kind]").first.check()
    holder.look("report")
    page.locator("main form button.button-solid").click()
    expect(page).to_have_url(re.compile(r"/cards/acts/CRD-"))
    assert "아직 확인 전이에요" in holder.heading or "not yet confirmed" in holder.heading
    holder.look("receipt-not-confirmed")
    act = Act.objects.get()
    assert act.state != State.CONFIRMED
    page.goto(f"{holder.start}cards/")
    holder.look("cards-waiting")
    expect(page.locator(".pending")).to_contain_text(act.reference)

    # It comes back, and the rest happens without anybody.
    issuer.tell(mode="ok")
    wait_for(lambda: Act.objects.get().state == State.CONFIRMED, but=worker.said)
    page.goto(f"{holder.start}cards/acts/{act.reference}/")
    assert "카드가 멈췄어요" in holder.heading or "has been stopped" in holder.heading
    holder.look("receipt")
    told = [
        text for text in (row["text"] for row in provider.wait_for(holder.number, count=3)) if act.reference in text
    ]
    assert len(told) == 2
    assert not any("http" in text for text in told)
    assert [row["kind"] for row in issuer.acts()] == ["lost"]
    assert people.complaints == []


def test_a_lost_card_is_stopped_replaced_and_activated_and_two_strange_payments_are_claimed(
    told_for_real: None, people: People, provider: Provider, issuer: Issuer, worker: Worker
) -> None:
    seoyoung = demo_people.PEOPLE[0]
    issuer.tell(
        customers=[
            {"ref": demo_people.customer_ref(seoyoung), "name": seoyoung.name, "cards": [
                {"id": "SEOYOUNG-1", "name": "한빛 데일리", "last4": "2417"}]}
        ]
    )  # fmt: skip
    page = people.come(width=390, language="ko")
    holder = Cardholder(page, seoyoung.name, seoyoung.birth_date, seoyoung.phone, provider, "ko", tag="lost-to-claim")
    page.goto("/cards/")
    holder.prove()
    holder.say_who()
    expect(page).to_have_url(re.compile(r"/cards/$"))

    page.locator("a[href='/cards/SEOYOUNG-1/report/']").click()
    page.locator("input[name=kind][value=lost]").check()
    page.get_by_role("button", name="신고하고 카드 멈추기").click()
    expect(page.locator("h1")).to_contain_text("카드가 멈췄어요")
    holder.look("stopped")

    page.locator("#todo-reissue").get_by_role("link", name="재발급 신청하기").click()
    expect(page.locator("main")).to_contain_text("재발급 비용을 받지 않아요")
    holder.look("reissue")
    page.get_by_role("button", name="재발급 신청").click()
    expect(page).to_have_url(re.compile(r"/cards/$"))
    holder.look("new-card-is-there")

    page.get_by_role("link", name="사용등록하기").click()
    page.get_by_role("button", name="새 카드 사용등록").click()
    expect(page).to_have_url(re.compile(r"/cards/$"))
    expect(page.locator("#card-SEOYOUNG-1")).to_have_count(0)
    page.get_by_role("link", name="새 카드로 옮길 곳").click()
    page.locator("input[name=moved]").first.check()
    page.get_by_role("button", name="표시한 것 저장하기").click()
    expect(page.locator("main")).to_contain_text("아직 3곳이 남았어요")
    holder.look("to-move")

    page.goto("/cards/payments/")
    for strange in page.locator("label.choice", has_text="평소와 달라요").all():
        strange.locator("input").check()
    holder.look("payments")
    page.get_by_role("button", name="내가 쓰지 않았어요").click()
    page.locator("a[href^='/claims/new/']").first.click()
    holder.press("신청 시작하기")
    holder.choose_kind()
    assert [field.input_value() for field in page.locator("[name$=-merchant]").all()] == [
        "GLB TECH STORE",
        "기프트나라",
    ]
    holder.fill_in_the_rest(holder=seoyoung.name)
    reference = holder.file()

    assert Claim.objects.get(reference=reference).lines.count() == 2
    assert [row["kind"] for row in reversed(issuer.acts())] == ["lost", "reissue", "activate"]
    assert people.complaints == []
