"""Somebody whose only proof is a letter: stops cards and has them replaced, with the letter's code of the last five minutes."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from cards import breaker, knowing, rules
from cards.models import Act, Cardholder
from cards.states import Kind, State
from lookup.models import Proof
from notices.models import Incident
from tests import cast
from tests.cards.conftest import ask, cards_of
from tests.lookup.conftest import Visitor
from tests.servers import Issuer

pytestmark = pytest.mark.django_db
SUNJA = {
    "name": "이순자",
    "birth_date": "1944-01-20",
    "address": "서울특별시 중구 한빛로 7",
    "items": "name|card_number",
}


@pytest.fixture
def code(incident: Incident, issuer: Issuer) -> str:
    """Of the letter; the card system knows her by the number that the list has of her, and by no contact."""
    name = uuid.uuid4().hex[:8]
    issuer.tell(customers=[{"ref": f"L-{name}", "name": "이순자", "cards": cards_of(f"L{name}")}])
    cast.listed(incident, {**SUNJA, "customer_ref": f"L-{name}"}, at=timezone.now())
    return cast.codes_on_paper(incident, at=timezone.now())["이순자"]


@pytest.fixture
def visitor(code: str) -> Visitor:
    visitor = Visitor()
    visitor.post("/lookup/letter/", {"code": code, "name": "이순자", "birth_date": "19440120"})
    return visitor


def test_a_card_is_stopped_and_replaced_by_the_code_of_a_letter(visitor: Visitor, issuer: Issuer):
    page = visitor.get("/cards/").content.decode()
    assert "8830" in page
    assert "편지의 코드로는" in page
    card = knowing.know(proof=Proof.objects.get(), by=None, at=timezone.now()).cards[0].id

    visitor.post(f"/cards/{card}/block/")
    visitor.post(f"/cards/{card}/reissue/")

    assert set(Act.objects.values_list("kind", "state")) == {("block", State.CONFIRMED), ("reissue", State.CONFIRMED)}
    assert issuer.acts()[0]["waived"] is True


def test_the_letters_code_is_wanted_again_after_five_minutes(visitor: Visitor, code: str, issuer: Issuer):
    visitor.get("/cards/")
    Proof.objects.update(renewed_at=timezone.now() - dt.timedelta(minutes=6))
    answer = visitor.post("/cards/all/block/")
    assert answer.headers["Location"] == "/lookup/letter/again/"
    assert not Act.objects.exists()

    visitor.post("/lookup/letter/again/", {"code": code})
    visitor.post("/cards/all/block/")
    assert Act.objects.get().state == State.CONFIRMED


def test_what_lets_a_card_do_more_is_not_had_by_letter(visitor: Visitor, issuer: Issuer):
    visitor.get("/cards/")
    proof = Proof.objects.get()
    known = knowing.know(proof=proof, by=None, at=timezone.now())
    visitor.post("/cards/all/block/")
    for kind, of in (
        ("unblock", known.cards[0].id),
        ("online-on", known.cards[0].id),
        ("unfreeze", known.accounts[0].id),
    ):
        page = visitor.get(f"/cards/{of}/{kind}/").content.decode()
        assert "전화하기" in page
        assert visitor.post(f"/cards/{of}/{kind}/").status_code == 409, kind
    with pytest.raises(rules.ByLetter):
        ask(proof, Kind.ACTIVATE)
    assert Act.objects.count() == 1


def test_whoever_is_on_no_list_any_more_is_told_to_call(visitor: Visitor, incident: Incident, issuer: Issuer):
    cast.listed(incident, {**SUNJA, "name": "다른 사람", "customer_ref": "C-OTHER"}, at=timezone.now())
    assert not Cardholder.objects.exists()
    page = visitor.get("/cards/").content.decode()
    assert "지금 명단에 없어서" in page
    assert "1500-0000" in page


def test_a_former_customer_whom_the_card_system_has_no_more_is_told_so_and_nobody_else_waits(
    incident: Incident, issuer: Issuer
):
    cast.listed(incident, {**SUNJA, "customer_ref": "GONE-1", "member": "former"}, at=timezone.now())
    code = cast.codes_on_paper(incident, at=timezone.now())["이순자"]
    visitor = Visitor()
    visitor.post("/lookup/letter/", {"code": code, "name": "이순자", "birth_date": "19440120"})
    for _often in range(rules.FAILURES_TO_OPEN + 1):
        assert "카드 시스템에서 찾지 못했어요" in visitor.get("/cards/").content.decode()
    assert breaker.lets_through(at=timezone.now())
