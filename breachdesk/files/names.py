"""File names as people's devices send them, made safe to show. They never become part of a path of ours."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120


def clean(name: str) -> str:
    """The last part of any path, composed, without control marks and marks that turn the direction of writing."""
    last = re.split(r"[/\\]", name)[-1]
    composed = unicodedata.normalize("NFC", last)
    shown = "".join(mark for mark in composed if unicodedata.category(mark)[0] != "C")
    tidy = re.sub(r"\s+", " ", shown).strip(" .")
    if len(tidy) > LONGEST:
        stem, ending = tidy[: LONGEST - 10], extension(tidy)
        tidy = f"{stem}….{ending}" if ending else f"{stem}…"
    return tidy or "file"


def extension(name: str) -> str:
    """What follows the last dot, in lower case: nothing before it says what a file is."""
    _stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and re.fullmatch(r"[0-9A-Za-z]{1,8}", ending) else ""


def with_extension(name: str, ending: str) -> str:
    current = extension(name)
    stem = name[: -len(current) - 1] if current else name
    return f"{stem or 'file'}.{ending}"
