"""Word of changes: once for each change, by day, with nothing in it, to the proven contact, until its owner says stop."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from breachdesk.audit.models import Event
from breachdesk.limits.models import Spent
from delivery.models import Message
from lookup import actions, watching
from lookup.models import Watch
from notices.states import Mode
from tests import cast
from tests.lookup.conftest import MINJI, SEOYOUNG, Visitor

pytestmark = pytest.mark.django_db
DOYUN = {"name": "최도윤", "birth_date": "2001-09-14", "phone": "010-0000-9999"}
TOMORROW = dt.timedelta(days=1)


def come(person: dict[str, str]) -> Visitor:
    Spent.objects.all().delete()
    visitor = Visitor()
    visitor.look_up(person)
    return visitor


def press(visitor: Visitor, act: str = "begin", root: str = ""):
    answer = visitor.post(f"{root}/lookup/watch/", {"incident": "demo", "act": act})
    assert answer.status_code == 302
    return answer


def noon() -> dt.datetime:
    day = timezone.now().astimezone(ZoneInfo("Asia/Seoul")).date() + TOMORROW
    return dt.datetime.combine(day, dt.time(12), ZoneInfo("Asia/Seoul"))


def told() -> list[Message]:
    return list(Message.objects.filter(occasion="something_changed").order_by("put_at"))


def correct(incident, *people: dict[str, str], mode: Mode = Mode.CHANGES) -> None:
    cast.listed(incident, *people, at=noon(), mode=mode)


def test_somebody_on_no_list_is_told_when_a_list_takes_them_in_though_their_proof_is_gone(incident):
    visitor = come(DOYUN)
    press(visitor)
    assert "부터 010-••••-9999로 알려 드리고 있어요." in visitor.get("/lookup/answer/").content.decode()
    visitor.post("/lookup/end/")
    assert watching.tell_next_batch(at=noon()) == 0
    correct(incident, DOYUN | {"items": "name|phone"})
    assert watching.tell_next_batch(at=noon()) == 1
    [message] = told()
    assert (message.recipient.value, message.language) == ("+821000009999", "ko")
    for secret in ("최도윤", "이름", "1판", "2판", "demo", "명단에"):
        assert secret not in message.words.text
    assert "마지막으로 알려 드린 때는" in come(DOYUN).get("/lookup/answer/").content.decode()


def test_a_list_that_changes_nothing_for_somebody_is_no_news_to_them(incident):
    for person in (SEOYOUNG, MINJI, DOYUN):
        press(come(person))
    correct(incident, MINJI | {"items": "name|phone"})
    assert watching.tell_next_batch(at=noon()) == 3
    assert [message.recipient.value for message in told()] == ["+821000005555"]
    assert watching.tell_next_batch(at=noon()) == 0


def test_a_new_version_of_the_notice_is_told_to_all_in_the_same_words_and_once(incident):
    press(come(DOYUN))
    press(come(SEOYOUNG), root="/en")
    cast.notice(incident, at=noon(), number=4)
    for _ in range(2):
        watching.tell_next_batch(at=noon())
    assert sorted(message.language for message in told()) == ["en", "ko"]
    correct(incident, SEOYOUNG | {"items": "name"})
    watching.tell_next_batch(at=noon())
    # Each ends with a check code of its own.
    words = sorted((message.language, message.words.text.rpartition("\n\n")[0]) for message in told())
    assert [language for language, _text in words] == ["en", "en", "ko"]
    assert words[0] == words[1]


def test_nothing_leaves_at_night_and_the_morning_tells_it(incident):
    press(come(MINJI))
    correct(incident, MINJI | {"items": "name"})
    assert watching.tell_next_batch(at=noon() + dt.timedelta(hours=9)) == 0
    assert watching.tell_next_batch(at=noon() + dt.timedelta(hours=22)) == 1
    assert len(told()) == 1


def test_one_press_stops_it_and_keeps_nothing_and_a_second_press_does_nothing(incident):
    visitor = come(MINJI)
    for _ in range(2):
        press(visitor)
    assert Watch.objects.count() == 1
    for _ in range(2):
        press(visitor, "stop")
    assert Watch.objects.count() == 0
    correct(incident, MINJI | {"items": "name"})
    assert watching.tell_next_batch(at=noon()) == 0
    kinds = Event.objects.filter(kind__startswith="lookup.watch").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["lookup.watch_begun", "lookup.watch_stopped"]


def test_another_person_with_the_same_contact_neither_sees_nor_stops_it(incident):
    press(come(SEOYOUNG))
    other = come(SEOYOUNG | {"name": "최도윤"})
    assert "알림 받기" in other.get("/lookup/answer/").content.decode()
    press(other, "stop")
    assert Watch.objects.count() == 1


def test_who_may_ask_for_it(incident):
    assert Client().post("/lookup/watch/", {"incident": "demo", "act": "begin"})["Location"] == "/lookup/"
    visitor = Visitor()
    visitor.prove(MINJI["phone"])
    assert press(visitor)["Location"] == "/lookup/answer/", "no name yet"
    assert visitor.get("/lookup/watch/")["Location"] == "/lookup/answer/"
    assert visitor.put("/lookup/watch/").status_code == 405
    for wrong in ({"incident": "none", "act": "begin"}, {"incident": "demo", "act": "sing"}, {}):
        assert visitor.post("/lookup/watch/", wrong).status_code == 404
    assert not Watch.objects.exists()


def test_after_a_year_it_is_forgotten(incident, now):
    press(come(MINJI))
    assert actions.forget_what_is_over(at=now + dt.timedelta(days=364))["watches"] == 0
    assert actions.forget_what_is_over(at=now + dt.timedelta(days=366))["watches"] == 1
