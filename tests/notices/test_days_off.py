"""A holiday that no calendar knows: closed everywhere at once but where somebody is always there, and no day to promise."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from notices import days_off, hours
from notices.models import ContactPoint, OpeningHours
from notices.states import ContactKind
from support import inquiring
from tests import cast, staff

pytestmark = pytest.mark.django_db
# A Friday, 14:21 in Seoul, and the Monday after.
FRIDAY = dt.datetime(2026, 11, 20, 5, 21, tzinfo=dt.UTC)
MONDAY = dt.date(2026, 11, 23)


def test_a_day_off_closes_what_has_hours_and_is_not_promised(time_machine):
    time_machine.move_to(FRIDAY, tick=False)
    incident, points = cast.incident(at=FRIDAY), []
    cast.notice(incident, at=FRIDAY)
    for position, (kind, always) in enumerate([(ContactKind.PHONE, False), (ContactKind.PHONE, True)], start=1):
        point = ContactPoint.objects.create(
            incident=incident,
            position=position,
            kind=kind,
            name_ko="전화",
            name_en="Phone",
            value="1500-0000",
            always_open=always,
        )
        for weekday in range(5):
            OpeningHours.objects.create(contact_point=point, weekday=weekday, opens=dt.time(9), closes=dt.time(18))
        points.append(point)
    editor = staff.sign_in(Client(), staff.member("notice_editor"))
    assert inquiring.promised(incident, FRIDAY) == MONDAY
    past = editor.post("/admin/days-off/", {"incident": "demo", "day": "2026-11-19", "act": "add"})
    assert past.status_code == 422
    for _ in range(2):
        answer = editor.post("/admin/days-off/", {"incident": "demo", "day": MONDAY.isoformat(), "act": "add"})
        assert answer.status_code == 302
    assert days_off.of(incident) == {MONDAY}
    assert inquiring.promised(incident, FRIDAY) == MONDAY + dt.timedelta(1)
    at_noon = dt.datetime(2026, 11, 23, 3, tzinfo=dt.UTC)
    assert [hours.open_now(point, at_noon).open for point in points] == [False, True]
    editor.post("/admin/days-off/", {"incident": "demo", "day": MONDAY.isoformat(), "act": "remove"})
    assert days_off.of(incident) == set()
    assert staff.sign_in(Client(), staff.member("auditor")).get("/admin/days-off/").status_code == 403
