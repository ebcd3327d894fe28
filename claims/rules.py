"""May they claim, for what, until when, and what happens by which day. Pure answers from plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import holidays

from breachdesk.lib import names
from breachdesk.limits import Budget

MOST_LINES = 50
MOST_FILES = 20
# Each upload is decoded in a process of its own, which costs seconds.
UPLOADS_A_DAY = Budget("claims.upload.day", 100, dt.timedelta(days=1))
MERCHANT_LENGTH = 80
STORY_LENGTH = 4000
# Typed text of one step beyond this is shown again with its error but not kept in the draft.
KEPT_LENGTH = 20_000
# Where an incident names no cap, a sum beyond this is a slip of the finger all the same.
MOST_WON = 999_999_999_999
# What the issuer promises besides `Incident.decide_within_business_days`; the decision's day always comes last.
EVIDENCE_SEEN_WITHIN_BUSINESS_DAYS = 3
FINAL_WITHIN_DAYS = 14
# The words a claimant agreed to; a new text gets a new name.
DECLARATION = "2026-11"


class Refusal(Exception):
    """Why a claim cannot be made. Each kind has its words in `forms`."""


class NotOffered(Refusal):
    """This incident has no advance compensation."""


class NotAffected(Refusal):
    """The active list has nothing of this person, neither leaked nor possibly leaked."""


class TooLate(Refusal):
    """The last day for claims has passed."""


class AlreadyClaimed(Refusal):
    """One open claim per person and incident."""


class OutsideDays(Refusal):
    """Before the incident's first day, or in the future."""


class NothingClaimed(Refusal):
    """A sum of zero, or no line at all."""


class AboveCap(Refusal):
    """More than one claim may ask for."""


class TooMany(Refusal):
    """More lines or files than one claim holds."""


class EnoughToday(Refusal):
    """The day's uploads are used up."""

    def __init__(self, again_at: dt.datetime | None) -> None:
        super().__init__()
        self.again_at = again_at


class NotTheirAccount(Refusal):
    """The account is in another name than the one that was proven."""


class NotSuchAnAccount(Refusal):
    """No account of that bank has so many digits."""


@dataclass(frozen=True)
class Terms:
    """What one incident's advance compensation grants on one day, all days in the incident's zone."""

    today: dt.date
    first_day: dt.date
    until: dt.date | None
    cap: int | None
    decide_within: int

    @property
    def most(self) -> int:
        """The most that one line, or all together, may come to."""
        return MOST_WON if self.cap is None else min(self.cap, MOST_WON)

    @property
    def decided_by(self) -> dt.date:
        """By when a claim filed today is decided."""
        return decided_by(self.today, self.decide_within)


def may_claim(terms: Terms, *, affected: bool, open_claim: bool) -> None:
    """Raises NotOffered, NotAffected, AlreadyClaimed, TooLate: the first that holds."""
    if terms.until is None:
        raise NotOffered
    if not affected:
        raise NotAffected
    if open_claim:
        raise AlreadyClaimed
    if terms.today > terms.until:
        raise TooLate


def check_day(day: dt.date, terms: Terms) -> None:
    """Raises OutsideDays."""
    if not terms.first_day <= day <= terms.today:
        raise OutsideDays


def check_amount(amount: int, terms: Terms) -> None:
    """Raises NothingClaimed, AboveCap."""
    if amount < 1:
        raise NothingClaimed
    if amount > terms.most:
        raise AboveCap


def check_lines(lines: Sequence[tuple[dt.date, int]], terms: Terms) -> None:
    """Each loss as (day, amount). Raises NothingClaimed, TooMany, OutsideDays, AboveCap."""
    if not lines:
        raise NothingClaimed
    if len(lines) > MOST_LINES:
        raise TooMany
    for day, amount in lines:
        check_day(day, terms)
        check_amount(amount, terms)
    check_amount(sum(amount for _, amount in lines), terms)


def check_account(*, takes: bool, holder: str, proven_name: str) -> None:
    """`takes`: the bank knows account numbers of that length. Raises NotSuchAnAccount, NotTheirAccount."""
    if not takes:
        raise NotSuchAnAccount
    if not same_holder(holder, proven_name):
        raise NotTheirAccount


def same_holder(holder: str, proven_name: str) -> bool:
    """Banks write SANTOS MARIA where we have Maria Santos: the words count, not their order, case or spacing."""
    return names.fold(holder) == names.fold(proven_name) or _words(holder) == _words(proven_name)


def may_add_file(*, held: int) -> None:
    """Raises TooMany."""
    if held >= MOST_FILES:
        raise TooMany


def business_day(day: dt.date, number: int, *, closed: Collection[dt.date] = ()) -> dt.date:
    """The number-th day after `day` on which people in Korea go to work; `closed` adds days no calendar knew of."""
    calendar = holidays.country_holidays("KR", years=[day.year, day.year + 1])
    while number:
        day += dt.timedelta(days=1)
        if day.weekday() < 5 and day not in calendar and day not in closed:
            number -= 1
    return day


def evidence_seen_by(received: dt.date, decide_within: int) -> dt.date:
    return business_day(received, min(EVIDENCE_SEEN_WITHIN_BUSINESS_DAYS, decide_within))


def decided_by(received: dt.date, decide_within: int) -> dt.date:
    return business_day(received, decide_within)


def _words(name: str) -> list[str]:
    return sorted(folded for word in name.split() if (folded := names.fold(word)))
