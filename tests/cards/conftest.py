"""People whom the issuer knows, one of them on a list, one on none; and a card of each."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cards import actions, knowing
from cards.models import Act
from cards.states import Kind
from lookup.models import Proof
from notices.models import Incident
from tests import cast
from tests.claims.conftest import browse, prove
from tests.servers import Issuer

SEOYOUNG = {
    "name": "김서영",
    "birth_date": "1986-04-12",
    "phone": "010-0000-1234",
    "email": "seoyoung@mail.example",
    "customer_ref": "C-SEOYOUNG",
    "items": "card_number|card_expiry|cvc|name|phone|email",
}
# On no list, but a customer; and on no list and no customer.
DOYUN = {"name": "최도윤", "birth_date": "2001-09-14", "phone": "010-0000-7777"}
NOBODY = {"name": "나그네", "birth_date": "1970-01-01", "phone": "010-0000-8888"}


@pytest.fixture(autouse=True)
def _patient(settings: Any) -> None:
    """However busy the machine is: what is said at all is heard."""
    settings.CARDS_TIMEOUT = dt.timedelta(seconds=60)


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now()


@pytest.fixture
def incident(db: None, now: dt.datetime) -> Incident:
    made = cast.incident(at=now)
    cast.notice(made, at=now - dt.timedelta(hours=1))
    cast.listed(made, SEOYOUNG, at=now)
    return made


@pytest.fixture
def issuer(issuer: Issuer) -> Issuer:
    """Knows both customers under numbers of this test alone, so that no other test's acts have changed their cards."""
    name = uuid.uuid4().hex[:8]
    people = [
        {**SEOYOUNG, "ref": "C-SEOYOUNG", "cards": cards_of(f"S{name}")},
        {**DOYUN, "ref": f"D-{name}", "email": "", "cards": cards_of(f"D{name}")[:1]},
    ]
    issuer.tell(customers=people)
    return issuer


def cards_of(name: str) -> list[dict[str, str]]:
    return [
        {"id": f"{name}-1", "name": "한빛 데일리", "last4": "2417"},
        {"id": f"{name}-2", "name": "한빛 체크", "last4": "8830"},
    ]


@pytest.fixture
def seoyoung(incident: Incident, issuer: Issuer) -> Proof:
    return prove(SEOYOUNG)


@pytest.fixture
def doyun(incident: Incident, issuer: Issuer) -> Proof:
    return prove(DOYUN)


@pytest.fixture
def browser(seoyoung: Proof) -> Client:
    return browse(seoyoung)


def ask(proof: Proof, kind: Kind = Kind.BLOCK, card: str = "", **changed: Any) -> Act:
    """Asked as the page does, without the first call."""
    at = changed.pop("at", None) or timezone.now()
    known = knowing.know(proof=proof, by=None, at=at)
    given = {"proof": proof, "kind": kind, "cards": known.cards, "language": "ko", "by": None, "at": at}
    return actions.ask(**{**given, "card": card or known.cards[0].id, **changed})


def first_card(proof: Proof) -> str:
    return knowing.know(proof=proof, by=None, at=timezone.now()).cards[0].id
