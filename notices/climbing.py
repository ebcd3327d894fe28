"""What became of each message of a campaign, and who is told by the next rung because of it.

Each batch is a transaction of its own. The lines are locked first, then their attempts: every writer keeps to that order.
Whoever is killed in between leaves attempts that are still to be looked at: nobody is missed. A line that cannot be judged is
set aside for an hour, and /readyz says so: the others go on.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import connection, models, transaction
from django.db.models import functions

from delivery import actions as delivery
from delivery import queries as messages
from delivery.states import State
from notices import (
    campaigning,
    hints,
    ladder_rules,
    laddering,
    other_proof,
    posting,
    posting_proof,
    posting_queries,
    superseding,
)
from notices.campaign_models import Campaign, Telling
from notices.ladder_models import Attempt
from notices.ladder_rules import Tried
from notices.notice_models import Notice
from notices.states import ATTEMPT_OPEN, TELLING_LIVE, AttemptOutcome, CampaignState, ProofBy, TellingState, Way

log = logging.getLogger(__name__)

# Attempts looked at in one transaction.
BATCH = 500
# What raised is looked at again so much later.
SET_ASIDE_FOR = dt.timedelta(hours=1)

# How a line stands by the rung it is on.
STANDS = {
    AttemptOutcome.PUT: TellingState.PUT,
    AttemptOutcome.TAKEN: TellingState.SENT,
    AttemptOutcome.UNKNOWN: TellingState.UNKNOWN,
    AttemptOutcome.CANCELLED: TellingState.CANCELLED,
}


@dataclass(frozen=True)
class _Changed:
    attempt: Attempt
    outcome: AttemptOutcome
    reason: str
    look_again_at: dt.datetime | None
    taken_at: dt.datetime | None
    # What it is proof by, where it is one.
    proof: str


def pull_outcomes(*, at: dt.datetime) -> int:
    """Looks at the attempts whose time has come. Returns how many it looked at."""
    due = Attempt.objects.filter(look_again_at__lte=at).order_by("look_again_at", "pk")
    return _look_at(dict(due.values_list("pk", "line_id")[:BATCH]), at=at)


def _look_at(due: dict[int, int], *, at: dt.datetime) -> int:
    """By attempt, its line. What raises is halved until the one line is found that does: it is set aside, the others are looked at."""
    try:
        looked, campaigns = _look_at_once(due, at=at)
    except Exception:
        lines = sorted(set(due.values()))
        if len(lines) == 1:
            log.exception("attempts %s of a campaign could not be judged: looked at again in an hour", sorted(due))
            return _set_aside(due, at=at)
        first = set(lines[: len(lines) // 2])
        halves = [{pk: line for pk, line in due.items() if (line in first) is one} for one in (True, False)]
        return sum(_look_at(half, at=at) for half in halves)
    for campaign in campaigns:
        if campaign.state == CampaignState.RELEASED:
            campaigning.end_if_done(campaign=campaign, at=at)
        elif campaign.state == CampaignState.FINISHED and campaigning.reopen_if_anybody_waits(campaign=campaign, at=at):
            hints.hurry()
    return looked


@transaction.atomic
def _look_at_once(due: dict[int, int], *, at: dt.datetime) -> tuple[int, list[Campaign]]:
    held = Telling.objects.filter(pk__in=set(due.values())).order_by("pk")
    lines = {line.pk: line for line in held.select_for_update(skip_locked=True, of=("self",))}
    attempts = list(Attempt.objects.filter(pk__in=due, line_id__in=lines, look_again_at__lte=at).order_by("pk"))
    rows = Campaign.objects.select_related("ladder", "notice")
    campaigns = rows.in_bulk({line.campaign_id for line in lines.values()})
    overtaken = superseding.overtaken(lines.values(), of=campaigns.values(), at=at)
    superseding.call_back(attempts, overtaken=overtaken, at=at)
    changed = _judge(attempts, lines, campaigns, overtaken, at=at)
    _write(changed, at=at)
    _move_lines(changed, lines, campaigns, overtaken, at=at)
    return len(changed), list(campaigns.values())


def _set_aside(pks: Collection[int], *, at: dt.datetime) -> int:
    stuck_since = functions.Coalesce("stuck_since", models.Value(at))
    return Attempt.objects.filter(pk__in=pks).update(look_again_at=at + SET_ASIDE_FOR, stuck_since=stuck_since)


def _judge(
    attempts: Sequence[Attempt],
    lines: dict[int, Telling],
    campaigns: dict[int, Campaign],
    overtaken: Collection[int],
    *,
    at: dt.datetime,
) -> list[_Changed]:
    standing = messages.standing(one.message_key for one in attempts if one.message_key)
    rungs = {pk: {rung.position: rung for rung in laddering.rungs_of(one.ladder)} for pk, one in campaigns.items()}
    postings: dict[int, tuple[bool, dt.datetime]] = {}
    found = []
    for one in attempts:
        line = lines[one.line_id]
        campaign = campaigns[line.campaign_id]
        if one.channel == Way.POSTING:
            if line.notice_id not in postings:
                postings[line.notice_id] = _posted(campaign.notice, at=at)
            whole, look = postings[line.notice_id]
            outcome = AttemptOutcome.PROVEN if whole else AttemptOutcome(one.outcome)
            found.append(_Changed(one, outcome, "", None if whole else look, one.taken_at, ProofBy.POSTED))
            continue
        now = standing.get(one.message_key)
        state = now.state if now else State.WAITING
        taken_at = (now.sent_at if now else None) or one.taken_at
        tried = Tried(one.outcome, one.put_at, taken_at, state, now.asked_at if now else None)
        rung = rungs[campaign.pk][one.rung]
        became = ladder_rules.judge(tried, rung, climbs=_climbs(campaign) and line.pk not in overtaken, at=at)
        reason = now.problem if now and became.outcome == AttemptOutcome.FAILED else ""
        proof = ProofBy.DELIVERED if state == State.DELIVERED else rung.proof
        found.append(_Changed(one, became.outcome, reason, became.look_again_at, taken_at, proof))
    return found


def _climbs(campaign: Campaign) -> bool:
    return campaign.ladder_id is not None and campaign.state != CampaignState.CANCELLED


def _posted(notice: Notice, *, at: dt.datetime) -> tuple[bool, dt.datetime]:
    """Whether a posting that showed this version was up all its days without a gap, and when to look again."""
    next_look = at + ladder_rules.LOOK_AT_POSTINGS
    for one in posting_queries.that_showed(notice).select_related("incident"):
        until = posting.must_stay_until(one)
        if until > at:
            next_look = max(next_look, until) if one.taken_down_at is None else next_look
        elif posting_proof.of(one, until=until).whole:
            return True, at
    return False, next_look


WRITE = """
    UPDATE notices_attempt AS attempt
    SET outcome = became.outcome, reason = became.reason, look_again_at = became.look_again_at,
        taken_at = became.taken_at, stuck_since = NULL,
        ended_at = CASE WHEN became.outcome = ANY(%s) THEN NULL
                        WHEN became.outcome = attempt.outcome THEN attempt.ended_at ELSE %s END
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[])
         AS became (id, outcome, reason, look_again_at, taken_at)
    WHERE attempt.id = became.id
