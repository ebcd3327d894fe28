"""How notices go out, at the desk: hours and pace, guests, and going live by two."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from breachdesk.accounts.models import User
from notices import gate
from notices.models import Guest, Incident, SendingPlan
from tests import staff
from tests.browser import assert_accessible, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(db: None) -> User:
    return staff.member("notice_editor", name="이작성")


@pytest.fixture
def officer(db: None) -> User:
    return staff.member("privacy_officer", name="정하윤")


@pytest.fixture
def trial(incident: Incident) -> Incident:
    SendingPlan.objects.filter(incident=incident).update(live_at=None)
    return incident


def inside(user: User) -> Client:
    return staff.sign_in(Client(), user)


def page(incident: Incident, name: str = "incident_sending", *more: object) -> str:
    return reverse(f"admin:{name}", args=[incident.pk, *more])


def text(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))  # type: ignore[attr-defined]


def test_one_asks_and_another_confirms_that_everybody_is_told(trial: Incident, editor: User, officer: User) -> None:
    asks, confirms = inside(editor), inside(officer)
    assert "아직 시험 중이에요." in text(asks.get(page(trial)))

    assert asks.post(page(trial, "incident_live", "ask"), {"reason": ""}).status_code == 422
    asks.post(page(trial, "incident_live", "ask"), {"reason": "받아 봤어요"})
    shown = asks.get(page(trial))
    assert "확인은 다른 사람이 해야 해요." in text(shown)
    assert page(trial, "incident_live", "confirm") not in shown.content.decode()
    assert asks.post(page(trial, "incident_live", "confirm")).status_code == 403
    assert not gate.plan_of(trial).is_live

    assert "이제 모두에게 보내요." in text(confirms.post(page(trial, "incident_live", "confirm"), follow=True))
    made = gate.plan_of(trial)
    assert (made.live_asked_by, made.live_by) == (editor, officer)
    assert confirms.post(page(trial, "incident_live", "confirm")).status_code == 302, "a second time nothing happens"


def test_a_guest_is_added_masked_and_removed(trial: Incident, editor: User) -> None:
    client = inside(editor)
    wrong = client.post(page(trial, "incident_guest_add"), {"contact": "0000", "reason": "시험"})
    assert (wrong.status_code, 'value="0000"' in wrong.content.decode()) == (422, True)

    client.post(page(trial, "incident_guest_add"), {"contact": "010-0000-4321", "reason": "팀장 전화"})
    shown = text(client.get(page(trial)))
    assert "010-••••-4321" in shown
    assert "팀장 전화" in shown
    assert "0000-4321" not in shown

    [guest] = Guest.objects.all()
    client.post(page(trial, "incident_guest_remove", guest.pk))
    assert "팀장 전화" not in text(client.get(page(trial)))


def test_hours_and_pace_are_typed_and_what_is_wrong_is_said_at_its_field(incident: Incident, editor: User) -> None:
    client, address = inside(editor), page(incident, "incident_sending_hours")
    wrong = client.post(address, {"text_quiet_from": "21:00", "agents": "40", "pace_a_minute": "0"})
    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {
        "text_quiet_until",
        "minutes_a_call",
        "calls_a_hundred",
        "pace_a_minute",
    }

    right = {
        "text_quiet_from": "22:30",
        "text_quiet_until": "07:00",
        "agents": "40",
        "minutes_a_call": "6",
        "calls_a_hundred": "8",
    }
    client.post(address, {**right, "seen": client.get(address).context["seen"]})
    made = gate.plan_of(incident)
    assert (made.text_quiet_from, made.most_an_hour) == (dt.time(22, 30), 5000)
    assert "한 시간에 5,000명까지" in text(client.get(page(incident)))


def test_only_those_of_the_campaign_come_in(incident: Incident, officer: User) -> None:
    assert inside(staff.member("reviewer")).get(page(incident)).status_code == 403
    assert inside(officer).get(page(incident, "incident_sending_hours")).status_code == 403
    assert inside(officer).post(page(incident, "incident_live", "ask"), {"reason": "a"}).status_code == 403
    assert Client().get(page(incident)).status_code == 302


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("prefix", "width"), [("", 390), ("/en", 1280)])
def test_the_pages_in_a_browser(people: object, prefix: str, width: int, trial: Incident, editor: User) -> None:
    inside(editor).post(page(trial, "incident_guest_add"), {"contact": "010-0000-4321", "reason": "팀장 전화"})
    home = people.site.url.replace("127.0.0.1", "localhost")  # type: ignore[attr-defined]
    browser = people.come(width=width)  # type: ignore[attr-defined]
    key = staff.sign_in(Client(), editor).cookies["sessionid"].value
    browser.context.add_cookies([{"name": "sessionid", "value": key, "url": home}])
    for name in ("incident_sending", "incident_sending_hours"):
        browser.goto(f"{home}{prefix}{page(trial, name)}")
        picture(browser, f"{name}-{width}")
        assert_accessible(browser)
    assert people.complaints == []  # type: ignore[attr-defined]
