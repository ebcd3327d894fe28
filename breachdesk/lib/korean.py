"""Particles of Korean, which follow the last sound of the word before them."""

from __future__ import annotations


def topic(word: str) -> str:
    """한빛카드 -> 한빛카드는, 한빛은행 -> 한빛은행은"""
    last = word[-1:]
    if "가" <= last <= "힣":
        return word + ("은" if (ord(last) - ord("가")) % 28 else "는")
    return word + "은(는)"
