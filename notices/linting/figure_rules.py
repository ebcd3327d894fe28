"""Days against the incident, and numbers that one language has and the other lacks."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import pairwise

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from breachdesk.lib import dates
from notices import texts
from notices.linting import figures, sentences, wording
from notices.linting.facts import LANGUAGES, SPOKEN, Facts, Finding, Weight

LEARNED = {
    "ko": re.compile(r"알았|알게 됐|알게 되었|인지(?:했|하였|한)"),
    "en": re.compile(r"\b(?:learned|learnt|found out|discovered|became aware)\b", re.IGNORECASE),
}
# Between two days of a span: from A to B.
SPAN = {
    "ko": (re.compile(r"^[^가-힣]{0,12}부터"), re.compile(r"^[^가-힣]{0,12}(?:까지|사이)")),
    "en": (re.compile(r"\b(?:from|between)\s+(?:\w+ )?$", re.I), re.compile(r"^\D{0,4}[\d:, ]{0,8}(?:to|and|until|–|-)\b", re.I)),
}  # fmt: skip
STROKE = re.compile(r"^[^가-힣a-z]{0,12}[~∼–][^가-힣a-z]{0,12}$", re.IGNORECASE)
KINDS = {
    "day": gettext_lazy("날짜"),
    "time": gettext_lazy("시각"),
    "sum": gettext_lazy("금액"),
    "people": gettext_lazy("사람 수"),
    "phone": gettext_lazy("전화번호"),
    "percent": gettext_lazy("비율"),
}


def findings(facts: Facts) -> Iterator[Finding]:
    for name in ("lede", "when_and_how"):
        for language in SPOKEN:
            if text := facts.text(name, language):
                yield from _against_the_incident(facts, name, language, sentences.plain(text))
    for name in texts.TEXTS:
        yield from _other_language(facts, name)
    yield from _easy(facts)
    yield from _people(facts)


def _day(moment: dt.datetime) -> str:
    return dates.long_day(moment, get_language() or "ko")


def _aside(rule: str, name: str, language: str, words: str, found: str) -> Finding:
    return Finding(
        rule, name, language, words, texts.reference(name) or str(wording.HOUSE), Weight.MAY_BE_SET_ASIDE, found
    )


def _against_the_incident(facts: Facts, name: str, language: str, text: str) -> Iterator[Finding]:
    spoken = "en" if language == "en" else "ko"
    if name == "when_and_how":
        yield from _days_in_item_two(facts, language, text, spoken)
    for sentence in sentences.sentences(text):
        yield from _span(facts, name, language, sentence, spoken)
    for clause in sentences.clauses(text, spoken):
        if LEARNED[spoken].search(clause.text):
            yield from _learned(facts, name, language, clause.text, spoken)


def _days_in_item_two(facts: Facts, language: str, text: str, spoken: str) -> Iterator[Finding]:
    for day in figures.days(text, spoken):
        meant = day.near(facts.today)
        if meant is None:
            yield _aside(
                "no_such_day", "when_and_how", language, _("‘%(day)s’: 없는 날이에요.") % {"day": day.words}, day.words
            )
        elif meant > facts.today:
            words = _("‘%(day)s’: 아직 오지 않은 날이에요.") % {"day": day.words}
            yield _aside("day_to_come", "when_and_how", language, words, day.words)
        elif meant < facts.began.date():
            words = _("‘%(day)s’: 유출이 시작됐다고 적힌 %(began)s보다 앞이에요.") % {
                "day": day.words,
                "began": _day(facts.began),
            }
            yield _aside("day_before_the_leak", "when_and_how", language, words, day.words)


def _span(facts: Facts, name: str, language: str, sentence: str, spoken: str) -> Iterator[Finding]:
    """Of "from A to B", A is the first day of the leak and B its last."""
    days = figures.days(sentence, spoken)
    for first, last in pairwise(days):
        if not _is_span(sentence, first, last, spoken):
            continue
        began, ended = first.near(facts.today), last.near(facts.today)
        if began and began != facts.began.date():
            words = _("‘%(day)s’: 사고의 사실에는 유출이 %(other)s에 시작됐어요.") % {
                "day": first.words,
                "other": _day(facts.began),
            }
            yield _aside("day_it_began", name, language, words, first.words)
        if ended and ended not in _last_days(facts):
            words = _("‘%(day)s’: 사고의 사실에는 유출이 %(other)s에 끝났어요.") % {
                "day": last.words,
                "other": _day(facts.ended),
            }
            yield _aside("day_it_ended", name, language, words, last.words)
        return


def _is_span(sentence: str, first: figures.Day, last: figures.Day, spoken: str) -> bool:
    if STROKE.match(sentence[first.end : last.start]):
        return True
    opens, joins = SPAN[spoken]
    if spoken == "ko":
        return bool(opens.match(sentence[first.end :]) and joins.match(sentence[last.end :]))
    return bool(opens.search(sentence[: first.start]) and joins.match(sentence[first.end :]))


def _last_days(facts: Facts) -> set[dt.date]:
    """What ended at midnight lasted until the day before."""
    return {facts.ended.date(), (facts.ended - dt.timedelta(minutes=1)).date()}


def _learned(facts: Facts, name: str, language: str, clause: str, spoken: str) -> Iterator[Finding]:
    learned = facts.learned
    days = {day.near(facts.today): day.words for day in figures.days(clause, spoken)}
    told = {"other": f"{_day(learned)} {dates.clock(learned)}"}
    if days and learned.date() not in days:
        wrong = next(iter(days.values()))
        words = _("‘%(day)s’: 사고의 사실에는 유출을 안 때가 %(other)s이에요.") % {"day": wrong, **told}
        yield _aside("day_we_learned", name, language, words, wrong)
    times = figures.times(clause, spoken)
    if days and times and dates.clock(learned) not in times:
        wrong = next(iter(times.values()))
        words = _("‘%(day)s’: 사고의 사실에는 유출을 안 때가 %(other)s이에요.") % {"day": wrong, **told}
        yield _aside("time_we_learned", name, language, words, wrong)


def _other_language(facts: Facts, name: str) -> Iterator[Finding]:
    texts = {language: facts.text(name, language) for language in LANGUAGES}
    if not all(texts.values()):
        return
    found = {language: figures.all_in(text, language) for language, text in texts.items()}
    for language, other in (("ko", "en"), ("en", "ko")):
        only = [
            (kind, words) for (kind, number), words in found[other].items() if (kind, number) not in found[language]
        ]
        if not only:
            continue
        told = ", ".join(f"{KINDS[kind]} {words}" for kind, words in only)
        sides = {"ko": _("영어에만 있는 것: %(figures)s"), "en": _("한국어에만 있는 것: %(figures)s")}
        yield _aside("figures_differ", name, language, sides[language] % {"figures": told}, told)


def _easy(facts: Facts) -> Iterator[Finding]:
    """An easy text may say less than the Korean one, never another number."""
    whole: set[tuple[str, object]] = set()
    for name in texts.TEXTS:
        whole |= {*figures.all_in(facts.text(name, "ko"), "ko")}
    whole |= {("phone", re.sub(r"\D", "", one.value)) for one in facts.contacts}
    whole |= {("phone", number) for number in facts.own_phones | wording.PUBLIC_PHONES}
    for name in texts.EASY:
        found = figures.all_in(facts.text(name, "easy"), "ko")
        if name == "further_matters":
            continue
        only = [f"{KINDS[kind]} {words}" for (kind, number), words in found.items() if (kind, number) not in whole]
        if only:
            told = ", ".join(only)
            words = _("한국어 글에는 없는 것: %(figures)s") % {"figures": told}
            yield _aside("figures_differ", name, "easy", words, told)


def _people(facts: Facts) -> Iterator[Finding]:
    if facts.listed is None:
        return
    sure, both = facts.listed.people_sure, facts.listed.people_sure + facts.listed.people_possible
    for language in SPOKEN:
        counted = figures.people(sentences.plain(facts.text("lede", language)), "en" if language == "en" else "ko")
        if counted and not {sure, both, facts.listed.people_possible, facts.cleared_people} & set(counted):
            words = _(
                "머리글의 사람 수(%(people)s)가 지금 명단과 달라요. 명단에는 유출 %(sure)s명, 가능성 %(possible)s명이에요."
            ) % {
                "people": ", ".join(counted.values()),
                "sure": f"{sure:,}",
                "possible": f"{facts.listed.people_possible:,}",
            }
            yield Finding("people_differ", "lede", language, words, str(wording.HOUSE), Weight.ADVICE)
