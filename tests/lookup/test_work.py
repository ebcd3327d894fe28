"""After two codes an hour a device works for the next one; without a script its reader waits. Either is good once."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import expect

from breachdesk import keys
from breachdesk.lib.contacts import Contact
from breachdesk.limits.models import Spent
from delivery.models import Message
from lookup import rules, work
from lookup.models import Challenge
from lookup.purses import Effort
from tests.browser import assert_accessible, picture
from tests.lookup.conftest import Visitor

PHONE = "010-0000-1234"
HASH = keys.index("phone", Contact.parse(PHONE).value)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _light_work(settings):
    settings.CODE_FREE_OF_CONTACT = 2
    settings.CODE_WORK_BITS, settings.CODE_WORK_BITS_HARD = 8, 9


def solved(ticket_id: str, bits: int) -> str:
    """As static/js/work.js does it."""

    def number(puzzle: int) -> int:
        for n in itertools.count():
            digest = hashlib.sha256(f"{ticket_id}.{puzzle}.{n}".encode()).digest()
            if int.from_bytes(digest, "big") >> (256 - bits) == 0:
                return n
        raise AssertionError

    return ",".join(str(number(puzzle)) for puzzle in range(16))


# The ticket.


@pytest.mark.parametrize(("hard", "effort"), [(False, Effort.WORKED), (True, Effort.WORKED_HARD)])
def test_a_ticket_says_what_was_done_for_it(now, hard, effort):
    ticket = work.issue(HASH, hard=hard, at=now)
    answer = solved(ticket.id, ticket.bits)
    assert work.done(ticket, answer, at=now) == work.Done(effort, ticket.id)
    assert work.done(ticket, "", at=now) is None
    assert work.done(ticket, "", at=ticket.wait_until) == work.Done(Effort.WAITED, ticket.id)
    assert dt.timedelta(seconds=30) <= ticket.wait_until - now <= dt.timedelta(seconds=90)


def test_a_ticket_is_good_for_one_contact_and_half_an_hour_and_cannot_be_made_by_hand(now):
    ticket = work.issue(HASH, hard=True, at=now)
    other = keys.index("phone", "+821000009999")
    assert work.read(ticket.text, HASH, at=now) == ticket
    assert work.read(ticket.text, other, at=now) is None
    assert work.read(ticket.text.replace(f".{ticket.bits:02d}.", ".00."), HASH, at=now) is None
    assert work.read(ticket.text, HASH, at=ticket.wait_until + rules.TICKET_LIVES) is None
    for nonsense in ("", ".", "....", "a.b.c.d.e", "\x00", "1" * 5000):
        assert work.read(nonsense, HASH, at=now) is None
    assert str(HASH) not in ticket.text, "nothing of whom it is for"


@pytest.mark.parametrize("answer", ["", "0", ",".join("0" * 16), ",".join("1" * 17), "-1" * 16, "0," * 16, "9" * 4000])
def test_a_wrong_answer_is_no_work(now, answer):
    ticket = work.issue(HASH, hard=True, at=now)
    assert not work.is_solved(ticket, answer)


# The pages.


def ask_until_work_is_wanted(visitor: Visitor):
    for _ in range(2):
        assert visitor.ask(PHONE).status_code == 302
        Spent.objects.filter(budget="lookup.code.minute").delete()
    return visitor.ask(PHONE)


def found_on(page) -> dict[str, str]:
    html = page.content.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', html)
    form = re.search(r'data-work="([^"]+)" data-bits="(\d+)"', html)
    assert ticket
    return {"ticket": ticket[1], "id": form[1] if form else "", "bits": form[2] if form else "0"}


@pytest.mark.django_db
def test_the_third_request_is_asked_for_work_and_the_work_sends_one_code(visitor):
    page = ask_until_work_is_wanted(visitor)
    assert page.status_code == 200
    assert "인증번호를 보내기 전에 잠깐 확인할게요" in page.content.decode()
    assert 'href="tel:1500-0000"' in page.content.decode(), "the contact centre beside it"
    assert Message.objects.count() == 2

    found = found_on(page)
    worked = {"ticket": found["ticket"], "answer": solved(found["id"], int(found["bits"]))}
    sent = visitor.post("/lookup/start/", {"contact": PHONE} | worked, headers={"origin": "http://testserver"})
    assert sent["Location"] == "/lookup/code/"
    assert Message.objects.count() == 3

    Spent.objects.filter(budget="lookup.code.minute").delete()
    again = visitor.post("/lookup/start/", {"contact": PHONE} | worked, headers={"origin": "http://testserver"})
    assert found_on(again)["ticket"] != found["ticket"], "a used ticket is worth nothing"
    assert Message.objects.count() == 3


@pytest.mark.django_db
def test_the_page_that_asks_for_work_tells_nothing_of_the_list(incident, now):
    """SEOYOUNG's number is on it, the other is not."""
    Visitor().get("/lookup/")  # what a process reads once and keeps is read
    seen = []
    for contact in (PHONE, "010-0000-7771"):
        Spent.objects.all().delete()
        visitor = Visitor()
        for _ in range(2):
            visitor.ask(contact)
            Spent.objects.filter(budget="lookup.code.minute").delete()
        with CaptureQueriesContext(connection) as statements:
            page = visitor.ask(contact)
        assert "data-work" in page.content.decode()
        body = re.sub(r'(csrfmiddlewaretoken" value|data-work|name="ticket" value)="[^"]*"', "", page.content.decode())
        length = len(found_on(page)["ticket"])
        seen.append((body.replace(contact, ""), length, len(statements), page.status_code, sorted(page.headers)))
        assert not [each for each in statements.captured_queries if "affectedrecord" in each["sql"]]
    assert seen[0] == seen[1]


