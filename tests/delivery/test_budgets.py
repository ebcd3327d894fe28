"""Budgets in won: refused whole and before, waiting with a reason, a reserve for codes and claims, given back where nothing left."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from delivery import budgets, codes, sending, together
from delivery.models import Attempt, Message
from delivery.routes import Route
from delivery.states import Lane, State
from delivery.terms import Terms
from tests.delivery.conftest import Say
from tests.racing import race
from tests.servers import Provider
from tests.staff import member, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = dt.timedelta(minutes=1)


def terms(minute: int, *, day: int = 10**6, reserve: int = 20) -> Terms:
    return Terms(won={"sms": 10, "lms": 30}, won_a_minute=minute, won_a_day=day, reserve_percent=reserve)


def states() -> list[str]:
    return sorted(Message.objects.values_list("state", flat=True))


def spent(at: dt.datetime) -> dict[str, int]:
    return {f"{each.provider} {each.period // MINUTE}": each.spent for each in budgets.spending(at=at)}


def send(at: dt.datetime) -> int:
    return sending.send_due(lane=Lane.CAMPAIGN, at=at)


@pytest.mark.parametrize("batch", [1, 4])
def test_what_no_money_is_left_for_waits_whole_with_its_reason_and_leaves_later(
    batch: int, say: Say, provider: Provider, at: dt.datetime, settings: Any
) -> None:
    settings.PHONE_PROVIDER_BATCH, settings.PHONE_TERMS = batch, terms(50)  # 40 of it for campaigns
    for _ in range(6):
        say(lane="campaign")
    send(at)
    assert (len(provider.received()), states()) == (4, ["accepted"] * 4 + ["waiting"] * 2)
    waiting = list(Message.objects.filter(state=State.WAITING))
    assert {(each.last_problem, each.tries, each.attempts.count()) for each in waiting} == {("won-a-minute", 0, 0)}
    assert codes.meaning("won-a-minute") is not None
    send(at + dt.timedelta(seconds=5))
    assert len(provider.received()) == 4
    send(at + 2 * MINUTE)
    assert (len(provider.received()), states()) == (6, ["accepted"] * 6)
    assert set(Message.objects.values_list("last_problem", flat=True)) == {""}


def test_a_campaign_leaves_the_reserve_to_codes_and_claims(
    say: Say, provider: Provider, at: dt.datetime, settings: Any
) -> None:
    settings.PHONE_TERMS = terms(50)
    for _ in range(6):
        say(lane="campaign")
    send(at)
    code, claim = say(lane="code"), say(lane="claim")
    send(at)
    code.refresh_from_db()
    claim.refresh_from_db()
    assert [code.state, claim.state] == [State.ACCEPTED, State.WAITING], "one more of ten won, then all is spent"
    assert claim.last_problem == "won-a-minute"


def test_the_day_has_its_own_end(say: Say, provider: Provider, at: dt.datetime, settings: Any) -> None:
    settings.PHONE_TERMS = terms(1000, day=25, reserve=1)
    messages = [say(lane="campaign") for _ in range(3)]
    send(at)
    for minute in range(1, 5):
        send(at + minute * MINUTE)
    assert states() == ["accepted", "accepted", "waiting"]
    waiting = Message.objects.get(state=State.WAITING, pk__in=[each.pk for each in messages])
    assert (waiting.last_problem, waiting.due_at > at + dt.timedelta(hours=23)) == ("won-a-day", True)


def test_a_batch_is_never_larger_than_what_could_be_granted() -> None:
    assert budgets.most(Route("phone", "breachdesk", "", "", "", 1000, terms(500))) == 13
    assert budgets.most(Route("phone", "breachdesk", "", "", "", 10, terms(500))) == 10
    assert budgets.most(Route("phone", "breachdesk", "", "", "", 1000)) == 1000


def test_what_nobody_took_costs_nothing_and_what_may_have_left_is_paid_once(
    say: Say, provider: Provider, at: dt.datetime, settings: Any
) -> None:
    settings.PHONE_TERMS = terms(100)
    refused = say()
    provider.tell(phone="error", times=1)
    send(at)
    assert spent(at) == {"phone 1": 0, "phone 1440": 0}
    send(at + MINUTE)
    refused.refresh_from_db()
    assert (refused.state, spent(at + MINUTE)["phone 1440"]) == (State.ACCEPTED, 10)
    unknown = say()
    provider.tell(phone="drop_after_accept", times=1)
    send(at + 2 * MINUTE)
    assert spent(at + 2 * MINUTE)["phone 1440"] == 20
    send(at + 4 * MINUTE)
    unknown.refresh_from_db()
    assert (unknown.state, spent(at + 4 * MINUTE)["phone 1440"]) == (State.ACCEPTED, 20)


def test_of_two_the_one_with_money_is_asked(
    say: Say, provider: Provider, second_provider: Provider, at: dt.datetime, settings: Any, monkeypatch: Any
) -> None:
    settings.PHONE_TERMS, settings.SECOND_PHONE_TERMS = terms(25), terms(1000)
    monkeypatch.setattr(sending, "chance", SimpleNamespace(random=lambda: 0.0))  # the first is drawn each time
    for _ in range(5):
        say(lane="campaign")
    send(at)
    assert (len(provider.received()), len(second_provider.received())) == (2, 3)


def test_the_other_is_asked_for_no_more_at_once_than_it_takes(
    say: Say, provider: Provider, second_provider: Provider, at: dt.datetime, settings: Any, monkeypatch: Any
) -> None:
    settings.PHONE_PROVIDER_BATCH, settings.PHONE_TERMS, settings.SECOND_PHONE_TERMS = 4, terms(150), terms(1000)
    monkeypatch.setattr(sending, "chance", SimpleNamespace(random=lambda: 0.0))
    ask, asked = together.ask, list[tuple[str, int]]()

    def counting(part: together.Part) -> Any:
        asked.append((part.paid.route.name, len(part.messages)))
        return ask(part)

    monkeypatch.setattr(together, "ask", counting)
    for _ in range(14):
        say(lane="campaign")
    send(at)
    assert asked == [("phone", 4)] * 3 + [("phone-2", 1)] * 2
    assert states() == ["accepted"] * 14


def test_however_many_workers_pay_at_once_no_more_is_spent_than_there_is(say: Say, at: dt.datetime) -> None:
    message = say(lane="campaign")
    route = Route("phone", "breachdesk", "", "", "", 1, terms(50))
    answers = race(12, lambda _number: isinstance(budgets.pay([message], [route], at=at), budgets.Paid))
    assert sum(answers) == 4


def test_mails_wait_for_no_money(say: Say, provider: Provider, at: dt.datetime, settings: Any) -> None:
    settings.PHONE_TERMS = terms(40)
    for _ in range(5):
        say(lane="campaign")
    mail = say(lane="campaign", to="somebody@mail.example")
    send(at)
    mail.refresh_from_db()
    assert (mail.state, states().count("waiting")) == (State.ACCEPTED, 2)


def test_staff_see_what_was_spent_what_waits_and_codes_that_nobody_knows(
    say: Say, provider: Provider, at: dt.datetime, settings: Any, client: Client
) -> None:
    settings.PHONE_TERMS = terms(50)
    for _ in range(6):
        say(lane="campaign")
    send(at)
    Attempt.objects.filter(pk=Attempt.objects.earliest("pk").pk).update(code="solapi-7777")
    cache.clear()
    sign_in(client, member("intake"))
    page = client.get("/admin/").content.decode()
    for words in ("메시지 2건이 한도가 풀리기를", "solapi-7777 (1)", "40원"):
        assert words in page
