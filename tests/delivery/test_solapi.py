"""SOLAPI: what it is asked, what its answers mean, and that what it may have is looked for before it is asked again."""

from __future__ import annotations

import datetime as dt
import json
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from breachdesk.lib.contacts import Contact
from delivery import codes, sending
from delivery.channels import solapi
from delivery.models import Message, Receipt
from delivery.states import Lane, State
from delivery.terms import Terms
from delivery.words import Words
from tests.delivery.conftest import Say
from tests.delivery.solapi import Solapi

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = dt.timedelta(minutes=1)
KEY, SECRET, TOKEN = "NCSKEY", "solapi-secret-solapi", "t0ken-of-the-receipts-at-solapi"


@pytest.fixture
def carrier(settings: Any) -> Iterator[Solapi]:
    server = Solapi(key=KEY, secret=SECRET)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    settings.PHONE_PROVIDER_URL, settings.PHONE_PROVIDER_SECRET = server.url, SECRET
    settings.PHONE_PROVIDER_BATCH = 100
    settings.PHONE_TERMS = Terms(adapter="solapi", key=KEY, receipt_token=TOKEN, senders=["15000000"])
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def send(at: dt.datetime, carrier: Solapi) -> Callable[..., int]:
    def run(*, after: dt.timedelta = dt.timedelta()) -> int:
        return sending.send_due(lane=Lane.CAMPAIGN, at=at + after)

    return run


def report(message: Message, status: str, **more: Any) -> dict[str, Any]:
    return {"messageId": "M4V1", "statusCode": status, "customFields": {"breachdesk": str(message.pk)}, **more}


def tell(body: Any, *, token: str = TOKEN, name: str = "phone") -> Any:
    place = f"/delivery/receipts/{name}/{token}/"
    return Client(enforce_csrf_checks=True).post(place, json.dumps(body), content_type="application/json")


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def test_short_and_long_messages_leave_as_it_wants_them(say: Say, send: Callable[..., int], carrier: Solapi) -> None:
    short, long = say(to="+821012345678"), say(text="가" * 100, to="+821087654321")
    send()
    by_type = {each["type"]: each for each in carrier.taken}
    assert by_type["SMS"] | {"messageId": ""} == {
        "to": "01012345678",
        "from": "15000000",
        "country": "82",
        "type": "SMS",
        "text": "[한빛카드] 신청을 받았어요.",
        "customFields": {"breachdesk": str(short.pk)},
        "messageId": "",
        "statusCode": "2000",
    }
    assert (by_type["LMS"]["subject"], by_type["LMS"]["customFields"]) == (
        "신청을 받았어요",
        {"breachdesk": str(long.pk)},
    )
    assert (state(short), state(long)) == (State.ACCEPTED, State.ACCEPTED)
    assert short.provider_id == by_type["SMS"]["messageId"]


def test_an_alimtalk_names_its_template_and_asks_for_no_message_instead() -> None:
    message = Message(id=uuid.uuid4(), channel="alimtalk", put_at=dt.datetime.now(dt.UTC))
    message.recipient = Contact("phone", "+821012345678")
    route = sending.routes.Route(
        "alimtalk", "solapi", "", SECRET, "@hanbit", terms=Terms(adapter="solapi", profile="KA01PF")
    )
    words = Words("leak_notice", "ko", "유출", "김* 님", variables={"이름": "김*"}, template="KA01TP1")
    told = solapi.order(message, words, route)
    assert (told["type"], told["kakaoOptions"]) == (
        "ATA",
        {"pfId": "KA01PF", "templateId": "KA01TP1", "variables": {"#{이름}": "김*"}, "disableSms": True},
    )


