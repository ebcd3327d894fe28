"""Call-backs: the last place goes to one, a person has one open booking, moving and cancelling give the place back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from breachdesk.audit.models import Event
from breachdesk.lib.contacts import Contact
from delivery.models import Message
from notices.models import Incident
from support import calling, forgetting, rules
from support.callback_models import CallBack, Slot
from support.states import CallBack as State
from tests import cast, staff
from tests.claims.conftest import JUNHO, SEOYOUNG, browse, prove
from tests.racing import race

pytestmark = pytest.mark.django_db
# A Friday, 14:21 in Seoul.
FRIDAY = dt.datetime(2026, 11, 20, 5, 21, tzinfo=dt.UTC)


def opened(incident: Incident, *, places: int = 2, times: int = 2) -> list[Slot]:
    starts = FRIDAY + rules.HOUR
    found = rules.slots_between(starts, starts + times * 30 * rules.MINUTE, minutes=30)
    calling.open_slots(incident=incident, times=found, capacity=places, by=staff.member("intake"), at=FRIDAY)
    return list(Slot.objects.order_by("starts_at"))


def book(slot: Slot, number: int, **given: object) -> CallBack:
    contact = Contact("phone", f"+82100000{number:04d}")
    told = {"contact": contact, "person": None, "subject": str(number), "language": "ko", "by": None, "at": FRIDAY}
    return calling.book(slot=slot, **told | given)  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_of_six_who_want_the_last_two_places_two_get_one():
    [slot] = opened(cast.incident(at=FRIDAY), times=1)

    def want(number: int) -> str:
        try:
            return book(slot, number).state
        except calling.Full:
            return "full"

    assert sorted(race(6, want)) == ["booked", "booked", "full", "full", "full", "full"]
    slot.refresh_from_db()
    assert (slot.taken, CallBack.objects.count()) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_two_who_swap_their_times_at_once_both_move():
    one, other = opened(cast.incident(at=FRIDAY))
    held = [book(one, 1), book(other, 2)]
    race(2, lambda number: calling.change(call_back=held[number], slot=(other, one)[number], by=None, at=FRIDAY))
    assert dict(CallBack.objects.values_list("pk", "slot")) == {held[0].pk: other.pk, held[1].pk: one.pk}
    assert set(Slot.objects.values_list("taken", flat=True)) == {1}


def test_a_second_booking_moves_the_first_and_cancelling_frees_the_place():
    one, other = opened(cast.incident(at=FRIDAY))
    held = book(one, 1)
    assert book(other, 1) == held
    assert list(Slot.objects.order_by("starts_at").values_list("taken", flat=True)) == [0, 1]
    calling.cancel(call_back=held, by=None, at=FRIDAY)
    assert set(Slot.objects.values_list("taken", flat=True)) == {0}
    said = set(Message.objects.filter(about=f"call-back:{held.reference}").values_list("occasion", flat=True))
    assert said == {"call_back_booked", "call_back_cancelled"}
    with pytest.raises(calling.TooLate):
        book(one, 1, at=one.starts_at - rules.MINUTE)
    assert forgetting.forget_old_call_backs(at=other.ends_at + rules.KEEP_CALL_BACK) == 1
    assert not Slot.objects.exists()


def test_whoever_was_not_called_chooses_another_time():
    one, other = opened(cast.incident(at=FRIDAY))
    held = book(one, 1)
    with pytest.raises(calling.TooLate):
        calling.change(call_back=held, slot=other, by=None, at=FRIDAY + 55 * rules.MINUTE)
    Slot.objects.filter(pk=other.pk).update(starts_at=one.ends_at + rules.HOUR, ends_at=one.ends_at + 2 * rules.HOUR)
    other.refresh_from_db()
    assert calling.change(call_back=held, slot=other, by=None, at=one.ends_at).slot == other
    assert list(Slot.objects.order_by("starts_at").values_list("taken", flat=True)) == [1, 1]


def test_places_are_added_and_taken_away_but_never_from_under_somebody(time_machine):
    time_machine.move_to(FRIDAY, tick=False)
    one, other = opened(cast.incident(at=FRIDAY), places=1)
    book(one, 1)
    desk = staff.sign_in(Client(), staff.member("intake"))

    def change(slot: Slot, places: str, by: Client = desk):
        return by.post("/admin/call-backs/", {"act": "places", "slot": slot.pk, f"slot-{slot.pk}-capacity": places})

    refused = change(one, "0")
    assert refused.status_code == 422
    assert "이미 1명이 예약했어요" in refused.content.decode()
    assert change(one, "many").status_code == change(one, "201").status_code == 422
    assert change(one, "3").status_code == change(other, "0").status_code == 302
    assert list(Slot.objects.order_by("starts_at").values_list("capacity", flat=True)) == [3, 0]
    with pytest.raises(calling.Full):
        book(other, 2)
    assert book(one, 2).slot == one
    assert Event.objects.filter(kind="support.slot_places_changed").count() == 2
    assert change(one, "9", by=staff.sign_in(Client(), staff.member("auditor"))).status_code == 403
    with pytest.raises(calling.TooLate):
        calling.change_places(slot=one.pk, capacity=9, by=one.opened_by, at=one.starts_at)


def test_the_database_lets_no_more_in_than_there_are_places():
    [slot] = opened(cast.incident(at=FRIDAY), times=1, places=1)
    with pytest.raises(IntegrityError, match="never_overbooked"), transaction.atomic():
        Slot.objects.filter(pk=slot.pk).update(taken=2)


def test_through_the_pages_and_the_desk(time_machine):
    time_machine.move_to(FRIDAY, tick=False)
    incident = cast.incident(at=FRIDAY)
    cast.notice(incident, at=FRIDAY - rules.DAY)
    cast.listed(incident, SEOYOUNG, JUNHO, at=FRIDAY - rules.HOUR)
    one, other = opened(incident, places=1)
    assert f"/support/calls/{one.pk}/" in Client().get("/support/").content.decode()
    hers, his = browse(prove(SEOYOUNG)), browse(prove(JUNHO))
    assert "010-••••-1234" in hers.get(f"/support/calls/{one.pk}/").content.decode()
    assert hers.post(f"/support/calls/{one.pk}/").status_code == 302
    late = his.post(f"/support/calls/{one.pk}/")
    assert late.status_code == 409
    assert "마지막 자리" in late.content.decode()
    assert "15:21" in hers.get("/support/calls/").content.decode()
    hers.post(f"/support/calls/{other.pk}/")
    assert "15:51" in hers.get("/support/calls/").content.decode()
    assert his.post("/support/calls/cancel/").status_code == 302
    held = CallBack.objects.get()
    assert (held.state, held.slot) == (State.BOOKED, other), "another's is not cancelled"

    jiwoo = staff.sign_in(Client(), staff.member("intake"))
    page = jiwoo.get("/admin/call-backs/").content.decode()
    assert held.reference in page
    assert "0000-1234" not in page
    assert (
        "010-0000-1234"
        in jiwoo.post("/admin/call-backs/", {"act": "read", "reference": held.reference}).content.decode()
    )
    assert Event.objects.filter(kind="support.call_back_number_read").count() == 1
    auditor = staff.sign_in(Client(), staff.member("auditor"))
    assert auditor.post("/admin/call-backs/", {"act": "read", "reference": held.reference}).status_code == 403
    jiwoo.post("/admin/call-backs/", {"act": "missed", "reference": held.reference})
    held.refresh_from_db()
    assert held.state == State.MISSED
