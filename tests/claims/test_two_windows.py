"""Two windows of one browser: a new proof in one changes the token of the forms, and the other still shows the old one."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from claims.models import Draft
from notices.models import Incident
from tests.claims.conftest import SEOYOUNG, browse, draft_of, prove

HERE = {"origin": "http://testserver"}
STORY = '<b>한참</b> 걸려서 "적은" 글\r\n둘째 줄 😀'
PLACE = "/claims/new/story/"
STALE = "x" * 64


@pytest.fixture
def draft(incident: Incident) -> Draft:
    return draft_of(prove(SEOYOUNG), incident)


@pytest.fixture
def window(incident: Incident) -> Client:
    """As a browser sends: tokens count."""
    client = browse(prove(SEOYOUNG))
    client.handler.enforce_csrf_checks = True
    return client


def fields(page: str) -> dict[str, str]:
    main = page.partition("<main")[2].partition("</main>")[0]
    return {name: html.unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', main)}


@pytest.mark.parametrize(
    ("root", "words"), [("", "적은 것은 그대로 있어요."), ("/en", "What you wrote is still here.")]
)
def test_what_was_typed_comes_back_and_one_press_sends_it(window: Client, draft: Draft, root: str, words: str) -> None:
    typed = {"csrfmiddlewaretoken": STALE, "draft": draft.id, "story": STORY, "do": "next"}
    page = window.post(root + PLACE, typed, headers=HERE)
    assert page.status_code == 403
    assert words in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert f'action="{root}{PLACE}"' in page.content.decode()

    again = fields(page.content.decode())
    assert again.pop("csrfmiddlewaretoken") != STALE
    assert again == {"draft": str(draft.id), "story": STORY, "do": "next"}
    sent = window.post(
        root + PLACE, {**again, "csrfmiddlewaretoken": fields(page.content.decode())["csrfmiddlewaretoken"]}
    )
    assert sent["Location"] == f"{root}/claims/new/evidence/"
    draft.refresh_from_db()
    assert draft.steps["story"] == {"story": STORY}


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {**HERE, "sec-fetch-site": "same-site"}],
)
def test_what_another_site_sends_gets_no_token(window: Client, draft: Draft, headers: dict[str, str]) -> None:
    page = window.post(PLACE, {"draft": draft.id, "story": "남이 적은 글"}, headers=headers)
    assert page.status_code == 403
    assert "남이 적은 글" not in page.content.decode()
    assert fields(page.content.decode()) == {}


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/accounts/login/", {"login": "a@b.example", "password": "hush-hush-hush"}),
        ("/lookup/code/", {"code": "123456"}),
    ],
)
def test_no_secret_is_written_into_a_page(db: None, path: str, form: dict[str, str]) -> None:
    page = Client(enforce_csrf_checks=True).post(path, {"csrfmiddlewaretoken": STALE, **form}, headers=HERE)
    assert page.status_code == 403
    assert not {*form.values()} & {*fields(page.content.decode()).values()}
    assert "다시 보내 주세요" in page.content.decode()
