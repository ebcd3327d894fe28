"""What leaves and what is recorded of it, against the real provider; the sender runs here, so that each moment can be chosen."""

from __future__ import annotations

import datetime as dt
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from delivery import queries, rules, sending
from delivery.models import Attempt, Forgotten, Message
from delivery.states import Lane, State
from tests.delivery.conftest import Say
from tests.servers import Provider, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def send(at: dt.datetime, provider: Provider) -> Callable[..., int]:
    """One run of a worker, as of `at` or a moment after it."""

    def run(*, after: dt.timedelta = dt.timedelta(), lane: Lane = Lane.CAMPAIGN) -> int:
        return sending.send_due(lane=lane, at=at + after)

    return run


def in_thread(work: Callable[[], Any]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_text_message_leaves_and_is_recorded(
    say: Say, send: Callable[..., int], provider: Provider, phone: str
) -> None:
    message = say(about="claim:CLM-7F3K-29QD")
    assert send() == 1
    [received] = provider.received(phone)
    assert (received["id"], received["channel"], received["times"]) == (str(message.pk), "sms", 1)
    assert received["text"] == "[한빛카드] 신청을 받았어요."
    message.refresh_from_db()
    assert (message.state, message.tries) == (State.ACCEPTED, 1)
    assert message.provider_id == received["provider_id"]
    assert message.sent_at == message.settled_at != None  # noqa: E711
    attempt = message.attempts.get()
    assert (attempt.outcome, attempt.code) == ("accepted", "")
    assert attempt.started_at < attempt.ended_at
    assert send(after=MINUTE) == 0


def test_an_e_mail_leaves_under_the_id_of_its_message(say: Say, send: Callable[..., int], provider: Provider) -> None:
    to = f"{uuid.uuid4().hex}@mail.example"
    message = say(to=to)
    send()
    [received] = provider.received(to)
    assert received["id"] == str(message.pk)
    assert received["subject"] == "신청을 받았어요"
    assert received["text"].strip() == "[한빛카드] 신청을 받았어요."
    message.refresh_from_db()
    assert (message.state, message.channel) == (State.ACCEPTED, "email")


def test_no_transaction_is_open_while_the_provider_is_asked(
    say: Say, send: Callable[..., int], provider: Provider, phone: str
) -> None:
    provider.tell(phone="slow", seconds=3, times=1)
    message = say()
    sending = in_thread(send)
    wait_for(lambda: Attempt.objects.filter(message=message).exists())
    time.sleep(0.3)  # well inside the provider's three
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND state <> 'idle' GROUP BY state"
        )
        assert cursor.fetchall() == []
    assert not provider.received(phone)
    sending.join(20)
    assert provider.received(phone)


def test_codes_leave_before_claims_and_claims_before_campaigns(
    say: Say, send: Callable[..., int], provider: Provider, phone: str
) -> None:
    for lane in ("campaign", "claim", "code", "campaign", "code"):
        say(text=lane, lane=lane)
    assert send() == 5
    assert [row["text"] for row in reversed(provider.received(phone))] == [
        "code",
        "code",
        "claim",
        "campaign",
        "campaign",
    ]


def test_a_hint_about_codes_leaves_the_campaign_alone(
    say: Say, send: Callable[..., int], provider: Provider, phone: str
) -> None:
    for lane in ("campaign", "claim", "code"):
        say(text=lane, lane=lane)
    assert send(lane=Lane.CODE) == 1
    assert [row["text"] for row in provider.received(phone)] == ["code"]
    assert queries.waiting_count() == {"code": 0, "claim": 1, "campaign": 1}


def test_a_code_put_during_a_slow_campaign_goes_in_between(
    say: Say, send: Callable[..., int], provider: Provider, phone: str
) -> None:
    provider.tell(phone="slow", seconds=0.3)
    for _ in range(12):
        say(text="campaign", lane="campaign")
    sending = in_thread(send)
    wait_for(lambda: provider.received(phone))
    say(text="code", lane="code")
    sending.join(60)
    order = [row["text"] for row in reversed(provider.received(phone))]
    assert len(order) == 13
    assert order.index("code") < 11, order


def test_an_expired_code_is_never_sent_and_is_blanked(
    say: Say, send: Callable[..., int], provider: Provider, phone: str, at: dt.datetime
) -> None:
    message = say(lane="code", expires_at=at + 3 * MINUTE)
    assert send(after=3 * MINUTE) == 0
    sending.sweep(at=at + 3 * MINUTE)
    assert send(after=4 * MINUTE) == 0
    assert not provider.received(phone)
    message.refresh_from_db()
    assert (message.state, message.tries) == (State.EXPIRED, 0)
    with pytest.raises(Forgotten):
        _ = message.words


