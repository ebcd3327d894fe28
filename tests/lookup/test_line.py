"""More people arrive than can be served: who goes in, in which order, and what the others are told."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings
from django.utils import timezone

from breachdesk.lib import references
from delivery.models import Message
from lookup import line
from lookup.line import Line, Place, Ticket
from tests.lookup.conftest import MINJI, SEOYOUNG, Visitor

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def server() -> Iterator[redis.Redis]:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        yield client


@pytest.fixture
def the_line(server: redis.Redis) -> Iterator[Line]:
    """One place a second, and one saved up."""
    name = f"line-{secrets.token_hex(4)}"
    made = Line(url=settings.REDIS_URL, a_minute=60, name=name)
    made.save_up = SECOND
    yield made
    for key in server.scan_iter(f"{name}:*"):
        server.delete(key)


def arrives(the_line: Line, at: dt.datetime, *, began: bool = False) -> tuple[Ticket, Place]:
    ticket = Ticket.new(at)
    place = the_line.ask(ticket, returns=False, began=began, at=at)
    assert place
    return ticket, place


def asks(the_line: Line, ticket: Ticket, at: dt.datetime) -> Place:
    place = the_line.ask(ticket, returns=True, began=False, at=at)
    assert place
    return place


def test_while_there_is_room_nobody_waits(the_line):
    assert [arrives(the_line, NOON + n * SECOND)[1].is_turn for n in range(5)] == [True] * 5


def test_whoever_comes_first_goes_first_however_often_the_others_ask(the_line):
    arrives(the_line, NOON)
    tickets = [arrives(the_line, NOON + n * SECOND / 100)[0] for n in range(1, 6)]
    went_in = []
    for tenth in range(1, 80):
        at = NOON + tenth * SECOND / 10
        for number, ticket in reversed(list(enumerate(tickets))):  # the last asks first, every time
            if number not in went_in and asks(the_line, ticket, at).is_turn:
                went_in.append(number)
    assert went_in == [0, 1, 2, 3, 4]


def test_the_estimate_is_what_it_then_takes(the_line):
    arrives(the_line, NOON)
    waiting = [arrives(the_line, NOON + n * SECOND / 1000) for n in range(5)]
    assert [place.ahead for _ticket, place in waiting] == [0, 1, 2, 3, 4]
    for ticket, place in waiting:
        assert not asks(the_line, ticket, ticket.at + place.wait - SECOND / 10).is_turn
        assert asks(the_line, ticket, ticket.at + place.wait).is_turn


def test_those_who_left_are_not_waited_for_and_come_back_to_their_place(the_line):
    arrives(the_line, NOON)
    left, _ = arrives(the_line, NOON)
    stayed, _ = arrives(the_line, NOON)
    later = NOON + line.STILL_THERE + SECOND
    for second in range(0, 90, 30):
        the_line.ask(stayed, returns=True, began=False, at=NOON + dt.timedelta(milliseconds=second))
    assert asks(the_line, stayed, later).is_turn
    newcomer, place = arrives(the_line, later)
    assert not place.is_turn
    assert asks(the_line, left, later + SECOND).is_turn
    assert not asks(the_line, newcomer, later + SECOND).is_turn


def test_a_ticket_goes_in_once(the_line):
    ticket, place = arrives(the_line, NOON)
    assert place.is_turn
    assert the_line.ask(ticket, returns=True, began=False, at=NOON + SECOND) is None


def test_a_claim_already_begun_goes_before_everybody(the_line):
    arrives(the_line, NOON)
    first, _ = arrives(the_line, NOON)
    begun, place = arrives(the_line, NOON + SECOND / 2, began=True)
    assert place.ahead == 0
    assert not asks(the_line, first, NOON + SECOND).is_turn
    assert the_line.ask(begun, returns=True, began=True, at=NOON + SECOND).is_turn


def test_a_line_that_was_lost_forms_again_in_the_order_of_the_tickets(the_line, server):
    arrives(the_line, NOON)
    first, _ = arrives(the_line, NOON)
    second, _ = arrives(the_line, NOON + SECOND / 10)
    for key in server.scan_iter(f"{the_line.name}:*"):
        server.delete(key)
    back = NOON + 2 * SECOND
    assert not asks(the_line, second, back).is_turn, "others may have been there before"
    assert not asks(the_line, first, back + SECOND).is_turn
    gathered = back + line.GATHERING + SECOND
    assert not asks(the_line, second, gathered).is_turn
    assert asks(the_line, first, gathered).is_turn
    assert asks(the_line, second, gathered + SECOND).is_turn


def test_without_redis_tickets_go_in_by_their_age(the_line):
    arrives(the_line, NOON)
    early, _ = arrives(the_line, NOON)
    late, place = arrives(the_line, NOON + SECOND / 2)
    the_line._redis.connection_pool = redis.ConnectionPool.from_url("redis://127.0.0.1:9")  # nobody answers there
    for at in (NOON + SECOND, NOON + 5 * SECOND):
        waits = [asks(the_line, each, at).wait for each in (early, late)]
        assert waits == [max(each.at + place.wait - at, SECOND * 0) for each in (early, late)]
    assert asks(the_line, early, NOON + place.wait).is_turn
    assert not asks(the_line, late, NOON + place.wait).is_turn
    assert arrives(the_line, NOON + 9 * SECOND)[1].ahead is None


# Through the pages.


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch, the_line: Line) -> Line:
    """The site's line, with nobody let in yet."""
    the_line.a_second = 1 / 3600
    line.of_the_site.cache_clear()
    monkeypatch.setattr(line, "of_the_site", lambda: the_line)
    assert arrives(the_line, timezone.now())[1].is_turn
    return the_line


