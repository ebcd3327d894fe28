"""How messages flow now, as staff see it; and what a person does with one of them."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from breachdesk import limits
from breachdesk.accounts.models import User
from breachdesk.audit.models import Event
from delivery import actions, budgets, by_hand, flow, health, rules, sending, states, steering
from delivery.models import Attempt, Message
from delivery.states import Lane, Outcome, State
from tests import staff
from tests.browser import assert_accessible, picture
from tests.delivery.conftest import Say
from tests.servers import Provider

pytestmark = pytest.mark.django_db
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
FLOW = "/admin/delivery/flow/"


@pytest.fixture
def officer(db: None) -> User:
    return staff.member("privacy_officer", name="정하윤")


def inside(user: User) -> Client:
    return staff.sign_in(Client(), user)


def act(message: Message, code: str) -> str:
    return reverse("admin:message_act", args=[message.pk, code])


def page(message: Message) -> str:
    return reverse("admin:delivery_message_change", args=[message.pk])


def text(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))  # type: ignore[attr-defined]


def settle(message: Message, state: State, at: dt.datetime, **more: object) -> Message:
    Message.objects.filter(pk=message.pk).update(
        state=state,
        settled_at=at,
        sent_at=at if state in (State.ACCEPTED, State.DELIVERED) else None,
        **more,
    )
    message.refresh_from_db()
    return message


# -- the figures ----------------------------------------------------------------------------------------------------------


def test_each_lane_says_what_waits_and_for_how_long(say: Say, at: dt.datetime) -> None:
    say(lane="claim", at=at - 3 * MINUTE)
    say(lane="claim", at=at - MINUTE)
    say(lane="claim", due_at=at + HOUR)
    say(lane="campaign", about="campaign:7")
    actions.hold(about="campaign:7", at=at)

    code, claim, campaign = flow.queues(at=at)

    assert (str(code.due), code.waited) == ("0", None)
    assert (str(claim.due), str(claim.later), str(claim.held)) == ("2", "1", "0")
    assert claim.waited is not None
    assert claim.waited >= 3 * MINUTE
    assert (str(campaign.due), str(campaign.held), campaign.waited) == ("0", "1", None)


def test_counting_stops_at_a_bound(say: Say, at: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "COUNTED", 2)
    for _each in range(3):
        say(lane="claim")
    claim = flow.queues(at=at)[1]
    assert (str(claim.due), claim.due.number) == ("2+", 2)


def test_what_left_is_counted_by_minute_and_hour(say: Say, at: dt.datetime) -> None:
    settle(say(), State.ACCEPTED, at - MINUTE / 2)
    settle(say(), State.DELIVERED, at - 30 * MINUTE)
    settle(say(), State.ACCEPTED, at - 2 * HOUR)
    settle(say(), State.FAILED, at - MINUTE / 2)

    left = flow.left(at=at)

    assert (str(left.minute), str(left.hour)) == ("1", "2")


def test_what_did_not_arrive_is_told_by_reason_in_words(say: Say, at: dt.datetime) -> None:
    for _each in range(2):
        settle(say(), State.FAILED, at, last_problem="http-410")
    settle(say(), State.UNKNOWN, at, last_problem="worker-lost")
    settle(say(at=at - 25 * HOUR), State.FAILED, at, last_problem="http-410")

    first, second = flow.troubles(at=at)

    assert (first.state, first.messages) == (State.FAILED, 2)
    assert "없는 번호예요" in first.words
    assert "멈췄어요" in second.words


def test_each_provider_says_how_its_newest_attempts_came_out(settings: Any, say: Say, at: dt.datetime) -> None:
    settings.SECOND_PHONE_PROVIDER_URL = "http://127.0.0.1:9"
    for outcome, name in (("accepted", "phone"), ("unknown", "phone"), ("accepted", "phone-2")):
        Attempt.objects.create(message=say(), number=1, provider=name, started_at=at, ended_at=at, outcome=outcome)

    first, second, mail = flow.providers()

    assert (first.name, first.share, first.taken, first.tried) == ("phone", 50, 1, 2)
    assert (second.name, second.share, second.taken, second.tried) == ("phone-2", 50, 1, 1)
    assert (mail.name, mail.share, mail.tried) == ("smtp", None, 0)


def test_what_was_given_up_is_counted_up_to_a_bound(say: Say, at: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for state in (State.UNKNOWN, State.UNKNOWN, State.FAILED):
        settle(say(), state, at)
    Message.objects.filter(pk=say().pk).update(state=State.UNKNOWN)  # is asked about again
    assert str(flow.set_aside()) == "2"
    monkeypatch.setattr(flow, "COUNTED", 1)
    assert health.set_aside().startswith("1+ messages")


def test_as_much_is_asked_of_many_messages_as_of_one(say: Say, at: dt.datetime) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            flow.queues(at=at)
            flow.left(at=at)
            flow.troubles(at=at)
            flow.providers()
        return len(queries)

    say()
    few = asked()
    for _each in range(20):
        settle(say(lane="campaign"), State.FAILED, at, last_problem="http-410")
    assert asked() == few


def test_every_count_goes_along_an_index(say: Say, at: dt.datetime) -> None:
    """Of three million messages the page must not read each; a small table would be read whole, so that is made dear."""
    settle(say(), State.FAILED, at)
    say(lane="claim")
    with CaptureQueriesContext(connection) as queries:
        flow.queues(at=at)
        flow.left(at=at)
        flow.set_aside()
        flow.troubles(at=at)
        flow.providers()
    asked = [one["sql"] for one in queries if "delivery_message" in one["sql"] or "delivery_attempt" in one["sql"]]
    assert len(asked) >= 15
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for sql in asked:
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan" not in plan, f"{sql}\n{plan}"
            assert "delivery_" in plan


def test_what_was_spent_stands_beside_its_budget(say: Say, officer: User, at: dt.datetime) -> None:

    one = next(each for each in budgets.spending(at=at) if each.period == budgets.DAY)
    purse = limits.Budget(f"delivery.{one.provider}.won.day", one.allowance, budgets.DAY)
    limits.take(purse.of("all", amount=1234), at=at)

    shown = text(inside(officer).get(FLOW))

    assert "메시지 비용" in shown
    assert "1,234원" in shown


def test_only_those_who_see_messages_see_how_they_flow(officer: User) -> None:
    assert "기다리는 메시지" in text(inside(officer).get(FLOW))
    assert inside(staff.member("payer")).get(FLOW).status_code == 403
    assert Client().get(FLOW).status_code == 302


# -- by hand --------------------------------------------------------------------------------------------------------------


def test_what_failed_is_sent_again_under_the_same_id_with_a_reason(
    provider: Provider, say: Say, phone: str, officer: User, at: dt.datetime
) -> None:
    message = settle(say(), State.FAILED, at, last_problem="http-422", tries=1)
    Attempt.objects.create(message=message, number=1, provider="phone", started_at=at, ended_at=at)
    client = inside(officer)
    assert act(message, "again") in client.get(page(message)).content.decode()

    refused = client.post(act(message, "again"), {"reason": " "})
    assert (refused.status_code, "까닭을 적어 주세요." in text(refused)) == (422, True)
    client.post(act(message, "again"), {"reason": "번호를 통신사와 확인했어요"})
    sending.send_due(lane=Lane.CLAIM, at=at + MINUTE)

    [received] = provider.received(phone)
    message.refresh_from_db()
    assert (received["id"], message.state, message.tries) == (str(message.pk), State.ACCEPTED, 2)
    event = Event.objects.get(kind="delivery.sent_again")
    assert (event.about, event.by_id) == (f"message:{message.pk}", officer.pk)
    assert event.data["reason"] == "번호를 통신사와 확인했어요"
    assert "지금 상태로는 할 수 없어요." in text(
        client.post(act(message, "again"), {"reason": "한 번 더"}, follow=True)
    )


def test_what_every_provider_took_and_could_not_bring_is_not_sent_again_in_vain(
    say: Say, officer: User, at: dt.datetime, settings: Any
) -> None:
    settings.SECOND_PHONE_PROVIDER_URL = ""
    message = settle(say(), State.FAILED, at, last_problem="phone-off", tries=1, provider="phone")
    accepted = {"message": message, "started_at": at, "ended_at": at, "outcome": Outcome.ACCEPTED}
    Attempt.objects.create(number=1, provider="phone", **accepted)
    shown = inside(officer).get(page(message)).content.decode()
    assert (act(message, "again") in shown, "업체는 한 번 받은 것을 다시 보내지 않으니" in shown) == (False, True)
    with pytest.raises(by_hand.TakenBefore):
        by_hand.send_again(message=message, reason="다시", by=officer, at=at)

    settings.SECOND_PHONE_PROVIDER_URL = "http://127.0.0.1:9/phone"
    message = by_hand.send_again(message=message, reason="다른 업체로", by=officer, at=at)
    assert steering.choose(message, at=at, chance=0).name == "phone-2"
    message.provider, message.tries = "phone-2", 2
    assert steering.choose(message, at=at, chance=0).name == "phone-2", "the first would answer as before"

    Attempt.objects.create(number=2, provider="phone-2", **accepted)
    assert not rules.may_send_again(by_hand.standing(settle(message, State.FAILED, at)), at=at)
    mail = settle(say(to="a@mail.example"), State.FAILED, at, tries=1, provider="smtp")
    Attempt.objects.create(number=1, provider="smtp", **{**accepted, "message": mail})
    assert rules.may_send_again(by_hand.standing(mail), at=at), "a mail server sends it again"


def test_what_was_given_up_as_unknown_is_asked_about_again(say: Say, officer: User, at: dt.datetime) -> None:
    message = settle(say(lane="campaign"), State.UNKNOWN, at, in_doubt=True, lost_leases=3)

    message = by_hand.send_again(message=message, reason="다시", by=officer, at=at)

    assert (message.state, message.settled_at, message.lost_leases) == (State.UNKNOWN, None, 0)
    assert message in Message.objects.due(at=at)


@pytest.mark.parametrize(
    ("lane", "state"),
    [("code", State.FAILED), ("campaign", State.FAILED), ("claim", State.DELIVERED), ("claim", State.CANCELLED)],
)
def test_a_code_an_end_and_whom_a_campaign_did_not_reach_are_not_sent_again(
    say: Say, officer: User, at: dt.datetime, lane: str, state: State
) -> None:
    message = settle(say(lane=lane), state, at)
    with pytest.raises(by_hand.NotNow):
        by_hand.send_again(message=message, reason="다시", by=officer, at=at)
    assert act(message, "again") not in inside(officer).get(page(message)).content.decode()


def test_one_that_waits_is_called_back_and_never_leaves(
    provider: Provider, say: Say, phone: str, officer: User, at: dt.datetime
) -> None:
    message = say(lane="claim")
    client = inside(officer)

    client.post(act(message, "call-back"), {"reason": "다른 분의 번호예요"})

    sending.send_due(lane=Lane.CAMPAIGN, at=at + MINUTE)
    message.refresh_from_db()
    assert (message.state, provider.received(phone)) == (State.CANCELLED, [])
    assert Event.objects.get(kind="delivery.called_back").data["reason"] == "다른 분의 번호예요"


def test_one_that_may_have_left_stays_unknown_and_is_asked_for_no_more(
    say: Say, officer: User, at: dt.datetime
) -> None:
    message = say(lane="campaign")
    Message.objects.filter(pk=message.pk).update(state=State.UNKNOWN, in_doubt=True)

    message = by_hand.call_back(message=message, reason="거둬요", by=officer, at=at)

    assert (message.state, message.settled_at) == (State.UNKNOWN, at)
    assert message not in Message.objects.due(at=at + HOUR)


def test_one_that_is_being_sent_at_this_moment_is_not_called_back(say: Say, officer: User, at: dt.datetime) -> None:
    message = say(lane="claim")
    Message.objects.filter(pk=message.pk).update(state=State.SENDING, lease=uuid.uuid4(), leased_until=at + MINUTE)
    with pytest.raises(by_hand.NotNow):
        by_hand.call_back(message=message, reason="거둬요", by=officer, at=at)


def test_no_sender_and_no_receipt_moves_a_failed_message_back() -> None:
    assert not states.may_move(State.FAILED, State.WAITING)
    assert states.may_move(State.FAILED, State.WAITING, by_hand=True)


def test_whoever_only_sees_messages_changes_none(say: Say) -> None:
    auditor, message = inside(staff.member("auditor")), say(lane="claim")
    assert act(message, "call-back") not in auditor.get(page(message)).content.decode()
    assert auditor.post(act(message, "call-back"), {"reason": "거둬요"}).status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("prefix", "width"), [("", 390), ("", 1280), ("/en", 1280)])
def test_the_pages_in_a_browser(
    people: object, prefix: str, width: int, say: Say, officer: User, at: dt.datetime
) -> None:
    settle(say(), State.FAILED, at, last_problem="http-410")
    failed = settle(say(occasion="payout_sent"), State.FAILED, at, last_problem="smtp-550")
    Attempt.objects.create(message=failed, number=1, provider="phone", started_at=at, ended_at=at, outcome="permanent")
    say(lane="campaign")
    home = people.site.url.replace("127.0.0.1", "localhost")  # type: ignore[attr-defined]
    browser = people.come(width=width)  # type: ignore[attr-defined]
    key = staff.sign_in(Client(), officer).cookies["sessionid"].value
    browser.context.add_cookies([{"name": "sessionid", "value": key, "url": home}])
    for name, path in (("flow", FLOW), ("message", page(failed)), ("again", act(failed, "again"))):
        browser.goto(f"{home}{prefix}{path}")
        picture(browser, f"{name}{prefix.replace('/', '-')}-{width}")
        assert_accessible(browser)
    # It is fetched anew by itself.
    browser.goto(f"{home}{prefix}{FLOW}")
    settle(say(), State.FAILED, at, last_problem="number-refused")
    browser.wait_for_selector("#flow >> text=(number-refused)", timeout=60_000)
    assert people.complaints == []  # type: ignore[attr-defined]
