"""The issuer's paying bank, over a small signed HTTP. The only place that knows how to speak to it.

    POST BANK_URL/orders       {"id", "amount", "currency", "bank", "account", "holder", "remark"}
    GET  BANK_URL/orders/<id>
    X-Timestamp: unix seconds · X-Signature: hex HMAC-SHA256(secret, timestamp + "." + body; for a GET its path)

200 {"state": "paid" | "pending", "reference"}; 422 {"code"} for an account that cannot be paid; 503 "not now"; asked after an
order, also "refused" with its code, or 404 {"code": "no_such_order"}. `id` is the payout's and is the same whenever it is
ordered again: a bank that has it already answers as before and pays once.
Opens no transaction, keeps nothing, reads no clock.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from breachdesk.lib import signed
from claims.states import AccountProblem, PayoutState

# Too busy, or our own secret or address is wrong: the bank says plainly that it has taken nothing.
TAKEN_NOTHING = {401, 403, 404, 429, 503}
SAID = {"paid": PayoutState.PAID, "pending": PayoutState.PENDING, "refused": PayoutState.REFUSED}


@dataclass(frozen=True)
class Answer:
    """What the bank says became of an order: paid, pending, or refused with the account's problem."""

    state: PayoutState
    reference: str = ""
    code: str = ""


class NotTaken(Exception):
    """The bank has certainly not taken the order."""

    def __init__(self, *, code: str) -> None:
        super().__init__(code)
        self.code = code


class OutcomeUnknown(Exception):
    """The bank may have taken it: only asking under the same id can tell."""

    def __init__(self, *, code: str) -> None:
        super().__init__(code)
        self.code = code


class NeverHeard(Exception):
    """The bank knows of no order with this id."""


@dataclass(frozen=True)
class Order:
    id: uuid.UUID
    amount: int
    currency: str
    bank: str
    account: str
    holder: str
    remark: str

    def body(self) -> bytes:
        return json.dumps({**self.__dict__, "id": str(self.id)}, ensure_ascii=False).encode()


def order(order: Order, *, at: dt.datetime) -> Answer:
    """Asks the bank to pay. Raises NotTaken, OutcomeUnknown."""
    try:
        response = _call("POST", "/orders", body=order.body(), at=at)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise NotTaken(code=type(error).__name__) from None
    except httpx.HTTPError as error:
        # Some of the body may have left, or the answer was lost on its way.
        raise OutcomeUnknown(code=type(error).__name__) from None
    code = f"http-{response.status_code}"
    if response.status_code == httpx.codes.OK:
        return _understand(response, {"paid", "pending"})
    if response.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
        said = _text(response, "code")
        if said in AccountProblem.values:
            return Answer(PayoutState.REFUSED, code=said)
        # Refused for a reason that the account's owner cannot mend.
        raise NotTaken(code=said[:40] or code)
    if response.status_code in TAKEN_NOTHING:
        raise NotTaken(code=code)
    # Anything else, a 500 above all, may be said by a bank that broke down after it had taken the order.
    raise OutcomeUnknown(code=code)


def ask(order_id: uuid.UUID, *, at: dt.datetime) -> Answer:
    """What became of an order, changing nothing. Raises NeverHeard, OutcomeUnknown."""
    try:
        response = _call("GET", f"/orders/{order_id}", at=at)
    except httpx.HTTPError as error:
        raise OutcomeUnknown(code=type(error).__name__) from None
    # A proxy or a wrong address says 404 too: only the bank's own word counts.
    if response.status_code == httpx.codes.NOT_FOUND and _text(response, "code") == "no_such_order":
        raise NeverHeard
    if response.status_code != httpx.codes.OK:
        raise OutcomeUnknown(code=f"http-{response.status_code}")
    return _understand(response, SAID.keys())


def _call(method: str, path: str, *, at: dt.datetime, body: bytes = b"") -> httpx.Response:
    url = settings.BANK_URL + path
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        **signed.headers(settings.BANK_SECRET, signed=body or urlsplit(url).path.encode(), at=at),
    }
    timeout = httpx.Timeout(settings.BANK_TIMEOUT.total_seconds())
    return _client().request(method, url, content=body, headers=headers, timeout=timeout)


def _understand(response: httpx.Response, known: Any) -> Answer:
    said = _text(response, "state")
    if said not in known:
        raise OutcomeUnknown(code="not-understood")
    code = _text(response, "code")
    if said == "refused" and code not in AccountProblem.values:
        raise OutcomeUnknown(code=code[:40] or "refused-without-reason")
    return Answer(SAID[said], reference=_text(response, "reference")[:80], code=code if said == "refused" else "")


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
