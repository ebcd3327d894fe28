"""A step put off is told again: once for each choice, by day, at the contact that was proven, and never once it is done."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from delivery.models import Message
from lookup import health, reminding
from lookup.models import StepMark
from tests.lookup.conftest import SEOYOUNG, Visitor

pytestmark = pytest.mark.django_db
SEOUL = ZoneInfo("Asia/Seoul")
DAY = dt.timedelta(days=1)


def put_off(visitor: Visitor, state: str = "tomorrow", step: str = "beware", root: str = "") -> StepMark:
    answer = visitor.post(f"{root}/lookup/steps/", {"incident": "demo", "step": step, "state": state})
    assert answer.status_code == 302
    return StepMark.objects.get(step=step)


def at_hour(hour: int, *, days: int = 1) -> dt.datetime:
    today = timezone.now().astimezone(SEOUL).date()
    return dt.datetime.combine(today + days * DAY, dt.time(hour), SEOUL)


def reminders() -> list[Message]:
    return list(Message.objects.filter(occasion="step_reminder").order_by("put_at"))


@pytest.mark.parametrize(("choice", "days"), [("tomorrow", 1), ("in_3_days", 3), ("next_week", 7)])
def test_a_reminder_comes_on_the_day_that_was_chosen_and_once(visitor, choice, days):
    visitor.look_up(SEOYOUNG)
    assert put_off(visitor, choice).remind_at == at_hour(10, days=days)
    reminding.remind_next_batch(at=at_hour(9, days=days))
    assert reminders() == []
    assert reminding.remind_next_batch(at=at_hour(10, days=days)) == 1
    assert reminding.remind_next_batch(at=at_hour(11, days=days)) == 0
    [message] = reminders()
    assert message.recipient.value == "+821000001234"
    assert "사칭 전화와 문자 조심하기" in message.words.text
    assert "김서영" not in message.words.text
    assert message.expires_at == at_hour(20, days=days)


def test_what_falls_due_together_is_one_message_in_the_language_of_the_choice(visitor):
    visitor.look_up(SEOYOUNG)
    for step in ("beware", "block_phone", "stop_card"):
        put_off(visitor, step=step, root="/en")
    assert reminding.remind_next_batch(at=at_hour(12)) == 3
    [message] = reminders()
    assert (message.language, message.words.text.count("· ")) == ("en", 3)


def test_nothing_leaves_at_night(visitor):
    visitor.look_up(SEOYOUNG)
    put_off(visitor)
    for hour in (20, 23):
        assert reminding.remind_next_batch(at=at_hour(hour)) == 0
    assert reminding.remind_next_batch(at=at_hour(8, days=2)) == 0
    assert reminding.remind_next_batch(at=at_hour(9, days=2)) == 1


@pytest.mark.parametrize("state", ["done", "not_for_me", "todo", "later"])
def test_whoever_is_done_or_says_stop_is_not_reminded(visitor, state):
    visitor.look_up(SEOYOUNG)
    put_off(visitor)
    page = visitor.get("/lookup/answer/").content.decode()
    assert "문자로 다시 알려 드려요." in page
    assert "알리지 마세요" in page
    visitor.post("/lookup/steps/", {"incident": "demo", "step": "beware", "state": state})
    assert "문자로 다시 알려 드려요." not in visitor.get("/lookup/answer/").content.decode()
    assert reminding.remind_next_batch(at=at_hour(12)) == 0


def test_put_off_again_it_is_told_again_and_the_page_says_when_it_was(visitor):
    visitor.look_up(SEOYOUNG)
    put_off(visitor)
    reminding.remind_next_batch(at=at_hour(10))
    assert "문자로 다시 알려 드렸어요." in visitor.get("/lookup/answer/").content.decode()
    put_off(visitor, "in_3_days")
    assert reminding.remind_next_batch(at=at_hour(10, days=3)) == 1
    assert len(reminders()) == 2


def test_the_database_refuses_a_reminder_of_what_is_not_put_off(visitor):
    visitor.look_up(SEOYOUNG)
    mark = put_off(visitor)
    with pytest.raises(IntegrityError, match="reminds_of_what_is_put_off"), transaction.atomic():
        StepMark.objects.filter(pk=mark.pk).update(state="done")


def test_a_reminder_that_did_not_leave_is_named_by_the_health_page(visitor):
    visitor.look_up(SEOYOUNG)
    put_off(visitor)
    assert health.reminders(at=at_hour(19)) == ""
    assert "1 reminders" in health.reminders(at=at_hour(9, days=2))
    reminding.remind_next_batch(at=at_hour(9, days=2))
    assert health.reminders(at=at_hour(9, days=2)) == ""
