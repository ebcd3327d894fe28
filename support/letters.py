"""What this room says to people. Nothing that somebody typed goes into a letter, and no answer does."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from breachdesk.context import issuer
from delivery import paper
from delivery.words import Words
from support.callback_models import CallBack
from support.consultation_models import Consultation, Deed
from support.inquiry_models import Inquiry

# Letters whose subject is the same whoever gets them: it may be shown to whoever checks a message.
ALIKE = frozenset(
    {
        "inquiry_received",
        "inquiry_answered",
        "call_back_booked",
        "call_back_cancelled",
        "call_back_missed",
        "done_for_you",
        "claim_held",
    }
)


def inquiry_received(inquiry: Inquiry) -> Words:
    return _words("inquiry_received", inquiry.language, inquiry=inquiry)


def inquiry_answered(inquiry: Inquiry) -> Words:
    return _words("inquiry_answered", inquiry.language, inquiry=inquiry)


def done_for_you(consultation: Consultation, deed: Deed) -> Words:
    """A member of staff did something for a caller, and how to say that it was not them."""
    return _words("done_for_you", consultation.language, consultation=consultation, deed=deed)


def claim_held(consultation: Consultation, reference: str) -> Words:
    """Somebody said that it was not they who called: the claim that was filed then waits for a look."""
    return _words("claim_held", consultation.language, consultation=consultation, reference=reference)


def call_back_booked(call_back: CallBack) -> Words:
    return _words("call_back_booked", call_back.language, call_back=call_back)


def call_back_cancelled(call_back: CallBack) -> Words:
    return _words("call_back_cancelled", call_back.language, call_back=call_back)


def call_back_missed(call_back: CallBack) -> Words:
    return _words("call_back_missed", call_back.language, call_back=call_back)


def on_paper(words: Words) -> Words:
    """The same to whoever has neither phone nor e-mail."""
    said = paper.Letter(about=words.subject, title=words.subject, greeting=words.text.strip())
    return said.as_words(occasion=words.occasion, language=words.language)


def _words(occasion: str, language: str, **context: Any) -> Words:
    """The letter of that name; its first line is the subject."""
    with translation.override(language):
        text = render_to_string(f"support/letters/{occasion}.txt", {"issuer": issuer(), **context})
    subject, _, body = text.strip().partition("\n")
    return Words(occasion, language, subject, body, opening=subject if occasion in ALIKE else "")
