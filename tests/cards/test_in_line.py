"""While cards are short: a dated place in line that is kept, and hours at branches which are given to no more than there is room for."""

from __future__ import annotations

import datetime as dt
import threading

import httpx
import pytest
from django.test import Client
from django.utils import timezone

from cards import asking, knowing, rules
from cards import issuer as client
from cards.after_models import LinePlace
from cards.models import Act
from cards.states import Kind, Stage, State
from lookup.models import Proof
from tests.cards.conftest import ask
from tests.servers import Issuer

pytestmark = pytest.mark.django_db


def short_card(proof: Proof):
    """The second card: the rehearsal has too few of it."""
    return knowing.know(proof=proof, by=None, at=timezone.now()).cards[1]


@pytest.fixture
def waiting(browser: Client, seoyoung: Proof) -> str:
    card = short_card(seoyoung).id
    browser.post(f"/cards/{card}/reissue/")
    return card


def test_the_place_in_line_is_taken_by_asking_dated_and_shown(waiting: str, browser: Client, seoyoung: Proof):
    kept = LinePlace.objects.get()
    card = short_card(seoyoung)
    assert card.renewal == Stage.QUEUED
    assert (kept.card, kept.by_date) == (waiting, card.renewal_day)
    page = browser.get("/cards/").content.decode()
    assert f"{card.place}번째" in page
    assert f"{kept.place}번째" in page
    assert "처음 알려 드린 것" in page


def test_to_look_takes_no_place(waiting: str, browser: Client, issuer: Issuer):
    """Asked for elsewhere, at the counter: the page shows where it stands now, and keeps nothing."""
    LinePlace.objects.all().delete()
    page = browser.get("/cards/").content.decode()
    assert "기다리는 차례" in page
    assert "처음 알려 드린 것" not in page
    assert "저장돼 있어요" not in page
    assert not LinePlace.objects.exists()


def test_the_place_is_kept_when_the_answer_was_lost_and_heard_of_later(
    browser: Client, seoyoung: Proof, issuer: Issuer
):
    card = short_card(seoyoung).id
    issuer.tell(mode="drop_after_accept", times=1)
    act = asking.ask_now(act=ask(seoyoung, Kind.REISSUE, card=card), at=timezone.now())
    assert act.state == State.UNKNOWN
    assert not LinePlace.objects.exists()
    asking.ask_due(at=act.due_at + dt.timedelta(seconds=1))
    assert LinePlace.objects.get().card == card


@pytest.mark.parametrize(
    "told", [{}, {"place": 0, "renewal_by": "2026-12-01"}, {"place": 3}, {"place": "3", "renewal_by": "soon"}]
)
def test_an_issuer_that_tells_no_place_has_done_it_all_the_same(told: dict):
    answer = httpx.Response(200, json={"state": "done", "reference": "HC1", **told})
    assert client._understand(answer, {"done"}) == client.Answer(State.CONFIRMED, reference="HC1")


def test_an_hour_at_a_branch_is_booked_and_changed(waiting: str, browser: Client, seoyoung: Proof, issuer: Issuer):
    page = browser.get(f"/cards/{waiting}/pickup/").content.decode()
    assert "자리 남음" in page
    assert "찼어요" in page
    slots = knowing.pickups(proof=seoyoung, card=waiting, by=None, at=timezone.now())
    free = [slot for slot in slots if slot.left]

    answer = browser.post(f"/cards/{waiting}/pickup/", {"slot": free[0].id}, follow=True)

    assert free[0].place_ko in answer.content.decode()
    assert free[0].place_ko in browser.get("/cards/").content.decode()
    browser.post(f"/cards/{waiting}/pickup/", {"slot": free[1].id})
    assert short_card(seoyoung).pickup == free[1].id
    left = {slot.id: slot.left for slot in knowing.pickups(proof=seoyoung, card=waiting, by=None, at=timezone.now())}
    assert left[free[0].id] == free[0].left
    assert left[free[1].id] == free[1].left - 1


def test_a_full_hour_is_refused_in_words_and_the_place_in_line_stays(
    waiting: str, browser: Client, seoyoung: Proof, issuer: Issuer
):
    slots = knowing.pickups(proof=seoyoung, card=waiting, by=None, at=timezone.now())
    full = next(slot for slot in slots if not slot.left)
    answer = browser.post(f"/cards/{waiting}/pickup/", {"slot": full.id})
    assert answer.status_code == 409
    assert "방금 다 찼어요" in answer.content.decode()
    assert short_card(seoyoung).place
    nothing = browser.post(f"/cards/{waiting}/pickup/", {"slot": "of-nowhere"})
    assert nothing.status_code == 422
    assert "받을 시간을 골라 주세요" in nothing.content.decode()


def test_many_who_ask_for_the_last_place_at_once_get_one(seoyoung: Proof, issuer: Issuer):
    """The card system's own promise (docs/issuer-api.yaml), which the page relies on."""
    people = [
        {"ref": f"R{number}", "name": "줄", "cards": [{"id": f"LINE{number}", "name": "한빛 체크", "last4": "1111"}]}
        for number in range(8)
    ]
    issuer.tell(customers=people)
    at, told = timezone.now(), []
    slot = min(
        (slot for slot in client.pickups("R0", card="LINE0", at=at) if slot.left), key=lambda slot: (slot.left, slot.id)
    )

    def tell(number: int, kind: str) -> None:
        order = client.Order(
            Act().pk, f"R{number}", f"LINE{number}", kind, "", "", False, slot.id if kind == Kind.PICKUP else ""
        )
        told.append((kind, client.order(order, at=at).state))

    for kind in (Kind.REISSUE, Kind.PICKUP):
        threads = [threading.Thread(target=tell, args=(number, kind)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert told.count((Kind.PICKUP, State.CONFIRMED)) == slot.left
    assert told.count((Kind.PICKUP, State.REFUSED)) == 8 - slot.left


def test_nobody_fetches_a_card_that_is_not_waited_for(browser: Client, seoyoung: Proof, doyun: Proof, issuer: Issuer):
    card = short_card(seoyoung).id
    assert browser.get(f"/cards/{card}/pickup/").status_code == 404
    with pytest.raises(rules.NotInLine):
        ask(seoyoung, Kind.PICKUP, card=card)


def test_with_the_issuer_away_the_hours_are_not_invented(waiting: str, browser: Client, issuer: Issuer):
    browser.get("/cards/")
    issuer.tell(mode="error", reads=True)
    answer = browser.get(f"/cards/{waiting}/pickup/")
    assert answer.status_code == 503
    assert "차례는 그대로예요" in answer.content.decode()
