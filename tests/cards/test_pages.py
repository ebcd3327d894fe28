"""The pages of cards: what is shown before and after the issuer's word, and who may not."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from cards import rules
from cards.models import Act
from cards.states import Kind, State
from lookup.models import Proof
from tests import staff
from tests.cards.conftest import DOYUN, NOBODY, ask, first_card
from tests.claims.conftest import browse, prove
from tests.lookup.conftest import Visitor
from tests.servers import Issuer

pytestmark = pytest.mark.django_db
TODAY = "2026 11 05"


def words(response) -> str:
    return response.content.decode()


def test_a_stranger_is_led_to_the_proof(client, db):
    for path in ("/cards/", "/cards/all/report/", "/cards/x-1/block/", "/cards/acts/CRD-2222-2222/"):
        assert client.get(path).headers["Location"].endswith("/lookup/"), path


def test_each_card_is_shown_with_what_can_be_done(browser, seoyoung):
    page = words(browser.get("/cards/"))
    assert "한빛 데일리" in page
    assert "8830" in page
    assert page.count("/report/") == 3  # of each, and of all
    assert "아직 확인 전이에요" not in page


def test_a_block_is_confirmed_and_undone(browser, seoyoung):
    card = first_card(seoyoung)
    assert "모든 결제 멈추기" in words(browser.get(f"/cards/{card}/block/"))
    assert browser.post(f"/cards/{card}/block/").status_code == 302
    assert f"/cards/{card}/unblock/" in words(browser.get("/cards/"))

    browser.post(f"/cards/{card}/unblock/")
    assert f"/cards/{card}/unblock/" not in words(browser.get("/cards/"))
    assert set(Act.objects.values_list("kind", "state")) == {("block", "confirmed"), ("unblock", "confirmed")}


def test_a_report_gives_number_receiver_moment_and_the_sixty_days(browser, seoyoung):
    card = first_card(seoyoung)
    answer = browser.post(
        f"/cards/{card}/report/", {"kind": "stolen", "noticed": TODAY, "last_used": "지하철"}, follow=True
    )
    act = Act.objects.get()
    page = words(answer)
    assert answer.redirect_chain == [(f"/cards/acts/{act.reference}/", 302)]
    for said in (act.reference, "온라인 신고 창구", "신고를 받았고, 카드가 멈췄어요", "지하철", "60일 전부터"):
        assert said in page
    # Once more: the same receipt, no second report.
    again = browser.post(f"/cards/{card}/report/", {"kind": "lost", "noticed": TODAY})
    assert again.headers["Location"] == f"/cards/acts/{act.reference}/"
    assert Act.objects.count() == 1


def test_without_an_answer_nothing_is_called_stopped(browser, seoyoung, issuer: Issuer):
    card = first_card(seoyoung)
    issuer.tell(mode="error")
    answer = browser.post(f"/cards/{card}/report/", {"kind": "lost", "noticed": TODAY}, follow=True)

    page, overview = words(answer), words(browser.get("/cards/"))
    assert "아직 확인 전이에요" in page
    for shown in (page, overview):
        assert "카드가 멈췄다고 생각하지 마세요" in shown
        assert "1500-0000" in shown
        assert "카드가 멈췄어요" not in shown
        assert "확인됨" not in shown.replace("‘확인됨’", "")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"noticed": TODAY}, "잃어버렸는지 도난당했는지 골라 주세요"),
        ({"kind": "lost", "noticed": ""}, "없어진 것을 안 날을 적어 주세요"),
        ({"kind": "lost", "noticed": "어제"}, "년, 월, 일 순서로"),
        ({"kind": "lost", "noticed": "2999 01 01"}, "그 전의 날짜를 적어 주세요"),
        ({"kind": "block", "noticed": TODAY}, "잃어버렸는지 도난당했는지 골라 주세요"),
        ({"kind": "lost", "noticed": "2026\x0011 05"}, "년, 월, 일 순서로"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(browser, seoyoung, typed, said):
    answer = browser.post("/cards/all/report/", {"last_used": "버스 안", **typed})
    assert answer.status_code == 422
    assert said in words(answer)
    assert "버스 안" in words(answer)
    assert not Act.objects.exists()


def test_another_persons_cards_and_receipts_are_not_there(browser, seoyoung, doyun):
    theirs = ask(doyun)
    assert browser.get(f"/cards/{theirs.card}/block/").status_code == 404
    assert browser.post(f"/cards/{theirs.card}/report/", {"kind": "lost", "noticed": TODAY}).status_code == 404
    assert browser.get(f"/cards/acts/{theirs.reference}/").status_code == 404
    assert browser.post(f"/cards/acts/{theirs.reference}/paper/").status_code == 404
    for path in ("/cards/all/unblock/", "/cards/all/lost/", "/cards/all/eat/"):
        assert browser.get(path).status_code == 404, path


def test_a_code_of_the_last_five_minutes_is_wanted(browser, seoyoung):
    Proof.objects.update(renewed_at=timezone.now() - dt.timedelta(minutes=6))
    card = first_card(seoyoung)
    assert browser.get("/cards/").status_code == 200
    answer = browser.post(f"/cards/{card}/report/", {"kind": "lost", "noticed": TODAY})
    assert answer.headers["Location"] == "/lookup/again/"
    assert not Act.objects.exists()


def test_somebody_on_no_list_can_report_a_loss(doyun):
    client = browse(doyun)
    assert "한빛 데일리" in words(client.get("/cards/"))
    answer = client.post("/cards/all/report/", {"kind": "lost", "noticed": TODAY}, follow=True)
    assert "카드가 멈췄어요" in words(answer)


def test_whom_the_issuer_does_not_know_is_told_so(incident, issuer: Issuer):
    page = words(browse(prove(NOBODY)).get("/cards/"))
    assert "카드 시스템에서 찾지 못했어요" in page
    assert "1500-0000" in page


def test_the_way_back_from_the_proof_leads_to_the_cards_of_somebody_on_no_list(incident, issuer: Issuer):
    visitor = Visitor()
    visitor.get("/cards/")
    visitor.prove(DOYUN["phone"])
    assert visitor.say_who(DOYUN["name"], "20010914").headers["Location"] == "/cards/"


def test_the_desk_reads_acts_masked_and_changes_nothing(browser, seoyoung, issuer: Issuer):
    issuer.tell(mode="error", times=1)
    act = ask(seoyoung, Kind.LOST, card=rules.ALL_CARDS)
    desk = staff.sign_in(Client(), staff.member("intake"))
    page = words(desk.get("/admin/cards/act/"))
    assert act.reference in page
    assert desk.get(f"/admin/cards/act/{act.pk}/change/").status_code == 200
    assert staff.sign_in(Client(), staff.member("reviewer")).get("/admin/cards/act/").status_code == 403
    assert Act.objects.get().state == State.ASKED
