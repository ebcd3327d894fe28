"""What we say about a claim, to every contact its owner has proven. Nothing that somebody typed goes into a letter."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from breachdesk.context import issuer
from breachdesk.lib import masks
from claims.banks import BANKS
from claims.models import AccountChange, Claim, Decision, Payout, Question
from claims.reasons import REASONS
from claims.states import AccountProblem
from delivery.outbox import Words

# A long text message holds about a thousand Korean syllables.
LINES_IN_A_LETTER = 5
# Letters whose subject is the same whoever gets them: it may be shown to whoever checks a message. The others name a sum.
ALIKE = frozenset(
    {
        "claim_received",
        "claim_withdrawn",
        "review_started",
        "question_asked",
        "answer_received",
        "review_goes_on",
        "hold_over",
        "account_wrong",
        "account_changed",
    }
)


def claim_received(claim: Claim, *, decided_by: dt.date) -> Words:
    return _words("claim_received", claim, decided_by=decided_by)


def claim_withdrawn(claim: Claim) -> Words:
    return _words("claim_withdrawn", claim)


def review_started(claim: Claim) -> Words:
    return _words("review_started", claim)


def question_asked(claim: Claim, question: Question) -> Words:
    return _words("question_asked", claim, question=question)


def answer_received(claim: Claim) -> Words:
    return _words("answer_received", claim)


def review_goes_on(claim: Claim) -> Words:
    return _words("review_goes_on", claim)


def hold_over(claim: Claim) -> Words:
    return _words("hold_over", claim)


def claim_decided(claim: Claim, decision: Decision) -> Words:
    """Each line with its reason, where they are few enough for a text message; the rest is on the status page."""
    outcomes = list(decision.proposal.outcomes.select_related("line"))
    lines = [(outcome, REASONS[outcome.reason]) for outcome in outcomes] if len(outcomes) <= LINES_IN_A_LETTER else []
    return _words("claim_decided", claim, decision=decision, lines=lines, number=len(outcomes))


def payout_sent(claim: Claim, payout: Payout) -> Words:
    return _words("payout_sent", claim, payout=payout, **_account(payout.account))


def account_wrong(claim: Claim, payout: Payout) -> Words:
    problem = AccountProblem(payout.problem).label
    return _words("account_wrong", claim, payout=payout, problem=problem, **_account(payout.account))


def account_changed(claim: Claim, change: AccountChange) -> Words:
    return _words("account_changed", claim, change=change, **_account(claim.account))


def _account(account: dict[str, str]) -> dict[str, Any]:
    """Where to: the bank's own name and four digits, never what somebody typed as the holder."""
    return {"bank": BANKS[account["bank"]], "number": masks.account(account["number"])}


def _words(occasion: str, claim: Claim, **context: Any) -> Words:
    """The letter of that name in the language the claim was made in; its first line is the subject."""
    with translation.override(claim.language):
        text = render_to_string(f"claims/letters/{occasion}.txt", {"claim": claim, "issuer": issuer(), **context})
    subject, _, body = text.strip().partition("\n")
    return Words(occasion, claim.language, subject, body, opening=subject if occasion in ALIKE else "")
