"""Opening hours as staff type them: `09:00-12:00, 13:00-18:00`, an empty box for a day that is closed. Pure."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

MIDNIGHT = dt.time.max
Spans = Sequence[tuple[dt.time, dt.time]]
CLOSED = ("쉼", "휴무", "closed")
SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-~–—]\s*(\d{1,2}):(\d{2})")


class NotATime(Exception):
    """The message says what is wrong, in the reader's language."""


def read(text: str) -> list[tuple[dt.time, dt.time]]:
    """Raises NotATime."""
    found = []
    for part in filter(None, (each.strip() for each in re.split(r"[,;\n]", text))):
        match = SPAN.fullmatch(part)
        if match is None:
            raise NotATime(_("‘%(part)s’을 읽을 수 없어요. 예: 09:00-12:00, 13:00-18:00") % {"part": part[:30]})
        opens, closes = _time(match[1], match[2], part), _time(match[3], match[4], part)
        if opens >= closes:
            raise NotATime(_("‘%(part)s’: 닫는 때가 여는 때보다 뒤여야 해요.") % {"part": part})
        found.append((opens, closes))
    found.sort()
    for (_opens, closes), (opens, _closes) in itertools.pairwise(found):
        if opens < closes:
            raise NotATime(_("시간이 서로 겹쳐요."))
    return found


def _time(hour: str, minute: str, part: str) -> dt.time:
    if (hour, minute) == ("24", "00"):
        return MIDNIGHT
    try:
        return dt.time(int(hour), int(minute))
    except ValueError:
        raise NotATime(_("‘%(part)s’에 없는 시각이 있어요.") % {"part": part}) from None


def write(spans: Spans) -> str:
    return ", ".join(f"{_words(opens)}-{_words(closes)}" for opens, closes in spans)


def _words(time: dt.time) -> str:
    return "24:00" if time == MIDNIGHT else f"{time:%H:%M}"


def read_days(text: str) -> dict[dt.date, list[tuple[dt.time, dt.time]]]:
    """A line a day: `2026-12-31 09:00-12:00`, `2027-01-02 쉼`. Raises NotATime, naming the line."""
    found: dict[dt.date, list[tuple[dt.time, dt.time]]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        first, _space, rest = line.strip().partition(" ")
        try:
            day = dt.date.fromisoformat(first)
        except ValueError:
            raise NotATime(
                _("%(n)d번째 줄: 날짜로 시작해 주세요. 예: 2026-12-31 09:00-12:00") % {"n": number}
            ) from None
        if day in found:
            raise NotATime(_("%(n)d번째 줄: 같은 날이 두 번 있어요.") % {"n": number})
        if not rest.strip():
            raise NotATime(_("%(n)d번째 줄: 여는 시간이나 ‘쉼’을 적어 주세요.") % {"n": number})
        try:
            found[day] = [] if rest.strip().lower() in CLOSED else read(rest)
        except NotATime as wrong:
            raise NotATime(_("%(n)d번째 줄: %(why)s") % {"n": number, "why": wrong}) from None
    return found


def write_days(days: Mapping[dt.date, Spans]) -> str:
    return "\n".join(f"{day.isoformat()} {write(spans) or _('쉼')}" for day, spans in sorted(days.items()))


def plain(spans: Iterable[tuple[dt.time, dt.time]]) -> list[list[str]]:
    """As JSON knows it, for the audit."""
    return [[_words(opens), _words(closes)] for opens, closes in spans]
