"""The rehearsal provider as a process: what it keeps, what it refuses, and what it tells back."""

from __future__ import annotations

import json
import smtplib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from breachdesk.demo.provider import sign
from tests.servers import Provider, wait_for

SECRET = "a secret shared with the product"


class Heard(BaseHTTPRequestHandler):
    """Where receipts go. The first one of all is answered with an error."""

    receipts: list[tuple[dict[str, Any], bool]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        right = sign(SECRET, self.headers["X-Timestamp"], body) == self.headers["X-Signature"]
        self.receipts.append((json.loads(body), right))
        self.send_response(503 if len(self.receipts) == 1 else 200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def receipts() -> Iterator[str]:
    Heard.receipts = []
    with HTTPServer(("127.0.0.1", 0), Heard) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def ours(tmp_path: Path, receipts: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setenv("PHONE_PROVIDER_SECRET", SECRET)
    monkeypatch.setenv("RECEIPT_URL", receipts)
    provider = Provider(tmp_path)
    provider.start()
    yield provider
    provider.kill()


def post(
    provider: Provider, *, key: str = "m1", secret: str = SECRET, age: int = 0, **changed: object
) -> httpx.Response:
    message = {"id": key, "to": "+821000000001", "from": "15000000", "kind": "sms", "subject": "", "text": "안녕하세요"}
    body, timestamp = json.dumps(message | changed).encode(), str(int(time.time()) - age)
    headers = {"X-Timestamp": timestamp, "X-Signature": sign(secret, timestamp, body)}
    return httpx.post(provider.url, content=body, headers=headers, trust_env=False, timeout=5)


def test_the_same_message_twice_is_delivered_once_and_answered_alike(ours: Provider) -> None:
    first, second = post(ours).json(), post(ours).json()
    assert first["provider_id"] == second["provider_id"]
    assert (first["duplicate"], second["duplicate"]) == (False, True)
    [received] = ours.received("+821000000001")
    assert (received["channel"], received["text"], received["times"]) == ("sms", "안녕하세요", 2)


def test_it_is_asked_for_one_address_or_for_the_newest(ours: Provider) -> None:
    for number in range(3):
        post(ours, key=f"m{number}", to=f"+82100000000{number}")
    assert [row["id"] for row in ours.received("+821000000001")] == ["m1"]
    newest = httpx.get(ours.url.replace("/phone", "/received?most=2"), trust_env=False).json()
    assert [row["id"] for row in newest] == ["m2", "m1"]


def test_an_unsigned_a_wrongly_signed_and_an_old_message_are_refused(ours: Provider) -> None:
    assert post(ours, secret="another").status_code == 401
    assert post(ours, age=3600).status_code == 401
    assert httpx.post(ours.url, json={"id": "m1"}, trust_env=False).status_code == 401
    assert ours.received() == []


@pytest.mark.parametrize("changed", [{"kind": "fax"}, {"text": None, "kind": None}])
def test_a_message_that_is_none_is_refused_in_words(ours: Provider, changed: dict[str, object]) -> None:
    answer = post(ours, **changed)
    assert answer.status_code == 400
    assert "not understood" in answer.json()["error"]


def test_it_fails_as_it_was_told_and_only_as_often(ours: Provider) -> None:
    for mode, status in (("refuse", 422), ("error", 503), ("break_down", 500)):
        ours.tell(phone=mode, times=1)
        assert post(ours, key=mode).status_code == status
        assert post(ours, key=mode).status_code == 200
    ours.tell(phone="drop_after_accept", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        post(ours, key="dropped")
    assert post(ours, key="dropped").json()["duplicate"] is True
    ours.tell(phone="hang", seconds=0.2, times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        post(ours, key="hung")
    assert post(ours, key="hung").json()["duplicate"] is False


def test_mail_is_kept_by_the_products_own_id_and_refused_when_told(ours: Provider) -> None:
    mail = "Subject: =?utf-8?B?7ZWc6riA?=\r\nX-Breachdesk-Id: m7\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n본문\r\n"

    def send() -> None:
        host, port = ours.smtp.split(":")
        with smtplib.SMTP(host, int(port), timeout=5) as server:
            server.sendmail("safe@card.example", ["reader@home.example"], mail.encode())

    ours.tell(email="refuse", times=1)
    with pytest.raises(smtplib.SMTPDataError):
        send()
    send()
    [received] = ours.received("reader@home.example")
    assert (received["id"], received["channel"], received["subject"]) == ("m7", "email", "한글")
    assert received["text"].strip() == "본문"


def test_what_was_received_survives_a_kill_in_the_middle_of_a_line(ours: Provider) -> None:
    post(ours, key="m1")
    ours.kill()
    with ours.ledger.open("ab") as ledger:
        ledger.write(b'{"id": "m2", "chan')
    ours.start()
    assert [row["id"] for row in ours.received()] == ["m1"]
    assert post(ours, key="m1").json()["duplicate"] is True
    assert post(ours, key="m2").json()["duplicate"] is False


def test_a_receipt_is_signed_and_sent_until_it_is_heard(ours: Provider) -> None:
    provider_id = post(ours, key="m1").json()["provider_id"]
    wait_for(lambda: len(Heard.receipts) >= 2)
    first, second = (receipt for receipt, _ in Heard.receipts[:2])
    assert all(right for _, right in Heard.receipts)
    assert first["event_id"] == second["event_id"]
    assert (second["id"], second["provider_id"], second["state"]) == ("m1", provider_id, "delivered")
