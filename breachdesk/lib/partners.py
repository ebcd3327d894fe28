"""Asking the machine of another house to do something, when the answer may be lost: what the bank and the card system share.

`id`s are ours, and the same whenever a thing is told again: the other side does it once. What was told ends in one of: an
answer, NotTaken, OutcomeUnknown; asked about later also in NeverHeard. Opens no transaction, keeps nothing, reads no clock.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx

from breachdesk.lib import signed

# Too busy, or our own secret or address is wrong: it says plainly that it has taken nothing.
TAKEN_NOTHING = {401, 403, 404, 429, 503}
CERTAINLY_NOT_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class NotTaken(Exception):
    """It has certainly not been taken."""

    def __init__(self, *, code: str) -> None:
        super().__init__(code)
        self.code = code


class OutcomeUnknown(Exception):
    """It may have been taken: only asking under the same id can tell."""

    def __init__(self, *, code: str) -> None:
        super().__init__(code)
        self.code = code


class NeverHeard(Exception):
    """The other side knows of nothing with this id."""


@dataclass(frozen=True)
class Partner:
    """Where it is, and what is shared with it."""

    url: str
    secret: str
    timeout: dt.timedelta

    def call(self, method: str, path: str, *, at: dt.datetime, body: bytes = b"") -> httpx.Response:
        """Signed: the body, or the path where there is none. Raises httpx.HTTPError."""
        url = self.url + path
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            **signed.headers(self.secret, signed=body or urlsplit(url).path.encode(), at=at),
        }
        timeout = httpx.Timeout(self.timeout.total_seconds())
        return _client().request(method, url, content=body, headers=headers, timeout=timeout)

    def tell(self, path: str, body: bytes, *, at: dt.datetime) -> httpx.Response:
        """Something to be done: 200, or 422 with its code for what will not be. Raises NotTaken, OutcomeUnknown."""
        try:
            response = self.call("POST", path, body=body, at=at)
        except CERTAINLY_NOT_LEFT as error:
            raise NotTaken(code=type(error).__name__) from None
        except httpx.HTTPError as error:
            # Some of the body may have left, or the answer was lost on its way.
            raise OutcomeUnknown(code=type(error).__name__) from None
        if response.status_code in (httpx.codes.OK, httpx.codes.UNPROCESSABLE_ENTITY):
            return response
        code = f"http-{response.status_code}"
        # Anything else, a 500 above all, may be said by a machine that broke down after it had done it.
        raise NotTaken(code=code) if response.status_code in TAKEN_NOTHING else OutcomeUnknown(code=code)

    def ask(self, path: str, *, unheard: str, at: dt.datetime) -> httpx.Response:
        """What became of it, changing nothing. Raises NeverHeard, OutcomeUnknown."""
        try:
            response = self.call("GET", path, at=at)
        except httpx.HTTPError as error:
            raise OutcomeUnknown(code=type(error).__name__) from None
        # A proxy or a wrong address says 404 too: only the other side's own word counts.
        if response.status_code == httpx.codes.NOT_FOUND and text(response, "code") == unheard:
            raise NeverHeard
        if response.status_code != httpx.codes.OK:
            raise OutcomeUnknown(code=f"http-{response.status_code}")
        return response


def text(response: httpx.Response, name: str) -> str:
    """A text of the answer; empty where there is none of that name."""
    try:
        answer: Any = response.json()
    except ValueError:
        return ""
    value = answer.get(name) if isinstance(answer, dict) else None
    return value if isinstance(value, str) and "\x00" not in value else ""


@cache
def _client() -> httpx.Client:
    """One a process: connections are kept. No proxy of the machine's environment stands between."""
    return httpx.Client(trust_env=False, follow_redirects=False)