@pytest.mark.django_db
def test_work_for_one_number_is_no_work_for_another(visitor):
    found = found_on(ask_until_work_is_wanted(visitor))
    worked = {"ticket": found["ticket"], "answer": solved(found["id"], int(found["bits"]))}
    for i in range(2):
        visitor.ask(f"010-0000-777{i}")
    Spent.objects.filter(budget="lookup.code.minute").delete()
    other = {"contact": "010-0000-7770"} | worked
    visitor.ask("010-0000-7770")
    Spent.objects.filter(budget="lookup.code.minute").delete()
    assert (
        "data-work" in visitor.post("/lookup/start/", other, headers={"origin": "http://testserver"}).content.decode()
    )


@pytest.mark.django_db
def test_without_a_script_one_waits_until_the_time_on_the_page_and_that_way_is_tighter(visitor, time_machine, now):
    time_machine.move_to(now, tick=False)
    asked = {"contact": PHONE, "ticket": found_on(ask_until_work_is_wanted(visitor))["ticket"]}
    early = visitor.post("/lookup/start/", asked, headers={"origin": "http://testserver"})
    assert early.status_code == 429
    assert "아직 조금 일러요." in early.content.decode()
    assert found_on(early)["ticket"] == asked["ticket"], "the time does not move away"

    time_machine.move_to(now + 2 * MINUTE, tick=False)
    assert visitor.post("/lookup/start/", asked, headers={"origin": "http://testserver"}).status_code == 302
    assert Challenge.objects.count() == 3

    time_machine.move_to(now + 4 * MINUTE, tick=False)
    asked["ticket"] = found_on(visitor.ask(PHONE))["ticket"]
    time_machine.move_to(now + 6 * MINUTE, tick=False)
    refused = visitor.post("/lookup/start/", asked, headers={"origin": "http://testserver"})
    assert refused.status_code == 429
    assert "이 연락처로는 " in refused.content.decode(), "three an hour this way, five with work"


@pytest.mark.django_db
def test_whose_script_works_wrongly_is_not_made_to_work_again(visitor):
    asked = {"contact": PHONE, "ticket": found_on(ask_until_work_is_wanted(visitor))["ticket"], "answer": "0"}
    page = visitor.post("/lookup/start/", asked, headers={"origin": "http://testserver"})
    assert page.status_code == 429
    assert "data-work" not in page.content.decode()
    assert "work.js" not in page.content.decode()


@pytest.mark.django_db
def test_asking_again_from_the_code_page_wants_the_same(visitor):
    for _ in range(2):
        visitor.ask(PHONE)
        Spent.objects.filter(budget="lookup.code.minute").delete()
    page = visitor.post("/lookup/code/again/")
    found = found_on(page)
    assert 'name="contact"' not in page.content.decode()
    worked = {"ticket": found["ticket"], "answer": solved(found["id"], int(found["bits"]))}
    assert visitor.post("/lookup/code/again/", worked)["Location"] == "/lookup/code/"
    assert Message.objects.count() == 3


