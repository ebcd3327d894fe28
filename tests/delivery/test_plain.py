"""The generic adapter: what its form makes of a message, and where it finds the provider's own id."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

import httpx
import pytest

from breachdesk.lib.contacts import Contact
from delivery.channels import Accepted, NotSent, OutcomeUnknown, answering, asking, plain
from delivery.models import Message
from delivery.routes import Route
from delivery.terms import Terms
from delivery.words import Words

FORM = {
    "headers": {"Authorization": "Bearer {secret}"},
    "fields": {"to": "{to_national}", "ref": "{id}", "body": {"msg": ["{text}"], "with": "{variables}"}, "kind": 7},
    "id": "result.id",
}


def sent(
    response: httpx.Response, monkeypatch: pytest.MonkeyPatch, text: str = "말 {secret} 말"
) -> tuple[Any, Any, Any]:
    asked: list[Any] = []

    def post(url: str, body: bytes, *, headers: dict[str, str]) -> httpx.Response:
        asked.append((json.loads(body), headers))
        return response

    monkeypatch.setattr(asking, "post", post)
    message = Message(id=uuid.UUID(int=7), channel="sms", put_at=dt.datetime.now(dt.UTC))
    message.recipient = Contact("phone", "+821012345678")
    route = Route("phone", "http", "https://provider.example", "s3cret", "15000000", terms=Terms(form=FORM))
    words = Words("x", "ko", "", text, variables={"이름": "김*"})
    return plain.send(message, words, route=route), *asked[0]


def test_a_form_is_filled_in_and_braces_in_words_are_words(monkeypatch: pytest.MonkeyPatch) -> None:
    answer, body, headers = sent(httpx.Response(200, json={"result": {"id": 12}}), monkeypatch)
    assert answer == Accepted("12")
    assert headers["Authorization"] == "Bearer s3cret"
    assert body == {
        "to": "01012345678",
        "ref": str(uuid.UUID(int=7)),
        "body": {"msg": ["말 {secret} 말"], "with": {"이름": "김*"}},
        "kind": 7,
    }


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        (httpx.Response(200, json={"result": {}}), OutcomeUnknown),
        (httpx.Response(200, content=b"ok"), OutcomeUnknown),
        (httpx.Response(502), OutcomeUnknown),
        (httpx.Response(422), NotSent),
    ],
)
def test_what_is_no_yes_is_none(response: httpx.Response, answer: type, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(answer):
        sent(response, monkeypatch)


def test_what_there_was_no_time_for_is_left_and_a_mistake_of_ours_is_of_its_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pairs = [(Message(id=uuid.UUID(int=n)), Words("x", "ko", "", f"{n}")) for n in range(4)]

    def send(message: Message, words: Words, *, route: Route) -> Accepted:
        if words.text == "1":
            raise KeyError("fields")
        return Accepted(words.text)

    monkeypatch.setattr(plain, "send", send)
    route = Route("phone", "http", "", "", "", terms=Terms(form=FORM))
    assert [getattr(each, "code", "taken") for each in plain.send_many(pairs, route=route)] == [
        "taken",
        "KeyError",
        "taken",
        "taken",
    ]
    monkeypatch.setattr(answering, "time_is_up_at", lambda: 0.0)
    assert [getattr(each, "code", "taken") for each in plain.send_many(pairs, route=route)] == [
        "taken",
        *["not-asked"] * 3,
    ]


def test_words_with_an_address_leave_by_no_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotSent) as caught:
        sent(httpx.Response(200), monkeypatch, text="여기서 보세요 bit.ly/3x")
    assert caught.value.code == "address-in-words"
