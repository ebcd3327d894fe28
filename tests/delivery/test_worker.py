"""The whole way with a real worker and its beat: judged by what the provider received."""

from __future__ import annotations

import time
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection

from delivery import tasks
from delivery.models import Attempt, Message
from delivery.states import State
from tests.delivery.conftest import Say
from tests.servers import Provider, Worker, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def settled(message: Message, state: State = State.ACCEPTED) -> None:
    def reached() -> bool:
        message.refresh_from_db()
        return message.state == state

    wait_for(reached, but=lambda: f"it is {message.state}, {message.last_problem}")


def test_a_message_leaves_at_once(worker: Worker, provider: Provider, say: Say, phone: str) -> None:
    message, started = say(), time.monotonic()
    [received] = provider.wait_for(phone)
    assert time.monotonic() - started < 15, "the sweep alone comes every 20 seconds"
    assert (received["id"], received["text"]) == (str(message.pk), "[한빛카드] 신청을 받았어요.")


def test_a_message_waits_while_the_worker_is_stopped_and_leaves_when_it_is_back(
    worker: Worker, provider: Provider, say: Say, phone: str
) -> None:
    worker.stop()
    message = say()
    time.sleep(1.5)  # longer than a sweep: there is nobody to do it
    assert provider.received(phone) == []
    worker.start()
    [received] = provider.wait_for(phone)
    assert (received["id"], received["times"]) == (str(message.pk), 1)


def test_a_worker_killed_between_the_yes_and_our_record_leaves_one_message(
    worker: Worker, provider: Provider, say: Say, phone: str
) -> None:
    provider.tell(phone="slow", seconds=2, times=1)
    message = say()
    wait_for(lambda: provider.mode("phone") == "ok")  # the request is with the provider, which takes its time
    worker.kill()
    [received] = provider.wait_for(phone)  # it said yes to nobody
    message.refresh_from_db()
    assert message.state == State.SENDING
    worker.start()
    settled(message)
    [received] = provider.received(phone)
    assert (received["id"], received["times"]) == (str(message.pk), 2)
    assert [attempt.code for attempt in message.attempts.order_by("number")] == ["worker-lost", ""]


def test_a_worker_killed_in_the_middle_of_many_loses_none_and_delivers_none_twice(
    worker: Worker, provider: Provider, say: Say, phone: str
) -> None:
    messages = [say(lane="campaign") for _ in range(60)]
    for least in (5, 20, 40):
        provider.wait_for(phone, count=least)
        worker.kill()
        worker.start()
    received = provider.wait_for(phone, count=60, seconds=60)
    assert sorted(row["id"] for row in received) == sorted(str(message.pk) for message in messages)
    for message in messages:
        settled(message)
    asked_again = sum(row["times"] - 1 for row in provider.received(phone))
    assert asked_again <= Attempt.objects.filter(code="worker-lost").count() <= 3


@pytest.mark.parametrize("trouble", ["flushed", "hint lost"])
def test_what_no_hint_hurries_is_found_by_the_sweep(
    trouble: str, worker: Worker, provider: Provider, say: Say, phone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if trouble == "flushed":
        worker.stop()
        say()
        redis.Redis.from_url(settings.REDIS_URL).flushdb()
        worker.start()
    else:
        # As after a broker that did not answer.
        monkeypatch.setattr(tasks, "_broker_rests_until", time.monotonic() + 60)
        say()
    assert len(provider.wait_for(phone)) == 1


def test_a_broker_emptied_under_the_worker_hinders_nothing(
    worker: Worker, provider: Provider, say: Say, phone: str
) -> None:
    say()
    provider.wait_for(phone)
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    say()
    say()
    provider.wait_for(phone, count=3)


@pytest.mark.parametrize("mode", ["error", "break_down", "hang", "drop_after_accept"])
@pytest.mark.parametrize("way", ["phone", "email"])
def test_a_message_arrives_once_after_the_provider_recovers(
    mode: str, way: str, worker: Worker, provider: Provider, say: Say, phone: str
) -> None:
    to = phone if way == "phone" else f"p{phone[1:]}@mail.example"
    order: dict[str, Any] = {way: mode, "seconds": 3, "times": 1}
    provider.tell(**order)
    message = say(to=to)
    settled(message)
    [received] = provider.received(to)
    assert received["id"] == str(message.pk)
    assert message.tries == 2
    assert received["times"] == (2 if mode == "drop_after_accept" else 1)


def test_a_worker_whose_database_connections_were_ended_goes_on(
    worker: Worker, provider: Provider, say: Say, phone: str
) -> None:
    say()
    provider.wait_for(phone)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE application_name = %s AND datname = current_database()",
            [Worker.NAME],
        )
        assert cursor.fetchone()[0] > 0
    say()
    provider.wait_for(phone, count=2)


def test_an_expired_code_is_not_sent_when_the_worker_is_back(
    worker: Worker, provider: Provider, say: Say, phone: str, at: Any
) -> None:
    worker.stop()
    message = say(lane="code", expires_at=at)
    worker.start()
    settled(message, State.EXPIRED)
    assert provider.received(phone) == []
    assert message.sealed_words is None
