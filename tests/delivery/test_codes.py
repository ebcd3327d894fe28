"""The tables of providers' codes."""

from __future__ import annotations

import re

import pytest

from delivery import codes
from delivery.codes import Fault, Says


def test_no_code_stands_in_two_tables() -> None:
    listed = [code for table in codes.TABLES.values() for code in table]
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("name", list(codes.TABLES))
def test_whatever_is_not_on_its_way_is_somebodys_fault(name: str) -> None:
    for code, meaning in codes.TABLES[name].items():
        assert (meaning.fault is None) == (meaning.says in (Says.TAKEN, Says.ARRIVED)), code
        assert str(meaning.words), code


def test_what_staff_read_has_the_code_and_says_where_it_is_unknown() -> None:
    assert codes.words("solapi-3104") == "카카오톡을 쓰지 않는 번호예요 (solapi-3104)"
    assert re.search(r"모르는.*\(solapi-9999\)", codes.words("solapi-9999"))
    assert codes.words("") == ""


def test_no_messenger_and_blocked_are_the_persons_and_end_it() -> None:
    for code in ("solapi-3104", "solapi-3107", "no messenger"):
        meaning = codes.meaning(code)
        assert meaning is not None
        assert (meaning.says, meaning.fault in (Fault.NUMBER, Fault.BLOCKED)) == (Says.NEVER, True)
