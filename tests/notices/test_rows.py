"""One row: what is taken, how it is made ordinary, and why others are not."""

from __future__ import annotations

import contextlib
import datetime as dt
import random

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachdesk.lib import contacts
from notices import catalogue, rows

TODAY = dt.date(2026, 11, 22)
SOUND = {
    "customer_ref": "C1",
    "name": "김서영",
    "birth_date": "1991-03-14",
    "phone": "010-1234-5678",
    "email": "seoyoung@mail.example",
    "address": "서울특별시 중구 한빛로 1, 101동 1502호",
    "card_last4": "2417",
    "items": "name|phone",
    "language": "ko",
    "member": "current",
}


def read(**fields: str) -> rows.Row:
    row = {**SOUND, **fields}
    return rows.Reader(list(row), codes=catalogue.codes(), today=TODAY).read(list(row.values()))


def refused(**fields: str) -> tuple[str, str]:
    with pytest.raises(rows.Rejected) as caught:
        read(**fields)
    return caught.value.reason, caught.value.column


def test_a_sound_row_is_read_as_it_stands():
    row = read()
    assert row == (
        "C1",
        "김서영",
        "1991-03-14",
        "+821012345678",
        "seoyoung@mail.example",
        "서울특별시 중구 한빛로 1, 101동 1502호",
        "2417",
        "name|phone",
        "ko",
        "current",
    )
    assert row.has_contact


@pytest.mark.parametrize(
    ("column", "written", "kept"),
    [
        ("name", "  김\u00a0서영 ", "김 서영"),
        ("name", "\u1100\u1175\u11b7서영", "김서영"),  # typed on a Mac: letters apart
        ("name", "㈜한빛", "㈜한빛"),  # a name keeps its form
        ("name", "Ｍａｒｉａ", "Ｍａｒｉａ"),
        ("name", '=HYPERLINK("x")', '=HYPERLINK("x")'),  # ugly, but somebody has to be told
        ("name", "\u202e김\u200b서영\u202c", "김서영"),  # marks without a shape
        ("name", "'김서영", "김서영"),  # a spreadsheet's sign for text
        ("name", "'t Hooft", "'t Hooft"),
        ("customer_ref", "'00123", "00123"),
        ("phone", "'010-1234-5678", "+821012345678"),
        ("birth_date", "１９９１－０３－１４", "1991-03-14"),
        ("phone", "０１０－１２３４－５６７８", "+821012345678"),
        ("phone", " 010 1234\u20105678", "+821012345678"),
        ("phone", "+82 10 1234 5678", "+821012345678"),
        ("phone", "1012345678", "+821012345678"),  # a spreadsheet ate the nought
        ("phone", "011-234-5678", "+82112345678"),
        ("phone", "+1 212 555 0123", "+12125550123"),
        ("phone", "+86 138 0013 8000", "+8613800138000"),  # thirteen digits, and no card
        ("phone", "+82 2 123 4567", "+8221234567"),  # with its country, a line that gets no texts is taken
        ("phone", "", ""),
        ("email", " SeoYoung@Mail.Example ", "seoyoung@mail.example"),
        ("email", "\u3000", ""),
        ("card_last4", "2417|0001", "0001|2417"),
        ("card_last4", "２４１７", "2417"),
        ("items", "phone | NAME", "name|phone"),
        ("items", "ci?|ci|name?", "name?|ci"),
        ("language", "EN", "en"),
        ("language", "", "ko"),
        ("member", "Former", "former"),
        ("member", "", "current"),
        ("address", "서울\n중구", "서울 중구"),
        ("customer_ref", " Ｃ-１ ", "C-1"),
    ],
)
def test_what_people_write_in_many_ways_is_kept_in_one(column: str, written: str, kept: str):
    assert getattr(read(**{column: written}), column) == kept


@pytest.mark.parametrize(
    ("column", "written", "reason"),
    [
        ("customer_ref", "", "customer_ref"),
        ("customer_ref", "\u200b", "customer_ref"),
        ("customer_ref", "x" * 65, "customer_ref"),
        ("customer_ref", "=1+1", "customer_ref"),
        ("customer_ref", "1.23E+15", "customer_ref"),  # whose it was is lost
        ("customer_ref", "#REF!", "customer_ref"),
        ("customer_ref", r"\N", "customer_ref"),
        ("name", "", "name"),
        ("name", "#N/A", "name"),
        ("name", "NULL", "name"),
        ("name", "1234", "name"),
        ("name", "김" * 81, "name"),
        ("name", "김\x07서영", "name"),
        ("name", "김\0서영", "encoding"),
        ("name", "김\udcec서영", "encoding"),
        ("name", "\ufffd서영", "encoding"),
        ("birth_date", "", "birth_date"),
        ("birth_date", "910314", "birth_date"),
        ("birth_date", "1991/03/14", "birth_date"),
        ("birth_date", "33311", "birth_date"),  # a spreadsheet's count of days
        ("birth_date", "1991-03-14 00:00:00", "birth_date"),
        ("birth_date", "########", "birth_date"),
        ("birth_date", "1991-02-30", "birth_date"),
        ("birth_date", "2026-11-23", "birth_date"),
        ("birth_date", "1879-12-31", "birth_date"),
        ("phone", "02-123-4567", "phone"),
        ("phone", "1588-1234", "phone"),
        ("phone", "010-1234-56", "phone"),
        ("phone", "1.01235E+09", "phone"),
        ("phone", '="01012345678"', "phone"),
        ("phone", "없음", "phone"),
        ("phone", "+8210", "phone"),
        ("email", "seoyoung", "email"),
        ("email", "a@b", "email"),
        ("email", "a@b..example", "email"),
        ("address", "길" * 301, "address"),
        ("address", "#NAME?", "address"),
        ("card_last4", "241", "card_last4"),
        ("card_last4", "2417,0001", "card_last4"),
        ("card_last4", "****", "card_last4"),
        ("items", "", "items"),
        ("items", "name|", "items"),
        ("items", "passport", "items"),
        ("items", "?", "items"),
        ("language", "fr", "language"),
        ("member", "employee", "member"),
    ],
)
def test_a_row_is_refused_by_its_column(column: str, written: str, reason: str):
    assert refused(**{column: written}) == (reason, column)