@pytest.mark.django_db
@pytest.mark.parametrize("root", ["", "/en"])
def test_a_waiting_page_holds_what_was_typed_and_a_reload_keeps_the_place(incident, crowded, root):
    before, visitor, after = Visitor(), Visitor(), Visitor()
    for each in (before, visitor, after):
        page = each.post(
            f"{root}/lookup/start/", {"contact": SEOYOUNG["phone"]}, headers={"origin": "http://testserver"}
        )
        html = page.content.decode()
        assert page.status_code == 200
        assert f'<input type="hidden" name="contact" value="{SEOYOUNG["phone"]}">' in html
        assert page["Retry-After"]
        assert "no-store" in page["Cache-Control"]
    assert [ahead_on(each, root) for each in (after, visitor, before, visitor)] == [2, 1, 0, 1]
    assert not Message.objects.exists()
    assert not any(SEOYOUNG["phone"] in cookie.value for cookie in visitor.cookies.values())


def ahead_on(visitor: Visitor, root: str = "") -> int:
    page = visitor.post(
        f"{root}/lookup/start/", {"contact": SEOYOUNG["phone"]}, headers={"origin": "http://testserver"}
    )
    found = re.search(r"<dd data-ahead>(\d+)", page.content.decode())
    assert found
    return int(found[1])


@pytest.mark.django_db
def test_when_it_is_ones_turn_the_code_is_sent_and_for_a_while_nobody_lines_up_again(incident, crowded):
    visitor = Visitor()
    assert visitor.ask(SEOYOUNG["phone"]).status_code == 200
    told = visitor.get("/lookup/place/").json()
    assert (told["turn"], told["ahead"]) == (False, "0명")
    crowded.a_second = 1e9
    assert visitor.get("/lookup/place/").json() == {"turn": True}
    crowded.a_second = 1 / 3600
    assert visitor.ask(SEOYOUNG["phone"]).status_code == 302
    assert visitor.ask(MINJI["phone"]).status_code == 302
    assert Message.objects.count() == 2


@pytest.mark.django_db
def test_a_mistake_is_told_at_once_and_not_after_the_wait(incident, crowded):
    page = Visitor().ask("010-12")
    assert page.status_code == 422
    assert "data-ahead" not in page.content.decode()


@pytest.mark.django_db
def test_whoever_has_a_letter_stands_in_the_same_line(incident, crowded):
    visitor = Visitor()
    typed = {"code": references.new_secret(), "name": SEOYOUNG["name"], "birth_date": "19860412"}
    mistyped = visitor.post("/lookup/letter/", {**typed, "code": "7F3K"})
    assert (mistyped.status_code, b"data-ahead" in mistyped.content) == (422, False)
    page = visitor.post("/lookup/letter/", typed)
    assert (page.status_code, b"data-ahead" in page.content) == (200, True)
    assert f'name="code" value="{typed["code"]}"' in page.content.decode()


@pytest.mark.django_db
def test_pages_that_begin_nothing_never_wait(incident, crowded):
    visitor = Visitor()
    for path in ("/", "/notices/demo/", "/lookup/", "/healthz"):
        assert visitor.get(path).status_code == 200
    assert visitor.post("/lookup/place/").status_code == 405


@pytest.mark.django_db
def test_a_forged_ticket_is_no_ticket(incident, crowded):
    first, forger = Visitor(), Visitor()
    assert ahead_on(first) == 0
    forger.cookies["place"] = "aaaa 2020-01-01T00:00:00+00:00:forged:forged"
    assert ahead_on(forger) == 1
