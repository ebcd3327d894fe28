"""Until when we answer, how often somebody may ask, how long it is kept. Plain values in, plain values out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from breachdesk.limits import Budget

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)

# An answer is promised by the end of so many days on which people go to work.
ANSWER_WITHIN_BUSINESS_DAYS = 1
ANSWER_UNTIL = dt.time(18)
WORDS_LENGTH = 2000

# Inquiries of one contact, from one network, and of all together where nobody proved the contact: each of these is sent a message.
INQUIRIES_A_DAY = Budget("support.inquiry.day", 5, DAY)
INQUIRIES_PER_NETWORK = Budget("support.inquiry.network", 30, HOUR)
INQUIRIES_OF_UNPROVED = Budget("support.inquiry.unproved", 600, HOUR)
# What is written again in one thread.
POSTS_A_DAY = Budget("support.post.day", 20, DAY)

# Files sent along, with one entry, from one network, and of all together.
MOST_FILES = 3
FILES_PER_NETWORK = Budget("support.file.network", 20, HOUR)
FILES_OF_ALL = Budget("support.file.all", 600, HOUR)

# Retention: after the last word. Three years: 전자상거래법 시행령 제6조 제1항 제4호 (complaints of consumers).
KEEP_INQUIRY = 3 * 365 * DAY
# Answered, and nobody wrote again: it closes by itself.
CLOSES_AFTER = 14 * DAY


def answered_by(received: dt.date, *, is_holiday: Callable[[dt.date], bool]) -> dt.date:
    """The last day on which an answer is promised."""
    day, left = received, ANSWER_WITHIN_BUSINESS_DAYS
    while left:
        day += DAY
        if day.weekday() < 5 and not is_holiday(day):
            left -= 1
    return day


# What staff said of the waiting time is shown so long.
WAITING_STAYS_FRESH = 30 * MINUTE
MOST_WAITING = 180

# A call-back is booked, changed and cancelled until so shortly before; shown so far ahead.
BOOK_UNTIL = 10 * MINUTE
SLOTS_AHEAD = 7 * DAY
CALL_BACKS_A_DAY = Budget("support.callback.day", 10, DAY)
# Slots at the desk.
SLOT_LENGTHS = (15, 20, 30, 60)
MOST_PLACES = 200
# Retention: after the time itself.
KEEP_CALL_BACK = 90 * DAY


def slots_between(starts: dt.datetime, ends: dt.datetime, *, minutes: int) -> list[tuple[dt.datetime, dt.datetime]]:
    """Whole slots only."""
    length, found, moment = minutes * MINUTE, list[tuple[dt.datetime, dt.datetime]](), starts
    while moment + length <= ends:
        found.append((moment, moment + length))
        moment += length
    return found


# "Did this answer it?", from one network, of one question.
VOTES_A_DAY = Budget("support.faq.vote", 5, DAY)
FAQ_ANSWER_LENGTH = 1500
FAQ_SEARCH_LENGTH = 100

RATE_WORDS_LENGTH = 500
