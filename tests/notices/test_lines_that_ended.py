"""A line that ended moves no more, but may be proven; and one that cannot be judged stops nobody else's climb."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pytest

from breachdesk.accounts.models import User
from delivery import queries as messages
from delivery.models import Message
from delivery.states import State
from notices import campaigning, climbing, health
from notices.audience import Choice
from notices.campaign_models import Campaign, Telling
from notices.ladder_models import Attempt
from notices.models import Incident, Posting, PostingLook
from notices.states import AttemptOutcome, TellingState
from tests import cast
from tests.notices.conftest import person
from tests.notices.test_climbing import Release, on, settle
from tests.notices.test_climbing import officer as officer
from tests.notices.test_climbing import release as release

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


def states() -> list[str]:
    return list(Telling.objects.order_by("pk").values_list("state", flat=True))


def again(notice_of: Campaign, *, at: dt.datetime) -> Campaign:
    """A second campaign of the same notice."""
    second = campaigning.prepare(notice=notice_of.notice, choice=Choice(), by=cast.staff("Writer"), at=at)
    return campaigning.release(campaign=second, by=cast.staff("Officer"), at=at)


def test_a_late_failure_moves_no_line_that_was_cancelled_while_it_waited_for_its_next_rung(
    release: Release, officer: User, at: dt.datetime
) -> None:
    campaign = release(person(1), person(2))
    on(campaign, at)
    settle(State.ACCEPTED, at)
    climbing.pull_outcomes(at=at + MINUTE)
    climbing.pull_outcomes(at=at + 7 * HOUR)
    assert states() == ["waiting", "waiting"]
    campaigning.cancel(campaign=campaign, by=officer, at=at + 7 * HOUR)
    assert states() == ["cancelled", "cancelled"]

    first, second = Attempt.objects.order_by("line")
    settle(State.FAILED, at + 8 * HOUR, key=first.message_key)
    settle(State.DELIVERED, at + 8 * HOUR, key=second.message_key)
    assert climbing.pull_outcomes(at=at + DAY) == 2
    assert states() == ["cancelled", "proven"]
    assert set(Attempt.objects.values_list("outcome", flat=True)) == {"failed", "proven"}
    assert health.climbing() == ""


def test_a_line_that_ended_does_not_wait_again_beside_the_one_that_lives(release: Release, at: dt.datetime) -> None:
    first = release(person(1, email=""))
    on(first, at)
    settle(State.ACCEPTED, at)
    on(first, at + MINUTE)
    on(first, at + 7 * HOUR)
    assert states() == ["failed"]
    second = again(first, at=at + 7 * HOUR)
    on(second, at + 7 * HOUR)
    assert states() == ["failed", "put"]

    settle(State.FAILED, at + 8 * HOUR, about=first.about)
    on(second, at + DAY)
    assert states() == ["failed", "put"]
    assert first.tellings.get().attempts.get(channel="lms").outcome == AttemptOutcome.FAILED
    assert health.climbing() == ""


def test_a_mail_that_was_taken_late_proves_the_line_that_ended(
    release: Release, officer: User, at: dt.datetime
) -> None:
    campaign = release(person(1, phone=""))
    on(campaign, at)
    mail = Message.objects.get()
    mail.state = State.SENDING
    mail.move(State.UNKNOWN, at=at, tries=1)
    climbing.pull_outcomes(at=at + MINUTE)
    climbing.pull_outcomes(at=at + 7 * HOUR)
    campaigning.cancel(campaign=campaign, by=officer, at=at + 7 * HOUR)
    assert states() == ["cancelled"]

    mail.state = State.SENDING
    mail.move(State.ACCEPTED, at=at + 8 * HOUR, sent_at=at + 8 * HOUR)
    on(campaign, at + 15 * HOUR)
    assert states() == ["cancelled"]
    assert Attempt.objects.get().outcome == AttemptOutcome.TAKEN
    on(campaign, at + 33 * HOUR)
    assert states() == ["proven"]


def whole(incident: Incident, campaign: Campaign, *, at: dt.datetime) -> Posting:
    """A posting of thirty days, looked at every hour."""
    up = incident.postings.create(
        from_at=at, keep_until_at=at + 30 * DAY, keep_hours=720, law_ko="법", law_en="Act", look_at=at
    )
    PostingLook.objects.bulk_create(
        PostingLook(
            posting=up,
            at=at + hour * HOUR,
            path="/notices/demo/",
            language="ko",
            notice=campaign.notice,
            result="there",
            expected="0" * 64,
        )
        for hour in range(30 * 24)
    )
    return up


def test_one_posting_proves_one_of_two_lines_of_a_notice_and_person(
    release: Release, incident: Incident, at: dt.datetime
) -> None:
    first = release(person(1, phone="", email=""), person(2, phone="", email=""))
    on(first, at)
    on(again(first, at=at + MINUTE), at + MINUTE)
    assert states() == ["no_contact"] * 4
    whole(incident, first, at=at)

    on(first, at + 31 * DAY)
    assert states() == ["proven", "proven", "no_contact", "no_contact"]
    assert health.climbing() == ""


def test_a_posting_proves_no_version_that_it_never_showed(
    release: Release, incident: Incident, officer: User, at: dt.datetime
) -> None:
    first = release(person(1, phone="", email=""))
    on(first, at)
    whole(incident, first, at=at)
    down = {"taken_down_by": cast.staff("Writer"), "take_down_confirmed_by": officer, "reason": "날이 찼어요."}
    Posting.objects.update(taken_down_at=at + 30 * DAY, **down)
    later = cast.notice(incident, at=at + 40 * DAY, number=2)
    second = campaigning.prepare(notice=later, choice=Choice(), by=cast.staff("Writer"), at=at + 40 * DAY)
    campaigning.release(campaign=second, by=officer, at=at + 40 * DAY)
    on(second, at + 40 * DAY)
    on(second, at + 42 * DAY)
    assert states() == ["proven", "no_contact"]

    whole(incident, second, at=at + 40 * DAY)
    on(second, at + 71 * DAY)
    assert states() == ["proven", "proven"]


def test_what_cannot_be_judged_is_set_aside_said_and_looked_at_again(
    release: Release, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = release(*(person(n) for n in range(1, 6)))
    on(campaign, at)
    settle(State.DELIVERED, at)
    odd = Attempt.objects.order_by("pk")[2]
    standing = climbing.messages.standing

    def broken(keys: Iterable[str]) -> dict[str, messages.Standing]:
        found = list(keys)
        if odd.message_key in found:
            raise ValueError
        return standing(found)

    monkeypatch.setattr(climbing.messages, "standing", broken)
    assert climbing.pull_outcomes(at=at + HOUR) == 5
    assert sorted(states()) == ["proven"] * 4 + ["put"]
    assert health.climbing().startswith("1 attempts of campaigns cannot be judged")
    assert climbing.pull_outcomes(at=at + HOUR + MINUTE) == 0, "it stands in nobody's way"
    climbing.pull_outcomes(at=at + 3 * HOUR)
    odd.refresh_from_db()
    assert odd.stuck_since == at + HOUR

    monkeypatch.setattr(climbing.messages, "standing", standing)
    climbing.pull_outcomes(at=at + 5 * HOUR)
    assert set(states()) == {TellingState.PROVEN}
    assert health.climbing() == ""
