"""What was filed, what was decided about it, and what was paid."""

from claims.models.deciding import Decision, LineOutcome, Proposal, Question
from claims.models.filed import Claim, Draft, Evidence, Hold, Line, Move
from claims.models.paying import AccountChange, BankEvent, Payout

__all__ = [
    "AccountChange",
    "BankEvent",
    "Claim",
    "Decision",
    "Draft",
    "Evidence",
    "Hold",
    "Line",
    "LineOutcome",
    "Move",
    "Payout",
    "Proposal",
    "Question",
]
