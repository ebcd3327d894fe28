"""Pages that exist in the demo only."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from urllib.parse import urljoin

import httpx
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from breachdesk.demo import letters, staff
from breachdesk.demo.people import PEOPLE
from breachdesk.desk import roles
from delivery.models import Message

MOST_MESSAGES = 200
SHOWN = 20


@require_safe
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Who to play, and what they were sent."""
    try:
        messages = sent()
    except httpx.HTTPError:
        messages = None
    newest = [with_moment(one) for one in messages[:SHOWN]] if messages is not None else None
    return render(
        request,
        "demo/index.html",
        {
            "people": PEOPLE,
            "by_letter": letters.codes(at=timezone.now()),
            "staff": logins(),
            "messages": newest,
        },
    )


@require_safe
@never_cache
def people(request: HttpRequest) -> JsonResponse:
    """The same as data."""
    named = [
        {
            "name": one.name,
            "birth_date": one.birth_date,
            "phone": one.phone,
            "email": one.email,
            "expect": one.expect_en,
        }
        for one in PEOPLE
    ]
    staff_logins = [
        {
            "email": one["member"].email,
            "password": one["member"].password,
            "role": one["member"].role,
            "otp": one["otp"],
        }
        for one in logins()
    ]
    return JsonResponse({"people": named, "staff": staff_logins}, json_dumps_params={"ensure_ascii": False})


def logins() -> list[dict[str, Any]]:
    """Who can sign in to the desk, with a code for the second factor; nobody until the demo is loaded."""
    codes = staff.codes(at=timezone.now())
    return [
        {"member": one, "role": roles.BY_CODE[one.role], "otp": codes[one.email]}
        for one in staff.STAFF
        if one.email in codes
    ]


@require_safe
@never_cache
def outbox(request: HttpRequest) -> JsonResponse:
    try:
        return JsonResponse(sent(), safe=False)
    except httpx.HTTPError as error:
        return JsonResponse({"refused": f"the rehearsal provider does not answer ({type(error).__name__})"}, status=503)


def sent() -> list[dict[str, Any]]:
    """What really left, newest first, as the rehearsal provider received it, beside what delivery knows of it."""
    received = received_by_provider()
    messages = Message.objects.in_bulk([row["id"] for row in received if is_ours(row["id"])])
    return [row for each in received if (row := joined(each, messages))]


def with_moment(row: dict[str, Any]) -> dict[str, Any]:
    moment = row["sent_at"]
    return {**row, "sent_at": dt.datetime.fromisoformat(moment) if isinstance(moment, str) else moment}


def received_by_provider() -> list[dict[str, Any]]:
    answer = httpx.get(urljoin(settings.PHONE_PROVIDER_URL, "/received"), timeout=3, trust_env=False)
    rows: list[dict[str, Any]] = answer.raise_for_status().json()
    return rows[:MOST_MESSAGES]


def is_ours(provider_row_id: str) -> bool:
    try:
        uuid.UUID(provider_row_id)
    except ValueError:
        return False
    return True


def joined(row: dict[str, Any], messages: dict[uuid.UUID, Message]) -> dict[str, Any] | None:
    """One row of the outbox; nothing for what an earlier demo sent."""
    message = messages.get(uuid.UUID(row["id"])) if is_ours(row["id"]) else None
    if message is None:
        return None
    return {
        "to": row["to"],
        "channel": message.channel,
        "occasion": message.occasion,
        "subject": row["subject"],
        "text": row["text"],
        "state": message.state,
        "sent_at": message.sent_at or row["received_at"],
    }
