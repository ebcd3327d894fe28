"""The catalogue of incidents, the versions of one, and what changed between two: for anybody, in both languages."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from notices import actions, editing, protected, queries, rules, snapshots
from notices.models import Incident
from notices.states import Cleared, Confidence, NoticeKind
from tests import cast
from tests.notices.conftest import needs_english
from tests.notices.test_pages import words

pytestmark = pytest.mark.django_db
KINDS = NoticeKind


@pytest.fixture
def told(told_once: None, db: None) -> Incident:
    return Incident.objects.get(slug="demo")


@pytest.mark.parametrize(
    ("kinds", "stands"),
    [
        ([KINDS.POSSIBLE], Confidence.SUSPECTED),
        ([KINDS.FURTHER, KINDS.POSSIBLE], Confidence.SUSPECTED),
        ([KINDS.CORRECTION, KINDS.POSSIBLE], Confidence.SUSPECTED),
        ([KINDS.CONFIRMED, KINDS.POSSIBLE], Confidence.CONFIRMED),
        ([KINDS.CORRECTION, KINDS.CONFIRMED], Confidence.CORRECTED),
        ([KINDS.FURTHER, KINDS.CORRECTION, KINDS.CONFIRMED], Confidence.CONFIRMED),
        ([KINDS.NOT_LEAKED, KINDS.CORRECTION, KINDS.POSSIBLE], Confidence.NOT_LEAKED),
        ([(KINDS.NOT_LEAKED, Cleared.OFF_LIST), KINDS.CONFIRMED], Confidence.CORRECTED),
        ([(KINDS.NOT_LEAKED, Cleared.TIERS), KINDS.POSSIBLE], Confidence.SUSPECTED),
        ([(KINDS.NOT_LEAKED, Cleared.EVERYBODY), KINDS.CONFIRMED], Confidence.NOT_LEAKED),
    ],
)
def test_how_sure_we_are_follows_from_what_was_published(kinds: list[str | tuple[str, str]], stands: Confidence):
    assert rules.confidence([one if isinstance(one, tuple) else (one, "") for one in kinds]) == stands


def test_the_catalogue_says_of_each_incident_how_sure_since_when_and_what_changed_last(told: Incident, client: Client):
    text = words(client.get("/notices/").content)
    first, second = text.index("온라인 결제 서버 해킹"), text.index("상담 녹취 서버 무단 접속")
    assert first < second, "that last told of stands first"
    running, over = text[first:second], text[second:]
    assert "확인했고, 먼저 알린 내용을 바로잡았어요" in running
    assert "앞선 명단에 있던 12명의 정보는 나가지 않은 것을 확인했어요." in running
    assert "판 4개와 달라진 점 모두 보기" in running
    assert "조사해 보니 유출되지 않았어요" in over
    assert "대응을 마친 날" in over
    assert "대응을 마친 날" not in running


def test_an_incident_that_is_over_leaves_the_front_page_to_the_one_that_is_not(told: Incident, client: Client):
    assert "온라인 결제 서버가 해킹되어" in words(client.get("/").content)
    older = Incident.objects.get(slug="call-records")
    older.ended_date = None
    older.save()
    both = words(client.get("/").content)
    assert "상담 녹취 파일은 유출되지 않았어요" in both
    assert "온라인 결제 서버가 해킹되어" in both


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    "path",
    ["demo/versions/", "demo/v/3/changes/", "demo/diff/1/3/", "call-records/versions/", "call-records/v/2/changes/"],
)
def test_anybody_may_read_them_and_a_browser_may_keep_them(told: Incident, client: Client, path: str, prefix: str):
    answer = client.get(f"{prefix}/notices/{path}")
    assert answer.status_code == 200
    assert not answer.cookies
    assert "public" in answer["Cache-Control"]
    assert client.get(f"{prefix}/notices/{path}", headers={"if-none-match": answer["ETag"]}).status_code == 304
    assert client.post(f"{prefix}/notices/{path}").status_code == 405


@pytest.mark.parametrize(
    "path",
    ["demo/v/1/changes/", "demo/v/5/changes/", "demo/diff/3/1/", "demo/diff/2/2/", "demo/diff/0/2/", "none/versions/"],
)
def test_what_cannot_be_compared_is_404(told: Incident, client: Client, path: str):
    assert client.get(f"/notices/{path}").status_code == 404


def test_a_draft_is_in_no_list_and_no_comparison(told: Incident, client: Client, at: dt.datetime):
    actions.draft_notice(
        incident=told, texts={"kind": KINDS.CORRECTION, "title_ko": "몰래", "title_en": "Secret"},
        by=cast.staff("Editor"), at=at,
    )  # fmt: skip
    assert "몰래" not in client.get("/notices/demo/versions/").content.decode()
    assert client.get("/notices/demo/v/5/changes/").status_code == 404
    assert client.get("/notices/demo/diff/4/5/").status_code == 404


def test_every_version_is_listed_with_its_day_kind_and_why(told: Incident, client: Client):
    html = client.get("/notices/demo/versions/").content.decode()
    text = words(html)
    assert re.findall(r'id="v(\d)"', html) == ["4", "3", "2", "1"]
    assert "유출이 끝난 날을" in text
    assert "카드번호가 나간 분이 하실 일을 더했어요." in text
    assert "바로잡음" in text
    assert 'href="/notices/demo/v/3/changes/"' in html
    assert 'href="/notices/demo/v/1/changes/"' not in html
    assert 'href="/notices/demo/v/4/changes/"' in client.get("/notices/demo/").content.decode()


def test_the_comparison_shows_each_item_with_what_came_and_went_in_words(told: Incident, client: Client):
    html = client.get("/notices/demo/v/3/changes/").content.decode()
    ended = queries.current_notice(told)
    assert ended is not None
    parts = re.findall(r'<li class="item">(.*?)</li>', html, flags=re.S)
    when = next(part for part in parts if "언제, 어떻게 나갔나요?" in part)
    for kind, word in (("ins", "새로 넣음"), ("del", "뺌")):
        assert re.search(rf'<{kind}><span class="differs">{word}</span> [^<]+</{kind}>', when)
    rights = next(part for part in parts if "나에게 어떤 권리가 있나요?" in part)
    assert "<ins>" not in rights
    assert "<details" in rights
    assert "달라지지 않았어요" in rights
    text = words(html)
    assert text.index("무엇이, 왜 달라졌나요?") < text.index("숫자와 유출 항목") < text.index("글에서 달라진 곳")
    assert "적지 않음" in words(client.get("/notices/demo/v/2/changes/").content), "version 1 had no figures"
    assert "주민등록번호, 비밀번호 앞 2자리, 계좌번호, 주소" in text


def test_a_comparison_that_jumps_says_why_of_each_version_between(told: Incident, client: Client):
    text = words(client.get("/notices/demo/diff/1/3/").content)
    assert text.index("카드번호가 나간 분이 하실 일을 더했어요.") < text.index("유출된 정보에 CVC를 더했어요.")


def test_a_changed_kind_is_said(told: Incident, client: Client):
    text = words(client.get("/notices/call-records/v/3/changes/").content)
    assert "안내의 종류가 바뀌었어요. 뺌 바로잡음 새로 넣음 유출 아님" in text


@needs_english
def test_the_same_in_english(told: Incident, client: Client):
    for path in ("/en/notices/", "/en/notices/demo/versions/", "/en/notices/demo/v/3/changes/"):
        text = words(client.get(path).content)
        assert set(re.findall(r"[가-힣]+", text)) - {"한국어", "여신거래", "안심차단"} == set()
    text = words(client.get("/en/notices/demo/v/3/changes/").content)
    assert "Removed" in text
    assert "Added" in text


# -- an incident that is over ---------------------------------------------------------------------------------------------


def facts(incident: Incident, **changed: object) -> dict[str, object]:
    return {**snapshots.of_facts(incident), **changed}


def end(incident: Incident, day: dt.date, at: dt.datetime) -> bool:
    stamp = snapshots.stamp(snapshots.of_facts(incident))
    return editing.change_facts(
        incident=incident, facts=facts(incident, ended_date=day), seen=stamp, by=cast.staff("Editor"), at=at
    )


def test_an_incident_is_not_over_before_anybody_was_told_nor_while_its_notice_must_stay_up(at: dt.datetime):
    incident = cast.incident("another", at=at)
    with pytest.raises(rules.Protected) as refused:
        end(incident, at.date(), at)
    assert refused.value.problems == {"ended_date": protected.NOBODY_TOLD}
    cast.notice(incident, at=at)
    incident.clocks.create(position=1, kind="keep_up", name_ko="게시", name_en="Up", due_at=at + 3 * cast.DAY)
    with pytest.raises(rules.Protected) as refused:
        end(incident, at.date(), at)
    assert list(refused.value.problems) == ["ended_date"]
    incident.clocks.update(due_at=at - 3 * cast.DAY)
    assert end(incident, at.date(), at)
    assert incident not in queries.running_incidents()
    assert incident in queries.open_incidents()