"""


def _write(changed: Sequence[_Changed], *, at: dt.datetime) -> None:
    if not changed:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE,
            [
                *(list(ATTEMPT_OPEN), at),
                [one.attempt.pk for one in changed],
                [str(one.outcome) for one in changed],
                [one.reason for one in changed],
                [one.look_again_at for one in changed],
                [one.taken_at for one in changed],
            ],
        )


def _move_lines(
    changed: Sequence[_Changed],
    lines: dict[int, Telling],
    campaigns: dict[int, Campaign],
    overtaken: Collection[int],
    *,
    at: dt.datetime,
) -> None:
    proven: dict[int, _Changed] = {}
    moves: dict[tuple[TellingState, str], list[int]] = defaultdict(list)
    fallen: list[Telling] = []
    for one in sorted(changed, key=lambda one: one.attempt.rung):
        line = lines[one.attempt.line_id]
        if one.outcome == AttemptOutcome.PROVEN:
            if line.state != TellingState.PROVEN:
                proven.setdefault(line.pk, one)
            continue
        if one.attempt.rung != line.rung or one.outcome == one.attempt.outcome or not _moves(line, one):
            continue
        if line.state == TellingState.PROVEN:
            fallen.append(line)
        goes, reason = _after(one, climbs=_climbs(campaigns[line.campaign_id]) and line.pk not in overtaken)
        if line.pk in overtaken and goes in (TellingState.CANCELLED, TellingState.FAILED):
            reason = ladder_rules.NEWER_VERSION
        moves[goes, reason].append(line.pk)
    stay = other_proof.stands(fallen) if fallen else set()
    for (to, reason), pks in moves.items():
        wanted = [pk for pk in pks if pk not in proven and pk not in stay and lines[pk].state != to]
        if wanted:
            Telling.objects.filter(pk__in=wanted).move(to=to, at=at, **({"reason": reason} if reason else {}))
    prove([(lines[pk], one.attempt, one.proof) for pk, one in proven.items()], at=at)
    _call_back([one for one in changed if one.outcome == AttemptOutcome.OVERDUE], at=at)


def _moves(line: Telling, one: _Changed) -> bool:
    """Where its rung has got to moves it. Who waits has left that rung, what ended is only ever proven, and what is proven
    moves where its proof falls.
    """
    if line.state == TellingState.PROVEN:
        return one.attempt.outcome == AttemptOutcome.PROVEN
    return line.state in TELLING_LIVE and line.state != TellingState.WAITING


def _after(one: _Changed, *, climbs: bool) -> tuple[TellingState, str]:
    """Where a line goes when the rung it is on has become this. Somebody called one message back: the person is told another way."""
    if one.outcome in STANDS and not (climbs and one.outcome == AttemptOutcome.CANCELLED):
        return STANDS[one.outcome], ""
    reason = ladder_rules.why(one.outcome, taken=one.taken_at is not None, reason=one.reason)
    if climbs:
        return TellingState.WAITING, reason
    return (TellingState.SENT, "") if one.outcome == AttemptOutcome.OVERDUE else (TellingState.FAILED, reason)


def prove(found: Sequence[tuple[Telling, Attempt, str]], *, at: dt.datetime) -> None:
    """The lines are proven by these attempts, and nobody of them climbs on: what has not left is called back.

    A person who was told anew has another, living line of the same notice: then that one is proven by it. Of several that
    ended one is: a notice and person are proven once.
    """
    living = _living_of([line for line, _attempt, _proof in found if line.state not in TELLING_LIVE])
    living |= {
        (line.notice_id, line.person_key, line.clears): line for line, *_rest in found if line.state in TELLING_LIVE
    }
    by: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    for line, attempt, proof in found:
        target = living.setdefault((line.notice_id, line.person_key, line.clears), line)
        if target.state != TellingState.PROVEN:
            target.state = TellingState.PROVEN
            by[attempt.rung, attempt.channel, proof].append(target.pk)
    for (rung, channel, proof), pks in by.items():
        # Why there is nothing but a posting is still to be read.
        reason = {} if channel == Way.POSTING else {"reason": ""}
        Telling.objects.filter(pk__in=pks).move(
            to=TellingState.PROVEN, at=at, rung=rung, channel=channel, proof=proof, **reason
        )
        others = Attempt.objects.filter(line_id__in=pks, outcome__in=ATTEMPT_OPEN).exclude(message_key="")
        delivery.call_back(keys=list(others.values_list("message_key", flat=True)), at=at)


def _living_of(ended: Sequence[Telling]) -> dict[tuple[int, object, bool], Telling]:
    if not ended:
        return {}
    living = Telling.objects.filter(
        incident_id__in={line.incident_id for line in ended},
        person_key__in=[line.person_key for line in ended],
        notice_id__in={line.notice_id for line in ended},
        state__in=TELLING_LIVE,
    )
    return {(line.notice_id, line.person_key, line.clears): line for line in living}


def _call_back(overdue: Sequence[_Changed], *, at: dt.datetime) -> None:
    """Nobody is told by a rung that was given up: only what may have left already can still come. At each look: what was being
    asked for at the one before may wait again.
    """
    if overdue:
        delivery.call_back(keys=[one.attempt.message_key for one in overdue], at=at)
