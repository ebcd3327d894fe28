"""Puts the next message of those who wait: each by the rung of the ladder whose turn it is. Called within one batch's transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from breachdesk.lib.contacts import Contact
from breachdesk.lib.postal import PostalAddress
from delivery import outbox
from delivery.states import Lane
from delivery.words import Words
from notices import (
    all_clear,
    audience,
    clearing,
    gate,
    ladder_rules,
    laddering,
    ledger,
    letters,
    letters_on_paper,
    rules,
    superseding,
    wishing,
    wrong_person,
)
from notices.addresses import Addressed
from notices.campaign_models import Campaign, Telling
from notices.ladder_models import Attempt
from notices.states import AttemptOutcome, TellingState, Way, WishedWay

# A line stands for one notice and one person, once while it lives; each of its rungs is one message.
KEY = "leak-notice"
# The rungs of a wish.
WISHED: dict[WishedWay, tuple[Way, ...]] = {
    WishedWay.PHONE: (Way.ALIMTALK, Way.PHONE),
    WishedWay.EMAIL: (Way.EMAIL,),
}


@dataclass(frozen=True)
class Next:
    line: Telling
    rung: ladder_rules.Rung
    put: outbox.Put


@dataclass(frozen=True)
class End:
    """No message is left for somebody: where the line ends, and why."""

    state: TellingState
    reason: str


@dataclass(frozen=True)
class Told:
    """What a batch did: messages put, and lines that wait no more because of it, told or not."""

    put: int
    lines: int


NOBODY = Told(0, 0)


def tell(campaign: Campaign, lines: Sequence[Telling], *, opening: gate.Opening, at: dt.datetime) -> Told:
    """On locked lines that wait, as far as the gate is open."""
    turn = Turn(campaign, opening, at=at)
    records = ledger.records(campaign.dataset_id, [line.person_key for line in lines])
    not_theirs = wrong_person.contacts_of(line.person_key for line in lines)
    wishes = wishing.wishes(campaign.incident_id, records)
    tried = _tried(lines)
    listed_again = clearing.listed_again(campaign, records)
    never_told = clearing.never_told(campaign, records.keys() - listed_again, at=at)
    overtaken = superseding.overtaken(lines, of=[campaign], at=at)
    told: list[Next] = []
    ended: dict[End, list[int]] = defaultdict(list)
    for line in lines:
        if line.pk in overtaken:
            ended[End(TellingState.CANCELLED, ladder_rules.NEWER_VERSION)].append(line.pk)
            continue
        if line.person_key in listed_again:
            ended[End(TellingState.CANCELLED, ladder_rules.LISTED_AGAIN)].append(line.pk)
            continue
        if line.person_key in never_told:
            ended[End(TellingState.CANCELLED, ladder_rules.NEVER_TOLD)].append(line.pk)
            continue
        found = turn.of(
            line,
            records.get(line.person_key),
            tried=tried[line.pk],
            wished=WISHED[wishes[line.person_key]] if line.person_key in wishes else (),
            not_theirs=not_theirs.get(line.person_key, set()),
        )
        if isinstance(found, End):
            ended[found].append(line.pk)
        elif found is not None:
            told.append(found)
    _put(told, at=at)
    for end, pks in ended.items():
        Telling.objects.filter(pk__in=pks).move(to=end.state, at=at, reason=end.reason)
        if campaign.ladder_id and _posting_stands_for(end):
            post(pks, rung=ladder_rules.posting_of(turn.rungs), at=at)
    return Told(len(told), len(told) + sum(len(pks) for pks in ended.values()))


def _tried(lines: Sequence[Telling]) -> dict[int, set[int]]:
    """The rungs each has been on: nobody is told by the same one twice."""
    found: dict[int, set[int]] = defaultdict(set)
    climbed = [line.pk for line in lines if line.rung is not None]
    tried = Attempt.objects.filter(line_id__in=climbed).exclude(channel=Way.POSTING).order_by()
    for line_id, rung in tried.values_list("line_id", "rung") if climbed else ():
        found[line_id].add(rung)
    return found


class Turn:
    """One batch of a campaign: what is the same for everybody in it."""

    def __init__(
        self,
        campaign: Campaign,
        opening: gate.Opening,
        *,
        at: dt.datetime,
        rungs: Sequence[ladder_rules.Rung] | None = None,
    ) -> None:
        """`rungs`: of the ladder that a campaign would keep to which has none yet."""
        self.rungs = laddering.rungs_of(campaign.ladder) if rungs is None else rungs
        self._climbs, self._opening, self._at = rungs is not None or campaign.ladder_id is not None, opening, at
        clears = campaign.cleared_by_id is not None
        self._letter = all_clear.AllClear(campaign.notice) if clears else letters.LeakNotice(campaign.notice)
        self._on_paper = (
            all_clear.AllClearLetter(campaign.notice) if clears else letters_on_paper.LeakLetter(campaign.notice)
        )
        self._carried = {
            language: laddering.carried(language, occasion=self._letter.occasion) for language in laddering.LANGUAGES
        }

    def of(
        self,
        line: Telling,
        record: ledger.Record | None,
        *,
        tried: set[int],
        wished: Collection[str],
        not_theirs: Collection[uuid.UUID],
    ) -> Next | End | None:
        """Nothing: not now, as the incident is not live and there is no contact of a guest."""
        if record is None:
            return End(TellingState.FAILED, ladder_rules.CANNOT_OPEN)
        if record.member in audience.WITHHELD_FROM:
            return End(TellingState.WITHHELD, record.member)
        now = self._opening.reachable(record)
        if now is None:
            return None
        reachable = ladder_rules.ways_to(
            phone=wrong_person.is_theirs(now.phone, not_theirs),
            email=wrong_person.is_theirs(now.email, not_theirs),
            # A letter cannot be to a guest.
            address=bool(now.address) and self._opening.guests is None,
        )
        reason, carried = line.reason, self._carried.get(record.language, set())
        rungs = self._rungs_of(line)
        while rung := ladder_rules.next_rung(
            rungs,
            after=ladder_rules.highest(rungs, tried=tried, wished=wished),
            reachable=reachable,
            carried=carried,
            tried=tried,
            wished=wished,
        ):
            try:
                return Next(line, rung, self._message(line, rung, now))
            except ValueError:
                tried, reason = tried | {rung.position}, reason or ladder_rules.DOES_NOT_FIT
        if self._opening.guests is not None:
            # What is left would not reach a guest: it waits until the incident is live.
            return None
        if line.rung is None and not reason and not (record.phone or record.email):
            return End(TellingState.NO_CONTACT, "")
        return End(TellingState.FAILED, reason or (ladder_rules.WRONG_PERSON if not_theirs else ladder_rules.NO_WAY))

    def _rungs_of(self, line: Telling) -> Sequence[ladder_rules.Rung]:
        if self._climbs:
            return self.rungs
        return ladder_rules.BEFORE_LADDERS if line.rung is None else ()

    def _message(self, line: Telling, rung: ladder_rules.Rung, record: ledger.Record) -> outbox.Put:
        """Raises ValueError where the words do not fit, or the address is none."""
        way = Way(rung.way)
        to, words, due_at = self._said(way, record)
        return outbox.Put(
            words,
            to=to,
            key=f"{KEY}:{line.pk}:{rung.position}",
            lane=Lane.CAMPAIGN,
            about=f"campaign:{line.campaign_id}",
            channel=laddering.CHANNELS[way],
            due_at=due_at,
        )

    def _said(self, way: Way, record: ledger.Record) -> tuple[Contact | PostalAddress, Words, dt.datetime | None]:
        if way == Way.LETTER:
            one = Addressed(
                record.person_key,
                record.customer_ref,
                record.name,
                record.address,
                record.language,
                record.items,
                record.member,
            )
            # A letter waits for its batch, whatever the hour.
            return *self._on_paper.to(one), None
        to, words = self._letter.by(way, record)
        return to, words, self._opening.due_at(to, at=self._at)


def _put(told: Sequence[Next], *, at: dt.datetime) -> None:
    by_rung: dict[tuple[int, str], list[int]] = defaultdict(list)
    attempts = []
    messages = outbox.put_many([one.put for one in told], at=at)
    for one, message in zip(told, messages, strict=True):
        by_rung[one.rung.position, message.channel].append(one.line.pk)
        attempts.append(
            Attempt(
                line=one.line,
                rung=one.rung.position,
                channel=message.channel,
                message_key=message.key,
                put_at=at,
                look_again_at=rules.look_again_at(put_at=at, at=at),
            )
        )
    Attempt.objects.bulk_create(attempts)
    for (position, channel), pks in by_rung.items():
        Telling.objects.filter(pk__in=pks).move(to=TellingState.PUT, at=at, channel=channel, rung=position)


def _posting_stands_for(end: End) -> bool:
    """What cannot be opened is a fault of ours to mend, and no reason to let somebody look for the notice."""
    no_longer = (ladder_rules.NEWER_VERSION, ladder_rules.LISTED_AGAIN, ladder_rules.NEVER_TOLD)
    return end.reason not in (ladder_rules.CANNOT_OPEN, *no_longer)


def post(pks: Iterable[int], *, rung: ladder_rules.Rung | None, at: dt.datetime) -> None:
    """From now on the posted notice stands for these: whether its days are full is looked at by climbing.py."""
    if rung is None:
        return
    Attempt.objects.bulk_create(
        (
            Attempt(
                line_id=pk,
                rung=rung.position,
                channel=Way.POSTING,
                outcome=AttemptOutcome.TAKEN,
                put_at=at,
                taken_at=at,
                look_again_at=at + ladder_rules.LOOK_AT_POSTINGS,
            )
            for pk in pks
        ),
        ignore_conflicts=True,
    )
