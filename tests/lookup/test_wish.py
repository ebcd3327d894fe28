"""Somebody on the list says by which way they wish to be told first."""

from __future__ import annotations

import pytest

from breachdesk.audit.models import Event
from notices import wishing
from notices.models import ContactWish, Incident
from tests.browser import People, assert_accessible, picture
from tests.lookup.conftest import MINJI, SEOYOUNG, Visitor

pytestmark = pytest.mark.django_db
PAGE = "/lookup/way/demo/"
STRANGER = {"name": "최도윤", "birth_date": "2001-09-14", "phone": "010-0000-9999"}


def test_the_answer_leads_to_the_page_and_the_wish_is_kept_for_that_person_alone(visitor: Visitor) -> None:
    visitor.look_up(SEOYOUNG)
    assert PAGE in visitor.get("/lookup/answer/").content.decode()
    assert "적어 두었어요." not in visitor.get(PAGE).content.decode()

    answer = visitor.post(PAGE, {"way": "email"})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    [kept] = ContactWish.objects.all()
    assert kept.way == "email"
    assert "이메일로 먼저 알려 드릴게요." in visitor.get(PAGE).content.decode()

    other = Visitor()
    other.look_up(MINJI)
    assert "적어 두었어요." not in other.get(PAGE).content.decode()
    other.post(PAGE, {"way": "phone"})
    found = wishing.wishes(kept.incident_id, [one.person_key for one in ContactWish.objects.all()])
    assert sorted(found.values()) == ["email", "phone"]


def test_another_wish_takes_the_place_of_the_first_and_the_same_one_changes_nothing(visitor: Visitor) -> None:
    visitor.look_up(SEOYOUNG)
    for way in ("email", "phone", "phone"):
        visitor.post(PAGE, {"way": way})
    [kept] = ContactWish.objects.all()
    assert kept.way == "phone"
    assert Event.objects.filter(kind="notices.contact_wished").count() == 2


def test_nothing_chosen_is_said_and_nothing_kept(visitor: Visitor) -> None:
    visitor.look_up(SEOYOUNG)
    for way in ("", "pigeon"):
        answer = visitor.post(PAGE, {"way": way})
        assert (answer.status_code, "하나를 골라 주세요." in answer.content.decode()) == (422, True)
    assert not ContactWish.objects.exists()


def test_whoever_is_on_no_list_or_has_proved_nothing_is_led_away(visitor: Visitor) -> None:
    assert visitor.get(PAGE).status_code == 302
    visitor.look_up(STRANGER)
    assert PAGE not in visitor.get("/lookup/answer/").content.decode()
    answer = visitor.post(PAGE, {"way": "email"})
    assert (answer.status_code, answer["Location"]) == (302, "/lookup/answer/")
    assert not ContactWish.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("prefix", "width"), [("", 390), ("/en", 1280)])
def test_the_page_in_a_browser(people: People, incident: Incident, prefix: str, width: int) -> None:
    visitor = Visitor()
    visitor.look_up(SEOYOUNG)
    home = people.site.url
    page = people.come(width=width)
    page.context.add_cookies([{"name": "sessionid", "value": visitor.cookies["sessionid"].value, "url": home}])
    page.goto(f"{home}{prefix}{PAGE}")
    assert_accessible(page)
    page.locator("input[value=email]").check()
    page.locator("main form button[type=submit]").first.click()
    page.locator(".note").wait_for()
    picture(page, f"wish{prefix.replace('/', '-')}-{width}")
    assert_accessible(page)
    assert people.complaints == []