def test_a_code_that_expires_between_taking_and_asking_is_not_sent(
    say: Say, send: Callable[..., int], provider: Provider, phone: str, at: dt.datetime
) -> None:
    provider.tell(phone="slow", seconds=1, times=1)
    say(text="first", lane="code", due_at=at - MINUTE)
    second = say(text="second", lane="code", expires_at=at + SECOND / 2)
    send()
    assert [row["text"] for row in provider.received(phone)] == ["first"]
    second.refresh_from_db()
    assert second.state == State.EXPIRED


def test_a_code_is_blanked_once_it_has_left_and_a_letter_is_kept(say: Say, send: Callable[..., int]) -> None:
    code, letter = say(lane="code"), say(lane="claim")
    send()
    code.refresh_from_db()
    letter.refresh_from_db()
    assert code.state == letter.state == State.ACCEPTED
    assert code.sealed_words is None
    assert letter.words.text == "[한빛카드] 신청을 받았어요."


def test_what_is_due_later_waits(
    say: Say, send: Callable[..., int], provider: Provider, phone: str, at: dt.datetime
) -> None:
    say(due_at=at + MINUTE)
    assert send(after=59 * SECOND) == 0
    assert not provider.received(phone)
    assert send(after=MINUTE) == 1


def test_a_refused_number_fails_for_good(say: Say, send: Callable[..., int], provider: Provider, phone: str) -> None:
    provider.tell(phone="refuse", times=1)
    message = say()
    send()
    message.refresh_from_db()
    assert (message.state, message.last_problem, message.tries) == (State.FAILED, "http-422", 1)
    assert send(after=dt.timedelta(days=1)) == 0
    assert not provider.received(phone)


@pytest.mark.parametrize("way", ["phone", "email"])
def test_a_provider_out_of_order_is_asked_again_later(
    way: str, say: Say, send: Callable[..., int], provider: Provider, phone: str
) -> None:
    to = phone if way == "phone" else f"{uuid.uuid4().hex}@mail.example"
    provider.tell(**{way: "error", "times": 1})
    message = say(to=to)
    assert send() == 1
    message.refresh_from_db()
    assert (message.state, message.in_doubt) == (State.WAITING, False)
    assert send(after=SECOND) == 0, "it is given a pause"
    assert send(after=MINUTE) == 1
    message.refresh_from_db()
    assert (message.state, message.tries) == (State.ACCEPTED, 2)
    assert [attempt.outcome for attempt in message.attempts.order_by("number")] == ["temporary", "accepted"]
    assert len(provider.received(to)) == 1


def test_a_provider_that_broke_down_may_have_taken_it(say: Say, send: Callable[..., int], provider: Provider) -> None:
    provider.tell(phone="break_down", times=1)
    message = say()
    send()
    message.refresh_from_db()
    assert (message.state, message.last_problem) == (State.UNKNOWN, "http-500")


def test_nobody_there_is_asked_again_and_in_the_end_given_up(say: Say, send: Callable[..., int], settings: Any) -> None:
    settings.PHONE_PROVIDER_URL = "http://127.0.0.1:9/phone"
    message = say()
    for n in range(rules.MOST_TRIES + 3):
        send(after=dt.timedelta(days=n))
    message.refresh_from_db()
    assert (message.state, message.tries) == (State.FAILED, rules.MOST_TRIES)
    assert message.last_problem == "ConnectError"


@pytest.mark.parametrize("way", ["phone", "email"])
def test_an_answer_that_was_lost_is_asked_for_with_the_same_id(
    way: str, say: Say, send: Callable[..., int], provider: Provider, phone: str
) -> None:
    to = phone if way == "phone" else f"{uuid.uuid4().hex}@mail.example"
    provider.tell(**{way: "drop_after_accept", "times": 1})
    message = say(to=to)
    send()
    message.refresh_from_db()
    assert (message.state, message.settled_at) == (State.UNKNOWN, None)
    assert send(after=MINUTE) == 1
    [received] = provider.received(to)
    assert (received["id"], received["times"]) == (str(message.pk), 2)
    message.refresh_from_db()
    assert message.state == State.ACCEPTED


def test_a_provider_that_hangs_is_waited_for_no_longer_than_the_limit(
    say: Say, send: Callable[..., int], provider: Provider, settings: Any
) -> None:
    settings.DELIVERY_TIMEOUT = SECOND
    provider.tell(phone="hang", seconds=60, times=1)
    message, started = say(), time.monotonic()
    send()
    assert time.monotonic() - started < 30
    message.refresh_from_db()
    assert (message.state, message.last_problem) == (State.UNKNOWN, "ReadTimeout")


def test_what_stays_unknown_is_never_called_unsent_but_set_aside_for_staff(
    say: Say, send: Callable[..., int], provider: Provider, at: dt.datetime
) -> None:
    provider.tell(phone="drop_after_accept")
    letter, code = say(), say(lane="code", expires_at=at + 3 * MINUTE)
    send()
    provider.tell(phone="error")
    for n in range(rules.MOST_TRIES + 2):
        send(after=dt.timedelta(days=n))
    sending.sweep(at=at + dt.timedelta(days=30))
    for message in (letter, code):
        message.refresh_from_db()
        assert message.state == State.UNKNOWN
        assert message.settled_at is not None
    assert set(queries.set_aside()) == {letter, code}
    assert code.sealed_words is None
    assert send(after=dt.timedelta(days=60)) == 0


