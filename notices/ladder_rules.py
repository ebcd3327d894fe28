"""Which way somebody is told next, and what a message that left is worth as proof. Pure: plain values in, plain answers out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from delivery.states import State
from notices import rules
from notices.states import AttemptOutcome, ProofBy, Way

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


@dataclass(frozen=True)
class Rung:
    position: int
    way: str
    wait_minutes: int
    proof: str
    silence_hours: int = 0

    @property
    def wait(self) -> dt.timedelta:
        return self.wait_minutes * MINUTE

    @property
    def silence(self) -> dt.timedelta:
        return self.silence_hours * HOUR


# Every way is one the law knows (시행령 제39조); how long each is given is ours. A phone and an e-mail together are tried
# within a day and a half, so that a letter can still be posted inside the 72 hours.
USUAL: tuple[Rung, ...] = (
    Rung(1, Way.ALIMTALK, 30, ProofBy.DELIVERED),
    Rung(2, Way.PHONE, 6 * 60, ProofBy.DELIVERED),
    Rung(3, Way.EMAIL, 6 * 60, ProofBy.NOT_BOUNCED, 24),
    Rung(4, Way.LETTER, 7 * 24 * 60, ProofBy.NOT_RETURNED, 14 * 24),
    Rung(5, Way.POSTING, 0, ProofBy.POSTED),
)
# A campaign from before there were ladders tells each person once, by the first of these that reaches them.
BEFORE_LADDERS = USUAL[1:3]
# What may count as proof of a way, the usual first.
PROOFS: dict[str, tuple[ProofBy, ...]] = {
    Way.ALIMTALK: (ProofBy.DELIVERED,),
    Way.PHONE: (ProofBy.DELIVERED,),
    Way.EMAIL: (ProofBy.NOT_BOUNCED,),
    Way.LETTER: (ProofBy.NOT_RETURNED,),
    Way.POSTING: (ProofBy.POSTED,),
}
# What was taken for proof because nothing came back is looked at for so long, in case it does.
COMES_BACK_WITHIN = {ProofBy.NOT_BOUNCED: dt.timedelta(days=3), ProofBy.NOT_RETURNED: dt.timedelta(days=60)}
A_DAY = dt.timedelta(days=1)
# No receipt proves these, and what comes back does not come within minutes.
COMES_BACK_LOOKED_FOR = HOUR
# A posting whose days are not full, or that has gaps, is looked at so often.
LOOK_AT_POSTINGS = dt.timedelta(hours=6)
# How a rung of a kind is shortest and longest: (minutes to wait, hours of silence).
LONGEST_WAIT_MINUTES, LONGEST_SILENCE_HOURS = 60 * 24 * 30, 24 * 60


# -- which way ------------------------------------------------------------------------------------------------------------


def next_rung(
    rungs: Sequence[Rung],
    *,
    after: int,
    reachable: Collection[str],
    carried: Collection[str],
    tried: Collection[int] = (),
    wished: Collection[str] = (),
) -> Rung | None:
    """The first one above that is a message, has a contact of the person, and that the house is set up for.

    `wished`: ways that the person wishes to be told by; one of them that was not `tried` comes first, wherever it stands.
    """
    usable = [rung for rung in rungs if rung.way != Way.POSTING and rung.way in reachable and rung.way in carried]
    first = [rung for rung in usable if rung.way in wished and rung.position not in tried]
    above = [rung for rung in usable if rung.position > after and rung.position not in tried]
    return next(iter([*first, *above]), None)


def highest(rungs: Sequence[Rung], *, tried: Collection[int], wished: Collection[str]) -> int:
    """The last of those tried in their order: one that came first because it was wished for does not leave out those below."""
    out_of_order = {rung.position for rung in rungs if rung.way in wished}
    return max((position for position in tried if position not in out_of_order), default=0)


def posting_of(rungs: Sequence[Rung]) -> Rung | None:
    return next((rung for rung in rungs if rung.way == Way.POSTING), None)


def ways_to(*, phone: bool, email: bool, address: bool) -> set[str]:
    ways = {Way.ALIMTALK, Way.PHONE} if phone else set()
    return ways | ({Way.EMAIL} if email else set()) | ({Way.LETTER} if address else set())


# -- what it is worth -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tried:
    """An attempt as it stands, and what delivery says of its message now."""

    outcome: str
    put_at: dt.datetime
    # When a provider took it; None: not yet.
    taken_at: dt.datetime | None
    state: State
    # Since when a provider has been asked, the time it was held back left out; None: not yet, or it is held back now.
    asked_at: dt.datetime | None


@dataclass(frozen=True)
class Became:
    outcome: AttemptOutcome
    look_again_at: dt.datetime | None


def judge(tried: Tried, rung: Rung, *, climbs: bool, at: dt.datetime) -> Became:
    """What the attempt is now. `climbs`: another rung may follow, so that waiting has an end."""
    before = AttemptOutcome(tried.outcome)
    if tried.state == State.DELIVERED:
        return Became(AttemptOutcome.PROVEN, None)
    match tried.state:
        case State.FAILED | State.EXPIRED:
            # A late receipt may still say that it came.
            late = None if rung.way in (Way.EMAIL, Way.LETTER) else _late_look(tried, at)
            return Became(AttemptOutcome.FAILED, late)
        case State.CANCELLED:
            return Became(
                AttemptOutcome.OVERDUE if before == AttemptOutcome.OVERDUE else AttemptOutcome.CANCELLED, None
            )
        case State.ACCEPTED:
            return _accepted(tried, rung, before=before, climbs=climbs, at=at)
    # Not yet taken: it waits, is being sent, or may have left.
    unknown = tried.state == State.UNKNOWN or before == AttemptOutcome.UNKNOWN
    out = AttemptOutcome.UNKNOWN if unknown else AttemptOutcome.PUT
    if before == AttemptOutcome.OVERDUE:
        return Became(AttemptOutcome.OVERDUE, _late_look(tried, at))
    next_look = rules.look_again_at(put_at=tried.put_at, at=at)
    if rung.way == Way.LETTER or not climbs:
        # A letter's time runs from its posting: before that it waits for its batch, or lies at the mail house.
        return Became(out, next_look)
    over = (tried.asked_at or at) + rung.wait
    return Became(out, min(next_look, over)) if at < over else Became(AttemptOutcome.OVERDUE, _late_look(tried, at))


def _accepted(tried: Tried, rung: Rung, *, before: AttemptOutcome, climbs: bool, at: dt.datetime) -> Became:
    taken_at = tried.taken_at or at
    if rung.proof == ProofBy.DELIVERED:
        over = taken_at + rung.wait
        if before == AttemptOutcome.OVERDUE or (climbs and at >= over):
            return Became(AttemptOutcome.OVERDUE, _late_look(tried, at))
        late = _late_look(tried, at)
        if climbs:
            return Became(AttemptOutcome.TAKEN, min(late, over) if late else over)
        return Became(AttemptOutcome.TAKEN, late)
    over = taken_at + rung.silence
    if at < over:
        next_look = max(rules.look_again_at(put_at=tried.put_at, at=at), at + COMES_BACK_LOOKED_FOR)
        return Became(AttemptOutcome.TAKEN, min(next_look, over))
    watched = over + COMES_BACK_WITHIN[ProofBy(rung.proof)]
    return Became(AttemptOutcome.PROVEN, min(at + A_DAY, watched) if at < watched else None)


def _late_look(tried: Tried, at: dt.datetime) -> dt.datetime | None:
    """A receipt later than this is not waited for."""
    if not rules.may_still_be_receipted(put_at=tried.put_at, at=at):
        return None
    return rules.look_again_at(put_at=tried.put_at, at=at)


# -- why not --------------------------------------------------------------------------------------------------------------

NO_RECEIPT, REFUSED, RETURNED, WRONG_PERSON, NOT_TAKEN, CALLED_BACK = (
    "no_receipt",
    "refused",
    "returned",
    "wrong_person",
    "not_taken",
    "called_back",
)
CANNOT_OPEN, DOES_NOT_FIT, NO_WAY = "cannot_open", "does_not_fit", "no_way"
# A newer version of the notice is on its way to the person, or has reached them.
NEWER_VERSION = "newer_version"
# An all-clear was not sent: a list that came later has the person again.
LISTED_AGAIN = "listed_again"
# An all-clear was not sent: what the person would have been told of the leak was called back before it left.
NEVER_TOLD = "never_told"


def why(outcome: str, *, taken: bool, reason: str) -> str:
    """In one of our words, why a rung was no proof. `reason`: as delivery has it."""
    if outcome == AttemptOutcome.WRONG_PERSON:
        return WRONG_PERSON
    if outcome == AttemptOutcome.CANCELLED:
        return CALLED_BACK
    if outcome == AttemptOutcome.OVERDUE:
        return NO_RECEIPT if taken else NOT_TAKEN
    return RETURNED if reason.startswith("returned") else REFUSED


# -- two people decide ----------------------------------------------------------------------------------------------------


class NoReason(rules.NotAllowed):
    words = gettext_lazy("왜 그렇게 하는지 적어 주세요.")


class ProposalWaits(rules.NotAllowed):
    words = gettext_lazy("다른 제안이 이미 확인을 기다리고 있어요.")


class NoProposal(rules.NotAllowed):
    words = gettext_lazy("확인을 기다리는 제안이 없어요. 그사이 다른 사람이 정했을 수 있어요.")


class NothingNew(rules.NotAllowed):
    words = gettext_lazy("지금 쓰는 순서와 같아요. 바뀐 것이 없어요.")


def problems(rungs: Sequence[Rung]) -> list[tuple[int, str]]:
    """What is wrong with rungs that somebody wants: position and words; position 0: with all of them."""
    found = []
    if not any(rung.way != Way.POSTING for rung in rungs):
        found.append((0, _("한 사람씩 알리는 방법이 하나는 있어야 해요.")))
    if rungs and rungs[-1].way != Way.POSTING:
        # Art. 39(3) of the decree: whoever cannot be reached is told by a posting of thirty days.
        found.append((0, _("게시는 마지막에 있어야 해요. 연락할 수 없는 분께는 게시가 통지를 대신해요.")))
    if len({rung.way for rung in rungs}) < len(rungs):
        found.append((0, _("같은 방법이 두 번 있어요.")))
    for rung in rungs:
        if rung.way != Way.POSTING and not 1 <= rung.wait_minutes <= LONGEST_WAIT_MINUTES:
            found.append((rung.position, _("기다리는 시간은 1분부터 30일까지예요.")))
        if rung.proof not in PROOFS[rung.way]:
            found.append((rung.position, _("이 방법에는 쓸 수 없는 증거예요.")))
        if rung.proof in COMES_BACK_WITHIN and not 1 <= rung.silence_hours <= LONGEST_SILENCE_HOURS:
            found.append((rung.position, _("되돌아오지 않아야 하는 시간은 1시간부터 60일까지예요.")))
    return found
