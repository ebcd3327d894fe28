"""The feed of updates: valid Atom, with names that stay, in both languages, telling only what is public."""

from __future__ import annotations

import datetime as dt
import re
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client

from notices import actions
from notices.models import Incident
from notices.states import NoticeKind
from tests import cast
from tests.notices.conftest import needs_english

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
HOUR = dt.timedelta(hours=1)
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@pytest.fixture
def incident(at: dt.datetime) -> Incident:
    made = cast.incident(at=at)
    cast.notice(made, at=at - 5 * HOUR, number=1, title_ko="첫 안내", lede_ko="첫머리예요.", changes_ko="")
    cast.notice(made, at=at - 2 * HOUR, number=2, title_ko="둘째 안내", changes_ko="- **CVC**를 더했어요.")
    return made


def read(client: Client, path: str) -> ET.Element:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(answer.content)


def said(element: ET.Element, name: str) -> str:
    [found] = element.findall(ATOM + name)
    return found.text or ""


def links(element: ET.Element) -> dict[str, str]:
    return {link.get("rel", ""): link.get("href", "") for link in element.findall(ATOM + "link")}


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", ["/notices/feed.xml", "/notices/demo/feed.xml"])
def test_it_has_all_that_atom_asks_for(incident: Incident, client: Client, prefix: str, path: str):
    feed = read(client, prefix + path)
    assert feed.tag == ATOM + "feed"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == (prefix.strip("/") or "ko")
    entries = feed.findall(ATOM + "entry")
    for one in (feed, *entries):
        assert said(one, "id").startswith("tag:")
        assert said(one, "title")
        assert RFC3339.fullmatch(said(one, "updated"))
        assert one.find(f"{ATOM}author/{ATOM}name") is not None
        assert links(one)["alternate"].startswith(f"{settings.PUBLIC_URL}{prefix}/notices/")
    assert links(feed)["self"] == settings.PUBLIC_URL + prefix + path
    assert said(feed, "updated") == said(entries[0], "updated")
    assert len({said(one, "id") for one in (feed, *entries)}) == 3


def test_each_version_is_an_entry_with_what_changed_in_our_own_words(incident: Incident, client: Client):
    newest, first = read(client, "/notices/demo/feed.xml").findall(ATOM + "entry")
    assert said(newest, "title") == "[유출 확인] 둘째 안내 (2판)"
    assert said(newest, "summary") == '<ul class="points"><li><strong>CVC</strong>를 더했어요.</li></ul>'
    assert said(first, "summary") == "<p>첫머리예요.</p>"
    assert links(newest)["alternate"].endswith("/notices/demo/v/2/")


def test_names_stay_and_nothing_changes_while_nothing_is_published(incident: Incident, client: Client, at: dt.datetime):
    before = client.get("/notices/feed.xml")
    names = [said(one, "id") for one in read(client, "/notices/feed.xml").findall(ATOM + "entry")]
    assert client.get("/notices/feed.xml").content == before.content
    kept = client.get("/notices/feed.xml", headers={"if-none-match": before["ETag"]})
    assert kept.status_code == 304
    cast.notice(incident, at=at, number=3)
    after = [said(one, "id") for one in read(client, "/notices/feed.xml").findall(ATOM + "entry")]
    assert after[1:] == names


def test_a_draft_and_an_unknown_incident_are_in_no_feed(incident: Incident, client: Client, at: dt.datetime):
    actions.draft_notice(
        incident=incident, texts={"kind": NoticeKind.CORRECTION, "title_ko": "몰래", "title_en": "Secret"},
        by=cast.staff("Editor"), at=at,
    )  # fmt: skip
    assert "몰래" not in client.get("/notices/feed.xml").content.decode()
    assert client.get("/notices/none/feed.xml").status_code == 404
    assert client.post("/notices/feed.xml").status_code == 405


def test_a_feed_of_nothing_is_a_feed(client: Client):
    feed = read(client, "/notices/feed.xml")
    assert feed.findall(ATOM + "entry") == []
    assert said(feed, "updated") == "1970-01-01T00:00:00+00:00"


def test_what_is_written_in_a_notice_is_words_in_the_feed(client: Client, at: dt.datetime):
    cast.notice(cast.incident(at=at), at=at, title_ko="<b>제목</b> ]]>", changes_ko="<script>alert(1)</script>")
    [entry] = read(client, "/notices/feed.xml").findall(ATOM + "entry")
    assert "<b>제목</b> ]]>" in said(entry, "title")
    assert "<script" not in said(entry, "summary")


def test_pages_lead_to_it_in_their_head_and_in_plain_words(incident: Incident, client: Client):
    for path, feed in (("/notices/", "/notices/feed.xml"), ("/notices/demo/versions/", "/notices/demo/feed.xml")):
        html = client.get(path).content.decode()
        assert f'href="{feed}"' in html
        assert "이름이나 연락처를 남기지 않아도 돼요" in html
    for path in ("/", "/notices/demo/", "/rights/"):
        assert 'type="application/atom+xml"' in client.get(path).content.decode()


@needs_english
def test_the_same_in_english(incident: Incident, client: Client):
    text = client.get("/en/notices/feed.xml").content.decode()
    assert set(re.findall(r"[가-힣]+", text)) - {"글"} == set()
    assert "[Leak confirmed]" in text
