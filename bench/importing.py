"""Bringing in a list of affected people: beside raw COPY, beside what Django offers, and the same bytes once more."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection

from bench import harness, import_peers, lists, people
from bench.harness import Result, Run
from bench.memory import megabytes
from notices import listfile

SLICE = 20_000


def measure(run: Run) -> Iterator[Result]:
    path = people.write(run.folder / "people.csv", run.size, seed=run.seed)
    yield from beside_copy(path, run)
    yield again(path, run.size)
    yield memory(path, run.size)
    yield from smaller(run)
    yield from beside_django(path, run)


def runs(run: Run) -> int:
    """Of 3,000,000 people each takes minutes."""
    return 1 if run.size == harness.FULL else harness.RUNS


def beside_copy(path: Path, run: Run) -> Iterator[Result]:
    rows = sealed_rows(path, run.folder / "rows.copy")
    seconds = harness.in_turns(
        {
            "ours": lambda: lists.bring_in(path),
            "indexed": lambda: raw_copy(rows, index_first=True),
            "bare": lambda: raw_copy(rows, index_first=False),
        },
        runs=runs(run),
        between=lists.drop_all,
    )
    copied, ours = "raw COPY of the same final rows", seconds["ours"]
    yield Result("P1", f"{copied} into the indexed table", harness.ratios(seconds["indexed"], ours), run.size, "≥ 1.3")
    yield Result("P2", f"{copied}, indexes after", harness.ratios(seconds["bare"], ours), run.size, "≥ 0.3")
    yield Result("cost.import", "microseconds a row", [1e6 * one / run.size for one in ours], run.size)


def beside_django(path: Path, run: Run) -> Iterator[Result]:
    some = people.write(run.folder / "some.csv", SLICE, seed=run.seed)
    peers = {
        "import_export": lambda: import_peers.import_export(some),
        "import_export_bulk": lambda: import_peers.import_export(some, bulk=True),
        "bulk_create": lambda: import_peers.bulk_create(some),
        "postgres_copy": lambda: import_peers.postgres_copy(some),
    }
    goals = {"import_export": "≥ 150", "import_export_bulk": "≥ 20", "bulk_create": "≥ 14", "postgres_copy": "≥ 4"}
    seconds = harness.in_turns({"ours": lambda: lists.bring_in(path), **peers}, runs=runs(run), between=lists.drop_all)
    for name, goal in goals.items():
        # Of rows a second: the peers bring in a slice.
        faster = [ratio * run.size / SLICE for ratio in harness.ratios(seconds[name], seconds["ours"])]
        yield Result(f"P3.{name}", import_peers.SAID[name], faster, run.size, goal)


def again(path: Path, size: int) -> Result:
    into = lists.incident()
    lists.bring_in(path, into=into)
    seconds = harness.in_turns(
        {"again": lambda: lists.bring_in(path, into=into), "hashed": lambda: listfile.sha256(path)}, runs=9
    )
    lists.drop_all()
    return Result("P4", "sha256 of the file", harness.ratios(seconds["again"], seconds["hashed"]), size, "≤ 1.2")


def memory(path: Path, size: int) -> Result:
    """Of the command and of every process it starts, at their most together."""
    command = [sys.executable, str(harness.ROOT / "manage.py"), "import_affected", "--incident", lists.incident().slug]
    process = subprocess.Popen([*command, str(path)], stdout=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        most = max(most, megabytes(process.pid))
        time.sleep(0.05)
    assert process.returncode == 0
    lists.drop_all()
    return Result("P15.importer", "megabytes in memory, all its processes together", [most], size, "≤ 512")


def smaller(run: Run) -> Iterator[Result]:
    """What a row costs in smaller lists, for the plot."""
    for size in (30_000, harness.DEFAULT):
        if size < run.size:
            path = people.write(run.folder / "fewer.csv", size, seed=run.seed)
            seconds = harness.in_turns({"ours": lambda path=path: lists.bring_in(path)}, between=lists.drop_all)
            yield Result("cost.import", "microseconds a row", [1e6 * one / size for one in seconds["ours"]], size)


COLUMNS = "dataset_id, person_key, phone_hash, email_hash, content_hash, sealed_in, member, language, items, sealed"
copies = itertools.count(1)


def sealed_rows(path: Path, target: Path) -> Path:
    """What our import made of the list, as a file that COPY takes."""
    imported = lists.bring_in(path)
    with connection.cursor() as cursor, target.open("wb") as file:
        cursor.copy_expert(f"COPY {lists.table(imported)} ({COLUMNS}) TO STDOUT (FORMAT binary)", file)
    lists.drop_all()
    return target


def raw_copy(rows: Path, *, index_first: bool) -> None:
    """One connection, one COPY, the same columns and indexes as a list has."""
    name = f"bench_copy_{next(copies)}"
    with connection.cursor() as cursor, rows.open("rb") as file:
        cursor.execute(f"CREATE TABLE {name} (LIKE notices_affectedrecord)")
        cursor.execute("SET maintenance_work_mem = '256MB'")
        if index_first:
            index(cursor, name)
        cursor.copy_expert(f"COPY {name} ({COLUMNS}) FROM STDIN (FORMAT binary)", file, size=1 << 16)
        if not index_first:
            index(cursor, name)
        cursor.execute(f"ANALYZE {name}")


def index(cursor: Any, name: str) -> None:
    cursor.execute(f"ALTER TABLE {name} ADD PRIMARY KEY (dataset_id, person_key)")
    cursor.execute(f"CREATE INDEX ON {name} (phone_hash)")
    cursor.execute(f"CREATE INDEX ON {name} (email_hash)")
