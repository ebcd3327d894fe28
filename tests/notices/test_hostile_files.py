"""Files that are not what they should be: each row accounted for, or the file refused with cause and line and nothing changed."""

from __future__ import annotations

import gzip
import tracemalloc
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from breachdesk.audit.models import Event
from breachdesk.lib.contacts import Contact
from notices import queries
from notices.models import Dataset, Incident
from tests import cast
from tests.notices.conftest import figures_add_up, run

pytestmark = pytest.mark.django_db
Capture = pytest.CaptureFixture[str]

HEADER = "customer_ref,name,birth_date,phone,items,address\n"
ONE = "C1,김서영,1991-03-14,010-0000-0001,name|phone,서울\n"
TWO = "C2,이준호,1986-07-02,010-0000-0002,name|phone,부산\n"
THREE = "C3,박민지,1978-05-30,010-0000-0003,name|phone,대구\n"


def give(capsys: Capture, tmp_path: Path, content: bytes | str) -> tuple[int, dict[str, Any]]:
    path = tmp_path / "given.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return run(capsys, "import_affected", "--incident", "demo", path, "--rejects", tmp_path / "rejects.csv")


def rows_and_tables() -> tuple[int, int]:
    """Of every list, finished or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            r"""
            SELECT (SELECT count(*) FROM notices_affectedrecord),
                   (SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname ~ '^notices_affectedrecord_\d+$')
            """
        )
        return cursor.fetchone()


TAKEN_WHOLE = {
    "utf-8": (HEADER + ONE + TWO).encode(),
    "utf-8 with a mark": b"\xef\xbb\xbf" + (HEADER + ONE + TWO).encode(),
    "cp949": (HEADER + ONE + TWO).encode("cp949"),
    "windows line ends": (HEADER + ONE + TWO).replace("\n", "\r\n").encode(),
    "old mac line ends": (HEADER + ONE + TWO).replace("\n", "\r").encode(),
    "no last line end": (HEADER + ONE + TWO).rstrip("\n").encode(),
    "blank lines between": ("\n\n" + HEADER + "\n" + ONE + "   \n\n" + TWO + "\n\n").encode(),
    "everything quoted": ('"customer_ref","name","birth_date","phone","items","address"\n'
        '"C1","김서영","1991-03-14","010-0000-0001","name","서울, 중구\n한빛로 ""1"""\n' + TWO).encode(),
    "columns turned round": b"items,phone,name,birth_date,customer_ref\n"
        + "name,010-0000-0001,김서영,1991-03-14,C1\nname,010-0000-0002,이준호,1986-07-02,C2\n".encode(),
    "two marks of utf-8": b"\xef\xbb\xbf" * 2 + (HEADER + ONE + TWO).encode(),
    "line ends twice": (HEADER + ONE + TWO).replace("\n", "\r\r\n").encode(),
    "letters apart": unicodedata.normalize("NFD", HEADER + ONE + TWO).encode(),
    "other separators of lines inside": (HEADER + ONE.replace("서울", "서\u2028울\x85중\x0b구") + TWO).encode(),
    "header in capitals": (HEADER.upper() + ONE + TWO).encode(),
}  # fmt: skip


@pytest.mark.parametrize("content", TAKEN_WHOLE.values(), ids=TAKEN_WHOLE)
def test_a_sound_list_is_taken_however_it_was_saved(
    incident: Incident, capsys: Capture, tmp_path: Path, content: bytes
):
    code, result = give(capsys, tmp_path, content)
    assert code == 0
    assert (result["rows"], result["inserted"], result["rejected"]) == (2, 2, {})
    by, other = cast.staff("Importer"), cast.staff("Checker")
    run(
        capsys,
        "activate_dataset",
        "--incident",
        "demo",
        "--dataset",
        1,
        "--by",
        by.email,
        "--confirmed-by",
        other.email,
    )
    assert [one.name for one in queries.listed(Contact.parse("010-0000-0001"))] == ["김서영"]


