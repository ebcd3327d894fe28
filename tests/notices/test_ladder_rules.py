"""Which way is next, and what a message is worth as proof: plain values in, plain answers out."""

from __future__ import annotations

import datetime as dt

import pytest

from delivery.states import State
from notices import ladder_rules
from notices.ladder_rules import USUAL, Rung, Tried
from notices.states import AttemptOutcome, ProofBy, Way

PUT = dt.datetime(2026, 11, 30, 3, tzinfo=dt.UTC)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
BY_WAY = {rung.way: rung for rung in USUAL}
EVERY_WAY = {str(way) for way in Way}


def next_way(after: int, *, reachable: set[str], carried: set[str] = EVERY_WAY) -> str | None:
    found = ladder_rules.next_rung(USUAL, after=after, reachable=reachable, carried=carried)
    return found.way if found else None


def test_the_next_rung_has_a_contact_and_a_route() -> None:
    everything = ladder_rules.ways_to(phone=True, email=True, address=True)
    assert next_way(0, reachable=everything) == Way.ALIMTALK
    assert next_way(0, reachable=everything, carried={Way.PHONE, Way.EMAIL}) == Way.PHONE
    assert next_way(2, reachable=everything) == Way.EMAIL
    assert next_way(2, reachable=ladder_rules.ways_to(phone=True, email=False, address=True)) == Way.LETTER
    assert next_way(4, reachable=everything) is None, "a posting is no message"
    assert next_way(0, reachable=set()) is None


def judge(way: str, state: State, *, after: dt.timedelta, climbs: bool = True, **given: object) -> tuple[str, bool]:
    """What it becomes so long after it was put, and whether it is looked at again."""
    tried = Tried(
        outcome=str(given.get("outcome", "put")),
        put_at=PUT,
        taken_at=PUT if state in (State.ACCEPTED, State.DELIVERED) else None,
        state=state,
        asked_at=PUT if given.get("asked", True) else None,
    )
    became = ladder_rules.judge(tried, BY_WAY[way], climbs=climbs, at=PUT + after)
    assert became.look_again_at is None or became.look_again_at > PUT + after
    return str(became.outcome), became.look_again_at is not None


@pytest.mark.parametrize(
    ("way", "state", "after", "became"),
    [
        (Way.PHONE, State.DELIVERED, MINUTE, ("proven", False)),
        (Way.PHONE, State.ACCEPTED, HOUR, ("taken", True)),
        (Way.PHONE, State.ACCEPTED, 6 * HOUR, ("overdue", True)),
        (Way.PHONE, State.ACCEPTED, 4 * DAY, ("overdue", False)),
        (Way.PHONE, State.FAILED, MINUTE, ("failed", True)),
        (Way.EMAIL, State.FAILED, MINUTE, ("failed", False)),
        (Way.EMAIL, State.ACCEPTED, 23 * HOUR, ("taken", True)),
        (Way.EMAIL, State.ACCEPTED, 24 * HOUR, ("proven", True)),
        (Way.EMAIL, State.ACCEPTED, 5 * DAY, ("proven", False)),
        (Way.LETTER, State.ACCEPTED, 13 * DAY, ("taken", True)),
        (Way.LETTER, State.ACCEPTED, 14 * DAY, ("proven", True)),
        (Way.PHONE, State.WAITING, HOUR, ("put", True)),
        (Way.PHONE, State.UNKNOWN, HOUR, ("unknown", True)),
        (Way.PHONE, State.UNKNOWN, 7 * HOUR, ("overdue", True)),
        (Way.PHONE, State.WAITING, 7 * HOUR, ("overdue", True)),
        (Way.PHONE, State.CANCELLED, HOUR, ("cancelled", False)),
    ],
)
def test_what_a_message_is_worth(way: Way, state: State, after: dt.timedelta, became: tuple[str, bool]) -> None:
    assert judge(way, state, after=after) == became


def test_a_message_that_nobody_was_asked_to_send_yet_is_not_late() -> None:
    assert judge(Way.PHONE, State.WAITING, after=2 * DAY, asked=False) == ("put", True)


