"""What is said, and whether a telephone may be sent it."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field

from breachdesk.lib import links
from delivery.states import Channel

# Bytes as the Korean carriers count them: a Hangul syllable is two.
SMS_BYTES = 90
LMS_BYTES = 2000


class AddressInPhoneMessage(ValueError):
    """A message to a phone carries no address, not even a bare domain: the criminal's copy would differ from ours by nothing else.

    Text that somebody typed (a name, a merchant) does not belong in one either.
    """


class TooLong(ValueError):
    """More than a long text message (LMS) holds."""


@dataclass(frozen=True)
class Words:
    """One message in one language: `occasion` is the letter's name, `text` is plain with line breaks.

    `opening`: a line of it (or its subject) that is the same for everybody who gets this letter, to be compared by whoever
    checks whether a message is ours. Left empty where none is: it is shown to strangers, so it names nobody and no sum.
    """

    occasion: str
    language: str
    subject: str
    text: str
    opening: str = ""
    # Of an AlimTalk: what its template leaves open, by name; the operator's code of the template is put in by the outbox.
    variables: Mapping[str, str] = field(default_factory=dict)
    template: str = ""

    def __post_init__(self) -> None:
        # A line break in a subject would be read as another header of the mail.
        object.__setattr__(self, "subject", " ".join(self.subject.split()))
        object.__setattr__(self, "text", self.text.strip())
        if not self.text:
            raise ValueError(f"{self.occasion}: a message without a text")
        if self.opening not in f"{self.subject}\n{self.text}":
            raise ValueError(f"{self.occasion}: its opening stands nowhere in it")


def size_for_phone(text: str) -> int:
    """Bytes in EUC-KR as carriers extend it; a letter that it lacks counts as two."""
    return len(text.encode("cp949", TWO_BYTES))


def _as_two_bytes(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return "??" * (error.end - error.start), error.end


TWO_BYTES = "delivery.two_bytes"
codecs.register_error(TWO_BYTES, _as_two_bytes)


def phone_channel(words: Words) -> Channel:
    """SMS where the text is short enough, else LMS. Raises AddressInPhoneMessage, TooLong."""
    refuse_address(words)
    size = size_for_phone(words.text)
    if size > LMS_BYTES:
        raise TooLong(f"{words.occasion}: {size} bytes, {LMS_BYTES} are the most a phone is sent")
    return Channel.SMS if size <= SMS_BYTES else Channel.LMS


def refuse_address(words: Words) -> None:
    """Raises AddressInPhoneMessage."""
    address = links.first_address(f"{words.subject}\n{words.text}")
    if address:
        raise AddressInPhoneMessage(f"{words.occasion}: {address!r} must not be sent to a phone")
