"""No cell that we write is a formula to any spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachdesk.lib import safe_csv

STARTS = "=+-@\t\r\n\x00＝＋－＠"


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        "+82",
        "-5",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\x00=1",
        "＝1+1",
        "＠SUM",
        " =1",
        "\u3000=1",
        "\u00a0=1",
        "\u200b=1",
        "\ufeff=1",
        "\x0b=1",
        "\u202e=1",
        -5,
    ],
)
def test_what_could_become_a_formula_is_marked(value):
    assert safe_csv.cell(value).startswith("'")


@pytest.mark.parametrize("value", ["김서영", "seo@mail.example", "a=b", "1,000", "2026-11-20", 5, "", "'quoted"])
def test_ordinary_values_are_left_alone(value):
    assert safe_csv.cell(value) == str(value)


def test_nothing_is_an_empty_cell():
    assert safe_csv.cell(None) == ""


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=4), max_size=5
    )
)
def test_a_file_read_back_holds_the_same_values_and_no_formula(rows):
    target = io.StringIO(newline="")
    safe_csv.write(target, rows)
    read = list(csv.reader(io.StringIO(target.getvalue(), newline="")))

    assert [[cell.removeprefix("'") for cell in row] for row in read if row] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    for row in read:
        for cell in row:
            assert not cell.startswith(tuple(STARTS))
            assert not cell.strip().startswith(tuple(STARTS))
