"""What one person sees and all that happened with them: for whoever says why, masked, and the person reads of it."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from breachdesk.audit.models import Event
from cards.models import Act
from cards.states import Kind, State
from delivery.models import Message
from lookup import readings
from lookup.models import Person, Proof
from support import consultation_rules as rules
from support import person_timeline, seeing
from support.consultation_models import Deed
from support.consultation_states import SeenWhy
from support.seeing_models import Seeing
from tests import staff
from tests.servers import Issuer
from tests.support.conftest import OKSUN, Desk, verified

pytestmark = pytest.mark.django_db


def test_a_reason_opens_the_page_for_a_quarter_of_an_hour_and_she_reads_of_it(oksun, code, agent):
    desk = Desk(agent)
    reference = verified(desk, code)
    person = Person.objects.get()
    path = f"/admin/people/{person.pk}/"
    assert "왜 보나요" in desk.get(path).content.decode()
    assert desk.post(f"{path}open/", {"reason": "curious"}).status_code == 422
    assert not Seeing.objects.exists()
    assert desk.post(f"{path}open/", {"reason": "call"}).status_code == 302
    page = desk.get(path).content.decode()
    assert reference in page
    assert "정*순" in page
    assert OKSUN["name"] not in page
    assert OKSUN["phone"] not in page
    assert seeing.seeing_of(person, by=agent, at=timezone.now() + rules.SEEN_FOR) is None

    other = Desk(staff.member("agent"))
    assert "왜 보나요" in other.get(path).content.decode(), "each says their own reason"
    assert Desk(staff.member("reviewer")).get(path).status_code == 403
    read = readings.staff_readings(Proof.objects.get(person=person), at=timezone.now())
    assert str(SeenWhy.CALL.label) in {str(one.why) for one in read}
    assert Event.objects.filter(kind="support.seen_as_person", by=agent).count() == 1


def test_she_is_found_by_an_exact_contact_and_a_reason_only(oksun, code, agent):
    desk = Desk(agent)
    verified(desk, code)
    found = desk.post("/admin/people/", {"contact": OKSUN["phone"], "reason": "inquiry"}).content.decode()
    assert "정*순 님의 화면 보기" in found
    for missing in ({"contact": OKSUN["phone"]}, {"contact": "1946", "reason": "inquiry"}):
        assert desk.post("/admin/people/", missing).status_code == 422
    assert Event.objects.filter(kind="support.person_searched").count() == 1


def test_the_line_of_a_person_is_paged_and_loses_nothing(oksun, code, agent):
    verified(Desk(agent), code)
    person = Person.objects.get()
    at = timezone.now()
    for n in range(12):
        # Three of each moment: entries of one moment stay on one page.
        Seeing.objects.create(
            person=person, by=agent, reason="call", at=at + dt.timedelta(minutes=n // 3), expires_at=at
        )
    everything, none = person_timeline.page(person, before=None, most=1000)
    assert none is None
    assert {str(entry.room) for entry in everything} >= {"직원", "상담 기록", "조회", "편지"}
    paged, before, pages = [], None, 0
    while True:
        entries, before = person_timeline.page(person, before=before, most=4)
        paged += entries
        pages += 1
        if before is None:
            break
    assert pages > 2
    assert len(paged) == len(everything)
    assert [entry.at for entry in paged] == sorted((entry.at for entry in everything), reverse=True)


def test_a_card_is_stopped_for_a_caller_who_proved_her_letter_alone(oksun, code, agent, issuer: Issuer):
    name = uuid.uuid4().hex[:8]
    card = {"id": f"O{name}-1", "name": "한빛 데일리", "last4": "1946"}
    issuer.tell(customers=[{**OKSUN, "ref": "C-OKSUN", "email": "", "cards": [card]}])
    desk = Desk(agent)
    path = f"/admin/consultations/{verified(desk, code)}/cards/"
    assert "한빛 데일리" in desk.get(path).content.decode()
    assert desk.post(path, {"card": "another's", "do": "block"}).status_code == 404
    assert desk.post(path, {"card": card["id"], "do": "report"}).status_code == 422
    assert desk.post(path, {"card": card["id"], "do": "block"}).status_code == 302

    act = Act.objects.get()
    assert (act.kind, act.state) == (Kind.BLOCK, State.CONFIRMED)
    assert act.proof.acting == agent
    assert Deed.objects.get().what == act.reference
    told = Message.objects.get(occasion="done_for_you")
    assert act.reference in told.words.text
    assert Client().get(path).status_code == 302
