from __future__ import annotations

import datetime as dt
import json
import time
import uuid
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from breachdesk.demo.provider.behaviour import Behaviour
from breachdesk.demo.provider.receipts import DELIVERED, Item, Receipts
from breachdesk.lib import signed
from delivery import sending
from delivery.models import Message, Receipt
from delivery.states import Lane, State
from tests.delivery.conftest import Say
from tests.racing import race
from tests.servers import Provider

pytestmark = pytest.mark.django_db(transaction=True)
PLACE = "/delivery/receipts/phone/"


@pytest.fixture
def sent(say: Say, provider: Provider, at: dt.datetime) -> Message:
    message = say()
    sending.send_due(lane=Lane.CLAIM, at=at)
    message.refresh_from_db()
    assert message.state == State.ACCEPTED
    return message


def receipt(message: Message, **other: Any) -> dict[str, Any]:
    told = {
        "event_id": f"e-{uuid.uuid4()}",
        "id": str(message.pk),
        "state": "delivered",
        "provider_id": message.provider_id,
    }
    return {**told, "at": timezone.now().isoformat(), **other}


def tell(
    told: Any, *, client: Client | None = None, timestamp: str | None = None, signature: str | None = None
) -> HttpResponse:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    timestamp = str(int(time.time())) if timestamp is None else timestamp
    signature = (
        signed.signature(settings.PHONE_PROVIDER_SECRET, timestamp=timestamp, signed=body)
        if signature is None
        else signature
    )
    return (client or Client(enforce_csrf_checks=True)).post(
        PLACE, body, content_type="application/json", headers={"X-Timestamp": timestamp, "X-Signature": signature}
    )


def state(message: Message) -> State:
    return Message.objects.get(pk=message.pk).state


def test_a_signed_receipt_is_recorded(sent: Message) -> None:
    answer = tell(receipt(sent))
    assert (answer.status_code, answer.json()) == (200, {"recorded": True})
    assert state(sent) == State.DELIVERED
    assert sent.receipts.get().state == "delivered"


def test_a_failed_delivery_is_recorded_with_the_providers_code(sent: Message) -> None:
    assert tell(receipt(sent, state="failed", code="phone-off")).status_code == 200
    sent.refresh_from_db()
    assert (sent.state, sent.last_problem) == (State.FAILED, "phone-off")


@pytest.mark.parametrize(
    "how",
    [
        {"signature": ""},
        {"signature": "0" * 64},
        {"signature": "é"},
        {"timestamp": ""},
        {"timestamp": "now"},
        {"timestamp": "٣"},
        {"timestamp": "9" * 400},
        {"timestamp": str(int(time.time()) - 86400)},
        {"timestamp": str(int(time.time()) + 86400)},
    ],
    # Named without the clock: processes that share the tests out must find the same ones.
    ids=["unsigned", "zeros", "no-ascii", "untimed", "word", "arabic-digits", "endless", "a-day-old", "a-day-early"],
)
def test_what_is_unsigned_or_wrongly_signed_or_old_changes_nothing(how: dict[str, str], sent: Message) -> None:
    answer = tell(receipt(sent), **how)
    assert answer.status_code == 401
    assert state(sent) == State.ACCEPTED
    assert not Receipt.objects.exists()


def test_a_signature_is_good_for_its_own_body_only(sent: Message) -> None:
    timestamp = str(int(time.time()))
    signature = signed.signature(
        settings.PHONE_PROVIDER_SECRET, timestamp=timestamp, signed=json.dumps(receipt(sent, state="failed")).encode()
    )
    assert tell(receipt(sent), timestamp=timestamp, signature=signature).status_code == 401
    other_time = str(int(timestamp) + 1)
    body = json.dumps(receipt(sent)).encode()
    signature = signed.signature(settings.PHONE_PROVIDER_SECRET, timestamp=timestamp, signed=body)
    assert tell(body, timestamp=other_time, signature=signature).status_code == 401
    assert state(sent) == State.ACCEPTED


def test_an_event_is_heard_once(sent: Message) -> None:
    told = receipt(sent)
    assert [tell(told).status_code for _ in range(3)] == [200, 409, 409]
    assert tell({**told, "state": "failed"}).status_code == 409
    assert state(sent) == State.DELIVERED
    assert Receipt.objects.count() == 1


