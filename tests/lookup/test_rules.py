"""Pure answers: who matches, what several records say together, until when, what is next."""

import datetime as dt
from dataclasses import dataclass, field

import pytest

from lookup import rules
from lookup.rules import Identity
from lookup.states import Outcome

NOON = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@dataclass
class Line:
    name: str = "김서영"
    birth_date: dt.date | None = dt.date(1986, 4, 12)
    items: list[str] = field(default_factory=list)
    possible: list[str] = field(default_factory=list)


@pytest.mark.parametrize(
    ("listed", "typed"),
    [
        ("김서영", " 김 서영 "),
        ("김서영", "\u1100\u1175\u11b7서영"),  # as a Mac types it
        ("Maria Santos", "MARIA SANTOS"),
        ("Maria Santos", "maria-santos"),
        ("O'Neill", "oneill"),
    ],
)
def test_the_same_name_written_otherwise_is_the_same(listed, typed):
    assert rules.matches(Line(name=listed), Identity(typed, dt.date(1986, 4, 12)))


@pytest.mark.parametrize(
    ("name", "day"), [("김서연", "1986-04-12"), ("김서영", "1986-04-13"), ("", "1986-04-12"), ("...", "1986-04-12")]
)
def test_another_name_or_another_day_is_another_person(name, day):
    assert not rules.matches(Line(), Identity(name, dt.date.fromisoformat(day)))


def test_a_name_of_no_letters_never_matches_one_of_none():
    assert not rules.matches(Line(name="--"), Identity("..", dt.date(1986, 4, 12)))


def test_leaked_beats_possible_and_nothing_is_said_twice():
    finding = rules.finding_of([Line(items=["name"], possible=["ci", "phone"]), Line(items=["name", "phone"])])
    assert finding.outcome == Outcome.LEAKED
    assert finding.leaked == ("name", "phone")
    assert finding.possible == ("ci",)
    assert finding.records == 2


def test_possible_items_alone_are_a_possible_leak_and_no_record_is_none():
    assert rules.finding_of([Line(possible=["ci"])]).outcome == Outcome.POSSIBLE
    assert rules.finding_of([]).outcome == Outcome.NOT_LISTED


def test_a_proof_lives_ten_idle_minutes_and_sixty_at_most():
    def until(idle_since: int) -> dt.datetime:
        return rules.lives_until(proved_at=NOON, last_used_at=NOON + idle_since * MINUTE, shared_device=False)

    assert until(0) == NOON + 10 * MINUTE
    assert until(30) == NOON + 40 * MINUTE
    assert until(55) == NOON + 60 * MINUTE


def test_fresh_is_less_than_five_minutes():
    assert rules.is_fresh(renewed_at=NOON, at=NOON + 5 * MINUTE - dt.timedelta(seconds=1))
    assert not rules.is_fresh(renewed_at=NOON, at=NOON + 5 * MINUTE)


def test_the_step_to_do_now_is_the_first_untouched_then_the_first_put_off():
    steps = ["a", "b", "c"]
    assert rules.step_now(steps, {}) == "a"
    assert rules.step_now(steps, {"a": "done", "b": "later"}) == "c"
    assert rules.step_now(steps, {"a": "done", "b": "later", "c": "not_for_me"}) == "b"
    assert rules.step_now(steps, dict.fromkeys(steps, "done")) is None
