"""When a message may be asked for again, and until when its words are kept. Plain values in, plain answers out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

# Fourteen tries with doubled pauses span about half a day; after that somebody must look.
MOST_TRIES = 14
# A row whose sender died in the middle of asking, three times, is taken for the cause.
MOST_LOST_LEASES = 3
LONGEST_PAUSE = dt.timedelta(hours=4)
# Somebody waits for a one-time code, which is of no use some minutes later.
LONGEST_PAUSES = {"code": dt.timedelta(seconds=15)}
# The clocks of two hosts differ a little: a message put now is due for a worker whose clock is behind.
CLOCKS_DIFFER_BY = dt.timedelta(seconds=5)


# Of two providers: how far one trouble moves the share, how often, and after how long a quiet it moves back.
SWING = 10
SWINGS_AT_MOST_EVERY = dt.timedelta(minutes=1)
QUIET_FOR = dt.timedelta(minutes=5)
# A provider that may have taken a message is asked again for so long before the other one is. After that being told twice
# is the smaller harm; a one-time code is of no use later. The other is to have it within two minutes: the rest of them is
# for waiting its turn there.
DOUBT_STAYS = {"code": dt.timedelta(seconds=20)}
DOUBT_STAYS_ELSE = dt.timedelta(minutes=1)


def doubt_ends(*, lane: str, since: dt.datetime) -> dt.datetime:
    return since + DOUBT_STAYS.get(lane, DOUBT_STAYS_ELSE)


def stays_in_doubt(*, lane: str, since: dt.datetime, at: dt.datetime) -> bool:
    return at < doubt_ends(lane=lane, since=since)


def rounds(*, tries: int, ways: int) -> int:
    """How often all providers of a message have been tried, the one under way counted: a pause comes between rounds only."""
    return -(-tries // ways)


def may_try_again(*, tries: int) -> bool:
    return tries < MOST_TRIES


def is_poison(*, lost_leases: int) -> bool:
    return lost_leases >= MOST_LOST_LEASES


def pause(
    *, tries: int, first: dt.timedelta, jitter: float, asked: dt.timedelta | None = None, lane: str = ""
) -> dt.timedelta:
    """How long to wait after `tries` tries: doubled each time up to the longest of its lane, spread by `jitter` (0 to 1) over its
    upper half, never less than the provider asked for, never more than four hours.
    """
    doubled = min(first * 2 ** min(tries - 1, 30), LONGEST_PAUSES.get(lane, LONGEST_PAUSE))
    spread = doubled / 2 + doubled / 2 * jitter
    return min(max(spread, asked or dt.timedelta()), LONGEST_PAUSE)


@dataclass(frozen=True)
class Standing:
    """How a message stands, for what a person may do with it."""

    lane: str
    state: str
    settled: bool
    expires_at: dt.datetime | None
    forgotten: bool
    # A letter that was handed over to the mail house: it is called back from there, or not at all.
    handed: bool = False
    # Every provider that could be asked has taken it once, and would not send it again under the same id.
    taken_before: bool = False


def may_send_again(message: Standing, *, at: dt.datetime) -> bool:
    """By a person. Never a code: its reader has asked for another. Of a campaign only what is unknown: whoever was not reached has
    another way, or another campaign.
    """
    if message.lane == "code" or not message.settled or message.forgotten:
        return False
    if has_expired(expires_at=message.expires_at, at=at):
        return False
    if message.state == "failed":
        return message.lane != "campaign" and not message.taken_before
    return message.state == "unknown"


def may_call_back(message: Standing) -> bool:
    """By a person: what has not left, or is asked about again and again. Never a code, nor a letter that is out of the house."""
    if message.lane == "code" or message.handed:
        return False
    return not message.settled and message.state in ("waiting", "unknown")


def has_expired(*, expires_at: dt.datetime | None, at: dt.datetime) -> bool:
    return expires_at is not None and expires_at <= at
