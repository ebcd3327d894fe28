"""Text messages, through any provider that speaks this small signed HTTP.

    POST (the provider's address)  {"id", "to", "from", "kind": "sms" | "lms" | "alimtalk", "subject", "text"}
                                   and of an AlimTalk {"template", "variables"}, of which the text is made
    X-Timestamp: unix seconds · X-Signature: hex HMAC-SHA256(secret, timestamp + "." + body)

Several at once: {"messages": [as above, …]} -> 200 {"results": [{"id", "provider_id"} or {"id", "status", "error"}, …]}, where a status
means what it would for one. An error that stands in codes.BREACHDESK says why: "no such number", "no messenger", "blocked", "phone-off".

200 {"provider_id"}; 429 and 503 "later", with Retry-After; 4xx about the message itself "never". `id` is the same whenever a message is
asked for again, and a provider that has it already answers 200 without sending it twice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import httpx
from django.utils import timezone

from breachdesk.lib import signed
from delivery import codes
from delivery.channels import Accepted, Answer, NotSent, OutcomeUnknown, asking
from delivery.channels.asking import answered, refusal, refusal_of_many, retry_after
from delivery.routes import Route
from delivery.taking import Outgoing
from delivery.words import AddressInPhoneMessage, Words, refuse_address

JSON = {"Content-Type": "application/json; charset=utf-8"}


def send(message: Outgoing, words: Words, *, route: Route) -> Accepted:
    return understand(post(route, order(message, words, route)))


def send_many(pairs: Sequence[tuple[Outgoing, Words]], *, route: Route) -> list[Answer]:
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


def order(message: Outgoing, words: Words, route: Route) -> dict[str, Any]:
    try:
        refuse_address(words)  # the outbox did; this is the last moment
    except AddressInPhoneMessage:
        raise NotSent(permanent=True, code="address-in-words") from None
    template = {"template": words.template, "variables": dict(words.variables)} if words.template else {}
    return {
        "id": str(message.id),
        "to": message.recipient.value,
        "from": message.sender or route.sender,
        "kind": message.channel,
        "subject": words.subject,
        "text": words.text,
        **template,
    }


def post(route: Route, value: Any) -> httpx.Response:
    """Raises NotSent where nothing reached the provider, OutcomeUnknown where it may have."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return asking.post(route.url, body, headers=JSON | signed.headers(route.secret, signed=body, at=timezone.now()))


def understand(response: httpx.Response) -> Accepted:
    if not response.is_success:
        raise _with_reason(refusal(response.status_code, retry_after=retry_after(response)), answered(response))
    provider_id = id_in(answered(response))
    if not provider_id:
        raise OutcomeUnknown(code=f"http-{response.status_code}-without-id")
    return Accepted(provider_id)


def understand_many(response: httpx.Response) -> dict[str, Answer]:
    """By message id. Raises what holds for all of them."""
    if not response.is_success:
        raise refusal_of_many(response.status_code, retry_after=retry_after(response))
    results = answered(response).get("results")
    told = [each for each in results if isinstance(each, dict)] if isinstance(results, list) else []
    return {str(each.get("id")): understand_one(each) for each in told}


def understand_one(result: dict[str, Any]) -> Answer:
    if provider_id := id_in(result):
        return Accepted(provider_id)
    status = result.get("status")
    return _with_reason(refusal(status), result) if isinstance(status, int) else OutcomeUnknown(code="no-result")


def _with_reason(refused: NotSent | OutcomeUnknown, told: dict[str, Any]) -> NotSent | OutcomeUnknown:
    if isinstance(refused, NotSent) and refused.permanent and (why := str(told.get("error"))) in codes.BREACHDESK:
        return NotSent(permanent=True, code=why)
    return refused


def id_in(answer: dict[str, Any]) -> str:
    return str(answer.get("provider_id") or "")[:200]
