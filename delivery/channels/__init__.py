"""The ways out of the house, one module each, all alike:

    send(message, words, route=route) -> Accepted, or raises NotSent or OutcomeUnknown
    send_many([(message, words), …], route=route) -> an answer for each, in the order given; raises what holds for all of them

A channel knows how to speak to its provider and what the answer means. It opens no transaction and keeps nothing; it always
names the message by its id, so that a provider that was asked before answers as before.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Accepted:
    """The provider has taken the message over."""

    provider_id: str


class NotSent(Exception):
    """The provider has certainly not taken it. `permanent`: asking again will not help. `trouble`: the provider's own."""

    def __init__(
        self, *, permanent: bool, code: str, retry_after: dt.timedelta | None = None, trouble: bool = False
    ) -> None:
        super().__init__(code)
        self.permanent, self.code, self.retry_after, self.trouble = permanent, code, retry_after, trouble


class OutcomeUnknown(Exception):
    """The provider may have taken it: only asking again with the same id can tell. `trouble`: it broke down or kept silent."""

    def __init__(self, *, code: str, trouble: bool = False) -> None:
        super().__init__(code)
        self.code, self.trouble = code, trouble


Answer = Accepted | NotSent | OutcomeUnknown
