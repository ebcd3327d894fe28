"""The reader's own settings: dark or light, ordinary or large."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client


@pytest.fixture
def reader() -> Client:
    return Client(enforce_csrf_checks=True)


def test_a_choice_is_kept_for_a_year_and_the_reader_goes_back_to_the_page(reader: Client) -> None:
    answer = reader.post("/display/", {"theme": "dark", "next": "/en/lookup/"})
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert answer["Location"] == "/en/lookup/"
    cookie = answer.cookies["theme"]
    assert (cookie.value, cookie["max-age"], cookie["samesite"]) == ("dark", 31_536_000, "Lax")
    assert cookie["httponly"]


def test_large_text_can_be_chosen_and_unchosen(reader: Client) -> None:
    assert reader.post("/display/", {"large": "1", "next": "/"}).cookies["large"].value == "1"
    assert reader.post("/display/", {"large": "0", "next": "/"}).cookies["large"].value == "0"


def test_choosing_one_leaves_the_other_alone(reader: Client) -> None:
    assert set(reader.post("/display/", {"theme": "light", "next": "/"}).cookies) == {"theme"}


def test_choosing_the_same_twice_changes_nothing_more(reader: Client) -> None:
    first = reader.post("/display/", {"theme": "dark", "next": "/"})
    second = reader.post("/display/", {"theme": "dark", "next": "/"})
    assert first.cookies["theme"].value == second.cookies["theme"].value == "dark"


@pytest.mark.parametrize("nonsense", ["", "purple", "dark; domain=evil.example", "<b>"])
def test_nonsense_is_not_kept(reader: Client, nonsense: str) -> None:
    assert "theme" not in reader.post("/display/", {"theme": nonsense, "next": "/"}).cookies


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "lookup/", ""]
)
def test_it_never_sends_the_reader_anywhere_else(reader: Client, away: str) -> None:
    assert reader.post("/display/", {"theme": "dark", "next": away})["Location"] == "/"


def test_looking_is_not_choosing(reader: Client) -> None:
    answer = reader.get("/display/", {"theme": "dark"})
    assert answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert "theme" not in answer.cookies
