"""What staff do with a claim until it is decided, each an action: take, ask, propose, confirm.

Every form that staff post carries the claim's version as they saw it: on an older one, ChangedSince says what has moved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max

from breachdesk import audit
from breachdesk.accounts.models import User
from claims import letters, queries, reasons, rules, telling
from claims.models import Claim, Decision, LineOutcome, Move, Proposal, Question
from claims.rules import Proposed
from claims.states import Closed, IllegalMove, State


class ChangedSince(Exception):
    """The claim is no longer as it was when this form was opened."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(claim.reference)
        self.claim = claim


class ProposalVoid(Exception):
    """The account or the evidence changed after the proposal: it was closed as void, and the claim is in review again."""


@transaction.atomic
def take(*, reference: str, version: int, by: User, at: dt.datetime) -> Claim:
    """From the queue, or over from whoever has it. Raises ChangedSince, IllegalMove, rules.NotByTheClaimant."""
    claim = hold_as_seen(reference, version, by=by)
    if claim.state not in {State.SUBMITTED, State.IN_REVIEW}:
        raise IllegalMove(f"{claim.state}: not to be taken")
    if claim.state == State.IN_REVIEW and claim.reviewer_id != by.pk:
        claim.move(to=State.SUBMITTED, by=by, at=at, note="taken_over")
    claim.move(to=State.IN_REVIEW, by=by, at=at)
    _give_to(claim, by)
    _record("taken", claim, by=by, at=at)
    telling.tell(claim, letters.review_started(claim), at=at)
    return claim


@transaction.atomic
def give_back(*, reference: str, version: int, by: User, at: dt.datetime) -> Claim:
    """To the queue. Raises ChangedSince, IllegalMove, rules.NotTheirTurn."""
    claim = _hold_own(reference, version, by=by)
    claim.move(to=State.SUBMITTED, by=by, at=at, note="given_back")
    _give_to(claim, None)
    _record("given_back", claim, by=by, at=at)
    return claim


@transaction.atomic
def ask(*, reference: str, version: int, words: str, answer_by: dt.date, by: User, at: dt.datetime) -> Question:
    """Something more from the claimant; until it comes, the promised day waits.

    Raises ChangedSince, IllegalMove, rules.NotTheirTurn, NothingSaid, OutsideDays.
    """
    claim = _hold_own(reference, version, by=by)
    rules.check_words(words, rules.QUESTION_LENGTH)
    rules.check_answer_by(answer_by, queries.today_of(claim.incident, at))
    claim.move(to=State.NEEDS_MORE, by=by, at=at)
    question = Question(claim=claim, asked_by=by, asked_at=at, answer_by_date=answer_by)
    question.words = words
    question.save(force_insert=True)
    _record("asked", claim, by=by, at=at, answer_by=answer_by.isoformat())
    telling.tell(claim, letters.question_asked(claim, question), at=at, of=str(question.pk))
    return question


@transaction.atomic
def stop_waiting(*, reference: str, version: int, by: User, at: dt.datetime) -> Claim:
    """No answer came by its day: the review goes on with what there is, with whoever says so.

    Raises ChangedSince, IllegalMove, rules.OutsideDays (the day has not passed).
    """
    claim = hold_as_seen(reference, version, by=by)
    question = claim.questions.filter(answered_at=None).first()
    if question is None:
        raise IllegalMove("no question is open")
    if queries.today_of(claim.incident, at) <= question.answer_by_date:
        raise rules.OutsideDays
    close_question(claim, question, note="no_answer", by=by, at=at)
    _give_to(claim, by)
    _record("went_on_without_answer", claim, by=by, at=at)
    telling.tell(claim, letters.review_goes_on(claim), at=at, of=str(question.pk))
    return claim


