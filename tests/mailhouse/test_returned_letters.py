"""Letters that came back: recorded once, their codes withdrawn, and nothing that is known to have arrived goes back."""

from __future__ import annotations

import datetime as dt

import pytest

from breachdesk.mailhouse import batches, making, queries, returning, rules, writing
from breachdesk.mailhouse.models import Batch, Letter, ReturnedFile
from breachdesk.mailhouse.states import Return
from delivery.models import Message
from delivery.states import State
from lookup.models import LetterCode

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "stored")]


@pytest.fixture
def batch(incident, editor, officer, at) -> Batch:
    """Handed over today."""
    writing.write(incident=incident, by=editor, at=at)
    made = batches.gather(incident=incident, abouts=["letters:demo"], large_print=False, by=editor, at=at)
    making.carry_on()
    batches.release(batch=made, by=officer, at=at)
    return batches.hand_over(batch=made, day=today(at), by=editor, at=at)


def today(at: dt.datetime) -> dt.date:
    return (at + dt.timedelta(hours=9)).date()


def test_a_list_is_recorded_line_by_line_and_again_changes_nothing(batch, editor, at):
    batches.post(batch=batch, day=today(at), count=3, by=editor, at=at)
    n = batch.pk
    lines = (
        f"번호,반송사유,반송일\r\n{n}-00001,수취인 불명,{today(at)}\r\n'{n}-00002,moved,\r\n\r\n{n}-00009,moved,\r\n"
    )
    lines += f"{n}-00003,모름,\r\nabc,moved,\r\n{n}-00003,moved,2020-01-01\r\n"
    brought = returning.bring(content=lines.encode("cp949"), by=editor, at=at)
    assert (brought.rows, brought.returned, brought.repeated, brought.rejected) == (6, 2, 0, 4)
    assert brought.rejects == [[5, "unknown_letter"], [6, "reason"], [7, "number"], [8, "returned_on"]]
    again = returning.bring(content=lines.encode(), by=editor, at=at)
    assert (again.returned, again.repeated, again.rejected) == (0, 2, 4)
    failed = Message.objects.filter(state=State.FAILED).order_by("provider_id")
    assert [message.last_problem for message in failed] == ["returned-unknown", "returned-moved"]
    assert dict(queries.figures(batch).returned) == {str(Return.UNKNOWN.label): 1, str(Return.MOVED.label): 1}
    assert LetterCode.objects.filter(void_at=None).count() == 1


def test_one_that_comes_back_before_its_posting_is_recorded_stays_returned(batch, editor, at):
    returning.bring(content=f"number,reason\n{batch.pk}-00001,refused\n".encode(), by=editor, at=at)
    batches.post(batch=batch, day=today(at), count=3, by=editor, at=at)
    assert Message.objects.filter(state=State.ACCEPTED).count() == 2
    assert Message.objects.get(state=State.FAILED).last_problem == "returned-refused"


def test_one_whose_code_was_used_has_arrived(batch, editor, at):
    batches.post(batch=batch, day=today(at), count=3, by=editor, at=at)
    letter = Letter.objects.get(batch=batch, number=1)
    LetterCode.objects.filter(pk=letter.code_id).update(used_at=at)
    brought = returning.bring(content=f"number,reason\n{batch.pk}-00001,moved\n".encode(), by=editor, at=at)
    assert brought.rejects == [[2, "arrived"]]
    assert not Message.objects.filter(state=State.FAILED).exists()


def test_one_that_nobody_has_handed_over_cannot_come_back(batch, editor, at):
    Batch.objects.filter(pk=batch.pk).update(state="released", handed_at=None, handed_date=None)
    brought = returning.bring(content=f"number,reason\n{batch.pk}-00001,moved\n".encode(), by=editor, at=at)
    assert brought.rejects == [[2, "not_handed_over"]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"number\n1-1\n", "reason"),
        (b"number,reason,name\n1-1,moved,x\n", "name"),
        (b"", "number, reason"),
        (b"number,reason\n\n", "한 줄도"),
        (b"\xff\xfe\x00\x01", "읽을 수 없는"),
        (b"number,reason\n" + b'"' + b"x" * 140_000 + b'",moved\n', "CSV로 읽을 수 없는"),
        (b"x" * (returning.MOST_BYTES + 1), "너무 커요"),
    ],
)
def test_a_file_that_is_no_list_is_refused_whole_with_a_reason(batch, editor, at, content, words):
    with pytest.raises(rules.NotAllowed, match=words):
        returning.bring(content=content, by=editor, at=at)
    assert not ReturnedFile.objects.exists()


@pytest.mark.parametrize(
    ("text", "place"),
    [("12-00417", (12, 417)), ("'12-00417 ", (12, 417)), ("12–7", (12, 7)), ("12", None), ("12-", None), ("x-1", None)],
)
def test_a_number_is_read_however_a_spreadsheet_left_it(text, place):
    assert rules.read_running_number(text) == place


@pytest.mark.parametrize(
    ("name", "address", "fits", "is_long"),
    [
        ("이순자", "서울특별시 중구 한빛로 7, 101동 1203호", True, False),
        ("한빛상사 주식회사", "부산광역시 해운대구 센텀중앙로 97, 센텀스카이비즈 A동 2801호 (재송동, 한빛빌딩) 정보보호 담당 앞으로 보냄", True, True),
        ("Maximilian Alexander Montgomery-Featherstonehaugh", "12 Hanbit-daero, Haeundae-gu, Busan 48058", True, True),
        ("이순자", "아주 긴 길 이름 " * 12, False, True),
        ("가" * 40, "서울 1", False, True),
    ],
)  # fmt: skip
def test_what_stands_in_the_window_is_known_before_it_is_printed(name, address, fits, is_long):
    assert rules.fits_window(name=name, address=address) is fits
    assert rules.is_long(name=name, address=address) is is_long
