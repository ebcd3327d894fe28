"""A campaign tried out: everything is done but sending. What would leave, by channel and lane, when, and for how much.

The first letter of the ladder is really made, of as many people as are looked at; for the rest the counts of the preview hold. Nothing is written.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from delivery import budgets, routes, words
from delivery.states import Channel, Lane
from notices import (
    gate,
    ladder_rules,
    laddering,
    ledger,
    pacing,
    telling,
    wishing,
    wrong_person,
)
from notices.campaign_models import Campaign, Telling
from notices.models import Incident
from notices.pacing import Leaving
from notices.states import TellingState, Way

# So many people's letters are made.
LOOKED_AT = 2_000
# A campaign that would take longer than this is told so, not counted to its end.
MINUTES = 60 * 24 * 30


@dataclass
class DryRun:
    at: dt.datetime
    looked_at: int = 0
    by_channel: Counter[Channel] = field(default_factory=Counter)
    # Why no letter could be made: the words of the ledger.
    problems: Counter[str] = field(default_factory=Counter)
    # Nobody is written to.
    not_written_to: int = 0
    longest_bytes: int = 0
    # Of everybody in the preview.
    people: int = 0
    first_minute: Leaving | None = None
    hours: list[Leaving] = field(default_factory=list)
    ends_at: dt.datetime | None = None
    lane: Lane = Lane.CAMPAIGN


def of(campaign: Campaign, *, at: dt.datetime) -> DryRun:
    seen, plan = DryRun(at), gate.plan_of(campaign.incident)
    # As if it were live: a dry run is for seeing what everybody would get.
    everybody = gate.Opening(plan, LOOKED_AT, None)
    turn = telling.Turn(campaign, everybody, at=at, rungs=_rungs(campaign.incident))
    records = ledger.records(campaign.dataset_id, ledger.first(campaign, most=LOOKED_AT))
    not_theirs = wrong_person.contacts_of(records)
    wishes = wishing.wishes(campaign.incident_id, records)
    for person_key, record in records.items():
        seen.looked_at += 1
        found = turn.of(
            Telling(campaign=campaign, person_key=person_key),
            record,
            tried=set(),
            wished=telling.WISHED[wishes[person_key]] if person_key in wishes else (),
            not_theirs=not_theirs.get(person_key, set()),
        )
        _count(found, seen)
    seen.people = campaign.expected["by_phone"] + campaign.expected["by_email"]
    begins = max(at, campaign.starts_at) if campaign.starts_at else at
    leaving = pacing.forecast(people=seen.people, at=begins, pace=plan.pace, quiet=plan.quiet("text"))
    minutes = list(itertools.islice(leaving, MINUTES + 1))
    if minutes:
        seen.first_minute = minutes[0]
        seen.hours = pacing.by_hour(iter(minutes))
        seen.ends_at = minutes[-1].until if len(minutes) <= MINUTES else None
    return seen


def _count(found: telling.Next | telling.End | None, seen: DryRun) -> None:
    match found:
        case telling.Next(rung=rung, put=put):
            way = Way(rung.way)
            seen.by_channel[words.phone_channel(put.words) if way == Way.PHONE else laddering.CHANNELS[way]] += 1
            if way in (Way.ALIMTALK, Way.PHONE):
                seen.longest_bytes = max(seen.longest_bytes, words.size_for_phone(put.words.text))
        case telling.End(state=TellingState.FAILED, reason=reason):
            seen.problems[reason] += 1
        case _:
            seen.not_written_to += 1


def _rungs(incident: Incident) -> list[ladder_rules.Rung]:
    return laddering.rungs_of(laddering.in_force(incident))


@dataclass(frozen=True)
class Cost:
    channel: Channel
    people: int
    # Of the dearest provider of this channel: it will not be more.
    won_each: int
    # What campaigns may still spend by this way within a day; None: no limit.
    left: int | None = None

    @property
    def won(self) -> int:
        return self.people * self.won_each

    @property
    def too_dear(self) -> bool:
        """It does not leave in a day: what is over waits until the money is there again."""
        return self.left is not None and self.won > self.left


def costs(expected: dict[str, Any], incident: Incident, *, occasion: str, at: dt.datetime) -> list[Cost]:
    """What the first message to everybody would cost at most, by the prices in the settings."""
    people: Counter[Channel] = Counter()
    # What was prepared before its languages were counted: in any.
    for language, by_phone in (expected.get("phone_by_language") or {None: expected["by_phone"]}).items():
        people[_first_by_phone(incident, language, occasion)] += by_phone
    people[Channel.EMAIL] += expected["by_email"]
    return [
        Cost(
            channel,
            told,
            max((route.won(channel) for route in routes.for_channel(channel)), default=0),
            budgets.left_for_campaigns(channel, at=at),
        )
        for channel, told in people.items()
        if told
    ]


def _first_by_phone(incident: Incident, language: str | None, occasion: str) -> Channel:
    """An AlimTalk only where its words are approved in that language."""
    first = ladder_rules.next_rung(
        _rungs(incident),
        after=0,
        reachable=(Way.ALIMTALK, Way.PHONE),
        carried=laddering.carried(language, occasion=occasion),
    )
    return Channel.ALIMTALK if first and first.way == Way.ALIMTALK else Channel.LMS
