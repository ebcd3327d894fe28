"""A postal address as a letter needs it: whom, and where to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from breachdesk.lib import masks
from breachdesk.lib.contacts import tidy

# What differs between two ways of writing one address: spaces, commas, full stops, brackets, hyphens between words.
_FILLS = re.compile(r"[\s,.()\[\]·]+")
LONGEST_NAME, LONGEST_ADDRESS = 80, 300
_POSTCODE = re.compile(r"^\(?(\d{5})\)?(?=\D|$)[\s,]*")


class NotAnAddress(ValueError):
    """Nobody, nowhere, or longer than any envelope."""


@dataclass(frozen=True)
class PostalAddress:
    """Where a person is written to on paper. In the outbox it stands where else a Contact does."""

    name: str
    address: str

    kind: Literal["post"] = "post"

    @classmethod
    def parse(cls, name: str, address: str) -> PostalAddress:
        """Raises NotAnAddress."""
        whom, where = tidy(name), tidy(address)
        if not whom or not where or len(whom) > LONGEST_NAME or len(where) > LONGEST_ADDRESS:
            raise NotAnAddress
        return cls(whom, where)

    @classmethod
    def read(cls, value: str) -> PostalAddress:
        """From `value`."""
        name, _line, address = value.partition("\n")
        return cls(name, address)

    @property
    def value(self) -> str:
        return f"{self.name}\n{self.address}"

    @property
    def hashed(self) -> str:
        """The place, however it is spaced and punctuated: what letters to one address are found by."""
        return _FILLS.sub("", self.address).casefold()

    @property
    def postcode(self) -> str:
        """Where the address begins with one; else empty."""
        found = _POSTCODE.match(self.address)
        return found[1] if found else ""

    @property
    def street(self) -> str:
        """The address without that."""
        return _POSTCODE.sub("", self.address, count=1)

    @property
    def masked(self) -> str:
        """김*영, 서울특별시 중구 •••"""
        words = self.street.split()
        return f"{masks.name(self.name)}, {' '.join(words[:2] if len(words) > 2 else words[:1])} •••"

    def __str__(self) -> str:
        # What is printed by accident is masked.
        return self.masked
