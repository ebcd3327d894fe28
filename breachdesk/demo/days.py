"""The moments of the demo's story, counted back from one: everything it tells happened on these days."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


def both(ko: str, en: str, easy: str = "") -> dict[str, str]:
    """One text in its languages; `easy`: in easy Korean too."""
    found = {"ko": ko.strip(), "en": en.strip()}
    return {**found, "easy": easy.strip()} if easy else found


class Days:
    """The moments of the story, in Seoul. `learned`: another moment for when the leak was learned of."""

    def __init__(self, now: dt.datetime, *, learned: dt.datetime | None = None) -> None:
        today = self.today = now.astimezone(SEOUL).date()
        self.learned = learned.astimezone(SEOUL) if learned else self._at(today, -2, 9, 20)
        self.cut_off = self.learned + dt.timedelta(minutes=32)
        self.began = self._at(today, -24, 2, 14)
        self.ended = self._at(today, -4, 23, 40)
        self.ended_as_first_told = self._at(today, -6, 23, 40)
        self.first_notice = self._at(today, -2, 21, 0)
        self.second_notice = self._at(today, -1, 18, 30)
        # The corrected list and what it changed; never before yesterday evening.
        self.third_notice = now.astimezone(SEOUL) - dt.timedelta(hours=3)
        self.next_word = today + dt.timedelta(days=2)
        self.told_fss = self._at(today, -2, 16, 40)
        self.told_pipc = self._at(today, -2, 17, 5)
        self.told_pipc_more = self.second_notice + dt.timedelta(minutes=21)
        self.claims_until = today + dt.timedelta(days=363)
        self.alerts_until = today + dt.timedelta(days=41)

    @staticmethod
    def _at(today: dt.date, days: int, hour: int, minute: int) -> dt.datetime:
        return dt.datetime.combine(today + dt.timedelta(days=days), dt.time(hour, minute), SEOUL)
