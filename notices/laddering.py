"""The ladder of an incident: which ways in which order. Proposed by one, confirmed by another, pinned to a campaign at its release."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache

from django.db import transaction
from django.db.models import Max, Q

from breachdesk import audit
from breachdesk.accounts.models import User
from breachdesk.lib import paper
from delivery import queries as delivery
from delivery import routes
from delivery.states import Channel
from notices import ladder_rules, letters, rules
from notices.ladder_models import Ladder, Rung
from notices.models import Incident
from notices.states import ProposalEnd, Way

LANGUAGES = ("ko", "en")
# An AlimTalk needs a template that its operator approved, a letter somewhere to be printed.
OWN_TERMS = (Way.ALIMTALK, Way.LETTER)
CHANNELS = {
    Way.ALIMTALK: Channel.ALIMTALK,
    Way.PHONE: Channel.SMS,
    Way.EMAIL: Channel.EMAIL,
    Way.LETTER: Channel.LETTER,
}


def carried(language: str | None = None, *, occasion: str = letters.OCCASION) -> set[str]:
    """The ways by which the notice (another letter: `occasion`) can leave in this language (None: in any), as the house is set up."""
    ways = {str(way) for way, channel in CHANNELS.items() if way not in OWN_TERMS and routes.carries(channel)}
    languages = LANGUAGES if language is None else (language,)
    if any(delivery.carries_alimtalk(occasion, one) for one in languages):
        ways.add(Way.ALIMTALK)
    if _letters_can_be_printed():
        ways.add(Way.LETTER)
    return ways


def posts_letters(rungs: Iterable[ladder_rules.Rung]) -> bool:
    """Whether an address is a contact by these."""
    return Way.LETTER in carried() and any(rung.way == Way.LETTER for rung in rungs)


@cache
def _letters_can_be_printed() -> bool:
    return not paper.missing()


def in_force(incident: Incident) -> Ladder | None:
    """The newest that two people agreed on, else the one the house set out; None: none was needed yet."""
    agreed = incident.ladders.filter(Q(closed_as=ProposalEnd.APPROVED) | Q(number=0))
    return agreed.order_by("-number").first()


def proposal(incident: Incident) -> Ladder | None:
    return incident.ladders.filter(closed_at=None, number__gt=0).select_related("proposed_by").first()


def rungs_of(ladder: Ladder | None) -> list[ladder_rules.Rung]:
    """As they are followed; without one, as the house sets them out."""
    if ladder is None:
        return list(ladder_rules.USUAL)
    return [rung.plain for rung in ladder.rungs.order_by("position")]


def to_follow(incident: Incident, *, at: dt.datetime) -> Ladder:
    """What a campaign that is released now keeps to. On the locked incident."""
    found = in_force(incident)
    if found is None:
        found = Ladder.objects.create(incident=incident, number=0, proposed_at=at)
        _write_rungs(found, ladder_rules.USUAL)
    return found


def propose(
    *, incident: Incident, rungs: Sequence[ladder_rules.Rung], reason: str, by: User, at: dt.datetime
) -> Ladder:
    """One person's word; nothing changes until another confirms it. Raises rules.NotAllowed."""
    with transaction.atomic():
        incident = _locked(incident, by)
        if not reason.strip():
            raise ladder_rules.NoReason
        if found := ladder_rules.problems(rungs):
            raise rules.NotAllowed(found[0][1])
        if proposal(incident) is not None:
            raise ladder_rules.ProposalWaits
        if list(rungs) == rungs_of(in_force(incident)):
            raise ladder_rules.NothingNew
        newest = incident.ladders.aggregate(newest=Max("number"))["newest"] or 0
        ladder = Ladder.objects.create(
            incident=incident, number=newest + 1, reason=reason.strip(), proposed_at=at, proposed_by=by
        )
        _write_rungs(ladder, rungs)
        _record("ladder_proposed", ladder, by=by, at=at, rungs=[_in_short(rung) for rung in rungs])
    return ladder


def close(*, ladder: Ladder, as_: ProposalEnd, by: User, at: dt.datetime) -> Ladder:
    """Another confirms it or sends it back; whoever proposed it may withdraw it. Raises rules.NotAllowed."""
    with transaction.atomic():
        _locked(ladder.incident, by)
        held = (
            Ladder.objects.select_for_update(of=("self",)).select_related("proposed_by", "incident").get(pk=ladder.pk)
        )
        if held.closed_at is not None or held.proposed_by is None:
            raise ladder_rules.NoProposal
        if as_ != ProposalEnd.WITHDRAWN:
            rules.refuse_unless_two_staff(by=_actor(held.proposed_by), confirmed_by=_actor(by))
        held.closed_at, held.closed_by, held.closed_as = at, by, as_
        held.save(update_fields=["closed_at", "closed_by", "closed_as"])
        _record(f"ladder_{as_}", held, by=by, at=at, proposed_by=held.proposed_by_id)
    return held


def _write_rungs(ladder: Ladder, rungs: Sequence[ladder_rules.Rung]) -> None:
    Rung.objects.bulk_create(
        Rung(
            ladder=ladder,
            position=rung.position,
            way=rung.way,
            wait_minutes=rung.wait_minutes,
            proof=rung.proof,
            silence_hours=rung.silence_hours,
        )
        for rung in rungs
    )


def _in_short(rung: ladder_rules.Rung) -> str:
    return f"{rung.position} {rung.way} {rung.wait_minutes} {rung.proof} {rung.silence_hours}"


def _locked(incident: Incident, by: User) -> Incident:
    rules.refuse_unless_staff(_actor(by))
    return Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=incident.pk)


def _record(kind: str, ladder: Ladder, *, by: User, at: dt.datetime, **data: object) -> None:
    about = f"incident:{ladder.incident.slug}"
    audit.record(kind=f"notices.{kind}", by=by, about=about, at=at, ladder=ladder.number, **data)


def _actor(user: User) -> rules.Actor:
    return rules.Actor(id=user.pk, works_here=user.is_staff and user.is_active)
