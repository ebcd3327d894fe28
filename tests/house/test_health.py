"""The two probes: is the process alive, and can a person be served."""

import datetime as dt

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from breachdesk import health, limits


@pytest.fixture
def probe(client):
    return lambda: client.get("/readyz")


def test_a_process_that_answers_is_alive(client):
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"alive": True})


@pytest.mark.django_db
def test_with_everything_there_nothing_is_wrong(probe):
    response = probe()

    assert (response.status_code, response.json()) == (200, {"ready": True, "wrong": {}})


@pytest.mark.django_db
def test_without_the_queue_people_are_still_served(probe, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    response = probe()

    assert response.status_code == 200
    assert set(response.json()["wrong"]) == {"broker"}


@pytest.mark.django_db
def test_without_postgresql_nobody_is_and_the_answer_says_so(probe, monkeypatch):
    def gone(*_args, **_options):
        raise OperationalError('connection to server at "10.0.0.5" failed')

    monkeypatch.setattr(connection, "cursor", gone)
    response = probe()

    assert response.status_code == 503
    assert response.json() == {"ready": False, "wrong": {"database": "PostgreSQL does not answer (OperationalError)"}}


@pytest.mark.django_db
def test_a_retention_that_did_not_finish_is_named(probe):
    budget = limits.Budget("test.health", 3, dt.timedelta(hours=1))
    limits.take(budget, subject="a", at=timezone.now() - dt.timedelta(days=2))
    assert probe().json()["wrong"] == {}

    limits.take(budget, subject="b", at=timezone.now() - dt.timedelta(days=5))
    response = probe()

    assert response.status_code == 200
    assert response.json()["wrong"] == {"forgetting": "spent budgets have not been forgotten in time"}


@pytest.mark.django_db
def test_what_one_room_has_not_forgotten_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (health.support, health.claims, health.verify):
        monkeypatch.setattr(room, "forgetting", lambda *, at, name=room.__name__: name)
    said = health.forgetting(timezone.now()).split("; ")
    assert sorted(said) == ["breachdesk.verify.health", "claims.health", "support.health"]
