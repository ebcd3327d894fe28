"""A card lost at three in the morning by somebody on no list, in a real browser, while the card system does not answer."""

from __future__ import annotations

import io
import re

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from breachdesk.demo import people as demo_people
from cards.models import Act
from cards.states import State
from tests.browser import People
from tests.journeys.steps import Cardholder
from tests.servers import Issuer, Provider, Worker, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("language", "width"), [("ko", 390), ("en", 1280)])
def test_a_lost_card_is_reported_and_stopped_when_the_card_system_says_so(
    people: People, provider: Provider, issuer: Issuer, worker: Worker, language: str, width: int
) -> None:
    call_command("load_demo", stdout=io.StringIO())
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
