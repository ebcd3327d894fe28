"""What we say about an act, to every contact its owner has proven. Nothing that somebody typed goes into a letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from breachdesk.context import issuer
from cards.benefit_models import Entitlement
from cards.models import Act
from delivery.outbox import Words


def card_act_asked(act: Act) -> Words:
    return _words("card_act_asked", act)


def card_act_settled(act: Act) -> Words:
    return _words("card_act_settled", act)


def card_todo_reminder(act: Act, todos: Sequence[Any], *, language: str) -> Words:
    """`todos`: the words for what was put off, not yet in any language."""
    return _words("card_todo_reminder", act, language=language, todos=todos)


def card_charge_reminder(act: Act, *, first_day: dt.date, count: int) -> Words:
    """How many charge the old card from that day on. Not who: their names are somebody else's words."""
    return _words("card_charge_reminder", act, first_day=first_day, count=count)


def benefit_ends(held: Entitlement) -> Words:
    """It has no act: words of its own, in the language in which it was taken."""
    with translation.override(held.language):
        context = {"benefit": held.offer.get_benefit_display(), "ends": held.ends_date, "issuer": issuer()}
        text = render_to_string("cards/letters/benefit_ends.txt", context)
    subject, _, body = text.strip().partition("\n")
    return Words("benefit_ends", held.language, subject, body)


def _words(occasion: str, act: Act, *, language: str = "", **said: Any) -> Words:
    """The letter of that name, in the language the act was asked in where no other is said; its first line is the subject."""
    asked, language = act.asked, language or act.language
    with translation.override(language):
        context = {"act": act, "asked": asked, "issuer": issuer(), **said}
        text = render_to_string(f"cards/letters/{occasion}.txt", context)
    subject, _, body = text.strip().partition("\n")
    return Words(occasion, language, subject, body)
