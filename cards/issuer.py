"""The issuer's card system, over a small signed HTTP (docs/issuer-api.yaml). The only place that knows how to speak to it.

    POST CARDS_URL/customers  {"contact": {"kind", "value"}, "name", "birth_date"}  -> {"customer"} | 404 no_such_customer
    POST CARDS_URL/cards      {"customer"}                                          -> {"cards": [...]}
    POST CARDS_URL/payments   {"customer"}                                          -> {"payments": [...]}
    POST CARDS_URL/acts       {"id", "customer", "card", "kind", …}                 -> {"state": "done" | "taken", "reference"} | 422 {"code"}
    GET  CARDS_URL/acts/<id>                                                         -> {"state", "reference", "code"} | 404 no_such_act
    X-Timestamp: unix seconds · X-Signature: hex HMAC-SHA256(secret, timestamp + "." + body; for a GET its path)

Who somebody is stands in bodies only, never in an address. An act's id is ours and the same whenever it is told again: an
issuer that has it already answers as before and does it once. Opens no transaction, keeps nothing, reads no clock.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from breachdesk.lib import signed
from breachdesk.lib.contacts import Contact
from cards.states import Refusal, Stage, State

# Too busy, or our own secret or address is wrong: the issuer says plainly that it has done nothing.
DONE_NOTHING = {401, 403, 404, 429, 503}
SAID = {"done": State.CONFIRMED, "taken": State.TAKEN, "refused": State.REFUSED}
CARD_ID = re.compile(r"[A-Za-z0-9-]{1,40}")
MOST_CARDS = 50
MOST_PAYMENTS = 200


class Away(Exception):
    """No answer that could be understood; nothing was asked to be done."""

    def __init__(self, *, code: str) -> None:
        super().__init__(code)
        self.code = code


class NoSuchCustomer(Exception):
    """The issuer has nobody with this contact, name and birth date."""


class NotTaken(Exception):
    """The issuer has certainly not taken the act."""

    def __init__(self, *, code: str) -> None:
        super().__init__(code)
        self.code = code


class OutcomeUnknown(Exception):
    """The issuer may have taken it: only asking under the same id can tell."""

    def __init__(self, *, code: str) -> None:
        super().__init__(code)
        self.code = code


class NeverHeard(Exception):
    """The issuer knows of no act with this id."""


@dataclass(frozen=True)
class Answer:
    """What the issuer says became of an act: done, taken, or refused and why."""

    state: State
    reference: str = ""
    code: str = ""


@dataclass(frozen=True)
class Card:
    """A card as the issuer has it now. `reported`: lost or stolen, never to be used again."""

    id: str
    name: str
    last4: str
    blocked: bool
    abroad: bool
    online: bool
    reported: bool
    # A new card is not in use before its owner has said that they hold it.
    active: bool = True
    # Where the card that replaces it is, and by which day it is to come.
    renewal: str = Stage.NONE
    renewal_by: str = ""

    @property
    def renewal_words(self) -> Any:
        return Stage(self.renewal).label

    @property
    def renewal_day(self) -> dt.date | None:
        return dt.date.fromisoformat(self.renewal_by) if self.renewal_by else None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Payment:
    """Paid with one of the cards, in whole won. `suspect`: the issuer itself finds it odd."""

    id: str
    last4: str
    day: str
    merchant: str
    amount: int
    abroad: bool
    suspect: bool

    @property
    def on(self) -> dt.date:
        return dt.date.fromisoformat(self.day)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Order:
    id: uuid.UUID
    customer: str
    card: str
    kind: str
    noticed_on: str
    last_used: str
    waived: bool

    def body(self) -> bytes:
        return json.dumps({**asdict(self), "id": str(self.id)}, ensure_ascii=False).encode()


def find(contact: Contact, *, name: str, birth_date: dt.date | None, at: dt.datetime) -> str:
    """The issuer's own number of whoever has this contact, name and birth date. Raises NoSuchCustomer, Away."""
    asked = {"contact": {"kind": contact.kind, "value": contact.value}, "name": name}
    response = _read("/customers", {**asked, "birth_date": birth_date.isoformat() if birth_date else None}, at=at)
    if response.status_code == httpx.codes.NOT_FOUND and _text(response, "code") == "no_such_customer":
        raise NoSuchCustomer
    ref = _text(response, "customer")
    if response.status_code != httpx.codes.OK or not 0 < len(ref) <= 64:
        raise Away(code=f"http-{response.status_code}")
    return ref


def cards(customer: str, *, at: dt.datetime) -> list[Card]:
    """The customer's cards as they are now. Raises Away."""
    response = _read("/cards", {"customer": customer}, at=at)
    if response.status_code != httpx.codes.OK:
        raise Away(code=f"http-{response.status_code}")
    try:
        return [_card(each) for each in response.json()["cards"][:MOST_CARDS]]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Away(code="not-understood") from None


def payments(customer: str, *, at: dt.datetime) -> list[Payment]:
    """What was paid with the customer's cards in the last sixty days, the latest first. Raises Away."""
    response = _read("/payments", {"customer": customer}, at=at)
    if response.status_code != httpx.codes.OK:
        raise Away(code=f"http-{response.status_code}")
    try:
        return [_payment(each) for each in response.json()["payments"][:MOST_PAYMENTS]]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Away(code="not-understood") from None


