"""The published word of an incident that is made for the test; of the demo's: test_pages.py and test_history_pages.py."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from notices import actions, pages
from notices.models import Incident
from notices.states import NoticeKind
from tests import cast
from tests.notices.test_pages import HOUR, words

pytestmark = pytest.mark.django_db


def test_a_draft_is_nobodys_to_read(incident: Incident, client: Client, at: dt.datetime):
    actions.draft_notice(
        incident=incident, texts={"kind": NoticeKind.CONFIRMED, "title_ko": "초안", "title_en": "Draft"},
        by=cast.staff("Editor"), at=at,
    )  # fmt: skip
    assert client.get("/notices/demo/").status_code == 404
    assert client.get("/notices/demo/v/1/").status_code == 404
    assert "알려 드릴 유출이 없어요" in words(client.get("/").content)


def test_a_notice_cannot_carry_markup(client: Client, at: dt.datetime):
    cast.notice(cast.incident(at=at), at=at, what_leaked_ko="<script>alert(1)</script>", title_ko="<b>제목</b>")
    html = client.get("/").content.decode()
    assert "<script>alert" not in html
    assert "<b>제목" not in html


def test_claims_are_offered_until_their_last_day(at: dt.datetime):
    incident = cast.incident(at=at, claims_until_date=dt.date(2026, 11, 22))
    seoul = dt.timezone(9 * HOUR)
    assert pages.takes_claims(incident, at=dt.datetime(2026, 11, 22, 23, 59, tzinfo=seoul))
    assert not pages.takes_claims(incident, at=dt.datetime(2026, 11, 23, 0, 0, tzinfo=seoul))


def test_figures_of_two_versions_stand_beside_each_other(client: Client, at: dt.datetime):
    incident = cast.incident(at=at)
    for number, people, items in ((1, 1200, ["name"]), (2, 1198, ["name", "cvc"])):
        counted = [{"tier": 1, "people": people, "items": items, "name_ko": "모두", "name_en": "all", "advice_ko": "", "advice_en": ""}]  # fmt: skip
        cast.notice(incident, at=at, number=number, counted=counted, not_leaked=["rrn"])
    html = client.get("/notices/demo/v/2/changes/").content.decode()
    text = words(html)
    assert "모두 1,200명 1,198명" in text
    assert "새로 넣음 CVC" in text
    assert "뺌" not in re.sub(r"‘뺌’은", "", text)


def test_what_is_written_in_a_notice_cannot_become_markup_in_a_comparison(client: Client, at: dt.datetime):
    incident = cast.incident(at=at)
    cast.notice(incident, at=at, number=1)
    cast.notice(incident, at=at, number=2, lede_ko="<script>alert(1)</script>", changes_ko="<img src=x>")
    html = client.get("/notices/demo/v/2/changes/").content.decode()
    assert "<script>alert" not in html
    assert "<img" not in html
