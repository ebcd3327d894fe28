"""From a prepared campaign to a full ledger: two people decide, everybody is told once, and the figures add up."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, InternalError, transaction

from breachdesk import keys
from breachdesk.accounts.models import User
from breachdesk.audit.models import Event
from delivery.models import Message
from delivery.states import State
from notices import campaigning, climbing, ledger, rules, states
from notices.audience import Choice
from notices.campaign_models import Campaign, CampaignMove, Telling
from notices.models import Incident, Notice
from notices.states import CampaignState, Mode, TellingState
from tests import cast
from tests.notices.conftest import person
from tests.racing import race

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)

PEOPLE = [
    person(1),
    person(2, items="card_number|name", language="en"),
    person(3, phone=""),
    person(4, phone="", email=""),
    person(5, member="deceased"),
    person(6, member="minor", items="name?"),
]


@pytest.fixture
def writer(db: None) -> User:
    return cast.staff("Writer")


@pytest.fixture
def officer(db: None) -> User:
    return cast.staff("Officer")


@pytest.fixture
def notice(incident: Incident, at: dt.datetime) -> Notice:
    incident.tiers.create(number=1, name_ko="카드", name_en="card", any_of=["card_number"], advice_ko="", advice_en="")
    incident.tiers.create(number=2, name_ko="그 밖", name_en="others", any_of=[], advice_ko="", advice_en="")
    cast.listed(incident, *PEOPLE, at=at)
    return cast.notice(incident, at=at)


@pytest.fixture
def prepare(notice: Notice, writer: User, at: dt.datetime) -> Callable[..., Campaign]:
    def prepare(**choice: list) -> Campaign:
        return campaigning.prepare(notice=notice, choice=Choice(**choice), by=writer, at=at)

    return prepare


@pytest.fixture
def released(prepare: Callable[..., Campaign], officer: User, at: dt.datetime) -> Campaign:
    return campaigning.release(campaign=prepare(), by=officer, at=at)


def figures(campaign: Campaign) -> dict[str, int]:
    seen = ledger.figures(campaign.pk)
    assert seen.sum == seen.audience
    return {str(state): people for state, people in seen.by_state.items() if people}


def run(campaign: Campaign, at: dt.datetime, **how: int | None) -> int:
    return campaigning.carry_on(campaign=campaign, at=at, **how)


def settle(state: State, at: dt.datetime, **found: str) -> None:
    """As delivery records it."""
    for message in Message.objects.filter(**found):
        message.state = State.SENDING
        message.move(state, at=at, sent_at=at if state in (State.ACCEPTED, State.DELIVERED) else None)


# -- two people -----------------------------------------------------------------------------------------------------------


def test_what_is_prepared_says_whom_it_would_tell_and_tells_nobody(prepare: Callable[..., Campaign]) -> None:
    campaign = prepare()

    expected = {"audience": 6, "by_phone": 3, "by_email": 1, "no_contact": 1, "withheld": 1, "already_told": 0}
    assert {name: campaign.expected[name] for name in expected} == expected
    campaign.refresh_from_db()
    assert campaign.expected["by_tier"] == {"0": 1, "1": 1, "2": 4}
    assert campaign.state == CampaignState.PREPARED
    assert Telling.objects.count() == Message.objects.count() == 0


def test_whoever_prepared_it_does_not_release_it(
    prepare: Callable[..., Campaign], writer: User, at: dt.datetime
) -> None:
    campaign = prepare()

    with pytest.raises(rules.SamePerson, match="두 사람이 확인해야 해요"):
        campaigning.release(campaign=campaign, by=writer, at=at)
    assert Telling.objects.count() == 0


def test_the_database_refuses_one_person_for_both_even_a_superuser(
    prepare: Callable[..., Campaign], writer: User, at: dt.datetime
) -> None:
    User.objects.filter(pk=writer.pk).update(is_superuser=True)
    campaign = prepare()

    with pytest.raises(IntegrityError, match="notices_campaign_released_by_two"), transaction.atomic():
        campaign.move(to=CampaignState.RELEASED, by=writer, at=at)


def test_only_staff_decide(prepare: Callable[..., Campaign], notice: Notice, at: dt.datetime) -> None:
    stranger = User.objects.create_user(email=None) if hasattr(User.objects, "create_user") else User.objects.create()
    campaign = prepare()

    for act in (
        lambda: campaigning.prepare(notice=notice, choice=Choice(), by=stranger, at=at),
        lambda: campaigning.release(campaign=campaign, by=stranger, at=at),
        lambda: campaigning.pause(campaign=campaign, by=stranger, at=at),
        lambda: campaigning.resume(campaign=campaign, by=stranger, at=at),
        lambda: campaigning.cancel(campaign=campaign, by=stranger, at=at),
    ):
        with pytest.raises(rules.NotStaff):
            act()


def test_releasing_twice_lists_everybody_once(released: Campaign, officer: User, at: dt.datetime) -> None:
    before = figures(released)

    campaigning.release(campaign=released, by=officer, at=at + MINUTE)

    assert figures(released) == before == {"waiting": 5, "withheld": 1}
    assert CampaignMove.objects.filter(campaign=released).count() == 1


def test_a_list_that_changed_since_must_be_prepared_anew(
    prepare: Callable[..., Campaign], incident: Incident, officer: User, at: dt.datetime
) -> None:
    campaign = prepare()
    cast.listed(incident, person(7), at=at, mode=Mode.CHANGES)

    with pytest.raises(rules.ListHasChanged):
        campaigning.release(campaign=campaign, by=officer, at=at)


def test_a_newer_notice_must_be_told_instead(
    prepare: Callable[..., Campaign], notice: Notice, officer: User, writer: User, at: dt.datetime
) -> None:
    campaign = prepare()
    cast.notice(notice.incident, at=at, number=2)

    with pytest.raises(rules.NotTheNewestNotice):
        campaigning.release(campaign=campaign, by=officer, at=at)
    with pytest.raises(rules.NotTheNewestNotice):
        campaigning.prepare(notice=notice, choice=Choice(), by=writer, at=at)


def test_that_nothing_leaked_is_not_told_by_the_letter_of_a_leak(notice: Notice, writer: User, at: dt.datetime) -> None:

    with transaction.atomic():
        other = Notice.objects.create(
            incident=notice.incident,
            number=3,
            kind="not_leaked",
            state="published",
            prepared_at=at,
            prepared_by=writer,
            approved_by=cast.staff("Editor"),
            published_at=at,
        )

    with pytest.raises(rules.NoLetterForThisKind):
        campaigning.prepare(notice=other, choice=Choice(), by=writer, at=at)


def test_nobody_and_no_list_are_refused(incident: Incident, notice: Notice, writer: User, at: dt.datetime) -> None:
    with pytest.raises(rules.NobodyToTell):
        campaigning.prepare(notice=notice, choice=Choice(members=["corporate"]), by=writer, at=at)
    other = cast.incident("other", at=at)
    with pytest.raises(rules.NoList):
        campaigning.prepare(notice=cast.notice(other, at=at), choice=Choice(), by=writer, at=at)


def test_what_two_people_agreed_on_never_changes(prepare: Callable[..., Campaign]) -> None:
    campaign = prepare()

    for act in (
        lambda: Campaign.objects.filter(pk=campaign.pk).update(members=["former"]),
        lambda: Campaign.objects.filter(pk=campaign.pk).delete(),
    ):
        with pytest.raises(InternalError, match="pgtrigger"), transaction.atomic():
            act()


# -- telling ---------------------------------------------------------------------------------------------------------------


def test_everybody_is_told_by_the_way_they_have(released: Campaign, at: dt.datetime) -> None:
    assert run(released, at) == 4

    assert figures(released) == {"put": 4, "no_contact": 1, "withheld": 1}
    sent = {message.recipient.value: message for message in Message.objects.all()}
    assert {to: (message.channel, message.language) for to, message in sent.items()} == {
        "+821000000001": ("lms", "ko"),
        "+821000000002": ("lms", "en"),
        "p3@mail.example": ("email", "ko"),
        "+821000000006": ("lms", "ko"),
    }
    assert "유출됐을 수 있어요" in sent["+821000000006"].words.text
    assert "보호자" in sent["+821000000006"].words.text
    assert {message.about for message in sent.values()} == {f"campaign:{released.pk}"}
    withheld = Telling.objects.get(state=TellingState.WITHHELD)
    assert (withheld.reason, withheld.settled_at, withheld.put_at) == ("deceased", at, None)


def test_a_second_run_tells_nobody_twice(released: Campaign, at: dt.datetime) -> None:
    assert [run(released, at), run(released, at), run(released, at + MINUTE)] == [4, 0, 0]
    assert Message.objects.count() == 4


def test_only_whom_the_choice_names(prepare: Callable[..., Campaign], officer: User, at: dt.datetime) -> None:
    card = campaigning.release(campaign=prepare(tiers=[1]), by=officer, at=at)
    assert (figures(card), run(card, at)) == ({"waiting": 1}, 1)

    others = campaigning.release(campaign=prepare(), by=officer, at=at)
    assert others.expected["already_told"] == 1
    assert figures(others) == {"waiting": 4, "withheld": 1}


def test_what_became_of_each_is_pulled_until_it_is_known(released: Campaign, at: dt.datetime) -> None:
    run(released, at)
    settle(State.ACCEPTED, at, channel="lms", language="ko")
    settle(State.FAILED, at, channel="lms", language="en")
    assert climbing.pull_outcomes(at=at) == 0, "it is not yet due"

    later = at + MINUTE
    assert climbing.pull_outcomes(at=later) == 4
    # The number that is no more waits for its next rung, which is an e-mail.
    assert figures(released) == {"sent": 2, "waiting": 1, "put": 1, "no_contact": 1, "withheld": 1}
    released.refresh_from_db()
    assert released.state == CampaignState.RELEASED
    assert run(released, later) == 1

    settle(State.ACCEPTED, later, channel="email")
    for message in Message.objects.filter(channel="lms", state=State.ACCEPTED):
        message.move(State.DELIVERED, at=later)
    climbing.pull_outcomes(at=later + 2 * MINUTE)
    assert figures(released) == {"sent": 2, "proven": 2, "no_contact": 1, "withheld": 1}
    released.refresh_from_db()
    assert (released.state, released.ended_at) == (CampaignState.FINISHED, later + 2 * MINUTE)
    climbing.pull_outcomes(at=later + dt.timedelta(hours=24))
    assert figures(released) == {"proven": 4, "no_contact": 1, "withheld": 1}, "an e-mail that did not come back"


def test_one_whose_fate_is_unknown_is_looked_at_again(released: Campaign, at: dt.datetime) -> None:
    run(released, at)
    settle(State.UNKNOWN, at, channel="email")
    climbing.pull_outcomes(at=at + MINUTE)
    assert figures(released)["unknown"] == 1

    settle(State.ACCEPTED, at, channel="email")
    climbing.pull_outcomes(at=at + 5 * MINUTE)
    assert figures(released)["sent"] == 1


def test_a_record_that_cannot_be_opened_fails_by_itself(
    notice: Notice, prepare: Callable[..., Campaign], officer: User, at: dt.datetime, settings: Any
) -> None:
    ours = settings.DATA_KEYS
    settings.DATA_KEYS = {"lost": bytes(32)} | ours
    keys.data_keys.cache_clear()
    cast.listed(notice.incident, person(7), at=at, mode=Mode.CHANGES)
    settings.DATA_KEYS = ours
    keys.data_keys.cache_clear()

    campaign = campaigning.release(campaign=prepare(), by=officer, at=at)
    assert run(campaign, at) == 4
    broken = Telling.objects.get(state=TellingState.FAILED)
    assert (broken.reason, broken.put_at, broken.rung) == ("cannot_open", None, None)
    assert figures(campaign) == {"put": 4, "failed": 1, "no_contact": 1, "withheld": 1}


def test_people_added_by_a_correction_are_told_and_nobody_else(
    released: Campaign, notice: Notice, prepare: Callable[..., Campaign], officer: User, at: dt.datetime
) -> None:
    run(released, at)
    cast.listed(notice.incident, person(7), person(8, phone=""), at=at, mode=Mode.CHANGES)

    second = prepare()
    assert (second.expected["audience"], second.expected["already_told"]) == (4, 4)
    campaigning.release(campaign=second, by=officer, at=at)

    assert run(second, at) == 2
    assert figures(second) == {"put": 2, "no_contact": 1, "withheld": 1}
    told = [message.recipient.value for message in Message.objects.filter(about=second.about)]
    assert sorted(told) == ["+821000000007", "p8@mail.example"]


def test_whoever_could_not_be_reached_is_told_once_a_correction_brings_a_number(
    released: Campaign, notice: Notice, prepare: Callable[..., Campaign], officer: User, at: dt.datetime
) -> None:
    run(released, at)
    cast.listed(notice.incident, person(4), at=at, mode=Mode.CHANGES)
    second = campaigning.release(campaign=prepare(), by=officer, at=at)

    run(second, at)

    assert [m.recipient.value for m in Message.objects.filter(about=second.about)] == ["+821000000004"]


def test_the_outbox_is_filled_no_further_than_a_pause_can_reach(released: Campaign, at: dt.datetime) -> None:
    assert run(released, at, ahead=3) == 3
    assert figures(released)["put"] == 3
    assert run(released, at, ahead=3) == 0
    settle(State.ACCEPTED, at)
    assert run(released, at, ahead=3) == 1


def test_a_long_list_is_gone_through_in_batches_that_each_add_up(
    prepare: Callable[..., Campaign], officer: User, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "BATCH", 2)
    campaign = campaigning.release(campaign=prepare(), by=officer, at=at)
    assert (campaign.audience, campaign.listed_at) == (2, None)
    figures(campaign)

    assert [campaigning.list_next_batch(campaign=campaign, at=at) for _ in range(4)] == [True, True, False, False]
    campaign.refresh_from_db()
    assert (campaign.audience, campaign.listed_at) == (6, at)
    assert figures(campaign) == {"waiting": 5, "withheld": 1}


def test_a_list_is_gone_through_in_one_run_though_whole_batches_are_told_already(
    released: Campaign,
    prepare: Callable[..., Campaign],
    officer: User,
    at: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run(released, at)
    last = Telling.objects.filter(state=TellingState.PUT).order_by("-person_key")[:1]
    Telling.objects.filter(pk__in=list(last.values_list("pk", flat=True))).move(to=TellingState.CANCELLED, at=at)
    monkeypatch.setattr(ledger, "BATCH", 1)

    second = campaigning.release(campaign=prepare(), by=officer, at=at)
    run(second, at)

    second.refresh_from_db()
    assert second.listed_at is not None
    assert figures(second) == {"put": 1, "no_contact": 1, "withheld": 1}


# -- pausing and cancelling -------------------------------------------------------------------------------------------------


def test_while_it_is_paused_nobody_is_told_and_what_is_put_is_held(
    released: Campaign, officer: User, at: dt.datetime
) -> None:
    run(released, at, ahead=2)
    campaigning.pause(campaign=released, by=officer, at=at)
    campaigning.pause(campaign=released, by=officer, at=at + MINUTE)

    assert run(released, at) == 0
    assert Message.objects.due(at=at).count() == 0
    assert campaigning.list_next_batch(campaign=released, at=at) is False

    campaigning.resume(campaign=released, by=officer, at=at)
    campaigning.resume(campaign=released, by=officer, at=at)
    assert run(released, at) == 2
    assert Message.objects.due(at=at).count() == 4
    moves = released.moves.values_list("came_from", "went_to", "by")
    assert [tuple(move) for move in moves] == [
        ("prepared", "released", officer.pk),
        ("released", "paused", officer.pk),
        ("paused", "released", officer.pk),
    ]


def test_cancelling_calls_back_what_has_not_left(released: Campaign, officer: User, at: dt.datetime) -> None:
    run(released, at, ahead=3)
    settle(State.ACCEPTED, at, channel="email")
    campaigning.cancel(campaign=released, by=officer, at=at)
    campaigning.cancel(campaign=released, by=officer, at=at)
    climbing.pull_outcomes(at=at)

    assert Message.objects.filter(state=State.WAITING).count() == 0
    told = figures(released)
    assert told["cancelled"] + told.get("sent", 0) + told.get("no_contact", 0) == 5
    assert told["withheld"] == 1
    assert list(campaigning.with_work()) == []
    assert run(released, at) == 0
    for act in (campaigning.pause, campaigning.resume):
        with pytest.raises(rules.Over):
            act(campaign=released, by=officer, at=at)


def test_whom_a_cancelled_campaign_did_not_tell_another_may(
    released: Campaign, prepare: Callable[..., Campaign], officer: User, at: dt.datetime
) -> None:
    run(released, at, ahead=2)
    campaigning.cancel(campaign=released, by=officer, at=at)
    climbing.pull_outcomes(at=at)

    second = campaigning.release(campaign=prepare(), by=officer, at=at)
    assert run(second, at) == 4
    assert Message.objects.filter(state=State.WAITING).count() == 4


def test_one_that_nobody_released_can_be_cancelled_but_neither_paused_nor_resumed(
    prepare: Callable[..., Campaign], writer: User, officer: User, at: dt.datetime
) -> None:
    campaign = prepare()
    for act in (campaigning.pause, campaigning.resume):
        with pytest.raises(rules.NotReleased):
            act(campaign=campaign, by=officer, at=at)
    campaigning.cancel(campaign=campaign, by=writer, at=at)
    with pytest.raises(rules.Over):
        campaigning.release(campaign=campaign, by=officer, at=at)


def test_a_release_from_a_page_that_is_out_of_date_says_how_it_stands(
    released: Campaign, officer: User, at: dt.datetime
) -> None:
    for act, says in ((campaigning.pause, rules.Paused), (campaigning.cancel, rules.Over)):
        act(campaign=released, by=officer, at=at)
        with pytest.raises(says):
            campaigning.release(campaign=released, by=officer, at=at)


def test_every_act_is_in_the_audit_and_names_nobody_told(released: Campaign, officer: User, at: dt.datetime) -> None:
    campaigning.pause(campaign=released, by=officer, at=at)
    campaigning.resume(campaign=released, by=officer, at=at)
    campaigning.cancel(campaign=released, by=officer, at=at)

    events = Event.objects.filter(kind__startswith="notices.campaign_").order_by("pk")
    assert [event.kind.removeprefix("notices.campaign_") for event in events] == [
        "prepared",
        "released",
        "paused",
        "resumed",
        "cancelled",
    ]
    assert all(event.data["campaign"] == released.pk for event in events)


# -- the database -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constraint", "nonsense"),
    [
        ("notices_campaign_runs_once_released", {"state": "released"}),
        ("notices_campaign_paused_since", {"paused_at": "2026-11-20T00:00Z"}),
        ("notices_campaign_ended_when_over", {"state": "cancelled"}),
        ("notices_campaign_ended_when_over", {"ended_at": "2026-11-20T00:00Z"}),
    ],
)
def test_the_database_refuses_a_state_without_its_moment(
    constraint: str, nonsense: dict, prepare: Callable[..., Campaign]
) -> None:
    campaign = prepare()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(**nonsense)


@pytest.mark.parametrize(
    ("constraint", "nonsense"),
    [
        ("notices_telling_put_has_its_rung", {"state": "put", "put_at": "2026-11-20T00:00Z", "channel": "lms"}),
        ("notices_telling_put_has_its_rung", {"state": "put", "rung": 2, "channel": "lms"}),
        ("notices_telling_put_has_its_rung", {"state": "put", "put_at": "2026-11-20T00:00Z", "rung": 2}),
        ("notices_telling_proven_by_something", {"state": "proven", "settled_at": "2026-11-20T00:00Z", "rung": 2}),
        ("notices_telling_proven_by_something", {"proof": "delivered"}),
        ("notices_telling_settled_when_done", {"settled_at": "2026-11-20T00:00Z"}),
        ("notices_telling_settled_when_done", {"state": "failed"}),
    ],
)
def test_the_database_refuses_a_line_without_its_moments(constraint: str, nonsense: dict, released: Campaign) -> None:
    line = Telling.objects.filter(state=TellingState.WAITING).first()
    assert line is not None
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Telling.objects.filter(pk=line.pk).update(**nonsense)


def test_the_database_knows_one_living_line_a_notice_and_person(
    released: Campaign, prepare: Callable[..., Campaign], officer: User, at: dt.datetime
) -> None:
    line = Telling.objects.filter(state=TellingState.WAITING).first()
    assert line is not None
    other = Campaign.objects.create(
        incident=released.incident,
        notice=released.notice,
        dataset=released.dataset,
        prepared_at=at,
        prepared_by=officer,
    )
    line.pk, line.campaign = None, other
    with pytest.raises(IntegrityError, match="notices_telling_once"), transaction.atomic():
        line.save(force_insert=True)


def test_a_line_does_not_come_back_from_its_end(released: Campaign, at: dt.datetime) -> None:
    with pytest.raises(states.IllegalMove):
        Telling.objects.filter(state=TellingState.WITHHELD).move(to=TellingState.PUT, at=at)


# -- at once ----------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_who_release_at_once_release_once(prepare: Callable[..., Campaign], officer: User, at: dt.datetime) -> None:
    campaign, second = prepare(), cast.staff("Second")

    race(2, lambda number: campaigning.release(campaign=campaign, by=(officer, second)[number], at=at))

    assert CampaignMove.objects.count() == 1
    assert figures(campaign) == {"waiting": 5, "withheld": 1}


@pytest.mark.django_db(transaction=True)
def test_several_who_tell_at_once_tell_each_person_once(
    incident: Incident, writer: User, officer: User, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaigning, "BATCH", 7)
    monkeypatch.setattr(ledger, "BATCH", 40)
    cast.listed(incident, *(person(n) for n in range(1, 121)), at=at)
    notice = cast.notice(incident, at=at)
    campaign = campaigning.prepare(notice=notice, choice=Choice(), by=writer, at=at)
    campaigning.release(campaign=campaign, by=officer, at=at)

    put = race(4, lambda _number: run(campaign, at))
    put.append(run(campaign, at))

    assert sum(put) == 120 == Message.objects.count()
    assert figures(campaign) == {"put": 120}


@pytest.mark.django_db(transaction=True)
def test_once_a_pause_has_returned_nothing_is_put_any_more(
    incident: Incident, writer: User, officer: User, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaigning, "BATCH", 3)
    cast.listed(incident, *(person(n) for n in range(1, 121)), at=at)
    campaign = campaigning.prepare(notice=cast.notice(incident, at=at), choice=Choice(), by=writer, at=at)
    campaigning.release(campaign=campaign, by=officer, at=at)
    after_the_pause: list[tuple[int, int]] = []

    def act(number: int) -> None:
        if number == 0:
            run(campaign, at)
            return
        campaigning.pause(campaign=campaign, by=officer, at=at)
        figures(campaign)
        after_the_pause.append((Message.objects.count(), Message.objects.due(at=at).count()))

    race(2, act)
    [(count, due)] = after_the_pause
    assert due == 0
    assert Message.objects.count() == count
    assert figures(campaign).get("put", 0) == count


# -- the command ------------------------------------------------------------------------------------------------------------


def tell() -> dict:
    out = StringIO()
    call_command("tell", incident="demo", json=True, stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def test_the_command_refuses_what_nobody_released(prepare: Callable[..., Campaign]) -> None:
    prepare()
    out = StringIO()
    with pytest.raises(CommandError, match="another person has to release it first") as refused:
        call_command("tell", incident="demo", json=True, stdout=out)
    assert refused.value.returncode == 1
    assert "refused" in json.loads(out.getvalue())
    assert Message.objects.count() == 0


@pytest.mark.parametrize(("act", "words"), [(campaigning.pause, "is paused"), (campaigning.cancel, "was cancelled")])
def test_the_command_refuses_one_that_does_not_run(
    act: Callable[..., Campaign], words: str, released: Campaign, officer: User, at: dt.datetime
) -> None:
    act(campaign=released, by=officer, at=at)
    with pytest.raises(CommandError, match=words):
        tell()


def test_the_command_refuses_where_nothing_is_prepared(incident: Incident) -> None:
    with pytest.raises(CommandError, match="nobody has prepared one"):
        tell()


def test_the_command_tells_what_is_due_and_nobody_twice(released: Campaign) -> None:
    first, second = tell(), tell()

    assert (first["put"], second["put"]) == (4, 0)
    [told] = first["campaigns"]
    assert (told["audience"], told["put_now"], told["no_contact"], told["withheld"], told["waiting"]) == (6, 4, 1, 1, 0)
    assert Message.objects.count() == 4
