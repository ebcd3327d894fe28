"""What is different since somebody last looked, and what each list said of them."""

from __future__ import annotations

import datetime as dt

import pytest

from breachdesk.limits.models import Spent
from notices.states import Mode
from tests import cast
from tests.lookup.conftest import MINJI, SEOYOUNG, Visitor

pytestmark = pytest.mark.django_db
DOYUN = {"name": "최도윤", "birth_date": "2001-09-14", "phone": "010-0000-9999"}


def come_back(person: dict[str, str]) -> str:
    Spent.objects.all().delete()
    visitor = Visitor()
    visitor.look_up(person)
    return visitor.get("/lookup/answer/").content.decode()


def correct(incident, now, *people: dict[str, str], hours: int = 1, mode: Mode = Mode.CHANGES) -> None:
    cast.listed(incident, *people, at=now + dt.timedelta(hours=hours), mode=mode)


def test_the_first_answer_speaks_of_no_earlier_one(visitor):
    page = come_back(SEOYOUNG)
    assert "지난번" not in page
    assert "확인된 사실이에요" in page


def test_whoever_comes_back_to_the_same_list_reads_that_nothing_has_changed(visitor):
    for person in (SEOYOUNG, MINJI, DOYUN):
        come_back(person)
        page = come_back(person)
        assert "지난번 조회" in page
        assert "달라진 것 없음" in page
        assert "달라졌어요" not in page


def test_a_possible_leak_that_became_sure_is_shown_and_when_each_list_said_what(incident, now):
    come_back(MINJI)
    correct(incident, now, MINJI | {"items": "name|phone|email|ci?"})
    page = come_back(MINJI)
    assert "박민지 님의 정보 3가지가 유출됐어요" in page
    assert "3가지는 확인됨 · 1가지는 확인 중" in page
    changed = page.split('id="changed"')[1].split("</section>")[0]
    assert "그사이 명단이 1판에서 2판으로 바뀌었어요." in changed
    surer, added = changed.split("유출된 것으로 더해졌어요")
    assert "유출된 것이 확인됐어요" in surer
    assert "이름" in surer
    assert "휴대전화 번호" in surer
    assert "이메일" in added
    assert "연계정보" not in changed
    timeline = page.split('class="timeline')[1]
    assert timeline.index("유출 가능성 3가지") < timeline.index("유출 3가지, 유출 가능성 1가지")
    assert "명단 2판 · 바로잡은 명단" in timeline
    # Told once, it is no news the next time.
    assert "달라진 것 없음" in come_back(MINJI)


def test_while_the_page_is_open_a_new_list_is_compared_with_the_one_that_answered_before(visitor, incident, now):
    visitor.look_up(SEOYOUNG)
    visitor.get("/lookup/answer/")
    correct(incident, now, SEOYOUNG | {"items": "name|phone"})
    for _ in range(2):
        page = visitor.get("/lookup/answer/").content.decode()
        assert "명단에서 빠졌어요" in page
        assert "카드번호" in page.split('id="changed"')[1].split("</section>")[0]


def test_whoever_a_corrected_list_took_out_is_told_so_and_whoever_it_took_in_as_well(incident, now):
    come_back(SEOYOUNG)
    come_back(DOYUN)
    correct(incident, now, DOYUN | {"items": "name|phone"}, MINJI, mode=Mode.FULL)
    page = come_back(SEOYOUNG)
    assert "김서영 님의 정보는 유출 명단에 없어요" in page
    assert "명단에서 빠졌어요" in page
    assert "유출된 것으로 더해졌어요" in come_back(DOYUN)


def test_of_somebody_else_with_the_same_contact_nothing_is_said(incident, now):
    come_back(SEOYOUNG)
    correct(incident, now, SEOYOUNG | {"items": "name"})
    page = come_back(SEOYOUNG | {"name": "최도윤"})
    assert "유출 명단에 없어요" in page
    assert "지난번" not in page
    assert "바로잡은 명단" not in page


def test_the_tier_is_named_with_its_advice(incident):
    rule = {"any_of": ["cvc"], "advice_ko": "카드를 꼭 다시 만들어 주세요.", "advice_en": "Replace it."}
    incident.tiers.create(number=1, name_ko="카드 정보가 나간 분", name_en="card details leaked", **rule)
    page = come_back(SEOYOUNG)
    assert "카드 정보가 나간 분" in page
    assert "카드를 꼭 다시 만들어 주세요." in page
    assert "카드 정보가 나간 분" not in come_back(MINJI)


def test_whoever_an_all_clear_is_for_reads_that_their_data_did_not_leak(incident, now):
    come_back(SEOYOUNG)
    correct(incident, now, MINJI, mode=Mode.FULL)
    assert "유출되지 않은 것을 확인했어요" not in come_back(SEOYOUNG), "gone from the list, but nobody has said why"
    cast.notice(incident, at=now, number=4, kind="not_leaked", cleared="off_list")
    assert "유출되지 않은 것을 확인했어요" in come_back(SEOYOUNG)
    assert "유출되지 않은 것을 확인했어요" not in come_back(DOYUN), "was on no list"
