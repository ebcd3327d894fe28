"""An incident is played: invented people on a list, real workers, two phone companies of which one dies, and the clock of the law.

The first days of the 72 hours are skipped, as if they had gone into finding out; the rest is played in real time.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone

from breachdesk.demo import story
from breachdesk.rehearsal import inventing, scoring
from breachdesk.rehearsal.stage import Stage, answers, is_at_work, wait_for
from notices import clocking, proof, snapshots
from notices.models import Clock, Incident
from notices.states import ClockKind, CountedFrom

NOTICE_WITHIN = dt.timedelta(hours=72)
DIES_AT = 0.4  # of the people
STAGE = {
    "DELIVERY_LEASE_SECONDS": "10",
    "DELIVERY_SWEEP_SECONDS": "2",
    "DELIVERY_TIMEOUT_SECONDS": "3",
    "DELIVERY_FIRST_PAUSE_SECONDS": "1",
    "PRINTING_SWEEP_SECONDS": "3600",
}


@dataclass(frozen=True)
class Script:
    """`seconds`: how long what is left of the 72 hours lasts, up to the next whole minute."""

    people: int
    dead_provider: bool
    bad_numbers: float
    seconds: int


def say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def play(script: Script, folder: Path) -> dict[str, Any]:
    path = inventing.write_list(folder / "list.csv", people=script.people, seed=72)
    stage = Stage(folder, STAGE)
    began = time.monotonic()
    try:
        stage.open()
        stage.tell(bad_numbers=script.bad_numbers)
        if script.dead_provider:
            say("Both phone providers are dead from the beginning; mail goes out")
            stage.tell(phone="error")
        cast = [stage.worker("worker", hands=os.cpu_count() or 2), stage.web()]
        stage.beat().start()
        for actor in cast:
            actor.start()
        wait_for(lambda: is_at_work(cast[0]), seconds=180, words=cast[0].said())
        wait_for(lambda: answers(stage.web_place), seconds=180, words=cast[1].said())
        incident = begin(script, path)
        card = follow(script, stage, incident)
    finally:
        stage.close()
    return {
        "green": card.is_green,
        "people": card.people,
        "proven": card.proven,
        "by_posting": card.by_posting,
        "without_proof": card.unproven,
        "why": card.untold,
        "clocks": card.clocks,
        "seconds": round(time.monotonic() - began),
    }


def begin(script: Script, path: Path) -> Incident:
    at = timezone.now()
    learned_at = whole_minute(at + dt.timedelta(seconds=script.seconds)) - NOTICE_WITHIN
    incident = inventing.incident("rehearsal", learned_at=learned_at, at=at)
    left = (learned_at + NOTICE_WITHIN - at).total_seconds()
    say(f"A list of {script.people:,} invented people is brought in; {left:.0f} seconds of the 72 hours are left")
    inventing.bring_in(incident, path, at=timezone.now())
    reported(incident)
    inventing.campaign(incident, at=timezone.now())
    return Incident.objects.get(pk=incident.pk)


def whole_minute(at: dt.datetime) -> dt.datetime:
    """A notice says to the minute when the leak was learned of."""
    return at.replace(second=0, microsecond=0) + dt.timedelta(minutes=1)


def reported(incident: Incident) -> None:
    """The reports to the authorities, which people make by hand, are made."""
    for clock in incident.clocks.filter(kind=ClockKind.DO_BY, counted_from=CountedFrom.LEARNED):
        if clock.code != scoring.TELLING:
            meet(clock, "The rehearsal's invented staff reported.")


def meet(clock: Clock, evidence: str) -> None:
    at = timezone.now()
    editor = inventing.staff(story.EDITOR["email"], story.EDITOR["name"])
    seen = snapshots.stamp(snapshots.of_meeting(clock))
    clocking.meet(clock=clock, met_at=at, evidence=evidence, file=None, seen=seen, by=editor, at=at)


def follow(script: Script, stage: Stage, incident: Incident) -> scoring.Card:
    """Until everybody has been told, or the clock has run out."""
    due_at = proof.tell_by(incident)
    assert due_at is not None
    first_lives, told_of = not script.dead_provider, 0.0
    while True:
        at = timezone.now()
        found = proof.counted(incident, at=at)
        missing = found.unproven - sum(found.by_state.get(state, 0) for state in proof.BY_POSTING)
        if time.monotonic() - told_of > 10:
            say(f"{found.proven:,} proven, {missing:,} not yet; {max(0, (due_at - at).total_seconds()):.0f} s left")
            told_of = time.monotonic()
        if not missing:
            clock = incident.clocks.get(code=scoring.TELLING)
            meet(clock, f"The ledger of the rehearsal: {found.proven} people with proof.")
            return scoring.card(incident, at=at)
        if at >= due_at:
            return scoring.card(incident, at=at)
        if first_lives and stage.first.state()["messages"] + stage.second.state()["messages"] > DIES_AT * script.people:
            say("One of the two phone providers dies")
            stage.first.tell(phone="error")
            first_lives = False
        time.sleep(0.5 if script.people < 10_000 else 3)


def ended_by(number: int, _frame: object) -> None:
    """So that what was started is stopped."""
    raise SystemExit(128 + number)


def listen_for_the_end() -> None:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ended_by)