def test_several_workers_at_once_send_each_message_once(
    say: Say, send: Callable[..., int], provider: Provider, phone: str
) -> None:
    for _ in range(60):
        say(lane="claim")
    for thread in [in_thread(send) for _ in range(4)]:
        thread.join(60)
    received = provider.received(phone)
    assert len(received) == 60
    assert {row["times"] for row in received} == {1}
    assert set(Message.objects.values_list("state", "tries")) == {(State.ACCEPTED, 1)}


def test_an_answer_that_comes_after_the_lease_was_lost_is_not_recorded(
    say: Say,
    send: Callable[..., int],
    provider: Provider,
    at: dt.datetime,
    phone: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "RUN", dt.timedelta(seconds=1))  # the slow worker does not ask again itself
    provider.tell(phone="slow", seconds=1.5, times=1)
    message = say()
    slow_worker = in_thread(send)
    wait_for(lambda: Attempt.objects.filter(message=message).exists())
    sending.sweep(at=at + 2 * MINUTE)
    message.refresh_from_db()
    assert (message.state, message.lost_leases) == (State.UNKNOWN, 1)
    assert message.due_at <= at, "it goes before all that came later"
    slow_worker.join(20)
    monkeypatch.undo()
    message.refresh_from_db()
    assert message.state == State.UNKNOWN, "its yes came too late: only asking again may tell"
    assert send(after=2 * MINUTE) == 1
    message.refresh_from_db()
    assert (message.state, message.tries) == (State.ACCEPTED, 2)
    [received] = provider.received(phone)
    assert received["times"] == 2


def dead_worker(message: Message, *, at: dt.datetime, asked: bool) -> None:
    """Leaves the row as a worker does that dies with it in its hands."""
    Message.objects.filter(pk=message.pk).update(state=State.SENDING, lease=uuid.uuid4(), leased_until=at)
    if asked:
        number = message.attempts.count() + 1
        Message.objects.filter(pk=message.pk).update(tries=number)
        Attempt.objects.create(message=message, number=number, provider="phone", started_at=at)


def test_what_kills_its_sender_three_times_is_set_aside_and_the_rest_flows(
    say: Say, send: Callable[..., int], provider: Provider, at: dt.datetime, phone: str
) -> None:
    poison, neighbour = say(text="poison"), say(text="neighbour")
    for n in range(rules.MOST_LOST_LEASES):
        dead_worker(poison, at=at + n * MINUTE, asked=True)
        dead_worker(neighbour, at=at + n * MINUTE, asked=False)
        sending.sweep(at=at + n * MINUTE)
    for message in (poison, neighbour):
        message.refresh_from_db()
    assert (poison.state, poison.lost_leases) == (State.UNKNOWN, 3)
    assert poison.settled_at is not None
    assert list(queries.set_aside()) == [poison]
    assert (neighbour.state, neighbour.lost_leases, neighbour.tries) == (State.WAITING, 0, 0)
    assert send(after=5 * MINUTE) == 1
    assert [row["text"] for row in provider.received(phone)] == ["neighbour"]


def test_a_lease_that_has_not_run_out_is_left_to_its_worker(say: Say, at: dt.datetime) -> None:
    message = say()
    dead_worker(message, at=at + MINUTE, asked=True)
    assert sending.sweep(at=at) == []
    message.refresh_from_db()
    assert message.state == State.SENDING


def test_a_row_that_cannot_be_read_fails_alone(
    say: Say, send: Callable[..., int], provider: Provider, phone: str
) -> None:
    broken, sound = say(text="broken"), say(text="sound")
    Message.objects.filter(pk=broken.pk).update(sealed_words=b"v1:nokey:nothing that opens, whatever is tried with it")
    send()
    broken.refresh_from_db()
    assert (broken.state, broken.last_problem) == (State.FAILED, "CannotOpen")
    assert [row["text"] for row in provider.received(phone)] == ["sound"]
    sound.refresh_from_db()
    assert sound.state == State.ACCEPTED


def test_the_sweep_names_the_lanes_where_something_is_due(say: Say, at: dt.datetime) -> None:
    say(lane="campaign")
    say(lane="code", due_at=at + MINUTE)
    assert sending.sweep(at=at) == [Lane.CAMPAIGN]
    assert sending.sweep(at=at + MINUTE) == [Lane.CODE, Lane.CAMPAIGN]


def test_the_rooms_above_learn_what_became_of_a_message_by_its_key(say: Say, send: Callable[..., int]) -> None:
    say(key="claim-received:17")
    send()
    say(key="claim-decided:17")
    assert queries.state_of(["claim-received:17", "claim-decided:17", "never-put"]) == {
        "claim-received:17": State.ACCEPTED,
        "claim-decided:17": State.WAITING,
    }
