"""The one writer of CSV files that people open in a spreadsheet (OWASP: CSV injection)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import TextIO

# A cell that begins so would be taken for a formula, or could become one once a program trims what stands before; full-width
# forms are folded by some. Negative numbers are marked too: no reader of ours minds, and no rule is then left to outwit.
FORMULA_START = re.compile(
    r"[\t\r\n\x00]|[\s\x00-\x1f\u00ad\u115f\u1160\u3164\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*[=+\-@＝＋－＠﹢﹣﹦﹫−]"
)


def cell(value: object) -> str:
    text = "" if value is None else str(value)
    return "'" + text if FORMULA_START.match(text) else text


def write(target: TextIO, rows: Iterable[Iterable[object]]) -> None:
    writer = csv.writer(target, lineterminator="\r\n")
    for row in rows:
        writer.writerow([cell(value) for value in row])
