"""What was taken for proof may fall. Whoever was told otherwise too is not told again, and not counted as untold."""

from __future__ import annotations

import datetime as dt

import pytest

from breachdesk.accounts.models import User
from delivery.models import Message
from delivery.states import State
from notices import health, wrong_person
from notices.campaign_models import Campaign, Telling
from notices.ladder_models import Attempt
from tests.notices.conftest import person
from tests.notices.test_climbing import Release, line, on, settle, tried
from tests.notices.test_climbing import officer as officer
from tests.notices.test_climbing import release as release
from tests.notices.test_lines_that_ended import again, states

pytestmark = pytest.mark.django_db
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


@pytest.fixture
def twice(release: Release, at: dt.datetime) -> Campaign:
    """Proven by an e-mail that did not come back, and by the late receipt of the text before it."""
    campaign = release(person(1))
    on(campaign, at)
    settle(State.ACCEPTED, at, channel="lms")
    on(campaign, at + MINUTE)
    on(campaign, at + 6 * HOUR)
    settle(State.ACCEPTED, at + 6 * HOUR, channel="email")
    on(campaign, at + 7 * HOUR)
    on(campaign, at + 30 * HOUR)
    assert (line().state, line().proof) == ("proven", "not_bounced")
    settle(State.DELIVERED, at + 40 * HOUR, channel="lms")
    on(campaign, at + 41 * HOUR)
    assert tried() == [(2, "lms", "proven"), (3, "email", "proven")]
    return campaign


def test_a_mail_that_comes_back_leaves_the_receipt_of_the_text(twice: Campaign, at: dt.datetime) -> None:
    settle(State.FAILED, at + 50 * HOUR, channel="email")
    on(twice, at + 60 * HOUR)
    assert tried() == [(2, "lms", "proven"), (3, "email", "failed")]
    stands = line()
    assert (stands.state, stands.proof, stands.rung, stands.channel) == ("proven", "delivered", 2, "lms")
    assert stands.proven_at == at + 41 * HOUR
    assert Message.objects.count() == 2


def test_a_contact_that_is_another_s_leaves_what_went_to_the_other_one(
    twice: Campaign, officer: User, at: dt.datetime
) -> None:
    text, mail = Attempt.objects.order_by("rung")
    wrong_person.mark(attempt=mail, reason="남의 메일", by=officer, at=at + 50 * HOUR)
    assert (line().state, line().proof, line().rung) == ("proven", "delivered", 2)
    wrong_person.mark(attempt=text, reason="남의 번호", by=officer, at=at + 51 * HOUR)
    assert (line().state, line().reason) == ("waiting", "wrong_person")


def test_what_is_called_back_because_of_the_proof_does_not_undo_it(release: Release, at: dt.datetime) -> None:
    first = release(person(1, email=""))
    on(first, at)
    settle(State.FAILED, at)
    on(first, at + MINUTE)
    second = again(first, at=at + 2 * MINUTE)
    on(second, at + 2 * MINUTE)
    assert states() == ["failed", "put"]

    settle(State.DELIVERED, at + 3 * MINUTE, about=first.about)
    on(second, at + 10 * MINUTE)
    assert states() == ["failed", "proven"]
    on(second, at + HOUR)
    assert states() == ["failed", "proven"]
    assert Telling.objects.order_by("pk")[1].attempts.get().outcome == "cancelled"
    assert health.climbing() == ""
