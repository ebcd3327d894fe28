"""One round after the other, and what became of them written down."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils import timezone

from bench import lists
from bench.harness import commit, machine
from breachdesk.accounts.models import User
from breachdesk.launch import Servers
from drill import goals
from notices import actions

PEOPLE = 20_000


@dataclass(frozen=True)
class Run:
    """One round: where files may lie, which one it is, and whether it has all the time in the world.

    `people`: of a campaign; `quick`: leases and outages scaled down; `servers`: PostgreSQL and the broker, to be struck.
    """

    folder: Path
    seed: int
    full: bool = False
    people: int = PEOPLE
    quick: bool = False
    servers: Servers | None = None


@dataclass(frozen=True)
class Round:
    """`load`: what was done, in words; `worst`: the figures that matter most; `failures`: what should not have been seen."""

    load: str
    worst: dict[str, Any]
    failures: Sequence[str] = field(default_factory=tuple)


def bring_in_and_activate(path: Path) -> None:
    """A list that answers look-ups, by two people as everywhere."""
    imported = lists.bring_in(path)
    assert imported.dataset is not None
    two = []
    for name in ("drill-importer", "drill-checker"):
        email = f"{name}@issuer.example"
        two.append(User.objects.filter(email=email).first() or User.objects.create_staff(email=email, name=name))
    actions.activate(dataset=imported.dataset, by=two[0], confirmed_by=two[1], at=timezone.now())


def as_data(name: str, rounds: Sequence[Round], *, seed: int) -> dict[str, Any]:
    failures = [failure for each in rounds for failure in each.failures]
    return {
        "id": name,
        "passed": not failures,
        "rounds": len(rounds),
        "seed": seed,
        "load": rounds[-1].load,
        "worst": [each.worst for each in rounds] if len(rounds) > 1 else rounds[0].worst,
        "failures": failures[:20],
        "commit": commit(),
    }


def add_up(path: Path) -> list[dict[str, Any]]:
    """The goals that the faults of a campaign come to together, each once, from the newest of each."""
    data = json.loads(path.read_text(encoding="utf-8"))
    rows = [{**row, "commit": commit()} for row in goals.together(data["results"])]
    named = {row["id"] for row in rows}
    data["results"] = [result for result in data["results"] if result["id"] not in named] + rows
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return rows


def append(path: Path, result: dict[str, Any]) -> None:
    kept = json.loads(path.read_text(encoding="utf-8"))["results"] if path.exists() else []
    data = {"machine": machine(), "commit": commit(), "results": [*kept, result]}
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
