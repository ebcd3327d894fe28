"""The rehearsal bank: stands where the issuer's paying bank would, as a process of its own.

    python -m breachdesk.demo.bank

It takes orders to pay over HTTP, keeps them in a file that survives it, tells what became of the slow ones by a signed
callback, and can be told to fail:

    POST /orders       {"id", "amount", "currency", "bank", "account", "holder", "remark"}, signed
                       -> 200 {"state": "paid" | "pending", "reference"}, 422 {"code"}, 503; the same id again: the same answer
    GET  /orders/<id>  signed -> 200 {"state": "paid" | "pending" | "refused", "reference", "code"}, 404 {"code": "no_such_order"}
    GET  /ledger       every order, newest first
    GET  /control      how it answers now
    POST /control      {"mode": MODE, "seconds": 5, "times": 3, "code": CODE, "callback_url": URL}; `times` orders, else until told otherwise

Modes: ok · refuse (with `code`) · error (503, nothing kept) · hang (nothing kept, no answer) · slow (kept, answered after
`seconds`) · drop_after_accept (kept, the connection ends without an answer) · late (pending, paid after `seconds` and told by
callback; with a `code`: refused) · twice (as late, and the callback comes twice).

An account number that ends in 0000 does not exist: always refused as no_such_account, so that a demo can show it.

Signatures: counter.py.
Environment: BANK_LISTEN (host:port), BANK_LEDGER (a file), BANK_SECRET, BANK_CALLBACK_URL (optional).
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from breachdesk.demo.counter import SignedCounter, sign
from breachdesk.demo.journal import Journal

MODES = ("ok", "refuse", "error", "hang", "slow", "drop_after_accept", "late", "twice")
CODES = ("no_such_account", "holder_differs", "account_closed")
FIELDS = {"id": str, "amount": int, "currency": str, "bank": str, "account": str, "holder": str, "remark": str}
LOOKS_EVERY = 0.1  # seconds: for orders that are due, and callbacks that nobody heard

log = logging.getLogger("breachdesk.demo.bank")


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class OtherOrder(Exception):
    """The same id with other contents."""


class Ledger:
    """Every order, and what happened to it."""

    def __init__(self, path: Path) -> None:
        self.lock = threading.Lock()
        self.orders: dict[str, dict[str, Any]] = {}
        self.journal = Journal(path)
        for line in self.journal.found:
            self._apply(line)

    def take(self, order: dict[str, Any], fate: dict[str, Any]) -> dict[str, Any]:
        """Keeps the order with its fate; the same id again is counted and keeps the first one's. Raises OtherOrder."""
        with self.lock:
            known = self.orders.get(order["id"])
            if known is None:
                self._write({**order, **fate, "reference": f"RB{uuid.uuid4().hex[:12].upper()}", "ordered_at": now()})
            elif any(known[name] != order[name] for name in FIELDS):
                raise OtherOrder
            else:
                self._write({"again": order["id"]})
            return dict(self.orders[order["id"]])

    def find(self, order_id: str) -> dict[str, Any] | None:
        with self.lock:
            return dict(self.orders[order_id]) if order_id in self.orders else None

    def newest_first(self) -> list[dict[str, Any]]:
        with self.lock:
            return [dict(order) for order in reversed(self.orders.values())]

    def settle_due(self, moment: float) -> None:
        with self.lock:
            for order in [each for each in self.orders.values() if each["state"] == "pending"]:
                if order["due"] <= moment:
                    self._write({"settled": order["id"], "state": "refused" if order["code"] else "paid"})

    def told(self, order_id: str) -> None:
        with self.lock:
            self._write({"told": order_id})

    def _write(self, line: dict[str, Any]) -> None:
        self.journal.add(line)
        self._apply(line)

    def _apply(self, line: dict[str, Any]) -> None:
        if "again" in line:
            self.orders[line["again"]]["times"] += 1
        elif "settled" in line:
            self.orders[line["settled"]]["state"] = line["state"]
        elif "told" in line:
            self.orders[line["told"]]["to_tell"] -= 1
        else:
            self.orders[line["id"]] = {**line, "times": 1}


class Behaviour:
    """How the next order is answered: as it should be, or as it was told to fail."""

    def __init__(self, callback_url: str) -> None:
        self.lock = threading.Lock()
        self.callback_url = callback_url
        self.told: dict[str, Any] = {"mode": "ok"}

    def tell(self, asked: dict[str, Any]) -> dict[str, Any]:
        unknown = asked.keys() - {"mode", "seconds", "times", "code", "callback_url"}
        if unknown:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        with self.lock:
            self.callback_url = str(asked.get("callback_url", self.callback_url))
            if "mode" in asked:
                self.told = self._read(asked)
            return {**self.told, "callback_url": self.callback_url}

    def _read(self, asked: dict[str, Any]) -> dict[str, Any]:
        mode, code, times = asked["mode"], asked.get("code", ""), asked.get("times")
        if mode not in MODES:
            raise ValueError(f"mode: one of {', '.join(MODES)}")
        if mode == "refuse":
            code = code or "no_such_account"
        if code and code not in CODES:
            raise ValueError(f"code: one of {', '.join(CODES)}")
        return {
            "mode": mode,
            "code": code,
            "seconds": float(asked.get("seconds", 5)),
            "times": None if times is None else int(times),
        }

    def next(self) -> dict[str, Any]:
        """The mode of this one order."""
        with self.lock:
            told = self.told
            if told.get("times") is not None:
                left = told["times"] - 1
                self.told = {**told, "times": left} if left > 0 else {"mode": "ok"}
            return told


