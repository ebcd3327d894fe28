"""The published word as pages: for anybody, in both languages, without a session."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from breachdesk.demo import people
from breachdesk.lib import dates
from notices import law, pages, queries
from notices.models import Clock, Incident
from notices.states import ClockKind, NoticeKind
from tests import cast
from tests.notices.conftest import needs_english

pytestmark = pytest.mark.django_db
ALL = ["/", "/notices/", "/notices/demo/", "/notices/demo/v/1/", "/notices/demo/v/4/"]


@pytest.fixture
def told(told_once: None, db: None) -> Incident:
    return Incident.objects.get(slug="demo")


def words(html: bytes | str) -> str:
    """As a reader sees it: no tags, single spaces."""
    text = html.decode() if isinstance(html, bytes) else html
    text = re.sub(r"</?(?:span|strong|b|a)\b[^>]*>", "", text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", ALL)
def test_anybody_may_read_and_nobody_may_post(told: Incident, client: Client, path: str, prefix: str):
    answer = client.get(prefix + path)
    assert answer.status_code == 200
    assert f'<html lang="{"en" if prefix else "ko"}"' in answer.content.decode()
    assert client.head(prefix + path).status_code == 200
    for method in (client.post, client.put, client.delete, client.patch):
        assert method(prefix + path).status_code == 405


@pytest.mark.parametrize("path", ALL)
def test_pages_know_no_session_and_may_be_kept(told: Incident, client: Client, path: str):
    answer = client.get(path)
    assert not answer.cookies
    assert "public" in answer["Cache-Control"]
    again = client.get(path, headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "csrfmiddlewaretoken" not in answer.content.decode()


@pytest.mark.parametrize("path", ["/notices/other/", "/notices/demo/v/5/", "/notices/demo/v/0/", "/en/notices/other/"])
def test_what_is_not_there_is_404(told: Incident, client: Client, path: str):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(("prefix", "language"), [("", "ko"), ("/en", "en")])
def test_every_statutory_item_has_its_own_place(told: Incident, client: Client, prefix: str, language: str):
    html = client.get(prefix + "/notices/demo/").content.decode()
    notice = queries.current_notice(told)
    parts = re.findall(r'<li class="item" id="item-(\d)">(.*?)</li>\s*(?=<li class="item"|</ol>)', html, flags=re.S)
    assert [number for number, _ in parts] == ["1", "2", "3", "4", "5", "6", "7"]
    for item, (_number, part) in zip(law.ITEMS, parts, strict=True):
        text = getattr(notice, f"{item.field}_{language}")
        first = re.sub(r"\*\*|^[-\d.]+ ", "", text.splitlines()[0])[:20]
        assert first in words(part)
        assert "<h2>" in part
        assert 'class="item-law"' in part


def test_the_page_says_version_dates_people_and_whom_to_ask(told: Incident, client: Client):
    html = client.get("/").content
    text = words(html)
    now = timezone.localtime()
    assert "온라인 결제 서버가 해킹되어 고객 정보가 유출됐어요" in text
    assert "4판" in text
    assert f"{dates.short_day(now, 'ko')}" in text
    assert f"{people.WITH_CARD + people.OTHERS:,}명" in text, "the lede and the list say the same"
    for counted in (f"{people.WITH_CARD:,}명", f"{people.OTHERS:,}명", f"{people.POSSIBLE:,}명"):
        assert counted in text
    assert "나가지 않은 것으로 확인한 정보: 주민등록번호, 비밀번호 앞 2자리, 계좌번호, 주소" in text
    assert "정보유출 대응센터" in text
    assert "매일 08:00–22:00" in text
    assert "이 권리는 하나도 줄지 않아요" in text
    assert "기준)" in text
    assert b'href="tel:1500-0000"' in html
    assert "3판과 달라진 점" in text


@needs_english
def test_the_same_in_english(told: Incident, client: Client):
    text = words(client.get("/en/").content)
    assert "Our online payment server was hacked and customer data was leaked" in text
    for said in ("Version 4", "1,198 people", "Daily 08:00–22:00", "What is Hanbit Card doing?", "Send me a code"):
        assert said in text
    address = {"서울", "중구", "한빛로", "층"}  # whoever goes there shows it to a driver
    korean = set(re.findall(r"[가-힣]+", text)) - {"한국어", "여신거래", "안심차단"} - address
    assert korean == set()


def test_the_form_asks_for_a_contact_and_nothing_else(told: Incident, client: Client):
    html = client.get("/").content.decode()
    [form] = re.findall(r'<form[^>]*action="/lookup/start/".*?</form>', html, flags=re.S)
    assert re.findall(r'<input[^>]*name="([^"]+)"', form) == ["contact"]
    assert 'action="/en/lookup/start/"' in client.get("/en/").content.decode()


def test_an_earlier_version_says_so_and_leads_to_the_newest(told: Incident, client: Client):
    html = client.get("/notices/demo/v/1/").content.decode()
    assert "지난 안내(1판)예요" in html
    assert 'href="/notices/demo/"' in html
    assert "lookup/start" not in html
    assert 'content="noindex"' in html
    for later in ("카드번호와 유효기간", "나가지 않은 것으로 확인한", "1,284명", "법이 정한 시각"):
        assert later not in html, "what was not known then is not said then"


def test_the_front_page_lists_several_incidents(told: Incident, client: Client, at: dt.datetime):
    cast.notice(cast.incident("second", at=at), at=at, title_ko="두 번째 유출")
    for path in ("/", "/notices/"):
        html = client.get(path).content.decode()
        assert "두 번째 유출" in html
        assert 'href="/notices/demo/"' in html
        assert 'href="/notices/second/"' in html


def test_the_kind_of_notice_is_told_by_word_colour_and_shape(client: Client):
    assert (pages.tag(NoticeKind.CONFIRMED).kind, pages.tag(NoticeKind.CONFIRMED).icon) == ("danger", "warn")
    assert (pages.tag(NoticeKind.POSSIBLE).kind, pages.tag(NoticeKind.POSSIBLE).icon) == ("now", "half")
    assert (pages.tag(NoticeKind.NOT_LEAKED).kind, pages.tag(NoticeKind.NOT_LEAKED).icon) == ("good", "check")
    possible, confirmed = [("possible", "")], [("possible", ""), ("confirmed", "")]
    for kind, cleared in ((NoticeKind.CORRECTION, ""), (NoticeKind.NOT_LEAKED, "off_list")):
        assert pages.tag(kind, cleared, possible).kind == "now", "it leaves as it was what stood before"
        assert pages.tag(kind, cleared, confirmed).kind == "danger"


# -- clocks ---------------------------------------------------------------------------------------------------------------

HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("fields", "state", "said"),
    [
        ({"due": 72, "met": 7}, "done", "7시간 0분 만에"),
        ({"due": None, "met": 7}, "done", "했어요"),
        ({"due": 72, "met": None}, "bad", "까지 해야 해요"),
        ({"due": 99, "met": None}, "now", "까지 해야 해요"),
        ({"due": None, "met": None}, "now", "지체 없이"),
        ({"due": 72, "met": 75}, "bad", "75시간 0분 만에"),
        ({"due": 99, "kind": ClockKind.KEEP_UP}, "now", "적어도"),
        ({"due": 72, "kind": ClockKind.KEEP_UP}, "done", "적어도"),
    ],
)
def test_a_clock_shows_fixed_moments_and_whether_it_was_met(fields: dict[str, Any], state: str, said: str):
    learned = dt.datetime(2026, 11, 18, 0, 20, tzinfo=dt.UTC)
    incident = Incident(learned_at=learned, time_zone="Asia/Seoul")
    after = {name: None if fields.get(name) is None else learned + fields[name] * HOUR for name in ("due", "met")}
    clock = Clock(
        name_ko="이름", law_ko="법", due_at=after["due"], met_at=after["met"], kind=fields.get("kind", ClockKind.DO_BY)
    )
    line = pages.clock_line(clock, incident, at=learned + 80 * HOUR)
    assert (line.state, line.missed) == (state, state == "bad")
    assert said in line.words.replace("\xa0", " ")


def test_a_missed_clock_stays_with_its_reason(told: Incident, client: Client):
    clock = told.clocks.get(position=2)
    clock.met_at = clock.due_at + HOUR
    clock.reason_missed_ko = "접수 창구가 닫혀 있었어요."
    clock.save()
    html = client.get("/").content.decode()
    assert "clock-missed" in html
    assert "접수 창구가 닫혀 있었어요." in html
