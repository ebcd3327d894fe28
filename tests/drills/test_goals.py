from __future__ import annotations

from typing import Any

from drill import goals


def result(name: str, *rounds: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "worst": list(rounds) if len(rounds) > 1 else rounds[0]}


def one(**figures: Any) -> dict[str, Any]:
    none = {
        "due": 100,
        "lost": 0,
        "extras": 0,
        "extras_by_one_provider": 0,
        "unknown_attempts": 0,
        "redelivered_after_seconds": 0.0,
    }
    return {**none, **figures}


def test_the_newest_of_each_fault_is_added_up_and_other_drills_are_left_out() -> None:
    results = [
        result("S-a2", {"answers": 3}),
        result("F2", one(lost=9)),
        result("F2", one(), one(due=50)),
        result("F3", one()),
    ]
    rows = {row["id"]: row for row in goals.together(results)}
    assert set(rows) == {"G1", "G2", "G3", "G4"}
    assert (rows["G1"]["passed"], rows["G1"]["rounds"], rows["G1"]["load"]) == (
        True,
        3,
        "250 messages due in 3 rounds of F2, F3",
    )


def test_one_lost_one_twice_by_a_provider_with_keys_and_one_late_each_fail_their_goal() -> None:
    twice = one(extras=1, extras_by_one_provider=1, unknown_attempts=1)
    rounds = [one(lost=1), twice, one(redelivered_after_seconds=121.0)]
    passed = {row["id"]: row["passed"] for row in goals.together([result("F2", *rounds)])}
    assert passed == {"G1": False, "G2": False, "G3": True, "G4": False}


def test_extras_of_the_second_provider_or_of_one_without_keys_are_held_against_the_unknown() -> None:
    keyless = one(knows_keys=False, extras=2, extras_by_one_provider=2, unknown_attempts=1)
    second = one(extras=1, unknown_attempts=2)
    passed = {row["id"]: row["passed"] for row in goals.together([result("F9", second, keyless)])}
    assert passed == {"G1": True, "G2": True, "G3": True, "G4": True}
    worse = {row["id"]: row["passed"] for row in goals.together([result("F9", second, {**keyless, "extras": 3})])}
    assert not worse["G3"]