class Callbacks(threading.Thread):
    """Pays what was pending when its time has come, and says so until it is heard."""

    def __init__(self, ledger: Ledger, behaviour: Behaviour, secret: str) -> None:
        super().__init__(name="callbacks", daemon=True)
        self.ledger, self.behaviour, self.secret = ledger, behaviour, secret

    def run(self) -> None:
        with httpx.Client(timeout=5, trust_env=False) as client:
            while True:
                time.sleep(LOOKS_EVERY)
                self.ledger.settle_due(time.time())
                for order in self._to_tell():
                    if self._tell(client, order):
                        self.ledger.told(order["id"])

    def _to_tell(self) -> Iterator[dict[str, Any]]:
        if self.behaviour.callback_url:
            yield from (
                each for each in self.ledger.newest_first() if each["state"] != "pending" and each["to_tell"] > 0
            )

    def _tell(self, client: httpx.Client, order: dict[str, Any]) -> bool:
        event = {
            "event_id": f"{order['reference']}-{order['state']}",
            "id": order["id"],
            "state": order["state"],
            "reference": order["reference"],
            "code": order["code"],
            "at": now(),
        }
        body, timestamp = json.dumps(event).encode(), str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "X-Timestamp": timestamp,
            "X-Signature": sign(self.secret, timestamp, body),
        }
        with contextlib.suppress(httpx.HTTPError, httpx.InvalidURL):
            answer = client.post(self.behaviour.callback_url, content=body, headers=headers)
            return answer.is_success or answer.status_code == httpx.codes.CONFLICT  # heard, or heard before
        return False


class Counter(SignedCounter):
    log = log
    # Set on the class by `serve`.
    ledger: Ledger
    behaviour: Behaviour

    def do_GET(self) -> None:
        if self.path == "/ledger":
            return self.answer(200, self.ledger.newest_first())
        if self.path == "/control":
            return self.answer(200, self.behaviour.tell({}))
        if not self.path.startswith("/orders/"):
            return self.answer(404, {"error": "not found"})
        if not self.signed(self.path.encode()):
            return self.answer(401, {"error": "wrong signature"})
        order = self.ledger.find(self.path.removeprefix("/orders/"))
        if order is None:
            return self.answer(404, {"code": "no_such_order"})
        return self.answer(200, {name: order[name] for name in ("state", "reference", "code")})

    def do_POST(self) -> None:
        if (body := self.body()) is None:
            return None
        if self.path not in ("/orders", "/control"):
            return self.answer(404, {"error": "not found"})
        if self.path == "/orders" and not self.signed(body):
            return self.answer(401, {"error": "wrong signature"})
        try:
            asked = json.loads(body)
            if self.path == "/control":
                return self.answer(200, self.behaviour.tell(asked))
            order = read(asked)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return self.answer(400, {"error": f"not understood: {error}"})
        return self.take(order)

    def take(self, order: dict[str, Any]) -> None:
        told = self.behaviour.next()
        mode = told["mode"]
        if mode == "error":
            return self.answer(503, {"error": "closed for a moment, order again later"})
        if mode == "hang":
            time.sleep(told["seconds"])
            self.close_connection = True
            return None
        try:
            kept = self.ledger.take(order, fate(order, told))
        except OtherOrder:
            return self.answer(409, {"error": "this id was used for another order"})
        if mode == "slow":
            time.sleep(told["seconds"])
        if mode == "drop_after_accept":
            self.close_connection = True
            return None
        if kept["state"] == "refused":
            return self.answer(422, {"code": kept["code"]})
        return self.answer(200, {"state": kept["state"], "reference": kept["reference"]})


def read(asked: dict[str, Any]) -> dict[str, Any]:
    """Raises ValueError, KeyError, TypeError."""
    order = {name: asked[name] for name in FIELDS}
    if any(type(order[name]) is not kind for name, kind in FIELDS.items()) or order["amount"] < 1 or not order["id"]:
        raise ValueError("an order names id, amount, currency, bank, account, holder and remark")
    return order


def fate(order: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """What becomes of a new order: its state, by when a pending one is settled, and how often a callback tells of it."""
    if order["account"].endswith("0000"):
        return {"state": "refused", "code": "no_such_account", "due": 0, "to_tell": 0}
    if told["mode"] == "refuse":
        return {"state": "refused", "code": told["code"], "due": 0, "to_tell": 0}
    if told["mode"] in ("late", "twice"):
        tellings = 2 if told["mode"] == "twice" else 1
        return {"state": "pending", "code": told["code"], "due": time.time() + told["seconds"], "to_tell": tellings}
    return {"state": "paid", "code": "", "due": 0, "to_tell": 0}


def serve() -> None:
    secret = os.environ["BANK_SECRET"]
    ledger, behaviour = Ledger(Path(os.environ["BANK_LEDGER"])), Behaviour(os.environ.get("BANK_CALLBACK_URL", ""))
    Callbacks(ledger, behaviour, secret).start()
    host, _, port = os.environ["BANK_LISTEN"].rpartition(":")
    handler = type("Counter", (Counter,), {"ledger": ledger, "behaviour": behaviour, "secret": secret})
    with ThreadingHTTPServer((host, int(port)), handler) as http:
        http.daemon_threads = True
        http.serve_forever()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    serve()
