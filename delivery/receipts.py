"""What providers tell us afterwards, read: our own HTTP's receipts, SOLAPI's reports and those of any other."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from breachdesk.lib import signed
from delivery import codes
from delivery.codes import Says
from delivery.states import State

MOST_AT_ONCE = 1000
OURS = "breachdesk"  # SOLAPI's custom field that holds our id


class NotUnderstood(ValueError):
    """From the provider, but not a receipt."""


@dataclass(frozen=True)
class Told:
    """One receipt. `state`: delivered or failed; unknown where the code says neither, or nothing that we know."""

    event_id: str
    message_id: uuid.UUID
    state: State
    happened_at: dt.datetime
    provider_id: str
    code: str


def own(body: bytes) -> tuple[list[Told], bool]:
    """{"event_id", "id", "state": "delivered" | "failed", "at", "provider_id", "code"}, the last two optional; or several in
    {"receipts": […]}, which the second answer says. Raises NotUnderstood.
    """
    told = _json(body)
    if isinstance(told, dict) and "receipts" in told:
        return [_own(each) for each in _several(told["receipts"])], True
    return [_own(told)], False


def _own(told: Any) -> Told:
    try:
        receipt = Told(
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


def solapi(body: bytes, *, at: dt.datetime) -> list[Told]:
    """A list of reports, each itself or under "data". What is only on its way, and what is not ours, is left out.

    Raises NotUnderstood.
    """
    told = _json(body)
    found: list[Told] = []
    for each in _several(told if isinstance(told, list) else [told]):
        report = each.get("data", each) if isinstance(each, dict) else None
        if not isinstance(report, dict):
            raise NotUnderstood("not a report")
        found.extend(_solapi(report, at=at))
    return found


def _solapi(report: dict[str, Any], *, at: dt.datetime) -> Iterator[Told]:
    try:
        custom = report.get("customFields")
        ours = custom.get(OURS) if isinstance(custom, dict) else None
        if ours is None:
            return  # sent from the same account by somebody else
        provider_id = signed.short_text(report["messageId"], most=100)
        status = signed.short_text(report["statusCode"], most=10)
        pk = uuid.UUID(signed.short_text(ours, most=40))
    except (ValueError, KeyError) as error:
        raise NotUnderstood(type(error).__name__) from None
    code = f"solapi-{status}"
    if (state := outcome(code)) is not None:
        # SOLAPI gives its events no id: the same word about the same message is the same event.
        yield Told(f"solapi-{provider_id}-{status}", pk, state, _reported(report, at), provider_id, code)


def outcome(code: str) -> State | None:
    """What a receipt with this code makes of a message; None: nothing yet. Later means that the provider tries no more."""
    meaning = codes.meaning(code)
    match meaning.says if meaning else Says.UNCLEAR:
        case Says.TAKEN:
            return None
        case Says.ARRIVED:
            return State.DELIVERED
        case Says.NEVER | Says.LATER:
            return State.FAILED
    return State.UNKNOWN


def _reported(report: dict[str, Any], at: dt.datetime) -> dt.datetime:
    for name in ("dateReceived", "dateReported"):
        try:
            return min(moment(str(report.get(name) or "")), at)
        except ValueError:
            continue
    return at


def moment(value: str) -> dt.datetime:
    happened_at = parse_datetime(value)
    if happened_at is None or timezone.is_naive(happened_at):
        raise ValueError("not a time with its zone")
    return happened_at


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood(type(error).__name__) from None


def _several(found: Any) -> Iterable[Any]:
    if not isinstance(found, list) or len(found) > MOST_AT_ONCE:
        raise NotUnderstood(f"not a list of at most {MOST_AT_ONCE}")
    return found
