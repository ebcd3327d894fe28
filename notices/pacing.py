"""When a campaign's messages may leave and how many at once: quiet hours, pace, what the contact centre can take. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


@dataclass(frozen=True)
class Quiet:
    """Half-open, by the clock of the incident's zone; `begins` after `until` spans midnight."""

    begins: dt.time
    until: dt.time
    time_zone: str

    def ends_after(self, at: dt.datetime) -> dt.datetime | None:
        """When it is over, if it is quiet at this moment."""
        here = at.astimezone(ZoneInfo(self.time_zone))
        now = here.time()
        if self.begins < self.until:
            quiet, day = self.begins <= now < self.until, here.date()
        else:
            quiet = now >= self.begins or now < self.until
            day = here.date() + DAY if now >= self.begins else here.date()
        if not quiet:
            return None
        return dt.datetime.combine(day, self.until, ZoneInfo(self.time_zone)).astimezone(dt.UTC)


def calls_an_hour(*, agents: int, minutes_a_call: int) -> int:
    return agents * 60 // minutes_a_call


def most_an_hour(*, agents: int, minutes_a_call: int, calls_a_hundred: int) -> int:
    """So many people may be told in an hour that those of them who call are answered; one at least."""
    return max(1, calls_an_hour(agents=agents, minutes_a_call=minutes_a_call) * 100 // calls_a_hundred)


@dataclass(frozen=True)
class Pace:
    """None: no limit. Where there are two, the smaller holds."""

    a_minute: int | None = None
    an_hour: int | None = None


@dataclass(frozen=True)
class Leaving:
    """People who would be told between two moments."""

    begins: dt.datetime
    until: dt.datetime
    people: int


def forecast(*, people: int, at: dt.datetime, pace: Pace, quiet: Quiet | None) -> Iterator[Leaving]:
    """Minute after minute until everybody is told, quiet hours left out. Without a pace all of them are due at once."""
    now, hour_began, in_hour = at, at, 0
    while people > 0:
        if quiet is not None and (over := quiet.ends_after(now)):
            now, hour_began, in_hour = over, over, 0
        if now - hour_began >= HOUR:
            hour_began, in_hour = now, 0
        told = people if pace.a_minute is None else min(people, pace.a_minute)
        if pace.an_hour is not None:
            told = min(told, pace.an_hour - in_hour)
        if told <= 0:
            now = hour_began + HOUR
            continue
        yield Leaving(now, now + MINUTE, told)
        people -= told
        in_hour += told
        now += MINUTE


def by_hour(leaving: Iterator[Leaving]) -> list[Leaving]:
    """The same in stretches of an hour each, from the first minute on."""
    found: list[Leaving] = []
    for one in leaving:
        last = found[-1] if found else None
        if last and one.until - last.begins <= HOUR:
            found[-1] = Leaving(last.begins, one.until, last.people + one.people)
        else:
            found.append(one)
    return found
