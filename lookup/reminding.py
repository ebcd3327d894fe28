"""Reminding of the steps that somebody put off: one message for what is due together, by day, once for each choice."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db import transaction

from breachdesk import audit
from delivery import outbox
from lookup import letters, rules
from lookup.models import StepMark
from notices import catalogue

BATCH = 200


def remind_next_batch(*, at: dt.datetime) -> int:
    """How many marks were reminded of. What is due at night waits for the morning; nothing leaves after its day."""
    with transaction.atomic():
        # Whoever marks the step done at this moment is waited for: the row is then no longer due.
        due = list(
            StepMark.objects.filter(remind_at__lte=at, reminded_at=None)
            .select_related("incident", "proof")
            .select_for_update(of=("self",), skip_locked=True)
            .order_by("person_id", "incident_id", "proof_id", "pk")[:BATCH]
        )
        due = [mark for mark in due if rules.is_daytime(_local(mark, at))]
        for _whose, found in groupby(due, key=lambda mark: (mark.person_id, mark.incident_id, mark.proof_id)):
            _remind(list(found), at=at)
    return len(due)


def _remind(marks: list[StepMark], *, at: dt.datetime) -> None:
    first = marks[0]
    contact = first.proof.contact if first.proof else None
    assert contact is not None  # only a proof of a contact is asked to remind
    codes = {mark.step for mark in marks}
    steps = [step for step in catalogue.STEPS if step.code in codes]
    outbox.put(
        letters.step_reminder(steps, language=first.language),
        to=contact,
        # The moment of the choice: the same step put off again is another occasion.
        key=f"step-reminder:{first.pk}:{int(first.at.timestamp() * 1000)}",
        about=f"person:{first.person_id}",
        lane="claim",
        at=at,
        expires_at=rules.day_ends(_local(first, at)),
    )
    for mark in marks:
        mark.reminded_at = at
        mark.save(update_fields=["reminded_at"])
    audit.record(
        kind="lookup.reminded", by=None, about=f"person:{first.person_id}", at=at, steps=[step.code for step in steps]
    )


def _local(mark: StepMark, at: dt.datetime) -> dt.datetime:
    return at.astimezone(ZoneInfo(mark.incident.time_zone))
