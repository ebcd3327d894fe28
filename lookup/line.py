"""The line before a look-up, when more people arrive than can be served.

A place in the line is a signed ticket in the browser: who has it, and when it was given. Redis holds who is waiting right
now, sorted by that moment, and how many may go in; it may be emptied or vanish at any time. Emptied, everybody who asks
again stands where the ticket says. Away, a ticket goes in when it is as old as the line was last known to be long: whoever
came first still goes first, and nobody needs to know of anybody else.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import time
from dataclasses import dataclass
from functools import cache

import redis
from django.conf import settings

log = logging.getLogger(__name__)

TICKET_LIVES = dt.timedelta(hours=6)
# Whoever has not asked for this long is not counted among those ahead. The ticket keeps the place.
STILL_THERE = dt.timedelta(seconds=90)
# After the line was lost, for as long as everybody present needs to ask again, nobody goes in before them.
GATHERING = dt.timedelta(seconds=15)
# After a quiet time, as many may go in at once as else in this long.
SAVED_UP = dt.timedelta(seconds=5)
# Goes ahead of everybody who has begun nothing yet.
BEGAN_EARLIER = dt.timedelta(days=1)
LONGEST_GUESS = dt.timedelta(minutes=10)
LEAVE_ALONE_SECONDS = 5.0
ANSWER_WITHIN_SECONDS = 0.5


@dataclass(frozen=True)
class Ticket:
    id: str
    at: dt.datetime

    @classmethod
    def new(cls, at: dt.datetime) -> Ticket:
        return cls(secrets.token_urlsafe(9), at)

    @classmethod
    def read(cls, written: str, at: dt.datetime) -> Ticket | None:
        """None for none and for one that is too old."""
        ticket_id, _, moment = written.partition(" ")
        if not moment:
            return None
        ticket = cls(ticket_id, dt.datetime.fromisoformat(moment))
        return ticket if at - TICKET_LIVES < ticket.at <= at + STILL_THERE else None

    def written(self) -> str:
        return f"{self.id} {self.at.isoformat()}"


@dataclass(frozen=True)
class Place:
    """`ahead`: people; None where nobody can say. `wait`: how long it will take if nothing changes."""

    is_turn: bool
    ahead: int | None = 0
    wait: dt.timedelta = dt.timedelta()


# One step, so that two who ask at once cannot both take the last place. Numbers come back as text: Lua would cut them.
ASK = """
local waiting, seen, room, served = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local id, stands_at, now = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local a_second, most, still_there, gathering, lives = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8]

if redis.call('EXISTS', served) == 1 then return {'served', '0', '0'} end
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', seen, '-inf', now - still_there, 'LIMIT', 0, 1000)) do
  redis.call('ZREM', waiting, gone)
  redis.call('ZREM', seen, gone)
end
local known = redis.call('HMGET', room, 'places', 'at')
local places, at = tonumber(known[1]), tonumber(known[2])
if places == nil then
  places, at = most, now
  if ARGV[9] == 'returns' then places, at = 0, now + gathering end
elseif at > now + gathering then
  at = now  -- a clock went back
end
places = math.min(most, places + math.max(now - at, 0) * a_second)
at = math.max(at, now)
redis.call('ZADD', waiting, stands_at, id)
redis.call('ZADD', seen, now, id)
local ahead = redis.call('ZRANK', waiting, id)
local answer = 'waits'
if ahead < math.floor(places + 0.000001) then  -- fractions add up to a little less than one
  answer = 'goes'
  places = places - 1
  redis.call('ZREM', waiting, id)
  redis.call('ZREM', seen, id)
  redis.call('SET', served, '1', 'EX', lives)
end
redis.call('HSET', room, 'places', tostring(places), 'at', tostring(at))
for _, key in ipairs({waiting, seen, room}) do redis.call('EXPIRE', key, lives) end
return {answer, tostring(ahead), tostring(math.max(ahead + 1 - places, 0) / a_second + (at - now))}
"""


class Line:
    """`a_minute`: how many may go in."""

    def __init__(self, *, url: str, a_minute: int, name: str = "line") -> None:
        self.a_second = a_minute / 60
        self.name = name
        self.save_up = SAVED_UP
        self._redis = redis.Redis.from_url(
            url, socket_timeout=ANSWER_WITHIN_SECONDS, socket_connect_timeout=ANSWER_WITHIN_SECONDS
        )
        self._ask = self._redis.register_script(ASK)
        self._away_until = 0.0
        self.last_wait = dt.timedelta()

    def ask(self, ticket: Ticket, *, returns: bool, began: bool, at: dt.datetime) -> Place | None:
        """May this ticket go in? It asks once more later if not. None: it has gone in before and needs another.

        `returns`: the browser brought the ticket. `began`: has something unfinished with us, and goes first.
        """
        if time.monotonic() >= self._away_until:
            try:
                return self._ask_the_line(ticket, returns=returns, began=began, at=at)
            except redis.RedisError as error:
                self._away_until = time.monotonic() + LEAVE_ALONE_SECONDS
                log.warning("the line does not answer (%s): tickets go in by their age", type(error).__name__)
        wait = dt.timedelta() if began else max(ticket.at + self.last_wait - at, dt.timedelta())
        return Place(is_turn=not wait, ahead=None, wait=wait)

    def _ask_the_line(self, ticket: Ticket, *, returns: bool, began: bool, at: dt.datetime) -> Place | None:
        stands_at = ticket.at - BEGAN_EARLIER if began else ticket.at
        answer, ahead, seconds = self._ask(
            keys=[*(f"{self.name}:{part}" for part in ("waiting", "seen", "room")), f"{self.name}:served:{ticket.id}"],
            args=[
                ticket.id,
                stands_at.timestamp(),
                at.timestamp(),
                self.a_second,
                max(self.a_second * self.save_up.total_seconds(), 1),
                STILL_THERE.total_seconds(),
                GATHERING.total_seconds(),
                int(TICKET_LIVES.total_seconds()),
                "returns" if returns else "",
            ],
        )
        if answer == b"served":
            return None
        wait = dt.timedelta(seconds=float(seconds))
        if answer == b"goes":
            if not returns:
                self.last_wait = dt.timedelta()
            return Place(is_turn=True)
        if not returns:  # the whole line, as whoever came last sees it
            self.last_wait = min(wait, LONGEST_GUESS)
        return Place(is_turn=False, ahead=int(ahead), wait=wait)

    def length(self, at: dt.datetime) -> int | None:
        """People waiting now; None where nobody can say."""
        try:
            return self._redis.zcount(f"{self.name}:seen", (at - STILL_THERE).timestamp(), "+inf")
        except redis.RedisError:
            return None


@cache
def of_the_site() -> Line:
    return Line(url=settings.REDIS_URL, a_minute=settings.LOOKUPS_A_MINUTE)