SOME_ROWS_TAKEN = {
    "too few cells": ("C3,박민지\n", {"columns": 1}),
    "too many cells": (THREE.rstrip("\n") + ",x\n", {"columns": 1}),
    "only commas": (",,,,,\n", {"customer_ref": 1}),
    "a broken quote within its line": ('C3,"박"민지,1978-05-30,010-0000-0003,name,대구\n', {"quotes": 1}),
    "a cell beyond all bounds": ('C3,"' + "x" * 200_000 + "\n", {"quotes": 1}),
    "the end of a file of old": ("\x1a\n", {"columns": 1}),
    "a second header": (HEADER, {"birth_date": 1}),
    "a sum": ("합계,2,,,,\n", {"name": 1}),
    "a line broken without quotes": ("C3,박민지,1978-05-30\n", {"columns": 1}),
    "a backslash before a quote": ('C3,"박\\"민지",1978-05-30,010-0000-0003,name,대구\n', {"quotes": 1}),
    "a card number over three lines": (
        'C3,박민지,1978-05-30,,name,"4111\n1111 1111\n1111"\n', {"full_card_number": 1}
    ),
    "a nought byte": ("C3,박\0민지,1978-05-30,010-0000-0003,name,대구\n", {"encoding": 1}),
    "a full card number in the address": (THREE.replace("대구", "4111 1111 1111 1111"), {"full_card_number": 1}),
    "a resident number as reference": (THREE.replace("C3", "780530-2345678"), {"resident_number": 1}),
    "the same customer again": (ONE, {"conflict": 1}),
    "another kind of everything": ("C3,,x,y,z,\n", {"name": 1}),
}  # fmt: skip


@pytest.mark.parametrize(("line", "rejected"), SOME_ROWS_TAKEN.values(), ids=SOME_ROWS_TAKEN)
def test_one_bad_row_does_not_hold_up_the_others(
    incident: Incident, capsys: Capture, tmp_path: Path, line: str, rejected: dict[str, int]
):
    code, result = give(capsys, tmp_path, HEADER + ONE + line + TWO)
    assert code == 0
    assert (result["rows"], result["inserted"], result["rejected"]) == (3, 2, rejected)
    assert figures_add_up(result)
    report = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig").splitlines()
    assert report[1].startswith("3,")


@pytest.mark.parametrize("good", ["utf-8", "cp949"])
def test_a_row_in_another_encoding_than_the_rest_is_rejected_alone(
    incident: Incident, capsys: Capture, tmp_path: Path, good: str
):
    other = "cp949" if good == "utf-8" else "utf-8"
    rows = (HEADER + ONE + TWO).encode(good) + "C3,뷁민지,1978-05-30,010-0000-0003,name,대구\n".encode(other)
    code, result = give(capsys, tmp_path, rows)
    assert code == 0
    assert figures_add_up(result)
    assert (result["rows"], result["inserted"]) == (3, 2)


