from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone

from breachdesk.lib.contacts import Contact
from delivery import outbox
from delivery.models import Message
from delivery.states import State

Sent = Callable[..., Message]


@pytest.fixture
def at() -> dt.datetime:
    return timezone.now()


@pytest.fixture
def sent(db: None, at: dt.datetime) -> Sent:
    """A message that has left, as the worker records it; `state=WAITING`: one that has not."""

    def put(
        text: str = "[한빛카드] 신청을 받았어요.",
        *,
        to: str = "010-0000-1234",
        occasion: str = "claim_received",
        opening: str = "[한빛카드] 신청을 받았어요.",
        state: State = State.ACCEPTED,
    ) -> Message:
        words = outbox.Words(occasion, "ko", "신청을 받았어요", text, opening=opening)
        with transaction.atomic():
            message = outbox.put(words, to=Contact.parse(to), key=f"test:{uuid.uuid4()}", lane="claim", at=at)
        if state != State.WAITING:
            sender = "safe@hanbitcard.example" if message.channel == "email" else "15000000"
            Message.objects.filter(pk=message.pk).update(state=state, sent_at=at, settled_at=at, sender=sender)
        return message

    return put
