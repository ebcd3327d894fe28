"""A draft is read as what would be filed, or says what it still wants."""

from __future__ import annotations

import datetime as dt

import pytest

from claims import filing
from tests.claims.conftest import CAP, filled, terms

TERMS = terms(today=dt.date(2026, 11, 24))
LINE = {"kind": "card_payment", "day": "2026 11 05", "merchant": "GLB", "amount": "100"}


def steps(**changed: object) -> dict:
    return filled(lines=[LINE], **changed)


def test_everything_typed_is_read() -> None:
    read = filing.read(steps(), terms=TERMS, proven_name="김서영")

    assert read.amount == 100
    assert read.lines == [filing.Line("card_payment", dt.date(2026, 11, 5), "GLB", 100)]
    assert read.account == filing.Account("004", "12345678901", "김서영")


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        ("kind", {}),
        ("kind", {"kind": "paid"}),
        ("kind", ["card_payment"]),
        ("lines", []),
        ("lines", "x"),
        ("lines", [{**LINE, "amount": "0"}]),
        ("lines", [{**LINE, "amount": "이십만"}]),
        ("lines", [{**LINE, "amount": str(CAP)}, LINE]),
        ("lines", [{**LINE, "day": "2026 11 25"}]),
        ("lines", [{**LINE, "day": "어제"}]),
        ("lines", [{**LINE, "merchant": "\x00"}]),
        ("lines", [{**LINE, "merchant": "가" * 81}]),
        ("lines", [{**LINE, "kind": ""}]),
        ("lines", [LINE] * 51),
        ("story", {"story": " \u200b"}),
        ("story", {"story": "가" * 4001}),
        ("account", {"bank": "999", "number": "12345678901", "holder": "김서영"}),
        ("account", {"bank": "004", "number": "123", "holder": "김서영"}),
        ("account", {"bank": "004", "number": "12345678901", "holder": "이준호"}),
        ("account", {"bank": "004", "number": 12345678901, "holder": "김서영"}),
    ],
)
def test_a_step_with_something_wrong_is_named(step: str, typed: object) -> None:
    wrong = {**steps(), step: typed}

    assert filing.unfinished(wrong, terms=TERMS, proven_name="김서영") == [step]
    with pytest.raises(filing.NotFinished) as refused:
        filing.read(wrong, terms=TERMS, proven_name="김서영")
    assert refused.value.step == step


def test_an_empty_draft_wants_everything_but_evidence() -> None:
    assert filing.unfinished({}, terms=TERMS, proven_name="김서영") == ["kind", "lines", "story", "account"]


def test_a_line_in_which_nothing_was_written_is_no_line() -> None:
    empty = {"kind": "card_payment", "day": " ", "merchant": "", "amount": ""}
    assert filing.read(steps() | {"lines": [LINE, empty]}, terms=TERMS, proven_name="김서영").amount == 100


def test_the_same_content_is_the_same_however_it_was_typed() -> None:
    def canonical(**changed: object) -> bytes:
        read = filing.read(steps() | changed, terms=TERMS, proven_name="김서영")
        return filing.canonical(read, draft_id="d", files=["b", "a"])

    assert canonical() == canonical(lines=[{**LINE, "day": "20261105", "amount": "１００원"}])
    assert canonical() != canonical(lines=[{**LINE, "amount": "101"}])
