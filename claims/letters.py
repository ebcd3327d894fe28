"""What we say about a claim, to every contact its owner has proven. Nothing that somebody typed goes into a letter."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from breachdesk.context import issuer
from claims.models import Claim
from delivery.outbox import Words


def claim_received(claim: Claim, *, decided_by: dt.date) -> Words:
    return _words("claim_received", claim, decided_by=decided_by)


def claim_withdrawn(claim: Claim) -> Words:
    return _words("claim_withdrawn", claim)


def _words(occasion: str, claim: Claim, **context: Any) -> Words:
    """The letter of that name in the language the claim was made in; its first line is the subject."""
    with translation.override(claim.language):
        text = render_to_string(f"claims/letters/{occasion}.txt", {"claim": claim, "issuer": issuer(), **context})
    subject, _, body = text.strip().partition("\n")
    return Words(occasion, claim.language, subject, body)
