"""Two phone companies: shared by percent, one taking over where the other breaks down; both real processes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from breachdesk.lib import signed
from delivery import queries, routes, rules, sending, steering
from delivery.models import Message, Share
from delivery.states import Lane, State
from tests.delivery.conftest import Say
from tests.racing import race
from tests.servers import Provider

pytestmark = pytest.mark.django_db(transaction=True)
SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)


@pytest.fixture
def send(at: dt.datetime, second_provider: Provider) -> Callable[..., int]:
    def run(*, after: dt.timedelta = dt.timedelta()) -> int:
        return sending.send_due(lane=Lane.CAMPAIGN, at=at + after)

    return run


def shared(first: int, **more: Any) -> None:
    Share.objects.update_or_create(way=routes.PHONE, defaults={"first": first, **more})


def share() -> int:
    return Share.objects.get(way=routes.PHONE).first


@pytest.mark.parametrize(("first", "to_the_first"), [(100, 4), (0, 0)])
def test_each_provider_has_its_percent(
    first: int, to_the_first: int, say: Say, send: Callable[..., int], provider: Provider, second_provider: Provider
) -> None:
    shared(first)
    for _ in range(4):
        say()
    assert send() == 4
    assert (len(provider.received()), len(second_provider.received())) == (to_the_first, 4 - to_the_first)


def test_half_and_half_is_drawn_anew_for_each_message(say: Say, send: Callable[..., int]) -> None:
    message = say()
    drawn = [steering.choose(message, at=timezone.now(), chance=chance).name for chance in (0.0, 0.49, 0.5, 0.99)]
    assert drawn == ["phone", "phone", "phone-2", "phone-2"]


def test_one_that_is_not_there_costs_nobody_their_message_and_no_time(
    say: Say, send: Callable[..., int], second_provider: Provider, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared(100)
    # With ten points moved after the first trouble, what is drawn would decide who is asked first.
    monkeypatch.setattr(sending, "chance", SimpleNamespace(random=lambda: 0.0))
    settings.PHONE_PROVIDER_URL = "http://127.0.0.1:9/phone"
    messages = [say(lane=lane) for lane in ("code", "claim", "campaign")]
    assert send() == 6, "each is asked for twice in one run: nowhere, then at the other"
    assert len(second_provider.received()) == 3
    for message in messages:
        message.refresh_from_db()
        assert (message.state, message.provider, message.in_doubt) == (State.ACCEPTED, "phone-2", False)
    assert share() == 90, "ten points a minute, however many found nobody there"


def test_one_that_broke_down_may_have_it_and_is_asked_again_before_the_other_is(
    say: Say, send: Callable[..., int], provider: Provider, second_provider: Provider
) -> None:
    shared(100)
    provider.tell(phone="break_down")
    message = say()
    send()
    send(after=30 * SECOND)
    assert second_provider.received() == [], "only the first can tell whether it took it"
    send(after=3 * MINUTE)
    [received] = second_provider.received()
    message.refresh_from_db()
    assert (received["id"], message.state, message.in_doubt) == (str(message.pk), State.ACCEPTED, True)
    assert [attempt.provider for attempt in message.attempts.order_by("number")] == ["phone", "phone", "phone-2"]


@pytest.mark.parametrize("lane", ["claim", "campaign"])
def test_the_other_is_asked_as_soon_as_the_doubt_has_lasted_however_long_the_pause_would_be(
    lane: str, say: Say, send: Callable[..., int], provider: Provider, second_provider: Provider, settings: Any
) -> None:
    shared(100)
    settings.DELIVERY_FIRST_PAUSE = dt.timedelta(hours=1)
    provider.tell(phone="break_down")
    message = say(lane=lane)
    send()
    message.refresh_from_db()
    over_at = message.attempts.get().started_at + rules.DOUBT_STAYS_ELSE
    assert message.due_at == over_at
    send(after=rules.DOUBT_STAYS_ELSE + MINUTE)
    message.refresh_from_db()
    assert (message.state, message.provider, message.tries) == (State.ACCEPTED, "phone-2", 2)


def test_one_in_doubt_at_one_that_is_well_again_does_not_stay_with_the_other_that_is_dead(
    say: Say, send: Callable[..., int], provider: Provider, second_provider: Provider
) -> None:
    shared(0)
    provider.tell(phone="error")
    second_provider.tell(phone="drop_after_accept", times=1)
    message = say()
    send()
    send(after=3 * MINUTE)  # the doubt has lasted: the other is asked, and has certainly not taken it
    send(after=6 * MINUTE)
    message.refresh_from_db()
    assert (message.state, message.provider) == (State.ACCEPTED, "phone-2")
    assert [attempt.provider for attempt in message.attempts.order_by("number")] == ["phone-2", "phone", "phone-2"]
    assert len(second_provider.received()) == 1, "it knew the key"


def test_one_that_may_have_it_and_is_busy_is_asked_no_sooner_than_it_says(
    say: Say, send: Callable[..., int], provider: Provider, at: dt.datetime
) -> None:
    shared(100)
    message = say()
    provider.tell(phone="break_down", times=1)
    send()
    provider.tell(phone="busy")
    for number in (2, 3):
        Message.objects.filter(pk=message.pk).update(due_at=at)
        send(after=10 * SECOND)
        message.refresh_from_db()
        assert (message.provider, message.tries, message.in_doubt) == ("phone", number, True)
        assert message.due_at >= at + 40 * SECOND


def test_what_one_may_have_taken_did_not_fail_because_the_other_never_will(
    say: Say, send: Callable[..., int], provider: Provider, second_provider: Provider
) -> None:
    shared(100)
    provider.tell(phone="break_down", times=1)
    second_provider.tell(phone="refuse", times=1)
    message = say()
    send()
    send(after=3 * MINUTE)
    message.refresh_from_db()
    assert (message.state, message.last_problem, message.tries) == (State.UNKNOWN, "http-422", 2)
    assert message in queries.set_aside()


def test_a_code_does_not_wait_so_long(
    say: Say, send: Callable[..., int], provider: Provider, second_provider: Provider
) -> None:
    shared(100)
    provider.tell(phone="break_down")
    say(lane="code")
    send()
    send(after=30 * SECOND)
    assert len(second_provider.received()) == 1


def test_a_number_that_one_refuses_is_not_tried_at_the_other_and_is_no_trouble(
    say: Say, send: Callable[..., int], provider: Provider, second_provider: Provider
) -> None:
    shared(100)
    provider.tell(phone="refuse", times=1)
    refused = say()
    send()
    send(after=MINUTE)
    refused.refresh_from_db()
    assert (refused.state, share(), second_provider.received()) == (State.FAILED, 100, [])


def test_when_both_are_away_each_round_ends_in_a_pause_and_all_rounds_in_a_failure(
    say: Say, send: Callable[..., int], settings: Any
) -> None:
    settings.PHONE_PROVIDER_URL = settings.SECOND_PHONE_PROVIDER_URL = "http://127.0.0.1:9/phone"
    message = say()
    assert send() == 2
    assert send(after=SECOND) == 0, "both were asked: now it waits"
    for day in range(1, rules.MOST_TRIES + 3):
        send(after=dt.timedelta(days=day))
    message.refresh_from_db()
    assert (message.state, message.tries) == (State.FAILED, 2 * rules.MOST_TRIES)


def test_however_many_workers_meet_a_trouble_the_share_moves_once_a_minute(
    say: Say, second_provider: Provider, at: dt.datetime
) -> None:
    message = say()
    Message.objects.filter(pk=message.pk).update(provider="phone")
    message.refresh_from_db()
    race(8, lambda _number: steering.trouble(message, at=at))
    assert share() == 40
    for minute in range(1, 10):
        steering.trouble(message, at=at + minute * MINUTE)
    assert share() == 0


@pytest.mark.parametrize(("first", "rest", "after_each"), [(0, 50, [10, 20]), (100, 50, [90, 80]), (46, 50, [50, 50])])
def test_after_five_quiet_minutes_it_drifts_back_and_never_past_its_rest(
    first: int, rest: int, after_each: list[int], second_provider: Provider, at: dt.datetime, settings: Any
) -> None:
    settings.PHONE_SHARE = rest
    shared(first, moved_at=at, trouble_at=at)
    steering.drift(at=at + 4 * MINUTE)
    assert share() == first
    for number, expected in enumerate(after_each, start=1):
        steering.drift(at=at + 5 * number * MINUTE)
        steering.drift(at=at + 5 * number * MINUTE + SECOND)
        assert share() == expected


def test_trouble_in_between_holds_the_drift_back(say: Say, second_provider: Provider, at: dt.datetime) -> None:
    shared(40, moved_at=at, trouble_at=at + 4 * MINUTE)
    steering.drift(at=at + 6 * MINUTE)
    assert share() == 40
    steering.drift(at=at + 9 * MINUTE)
    assert share() == 50


def test_both_may_tell_what_became_of_a_message_each_with_its_own_secret(
    say: Say, second_provider: Provider, at: dt.datetime, settings: Any
) -> None:
    settings.SECOND_PHONE_PROVIDER_SECRET = "another secret, of the second"
    for secret, status in ((settings.PHONE_PROVIDER_SECRET, 200), ("another secret, of the second", 200), ("no", 401)):
        message = say()
        told = {"event_id": f"e-{message.pk}", "id": str(message.pk), "state": "delivered", "at": at.isoformat()}
        body = json.dumps(told).encode()
        headers = signed.headers(secret, signed=body, at=timezone.now())
        answer = Client().post("/delivery/receipts/phone/", body, content_type="application/json", headers=headers)
        assert answer.status_code == status


def test_both_may_count_their_events_alike(say: Say, second_provider: Provider, at: dt.datetime, settings: Any) -> None:
    settings.SECOND_PHONE_PROVIDER_SECRET = "another secret, of the second"
    heard = []
    for secret in (settings.PHONE_PROVIDER_SECRET, "another secret, of the second"):
        told = {"event_id": "1", "id": str(say().pk), "state": "delivered", "at": at.isoformat()}
        body = json.dumps(told).encode()
        for _time in range(2):
            headers = signed.headers(secret, signed=body, at=timezone.now())
            answer = Client().post("/delivery/receipts/phone/", body, content_type="application/json", headers=headers)
            heard.append(answer.status_code)
    assert heard == [200, 409, 200, 409]
    assert set(Message.objects.values_list("state", flat=True)) == {State.DELIVERED}
