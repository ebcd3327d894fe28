"""A sign of life that goes the whole way: beat, broker, worker, row; and what is said where it stops."""

from __future__ import annotations

import datetime as dt
import signal
from typing import Any

import pytest
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
    wait_for(lambda: client.get("/readyz").status_code == 503, seconds=60)
    said = client.get("/readyz").json()
    assert (said["ready"], "workers" in said["wrong"]) == (False, True)
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


def test_the_sign_of_life_does_not_stand_in_line_behind_the_work() -> None:
    from breachdesk.celery import app

    route = app.amqp.router.route({}, "delivery.tasks.heartbeat")
    assert route["queue"].name == "heartbeat"
    assert {"celery", "heartbeat", "codes"} <= set(app.amqp.queues), "every worker takes from all, without being told"
