"""E-mail by a backend that the settings name: what its answers and its errors mean."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from delivery import routes, sending
from delivery.channels import answering, mail_backend
from delivery.models import Attempt, Message
from delivery.states import Lane, State
from tests.delivery.conftest import Say

pytestmark = pytest.mark.django_db(transaction=True)


class ApiError(Exception):
    def __init__(self, status_code: int) -> None:
        self.status_code = status_code
        self.response = SimpleNamespace(headers={"Retry-After": "7000"} if status_code == 429 else {})


class Backend(BaseEmailBackend):
    """As a provider's API: by the address it says what becomes of a mail."""

    def send_messages(self, email_messages: Any) -> int:
        [user] = [each.to[0].split("@")[0] for each in email_messages]
        if user.startswith("status"):
            raise ApiError(int(user[6:]))
        if user == "broken":
            raise ConnectionResetError
        return 1


@pytest.mark.parametrize(
    ("user", "state", "problem"),
    [
        ("kim", State.ACCEPTED, ""),
        ("status422", State.FAILED, "http-422"),
        ("status429", State.WAITING, "http-429"),
        ("status500", State.UNKNOWN, "http-500"),
        ("broken", State.UNKNOWN, "ConnectionResetError"),
    ],
)
def test_a_status_says_what_became_of_it(
    user: str, state: State, problem: str, say: Say, at: dt.datetime, settings: Any
) -> None:
    settings.MAIL_BACKEND = f"{__name__}.Backend"
    message = say(to=f"{user}@mail.example")
    sending.send_due(lane=Lane.CLAIM, at=at)
    message.refresh_from_db()
    assert (message.state, message.last_problem, message.provider) == (state, problem, "mail")
    if user == "status429":
        assert message.due_at >= at + dt.timedelta(seconds=7000), "as long as the provider asked for"


def test_djangos_own_backends_take_a_whole_connection_of_mails(say: Say, at: dt.datetime, settings: Any) -> None:
    settings.MAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    messages = [say(to=f"m{n}@mail.example", lane="campaign") for n in range(3)]
    sending.send_due(lane=Lane.CAMPAIGN, at=at)
    assert {each.extra_headers["X-Breachdesk-Id"] for each in mail.outbox} == {str(each.pk) for each in messages}


def test_what_there_was_no_time_for_was_not_tried_and_leaves_later(
    say: Say, at: dt.datetime, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However slow the provider: a batch ends within its lease, so that nobody else takes the same mails."""
    monkeypatch.setattr(answering, "time_is_up_at", lambda: 0.0)
    settings.DELIVERY_FIRST_PAUSE = dt.timedelta(seconds=30)  # however long a run takes, nothing is due again in it
    settings.MAIL_BACKEND = f"{__name__}.Backend"
    for n in range(3):
        say(to=f"m{n}@mail.example", lane="campaign")
    assert sending.send_due(lane=Lane.CAMPAIGN, at=at) == 3
    left = Message.objects.exclude(state=State.ACCEPTED)
    assert (
        list(left.values_list("state", "tries", "provider", "last_problem"))
        == [(State.WAITING, 0, "", "not-asked")] * 2
    )
    assert not Attempt.objects.filter(message__in=left).exists()
    for minute in range(1, 3):
        sending.send_due(lane=Lane.CAMPAIGN, at=at + dt.timedelta(minutes=minute))
    assert set(Message.objects.values_list("state", "tries")) == {(State.ACCEPTED, 1)}


def test_one_that_cannot_be_read_costs_the_others_no_answer(say: Say, settings: Any) -> None:
    settings.MAIL_BACKEND = f"{__name__}.Backend"
    first, second, third = (say(to=f"m{n}@mail.example") for n in range(3))
    pairs = [(message, message.words) for message in (first, second, third)]
    second.sealed_recipient = None
    [route] = routes.for_channel("email")
    answers = mail_backend.send_many(pairs, route=route)
    assert [getattr(answer, "code", "taken") for answer in answers] == ["taken", "Forgotten", "taken"]


def test_a_backend_that_is_not_there_loses_nothing(say: Say, at: dt.datetime, settings: Any) -> None:
    settings.MAIL_BACKEND = "nowhere.Backend"
    message = say(to="kim@mail.example")
    sending.send_due(lane=Lane.CLAIM, at=at)
    message.refresh_from_db()
    assert message.state == State.WAITING
