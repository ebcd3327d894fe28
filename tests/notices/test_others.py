"""For people whose data stands in somebody else's record: a page where an incident has such data, kept at the desk."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from breachdesk.audit.models import Event
from notices import editing, incident_file, protected, rules, snapshots
from notices.models import Incident, ThirdParty
from tests import cast, staff
from tests.notices.conftest import needs_english
from tests.notices.test_notice_desk import inside
from tests.notices.test_notice_desk import text as desk_text
from tests.notices.test_pages import words

pytestmark = pytest.mark.django_db
GIFT = {
    "name_ko": "선물 받는 분",
    "name_en": "Recipients of gifts",
    "items": ["name", "phone"],
    "known": "leaked",
    "words_ko": "결제 기록에 적혀 있었어요.",
    "words_en": "They stood in payment records.",
    "position": 1,
}


@pytest.fixture
def incident(at: dt.datetime) -> Incident:
    made = cast.incident(at=at)
    cast.notice(made, at=at)
    made.contact_points.create(position=1, kind="phone", name_ko="전화 상담", name_en="By phone", value="1500-0000")
    return made


def test_there_is_no_such_page_where_nobody_else_is_concerned(incident: Incident, client: Client):
    assert client.get("/notices/demo/others/").status_code == 404
    assert "/others/" not in client.get("/notices/demo/").content.decode()


def test_it_says_what_how_to_ask_and_what_to_do(incident: Incident, client: Client):
    incident.third_parties.create(**GIFT)
    incident.third_parties.create(
        **GIFT | {"name_ko": "가족카드를 쓰는 분", "known": "possible", "items": ["name"], "position": 2}
    )
    assert 'href="/notices/demo/others/"' in client.get("/notices/demo/").content.decode()
    answer = client.get("/notices/demo/others/")
    assert (answer.status_code, dict(answer.cookies)) == (200, {})
    text = words(answer.content)
    assert text.index("선물 받는 분") < text.index("가족카드를 쓰는 분")
    for said in (
        *("유출됐어요", "유출됐을 수 있어요", "휴대전화 번호", "결제 기록에 적혀 있었어요."),
        *("주민등록번호, 카드번호, 비밀번호는 묻지 않아요", "누구의 기록이었는지는 알려 드리지 않아요"),
        *("전화 상담", "1500-0000", "사칭 전화와 문자 조심하기"),
    ):
        assert said in text
    assert "카드를 멈추고 다시 만들기" not in text, "no card of theirs leaked"
    assert "먼저 조회해 보세요" not in text, "no list answers yet"


@needs_english
def test_the_same_in_english(incident: Incident, client: Client):
    incident.third_parties.create(**GIFT)
    text = words(client.get("/en/notices/demo/others/").content)
    assert "Recipients of gifts" in text
    assert "They stood in payment records." in text
    what_operators_call_it = {"가입제한", "번호이동", "제한", "지급정지"}
    assert set(re.findall(r"[가-힣]+", text)) - what_operators_call_it == {"한국어"}


def keep(incident: Incident, one: ThirdParty | None, values: dict[str, object] | None, at: dt.datetime) -> bool:
    stored = snapshots.of_third_party(one) if one else {}
    return editing.keep_third_party(
        incident=incident, one=one, values=values, seen=snapshots.stamp(stored), by=cast.staff("Editor"), at=at
    )


def test_what_was_said_not_to_have_leaked_is_not_said_to_have_leaked_of_others(incident: Incident, at: dt.datetime):
    with pytest.raises(rules.Protected) as refused:
        keep(incident, None, GIFT | {"items": ["rrn"]}, at)
    assert refused.value.problems == {"items": protected.SAID_NOT_LEAKED}
    assert keep(incident, None, GIFT, at)
    assert not keep(incident, None, GIFT, at), "sent twice, it is there once"
    [one] = incident.third_parties.all()
    assert keep(incident, one, None, at)
    assert not incident.third_parties.exists()
    assert Event.objects.filter(kind="notices.third_party_changed").count() == 2


def test_staff_add_it_at_the_incidents_page(incident: Incident):
    client = inside(staff.member("notice_editor", name="이작성"))
    path = f"/admin/notices/incident/{incident.pk}/others/new/"
    stamp = client.get(path).content.decode().split('name="seen" value="')[1].split('"')[0]
    wrong = client.post(path, {"seen": stamp, **GIFT, "items": [], "words_en": ""})
    assert wrong.status_code == 422
    assert "결제 기록에 적혀 있었어요." in wrong.content.decode()
    page = desk_text(client.post(path, {"seen": stamp, **GIFT}, follow=True))
    assert "저장했어요." in page
    assert "선물 받는 분" in page
    assert inside(staff.member("auditor", name="박감사")).get(path).status_code == 403


def test_the_file_of_an_incident_may_name_them():
    given = {"third_parties": [{"name": {"ko": "이름", "en": "Name"}, "items": [], "known": "sure"}]}
    with pytest.raises(incident_file.WrongFile) as refused:
        incident_file.read(given)
    problems = [line for line in refused.value.problems if line.startswith("third_parties")]
    assert problems == [
        "third_parties[0].known: must be one of leaked, possible",
        "third_parties[0].items: is empty",
    ]
