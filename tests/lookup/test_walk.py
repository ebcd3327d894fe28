"""From a contact to one of the three answers, always from the list that is active now."""

from __future__ import annotations

import datetime as dt

import pytest

from breachdesk.audit.models import Event
from breachdesk.limits.models import Spent
from lookup import actions, queries, standing
from lookup.models import Challenge, Look, Person, Proof, StepMark
from notices.states import Mode
from tests import cast
from tests.lookup.conftest import MINJI, SEOYOUNG, Visitor
from tests.racing import race

pytestmark = pytest.mark.django_db


def a_day_later() -> None:
    """For budgets."""
    Spent.objects.all().delete()


def answer_of(visitor: Visitor, root: str = "") -> str:
    page = visitor.get(f"{root}/lookup/answer/")
    assert page.status_code == 200
    return page.content.decode()


def test_whoever_is_listed_is_told_each_leaked_item_and_what_to_do(visitor):
    visitor.look_up(SEOYOUNG)
    page = answer_of(visitor)
    assert "김서영 님의 정보 7가지가 유출됐어요" in page
    for item in ("카드번호", "유효기간", "CVC", "이름", "휴대전화 번호", "이메일", "연계정보(CI)"):
        assert item in page
    assert "카드 끝자리 2417" in page
    assert "이렇게 쓰일 수 있어요." in page
    assert "유출되지 않았어요" in page
    assert "주민등록번호" in page
    assert "1판 · " in page, "the list's version"
    assert "3판 · " in page, "the notice's version"
    assert "카드를 멈추고 다시 만들기" in page


def test_a_possible_leak_says_so_and_when_the_next_word_comes(visitor):
    visitor.look_up(MINJI)
    page = answer_of(visitor)
    assert "박민지 님의 정보가 유출됐을 수 있어요" in page
    assert "아직 확실하지 않아요." in page
    assert "다음 안내: 11월 23일까지" in page
    assert "유출 의심 명단" in page
    assert "유출됐어요" not in page


def test_whoever_is_not_listed_is_told_what_was_looked_for_and_never_that_they_are_safe(visitor):
    visitor.prove("010-0000-9999")
    visitor.say_who("최도윤", "20010914")
    page = answer_of(visitor)
    assert "최도윤 님의 정보는 유출 명단에 없어요" in page
    for typed in ("010-••••-9999", "최도윤", "2001년 9월 14일"):
        assert typed in page
    assert "이름·생년월일 고쳐서 다시 조회하기" in page
    assert "안전" not in page
    assert "도윤" in visitor.get("/lookup/who/").content.decode(), "what was typed stands ready to be mended"


def test_both_languages_give_the_same_answer(visitor):
    assert (
        visitor.post(
            "/en/lookup/start/", {"contact": SEOYOUNG["email"]}, headers={"origin": "http://testserver"}
        ).status_code
        == 302
    )
    assert visitor.post("/en/lookup/code/", {"code": visitor.last_code})["Location"] == "/en/lookup/who/"
    assert (
        visitor.post("/en/lookup/who/", {"name": "김 서영", "birth_date": "1986. 4. 12."})["Location"]
        == "/en/lookup/answer/"
    )
    assert 'lang="en"' in answer_of(visitor, "/en")
    assert "7가지가 유출됐어요" in answer_of(visitor)


def test_a_corrected_list_changes_the_same_person_s_answer_at_once(visitor, incident, now):
    proof = visitor.look_up(SEOYOUNG)
    assert "7가지가 유출됐어요" in answer_of(visitor)

    cast.listed(incident, SEOYOUNG | {"items": "name|phone"}, at=now, mode=Mode.CHANGES)
    page = answer_of(visitor)
    assert "2가지가 유출됐어요" in page
    assert "2판 · " in page

    cast.listed(incident, SEOYOUNG | {"items": "name?|phone?"}, at=now, mode=Mode.CHANGES)
    assert "유출됐을 수 있어요" in answer_of(visitor)

    cast.listed(incident, MINJI, at=now, mode=Mode.FULL)
    assert "유출 명단에 없어요" in answer_of(visitor)

    answer_of(visitor)
    assert list(Look.objects.filter(proof=proof).order_by("pk").values_list("dataset_number", "outcome")) == [
        (1, "leaked"),
        (2, "leaked"),
        (3, "possible"),
        (4, "not_listed"),
    ], "each answer that was given, once"


