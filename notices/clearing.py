"""An all-clear to those whom it clears: on an earlier list, on the one that answers no more, and told of the leak before.

Told is of whom a message of it has left, or may have: of what an attempt became, not of how the line stands. A line that waits
has said nothing yet, and one that gave up without a receipt may have been read.

They are told of what the all-clear says (Decree, Art. 39-3(3)) as anybody is told, by campaigns; only whose line is written differs.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import connection

from delivery import actions as delivery
from delivery import queries as messages
from delivery.states import State
from notices import kinds
from notices.campaign_models import Campaign
from notices.ladder_models import Attempt
from notices.models import Dataset, Incident, Notice
from notices.states import AttemptOutcome, Cleared, NoticeKind

LEFT = (AttemptOutcome.TAKEN, AttemptOutcome.UNKNOWN)
# Being sent, or given up without an answer: what its message says decides.
MAY_WAIT = (AttemptOutcome.PUT, AttemptOutcome.OVERDUE)

# Of a record of an earlier list. Whoever was never told of the leak is not told that there was none; whom the last word they were
# sent has cleared already is not told again. By campaign, because no index leads from a person to lines that are over.
CLEARED = """(%(cleared_by)s::bigint IS NULL OR (
    NOT EXISTS (
        SELECT FROM notices_affectedrecord AS still
        WHERE still.dataset_id = %(cleared_by)s AND still.person_key = record.person_key
    ) AND (
        SELECT NOT heard.clears
        FROM notices_campaign AS sent
        JOIN notices_telling AS heard ON heard.campaign_id = sent.id AND heard.person_key = record.person_key
        JOIN notices_notice AS version ON version.id = sent.notice_id
        WHERE sent.incident_id = %(incident)s AND NOT (heard.clears AND heard.notice_id = %(notice)s)
          AND ((heard.clears AND heard.state = ANY(%(live)s)) OR EXISTS (
              SELECT FROM notices_attempt AS tried
              WHERE tried.line_id = heard.id AND (tried.outcome = 'proven' OR (
                  tried.message_key <> '' AND tried.outcome IN ('put', 'taken', 'unknown', 'overdue')
              ))
          ))
        ORDER BY version.number DESC, heard.id DESC LIMIT 1
    )
))"""


def clears_somebody(notice: Notice) -> bool:
    return notice.kind == NoticeKind.NOT_LEAKED


def tells_nobody_else(notice: Notice) -> bool:
    """For everybody: who would still be told of a leak by it?"""
    return kinds.clears_everybody(notice.kind, notice.cleared)


def tiers_cleared(notice: Notice) -> list[int]:
    """Only those who were in one of these groups; empty: whatever group they were in."""
    return list(notice.cleared_tiers) if notice.cleared == Cleared.TIERS else []


def earlier_lists(incident: Incident) -> list[Dataset]:
    """Those that answered before the one that answers now, the newest first."""
    answered = incident.datasets.exclude(activated_at=None).exclude(pk=incident.active_dataset_id or 0)
    return list(answered.order_by("-activated_at", "-number"))


LISTED_AGAIN = """
    SELECT record.person_key FROM notices_incident AS incident
    JOIN notices_affectedrecord AS record ON record.dataset_id = incident.active_dataset_id
    WHERE incident.id = %s AND record.person_key = ANY(%s::uuid[])
"""


def listed_again(campaign: Campaign, person_keys: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Of those whom a campaign clears: who is on the list that answers by now. It may be another than when it was released."""
    if campaign.cleared_by_id is None:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(LISTED_AGAIN, [campaign.incident_id, [str(key) for key in person_keys]])
        return {row[0] for row in cursor.fetchall()}


# What is certainly still with us, or never left.
NOT_LEFT = (State.WAITING, State.CANCELLED, State.EXPIRED, State.FAILED)


def never_told(campaign: Campaign, person_keys: Iterable[uuid.UUID], *, at: dt.datetime) -> set[uuid.UUID]:
    """Of those whom a campaign clears: of whom no word of the leak has left after all. What waits to leave is called back, so that
    none will.
    """
    if campaign.cleared_by_id is None:
        return set()
    of_the_leak = Campaign.objects.filter(incident=campaign.incident_id, cleared_by=None, released_at__isnull=False)
    people = set(person_keys)
    tried = Attempt.objects.filter(
        line__campaign__in=list(of_the_leak.values_list("pk", flat=True)), line__person_key__in=people
    )
    told, may_wait = set(), {}
    for person_key, outcome, taken_at, key in tried.order_by().values_list(
        "line__person_key", "outcome", "taken_at", "message_key"
    ):
        if outcome == AttemptOutcome.PROVEN or (key and outcome in LEFT):
            told.add(person_key)
        elif key and outcome in MAY_WAIT:
            told |= {person_key} if taken_at else set()
            may_wait[key] = person_key
    keys = [key for key, person_key in may_wait.items() if person_key not in told]
    handed = {key for key, message in messages.to_whom(keys).items() if message.handed}
    told |= {may_wait[key] for key in handed}
    delivery.call_back(keys=[key for key in keys if key not in handed], at=at)
    told |= {may_wait[key] for key, state in messages.state_of(keys).items() if state not in NOT_LEFT}
    return people - told
