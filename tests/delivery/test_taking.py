"""The plain statements of a campaign say what the models say."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from typing import Any

import pytest
from django.db import connection, transaction

from delivery import taking
from delivery.models import Attempt, Message
from delivery.states import ORDER, Channel, Lane, State
from tests.delivery.conftest import Say

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def one_of_each(say: Say, at: dt.datetime) -> list[Message]:
    """Campaign messages of every channel, state, due time, hold and expiry that may meet."""
    rows = []
    kinds = itertools.product(
        ["sms", "email", "letter"], State.values, [-1, 1], [None, at], [None, at - MINUTE, at + MINUTE], [None, at]
    )
    pattern = say(lane="campaign")
    for n, (channel, state, due_in, held_at, expires_at, settled_at) in enumerate(kinds):
        sending = state == State.SENDING
        settled_at = settled_at if state in (State.WAITING, State.UNKNOWN, State.SENDING) else at
        values = {
            "id": uuid.uuid4(),
            "key": f"one of each {n}",
            "channel": channel,
            "state": state,
            "due_at": at + due_in * (n + 1) * dt.timedelta(seconds=1),  # no two at once: they have an order
            "held_at": held_at,
            "expires_at": expires_at,
            "settled_at": settled_at,
            "sent_at": at,
            "lease": uuid.uuid4() if sending else None,
            "leased_until": at if sending else None,
        }
        fields = {field.attname: getattr(pattern, field.attname) for field in Message._meta.concrete_fields}
        rows.append(Message(**{**fields, **values}))
    return Message.objects.bulk_create(rows)


def test_what_is_due_is_what_the_models_call_due(one_of_each: list[Message], at: dt.datetime) -> None:
    due = Message.objects.due(at=at).filter(lane="campaign").order_by("due_at")
    expected = list(due.values_list("id", flat=True))
    assert 1 < len(expected) < len(one_of_each)
    assert [row.id for row in taking.due(Lane.CAMPAIGN, most=10_000, at=at)] == expected
    assert [row.id for row in taking.due(Lane.CAMPAIGN, most=3, at=at)] == expected[:3]
    by_mail = list(due.filter(channel="email").values_list("id", flat=True))
    assert [row.id for row in taking.due(Lane.CAMPAIGN, only=["email"], most=10_000, at=at)] == by_mail
    others = list(due.exclude(channel="email").values_list("id", flat=True))
    assert [row.id for row in taking.due(Lane.CAMPAIGN, never=["email"], most=10_000, at=at)] == others
    assert taking.due(Lane.CODE, most=10, at=at) == []


def test_a_taken_message_is_its_row(say: Say, at: dt.datetime) -> None:
    message = say("무슨 말", lane="campaign", to="a@mail.example")
    [taken] = taking.due(Lane.CAMPAIGN, most=10, at=at)
    for name in ("id", "lane", "channel", "language", "occasion", "opening", "put_at", "tries", "in_doubt", "sender"):
        assert getattr(taken, name) == getattr(message, name), name
    assert (taken.recipient, taken.words) == (message.recipient, message.words)


def test_lanes_with_work_are_named_in_the_order_asked_for(say: Say, at: dt.datetime) -> None:
    assert taking.lanes_with_work(ORDER, at=at) == {}
    say(lane="code")
    say(lane="campaign", to="a@mail.example", due_at=at - 2 * MINUTE)
    say(lane="campaign", due_at=at - MINUTE)
    say(lane="claim", due_at=at + MINUTE)
    found = taking.lanes_with_work(ORDER, at=at)
    assert list(found.items()) == [(Lane.CODE, Channel.SMS), (Lane.CAMPAIGN, Channel.EMAIL)]
    assert list(taking.lanes_with_work(ORDER[:2], at=at)) == [Lane.CODE]
    assert list(taking.lanes_with_work(ORDER, at=at + MINUTE)) == list(ORDER)


@pytest.mark.parametrize("statement", ["DUE", "FIRST"])
def test_due_rows_are_read_from_their_index(statement: str, at: dt.datetime) -> None:
    values: dict[str, Any] = {
        "lane": "campaign",
        "lanes": list(ORDER),
        "only": [],
        "never": ["sms"],
        "most": 50,
        "at": at,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + getattr(taking, statement), values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "delivery_message_to_send" in plan, plan
    assert "Sort" not in plan or statement == "FIRST", plan


def test_a_providers_own_id_is_kept_as_it_was_said(say: Say, at: dt.datetime) -> None:
    said = ["plain", 'with "quotes", a comma', "back\\slash\\", "{braces}", "NULL", "줄\n바꿈", "'; --"]
    for _ in said:
        say(lane="campaign", to=f"{uuid.uuid4().hex}@mail.example")
    lease = uuid.uuid4()
    rows = taking.due(Lane.CAMPAIGN, most=len(said), at=at)
    taking.begin(rows, provider="smtp", sender="x@mail.example", lease=lease, until=at + MINUTE, at=at)
    told = {row.id: provider_id for row, provider_id in zip(rows, said, strict=True)}
    taking.accept([(pk, 1, provider_id) for pk, provider_id in told.items()], lease=lease, at=at)
    assert dict(Message.objects.values_list("id", "provider_id")) == told
    assert set(Attempt.objects.values_list("number", "outcome", "ended_at")) == {(1, "accepted", at)}


def test_only_what_is_still_held_is_recorded(say: Say, at: dt.datetime) -> None:
    for _ in range(2):
        say(lane="campaign", to=f"{uuid.uuid4().hex}@mail.example")
    lease = uuid.uuid4()
    rows = taking.due(Lane.CAMPAIGN, most=2, at=at)
    taking.begin(rows, provider="smtp", sender="x@mail.example", lease=lease, until=at + MINUTE, at=at)
    lost = rows[0].id
    Message.objects.filter(pk=lost).update(lease=uuid.uuid4())
    taking.accept([(row.id, 1, "x") for row in rows], lease=lease, at=at)
    assert set(Message.objects.filter(state=State.SENDING).values_list("pk", flat=True)) == {lost}
