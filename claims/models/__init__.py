"""What was filed, what was decided about it, and what was paid."""

from claims.models.deciding import Decision, LineOutcome, Proposal, Question
from claims.models.filed import Claim, Draft, Evidence, Line, Move
from claims.models.paying import BankEvent, Payout

__all__ = [
    "BankEvent",
    "Claim",
    "Decision",
    "Draft",
    "Evidence",
    "Line",
    "LineOutcome",
    "Move",
    "Payout",
    "Proposal",
    "Question",
]
