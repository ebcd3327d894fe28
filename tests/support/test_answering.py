"""What waits for staff, and what they answer with."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from breachdesk.accounts.models import User
from breachdesk.lib.contacts import Contact
from delivery.models import Message
from support import calling, inquiring, queue_queries, reuse_rules, reusing, rules
from support.callback_models import Slot
from support.consultation_models import Consultation
from support.inquiry_models import Inquiry, Post
from support.queue_queries import Sees
from support.reuse_models import Prepared
from support.states import IllegalMove, InquiryKind, Source
from tests import staff
from tests.support.conftest import Desk, call

pytestmark = pytest.mark.django_db
KO, EN = "문의 {reference}: {phone}로 전화해 주세요.", "About {reference}: please call {phone}."


@pytest.fixture
def inquiry(oksun) -> Inquiry:
    return inquiring.ask(
        incident=oksun,
        kind=InquiryKind.WHAT_TO_DO,
        source=Source.WEB,
        text="무엇을 해야 하나요?",
        language="en",
        contact=Contact.parse("oksun@mail.example"),
        person=None,
        by=None,
        at=timezone.now(),
    )


def prepared(by: User) -> Prepared:
    return reusing.prepare(title="어디로 전화하나요?", text_ko=KO, text_en=EN, by=by, at=timezone.now())


def test_the_line_says_what_is_due_overdue_unanswered_and_mine(inquiry, agent):
    desk, at = Desk(agent), timezone.now()
    reference = call(desk, known=False)

    def which(name: str, by: User = agent, **sees: bool) -> set[str]:
        return {one.reference for one in queue_queries.waiting(name, sees=Sees(**sees), by=by, at=at)}

    assert which("unanswered") == {inquiry.reference, reference}
    assert which("mine") == which("due") == {reference}
    assert which("mine", by=staff.member("agent")) == set()
    assert which("", calls=False) == {inquiry.reference}
    Consultation.objects.update(due_date=timezone.localdate(at) - dt.timedelta(days=1))
    assert which("overdue") == {reference}
    page = desk.get("/admin/support/queue/?which=overdue").content.decode()
    assert reference in page
    assert inquiry.reference not in page
    assert desk.get("/admin/support/queue/", {"q": inquiry.reference.lower()}).url.endswith(f"{inquiry.reference}/")


def test_a_call_to_make_stands_in_the_same_line_until_somebody_says_what_became_of_it(inquiry, agent):
    noon = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)
    calling.open_slots(
        incident=inquiry.incident, times=[(noon, noon + rules.HOUR)], capacity=1, by=agent, at=noon - rules.HOUR * 9
    )
    told = {"contact": Contact("phone", "+821000001946"), "person": None, "subject": "1", "language": "ko", "by": None}
    held = calling.book(slot=Slot.objects.get(), at=noon - rules.HOUR * 9, **told)

    def which(name: str, at: dt.datetime, **sees: bool) -> list[tuple[str, bool]]:
        found = queue_queries.waiting(name, sees=Sees(inquiries=False, **sees), by=agent, at=at)
        return [(one.reference, one.late) for one in found]

    early, during, after = noon - rules.HOUR * 2, noon + rules.MINUTE, noon + rules.HOUR * 20
    assert which("due", early) == which("due", during) == which("", early) == [(held.reference, False)]
    assert which("overdue", during) == which("mine", during) == which("", during, call_backs=False) == []
    assert which("overdue", after) == which("unanswered", after) == [(held.reference, True)]
    assert which("due", after) == []
    assert queue_queries.counts(sees=Sees(inquiries=False), by=agent, at=after)["overdue"] == 1

    desk = Desk(agent)
    there = f"/admin/call-backs/#{held.reference}"
    assert there in desk.get("/admin/support/queue/").content.decode()
    assert desk.get("/admin/support/queue/", {"q": held.reference}).url == there
    assert f'id="{held.reference}"' in desk.get("/admin/call-backs/").content.decode()
    calling.settle(call_back=held, reached=True, by=agent, at=after)
    assert which("", after) == []


def test_an_inquiry_is_taken_and_answered_and_only_whoever_took_it_answers(inquiry, agent):
    desk, other = Desk(agent), Desk(staff.member("agent"))
    page, act = f"/admin/inquiries/{inquiry.reference}/", f"/admin/inquiries/{inquiry.reference}/act/"
    assert "무엇을 해야 하나요?" in desk.get(page).content.decode()
    assert desk.post(act, {"act": "take", "version": inquiry.version}).status_code == 302
    inquiry.refresh_from_db()
    form = desk.get(page).context["form"]
    typed = {"act": "answer", "version": inquiry.version, "answer": "카드를 바꾸세요.", "once": form["once"].value()}
    other.post(act, typed)
    assert desk.post(act, {**typed, "answer": " "}).status_code == 422
    assert desk.post(act, {**typed, "version": inquiry.version - 1}).status_code == 409
    assert Post.objects.count() == 1
    desk.post(act, typed)
    assert [post.text for post in Post.objects.order_by("pk")] == ["무엇을 해야 하나요?", "카드를 바꾸세요."]
    told = Message.objects.get(occasion="inquiry_answered")
    assert "카드를 바꾸세요" not in told.words.text
    assert Desk(staff.member("auditor")).get(page).context["posts"] == []
    assert Desk(staff.member("reviewer")).get(page).status_code == 403


def test_an_answer_is_reused_once_another_approved_it_and_its_words_never_change(inquiry, agent):
    made, officer = prepared(agent), staff.member("privacy_officer")
    with pytest.raises(reuse_rules.NotByTheSame):
        reusing.approve(pk=made.pk, by=agent, at=timezone.now())
    with pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
        Prepared.objects.filter(pk=made.pk).update(approved_by=agent, approved_at=timezone.now())
    with pytest.raises(reuse_rules.UnknownPlace):
        reusing.prepare(title="?", text_ko="{name}", text_en="", by=agent, at=timezone.now())

    desk, act = Desk(agent), f"/admin/inquiries/{inquiry.reference}/act/"
    desk.post(act, {"act": "take", "version": inquiry.version})
    use = {"act": "use", "prepared": made.pk, "answer": "Dear customer"}
    assert desk.post(act, use).status_code == 404, "nobody approved it"
    assert Desk(officer).post(f"/admin/support/answers/{made.pk}/act/", {"act": "approve"}).status_code == 302
    words = desk.post(act, use).context["form"]["answer"].value()
    assert words.startswith("Dear customer\n\nAbout INQ-")
    assert inquiry.reference in words
    assert "{" not in words

    made.refresh_from_db()
    made.text_ko = "다른 말"
    with pytest.raises(DatabaseError, match="words_never_change"), transaction.atomic():
        made.save()
    made.refresh_from_db()
    reusing.end(pk=made.pk, by=agent, at=timezone.now())
    with pytest.raises(IllegalMove):
        reusing.approve(pk=made.pk, by=officer, at=timezone.now())


def test_the_page_of_prepared_answers_names_the_field_that_is_wrong(agent):
    desk = Desk(agent)
    wrong = desk.post("/admin/support/answers/", {"title": "", "text_ko": "{nobody}", "text_en": "x"})
    assert wrong.status_code == 422
    assert "{nobody}에는 채울 것이 없어요" in wrong.content.decode()
    right = {"title": "언제 여나요?", "text_ko": "누리집을 봐 주세요.", "text_en": "Please see the site."}
    assert desk.post("/admin/support/answers/", right).status_code == 302
    assert "승인 기다림" in desk.get("/admin/support/answers/").content.decode()