def test_whoever_is_added_by_a_correction_is_met_on_the_next_look(visitor, incident, now):
    visitor.prove("010-0000-9999")
    visitor.say_who("최도윤", "20010914")
    assert "유출 명단에 없어요" in answer_of(visitor)
    assert not Person.objects.exists()

    added = {"name": "최도윤", "birth_date": "2001-09-14", "phone": "010-0000-9999", "items": "name"}
    cast.listed(incident, added, at=now, mode=Mode.CHANGES)
    assert "최도윤 님의 정보 1가지가 유출됐어요" in answer_of(visitor)
    assert visitor.session["_auth_user_id"] == str(Person.objects.get().user_id)


def test_whoever_a_correction_removed_is_still_the_same_person(visitor, incident, now):
    before = visitor.look_up(SEOYOUNG)
    cast.listed(incident, MINJI, at=now, mode=Mode.FULL)
    again = Visitor()
    after = again.look_up(SEOYOUNG | {"phone": SEOYOUNG["email"]})
    assert after.person is None, "another contact proves nothing of who was met"

    a_day_later()
    after = Visitor().look_up(SEOYOUNG)
    assert after.person == before.person


def test_records_of_several_lines_are_joined_and_it_says_so(visitor, incident, now):
    twice = [
        SEOYOUNG | {"customer_ref": "C-1", "items": "card_number|name"},
        SEOYOUNG | {"customer_ref": "C-2", "items": "name|ci", "card_last4": "9001"},
    ]
    cast.listed(incident, *twice, at=now, mode=Mode.FULL)
    proof = visitor.look_up(SEOYOUNG)
    page = answer_of(visitor)
    assert "3가지가 유출됐어요" in page
    assert "명단에 같은 분의 기록이 2개 있어서 모두 합쳤어요." in page
    assert "2417" in page
    assert "9001" in page
    assert Person.objects.get() == proof.person


def test_of_several_incidents_the_gravest_comes_first_and_the_others_are_a_row_away(visitor, incident, now):
    other = cast.incident("other", at=now, title_ko="둘째 사고")
    cast.listed(other, SEOYOUNG | {"items": "name?"}, at=now)
    visitor.look_up(SEOYOUNG)
    page = answer_of(visitor)
    assert "7가지가 유출됐어요" in page
    assert "둘째 사고" in page
    assert "유출됐을 수 있어요" in visitor.get("/lookup/answer/other/").content.decode()
    assert visitor.get("/lookup/answer/none/").status_code == 404


def test_with_no_list_there_is_no_answer(db, now):
    cast.incident(at=now)
    visitor = Visitor()
    visitor.prove("010-0000-9999")
    visitor.say_who("최도윤", "20010914")
    page = visitor.get("/lookup/answer/").content.decode()
    assert "지금 조회할 수 있는 명단이 없어요" in page
    assert "명단에 없어요" not in page


def test_a_company_is_found_by_its_contact_and_name(visitor, incident, now):
    company = {
        "name": "(주)한빛무역",
        "birth_date": "",
        "phone": "010-0000-8888",
        "items": "name|email",
        "member": "corporate",
    }
    cast.listed(incident, company, at=now, mode=Mode.CHANGES)
    visitor.prove("010-0000-8888")
    visitor.say_who("주 한빛무역", "19700101")
    assert "2가지가 유출됐어요" in answer_of(visitor)


def test_every_answer_is_in_the_audit_without_a_name_or_a_contact(visitor):
    visitor.look_up(SEOYOUNG)
    events = Event.objects.filter(kind__startswith="lookup.")
    assert sorted(events.values_list("kind", flat=True)) == ["lookup.answered", "lookup.proved"]
    for event in events:
        assert "김" not in str(event.data)
        assert "1234" not in str(event.data)


