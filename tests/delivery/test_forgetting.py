from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings

from breachdesk.audit.models import Event
from delivery import actions, health, sending
from delivery.models import Forgotten, Message
from delivery.states import Lane
from tests.delivery.conftest import Say
from tests.servers import Provider

pytestmark = pytest.mark.django_db(transaction=True)
KEPT = settings.DELIVERY_WORDS_KEPT
DAY = dt.timedelta(days=1)


def test_words_and_address_are_forgotten_ninety_days_after_the_end(
    say: Say, provider: Provider, at: dt.datetime
) -> None:
    sent = say()
    sending.send_due(lane=Lane.CAMPAIGN, at=at)
    waiting = say(due_at=at + 365 * DAY)
    assert KEPT == 90 * DAY
    assert actions.forget_words(at=at + KEPT) == 0
    assert actions.forget_words(at=at + KEPT + DAY) == 1
    sent.refresh_from_db()
    waiting.refresh_from_db()
    for read in (lambda: sent.words, lambda: sent.recipient):
        with pytest.raises(Forgotten):
            read()
    assert waiting.words.text
    assert waiting.recipient.value
    assert sent.sent_at
    assert sent.recipient_hash == waiting.recipient_hash
    event = Event.objects.get(kind="delivery.words_forgotten")
    assert event.data == {"messages": 1}
    assert actions.forget_words(at=at + KEPT + DAY) == 0


def test_a_message_that_waits_too_long_and_one_forgotten_too_late_are_named(
    say: Say, provider: Provider, at: dt.datetime
) -> None:
    say()
    assert health.waiting(at=at + dt.timedelta(minutes=1)) == ""
    assert "for 3 minutes" in health.waiting(at=at + dt.timedelta(minutes=3))
    sending.send_due(lane=Lane.CAMPAIGN, at=at)
    assert health.waiting(at=at + DAY) == ""
    assert health.forgetting(at=at + KEPT + DAY) == ""
    assert health.forgetting(at=at + KEPT + 3 * DAY)
    assert health.set_aside() == ""
    assert Message.objects.count() == 1
