"""The rehearsal card system: stands where the issuer's own would, as a process of its own (docs/issuer-api.yaml).

    python -m breachdesk.demo.issuer

It knows the demo's people and invents their cards (issuer_customers.py), keeps what was asked in a file that survives it
(issuer_ledger.py), and can be told to fail:

    POST /customers · /cards · /payments · /ties · /pickups · /acts, GET /acts/<id>: signed
    GET  /ledger       every act, newest first; `times`: how often each was told
    GET  /control      how it answers now
    POST /control      {"mode": MODE, "seconds": 5, "times": 3, "code": CODE, "reads": true, "customers": [...], "delivery": 15}

Modes: ok · refuse (with `code`) · error (503, nothing kept) · hang (nothing kept, no answer) · slow (done, answered after
`seconds`) · drop_after_accept (done, the connection ends without an answer) · late (taken, done after `seconds`) · twice (as
ok, and the act is carried out a second time: the cards are as after the first).
They are of acts; with `reads` also of customers and cards. `times`: so many calls, else until told otherwise.
`delivery`: seconds that a new card takes for each stage.
`customers`: {"ref", "name", "birth_date", "phone", "email", "cards": [{"id", "name", "last4"}]}, known from then on.

Signatures: counter.py.
Environment: CARDS_LISTEN (host:port), CARDS_LEDGER (a file), CARDS_SECRET.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
import time
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from breachdesk.demo.counter import SignedCounter
from breachdesk.demo.issuer_customers import Customers, payments_of, ties_of
from breachdesk.demo.issuer_ledger import ACT_FIELDS, EFFECTS, Ledger, OtherAct
from breachdesk.lib import names

MODES = ("ok", "refuse", "error", "hang", "slow", "drop_after_accept", "late", "twice")

log = logging.getLogger("breachdesk.demo.issuer")


class Behaviour:
    """How the next call is answered: as it should be, or as it was told to fail."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.told: dict[str, Any] = {"mode": "ok", "reads": False}

    def tell(self, asked: dict[str, Any]) -> dict[str, Any]:
        unknown = asked.keys() - {"mode", "seconds", "times", "code", "reads", "customers", "delivery"}
        if unknown:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        with self.lock:
            if "mode" in asked:
                self.told = self._read(asked)
            return dict(self.told)

    def _read(self, asked: dict[str, Any]) -> dict[str, Any]:
        mode, times = asked["mode"], asked.get("times")
        if mode not in MODES:
            raise ValueError(f"mode: one of {', '.join(MODES)}")
        return {
            "mode": mode,
            "code": asked.get("code", "unknown_card" if mode == "refuse" else ""),
            "reads": bool(asked.get("reads", False)),
            "seconds": float(asked.get("seconds", 5)),
            "times": None if times is None else int(times),
        }

    def next(self, *, reads: bool) -> dict[str, Any]:
        """The mode of this one call."""
        with self.lock:
            told = self.told
            if reads and not told["reads"]:
                return {"mode": "ok"}
            if told.get("times") is not None:
                left = told["times"] - 1
                self.told = {**told, "times": left} if left > 0 else {"mode": "ok", "reads": False}
            return told


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
        if not self.path.startswith("/acts/"):
            return self.answer(404, {"error": "not found"})
        if not self.signed(self.path.encode()):
            return self.answer(401, {"error": "wrong signature"})
        if self.fails(told := self.behaviour.next(reads=True)):
            return None
        act = self.ledger.find(self.path.removeprefix("/acts/"))
        if act is None:
            return self.answer(404, {"code": "no_such_act"})
        self.late(told)
        return self.answer(200, {name: act[name] for name in ("state", "reference", "code")} | self.ledger.line(act))

    def do_POST(self) -> None:
        if (body := self.body()) is None:
            return None
        ways = {
            "/customers": self.find,
            "/cards": self.cards,
            "/payments": self.payments,
            "/ties": self.ties,
            "/pickups": self.pickups,
            "/acts": self.act,
            "/control": self.control,
        }
        way = ways.get(self.path)
        if way is None:
            return self.answer(404, {"error": "not found"})
        if self.path != "/control" and not self.signed(body):
            return self.answer(401, {"error": "wrong signature"})
        try:
            return way(json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return self.answer(400, {"error": f"not understood: {type(error).__name__}"})

    def control(self, asked: dict[str, Any]) -> None:
        told = self.behaviour.tell(asked)
        self.ledger.meet(asked.get("customers", []))
        self.ledger.stage_seconds = float(asked.get("delivery", self.ledger.stage_seconds))
        return self.answer(200, told)

    def find(self, asked: dict[str, Any]) -> None:
        contact = asked["contact"]
        if self.fails(told := self.behaviour.next(reads=True)):
            return None
        self.late(told)
        key = (f"{contact['kind']}:{contact['value']}", names.fold(asked["name"]), asked["birth_date"] or "")
        ref = self.ledger.customer(key)
        return self.answer(200, {"customer": ref}) if ref else self.answer(404, {"code": "no_such_customer"})

    def cards(self, asked: dict[str, Any]) -> None:
        if (found := self.held(asked)) is not None:
            self.answer(200, {"cards": found, "accounts": self.ledger.accounts(asked["customer"])})

    def payments(self, asked: dict[str, Any]) -> None:
        if (found := self.held(asked)) is not None:
            self.answer(200, {"payments": payments_of(found[0])})

    def ties(self, asked: dict[str, Any]) -> None:
        if (found := self.held(asked)) is not None:
            self.answer(200, {"ties": [tie for card in found if card["active"] for tie in ties_of(card)]})

    def pickups(self, asked: dict[str, Any]) -> None:
        if self.held(asked) is not None:
            self.answer(200, {"slots": self.ledger.free_slots()})

    def held(self, asked: dict[str, Any]) -> list[dict[str, Any]] | None:
        """The customer's cards; None where the call was answered here."""
        if self.fails(told := self.behaviour.next(reads=True)):
            return None
        self.late(told)
        found = self.ledger.cards(asked["customer"])
        if found is None:
            self.answer(404, {"code": "no_such_customer"})
        return found

    def act(self, asked: dict[str, Any]) -> None:
        act = {name: asked[name] for name in ACT_FIELDS}
        if (
            any(type(act[name]) is not kind for name, (kind, _empty) in ACT_FIELDS.items())
            or act["kind"] not in EFFECTS
        ):
            raise ValueError(f"an act names {', '.join(ACT_FIELDS)}")
        told = self.behaviour.next(reads=False)
        if self.fails(told):
            return None
        try:
            kept = self.ledger.take(act, told)
            if told["mode"] == "twice":
                kept = self.ledger.take(act, told)
        except OtherAct:
            return self.answer(409, {"error": "this id was used for another act"})
        self.late(told)
        if told["mode"] == "drop_after_accept":
            self.close_connection = True
            return None
        if kept["state"] == "refused":
            return self.answer(422, {"code": kept["code"]})
        return self.answer(200, {name: kept[name] for name in ("state", "reference")} | self.ledger.line(kept))

    def fails(self, told: dict[str, Any]) -> bool:
        """Whether the call ended here, with nothing kept."""
        if told["mode"] == "error":
            self.answer(503, {"error": "closed for a moment, ask again later"})
        elif told["mode"] == "hang":
            time.sleep(told["seconds"])
            self.close_connection = True
        return told["mode"] in ("error", "hang")

    def late(self, told: dict[str, Any]) -> None:
        if told["mode"] == "slow":
            time.sleep(told["seconds"])


def serve() -> None:
    ledger = Ledger(Path(os.environ["CARDS_LEDGER"]), Customers())
    host, _, port = os.environ["CARDS_LISTEN"].rpartition(":")
    own = {"ledger": ledger, "behaviour": Behaviour(), "secret": os.environ["CARDS_SECRET"]}
    handler = type("Counter", (Counter,), own)
    with ThreadingHTTPServer((host, int(port)), handler) as http:
        http.daemon_threads = True
        http.serve_forever()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    serve()
