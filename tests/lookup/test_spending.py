"""Codes cost no more than their caps, a flood of requests shuts no person out, and staff hear of it within a minute."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from django.db import connection, transaction
from django.test import Client

from breachdesk import audit, limits
from breachdesk.lib.contacts import Contact
from delivery import outbox
from delivery.models import Message
from lookup import proving, rules, spending, tasks, work
from lookup.models import Alarm, Challenge
from lookup.purses import Asked, Effort, ways
from lookup.states import AlarmKind
from tests import staff

pytestmark = pytest.mark.django_db
PRICE = 13
TICKETS = map(str, itertools.count())


def number(i: int) -> Contact:
    return Contact.parse(f"010-{i // 10000:04d}-{i % 10000:04d}")


def network(i: int) -> str:
    return limits.network(f"10.{i // 256 % 256}.{i % 256}.7")


def send(contact: Contact, *, at: dt.datetime, of: str = "192.0.2.0/24", effort: Effort = Effort.NOTHING) -> Challenge:
    done = work.Done(effort, ticket="" if effort == Effort.NOTHING else next(TICKETS))
    return proving.send_code(contact=contact, network=of, language="ko", at=at, done=done)


@pytest.fixture
def caps(settings):
    """Twenty codes a minute, four of them in reserve; two an hour for the asking."""
    settings.CODE_WON_A_MINUTE = 20 * PRICE
    settings.CODE_WON_A_DAY = 200 * PRICE
    settings.CODE_RESERVE_PERCENT = 20
    settings.CODE_FREE_OF_CONTACT = settings.CODE_FREE_OF_NETWORK = 2
    return settings


def pump(*, at: dt.datetime, requests: int, networks: int, effort: Effort = Effort.NOTHING, first: int = 0) -> int:
    """Asks for codes to so many other numbers. Says how many were sent."""
    sent = 0
    for i in range(first, first + requests):
        try:
            send(number(i), at=at, of=network(i % networks), effort=effort)
            sent += 1
        except (proving.TooOften, proving.WorkNeeded):
            pass
    return sent


def won_gone() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(a), 0) FROM limits_spent, unnest(amounts) a WHERE budget LIKE '%.won.day'")
        return cursor.fetchone()[0]


def test_two_hundred_requests_for_one_victim_from_a_hundred_networks_are_five_messages_in_an_hour(caps, now):
    victim = number(1)
    for i in range(200):
        # Half of them have worked for it; spread over the hour.
        moment = now + dt.timedelta(seconds=17 * i)
        try:
            send(victim, at=moment, of=network(i % 100), effort=Effort.WORKED_HARD if i % 2 else Effort.NOTHING)
        except (proving.TooOften, proving.WorkNeeded):
            continue
    assert Message.objects.count() == 5


def test_the_third_code_an_hour_for_one_contact_or_from_one_network_wants_work(caps, now):
    for minutes in (0, 2):
        send(number(1), at=now + dt.timedelta(minutes=minutes), of=network(minutes))
    with pytest.raises(proving.WorkNeeded) as needed:
        send(number(1), at=now + dt.timedelta(minutes=4), of=network(9))
    assert not needed.value.hard
    send(number(1), at=now + dt.timedelta(minutes=4), of=network(9), effort=Effort.WORKED)

    for i in (2, 3):
        send(number(i), at=now)
    with pytest.raises(proving.WorkNeeded):
        send(number(4), at=now)
    send(number(4), at=now, effort=Effort.WORKED)
    send(number(5), at=now + rules.HOUR, of="192.0.2.0/24")


def test_a_pump_with_few_networks_spends_its_part_and_a_person_from_another_network_notices_nothing(caps, now):
    assert pump(at=now, requests=40, networks=8) == 16, "two for each network"
    assert pump(at=now, requests=16, networks=8, effort=Effort.WORKED, first=1000) == 0, "their work buys none of it"

    person = send(number(5000), at=now, of=network(200))
    assert Message.objects.filter(key=f"one-time-code:{person.pk}", due_at__lte=now).exists(), "due at once"


def test_a_pump_with_endless_networks_leaves_the_rest_of_the_reserve_to_those_who_work(caps, now):
    assert pump(at=now, requests=30, networks=30) == 18
    with pytest.raises(proving.WorkNeeded) as needed:
        send(number(5000), at=now, of=network(500))
    assert needed.value.hard
    send(number(5000), at=now, of=network(500), effort=Effort.WORKED_HARD)


@pytest.mark.parametrize("won", [0, PRICE])
@pytest.mark.parametrize("effort", [Effort.NOTHING, Effort.WAITED, Effort.WORKED])
def test_nothing_that_everybody_shares_can_be_emptied_without_hard_work(caps, effort, won):
    """Neither money nor a number of messages: else a pump shuts everybody out before it comes to the reserve."""
    asked = Asked(contact="c", network="n", won=won)
    whole = {purse.name: purse.allowance for purse in (*spending.caps().won, rules.EMAILS_OF_ALL)}
    for draws in ways(effort, asked, spending.caps()):
        shared = [draw for draw in draws if draw.subject == "all" and draw.budget.name in whole]
        assert len(shared) == (2 if won else 1)
        assert all(draw.budget.allowance <= whole[draw.budget.name] * 0.9 for draw in shared)


def test_whatever_is_tried_the_cap_of_the_minute_and_of_the_day_holds(caps, now, settings):
    settings.CODE_WON_A_DAY = 50 * PRICE
    for minute in range(3):
        at = now + dt.timedelta(minutes=minute, seconds=minute)
        for effort in Effort:
            if effort != Effort.PROVEN:
                pump(at=at, requests=15, networks=15, effort=effort, first=1000 * minute + 100 * effort)
        sent_in_the_minute = Message.objects.filter(put_at=at).count()
        assert sent_in_the_minute <= 20
    assert Message.objects.count() * PRICE == won_gone() == 50 * PRICE

    with pytest.raises(proving.TooOften) as refused:
        send(number(9999), at=at, of=network(999), effort=Effort.WORKED_HARD)
    assert refused.value.of_money
    assert refused.value.again_at > at + dt.timedelta(hours=20)


def test_hard_work_of_one_network_buys_only_so_much_of_the_reserve(caps, now, settings):
    settings.CODE_WON_A_MINUTE = settings.CODE_WON_A_DAY = 50 * PRICE
    settings.CODE_RESERVE_PERCENT = 90
    assert pump(at=now, requests=40, networks=1, effort=Effort.WORKED_HARD) == 5 + 30


def test_without_money_an_email_and_whoever_holds_a_proof_still_get_a_code(caps, now):
    mine = number(7)
    first = send(mine, at=now, of=network(1))
    code = next(w for w in Message.objects.get(key=f"one-time-code:{first.pk}").words.text.split() if w.isdigit())
    proof = proving.prove(challenge_id=first.pk, code=code, shared_device=False, at=now)

    later = now + dt.timedelta(minutes=2)
    assert pump(at=later, requests=30, networks=30, first=100) == 18
    proving.send_code(contact=mine, network=network(1), language="ko", at=later, renews=proof)
    send(Contact.parse("seoyoung@mail.example"), at=later, of=network(77))


def test_what_is_said_in_a_campaign_costs_the_codes_nothing_and_codes_cost_a_campaign_nothing(caps, now):
    words = outbox.Words("test", "ko", "알림", "안내문을 올렸어요.")
    with transaction.atomic():
        puts = [outbox.Put(words, to=number(i), key=f"telling:{i}", lane="campaign") for i in range(30)]
        outbox.put_many(puts, at=now)
    assert won_gone() == 0
    assert pump(at=now, requests=30, networks=30) == 18
    with transaction.atomic():
        outbox.put(words, to=number(1), key="telling:last", lane="campaign", at=now)
    assert Message.objects.filter(lane="campaign").count() == 31


# Staff are told.


def test_an_alarm_is_raised_once_kept_while_it_lasts_and_ended_when_it_has_been_quiet(caps, now, caplog):
    spending.watch(at=now)
    assert not Alarm.objects.exists()

    pump(at=now, requests=13, networks=13)
    for seconds in (15, 30, 45):
        spending.watch(at=now + dt.timedelta(seconds=seconds))
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.began_at) == (AlarmKind.MINUTE, now + dt.timedelta(seconds=15))
    assert alarm.figures == {"won": 13 * PRICE, "cap": 20 * PRICE, "of_reserve": 0}
    assert len([line for line in caplog.messages if line.startswith("ALARM minute")]) == 1
    assert audit.models.Event.objects.filter(kind="lookup.alarm_raised").count() == 1

    spending.watch(at=now + dt.timedelta(minutes=5))
    assert Alarm.objects.get().ended_at is None
    spending.watch(at=now + dt.timedelta(minutes=11))
    assert Alarm.objects.get().ended_at == now + dt.timedelta(minutes=11)


def test_codes_that_nobody_enters_are_an_alarm_within_a_minute(now, caplog):
    pump(at=now, requests=60, networks=60)
    Challenge.objects.update(sent_at=now - dt.timedelta(seconds=31))
    tasks.watch_spending()
    alarm = Alarm.objects.get()
    assert alarm.kind == AlarmKind.UNUSED
    assert alarm.figures == {"sent": 60, "entered": 0}
    wrong = Client().get("/readyz").json()["wrong"]
    assert wrong["codes"] == "of 60 codes of the last minutes 0 were entered: somebody asks for codes of others"
    assert Client().get("/readyz").status_code == 200, "people are served all the same"


def test_many_people_who_enter_their_codes_are_no_alarm(now):
    pump(at=now, requests=60, networks=60)
    Challenge.objects.update(sent_at=now - dt.timedelta(seconds=31))
    entered = Challenge.objects.order_by("pk").values_list("pk", flat=True)[:15]
    Challenge.objects.filter(pk__in=list(entered)).update(used_at=now)
    spending.watch(at=now)
    assert not Alarm.objects.exists()


def test_the_desk_s_first_page_shows_what_codes_cost_to_whoever_sees_messages(caps, now, client):
    pump(at=now, requests=13, networks=13)
    spending.watch(at=now)
    staff.sign_in(client, staff.member("auditor"))
    page = client.get("/admin/").content.decode()
    assert "인증번호 문자 비용" in page
    assert "1분에 쓸 수 있는 문자 비용이 거의 다 됐어요" in page
    assert ">169원</td>" in page, "thirteen codes"
    assert ">260원</td>" in page, "of twenty"

    other = Client()
    staff.sign_in(other, staff.member("reviewer"))
    assert "인증번호 문자 비용" not in other.get("/admin/").content.decode()
