"""What has been put is looked at now instead of in its time: something became of its campaign, or of the message itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef

from notices.campaign_models import Campaign, Telling
from notices.ladder_models import Attempt
from notices.states import AttemptOutcome, TellingState


def look_now(*, at_campaigns: Iterable[Campaign], at: dt.datetime, but_held: bool = False) -> None:
    """The lines are locked first, in their order, as by whoever looks (climbing.py).

    `but_held`: without those that somebody holds at this moment, for whoever may wait for nobody.
    """
    to_look_at = Attempt.objects.filter(outcome=AttemptOutcome.PUT, look_again_at__gt=at)
    lines = Telling.objects.filter(campaign__in=at_campaigns, state=TellingState.PUT)
    lines = lines.filter(Exists(to_look_at.filter(line=OuterRef("pk")))).order_by("pk")
    held = lines.select_for_update(of=("self",), skip_locked=but_held)
    to_look_at.filter(line_id__in=list(held.values_list("pk", flat=True))).update(look_again_at=at)


def look_now_at(message_keys: Collection[str], *, at: dt.datetime) -> int:
    """More is known of these messages, maybe after nobody looked any more. Returns how many are of a campaign."""
    known = Attempt.objects.filter(message_key__in=list(message_keys)).exclude(outcome=AttemptOutcome.WRONG_PERSON)
    lines = Telling.objects.filter(pk__in=known.values("line")).order_by("pk").select_for_update(of=("self",))
    return known.filter(line_id__in=list(lines.values_list("pk", flat=True))).update(look_again_at=at)