def test_of_a_batch_each_is_told_its_own_fate(say: Say, send: Callable[..., int], carrier: Solapi) -> None:
    carrier.codes = {"01000000001": "1062", "01000000002": "1030", "01000000003": "7777"}
    numbers = ["+821000000000", "+821000000001", "+821000000002", "+821000000003"]
    messages = [say(lane="campaign", to=number) for number in numbers]
    send()
    assert [state(each) for each in messages] == [State.ACCEPTED, State.FAILED, State.WAITING, State.UNKNOWN]
    assert [each.last_problem for each in messages[1:]] == ["solapi-1062", "solapi-1030", "solapi-7777"]
    assert carrier.asked.count("POST") == 1


def test_what_it_may_have_is_looked_for_and_not_sent_again(say: Say, send: Callable[..., int], carrier: Solapi) -> None:
    messages = [say(lane="campaign", to=f"+82100000010{n}") for n in range(3)]
    carrier.next = ["drop"]
    send()
    assert {state(each) for each in messages} == {State.UNKNOWN}
    send(after=MINUTE)
    assert {state(each) for each in messages} == {State.ACCEPTED}
    assert (len(carrier.taken), carrier.asked.count("POST")) == (3, 1)


def test_what_it_does_not_have_is_sent(say: Say, send: Callable[..., int], carrier: Solapi) -> None:
    message = say()
    carrier.next = ["500"]
    send()
    assert state(message) == State.UNKNOWN
    send(after=MINUTE)
    assert (state(message), len(carrier.taken), carrier.asked) == (State.ACCEPTED, 1, ["POST", "GET", "POST"])


def test_later_is_as_late_as_it_says(say: Say, send: Callable[..., int], carrier: Solapi, at: dt.datetime) -> None:
    message = say()
    carrier.next = ["429"]
    send()
    assert state(message) == State.WAITING
    assert message.due_at - at >= dt.timedelta(seconds=30)


def test_a_wrong_secret_fails_nobody(say: Say, send: Callable[..., int], carrier: Solapi) -> None:
    message = say()
    carrier.secret = "another"
    send()
    assert (state(message), message.last_problem, carrier.taken) == (State.WAITING, "http-403", [])


def test_reports_settle_each_message_once_and_never_back(say: Say, send: Callable[..., int], carrier: Solapi) -> None:
    arrived, off, moving, odd = (say(to=f"+82100000020{n}") for n in range(4))
    send()
    told = [
        report(arrived, "4000", messageId="A"),
        {"data": report(off, "3043", messageId="B")},
        report(moving, "3000", messageId="C"),
        report(odd, "3999", messageId="D"),
        {"messageId": "E", "statusCode": "4000", "customFields": {}},
    ]
    assert tell(told).json() == {"recorded": 3, "heard_before": 0, "unknown": 0}
    assert [state(each) for each in (arrived, off, moving, odd)] == ["delivered", "failed", "accepted", "accepted"]
    assert (off.last_problem, codes.fault(off.last_problem)) == ("solapi-3043", codes.Fault.OFF)
    assert tell(told).json() == {"recorded": 0, "heard_before": 3, "unknown": 0}
    tell([report(arrived, "3043", messageId="A")])
    assert state(arrived) == State.DELIVERED
    assert tell([report(Message(id=uuid.uuid4()), "4000")]).json()["unknown"] == 1


@pytest.mark.parametrize(
    ("token", "name"), [("wrong-token-of-the-receipts-here", "phone"), (TOKEN, "phone-2"), (TOKEN, "x")]
)
def test_whoever_does_not_know_the_address_is_not_heard(
    token: str, name: str, say: Say, send: Callable[..., int]
) -> None:
    message = say()
    send()
    assert tell([report(message, "4000")], token=token, name=name).status_code == 404
    assert (state(message), Receipt.objects.exists()) == (State.ACCEPTED, False)


@pytest.mark.parametrize(
    "body", [[1], {"data": []}, [{"customFields": {"breachdesk": "1"}, "messageId": "A", "statusCode": "4000"}]]
)
def test_what_is_no_report_is_refused_in_words(body: Any, carrier: Solapi) -> None:
    answer = tell(body)
    assert (answer.status_code, "not understood" in answer.json()["refused"]) == (400, True)