@pytest.mark.django_db(transaction=True)
def test_one_person_met_on_ten_devices_at_once_is_one_person(incident, now):
    visitors = []
    for _ in range(10):
        a_day_later()
        visitors.append(Visitor())
        visitors[-1].prove(SEOYOUNG["phone"])
    a_day_later()
    statuses = race(5, lambda place: visitors[place].say_who(SEOYOUNG["name"]).status_code)
    assert statuses == [302] * 5
    assert Person.objects.count() == 1


# Guided steps.


def test_marks_of_steps_are_saved_and_survive_on_another_device(visitor):
    visitor.look_up(SEOYOUNG)
    for step, state in (("stop_card", "done"), ("check_payments", "later"), ("beware", "not_for_me")):
        answer = visitor.post("/lookup/steps/", {"incident": "demo", "step": step, "state": state})
        assert answer["Location"] == "/lookup/answer/demo/#steps"
    page = answer_of(visitor)
    assert "2개 끝냄" in page

    a_day_later()
    other = Visitor()
    other.look_up(SEOYOUNG)
    assert "2개 끝냄" in answer_of(other)
    other.post("/lookup/steps/", {"incident": "demo", "step": "stop_card", "state": "todo"})
    assert "1개 끝냄" in answer_of(other)


def test_marking_twice_is_one_mark(visitor):
    visitor.look_up(SEOYOUNG)
    for _ in range(2):
        visitor.post("/lookup/steps/", {"incident": "demo", "step": "stop_card", "state": "done"})
    assert StepMark.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"incident": "demo", "step": "no_such_step", "state": "done"},
        {"incident": "other", "step": "stop_card", "state": "done"},
        {"incident": "demo", "step": "stop_card", "state": "paid"},
        {"incident": "demo\0", "step": "stop_card", "state": "done"},
        {},
    ],
)
def test_a_mark_on_what_does_not_exist_is_not_found(visitor, fields):
    visitor.look_up(SEOYOUNG)
    assert visitor.post("/lookup/steps/", fields).status_code == 404
    assert not StepMark.objects.exists()


def test_other_rooms_mark_steps_too(visitor, incident, now):
    proof = visitor.look_up(SEOYOUNG)
    actions.mark_step(person=proof.person, incident=incident, step="stop_card", state="done", by=None, at=now)
    assert [(mark.step, mark.state) for mark in standing.of(proof).marks] == [("stop_card", "done")]
    with pytest.raises(actions.UnknownStep):
        actions.mark_step(person=proof.person, incident=incident, step="dance", state="done", by=None, at=now)


def test_the_contacts_of_a_person_are_those_they_proved_the_latest_first(visitor, now):
    first = visitor.look_up(SEOYOUNG)
    a_day_later()
    Visitor().look_up(SEOYOUNG | {"phone": SEOYOUNG["email"]})
    kinds = [contact.kind for contact in queries.contacts_of(first.person)]
    assert kinds == ["email", "phone"]


# Retention.


def test_what_has_served_is_forgotten(visitor, now):
    kept = visitor.look_up(SEOYOUNG)
    gone = Visitor()
    nobody = gone.prove("010-0000-9999")
    gone.say_who("최도윤", "20010914")

    actions.forget_what_is_over(at=now + dt.timedelta(minutes=5))
    kept.refresh_from_db()
    assert kept.identity is not None, "a live proof keeps its name"

    actions.forget_what_is_over(at=now + dt.timedelta(days=2))
    kept.refresh_from_db()
    nobody.refresh_from_db()
    assert kept.identity is None
    assert nobody.identity is None
    assert not Challenge.objects.exists()

    told = actions.forget_what_is_over(at=now + dt.timedelta(days=91))
    assert told["proofs"] > 0
    assert not Proof.objects.filter(pk=nobody.pk).exists()
    assert Proof.objects.filter(pk=kept.pk).exists()
