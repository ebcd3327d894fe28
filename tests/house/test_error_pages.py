"""Pages for what went wrong: in words, in both languages, with the phone number, and without asking the database."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

AGAIN_AT = dt.datetime(2026, 11, 20, 14, 40, tzinfo=ZoneInfo("Asia/Seoul"))
PAGES = {
    "400.html": "보낸 내용을 읽을 수 없어요",
    "403.html": "이 화면은 볼 수 없어요",
    "403_csrf.html": "한 번 더 눌러 주세요",
    "404.html": "찾는 화면이 없어요",
    "500.html": "화면을 보여 드리지 못했어요",
    "503.html": "지금 조회를 할 수 없어요",
}


@pytest.mark.parametrize(("template", "words"), PAGES.items())
@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_shows_without_a_database(template: str, words: str, language: str) -> None:
    """No `db` fixture: any query would fail the test."""
    with translation.override(language):
        html = render_to_string(
            template, {"without_database": True, "again_at": AGAIN_AT}, request=RequestFactory().get("/")
        )
    assert f'<html lang="{language}"' in html
    assert 'href="tel:1500-0000"' in html
    assert "<h1>" in html
    if language == "ko":
        assert f"<h1>{words}</h1>" in html


def test_it_shows_even_when_nothing_is_known_about_the_request() -> None:
    with translation.override("ko"):
        html = render_to_string("500.html")
    assert "<h1>화면을 보여 드리지 못했어요</h1>" in html


def test_a_page_that_is_not_there_says_so_and_leads_home() -> None:
    answer = Client().get("/nothing-here/")
    assert answer.status_code == 404
    assert "찾는 화면이 없어요" in answer.content.decode()
    assert 'class="row" href="/"' in answer.content.decode()


UNREADABLE = {
    "no boundary": "multipart/form-data",
    "another charset": "application/x-www-form-urlencoded; charset=utf-7",
    "another charset, with files": "multipart/form-data; boundary=x; charset=utf-7",
}


@pytest.mark.django_db
@pytest.mark.parametrize("content_type", UNREADABLE.values(), ids=list(UNREADABLE))
@pytest.mark.parametrize(
    "path", ["/nothing-here/", "/claims/CLM-7F3K-29QD/nothing/", "/lookup/start/", "/claims/new/", "/display/"]
)
@pytest.mark.parametrize("root", ["", "/en"])
def test_a_form_that_cannot_be_read_is_answered_in_words(path: str, content_type: str, root: str) -> None:
    answer = Client(enforce_csrf_checks=True).generic("POST", root + path, b"--x\r\nbroken", content_type)
    assert answer.status_code in (400, 403, 404)
    assert f'<html lang="{root[1:] or "ko"}"' in answer.content.decode()


@pytest.mark.parametrize(("path", "language"), [("/lookup/", "ko"), ("/en/lookup/", "en")])
def test_a_method_that_a_page_does_not_answer_to_is_refused_in_words(path: str, language: str) -> None:
    answer = Client().put(path)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"
    assert f'<html lang="{language}"' in answer.content.decode()
    assert "<h1>" in answer.content.decode()


def test_a_refused_form_explains_what_to_do() -> None:
    with translation.override("ko"):
        html = render_to_string("403_csrf.html", request=RequestFactory().post("/lookup/"))
    assert "다시 보내 주세요" in html


def test_a_page_for_a_database_that_is_away_says_when_to_come_back() -> None:
    with translation.override("ko"):
        html = render_to_string("503.html", {"without_database": True, "again_at": AGAIN_AT})
    assert "14:40쯤 다시 해 주세요" in html
