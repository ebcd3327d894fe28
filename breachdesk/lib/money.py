"""Money is an integer in the currency's minor unit; the won has none below it."""

from __future__ import annotations


def won(amount: int, language: str) -> str:
    """1187400 -> 1,187,400원, or ₩1,187,400 in English."""
    if language.startswith("en"):
        return f"-₩{-amount:,}" if amount < 0 else f"₩{amount:,}"
    return f"{amount:,}원"
