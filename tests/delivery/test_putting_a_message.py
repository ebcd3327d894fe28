from __future__ import annotations

import datetime as dt
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from breachdesk import keys
from breachdesk.lib.contacts import Contact
from delivery import outbox, tasks
from delivery.models import Message
from delivery.states import Channel
from tests.racing import race

SHORT = outbox.Words("one_time_code", "ko", "인증번호", "[한빛카드] 인증번호 123456")
PHONE = Contact("phone", "+821000000001")
MAIL = Contact("email", "seoyoung@mail.example")


@pytest.mark.django_db(transaction=True)
def test_a_message_outside_a_transaction_is_refused(at: dt.datetime) -> None:
    with pytest.raises(outbox.NotInTransaction):
        outbox.put(SHORT, to=PHONE, key="a:1", lane="claim", at=at)
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_an_act_that_is_rolled_back_said_nothing(at: dt.datetime) -> None:
    with transaction.atomic():
        outbox.put(SHORT, to=PHONE, key="a:1", lane="claim", at=at)
        transaction.set_rollback(True)
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_the_same_key_twice_is_the_first_message_and_changes_nothing(at: dt.datetime) -> None:
    first = outbox.put(SHORT, to=PHONE, key="a:1", lane="claim", at=at)
    other = outbox.Words("claim_decided", "en", "Other", "Other words.")
    second = outbox.put(other, to=MAIL, key="a:1", lane="code", at=at + dt.timedelta(hours=1))
    assert second == first
    assert Message.objects.get() == first
    assert (second.words, second.recipient, second.lane, second.put_at) == (SHORT, PHONE, "claim", at)


@pytest.mark.django_db(transaction=True)
def test_fifty_who_put_the_same_key_at_once_put_one_message(at: dt.datetime) -> None:
    def put(_number: int) -> object:
        with transaction.atomic():
            return outbox.put(SHORT, to=PHONE, key="a:1", lane="claim", at=at).pk

    assert set(race(50, put)) == {Message.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_those_who_put_the_same_keys_in_opposite_order_do_not_wait_for_each_other(at: dt.datetime) -> None:
    puts = [outbox.Put(SHORT, to=PHONE, key=f"a:{n:03d}", lane="campaign") for n in range(200)]

    def put(number: int) -> None:
        these = puts[:: 1 if number % 2 else -1]
        with transaction.atomic():
            assert [message.key for message in outbox.put_many(these, at=at)] == [each.key for each in these]

    race(6, put)
    assert Message.objects.count() == 200


@pytest.mark.django_db
def test_many_are_put_with_two_statements(at: dt.datetime, django_assert_num_queries: Callable[[int], Any]) -> None:
    puts = [outbox.Put(SHORT, to=PHONE, key=f"a:{n}", lane="campaign") for n in range(100)]
    with django_assert_num_queries(2):
        outbox.put_many(puts, at=at)
    assert outbox.put_many([], at=at) == []


ADDRESSES = [
    "https://hanbit.example/a", "HTTP://X", "hanbitcard.example", "bit.ly/3x", "한빛카드.한국", "hanbitcard.com에서", "ｗｗｗ．ａ．ｃｏｍ",
    "hanbit。kr", "a.co\u200bm", "www.hanbit", "help@hanbitcard.example", "1.2.3.4", "xn--9t4b11y.xn--3e0b707e", "market://details",
]  # fmt: skip
PLAIN = [
    "인증번호 123456, 오후 2시 31분까지", "2026.11.20.(금) 14:21", "₩1,187,400", "CLM-7F3K-29QD", "1500-0000", "10:30~18:00", "3.5%",
    "했어요.감사합니다", "Hanbit Card. We will", "No.1", "at 2 p.m. and",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_text_to_a_phone_with_an_address_is_refused(address: str, at: dt.datetime) -> None:
    words = outbox.Words("x", "ko", "제목", f"[한빛카드] 여기서 보세요 {address} 끝.")
    with pytest.raises(outbox.AddressInPhoneMessage):
        outbox.put(words, to=PHONE, key="a:1", lane="claim", at=at)
    outbox.put(words, to=MAIL, key="a:1", lane="claim", at=at)


@pytest.mark.django_db
@pytest.mark.parametrize("text", PLAIN)
def test_dates_sums_and_references_are_no_addresses(text: str, at: dt.datetime) -> None:
    outbox.put(outbox.Words("x", "ko", "제목", f"[한빛카드] {text}"), to=PHONE, key="a:1", lane="claim", at=at)


@pytest.mark.django_db
def test_an_address_in_the_subject_is_refused_too(at: dt.datetime) -> None:
    with pytest.raises(outbox.AddressInPhoneMessage):
        outbox.put(outbox.Words("x", "ko", "hanbit.example", "가"), to=PHONE, key="a:1", lane="claim", at=at)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("가" * 45, "sms"),
        ("가" * 45 + "a", "lms"),
        ("a" * 90, "sms"),
        ("뷁" * 45, "sms"),
        ("가" * 1000, "lms"),
        ("😀" * 46, "lms"),
    ],
)
def test_ninety_bytes_are_a_short_message_and_more_a_long_one(text: str, channel: str, at: dt.datetime) -> None:
    words = outbox.Words("one_time_code", "ko", "제목", text)
    assert outbox.put(words, to=PHONE, key="a:1", lane="claim", at=at).channel == channel
    assert outbox.put(words, to=MAIL, key="a:2", lane="claim", at=at).channel == "email"


