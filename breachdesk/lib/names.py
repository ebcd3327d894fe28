"""Names as different people type the same one."""

from __future__ import annotations

import unicodedata


def fold(name: str) -> str:
    """For comparing only: composed, full-width made ordinary, case and every space, dot, comma and hyphen dropped."""
    composed = unicodedata.normalize("NFKC", name).casefold()
    return "".join(mark for mark in composed if unicodedata.category(mark)[0] in "LN")
