"""May they claim, for what, until when, and what happens by which day. Pure answers from plain values."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import holidays
from django.utils.translation import gettext_lazy as _

from breachdesk.lib import names
from breachdesk.limits import Budget
from claims.states import Outcome
from lookup.states import ActsThrough

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


class ClosedNow(Refusal):
    """Staff have closed the service for a time; whatever was begun is kept."""


class TooLate(Refusal):
    """The last day for claims has passed."""


class AlreadyClaimed(Refusal):
    """One open claim per person and incident."""


class NeedsRepresentative(Refusal):
    """Somebody else must claim for them, which cannot be done on this site yet."""

    def __init__(self, through: ActsThrough) -> None:
        super().__init__(through)
        self.through = through


# Of several incidents: the refusal that tells its reader most comes first.
TELLING_MOST = (AlreadyClaimed, ClosedNow, NeedsRepresentative, TooLate, NotOffered, NotAffected)


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


class NotByTheClaimant(Refusal):
    """Nobody decides about a claim of their own, whatever rights they have."""


class NotByWhoEnteredIt(Refusal):
    """Whoever filed a claim for somebody does not review it."""


class NotByTheSame(Refusal):
    """Whoever proposed does not confirm."""


class NotTheirTurn(Refusal):
    """Somebody else has taken this claim, or nobody has."""


class OnHold(Refusal):
    """It is to be looked at first."""


class NothingSaid(Refusal):
    """No words to the claimant, or more than are read."""


class OutcomesWanting(Refusal):
    """By the number of its line: what is wrong with an outcome."""

    def __init__(self, problems: dict[int, str]) -> None:
        super().__init__(problems)
        self.problems = problems


class NothingToPay(Refusal):
    """Nothing was decided, or that nothing is paid."""


class NotTheApprovedAccount(Refusal):
    """The claim's account is not the one that its approval is for."""


class NotTheApprovedEvidence(Refusal):
    """The claim's evidence is not what its approval was made of."""


class StillCooling(Refusal):
    """The account was changed so recently that its owner may not have heard of it."""

    def __init__(self, until: dt.datetime) -> None:
        super().__init__(until)
        self.until = until


class SameAccount(Refusal):
    """The account that the bank has just refused."""


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
    # By staff, for a time; the last day does not count meanwhile.
    closed: bool = False

    @property
    def most(self) -> int:
        """The most that one line, or all together, may come to."""
        return MOST_WON if self.cap is None else min(self.cap, MOST_WON)

    @property
    def decided_by(self) -> dt.date:
        """By when a claim filed today is decided."""
        return decided_by(self.today, self.decide_within)


def may_claim(terms: Terms, *, affected: bool, open_claim: bool, through: ActsThrough = ActsThrough.SELF) -> None:
    """Raises NotOffered, NotAffected, AlreadyClaimed, ClosedNow, TooLate, NeedsRepresentative: the first that holds."""
    if terms.until is None:
        raise NotOffered
    if not affected:
        raise NotAffected
    if open_claim:
        raise AlreadyClaimed
    if terms.closed:
        raise ClosedNow
    if terms.today > terms.until:
        raise TooLate
    if through != ActsThrough.SELF:
        raise NeedsRepresentative(through)


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


# Deciding.

SENTENCE_LENGTH = 600
QUESTION_LENGTH = 1000
ANSWER_LENGTH = STORY_LENGTH
NOTE_LENGTH = 200
ANSWER_WITHIN_DAYS = 14
ANSWER_WITHIN_AT_MOST_DAYS = 60


@dataclass(frozen=True)
class Proposed:
    """What a reviewer proposes about the line of that number."""

    number: int
    outcome: str
    amount: int
    reason: str


def check_words(words: str, most: int) -> None:
    """Raises NothingSaid."""
    if not 0 < len(words) <= most:
        raise NothingSaid


