"""Item 1 against the list, item 3 against what leaked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from notices import catalogue, texts
from notices.linting import sentences, vocabulary
from notices.linting.facts import LANGUAGES, Facts, Finding, Weight
from notices.linting.sentences import Says
from notices.states import NoticeKind


def findings(facts: Facts) -> Iterator[Finding]:
    if "what_leaked" not in facts.carried:
        return
    yield from _not_leaked(facts)
    for language in LANGUAGES:
        text = facts.text("what_leaked", language)
        if text:
            yield from _item_one(facts, text, language)
        if facts.text("what_to_do", language):
            yield from _item_three(facts, language)


def _names(facts: Facts, codes: Iterable[str], language: str) -> str:
    return ", ".join(facts.items[code].name(language) for code in facts.items if code in set(codes))


def _not_leaked(facts: Facts) -> Iterator[Finding]:
    wrong = set(facts.not_leaked) & facts.at_stake
    if wrong:
        words = _("유출되지 않았다고 고른 정보가 지금 명단에는 있어요: %(items)s") % {
            "items": _names(facts, wrong, "ko")
        }
        yield Finding("not_leaked_against_list", "not_leaked", "", words, texts.reference("what_leaked"))


def _item_one(facts: Facts, text: str, language: str) -> Iterator[Finding]:
    named = sentences.named(text, language, facts.items)
    yes, maybe, no = (set(named[says]) for says in (Says.YES, Says.MAYBE, Says.NO))
    if facts.kind == NoticeKind.POSSIBLE:
        maybe |= yes

    def finding(rule: str, words: str, codes: Iterable[str], weight: Weight = Weight.BLOCKS) -> Finding:
        items = _names(facts, codes, language)
        return Finding(
            rule, "what_leaked", language, words % {"items": items}, texts.reference("what_leaked"), weight, items
        )

    if not yes | maybe:
        yield finding("no_item_named", _("유출된 정보의 이름이 하나도 없어요. 항목을 모두 적어 주세요."), ())
        return
    if contradicted := (yes | maybe) & set(facts.not_leaked):
        yield finding(
            "text_against_not_leaked",
            _("글은 나갔다고 하는데 ‘유출되지 않은 것으로 확인한 정보’에 있어요: %(items)s"),
            contradicted,
        )
    if facts.listed is None:
        return
    sure, possible = facts.listed.sure, facts.listed.possible
    if missing := sure - yes - (maybe if facts.kind == NoticeKind.POSSIBLE else set()):
        yield finding("item_not_named", _("명단에는 유출됐다고 있는데 글에 없는 정보: %(items)s"), missing)
    if missing := possible - sure - yes - maybe:
        yield finding("item_not_named", _("명단에는 유출됐을 수 있다고 있는데 글에 없는 정보: %(items)s"), missing)
    if unlisted := (yes | maybe) - sure - possible:
        yield finding("item_not_listed", _("글은 나갔다고 하는데 지금 명단에는 없는 정보: %(items)s"), unlisted)
    if facts.kind != NoticeKind.POSSIBLE and (surer := (yes & possible) - sure):
        yield finding("item_only_possible", _("명단에는 가능성만 있는데 글은 나갔다고 하는 정보: %(items)s"), surer)
    if denied := (no & (sure | possible)) - yes - maybe:
        yield finding("item_denied", _("명단에는 있는데 글은 나가지 않았다고 하는 정보: %(items)s"), denied)


def _item_three(facts: Facts, language: str) -> Iterator[Finding]:
    text = sentences.plain(facts.text("what_to_do", language))
    leaked = facts.at_stake or _said(facts, language)
    for group, items in _groups(facts, leaked):
        steps = vocabulary.steps_against(group)
        if any(re.search(vocabulary.STEPS[code][language], text, re.IGNORECASE | re.DOTALL) for code in steps):
            continue
        titles = [str(step.title) for step in catalogue.STEPS if step.code in steps]
        words = _("%(items)s에 대해 할 수 있는 일이 하나도 없어요. 예: %(steps)s") % {
            "items": ", ".join(facts.items[code].name(language) for code in items),
            "steps": ", ".join(titles[:2]),
        }
        yield Finding("no_step", "what_to_do", language, words, texts.reference("what_to_do"), found=group)


def _said(facts: Facts, language: str) -> frozenset[str]:
    named = sentences.named(facts.text("what_leaked", language), language, facts.items)
    return frozenset({*named[Says.YES], *named[Says.MAYBE]})


def _groups(facts: Facts, codes: frozenset[str]) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for code, item in facts.items.items():
        if code in codes:
            found.setdefault(item.group, []).append(code)
    return list(found.items())
