"""Pages that exist in the demo only."""

from __future__ import annotations

import csv
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

from breachdesk.demo import letters, staff, walk
from breachdesk.demo.people import CALLERS, PEOPLE, late_rows
from breachdesk.desk import roles
from breachdesk.lib import references
from delivery.models import Message
from delivery.states import Lane
from notices import letters as letters_of_a_leak

# Of everything that was received, the page reads the newest; outbox.json is the whole record of any demo of this size.
NEWEST = 200
MOST_MESSAGES = 20_000
MOST_PLAYERS = 12
SHOWN = 20
SHOWN_NOTICES = 5


@require_safe
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Who to play, and what they were sent."""
    try:
        messages = sent(NEWEST)
    except httpx.HTTPError:
        messages = None
    newest = [with_moment(one) for one in at_a_glance(messages)] if messages is not None else None
    context = {
        "people": PEOPLE,
        "by_letter": letters.codes(at=timezone.now()),
        "callers": [
            (one, references.first_half(code), code)
            for one, code in letters.codes(at=timezone.now(), of=CALLERS)
            if code
        ],
        "staff": logins(),
        "parts": walk.PARTS,
        "messages": newest,
    }
    return render(request, "demo/index.html", context)


@require_safe
def late_list(request: HttpRequest) -> HttpResponse:
    """A list to upload at the desk."""
    response = HttpResponse(content_type="text/csv; charset=utf-8", headers={"Content-Disposition": "attachment"})
    csv.writer(response).writerows(late_rows())
    return response


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
        return JsonResponse(sent(MOST_MESSAGES), safe=False)
    except httpx.HTTPError as error:
        return JsonResponse({"refused": f"the rehearsal provider does not answer ({type(error).__name__})"}, status=503)


def sent(most: int) -> list[dict[str, Any]]:
    """What really left, newest first, as the rehearsal provider received it, beside what delivery knows of it."""
    received = received_by_provider(most)
    messages = Message.objects.only("channel", "occasion", "state", "sent_at").in_bulk(
        [row["id"] for row in received if is_ours(row["id"])]
    )
    return [row for each in received if (row := joined(each, messages))]


def with_moment(row: dict[str, Any]) -> dict[str, Any]:
    moment = row["sent_at"]
    return {**row, "sent_at": dt.datetime.fromisoformat(moment) if isinstance(moment, str) else moment}


def received_by_provider(most: int) -> list[dict[str, Any]]:
    """The newest of all, and all that came to those who play: a campaign of many thousands must not bury a code."""
    providers = filter(None, (settings.PHONE_PROVIDER_URL, settings.SECOND_PHONE_PROVIDER_URL))
    places = [urljoin(provider, "/received") for provider in providers]
    asked: list[dict[str, Any]] = [{"most": most}, *({"to": address} for address in players())]
    with httpx.Client(timeout=3, trust_env=False) as provider:
        answers = [provider.get(place, params=each).raise_for_status().json() for place in places for each in asked]
    rows: dict[str, dict[str, Any]] = {row["id"]: row for answer in answers for row in answer}
    return sorted(rows.values(), key=lambda row: row["received_at"], reverse=True)


def players() -> list[str]:
    """Who was last written to about something else than the leak itself."""
    newest = (
        Message.objects.exclude(lane=Lane.CAMPAIGN).filter(sealed_recipient__isnull=False).order_by("-put_at", "-id")
    )
    return list(dict.fromkeys(message.recipient.value for message in newest[:NEWEST]))[:MOST_PLAYERS]


def at_a_glance(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The newest, and of a campaign only a few."""
    notices = [one for one in messages if one["occasion"] == letters_of_a_leak.OCCASION]
    left_out = {id(one) for one in notices[SHOWN_NOTICES:]}
    return [one for one in messages if id(one) not in left_out][:SHOWN]


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
