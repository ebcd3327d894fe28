"""The one number: people of the list that answers of whom there is no proof that they were told, why, and when it will be none.

The ledger's page asks the same function. Worked out from the lines of the ledger, whatever notice and campaign they belong to: the best that is known of each person.
That somebody was told that nothing of theirs leaked is no proof: a later list may have them again.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.cache import cache
from django.db import connection

from notices import clocking
from notices.models import Incident
from notices.states import TELLING_PROVEN, TellingState, Way

# Of several lines of one person the best counts.
BEST_FIRST = (
    TellingState.PROVEN,
    TellingState.SENT,
    TellingState.PUT,
    TellingState.UNKNOWN,
    TellingState.WAITING,
    TellingState.FAILED,
    TellingState.WITHHELD,
    TellingState.NO_CONTACT,
    TellingState.CANCELLED,
)
# On the way: nobody has to do anything more for them.
UNDER_WAY = (TellingState.WAITING, TellingState.PUT, TellingState.UNKNOWN, TellingState.SENT)
# Not written to: the posted notice stands for it.
BY_POSTING = (TellingState.NO_CONTACT, TellingState.WITHHELD)
# On the list, and in no campaign.
NOT_LISTED = "not_listed"
AN_HOUR = dt.timedelta(hours=1)
# The pace is of the last hour, or of as much of it as there was.
FRESH_SECONDS, KEPT_SECONDS, COUNTING_SECONDS = 30, 3600, 120


@dataclass(frozen=True)
class Proof:
    """`by_state` and `not_listed` add up to `people`, at every moment: they come from one look at the rows.

    `reasons`: of each state, as the ledger gives it, how many; `channels`: by which way those with proof were told.
    """

    people: int
    by_state: Mapping[str, int]
    not_listed: int
    # Proven within the hour before `at`.
    last_hour: int
    at: dt.datetime
    reasons: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    channels: Mapping[str, int] = field(default_factory=dict)
    # Of those without proof: a mail server took their e-mail, and only time must pass without its coming back.
    taken_by_mail: int = 0

    @property
    def proven(self) -> int:
        return sum(self.by_state.get(state, 0) for state in TELLING_PROVEN)

    @property
    def unproven(self) -> int:
        return self.people - self.proven

    @property
    def under_way(self) -> int:
        return sum(self.by_state.get(state, 0) for state in UNDER_WAY)

    @property
    def stuck(self) -> int:
        """Without proof, and nothing is being done that would bring it."""
        return self.unproven - self.under_way

    @property
    def done_at(self) -> dt.datetime | None:
        """When those who are being told will all have been, at the pace of the last hour; None: no pace, or nobody."""
        if not (self.under_way and self.last_hour):
            return None
        return self.at + self.under_way * AN_HOUR / self.last_hour


# The smallest text is the best line's: its place first.
PROOF = """
    WITH line AS (
        SELECT person_key,
               min(chr(64 + array_position(%(best_first)s::text[], state::text)) || channel || '|' || reason) AS best,
               min(proven_at) AS proven_at
        FROM notices_telling WHERE incident_id = %(incident)s AND NOT clears GROUP BY person_key
    )
    SELECT line.best, count(*), count(*) FILTER (WHERE line.proven_at > %(since)s)
    FROM notices_affectedrecord AS record LEFT JOIN line ON line.person_key = record.person_key
    WHERE record.dataset_id = %(dataset)s GROUP BY 1
"""


def counted(incident: Incident, *, at: dt.datetime) -> Proof:
    """Counts now. Where no list answers there is nobody to prove anything of."""
    wanted: dict[str, Any] = {
        "incident": incident.pk,
        "dataset": incident.active_dataset_id,
        "best_first": list(BEST_FIRST),
        "since": at - AN_HOUR,
    }
    with connection.cursor() as cursor:
        cursor.execute(PROOF, wanted)
        rows = cursor.fetchall()
    by_state: Counter[str] = Counter()
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    channels: Counter[str] = Counter()
    not_listed = taken_by_mail = 0
    for best, people, _now in rows:
        if best is None:
            not_listed += people
            continue
        state = str(BEST_FIRST[ord(best[0]) - 65])
        channel, _bar, reason = best[1:].partition("|")
        by_state[state] += people
        reasons[state][reason] += people
        if state in TELLING_PROVEN:
            channels[channel] += people
        elif state == TellingState.SENT and channel == Way.EMAIL:
            taken_by_mail += people
    return Proof(
        people=sum(people for _best, people, _now in rows),
        by_state=dict(by_state),
        not_listed=not_listed,
        last_hour=sum(now for _best, _people, now in rows),
        at=at,
        reasons={state: dict(found) for state, found in reasons.items()},
        channels=dict(channels),
        taken_by_mail=taken_by_mail,
    )


def proof(incident: Incident, *, at: dt.datetime) -> Proof:
    """The same, at most half a minute old, or a little older while somebody else is counting: `at` says as of when."""
    key = f"notices.proof:{incident.pk}:{incident.active_dataset_id}"
    kept = cache.get(key)
    found = _from_cache(kept) if kept else None
    if found and at - found.at < dt.timedelta(seconds=FRESH_SECONDS):
        return found
    if found and not cache.add(f"{key}:counting", 1, COUNTING_SECONDS):
        return found
    found = counted(incident, at=at)
    cache.set(key, {**asdict(found), "at": at.isoformat()}, KEPT_SECONDS)
    cache.delete(f"{key}:counting")
    return found


def _from_cache(kept: dict[str, Any]) -> Proof:
    return Proof(**{**kept, "at": dt.datetime.fromisoformat(kept["at"])})


def tell_by(incident: Incident) -> dt.datetime | None:
    """When everybody must have been told: this incident's clock, else what the law says of the moment it was learned of."""
    clock = incident.clocks.filter(code="pipa_notify").first()
    if clock is not None:
        return clock.due_at
    hours = clocking.duties_of(incident)["pipa_notify"].hours
    return None if hours is None else incident.learned_at + dt.timedelta(hours=hours)