def test_every_reason_has_words():
    with pytest.raises(rows.Rejected) as caught:
        rows.Reader(list(SOUND), codes=["name"], today=TODAY).read(["one"])
    assert caught.value.reason == "columns"
    assert {"columns", "quotes", "conflict", "full_card_number", "resident_number", *rows.COLUMNS} <= set(
        rows.REASONS
    ) | {
        "language",
        "member",
    }


def test_a_company_has_no_birth_date_and_others_do():
    assert read(member="corporate", birth_date="").birth_date == ""
    assert refused(member="corporate", birth_date="soon") == ("birth_date", "birth_date")
    assert refused(member="minor", birth_date="") == ("birth_date", "birth_date")


def test_who_cannot_be_reached_is_still_taken():
    assert not read(phone="", email="", address="").has_contact


@pytest.mark.parametrize("column", list(SOUND))
@pytest.mark.parametrize(
    "number",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111 - 1111 - 1111 - 1111",
        "4111.1111.1111.1111",
        "4111\u20101111\u20101111\u20101111",
        "４１１１１１１１１１１１１１１１",
        "4111\u200b1111\u200b1111\u200b1111",
        "3782 822463 10005",  # fifteen digits
        "6304000000000000000",  # nineteen digits
        "4222222222222",  # thirteen digits
        "메모 4111 1111 1111 1111 12/27",
        "٤١١١١١١١١١١١١١١١",
    ],
)
def test_a_full_card_number_is_refused_wherever_it_stands(column: str, number: str):
    assert refused(**{column: number})[0] in {"full_card_number", "resident_number"}


@pytest.mark.parametrize("column", list(SOUND))
@pytest.mark.parametrize(
    "number",
    [
        "910314-2345678",
        "9103142345678",
        "910314 2345678",
        "910314–2345678",
        "주민 910314-1234567 입니다",
        "９１０３１４－２３４５６７８",
    ],
)
def test_a_resident_number_is_refused_wherever_it_stands(column: str, number: str):
    assert refused(**{column: number}) == ("resident_number", column)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("customer_ref", "4111111111111112"),  # a wrong check digit
        ("customer_ref", "12345678901234567890"),  # twenty digits
        ("address", "경기도 성남시 분당구 불정로 6, 12-3 (13561)"),
        ("address", "서울특별시 중구 한빛로 1, 101-1502"),
        ("card_last4", "4111|1111|1111|1111"),  # four cards
        ("customer_ref", "911314-2345678"),  # no such month
    ],
)
def test_other_long_numbers_are_taken(column: str, text: str):
    assert getattr(read(**{column: text}), column)


@given(st.text(max_size=60))
def test_no_text_in_any_cell_makes_the_reader_stumble(text: str):
    for column in SOUND:
        with contextlib.suppress(rows.Rejected):
            assert all(mark.isprintable() for mark in read(**{column: text}).name)


def test_the_short_way_for_phones_agrees_with_the_library():
    chance = random.Random(7)
    for _ in range(2000):
        digits = f"010{chance.randint(0, 99999999):08d}"
        if plain := rows.PLAIN_MOBILE.fullmatch(digits):
            assert f"+8210{plain[1]}{plain[2]}" == contacts.mobile(digits, regions=None)
            assert phonenumbers.is_valid_number(phonenumbers.parse(digits, "KR"))


# -- the header -----------------------------------------------------------------------------------------------------------


def header(*names: str) -> rows.Reader:
    return rows.Reader(names, codes=["name"], today=TODAY)


def test_columns_are_found_by_name_in_any_order():
    reader = header(" ITEMS ", "Name", "birth_date", "customer_ref")
    row = reader.read(["name", "김서영", "1991-03-14", "C1"])
    assert (row.customer_ref, row.name, row.items, row.phone) == ("C1", "김서영", "name", "")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["customer_ref", "name", "birth_date", "items", "grade"], "grade"),
        (["customer_ref", "name", "birth_date", "items", "name"], "name"),
        (["name", "birth_date", "items"], "customer_ref"),
        (["customer_ref", "name", "items"], "birth_date"),
        (["customer_ref;name;birth_date;items"], "customer_ref"),
        ([], "customer_ref"),
    ],
)
def test_a_wrong_header_is_refused_by_name(names: list[str], said: str):
    with pytest.raises(rows.WrongHeader, match=said):
        header(*names)


def test_a_file_without_a_header_repeats_nobodys_data():
    with pytest.raises(rows.WrongHeader) as caught:
        header("C1", "김서영", "1991-03-14", "010-1234-5678", "name")
    assert "김서영" not in str(caught.value)
    assert "1234" not in str(caught.value)
