"""Fits the items of a notice into a text message: whole sentences go first, from whatever is longest. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from breachdesk.lib import markup

MORE = "…"
# What is left of an item says something.
SHORTEST = 12

LIST_MARK = re.compile(r"^\s*(?:-|\d+\.)\s+", re.MULTILINE)
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def in_one_line(text: str) -> str:
    """Light markup as it can stand in a text message: no marks, no numbers of a list's points, no line breaks."""
    return " ".join(LIST_MARK.sub("", markup.plain(text)).split())


def fit(texts: Sequence[str], *, room: int, size: Callable[[str], int]) -> list[str]:
    """The texts, shortened where together they are larger than `room`; a shortened one ends in …

    `size` counts as the carriers do. Raises ValueError where even the shortest would not fit.
    """
    fitted = list(texts)
    while sum(map(size, fitted)) > room:
        longest = max(range(len(fitted)), key=lambda place: size(fitted[place]), default=None)
        if longest is None or (shorter := _shorter(fitted[longest])) == fitted[longest]:
            raise ValueError(f"{room} bytes are too few")
        fitted[longest] = shorter
    return fitted


def _shorter(text: str) -> str:
    whole = text.removesuffix(MORE).rstrip()
    sentences = SENTENCE_END.split(whole)
    if len(sentences) > 1:
        return f"{' '.join(sentences[:-1])}{MORE}"
    if len(whole) <= SHORTEST:
        return text
    cut = whole[: max(SHORTEST, len(whole) * 4 // 5)]
    return f"{cut.rpartition(' ')[0] if cut.rfind(' ') >= SHORTEST else cut}{MORE}"
