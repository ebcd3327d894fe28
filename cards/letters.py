"""What we say about an act, to every contact its owner has proven. Nothing that somebody typed goes into a letter."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import translation

from breachdesk.context import issuer
from cards.models import Act
from delivery.outbox import Words


def card_act_asked(act: Act) -> Words:
    return _words("card_act_asked", act)


def card_act_settled(act: Act) -> Words:
    return _words("card_act_settled", act)


def _words(occasion: str, act: Act) -> Words:
    """The letter of that name in the language the act was asked in; its first line is the subject."""
    asked = act.asked
    with translation.override(act.language):
        text = render_to_string(f"cards/letters/{occasion}.txt", {"act": act, "asked": asked, "issuer": issuer()})
    subject, _, body = text.strip().partition("\n")
    return Words(occasion, act.language, subject, body)
