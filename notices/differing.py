"""What differs between two texts, word by word: eojeol in Korean, words and marks in English. Pure.

Lines that stayed are set aside first, so that only what was written anew is compared word by word. A stretch that is too
long for that, or that has hardly a word in common, is shown as taken out and put in whole: that is how a person reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import groupby

from breachdesk.lib import markup

SAME, ADDED, REMOVED = "same", "added", "removed"
POINT = "•"
LINE_END = "\n"
WORDS = {
    "ko": re.compile(r"\S+"),
    # Numbers with their separators, words with their apostrophes and hyphens, and every other mark by itself.
    "en": re.compile(r"\w+(?:[-'’.,:/@]\w+)*|[^\w\s]"),
}
# Two stretches of a thousand words each are compared word by word; beyond that the whole stretch stands for itself.
MOST_PAIRS = 1_000_000
# Less in common than this reads better as two sentences than as one with holes.
LEAST_IN_COMMON = 0.3


@dataclass(frozen=True)
class Piece:
    kind: str
    words: str
    # Whether a space stands before it.
    apart: bool = True


Line = tuple[Piece, ...]


@dataclass(frozen=True)
class Difference:
    lines: tuple[Line, ...]
    added: int
    removed: int
    # The words are the same; what is bold or a list is not.
    only_marks: bool = False

    @property
    def changed(self) -> bool:
        return bool(self.added or self.removed)


@dataclass(frozen=True)
class _Word:
    text: str
    apart: bool


@lru_cache(maxsize=128)
def difference(before: str, after: str, language: str) -> Difference:
    """Published words never change, so what was worked out once is kept."""
    old, new = _lines(before), _lines(after)
    lines = tuple(_compare(old, new, WORDS["en" if language.startswith("en") else "ko"]))
    kinds = [kind for line in lines for kind, _pieces in groupby(line, key=lambda piece: piece.kind)]
    changed = old != new
    return Difference(
        lines=lines,
        added=kinds.count(ADDED),
        removed=kinds.count(REMOVED),
        only_marks=not changed and before.strip() != after.strip(),
    )


def _lines(text: str) -> list[str]:
    """As they are read: no marks, a point before each entry of a list (its number would only say how many came before)."""
    found = (re.sub(r"\s+", " ", line).strip() for line in markup.plain(text).split("\n"))
    return [re.sub(r"^(?:- |\d+\. )", f"{POINT} ", line) for line in found if line]


def _compare(old: Sequence[str], new: Sequence[str], word: re.Pattern[str]) -> Iterator[Line]:
    for what, a0, a1, b0, b1 in SequenceMatcher(None, old, new).get_opcodes():
        if what == "equal":
            yield from ((Piece(SAME, line),) for line in new[b0:b1])
        elif what == "replace":
            yield from _words_differ(old[a0:a1], new[b0:b1], word)
        else:
            yield from _whole(old[a0:a1], new[b0:b1])


def _whole(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    yield from ((Piece(REMOVED, line),) for line in old)
    yield from ((Piece(ADDED, line),) for line in new)


def _words_differ(old: Sequence[str], new: Sequence[str], word: re.Pattern[str]) -> Iterator[Line]:
    a, b = _words(old, word), _words(new, word)
    if len(a) * len(b) > MOST_PAIRS:
        yield from _whole(old, new)
        return
    matcher = SequenceMatcher(None, [one.text for one in a], [one.text for one in b])
    if matcher.ratio() < LEAST_IN_COMMON:
        yield from _whole(old, new)
        return
    yield from _in_lines(_steps(matcher, a, b))


def _words(lines: Sequence[str], word: re.Pattern[str]) -> list[_Word]:
    found: list[_Word] = []
    for line in lines:
        if line.startswith(POINT):
            found.append(_Word(POINT, apart=False))
            line = line.removeprefix(POINT)
        for match in word.finditer(line):
            apart = match.start() > 0 and line[match.start() - 1].isspace()
            found.append(_Word(match.group(), apart))
        found.append(_Word(LINE_END, apart=False))
    return found


def _steps(matcher: SequenceMatcher[str], a: list[_Word], b: list[_Word]) -> list[tuple[str, list[_Word]]]:
    """In reading order. One word that stayed between two that did not goes with them: less to jump over."""
    codes = matcher.get_opcodes()
    steps: list[tuple[str, list[_Word]]] = []
    for place, (what, a0, a1, b0, b1) in enumerate(codes):
        between = 0 < place < len(codes) - 1 and b1 - b0 == 1 and b[b0].text not in (POINT, LINE_END)
        if what == "equal" and not between:
            steps.append((SAME, b[b0:b1]))
            continue
        steps += [(REMOVED, a[a0:a1]), (ADDED, b[b0:b1])]
    return _joined(steps)


def _joined(steps: list[tuple[str, list[_Word]]]) -> list[tuple[str, list[_Word]]]:
    """Between two things that stayed: all that went, then all that came."""
    joined: list[tuple[str, list[_Word]]] = []
    for is_same, some in groupby(steps, key=lambda step: step[0] == SAME):
        together = list(some)
        if is_same:
            joined += together
            continue
        joined += [(kind, [word for k, words in together if k == kind for word in words]) for kind in (REMOVED, ADDED)]
    return [(kind, words) for kind, words in joined if words]


def _in_lines(steps: list[tuple[str, list[_Word]]]) -> Iterator[Line]:
    line: list[Piece] = []
    for kind, words in steps:
        part: list[_Word] = []
        for one in words:
            if one.text != LINE_END:
                part.append(one)
                continue
            line += _piece(kind, part)
            part = []
            # The end of a line that is gone is shown where the whole line is gone.
            if line and (kind != REMOVED or all(piece.kind == REMOVED for piece in line)):
                yield tuple(line)
                line = []
        line += _piece(kind, part)
    if line:
        yield tuple(line)


def _piece(kind: str, words: list[_Word]) -> list[Piece]:
    if not words:
        return []
    text = words[0].text + "".join(f" {one.text}" if one.apart else one.text for one in words[1:])
    return [Piece(kind, text, words[0].apart)]
