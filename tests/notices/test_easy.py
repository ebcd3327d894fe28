"""The notice in easy-read Korean: part of the version, with an address of its own, one sentence a line."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from notices import drafting, easy_pages, snapshots
from notices.models import ContactPoint, Incident, Notice
from tests import cast
from tests.browser import People, assert_accessible, picture

pytestmark = pytest.mark.django_db
EASY = {f"{name}_easy": f"{name} 짧은 글이에요. 둘째 문장이에요." for name in snapshots.EASY}


@pytest.fixture
def told(incident: Incident, at: dt.datetime) -> Notice:
    ContactPoint.objects.create(
        incident=incident, position=1, kind="phone", name_ko="전화", name_en="Phone", value="1500-0000"
    )
    return cast.notice(incident, at=at, **EASY)


def test_anybody_reads_the_newest_one_and_every_version(told: Notice, client: Client, at: dt.datetime):
    cast.notice(told.incident, at=at, number=2, **{**EASY, "title_easy": "새 제목이에요."})
    newest, first = (client.get(f"/notices/demo/{rest}") for rest in ("easy/", "v/1/easy/"))

    assert "<h1>새 제목이에요.</h1>" in newest.content.decode()
    assert "지난 안내예요." in first.content.decode()
    assert '<html lang="ko"' in first.content.decode()
    assert not newest.cookies
    assert client.get("/notices/demo/easy/", headers={"if-none-match": newest["ETag"]}).status_code == 304
    assert client.post("/notices/demo/easy/").status_code == client.put("/notices/demo/v/1/easy/").status_code == 405


def test_a_sentence_is_a_paragraph_and_the_number_to_call_stands_by_item_five(told: Notice, client: Client):
    page = client.get("/notices/demo/easy/").content.decode().partition("<article")[2]
    assert "<p>what_to_do 짧은 글이에요.</p>\n<p>둘째 문장이에요.</p>" in page
    assert page.index("whom_to_ask") < page.index('href="tel:1500-0000"') < page.index("your_rights")
    assert easy_pages.a_sentence_a_line("- 하나예요. 또 있어요.\n- 둘이에요.") == "- 하나예요. 또 있어요.\n- 둘이에요."


def test_what_has_no_easy_text_has_no_easy_page_and_no_link_to_one(incident: Incident, client: Client, at: dt.datetime):
    cast.notice(incident, at=at)
    assert client.get("/notices/demo/easy/").status_code == client.get("/notices/demo/v/1/easy/").status_code == 404
    assert client.get("/notices/demo/v/9/easy/").status_code == client.get("/notices/other/easy/").status_code == 404
    assert "/easy/" not in client.get("/notices/demo/").content.decode()


def test_the_notice_leads_there_and_an_english_reader_is_led_to_the_english_notice(told: Notice, client: Client):
    assert 'href="/notices/demo/easy/"' in client.get("/notices/demo/").content.decode()
    assert "/easy/" not in client.get("/en/notices/demo/").content.decode()
    assert client.get("/en/notices/demo/easy/")["Location"] == "/en/notices/demo/v/1/"


def test_the_easy_words_belong_to_what_is_approved(incident: Incident, at: dt.datetime):
    notice = drafting.begin(incident=incident, by=cast.staff("Writer"), at=at)
    before = snapshots.stamp(snapshots.of_notice(notice))
    drafting.write(notice=notice, words={"lede_easy": "쉬워요."}, seen=before, by=cast.staff("Writer"), at=at)
    notice.refresh_from_db()
    assert notice.lede_easy == "쉬워요."
    assert "법이 더 알리라고 한 것은 없어요." in notice.further_matters_easy
    assert snapshots.stamp(snapshots.of_notice(notice)) != before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_read_on_a_phone_and_on_a_desk(people: People, told: Notice, width: int):
    reader = people.come(width=width)
    reader.goto("/notices/demo/easy/")
    assert_accessible(reader)
    picture(reader, f"easy-{width}")
    assert people.complaints == []
