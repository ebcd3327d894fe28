"""The ledger looked up by an exact contact: whose lines are found, masked, with a reason that the audit keeps."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import connection, transaction

from breachdesk import audit, keys
from breachdesk.accounts.models import User
from breachdesk.lib.contacts import Contact
from delivery import queries as messages
from delivery.models import Attempt as Asked
from delivery.models import Forgotten, Message, Receipt
from notices import ladder_rules, rules
from notices.campaign_models import Telling
from notices.ladder_models import Attempt
from notices.models import Incident

# A contact that more people than these share is found for as many.
MOST = 50
PEOPLE = """
    SELECT DISTINCT person_key FROM notices_affectedrecord AS record
    JOIN notices_dataset AS dataset ON dataset.id = record.dataset_id
    WHERE dataset.incident_id = %s AND record.{column} = ANY(%s::uuid[]) LIMIT {most}
"""


def lines_of(*, incident: Incident, contact: Contact, reason: str, by: User, at: dt.datetime) -> list[Telling]:
    """The lines of whoever has this contact on any list of the incident. Raises rules.NotAllowed."""
    with transaction.atomic():
        rules.refuse_unless_staff(rules.Actor(id=by.pk, works_here=by.is_staff and by.is_active))
        if not reason.strip():
            raise ladder_rules.NoReason
        column = "email_hash" if contact.kind == "email" else "phone_hash"
        hashes = [str(one) for one in keys.indexes(contact.kind, contact.value)]
        with connection.cursor() as cursor:
            cursor.execute(PEOPLE.format(column=column, most=MOST), [incident.pk, hashes])
            people = [row[0] for row in cursor.fetchall()]
        found = list(
            Telling.objects.filter(campaign__incident=incident, incident=incident, person_key__in=people)
            .select_related("notice", "campaign")
            .order_by("person_key", "-notice__number", "-pk")
        )
        # Never the contact itself: the audit may be read by more people than the ledger.
        audit.record(
            kind="notices.ledger_searched",
            by=by,
            about=f"incident:{incident.slug}",
            at=at,
            reason=reason.strip()[:200],
            way=contact.kind,
            lines=len(found),
        )
    return found


@dataclass(frozen=True)
class Tried:
    """An attempt with what delivery knows of its message; the contact masked."""

    attempt: Attempt
    to: str
    message: Message | None
    asked: list[Asked]
    receipts: list[Receipt]


def tried(line: Telling) -> list[Tried]:
    attempts = list(line.attempts.select_related("said_not_theirs").order_by("rung"))
    found = messages.to_whom(one.message_key for one in attempts if one.message_key)
    asked = Asked.objects.filter(message__in=found.values()).order_by("message", "number")
    receipts = Receipt.objects.filter(message__in=found.values()).order_by("happened_at", "event_id")
    return [
        Tried(
            one,
            _masked(found.get(one.message_key)),
            found.get(one.message_key),
            [each for each in asked if _is_of(each.message_id, found.get(one.message_key))],
            [each for each in receipts if _is_of(each.message_id, found.get(one.message_key))],
        )
        for one in attempts
    ]


def _is_of(message_id: uuid.UUID, message: Message | None) -> bool:
    return message is not None and message.pk == message_id


def _masked(message: Message | None) -> str:
    if message is None:
        return ""
    try:
        return message.recipient.masked
    except (Forgotten, keys.CannotOpen):
        return ""


def see(*, line: Telling, by: User, at: dt.datetime) -> None:
    """Writes down that somebody read one line."""
    with transaction.atomic():
        about = f"incident:{line.incident.slug}"
        audit.record(kind="notices.ledger_line_read", by=by, about=about, at=at, line=line.pk)
