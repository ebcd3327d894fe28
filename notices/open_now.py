"""Who answers now, on a page that is one file for everybody: the hours in print, and what the reader's browser makes of them.

The page carries what the strip says from which moment on, for a week ahead, worked out by the same code as everywhere else
(hours.py). static/js/open-now.js picks what is said now; without it, or once the file is older than that, the printed hours stand.
"""

from __future__ import annotations

import datetime as dt
import json
from zoneinfo import ZoneInfo

from notices import hours, queries
from notices.models import ContactPoint

AHEAD = dt.timedelta(days=8)


def help_line(at: dt.datetime) -> dict[str, str] | None:
    """What the strip needs. None where no incident names anybody."""
    point = queries.help_line_contact()
    if point is None:
        return None
    return {"phone": point.value, "printed": hours.week_in_words(point), "turns": as_data(turns(point, at=at))}


def turns(point: ContactPoint, *, at: dt.datetime) -> list[tuple[dt.datetime, hours.Opening, str]]:
    """What is said from which moment on, from the last midnight: the same all day, so that the file changes once a day."""
    zone = ZoneInfo(point.incident.time_zone)
    moment = dt.datetime.combine(at.astimezone(zone).date(), dt.time(), zone)
    end = moment + AHEAD
    found: list[tuple[dt.datetime, hours.Opening, str]] = []
    while moment < end:
        state = hours.open_now(point, moment)
        found.append((moment, state, hours.now_in_words(state, moment)))
        # The words of a day count from that day ("tomorrow at eight"), so a midnight is a turn too.
        midnight = dt.datetime.combine(moment.date() + dt.timedelta(days=1), dt.time(), zone)
        moment = min(midnight, state.until) if state.until is not None else midnight
    return found


def as_data(found: list[tuple[dt.datetime, hours.Opening, str]]) -> str:
    """[[seconds since 1970, 1 where somebody answers, words], …]; the last one says nothing: nothing is known of later."""
    if not found:
        return ""
    rows: list[list[object]] = []
    for moment, state, words in found:
        if not rows or rows[-1][1:] != [int(state.open), words]:
            rows.append([int(moment.timestamp()), int(state.open), words])
    last = found[-1][0]
    beyond = dt.datetime.combine(last.date() + dt.timedelta(days=1), dt.time(), last.tzinfo)
    return json.dumps([*rows, [int(beyond.timestamp()), 0, ""]], ensure_ascii=False, separators=(",", ":"))
