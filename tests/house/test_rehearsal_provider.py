"""The rehearsal provider as a process: what it keeps, what it refuses, and what it tells back."""

from __future__ import annotations

import contextlib
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

from breachdesk.demo.provider.ledger import Book
from breachdesk.demo.provider.receipts import sign
from tests.servers import Provider, wait_for

SECRET = "a secret shared with the product"


class Heard(BaseHTTPRequestHandler):
    """Where receipts go. The first one of all is answered with an error."""

    receipts: list[tuple[dict[str, Any], bool]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        right = sign(SECRET, self.headers["X-Timestamp"], body) == self.headers["X-Signature"]
        told = json.loads(body)
        if "receipts" in told:  # those that were due at once, in one request: not understood, so each comes by itself
            self.send_error(400)
            return
        self.receipts.append((told, right))
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


def control(provider: Provider) -> dict[str, Any]:
    return httpx.get(provider.url.replace("/phone", "/control"), trust_env=False).json()


def unheard(provider: Provider) -> None:
    with contextlib.suppress(httpx.HTTPError):
        post(provider, key="late")


def test_it_takes_a_message_and_does_not_say_so(ours: Provider) -> None:
    ours.tell(phone="busy", seconds=7, times=1)
    busy = post(ours, key="busy")
    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "7")
    ours.tell(phone="break_after_accept", times=1)
    assert post(ours, key="broke").status_code == 500
    assert post(ours, key="broke").json()["duplicate"] is True
    ours.tell(phone="late_answer", seconds=60, times=1)
    waits = threading.Thread(target=unheard, args=(ours,), daemon=True)
    waits.start()
    wait_for(lambda: control(ours)["holding"] == 1)
    assert {row["id"] for row in ours.received()} == {"broke", "late"}


def test_without_keys_a_message_asked_for_again_is_delivered_again(ours: Provider) -> None:
    ours.tell(dedupe=False)
    assert post(ours).json()["provider_id"] == post(ours).json()["provider_id"]
    [row] = ours.received()
    assert (row["times"], row["copies"]) == (2, 2)
    assert Book.read(ours.ledger).messages["m1"]["copies"] == 2


def test_the_same_share_of_numbers_is_always_bad(ours: Provider) -> None:
    ours.tell(bad_numbers=20)
    first = [post(ours, key=f"a{number}", to=f"+8210{number:08d}").status_code for number in range(30)]
    again = [post(ours, key=f"b{number}", to=f"+8210{number:08d}").status_code for number in range(30)]
    assert first == again
    assert 1 <= first.count(422) <= 15
    ours.tell(bad_numbers=0, without_app=100)
    assert post(ours, key="app", kind="alimtalk", template="T1").json()["error"] == "no messenger"
    assert post(ours, key="app").status_code == 200


def test_troubles_come_in_the_same_order_for_the_same_seed(ours: Provider) -> None:
    def answers(name: str) -> list[int | str]:
        ours.tell(phone="flaky", p=0.7, seed=11, seconds=1)
        return [outcome(f"{name}{number}") for number in range(20)]

    def outcome(key: str) -> int | str:
        try:
            return post(ours, key=key).status_code
        except httpx.RemoteProtocolError:
            return "dropped"

    first = answers("a")
    assert answers("b") == first
    assert len(set(first)) >= 3


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        ("twice", [("delivered", True), ("delivered", True)]),
        ("reversed", [("delivered", True), ("failed", True)]),
        ("corrected", [("failed", True), ("delivered", True)]),
        ("forged", [("failed", False)]),
        ("replayed", [("failed", True)]),
    ],
)
def test_receipts_come_as_they_were_told_to(ours: Provider, mode: str, told: list[tuple[str, bool]]) -> None:
    Heard.receipts.append(({}, True))  # the first of all is answered with an error: not one of these
    ours.tell(receipts=mode)
    post(ours)
    wait_for(lambda: len(Heard.receipts) > len(told))
    assert [(receipt["state"], right) for receipt, right in Heard.receipts[1:]] == told
    assert sum(control(ours)["answers"].values()) >= len(told) - 1


def test_receipts_are_held_back_and_then_all_come(ours: Provider) -> None:
    ours.tell(receipts="hold")
    for number in range(3):
        post(ours, key=f"m{number}")
    ours.tell(receipts="none")
    post(ours, key="m3")
    assert Heard.receipts == []
    ours.tell(receipts="normal")
    wait_for(lambda: {receipt["id"] for receipt, _ in Heard.receipts} == {"m0", "m1", "m2"})


@pytest.mark.parametrize("order", [{"phone": "sulk"}, {"receipts": "never"}, {"fax": "ok"}, {"bad_numbers": "many"}])
def test_an_order_that_is_none_is_refused_in_words(ours: Provider, order: dict[str, object]) -> None:
    answer = httpx.post(ours.url.replace("/phone", "/control"), json=order, trust_env=False)
    assert answer.status_code == 400
    assert "not understood" in answer.json()["error"]
