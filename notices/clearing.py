"""An all-clear to those whom it clears: on an earlier list, on the one that answers no more, and told of the leak before.

They are told of what the all-clear says (Decree, Art. 39-3(3)) as anybody is told, by campaigns; only whose line is written differs.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import connection

from notices import kinds
from notices.campaign_models import Campaign
from notices.models import Dataset, Incident, Notice
from notices.states import Cleared, NoticeKind

# Of a record of an earlier list. Whoever was never told of the leak is not told that there was none; whom the last word they were
# sent has cleared already is not told again.
CLEARED = """(%(cleared_by)s::bigint IS NULL OR (
    NOT EXISTS (
        SELECT FROM notices_affectedrecord AS still
        WHERE still.dataset_id = %(cleared_by)s AND still.person_key = record.person_key
    ) AND (
        SELECT sent.cleared_by_id IS NULL
        FROM notices_telling AS heard
        JOIN notices_campaign AS sent ON sent.id = heard.campaign_id
        JOIN notices_notice AS version ON version.id = heard.notice_id
        WHERE heard.incident_id = %(incident)s AND heard.person_key = record.person_key
          AND heard.notice_id <> %(notice)s AND heard.state = ANY(%(live)s)
        ORDER BY version.number DESC LIMIT 1
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