def order(order: Order, *, at: dt.datetime) -> Answer:
    """Asks for an act. Raises NotTaken, OutcomeUnknown."""
    try:
        response = _call("POST", "/acts", body=order.body(), at=at)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
        raise NotTaken(code=type(error).__name__) from None
    except httpx.HTTPError as error:
        # Some of the body may have left, or the answer was lost on its way.
        raise OutcomeUnknown(code=type(error).__name__) from None
    if response.status_code == httpx.codes.OK:
        return _understand(response, {"done", "taken"})
    if response.status_code == httpx.codes.UNPROCESSABLE_ENTITY and (code := _text(response, "code")):
        return Answer(State.REFUSED, code=_known(code))
    if response.status_code in DONE_NOTHING:
        raise NotTaken(code=f"http-{response.status_code}")
    # Anything else, a 500 above all, may be said by a system that broke down after it had done it.
    raise OutcomeUnknown(code=f"http-{response.status_code}")


def ask(act_id: uuid.UUID, *, at: dt.datetime) -> Answer:
    """What became of an act, changing nothing. Raises NeverHeard, OutcomeUnknown."""
    try:
        response = _call("GET", f"/acts/{act_id}", at=at)
    except httpx.HTTPError as error:
        raise OutcomeUnknown(code=type(error).__name__) from None
    # A proxy or a wrong address says 404 too: only the issuer's own word counts.
    if response.status_code == httpx.codes.NOT_FOUND and _text(response, "code") == "no_such_act":
        raise NeverHeard
    if response.status_code != httpx.codes.OK:
        raise OutcomeUnknown(code=f"http-{response.status_code}")
    return _understand(response, SAID.keys())


def _read(path: str, asked: dict[str, Any], *, at: dt.datetime) -> httpx.Response:
    """Raises Away."""
    try:
        return _call("POST", path, body=json.dumps(asked, ensure_ascii=False).encode(), at=at)
    except httpx.HTTPError as error:
        raise Away(code=type(error).__name__) from None


def _call(method: str, path: str, *, at: dt.datetime, body: bytes = b"") -> httpx.Response:
    url = settings.CARDS_URL + path
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        **signed.headers(settings.CARDS_SECRET, signed=body or urlsplit(url).path.encode(), at=at),
    }
    timeout = httpx.Timeout(settings.CARDS_TIMEOUT.total_seconds())
    return _client().request(method, url, content=body, headers=headers, timeout=timeout)


def _understand(response: httpx.Response, known: Any) -> Answer:
    said = _text(response, "state")
    if said not in known:
        raise OutcomeUnknown(code="not-understood")
    code = _known(_text(response, "code")) if said == "refused" else ""
    return Answer(SAID[said], reference=_text(response, "reference")[:40], code=code)


def _known(code: str) -> str:
    return code if code in Refusal.values else Refusal.OTHER.value


def _card(given: dict[str, Any]) -> Card:
    """Raises ValueError, KeyError, TypeError."""
    card = Card(**{name: given[name] for name in Card.__dataclass_fields__})
    texts = (card.id, card.name, card.last4, card.renewal, card.renewal_by)
    flags = (card.blocked, card.abroad, card.online, card.reported, card.active)
    if any(type(text) is not str or "\x00" in text or len(text) > 60 for text in texts):
        raise ValueError("not a short text")
    if any(type(flag) is not bool for flag in flags):
        raise ValueError("neither yes nor no")
    if not CARD_ID.fullmatch(card.id) or not re.fullmatch(r"\d{4}", card.last4):
        raise ValueError("not a card's id or last four")
    if card.renewal not in Stage.values:
        raise ValueError("not a stage of a new card")
    if card.renewal_by:
        dt.date.fromisoformat(card.renewal_by)
    return card


def _payment(given: dict[str, Any]) -> Payment:
    """Raises ValueError, KeyError, TypeError."""
    payment = Payment(**{name: given[name] for name in Payment.__dataclass_fields__})
    texts = (payment.id, payment.last4, payment.day, payment.merchant)
    if any(type(text) is not str or "\x00" in text or len(text) > 100 for text in texts):
        raise ValueError("not a short text")
    if type(payment.amount) is not int or not 0 < payment.amount < 10**12 or not CARD_ID.fullmatch(payment.id):
        raise ValueError("not a payment")
    if any(type(flag) is not bool for flag in (payment.abroad, payment.suspect)):
        raise ValueError("neither yes nor no")
    dt.date.fromisoformat(payment.day)
    return payment


def _text(response: httpx.Response, name: str) -> str:
    try:
        answer: Any = response.json()
    except ValueError:
        return ""
    value = answer.get(name) if isinstance(answer, dict) else None
    return value if isinstance(value, str) and "\x00" not in value else ""


@cache
def _client() -> httpx.Client:
    """One a process: connections are kept. No proxy of the machine's environment stands between."""
    return httpx.Client(trust_env=False, follow_redirects=False)
