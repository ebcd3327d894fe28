"""Measuring in turns, and what a measurement is written down as."""

from __future__ import annotations

import gc
import json
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

DEFAULT, FULL = 300_000, 3_000_000
RUNS = 3
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Run:
    """One `make bench`: where files may lie, and how many people there are."""

    folder: Path
    size: int
    seed: int = 20260914


@dataclass(frozen=True)
class Result:
    """The median of `values`. `goal`: as in "≥ 1.3" or "≤ 1.2"; empty: a figure without a goal."""

    id: str
    against: str
    values: Sequence[float]
    size: int
    goal: str = ""

    @property
    def value(self) -> float:
        return statistics.median(self.values)

    @property
    def met(self) -> bool | None:
        sign, _, bound = self.goal.partition(" ")
        if not sign:
            return None
        return self.value >= float(bound) if sign == "≥" else self.value <= float(bound)

    def as_data(self) -> dict[str, Any]:
        figures = {"value": self.value, "low": min(self.values), "high": max(self.values)}
        shown = {name: float(f"{figure:.3g}") for name, figure in figures.items()}
        data = {"id": self.id, **shown, "against": self.against, "runs": len(self.values), "size": self.size}
        return {**data, "goal": self.goal, "met": self.met} if self.goal else data

    def __str__(self) -> str:
        data = self.as_data()
        said = {True: "met", False: "NOT met", None: ""}[self.met]
        spread = f"({data['low']:g} to {data['high']:g})"
        return f"  {self.id:<18}{data['value']:>8g}  {spread:<20} {self.goal:>7} {said:<8} {self.against}"


def in_turns(
    works: Mapping[str, Callable[[], Any]], *, runs: int = RUNS, between: Callable[[], Any] = lambda: None
) -> dict[str, list[float]]:
    """The seconds each took, run by run: one after the other, so that what slows the machine slows all of them."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _run in range(runs):
        for name, work in works.items():
            seconds[name].append(timed(work))
            between()
    return seconds


def timed(work: Callable[[], Any]) -> float:
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def ratios(of: Iterable[float], to: Iterable[float]) -> list[float]:
    """How many times as long as `to` did `of` take, run by run."""
    return [one / other for one, other in zip(of, to, strict=True)]


def keep(path: Path, results: Iterable[Result]) -> None:
    """Into the file that holds the newest of each id and size."""
    kept = json.loads(path.read_text(encoding="utf-8"))["results"] if path.exists() else []
    new = [result.as_data() for result in results]
    measured = {(data["id"], data["size"]) for data in new}
    kept = [data for data in kept if (data["id"], data["size"]) not in measured]
    data = {
        "machine": machine(),
        "commit": commit(),
        "results": sorted(kept + new, key=lambda one: (one["id"], one["size"])),
    }
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def commit() -> str:
    done = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def machine() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('shared_buffers'), current_setting('fsync')"
        )
        server, buffers, fsync = cursor.fetchone()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} × {processor()}, {memory:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, PostgreSQL {server} (shared_buffers {buffers}, fsync {fsync}), "
        f"load {os.getloadavg()[0]:.1f} at that moment"
    )


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "processor"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
