"""One file in which nearly everything is wrong that can be: each row is taken or named with line, reason and column."""

from __future__ import annotations

import csv
import io
import unicodedata
from pathlib import Path

import pytest

from breachdesk.lib.contacts import Contact
from drill import stolen
from notices import queries
from notices.models import Incident
from tests import cast
from tests.notices.conftest import HEADER, figures_add_up, person, run

pytestmark = pytest.mark.django_db
Capture = pytest.CaptureFixture[str]

CARD = "4111111111111111"
FORBIDDEN = {
    "full_card_number": [
        CARD,
        "4111 1111 1111 1111",
        "4111,1111,1111,1111",
        "4111:1111:1111:1111",
        "(4111)(1111)(1111)(1111)",
        "4,111,111,111,111,111",
        "4111\n1111\n1111\n1111",
        "3782*822463*10005",
        f"카드 {CARD}입니다",
        "４１１１　１１１１　１１１１　１１１１",
    ],
    "resident_number": ["910314-2345678", "9103142345678", "910314~2345678", "910314,2345678", "주민 910314 * 2345678"],
}
# What each cell holds, and why and in which column the row is not taken; None: it is.
ODD: list[tuple[dict[str, str], tuple[str, str] | None]] = [
    ({"name": "뷁쀍 똠힣"}, None),
    ({"name": unicodedata.normalize("NFD", "김서영")}, None),
    ({"name": "\u200b김\u00a0서영\ufeff", "phone": "\u202d010-1234-5678\u202c", "birth_date": "\u20601991-03-14"}, None),
    ({"phone": "０１０－１２３４－５６７８"}, None),
    ({"phone": "+82 (0)10-1234-5678"}, None),
    ({"phone": "82-10-1234-5678"}, None),
    ({"phone": "1.01012E+09"}, ("phone", "phone")),
    ({"phone": "1012345678.0"}, ("phone", "phone")),
    ({"phone": "010-1234-567O"}, ("phone", "phone")),
    ({"phone": "010-1234-5678, 010-1234-5679"}, ("phone", "phone")),
    ({"birth_date": "19900230"}, ("birth_date", "birth_date")),
    ({"birth_date": "90-01-01"}, ("birth_date", "birth_date")),
    ({"birth_date": "1990-02-30"}, ("birth_date", "birth_date")),
    ({"birth_date": "1990-W01-1"}, ("birth_date", "birth_date")),
    ({"birth_date": "0000-00-00"}, ("birth_date", "birth_date")),
    ({"email": "a@mail.example;b@mail.example"}, ("email", "email")),
    ({"email": "mailto:a@mail.example"}, ("email", "email")),
    ({"items": "name|name?| PHONE "}, None),
    ({"items": "name||phone"}, ("items", "items")),
    ({"items": "name|nothing"}, ("items", "items")),
    ({"items": "name;phone"}, ("items", "items")),
    ({"items": "name??"}, ("items", "items")),
    ({"items": "?"}, ("items", "items")),
    ({"member": "법인"}, ("member", "member")),
    ({"language": "kr"}, ("language", "language")),
    ({"name": "🙂"}, ("name", "name")),
    ({"name": "김\0서영"}, ("encoding", "name")),
    ({"name": "x" * 1_000_000}, ("name", "name")),
    ({"address": "서울, 중구\n한빛로 1, 2층, 3호, 가, 나, 다, 라, 마, 바"}, None),
    ({"address": "서울\r\n\r\n중구"}, None),
    ({"address": "강남구 역삼동 123-45, 101-1502 (06234)"}, None),
    ({"card_last4": "1111|2222|3333|4444"}, None),
    ({"customer_ref": "C0001"}, ("conflict", "customer_ref")),
    ({"customer_ref": " Ｃ0001 ", "name": "이준호"}, ("conflict", "customer_ref")),
    ({"customer_ref": "1.01E+15"}, ("customer_ref", "customer_ref")),
    *(
        ({column: number}, (reason, column))
        for reason, numbers in FORBIDDEN.items()
        for number in numbers
        for column in HEADER
    ),
]  # fmt: skip


def test_of_a_file_with_everything_in_it_each_row_is_taken_or_named(
    incident: Incident, capsys: Capture, tmp_path: Path
):
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, HEADER, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerow(person(1))
    expected = []
    for number, (cells, why) in enumerate(ODD, start=2):
        line = written.getvalue().count("\n") + 1
        row = person(number, **cells)
        writer.writerow(row)
        if len(row["name"]) > 100_000:  # as programs write it that never quote: the csv module takes no such cell
            assert '"' not in written.getvalue().splitlines()[-1]
        if why:
            expected.append((str(line), *why))
    path = tmp_path / "list.csv"
    path.write_bytes(b"\xef\xbb\xbf" + written.getvalue().encode())
    code, result = run(capsys, "import_affected", "--incident", "demo", path, "--rejects", tmp_path / "rejects.csv")
    assert code == 0
    assert figures_add_up(result)
    assert (result["rows"], result["inserted"]) == (len(ODD) + 1, len(ODD) + 1 - len(expected))

    report = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig")
    named = [tuple(row[:3]) for row in csv.reader(io.StringIO(report))][1:]
    assert sorted(named, key=lambda row: int(row[0])) == expected

    # Numbers that are refused stand nowhere afterwards, the report included.
    held = report.encode() + str(result).encode() + b"".join(content for _place, content in stolen.tables())
    for number in ("4111", "822463", "910314", "2345678"):
        assert number.encode() not in held

    by, other = cast.staff("Importer"), cast.staff("Checker")
    activate = ("--dataset", 1, "--by", by.email, "--confirmed-by", other.email)
    assert run(capsys, "activate_dataset", "--incident", "demo", *activate)[0] == 0
    assert [one.name for one in queries.listed(Contact.parse("p2@mail.example"))] == ["뷁쀍 똠힣"]
    assert [one.name for one in queries.listed(Contact.parse("p3@mail.example"))] == ["김서영"]
    assert len(queries.listed(Contact.parse("010-1234-5678"))) == 4


def test_rare_syllables_come_through_cp949_whole(incident: Incident, capsys: Capture, tmp_path: Path):
    """Those that only Microsoft's extension of KS X 1001 has: half of all syllables of Hangul."""
    syllables = [chr(code) for code in range(0xAC00, 0xD7A4, 97)]
    rows = "".join(f"C{n},김{each},1991-03-14,p{n}@mail.example,name\r\n" for n, each in enumerate(syllables))
    path = tmp_path / "list.csv"
    path.write_bytes(("customer_ref,name,birth_date,email,items\r\n" + rows).encode("cp949"))
    code, result = run(capsys, "import_affected", "--incident", "demo", path)
    assert (code, result["inserted"], result["rejected"]) == (0, len(syllables), {})
    by, other = cast.staff("Importer"), cast.staff("Checker")
    activate = ("--dataset", 1, "--by", by.email, "--confirmed-by", other.email)
    assert run(capsys, "activate_dataset", "--incident", "demo", *activate)[0] == 0
    for number in (0, 57, len(syllables) - 1):
        [one] = queries.listed(Contact.parse(f"p{number}@mail.example"))
        assert one.name == f"김{syllables[number]}"
