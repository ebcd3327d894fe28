"""A campaign that is decided about while workers and the public write: each waits for the right ones, and nobody for long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest
from django.db import transaction

from breachdesk.accounts.models import User
from delivery import actions as delivery
from delivery.models import Message
from notices import campaigning, gate, ledger, looking_ahead
from notices.audience import Choice
from notices.campaign_models import Campaign, Telling
from notices.models import Incident, Notice, SendingPlan
from tests import cast
from tests.notices.conftest import person
from tests.racing import begun

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def officer(db: None) -> User:
    return cast.staff("Officer")


@pytest.fixture
def notice(incident: Incident, at: dt.datetime) -> Notice:
    cast.listed(incident, person(1), person(2), person(3, phone=""), at=at)
    # Whatever the hour is.
    SendingPlan.objects.filter(incident=incident).update(text_quiet_from=None, text_quiet_until=None)
    return cast.notice(incident, at=at)


@pytest.fixture
def prepare(notice: Notice, at: dt.datetime) -> Callable[[], Campaign]:
    writer = cast.staff("Writer")
    return lambda: campaigning.prepare(notice=notice, choice=Choice(), by=writer, at=at)


@pytest.fixture
def telling(prepare: Callable[[], Campaign], officer: User, at: dt.datetime) -> Campaign:
    """Its messages are in the outbox, and none has left."""
    campaign = campaigning.release(campaign=prepare(), by=officer, at=at)
    assert campaigning.carry_on(campaign=campaign, at=at) == 3
    return campaign


# -- a pause and the sweep ------------------------------------------------------------------------------------------------


def test_a_pause_that_comes_while_the_sweep_lets_go_is_not_undone_by_it(
    telling: Campaign, officer: User, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_of, pauses = gate.plan_of, []

    def pausing(incident: Incident) -> SendingPlan:
        if not pauses:
            pauses.append(begun(lambda: campaigning.pause(campaign=telling, by=officer, at=at)))
        return plan_of(incident)

    monkeypatch.setattr(gate, "plan_of", pausing)
    gate.keep_quiet(at=at)
    pauses[0].result(timeout=60)

    assert Message.objects.filter(held_at=None).count() == 0


@pytest.mark.parametrize("act", [campaigning.pause, campaigning.cancel])
def test_the_sweep_leaves_alone_what_is_paused_or_cancelled_while_it_waits(
    act: Callable[..., Campaign], telling: Campaign, officer: User, at: dt.datetime
) -> None:
    with transaction.atomic():
        act(campaign=telling, by=officer, at=at)
        sweep = begun(lambda: gate.keep_quiet(at=at))
    sweep.result(timeout=60)

    assert Message.objects.filter(held_at=None).count() == 0


# -- cancelling and looking -----------------------------------------------------------------------------------------------


def test_a_cancelling_waits_for_nobody_who_looks_at_a_line(telling: Campaign, officer: User, at: dt.datetime) -> None:
    line, other, *_ = Telling.objects.filter(campaign=telling).order_by("pk")
    with transaction.atomic():
        # As whoever looks: the line, its attempt, then the message.
        attempt = Telling.objects.select_for_update(of=("self",)).get(pk=line.pk).attempts.get()
        attempt.save(update_fields=["look_again_at"])
        cancelling = begun(lambda: campaigning.cancel(campaign=telling, by=officer, at=at + MINUTE / 60))
        delivery.call_back(keys=[attempt.message_key], at=at)
    cancelling.result(timeout=60)

    assert Message.objects.filter(state="waiting").count() == 0
    assert other.attempts.get().look_again_at == at + MINUTE / 60
    campaigning.cancel_next_batch(campaign=telling, at=at + MINUTE / 30)
    assert line.attempts.get().look_again_at == at + MINUTE / 30


# -- the public -----------------------------------------------------------------------------------------------------------


def test_who_looks_something_up_waits_for_nobody_who_prepares_or_releases(
    incident: Incident,
    prepare: Callable[[], Campaign],
    officer: User,
    at: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writes: list[Future[Any]] = []

    def while_somebody_writes(long: Callable[..., Any]) -> Callable[..., Any]:
        def running(*values: Any, **named: Any) -> Any:
            # Of the incident's, as each look and each claim is.
            write = begun(lambda: incident.tiers.create(number=7 + len(writes), any_of=[]))
            writes.append(write)
            assert write.done()
            return long(*values, **named)

        return running

    monkeypatch.setattr(looking_ahead, "look_ahead", while_somebody_writes(looking_ahead.look_ahead))
    monkeypatch.setattr(ledger, "list_next", while_somebody_writes(ledger.list_next))
    campaigning.release(campaign=prepare(), by=officer, at=at)

    assert len(writes) == 2
