"""The rehearsal provider: stands where the phone company and the mail server would, as a process of its own.

    python -m breachdesk.demo.provider

It takes phone messages over HTTP and e-mail over SMTP, keeps what it received in a file that survives it, sends signed
receipts, and can be told to fail:

    POST /phone      {"id", "to", "from", "kind": "sms"|"lms", "subject", "text"}, signed -> {"provider_id", "duplicate"}
                     {"messages": [as above, …]} -> {"results": [{"id", "provider_id", "duplicate"}, …]}
    GET  /received   what arrived, newest first; ?to=ADDRESS to one, ?most=200 the newest of it
    GET  /control    how each channel answers now (a mode told for one request is gone once that request has come)
    POST /control    {"phone": MODE, "email": MODE, "seconds": 5, "times": 3}: MODE is one of MODES; `times` requests, else until told otherwise

Environment: PROVIDER_HTTP and PROVIDER_SMTP (host:port), PROVIDER_LEDGER (a file), PHONE_PROVIDER_SECRET, RECEIPT_URL (optional).
"""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import hashlib
import hmac
import itertools
import json
import logging
import os
import queue
import signal
import sys
import threading
import time
import uuid
from datetime import UTC, datetime
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
from aiosmtpd.controller import Controller

MODES = ("ok", "refuse", "error", "break_down", "hang", "drop_after_accept", "slow")
SIGNATURE_GOOD_FOR = 300  # seconds
LARGEST_BODY = 16 * 1024 * 1024  # a thousand long messages

log = logging.getLogger("breachdesk.demo.provider")


