"""The ledger of what is given beside compensation: offered by two, granted once, used, ended; never turned into something paid for."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from breachdesk.lib import dates
from cards import benefits, reminding, rules
from cards.benefit_models import Entitlement, MonitoringCode, Offer
from cards.states import Benefit
from delivery.models import Message
from lookup.models import Proof
from notices.models import Incident
from tests import staff
from tests.cards.conftest import first_card
from tests.claims.conftest import browse
from tests.servers import Issuer

pytestmark = pytest.mark.django_db
SEOUL = ZoneInfo("Asia/Seoul")


@pytest.fixture
def offers(incident: Incident) -> dict[str, Offer]:
    until = timezone.localdate() + dt.timedelta(days=30)
    terms = [benefits.Terms(benefit, benefit != Benefit.MONITORING, until, 365) for benefit in Benefit]
    by, other = staff.member("notice_editor"), staff.member("privacy_officer")
    benefits.offer(incident=incident, terms=terms, by=by, confirmed_by=other, at=timezone.now())
    benefits.load_codes(incident=incident, codes=["ALERT-1", "ALERT-1"], by=by, at=timezone.now())
    return {offer.benefit: offer for offer in Offer.objects.all()}


def grant(proof: Proof, offer: Offer, **changed) -> Entitlement:
    assert proof.person is not None
    given = {"person": proof.person, "leaked": ["card_number"], "language": "ko", "by": None, "at": timezone.now()}
    return benefits.grant(offer=offer, **{**given, **changed})


def test_a_voucher_is_taken_its_code_shown_once_asked_for_and_its_end_said(browser: Client, seoyoung: Proof, offers):
    page = browser.get("/cards/benefits/").content.decode()
    assert page.count("받을 수 있어요") == 3
    assert "유료로 바뀌지 않아요" in page

    for _twice in range(2):
        browser.post("/cards/benefits/", {"take": offers["monitoring"].pk})
    held = Entitlement.objects.get()
    assert held.ends_date == timezone.localdate() + dt.timedelta(days=365)
    assert "ALERT-1" not in browser.get("/cards/benefits/").content.decode()

    browser.post("/cards/benefits/", {"use": held.pk})
    page = browser.get("/cards/benefits/").content.decode()
    assert "ALERT-1" in page
    assert "썼어요" in page
    assert "내가 받는 혜택" in browser.get("/cards/").content.decode()


def test_a_free_reissue_stands_in_the_ledger_with_its_receipt(browser: Client, seoyoung: Proof, offers, issuer: Issuer):
    browser.post(f"/cards/{first_card(seoyoung)}/reissue/")
    held = Entitlement.objects.get()
    assert held.offer == offers["waiver"]
    assert held.used_at is not None
    assert held.act is not None
    assert held.act.reference in browser.get("/cards/benefits/").content.decode()


def test_when_the_vouchers_are_all_given_it_is_said_and_nobody_has_an_empty_one(
    browser: Client, seoyoung: Proof, offers
):
    MonitoringCode.objects.all().delete()
    answer = browser.post("/cards/benefits/", {"take": offers["monitoring"].pk})
    assert answer.status_code == 409
    assert "이용권이 남아 있지 않아요" in answer.content.decode()
    assert not Entitlement.objects.exists()


def test_of_instalments_nobody_hears_that_they_were_used_and_the_page_says_so(browser: Client, seoyoung: Proof, offers):
    browser.post("/cards/benefits/", {"take": offers["instalments"].pk})
    held = Entitlement.objects.get()
    assert "카드 시스템이 알려 주지 않아서" in browser.get("/cards/benefits/").content.decode()
    assert browser.post("/cards/benefits/", {"use": held.pk}).status_code == 404
    held.refresh_from_db()
    assert held.used_at is None
    staff.sign_in(desk := Client(), staff.member("intake"))
    assert "카드 시스템이 알려 주지 않음" in desk.get("/admin/cards/entitlement/").content.decode()


def test_what_is_not_theirs_is_not_there(browser: Client, seoyoung: Proof, doyun: Proof, offers, issuer: Issuer):
    theirs = grant(seoyoung, offers["monitoring"])
    stranger = browse(doyun)
    stranger.get("/cards/")
    for typed in ({"take": offers["monitoring"].pk}, {"use": theirs.pk}, {"take": "x"}, {"use": "9" * 30}, {}):
        assert stranger.post("/cards/benefits/", typed).status_code in (302, 404), typed
    assert browser.post("/cards/benefits/", {"take": offers["waiver"].pk}).status_code == 404
    assert Entitlement.objects.get().used_at is None


def test_who_may_have_it_and_until_when(seoyoung: Proof, offers):
    with pytest.raises(rules.NotForThem):
        grant(seoyoung, offers["instalments"], leaked=["name"])
    with pytest.raises(rules.NotForThem):
        grant(seoyoung, offers["monitoring"], leaked=[])
    with pytest.raises(rules.TooLate):
        grant(seoyoung, offers["monitoring"], at=timezone.now() + dt.timedelta(days=32))
    assert grant(seoyoung, offers["instalments"]) == grant(seoyoung, offers["instalments"])


def test_two_weeks_before_it_ends_its_owner_hears_that_it_never_costs(seoyoung: Proof, offers):
    held = grant(seoyoung, offers["monitoring"])
    day = held.ends_date - dt.timedelta(days=14)
    assert reminding.remind_next_batch(at=dt.datetime.combine(day, dt.time(9, 30), SEOUL)) == 0
    assert reminding.remind_next_batch(at=dt.datetime.combine(day, dt.time(10), SEOUL)) == 1
    assert reminding.remind_next_batch(at=dt.datetime.combine(day, dt.time(11), SEOUL)) == 0
    message = Message.objects.get(occasion="benefit_ends")
    assert "유료로 바뀌지 않고" in message.words.text
    assert dates.long_day(held.ends_date, "ko") in message.words.text


def test_the_database_keeps_two_people_and_one_of_a_kind(seoyoung: Proof, offers, incident: Incident):
    offer = offers["waiver"]
    with pytest.raises(IntegrityError, match="cards_offer_by_two"), transaction.atomic():
        Offer.objects.filter(pk=offer.pk).update(confirmed_by=offer.by)
    held = grant(seoyoung, offer)
    with pytest.raises(IntegrityError, match="cards_entitlement_once"), transaction.atomic():
        Entitlement.objects.create(
            person=held.person, offer=offer, granted_at=held.granted_at, ends_date=held.ends_date
        )
    with pytest.raises(benefits.SamePerson):
        benefits.offer(incident=incident, terms=[], by=offer.by, confirmed_by=offer.by, at=timezone.now())


def test_the_command_offers_once_and_refuses_what_it_does_not_understand(incident: Incident, tmp_path: Path):
    by, other = staff.member("notice_editor"), staff.member("privacy_officer")
    file = tmp_path / "benefits.json"
    one = {"benefit": "monitoring", "for_card_data": False, "ask_until": "2027-01-31", "lasts_days": 365}
    file.write_text(json.dumps({"offers": [one], "codes": ["A-1", "A-2"]}))

    def run(confirmed_by: str = other.email) -> dict:
        said = io.StringIO()
        call_command(
            "offer_benefits",
            str(file),
            "--incident",
            incident.slug,
            "--by",
            by.email,
            "--confirmed-by",
            confirmed_by,
            "--json",
            stdout=said,
        )
        return json.loads(said.getvalue().splitlines()[-1])

    assert run() == {"incident": incident.slug, "offers": 1, "codes": 2}
    assert run() == {"incident": incident.slug, "offers": 0, "codes": 0}
    for wrong in ({**one, "lasts_days": 0}, {**one, "benefit": "cash"}, {**one, "ask_until": "soon"}, {}):
        file.write_text(json.dumps({"offers": [wrong]}))
        with pytest.raises(CommandError):
            run()
    file.write_text(json.dumps({"offers": [one]}))
    with pytest.raises(CommandError):
        run(by.email)


def test_the_desk_reads_the_ledger(seoyoung: Proof, offers):
    grant(seoyoung, offers["monitoring"])
    desk = staff.sign_in(Client(), staff.member("intake"))
    page = desk.get("/admin/cards/entitlement/").content.decode()
    assert "신용 변동 알림 이용권" in page
    assert "ALERT-1" not in page
