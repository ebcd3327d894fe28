"""Hints and what beat asks for are heard by a worker whose clock is wrong; what nobody heard in time is worth nothing."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from celery.worker.request import Request
from django.conf import settings
from kombu import Connection, Queue

from breachdesk import celery
from delivery import sending, taking
from delivery.states import Lane

pytestmark = pytest.mark.django_db(transaction=True)
BEAT: dict[str, Any] = celery.app.conf.beat_schedule


@pytest.fixture
def queue() -> Iterator[Queue]:
    with Connection(settings.CELERY_BROKER_URL) as connection:
        mine = Queue(f"test-{uuid.uuid4()}", routing_key="", exchange="")(connection.channel())
        mine.declare()
        yield mine
        mine.delete()


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the tasks came to."""
    done: list[str] = []
    monkeypatch.setattr(sending, "send_due", lambda *, lane, at: done.append(f"sent {lane}"))
    monkeypatch.setattr(sending, "sweep", lambda *, at: done.append("swept") or [])
    monkeypatch.setattr(taking, "lanes_with_work", lambda *_lanes, **_at: {})
    return done


def hear(queue: Queue, *, ahead: dt.timedelta = dt.timedelta()) -> None:
    """As a worker whose clock is ahead by so much takes what waits."""
    with time_machine.travel(dt.datetime.now(dt.UTC) + ahead):
        while message := queue.get(no_ack=True):
            Request(message, app=celery.app, task=celery.app.tasks[message.headers["task"]]).execute()


@pytest.mark.parametrize("minutes", [-20, 20])
def test_a_worker_whose_clock_is_wrong_hears_hints_and_beat(minutes: int, queue: Queue, done: list[str]) -> None:
    celery.hint("delivery.tasks.send_due", Lane.CODE, queue=queue.name)
    celery.app.send_task("delivery.tasks.sweep", queue=queue.name, **BEAT["send what is due"]["options"])
    hear(queue, ahead=dt.timedelta(minutes=minutes))
    assert done == ["sent code", "swept"]


def test_what_beat_asks_for_lasts_as_long_as_the_clocks_of_two_hosts_may_differ() -> None:
    expiring = {name: each["options"]["expires"] for name, each in BEAT.items() if "options" in each}
    assert expiring
    assert {name for name, seconds in expiring.items() if seconds < 1800} == set()


def test_a_hint_that_nobody_heard_in_time_does_nothing(
    queue: Queue, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(celery, "HINT_GOOD_FOR", -1)
    celery.hint("delivery.tasks.send_due", Lane.CODE, queue=queue.name)
    hear(queue)
    assert done == []


def test_after_long_without_workers_what_has_expired_is_not_done(queue: Queue, done: list[str]) -> None:
    celery.app.send_task("delivery.tasks.sweep", queue=queue.name, **BEAT["send what is due"]["options"])
    hear(queue, ahead=dt.timedelta(days=1))
    assert done == []
