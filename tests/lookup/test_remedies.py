"""What people may have beside advance compensation: by tier, with its end, and never turning into something paid for."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from notices.models import Remedy
from tests.lookup.conftest import MINJI, SEOYOUNG, Visitor

pytestmark = pytest.mark.django_db
ALERTS = {
    "name_ko": "신용 변동 알림",
    "name_en": "Credit alerts",
    "how": "call",
    "lasts_ko": "12개월",
    "lasts_en": "12 months",
}


def answer_of(person: dict[str, str], root: str = "") -> str:
    visitor = Visitor()
    visitor.look_up(person)
    return visitor.get(f"{root}/lookup/answer/").content.decode()


@pytest.fixture
def remedies(incident) -> None:
    texts = {"advice_ko": "글", "advice_en": "words"}
    incident.tiers.create(number=1, name_ko="카드", name_en="cards", any_of=["cvc"], **texts)
    fee = {"name_ko": "연회비 면제", "name_en": "Annual fee", "how": "automatic"}
    Remedy.objects.create(incident=incident, position=1, tiers=[1], ends_date=dt.date(2099, 1, 1), **fee)
    Remedy.objects.create(incident=incident, position=2, ask_until_date=timezone.localdate(), **ALERTS)


def test_each_has_its_end_and_says_that_it_never_costs(remedies):
    page = answer_of(SEOYOUNG)
    for words in ("연회비 면제", "2099년 1월 1일", "자동 적용", "신용 변동 알림", "12개월", "전화로 신청"):
        assert words in page
    assert page.count("유료로 바뀌지 않아요.") == 2
    assert "소송 권리는 그대로예요." in page


def test_another_tier_has_its_own_and_nobody_on_no_list_has_any(remedies):
    page = answer_of(MINJI)
    assert "신용 변동 알림" in page
    assert "연회비 면제" not in page
    nobody = answer_of({"name": "최도윤", "birth_date": "2001-09-14", "phone": "010-0000-9999"})
    assert "유료로 바뀌지 않아요." not in nobody


def test_what_may_no_longer_be_asked_for_is_not_offered(remedies):
    Remedy.objects.filter(position=2).update(ask_until_date=timezone.localdate() - dt.timedelta(days=1))
    assert "신용 변동 알림" not in answer_of(SEOYOUNG)


def test_the_database_refuses_a_remedy_without_an_end(incident):
    with pytest.raises(IntegrityError, match="notices_remedy_has_an_end"), transaction.atomic():
        Remedy.objects.create(incident=incident, position=1, **ALERTS | {"lasts_ko": ""})
