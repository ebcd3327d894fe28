"""E-mail by a backend that the settings name: what its answers and its errors mean."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from delivery import sending
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


def test_a_backend_that_is_not_there_loses_nothing(say: Say, at: dt.datetime, settings: Any) -> None:
    settings.MAIL_BACKEND = "nowhere.Backend"
    message = say(to="kim@mail.example")
    sending.send_due(lane=Lane.CLAIM, at=at)
    message.refresh_from_db()
    assert message.state == State.WAITING
