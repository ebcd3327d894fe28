"""Any other provider that takes one message in one JSON request: what to send is a form of the settings.

    {"headers": {"Authorization": "Bearer {secret}"}, "fields": {"to": "{to_national}", "msg": "{text}", "ref": "{id}"}, "id": "result.id"}

In every text of headers and fields these are filled in: {id} {to} {to_national} {from} {kind} {subject} {text} {template} {key}
{secret}; a field that is just "{variables}" becomes the object of an AlimTalk's variables. `id` is the way to the provider's own id in its
answer. The id of ours must be in the fields: a provider that knows it again sends nothing twice. Statuses mean what they mean
in phone.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from breachdesk.lib import contacts
from delivery.channels import Accepted, Answer, NotSent, OutcomeUnknown, answering, asking
from delivery.routes import Route
from delivery.taking import Outgoing
from delivery.words import AddressInPhoneMessage, Words, refuse_address


def send(message: Outgoing, words: Words, *, route: Route) -> Accepted:
    values = _values(message, words, route)
    form = route.terms.form
    body = json.dumps(filled(form["fields"], values), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", **filled(form.get("headers", {}), values)}
    return understand(asking.post(route.url, body, headers=headers), way=form["id"])


def send_many(pairs: Sequence[tuple[Outgoing, Words]], *, route: Route) -> list[Answer]:
    return answering.each(pairs, lambda message, words: send(message, words, route=route))


def _values(message: Outgoing, words: Words, route: Route) -> dict[str, Any]:
    try:
        refuse_address(words)
    except AddressInPhoneMessage:
        raise NotSent(permanent=True, code="address-in-words") from None
    _country, national = contacts.national(message.recipient.value)
    return {
        "id": str(message.id),
        "to": message.recipient.value,
        "to_national": national,
        "from": message.sender or route.sender,
        "kind": message.channel,
        "subject": words.subject,
        "text": words.text,
        "template": words.template,
        "variables": dict(words.variables),
        "key": route.terms.key,
        "secret": route.secret,
    }


def filled(form: Any, values: Mapping[str, Any]) -> Any:
    """In one pass: braces in somebody's words are words."""
    if isinstance(form, dict):
        return {name: filled(value, values) for name, value in form.items()}
    if isinstance(form, list):
        return [filled(value, values) for value in form]
    if form == "{variables}":
        return values["variables"]
    if isinstance(form, str):
        return re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], found[0])), form)
    return form


def understand(response: httpx.Response, *, way: str) -> Accepted:
    if not response.is_success:
        raise asking.refusal(response.status_code, retry_after=asking.retry_after(response))
    found: Any = asking.answered(response)
    for step in way.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    if not isinstance(found, str | int) or not str(found):
        raise OutcomeUnknown(code=f"http-{response.status_code}-without-id")
    return Accepted(str(found)[:200])
