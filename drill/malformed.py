"""A long list with every hundredth row out of order: each is accounted for, killed or not, and the pages answer meanwhile.

The goals of imports (G11) are the same run: rows accounted for, minutes, megabytes.
"""

from __future__ import annotations

import csv
import itertools
import re
import time
from pathlib import Path

from django.test import Client

from bench import lists, people
from drill import harness, importing, odd_rows
from notices import loading
from notices.models import Dataset

ID = "F15"
ROWS, FULL = 200_000, 1_000_000
EVERY = 100
MOST_MEGABYTES, MOST_SECONDS, SLOWEST_PAGE = 512, 600, 1.0


def write(path: Path, rows: int, *, seed: int) -> list[odd_rows.Named]:
    """Sound people, and in between the odd rows over and over. Returns who must be named."""
    people.write(path, rows, seed=seed)
    with path.open(encoding="utf-8", newline="") as file:
        sound = list(csv.DictReader(file))
    # A reference that was there before stands in the first row of all.
    sound[0] = odd_rows.sound(1)
    odd = itertools.cycle(odd_rows.ODD)
    mixed: list[tuple[dict[str, str], tuple[str, str] | None]] = []
    for number, row in enumerate(sound):
        cells, why = next(odd) if number and number % EVERY == 0 else ({}, None)
        mixed.append(({**row, **cells}, why))
    with path.open("w", encoding="utf-8", newline="") as file:
        return odd_rows.write(file, mixed)


def play(run: harness.Run) -> harness.Round:
    rows = FULL if run.full else ROWS
    path, rejects = run.folder / f"malformed-{run.seed}.csv", run.folder / f"rejects-{run.seed}.csv"
    expected = write(path, rows, seed=run.seed)
    into, before = lists.incident(), importing.tables()
    wrong = []
    for part in (0.1, 0.5, 0.9):
        if not importing.kill_at(path, into.slug, rows=int((rows - len(expected)) * part)):
            wrong.append(f"it was done before it could be killed at {part:.0%}")
        if Dataset.objects.filter(incident=into).exists():
            wrong.append(f"a list was there after a kill at {part:.0%}")

    pages: list[float] = []

    def look() -> None:
        began = time.perf_counter()
        answered = Client().get("/lookup/")
        pages.append(time.perf_counter() - began)
        if answered.status_code != 200:
            wrong.append(f"a page answered {answered.status_code}")

    began = time.perf_counter()
    code, said, most = importing.watched(path, into.slug, "--rejects", rejects, meanwhile=look)
    seconds = time.perf_counter() - began
    if code:
        return harness.Round(load=f"{rows:,} rows", worst={"exit": code}, failures=[str(said)])
    taken = said["inserted"] + said["updated"] + said["unchanged"]
    if (said["rows"], taken + sum(said["rejected"].values())) != (rows, rows):
        wrong.append(f"{said} does not add up to {rows}")
    dataset = Dataset.objects.get(incident=into)
    if loading.count(dataset.pk) != rows - len(expected):
        wrong.append(f"{loading.count(dataset.pk)} people in the database, {rows - len(expected)} sound rows")
    wrong += differences(rejects, expected)
    if (left := importing.tables() - before) != 1:
        wrong.append(f"{left} tables where one list came in")
    p95 = sorted(pages)[int(len(pages) * 0.95)]
    limits = {"megabytes": (most, MOST_MEGABYTES), "seconds": (seconds, MOST_SECONDS), "page_p95": (p95, SLOWEST_PAGE)}
    wrong += [f"{name}: {value:.3g}, at most {limit}" for name, (value, limit) in limits.items() if value > limit]
    lists.drop_all()
    return harness.Round(
        load=f"{rows:,} rows, {len(expected):,} of them not sound, killed at 10, 50 and 90 %, then whole",
        worst={name: round(value, 3) for name, (value, _limit) in limits.items()} | {"pages": len(pages)},
        failures=wrong,
    )


def differences(rejects: Path, expected: list[odd_rows.Named]) -> list[str]:
    """Between who is named in the report and who must be."""
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[1:]
    named = {(int(line), reason, column) for line, reason, column, _words in rows}
    wrong = [f"{len(rows)} rows named, {len(expected)} not sound"] if len(rows) != len(expected) else []
    wrong += [f"line {line} not named for {reason} in {column}" for line, reason, column in {*expected} - named]
    wrong += [f"line {line} named for {reason} in {column}" for line, reason, column in named - {*expected}]
    held = " ".join({cell for row in rows for cell in row[1:]}).encode()  # a line's number may hold any digits
    return wrong[:10] + [f"{number!r} stands in the report" for number in odd_rows.NOWHERE if re.search(number, held)]
