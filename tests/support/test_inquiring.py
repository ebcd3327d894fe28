"""An inquiry's life: asked once, answered by whoever took it, asked again, closed, forgotten with its files."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction

from breachdesk.audit.models import Event
from breachdesk.lib.contacts import Contact
from delivery.models import Message
from notices.models import Incident
from support import forgetting, inquiring, rules
from support.models import Inquiry, Post
from support.states import IllegalMove, InquiryKind, Source
from support.states import Inquiry as State
from tests import cast, staff

pytestmark = pytest.mark.django_db
# A Friday, 14:21 in Seoul.
FRIDAY = dt.datetime(2026, 11, 20, 5, 21, tzinfo=dt.UTC)
HER = Contact("phone", "+821000001234")


@pytest.fixture
def incident() -> Incident:
    return cast.incident(at=FRIDAY)


def ask(incident: Incident, **given: object) -> Inquiry:
    told = {
        "kind": InquiryKind.SOMETHING_HAPPENED,
        "source": Source.WEB,
        "text": "모르는 결제가 있어요",
        "language": "ko",
        "contact": HER,
        "person": None,
        "by": None,
        "at": FRIDAY,
    }
    return inquiring.ask(incident=incident, **told | given)  # type: ignore[arg-type]


def test_asked_answered_and_asked_again(incident: Incident):
    inquiry, jiwoo = ask(incident), staff.member("intake")
    assert inquiry.answer_by_date == dt.date(2026, 11, 23), "the weekend is not counted"
    inquiring.answer(inquiry=inquiry, text="카드를 멈췄어요", by=jiwoo, at=FRIDAY + rules.HOUR)
    inquiring.write_again(inquiry=inquiry, text="또 있어요", by=None, at=FRIDAY + 4 * rules.DAY)
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.answer_by_date) == (State.WAITING, dt.date(2026, 11, 25))
    assert inquiry.taken_by == jiwoo, "it stays with whoever knows it"
    assert [(post.side, post.text) for post in inquiry.posts.order_by("pk")] == [
        ("asker", "모르는 결제가 있어요"),
        ("staff", "카드를 멈췄어요"),
        ("asker", "또 있어요"),
    ]
    assert [move.to_state for move in inquiry.moves.order_by("pk")] == ["waiting", "answered", "waiting"]
    said = Message.objects.filter(about=f"inquiry:{inquiry.reference}").order_by("put_at")
    assert [message.occasion for message in said] == ["inquiry_received", "inquiry_answered"]
    assert all("모르는" not in message.words.text and "멈췄" not in message.words.text for message in said)
    assert Event.objects.filter(kind="support.inquiry_answered", by=jiwoo).count() == 1


def test_the_same_form_sent_twice_is_one_inquiry(incident: Incident):
    once = uuid.uuid4()
    assert ask(incident, once=once) == ask(incident, once=once)
    assert Post.objects.count() == 1


def test_only_whoever_took_it_answers_and_nobody_answers_an_older_state(incident: Incident):
    inquiry, jiwoo, other = ask(incident), staff.member("intake"), staff.member("intake")
    inquiring.take(inquiry=inquiry, by=jiwoo, at=FRIDAY, version=1)
    with pytest.raises(inquiring.NotTheirTurn):
        inquiring.answer(inquiry=inquiry, text="답", by=other, at=FRIDAY)
    inquiring.write_again(inquiry=inquiry, text="아직이에요?", by=None, at=FRIDAY)
    with pytest.raises(inquiring.ChangedSince):
        inquiring.answer(inquiry=inquiry, text="답", by=jiwoo, at=FRIDAY, version=2)
    inquiring.close(inquiry=inquiry, by=None, at=FRIDAY)
    with pytest.raises(IllegalMove):
        inquiring.write_again(inquiry=inquiry, text="하나 더", by=None, at=FRIDAY)


def test_what_rested_is_closed_and_what_is_old_is_erased_unless_it_waits(incident: Incident):
    answered, waiting = ask(incident), ask(incident)
    inquiring.answer(inquiry=answered, text="답", by=staff.member("intake"), at=FRIDAY)
    forgetting.forget_old_inquiries(at=FRIDAY + rules.CLOSES_AFTER)
    answered.refresh_from_db()
    assert answered.state == State.CLOSED
    assert forgetting.forget_old_inquiries(at=FRIDAY + rules.KEEP_INQUIRY) == 1
    assert list(Inquiry.objects.values_list("reference", flat=True)) == [waiting.reference]


def test_the_database_refuses_a_closed_inquiry_without_its_moment(incident: Incident):
    with pytest.raises(IntegrityError, match="stamps_agree"), transaction.atomic():
        Inquiry.objects.filter(pk=ask(incident).pk).update(state=State.CLOSED)
