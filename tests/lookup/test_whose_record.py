"""Former, supplementary, corporate, minor and deceased members: who looks up, who acts, and what the answer says of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from lookup import rules
from lookup.models import Proof
from lookup.states import ActsThrough, Outcome
from notices.states import Member
from tests import cast
from tests.lookup.conftest import Visitor

TODAY = dt.date(2026, 11, 22)


@dataclass
class Line:
    member: str
    birth_date: dt.date | None = dt.date(1986, 4, 12)


def through(*lines: Line, today: dt.date = TODAY) -> ActsThrough:
    return rules.acts_through(lines, today=today)


@pytest.mark.parametrize(
    ("line", "who"),
    [
        (Line(Member.CURRENT), ActsThrough.SELF),
        (Line(Member.FORMER), ActsThrough.SELF),
        (Line(Member.SUPPLEMENTARY), ActsThrough.SELF),
        (Line(Member.DECEASED), ActsThrough.HEIR),
        (Line(Member.CORPORATE, None), ActsThrough.COMPANY),
        (Line(Member.MINOR, dt.date(2014, 1, 1)), ActsThrough.GUARDIAN),
        (Line(Member.SUPPLEMENTARY, dt.date(2014, 1, 1)), ActsThrough.GUARDIAN),
        (Line(Member.MINOR, dt.date(2000, 1, 1)), ActsThrough.SELF),
        (Line(Member.DECEASED, dt.date(2014, 1, 1)), ActsThrough.HEIR),
    ],
    ids=lambda each: f"{each.member} {each.birth_date}" if isinstance(each, Line) else str(each),
)
def test_every_kind_of_member_acts_alone_or_through_somebody(line: Line, who: ActsThrough):
    assert through(line) == who


def test_no_kind_of_member_is_forgotten():
    assert {through(Line(member)) for member in Member} == {ActsThrough.SELF, ActsThrough.HEIR, ActsThrough.COMPANY}


@pytest.mark.parametrize(
    ("born", "on", "grown"),
    [
        ("2007-11-22", "2026-11-21", False),
        ("2007-11-22", "2026-11-22", True),
        ("2008-02-29", "2027-02-28", False),
        ("2008-02-29", "2027-03-01", True),
    ],
)
def test_one_is_of_age_from_the_nineteenth_birthday(born: str, on: str, grown: bool):
    assert rules.is_of_age(dt.date.fromisoformat(born), today=dt.date.fromisoformat(on)) is grown


def test_whoever_acts_alone_by_one_of_several_lines_acts_alone():
    assert through(Line(Member.CORPORATE, None), Line(Member.CURRENT)) == ActsThrough.SELF
    assert through() == ActsThrough.SELF


PHONE = "010-0000-7777"
CARD = {"name": "한지우", "birth_date": "2014-05-05", "phone": PHONE, "items": "name|card_number"}


@pytest.fixture
def listed(incident, now):
    def made(**fields: str) -> dict[str, str]:
        person = {**CARD, **fields}
        cast.listed(incident, person, at=now)
        return person

    return made


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"member": "minor"}, ["미성년자의 결과예요", "보호자", "선보상은 법정대리인이 신청해요"]),
        ({"member": "deceased", "birth_date": "1950-01-01"}, ["돌아가신 분의 결과예요", "선보상은 상속인이 신청해요"]),
        ({"member": "supplementary", "birth_date": "1990-01-01"}, ["가족카드를 쓰는 분의 결과예요"]),
        ({"member": "former", "birth_date": "1990-01-01"}, ["탈회한 분의 결과예요"]),
    ],
    ids=["minor", "deceased", "supplementary", "former"],
)
def test_they_look_up_like_everybody_and_the_answer_says_who_acts(
    visitor: Visitor, listed, fields: dict[str, str], says: list[str]
):
    proof = visitor.look_up(listed(**fields))
    page = visitor.get("/lookup/answer/").content.decode()
    assert proof.looks.get().outcome == Outcome.LEAKED
    assert [words for words in says if words not in page] == []
    may_begin = 'class="button button-small" href="/claims/new/"' in page
    assert may_begin is (fields["member"] in ("supplementary", "former"))


@pytest.mark.django_db
def test_an_ordinary_member_is_told_nothing_of_the_kind(visitor: Visitor, listed):
    visitor.look_up(listed(birth_date="1990-01-01"))
    page = visitor.get("/lookup/answer/").content.decode()
    assert "결과예요." not in page


@pytest.mark.django_db
def test_a_company_proves_its_contact_and_its_name_and_has_no_birth_date(visitor: Visitor, listed):
    company = listed(name="주식회사 한빛상사", birth_date="", member="corporate")
    visitor.prove(PHONE)
    refused = visitor.post("/lookup/who/", {"name": company["name"], "birth_date": ""})
    assert (refused.status_code, "생년월일 8자리를 적어 주세요" in refused.content.decode()) == (422, True)
    assert visitor.post("/lookup/who/", {"name": "㈜다른회사", "company": "on"}).status_code == 302
    assert "유출 명단에 없어요" in visitor.get("/lookup/answer/").content.decode()
    assert visitor.post("/lookup/who/", {"name": "주식회사한빛상사", "company": "on"}).status_code == 302
    page = visitor.get("/lookup/answer/").content.decode()
    assert "법인의 결과예요" in page
    assert Proof.objects.get().identity == rules.Identity("주식회사한빛상사", None)


@pytest.mark.django_db
def test_a_person_is_not_found_as_a_company(visitor: Visitor, listed):
    person = listed(birth_date="1990-01-01")
    visitor.prove(PHONE)
    visitor.post("/lookup/who/", {"name": person["name"], "company": "on"})
    assert "유출 명단에 없어요" in visitor.get("/lookup/answer/").content.decode()
