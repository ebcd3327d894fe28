"""Two versions of one notice: nobody is told the older one once the newer is on its way to them, and nobody is left out by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from breachdesk.accounts.models import User
from delivery.models import Message
from delivery.states import State
from notices import campaigning
from notices.audience import Choice
from notices.campaign_models import Campaign, Telling
from notices.models import Incident
from notices.states import TellingState
from tests import cast
from tests.notices.conftest import person
from tests.notices.test_climbing import ADDRESS, on, settle

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def officer(db: None) -> User:
    return cast.staff("Officer")


@pytest.fixture
def tell(incident: Incident, officer: User) -> Callable[..., Campaign]:
    """A new version, told to those of a language (all, where none is named)."""

    def told(number: int, *, at: dt.datetime, starts_at: dt.datetime | None = None, **choice: list[str]) -> Campaign:
        notice = cast.notice(incident, at=at, number=number)
        campaign = campaigning.prepare(
            notice=notice, choice=Choice(**choice), by=cast.staff("Writer"), at=at, starts_at=starts_at
        )
        return campaigning.release(campaign=campaign, by=officer, at=at)

    return told


def states(campaign: Campaign) -> list[tuple[str, str]]:
    return list(Telling.objects.filter(campaign=campaign).order_by("pk").values_list("state", "reason"))


def test_whoever_is_told_of_the_newer_version_is_told_no_more_of_the_older_one(
    incident: Incident, tell: Callable[..., Campaign], at: dt.datetime
) -> None:
    cast.listed(
        incident,
        person(1),
        person(2, phone="", email="", address=ADDRESS),
        person(3, language="en", phone="", email="", address=ADDRESS),
        at=at,
    )
    old = tell(1, at=at)
    assert on(old, at) == 3
    settle(State.ACCEPTED, at, channel="lms")
    on(old, at + MINUTE)
    new = tell(2, at=at + HOUR, languages=["ko"])

    on(old, at + HOUR)
    assert set(states(old)) == {("sent", ""), ("cancelled", "newer_version"), ("put", "")}
    letters = Message.objects.filter(channel="letter").values_list("language", "state")
    assert set(letters) == {("ko", "cancelled"), ("en", "waiting")}, "no second letter, and nobody is left out"

    # The receipt of the older text does not come in its time: its person climbs by the newer version alone.
    on(new, at + HOUR)
    on(old, at + 7 * HOUR)
    assert not Message.objects.filter(channel="email", about=old.about).exists()
    settle(State.DELIVERED, at + 8 * HOUR, channel="lms", about=old.about)
    on(old, at + DAY)
    assert ("proven", "") in states(old), "what had left is proof all the same"


def test_who_still_waits_for_the_older_version_waits_for_the_newer_one_instead(
    incident: Incident, tell: Callable[..., Campaign], at: dt.datetime
) -> None:
    cast.listed(incident, person(1), person(2, language="en"), at=at)
    old, new = tell(1, at=at), tell(2, at=at, languages=["ko"])
    assert (on(old, at), on(new, at)) == (1, 1)
    assert set(states(old)) == {("cancelled", "newer_version"), ("put", "")}
    assert [state for state, _why in states(new)] == ["put"]
    assert not old.tellings.get(state=TellingState.CANCELLED).attempts.exists(), "no posting stands for it"


def test_a_newer_version_that_has_not_begun_or_was_cancelled_stops_nothing(
    incident: Incident, tell: Callable[..., Campaign], officer: User, at: dt.datetime
) -> None:
    cast.listed(incident, person(1), person(2), at=at)
    old = tell(1, at=at)
    tell(2, at=at, starts_at=at + DAY, languages=["ko"])
    assert on(old, at) == 2

    settle(State.FAILED, at)
    for number in (3, 4):
        begun = tell(number, at=at + MINUTE)
        campaigning.cancel(campaign=begun, by=officer, at=at + MINUTE)
    assert on(old, at + 2 * MINUTE) == 2
    assert set(states(old)) == {("put", "refused")}