def sign(secret: str, timestamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


class Ledger:
    """What was received: one JSON line each, on the disk before the sender hears of it, and read again at the start."""

    def __init__(self, path: Path) -> None:
        self.lock = threading.Lock()
        self.messages: dict[str, dict[str, Any]] = {}
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

    def receive(self, message: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        """Keep the message; the same id again is counted, not delivered twice. Returns it and whether it is a repetition."""
        return self.receive_many([message])[0]

    def receive_many(self, messages: list[dict[str, Any]]) -> list[tuple[dict[str, Any], bool]]:
        with self.lock:
            known = [message["id"] in self.messages for message in messages]
            self._write(
                *(
                    {"again": message["id"]}
                    if again
                    else {**message, "provider_id": f"rp-{uuid.uuid4().hex[:16]}", "received_at": now()}
                    for message, again in zip(messages, known, strict=True)
                )
            )
            return [(self.messages[message["id"]], again) for message, again in zip(messages, known, strict=True)]

    def receipted(self, message_id: str) -> None:
        with self.lock:
            self._write({"receipted": message_id})

    def newest_first(self, *, to: str | None = None, most: int | None = None) -> list[dict[str, Any]]:
        with self.lock:
            found = (dict(message) for message in reversed(self.messages.values()) if to in (None, message["to"]))
            return list(itertools.islice(found, most))

    def without_receipt(self) -> list[dict[str, Any]]:
        return [each for each in self.newest_first() if each["channel"] != "email" and not each["receipted"]]

    def _write(self, *lines: dict[str, Any]) -> None:
        os.write(self.file, b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines))
        os.fsync(self.file)
        for line in lines:
            self._apply(line)

    def _apply(self, line: dict[str, Any]) -> None:
        if "again" in line:
            self.messages[line["again"]]["times"] += 1
        elif "receipted" in line:
            self.messages[line["receipted"]]["receipted"] = True
        else:
            self.messages[line["id"]] = {**line, "times": 1, "receipted": False}


class Behaviour:
    """How each channel answers: as it should, or as it was told to fail."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.told: dict[str, dict[str, Any]] = {channel: {"mode": "ok"} for channel in ("phone", "email")}

    def tell(self, order: dict[str, Any]) -> dict[str, Any]:
        unknown = order.keys() - {"phone", "email", "seconds", "times"}
        if unknown:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        with self.lock:
            for channel in order.keys() & self.told.keys():
                if order[channel] not in MODES:
                    raise ValueError(f"{channel}: one of {', '.join(MODES)}")
                seconds, times = float(order.get("seconds", 30)), order.get("times")
                self.told[channel] = {
                    "mode": order[channel],
                    "seconds": seconds,
                    "times": None if times is None else int(times),
                }
            return {channel: dict(told) for channel, told in self.told.items()}

    def next(self, channel: str) -> tuple[str, float]:
        """The mode of this one request and how long it may take."""
        with self.lock:
            told = self.told[channel]
            mode, seconds, times = told["mode"], told.get("seconds", 0.0), told.get("times")
            if times is not None:
                told["times"] = times - 1
                if times <= 1:
                    self.told[channel] = {"mode": "ok"}
            return mode, seconds


class Receipts(threading.Thread):
    """Tells the product what became of each phone message, until it is heard."""

    def __init__(self, url: str, secret: str, ledger: Ledger) -> None:
        super().__init__(name="receipts", daemon=True)
        self.url, self.secret, self.ledger = url, secret, ledger
        self.due: queue.PriorityQueue[tuple[float, int, str, str]] = queue.PriorityQueue()
        for message in ledger.without_receipt():
            self.put(message)

    def put(self, message: dict[str, Any], *, tries: int = 0) -> None:
        if self.url:
            due_at = time.monotonic() + min(60.0, 0.3 * 2**tries)
            self.due.put((due_at, tries, message["id"], message["provider_id"]))

    def run(self) -> None:
        with httpx.Client(timeout=5, trust_env=False) as client:
            while True:
                due_at, tries, message_id, provider_id = self.due.get()
                if (early := due_at - time.monotonic()) > 0:
                    self.due.put((due_at, tries, message_id, provider_id))
                    time.sleep(min(early, 0.2))
                elif self.send(client, message_id, provider_id):
                    self.ledger.receipted(message_id)
                elif tries < 12:
                    self.put({"id": message_id, "provider_id": provider_id}, tries=tries + 1)
                else:
                    log.warning("no receipt was taken for %s", provider_id)

    def send(self, client: httpx.Client, message_id: str, provider_id: str) -> bool:
        receipt = {
            "event_id": f"delivered-{provider_id}",
            "id": message_id,
            "provider_id": provider_id,
            "state": "delivered",
            "at": now(),
        }
        body, timestamp = json.dumps(receipt).encode(), str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "X-Timestamp": timestamp,
            "X-Signature": sign(self.secret, timestamp, body),
        }
        with contextlib.suppress(httpx.HTTPError):
            answer = client.post(self.url, content=body, headers=headers)
            return answer.is_success or answer.status_code == httpx.codes.CONFLICT  # heard, or heard before
        return False


def message_of(order: dict[str, Any]) -> dict[str, Any]:
    """Raises KeyError, TypeError."""
    return {
        "id": str(order["id"]),
        "channel": {"sms": "sms", "lms": "lms"}[order["kind"]],
        "to": str(order["to"]),
        "from": str(order["from"]),
        "subject": str(order.get("subject") or ""),
        "text": str(order["text"]),
    }


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


# -- phone messages over HTTP ------------------------------------------------------------------------------------------


class Phone(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120
    # Set on the class by `serve`.
    ledger: Ledger
    behaviour: Behaviour
    receipts: Receipts
    secret: str

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/received":
            asked = dict(parse_qsl(query))
            most = int(asked["most"]) if asked.get("most", "").isdecimal() else None
            self.answer(200, self.ledger.newest_first(to=asked.get("to"), most=most))
        elif path == "/control":
            self.answer(200, self.behaviour.tell({}))
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
                return self.answer(200, self.behaviour.tell(order))
            many = "messages" in order
            messages = [message_of(each) for each in (order["messages"] if many else [order])]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return self.answer(400, {"error": f"not understood: {error}"})
        return self.take(messages, many=many)

    def signed(self, body: bytes) -> bool:
        timestamp = self.headers.get("X-Timestamp", "")
        fresh = timestamp.isdigit() and abs(time.time() - int(timestamp)) <= SIGNATURE_GOOD_FOR
        return fresh and hmac.compare_digest(sign(self.secret, timestamp, body), self.headers.get("X-Signature", ""))

    def take(self, messages: list[dict[str, Any]], *, many: bool) -> None:
        mode, seconds = self.behaviour.next("phone")
        if mode == "refuse" and many:
            refused = [{"id": each["id"], "status": 422, "error": "number refused"} for each in messages]
            return self.answer(200, {"results": refused})
        if mode == "refuse":
            return self.answer(422, {"error": "number refused"})
        if mode == "error":
            return self.answer(503, {"error": "out of order, try later"})
        if mode == "break_down":
            return self.answer(500, {"error": "broke down, perhaps after taking it"})
        if mode in ("hang", "slow"):
            time.sleep(seconds)
        if mode == "hang":
            self.close_connection = True
            return None
        taken = self.ledger.receive_many(messages)
        for kept, again in taken:
            if not again:
                self.receipts.put(kept)
        if mode == "drop_after_accept":
            self.close_connection = True
            return None
        results = [{"id": kept["id"], "provider_id": kept["provider_id"], "duplicate": again} for kept, again in taken]
        return self.answer(200, {"results": results} if many else results[0])

    def answer(self, status: int, value: Any) -> None:
        body = json.dumps(value, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        log.info("%s %s", self.command, args[1] if len(args) > 1 else "")


# -- e-mail over SMTP --------------------------------------------------------------------------------------------------


class Mail:
    """aiosmtpd calls these by name."""

    def __init__(self, ledger: Ledger, behaviour: Behaviour) -> None:
        self.ledger, self.behaviour = ledger, behaviour

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mode, seconds = self.behaviour.next("email")
        if mode == "refuse":
            return "550 5.1.1 No such mailbox"
        if mode in ("error", "break_down"):
            return "421 4.3.2 Out of order, try later"
        if mode in ("hang", "slow"):
            await asyncio.sleep(seconds)
        if mode == "hang":
            server.transport.abort()
            return "421 4.4.2 Gone"
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)  # the default policy makes these
        text = parsed.get_body(("plain",))
        for recipient in envelope.rcpt_tos:  # one: delivery writes to one person at a time
            self.ledger.receive(
                {
                    "id": str(parsed["X-Breachdesk-Id"] or f"{parsed['Message-ID'] or uuid.uuid4()} {recipient}"),
                    "channel": "email",
                    "to": recipient,
                    "from": envelope.mail_from,
                    "subject": str(parsed["Subject"] or ""),
                    "text": text.get_content().replace("\r\n", "\n") if text else "",
                }
            )
        if mode == "drop_after_accept":
            server.transport.abort()
        return "250 2.0.0 Kept"


# -- the process -------------------------------------------------------------------------------------------------------


def place(name: str) -> tuple[str, int]:
    host, _, port = os.environ[name].rpartition(":")
    return host, int(port)


def serve() -> None:
    secret = os.environ["PHONE_PROVIDER_SECRET"]
    ledger, behaviour = Ledger(Path(os.environ["PROVIDER_LEDGER"])), Behaviour()
    receipts = Receipts(os.environ.get("RECEIPT_URL", ""), secret, ledger)
    receipts.start()
    host, port = place("PROVIDER_SMTP")
    Controller(Mail(ledger, behaviour), hostname=host, port=port).start()
    handler = type(
        "Phone", (Phone,), {"ledger": ledger, "behaviour": behaviour, "receipts": receipts, "secret": secret}
    )
    with ThreadingHTTPServer(place("PROVIDER_HTTP"), handler) as http:
        http.daemon_threads = True
        http.serve_forever()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    serve()
