"""What providers tell us. Not a person's page: signed, fresh, and each event heard once."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from breachdesk.lib import signed
from delivery import actions, routes
from delivery.states import Channel, State


class NotUnderstood(ValueError):
    """Signed by the provider, but not a receipt."""


@dataclass(frozen=True)
class Told:
    """One receipt: {"event_id", "id", "state": "delivered" | "failed", "at", "provider_id", "code"}, the last two optional."""

    event_id: str
    message_id: uuid.UUID
    state: State
    happened_at: dt.datetime
    provider_id: str
    code: str

    @classmethod
    def read(cls, body: bytes) -> Told:
        """Raises NotUnderstood."""
        try:
            told = json.loads(body)
            receipt = cls(
                event_id=signed.short_text(told["event_id"], most=120),
                message_id=uuid.UUID(told["id"]),
                state={"delivered": State.DELIVERED, "failed": State.FAILED}[told["state"]],
                happened_at=moment(told["at"]),
                provider_id=signed.short_text(told.get("provider_id", ""), most=200),
                code=signed.short_text(told.get("code", ""), most=120),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise NotUnderstood(type(error).__name__) from None
        if not receipt.event_id:
            raise NotUnderstood("an event needs an id")
        return receipt


def moment(value: str) -> dt.datetime:
    happened_at = parse_datetime(value)
    if happened_at is None or timezone.is_naive(happened_at):
        raise ValueError("not a time with its zone")
    return happened_at


@csrf_exempt
@require_POST
def phone_receipt(request: HttpRequest) -> JsonResponse:
    at = timezone.now()
    if len(request.body) > signed.LARGEST_BODY:
        return JsonResponse({"refused": "too large"}, status=413)
    if not any(
        signed.is_right(route.secret, given=request.headers, signed=request.body, at=at)
        for route in routes.for_channel(Channel.SMS)
    ):
        return JsonResponse({"refused": "unsigned, wrongly signed or too old"}, status=401)
    try:
        told = Told.read(request.body)
        actions.record_receipt(
            event_id=told.event_id,
            message_id=told.message_id,
            state=told.state,
            happened_at=told.happened_at,
            provider_id=told.provider_id,
            code=told.code,
            at=at,
        )
    except NotUnderstood as error:
        return JsonResponse({"refused": f"not understood: {error}"}, status=400)
    except actions.UnknownMessage:
        return JsonResponse({"refused": "no such message"}, status=404)
    except actions.AlreadyRecorded:
        return JsonResponse({"refused": "this event was heard before"}, status=409)
    return JsonResponse({"recorded": True})
