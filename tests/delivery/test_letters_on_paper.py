"""A letter on paper waits until the mail house has posted it; no provider is asked for it, and what arrived stays arrived."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from breachdesk.lib.contacts import Contact
from breachdesk.lib.postal import NotAnAddress, PostalAddress
from breachdesk.mailhouse.states import Return
from delivery import actions, by_hand, carrying, check_codes, codes, outbox, paper, queries, resealing, rules, sending
from delivery.models import Attempt, Message
from delivery.states import Channel, Lane, State
from tests import staff

pytestmark = pytest.mark.django_db
HOME = PostalAddress("이순자", "(04500) 서울특별시 중구 한빛로 7, 101동 1203호")
LETTER = paper.Letter(
    about="고객 정보가 유출됐어요",
    title="이순자 님의 개인정보가 유출됐어요",
    greeting="지켜 드리지 못해 죄송해요.",
    facts=(("안내문", "3판"),),
    leaked=("이름", "카드번호"),
    items=(paper.Item(3, "지금 무엇을 하면 되나요?", "방법", "**카드를** 멈추세요."),),
    contacts=(("상담", "1500-0000", "매일"),),
    code_for={"incident": "demo", "customer_ref": "C-1"},
)
DAY = dt.timedelta(days=1)


def put(at: dt.datetime, **how: Any) -> Message:
    words = LETTER.as_words(occasion="leak_notice", language="ko")
    with transaction.atomic():
        return outbox.put(words, **{"to": HOME, "key": "letter:1", "lane": "campaign", "at": at, **how})


def test_it_is_kept_in_its_parts_with_its_check_code_and_its_address_sealed(at):
    message = Message.objects.get(pk=put(at, channel=Channel.LETTER).pk)
    assert message.channel == Channel.LETTER
    assert message.recipient == HOME
    letter = paper.read(message.words)
    assert check_codes.read(letter.check_code) == message.code
    assert (letter.items, letter.contacts, letter.facts) == (LETTER.items, LETTER.contacts, LETTER.facts)
    assert message.opening == LETTER.about, "shown to whoever checks the code: it names nobody"
    assert "카드를 멈추세요." in paper.plain(message.words)
    assert "C-1" not in paper.plain(message.words)
    for sealed in (message.sealed_recipient, message.sealed_words):
        assert "한빛로".encode() not in bytes(sealed)


def test_one_address_is_one_however_it_is_written(at):
    other = PostalAddress("김한빛", "(04500)서울특별시  중구 한빛로 7 101동 1203호")
    one, two = put(at), put(at, to=other, key="letter:2")
    assert one.recipient_hash == two.recipient_hash
    assert str(HOME) == "이*자, 서울특별시 중구 •••", "what is printed by accident is masked"
    assert (HOME.postcode, HOME.street[:5]) == ("04500", "서울특별시")


@pytest.mark.parametrize(("name", "address"), [("", "서울 1"), ("이순자", " "), ("이순자", "길" * 301)])
def test_nowhere_is_no_address(name, address):
    with pytest.raises(NotAnAddress):
        PostalAddress.parse(name, address)


def test_no_other_way_leads_to_an_address_and_no_letter_to_a_phone(at):
    with pytest.raises(outbox.NoWay):
        put(at, channel=Channel.SMS)
    with pytest.raises(outbox.NoWay):
        put(at, to=Contact("phone", "+821000000001"), channel=Channel.LETTER)


def test_nobody_sends_it_and_nothing_waits_for_it(at):
    letter = put(at)
    later = at + DAY
    assert sending.send_due(lane=Lane.CAMPAIGN, at=later) == 0
    assert sending.sweep(at=later) == []
    assert queries.is_idle(at=later)
    assert queries.waiting_since(at=later) is None
    assert queries.waiting_count()[Lane.CAMPAIGN] == 0
    assert queries.letters_waiting(at=later) == {letter.about: 1}
    assert Message.objects.get().state == State.WAITING


def carried(*letters: Message, at: dt.datetime) -> int:
    """Handed over, then posted a day later."""
    carrying.handed_over({letter.pk: f"7-{place:05d}" for place, letter in enumerate(letters, 1)}, at=at)
    return carrying.posted([letter.pk for letter in letters], posted_at=at + DAY, at=at + 2 * DAY)


def test_posted_once_it_is_accepted_with_its_number_and_a_cancelled_one_stays_cancelled(at):
    kept, cancelled = put(at, about="a"), put(at, about="b", key="letter:2")
    actions.cancel(about="b", at=at)
    assert [carried(kept, cancelled, at=at) for _twice in range(2)] == [1, 0]
    kept.refresh_from_db()
    assert (kept.state, kept.sent_at, kept.provider, kept.provider_id) == (
        State.ACCEPTED,
        at + DAY,
        carrying.MAIL_HOUSE,
        "7-00001",
    )
    attempt = Attempt.objects.get()
    assert (attempt.message_id, attempt.started_at, attempt.ended_at) == (kept.pk, at, at + DAY)
    cancelled.refresh_from_db()
    assert cancelled.state == State.CANCELLED


def test_its_check_code_is_ours_as_soon_as_it_may_be_in_a_letter_box(at):
    letter = put(at)
    assert queries.by_check_code(letter.code) == []
    carrying.handed_over({letter.pk: "7-00001"}, at=at)
    assert [checked.channel for checked in queries.by_check_code(letter.code)] == [Channel.LETTER]


def test_at_the_mail_house_it_is_called_back_there_and_not_here(at):
    message, officer = put(at), staff.member("privacy_officer")
    assert rules.may_call_back(by_hand.standing(message))
    carrying.handed_over({message.pk: "7-00012"}, at=at)
    with pytest.raises(by_hand.AtTheMailHouse) as refused:
        by_hand.call_back(message=message, reason="거둬요", by=officer, at=at)
    assert "7-00012번을 빼 달라고" in str(refused.value.words)
    message.refresh_from_db()
    assert message.state == State.WAITING
    shown = staff.sign_in(Client(), officer).get(f"/admin/delivery/message/{message.pk}/change/").content.decode()
    assert (f"{message.pk}/act/call-back" in shown, "7-00012번을 빼 달라고" in shown) == (False, True)


def test_posted_it_may_come_back_once(at):
    letter = put(at)
    carried(letter, at=at)
    told = {"pk": letter.pk, "reason": "moved", "returned_at": at + DAY, "at": at + 2 * DAY}
    assert carrying.came_back(**told)
    with pytest.raises(actions.AlreadyRecorded):
        carrying.came_back(**told)
    letter.refresh_from_db()
    assert (letter.state, letter.last_problem) == (State.FAILED, "returned-moved")


def test_what_its_reader_used_has_arrived_whatever_the_post_says_later(at):
    letter = put(at)
    carried(letter, at=at)
    for _twice in range(2):
        carrying.arrived(pk=letter.pk, happened_at=at + DAY, at=at + DAY)
    assert not carrying.came_back(pk=letter.pk, reason="moved", returned_at=at + DAY, at=at + 2 * DAY)
    letter.refresh_from_db()
    assert letter.state == State.DELIVERED
    assert set(letter.receipts.values_list("code", flat=True)) == {"letter-code-used", "returned-moved"}


@pytest.mark.parametrize("reason", Return.values)
def test_every_reason_has_words_for_staff(reason):
    assert codes.meaning(carrying.RETURNED + reason) is not None


def test_when_keys_are_changed_its_address_is_hashed_anew(at):
    letter = put(at)
    assert resealing._hashes(letter)["recipient_hash"] == letter.recipient_hash


def test_what_nobody_can_print_has_failed_with_the_reason(at):
    letter = put(at)
    carrying.cannot_be_posted([letter.pk], why="cannot-be-opened", at=at)
    letter.refresh_from_db()
    assert (letter.state, letter.last_problem) == (State.FAILED, "cannot-be-opened")
