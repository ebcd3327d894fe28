"""Personal data as it may be shown: enough for its owner to recognise, too little for anyone else."""

from __future__ import annotations


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
