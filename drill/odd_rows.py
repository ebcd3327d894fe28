"""Rows in which nearly everything is wrong that can be, and what must become of each: taken, or named with reason and column."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable
from typing import TextIO

COLUMNS = [
    "customer_ref",
    "name",
    "birth_date",
    "phone",
    "email",
    "address",
    "card_last4",
    "items",
    "language",
    "member",
]

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
        for column in COLUMNS
    ),
]  # fmt: skip

# Of the numbers that are refused: none of it stands anywhere afterwards.
# Patterns: four digits alone stand somewhere by chance, as the number of a row or the fraction of a second.
NOWHERE = (rb"4111\W{0,6}1111", rb"822463", rb"910314", rb"2345678")


def sound(number: int) -> dict[str, str]:
    return {
        "customer_ref": f"C{number:04d}",
        "name": "김서영",
        "birth_date": "1991-03-14",
        "phone": f"010-0000-{number % 10_000:04d}",
        "email": f"p{number}@mail.example",
        "items": "name|phone|email",
    }


Named = tuple[int, str, str]  # line, reason, column


def write(
    file: TextIO, rows: Iterable[tuple[dict[str, str], tuple[str, str] | None]], *, mark: str = ""
) -> list[Named]:
    """A file as a spreadsheet saves it. `rows`: the cells of each and why it is not taken; returns who must be named."""
    file.write(mark)
    writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    line, named = 2, []
    for cells, why in rows:
        writer.writerow(cells)
        if why:
            named.append((line, *why))
        line += 1 + sum(cell.count("\n") for cell in cells.values())
    return named
