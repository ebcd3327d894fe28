"""Who is told, by which way, and why not where not."""

from __future__ import annotations

import datetime as dt

import pytest

from notices import audience, rules, states
from notices.audience import Alike, Choice, TierOf
from notices.states import Member, TellingState

TIERS = [TierOf(1, ["card_number", "cvc"]), TierOf(2, ["name"])]


def group(
    items: str = "name", *, people: int = 1, language: str = "ko", member: str = "current", **more: bool
) -> Alike:
    given = {"has_phone": True, "has_email": True, "told": False, "proven": False} | more
    return Alike(
        items, language, member, given["has_phone"], given["has_email"], given["told"], given["proven"], people
    )


@pytest.mark.parametrize(
    ("member", "has_phone", "has_email", "state"),
    [
        ("current", True, True, "waiting"),
        ("current", False, True, "waiting"),
        ("former", True, False, "waiting"),
        ("supplementary", True, False, "waiting"),
        ("corporate", False, True, "waiting"),
        ("minor", True, False, "waiting"),
        ("minor", False, False, "no_contact"),
        ("current", False, False, "no_contact"),
        ("deceased", True, True, "withheld"),
        ("deceased", False, False, "withheld"),
    ],
)
def test_everybody_with_a_contact_is_told_but_the_deceased(
    member: str, has_phone: bool, has_email: bool, state: str
) -> None:
    assert audience.first_state(member=member, has_phone=has_phone, has_email=has_email) == state


def test_whoever_is_told_otherwise_than_a_member_has_words_for_why() -> None:
    explained = {*audience.WITHHELD_FROM, *audience.TOLD_BECAUSE, Member.CURRENT}

    assert explained == set(Member)


@pytest.mark.parametrize(
    ("items", "tier"),
    [
        ("card_number|name", 1),
        ("card_number?|name", 2),
        ("name?|phone?", audience.POSSIBLY),
        ("phone", audience.NO_TIER),
    ],
)
def test_a_person_counts_in_the_first_tier_that_fits_what_surely_leaked(items: str, tier: int) -> None:
    assert audience.tier_of(items, TIERS) == tier
    assert audience.tier_of("phone", [*TIERS, TierOf(3, [])]) == 3


def test_a_preview_adds_up_and_keeps_those_apart_who_were_told_before() -> None:
    seen = audience.preview(
        [
            group("card_number|name", people=5),
            group("name", people=7, has_phone=False),
            group("name", people=2, language="en", member="minor", has_email=False),
            group("name?", people=3, has_phone=False, has_email=False),
            group("name", people=4, member="deceased"),
            group("name", people=100, told=True),
        ],
        tiers=TIERS,
        choice=Choice(),
    )

    assert seen.audience == 21 == seen.by_phone + seen.by_email + seen.no_contact + seen.withheld
    assert (seen.by_phone, seen.by_email, seen.no_contact, seen.withheld) == (7, 7, 3, 4)
    assert seen.already_told == 100
    assert seen.by_tier == {1: 5, 2: 13, 0: 3}
    assert seen.by_language == {"ko": 19, "en": 2}
    assert seen.by_member == {"current": 15, "minor": 2, "deceased": 4}
    assert seen.items == ["card_number|name", "name", "name?"]


@pytest.mark.parametrize(
    ("choice", "people"),
    [
        (Choice(tiers=[1]), 5),
        (Choice(tiers=[0, 2]), 12),
        (Choice(languages=["en"]), 2),
        (Choice(members=["former"]), 2),
        (Choice(tiers=[1], members=["former"]), 0),
    ],
)
def test_a_choice_narrows_the_audience(choice: Choice, people: int) -> None:
    groups = [
        group("card_number", people=5),
        group("name", people=7),
        group("name?", people=3),
        group("name", people=2, language="en", member="former"),
    ]

    assert audience.preview(groups, tiers=TIERS, choice=choice).audience == people


def test_samples_differ_in_way_and_language_before_they_repeat_one() -> None:
    groups = [
        group("card_number", people=50),
        group("name", people=40),
        group("name", people=3, has_phone=False),
        group("name", people=2, language="en"),
        group("name", people=90, member="deceased"),
        group("name", people=80, has_phone=False, has_email=False),
        group("name", people=70, told=True),
    ]

    chosen = audience.samples(groups, tiers=TIERS, choice=Choice())
    assert [(one.has_phone, one.language, one.people) for one in chosen] == [
        (True, "ko", 50),
        (False, "ko", 3),
        (True, "en", 2),
    ]
    assert [one.items for one in audience.samples(groups[:2], tiers=TIERS, choice=Choice())] == ["card_number", "name"]


def test_a_message_is_asked_about_the_less_often_the_older_it_is() -> None:
    put_at = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)

    def pause(**age: int) -> dt.timedelta:
        at = put_at + dt.timedelta(**age)
        return rules.look_again_at(put_at=put_at, at=at) - at

    assert [pause(seconds=0), pause(minutes=2), pause(days=9)] == [
        dt.timedelta(seconds=5),
        dt.timedelta(minutes=2),
        dt.timedelta(hours=6),
    ]
    assert rules.may_still_be_receipted(put_at=put_at, at=put_at + dt.timedelta(days=2))
    assert not rules.may_still_be_receipted(put_at=put_at, at=put_at + dt.timedelta(days=3))


def test_a_line_of_the_ledger_is_live_until_it_is_known_that_nobody_was_told() -> None:
    not_told = set(TellingState) - set(states.TELLING_LIVE)

    assert not_told == {
        TellingState.FAILED,
        TellingState.NO_CONTACT,
        TellingState.WITHHELD,
        TellingState.CANCELLED,
    }
    assert all(TellingState.PROVEN in states.TELLING_MOVES[state] for state in not_told), (
        "by a late receipt, or posting"
    )
