"""A stranger holds somebody's notice and says so, by the check code in it. Staff hear of it; nothing else happens by itself.

A word that anybody can send must not take a notice from whom it is for: the contact is written off by staff (wrong_person.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet

from breachdesk import audit
from breachdesk.accounts.models import User
from delivery.states import Channel
from notices import rules
from notices.ladder_models import Attempt
from notices.models import SaidNotTheirs
from notices.states import AttemptOutcome

# A letter that reached a stranger comes back by the post.
BY_PAPER = (Channel.LETTER,)


def can_be_said_of(message_keys: Collection[str]) -> bool:
    return _attempts(message_keys).exists()


def say(*, message_keys: Collection[str], at: dt.datetime) -> int:
    """Of each message of a campaign, once: said again, nothing changes. Returns how many were new."""
    said = 0
    with transaction.atomic():
        for attempt in _attempts(message_keys).select_related("line__incident"):
            _row, is_new = SaidNotTheirs.objects.get_or_create(attempt=attempt, defaults={"said_at": at})
            if is_new:
                said += 1
                about = f"incident:{attempt.line.incident.slug}"
                audit.record(
                    kind="notices.said_not_theirs", by=None, about=about, at=at, line=attempt.line_id, rung=attempt.rung
                )
    return said


def _attempts(message_keys: Collection[str]) -> QuerySet[Attempt]:
    return (
        Attempt.objects.filter(message_key__in=[key for key in message_keys if key])
        .exclude(channel__in=BY_PAPER)
        .exclude(outcome=AttemptOutcome.WRONG_PERSON)
        .order_by("pk")
    )


def unsettled(incident_id: int) -> list[SaidNotTheirs]:
    rows = SaidNotTheirs.objects.filter(settled_at=None, attempt__line__incident=incident_id)
    return list(rows.select_related("attempt__line__notice"))


def settle(*, attempt: Attempt, by: User, at: dt.datetime, as_theirs: bool = True) -> bool:
    """Staff have looked. `as_theirs`: the contact is right and stays in use. False: nobody had said so, or it is settled."""
    with transaction.atomic():
        rules.refuse_unless_staff(rules.Actor(id=by.pk, works_here=by.is_staff and by.is_active))
        held = SaidNotTheirs.objects.select_for_update(of=("self",)).filter(attempt=attempt, settled_at=None).first()
        if held is None:
            return False
        held.settled_at, held.settled_by = at, by
        held.save(update_fields=["settled_at", "settled_by"])
        if as_theirs:
            about = f"incident:{attempt.line.incident.slug}"
            audit.record(kind="notices.contact_left_as_theirs", by=by, about=about, at=at, line=attempt.line_id)
    return True
