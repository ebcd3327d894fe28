"""From rung to rung until a notice is proven, or it is known why it is not: nobody twice by the same rung, nobody forgotten."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import IntegrityError, InternalError, transaction

from breachdesk.accounts.models import User
from delivery import by_hand, carrying
from delivery.models import Message
from delivery.states import State
from notices import campaigning, climbing, laddering, ledger, states
from notices.audience import Choice
from notices.campaign_models import Campaign, Telling
from notices.ladder_models import Attempt
from notices.models import Incident, PostingLook
from notices.states import AttemptOutcome, CampaignState, TellingState
from tests import cast
from tests.notices.conftest import person
from tests.racing import race

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def officer(db: None) -> User:
    return cast.staff("Officer")


Release = Callable[..., Campaign]


@pytest.fixture
def release(incident: Incident, officer: User, at: dt.datetime) -> Release:
    def released(*people: dict[str, str]) -> Campaign:
        cast.listed(incident, *people, at=at)
        notice = incident.notices.first() or cast.notice(incident, at=at)
        campaign = campaigning.prepare(notice=notice, choice=Choice(), by=cast.staff("Writer"), at=at)
        return campaigning.release(campaign=campaign, by=officer, at=at)

    return released


def settle(to: State, at: dt.datetime, **found: str) -> None:
    """As delivery records it."""
    for message in Message.objects.filter(**found):
        if message.state == State.WAITING:
            message.tries = 1
            message.state = State.SENDING
        message.move(to, at=at, sent_at=message.sent_at or at if to in (State.ACCEPTED, State.DELIVERED) else None)


def on(campaign: Campaign, at: dt.datetime) -> int:
    """One sweep: what became of what left, then the next rungs."""
    climbing.pull_outcomes(at=at)
    put = campaigning.carry_on(campaign=campaign, at=at)
    seen = ledger.figures(campaign.pk)
    assert seen.sum == seen.audience, "at every moment the states add up to the audience"
    return put


def line() -> Telling:
    return Telling.objects.get()


def tried() -> list[tuple[int, str, str]]:
    return list(Attempt.objects.order_by("line", "rung").values_list("rung", "channel", "outcome"))


def test_a_number_that_is_no_more_leads_to_an_e_mail_and_a_silence_proves_it(release: Release, at: dt.datetime) -> None:
    campaign = release(person(1))
    assert on(campaign, at) == 1
    settle(State.FAILED, at, channel="lms")
    assert on(campaign, at + MINUTE) == 1
    assert (line().state, line().channel, line().reason) == (TellingState.PUT, "email", "refused")

    settle(State.ACCEPTED, at + MINUTE, channel="email")
    on(campaign, at + 2 * MINUTE)
    assert line().state == TellingState.SENT
    on(campaign, at + 24 * HOUR)
    assert line().state == TellingState.SENT
    on(campaign, at + 24 * HOUR + MINUTE)
    assert (line().state, line().proof, line().rung, line().reason) == (TellingState.PROVEN, "not_bounced", 3, "")
    assert tried() == [(2, "lms", "failed"), (3, "email", "proven")]


def test_a_receipt_that_does_not_come_in_its_time_leads_on_and_a_late_one_stops_the_climb(
    release: Release, at: dt.datetime
) -> None:
    campaign = release(person(1))
    on(campaign, at)
    settle(State.ACCEPTED, at)
    on(campaign, at + MINUTE)
    campaign.refresh_from_db()
    assert (campaign.state, line().state) == (CampaignState.FINISHED, TellingState.SENT)

    on(campaign, at + 6 * HOUR)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.RELEASED, "somebody has to be told by the next rung"
    assert (line().state, line().channel, line().reason) == (TellingState.PUT, "email", "no_receipt")

    settle(State.DELIVERED, at + 7 * HOUR, channel="lms")
    on(campaign, at + 13 * HOUR)
    assert (line().state, line().proof, line().rung, line().channel) == (TellingState.PROVEN, "delivered", 2, "lms")
    assert Message.objects.get(channel="email").state == State.CANCELLED
    on(campaign, at + 2 * DAY)
    assert tried() == [(2, "lms", "proven"), (3, "email", "cancelled")]
    assert Message.objects.count() == 2


def test_whom_no_message_reaches_is_told_by_the_posting_once_its_days_are_full(
    release: Release, incident: Incident, at: dt.datetime
) -> None:
    campaign = release(person(1, email=""), person(2, phone="", email=""))
    on(campaign, at)
    settle(State.FAILED, at)
    on(campaign, at + MINUTE)
    lines = dict(Telling.objects.order_by("pk").values_list("state", "reason"))
    assert lines == {"failed": "refused", "no_contact": ""}
    assert set(tried()) == {(2, "lms", "failed"), (5, "posting", "taken")}

    up = incident.postings.create(
        from_at=at, keep_until_at=at + 30 * DAY, keep_hours=720, law_ko="법", law_en="Act", look_at=at
    )
    on(campaign, at + DAY)
    on(campaign, at + 30 * DAY)
    assert set(Telling.objects.values_list("state", flat=True)) == {"failed", "no_contact"}, "nobody looked at it"

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
    on(campaign, at + 31 * DAY)
    proven = Telling.objects.order_by("pk").values_list("state", "proof", "rung")
    assert set(proven) == {("proven", "posted", 5)}
    assert set(Telling.objects.values_list("reason", flat=True)) == {"refused", ""}, "why there was nothing else stays"


ADDRESS = "서울특별시 중구 한빛로 1"


def test_whoever_has_an_address_alone_is_told_by_a_letter_that_does_not_come_back(
    release: Release, at: dt.datetime
) -> None:
    campaign = release(person(1, phone="", email="", address=ADDRESS))
    assert on(campaign, at) == 1
    on(campaign, at + 20 * DAY)
    assert (line().state, line().channel) == (TellingState.PUT, "letter"), "nobody has carried it off yet"

    letter = Message.objects.get()
    posted_at = at + 20 * DAY
    carrying.handed_over({letter.pk: "1-1"}, at=posted_at)
    carrying.posted([letter.pk], posted_at=posted_at, at=posted_at)
    on(campaign, posted_at + 6 * HOUR)
    assert line().state == TellingState.SENT
    on(campaign, posted_at + 14 * DAY)
    assert (line().state, line().proof, line().rung) == (TellingState.PROVEN, "not_returned", 4)

    carrying.came_back(pk=letter.pk, reason="moved", returned_at=posted_at + 15 * DAY, at=posted_at + 16 * DAY)
    on(campaign, posted_at + 17 * DAY)
    assert (line().state, line().reason, line().proven_at) == (TellingState.FAILED, "returned", None)
    assert tried() == [(4, "letter", "failed"), (5, "posting", "taken")]


def test_an_alimtalk_is_tried_where_there_is_a_provider_and_an_approved_template(
    release: Release, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(laddering.delivery, "carries_alimtalk", lambda _occasion, language: language == "ko")
    monkeypatch.setattr(laddering.routes, "carries", lambda channel: channel != "letter")
    campaign = release(person(1), person(2, language="en"))
    on(campaign, at)
    # No template was approved: the message has failed as soon as it was put, and the next way is open.
    assert {(one.language, one.channel, one.state) for one in Message.objects.all()} == {
        ("ko", "alimtalk", "failed"),
        ("en", "lms", "waiting"),
    }
    on(campaign, at + MINUTE)
    assert sorted(tried()) == [(1, "alimtalk", "failed"), (2, "lms", "put"), (2, "lms", "put")]


def test_what_comes_back_after_all_is_proof_no_more_and_the_climb_goes_on(release: Release, at: dt.datetime) -> None:
    campaign = release(person(1, phone=""))
    on(campaign, at)
    settle(State.ACCEPTED, at)
    on(campaign, at + MINUTE)
    on(campaign, at + 25 * HOUR)
    assert line().state == TellingState.PROVEN
    settle(State.FAILED, at + 26 * HOUR)
    on(campaign, at + 50 * HOUR)
    assert (line().state, line().proven_at, line().proof) == (TellingState.FAILED, None, "")
    assert tried() == [(3, "email", "failed"), (5, "posting", "taken")]


def test_whose_message_staff_called_back_is_told_by_the_next_way(
    release: Release, officer: User, at: dt.datetime
) -> None:
    campaign = release(person(1), person(2, email=""))
    on(campaign, at)
    for message in Message.objects.all():
        by_hand.call_back(message=message, reason="다른 분의 번호예요", by=officer, at=at)
    assert on(campaign, at + HOUR) == 1
    lines = set(Telling.objects.values_list("state", "channel", "reason"))
    assert lines == {("put", "email", "called_back"), ("failed", "lms", "called_back")}
    assert sorted(tried()) == [
        (2, "lms", "cancelled"),
        (2, "lms", "cancelled"),
        (3, "email", "put"),
        (5, "posting", "taken"),
    ]


def test_what_is_being_sent_as_its_rung_is_given_up_is_not_sent_later(release: Release, at: dt.datetime) -> None:
    campaign = release(person(1))
    on(campaign, at)
    text = Message.objects.get()
    until = {"lease": uuid.uuid4(), "leased_until": at + 8 * HOUR}
    Message.objects.update(state=State.SENDING, tries=1, **until)
    climbing.pull_outcomes(at=at + MINUTE)
    on(campaign, at + 7 * HOUR)
    assert line().channel == "email"

    text.refresh_from_db()
    text.move(State.WAITING, at=at + 7 * HOUR)
    assert text.key not in Message.objects.due(at=at + 8 * HOUR).values_list("key", flat=True)
    Message.objects.filter(pk=text.pk).update(expires_at=None)
    climbing.pull_outcomes(at=at + DAY)
    text.refresh_from_db()
    assert text.state == State.CANCELLED, "and it is called back at each look"


def test_a_campaign_from_before_there_were_ladders_tells_everybody_once(release: Release, at: dt.datetime) -> None:
    campaign = release(person(1), person(2))
    with transaction.atomic():
        from pgtrigger import ignore

        with ignore("notices.Campaign:ladder_is_pinned"):
            Campaign.objects.update(ladder=None)
    campaign.refresh_from_db()
    assert on(campaign, at) == 2
    settle(State.FAILED, at, key=Message.objects.order_by("key")[0].key)
    settle(State.ACCEPTED, at, state=State.WAITING)
    on(campaign, at + MINUTE)
    on(campaign, at + 2 * DAY)
    assert sorted(Telling.objects.values_list("state", flat=True)) == ["failed", "sent"]
    assert Message.objects.count() == 2


def test_a_line_that_ended_gives_its_late_proof_to_the_one_that_lives(
    release: Release, incident: Incident, at: dt.datetime
) -> None:
    first = release(person(1, email=""))
    on(first, at)
    settle(State.FAILED, at)
    on(first, at + MINUTE)
    assert line().state == TellingState.FAILED
    second = campaigning.prepare(
        notice=incident.notices.get(), choice=Choice(), by=cast.staff("Writer"), at=at + 2 * MINUTE
    )
    campaigning.release(campaign=second, by=cast.staff("Officer"), at=at + 2 * MINUTE)
    old, new = Telling.objects.order_by("pk")
    assert (old.state, new.state) == ("failed", "waiting")

    settle(State.DELIVERED, at + 3 * MINUTE)
    on(second, at + 10 * MINUTE)
    assert list(Telling.objects.order_by("pk").values_list("state", flat=True)) == ["failed", "proven"]
    assert Message.objects.count() == 1


def test_a_cancelled_campaign_climbs_no_more(release: Release, officer: User, at: dt.datetime) -> None:
    campaign = release(person(1))
    on(campaign, at)
    settle(State.ACCEPTED, at)
    campaigning.cancel(campaign=campaign, by=officer, at=at + MINUTE)
    on(campaign, at + 2 * MINUTE)
    on(campaign, at + DAY)
    assert (line().state, Message.objects.count()) == (TellingState.SENT, 1)


def test_a_finished_campaign_of_which_somebody_may_climb_is_paused(
    release: Release, officer: User, at: dt.datetime
) -> None:
    campaign = release(person(1))
    on(campaign, at)
    settle(State.ACCEPTED, at)
    on(campaign, at + MINUTE)
    campaigning.pause(campaign=campaign, by=officer, at=at + HOUR)
    on(campaign, at + DAY)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.ended_at, line().state) == (CampaignState.PAUSED, None, TellingState.WAITING)
    campaigning.resume(campaign=campaign, by=officer, at=at + DAY)
    assert on(campaign, at + DAY) == 1


def test_an_attempt_stays_as_it_was_but_for_what_became_of_it(release: Release, at: dt.datetime) -> None:
    on(release(person(1)), at)
    for change in ({"rung": 4}, {"channel": "sms"}, {"message_key": "x"}, {"put_at": at + MINUTE}):
        with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
            Attempt.objects.update(**change)
    with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
        Attempt.objects.all().delete()
    with pytest.raises(IntegrityError, match="notices_attempt_rung_once"), transaction.atomic():
        Attempt.objects.create(line=line(), rung=2, channel="lms", message_key="y", put_at=at, look_again_at=at)


def test_every_outcome_of_an_attempt_says_how_its_line_stands() -> None:
    assert set(climbing.STANDS) <= set(AttemptOutcome)
    assert set(states.ATTEMPT_OPEN) < set(climbing.STANDS)


@pytest.mark.django_db(transaction=True)
def test_several_who_pull_and_put_at_once_take_each_person_one_rung_on(
    release: Release, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaigning, "BATCH", 7)
    monkeypatch.setattr(climbing, "BATCH", 11)
    campaign = release(*(person(n) for n in range(1, 61)))
    campaigning.carry_on(campaign=campaign, at=at)
    settle(State.FAILED, at)

    def sweep(_number: int) -> None:
        for _turn in range(20):
            climbing.pull_outcomes(at=at + MINUTE)
            campaigning.carry_on(campaign=campaign, at=at + MINUTE)

    race(4, sweep)
    on(campaign, at + MINUTE)
    assert sorted(Message.objects.values_list("channel", flat=True)) == ["email"] * 60 + ["lms"] * 60
    assert Attempt.objects.filter(rung=3).count() == 60
