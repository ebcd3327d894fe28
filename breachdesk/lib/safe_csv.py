"""The one writer of CSV files that people open in a spreadsheet (OWASP: CSV injection)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TextIO

# A cell that begins so would be taken for a formula; full-width forms are folded by some spreadsheets.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def cell(value: object) -> str:
    text = "" if value is None else str(value)
    return "'" + text if text.lstrip(" \u3000").startswith(FORMULA_STARTS) else text


def write(target: TextIO, rows: Iterable[Iterable[object]]) -> None:
    writer = csv.writer(target, lineterminator="\r\n")
    for row in rows:
        writer.writerow([cell(value) for value in row])
