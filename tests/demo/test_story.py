"""The demo's incident and its people."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from breachdesk.accounts.models import User
from breachdesk.demo import letters, people, story
from breachdesk.lib.contacts import Contact
from breachdesk.verify.models import FakeReport
from delivery.models import Message
from delivery.states import Channel
from notices import campaigning, easy_pages, proofreading, queries
from notices.campaign_models import Campaign
from notices.linting import Weight
from notices.models import Incident, Notice
from notices.states import CampaignState
from tests.demo.test_loading import sent
from tests.lookup.conftest import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("told_once")]


def load_again() -> None:
    call_command("load_demo", stdout=io.StringIO())


def test_everybody_named_gets_the_answer_they_are_promised():
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
    incident = Incident.objects.get(slug="demo")
    notice = queries.current_notice(incident)
    assert notice is not None
    assert [one["people"] for one in notice.counted] == [people.WITH_CARD, people.OTHERS, people.POSSIBLE]
    assert f"{people.WITH_CARD + people.OTHERS:,}" in notice.lede_ko
    assert f"{people.WITH_CARD + people.OTHERS:,}" in notice.lede_en


def test_four_notices_were_written_and_approved_by_two_each_in_easy_words_too():
    versions = list(Notice.objects.filter(incident__slug="demo").order_by("number"))
    assert [one.kind for one in versions] == ["possible", "confirmed", "correction", "not_leaked"]
    assert all(easy_pages.is_there(one) and one.prepared_by != one.approved_by for one in versions)
    assert (versions[3].cleared, versions[3].cleared_people) == ("off_list", people.CLEARED)
    for one in versions:
        found = proofreading.findings(one, at=one.published_at)
        assert [each.rule for each in found if each.weight is Weight.ADVICE] == []


def test_whoever_has_only_a_letter_comes_in_with_the_code_that_the_page_shows(client: Client, settings: Any):
    settings.PHONE_PROVIDER_URL = "http://127.0.0.1:9/phone"
    load_again()
    shown = client.get("/demo/").content.decode()
    for one, code in letters.codes(at=timezone.now()):
        assert code in shown
        typed = {"code": code, "name": one.name, "birth_date": one.birth_date}
        assert Client().post("/lookup/letter/", typed)["Location"] == "/lookup/answer/"


def test_a_campaign_is_prepared_and_waits_for_another_to_release_it():
    load_again()
    first, campaign = Campaign.objects.order_by("pk")
    assert (first.state, first.released_by.name) == (CampaignState.RELEASED, "정하윤")
    assert (campaign.state, campaign.prepared_by.email) == (CampaignState.PREPARED, story.EDITOR["email"])
    assert campaign.expected["audience"] == people.WITH_CARD + people.OTHERS + people.POSSIBLE
    assert not sent().exists()

    officer = User.objects.get(email="officer@hanbitcard.example")
    campaigning.release(campaign=campaign, by=officer, at=timezone.now())
    campaigning.carry_on(campaign=campaign, at=timezone.now(), ahead=20)
    # A letter waits for its batch and is not counted among those on their way.
    assert Message.objects.filter(about=campaign.about).exclude(channel=Channel.LETTER).count() == 20


def test_one_of_them_finds_that_his_answer_is_another_than_yesterday():
    [junho] = [one for one in people.PEOPLE if one.items_before]
    visitor = Visitor()
    visitor.look_up({"name": junho.name, "birth_date": junho.birth_date, "phone": junho.phone})
    page = visitor.get("/lookup/answer/").content.decode()
    for words in ("지난번에 보신 뒤로 달라졌어요", "유출된 것이 확인됐어요", "명단 2판"):
        assert words in page
    assert "안드로이드 · 삼성 인터넷" in visitor.get("/lookup/history/").content.decode()


def test_one_invented_fake_waits_at_the_desk_and_is_reported_once():
    [one] = FakeReport.objects.all()
    assert (one.state, one.harm) == ("received", "pressed")
    load_again()
    assert FakeReport.objects.count() == 1
