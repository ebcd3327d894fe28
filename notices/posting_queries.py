"""What is known of posted notices now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max, Min, QuerySet

from notices import posting_looks, posting_rules
from notices.models import Notice, Posting, PostingLook
from notices.states import LookResult

# Beat asks every minute: so long after its hour nobody looks at all.
OVERDUE = dt.timedelta(minutes=30)


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a posted notice: the newest look that found it so, or since when nobody looked."""

    look: PostingLook | None
    not_looked_since: dt.datetime | None = None


def up() -> QuerySet[Posting]:
    return Posting.objects.filter(taken_down_at=None).select_related("incident").order_by("-from_at", "-pk")


def that_showed(notice: Notice) -> QuerySet[Posting]:
    """Postings of its incident that were up while this version was the newest, however short."""
    later = notice.incident.notices.filter(number__gt=notice.number, published_at__isnull=False)
    replaced_at = later.aggregate(first=Min("published_at"))["first"]
    found = Posting.objects.filter(incident=notice.incident_id).exclude(taken_down_at__lte=notice.published_at)
    return found.filter(from_at__lt=replaced_at) if replaced_at else found


def seen_at(posting: Posting) -> dt.datetime | None:
    """When it was last found as published."""
    return posting.looks.filter(result=LookResult.THERE).aggregate(last=Max("at"))["last"]


def trouble(posting: Posting, *, at: dt.datetime) -> Trouble | None:
    if posting.taken_down_at is not None:
        return None
    rows = list(posting.looks.order_by("-at", "-pk")[:8])
    newest = posting_rules.rounds([(row.at, row.result) for row in rows])
    if posting_looks.is_trouble([one.result for one in reversed(newest)][:2]):
        return Trouble(next(row for row in rows if row.result == newest[-1].result and row.at == newest[-1].at))
    if posting.look_at < at - OVERDUE:
        return Trouble(None, newest[-1].at if newest else posting.from_at)
    return None
