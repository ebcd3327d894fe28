"""An all-clear reaches those whom it clears: told of a leak before, on the list no more. Nobody else is told that nothing leaked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from breachdesk.accounts.models import User
from breachdesk.statistics import counting
from delivery import paper
from delivery.models import Message
from delivery.states import State
from notices import campaigning, climbing, dry_run, looking_ahead, proof, rules
from notices.audience import Choice
from notices.campaign_models import Campaign, Telling
from notices.models import Incident, Notice
from notices.states import Cleared, NoticeKind, TellingState
from tests import cast, staff
from tests.notices.conftest import person
from tests.notices.test_climbing import ADDRESS, on, settle

pytestmark = pytest.mark.django_db
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
EVERYBODY = [
    person(1),
    person(2, items="name?"),
    person(3, language="en"),
    person(4, phone="", email="", address=ADDRESS),
]


@pytest.fixture
def officer(db: None) -> User:
    return cast.staff("Officer")


def release(notice: Notice, officer: User, *, at: dt.datetime, **how: Any) -> Campaign:
    choice = Choice(**how.pop("choice", {}))
    campaign = campaigning.prepare(notice=notice, choice=choice, by=cast.staff("Writer"), at=at, **how)
    return campaigning.release(campaign=campaign, by=officer, at=at)


def all_clear(incident: Incident, *, at: dt.datetime, number: int = 2, cleared: str = Cleared.OFF_LIST) -> Notice:
    words = {
        "changes_ko": "기록을 끝까지 살펴보니 이분들의 정보는 나가지 않았어요.",
        "changes_en": "Their data never left.",
    }
    return cast.notice(incident, at=at, number=number, kind=NoticeKind.NOT_LEAKED, cleared=cleared, **words)


def whom(campaign: Campaign) -> list[tuple[str, str]]:
    """The language and words of what was put for it."""
    return [
        (one.language, one.words.text)
        for one in Message.objects.filter(about=campaign.about).order_by("language", "channel")
    ]


def test_who_was_told_and_is_on_the_list_no_more_is_told_that_nothing_leaked(
    incident: Incident, officer: User, at: dt.datetime
) -> None:
    cast.listed(incident, *EVERYBODY, person(5), at=at)
    first = release(cast.notice(incident, at=at), officer, at=at)
    assert on(first, at) == 5
    settle(State.ACCEPTED, at, channel__in=["lms", "letter"])
    # The second stays: their data leaked.
    cast.listed(incident, EVERYBODY[1], at=at + MINUTE)
    notice = all_clear(incident, at=at + MINUTE)

    prepared = campaigning.prepare(
        notice=notice, choice=Choice(), by=cast.staff("Writer"), at=at + MINUTE, to_cleared=True
    )
    assert (prepared.dataset.number, prepared.cleared_by.number) == (1, 2)
    assert prepared.expected["audience"] == 4
    assert dry_run.of(prepared, at=at + MINUTE).looked_at == 4
    campaign = campaigning.release(campaign=prepared, by=officer, at=at + MINUTE)
    assert on(campaign, at + MINUTE) == 4

    said = whom(campaign)
    assert [language for language, _text in said] == ["en", "ko", "ko", "ko"]
    texts = [text for _language, text in said]
    assert "did not leak" in texts[0]
    assert "Their data never left." in texts[0]
    assert all("유출되지 않" in text and "이분들의 정보는 나가지 않았어요" in text for text in texts[1:])
    assert not any("지켜 드리지 못해" in text or "유출된 정보:" in text for text in texts)
    letter = Message.objects.get(about=campaign.about, channel="letter")
    assert paper.read(letter.words).code_for == {}, "there is nothing to look up with it"

    # What was still on its way of the first version goes no further, but for whoever stays on the list.
    on(first, at + 7 * HOUR)
    assert list(Message.objects.filter(channel="email", about=first.about).values_list("language", flat=True)) == ["ko"]


def test_whom_it_cleared_is_told_once_and_whoever_was_told_nothing_hears_nothing(
    incident: Incident, officer: User, at: dt.datetime
) -> None:
    cast.listed(incident, person(1), person(2, language="en"), at=at)
    on(release(cast.notice(incident, at=at), officer, at=at, choice={"languages": ["ko"]}), at)
    settle(State.ACCEPTED, at)
    cast.listed(incident, person(3), at=at + MINUTE)
    notice = all_clear(incident, at=at + MINUTE)
    campaign = release(notice, officer, at=at + MINUTE, to_cleared=True)
    assert on(campaign, at + MINUTE) == 1

    with pytest.raises(rules.NobodyToTell):
        release(notice, officer, at=at + HOUR, to_cleared=True)
    another = all_clear(incident, at=at + HOUR, number=3)
    with pytest.raises(rules.NobodyToTell):
        release(another, officer, at=at + HOUR, to_cleared=True)


def test_whoever_a_later_list_has_again_is_not_told_that_nothing_leaked(
    incident: Incident, officer: User, at: dt.datetime
) -> None:
    cast.listed(incident, person(1), person(2), at=at)
    on(release(cast.notice(incident, at=at), officer, at=at), at)
    settle(State.ACCEPTED, at)
    cast.listed(incident, person(3), at=at + MINUTE)
    campaign = release(all_clear(incident, at=at + MINUTE), officer, at=at + MINUTE, to_cleared=True)
    cast.listed(incident, person(1), at=at + 2 * MINUTE)
    assert on(campaign, at + 3 * MINUTE) == 1
    assert set(Telling.objects.filter(campaign=campaign).values_list("state", "reason")) == {
        (TellingState.CANCELLED, "listed_again"),
        (TellingState.PUT, ""),
    }


def test_only_whoever_may_have_read_of_the_leak_is_told_that_there_was_none(
    incident: Incident, officer: User, at: dt.datetime
) -> None:
    by_phone = [person(number, email="") for number in (1, 2, 3, 4)]
    cast.listed(incident, *by_phone, at=at)
    first = release(cast.notice(incident, at=at), officer, at=at)
    assert campaigning.tell_next_batch(campaign=first, at=at, ahead=3).put == 3
    in_hand, silent, arrived, _waits = Telling.objects.order_by("pk")
    key = "leak-notice:{}:2"
    settle(State.ACCEPTED, at, key=key.format(silent.pk))
    settle(State.DELIVERED, at, key=key.format(arrived.pk))
    later = at + 7 * HOUR
    climbing.pull_outcomes(at=later)
    Telling.objects.filter(pk=silent.pk).move(to=TellingState.FAILED, at=later, reason="no_receipt")

    cast.listed(incident, person(9), at=later)
    campaign = release(all_clear(incident, at=later), officer, at=later, to_cleared=True)
    assert campaign.expected["audience"] == 3, "nothing has left to whoever still waits"
    assert on(campaign, later) == 2
    told = Telling.objects.filter(campaign=campaign, state=TellingState.PUT)
    assert set(told.values_list("person_key", flat=True)) == {silent.person_key, arrived.person_key}
    never = Telling.objects.get(campaign=campaign, person_key=in_hand.person_key)
    assert (never.state, never.reason, never.rung) == (TellingState.CANCELLED, "never_told", None)

    # Nor does anything of the leak leave to those two any more.
    assert on(first, later + HOUR) == 0
    assert sorted(Telling.objects.filter(campaign=first).values_list("state", flat=True)) == [
        TellingState.CANCELLED,
        TellingState.CANCELLED,
        TellingState.FAILED,
        TellingState.PROVEN,
    ]
    assert Message.objects.get(key=key.format(in_hand.pk)).state == State.CANCELLED


def test_to_be_cleared_is_no_proof_of_a_leak_where_a_later_list_has_the_person_again(
    incident: Incident, officer: User, at: dt.datetime
) -> None:
    cast.listed(incident, person(1), person(2, language="en"), at=at)
    on(release(cast.notice(incident, at=at), officer, at=at), at)
    settle(State.ACCEPTED, at, language="ko")
    settle(State.DELIVERED, at, language="en")
    cast.listed(incident, person(2, language="en"), at=at + MINUTE)
    cleared = release(all_clear(incident, at=at + MINUTE), officer, at=at + MINUTE, to_cleared=True)
    on(cleared, at + MINUTE)
    settle(State.DELIVERED, at + MINUTE, about=cleared.about)
    climbing.pull_outcomes(at=at + 2 * MINUTE)
    assert Telling.objects.get(campaign=cleared).state == TellingState.PROVEN

    cast.listed(incident, person(1), person(2, language="en"), at=at + HOUR)
    seen = proof.counted(incident, at=at + HOUR)
    assert (seen.people, seen.proven) == (2, 1)
    assert sum(counting.count(incident).told_in_hour.values()) == 1
    # By the same version too.
    notice = incident.notices.get(number=2)
    rest = campaigning.prepare(notice=notice, choice=Choice(unproven=True), by=cast.staff("Third"), at=at + HOUR)
    assert rest.expected["audience"] == 1
    assert dry_run.of(rest, at=at + HOUR).looked_at == 1, "no letter of somebody who will not be told"
    rest = campaigning.release(campaign=rest, by=officer, at=at + HOUR)
    assert on(rest, at + HOUR) == 1
    assert Telling.objects.get(campaign=rest).person_key == Telling.objects.get(campaign=cleared).person_key


def test_an_all_clear_for_everybody_has_nobody_else_to_tell_and_one_for_a_group_only_that_group(
    incident: Incident, officer: User, at: dt.datetime
) -> None:
    incident.tiers.create(number=1, name_ko="카드", name_en="card", any_of=["card_number"], advice_ko="", advice_en="")
    incident.tiers.create(number=2, name_ko="그 밖", name_en="others", any_of=[], advice_ko="", advice_en="")
    first = cast.listed(incident, person(1), person(2, items="card_number|name"), at=at)
    on(release(cast.notice(incident, at=at), officer, at=at), at)
    settle(State.ACCEPTED, at)
    cast.listed(incident, person(3), at=at + MINUTE)
    for_a_group = all_clear(incident, at=at + MINUTE, cleared=Cleared.TIERS)
    for_a_group.cleared_tiers = [1]
    ahead = looking_ahead.look_ahead(
        notice=for_a_group, dataset=incident.active_dataset, choice=Choice(), to_cleared=True
    )
    assert (ahead.dataset, ahead.seen.audience, ahead.seen.items) == (first, 1, ["card_number|name"])

    for_all = all_clear(incident, at=at + HOUR, number=3, cleared=Cleared.EVERYBODY)
    with pytest.raises(rules.NoLetterForThisKind):
        release(for_all, officer, at=at + HOUR)
    assert release(for_all, officer, at=at + HOUR, to_cleared=True).audience == 2
    with pytest.raises(rules.NoLetterForThisKind):
        release(cast.notice(incident, at=at + 2 * HOUR, number=4), officer, at=at + 2 * HOUR, to_cleared=True)


def test_staff_choose_whom_an_all_clear_tells_and_see_the_words(
    incident: Incident, officer: User, at: dt.datetime
) -> None:
    cast.listed(incident, person(1), person(2), at=at)
    on(release(cast.notice(incident, at=at), officer, at=at), at)
    cast.listed(incident, person(2), at=at + MINUTE)
    all_clear(incident, at=at + MINUTE)
    editor = staff.sign_in(Client(), staff.member("notice_editor"))
    new = "/admin/notices/campaign/add/"

    page = editor.get(new, {"preview": "1"}).content.decode()
    assert "유출되지 않은 것으로 확인했어요" in page
    assert "앞서 통지를 받았고 지금 명단에는 없는 분" in page
    page = editor.get(new, {"preview": "1", "to": "listed"}).content.decode()
    assert "유출되지 않은 것으로 확인했어요" not in page
    assert "지켜 드리지 못해 죄송해요" in page

    assert editor.post(f"{new}?incident=demo", {"to": "cleared"}).status_code == 302
    campaign = Campaign.objects.get(cleared_by=incident.active_dataset)
    assert campaign.expected["audience"] == 1
    page = editor.get(f"/admin/notices/campaign/{campaign.pk}/change/").content.decode()
    assert "앞선 명단에 있었고 지금 명단에는 없는 분께, 유출이 아니라고" in page
