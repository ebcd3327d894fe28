"""What the faults of a campaign come to together, from the newest result of each: nobody lost, how many extras, how long it took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

REDELIVERED_WITHIN = 120  # seconds


def newest(results: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of every fault that was done to a campaign."""
    found = {result["id"]: result for result in results if "due" in first(result)}
    return [found[name] for name in sorted(found)]


def first(result: dict[str, Any]) -> dict[str, Any]:
    rounds = rounds_of(result)
    return rounds[0] if rounds else {}


def rounds_of(result: dict[str, Any]) -> list[dict[str, Any]]:
    worst = result["worst"]
    return worst if isinstance(worst, list) else [worst]


def together(results: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """G1 to G4 as SECURITY counts them.

    A provider that knows keys delivers nothing twice (G2). Extras come from one that knows none, and from the second one, which
    is asked where the first has not told for a minute whether it has a message: at most as many as were unknown (G3).
    """
    faults = newest(results)
    rounds = [each for result in faults for each in rounds_of(result)]
    if not rounds:
        return []
    due, lost, extras, unknown = (
        sum(each[name] for each in rounds) for name in ("due", "lost", "extras", "unknown_attempts")
    )
    slowest = max(each["redelivered_after_seconds"] for each in rounds)
    keyed = [each for each in rounds if each.get("knows_keys", True)]
    again = sum(each.get("extras_by_one_provider", each["extras"]) for each in keyed)
    load = f"{due:,} messages due in {len(rounds)} rounds of {', '.join(result['id'] for result in faults)}"
    rows = [
        row("G1", not lost, load, rounds, {"lost": lost}),
        row("G2", not again, load, keyed, {"extras": again}),
        row("G3", extras <= unknown, load, rounds, {"extras": extras, "unknown": unknown}),
        row("G4", slowest <= REDELIVERED_WITHIN, load, rounds, {"redelivered_after_seconds": slowest}),
    ]
    return [each for each in rows if each["rounds"]]


def row(name: str, passed: bool, load: str, rounds: Sequence[object], worst: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "passed": passed, "rounds": len(rounds), "load": load, "worst": worst}
