"""Asking a provider over HTTP, and what its status says of a message before anybody has read the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

import httpx
from django.conf import settings

from delivery.channels import NotSent, OutcomeUnknown

# Ends the code of a request that was refused whole: of the request, not of each message, so they are tried one by one.
OF_MANY = "-of-many"
# Too busy, or our own secret, address or balance is wrong: what is mended without touching the message.
NOT_THIS_MESSAGES_FAULT = {401, 402, 403, 404, 408, 425, 429, 503}


def post(url: str, body: bytes, *, headers: Mapping[str, str]) -> httpx.Response:
    """Raises NotSent where nothing reached the provider, OutcomeUnknown where it may have."""
    try:
        seconds = settings.DELIVERY_TIMEOUT.total_seconds()
        return client().post(url, content=body, headers=dict(headers), timeout=seconds)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise NotSent(permanent=False, code=type(error).__name__, trouble=True) from None
    except httpx.HTTPError as error:
        # Some of the body may have left, or the answer was lost on its way.
        raise OutcomeUnknown(code=type(error).__name__, trouble=True) from None


def refusal(status: int, *, retry_after: dt.timedelta | None = None) -> NotSent | OutcomeUnknown:
    code = f"http-{status}"
    if status in NOT_THIS_MESSAGES_FAULT:
        return NotSent(permanent=False, code=code, retry_after=retry_after, trouble=status >= 500)
    if 400 <= status < 500:
        return NotSent(permanent=True, code=code)
    # Anything else, a 500 above all, may be said by a provider that broke down after it had taken the message.
    return OutcomeUnknown(code=code, trouble=True)


def refusal_of_many(status: int, *, retry_after: dt.timedelta | None = None) -> NotSent | OutcomeUnknown:
    refused = refusal(status, retry_after=retry_after)
    if isinstance(refused, NotSent) and refused.permanent:
        return NotSent(permanent=False, code=f"{refused.code}{OF_MANY}")
    return refused


def answered(response: httpx.Response) -> dict[str, Any]:
    try:
        answer: Any = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def retry_after(response: httpx.Response) -> dt.timedelta | None:
    """Seconds only; the date form is left to our own pauses."""
    seconds = response.headers.get("Retry-After", "")
    return dt.timedelta(seconds=min(int(seconds), 86400)) if seconds.isascii() and seconds.isdigit() else None


@cache
def client() -> httpx.Client:
    """One a process: connections are kept. No proxy of the machine's environment stands between."""
    return httpx.Client(trust_env=False, follow_redirects=False)