SWALLOWED = HEADER + ONE + 'C2,"이준호,1986-07-02,010-0000-0002,name,부산\n'
REFUSED = {
    "nothing at all": (b"", 1),
    "spaces only": (b" \n \n", 1),
    "a header only": (HEADER.encode(), 1),
    "a header only, further down": (b"\n\n" + HEADER.encode(), 3),
    "no header": ((ONE + TWO).encode(), 1),
    "an unknown column": (b"customer_ref,name,birth_date,items,salary\n", 1),
    "a missing column": (b"name,birth_date,items\n", 1),
    "a column twice": (b"customer_ref,name,name,birth_date,items\n", 1),
    "semicolons": ((HEADER + ONE).replace(",", ";").encode(), 1),
    "tabs": ((HEADER + ONE).replace(",", "\t").encode(), 1),
    "a mark and nothing": (b"\xef\xbb\xbf\r\n", 1),
    "a line that tells the separator": (b"sep=,\n" + (HEADER + ONE).encode(), 1),
    "a note above the header": (("명단\n" + HEADER + ONE).encode(), 1),
    "a header with empty ends": ((HEADER.strip() + ",,\n" + ONE.strip() + ",,\n").encode(), 1),
    "utf-16 without its mark": ((HEADER + ONE).encode("utf-16-be"), 1),
    "utf-32": ((HEADER + ONE).encode("utf-32"), 1),
    "noughts": (bytes(5000), 1),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(200), 1),
    "json": (b'[{"customer_ref": "C1", "name": "x"}]', 1),
    "a web page after blank lines": (b"\n\n <html><table><tr><td>name</td></tr></table></html>", 1),
    "nothing but quotes": (b'"' * 5000, 1),
    "an empty archive": (b"PK\x05\x06" + bytes(18), 1),
    "a workbook": (b"PK\x03\x04" + bytes(200), 1),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(200), 1),
    "utf-16": ((HEADER + ONE).encode("utf-16"), 1),
    "a pdf": (b"%PDF-1.7\n%\xe2\xe3", 1),
    "compressed": (gzip.compress((HEADER + ONE).encode()), 1),
    "a web page": (b"<html><table><tr><td>name</td></tr></table></html>", 1),
    "a quote that is never closed": (SWALLOWED.encode(), 3),
    "a quote closed by a later row": ((SWALLOWED + 'C3,"박민지",1978-05-30,,name,대구\n' + ONE).encode(), 3),
    "a quote closed rows later": ((SWALLOWED + TWO + THREE.replace("대구", '"대구"')).encode(), 3),
    "a line without end": ((HEADER + ONE).encode() + b"x" * 2_200_000, 3),
    # Of exactly as many cells as a row has: nothing but what stands inside tells that rows are gone.
    "a quote closed in the same column of the next row": (
        (HEADER + ONE + TWO.replace("부산", '"부산') + THREE.replace("대구", '대구"')).encode(), 3),
    "a quote closed in the same column rows later": (
        (HEADER + ONE.replace("C1", '"C1') + TWO + "\n" + TWO + THREE.replace("C3", 'C3"')).encode(), 2),
    "a cell of lines without end": ((HEADER + ONE + TWO.replace("부산", '"' + "부산\n" * 60_000 + '"')).encode(), 3),
    "a noughts byte in the header": (b"customer_ref\0,name,birth_date,items\nC1,x,1990-01-01,name\n", 1),
    "thousands of columns": (b"customer_ref,name,birth_date,items" + b"," * 5000, 1),
    "a word processor's text": (b"{\\rtf1\\ansi " + (HEADER + ONE).encode(), 1),
    "packed by others": (b"7z\xbc\xaf\x27\x1c" + bytes(range(256)), 1),
}  # fmt: skip


@pytest.mark.parametrize(("content", "line"), REFUSED.values(), ids=REFUSED)
def test_a_refused_file_changes_nothing_and_names_cause_and_line(
    incident: Incident, capsys: Capture, tmp_path: Path, content: bytes, line: int | None
):
    before = rows_and_tables()
    code, result = give(capsys, tmp_path, content)
    assert code == 1
    assert result.keys() == {"refused", "line"}
    assert result["refused"]
    assert result["line"] == line
    assert "김서영" not in result["refused"]
    assert result["refused"].isprintable()
    assert len(result["refused"]) < 200
    assert not Dataset.objects.exists()
    assert not Event.objects.filter(kind="notices.list_imported").exists()
    assert not (tmp_path / "rejects.csv").exists()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["given.csv"]
    assert rows_and_tables() == before


def test_after_a_refused_file_the_next_one_is_taken(incident: Incident, capsys: Capture, tmp_path: Path):
    assert give(capsys, tmp_path, SWALLOWED)[0] == 1
    code, result = give(capsys, tmp_path, HEADER + ONE)
    assert (code, result["inserted"], result["dataset"]) == (0, 1, 1)


def test_numbers_that_must_not_be_here_are_stored_nowhere(incident: Incident, capsys: Capture, tmp_path: Path):
    line = "C3,박민지,1978-05-30,010-0000-0003,name,4111-1111-1111-1111\n"
    code, result = give(capsys, tmp_path, HEADER + ONE + line + TWO.replace("부산", "860702-1234567"))
    assert code == 0
    kept = str(result) + (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig")
    kept += str(list(Dataset.objects.values())) + str(list(Event.objects.values()))
    for number in ("4111", "860702", "1234567"):
        assert number not in kept
    assert result["inserted"] == 1


def test_a_long_list_is_never_in_memory_as_a_whole(incident: Incident, capsys: Capture, tmp_path: Path):
    rows = "".join(
        f"C{n},김서영,1991-03-14,010-0000-{n % 10000:04d},name|phone,서울특별시 중구 한빛로 {n}\n" for n in range(20000)
    )
    path = tmp_path / "given.csv"
    path.write_bytes((HEADER + rows).encode())
    tracemalloc.start()
    code, result = run(capsys, "import_affected", "--incident", "demo", path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (code, result["inserted"]) == (0, 20000)
    assert peak < 16 * 1024 * 1024, f"{peak} bytes for a file of {path.stat().st_size}"
