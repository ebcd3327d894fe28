"""The waiting page as people meet it: it goes on by itself when it is one's turn, and by hand without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import redis
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser import People, Site, assert_accessible, picture
from tests.lookup.conftest import MINJI, SEOYOUNG


@pytest.fixture
def let_in(site: Site) -> Iterator[Callable[[int], None]]:
    """The site lets in one a minute, and as many more as the test says."""
    with redis.Redis.from_url(settings.REDIS_URL) as server:

        def clear() -> None:
            for key in server.scan_iter("line:*"):
                server.delete(key)

        clear()
        site.kill()
        site.start(LOOKUPS_A_MINUTE="1")
        yield lambda number: server.hset("line:room", mapping={"places": number})
        site.kill()
        clear()


def asks_for_a_code(page: Page, language: str, contact: str) -> None:
    page.goto(f"{language}/lookup/")
    page.locator("[name=contact]").fill(contact)
    page.locator("main form button[type=submit]").first.click()


def test_the_page_goes_on_by_itself_or_by_hand(people: People, let_in: Callable[[int], None]):
    cast.listed(cast.incident(at=timezone.now()), SEOYOUNG, MINJI, at=timezone.now())
    first = people.come()
    asks_for_a_code(first, "", SEOYOUNG["phone"])
    expect(first).to_have_url(f"{people.site.url}/lookup/code/")

    with_script = people.come(width=1280)
    asks_for_a_code(with_script, "", SEOYOUNG["email"])
    expect(with_script.get_by_role("heading", level=1)).to_have_text("차례를 기다리고 있어요")
    by_hand = people.come(language="en", java_script_enabled=False)
    asks_for_a_code(by_hand, "/en", MINJI["phone"])
    expect(by_hand.locator("[data-ahead]")).to_have_text("1 person")
    by_hand.reload()
    expect(by_hand.locator("[data-ahead]")).to_have_text("1 person")
    assert_accessible(with_script)
    picture(with_script, "line-ko-1280")
    picture(by_hand, "line-en-390")

    let_in(1)
    with_script.wait_for_url("**/lookup/code/")
    by_hand.get_by_role("button", name="See if it is my turn").click()
    expect(by_hand.locator("[data-ahead]")).to_have_text("0 people")
    let_in(1)
    by_hand.get_by_role("button", name="See if it is my turn").click()
    expect(by_hand).to_have_url(f"{people.site.url}/en/lookup/code/")
    assert people.complaints == []
