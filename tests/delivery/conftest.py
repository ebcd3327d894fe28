from __future__ import annotations

import datetime as dt
import itertools
import uuid
from typing import Any, Protocol

import pytest
from django.db import transaction
from django.utils import timezone

from breachdesk.lib.contacts import Contact
from delivery import outbox
from delivery.models import Message

numbers = itertools.count(1)


class Say(Protocol):
    def __call__(self, text: str = ..., **how: Any) -> Message: ...


@pytest.fixture
def at() -> dt.datetime:
    return timezone.now()


@pytest.fixture
def phone() -> str:
    """A number that no other test has written to."""
    return f"+8210000{next(numbers):05d}"


@pytest.fixture
def say(at: dt.datetime, phone: str) -> Say:
    """Puts one message and commits; every argument of `put` may be given.

    A one-time code where nothing else is said: it carries no check code, so what leaves is what was said.
    """

    def put(text: str = "[한빛카드] 신청을 받았어요.", **how: Any) -> Message:
        to = Contact.parse(how.pop("to", phone))
        words = outbox.Words(how.pop("occasion", "one_time_code"), how.pop("language", "ko"), "신청을 받았어요", text)
        settled = {"key": f"test:{uuid.uuid4()}", "lane": "claim", "at": at, **how}
        with transaction.atomic():
            return outbox.put(words, to=to, **settled)

    return put
