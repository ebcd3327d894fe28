"""Phone messages over HTTP."""

from __future__ import annotations

import contextlib
import hmac
import json
import logging
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from breachdesk.demo.provider.behaviour import Behaviour
from breachdesk.demo.provider.ledger import Ledger
from breachdesk.demo.provider.receipts import Receipts, sign

KINDS = {"sms", "lms", "alimtalk"}
SIGNATURE_GOOD_FOR = 300  # seconds
HELD = 60  # seconds
LARGEST_BODY = 16 * 1024 * 1024  # a thousand long messages

log = logging.getLogger("breachdesk.demo.provider")


def message_of(order: dict[str, Any]) -> dict[str, Any]:
    """Raises KeyError, TypeError, ValueError."""
    if order["kind"] not in KINDS:
        raise ValueError(f"kind: one of {', '.join(sorted(KINDS))}")
    template = {"template": str(order["template"])} if order.get("template") else {}
    return {
        "id": str(order["id"]),
        "channel": order["kind"],
        "to": str(order["to"]),
        "from": str(order["from"]),
        "subject": str(order.get("subject") or ""),
        "text": str(order["text"]),
        **template,
    }


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, place: tuple[str, int], *, secret: str, ledger: Ledger, behaviour: Behaviour, receipts: Receipts
    ) -> None:
        self.secret, self.ledger, self.behaviour, self.receipts = secret, ledger, behaviour, receipts
        self.holding, self.lock = 0, threading.Lock()
        super().__init__(place, Phone)

    def state(self) -> dict[str, Any]:
        """`holding`: requests whose answer is held back."""
        with self.ledger.lock:
            book = self.ledger.book.messages.values()
            counted = {
                "messages": len(book),
                "asked": sum(each["times"] for each in book),
                "copies": sum(each["copies"] for each in book),
            }
        return {
            **self.behaviour.tell({}),
            **counted,
            "holding": self.holding,
            "answers": dict(self.receipts.answers),
        }

    def hold(self, seconds: float) -> None:
        with self.lock:
            self.holding += 1
        try:
            self.behaviour.released.wait(seconds)
        finally:
            with self.lock:
                self.holding -= 1


class Phone(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/received":
            asked = dict(parse_qsl(query))
            most = int(asked["most"]) if asked.get("most", "").isdecimal() else None
            self.answer(200, self.server.ledger.newest_first(to=asked.get("to"), most=most))
        elif path == "/control":
            self.answer(200, self.server.state())
        else:
            self.answer(404, {"error": "not found"})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self.close_connection = True
            return self.answer(413, {"error": "too large"})
        body = self.rfile.read(length)
        if self.path not in ("/phone", "/control"):
            return self.answer(404, {"error": "not found"})
        if self.path == "/phone" and not self.signed(body):
            return self.answer(401, {"error": "wrong signature"})
        try:
            order = json.loads(body)
            if self.path == "/control":
                self.server.behaviour.tell(order)
                return self.answer(200, self.server.state())
            many = "messages" in order
            messages = [message_of(each) for each in (order["messages"] if many else [order])]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return self.answer(400, {"error": f"not understood: {error}"})
        return self.take(messages, many=many)

    def signed(self, body: bytes) -> bool:
        timestamp = self.headers.get("X-Timestamp", "")
        fresh = timestamp.isdigit() and abs(time.time() - int(timestamp)) <= SIGNATURE_GOOD_FOR
        right = sign(self.server.secret, timestamp, body)
        return fresh and hmac.compare_digest(right, self.headers.get("X-Signature", ""))

    def take(self, messages: list[dict[str, Any]], *, many: bool) -> None:
        behaviour = self.server.behaviour
        if behaviour.stuck and behaviour.stuck in {each["to"] for each in messages}:
            self.server.hold(HELD)
            self.close_connection = True
            return None
        mode, seconds = behaviour.next("phone")
        if mode == "busy":
            return self.answer(429, {"error": "too many at once"}, {"Retry-After": str(max(1, round(seconds)))})
        if mode == "error":
            return self.answer(503, {"error": "out of order, try later"})
        if mode == "break_down":
            return self.answer(500, {"error": "broke down, perhaps after taking it"})
        if mode in ("hang", "slow"):
            time.sleep(seconds)
        if mode == "hang":
            self.close_connection = True
            return None
        results = self.results(messages, refused="number refused" if mode == "refuse" else "")
        if mode == "late_answer":
            self.server.hold(seconds)
        if mode == "drop_after_accept":
            self.close_connection = True
            return None
        if mode == "break_after_accept":
            return self.answer(500, {"error": "broke down, perhaps after taking it"})
        if many:
            return self.answer(200, {"results": results})
        return self.answer(results[0].get("status", 200), results[0])

    def results(self, messages: list[dict[str, Any]], *, refused: str) -> list[dict[str, Any]]:
        """One for each: what was taken, or why not."""
        whys = [refused or self.server.behaviour.refuses(each) for each in messages]
        good = [each for each, why in zip(messages, whys, strict=True) if not why]
        dedupe = self.server.behaviour.dedupe
        taken = iter(self.server.ledger.receive_many(good, dedupe=dedupe) if good else [])
        results = []
        for message, why in zip(messages, whys, strict=True):
            if why:
                results.append({"id": message["id"], "status": 422, "error": why})
                continue
            kept, again = next(taken)
            if not again:
                self.server.receipts.put(kept)
            results.append({"id": kept["id"], "provider_id": kept["provider_id"], "duplicate": again})
        return results

    def answer(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
        body = json.dumps(value, ensure_ascii=False).encode()
        self.send_response(status)
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        with contextlib.suppress(ConnectionError):
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        log.info("%s %s", self.command, args[1] if len(args) > 1 else "")
