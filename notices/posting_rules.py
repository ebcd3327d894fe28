"""How long a notice must stay up, and what the looks at it prove. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from notices.rules import NotAllowed
from notices.states import GapKind, LookResult

LOOK_EVERY = dt.timedelta(hours=1)
# Two looks further apart than this: in between nobody looked.
MISSED_AFTER = dt.timedelta(minutes=90)
# Where nothing answered it is asked again soon: a network of ours may have hiccuped.
LOOK_AGAIN = dt.timedelta(minutes=5)
# A page that was written anew may be shown as it was for so long: a minute in caches, and the time to write it.
SETTLES_WITHIN = dt.timedelta(minutes=3)
# A worker that dies while it looks is replaced after this.
LOOK_LEASE = dt.timedelta(minutes=5)

SEEN_WRONG = frozenset({LookResult.ALTERED, LookResult.DIFFERS, LookResult.WRONG_ANSWER, LookResult.ON_DISK})


class AlreadyDown(NotAllowed):
    words = _("이 안내문은 이미 내렸어요.")


class TakeDownWaits(NotAllowed):
    words = _("내리자는 제안이 이미 확인을 기다리고 있어요.")


class NoReasonToTakeDown(NotAllowed):
    words = _("왜 내리는지 적어 주세요.")


class MustStayLonger(NotAllowed):
    words = _("제안한 뒤에 올려 두어야 하는 날이 바뀌었어요. 다시 보고 새로 제안해 주세요.")


def keep_until(posted_at: dt.datetime, *, hours: int, zone: ZoneInfo) -> dt.datetime:
    """The end of the day on which so many hours are full: the day of posting itself is not counted (Civil Act, Art. 157)."""
    full = (posted_at + dt.timedelta(hours=hours)).astimezone(zone)
    return dt.datetime.combine(full.date() + dt.timedelta(days=1), dt.time(), zone)


@dataclass(frozen=True)
class Round:
    """One look at every address of a notice: the worst of what was found."""

    at: dt.datetime
    result: str

    @property
    def good(self) -> bool:
        return self.result == LookResult.THERE


@dataclass(frozen=True)
class Gap:
    """The most that it can have been: from the last look that found the words until the next that did."""

    kind: str  # states.GapKind
    from_at: dt.datetime
    until_at: dt.datetime
    # How many looks found it so; none where nobody looked.
    seen: int = 0
    # It is still so.
    open: bool = False

    @property
    def lasted(self) -> dt.timedelta:
        return self.until_at - self.from_at


def gaps(rounds: Sequence[Round], *, from_at: dt.datetime, until_at: dt.datetime) -> list[Gap]:
    """Of the rounds in order: where the words were not seen as published, and where nobody looked, which proves neither."""
    found: list[Gap] = []
    last, last_good, bad = from_at, from_at, list[Round]()
    for one in rounds:
        if one.at - last > MISSED_AFTER:
            found.append(Gap(GapKind.NOT_LOOKED, last, one.at))
        if not one.good:
            bad.append(one)
        else:
            if bad:
                found.append(_not_there(bad, last_good, one.at))
                bad = []
            last_good = one.at
        last = one.at
    if bad:
        found.append(_not_there(bad, last_good, until_at, still=True))
    if until_at - last > MISSED_AFTER:
        found.append(Gap(GapKind.NOT_LOOKED, last, until_at, open=True))
    return sorted(found, key=lambda gap: (gap.from_at, gap.until_at))


def _not_there(bad: Sequence[Round], from_at: dt.datetime, until_at: dt.datetime, *, still: bool = False) -> Gap:
    seen_wrong = any(one.result in SEEN_WRONG for one in bad)
    kind = GapKind.NOT_AS_PUBLISHED if seen_wrong else GapKind.NO_ANSWER
    return Gap(kind, from_at, until_at, seen=len(bad), open=still)


def rounds(looks: Sequence[tuple[dt.datetime, str]]) -> list[Round]:
    """Looks of the same moment are one round; the worst of them counts."""
    order = list(LookResult.values)  # from good to bad
    worst: dict[dt.datetime, str] = {}
    for at, result in looks:
        if at not in worst or order.index(result) > order.index(worst[at]):
            worst[at] = result
    return [Round(at, result) for at, result in sorted(worst.items())]
