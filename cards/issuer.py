"""The issuer's card system, over a small signed HTTP (docs/issuer-api.yaml). The only place that knows how to speak to it.

    POST CARDS_URL/customers  {"contact": {"kind", "value"}, "name", "birth_date"}  -> {"customer"} | 404 no_such_customer
    POST CARDS_URL/cards      {"customer"}                                          -> {"cards": [...], "accounts": [...]}
    POST CARDS_URL/payments   {"customer"}                                          -> {"payments": [...]}
    POST CARDS_URL/ties       {"customer"}                                          -> {"ties": [...]}
    POST CARDS_URL/pickups    {"customer", "card"}                                  -> {"slots": [...]}
    POST CARDS_URL/acts       {"id", "customer", "card", "kind", …}                 -> {"state": "done" | "taken", "reference", "place", "renewal_by"} | 422 {"code"}
    GET  CARDS_URL/acts/<id>                                                         -> {"state", "reference", "code", "place", "renewal_by"} | 404 no_such_act
    X-Timestamp: unix seconds · X-Signature: hex HMAC-SHA256(secret, timestamp + "." + body; for a GET its path)

Who somebody is stands in bodies only, never in an address. An act's id is ours and the same whenever it is told again: an
issuer that has it already answers as before and does it once. Opens no transaction, keeps nothing, reads no clock.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import httpx
from django.conf import settings

from breachdesk.lib.contacts import Contact
from breachdesk.lib.partners import NeverHeard, NotTaken, OutcomeUnknown, Partner, text
from cards import told
from cards.states import Refusal, State
from cards.told import Account, Card, Payment, Slot, Tie

__all__ = ["Answer", "Away", "NeverHeard", "NoSuchCustomer", "NotTaken", "Order", "OutcomeUnknown"]

T = TypeVar("T")
SAID = {"done": State.CONFIRMED, "taken": State.TAKEN, "refused": State.REFUSED}
MOST_CARDS = 50
MOST_PAYMENTS = 200
MOST_TIES = 100
MOST_SLOTS = 100


class Away(Exception):
    """No answer that could be understood; nothing was asked to be done."""

    def __init__(self, *, code: str) -> None:
        super().__init__(code)
        self.code = code


class NoSuchCustomer(Exception):
    """The issuer has nobody with this contact, name and birth date, or nobody any more with this number."""


@dataclass(frozen=True)
class Answer:
    """What the issuer says became of an act: done, taken, or refused and why. Of a new card that is waited for: the place in line."""

    state: State
    reference: str = ""
    code: str = ""
    line: told.Line | None = None


@dataclass(frozen=True)
class Order:
    id: uuid.UUID
    customer: str
    card: str
    kind: str
    noticed_on: str
    last_used: str
    waived: bool
    slot: str

    def body(self) -> bytes:
        return json.dumps({**asdict(self), "id": str(self.id)}, ensure_ascii=False).encode()


def find(contact: Contact, *, name: str, birth_date: dt.date | None, at: dt.datetime) -> str:
    """The issuer's own number of whoever has this contact, name and birth date. Raises NoSuchCustomer, Away."""
    asked = {"contact": {"kind": contact.kind, "value": contact.value}, "name": name}
    response = _read("/customers", {**asked, "birth_date": birth_date.isoformat() if birth_date else None}, at=at)
    if _says_nobody(response):
        raise NoSuchCustomer
    ref = text(response, "customer")
    if response.status_code != httpx.codes.OK or not 0 < len(ref) <= 64:
        raise Away(code=f"http-{response.status_code}")
    return ref


def cards(customer: str, *, at: dt.datetime) -> tuple[list[Card], list[Account]]:
    """The customer's cards, and the accounts that pay for them, as they are now. Raises NoSuchCustomer, Away."""
    response = _read("/cards", {"customer": customer}, at=at)
    return _list(response, "cards", told.card, MOST_CARDS), _list(response, "accounts", told.account, MOST_CARDS)


def payments(customer: str, *, at: dt.datetime) -> list[Payment]:
    """What was paid with the customer's cards in the last sixty days, the latest first. Raises NoSuchCustomer, Away."""
    return _list(_read("/payments", {"customer": customer}, at=at), "payments", told.payment, MOST_PAYMENTS)


def ties(customer: str, *, at: dt.datetime) -> list[Tie]:
    """What charges the customer's cards by itself, and which wallets hold them. Raises NoSuchCustomer, Away."""
    return _list(_read("/ties", {"customer": customer}, at=at), "ties", told.tie, MOST_TIES)


def pickups(customer: str, *, card: str, at: dt.datetime) -> list[Slot]:
    """When and where a card that is waited for can be fetched. Raises NoSuchCustomer, Away."""
    return _list(_read("/pickups", {"customer": customer, "card": card}, at=at), "slots", told.slot, MOST_SLOTS)


def order(order: Order, *, at: dt.datetime) -> Answer:
    """Asks for an act. Raises NotTaken, OutcomeUnknown."""
    response = _partner().tell("/acts", order.body(), at=at)
    if response.status_code == httpx.codes.OK:
        return _understand(response, {"done", "taken"})
    code = text(response, "code")
    if not code:
        raise OutcomeUnknown(code="refused-without-reason")
    return Answer(State.REFUSED, code=_known(code))


def ask(act_id: uuid.UUID, *, at: dt.datetime) -> Answer:
    """What became of an act, changing nothing. Raises NeverHeard, OutcomeUnknown."""
    return _understand(_partner().ask(f"/acts/{act_id}", unheard="no_such_act", at=at), SAID.keys())


def _read(path: str, asked: dict[str, Any], *, at: dt.datetime) -> httpx.Response:
    """Raises Away."""
    try:
        return _partner().call("POST", path, body=json.dumps(asked, ensure_ascii=False).encode(), at=at)
    except httpx.HTTPError as error:
        raise Away(code=type(error).__name__) from None


def _says_nobody(response: httpx.Response) -> bool:
    """In its own words: a proxy says 404 too."""
    return response.status_code == httpx.codes.NOT_FOUND and text(response, "code") == "no_such_customer"


def _list(response: httpx.Response, name: str, one: Callable[[dict[str, Any]], T], most: int) -> list[T]:
    """Raises NoSuchCustomer, Away."""
    if _says_nobody(response):
        raise NoSuchCustomer
    if response.status_code != httpx.codes.OK:
        raise Away(code=f"http-{response.status_code}")
    try:
        return [one(each) for each in response.json()[name][:most]]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Away(code="not-understood") from None


def _understand(response: httpx.Response, known: Any) -> Answer:
    said = text(response, "state")
    if said not in known:
        raise OutcomeUnknown(code="not-understood")
    code = _known(text(response, "code")) if said == "refused" else ""
    return Answer(SAID[said], reference=text(response, "reference")[:40], code=code, line=_line(response))


def _line(response: httpx.Response) -> told.Line | None:
    """An issuer need not tell it, and what cannot be read of it takes nothing from what was done."""
    try:
        return told.line(response.json())
    except (ValueError, KeyError, TypeError):
        return None


def _known(code: str) -> str:
    return code if code in Refusal.values else Refusal.OTHER.value


def _partner() -> Partner:
    return Partner(settings.CARDS_URL, settings.CARDS_SECRET, settings.CARDS_TIMEOUT)
