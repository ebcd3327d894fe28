"""A stranger holds somebody's notice: they say so by its check code, staff decide, and the person is told another way."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from delivery.models import Message
from delivery.states import State
from notices import campaigning
from notices.audience import Choice
from notices.campaign_models import Campaign, Telling
from notices.ladder_models import Attempt
from notices.models import SaidNotTheirs
from notices.states import AttemptOutcome, TellingState
from tests import cast, staff
from tests.notices.conftest import person
from tests.notices.test_climbing import on, settle
from tests.verify.conftest import Sent
from tests.verify.test_checking import shown

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
LEDGER = "/admin/notices/ledger/"


@pytest.fixture
def campaign(db: None, at: dt.datetime) -> Campaign:
    incident = cast.incident(at=at)
    cast.listed(incident, person(1), person(2), at=at)
    prepared = campaigning.prepare(notice=cast.notice(incident, at=at), choice=Choice(), by=cast.staff("Writer"), at=at)
    released = campaigning.release(campaign=prepared, by=cast.staff("Officer"), at=at)
    on(released, at)
    settle(State.ACCEPTED, at)
    on(released, at + MINUTE)
    return released


def test_what_a_stranger_says_moves_nothing_until_staff_write_it_down(
    client: Client, campaign: Campaign, at: dt.datetime
) -> None:
    message = Message.objects.order_by("key")[0]
    page = client.post("/verify/", {"code": message.code})
    assert "나에게 온 메시지가 아니에요" in shown(page)
    for _twice in range(2):
        assert "알려 주셔서 고마워요" in shown(client.post("/verify/not-me/", {"code": message.code}))
    said = SaidNotTheirs.objects.get()
    line = Telling.objects.get(pk=said.attempt.line_id)
    assert (said.settled_at, line.state) == (None, TellingState.SENT)

    clerk = staff.sign_in(Client(), staff.member("intake"))
    assert f"{line.pk}번 줄" in shown(clerk.get(LEDGER))
    assert "받은 사람이 자기 것이 아니라고 했어요" in shown(clerk.get(f"{LEDGER}{line.pk}/"))
    clerk.post(f"{LEDGER}{line.pk}/not-theirs/", {"attempt": said.attempt_id, "reason": "전화해 보니 다른 분이에요."})
    said.refresh_from_db()
    assert said.settled_at is not None
    assert Attempt.objects.get(pk=said.attempt_id).outcome == AttemptOutcome.WRONG_PERSON
    on(campaign, at + 2 * MINUTE)
    number = message.recipient.value[-1]
    assert Message.objects.get(channel="email").recipient.value == f"p{number}@mail.example", "the same person's"


def test_staff_may_leave_a_contact_as_it_is(client: Client, campaign: Campaign) -> None:
    message = Message.objects.order_by("key")[0]
    client.post("/verify/not-me/", {"code": message.code})
    said = SaidNotTheirs.objects.get()
    clerk = staff.sign_in(Client(), staff.member("intake"))
    wrong = f"{LEDGER}{said.attempt.line_id}/not-theirs/"
    clerk.post(wrong, {"attempt": said.attempt_id, "act": "leave"})
    said.refresh_from_db()
    assert said.settled_by is not None
    assert Telling.objects.get(pk=said.attempt.line_id).state == TellingState.SENT
    assert "자기 것이 아니라고 했어요" not in shown(clerk.get(LEDGER))


def test_only_of_a_notice_and_only_with_its_code(client: Client, sent: Sent) -> None:
    message = sent()
    assert "나에게 온 메시지가 아니에요" not in shown(client.post("/verify/", {"code": message.code}))
    client.post("/verify/not-me/", {"code": message.code})
    assert client.post("/verify/not-me/", {"code": "?"}).status_code == 422
    assert client.get("/verify/not-me/").status_code == 405
    assert not SaidNotTheirs.objects.exists()
