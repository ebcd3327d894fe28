"""Personal data as it may be shown: enough for its owner to recognise, too little for anyone else."""

from __future__ import annotations

import re


def name(value: str) -> str:
    """김서영 -> 김*영, 이준 -> 이*, Maria Santos -> M**** S*****"""
    words = value.split()
    if len(words) > 1:
        return " ".join(word[0] + "*" * (len(word) - 1) for word in words)
    if len(value) <= 1:
        return "*"
    if len(value) == 2:
        return value[0] + "*"
    return value[0] + "*" * (len(value) - 2) + value[-1]


def phone(value: str) -> str:
    """+821012345678 -> 010-••••-5678; another country keeps its code."""
    if value.startswith("+82"):
        return f"0{value[3:5]}-••••-{value[-4:]}"
    return f"{value[:3]} •••• {value[-4:]}"


def email(value: str) -> str:
    """seoyoung@mail.example -> s•••••@mail.example"""
    user, _, host = value.partition("@")
    return f"{user[:1]}•••••@{host}"


def account(value: str) -> str:
    """••••-7731"""
    digits = "".join(mark for mark in value if mark.isdigit())
    return f"••••-{digits[-4:]}"


_EMAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>().,]+")
_MOBILE = re.compile(r"(?:\+82[ -]?|0)1[016789][ -]?\d{3,4}[ -]?\d{4}")
# Accounts, cards, resident numbers: ten digits or more, but not a day with its hour.
_LONG_NUMBER = re.compile(r"(?<!\d)(?!(?:19|20)\d\d-\d\d-\d\d)\d(?:[ -]?\d){9,}")
_CALLED = re.compile(r"([가-힣]{2,5}|[A-Z][a-z]+(?: [A-Z][a-z]+)*)(?= 님)|(?<=Dear )([A-Z][\w'-]*(?: [A-Z][\w'-]*)*)")


def text(value: str) -> str:
    """A letter as staff may read it: whom it calls by name, contacts and long numbers masked."""
    masked = _EMAIL.sub(lambda found: email(found[0]), value)
    masked = _MOBILE.sub(lambda found: "010-••••-" + found[0][-4:], masked)
    masked = _CALLED.sub(lambda found: name(found[0]), masked)
    return _LONG_NUMBER.sub(lambda found: account(found[0]), masked)
