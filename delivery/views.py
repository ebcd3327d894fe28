"""What providers tell us. Not a person's page: signed or at a secret address, and each event heard once."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Iterable

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from breachdesk.lib import signed
from delivery import actions, receipts, routes

LARGEST_BODY = 1024 * 1024  # a thousand receipts
RECORDED_AT_ONCE = 100


@csrf_exempt
@require_POST
def phone_receipt(request: HttpRequest) -> JsonResponse:
    """Of every provider that speaks our own HTTP: one receipt, or several at once."""
    at = timezone.now()
    if _is_too_large(request):
        return _too_large()
    own = [route for route in routes.all_of_them() if route.adapter == "breachdesk"]
    right = [
        route.name for route in own if signed.is_right(route.secret, given=request.headers, signed=request.body, at=at)
    ]
    if not right:
        return JsonResponse({"refused": "unsigned, wrongly signed or too old"}, status=401)
    try:
        told, several = receipts.own(request.body)
        if several:
            return JsonResponse(_record_all(told, by=right[0], at=at))
        _record(told[0], by=right[0], at=at)
    except receipts.NotUnderstood as error:
        return _not_understood(error)
    except actions.UnknownMessage:
        return JsonResponse({"refused": "no such message"}, status=404)
    except actions.AlreadyRecorded:
        return JsonResponse({"refused": "this event was heard before"}, status=409)
    return JsonResponse({"recorded": True})


@csrf_exempt
@require_POST
def reports(request: HttpRequest, name: str, token: str) -> JsonResponse:
    """Of a provider that signs nothing: whoever knows its token is it. A wrong one is answered as an address that is none."""
    at = timezone.now()
    found = [route for route in routes.all_of_them() if route.name == name and route.terms.receipt_token]
    if not found or not hmac.compare_digest(found[0].terms.receipt_token.encode(), token.encode()):
        return JsonResponse({"refused": "not found"}, status=404)
    if _is_too_large(request):
        return _too_large()
    try:
        if found[0].adapter == "solapi":
            told = receipts.solapi(request.body, at=at)
        else:
            told, _several = receipts.own(request.body)
    except receipts.NotUnderstood as error:
        return _not_understood(error)
    return JsonResponse(_record_all(told, by=name, at=at))


def _record_all(told: Iterable[receipts.Told], *, by: str, at: dt.datetime) -> dict[str, int]:
    """Some at a time, in the order in which everybody locks messages: one that we cannot use holds up no other."""
    counted = {"recorded": 0, "heard_before": 0, "unknown": 0}
    in_order = sorted(told, key=lambda each: each.message_id)
    for start in range(0, len(in_order), RECORDED_AT_ONCE):
        with transaction.atomic():
            for each in in_order[start : start + RECORDED_AT_ONCE]:
                counted[_became(each, by=by, at=at)] += 1
    return counted


def _became(told: receipts.Told, *, by: str, at: dt.datetime) -> str:
    try:
        _record(told, by=by, at=at)
    except actions.AlreadyRecorded:
        return "heard_before"
    except actions.UnknownMessage:
        return "unknown"
    return "recorded"


def _record(told: receipts.Told, *, by: str, at: dt.datetime) -> None:
    """`by`: whose word it is. Two providers may both count their events 1, 2, 3."""
    actions.record_receipt(
        event_id=f"{by}:{told.event_id}",
        message_id=told.message_id,
        state=told.state,
        happened_at=told.happened_at,
        provider_id=told.provider_id,
        code=told.code,
        at=at,
    )


def _is_too_large(request: HttpRequest) -> bool:
    return int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY or len(request.body) > LARGEST_BODY


def _too_large() -> JsonResponse:
    return JsonResponse({"refused": "too large"}, status=413)


def _not_understood(error: receipts.NotUnderstood) -> JsonResponse:
    return JsonResponse({"refused": f"not understood: {error}"}, status=400)
