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
from typing import Any

import httpx
from django.conf import settings

from breachdesk.lib.partners import NeverHeard, NotTaken, OutcomeUnknown, Partner, text
from claims.states import AccountProblem, PayoutState

__all__ = ["Answer", "NeverHeard", "NotTaken", "Order", "OutcomeUnknown"]

SAID = {"paid": PayoutState.PAID, "pending": PayoutState.PENDING, "refused": PayoutState.REFUSED}


@dataclass(frozen=True)
class Answer:
    """What the bank says became of an order: paid, pending, or refused with the account's problem."""

    state: PayoutState
    reference: str = ""
    code: str = ""


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
    response = _partner().tell("/orders", order.body(), at=at)
    if response.status_code == httpx.codes.OK:
        return _understand(response, {"paid", "pending"})
    said = text(response, "code")
    if said in AccountProblem.values:
        return Answer(PayoutState.REFUSED, code=said)
    # Refused for a reason that the account's owner cannot mend.
    raise NotTaken(code=said[:40] or f"http-{response.status_code}")


def ask(order_id: uuid.UUID, *, at: dt.datetime) -> Answer:
    """What became of an order, changing nothing. Raises NeverHeard, OutcomeUnknown."""
    return _understand(_partner().ask(f"/orders/{order_id}", unheard="no_such_order", at=at), SAID.keys())


def _understand(response: httpx.Response, known: Any) -> Answer:
    said = text(response, "state")
    if said not in known:
        raise OutcomeUnknown(code="not-understood")
    code = text(response, "code")
    if said == "refused" and code not in AccountProblem.values:
        raise OutcomeUnknown(code=code[:40] or "refused-without-reason")
    return Answer(SAID[said], reference=text(response, "reference")[:80], code=code if said == "refused" else "")


def _partner() -> Partner:
    return Partner(settings.BANK_URL, settings.BANK_SECRET, settings.BANK_TIMEOUT)