def test_time_runs_from_the_first_asking_and_not_for_a_letter_that_lies_at_the_mail_house() -> None:
    def after(way: Way, late: dt.timedelta, *, asked_at: dt.datetime | None) -> ladder_rules.Became:
        tried = Tried("put", PUT, None, State.WAITING, asked_at)
        return ladder_rules.judge(tried, BY_WAY[way], climbs=True, at=PUT + late)

    morning = PUT + 11 * HOUR
    assert after(Way.ALIMTALK, 11 * HOUR, asked_at=None).outcome == AttemptOutcome.PUT
    assert after(Way.ALIMTALK, 11 * HOUR, asked_at=None).look_again_at == morning + 30 * MINUTE
    waits = after(Way.ALIMTALK, 11 * HOUR + MINUTE, asked_at=morning)
    assert (waits.outcome, waits.look_again_at) == (AttemptOutcome.PUT, morning + 30 * MINUTE)
    assert after(Way.ALIMTALK, 11 * HOUR + 30 * MINUTE, asked_at=morning).outcome == AttemptOutcome.OVERDUE
    assert after(Way.LETTER, 30 * DAY, asked_at=PUT + DAY).outcome == AttemptOutcome.PUT


def test_where_no_rung_follows_waiting_has_no_end() -> None:
    assert judge(Way.PHONE, State.ACCEPTED, after=7 * HOUR, climbs=False) == ("taken", True)
    assert judge(Way.PHONE, State.WAITING, after=7 * HOUR, climbs=False) == ("put", True)


def test_a_rung_that_was_given_up_is_proven_by_a_late_receipt_and_by_nothing_else() -> None:
    late = {"outcome": AttemptOutcome.OVERDUE, "after": 8 * HOUR}
    assert judge(Way.PHONE, State.ACCEPTED, **late) == ("overdue", True)  # type: ignore[arg-type]
    assert judge(Way.PHONE, State.CANCELLED, **late) == ("overdue", False)  # type: ignore[arg-type]
    assert judge(Way.PHONE, State.DELIVERED, **late) == ("proven", False)  # type: ignore[arg-type]


def test_silence_that_was_broken_later_is_no_proof() -> None:
    assert judge(Way.LETTER, State.FAILED, after=20 * DAY, outcome="proven") == ("failed", False)


@pytest.mark.parametrize(
    ("rungs", "position"),
    [
        ([Rung(1, Way.POSTING, 0, ProofBy.POSTED)], 0),
        ([Rung(1, Way.PHONE, 60, ProofBy.DELIVERED)], 0),
        ([Rung(1, Way.POSTING, 0, ProofBy.POSTED), Rung(2, Way.PHONE, 60, ProofBy.DELIVERED)], 0),
        ([Rung(1, Way.PHONE, 0, ProofBy.DELIVERED), Rung(2, Way.POSTING, 0, ProofBy.POSTED)], 1),
        ([Rung(1, Way.PHONE, 60, ProofBy.NOT_BOUNCED, 5), Rung(2, Way.POSTING, 0, ProofBy.POSTED)], 1),
        ([Rung(1, Way.EMAIL, 60, ProofBy.NOT_BOUNCED), Rung(2, Way.POSTING, 0, ProofBy.POSTED)], 1),
    ],
)
def test_a_ladder_that_would_leave_somebody_untold_is_refused(rungs: list[Rung], position: int) -> None:
    assert position in {where for where, _words in ladder_rules.problems(rungs)}


def test_the_usual_ladder_is_a_sound_one_and_leaves_time_for_a_letter() -> None:
    assert ladder_rules.problems(USUAL) == []
    before_the_letter = sum((rung.wait + rung.silence for rung in USUAL[:3]), dt.timedelta())
    assert before_the_letter < 72 * HOUR


def test_the_way_that_was_wished_for_comes_first_and_leaves_none_out() -> None:
    """AlimTalk 1, text 2, e-mail 3, letter 4: with a wish for e-mail 3, 1, 2, 4, each once."""
    everything = set(Way) - {Way.POSTING}
    tried: list[int] = []
    while True:
        after = ladder_rules.highest(USUAL, tried=tried, wished=[Way.EMAIL])
        rung = ladder_rules.next_rung(
            USUAL, after=after, reachable=everything, carried=everything, tried=tried, wished=[Way.EMAIL]
        )
        if rung is None:
            break
        tried.append(rung.position)
    assert tried == [3, 1, 2, 4]


def test_a_wish_that_comes_late_is_still_heard() -> None:
    everything = set(Way) - {Way.POSTING}
    rung = ladder_rules.next_rung(
        USUAL,
        after=ladder_rules.highest(USUAL, tried=[1, 4], wished=[Way.EMAIL]),
        reachable=everything,
        carried=everything,
        tried=[1, 4],
        wished=[Way.EMAIL],
    )
    assert rung is not None
    assert rung.way == Way.EMAIL
