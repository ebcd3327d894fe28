"""References that people read to each other over the phone: `CLM-7F3K-29QD`.

Seven random characters and a check character over an alphabet without 0/O, 1/I/L and U; any single wrong character and
any swap of two neighbours is caught (ISO/IEC 7064-like, weights 1, 2, 3 … modulo the prime 29).

The secrets that people copy from paper: `7F3K-29QD-XW4M`, eleven random characters and a check character of the same.

And the codes by which anybody can check what we sent or gave out: `VRF-7F3K2-9QDXW` of a message, `CRT-7F3K-29QD-XW4M` of a
certificate.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
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
    marks = _marks(text)
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
    marks = _marks(text)
    found = _sound_reading(PAPER_PREFIX, marks) if len(marks) == SECRET_LENGTH else None
    return _in_fours(found) if found else None


HALF = SECRET_LENGTH // 2


def first_half(secret: str) -> str:
    """What we say of a secret to whoever holds its paper: `7F3K-29` of `7F3K-29QD-XW4M`."""
    return _in_fours(_marks(secret)[:HALF])


def second_half(secret: str) -> str:
    """What whoever holds the paper answers: `QD-XW4M`."""
    return _in_fours("XX" + _marks(secret)[HALF:])[2:]


def read_second_half(first: str, text: str) -> str | None:
    """The whole secret, from the half that we said and the other one as it was heard; None where none reads so."""
    marks = _marks(text)
    return read_secret(first + marks) if len(marks) == HALF else None


def _sound_reading(prefix: str, marks: str) -> str | None:
    """The one text of our alphabet that may have been read as this and whose last character checks the others."""
    choices = [READ_AS.get(mark, mark if mark in ALPHABET else "") for mark in marks]
    readings = 1
    for choice in choices:
        readings *= len(choice)
    if not 0 < readings <= MOST_READINGS:
        return None
    sound = [reading for reading in product(*choices) if check_character(prefix, "".join(reading[:-1])) == reading[-1]]
    return "".join(sound[0]) if len(sound) == 1 else None


def _in_fours(marks: str) -> str:
    return "-".join(marks[place : place + 4] for place in range(0, len(marks), 4))


# Codes to be checked by anybody. The length says how hard one is to hit by chance among all that are out.


@dataclass(frozen=True)
class CodeKind:
    prefix: str
    groups: int
    size: int  # of a group; the last character of all is the check character

    @property
    def length(self) -> int:
        return self.groups * self.size

    def new(self) -> str:
        number = secrets.randbelow(len(ALPHABET) ** (self.length - 1))
        body = ""
        for _ in range(self.length - 1):
            number, place = divmod(number, len(ALPHABET))
            body += ALPHABET[place]
        return self._shown(body + check_character(self.prefix, body))

    def read(self, text: str) -> str | None:
        """As we gave it out, from any way of typing it, with its prefix or without; None where its check character is wrong."""
        marks = _marks(text)
        if len(marks) == len(self.prefix) + self.length and marks.startswith(self.prefix):
            marks = marks[len(self.prefix) :]
        found = _sound_reading(self.prefix, marks) if len(marks) == self.length else None
        return self._shown(found) if found else None

    def within(self, text: str) -> str:
        """What looks like one in a longer text, as it stands there; empty: nothing does."""
        group = rf"[0-9A-Za-z]{{{self.size}}}"
        found = re.search(rf"\b{self.prefix}(?:[\s–-]*{group}){{{self.groups}}}\b", tidy(text), re.IGNORECASE)
        return found.group() if found else ""

    def _shown(self, marks: str) -> str:
        groups = [marks[place : place + self.size] for place in range(0, self.length, self.size)]
        return "-".join([self.prefix, *groups])


MESSAGE_CODE = CodeKind("VRF", groups=2, size=5)
CERTIFICATE_CODE = CodeKind("CRT", groups=3, size=4)


def _marks(text: str) -> str:
    return "".join(mark for mark in tidy(text).upper() if mark.isalnum())


def _value(mark: str) -> int:
    return ALPHABET.index(mark) if mark in ALPHABET else ord(mark) % len(ALPHABET)
