"""Who may try what, how often, until when; and what a list says of somebody. Plain values in, plain values out."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from breachdesk.lib import names
from breachdesk.limits import Budget
from lookup import states
from notices.states import Member

SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)

# A one-time code.
CODE_LENGTH = 6
CODE_LIVES = 10 * MINUTE
CODE_TRIES = 5

# Codes sent: what one contact receives, what one network asks for; what all ask for together is bounded by money, and of
# e-mails by their number. A mobile operator puts thousands of people behind one network, so that budget only stops machines.
CODES_A_MINUTE = Budget("lookup.code.minute", 1, MINUTE)
CODES_AN_HOUR = Budget("lookup.code.hour", 5, HOUR)
CODES_A_DAY = Budget("lookup.code.day", 10, DAY)
CODES_PER_NETWORK = Budget("lookup.code.network", 600, HOUR)
EMAILS_OF_ALL = Budget("lookup.shared.emails", 6000, MINUTE)
PER_CONTACT = (CODES_A_MINUTE, CODES_AN_HOUR, CODES_A_DAY)

# Without a script the device cannot work for a code (lookup/work.py): its reader waits, and fewer are sent that way.
WAITED_FOR_AN_HOUR = 3
WAITED_PER_NETWORK = Budget("lookup.waited.network", 20, HOUR)
WAITED_OF_ALL = Budget("lookup.shared.waited", 300, MINUTE)
WAITED = (WAITED_PER_NETWORK, WAITED_OF_ALL)
# What hard work buys from the reserve, for each network: however many processors it has.
RESERVE_PER_NETWORK = Budget("lookup.reserve.network", 30, HOUR)
TICKET_LIVES = 30 * MINUTE
TICKET_ONCE = Budget("lookup.ticket", 1, 2 * TICKET_LIVES)

# Staff are told when fewer than this part of so many codes is entered. A code takes half a minute to arrive and be typed.
SUSPICIOUS_FROM = 50
SUSPICIOUS_BELOW = 0.2
USE_LOOKED_AT = 5 * MINUTE
TYPED_WITHIN = 30 * SECOND
# An alarm ends when its cause has been gone this long.
QUIET_FOR = 10 * MINUTE

# Codes compared for one contact, over all the codes sent to it, right or wrong.
TRIES_A_DAY = Budget("lookup.try.day", 10, DAY)
# Names and birth dates tried with one proven contact, whether it is on a list or not.
IDENTITIES_A_DAY = Budget("lookup.identity.day", 5, DAY)

# A code printed in a letter: good until its day, however often its person comes back, because some have no other way.
LETTER_LIVES = 90 * DAY
# Wrong names and birth dates with one letter's code, over its life.
LETTER_TRIES = 20
# Tries at one code, whether a letter bears it or not.
LETTER_TRIES_A_DAY = Budget("lookup.letter.day", 10, DAY)
# And at all codes that begin alike: callers are told the first half.
LETTER_HALF_TRIES_A_DAY = Budget("lookup.letter.half", 20, DAY)
LETTER_TRIES_PER_NETWORK = Budget("lookup.letter.network", 300, HOUR)
LETTER_TRIES_OF_ALL = Budget("lookup.letter.all", 3000, MINUTE)

# A person's passkeys, and how often one network may ask to open with one.
PASSKEYS_AT_MOST = 5
PASSKEYS_PER_NETWORK = Budget("lookup.passkey.network", 300, HOUR)

# "This must be wrong": asked for by one contact, and answered within so many days on which people go to work.
DISPUTES_A_DAY = Budget("lookup.dispute.day", 3, DAY)
DISPUTE_WITHIN_BUSINESS_DAYS = 3
DISPUTE_WORDS_LENGTH = 1000
DISPUTE_SENTENCE_LENGTH = 600
DISPUTE_REVEAL_REASONS = {
    "compare": _("적은 것과 명단을 견주려고"),
    "call": _("본인과 통화하려고"),
    "authority": _("감독·수사 기관의 요청에 답하려고"),
}

# Certificates of one contact, however often its owner asks; their PDFs cost a second of a processor each.
CERTIFICATES_A_DAY = Budget("lookup.certificate.day", 5, DAY)
PAPERS_AN_HOUR = Budget("lookup.paper.hour", 20, HOUR)
PAPERS_OF_ALL = Budget("lookup.paper.all", 120, MINUTE)

# A form posted too late waits this long for its person.
PARKED_FOR = 30 * MINUTE
PARKED_AT_MOST = 200_000  # bytes

# The idle clock is written down at most this often: a page that loads six things is one use.
TOUCH_EVERY = 30 * SECOND
FRESH_FOR = 5 * MINUTE

# Retention: how long each thing stays after its last use.
KEEP_CHALLENGE = DAY
KEEP_PROOF_OF_NOBODY = 90 * DAY
KEEP_ORIGIN = 90 * DAY
KEEP_WATCH = 365 * DAY
KEEP_DISPUTE = 365 * DAY
# Three years from learning of the damage and who did it: Civil Act Art. 766. So long it can be checked.
KEEP_CERTIFICATE = 3 * 365 * DAY
# How far back somebody reads who has looked at their data.
READINGS_SHOWN = 90 * DAY
KEEP_LETTER_CODE = 30 * DAY


# Messages that are no answer to anything just done come by day, in the incident's zone.
DAY_BEGINS, DAY_ENDS = dt.time(9), dt.time(20)
REMIND_FROM = dt.time(10)
DAYS_UNTIL = {states.Later.TOMORROW: 1, states.Later.IN_3_DAYS: 3, states.Later.NEXT_WEEK: 7}


@dataclass(frozen=True)
class Lifetime:
    idle: dt.timedelta
    at_most: dt.timedelta


OWN_DEVICE = Lifetime(idle=10 * MINUTE, at_most=60 * MINUTE)
SHARED_DEVICE = Lifetime(idle=3 * MINUTE, at_most=20 * MINUTE)


def lifetime(*, shared_device: bool) -> Lifetime:
    return SHARED_DEVICE if shared_device else OWN_DEVICE


def lives_until(*, proved_at: dt.datetime, last_used_at: dt.datetime, shared_device: bool) -> dt.datetime:
    """The moment a proof runs out if nothing more is done with it."""
    life = lifetime(shared_device=shared_device)
    return min(last_used_at + life.idle, proved_at + life.at_most)


def is_fresh(*, renewed_at: dt.datetime, at: dt.datetime) -> bool:
    return at < renewed_at + FRESH_FOR


def tries_left(attempts: int) -> int:
    return max(CODE_TRIES - attempts, 0)


def again_in(*, sent_at: dt.datetime, at: dt.datetime) -> int:
    """Seconds until the next code may be asked for."""
    return max(round((sent_at + CODES_A_MINUTE.period - at).total_seconds()), 0)


@dataclass(frozen=True)
class Identity:
    """As somebody typed it. A company has no birth date."""

    name: str
    birth_date: dt.date | None

    @classmethod
    def of(cls, typed: Mapping[str, str]) -> Identity:
        born = typed["birth_date"]
        return cls(typed["name"], dt.date.fromisoformat(born) if born else None)

    @property
    def typed(self) -> dict[str, str]:
        """As it is sealed."""
        return {"name": self.name, "birth_date": self.birth_date.isoformat() if self.birth_date else ""}


class Listed(Protocol):
    """What these rules read of a line of a list."""

    @property
    def name(self) -> str: ...
    @property
    def birth_date(self) -> dt.date | None: ...
    @property
    def items(self) -> Sequence[str]: ...
    @property
    def possible(self) -> Sequence[str]: ...


class ListedPerson(Protocol):
    """And what of it says who may act."""

    @property
    def member(self) -> str: ...
    @property
    def birth_date(self) -> dt.date | None: ...


# As long as a day is, and none.
NO_DAY = "----------"


def matches(listing: Listed, identity: Identity) -> bool:
    """Both are always compared in full, so that a near miss takes as long as a far one.

    A company has no birth date: there the name of the company is enough, beside the proven contact.
    """
    typed_name = names.fold(identity.name)
    typed_day = identity.birth_date.isoformat() if identity.birth_date else NO_DAY
    listed_day = listing.birth_date.isoformat() if listing.birth_date else typed_day
    same_name = hmac.compare_digest(names.fold(listing.name).encode(), typed_name.encode())
    same_day = hmac.compare_digest(listed_day.encode(), typed_day.encode())
    return bool(typed_name) & same_name & same_day


@dataclass(frozen=True)
class Finding:
    """What the matching lines of one list say together."""

    outcome: states.Outcome
    leaked: tuple[str, ...]
    possible: tuple[str, ...]
    records: int


def finding_of(listings: Iterable[Listed]) -> Finding:
    """The union of all matching lines. One leaked item makes the answer "leaked"; possible items stay named beside it."""
    found = list(listings)
    leaked = tuple(dict.fromkeys(code for listing in found for code in listing.items))
    possible = tuple(dict.fromkeys(code for listing in found for code in listing.possible if code not in leaked))
    if not found:
        outcome = states.Outcome.NOT_LISTED
    elif leaked:
        outcome = states.Outcome.LEAKED
    else:
        outcome = states.Outcome.POSSIBLE
    return Finding(outcome, leaked, possible, len(found))


# Of age with nineteen: Civil Act Art. 4. Data of the law, as read on 2026-11-22.
OF_AGE = 19


def is_of_age(born: dt.date, *, today: dt.date) -> bool:
    """Born on 29 February, from 1 March."""
    return (today.year - born.year, (today.month, today.day)) >= (OF_AGE, (born.month, born.day))


def acts_through(listings: Iterable[ListedPerson], *, today: dt.date) -> states.ActsThrough:
    """Who may do more than read for the person of these lines. Where one of them is a person who acts alone, they do."""
    found = [_acts_through(listing, today) for listing in listings]
    alone = not found or states.ActsThrough.SELF in found
    return states.ActsThrough.SELF if alone else found[0]


def _acts_through(listing: ListedPerson, today: dt.date) -> states.ActsThrough:
    """The list says who has died and what is a company; who is a minor is said by the birth date, which the years change."""
    match listing.member:
        case Member.DECEASED:
            return states.ActsThrough.HEIR
        case Member.CORPORATE:
            return states.ActsThrough.COMPANY
        case member:
            born = listing.birth_date
            grown = is_of_age(born, today=today) if born else member != Member.MINOR
            return states.ActsThrough.SELF if grown else states.ActsThrough.GUARDIAN


def step_now(steps: Sequence[str], marks: Mapping[str, str]) -> str | None:
    """The one to do next: the first that nothing was said about, else the first that was put off."""
    untouched = [step for step in steps if step not in marks]
    put_off = [step for step in steps if marks.get(step) == states.Step.LATER]
    return next(iter(untouched + put_off), None)


def remind_at(later: states.Later, *, local: dt.datetime) -> dt.datetime:
    """`local`: the moment of asking, in the zone whose days are meant."""
    day = local.date() + dt.timedelta(days=DAYS_UNTIL[later])
    return dt.datetime.combine(day, REMIND_FROM, local.tzinfo)


def is_daytime(local: dt.datetime) -> bool:
    return DAY_BEGINS <= local.time() < DAY_ENDS


def day_ends(local: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(local.date(), DAY_ENDS, local.tzinfo)


def dispute_answered_by(received: dt.date, *, is_holiday: Callable[[dt.date], bool]) -> dt.date:
    """The last day on which an answer is promised."""
    day, left = received, DISPUTE_WITHIN_BUSINESS_DAYS
    while left:
        day += dt.timedelta(days=1)
        if day.weekday() < 5 and not is_holiday(day):
            left -= 1
    return day
