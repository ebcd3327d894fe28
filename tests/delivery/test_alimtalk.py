"""AlimTalk: templates and what the operator says of them, messages made of an approved one, and who has no KakaoTalk."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from breachdesk.accounts.models import User
from breachdesk.audit.models import Event
from breachdesk.lib.contacts import Contact
from delivery import codes, filling, outbox, queries, senders, sending, templating
from delivery.models import Message, TemplateVersion
from delivery.states import Channel, IllegalMove, Lane, State, TemplateState
from delivery.terms import Terms
from tests.servers import Provider
from tests.staff import member, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "[#{회사}] 유출 안내\n#{이름} 님: #{유출된정보}\n확인 코드 #{확인코드}"
SAID = {"회사": "한빛카드", "이름": "김*영", "유출된정보": "이름, #{이름}", "판": "1"}
WORDS = outbox.Words("leak_notice", "ko", "유출 안내", "긴 문자의 말", "", SAID)


@pytest.fixture
def writer() -> User:
    return member("notice_editor")


@pytest.fixture
def kakao(provider: Provider, settings: Any) -> Provider:
    settings.ALIMTALK_PROVIDER_URL, settings.ALIMTALK_PROVIDER_SECRET = provider.url, settings.PHONE_PROVIDER_SECRET
    settings.ALIMTALK_SENDER, settings.ALIMTALK_TERMS = "@hanbit", Terms(won={"alimtalk": 8})
    return provider


@pytest.fixture
def approved(writer: User, at: dt.datetime) -> TemplateVersion:
    return approve(writer, at)


def approve(by: User, at: dt.datetime, *, text: str = TEXT, code: str = "KA01TP1") -> TemplateVersion:
    made = templating.draft(occasion="leak_notice", language="ko", text=text, by=by, at=at)
    templating.hand_in(template=made, code=code, by=by, at=at)
    templating.approve(template=made, by=by, at=at)
    return TemplateVersion.objects.get(pk=made.pk)


def put(to: str, at: dt.datetime, *, words: outbox.Words = WORDS) -> Message:
    with transaction.atomic():
        contact = Contact.parse(to)
        return outbox.put(words, to=contact, key=f"k:{to}", lane="campaign", at=at, channel=Channel.ALIMTALK)


def test_a_message_is_the_approved_template_filled_in(
    kakao: Provider, approved: TemplateVersion, phone: str, at: dt.datetime
) -> None:
    message = put(phone, at)
    assert sending.send_due(lane=Lane.CAMPAIGN, at=at) == 1
    [received] = kakao.received(phone)
    message.refresh_from_db()
    expected = f"[한빛카드] 유출 안내\n김*영 님: 이름, #{{이름}}\n확인 코드 {message.code}"
    assert (received["channel"], received["text"], received["from"]) == ("alimtalk", expected, "@hanbit")
    assert (message.state, message.template, message.words.text) == (State.ACCEPTED, approved, expected)
    assert message.words.variables == {
        "회사": "한빛카드",
        "이름": "김*영",
        "유출된정보": "이름, #{이름}",
        "확인코드": message.code,
    }
    assert queries.by_check_code(message.code)[0].channel == "alimtalk"
    assert ("kakao", "@hanbit") in {(sender.kind, sender.shown) for sender in senders.registered()}


def test_whoever_has_no_kakaotalk_is_a_failure_whose_reason_can_be_read(
    kakao: Provider, approved: TemplateVersion, phone: str, at: dt.datetime
) -> None:
    message = put(phone, at)
    kakao.tell(without_app=100)
    sending.send_due(lane=Lane.CAMPAIGN, at=at)
    kakao.tell(without_app=0)
    message.refresh_from_db()
    assert (message.state, message.last_problem, kakao.received(phone)) == (State.FAILED, "no messenger", [])
    why = queries.why_not([message.key])[message.key]
    assert (why.fault, why.words) == (codes.Fault.NUMBER, "카카오톡을 쓰지 않는 번호예요 (no messenger)")


def test_a_message_stays_with_its_version_when_a_newer_one_is_approved(
    kakao: Provider, approved: TemplateVersion, writer: User, phone: str, at: dt.datetime
) -> None:
    old = put(phone, at)
    newer = approve(writer, at, text=TEXT + "\n새 판", code="KA01TP2")
    new = put(phone.replace("+8210", "+82109")[:13], at)
    assert (old.template, new.template) == (approved, newer)
    assert (old.words.template, new.words.template) == ("KA01TP1", "KA01TP2")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (outbox.Words("leak_notice", "en", "Leak", "words", "", SAID), "no-template"),
        (outbox.Words("leak_notice", "ko", "유출", "말", "", {**SAID, "이름": " "}), "template-not-filled"),
        (outbox.Words("leak_notice", "ko", "유출", "말", "", {**SAID, "이름": "가" * 1000}), "template-not-filled"),
    ],
)
def test_what_no_approved_template_fits_has_failed_at_once_and_says_why(
    words: outbox.Words, problem: str, kakao: Provider, approved: TemplateVersion, phone: str, at: dt.datetime
) -> None:
    message = put(phone, at, words=words)
    assert (message.state, message.settled_at, message.last_problem) == (State.FAILED, at, problem)
    assert queries.why_not([message.key])[message.key].fault == codes.Fault.OURS
    assert sending.send_due(lane=Lane.CAMPAIGN, at=at) == 0


def test_words_of_a_letter_that_hold_an_address_are_refused(
    kakao: Provider, approved: TemplateVersion, phone: str, at: dt.datetime
) -> None:
    with pytest.raises(outbox.AddressInPhoneMessage):
        put(phone, at, words=outbox.Words("leak_notice", "ko", "유출", "말", "", {**SAID, "이름": "bit.ly/3x"}))


def test_only_with_a_provider_and_an_approved_template_it_is_a_way(
    provider: Provider, approved: TemplateVersion, settings: Any
) -> None:
    assert not queries.carries_alimtalk("leak_notice", "ko")
    settings.ALIMTALK_PROVIDER_URL = provider.url
    assert queries.carries_alimtalk("leak_notice", "ko")
    assert not queries.carries_alimtalk("leak_notice", "en")


def test_what_the_operator_has_can_no_more_be_changed(approved: TemplateVersion, writer: User, at: dt.datetime) -> None:
    for change in (
        lambda: templating.hand_in(template=approved, code="X", by=writer, at=at),
        lambda: templating.refuse(template=approved, reason="no", by=writer, at=at),
    ):
        with pytest.raises(IllegalMove):
            change()
    with pytest.raises(templating.ChangedSince):
        templating.change(template=approved, text=TEXT, seen=TEXT, by=writer, at=at)
    rows = TemplateVersion.objects.filter(pk=approved.pk)
    for by_hand in (lambda: rows.update(text="x"), lambda: rows.update(state="drafted"), rows.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            by_hand()
    handed_in = templating.draft(occasion="leak_notice", language="en", text=TEXT, by=writer, at=at)
    templating.hand_in(template=handed_in, code="EN1", by=writer, at=at)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        TemplateVersion.objects.filter(pk=handed_in.pk).update(text="x")
    kinds = Event.objects.filter(about=approved.about).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [f"delivery.template_{what}" for what in ("drafted", "submitted", "approved")]


@pytest.mark.parametrize(
    "text", ["확인 코드가 없어요", "#{확인코드} #{주민번호}", "#{확인코드} bit.ly/3x", "#{확인코드}" + "가" * 1000]
)
def test_words_that_could_never_be_sent_are_not_drafted(text: str, writer: User, at: dt.datetime) -> None:
    with pytest.raises(filling.Wrong):
        templating.draft(occasion="leak_notice", language="ko", text=text, by=writer, at=at)


def test_staff_write_hand_in_and_write_down_the_answer(client: Client) -> None:
    sign_in(client, member("notice_editor"))
    page = client.get("/admin/delivery/templateversion/add/?occasion=leak_notice&language=ko")
    begun = page.context["form"]["text"].value()
    assert "#{확인코드}" in begun
    wrong = client.post(
        "/admin/delivery/templateversion/add/", {"occasion": "leak_notice", "language": "ko", "text": "x"}
    )
    assert (wrong.status_code, "#{확인코드}" in wrong.content.decode()) == (422, True)
    client.post("/admin/delivery/templateversion/add/", {"occasion": "leak_notice", "language": "ko", "text": begun})
    template = TemplateVersion.objects.get()
    again = client.post(
        "/admin/delivery/templateversion/add/", {"occasion": "leak_notice", "language": "ko", "text": begun}
    )
    assert again.status_code == 422
    place = f"/admin/delivery/template/{template.pk}"
    stale = client.post(f"{place}/text/", {"text": begun + " 1", "seen": "other"})
    assert (stale.status_code, stale.context["form"]["text"].value()) == (422, begun + " 1")
    client.post(f"{place}/text/", {"text": begun + "\r\n끝", "seen": begun})
    template.refresh_from_db()
    assert template.text == begun + "\n끝"
    assert client.post(f"{place}/act/", {"act": "hand_in", "code": "a b"}).status_code == 422
    client.post(f"{place}/act/", {"act": "hand_in", "code": "KA01"})
    assert client.post(f"{place}/act/", {"act": "refuse", "reason": ""}).status_code == 422
    client.post(f"{place}/act/", {"act": "refuse", "reason": "변수가 너무 많음"})
    template.refresh_from_db()
    assert (template.state, template.reason) == (TemplateState.REFUSED, "변수가 너무 많음")
    shown = client.get(f"/admin/delivery/templateversion/{template.pk}/change/").content.decode()
    assert "변수가 너무 많음" in shown
    assert client.post(f"{place}/act/", {"act": "approve"}, follow=True).status_code == 200
    template.refresh_from_db()
    assert template.state == TemplateState.REFUSED


@pytest.mark.parametrize("role", ["auditor", "intake"])
def test_others_may_not_write(role: str, client: Client, approved: TemplateVersion) -> None:
    sign_in(client, member(role))
    for place in ("templateversion/add/", f"template/{approved.pk}/text/"):
        assert client.get(f"/admin/delivery/{place}").status_code == 403
    assert client.post(f"/admin/delivery/template/{approved.pk}/act/", {"act": "approve"}).status_code == 403
    seen = client.get(f"/admin/delivery/templateversion/{approved.pk}/change/").status_code
    assert seen == (200 if role == "auditor" else 403)
