"""Whether claims are taken for an incident now: its last day, and the times for which staff have closed the service.

Pure: plain values in. A last day that people were promised is never made shorter by a closing: each day on which the
service was closed, if only for an hour, is given back at its end.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

ONE_DAY = dt.timedelta(days=1)


class Closable(Protocol):
    """The fields of an incident that say it."""

    time_zone: str
    claims_until_date: dt.date | None
    claims_closed_at: dt.datetime | None
    claims_opens_at: dt.datetime | None


@dataclass(frozen=True)
class Standing:
    offered: bool
    # By staff, at this moment. While it is, the last day does not count.
    closed: bool
    # None: nobody knows yet.
    opens_at: dt.datetime | None
    until: dt.date | None
    over: bool

    @property
    def takes_claims(self) -> bool:
        return self.offered and not self.closed and not self.over


def standing(incident: Closable, *, at: dt.datetime) -> Standing:
    until = incident.claims_until_date
    closed = is_closed(closed_at=incident.claims_closed_at, opens_at=incident.claims_opens_at, at=at)
    return Standing(
        offered=until is not None,
        closed=closed and until is not None,
        opens_at=incident.claims_opens_at if closed else None,
        until=until,
        over=not closed and until is not None and until < _day(at, incident.time_zone),
    )


def is_closed(*, closed_at: dt.datetime | None, opens_at: dt.datetime | None, at: dt.datetime) -> bool:
    """Half-open: at `opens_at` it is open again, without anybody doing anything."""
    return closed_at is not None and closed_at <= at and (opens_at is None or at < opens_at)


def last_day(
    *, now: dt.date, before: dt.date, closed_at: dt.datetime, opens_at: dt.datetime | None, time_zone: str
) -> dt.date:
    """The last day once the service was closed. `now`: as it stands; `before`: as it stood when it was closed."""
    if opens_at is None:
        return now
    given_back = _day(opens_at, time_zone) - _day(closed_at, time_zone) + ONE_DAY
    return max(now, before + given_back)


def _day(moment: dt.datetime, time_zone: str) -> dt.date:
    return moment.astimezone(ZoneInfo(time_zone)).date()
