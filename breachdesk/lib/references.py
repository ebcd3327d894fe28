"""References that people read to each other over the phone: `CLM-7F3K-29QD`.

Seven random characters and a check character over an alphabet without 0/O, 1/I/L and U; any single wrong character and
any swap of two neighbours is caught (ISO/IEC 7064-like, weights 1, 2, 3 … modulo the prime 29).

And the secrets that people copy from paper: `7F3K-29QD-XW4M`, eleven random characters and a check character of the same.
"""

from __future__ import annotations

import secrets
from itertools import product

from breachdesk.lib.contacts import tidy

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"  # 29 characters, a prime: every weight below 29 can be undone


def check_character(prefix: str, body: str) -> str:
    # A letter of the prefix outside the alphabet counts as its place in the ordinary alphabet.
    marks = prefix + body
    total = sum(weight * _value(mark) for weight, mark in enumerate(marks, start=1))
    return ALPHABET[total % len(ALPHABET)]


def new(prefix: str) -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(7))
    body += check_character(prefix, body)
    return f"{prefix}-{body[:4]}-{body[4:]}"


def normalise(text: str) -> str:
    """As typed (spaces, lower case, no hyphens) to `CLM-7F3K-29QD`; unchanged where it has another shape."""
    marks = "".join(mark for mark in tidy(text).upper() if mark.isalnum())
    if len(marks) != 11:
        return text
    return f"{marks[:3]}-{marks[3:7]}-{marks[7:]}"


def is_valid(text: str) -> bool:
    parts = text.split("-")
    if len(parts) != 3 or [len(part) for part in parts] != [3, 4, 4]:
        return False
    body = parts[1] + parts[2]
    return all(mark in ALPHABET for mark in body) and check_character(parts[0], body[:7]) == body[7]


# A secret from paper. Eleven characters of 29 are 1.2 × 10^16, 53 bits: what that is safe against stands in DECISIONS.md.

SECRET_LENGTH = 12
PAPER_PREFIX = "LETTER"
# Marks that no secret holds, and what they were printed as: tried one after the other, the check character tells which.
READ_AS = {"O": "QD", "0": "QD", "I": "JT7", "L": "JT7", "1": "7JT", "U": "V", "Z": "2"}
MOST_READINGS = 81


def new_secret() -> str:
    return secret_of("".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH - 1)))


def secret_of(body: str) -> str:
    """These eleven characters with their check character, as printed."""
    return _in_fours(body + check_character(PAPER_PREFIX, body))


def read_secret(text: str) -> str | None:
    """As it was printed, from any way of typing it; None where no secret reads so, or more than one does."""
    marks = "".join(mark for mark in tidy(text).upper() if mark.isalnum())
    if len(marks) != SECRET_LENGTH:
        return None
    choices = [READ_AS.get(mark, mark if mark in ALPHABET else "") for mark in marks]
    readings = 1
    for choice in choices:
        readings *= len(choice)
    if not 0 < readings <= MOST_READINGS:
        return None
    sound = [
        reading for reading in product(*choices) if check_character(PAPER_PREFIX, "".join(reading[:-1])) == reading[-1]
    ]
    return _in_fours("".join(sound[0])) if len(sound) == 1 else None


def _in_fours(marks: str) -> str:
    return "-".join(marks[place : place + 4] for place in range(0, len(marks), 4))


def _value(mark: str) -> int:
    return ALPHABET.index(mark) if mark in ALPHABET else ord(mark) % len(ALPHABET)
