"""The compiler of a notice: what stands in the way of publishing it, where, and by which rule. Pure.

`findings(facts)` is the whole of it. Words, names and patterns are data: wording.py, vocabulary.py, easy_rules.HARD.
"""

from __future__ import annotations

from notices import texts
from notices.linting import easy_rules, figure_rules, item_rules, law_rules, word_rules
from notices.linting.facts import ContactFacts, Facts, Finding, KnownItem, ListFacts, Weight

__all__ = ["ContactFacts", "Facts", "Finding", "KnownItem", "ListFacts", "Weight", "findings"]

PLACES = {name: place for place, name in enumerate(("kind", "cleared", *texts.TEXTS, "not_leaked", "contact_points"))}
WEIGHTS = {weight: place for place, weight in enumerate(Weight)}
LANGUAGES = {language: place for place, language in enumerate(("", "ko", "en", "easy"))}


def findings(facts: Facts) -> list[Finding]:
    """In the order of the page, what blocks first."""
    found: dict[str, Finding] = {}
    for rules in (law_rules, item_rules, word_rules, figure_rules, easy_rules):
        for one in rules.findings(facts):
            found.setdefault(one.key, one)
    return sorted(found.values(), key=lambda one: (PLACES[one.field], LANGUAGES[one.language], WEIGHTS[one.weight]))
