"""The words themselves: soft ones, promises without a day, addresses, advertising, what somebody forgot to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from breachdesk.lib import links
from notices import texts
from notices.linting import figures, sentences, wording
from notices.linting.facts import Facts, Finding, Weight

EMAIL = re.compile(r"[\w.+-]+@[\w.-]+\w")


def findings(facts: Facts) -> Iterator[Finding]:
    for key, text in facts.texts.items():
        name, _underline, language = key.rpartition("_")
        if not text.strip():
            continue
        yield from _placeholders(name, language, text)
        yield from _addresses(facts, name, language, text)
        spoken = "en" if language == "en" else "ko"
        read = wording.PROPER_NAMES.sub(" ", sentences.plain(text))
        yield from _soft(name, language, read, spoken)
        yield from _shouting(name, language, read)
        yield from _advertising(name, language, read, spoken)
        if name != "next_word":
            yield from _promises(facts, name, language, read, spoken)
    yield from _next_word(facts)


def _finding(rule: str, name: str, language: str, words: str, found: str, weight: Weight) -> Finding:
    return Finding(rule, name, language, words, texts.reference(name) or str(wording.HOUSE), weight, found)


def _soft(name: str, language: str, text: str, spoken: str) -> Iterator[Finding]:
    seen = set()
    for soft in wording.SOFT:
        if soft.language != spoken:
            continue
        for match in soft.pattern.finditer(text):
            if match[0].lower() in seen or _is_mention(text, match, spoken):
                continue
            seen.add(match[0].lower())
            words = _("‘%(word)s’ 대신: %(instead)s") % {"word": match[0], "instead": soft.instead}
            said = wording.REGULATOR if soft.regulator else wording.HOUSE
            weight = Weight.BLOCKS if soft.regulator else Weight.MAY_BE_SET_ASIDE
            yield Finding("soft_word", name, language, words, str(said), weight, match[0])


def _is_mention(text: str, match: re.Match[str], spoken: str) -> bool:
    before, after = text[: match.start()], text[match.end() :]
    if before[-1:] in wording.QUOTED_BEFORE and after[:1] in wording.QUOTED_AFTER and before and after:
        return not wording.MADE_A_VERB.match(after[1:])
    return bool(wording.MENTION_AFTER[spoken].match(after) or wording.MENTION_BEFORE[spoken].search(before))


def _shouting(name: str, language: str, text: str) -> Iterator[Finding]:
    if match := wording.SHOUTING.search(text):
        words = _("‘%(mark)s’: 느낌표와 그림 글자는 쓰지 않아요.") % {"mark": match[0]}
        yield Finding("shouting", name, language, words, str(wording.HOUSE), Weight.MAY_BE_SET_ASIDE, match[0])


def _promises(facts: Facts, name: str, language: str, text: str, spoken: str) -> Iterator[Finding]:
    next_word_is_dated = bool(wording.DATED[spoken].search(facts.text("next_word", spoken)))
    for sentence in sentences.sentences(text):
        if wording.DATED[spoken].search(sentence) or wording.PAST[spoken].search(sentence):
            continue
        vague = wording.VAGUE[spoken].search(sentence)
        if vague is None and not next_word_is_dated:
            vague = wording.WHEN_KNOWN[spoken].search(sentence)
        if vague:
            words = _("‘%(word)s’: 언제까지인지 날짜나 시간으로 적어 주세요.") % {"word": vague[0]}
            yield _finding("promise_without_day", name, language, words, vague[0], Weight.MAY_BE_SET_ASIDE)


def _next_word(facts: Facts) -> Iterator[Finding]:
    for language in ("ko", "en"):
        text = facts.text("next_word", language)
        if not text:
            continue
        days = [day.near(facts.today) for day in figures.days(text, language)]
        said = str(facts.duty.law)
        if not days:
            words = _("다음 안내에 날짜가 없어요. 예: 11월 24일까지")
            yield Finding("next_word_without_day", "next_word", language, words, said)
        elif any(day is not None and day < facts.today for day in days):
            words = _("다음 안내를 드리겠다는 날이 이미 지났어요.")
            yield Finding("next_word_past", "next_word", language, words, said)


def _addresses(facts: Facts, name: str, language: str, text: str) -> Iterator[Finding]:
    ours = {one.value.strip().lower() for one in facts.contacts if one.kind == "email"}
    rest = EMAIL.sub(lambda match: " " if match[0].lower() in ours else match[0], text)
    if address := links.first_address(rest):
        words = _(
            "‘%(address)s’: 안내문에는 누를 수 있는 주소를 적지 않아요. 어디에서 찾는지 이름으로 적어 주세요."
        ) % {"address": address}
        yield Finding("address", name, language, words, str(wording.HOUSE), found=address)


def _advertising(name: str, language: str, text: str, spoken: str) -> Iterator[Finding]:
    for sentence in sentences.sentences(text):
        match = wording.ADVERTISING[spoken].search(sentence)
        if match and not wording.DENIED[spoken].search(sentence):
            words = _("‘%(word)s’: 유출 안내에는 광고를 넣지 않아요.") % {"word": match[0]}
            yield Finding("advertising", name, language, words, str(wording.HOUSE), Weight.MAY_BE_SET_ASIDE, match[0])


def _placeholders(name: str, language: str, text: str) -> Iterator[Finding]:
    if match := wording.PLACEHOLDERS.search(text):
        words = _("‘%(words)s’: 아직 채우지 않은 자리예요.") % {"words": match[0]}
        yield _finding("placeholder", name, language, words, match[0], Weight.BLOCKS)
