"""My look-ups: who looked at one's data, when, from where, staff included; for whoever proved to be that person, and nobody else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from breachdesk import audit
from breachdesk.limits.models import Spent
from lookup import actions, health, origin
from lookup.models import Look
from tests import staff
from tests.lookup.conftest import MINJI, SEOYOUNG, Visitor

pytestmark = pytest.mark.django_db
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; SM-S921N) AppleWebKit/537.36 (KHTML, like Gecko) "
    "SamsungBrowser/24.0 Chrome/117.0.0.0 Mobile Safari/537.36"
)


def of_phone() -> Visitor:
    return Visitor(REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT=PHONE)


def come(person: dict[str, str]) -> Visitor:
    Spent.objects.all().delete()
    visitor = of_phone()
    visitor.look_up(person)
    return visitor


def history(visitor: Visitor, root: str = "") -> str:
    page = visitor.get(f"{root}/lookup/history/")
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    return page.content.decode()


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("203.0.113.77", "203.0.•.•"),
        ("2001:db8:1:2::77", "2001:db8:…"),
        ("unknown", ""),
    ],
)
def test_half_a_network_is_told_and_never_an_address(address, told):
    assert origin.coarse(address) == told


@pytest.mark.parametrize(
    ("agent", "code"),
    [
        (PHONE, "android/samsung"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E148 Safari/604.1",
            "iphone/safari",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0", "windows/edge"),
        ("<script>alert(1)</script>", "other/other"),
        ("", "other/other"),
    ],
)
def test_a_device_is_told_in_words_of_ours(agent, code):
    assert origin.device(agent) == code
    assert "<" not in origin.device_words(code)


def test_each_look_up_is_told_with_when_where_and_how(incident):
    come(SEOYOUNG)
    page = history(come(SEOYOUNG))
    assert page.count("안드로이드 · 삼성 인터넷") == 2
    assert page.count("203.0.•.•") == 2
    assert "203.0.113" not in page
    assert "010-••••-1234" in page
    assert "이 기간에 직원이 본 기록은 없어요." in page


def test_staff_who_opened_something_are_told_by_role_and_reason_and_not_by_name(incident, now):
    visitor = come(SEOYOUNG)
    member = staff.member("reviewer", name="한지우")
    proof = actions.Proof.objects.latest("pk")
    with transaction.atomic():
        audit.record(
            kind="claims.searched_by_contact",
            by=member,
            about="claims",
            at=timezone.now(),
            contact=str(proof.contact_hash),
        )
    page = history(visitor)
    assert "내 연락처로 신청을 찾았어요" in page
    assert "담당: 심사" in page
    assert "한지우" not in page
    # Whoever holds the same contact under another name learns nothing of it.
    assert "내 연락처로" not in history(come(SEOYOUNG | {"name": "최도윤"}))


def test_one_person_does_not_read_another_s(incident):
    come(SEOYOUNG)
    assert history(come(MINJI)).count("203.0.•.•") == 1
    assert history(come(SEOYOUNG | {"name": "최도윤"})).count("203.0.•.•") == 1


def test_it_is_read_after_the_proof_only(incident):
    assert Client().get("/lookup/history/")["Location"] == "/lookup/"
    visitor = of_phone()
    visitor.prove(SEOYOUNG["phone"])
    assert visitor.get("/lookup/history/")["Location"] == "/lookup/who/"
    assert come(SEOYOUNG).post("/lookup/history/").status_code == 405


def test_after_ninety_days_nothing_is_shown_and_where_it_was_is_blanked(incident, now):
    visitor = come(SEOYOUNG)
    Look.objects.update(at=now - dt.timedelta(days=91))
    assert "203.0.•.•" not in history(visitor)
    assert "has not been forgotten" in health.forgetting(at=now + dt.timedelta(days=2))
    assert actions.forget_what_is_over(at=now)["origins"] == 1
    assert health.forgetting(at=now + dt.timedelta(days=2)) == ""
    assert set(Look.objects.values_list("network", "device")) == {("", "")}
    assert actions.forget_what_is_over(at=now)["origins"] == 0
