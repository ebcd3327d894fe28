from __future__ import annotations

import datetime as dt

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from delivery.models import Message
from lookup import session
from lookup.models import Proof
from notices.models import Incident
from tests import cast

SEOYOUNG = {
    "name": "김서영",
    "birth_date": "1986-04-12",
    "phone": "010-0000-1234",
    "email": "seoyoung@mail.example",
    "items": "card_number|card_expiry|cvc|name|phone|email|ci",
    "card_last4": "2417",
}
MINJI = {"name": "박민지", "birth_date": "1994-03-02", "phone": "010-0000-5555", "items": "name?|phone?|ci?"}


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now()


@pytest.fixture
def incident(db: None, now: dt.datetime) -> Incident:
    made = cast.incident(at=now)
    cast.notice(
        made, at=now - dt.timedelta(hours=2), number=3, next_word_ko="11월 23일까지", next_word_en="by 23 November"
    )
    cast.listed(made, SEOYOUNG, MINJI, at=now - dt.timedelta(hours=1))
    return made


class Visitor(Client):
    """A browser that walks the pages and reads the codes that were put for its contacts."""

    def ask(self, contact: str, **more: str):
        return self.post("/lookup/start/", {"contact": contact}, headers={"origin": "http://testserver"}, **more)

    @property
    def last_code(self) -> str:
        """Of the challenge in this browser's cookie."""
        name = session.CHALLENGE_COOKIE
        challenge_id = signing.loads(self.cookies[name].value, salt=f"lookup.{name}")
        words = Message.objects.get(key=f"one-time-code:{challenge_id}").words.text
        return next(word for word in words.split() if len(word) == 6 and word.isdigit())

    def enter(self, code: str, **more: str):
        return self.post("/lookup/code/", {"code": code, **more})

    def prove(self, contact: str, **more: str) -> Proof:
        assert self.ask(contact).status_code == 302
        answer = self.enter(self.last_code, **more)
        assert answer.status_code == 302, answer.content.decode()
        return Proof.objects.get(token=self.session[session.PROOF])

    def say_who(self, name: str, birth_date: str = "19860412"):
        return self.post("/lookup/who/", {"name": name, "birth_date": birth_date})

    def look_up(self, person: dict[str, str]) -> Proof:
        proof = self.prove(person["phone"])
        answer = self.say_who(person["name"], person["birth_date"].replace("-", ""))
        assert answer.status_code == 302, answer.content.decode()
        proof.refresh_from_db()
        return proof


@pytest.fixture
def visitor(incident: Incident) -> Visitor:
    return Visitor()
