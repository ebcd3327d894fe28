"""A campaign against a real worker that is killed, doubled and robbed of its broker: judged by what the provider received."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from breachdesk.accounts.models import User
from breachdesk.lib.contacts import Contact
from delivery import outbox
from delivery.models import Attempt
from notices import campaigning, ledger
from notices.audience import Choice
from notices.campaign_models import Campaign
from notices.models import Incident
from notices.states import CampaignState
from tests import cast
from tests.notices.conftest import person
from tests.servers import Provider, Worker, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 120


@pytest.fixture
def officer(db: None) -> User:
    return cast.staff("Officer")


@pytest.fixture
def campaign(incident: Incident, officer: User, at: dt.datetime) -> Campaign:
    """Released, and nobody told yet: half by phone, a tenth by e-mail, and two who are not written to."""
    people = [person(n, **({"phone": ""} if n % 10 == 0 else {})) for n in range(1, PEOPLE + 1)]
    people += [person(997, phone="", email=""), person(998, member="deceased")]
    cast.listed(incident, *people, at=at)
    notice = cast.notice(incident, at=at)
    prepared = campaigning.prepare(notice=notice, choice=Choice(), by=cast.staff("Writer"), at=at)
    return campaigning.release(campaign=prepared, by=officer, at=at)


def adds_up(campaign: Campaign) -> ledger.Figures:
    seen = ledger.figures(campaign.pk)
    assert seen.sum == seen.audience == PEOPLE + 2
    return seen


def finished(campaign: Campaign, *, seconds: float = 90) -> ledger.Figures:
    def ended() -> bool:
        adds_up(campaign)
        campaign.refresh_from_db()
        return campaign.state == CampaignState.FINISHED

    wait_for(ended, seconds=seconds, but=lambda: str(ledger.figures(campaign.pk)))
    return adds_up(campaign)


def everybody_once(provider: Provider) -> None:
    received = Counter(row["to"] for row in provider.received() if row["to"] != "other@mail.example")
    by_phone = {f"+82100000{n:04d}" for n in range(1, PEOPLE + 1) if n % 10}
    by_email = {f"p{n}@mail.example" for n in range(1, PEOPLE + 1) if n % 10 == 0}
    assert set(received) == by_phone | by_email, "nobody is missed"
    assert set(received.values()) == {1}, "nobody is told twice"


def test_a_worker_killed_half_way_and_started_again_tells_everybody_once(
    worker: Worker, provider: Provider, campaign: Campaign
) -> None:
    # Not a third time: a message that all three meet is taken for what kills its worker, and set aside (delivery/rules.py).
    for least in (15, 60):
        provider.wait_for(count=least, seconds=60)
        worker.kill()
        adds_up(campaign)
        worker.start()

    figures = finished(campaign)
    assert (figures.told, figures["no_contact"], figures["withheld"]) == (PEOPLE, 1, 1)
    everybody_once(provider)
    asked_again = sum(row["times"] - 1 for row in provider.received())
    # Each kill leaves one request behind: a phone message, or the mails of one connection.
    most = 2 * (PEOPLE // 10)
    assert asked_again <= Attempt.objects.filter(code="worker-lost").count() <= most, "and those with the same id"


def test_two_workers_and_an_emptied_broker_tell_everybody_once(
    worker: Worker, provider: Provider, campaign: Campaign, tmp_path: Path
) -> None:
    second = Worker(tmp_path, provider, worker.bank, worker.issuer)
    try:
        second.start()
        for least in (10, 50):
            provider.wait_for(count=least, seconds=60)
            redis.Redis.from_url(settings.REDIS_URL).flushdb()
            adds_up(campaign)
        assert finished(campaign).told == PEOPLE
        everybody_once(provider)
    finally:
        second.stop()


def test_a_pause_holds_back_what_has_not_left_and_a_resumption_tells_the_rest(
    worker: Worker, provider: Provider, campaign: Campaign, officer: User
) -> None:
    provider.wait_for(count=10, seconds=60)
    campaigning.pause(campaign=campaign, by=officer, at=timezone.now())
    # One message may be at the provider at this moment.
    wait_for(lambda: not Attempt.objects.filter(ended_at__isnull=True).exists())
    left = len(provider.received())
    assert left < PEOPLE
    worker.stop()
    worker.start()
    with transaction.atomic():
        words = outbox.Words("notice", "ko", "알림", "다른 메시지는 나가요.")
        to = Contact.parse("other@mail.example")
        outbox.put(words, to=to, key="another", lane="campaign", at=timezone.now())
    provider.wait_for("other@mail.example")
    assert len(provider.received()) == left + 1
    adds_up(campaign)

    campaigning.resume(campaign=campaign, by=officer, at=timezone.now())
    assert finished(campaign).told == PEOPLE
    everybody_once(provider)


def test_a_cancelled_campaign_ends_with_a_word_about_everybody(
    worker: Worker, provider: Provider, campaign: Campaign, officer: User
) -> None:
    provider.wait_for(count=10, seconds=60)
    campaigning.cancel(campaign=campaign, by=officer, at=timezone.now())

    def over() -> bool:
        figures = adds_up(campaign)
        return figures["waiting"] + figures["put"] == 0

    wait_for(over, seconds=60, but=lambda: str(ledger.figures(campaign.pk)))
    figures = adds_up(campaign)
    assert figures["cancelled"] > 0
    assert figures.told + figures["unknown"] == len(provider.received())
    assert figures["cancelled"] + figures.told + figures["unknown"] == PEOPLE


def test_whose_number_no_longer_exists_is_told_by_e_mail(
    worker: Worker, provider: Provider, campaign: Campaign
) -> None:
    provider.tell(phone="refuse", times=7)

    figures = finished(campaign)
    assert (figures.told, figures["failed"]) == (PEOPLE, 0)
    climbed = campaign.tellings.filter(attempts__channel="lms", attempts__outcome="failed")
    assert set(climbed.values_list("channel", "reason")) == {("email", "refused")}
    assert len(provider.received()) == PEOPLE, "nobody is told twice"
