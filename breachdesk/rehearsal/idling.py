"""When nothing happens in a rehearsal but that time passes: then its clock may be put forward."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max

from breachdesk.mailhouse.models import Batch
from breachdesk.mailhouse.states import BatchState
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
SILENCE = {rung.way: rung.silence for rung in ladder_rules.USUAL}


def until(incident: Incident, *, before: dt.datetime, at: dt.datetime) -> dt.datetime | None:
    """When silence will have proven all that it can, at most `before`; None: something is under way or soon will be."""
    if before - at <= SHORT or _is_anything_under_way(incident):
        return None
    mailed = Attempt.objects.filter(line__incident=incident, channel=Channel.EMAIL, outcome=AttemptOutcome.TAKEN)
    last = mailed.aggregate(last=Max("taken_at"))["last"]
    over = min(before, last + SILENCE[Way.EMAIL]) if last else before
    return over if over - at > SHORT else None


def _is_anything_under_way(incident: Incident) -> bool:
    open_still = Attempt.objects.filter(line__incident=incident, outcome__in=ATTEMPT_OPEN)
    return (
        Telling.objects.filter(incident=incident, state=TellingState.WAITING).exists()
        or Message.objects.filter(settled_at=None).exclude(channel=Channel.LETTER).exists()
        or open_still.exclude(channel__in=SILENT).exists()
        or open_still.filter(channel=Channel.EMAIL).exclude(outcome=AttemptOutcome.TAKEN).exists()
        or Batch.objects.filter(state__in=[BatchState.MAKING, BatchState.MADE]).exists()
    )
