"""What is held does not leave; what is cancelled never does; what may have left is not said to be cancelled."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from delivery import actions, queries, sending
from delivery.models import Message
from delivery.states import IllegalMove, Lane, State
from tests.delivery.conftest import Say
from tests.servers import Provider, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
ABOUT = "campaign:7"
MINUTE = dt.timedelta(minutes=1)


def states(*messages: Message) -> list[str]:
    for message in messages:
        message.refresh_from_db()
    return [message.state for message in messages]


def test_what_is_held_does_not_leave_until_it_is_let_go(
    say: Say, provider: Provider, phone: str, at: dt.datetime
) -> None:
    held, other = say("하나", about=ABOUT), say("둘", about="campaign:8")

    assert actions.hold(about=ABOUT, at=at) == 1
    assert sending.send_due(lane=Lane.CAMPAIGN, at=at) == 1
    assert [row["text"] for row in provider.received(phone)] == ["둘"]
    assert states(held, other) == [State.WAITING, State.ACCEPTED]
    assert queries.unsettled(about=ABOUT) == 1
    assert queries.waiting_since(at=at + MINUTE) is None, "nobody waits for what is held"

    assert actions.let_go(about=ABOUT, at=at) == 1
    assert sending.send_due(lane=Lane.CAMPAIGN, at=at) == 1
    assert states(held) == [State.ACCEPTED]


def test_holding_twice_keeps_the_first_moment(say: Say, at: dt.datetime) -> None:
    message = say(about=ABOUT)

    assert [actions.hold(about=ABOUT, at=at), actions.hold(about=ABOUT, at=at + MINUTE)] == [1, 0]
    message.refresh_from_db()
    assert message.held_at == at


def test_the_time_a_message_was_held_back_after_it_was_asked_for_is_left_out(say: Say, at: dt.datetime) -> None:
    unasked, asked = say(about=ABOUT), say(about=ABOUT, key="asked")
    asked.attempts.create(number=1, provider="p", started_at=at)
    Message.objects.filter(pk=asked.pk).update(tries=1)

    def asked_at() -> dict[str, dt.datetime | None]:
        return {key: one.asked_at for key, one in queries.standing([unasked.key, asked.key]).items()}

    assert asked_at() == {unasked.key: None, asked.key: at}
    for begins in (1, 30):
        actions.hold(about=ABOUT, at=at + begins * MINUTE)
        assert set(asked_at().values()) == {None}, "no time runs while it is held"
        actions.let_go(about=ABOUT, at=at + (begins + 10) * MINUTE)
    assert asked_at() == {unasked.key: None, asked.key: at + 20 * MINUTE}


def test_what_a_worker_has_taken_but_not_begun_is_held_too(
    say: Say, provider: Provider, phone: str, at: dt.datetime
) -> None:
    provider.tell(phone="slow", seconds=1, times=1)
    messages = [say(f"{number}", about=ABOUT, lane="campaign", due_at=at - number * MINUTE) for number in (3, 2, 1)]

    def work() -> None:
        sending.send_due(lane=Lane.CAMPAIGN, at=at)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    wait_for(lambda: messages[0].attempts.exists())
    assert actions.hold(about=ABOUT, at=at) == 3
    worker.join()

    assert states(*messages) == [State.ACCEPTED, State.WAITING, State.WAITING]
    assert [row["text"] for row in provider.received(phone)] == ["3"]


def test_what_is_cancelled_never_leaves(say: Say, provider: Provider, phone: str, at: dt.datetime) -> None:
    message, other = say("하나", about=ABOUT), say("둘", about="campaign:8")

    assert actions.cancel(about=ABOUT, at=at) == 1
    assert actions.cancel(about=ABOUT, at=at) == 0
    actions.let_go(about=ABOUT, at=at)
    sending.send_due(lane=Lane.CAMPAIGN, at=at)

    assert states(message, other) == [State.CANCELLED, State.ACCEPTED]
    assert message.settled_at == at
    assert [row["text"] for row in provider.received(phone)] == ["둘"]
    with pytest.raises(IllegalMove):
        message.move(State.WAITING, at=at)


def test_what_may_have_left_is_not_called_cancelled_and_is_not_asked_for_again(
    say: Say, provider: Provider, phone: str, at: dt.datetime
) -> None:
    provider.tell(phone="drop_after_accept", times=1)
    message = say(about=ABOUT)
    sending.send_due(lane=Lane.CAMPAIGN, at=at)

    assert actions.cancel(about=ABOUT, at=at) == 0
    sending.send_due(lane=Lane.CAMPAIGN, at=at + 60 * MINUTE)

    assert states(message) == [State.UNKNOWN]
    assert [row["times"] for row in provider.received(phone)] == [1]
    assert queries.unsettled(about=ABOUT) == 0
    assert list(queries.set_aside()) == [message]


def test_what_is_being_sent_ends_with_the_next_call(say: Say, provider: Provider, phone: str, at: dt.datetime) -> None:
    provider.tell(phone="error", times=1)
    message = say(about=ABOUT)
    Message.objects.filter(pk=message.pk).update(state=State.SENDING, lease=message.pk, leased_until=at + MINUTE)

    assert actions.cancel(about=ABOUT, at=at) == 0
    assert states(message) == [State.SENDING]
    message.move(State.WAITING, at=at)  # as after a provider that refused it for the moment
    sending.send_due(lane=Lane.CAMPAIGN, at=at + MINUTE)
    assert actions.cancel(about=ABOUT, at=at) == 1
    assert states(message) == [State.CANCELLED]
    assert provider.received(phone) == []


def test_a_message_that_has_left_stays_as_it_is(say: Say, provider: Provider, at: dt.datetime) -> None:
    message = say(about=ABOUT)
    sending.send_due(lane=Lane.CAMPAIGN, at=at)

    assert actions.cancel(about=ABOUT, at=at) == actions.hold(about=ABOUT, at=at) == 0
    assert states(message) == [State.ACCEPTED]
