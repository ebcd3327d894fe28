"""SOLAPI: text messages and AlimTalk through its HTTP API (docs.solapi.com, messages v4).

    POST {url}/messages/v4/send-many/detail   {"messages": […], "showMessageList": true, "allowDuplicates": true}
    GET  {url}/messages/v4/list               ?criteria=to&cond=eq&value=…&startDate=…
    Authorization: HMAC-SHA256 apiKey=…, date=…, salt=…, signature=hex HMAC-SHA256(secret, date + salt)

It knows no idempotency key. Every message carries our id in its customFields, and one that may have reached SOLAPI is looked
for there before it is asked for again. It tells what became of messages at our secret address (delivery/receipts.py).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

import httpx
from django.conf import settings
from django.utils import timezone

from breachdesk.lib import contacts
from delivery import codes
from delivery.channels import Accepted, Answer, NotSent, OutcomeUnknown, asking
from delivery.codes import Says
from delivery.routes import Route
from delivery.states import Channel
from delivery.taking import Outgoing
from delivery.words import AddressInPhoneMessage, Words, refuse_address

SEND, LIST = "/messages/v4/send-many/detail", "/messages/v4/list"
TYPES = {Channel.SMS: "SMS", Channel.LMS: "LMS", Channel.ALIMTALK: "ATA"}
SUBJECT_BYTES = 40
# To one number, since the message was put: whoever got more than this in that time was not told by us alone.
PAGES, A_PAGE = 5, 100
OURS = "breachdesk"  # the custom field that holds our id


def send(message: Outgoing, words: Words, *, route: Route) -> Accepted:
    if message.in_doubt and (found := _look_for(message, route)) is not None:
        return _or_raise(found)
    [answer] = send_many([(message, words)], route=route)
    return _or_raise(answer)


def _or_raise(answer: Answer) -> Accepted:
    if isinstance(answer, Accepted):
        return answer
    raise answer


def send_many(pairs: Sequence[tuple[Outgoing, Words]], *, route: Route) -> list[Answer]:
    answers: dict[str, Answer] = {}
    orders = []
    for message, words in pairs:
        try:
            orders.append(order(message, words, route))
        except NotSent as refused:
            answers[str(message.id)] = refused
    if orders:
        body = {"messages": orders, "showMessageList": True, "allowDuplicates": True}
        headers = {"Content-Type": "application/json; charset=utf-8", **signed(route, at=timezone.now())}
        response = asking.post(
            route.url.rstrip("/") + SEND, json.dumps(body, ensure_ascii=False).encode(), headers=headers
        )
        answers |= understand(response, alone=str(pairs[0][0].id) if len(pairs) == 1 else None)
    return [answers.get(str(message.id)) or OutcomeUnknown(code="no-result") for message, _words in pairs]


def order(message: Outgoing, words: Words, route: Route) -> dict[str, Any]:
    try:
        refuse_address(words)
    except AddressInPhoneMessage:
        raise NotSent(permanent=True, code="address-in-words") from None
    country, number = contacts.national(message.recipient.value)
    found: dict[str, Any] = {
        "to": number,
        "country": country,
        "type": TYPES[Channel(message.channel)],
        "customFields": {OURS: str(message.id)},
    }
    if message.channel == Channel.ALIMTALK:
        found["kakaoOptions"] = {
            "pfId": route.terms.profile,
            "templateId": words.template,
            "variables": {f"#{{{name}}}": value for name, value in words.variables.items()},
            "disableSms": True,  # the next rung is ours to take
        }
        return found
    found |= {"from": message.sender or route.sender, "text": words.text}
    if message.channel == Channel.LMS:
        found["subject"] = cut(words.subject)
    return found


def cut(subject: str) -> str:
    """To the bytes that a subject may have."""
    return subject.encode("cp949", "ignore")[:SUBJECT_BYTES].decode("cp949", "ignore")


def signed(route: Route, *, at: dt.datetime) -> dict[str, str]:
    date, salt = at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), secrets.token_hex(16)
    signature = hmac.new(route.secret.encode(), (date + salt).encode(), hashlib.sha256).hexdigest()
    return {"Authorization": f"HMAC-SHA256 apiKey={route.terms.key}, date={date}, salt={salt}, signature={signature}"}


def understand(response: httpx.Response, *, alone: str | None) -> dict[str, Answer]:
    """By message id. Raises what holds for all of them. `alone`: the id of the only one that was asked for."""
    told = asking.answered(response)
    listed = list(_listed(told))
    if not response.is_success and not listed:
        raise _refused(response, alone=alone is not None)
    answers = {}
    for each in listed:
        if pk := _our_id(each) or alone:
            answers[pk] = meant(each)
    return answers


def _listed(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Failures last: what stands in both lists has failed."""
    for name in ("messageList", "failedMessageList"):
        found = told.get(name)
        rows = found.values() if isinstance(found, dict) else found if isinstance(found, list) else []
        yield from (each for each in rows if isinstance(each, dict))


def _our_id(told: dict[str, Any]) -> str:
    custom = told.get("customFields")
    return str(custom.get(OURS) or "") if isinstance(custom, dict) else ""


def meant(told: dict[str, Any]) -> Answer:
    code = f"solapi-{told.get('statusCode')}"
    meaning = codes.SOLAPI.get(code)
    provider_id = str(told.get("messageId") or told.get("_id") or "")[:200]
    match meaning.says if meaning else Says.UNCLEAR:
        case Says.TAKEN | Says.ARRIVED if provider_id:
            return Accepted(provider_id)
        case Says.NEVER:
            return NotSent(permanent=True, code=code)
        case Says.LATER:
            return NotSent(permanent=False, code=code, trouble=meaning is not None and meaning.fault == codes.PROVIDER)
    return OutcomeUnknown(code=code)


def _refused(response: httpx.Response, *, alone: bool) -> NotSent | OutcomeUnknown:
    meaning = asking.refusal if alone else asking.refusal_of_many
    return meaning(response.status_code, retry_after=asking.retry_after(response))


def _look_for(message: Outgoing, route: Route) -> Answer | None:
    """What SOLAPI has under our id; None: it has nothing. Raises OutcomeUnknown where it could not be asked."""
    _country, number = contacts.national(message.recipient.value)
    query = {
        "criteria": "to",
        "cond": "eq",
        "value": number,
        "startDate": message.put_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "limit": str(A_PAGE),
    }
    for _page in range(PAGES):
        told = _get(route, query)
        for each in _listed(told):
            if _our_id(each) == str(message.id):
                return meant(each)
        if not told.get("nextKey"):
            return None
        query["startKey"] = str(told["nextKey"])
    return None


def _get(route: Route, query: dict[str, str]) -> dict[str, Any]:
    place = f"{route.url.rstrip('/')}{LIST}?{urlencode(query)}"
    try:
        response = asking.client().get(
            place, headers=signed(route, at=timezone.now()), timeout=settings.DELIVERY_TIMEOUT.total_seconds()
        )
    except httpx.HTTPError as error:
        raise OutcomeUnknown(code=type(error).__name__, trouble=True) from None
    if not response.is_success or "messageList" not in (told := asking.answered(response)):
        raise OutcomeUnknown(code=f"http-{response.status_code}", trouble=response.status_code >= 500)
    return told
