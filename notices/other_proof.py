"""What was taken for proof has fallen: another message of the same line may be proof all the same, and then it stands for it."""

from __future__ import annotations

from collections.abc import Iterable

from delivery import queries as messages
from delivery.states import State
from notices import laddering
from notices.campaign_models import Telling
from notices.ladder_models import Attempt
from notices.states import AttemptOutcome, ProofBy, TellingState, Way


def stands(lines: Iterable[Telling]) -> set[int]:
    """On locked lines whose proof has fallen, with that written already: those that were proven otherwise too stay so, by that."""
    proven = {line.pk: line for line in lines if line.state == TellingState.PROVEN}
    found: dict[int, Attempt] = {}
    for one in Attempt.objects.filter(line__in=proven, outcome=AttemptOutcome.PROVEN).order_by("line", "rung"):
        found.setdefault(one.line_id, one)
    arrived = messages.state_of(one.message_key for one in found.values() if one.message_key)
    for pk, one in found.items():
        proof = ProofBy.POSTED if one.channel == Way.POSTING else ProofBy.DELIVERED
        if proof == ProofBy.DELIVERED and arrived.get(one.message_key) != State.DELIVERED:
            rungs = laddering.rungs_of(proven[pk].campaign.ladder)
            proof = next(ProofBy(rung.proof) for rung in rungs if rung.position == one.rung)
        Telling.objects.filter(pk=pk).update(
            rung=one.rung, channel=one.channel, proof=proof, proven_at=one.ended_at, reason=""
        )
    return set(found)
