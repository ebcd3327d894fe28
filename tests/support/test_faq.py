"""Questions that are asked often: found by stems, published by another, counted; stems by themselves."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from notices.models import Incident
from support import answering_often, rules, stems
from support.faq_models import FaqCount, FaqVersion
from support.states import Faq as State
from tests import cast, staff

FRIDAY = dt.datetime(2026, 11, 20, 5, 21, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("카드번호만으로도", "카드번호가"),
        ("조회했는데", "조회하면"),
        ("보상을", "보상은"),
        ("탈회했는데", "탈회한"),
        ("부모님에게", "부모님의"),
        ("payments", "payment"),
    ],
)
def test_words_of_one_stem_meet(one: str, other: str):
    assert stems.stem(one) == stems.stem(other)


def test_a_word_that_only_looks_cut_is_found_as_it_stands():
    assert stems.score("회의", heading="회의를 열어요", body="")
    assert stems.score("자동 납부", heading="자동납부는 어떻게 하나요?", body="")
    assert stems.score("환불", heading="보상 기간", body="") == 0


def words(question: str, answer: str) -> dict[str, str]:
    return {"question_ko": question, "question_en": f"Q {question}", "answer_ko": answer, "answer_en": f"A {answer}"}


@pytest.fixture
def incident(db: None) -> Incident:
    made = cast.incident(at=FRIDAY)
    cast.notice(made, at=FRIDAY - rules.DAY)
    return made


@pytest.mark.django_db
def test_written_by_one_published_by_another_searched_and_counted(incident: Incident):
    writer, officer = staff.member("intake"), staff.member("privacy_officer")
    for place, (question, answer) in enumerate(
        [
            ("카드번호만 나가도 결제가 되나요?", "안 돼요."),
            ("탈회했는데 왜 문자가 왔나요?", "결제 기록이 남아 있었어요."),
        ],
        start=1,
    ):
        answering_often.write(
            incident=incident, key=None, words=words(question, answer), position=place, by=writer, at=FRIDAY
        )
    draft = answering_often.draft(incident)
    assert draft is not None
    assert "자주 묻는 질문" not in Client().get("/support/").content.decode(), "a draft is nobody's to read"
    with pytest.raises(answering_often.NotTheirOwn):
        answering_often.publish(incident=incident, revision=draft.revision, by=writer, at=FRIDAY)
    with pytest.raises(answering_often.ChangedSince):
        answering_often.publish(incident=incident, revision=draft.revision - 1, by=officer, at=FRIDAY)
    page = staff.sign_in(Client(), officer)
    assert page.post("/admin/faq/demo/publish/", {"revision": draft.revision}).status_code == 302

    found = Client().post("/support/of/demo/questions/", {"q": "탈회한 사람"}).content.decode()
    assert "탈회했는데 왜" in found
    assert "카드번호만 나가도" not in found
    none = Client().post("/support/of/demo/questions/", {"q": "<b>환불"}).content.decode()
    assert "‘&lt;b&gt;환불’에 맞는 질문이 없어요" in none

    [first, _second] = answering_often.entries(incident)
    path = f"/support/of/demo/questions/{first.key}/"
    for _ in range(rules.VOTES_A_DAY.allowance + 2):
        assert Client().post(path, {"helped": "yes"}).status_code == 200
    assert FaqCount.objects.get().helped == rules.VOTES_A_DAY.allowance

    answering_often.remove(incident=incident, key=first.key, by=officer, at=FRIDAY)
    assert len(answering_often.entries(incident)) == 2, "what is published stays until the next is"
    second = answering_often.draft(incident)
    assert second is not None
    assert (second.number, second.entries.count()) == (2, 1)


@pytest.mark.django_db
def test_the_database_wants_two_people(incident: Incident):
    writer = staff.member("intake")
    answering_often.write(incident=incident, key=None, words=words("왜?", "그래서."), position=1, by=writer, at=FRIDAY)
    with pytest.raises(IntegrityError, match="published_by_another"), transaction.atomic():
        FaqVersion.objects.update(state=State.PUBLISHED, published_by=writer, published_at=FRIDAY)


@pytest.mark.django_db
def test_at_the_desk_a_question_is_written_and_what_is_missing_is_named(incident: Incident):
    writer = staff.sign_in(Client(), staff.member("intake"))
    wrong = writer.post("/admin/faq/demo/entry/", {"question_ko": "왜 왔나요?", "position": "1"})
    assert wrong.status_code == 422
    assert "왜 왔나요?" in wrong.content.decode()
    assert writer.post("/admin/faq/demo/entry/", words("왜 왔나요?", "그래서.") | {"position": "1"}).status_code == 302
    assert "왜 왔나요?" in writer.get("/admin/faq/demo/").content.decode()
    assert writer.get("/admin/faq/").status_code == 200
    assert staff.sign_in(Client(), staff.member("payer")).get("/admin/faq/").status_code == 403
