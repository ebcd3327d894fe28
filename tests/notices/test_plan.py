"""Whom a released campaign reaches yet, at which hours, and how fast."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from breachdesk import keys
from breachdesk.accounts.models import User
from breachdesk.lib.contacts import Contact
from delivery import outbox
from delivery.models import Message
from notices import campaigning, climbing, gate, ledger, looking_ahead, pacing, planning, rules, snapshots, wishing
from notices.audience import Choice
from notices.campaign_models import Campaign
from notices.models import Guest, Incident, Notice, SendingPlan
from notices.pacing import Pace, Quiet
from notices.states import CampaignState, WishedWay
from tests import cast
from tests.notices.conftest import person

pytestmark = pytest.mark.django_db
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
SEOUL = ZoneInfo("Asia/Seoul")
NIGHT = Quiet(dt.time(21), dt.time(8), "Asia/Seoul")


def seoul(hour: int, minute: int = 0, *, day: int = 18) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=SEOUL)


@pytest.fixture
def at() -> dt.datetime:
    return seoul(14)


@pytest.fixture
def editor(db: None) -> User:
    return cast.staff("Writer")


@pytest.fixture
def officer(db: None) -> User:
    return cast.staff("Officer")


@pytest.fixture
def notice(incident: Incident, at: dt.datetime) -> Notice:
    people = [person(1), person(2), person(3, items="card_number|name"), person(4, phone="")]
    cast.listed(incident, *people, at=at)
    return cast.notice(incident, at=at)


@pytest.fixture
def campaign(notice: Notice, editor: User, officer: User, at: dt.datetime) -> Campaign:
    prepared = campaigning.prepare(notice=notice, choice=Choice(), by=editor, at=at)
    return campaigning.release(campaign=prepared, by=officer, at=at)


Set = Callable[..., SendingPlan]


@pytest.fixture
def plan(incident: Incident, at: dt.datetime) -> Set:
    def written(**values: object) -> SendingPlan:
        SendingPlan.objects.filter(incident=incident).update(**values)
        return gate.plan_of(incident)

    return written


def put_to() -> set[str]:
    return {message.recipient.value for message in Message.objects.all()}


def told(campaign: Campaign, at: dt.datetime) -> int:
    put = campaigning.carry_on(campaign=campaign, at=at)
    figures = ledger.figures(campaign.pk)
    assert figures.sum == figures.audience
    return put


# -- hours and pace -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        (seoul(20, 59), None),
        (seoul(21), seoul(8, day=19)),
        (seoul(23, 59), seoul(8, day=19)),
        (seoul(0), seoul(8)),
        (seoul(7, 59), seoul(8)),
        (seoul(8), None),
    ],
)
def test_a_night_is_half_open_and_ends_in_the_morning(at: dt.datetime, ends: dt.datetime | None) -> None:
    assert NIGHT.ends_after(at) == ends


def test_hours_within_a_day_are_quiet_by_the_clock_of_the_incident() -> None:
    noon = Quiet(dt.time(12), dt.time(13), "Europe/Berlin")
    assert noon.ends_after(seoul(20, 30)) == seoul(21)
    assert noon.ends_after(seoul(12, 30)) is None


def test_what_the_contact_centre_can_take_sets_how_many_are_told_in_an_hour() -> None:
    # 40 agents take 400 calls an hour; 8 of 100 people call.
    assert pacing.most_an_hour(agents=40, minutes_a_call=6, calls_a_hundred=8) == 5000
    assert pacing.most_an_hour(agents=1, minutes_a_call=240, calls_a_hundred=1000) == 1, "never nobody"


def test_the_forecast_keeps_the_smaller_limit_and_sleeps_at_night() -> None:
    leaving = list(pacing.forecast(people=250, at=seoul(20, 58), pace=Pace(100, None), quiet=NIGHT))
    assert [(one.begins, one.people) for one in leaving] == [
        (seoul(20, 58), 100),
        (seoul(20, 59), 100),
        (seoul(8, day=19), 50),
    ]
    hours = pacing.by_hour(pacing.forecast(people=250, at=seoul(9), pace=Pace(60, 100), quiet=None))
    assert [(one.begins, one.people) for one in hours] == [(seoul(9), 100), (seoul(10), 100), (seoul(11), 50)]


def test_at_night_a_campaign_waits_and_codes_do_not(campaign: Campaign, plan: Set) -> None:
    plan(text_quiet_from=dt.time(21), text_quiet_until=dt.time(8))
    assert told(campaign, seoul(23)) == told(campaign, seoul(7, 59, day=19)) == 0
    with transaction.atomic():
        words = outbox.Words("one_time_code", "ko", "", "인증번호 111111")
        code = outbox.put(words, to=Contact.parse("010-0000-7777"), key="code", lane="code", at=seoul(23))
    gate.keep_quiet(at=seoul(23))
    assert code in Message.objects.due(at=seoul(23, 1))

    assert told(campaign, seoul(8, day=19)) == 4


def test_what_has_not_left_when_the_night_begins_is_held_until_the_morning(
    campaign: Campaign, plan: Set, officer: User
) -> None:
    plan(text_quiet_from=dt.time(21), text_quiet_until=dt.time(8))
    assert told(campaign, seoul(20, 59)) == 4
    ours = Message.objects.filter(about=campaign.about)

    gate.keep_quiet(at=seoul(21))
    due = ours.due(at=seoul(23))
    assert {message.channel for message in due} == {"email"}, (
        "an e-mail wakes nobody, unless the incident says otherwise"
    )
    # Pausing and resuming does not open the gate.
    campaigning.pause(campaign=campaign, by=officer, at=seoul(22))
    campaigning.resume(campaign=campaign, by=officer, at=seoul(22, 1))
    assert {message.channel for message in ours.due(at=seoul(23))} == {"email"}

    gate.keep_quiet(at=seoul(8, day=19))
    assert ours.due(at=seoul(8, day=19)).count() == 4


def test_what_was_paused_stays_so_when_the_night_is_over(campaign: Campaign, plan: Set, officer: User) -> None:
    plan(text_quiet_from=dt.time(21), text_quiet_until=dt.time(8))
    assert told(campaign, seoul(20)) == 4
    campaigning.pause(campaign=campaign, by=officer, at=seoul(22))

    gate.keep_quiet(at=seoul(8, day=19))

    assert not Message.objects.due(at=seoul(9, day=19)).exists()


def test_e_mail_may_have_its_own_hours(campaign: Campaign, plan: Set) -> None:
    plan(email_quiet_from=dt.time(12), email_quiet_until=dt.time(18))
    assert told(campaign, seoul(14)) == 4
    due = {message.channel: message.due_at for message in Message.objects.all()}
    assert due["email"] == seoul(18)
    assert due["lms"] <= seoul(14)


def test_no_more_are_told_than_the_pace_allows_and_the_smaller_limit_holds(campaign: Campaign, plan: Set) -> None:
    plan(pace_a_minute=2)
    assert [told(campaign, seoul(14)), told(campaign, seoul(14) + MINUTE / 2)] == [2, 0]
    assert told(campaign, seoul(14) + 2 * MINUTE) == 2


def test_the_contact_centre_holds_a_campaign_back_for_the_rest_of_the_hour(campaign: Campaign, plan: Set) -> None:
    made = plan(pace_a_minute=100, agents=1, minutes_a_call=20, calls_a_hundred=100)
    assert made.most_an_hour == 3
    assert [told(campaign, seoul(14)), told(campaign, seoul(14, 59))] == [3, 0]
    assert told(campaign, seoul(15, 5)) == 1


def test_nobody_is_told_before_the_hour_that_was_set(notice: Notice, editor: User, officer: User) -> None:
    prepared = campaigning.prepare(notice=notice, choice=Choice(), by=editor, at=seoul(14), starts_at=seoul(16))
    campaign = campaigning.release(campaign=prepared, by=officer, at=seoul(15))

    assert told(campaign, seoul(15, 59)) == 0
    assert told(campaign, seoul(16)) == 4


def test_hours_are_changed_only_over_what_was_seen(incident: Incident, editor: User, at: dt.datetime) -> None:
    seen = snapshots.of_plan(gate.plan_of(incident))
    values = {**seen, "pace_a_minute": 600}
    args = {"incident": incident, "seen": snapshots.stamp(seen), "by": editor, "at": at}

    assert planning.change(values=values, **args)
    with pytest.raises(rules.ChangedSince):
        planning.change(values=values, **args)
    assert gate.plan_of(incident).pace_a_minute == 600


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"text_quiet_from": dt.time(21)}, "notices_plan_text_is_quiet_from_and_until"),
        ({"agents": 3}, "notices_plan_contact_centre_is_known_whole"),
        ({"pace_a_minute": 0}, "notices_plan_pace_tells_somebody"),
        ({"live_reason": "왜"}, "notices_plan_is_asked_for_with_a_reason"),
    ],
)
def test_the_database_refuses_half_a_plan(incident: Incident, plan: Set, values: dict, name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        plan(**values)


# -- before it is live ----------------------------------------------------------------------------------------------------


@pytest.fixture
def trial(plan: Set) -> SendingPlan:
    return plan(live_at=None)


def test_an_incident_is_not_live_until_two_people_say_so(incident: Incident) -> None:
    SendingPlan.objects.filter(incident=incident).delete()
    made = gate.plan_of(incident)
    assert (made.is_live, made.text_quiet_from, made.text_quiet_until) == (False, dt.time(21), dt.time(8))


def test_before_it_is_live_only_guests_are_told_and_the_rest_waits(
    trial: SendingPlan, incident: Incident, campaign: Campaign, editor: User, officer: User, at: dt.datetime
) -> None:
    assert told(campaign, at) == 0
    who = {"by": editor, "at": at}
    planning.add_guest(incident=incident, contact=Contact.parse("010-0000-0002"), reason="시험", **who)
    planning.add_guest(incident=incident, contact=Contact.parse("p3@mail.example"), reason="시험", **who)
    assert told(campaign, at) == 2
    assert put_to() == {"+821000000002", "p3@mail.example"}, "of a guest, only the contact that is one"
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.RELEASED

    planning.ask_to_go_live(incident=incident, reason="맞아요", **who)
    with pytest.raises(rules.SamePerson):
        planning.go_live(incident=incident, **who)
    assert told(campaign, at) == 0
    planning.go_live(incident=incident, by=officer, at=at)
    assert told(campaign, at) == 2
    assert len(put_to()) == Message.objects.count() == 4, "nobody is told twice"


def test_whoever_is_a_guest_no_more_waits_as_the_others(
    trial: SendingPlan, incident: Incident, campaign: Campaign, editor: User, at: dt.datetime
) -> None:
    contact = Contact.parse("010-0000-0001")
    guest = planning.add_guest(incident=incident, contact=contact, reason="시험", by=editor, at=at)
    with pytest.raises(planning.AlreadyAGuest):
        planning.add_guest(incident=incident, contact=contact, reason="시험", by=editor, at=at)

    assert planning.remove_guest(guest=guest, by=editor, at=at)
    assert not planning.remove_guest(guest=guest, by=editor, at=at)
    assert told(campaign, at) == 0
    again = planning.add_guest(incident=incident, contact=contact, reason="다시", by=editor, at=at)
    assert again.pk != guest.pk


def test_a_guest_is_kept_sealed(trial: SendingPlan, incident: Incident, editor: User, at: dt.datetime) -> None:
    planning.add_guest(incident=incident, contact=Contact.parse("guest@mail.example"), reason="시험", by=editor, at=at)
    [row] = Guest.objects.values()
    assert b"guest" not in bytes(row["sealed_contact"])
    assert "guest@" not in str({name: value for name, value in row.items() if name != "sealed_contact"})


def test_going_live_is_asked_for_first_and_can_be_dropped(
    trial: SendingPlan, incident: Incident, editor: User, officer: User, at: dt.datetime
) -> None:
    with pytest.raises(planning.NotAskedFor):
        planning.go_live(incident=incident, by=officer, at=at)
    planning.ask_to_go_live(incident=incident, reason="맞아요", by=editor, at=at)
    assert planning.drop_going_live(incident=incident, by=officer, at=at)
    with pytest.raises(planning.NotAskedFor):
        planning.go_live(incident=incident, by=officer, at=at)


def test_the_database_refuses_one_person_for_both_halves_of_going_live(
    trial: SendingPlan, plan: Set, editor: User, at: dt.datetime
) -> None:
    with pytest.raises(IntegrityError, match="notices_plan_goes_live_by_two"), transaction.atomic():
        plan(live_asked_at=at, live_asked_by=editor, live_reason="왜", live_at=at, live_by=editor)


def test_whoever_wishes_for_an_e_mail_has_one_where_there_is_an_address(
    incident: Incident, campaign: Campaign, at: dt.datetime
) -> None:
    first, second = (ledger.person_keys(campaign.dataset_id, keys.indexes("phone", f"+82100000000{n}")) for n in (1, 2))
    wishing.wish(incident=incident, person_keys=[*first, *second], way=WishedWay.EMAIL, by=None, at=at)
    wishing.wish(incident=incident, person_keys=second, way=WishedWay.PHONE, by=None, at=at)

    assert told(campaign, at) == 4

    assert put_to() == {"p1@mail.example", "+821000000002", "+821000000003", "p4@mail.example"}
    with pytest.raises(wishing.NotOnTheList):
        wishing.wish(incident=incident, person_keys=[uuid.uuid4()], way=WishedWay.PHONE, by=None, at=at)


# -- who ------------------------------------------------------------------------------------------------------------------


def test_a_campaign_may_be_for_those_of_whom_one_item_leaked(
    notice: Notice, editor: User, officer: User, at: dt.datetime
) -> None:
    choice = Choice(items=["card_number", "cvc"])
    prepared = campaigning.prepare(notice=notice, choice=choice, by=editor, at=at)
    assert (prepared.expected["audience"], prepared.any_items) == (1, ["card_number", "cvc"])

    campaigning.release(campaign=prepared, by=officer, at=at)
    assert told(prepared, at) == 1
    assert put_to() == {"+821000000003"}


def test_a_campaign_may_be_for_those_of_whom_there_is_no_proof_yet(
    notice: Notice, incident: Incident, editor: User, officer: User, at: dt.datetime
) -> None:
    first = campaigning.prepare(notice=notice, choice=Choice(items=["card_number"]), by=editor, at=at)
    campaigning.release(campaign=first, by=officer, at=at)
    assert told(first, at) == 1
    Message.objects.update(state="delivered", sent_at=at, settled_at=at)
    climbing.pull_outcomes(at=at + HOUR)

    later = at + dt.timedelta(days=1)
    second = cast.notice(incident, at=later, number=2)
    everybody = looking_ahead.look_ahead(notice=second, dataset=first.dataset, choice=Choice()).seen
    assert everybody.audience == 4
    rest = campaigning.prepare(notice=second, choice=Choice(unproven=True), by=editor, at=later)
    campaigning.release(campaign=rest, by=officer, at=later)
    assert rest.expected["audience"] == told(rest, later) == 3
    assert Message.objects.count() == len(put_to()) == 4
