"""A way of which no provider takes anything: a campaign tries a few now and then, and nobody who can be told otherwise waits behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from delivery import outages, queries, sending
from delivery.models import Message, Outage, Share
from delivery.states import Channel, Lane, State
from tests.delivery.conftest import Say
from tests.servers import Provider

pytestmark = pytest.mark.django_db(transaction=True)
MANY, EVERY = outages.MANY, outages.TRIED_EVERY
PHONES = {Channel.SMS, Channel.LMS}


@pytest.fixture
def send(at: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """A run takes no time, however busy the machine: what failed is never due again in the same one."""
    monkeypatch.setattr(sending.Watch, "passed", lambda watch: dt.timedelta())

    def run(*, after: dt.timedelta = dt.timedelta()) -> int:
        return sending.send_due(lane=Lane.CAMPAIGN, at=at + after)

    return run


@pytest.fixture
def broken(provider: Provider) -> Provider:
    provider.tell(phone="error")
    return provider


def campaign(say: Say, count: int) -> None:
    for number in range(count):
        say(lane="campaign", about="campaign:1", to=f"010-0000-{number:04d}")


def asked() -> int:
    return sum(Message.objects.values_list("tries", flat=True))


def test_after_many_in_a_row_a_campaign_asks_for_few_now_and_then_until_one_is_taken(
    say: Say, send: Callable[..., int], broken: Provider
) -> None:
    campaign(say, MANY + 10)
    send()
    assert set(outages.since()) == PHONES
    before = asked()
    assert send(after=EVERY / 2) == 0
    send(after=EVERY * 1.5)
    assert before < asked() <= before + outages.TRIED_AT_ONCE
    broken.tell(phone="ok")
    send(after=EVERY * 5)
    assert outages.since() == {}, "what was tried has left"
    send(after=EVERY * 10)
    assert set(Message.objects.values_list("state", flat=True)) == {State.ACCEPTED}


@pytest.mark.parametrize("mode", ["break_down", "hang"])
def test_one_that_may_have_taken_them_and_says_nothing_is_as_much_out_of_order(
    mode: str, say: Say, send: Callable[..., int], provider: Provider, settings: Any
) -> None:
    settings.PHONE_PROVIDER_BATCH, settings.DELIVERY_TIMEOUT = 100, dt.timedelta(seconds=0.5)
    provider.tell(phone=mode, seconds=1)
    campaign(say, MANY)
    send()
    assert (set(outages.since()), queries.unsettled(about="campaign:1")) == (PHONES, 0)
    assert set(Message.objects.values_list("provider", "in_doubt")) == {("phone", True)}
    provider.tell(phone="ok")
    settings.DELIVERY_TIMEOUT = dt.timedelta(seconds=10)
    send(after=EVERY * 5)
    assert outages.since() == {}, "what was tried has left"


def test_a_mail_server_that_is_not_there_is_out_of_order(say: Say, send: Callable[..., int], settings: Any) -> None:
    settings.SMTP_URL = "smtp://127.0.0.1:9"
    for number in range(MANY):
        say(lane="campaign", to=f"n{number}@mail.example")
    send()
    assert set(outages.since()) == {Channel.EMAIL}
    assert set(Message.objects.values_list("state", "last_problem")) == {(State.WAITING, "ConnectionRefusedError")}


def test_one_of_two_that_says_nothing_is_no_outage_until_the_other_was_asked_as_well(
    say: Say, send: Callable[..., int], provider: Provider, second_provider: Provider, settings: Any
) -> None:
    Share.objects.create(way="phone", first=100, moved_at=timezone.now() + dt.timedelta(days=1))
    settings.PHONE_PROVIDER_BATCH = settings.SECOND_PHONE_PROVIDER_BATCH = 100
    for one in (provider, second_provider):
        one.tell(phone="break_down")
    campaign(say, MANY)
    send()
    send(after=dt.timedelta(seconds=30))
    assert set(Message.objects.values_list("provider", "tries")) == {("phone", 2)}
    assert outages.since() == {}, "the other may be well"
    send(after=dt.timedelta(minutes=3))
    assert set(Message.objects.values_list("provider", "tries")) == {("phone-2", 3)}
    assert set(outages.since()) == PHONES


def test_fewer_or_with_one_taken_in_between_are_no_outage(
    say: Say, send: Callable[..., int], provider: Provider, settings: Any
) -> None:
    settings.DELIVERY_FIRST_PAUSE = EVERY  # however long the run takes, nothing is asked for twice in it
    provider.tell(phone="error", times=MANY - 1)
    campaign(say, MANY)
    send()
    assert (Message.objects.filter(state=State.ACCEPTED).count(), outages.since()) == (1, {})
    assert not Outage.objects.filter(in_a_row__gt=0).exists()


@pytest.mark.parametrize("lane", ["code", "claim"])
def test_codes_and_claim_letters_are_asked_for_all_the_same(
    lane: str, say: Say, send: Callable[..., int], broken: Provider
) -> None:
    campaign(say, MANY)
    send()
    say(lane=lane)
    assert send(after=EVERY / 4) == 1


def test_one_of_two_providers_in_trouble_is_no_outage(
    say: Say, send: Callable[..., int], broken: Provider, second_provider: Provider
) -> None:
    campaign(say, MANY * 2)
    send()
    assert outages.since() == {}
    assert set(Message.objects.values_list("state", flat=True)) == {State.ACCEPTED}


def test_other_ways_leave_and_nobody_counts_what_is_stuck_as_under_way(
    say: Say, send: Callable[..., int], broken: Provider
) -> None:
    campaign(say, MANY)
    send()
    mail = say(lane="campaign", about="campaign:1", to="somebody@mail.example", occasion="leak_notice")
    unasked = say(lane="campaign", about="campaign:1")
    assert queries.unsettled(about="campaign:1") == 1
    assert send(after=EVERY / 4) == 1
    mail.refresh_from_db()
    assert mail.state == State.ACCEPTED
    assert queries.unsettled(about="campaign:1") == 0
    standing = queries.standing([unasked.key])[unasked.key]
    assert standing.state == State.WAITING
    assert standing.asked_at is not None, "its time on this rung runs"


def test_two_workers_do_not_both_try_and_each_goes_on_with_what_can_leave(at: dt.datetime) -> None:
    down: dict[str, Any] = {"way": "phone", "in_a_row": MANY, "since": at, "try_at": at}
    Outage.objects.create(**down)
    first, second = (list(outages.now_open(tried=set(), at=at)) for _worker in range(2))
    assert [(set(one.tried), set(one.shut)) for one in first] == [(PHONES, set()), (set(), PHONES)]
    assert [(set(one.tried), set(one.shut)) for one in second] == [(set(), PHONES)]


def test_a_way_with_nothing_to_try_keeps_nobody_from_leaving(
    say: Say, send: Callable[..., int], provider: Provider, at: dt.datetime
) -> None:
    Outage.objects.create(way="alimtalk", in_a_row=MANY, since=at, try_at=at)
    message = say(lane="campaign")
    assert send() == 1
    message.refresh_from_db()
    assert message.state == State.ACCEPTED