@transaction.atomic
def propose(
    *, reference: str, version: int, lines: Sequence[Proposed], sentence: str, by: User, at: dt.datetime
) -> Proposal:
    """What to recognise of each line and why; another person confirms it.

    Raises ChangedSince, IllegalMove, rules.NotTheirTurn, OutcomesWanting, NothingSaid.
    """
    claim = _hold_own(reference, version, by=by)
    rules.check_words(sentence, rules.SENTENCE_LENGTH)
    filed = {line.number: line for line in claim.lines.all()}
    rules.check_outcomes({number: line.amount for number, line in filed.items()}, lines, reasons.fits)
    claim.move(to=State.PROPOSED, by=by, at=at)
    proposal = Proposal(
        claim=claim,
        number=(claim.proposals.aggregate(last=Max("number"))["last"] or 0) + 1,
        proposer=by,
        made_at=at,
        account_hash=claim.account_hash,
        evidence_hash=queries.evidence_hash(claim),
    )
    proposal.sentence = sentence
    proposal.save(force_insert=True)
    LineOutcome.objects.bulk_create(
        LineOutcome(
            proposal=proposal, line=filed[one.number], outcome=one.outcome, amount=one.amount, reason=one.reason
        )
        for one in lines
    )
    _record("proposed", claim, by=by, at=at, number=proposal.number, amount=proposal.amount)
    return proposal


def confirm(*, reference: str, version: int, by: User, at: dt.datetime) -> Decision:
    """A second person agrees: the claim is decided, for good.

    Raises ChangedSince, IllegalMove, rules.NotByTheClaimant, rules.NotByTheSame, rules.OnHold, ProposalVoid.
    """
    decision = _confirm(reference=reference, version=version, by=by, at=at)
    if decision is None:
        # Raised only now, so that the voiding is kept.
        raise ProposalVoid
    return decision


@transaction.atomic
def _confirm(*, reference: str, version: int, by: User, at: dt.datetime) -> Decision | None:
    claim = hold_as_seen(reference, version, by=by)
    proposal = _open_proposal(claim)
    claimant = claim.person.user
    rules.may_decide(by=by.pk, claimant=claimant.pk, proposer=proposal.proposer_id, entered_by=claim.entered_by_id)
    queries.check_not_held(claim)
    evidence_hash = queries.evidence_hash(claim)
    if (proposal.account_hash, proposal.evidence_hash) != (claim.account_hash, evidence_hash):
        void_open_proposal(claim, by=by, at=at)
        claim.move(to=State.IN_REVIEW, by=by, at=at, note="changed_since")
        return None
    outcomes = list(proposal.outcomes.all())
    amount = sum(outcome.amount for outcome in outcomes)
    claim.move(to=State.APPROVED if amount else State.REFUSED, by=by, at=at)
    _close(proposal, Closed.CONFIRMED, by=by, at=at)
    decision = Decision.objects.create(
        claim=claim,
        stage=(claim.decisions.aggregate(last=Max("stage"))["last"] or 0) + 1,
        proposal=proposal,
        proposer=proposal.proposer,
        confirmer=by,
        claimant=claimant,
        entered_by=claim.entered_by,
        amount=amount,
        currency=claim.currency,
        account_hash=claim.account_hash,
        evidence_hash=evidence_hash,
        decided_at=at,
    )
    _record(
        "decided",
        claim,
        by=by,
        at=at,
        proposer=proposal.proposer_id,
        amount=amount,
        lines=[[outcome.outcome, outcome.amount, outcome.reason] for outcome in outcomes],
    )
    telling.tell(claim, letters.claim_decided(claim, decision), at=at, of=str(decision.stage))
    return decision


@transaction.atomic
def send_back(*, reference: str, version: int, note: str, by: User, at: dt.datetime) -> Claim:
    """A second person does not agree, and says why to whoever proposed. Raises ChangedSince, IllegalMove, rules.Refusal."""
    claim = hold_as_seen(reference, version, by=by)
    proposal = _open_proposal(claim)
    rules.may_decide(
        by=by.pk,
        claimant=claim.person.user_id,
        proposer=proposal.proposer_id,
        entered_by=claim.entered_by_id,
    )
    rules.check_words(note, rules.NOTE_LENGTH)
    proposal.note = note
    _close(proposal, Closed.SENT_BACK, by=by, at=at)
    claim.move(to=State.IN_REVIEW, by=by, at=at, note="sent_back")
    _record("sent_back", claim, by=by, at=at, number=proposal.number)
    return claim


