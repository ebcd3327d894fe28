"""Before the demo is loaded, and what loading it writes."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from breachdesk.accounts.models import User
from breachdesk.audit.models import Event
from breachdesk.demo import crowd, people, story
from breachdesk.statistics import counting, figures
from claims.models import Payout
from delivery.models import Message
from notices.campaign_models import Campaign
from notices.models import Dataset, Incident, Notice

pytestmark = pytest.mark.django_db


def sent() -> QuerySet[Message]:
    """Those to phones and mailboxes: letters lie in their batch. By day some of yesterday's campaign are put while it is loaded,
    and those who asked something or want to be called were told so.
    """
    first = Campaign.objects.order_by("pk").first()
    rows = Message.objects.exclude(channel="letter")
    rows = rows.exclude(about__startswith="inquiry:").exclude(about__startswith="call-back:")
    return rows.exclude(about=first.about) if first else rows


def load() -> str:
    out = io.StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def test_the_demo_is_loaded_once_and_stays_as_it_is_with_claims_enough_for_figures_and_too_few_of_some(
    whole_crowd, monkeypatch
):
    monkeypatch.setattr(crowd, "CLAIMS", whole_crowd)
    load()
    assert [one.people for one in Dataset.objects.order_by("number")] == [1325 + people.CLEARED, 1325]
    before = (Event.objects.count(), Dataset.objects.count(), Notice.objects.count(), User.objects.count())
    assert load() == ""
    assert (Event.objects.count(), Dataset.objects.count(), Notice.objects.count(), User.objects.count()) == before

    at, incident = timezone.now(), Incident.objects.get(slug=story.SLUG)
    shown = figures.shown(counting.count(incident), learned_at=incident.learned_at, at=at)
    assert shown["claims"]["decided"] == sum(one.many for one in whole_crowd if one.hundredths is not None)
    assert shown["outcomes"]["cost"]["full"] is None
    assert shown["outcomes"]["card_payment"]["part"] is not None
    assert not sent().exists(), "nothing buries the messages of whoever plays"
    assert Payout.objects.filter(state="released").count() == sum(one.many for one in whole_crowd if one.hundredths)


def test_the_list_is_invented_and_the_same_every_time():
    rows = list(people.rows())
    assert rows == list(people.rows())
    listed = list(csv.DictReader(io.StringIO("\n".join(",".join(row) for row in rows))))
    assert len(listed) == people.WITH_CARD + people.OTHERS + people.POSSIBLE
    assert all(row["phone"].startswith("010-0000-") or not row["phone"] for row in listed)
    assert all(row["email"].endswith("@mail.example") or not row["email"] for row in listed)
    phones = [row["phone"] for row in listed if row["phone"]]
    assert len(phones) == len(set(phones))


@pytest.mark.parametrize("path", ["/demo/", "/demo/people.json"])
def test_the_pages_are_only_read(client: Client, path: str, settings: Any):
    settings.PHONE_PROVIDER_URL = "http://127.0.0.1:9/phone"
    assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405
    assert "no-store" in client.get(path)["Cache-Control"]


def test_the_people_are_data_too(client: Client):
    data = client.get("/demo/people.json").json()
    assert data["staff"] == [], "nobody can sign in before the demo is loaded"
    assert [one.keys() for one in data["people"]] == [{"name", "birth_date", "phone", "email", "expect"}] * 5
    assert data["people"][0]["name"] == "김서영"


def test_the_page_names_everybody_and_says_when_the_provider_is_away(client: Client, settings: Any):
    settings.PHONE_PROVIDER_URL = "http://127.0.0.1:9/phone"
    html = client.get("/demo/").content.decode()
    for one in people.PEOPLE:
        assert one.phone in html
        assert one.birth_date in html
    assert "답하지 않아요" in html
    assert "편지의 코드" not in html, "before the demo is loaded"
