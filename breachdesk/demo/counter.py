"""Where a rehearsal of another house is asked: signed JSON over HTTP, and a log that names nobody.

Signatures: X-Timestamp, X-Signature = hex HMAC-SHA256(secret, timestamp + "." + body, or the path where there is no body).
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import logging
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

SIGNATURE_GOOD_FOR = 300  # seconds
LARGEST_BODY = 64 * 1024


def sign(secret: str, timestamp: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + signed, hashlib.sha256).hexdigest()


class SignedCounter(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120
    # Set on the class by whoever serves it.
    secret: str
    log: logging.Logger

    def body(self) -> bytes | None:
        """None where it was too large, which was answered."""
        length = int(self.headers.get("Content-Length") or 0)
        if length <= LARGEST_BODY:
            return self.rfile.read(length)
        self.close_connection = True
        self.answer(413, {"error": "too large"})
        return None

    def signed(self, what: bytes) -> bool:
        timestamp = self.headers.get("X-Timestamp", "")
        fresh = timestamp.isdigit() and abs(time.time() - int(timestamp)) <= SIGNATURE_GOOD_FOR
        return fresh and hmac.compare_digest(sign(self.secret, timestamp, what), self.headers.get("X-Signature", ""))

    def answer(self, status: int, value: Any) -> None:
        body = json.dumps(value, ensure_ascii=False).encode()
        # Whoever asked may have hung up.
        with contextlib.suppress(ConnectionError):
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        self.log.info("%s %s", self.command, args[1] if len(args) > 1 else "")
