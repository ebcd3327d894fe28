"""What a letter on paper says: kept as its parts, because it is laid out only when the mail house gets it.

The parts are the text of the message (JSON), sealed with it. A letter may have a place for a code: who gathers letters knows
what is printed there (breachdesk/mailhouse), delivery does not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from breachdesk.lib import markup
from delivery.words import Words


@dataclass(frozen=True)
class Item:
    """One numbered thing that a letter tells, in the light markup of notices."""

    number: int
    question: str
    law: str
    text: str


@dataclass(frozen=True)
class Letter:
    """`title` speaks to the person by name; `about` is what everybody's letter of this kind is called."""

    about: str
    title: str
    greeting: str
    # Beside the window: label and value.
    facts: tuple[tuple[str, str], ...] = ()
    # This person's own: what leaked, and what may have.
    leaked: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()
    not_leaked: str = ""
    items: tuple[Item, ...] = ()
    # Name, number, when it is answered.
    contacts: tuple[tuple[str, str, str], ...] = ()
    foot: str = ""
    # Whose code is printed in it, as whoever prints it needs to know; empty: it has no place for one.
    code_for: Mapping[str, str] = field(default_factory=dict)
    check_code: str = ""

    def as_words(self, *, occasion: str, language: str) -> Words:
        text = json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))
        about = " ".join(self.about.split())
        return Words(occasion, language, about, text, opening=about)


def read(words: Words) -> Letter:
    given = json.loads(words.text)
    return Letter(
        **{
            **given,
            "facts": tuple((label, value) for label, value in given["facts"]),
            "leaked": tuple(given["leaked"]),
            "possible": tuple(given["possible"]),
            "items": tuple(Item(**item) for item in given["items"]),
            "contacts": tuple((name, value, when) for name, value, when in given["contacts"]),
        }
    )


def with_check_code(words: Words, code: str) -> Words:
    return replace(words, text=json.dumps({**json.loads(words.text), "check_code": code}, ensure_ascii=False))


def plain(words: Words) -> str:
    """The same in lines, for staff who look at a message. What it is printed with beside it is not in it."""
    letter = read(words)
    lines = [letter.title, letter.greeting]
    lines += [", ".join(some) for some in (letter.leaked, letter.possible) if some]
    lines += [f"{item.number}. {item.question}\n{markup.plain(item.text)}" for item in letter.items]
    lines += [" ".join(contact).strip() for contact in letter.contacts]
    return "\n\n".join(line for line in [*lines, letter.foot] if line)
