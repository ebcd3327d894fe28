"""The rehearsal card system: stands where the issuer's own would, as a process of its own (docs/issuer-api.yaml).

    python -m breachdesk.demo.issuer

It knows the demo's people and invents their cards, keeps what was asked in a file that survives it, and can be told to fail:

    POST /customers · /cards · /payments · /acts, GET /acts/<id>: signed
    GET  /ledger       every act, newest first; `times`: how often each was told
    GET  /control      how it answers now
    POST /control      {"mode": MODE, "seconds": 5, "times": 3, "code": CODE, "reads": true, "customers": [...], "delivery": 15}

Modes: ok · refuse (with `code`) · error (503, nothing kept) · hang (nothing kept, no answer) · slow (done, answered after
`seconds`) · drop_after_accept (done, the connection ends without an answer) · late (taken, done after `seconds`) · twice (as
ok, and the act is carried out a second time: the cards are as after the first).
They are of acts; with `reads` also of customers and cards. `times`: so many calls, else until told otherwise.
`delivery`: seconds that a new card takes for each stage.
`customers`: {"ref", "name", "birth_date", "phone", "email", "cards": [{"id", "name", "last4"}]}, known from then on.

Signatures: X-Timestamp, X-Signature = hex HMAC-SHA256(secret, timestamp + "." + body, or the path where there is no body).
Environment: CARDS_LISTEN (host:port), CARDS_LEDGER (a file), CARDS_SECRET.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import logging
import os
import signal
import sys
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from breachdesk.demo import people
from breachdesk.lib import names
from breachdesk.lib.contacts import Contact, NotAContact

MODES = ("ok", "refuse", "error", "hang", "slow", "drop_after_accept", "late", "twice")
ACT_FIELDS = {"id": str, "customer": str, "card": str, "kind": str, "noticed_on": str, "last_used": str, "waived": bool}
# What each act does to a card.
EFFECTS: dict[str, dict[str, bool]] = {
    "lost": {"blocked": True, "reported": True},
    "stolen": {"blocked": True, "reported": True},
    "block": {"blocked": True},
    "unblock": {"blocked": False},
    "abroad-off": {"abroad": False},
    "abroad-on": {"abroad": True},
    "online-off": {"online": False},
    "online-on": {"online": True},
    "reissue": {},
    "activate": {"active": True},
}
# A new card is made, sent and there; seconds for each, where nothing else was told (`delivery`).
STAGES = ("making", "sent", "arrived")
STAGE_SECONDS = 15
FOR_ALL_CARDS = ("lost", "stolen", "block")
SIGNATURE_GOOD_FOR = 300  # seconds
LARGEST_BODY = 64 * 1024

log = logging.getLogger("breachdesk.demo.issuer")


def sign(secret: str, timestamp: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + signed, hashlib.sha256).hexdigest()


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class OtherAct(Exception):
    """The same id with other contents."""


def payments_of(card: dict[str, Any]) -> list[dict[str, Any]]:
    """The same for every card: three of everyday, and two in the night abroad that nobody knows."""
    today = datetime.now(timezone(timedelta(hours=9))).date()
    paid = [
        (1, "GLB TECH STORE", 612_400, True, True),
        (1, "기프트나라", 500_000, False, True),
        (2, "한빛마트 중구점", 38_200, False, False),
        (4, "서울교통공사", 1_500, False, False),
        (9, "한빛이동통신", 69_000, False, False),
    ]
    return [
        {
            "id": f"{card['id']}-P{number}",
            "last4": card["last4"],
            "day": (today - timedelta(days=back)).isoformat(),
            "merchant": merchant,
            "amount": amount,
            "abroad": abroad,
            "suspect": suspect,
        }
        for number, (back, merchant, amount, abroad, suspect) in enumerate(paid, start=1)
    ]


def contact_key(text: str) -> str:
    with contextlib.suppress(NotAContact):
        contact = Contact.parse(text)
        return f"{contact.kind}:{contact.value}"
    return ""


class Customers:
    """Who has which cards: those of the demo's list and its people who are on none, and whoever is told of later."""

    def __init__(self) -> None:
        self.cards: dict[str, list[dict[str, Any]]] = {}
        self.found: dict[tuple[str, str, str], str] = {}
        header, *listed = people.rows()
        for row in listed:
            self.add({**dict(zip(header, row, strict=True)), "ref": row[0]})
        for one in people.PEOPLE:
            self.add({**one.__dict__, "ref": people.customer_ref(one)})

    def add(self, one: dict[str, Any]) -> None:
        ref = one["ref"]
        if ref not in self.cards or one.get("cards"):
            self.cards[ref] = [self._card(card) for card in one.get("cards") or self._invented(ref, one)]
        for contact in (one.get("phone"), one.get("email")):
            if contact and (key := contact_key(contact)):
                self.found[key, names.fold(one["name"]), one.get("birth_date", "")] = ref

    @staticmethod
    def _invented(ref: str, one: dict[str, Any]) -> list[dict[str, Any]]:
        number = sum(ord(mark) * place for place, mark in enumerate(ref, start=1))
        first = {"id": f"{ref}-1", "name": "한빛 데일리", "last4": one.get("card_last4") or f"{1000 + number % 9000}"}
        second = {"id": f"{ref}-2", "name": "한빛 체크", "last4": f"{1000 + number * 7 % 9000}"}
        return [first, second] if number % 2 else [first]

    @staticmethod
    def _card(card: dict[str, Any]) -> dict[str, Any]:
        state = {"blocked": False, "abroad": True, "online": True, "reported": False, "active": True}
        return {**state, "renewal": "none", "renewal_by": "", **card}


