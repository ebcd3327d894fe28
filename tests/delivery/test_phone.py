"""What each answer of a phone provider means."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import httpx
import pytest

from breachdesk.lib.contacts import Contact
from delivery import routes
from delivery.channels import Accepted, NotSent, OutcomeUnknown, phone
from delivery.models import Message
from delivery.words import Words
from tests.servers import Provider

MINUTE = dt.timedelta(minutes=1)


def test_a_yes_with_an_id_is_a_yes() -> None:
    assert phone.understand(httpx.Response(200, json={"provider_id": "rp-1"})) == Accepted("rp-1")


@pytest.mark.parametrize("body", [b"", b"ok", b"[]", b"{}", b'{"provider_id": null}'])
def test_a_yes_without_an_id_may_be_none(body: bytes) -> None:
    with pytest.raises(OutcomeUnknown):
        phone.understand(httpx.Response(200, content=body))


@pytest.mark.parametrize(
    ("status", "headers", "permanent", "after"),
    [
        (429, {"Retry-After": "60"}, False, MINUTE),
        (503, {"Retry-After": "60"}, False, MINUTE),
        (429, {"Retry-After": "Wed, 25 Nov 2026 07:28:00 GMT"}, False, None),
        (503, {}, False, None),
        (400, {}, True, None),
        (401, {}, False, None),
        (422, {"Retry-After": "60"}, True, None),
    ],
)
def test_a_refusal_says_whether_to_ask_again_and_when(
    status: int, headers: dict[str, str], permanent: bool, after: Any
) -> None:
    with pytest.raises(NotSent) as caught:
        phone.understand(httpx.Response(status, headers=headers))
    answer = caught.value
    assert (answer.permanent, answer.code, answer.retry_after) == (permanent, f"http-{status}", after)


@pytest.mark.parametrize("status", [302, 500, 502, 504])
def test_a_provider_that_broke_down_may_have_taken_it(status: int) -> None:
    with pytest.raises(OutcomeUnknown):
        phone.understand(httpx.Response(status))


@pytest.mark.parametrize(("status", "trouble"), [(429, False), (401, False), (422, False), (503, True), (500, True)])
def test_only_a_provider_that_broke_down_is_in_trouble(status: int, trouble: bool) -> None:
    with pytest.raises((NotSent, OutcomeUnknown)) as caught:
        phone.understand(httpx.Response(status))
    assert caught.value.trouble == trouble


def test_words_with_an_address_are_refused_at_the_last_moment_too(provider: Provider) -> None:
    message = Message(id=uuid.uuid4(), channel="lms", put_at=dt.datetime.now(dt.UTC))
    message.recipient = Contact("phone", "+821000000001")
    [route] = routes.for_channel("lms")
    with pytest.raises(NotSent) as caught:
        phone.send(message, Words("claim_received", "ko", "신청", "여기서 보세요 bit.ly/3x"), route=route)
    assert (caught.value.permanent, caught.value.code) == (True, "address-in-words")
    assert provider.received("+821000000001") == []
