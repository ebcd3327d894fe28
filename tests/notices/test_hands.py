"""One list read by many processes: the same figures, the same rejects on the same lines, the same rows as by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone, translation

from notices import cutting, hands, importing, listfile, loading
from notices.models import Incident
from tests import cast
from tests.notices.test_importing_under_stress import drop_lists, tables

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = "customer_ref,name,birth_date,phone,email,address,items\n"
Told = list[tuple[int, str, str]]


@pytest.fixture(autouse=True)
def small_blocks(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(cutting, "SIZE", 4000)
    drop_lists()
    yield
    drop_lists()


def line(n: int) -> str:
    if n % 50 == 7:
        return f"C{n},김서영,1991-03-14,010-0000-{n:04d},,,passport\n"
    if n % 50 == 8:
        return f'C{n},"김서영",1991-03-14,010-0000-{n:04d},,"서울, 중구\n한빛로 ""{n}""\n",name|phone\n'
    if n % 50 == 9:
        return f"C{max(0, n - 301)},이준호,1991-03-14,,,,name\n"  # an earlier one's customer_ref
    if n % 50 == 10:
        return f'C{n},김"서영,1991-03-14,010-0000-{n:04d},,서울,name\n\n'
    if n % 50 == 11:
        return f'"C{n}"x,김서영,1991-03-14,,,,name\n'
    return f"C{n},김서영,1991-03-14,010-0000-{n:04d},p{n}@mail.example,서울,name|phone\n"


def brought_in(path: Path, incident: Incident) -> tuple[dict[str, object], Told, list[Any]]:
    told: Told = []
    imported = importing.import_list(
        incident=incident, path=path, report=lambda *reject: told.append(reject), by=None, at=timezone.now()
    )
    assert imported.dataset is not None
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT person_key, phone_hash, email_hash, content_hash, items FROM {loading.table_of(imported.dataset.pk)}"
            " ORDER BY person_key"
        )
        return imported.figures, told, cursor.fetchall()


def test_many_hands_bring_in_what_one_brings_in(tmp_path: Path, settings: Any):
    path = tmp_path / "list.csv"
    path.write_text(HEADER + "".join(map(line, range(2000))), encoding="utf-8")
    settings.IMPORT_PROCESSES = 1
    by_one = brought_in(path, cast.incident("one", at=timezone.now()))
    settings.IMPORT_PROCESSES = 3
    by_many = brought_in(path, cast.incident("many", at=timezone.now()))
    assert by_many == by_one
    figures, told, _rows = by_many
    assert figures["rows"] == 2000
    assert figures["rejected"].keys() == {"items", "quotes", "conflict"}  # type: ignore[attr-defined]
    assert len({line for line, _reason, _column in told}) == len(told)


@pytest.mark.parametrize("wrong", ['C1,"김서영\n', "x" * (listfile.LONGEST_LINE + 5)])
def test_what_one_refuses_many_refuse_on_the_same_line_in_the_readers_words(tmp_path: Path, settings: Any, wrong: str):
    path = tmp_path / "list.csv"
    path.write_text(HEADER + "".join(map(line, range(300))) + wrong + "".join(map(line, range(300))), encoding="utf-8")
    refusals = []
    for settings.IMPORT_PROCESSES in (1, 3):
        with pytest.raises(listfile.Refused) as refused, translation.override("ko"):
            importing.import_list(
                incident=cast.incident(f"by-{settings.IMPORT_PROCESSES}", at=timezone.now()),
                path=path, by=None, at=timezone.now(),
            )  # fmt: skip
        refusals.append((refused.value.reason, refused.value.line))
    assert refusals[0] == refusals[1]
    assert refusals[0][1] == (HEADER + "".join(map(line, range(300)))).count("\n") + 1
    assert tables() == []


def test_a_hand_that_is_lost_ends_the_import_and_nothing_is_left(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "list.csv"
    path.write_text(HEADER + "".join(map(line, range(2000))), encoding="utf-8")
    settings.IMPORT_PROCESSES = 2
    take, taken = hands.Hand.take, list[hands.Hand]()

    def taken_and_killed(hand: hands.Hand, number: int, block: cutting.Block) -> None:
        taken.append(hand)
        if number == 5:
            hand._process.kill()
            hand._process.wait()
        take(hand, number, block)

    monkeypatch.setattr(hands.Hand, "take", taken_and_killed)
    with pytest.raises(hands.Lost):
        importing.import_list(incident=cast.incident(at=timezone.now()), path=path, by=None, at=timezone.now())
    assert tables() == []
    assert all(hand._process.returncode is not None for hand in taken), "no process stays behind"


def test_what_a_hand_says_of_trouble_holds_nothing_of_the_list(tmp_path: Path, settings: Any):
    path = tmp_path / "list.csv"
    path.write_text(HEADER + "".join(map(line, range(200))), encoding="utf-8")
    settings.IMPORT_PROCESSES = 2
    plan = importing.reading.Plan(
        dataset_id=loading.new_id(),  # no table of it was created
        index_key="t1", encoding="utf-8", header_line=1, header=HEADER.strip().split(","), codes=["name"],
        today=timezone.localdate(),
    )  # fmt: skip
    with pytest.raises(hands.Lost, match=r"^ProgrammingError in \w+\.py:\d+$"):
        hands.load(plan, cutting.blocks(path, "utf-8"), note=lambda account: None)
