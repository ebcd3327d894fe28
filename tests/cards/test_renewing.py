"""A card is replaced and the new one activated, against the rehearsal card system."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from cards import actions, asking, knowing, rules
from cards.models import Act
from cards.states import Kind, Stage, State
from lookup.models import Proof, StepMark
from tests.cards.conftest import ask, first_card
from tests.servers import Issuer

pytestmark = pytest.mark.django_db


def cards(proof: Proof):
    return knowing.know(proof=proof, by=None, at=timezone.now()).cards


def settled(act: Act) -> Act:
    return asking.ask_now(act=act, at=timezone.now())


@pytest.mark.parametrize(
    ("leaked", "waived"), [(["card_number"], True), (["name", "cvc"], True), (["name", "phone"], False), ([], False)]
)
def test_whoevers_card_data_leaked_pays_nothing(leaked, waived):
    assert rules.fee_is_waived(leaked) is waived


def test_a_card_is_replaced_free_and_the_step_is_done(browser: Client, seoyoung: Proof, issuer: Issuer):
    issuer.tell(mode="ok", delivery=3600)
    card = first_card(seoyoung)
    page = browser.get(f"/cards/{card}/reissue/").content.decode()
    assert "재발급 비용을 받지 않아요" in page

    browser.post(f"/cards/{card}/reissue/")

    assert issuer.acts()[0]["waived"] is True
    assert cards(seoyoung)[0].renewal == Stage.MAKING
    assert StepMark.objects.get(person=seoyoung.person).step == "stop_card"
    page = browser.get("/cards/").content.decode()
    assert "만들고 있어요" in page
    with pytest.raises(rules.AlreadySo):
        ask(seoyoung, Kind.REISSUE, card=card)


def test_somebody_on_no_list_pays(doyun: Proof, issuer: Issuer):
    from tests.claims.conftest import browse

    client = browse(doyun)
    client.get("/cards/")
    card = first_card(doyun)
    assert "재발급 비용을 받지 않아요" not in client.get(f"/cards/{card}/reissue/").content.decode()
    client.post(f"/cards/{card}/reissue/")
    assert issuer.acts()[0]["waived"] is False


def test_the_new_card_is_not_in_use_before_it_is_activated(browser: Client, seoyoung: Proof, issuer: Issuer):
    old = first_card(seoyoung)
    settled(ask(seoyoung, Kind.REISSUE, card=old))
    new = next(card for card in cards(seoyoung) if not card.active)
    assert "사용등록하기" in browser.get("/cards/").content.decode()
    for kind in (Kind.ABROAD_OFF, Kind.BLOCK):
        with pytest.raises(rules.NotInUse):
            ask(seoyoung, kind, card=new.id)

    browser.post(f"/cards/{new.id}/activate/")

    standing = {card.id: card for card in cards(seoyoung)}
    assert standing[new.id].active
    assert old not in standing


def test_a_lost_card_can_be_replaced_and_nothing_else(seoyoung: Proof, issuer: Issuer):
    card = first_card(seoyoung)
    told = actions.Report(dt.date(2026, 11, 5))
    settled(ask(seoyoung, Kind.LOST, card=card, report=told))
    with pytest.raises(rules.ReportedCard):
        ask(seoyoung, Kind.UNBLOCK, card=card)

    assert settled(ask(seoyoung, Kind.REISSUE, card=card)).state == State.CONFIRMED


def test_several_cards_are_replaced_at_once_from_the_list_of_all(browser: Client, seoyoung: Proof, issuer: Issuer):
    first, second = (card.id for card in cards(seoyoung))
    assert "/cards/reissue/" in browser.get("/cards/").content.decode()
    assert browser.get("/cards/reissue/").content.decode().count('name="card"') == 2
    nothing = browser.post("/cards/reissue/", {"card": "of-another"})
    assert nothing.status_code == 422
    assert "카드를 하나 이상 골라 주세요" in nothing.content.decode()

    for _twice in range(2):
        browser.post("/cards/reissue/", {"card": [first, second]})

    assert set(Act.objects.values_list("card", "kind", "state")) == {
        (card, "reissue", State.CONFIRMED) for card in (first, second)
    }
    assert 'href="/cards/reissue/"' not in browser.get("/cards/").content.decode()
