"""A list cut into blocks says what the whole of it says, and a row taken at one look is what a close look finds."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notices import catalogue, cutting, listfile, reading, rows

Said = tuple[list[listfile.Record], int | None]  # the records, and the line on which the file was refused


class Held:
    """A list that lies in memory."""

    name = "held.csv"

    def __init__(self, content: bytes) -> None:
        self.content = content

    def open(self, mode: str, /) -> io.BufferedReader:
        return io.BufferedReader(io.BytesIO(self.content))


def said(text: io.StringIO, records: list[listfile.Record], **place: int) -> int | None:
    try:
        records.extend(listfile.records(text, **place))
    except listfile.Refused as refused:
        return refused.line
    return None


def as_a_whole(content: bytes) -> Said:
    records: list[listfile.Record] = []
    refused = said(io.StringIO(reading.decoded(cutting.Block(1, content), "utf-8"), newline=""), records)
    return records, refused


def in_blocks(content: bytes) -> Said:
    records: list[listfile.Record] = []
    for block in cutting.blocks(Held(content), "utf-8"):
        width = next((len(cells) for _line, cells in records if cells is not None), 0)
        text = io.StringIO(reading.decoded(block, "utf-8"), newline="")
        refused = said(text, records, first_line=block.line, width=width)
        if refused is not None:
            return records, refused
    return records, None


@given(
    content=st.text(alphabet='a,"\n\r가\u200b\x00\x85 ', max_size=60).map(str.encode)
    | st.binary(max_size=40).filter(lambda each: not each.startswith(b"\xef\xbb\xbf")),
    size=st.integers(1, 12),
)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_blocks_hold_the_records_of_the_whole_on_the_same_lines(
    monkeypatch: pytest.MonkeyPatch, content: bytes, size: int
):
    monkeypatch.setattr(cutting, "SIZE", size)
    assert in_blocks(content) == as_a_whole(content)


@pytest.mark.parametrize("begun", [b"a", b'"', b"\xea\xb0\x80", b'"\n",'])
def test_a_record_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch, begun: bytes):
    monkeypatch.setattr(cutting, "SIZE", 1 << 16)
    monkeypatch.setattr(cutting, "LONGEST", 1 << 18)
    *sound, last = cutting.blocks(Held(b"name,items\n" + begun * (1 << 21)), "utf-8")
    assert sum(len(block.content) for block in sound) <= len(b"name,items\n")
    assert len(last.content) <= (1 << 18) + (1 << 17)


def test_the_mark_of_utf_8_is_no_part_of_the_first_column():
    blocks = list(cutting.blocks(Held(b"\xef\xbb\xbfname,items\na,b\n"), "utf-8-sig"))
    assert b"".join(block.content for block in blocks) == b"name,items\na,b\n"


HEADER = list(rows.COLUMNS)
CELLS = (
    ["C1", "HB-000000000001", "1234567890123", "A 1", "860702-1234567", ""],
    ["김서연", "Kim Seo Yeon", "NULL", "'김", " 김서연", "김  서연", "KIM", "3", "김\u200b서연", "kim\ufb01", ""],
    ["1991-03-14", "1991-02-30", "2099-01-01", "19910314", ""],
    ["010-1234-5678", "01012345678", "010-5900-0000", "010 1234 5678", "+821012345678", "０10-1234-5678", ""],
    ["a.b@mail.example", "A@mail.example", "1@2.example", "a@b", "a1234567890123@mail.example", ""],
    ["서울 중구 1-2 (3)", "서울  중구", "4111-1111-1111-1111", "12 345 678 9012 345", "가" * 301, ""],
    ["1234", "1234|0001|1234", "123", "12345", ""],
    ["name|phone", "phone|name", "name?|name", "passport", ""],
    ["ko", "en", "KO", "fr", ""],
    ["current", "corporate", "CORPORATE", "owner", ""],
)


@given(st.tuples(*(st.sampled_from(each) for each in CELLS)).map(list))
@settings(max_examples=800, deadline=None)
def test_a_row_taken_at_one_look_is_what_a_close_look_finds(cells: list[str]):
    reader = rows.Reader(HEADER, codes=catalogue.codes([]), today=dt.date(2026, 9, 14))
    try:
        found: rows.Row | None = reader.read_any(cells)
    except rows.Rejected:
        found = None
    assert reader.read_plain(",".join(cells)) in (None, found)


def test_ordinary_rows_are_taken_at_one_look():
    reader = rows.Reader(HEADER[::-1], codes=catalogue.codes([]), today=dt.date(2026, 9, 14))
    line = "former,en,name|ci?,1234,서울 중구 한빛로 12-3,kim.seo@mail.example,010-1234-5678,1991-03-14,김서연,HB0000000001"
    assert reader.read_plain(line) == reader.read_any(line.split(","))
    assert reader.read_plain(line) is not None
