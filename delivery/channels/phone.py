"""Text messages, through any provider that speaks this small signed HTTP.

    POST (the provider's address)  {"id", "to", "from", "kind": "sms" | "lms", "subject", "text"}
    X-Timestamp: unix seconds · X-Signature: hex HMAC-SHA256(secret, timestamp + "." + body)

Several at once: {"messages": [as above, …]} -> 200 {"results": [{"id", "provider_id"} or {"id", "status", "error"}, …]}, where a status
means what it would for one.

200 {"provider_id"}; 429 and 503 "later", with Retry-After; 4xx about the message itself "never". `id` is the same whenever a message is
asked for again, and a provider that has it already answers 200 without sending it twice.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import httpx
from django.conf import settings
from django.utils import timezone

from breachdesk.lib import signed
from delivery.channels import Accepted, Answer, NotSent, OutcomeUnknown
from delivery.models import Message
from delivery.routes import Route
from delivery.words import AddressInPhoneMessage, Words, refuse_address

# Too busy, or our own secret or address is wrong: what is mended without touching the message.
NOT_THIS_MESSAGES_FAULT = {401, 403, 404, 408, 425, 429, 503}


def send(message: Message, words: Words, *, route: Route) -> Accepted:
    return understand(post(route, order(message, words, route)))


def send_many(pairs: Sequence[tuple[Message, Words]], *, route: Route) -> list[Answer]:
    answers: dict[str, Answer] = {}
    orders = []
    for message, words in pairs:
        try:
            orders.append(order(message, words, route))
        except NotSent as refused:
            answers[str(message.id)] = refused
    if orders:
        answers |= understand_many(post(route, {"messages": orders}))
    return [answers.get(str(message.id)) or OutcomeUnknown(code="no-result") for message, _words in pairs]


def order(message: Message, words: Words, route: Route) -> dict[str, str]:
    try:
        refuse_address(words)  # the outbox did; this is the last moment
    except AddressInPhoneMessage:
        raise NotSent(permanent=True, code="address-in-words") from None
    return {
        "id": str(message.id),
        "to": message.recipient.value,
        "from": message.sender or route.sender,
        "kind": message.channel,
        "subject": words.subject,
        "text": words.text,
    }


def post(route: Route, value: Any) -> httpx.Response:
    """Raises NotSent where nothing reached the provider, OutcomeUnknown where it may have."""
    body = json.dumps(value, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        **signed.headers(route.secret, signed=body, at=timezone.now()),
    }
    try:
        seconds = settings.DELIVERY_TIMEOUT.total_seconds()
        return client().post(route.url, content=body, headers=headers, timeout=seconds)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise NotSent(permanent=False, code=type(error).__name__, trouble=True) from None
    except httpx.HTTPError as error:
        # Some of the body may have left, or the answer was lost on its way.
        raise OutcomeUnknown(code=type(error).__name__, trouble=True) from None


def understand(response: httpx.Response) -> Accepted:
    if not response.is_success:
        raise refusal(response.status_code, retry_after=retry_after(response))
    provider_id = id_in(answered(response))
    if not provider_id:
        raise OutcomeUnknown(code=f"http-{response.status_code}-without-id")
    return Accepted(provider_id)


def understand_many(response: httpx.Response) -> dict[str, Answer]:
    """By message id. Raises what holds for all of them."""
    if not response.is_success:
        refused = refusal(response.status_code, retry_after=retry_after(response))
        if (
            isinstance(refused, NotSent) and refused.permanent
        ):  # of the request, not of each message: they are tried one by one
            raise NotSent(permanent=False, code=f"{refused.code}-of-many")
        raise refused
    results = answered(response).get("results")
    told = [each for each in results if isinstance(each, dict)] if isinstance(results, list) else []
    return {str(each.get("id")): understand_one(each) for each in told}


def understand_one(result: dict[str, Any]) -> Answer:
    if provider_id := id_in(result):
        return Accepted(provider_id)
    status = result.get("status")
    return refusal(status) if isinstance(status, int) else OutcomeUnknown(code="no-result")


def refusal(status: int, *, retry_after: dt.timedelta | None = None) -> NotSent | OutcomeUnknown:
    code = f"http-{status}"
    if status in NOT_THIS_MESSAGES_FAULT:
        return NotSent(permanent=False, code=code, retry_after=retry_after, trouble=status >= 500)
    if 400 <= status < 500:
        return NotSent(permanent=True, code=code)
    # Anything else, a 500 above all, may be said by a provider that broke down after it had taken the message.
    return OutcomeUnknown(code=code, trouble=True)


def answered(response: httpx.Response) -> dict[str, Any]:
    try:
        answer: Any = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def id_in(answer: dict[str, Any]) -> str:
    return str(answer.get("provider_id") or "")[:200]


def retry_after(response: httpx.Response) -> dt.timedelta | None:
    """Seconds only; the date form is left to our own pauses."""
    seconds = response.headers.get("Retry-After", "")
    return dt.timedelta(seconds=min(int(seconds), 86400)) if seconds.isascii() and seconds.isdigit() else None


@cache
def client() -> httpx.Client:
    """One a process: connections are kept. No proxy of the machine's environment stands between."""
    return httpx.Client(trust_env=False, follow_redirects=False)