@transaction.atomic
def reveal(*, reference: str, reason: str, by: User, at: dt.datetime) -> Claim:
    """Before the personal data of a claim is shown unmasked, once: who, whose, and why. Raises rules.NotTheirTurn."""
    claim = _locked(reference)
    rules.may_decide(by=by.pk, claimant=claim.person.user_id, entered_by=claim.entered_by_id)
    rules.may_reveal(reason, turn=queries.is_turn_of(claim, by))
    _record("revealed", claim, by=by, at=at, reason=reason, person=claim.person_id)
    return claim


@transaction.atomic
def see_evidence(*, reference: str, evidence_id: int, by: User, at: dt.datetime) -> None:
    """Evidence is personal data as well: each opening is on record."""
    claim = _locked(reference)
    _record("evidence_seen", claim, by=by, at=at, evidence=evidence_id, person=claim.person_id)


# For the other actions of this room; the caller holds the claim's row.


def void_open_proposal(claim: Claim, *, by: User | None, at: dt.datetime) -> bool:
    """What was proposed about other evidence, another account or a claim that is gone. Says whether there was one."""
    proposal = claim.proposals.filter(closed_at=None).first()
    if proposal is None:
        return False
    _close(proposal, Closed.VOID, by=by, at=at)
    _record("proposal_void", claim, by=by, at=at, number=proposal.number)
    return True


def close_question(
    claim: Claim, question: Question, *, note: str, by: User, at: dt.datetime, answer: str | None = None
) -> None:
    """Answered, or no longer waited for; the promised day moves on by as long as it was open."""
    if answer is not None:
        question.answer = answer
    question.answered_at = at
    question.save(update_fields=["sealed_answer", "answered_at"])
    claim.decide_by_date = rules.longer(
        claim.decide_by_date,
        asked=queries.today_of(claim.incident, question.asked_at),
        answered=queries.today_of(claim.incident, at),
    )
    claim.save(update_fields=["decide_by_date"])
    claim.move(to=State.IN_REVIEW, by=by, at=at, note=note)


def moved_since(claim: Claim, version: int) -> list[Move]:
    return list(claim.moves.filter(version__gt=version).select_related("by"))


def _locked(reference: str) -> Claim:
    return (
        Claim.objects.select_for_update(of=("self",))
        .select_related("incident", "person__user", "entered_by")
        .get(reference=reference)
    )


def hold_as_seen(reference: str, version: int, *, by: User) -> Claim:
    """The claim, locked and as it was seen, for somebody who may decide about it."""
    claim = _locked(reference)
    rules.may_decide(by=by.pk, claimant=claim.person.user_id, entered_by=claim.entered_by_id)
    if claim.version != version:
        raise ChangedSince(claim)
    return claim


def _hold_own(reference: str, version: int, *, by: User) -> Claim:
    claim = hold_as_seen(reference, version, by=by)
    if claim.reviewer_id != by.pk:
        raise rules.NotTheirTurn
    return claim


def _open_proposal(claim: Claim) -> Proposal:
    proposal = claim.proposals.select_related("proposer").filter(closed_at=None).first()
    if proposal is None:
        raise IllegalMove("nothing is proposed")
    return proposal


def _close(proposal: Proposal, closed_as: Closed, *, by: User | None, at: dt.datetime) -> None:
    proposal.closed_as, proposal.closed_at, proposal.closed_by = closed_as, at, by
    proposal.save(update_fields=["closed_as", "closed_at", "closed_by", "sealed_note"])


def _give_to(claim: Claim, reviewer: User | None) -> None:
    claim.reviewer = reviewer
    claim.save(update_fields=["reviewer"])


def _record(done: str, claim: Claim, *, by: User | None, at: dt.datetime, **data: object) -> None:
    audit.record(kind=f"claims.{done}", by=by, about=f"claim:{claim.reference}", at=at, **data)
