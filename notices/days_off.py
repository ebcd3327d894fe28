"""Days that no calendar knows, such as a holiday that the government has just declared: closed at every contact point at once."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from breachdesk import audit
from breachdesk.accounts.models import User
from notices import hours
from notices.models import Incident, SpecialHours


def of(incident: Incident) -> set[dt.date]:
    """Closed all day wherever there are hours at all."""
    rows = SpecialHours.objects.filter(contact_point__incident=incident, contact_point__always_open=False)
    closed: dict[dt.date, set[int]] = {}
    for day, point, opens in rows.values_list("day", "contact_point", "opens"):
        if opens is None:
            closed.setdefault(day, set()).add(point)
    points = set(incident.contact_points.filter(always_open=False).values_list("pk", flat=True))
    return {day for day, where in closed.items() if points and where == points}


def add(*, incident: Incident, day: dt.date, by: User, at: dt.datetime) -> int:
    """At how many it was not written yet. What was said of that day at one of them gives way."""
    with transaction.atomic():
        incident = Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
        points = list(incident.contact_points.filter(always_open=False))
        there = SpecialHours.objects.filter(contact_point__in=points, day=day)
        already = set(there.filter(opens=None).values_list("contact_point", flat=True))
        there.exclude(opens=None).delete()
        new = [SpecialHours(contact_point=point, day=day) for point in points if point.pk not in already]
        SpecialHours.objects.bulk_create(new)
        if new:
            _record("added", incident, day, by=by, at=at)
    hours.forget_help_line()
    return len(new)


def remove(*, incident: Incident, day: dt.date, by: User, at: dt.datetime) -> None:
    """Open again as in any week."""
    with transaction.atomic():
        closed = SpecialHours.objects.filter(contact_point__incident=incident, day=day, opens=None)
        if closed.delete()[0]:
            _record("removed", incident, day, by=by, at=at)
    hours.forget_help_line()


def _record(done: str, incident: Incident, day: dt.date, *, by: User, at: dt.datetime) -> None:
    about = f"incident:{incident.slug}"
    audit.record(kind=f"notices.day_off_{done}", by=by, about=about, at=at, day=day.isoformat())