# Whom a code may be sent to.


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("070-1234-5678", "070이나 지역번호로 시작하는 전화는 안 돼요."),
        ("02-123-4567", "070이나 지역번호로 시작하는 전화는 안 돼요."),
        ("060-700-1234", "이 번호로는 문자를 보낼 수 없어요."),
        ("1588-0000", "이 번호로는 문자를 보낼 수 없어요."),
        ("0507-1234-5678", "이 번호로는 문자를 보낼 수 없어요."),
        ("080-123-4567", "이 번호로는 문자를 보낼 수 없어요."),
        ("+1 900 555 0100", "이 번호로는 문자를 보낼 수 없어요."),
        ("+81 90 1234 5678", "이 나라의 번호로는 인증번호를 보내지 않아요."),
        ("+7 701 234 5678", "이 나라의 번호로는 인증번호를 보내지 않아요."),
        ("+44 7624 123456", "이 나라의 번호로는 인증번호를 보내지 않아요."),
        ("+53 5 1234567", "이 나라의 번호로는 인증번호를 보내지 않아요."),
        ("+882 16 1234567", "휴대전화 번호나 이메일 주소를 적어 주세요."),
        ("010-0000-1234,070-1234-5678", "휴대전화 번호나 이메일 주소를 적어 주세요."),
        ("tel:+819012345678", "휴대전화 번호나 이메일 주소를 적어 주세요."),
    ],
)
def test_a_number_that_is_sent_nothing_is_told_so_in_words(client, typed, words):
    page = client.post("/lookup/start/", {"contact": typed}, headers={"origin": "http://testserver"})
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_another_country_is_opened_by_a_setting_with_its_price(client, settings):
    settings.CODE_COUNTRIES = {"KR": (13, 30), "JP": (70, 90)}
    ask = {"contact": "+81 90 1234 5678"}
    assert client.post("/lookup/start/", ask, headers={"origin": "http://testserver"}).status_code == 302
    assert Spent.objects.get(budget="lookup.shared.won.day").amounts == [70]

    settings.CODE_COUNTRIES = {"KR": (13, 30)}
    refused = client.post("/lookup/code/again/")
    assert "이 나라의 번호로는 인증번호를 보내지 않아요." in refused.content.decode()
    assert Message.objects.count() == 1


# In a browser.


def spend_the_free_ones() -> None:
    for _ in range(2):
        Visitor().ask(PHONE)
        Spent.objects.filter(budget="lookup.code.minute").delete()


def ask_in(page, start: str) -> None:
    page.goto(start)
    page.locator("input[name=contact]").first.fill(PHONE)
    page.locator("form[action*='lookup/start'] button").first.click()


@pytest.fixture
def strict_site(site):
    """The third code an hour wants a second's work, or a second's wait."""
    site.kill()
    site.start(CODE_FREE_OF_CONTACT="2", CODE_WORK_BITS="21", CODE_WAIT_SECONDS="1")
    spend_the_free_ones()
    yield site
    site.kill()


def test_a_device_works_while_the_page_stays_usable_and_goes_on_by_itself(strict_site, people, incident):
    page = people.come(width=390, language="ko")
    ask_in(page, "/lookup/")
    page.wait_for_selector("[data-by-device]:not([hidden])")
    assert not page.locator("[data-by-hand]").is_visible()
    assert_accessible(page)
    picture(page, "work-ko-390")
    page.wait_for_selector("input[autocomplete=one-time-code]")
    assert Message.objects.count() == 3
    assert people.complaints == []


def test_without_a_script_the_page_says_from_when_the_button_works(strict_site, people, incident):
    page = people.come(width=1280, java_script_enabled=False)
    ask_in(page, "/en/lookup/")
    expect(page.get_by_role("button", name="Send me a code")).to_be_visible()
    expect(page.get_by_text(re.compile(r"from \d+(:\d\d)? [ap]m"))).to_be_visible()
    assert not page.locator("[data-by-device]").is_visible()
    picture(page, "wait-en-1280")
