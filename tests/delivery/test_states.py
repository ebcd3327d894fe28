from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction

from delivery import rules, states
from delivery.models import Message
from delivery.states import MOVES, Lane, State
from tests.delivery.conftest import Say


def test_every_state_is_reached_and_has_its_moves() -> None:
    assert MOVES.keys() == set(State)
    assert set().union(*MOVES.values()) | {State.WAITING} == set(State)
    assert set(states.ORDER) == set(Lane)


@pytest.mark.django_db
def test_a_message_does_not_come_back_from_its_end(say: Say, at: dt.datetime) -> None:
    message = say()
    message.move(State.EXPIRED, at=at)
    with pytest.raises(states.IllegalMove):
        message.move(State.WAITING, at=at)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constraint", "nonsense"),
    [
        ("delivery_message_sending_holds_a_lease", {"state": "sending"}),
        ("delivery_message_sending_holds_a_lease", {"lease": uuid.uuid4()}),
        ("delivery_message_accepted_has_sent_at", {"state": "accepted", "settled_at": "2026-11-20T00:00Z"}),
        ("delivery_message_end_has_settled_at", {"state": "failed"}),
    ],
)
def test_the_database_refuses_nonsense(constraint: str, nonsense: dict[str, object], say: Say) -> None:
    message = say()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**nonsense)


def test_pauses_double_up_to_four_hours_and_heed_the_provider() -> None:
    first = dt.timedelta(seconds=5)

    def pause(tries: int, jitter: float, asked: int = 0, lane: str = "campaign") -> float:
        wished = dt.timedelta(seconds=asked)
        return rules.pause(tries=tries, first=first, jitter=jitter, asked=wished, lane=lane).total_seconds()

    assert [pause(n, 1) for n in (1, 2, 3, 4)] == [5, 10, 20, 40]
    assert [pause(n, 0) for n in (1, 2, 3, 4)] == [2.5, 5, 10, 20]
    assert pause(1, 0, asked=90) == 90
    assert pause(500, 1) == pause(1, 1, asked=10**6) == 4 * 3600
    # Somebody waits for a code; what the provider asks for is heeded all the same.
    assert [pause(n, 1, lane="code") for n in (1, 2, 3, 4)] == [5, 10, 15, 15]
    assert pause(4, 1, asked=90, lane="code") == 90
