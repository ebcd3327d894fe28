"""What this room says to people. Nothing that somebody typed goes into a letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from breachdesk.context import issuer
from delivery.words import Words
from lookup.dispute_models import Dispute
from notices import catalogue

# Letters whose subject is the same whoever gets them: it may be shown to whoever checks a message.
ALIKE = frozenset({"step_reminder", "passkey_added", "something_changed", "dispute_received", "dispute_answered"})


def one_time_code(code: str, *, expires_at: dt.datetime, language: str, in_a_call: bool = False) -> Words:
    """`in_a_call`: it is keyed by whoever speaks with us, on the page for callers."""
    return _words("one_time_code", language, code=code, expires_at=expires_at, in_a_call=in_a_call)


def step_reminder(steps: Sequence[catalogue.Step], *, language: str) -> Words:
    return _words("step_reminder", language, steps=steps)


def passkey_added(*, language: str) -> Words:
    return _words("passkey_added", language)


def something_changed(*, language: str) -> Words:
    return _words("something_changed", language)


def dispute_received(dispute: Dispute) -> Words:
    return _words("dispute_received", dispute.language, dispute=dispute)


def dispute_answered(dispute: Dispute) -> Words:
    return _words("dispute_answered", dispute.language, dispute=dispute)


def _words(occasion: str, language: str, **context: Any) -> Words:
    """The letter of that name; its first line is the subject."""
    with translation.override(language):
        text = render_to_string(f"lookup/letters/{occasion}.txt", {"issuer": issuer(), **context})
    subject, _, body = text.strip().partition("\n")
    return Words(occasion, language, subject, body, opening=subject if occasion in ALIKE else "")
