from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client

from breachdesk.demo import views
from delivery import sending
from delivery.states import Lane
from tests.delivery.conftest import Say
from tests.servers import Provider

pytestmark = pytest.mark.django_db(transaction=True)
PLACE = "/demo/outbox.json"


def test_the_outbox_shows_what_really_left_newest_first(
    say: Say, provider: Provider, client: Client, at: dt.datetime, phone: str
) -> None:
    mail = f"{uuid.uuid4().hex}@mail.example"
    say(text="인증번호 123456", lane="code")
    say(to=mail, occasion="claim_withdrawn")
    say(text="not yet", due_at=at + dt.timedelta(hours=1))
    sending.send_due(lane=Lane.CAMPAIGN, at=at)
    answer = client.get(PLACE)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    rows = answer.json()
    assert [(row["to"], row["channel"], row["occasion"], row["state"]) for row in rows] == [
        (mail, "email", "claim_withdrawn", "accepted"),
        (phone, "sms", "one_time_code", "accepted"),
    ]
    assert rows[1]["text"] == "인증번호 123456"
    assert rows[0]["subject"] == "신청을 받았어요"
    for row in rows:
        assert row.keys() == {"to", "channel", "occasion", "subject", "text", "state", "sent_at"}
        assert dt.datetime.fromisoformat(row["sent_at"]) >= at


def test_a_campaign_of_many_does_not_bury_a_code(
    say: Say, provider: Provider, client: Client, at: dt.datetime, phone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_MESSAGES", 10)
    say(text="인증번호 123456", lane="code")
    sending.send_due(lane=Lane.CODE, at=at)
    for number in range(30):
        say(to=f"member{number}@mail.example", occasion="leak_notice", lane="campaign", text=f"명단의 {number}번째")
    sending.send_due(lane=Lane.CAMPAIGN, at=at)
    assert "인증번호 123456" in [row["text"] for row in client.get(PLACE).json() if row["to"] == phone]
    assert len(client.get(PLACE).json()) == 11, "the newest, and what a player was sent"
    monkeypatch.undo()
    assert len(client.get(PLACE).json()) == 31, "the whole record of a campaign, without a word"
    page = client.get("/demo/").content.decode()
    assert "인증번호 123456" in page
    assert page.count("명단의 ") == views.SHOWN_NOTICES


def test_a_provider_that_is_away_is_said_in_words(client: Client, settings: Any) -> None:
    settings.PHONE_PROVIDER_URL = "http://127.0.0.1:9/phone"
    answer = client.get(PLACE)
    assert answer.status_code == 503
    assert "does not answer" in answer.json()["refused"]


def test_the_outbox_is_only_read(client: Client) -> None:
    assert client.post(PLACE).status_code == 405
