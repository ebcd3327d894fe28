"""Text messages, through any provider that speaks this small signed HTTP.

    POST (the provider's address)  {"id", "to", "from", "kind": "sms" | "lms", "subject", "text"}
    X-Timestamp: unix seconds · X-Signature: hex HMAC-SHA256(secret, timestamp + "." + body)

200 {"provider_id"}; 429 and 503 "later", with Retry-After; 4xx about the message itself "never". `id` is the same whenever a message is
asked for again, and a provider that has it already answers 200 without sending it twice.
"""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from typing import Any

import httpx
from django.conf import settings
from django.utils import timezone

from breachdesk.lib import signed
from delivery.channels import Accepted, NotSent, OutcomeUnknown
from delivery.models import Message
from delivery.routes import Route
from delivery.words import AddressInPhoneMessage, Words, refuse_address

# Too busy, or our own secret or address is wrong: what is mended without touching the message.
NOT_THIS_MESSAGES_FAULT = {401, 403, 404, 408, 425, 429, 503}


def send(message: Message, words: Words, *, route: Route) -> Accepted:
    try:
        refuse_address(words)  # the outbox did; this is the last moment
    except AddressInPhoneMessage:
        raise NotSent(permanent=True, code="address-in-words") from None
    body = json.dumps(
        {
            "id": str(message.id),
            "to": message.recipient.value,
            "from": message.sender or route.sender,
            "kind": message.channel,
            "subject": words.subject,
            "text": words.text,
        },
        ensure_ascii=False,
    ).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        **signed.headers(route.secret, signed=body, at=timezone.now()),
    }
    return understand(post(route.url, body, headers))


def post(url: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    """Raises NotSent where nothing reached the provider, OutcomeUnknown where it may have."""
    try:
        return client().post(url, content=body, headers=headers, timeout=settings.DELIVERY_TIMEOUT.total_seconds())
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise NotSent(permanent=False, code=type(error).__name__, trouble=True) from None
    except httpx.HTTPError as error:
        # Some of the body may have left, or the answer was lost on its way.
        raise OutcomeUnknown(code=type(error).__name__, trouble=True) from None


def understand(response: httpx.Response) -> Accepted:
    code = f"http-{response.status_code}"
    if response.is_success:
        provider_id = answered_id(response)
        if not provider_id:
            raise OutcomeUnknown(code=f"{code}-without-id")
        return Accepted(provider_id)
    if response.status_code in NOT_THIS_MESSAGES_FAULT:
        trouble = response.is_server_error
        raise NotSent(permanent=False, code=code, retry_after=retry_after(response), trouble=trouble)
    if response.is_client_error:
        raise NotSent(permanent=True, code=code)
    # Anything else, a 500 above all, may be said by a provider that broke down after it had taken the message.
    raise OutcomeUnknown(code=code, trouble=True)


def answered_id(response: httpx.Response) -> str:
    try:
        answer: Any = response.json()
    except ValueError:
        return ""
    return str(answer.get("provider_id") or "")[:200] if isinstance(answer, dict) else ""


def retry_after(response: httpx.Response) -> dt.timedelta | None:
    """Seconds only; the date form is left to our own pauses."""
    seconds = response.headers.get("Retry-After", "")
    return dt.timedelta(seconds=min(int(seconds), 86400)) if seconds.isascii() and seconds.isdigit() else None


@cache
def client() -> httpx.Client:
    """One a process: connections are kept. No proxy of the machine's environment stands between."""
    return httpx.Client(trust_env=False, follow_redirects=False)