@pytest.mark.django_db
def test_more_than_a_long_message_holds_is_refused(at: dt.datetime) -> None:
    words = outbox.Words("x", "ko", "제목", "가" * 1001)
    with pytest.raises(outbox.TooLong):
        outbox.put(words, to=PHONE, key="a:1", lane="claim", at=at)


def test_a_subject_is_one_line() -> None:
    assert outbox.Words("x", "ko", "제목\r\nBcc: you@mail.example", "가").subject == "제목 Bcc: you@mail.example"


@pytest.mark.django_db
def test_neither_words_nor_address_can_be_read_in_the_table(at: dt.datetime) -> None:
    outbox.put(SHORT, to=PHONE, key="a:1", lane="claim", at=at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT m::text, sealed_words, sealed_recipient FROM delivery_message m")
        row, *sealed = cursor.fetchone()
    everything = row.encode() + b"".join(bytes(each) for each in sealed)
    assert b"123456" not in everything
    assert PHONE.value.encode() not in everything


@pytest.mark.django_db
def test_words_copied_to_another_message_do_not_open(at: dt.datetime) -> None:
    one, two = (outbox.put(SHORT, to=PHONE, key=f"a:{n}", lane="claim", at=at) for n in range(2))
    one.sealed_words, one.sealed_recipient = two.sealed_words, two.sealed_recipient
    for read in (lambda: one.words, lambda: one.recipient):
        with pytest.raises(keys.CannotOpen):
            read()


@pytest.mark.django_db(transaction=True)
def test_a_transaction_gives_one_hint_however_much_it_says(at: dt.datetime) -> None:
    with transaction.atomic():
        for n, lane in enumerate(["code", "campaign", "claim", "code"]):
            outbox.put(SHORT, to=PHONE, key=f"a:{n}", lane=lane, at=at)
        hints = [hook for _, hook, _ in connection.run_on_commit]
    assert len(hints) == 1
    assert hints[0].lanes == {"code", "claim", "campaign"}


@pytest.mark.django_db(transaction=True)
def test_codes_are_called_for_in_a_queue_that_no_campaign_uses(
    at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(tasks, "hint", lambda _task, lane, *, queue: asked.append((queue, lane)))
    with transaction.atomic():
        for n, lane in enumerate(["code", "campaign", "claim"]):
            outbox.put(SHORT, to=PHONE, key=f"a:{n}", lane=lane, at=at)
    assert set(asked) == {("codes", "code"), ("celery", "campaign")}
    asked.clear()
    tasks.sweep()
    assert set(asked) == {("celery", "code"), ("celery", "claim"), ("celery", "campaign")}, "whoever is there"


@pytest.mark.django_db(transaction=True)
def test_a_hint_lost_with_its_savepoint_is_given_again(at: dt.datetime) -> None:
    with transaction.atomic():
        with transaction.atomic():
            outbox.put(SHORT, to=PHONE, key="a:1", lane="claim", at=at)
            transaction.set_rollback(True)
        assert not connection.run_on_commit
        outbox.put(SHORT, to=PHONE, key="a:2", lane="claim", at=at)
        assert len(connection.run_on_commit) == 1


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that takes connections and never says a word, like a broker that was stopped."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(20)
        yield listener.getsockname()[1]


PUT_TWICE = """
import django, time
django.setup()
from django.db import transaction
from django.utils import timezone
from breachdesk.lib.contacts import Contact
from delivery import outbox
from delivery.models import Message
from delivery.states import Channel
from tests.racing import race
words = outbox.Words("x", "ko", "a", "b")
for n in range(3):
    started = time.monotonic()
    with transaction.atomic():
        outbox.put(words, to=Contact("phone", "+821000000001"), key=f"broker:{n}", lane="claim", at=timezone.now())
    print("took", time.monotonic() - started)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broker", ["dead", "silent"])
def test_a_broker_that_is_away_costs_a_moment_and_raises_nothing(broker: str, silent_port: int) -> None:
    port = silent_port if broker == "silent" else 1
    at = connection.settings_dict
    database = f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "DATABASE_OWNER_URL": database,
        "REDIS_URL": f"redis://127.0.0.1:{port}/0",
        "DJANGO_SETTINGS_MODULE": "breachdesk.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", PUT_TWICE], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    took = [float(line.split()[1]) for line in done.stdout.splitlines()]
    assert len(took) == Message.objects.count() == 3
    # Half a second is what a silent socket is waited for; the rest is a busy machine. Without that limit it would be minutes.
    assert max(took) < 10, took
    assert "no hint" in done.stderr


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("channel", "to"), [("alimtalk", PHONE), ("letter", PHONE), ("email", PHONE), ("sms", MAIL), ("alimtalk", MAIL)]
)
def test_a_way_that_carries_nothing_to_this_contact_is_refused(channel: str, to: Contact, at: dt.datetime) -> None:
    with pytest.raises(outbox.NoWay):
        outbox.put(SHORT, to=to, key="a:1", lane="claim", at=at, channel=Channel(channel))
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_a_way_that_the_caller_chose_is_taken(at: dt.datetime) -> None:
    put = {"lane": "claim", "at": at}
    assert outbox.put(SHORT, to=MAIL, key="a:1", channel=Channel.EMAIL, **put).channel == "email"
    assert outbox.put(SHORT, to=PHONE, key="a:2", channel=Channel.LMS, **put).channel == "sms"