def test_an_event_told_many_times_at_once_is_recorded_once(sent: Message) -> None:
    told = receipt(sent)
    answers = race(12, lambda _number: tell(told).status_code)
    assert sorted(answers) == [200] + [409] * 11
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize("order", [["delivered", "failed"], ["failed", "delivered"]])
def test_what_arrived_stays_arrived_in_whatever_order_receipts_come(order: list[str], sent: Message) -> None:
    for each in order:
        assert tell(receipt(sent, state=each)).status_code == 200
    assert state(sent) == State.DELIVERED


def test_a_receipt_settles_what_was_unknown(say: Say, provider: Provider, at: dt.datetime, phone: str) -> None:
    provider.tell(phone="drop_after_accept", times=1)
    message = say()
    sending.send_due(lane=Lane.CLAIM, at=at)
    assert state(message) == State.UNKNOWN
    assert tell(receipt(message)).status_code == 200
    assert sending.send_due(lane=Lane.CLAIM, at=at + dt.timedelta(hours=1)) == 0
    assert state(message) == State.DELIVERED
    [received] = provider.received(phone)
    assert received["times"] == 1


def test_a_receipt_for_a_message_we_do_not_know_is_not_found(sent: Message) -> None:
    assert tell(receipt(sent, id=str(uuid.uuid4()))).status_code == 404
    assert not Receipt.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 16000, {"state": "accepted"}, {"state": "waiting"}, {"state": ["delivered"]},
        {"id": "1"}, {"id": 1}, {"event_id": ""}, {"event_id": 7}, {"event_id": "x" * 121}, {"event_id": "\x00"}, {"at": "today"},
        {"at": "2026-11-22T10:00:00"}, {"at": "2026-99-22T10:00:00Z"}, {"at": None}, {"code": {"a": 1}},
    ],
    ids=lambda wrong: str(wrong)[:30],
)  # fmt: skip
def test_a_receipt_that_is_none_is_refused_in_words(wrong: Any, sent: Message) -> None:
    answer = tell(wrong if isinstance(wrong, bytes) else receipt(sent, **wrong))
    assert answer.status_code == 400
    assert "not understood" in answer.json()["refused"]
    assert state(sent) == State.ACCEPTED


def test_a_body_that_is_far_too_large_is_refused(sent: Message) -> None:
    assert tell(receipt(sent, code="x" * 1024 * 1024)).status_code == 413


def test_several_are_heard_together_and_one_of_nobody_harms_no_other(
    say: Say, provider: Provider, at: dt.datetime
) -> None:
    messages = [say() for _ in range(3)]
    sending.send_due(lane=Lane.CLAIM, at=at)
    told = [receipt(each, provider_id="") for each in messages] + [receipt(messages[0], id=str(uuid.uuid4()))]
    assert tell({"receipts": told}).json() == {"recorded": 3, "heard_before": 0, "unknown": 1}
    assert tell({"receipts": told}).json() == {"recorded": 0, "heard_before": 3, "unknown": 1}
    assert {state(each) for each in messages} == {State.DELIVERED}
    assert tell({"receipts": {}}).status_code == 400


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_only_a_post_is_heard(method: str, client: Client) -> None:
    assert getattr(client, method)(PLACE).status_code == 405


def test_the_providers_own_receipt_is_understood(sent: Message, live_server: Any, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    receipts = Receipts(live_server.url + PLACE, settings.PHONE_PROVIDER_SECRET, NothingKept(), Behaviour())
    with httpx.Client(trust_env=False) as client:
        assert receipts.send(client, DELIVERED, str(sent.pk), sent.provider_id)
    assert state(sent) == State.DELIVERED


def test_receipts_that_the_provider_tells_together_are_understood(
    sent: Message, live_server: Any, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    receipts = Receipts(live_server.url + PLACE, settings.PHONE_PROVIDER_SECRET, NothingKept(), Behaviour())
    known: Item = (0.0, 1, str(sent.pk), sent.provider_id, None, 0)
    unknown: Item = (0.0, 2, str(uuid.uuid4()), "rp-none", None, 0)
    with httpx.Client(trust_env=False) as client:
        receipts.send_together(client, [known, unknown])
        assert receipts.due.qsize() == 2, "one of them is nobody's: each is told by itself"
        receipts.send_together(client, [known])
    assert (state(sent), receipts.answers["delivered 409"]) == (State.DELIVERED, 1)


class NothingKept:
    """A ledger in which every receipt has been given."""

    def receipted(self, message_id: str) -> None:
        """Nothing is kept."""

    def without_receipt(self) -> list[dict[str, Any]]:
        return []
