"""Every message but a one-time code carries a code by which whoever got it can ask whether it is ours."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.db import connection

from breachdesk.lib.contacts import Contact
from breachdesk.lib.references import MESSAGE_CODE
from delivery import actions, check_codes, outbox, queries, routes, sending
from delivery.models import Message
from delivery.states import Lane, State
from tests.delivery.conftest import Say
from tests.servers import Provider

PHONE, MAIL = Contact("phone", "+821000000001"), Contact("email", "seoyoung@mail.example")
KOREAN = outbox.Words("claim_received", "ko", "[한빛카드] 신청을 받았어요", "[한빛카드] 신청을 받았어요.")
ENGLISH = outbox.Words("payout_sent", "en", "[Hanbit Card] Paid", "We have paid ₩1,187,400.")


def code_in(text: str) -> str:
    [code] = re.findall(r"VRF-[0-9A-Z]{5}-[0-9A-Z]{5}", text)
    return code


@pytest.mark.django_db
@pytest.mark.parametrize(("words", "last"), [(KOREAN, "누리집 ‘메시지 확인’"), (ENGLISH, "“Check a message”")])
@pytest.mark.parametrize("to", [PHONE, MAIL], ids=["phone", "email"])
def test_every_message_ends_with_its_own_code_in_its_own_language(
    words: outbox.Words, last: str, to: Contact, at: dt.datetime
) -> None:
    puts = [outbox.Put(words, to=to, key=f"a:{n}", lane="campaign") for n in range(50)]
    messages = outbox.put_many(puts, at=at)
    codes = [code_in(message.words.text) for message in messages]
    assert len(set(codes)) == 50
    assert codes == [message.code for message in messages]
    assert all(MESSAGE_CODE.read(code) == code for code in codes)
    assert last in messages[0].words.text.splitlines()[-1]
    assert messages[0].words.text.startswith(words.text)


@pytest.mark.django_db
def test_a_one_time_code_carries_none_and_stays_one_short_message(at: dt.datetime) -> None:
    words = outbox.Words("one_time_code", "ko", "인증번호", "[한빛카드] 인증번호 123456")
    message = outbox.put(words, to=PHONE, key="a:1", lane="code", at=at)
    assert (message.code, message.code_hash, message.channel) == ("", None, "sms")
    assert message.words == words


@pytest.mark.django_db
def test_a_letter_that_the_code_makes_too_long_is_refused(at: dt.datetime) -> None:
    room = 2000 - check_codes.size_in_phone_message("ko")
    fits = outbox.Words("claim_decided", "ko", "결정", "a" * room)
    assert outbox.put(fits, to=PHONE, key="a:1", lane="claim", at=at).channel == "lms"
    with pytest.raises(outbox.TooLong):
        outbox.put(
            outbox.Words("claim_decided", "ko", "결정", "a" * (room + 1)), to=PHONE, key="b", lane="claim", at=at
        )


@pytest.mark.django_db
def test_a_dump_without_keys_names_no_code(at: dt.datetime) -> None:
    message = outbox.put(KOREAN, to=PHONE, key="a:1", lane="claim", at=at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT m::text, sealed_words, sealed_code FROM delivery_message m")
        row, *sealed = cursor.fetchone()
    everything = row.encode() + b"".join(bytes(each) for each in sealed)
    assert message.code.encode() not in everything
    assert message.code.replace("-", "").encode() not in everything


def test_an_opening_that_stands_nowhere_in_the_words_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="opening"):
        outbox.Words("x", "ko", "제목", "글", opening="다른 글")


# What is confirmed, and when.


@pytest.mark.django_db(transaction=True)
def test_a_message_is_confirmed_once_it_has_left_and_still_when_its_words_are_forgotten(
    say: Say, provider: Provider, at: dt.datetime, phone: str
) -> None:
    message = say(occasion="claim_received", lane="claim")
    assert queries.by_check_code(message.code) == []
    sending.send_due(lane=Lane.CLAIM, at=at)
    message.refresh_from_db()
    [received] = provider.received(phone)
    [checked] = queries.by_check_code(code_in(received["text"]))
    assert (checked.occasion, checked.channel, checked.sender) == ("claim_received", "lms", "15000000")
    assert checked.left_at == message.sent_at
    assert actions.forget_words(at=at + dt.timedelta(days=400)) == 1
    assert queries.by_check_code(message.code) == [checked]


@pytest.mark.django_db(transaction=True)
def test_what_was_cancelled_refused_or_expired_is_not_confirmed(say: Say, provider: Provider, at: dt.datetime) -> None:
    cancelled = say(occasion="claim_received", about="claim:1")
    actions.cancel(about="claim:1", at=at)
    refused = say(occasion="claim_received", key="refused")
    provider.tell(phone="refuse", times=1)
    sending.send_due(lane=Lane.CLAIM, at=at)
    expired = say(occasion="claim_received", expires_at=at + dt.timedelta(seconds=1))
    sending.sweep(at=at + dt.timedelta(minutes=1))
    for message, state in [(cancelled, State.CANCELLED), (refused, State.FAILED), (expired, State.EXPIRED)]:
        message.refresh_from_db()
        assert message.state == state
        assert queries.by_check_code(message.code) == []


@pytest.mark.django_db(transaction=True)
def test_what_may_have_left_is_confirmed_because_somebody_may_hold_it(
    say: Say, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = say(occasion="claim_received", lane="claim")
    seen: list[int] = []

    def lost(_message: Message, _words: outbox.Words, *, route: routes.Route) -> None:
        # The provider has it at this moment, and its answer is never heard.
        seen.append(len(queries.by_check_code(message.code)))
        raise ConnectionError

    monkeypatch.setattr("delivery.channels.phone.send", lost)
    sending.send_due(lane=Lane.CLAIM, at=at)
    message.refresh_from_db()
    assert message.state == State.UNKNOWN
    assert seen == [1]
    assert queries.by_check_code(message.code)[0].left_at == message.attempts.get().started_at


@pytest.mark.parametrize(
    "typed",
    [str.lower, lambda code: code.replace("-", ""), lambda code: code.removeprefix("VRF-"), lambda code: f"  {code}  ",
     lambda code: f"[한빛카드] 신청을 받았어요.\n\n확인 코드 {code} (누리집 ‘메시지 확인’에서 진짜인지 볼 수 있어요)",
     lambda code: code.replace("-", "–")],
)  # fmt: skip
def test_a_code_is_known_however_it_is_typed(typed: Callable[[str], str]) -> None:
    for _ in range(20):
        code = check_codes.new()
        assert check_codes.read(typed(code)) == code


def test_one_wrong_character_is_seen_before_anything_is_looked_up() -> None:
    code = check_codes.new()
    place = code.index(code[5])
    other = "A" if code[place] != "A" else "B"
    assert check_codes.read(code[:place] + other + code[place + 1 :]) is None
    for nonsense in ("", "VRF", "CLM-7F3K-29QD", "가나다", "VRF-00000-00000", "x" * 3000):
        assert check_codes.read(nonsense) is None
