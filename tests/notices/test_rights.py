"""A person's rights and what is theirs to do: every answer with its law, how to use it, and whom to ask."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from notices import rights
from tests import cast
from tests.notices.conftest import needs_english
from tests.notices.test_pages import words

ENTRIES = [entry for chapter in rights.CHAPTERS for entry in chapter.entries]
NUMBERS = {"1833-6972", "118", "1332"}


def test_every_right_names_its_law_how_to_use_it_and_whom_to_ask():
    for entry in ENTRIES:
        assert entry.question
        assert entry.answer
        assert entry.how
        if entry.code != "keep":
            assert re.search(r"법|규정", str(entry.law)), entry.code
            assert entry.where, entry.code
    assert len({entry.code for entry in ENTRIES}) == len(ENTRIES)
    assert {place.phone for entry in ENTRIES for place in entry.where if place.phone} == NUMBERS


@pytest.mark.parametrize(
    ("code", "law", "said"),
    [
        ("hacked", "제16조 제5항 제2호", "며칠 안이라는 제한은 없어요"),
        ("lost", "제6조의9", "60일"),
        ("disputed", "제16조 제10항", "조사가 끝날 때까지"),
        ("again", "제24조의9", "7일"),
        ("error", "제8조", "2주"),
        ("statutory", "제39조의2", "300만 원"),
        ("damages", "제39조", "5배"),
        ("automated", "제37조의2", "30일"),
        ("mediation", "제43조", "60일"),
    ],
)
def test_days_and_sums_are_those_of_the_law(code: str, law: str, said: str):
    [entry] = [entry for entry in ENTRIES if entry.code == code]
    assert law in str(entry.law)
    assert said in str(entry.answer)


def test_what_no_text_of_the_law_was_found_for_is_not_said():
    """LAW: how long an issuer's own investigation takes, the days of publicising, and the exact methods of telling."""
    everything = " ".join(str(part) for entry in ENTRIES for part in (entry.answer, *entry.how, entry.law))
    assert "15일" not in everything
    assert "공표" not in everything
    days = set(re.findall(r"\d+일", everything))
    assert days == {"60일", "7일", "30일"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("prefix", "read"), [("", "2026년 11월 22일에 읽은 대로"), ("/en", "as read on 22 November 2026")]
)
def test_the_page_shows_them_all_and_that_no_benefit_takes_one_away(client: Client, prefix: str, read: str):
    answer = client.get(f"{prefix}/rights/")
    html = answer.content.decode()
    assert re.findall(r'<li class="matter" id="([a-z-]+)"', html) == [entry.code for entry in ENTRIES]
    assert read in html
    assert not answer.cookies
    assert "public" in answer["Cache-Control"]
    assert client.post(f"{prefix}/rights/").status_code == 405
    for number in NUMBERS:
        assert f'href="tel:{number}"' in html
    if not prefix:
        assert "선보상이나 다른 혜택을 받아도 이 권리는 하나도 줄지 않아요." in html


@needs_english
@pytest.mark.django_db
def test_all_of_it_in_english(client: Client):
    text = words(client.get("/en/rights/").content)
    assert set(re.findall(r"[가-힣]+", text)) == {"한국어"}
    assert "takes none of these rights away" in text


@pytest.mark.django_db
def test_a_running_incident_adds_what_its_notice_says_of_rights_and_an_ended_one_does_not(
    client: Client, at: dt.datetime
):
    incident = cast.incident(at=at)
    cast.notice(incident, at=at, your_rights_ko="여기서만 받는 **권리**예요.")
    html = client.get("/rights/").content.decode()
    assert "여기서만 받는 <strong>권리</strong>예요." in html
    assert 'href="/notices/demo/"' in html
    incident.ended_date = at.date()
    incident.save()
    assert "여기서만 받는" not in client.get("/rights/").content.decode()


@pytest.mark.django_db
def test_it_is_reached_from_every_page_and_from_item_six(client: Client, at: dt.datetime):
    cast.notice(cast.incident(at=at), at=at)
    html = client.get("/notices/demo/").content.decode()
    [item] = re.findall(r'id="item-6">(.*?)</li>', html, flags=re.S)
    assert 'href="/rights/"' in item
    for part in ("header", "footer"):
        [found] = re.findall(rf"<{part}.*?</{part}>", html, flags=re.S)
        assert 'href="/rights/"' in found
