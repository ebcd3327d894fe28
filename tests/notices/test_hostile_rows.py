"""One file in which nearly everything is wrong that can be: each row is taken or named with line, reason and column."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from breachdesk.lib.contacts import Contact
from drill import odd_rows, stolen
from notices import queries
from notices.models import Incident
from tests import cast
from tests.notices.conftest import figures_add_up, run

pytestmark = pytest.mark.django_db
Capture = pytest.CaptureFixture[str]
# As COPY writes what is hashed or sealed.
HASHES = re.compile(rb"[0-9a-f-]{24,}")


def test_of_a_file_with_everything_in_it_each_row_is_taken_or_named(
    incident: Incident, capsys: Capture, tmp_path: Path
):
    path, rejects = tmp_path / "list.csv", tmp_path / "rejects.csv"
    odd = [({**odd_rows.sound(number), **cells}, why) for number, (cells, why) in enumerate(odd_rows.ODD, start=2)]
    with path.open("w", encoding="utf-8", newline="") as file:
        expected = odd_rows.write(file, [(odd_rows.sound(1), None), *odd], mark="\ufeff")
    code, result = run(capsys, "import_affected", "--incident", "demo", path, "--rejects", rejects)
    assert code == 0
    assert figures_add_up(result)
    assert (result["rows"], result["inserted"]) == (len(odd) + 1, len(odd) + 1 - len(expected))

    report = rejects.read_text(encoding="utf-8-sig")
    named = [(int(line), reason, column) for line, reason, column, _words in list(csv.reader(io.StringIO(report)))[1:]]
    assert sorted(named) == expected

    # Numbers that are refused stand nowhere afterwards, the report included.
    held = report.encode() + str(result).encode() + b"".join(content for _place, content in stolen.tables())
    held = HASHES.sub(b"", held)  # four digits stand in those by chance
    assert not [number for number in odd_rows.NOWHERE if re.search(number, held)]

    activate(capsys)
    assert [one.name for one in queries.listed(Contact.parse("p2@mail.example"))] == ["뷁쀍 똠힣"]
    assert [one.name for one in queries.listed(Contact.parse("p3@mail.example"))] == ["김서영"]
    assert len(queries.listed(Contact.parse("010-1234-5678"))) == 4


def activate(capsys: Capture) -> None:
    by, other = cast.staff("Importer"), cast.staff("Checker")
    two = ("--by", by.email, "--confirmed-by", other.email)
    assert run(capsys, "activate_dataset", "--incident", "demo", "--dataset", 1, *two)[0] == 0


def test_rare_syllables_come_through_cp949_whole(incident: Incident, capsys: Capture, tmp_path: Path):
    """Those that only Microsoft's extension of KS X 1001 has: half of all syllables of Hangul."""
    syllables = [chr(code) for code in range(0xAC00, 0xD7A4, 97)]
    rows = "".join(f"C{n},김{each},1991-03-14,p{n}@mail.example,name\r\n" for n, each in enumerate(syllables))
    path = tmp_path / "list.csv"
    path.write_bytes(("customer_ref,name,birth_date,email,items\r\n" + rows).encode("cp949"))
    code, result = run(capsys, "import_affected", "--incident", "demo", path)
    assert (code, result["inserted"], result["rejected"]) == (0, len(syllables), {})
    activate(capsys)
    for number in (0, 57, len(syllables) - 1):
        [one] = queries.listed(Contact.parse(f"p{number}@mail.example"))
        assert one.name == f"김{syllables[number]}"