def check_answer_by(day: dt.date, today: dt.date) -> None:
    """Raises OutsideDays: a day to answer by lies ahead, and not months ahead."""
    if not today < day <= today + dt.timedelta(days=ANSWER_WITHIN_AT_MOST_DAYS):
        raise OutsideDays


def check_outcomes(asked: Mapping[int, int], proposed: Sequence[Proposed], fits: Callable[[str, str], bool]) -> None:
    """`asked`: amount by line; `fits`: whether a reason speaks for an outcome. Raises OutcomesWanting with a code a line:
    missing, amount, reason."""
    by_number = {one.number: one for one in proposed}
    problems = {number: "missing" for number in asked if number not in by_number}
    problems |= {one.number: "missing" for one in proposed if one.number not in asked}
    for number, one in by_number.items():
        if number in problems:
            continue
        right = {
            Outcome.FULL: one.amount == asked[number],
            Outcome.PART: 0 < one.amount < asked[number],
            Outcome.REFUSED: one.amount == 0,
        }
        if one.outcome not in right:
            problems[number] = "missing"
        elif not right[Outcome(one.outcome)]:
            problems[number] = "amount"
        elif not fits(one.reason, one.outcome):
            problems[number] = "reason"
    if problems or len(proposed) != len(asked):
        raise OutcomesWanting(problems)


def may_decide(*, by: int | None, claimant: int, proposer: int | None = None, entered_by: int | None = None) -> None:
    """Four eyes, superusers included. Raises NotByTheClaimant, NotByWhoEnteredIt, NotByTheSame."""
    if by is None or by == claimant:
        raise NotByTheClaimant
    if by == entered_by:
        raise NotByWhoEnteredIt
    if by == proposer:
        raise NotByTheSame


REVEAL_REASONS = {
    "call": _("본인과 통화하려고"),
    "holder": _("예금주와 신청한 분이 같은지 보려고"),
    "evidence": _("증빙에 적힌 이름·번호와 맞추려고"),
    "authority": _("감독·수사 기관의 요청에 답하려고"),
}


def may_reveal(reason: str, *, turn: bool) -> None:
    """Personal data opens for whoever has work with this claim now, and for a reason on the list. Raises NotTheirTurn,
    NothingSaid."""
    if not turn:
        raise NotTheirTurn
    if reason not in REVEAL_REASONS:
        raise NothingSaid


def longer(promised: dt.date, *, asked: dt.date, answered: dt.date) -> dt.date:
    """The promised day once an answer was waited for: later by the business days between."""
    days, day = 0, asked
    while (day := business_day(day, 1)) <= answered:
        days += 1
    return business_day(promised, days) if days else promised


# Paying.

# An order whose fate is not known is asked about at least this often, however long it takes.
LONGEST_SILENCE = dt.timedelta(seconds=60)


def check_payable(
    *, amount: int, account: Collection[uuid.UUID], decided: uuid.UUID, changed: uuid.UUID | None
) -> None:
    """An approval is of a sum to one account, and holds for no other. Where the bank refused that account and the claimant
    named another (`changed`), that one stands in its place, and two people pay it as if nobody had agreed to anything.

    `account`: the keyed hashes of the account that the claim names now, one a key of ours.
    Raises NothingToPay, NotTheApprovedAccount.
    """
    if amount < 1:
        raise NothingToPay
    if (changed or decided) not in account:
        raise NotTheApprovedAccount


def check_cooled(*, pay_from: dt.datetime | None, at: dt.datetime) -> None:
    """Raises StillCooling."""
    if pay_from is not None and at < pay_from:
        raise StillCooling(pay_from)


def ask_bank_again(*, tries: int, first: dt.timedelta) -> dt.timedelta:
    """How long after `tries` calls to ask the bank once more: doubled each time up to a minute, and never given up."""
    return min(first * 2 ** min(tries - 1, 30), LONGEST_SILENCE)


def _words(name: str) -> list[str]:
    return sorted(folded for word in name.split() if (folded := names.fold(word)))