class Ledger:
    """Every act: a JSON line each for what happened to it, on the disk before anybody hears of it, read again at the start."""

    def __init__(self, path: Path, customers: Customers) -> None:
        self.lock = threading.RLock()
        self.customers = customers
        self.acts: dict[str, dict[str, Any]] = {}
        # Cards that are being replaced: whose, and since when.
        self.renewals: dict[str, tuple[str, float]] = {}
        self.stage_seconds = float(STAGE_SECONDS)
        whole = b""
        if path.exists():
            # A line cut short by a crash was never answered: drop it.
            whole, newline, _torn = path.read_bytes().rpartition(b"\n")
            whole += newline
        for line in whole.splitlines():
            self._apply(json.loads(line))
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        os.truncate(self.file, len(whole))
        os.lseek(self.file, 0, os.SEEK_END)

    def take(self, act: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
        """Keeps the act with what becomes of it; the same id again is counted and keeps the first. Raises OtherAct."""
        with self.lock:
            known = self.acts.get(act["id"])
            if known is None:
                made = {"reference": f"HC{uuid.uuid4().hex[:10].upper()}", "asked_at": now()}
                self._write({**act, **self._fate(act, told), **made})
            elif any(known[name] != act[name] for name in ACT_FIELDS):
                raise OtherAct
            else:
                self._write({"again": act["id"]})
            return dict(self.acts[act["id"]])

    def find(self, act_id: str) -> dict[str, Any] | None:
        with self.lock:
            self._do_due()
            return dict(self.acts[act_id]) if act_id in self.acts else None

    def newest_first(self) -> list[dict[str, Any]]:
        with self.lock:
            self._do_due()
            return [dict(act) for act in reversed(self.acts.values())]

    def cards(self, ref: str) -> list[dict[str, Any]] | None:
        with self.lock:
            self._do_due()
            self._deliver()
            found = self.customers.cards.get(ref)
            return None if found is None else [dict(card) for card in found]

    def customer(self, key: tuple[str, str, str]) -> str | None:
        with self.lock:
            return self.customers.found.get(key)

    def meet(self, customers: list[dict[str, Any]]) -> None:
        with self.lock:
            for one in customers:
                self._write({"customer_met": one})

    def _fate(self, act: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
        code = told.get("code", "") if told["mode"] == "refuse" else self._why_not(act)
        if code:
            return {"state": "refused", "code": code, "due": 0}
        if told["mode"] == "late":
            return {"state": "taken", "code": "", "due": time.time() + told["seconds"]}
        return {"state": "done", "code": "", "due": 0}

    def _why_not(self, act: dict[str, Any]) -> str:
        cards = self.customers.cards.get(act["customer"])
        if cards is None:
            return "no_such_customer"
        chosen = [card for card in cards if act["card"] in (card["id"], "all")]
        if not chosen or (act["card"] == "all" and act["kind"] not in FOR_ALL_CARDS):
            return "unknown_card"
        if act["kind"] not in (*FOR_ALL_CARDS, "reissue") and any(card["reported"] for card in chosen):
            return "reported"
        return ""

    def _do_due(self) -> None:
        for act in [each for each in self.acts.values() if each["state"] == "taken" and each["due"] <= time.time()]:
            self._write({"done": act["id"]})

    def _write(self, line: dict[str, Any]) -> None:
        os.write(self.file, json.dumps(line, ensure_ascii=False).encode() + b"\n")
        os.fsync(self.file)
        self._apply(line)

    def _apply(self, line: dict[str, Any]) -> None:
        if "customer_met" in line:
            return self.customers.add(line["customer_met"])
        if "again" in line:
            self.acts[line["again"]]["times"] += 1
            return None
        if "done" in line:
            self.acts[line["done"]]["state"] = "done"
            return self._carry_out(self.acts[line["done"]])
        self.acts[line["id"]] = {**line, "times": 1}
        return self._carry_out(line) if line["state"] == "done" else None

    def _carry_out(self, act: dict[str, Any]) -> None:
        self._deliver()
        for card in self.customers.cards.get(act["customer"], []):
            if act["card"] in (card["id"], "all"):
                card.update(EFFECTS[act["kind"]])
            if act["kind"] == "reissue" and act["card"] == card["id"]:
                card.update(renewal=STAGES[0], renewal_by=f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%d}")
                self.renewals[card["id"]] = (
                    act["customer"],
                    datetime.fromisoformat(act["asked_at"]).timestamp(),
                )
        if act["kind"] == "activate":  # the card that it replaces is none any more
            cards = self.customers.cards.get(act["customer"], [])
            cards[:] = [card for card in cards if card["id"] + "N" != act["card"]]

    def _deliver(self) -> None:
        """New cards go from stage to stage; one that has arrived stands beside the old one."""
        for card_id, (ref, since) in self.renewals.items():
            passed = (time.time() - since) / self.stage_seconds if self.stage_seconds else len(STAGES)
            stage = min(int(passed), len(STAGES) - 1)
            cards = self.customers.cards[ref]
            old = next((card for card in cards if card["id"] == card_id), None)
            if old is None:  # whose cards were told anew
                continue
            old["renewal"] = STAGES[stage]
            if STAGES[stage] == "arrived" and not any(card["id"] == card_id + "N" for card in cards):
                last4 = f"{1000 + (int(old['last4']) * 31 + 7) % 9000}"
                cards.append(
                    Customers._card({"id": card_id + "N", "name": old["name"], "last4": last4, "active": False})
                )


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


class Counter(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120
    # Set on the class by `serve`.
    ledger: Ledger
    behaviour: Behaviour
    secret: str

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
        return self.answer(200, {name: act[name] for name in ("state", "reference", "code")})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self.close_connection = True
            return self.answer(413, {"error": "too large"})
        body = self.rfile.read(length)
        ways = {
            "/customers": self.find,
            "/cards": self.cards,
            "/payments": self.payments,
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

    def signed(self, what: bytes) -> bool:
        timestamp = self.headers.get("X-Timestamp", "")
        fresh = timestamp.isdigit() and abs(time.time() - int(timestamp)) <= SIGNATURE_GOOD_FOR
        return fresh and hmac.compare_digest(sign(self.secret, timestamp, what), self.headers.get("X-Signature", ""))

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
        if self.fails(told := self.behaviour.next(reads=True)):
            return None
        self.late(told)
        found = self.ledger.cards(asked["customer"])
        return self.answer(404, {"code": "no_such_customer"}) if found is None else self.answer(200, {"cards": found})

    def payments(self, asked: dict[str, Any]) -> None:
        if self.fails(told := self.behaviour.next(reads=True)):
            return None
        self.late(told)
        found = self.ledger.cards(asked["customer"])
        if found is None:
            return self.answer(404, {"code": "no_such_customer"})
        return self.answer(200, {"payments": payments_of(found[0])})

    def act(self, asked: dict[str, Any]) -> None:
        act = {name: asked[name] for name in ACT_FIELDS}
        if any(type(act[name]) is not kind for name, kind in ACT_FIELDS.items()) or act["kind"] not in EFFECTS:
            raise ValueError("an act names id, customer, card, kind, noticed_on, last_used and waived")
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
        return self.answer(200, {"state": kept["state"], "reference": kept["reference"]})

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

    def answer(self, status: int, value: Any) -> None:
        body = json.dumps(value, ensure_ascii=False).encode()
        with contextlib.suppress(ConnectionError):
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        log.info("%s %s", self.command, args[1] if len(args) > 1 else "")


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
