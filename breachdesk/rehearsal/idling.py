"""When nothing happens in a rehearsal but that time passes: then its clock may be put forward."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max

from breachdesk.mailhouse.models import Batch
from breachdesk.mailhouse.states import BatchState
from delivery import outages
from delivery.models import Message
from delivery.states import Channel
from notices import ladder_rules
from notices.campaign_models import Telling
from notices.ladder_models import Attempt
from notices.models import Incident
from notices.states import ATTEMPT_OPEN, AttemptOutcome, TellingState, Way

# What is nearer than this is waited for.
SHORT = dt.timedelta(hours=1)
# Only time proves these: no receipt says that they came.
SILENT = (Channel.EMAIL, Channel.LETTER, Way.POSTING)
USUAL = {rung.way: rung for rung in ladder_rules.USUAL}
# How long each is given where no provider of its way takes anything.
GIVEN = {
    Channel.ALIMTALK: USUAL[Way.ALIMTALK].wait,
    Channel.SMS: USUAL[Way.PHONE].wait,
    Channel.LMS: USUAL[Way.PHONE].wait,
}


def until(incident: Incident, *, before: dt.datetime, at: dt.datetime) -> dt.datetime | None:
    """When time will have done all that it can, at most `before`; None: something is under way or soon will be."""
    down = [channel for channel in GIVEN if channel in outages.since()]
    if before - at <= SHORT or _is_anything_under_way(incident, down):
        return None
    attempts = Attempt.objects.filter(line__incident=incident)
    stuck = attempts.filter(channel__in=down, outcome__in=ATTEMPT_OPEN)
    last_put = dict(stuck.order_by("channel").values_list("channel").annotate(last=Max("put_at")))
    mailed = attempts.filter(channel=Channel.EMAIL, outcome=AttemptOutcome.TAKEN)
    last_mailed = mailed.aggregate(last=Max("taken_at"))["last"]
    over = [last + GIVEN[Channel(channel)] for channel, last in last_put.items()]
    if last_mailed and not over:
        over = [last_mailed + USUAL[Way.EMAIL].silence]
    first = min([before, *over])
    return first if first - at > SHORT else None


def _is_anything_under_way(incident: Incident, down: list[Channel]) -> bool:
    """But what waits for a provider of a way by which nothing leaves."""
    open_still = Attempt.objects.filter(line__incident=incident, outcome__in=ATTEMPT_OPEN)
    return (
        Telling.objects.filter(incident=incident, state=TellingState.WAITING).exists()
        or Message.objects.filter(settled_at=None).exclude(channel__in=[Channel.LETTER, *down]).exists()
        or open_still.exclude(channel__in=[*SILENT, *down]).exists()
        or open_still.filter(channel=Channel.EMAIL).exclude(outcome=AttemptOutcome.TAKEN).exists()
        or Batch.objects.filter(state__in=[BatchState.MAKING, BatchState.MADE]).exists()
    )
