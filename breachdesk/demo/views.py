"""Pages that exist in the demo only."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urljoin

import httpx
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from delivery.models import Message

MOST_MESSAGES = 200


@require_safe
@never_cache
def outbox(request: HttpRequest) -> JsonResponse:
    """What really left, as the rehearsal provider received it, beside what delivery knows of it."""
    try:
        received = received_by_provider()
    except httpx.HTTPError as error:
        return JsonResponse({"refused": f"the rehearsal provider does not answer ({type(error).__name__})"}, status=503)
    messages = Message.objects.in_bulk([row["id"] for row in received if is_ours(row["id"])])
    return JsonResponse([row for each in received if (row := joined(each, messages))], safe=False)


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
