"""A newer version is on its way to somebody: the older one goes no further for them. What has left of it may still be proof."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from delivery import actions as delivery
from notices import looking_again
from notices.campaign_models import Campaign, Telling
from notices.ladder_models import Attempt
from notices.states import TELLING_LIVE, AttemptOutcome, CampaignState

# Under the unique index of living lines: a look for each line. Or an all-clear clears the person: of whom nothing has left yet
# there is no line of it, and nothing of the leak leaves any more.
OVERTAKEN = """
    SELECT line.id FROM notices_telling AS line JOIN notices_notice AS older ON older.id = line.notice_id
    WHERE line.id = ANY(%(lines)s) AND (EXISTS (
        SELECT FROM notices_telling AS anew JOIN notices_notice AS newer ON newer.id = anew.notice_id
        JOIN notices_campaign AS campaign ON campaign.id = anew.campaign_id
        WHERE anew.incident_id = line.incident_id AND anew.person_key = line.person_key
          AND anew.state = ANY(%(live)s) AND newer.number > older.number
          AND (campaign.starts_at IS NULL OR campaign.starts_at <= %(at)s)
    ) OR (NOT line.clears AND EXISTS (
        SELECT FROM notices_campaign AS campaign JOIN notices_notice AS newer ON newer.id = campaign.notice_id
        JOIN notices_affectedrecord AS record
          ON record.dataset_id = campaign.dataset_id AND record.person_key = line.person_key
         AND record.items = ANY(campaign.items)
        WHERE campaign.incident_id = line.incident_id AND campaign.cleared_by_id IS NOT NULL
          AND campaign.released_at IS NOT NULL AND campaign.state <> %(cancelled)s AND newer.number >= older.number
          AND (campaign.starts_at IS NULL OR campaign.starts_at <= %(at)s)
    ) AND NOT EXISTS (
        SELECT FROM notices_incident AS incident JOIN notices_affectedrecord AS still
          ON still.dataset_id = incident.active_dataset_id
        WHERE incident.id = line.incident_id AND still.person_key = line.person_key
    )))
"""


def overtaken(lines: Iterable[Telling], *, of: Iterable[Campaign], at: dt.datetime) -> set[int]:
    """Those of these lines whose person has a living line of a newer version that has begun, or is cleared by one. `of`: their campaigns."""
    if not any(_newer_ones(campaign).exists() for campaign in of):
        return set()
    wanted: dict[str, Any] = {
        "lines": [line.pk for line in lines],
        "live": list(TELLING_LIVE),
        "cancelled": CampaignState.CANCELLED,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(OVERTAKEN, wanted)
        return {row[0] for row in cursor.fetchall()}


def _newer_ones(campaign: Campaign) -> QuerySet[Campaign]:
    released = Campaign.objects.filter(incident=campaign.incident_id, released_at__isnull=False)
    newer = Q(notice__number__gt=campaign.notice.number)
    if campaign.cleared_by_id is None:
        newer |= Q(notice=campaign.notice_id, cleared_by__isnull=False)
    return released.filter(newer)


def call_back(attempts: Sequence[Attempt], *, overtaken: set[int], at: dt.datetime) -> None:
    """Of the lines that are overtaken, what has not left."""
    waiting = [one.message_key for one in attempts if one.line_id in overtaken and one.outcome == AttemptOutcome.PUT]
    if waiting:
        delivery.call_back(keys=waiting, at=at)


def look_at_older(campaign: Campaign, *, at: dt.datetime) -> None:
    """What is being sent of older versions is looked at now: a letter waits for its batch for days otherwise."""
    released = Campaign.objects.filter(incident=campaign.incident_id, released_at__isnull=False)
    older = Q(notice__number__lt=campaign.notice.number)
    if campaign.cleared_by_id is not None:
        older |= Q(notice=campaign.notice_id, cleared_by=None)
    looking_again.look_now(at_campaigns=released.filter(older), at=at)
