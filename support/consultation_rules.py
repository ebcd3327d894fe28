"""How long a caller's proof lets staff act, how often it may be tried, what a consultation must say. Plain values."""

from __future__ import annotations

import datetime as dt

from breachdesk.limits import Budget

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)

# After a caller has proved who they are, one member of staff may act for them for so long.
ACTS_FOR = 30 * MINUTE
# A second half heard wrongly, of one asking.
HALF_TRIES = 5
# How long the first half of a letter's code is shown, and a call number stands.
ASKING_LIVES = 10 * MINUTE
CALL_NUMBER_LENGTH = 6

# Names of callers that one member of staff looks for: a contact centre's day, and no reading of the lists.
NAMINGS_A_DAY = Budget("support.naming.day", 200, DAY)
NAMINGS_IN_A_CONSULTATION = Budget("support.naming.consultation", 8, DAY)
CODES_IN_A_CONSULTATION = Budget("support.code.consultation", 5, DAY)
# The page on which callers key their code.
KEYED_PER_NETWORK = Budget("support.keyed.network", 60, dt.timedelta(hours=1))
KEYED_OF_ALL = Budget("support.keyed.all", 600, MINUTE)

# People looked for to be shown what they see; and how long that stands open.
SEARCHES_A_DAY = Budget("support.search.day", 200, DAY)
SEEN_FOR = 15 * MINUTE
LINES_SHOWN = 30

WORDS_LENGTH = 2000
# As long as a claim may be asked about: three years from learning of the damage, Civil Act Art. 766.
KEEP_CONSULTATION = 3 * 365 * DAY


KEEP_SEEING = 90 * DAY


class Refusal(Exception):
    """A consultation does not allow it."""


class NothingSaid(Refusal):
    """Nothing was written down."""


class PastDay(Refusal):
    """A promise is for a day to come."""


class NotTheirs(Refusal):
    """Somebody else has this call."""


class NoRight(Refusal):
    """The caller has not proved who they are, the half hour is over, or another member of staff heard it."""


class HeardBefore(Refusal):
    """This member of staff knows the whole code from an earlier call: another one must ask."""


class NoLetter(Refusal):
    """No letter that counts, whose halves can be said."""


class NoCaller(Refusal):
    """Nobody was named yet."""


class NoContact(Refusal):
    """There is nowhere to send a code to."""


def check_promise(day: dt.date, *, today: dt.date) -> None:
    """Raises PastDay."""
    if day < today:
        raise PastDay


def is_overdue(promise_by: dt.date | None, *, today: dt.date) -> bool:
    return promise_by is not None and promise_by < today
