"""What the bank tells us by itself. Not a person's page: signed, fresh, and each event heard once."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from breachdesk.lib import signed
from claims import bank, settling
from claims.states import AccountProblem, PayoutState


class NotUnderstood(ValueError):
    """Signed by the bank, but not a word about an order."""


@dataclass(frozen=True)
class Told:
    """{"event_id", "id", "state": "paid" | "pending" | "refused", "reference", "code"}; a refusal has its code."""

    event_id: str
    payout_id: uuid.UUID
    state: PayoutState
    reference: str
    code: str

    @classmethod
    def read(cls, body: bytes) -> Told:
        """Raises NotUnderstood."""
        try:
            told = json.loads(body)
            event = cls(
                event_id=signed.short_text(told["event_id"], most=120),
                payout_id=uuid.UUID(told["id"]),
                state=bank.SAID[told["state"]],
                reference=signed.short_text(told.get("reference", ""), most=80),
                code=signed.short_text(told.get("code", ""), most=60),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise NotUnderstood(type(error).__name__) from None
        if not event.event_id:
            raise NotUnderstood("an event needs an id")
        if event.state == PayoutState.REFUSED and event.code not in AccountProblem.values:
            raise NotUnderstood("a refusal needs a known code")
        return event


@csrf_exempt
@require_POST
def bank_event(request: HttpRequest) -> JsonResponse:
    at = timezone.now()
    if len(request.body) > signed.LARGEST_BODY:
        return JsonResponse({"refused": "too large"}, status=413)
    if not signed.is_right(settings.BANK_SECRET, given=request.headers, signed=request.body, at=at):
        return JsonResponse({"refused": "unsigned, wrongly signed or too old"}, status=401)
    try:
        told = Told.read(request.body)
        settling.record_bank_event(
            event_id=told.event_id,
            payout_id=told.payout_id,
            state=told.state,
            reference=told.reference,
            code=told.code,
            at=at,
        )
    except NotUnderstood as error:
        return JsonResponse({"refused": f"not understood: {error}"}, status=400)
    except settling.UnknownOrder:
        return JsonResponse({"refused": "no such order"}, status=404)
    except settling.AlreadyRecorded:
        return JsonResponse({"refused": "this event was heard before"}, status=409)
    return JsonResponse({"recorded": True})
