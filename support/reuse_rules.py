"""What an answer to be reused may say, and how its places are filled. Plain values."""

from __future__ import annotations

import re
from collections.abc import Mapping

TITLE_LENGTH = 80
TEXT_LENGTH = 2000
# Filled in when it is used: the number of the inquiry, our phone number and name, the department that answers.
PLACES = ("reference", "phone", "issuer", "department")
PLACE = re.compile(r"\{([^{}]*)\}")


class UnknownPlace(Exception):
    """A place that nothing fills."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NotByTheSame(Exception):
    """Whoever wrote it does not approve it."""


def check(text: str) -> None:
    """Raises UnknownPlace."""
    for name in PLACE.findall(text):
        if name not in PLACES:
            raise UnknownPlace(name)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Every place that is known; what somebody wrote in braces otherwise stays as it is."""
    return PLACE.sub(lambda found: values.get(found[1], found[0]), text)
