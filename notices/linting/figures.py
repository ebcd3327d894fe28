"""Days, times, sums, people and telephone numbers as a text names them, in Korean and in English: the same thing in both is equal."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from notices.linting import sentences

MONTHS = "january february march april may june july august september october november december".split()
MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in MONTHS)
DAY_KO = re.compile(
    r"(?:(?P<year>\d{4})년 ?)?(?P<month>\d{1,2})월 ?(?P<day>\d{1,2})일(?: ?(?:부터|~|–|-) ?(?P<last>\d{1,2})일)?"
)
DAY_NUMERIC = re.compile(r"(?<!\d)(?P<year>20\d\d)[.-] ?(?P<month>\d{1,2})[.-] ?(?P<day>\d{1,2})(?!\d)")
DAY_EN = re.compile(
    rf"(?<![\d:.,])(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: ?(?:to|–|-|and) ?(?P<last>\d{{1,2}}))? (?P<month>{MONTH})\b(?:,? (?P<year>20\d\d))?",
    re.IGNORECASE,
)
DAY_AMERICAN = re.compile(
    rf"\b(?P<month>{MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<year>20\d\d))?", re.IGNORECASE
)
TIME = re.compile(
    r"(?<![\d:])(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?![\d:])(?: ?(?P<half>[ap])\.?m\b\.?)?", re.I
)
TIME_KO = re.compile(r"(?P<half>새벽|아침|오전|낮|오후|저녁|밤) ?(?P<hour>\d{1,2})시(?: ?(?P<minute>\d{1,2})분)?")
TIME_EN = re.compile(r"(?<![\d:])(?P<hour>\d{1,2}) ?(?P<half>[ap])\.?m\b\.?", re.IGNORECASE)
SUM_PART = re.compile(r"(?P<number>\d[\d,]*) ?(?P<small>천|백)? ?(?P<large>억|만)?")
SUM_KO = re.compile(r"(?:\d[\d,]* ?(?:천|백)? ?(?:억|만)? ?)+원")
KOREAN_TIMES = {"": 1, "백": 100, "천": 1000, "만": 10**4, "억": 10**8}
SUM_EN = re.compile(
    r"(?:₩|\bKRW) ?(?P<a>[\d,]+(?:\.\d+)?)(?: ?(?P<x>million|billion|m|bn)\b)?|(?<![\d,])(?P<b>[\d,]+(?:\.\d+)?)(?: (?P<y>million|billion))? won\b",
    re.IGNORECASE,
)
PEOPLE_KO = re.compile(r"(?<![\d,])(?P<man>[\d,]+만 ?)?(?P<one>[\d,]+)? ?(?:명|분(?=[의이은을께]))")
PEOPLE_EN = re.compile(
    r"(?<![\d,.])(?P<one>\d[\d,]*) (?:people|customers?|persons?|cardholders?|members?)\b", re.IGNORECASE
)
PERCENT = re.compile(r"(?P<one>\d+(?:\.\d+)?) ?(?:%|퍼센트|per ?cent\b)")
PHONE = re.compile(r"(?<![\d-])(?:0\d{1,2}[-. ]?\d{3,4}[-. ]?\d{4}|1[3-9]\d\d[-. ]?\d{4})(?![\d-])")
TIMES = {"million": 10**6, "m": 10**6, "billion": 10**9, "bn": 10**9}


@dataclass(frozen=True)
class Day:
    """As written; the year is often left out."""

    month: int
    day: int
    year: int | None
    words: str
    start: int
    end: int

    def near(self, today: dt.date) -> dt.date | None:
        """The day that is meant: without a year, the nearest one."""
        years = [self.year] if self.year else [today.year - 1, today.year, today.year + 1]
        found = []
        for year in years:
            try:
                found.append(dt.date(year, self.month, self.day))
            except ValueError:
                continue
        return min(found, key=lambda one: abs(one - today), default=None)


def days(text: str, language: str) -> list[Day]:
    patterns = (DAY_EN, DAY_AMERICAN, DAY_NUMERIC) if language == "en" else (DAY_KO, DAY_NUMERIC)
    found: list[Day] = []
    for pattern in patterns:
        for match in pattern.finditer(text):
            if any(one.start < match.end() and match.start() < one.end for one in found):
                continue
            given = match.groupdict()
            month = _month(given["month"])
            year = int(given["year"]) if given.get("year") else None
            if not given.get("last"):
                found.append(Day(month, int(given["day"]), year, match[0], match.start(), match.end()))
                continue
            # "28일부터 30일", "28 to 30 October": two days of one month.
            parts = re.search(r"^.*?\d일|^\d+", match[0])
            first_end = match.start() + (parts.end() if parts else 0)
            found.append(Day(month, int(given["day"]), year, match[0], match.start(), first_end))
            found.append(Day(month, int(given["last"]), year, match[0], match.start("last"), match.end()))
    return sorted(found, key=lambda one: one.start)


def _month(words: str) -> int:
    return int(words) if words.isdecimal() else [name[:3] for name in MONTHS].index(words[:3].lower()) + 1


def times(text: str, language: str) -> dict[str, str]:
    """{"09:20": the words}. "24:00" is the end of a day, as in opening hours."""
    found: dict[str, str] = {}
    patterns = (TIME, TIME_EN) if language == "en" else (TIME, TIME_KO)
    for pattern in patterns:
        for match in pattern.finditer(text):
            given = match.groupdict()
            hour, half = int(given["hour"]), (given.get("half") or "").lower()
            minute = int(given.get("minute") or 0)
            late = half in ("p", "오후", "저녁", "낮") or (half == "밤" and 6 <= hour < 12)
            if late and hour < 12 and not (half == "낮" and hour in (10, 11)):
                hour += 12
            elif half in ("a", "오전", "새벽", "밤") and hour == 12:
                hour = 0
            found.setdefault(f"{hour:02d}:{minute:02d}", match[0])
    return found


def phones(text: str) -> dict[str, str]:
    return {re.sub(r"\D", "", match[0]): match[0] for match in PHONE.finditer(text)}


def sums(text: str, language: str) -> dict[int, str]:
    found = {}
    if language == "en":
        for match in SUM_EN.finditer(text):
            number, times_over = match["a"] or match["b"], (match["x"] or match["y"] or "").lower()
            found[round(float(number.replace(",", "")) * TIMES.get(times_over, 1))] = match[0]
        return found
    for match in SUM_KO.finditer(text):
        parts = SUM_PART.finditer(match[0])
        found[sum(_worth(part) for part in parts)] = match[0].strip()
    return found


def _worth(part: re.Match[str]) -> int:
    return (_number(part["number"]) or 0) * KOREAN_TIMES[part["small"] or ""] * KOREAN_TIMES[part["large"] or ""]


def people(text: str, language: str) -> dict[int, str]:
    found = {}
    for match in (PEOPLE_EN if language == "en" else PEOPLE_KO).finditer(text):
        many = _number((match.groupdict().get("man") or "").replace("만", "").strip())
        one = _number(match["one"])
        if many is not None or one is not None:
            found[(many or 0) * 10**4 + (one or 0)] = match[0].strip()
    return found


def _number(words: str | None) -> int | None:
    digits = (words or "").replace(",", "")
    return int(digits) if digits.isdecimal() else None


def all_in(text: str, language: str) -> dict[tuple[str, object], str]:
    """Everything above, each once, with the words that name it."""
    text = sentences.plain(text)
    spoken = "en" if language == "en" else "ko"
    found: dict[tuple[str, object], str] = {("day", (one.month, one.day)): one.words for one in days(text, spoken)}
    for number, words in phones(text).items():
        found["phone", number] = words
    rest = PHONE.sub(" ", text)
    for kind, numbers in (
        ("time", times(rest, spoken)),
        ("sum", sums(rest, spoken)),
        ("people", people(rest, spoken)),
    ):
        found |= {(kind, number): words for number, words in numbers.items()}
    return found | {("percent", float(match["one"])): match[0] for match in PERCENT.finditer(rest)}
