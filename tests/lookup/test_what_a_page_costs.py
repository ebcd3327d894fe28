"""How many statements an answer takes; and that what a process keeps between two of them is never old."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notices.models import Remedy
from notices.states import Mode
from tests import cast
from tests.lookup.conftest import MINJI, SEOYOUNG, Visitor

pytestmark = pytest.mark.django_db
NOBODY = {"name": "최도윤", "birth_date": "2001-09-14", "phone": "010-0000-9999"}
# Session, proof, what the lists say, how they stand; of a person their account as well.
OF_NOBODY, OF_A_PERSON = 4, 5


def statements(visitor: Visitor) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert visitor.get("/lookup/answer/").status_code == 200
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize(
    ("person", "expected"),
    [(SEOYOUNG, OF_A_PERSON), (MINJI, OF_A_PERSON), (NOBODY, OF_NOBODY)],
    ids=lambda one: str(one)[:20],
)
def test_an_answer_takes_these_statements_and_one_of_them_asks_the_lists(visitor, incident, now, person, expected):
    cast.listed(incident, SEOYOUNG | {"items": "name|phone"}, at=now, mode=Mode.CHANGES)
    visitor.look_up(person)
    visitor.get("/lookup/answer/")
    taken = statements(visitor)
    assert len(taken) == expected, "\n".join(taken)
    assert sum("notices_affectedrecord" in each for each in taken) == 1


def test_what_a_list_says_of_others_with_the_same_contact_is_read_and_not_told(incident, now):
    """Whoever is found under a number is looked for in every list: only their own lines are theirs."""
    together = SEOYOUNG | {"name": "김서진", "items": "rrn|ci"}
    cast.listed(incident, SEOYOUNG, together, at=now)
    cast.listed(incident, SEOYOUNG | {"items": "name|phone"}, together, at=now)
    visitor = Visitor()
    visitor.look_up(SEOYOUNG)
    timeline = visitor.get("/lookup/answer/").content.decode().split('class="timeline')[1].split("</ol>")[0]
    assert timeline.count("유출 7가지") == 2
    assert timeline.count("유출 2가지") == 1


def test_of_a_person_whose_number_was_corrected_the_earlier_lists_are_shown_too(incident, now):
    moved = SEOYOUNG | {"phone": "010-0000-7777", "customer_ref": "C-김서영-010-0000-1234", "items": "name"}
    cast.listed(incident, moved, at=now)
    visitor = Visitor()
    visitor.look_up(moved)
    timeline = visitor.get("/lookup/answer/").content.decode().split('class="timeline')[1].split("</ol>")[0]
    assert "유출 7가지" in timeline
    assert "유출 1가지" in timeline


CHANGES = {
    "incident": ("UPDATE notices_incident SET not_leaked = '{pin2}'", "비밀번호 앞 2자리"),
    "tier": ("UPDATE notices_tier SET advice_ko = '고친 글'", "고친 글"),
    "new tier": (
        "INSERT INTO notices_tier (incident_id, number, name_ko, name_en, any_of, advice_ko, advice_en) "
        "SELECT id, 0, '새 등급', 'new', '{cvc,card_number}', '', '' FROM notices_incident",
        "새 등급",
    ),
    "remedy": ("UPDATE notices_remedy SET name_ko = '고친 혜택'", "고친 혜택"),
    "no remedy": ("DELETE FROM notices_remedy", None),
    "list": ("UPDATE notices_dataset SET activated_at = '2026-03-01 03:00+00'", "3월 1일"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_changed_behind_this_process_s_back_is_on_the_next_page(visitor, incident, what):
    """By SQL, as another process or somebody at the database's own prompt would."""
    words = {"advice_ko": "글", "advice_en": "words"}
    incident.tiers.create(number=1, name_ko="카드", name_en="cards", any_of=["card_number"], **words)
    Remedy.objects.create(
        incident=incident, position=1, name_ko="혜택", name_en="extra", how="call", lasts_ko="1년", lasts_en="a year"
    )
    visitor.look_up(SEOYOUNG)
    statement, said = CHANGES[what]
    before = visitor.get("/lookup/answer/").content.decode()
    assert "혜택" in before
    assert said is None or said not in before
    with connection.cursor() as cursor:
        cursor.execute(statement)
    after = visitor.get("/lookup/answer/").content.decode()
    assert said in after if said else "혜택" not in after


def test_a_new_version_of_the_notice_is_named_on_the_next_page(visitor, incident, now):
    visitor.look_up(SEOYOUNG)
    assert "3판 · " in visitor.get("/lookup/answer/").content.decode()
    cast.notice(incident, at=now, number=4)
    assert "4판 · " in visitor.get("/lookup/answer/").content.decode()
