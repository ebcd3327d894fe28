"""The ways out of the house, one module each, all alike:

    send(message, words) -> Accepted, or raises NotSent or OutcomeUnknown
    sender() -> the registered number or address that messages leave from now

A channel knows how to speak to its provider and what the answer means. It opens no transaction and keeps nothing; it always
names the message by its id, so that a provider that was asked before answers as before.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from types import ModuleType


@dataclass(frozen=True)
class Accepted:
    """The provider has taken the message over."""

    provider_id: str


class NotSent(Exception):
    """The provider has certainly not taken it. `permanent`: asking again will not help."""

    def __init__(self, *, permanent: bool, code: str, retry_after: dt.timedelta | None = None) -> None:
        super().__init__(code)
        self.permanent, self.code, self.retry_after = permanent, code, retry_after


class OutcomeUnknown(Exception):
    """The provider may have taken it: only asking again with the same id can tell."""

    def __init__(self, *, code: str) -> None:
        super().__init__(code)
        self.code = code


def for_message(channel: str) -> ModuleType:
    """The module that carries this channel."""
    from delivery.channels import email, phone

    return {"sms": phone, "lms": phone, "email": email}[channel]
