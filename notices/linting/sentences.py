"""What a text says of what: sentences, clauses, and whether a clause says yes, no, maybe or that it is not known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from notices.linting import vocabulary
from notices.linting.facts import KnownItem

# Not within a day such as 2026. 10. 28.
SENTENCES = re.compile(r"(?<=[.?!])\s+(?!(?<=\d\.\s)\d)")
LIST = re.compile(r"\s*(?:- |\d+\. )")
CLAUSES = {
    "ko": re.compile(r"(?<=지만)[,\s]+|(?<=으나)[,\s]+|(?<=는데)[,\s]+|(?<=[았었갔했됐없]고)[,\s]+|(?<=않고)[,\s]+|(?<=으며)[,\s]+|;\s*"),
    "en": re.compile(r"[;]\s*|,? but\b|,? although\b|,? while\b|,? whereas\b|, not\b(?= )|, and (?=no\b|none\b|neither\b)"),
}  # fmt: skip


class Says(Enum):
    YES = "yes"
    MAYBE = "maybe"
    NO = "no"
    NOT_KNOWN = "not known"


NOT_KNOWN = {
    "ko": re.compile(r"는지|여부|조사하고|조사 중|확인하고 있|확인 중|확인하지 못|모르|알 수 없"),
    "en": re.compile(
        r"\bwhether\b|\bfinding out\b|\binvestigating\b|\bunder investigation\b|\bnot (?:yet )?know\b|\bunclear\b", re.I
    ),
}
NO = {
    "ko": re.compile(r"않|아니|없(?!이)|제외|빠졌|안전(?:해|하)"),
    "en": re.compile(r"\b(?:not|no|never|neither|nor|none|without|safe)\b|n['’]t\b", re.I),
}
MAYBE = {
    "ko": re.compile(r"수(?:도)? 있|가능성"),
    "en": re.compile(r"\b(?:may|might|could)\b|\bpossibl", re.I),
}


@dataclass(frozen=True)
class Clause:
    text: str
    says: Says


def plain(text: str) -> str:
    return text.replace("**", "").replace("\r\n", "\n")


def sentences(text: str) -> list[str]:
    return [one.strip() for line in plain(text).split("\n") for one in SENTENCES.split(line) if one.strip()]


def clauses(text: str, language: str) -> Iterator[Clause]:
    """A list under a heading says what its heading says."""
    heading: Says | None = None
    for line in plain(text).split("\n"):
        if not line.strip():
            continue
        in_list = bool(LIST.match(line))
        if not in_list:
            heading = None
        body = LIST.sub("", line, count=1) if in_list else line
        for sentence in SENTENCES.split(body):
            for part in CLAUSES[language].split(sentence):
                if part.strip():
                    says = _says(part, language)
                    yield Clause(part.strip(), heading if in_list and heading and says is Says.YES else says)
        if not in_list and line.rstrip().endswith((":", "：")):
            heading = _says(line, language)


def _says(clause: str, language: str) -> Says:
    for says, patterns in ((Says.NOT_KNOWN, NOT_KNOWN), (Says.NO, NO), (Says.MAYBE, MAYBE)):
        if patterns[language].search(clause):
            return says
    return Says.YES


def named(text: str, language: str, items: Mapping[str, KnownItem]) -> dict[Says, dict[str, str]]:
    """Which items a text says leaked, may have, did not, or are not known of yet: {code: the words that name it}."""
    found: dict[Says, dict[str, str]] = {says: {} for says in Says}
    patterns = _patterns(items.values(), language)
    for clause in clauses(text, language):
        for code, words in _names_in(clause.text, patterns):
            found[clause.says].setdefault(code, words)
    return found


def _patterns(items: Iterable[KnownItem], language: str) -> list[tuple[str, re.Pattern[str]]]:
    """Longer names first: "e-mail address" is no postal one."""
    names = [(name, "") for name in vocabulary.OTHER_THINGS[language]]
    for item in items:
        usual = vocabulary.NAMES.get(item.code, {}).get(language, ())
        names += [(name, item.code) for name in {item.name(language), *usual} if name]
    names.sort(key=lambda one: -len(one[0].replace(" ", "")))
    return [(code, vocabulary.pattern(name, language)) for name, code in names]


def _names_in(clause: str, patterns: list[tuple[str, re.Pattern[str]]]) -> Iterator[tuple[str, str]]:
    rest = clause
    for code, pattern in patterns:
        for match in pattern.finditer(rest):
            if code:
                yield code, match[0]
        rest = pattern.sub("\N{OBJECT REPLACEMENT CHARACTER}", rest)
