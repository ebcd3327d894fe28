"""The demo's incident and its people."""

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
from breachdesk.demo import crowd, letters, people, story
from breachdesk.lib.contacts import Contact
from breachdesk.statistics import counting, figures
from breachdesk.verify.models import FakeReport
from claims.models import Payout
from delivery.models import Message
from delivery.states import Channel
from notices import campaigning, easy_pages, proofreading, queries
from notices.campaign_models import Campaign
from notices.linting import Weight
from notices.models import Dataset, Incident, Notice
from notices.states import CampaignState
from tests.lookup.conftest import Visitor

pytestmark = pytest.mark.django_db


def _sent() -> QuerySet[Message]:
    """Those to phones and mailboxes: letters lie in their batch. By day some of yesterday's campaign are put while it is loaded,
    and two who asked something were told so.
    """
    first = Campaign.objects.order_by("pk").first()
    rows = Message.objects.exclude(channel="letter").exclude(about__startswith="inquiry:")
    return rows.exclude(about=first.about) if first else rows


def load() -> str:
    out = io.StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def test_the_demo_is_loaded_once_and_stays_as_it_is():
    load()
    assert [one.people for one in Dataset.objects.order_by("number")] == [1325 + people.CLEARED, 1325]
    before = (Event.objects.count(), Dataset.objects.count(), Notice.objects.count(), User.objects.count())
    assert load() == ""
    assert (Event.objects.count(), Dataset.objects.count(), Notice.objects.count(), User.objects.count()) == before


def test_everybody_named_gets_the_answer_they_are_promised():
    load()
    for one in people.PEOPLE:
        for contact in (one.phone, one.email):
            found = queries.listed(Contact.parse(contact))
            if not one.items:
                assert found == []
                continue
            [listing] = found
            assert (listing.name, str(listing.birth_date), listing.language) == (one.name, one.birth_date, one.language)
            sure = [code for code in one.items.split("|") if not code.endswith("?")]
            assert sorted(listing.items) == sorted(sure)
            assert len(listing.possible) == one.items.count("?")


def test_the_notice_counts_the_people_of_the_list():
    load()
    incident = Incident.objects.get(slug="demo")
    notice = queries.current_notice(incident)
    assert notice is not None
    assert [one["people"] for one in notice.counted] == [people.WITH_CARD, people.OTHERS, people.POSSIBLE]
    assert f"{people.WITH_CARD + people.OTHERS:,}" in notice.lede_ko
    assert f"{people.WITH_CARD + people.OTHERS:,}" in notice.lede_en


def test_four_notices_were_written_and_approved_by_two_each_in_easy_words_too():
    load()
    versions = list(Notice.objects.filter(incident__slug="demo").order_by("number"))
    assert [one.kind for one in versions] == ["possible", "confirmed", "correction", "not_leaked"]
    assert all(easy_pages.is_there(one) and one.prepared_by != one.approved_by for one in versions)
    assert (versions[3].cleared, versions[3].cleared_people) == ("off_list", people.CLEARED)
    for one in versions:
        found = proofreading.findings(one, at=one.published_at)
        assert [each.rule for each in found if each.weight is Weight.ADVICE] == []


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


def test_whoever_has_only_a_letter_comes_in_with_the_code_that_the_page_shows(client: Client, settings: Any):
    settings.PHONE_PROVIDER_URL = "http://127.0.0.1:9/phone"
    assert "편지의 코드" not in client.get("/demo/").content.decode(), "before the demo is loaded"
    load()
    load()
    shown = client.get("/demo/").content.decode()
    for one, code in letters.codes(at=timezone.now()):
        assert code in shown
        typed = {"code": code, "name": one.name, "birth_date": one.birth_date}
        assert Client().post("/lookup/letter/", typed)["Location"] == "/lookup/answer/"


def test_a_campaign_is_prepared_and_waits_for_another_to_release_it():
    load()
    load()
    first, campaign = Campaign.objects.order_by("pk")
    assert (first.state, first.released_by.name) == (CampaignState.RELEASED, "정하윤")
    assert (campaign.state, campaign.prepared_by.email) == (CampaignState.PREPARED, story.EDITOR["email"])
    assert campaign.expected["audience"] == people.WITH_CARD + people.OTHERS + people.POSSIBLE
    assert not _sent().exists()

    officer = User.objects.get(email="officer@hanbitcard.example")
    campaigning.release(campaign=campaign, by=officer, at=timezone.now())
    campaigning.carry_on(campaign=campaign, at=timezone.now(), ahead=20)
    # A letter waits for its batch and is not counted among those on their way.
    assert Message.objects.filter(about=campaign.about).exclude(channel=Channel.LETTER).count() == 20


def test_one_of_them_finds_that_his_answer_is_another_than_yesterday():
    load()
    [junho] = [one for one in people.PEOPLE if one.items_before]
    visitor = Visitor()
    visitor.look_up({"name": junho.name, "birth_date": junho.birth_date, "phone": junho.phone})
    page = visitor.get("/lookup/answer/").content.decode()
    for words in ("지난번에 보신 뒤로 달라졌어요", "유출된 것이 확인됐어요", "명단 2판"):
        assert words in page
    assert "안드로이드 · 삼성 인터넷" in visitor.get("/lookup/history/").content.decode()


def test_one_invented_fake_waits_at_the_desk_and_is_reported_once():
    load()
    [one] = FakeReport.objects.all()
    assert (one.state, one.harm) == ("received", "pressed")
    load()
    assert FakeReport.objects.count() == 1


def test_enough_invented_people_claimed_for_figures_and_too_few_of_some(whole_crowd, monkeypatch):
    monkeypatch.setattr(crowd, "CLAIMS", whole_crowd)
    load()
    at, incident = timezone.now(), Incident.objects.get(slug=story.SLUG)
    shown = figures.shown(counting.count(incident), learned_at=incident.learned_at, at=at)
    assert shown["claims"]["decided"] == sum(one.many for one in whole_crowd if one.hundredths is not None)
    assert shown["outcomes"]["cost"]["full"] is None
    assert shown["outcomes"]["card_payment"]["part"] is not None
    assert not _sent().exists(), "nothing buries the messages of whoever plays"
    assert Payout.objects.filter(state="released").count() == sum(one.many for one in whole_crowd if one.hundredths)
