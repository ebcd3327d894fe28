"""Campaigns in batches: what one request carries, and what becomes of each message in it."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from delivery import actions, routes, sending
from delivery.channels import Accepted, NotSent, OutcomeUnknown, phone
from delivery.models import Attempt, Message, Share
from delivery.routes import Route
from delivery.states import Lane, Outcome, State
from delivery.terms import Terms
from tests.delivery.conftest import Say
from tests.servers import Provider

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def send(at: dt.datetime, provider: Provider, settings: Any) -> Callable[..., int]:
    settings.PHONE_PROVIDER_BATCH = 100

    def run(*, after: dt.timedelta = dt.timedelta()) -> int:
        return sending.send_due(lane=Lane.CAMPAIGN, at=at + after)

    return run


@pytest.fixture
def many(say: Say) -> Callable[..., list[Message]]:
    def put(count: int, **how: Any) -> list[Message]:
        return [say(lane="campaign", **how) for _ in range(count)]

    return put


def spying(what: Callable[..., Any], seen: Callable[..., object]) -> Callable[..., Any]:
    def spy(*arguments: Any) -> Any:
        seen(*arguments)
        return what(*arguments)

    return spy


def states(messages: list[Message]) -> set[str]:
    return set(Message.objects.filter(pk__in=[each.pk for each in messages]).values_list("state", flat=True))


def test_each_is_recorded_with_its_own_number_at_the_provider(
    many: Callable[..., list[Message]], send: Callable[..., int], provider: Provider
) -> None:
    messages = many(30)
    assert send() == 30
    received = {row["id"]: row for row in provider.received()}
    assert len(received) == 30
    for message in messages:
        message.refresh_from_db()
        assert (message.state, message.tries, message.lease) == (State.ACCEPTED, 1, None)
        assert message.provider_id == received[str(message.pk)]["provider_id"]
        assert (message.provider, message.sender) == ("phone", "15000000")
        attempt = message.attempts.get()
        assert (attempt.outcome, attempt.ended_at is not None) == ("accepted", True)


def test_a_hundred_take_no_more_statements_than_ten(
    many: Callable[..., list[Message]], send: Callable[..., int]
) -> None:
    counted = []
    for count in (10, 100):
        many(count)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            send()
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 36


def test_what_one_provider_did_not_take_goes_to_the_other_in_one_request(
    many: Callable[..., list[Message]], send: Callable[..., int], second_provider: Provider, settings: Any
) -> None:
    Share.objects.create(way=routes.PHONE, first=100)
    settings.SECOND_PHONE_PROVIDER_BATCH, settings.PHONE_PROVIDER_URL = 100, "http://127.0.0.1:9/phone"
    settings.PHONE_SHARE = 100
    messages = many(30)
    asked: list[int] = []
    told = phone.send_many

    def counting(batch: Sequence[Any], **how: Any) -> Any:
        asked.append(len(batch))
        return told(batch, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(phone, "send_many", counting)
        assert send() == 60
    assert asked == [30, 30]
    assert len(second_provider.received()) == 30
    for message in Message.objects.filter(pk__in=[each.pk for each in messages]):
        assert (message.state, message.tries, message.provider) == (State.ACCEPTED, 2, "phone-2")
        outcomes = message.attempts.order_by("number").values_list("provider", "outcome")
        assert list(outcomes) == [("phone", "temporary"), ("phone-2", "accepted")]


@pytest.fixture
def in_doubt_at_the_first(
    many: Callable[..., list[Message]],
    send: Callable[..., int],
    provider: Provider,
    second_provider: Provider,
    settings: Any,
) -> list[Message]:
    """Five of which the first of two providers said nothing that could be understood."""
    Share.objects.create(way=routes.PHONE, first=100)
    settings.SECOND_PHONE_PROVIDER_BATCH, settings.PHONE_SHARE = 100, 100
    provider.tell(phone="break_down")
    messages = many(5)
    assert send() == 5
    return messages


def test_what_has_been_in_doubt_for_long_enough_goes_to_the_other_in_one_request(
    in_doubt_at_the_first: list[Message], send: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(phone, "post", spying(phone.post, lambda route, value: asked.append((route.name, value))))
    send(after=MINUTE / 2)
    assert [(name, "messages" in value) for name, value in asked] == [("phone", False)] * 5, "it has the word alone"
    send(after=2 * MINUTE)
    assert [(name, len(value["messages"])) for name, value in asked[5:]] == [("phone-2", 5)]
    for message in Message.objects.filter(pk__in=[each.pk for each in in_doubt_at_the_first]):
        assert (message.state, message.tries, message.provider) == (State.ACCEPTED, 3, "phone-2")


def test_where_there_is_no_money_for_what_was_in_doubt_it_waits_and_the_others_do_not(
    in_doubt_at_the_first: list[Message],
    many: Callable[..., list[Message]],
    send: Callable[..., int],
    provider: Provider,
    settings: Any,
) -> None:
    settings.SECOND_PHONE_TERMS = Terms(won={"sms": 10, "lms": 30}, won_a_minute=1, won_a_day=10**6, reserve_percent=0)
    provider.tell(phone="ok")
    others = many(3)
    send(after=2 * MINUTE)
    assert set(Message.objects.filter(last_problem="won-a-minute").values_list("state", flat=True)) == {State.UNKNOWN}
    assert states(in_doubt_at_the_first) == {State.UNKNOWN}
    send(after=2 * MINUTE + dt.timedelta(seconds=1))
    assert states(others) == {State.ACCEPTED}


def test_a_refusal_is_of_each_message(
    many: Callable[..., list[Message]], send: Callable[..., int], provider: Provider
) -> None:
    messages = many(3)
    provider.tell(phone="refuse", times=1)
    send()
    assert states(messages) == {State.FAILED}
    assert set(Message.objects.values_list("last_problem", flat=True)) == {"http-422"}


def test_what_a_batch_was_told_is_read_message_by_message() -> None:
    told = phone.understand_many(
        httpx.Response(
            200,
            json={
                "results": [
                    {"id": "a", "provider_id": "rp-1"},
                    {"id": "b", "status": 422, "error": "no such number"},
                    {"id": "c", "status": 503},
                    {"id": "d"},
                    "nonsense",
                ]
            },
        )
    )
    assert told["a"] == Accepted("rp-1")
    assert isinstance(told["b"], NotSent)
    assert isinstance(told["c"], NotSent)
    assert (told["b"].permanent, told["c"].permanent) == (True, False)
    assert isinstance(told["d"], OutcomeUnknown)
    assert len(told) == 4


def test_a_request_that_is_refused_whole_fails_nobody(
    many: Callable[..., list[Message]],
    send: Callable[..., int],
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:
    settings.DELIVERY_FIRST_PAUSE = MINUTE / 2  # however long a run takes, nothing is due again in it
    messages = many(3)
    whole = httpx.Response(400, json={"error": "too many at once"})
    post, asked = phone.post, list[int]()

    def refuses_many(route: Route, value: Any) -> httpx.Response:
        asked.append(len(value.get("messages", [1])))
        return whole if "messages" in value else post(route, value)

    monkeypatch.setattr(phone, "post", refuses_many)
    send()
    assert (states(messages), asked) == ({State.WAITING}, [3])
    others = many(2)
    send(after=MINUTE)
    assert asked == [3, 2, 1, 1, 1], "whose request was refused is tried alone, and nobody else with it"
    assert (states(messages), states(others)) == ({State.ACCEPTED}, {State.WAITING})
    send(after=2 * MINUTE)
    assert states(others) == {State.ACCEPTED}
    assert len(provider.received()) == 5


def test_an_answer_that_was_lost_leaves_all_of_them_unknown_and_each_is_asked_about(
    many: Callable[..., list[Message]], send: Callable[..., int], provider: Provider
) -> None:
    messages = many(5)
    provider.tell(phone="drop_after_accept", times=1)
    send()
    assert states(messages) == {State.UNKNOWN}
    send(after=MINUTE)
    assert states(messages) == {State.ACCEPTED}
    assert [row["times"] for row in provider.received()] == [2] * 5


def test_what_is_held_back_while_a_request_is_under_way_stays_behind(
    many: Callable[..., list[Message]],
    send: Callable[..., int],
    provider: Provider,
    at: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:
    settings.PHONE_PROVIDER_BATCH = 2
    kept, held = many(2, about="campaign:1", due_at=at - MINUTE), many(2, about="campaign:2")
    ask = sending.together.ask

    def paused_meanwhile(*args: Any, **how: Any) -> Any:
        actions.hold(about="campaign:2", at=at)
        return ask(*args, **how)

    monkeypatch.setattr(sending.together, "ask", paused_meanwhile)
    send()
    assert (states(kept), states(held)) == ({State.ACCEPTED}, {State.WAITING})
    assert {row["id"] for row in provider.received()} == {str(each.pk) for each in kept}


def test_one_that_cannot_be_read_does_not_hold_up_the_others(
    many: Callable[..., list[Message]], send: Callable[..., int], provider: Provider
) -> None:
    broken, *others = many(4)
    Message.objects.filter(pk=broken.pk).update(sealed_words=b"v1:none:nonsense")
    send()
    assert (states([broken]), states(others)) == ({State.FAILED}, {State.ACCEPTED})


def test_a_code_leaves_before_the_next_request(
    many: Callable[..., list[Message]], say: Say, send: Callable[..., int], provider: Provider
) -> None:
    many(3)
    say(text="code", lane="code")
    send()
    assert provider.received()[-1]["text"] == "code"


def test_mails_share_a_connection_and_one_that_is_refused_harms_no_other(
    many: Callable[..., list[Message]], send: Callable[..., int], provider: Provider
) -> None:
    messages = [message for _ in range(8) for message in many(1, to=f"{uuid.uuid4().hex}@mail.example")]
    provider.tell(email="refuse", times=1)
    send()
    assert sorted(Message.objects.values_list("state", flat=True)) == ["accepted"] * 7 + ["failed"]
    assert len(provider.received()) == 7
    assert Attempt.objects.count() == len(messages)


def test_mails_after_a_broken_connection_are_left_for_another_time(
    many: Callable[..., list[Message]], send: Callable[..., int], provider: Provider
) -> None:
    for _ in range(4):
        many(1, to=f"{uuid.uuid4().hex}@mail.example")
    provider.tell(email="drop_after_accept", times=1)
    send()
    assert sorted(Message.objects.values_list("state", flat=True)) == ["unknown"] + ["waiting"] * 3
    send(after=MINUTE)
    assert set(Message.objects.values_list("state", flat=True)) == {State.ACCEPTED}
    assert sorted(row["times"] for row in provider.received()) == [1, 1, 1, 2]


def test_what_was_asked_for_is_not_given_back_when_its_worker_stumbles_and_the_rest_is(
    many: Callable[..., list[Message]],
    send: Callable[..., int],
    provider: Provider,
    at: dt.datetime,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.DELIVERY_LEASE = dt.timedelta(seconds=1)  # it tries to write the answer down for so long
    # Taken in turns: a request for the phones leaves mails behind that stand before some of them.
    mixed = [one for n in range(6) for one in many(1, **({"to": f"p{n}@mail.example"} if n % 2 else {}))]
    phones, mails = mixed[::2], mixed[1::2]

    def stumble(*_arguments: Any, **_more: Any) -> None:
        raise OperationalError("the connection was ended")

    monkeypatch.setattr(sending.together, "record", stumble)
    with pytest.raises(OperationalError):
        send()
    asked = {uuid.UUID(row["id"]) for row in provider.received()}
    assert asked in ({each.pk for each in phones}, {each.pk for each in mails})
    left = {each.pk for each in mixed} - asked
    assert set(Message.objects.filter(state=State.SENDING).values_list("pk", flat=True)) == asked
    assert set(Message.objects.filter(state=State.WAITING, tries=0).values_list("pk", flat=True)) == left
    monkeypatch.undo()
    sending.sweep(at=at + 2 * MINUTE)
    assert set(Attempt.objects.filter(outcome="unknown").values_list("message_id", flat=True)) == asked


def ended_backend(asked: Callable[..., Any]) -> Callable[..., Any]:
    """Asks, and PostgreSQL has ended our connection by the time the answer is there."""

    def ask(*arguments: Any) -> Any:
        answer = asked(*arguments)
        with contextlib.suppress(OperationalError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return answer

    return ask


@pytest.mark.parametrize("lane", [Lane.CAMPAIGN, Lane.CLAIM])
@pytest.mark.parametrize("mode", ["ok", "error"])
def test_an_answer_is_written_down_though_the_connection_was_ended_before_it_came(
    lane: Lane, mode: str, send: Callable[..., int], provider: Provider, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = [say(lane=lane) for _ in range(3)]
    provider.tell(phone=mode)
    monkeypatch.setattr(sending.together, "ask", ended_backend(sending.together.ask))
    monkeypatch.setattr(sending, "_ask", ended_backend(sending._ask))
    assert send() == 3
    attempts = Attempt.objects.filter(message__in=messages)
    expected = (State.ACCEPTED, Outcome.ACCEPTED) if mode == "ok" else (State.WAITING, Outcome.TEMPORARY)
    assert states(messages) == {expected[0]}
    assert set(attempts.values_list("number", "outcome")) == {(1, expected[1])}
    assert not Message.objects.exclude(lease=None).exists()
