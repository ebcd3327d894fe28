"""An older caller with her letter, and the desk that picks up."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from breachdesk.accounts.models import User
from breachdesk.lib import references
from notices.models import Incident
from support.consultation_models import Consultation
from tests import cast, staff

OKSUN = {
    "customer_ref": "C-OKSUN",
    "name": "정옥순",
    "birth_date": "1946-05-08",
    "phone": "010-0000-1946",
    "address": "서울특별시 중구 한빛로 9",
    "items": "card_number|card_expiry|name|phone",
}


class Desk(Client):
    """A browser of a member of staff, which remembers everything that its pages have shown."""

    def __init__(self, member: User) -> None:
        super().__init__()
        self.seen = ""
        staff.sign_in(self, member)

    def request(self, **given):
        answer = super().request(**given)
        if not answer.streaming:
            self.seen += answer.content.decode()
        return answer

    def act(self, reference: str, act: str, **typed: str):
        version = Consultation.objects.get(reference=reference).version
        path = f"/admin/consultations/{reference}/act/"
        return self.post(path, {"act": act, "version": version, **typed}, follow=True)


def call(desk: Desk, *, known: bool = True) -> str:
    """Somebody rings and says who they are."""
    asked = {"source": "phone", "language": "ko", "asked": "모르는 결제가 있대요."}
    reference = desk.post("/admin/consultations/new/", asked).url.rstrip("/").rpartition("/")[2]
    if known:
        said = {"name": OKSUN["name"], "birth_date": "19460508", "contact": OKSUN["phone"]}
        assert desk.act(reference, "caller", **said).status_code == 200
    return reference


def halves(code: str) -> tuple[str, str]:
    return references.first_half(code), code.replace("-", "")[6:]


def verified(desk: Desk, code: str) -> str:
    reference = call(desk)
    desk.act(reference, "letter")
    desk.act(reference, "hear", half=halves(code)[1])
    return reference


def listed_caller(at: dt.datetime) -> Incident:
    made = cast.incident(at=at, claim_cap=3_000_000)
    cast.notice(made, at=at)
    cast.listed(made, OKSUN, at=at)
    return made


@pytest.fixture
def agent(db: None) -> User:
    return staff.member("agent", name="한상담")


@pytest.fixture
def oksun(db: None) -> Incident:
    """The incident on whose list she is."""
    return listed_caller(timezone.now())


@pytest.fixture
def code(oksun: Incident) -> str:
    return cast.codes_on_paper(oksun, at=timezone.now(), everybody=True)["정옥순"]
