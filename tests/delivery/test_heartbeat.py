"""A sign of life that goes the whole way: beat, broker, worker, row; and what is said where it stops."""

from __future__ import annotations

import datetime as dt
import re
import signal
from typing import Any

import pytest
from django.conf import settings as house
from django.test import Client
from django.utils import timezone

from delivery import actions, health, queries, tasks
from tests.servers import Worker, wait_for


@pytest.mark.django_db(transaction=True)
def test_workers_that_are_alive_and_silent_turn_readyz_red_until_they_work_again(
    worker: Worker, client: Client, settings: Any
) -> None:
    settings.HEARTBEAT_LIMIT = dt.timedelta(seconds=5)
    wait_for(lambda: queries.heard_at() is not None, seconds=60, but=worker.said)

    worker.send(signal.SIGSTOP)
    assert worker.runs, "alive"
    wait_for(lambda: "workers" in client.get("/readyz").json()["wrong"], seconds=60)
    answer = client.get("/readyz")
    said = answer.json()
    assert (answer.status_code, said["ready"]) == (503, False)
    assert "alive and silent" in said["wrong"]["workers"]

    worker.send(signal.SIGCONT)
    wait_for(lambda: client.get("/readyz").status_code == 200, seconds=60, but=worker.said)


@pytest.mark.django_db
def test_one_row_says_when_word_last_went_the_whole_way(settings: Any) -> None:
    at = timezone.now()
    assert health.silent(at=at) == "", "nothing is said before the first"
    tasks.heartbeat()
    heard_at = queries.heard_at()
    assert heard_at is not None

    assert health.silent(at=heard_at + settings.HEARTBEAT_LIMIT) == ""
    assert "since" in health.silent(at=heard_at + settings.HEARTBEAT_LIMIT + dt.timedelta(seconds=1))
    actions.note_heartbeat(at=heard_at + dt.timedelta(hours=1))
    assert queries.heard_at() == heard_at + dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("delivery.tasks.heartbeat", "heartbeat"),
        ("delivery.tasks.sweep", "sweeps"),
        ("notices.tasks.pull_outcomes", "sweeps"),
        ("delivery.tasks.send_due", "celery"),
    ],
)
def test_neither_sign_of_life_nor_sweeps_stand_in_line_behind_the_work(task: str, queue: str) -> None:
    from breachdesk.celery import app

    assert app.amqp.router.route({}, task)["queue"].name == queue
    assert queue in app.amqp.queues, "a worker takes from all of them, without being told"


@pytest.mark.parametrize("place", ["docker-compose.yml", "breachdesk/launch.py"])
def test_between_them_the_workers_take_from_every_queue(place: str) -> None:
    from breachdesk.celery import app

    told = (house.BASE_DIR / place).read_text(encoding="utf-8")
    named = {name for queues in re.findall(r"--queues=([a-z]+(?:,[a-z]+)*)", told) for name in queues.split(",")}
    assert named == set(app.amqp.queues)
