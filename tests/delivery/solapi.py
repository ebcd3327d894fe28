"""SOLAPI as its documentation describes it, on a port of this machine: it checks signatures, keeps what it took, and answers."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import itertools
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

AUTHORIZATION = re.compile(r"HMAC-SHA256 apiKey=(.+), date=(.+), salt=(.+), signature=([0-9a-f]{64})")


class Solapi(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, *, key: str, secret: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.key, self.secret = key, secret
        self.taken: list[dict[str, Any]] = []
        # By number, what becomes of a message to it; and what the next request meets: "drop" takes it and hangs up.
        self.codes: dict[str, str] = {}
        self.next: list[str] = []
        self.asked: list[str] = []
        self.numbers = itertools.count(1)
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Solapi

    def is_signed(self) -> bool:
        found = AUTHORIZATION.fullmatch(self.headers.get("Authorization", ""))
        if found is None or found[1] != self.server.key or not 12 <= len(found[3]) <= 64:
            return False
        dt.datetime.strptime(found[2], "%Y-%m-%dT%H:%M:%SZ")
        right = hmac.new(self.server.secret.encode(), (found[2] + found[3]).encode(), hashlib.sha256).hexdigest()
        return hmac.compare_digest(right, found[4])

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append("POST")
        if not self.is_signed():
            return self.answer(403, {"errorCode": "SignatureDoesNotMatch", "errorMessage": ""})
        if self.path != "/messages/v4/send-many/detail":
            return self.answer(404, {"errorCode": "NotFound", "errorMessage": ""})
        mood = self.server.next.pop(0) if self.server.next else "ok"
        if mood.isdigit():
            return self.answer(int(mood), {"errorCode": "No", "errorMessage": ""}, {"Retry-After": "30"})
        took, failed = [], []
        for each in body["messages"]:
            code = self.server.codes.get(each["to"], "2000")
            told = {**each, "messageId": f"M4V{next(self.server.numbers)}", "statusCode": code}
            (took if code == "2000" else failed).append(told)
        with self.server.lock:
            self.server.taken += took
        if mood == "drop":
            self.close_connection = True
            return None
        keep = ("messageId", "statusCode", "to", "customFields", "type", "country")
        lists = [[{name: told[name] for name in keep} for told in rows] for rows in (failed, took)]
        return self.answer(200, {"failedMessageList": lists[0], "messageList": lists[1], "groupInfo": {}})

    def do_GET(self) -> None:
        self.server.asked.append("GET")
        if not self.is_signed():
            return self.answer(403, {"errorCode": "SignatureDoesNotMatch", "errorMessage": ""})
        query = dict(parse_qsl(urlsplit(self.path).query))
        assert (query["criteria"], query["cond"]) == ("to", "eq")
        found = {each["messageId"]: each for each in self.server.taken if each["to"] == query["value"]}
        return self.answer(200, {"messageList": found, "limit": int(query["limit"]), "startKey": None, "nextKey": None})

    def answer(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, header in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, header)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass
