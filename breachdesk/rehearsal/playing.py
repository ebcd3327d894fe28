"""An incident is played: invented people on a list, real workers, two phone companies of which one is dead, and the clock of the law.

Its 72 hours pass in minutes (clock.py), from an hour after the leak was learned of, when the first notice is public; hours in which
nothing is under way are skipped (idling.py).
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

from breachdesk.demo import kakao, story
from breachdesk.rehearsal import clock, idling, inventing, mail_house, scoring
from breachdesk.rehearsal.stage import Stage, answers, is_at_work, wait_for
from notices import clocking, proof, snapshots
from notices.models import Clock, Incident
from notices.states import ClockKind, CountedFrom

WITHIN = dt.timedelta(hours=72)
SEED = 1
FINDING_OUT = dt.timedelta(hours=1)
LEASE = 20  # seconds by the server's clock
WITHOUT_APP = 10  # per cent of the phones have no messenger: an AlimTalk to them is refused
# How somebody who asks a dead provider sees that it is dead, and the rehearsal company's word for it. Told "later" (503), the
# message has certainly not left; after a 500 or silence it may have.
DEAD = {"503": "error", "500": "break_down", "nothing": "hang"}
STAGE = {"DELIVERY_SWEEP_SECONDS": "3", "DELIVERY_TIMEOUT_SECONDS": "5", "PRINTING_SWEEP_SECONDS": "3600"}


@dataclass(frozen=True)
class Script:
    """`seconds`: how long the 72 hours last, those that are skipped counted."""

    people: int
    dead_provider: bool
    bad_numbers: float
    seconds: int
    # What a dead provider answers (DEAD).
    dead_answer: str

    @property
    def times(self) -> float:
        """How many of the clock's seconds pass in one."""
        return WITHIN.total_seconds() / self.seconds


def say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def play(script: Script, folder: Path) -> dict[str, Any]:
    path = inventing.write_list(folder / "list.csv", people=script.people, seed=SEED)
    # A lease is counted by the database's clock.
    stage = Stage(folder, {**STAGE, "DELIVERY_LEASE_SECONDS": str(round(LEASE * script.times))})
    began = time.monotonic()
    try:
        stage.open()
        stage.tell(bad_numbers=script.bad_numbers, without_app=WITHOUT_APP)
        dead = DEAD[script.dead_answer]
        if script.dead_provider:
            say(f"Both phone providers are dead and answer {script.dead_answer}; mail goes out")
            stage.tell(phone=dead)
        else:
            say(f"One of the two phone providers is dead and answers {script.dead_answer}")
            stage.first.tell(phone=dead)
        # More hands than cores: they wait for providers, and while some send, the sweeps have a turn.
        cast = [stage.worker("worker", hands=(os.cpu_count() or 2) + 4), stage.web()]
        stage.beat().start()
        for actor in cast:
            actor.start()
        wait_for(lambda: is_at_work(cast[0]), seconds=180, words=cast[0].said())
        wait_for(lambda: answers(stage.web_place), seconds=180, words=cast[1].said())
        incident = begin(script, path)
        card = follow(script, incident)
    finally:
        stage.close()
    return {
        "green": card.is_green,
        "people": card.people,
        "proven": card.proven,
        "by_way": card.by_way,
        "by_posting": card.by_posting,
        "letters": mail_house.MailHouse(incident).figures(),
        "without_proof": card.unproven,
        "why": card.untold,
        "clocks": card.clocks,
        "times_as_fast": round(script.times),
        "seconds": round(time.monotonic() - began),
    }


def begin(script: Script, path: Path) -> Incident:
    # As long ago as the clock will have gone when the 72 hours are over. A notice says it to the minute.
    learned_at = (timezone.now() - WITHIN).replace(second=0, microsecond=0)
    clock.start(at=learned_at + FINDING_OUT, times=script.times)
    say(f"{script.people:,} invented people; 72 hours last {script.seconds} seconds, {script.times:,.0f} times as fast")
    incident = inventing.incident("rehearsal", learned_at=learned_at, at=clock.now())
    inventing.bring_in(incident, path, at=clock.now())
    reported(incident)
    kakao.have_templates(at=clock.now())
    inventing.campaign(incident, letters=True, at=clock.now())
    return Incident.objects.get(pk=incident.pk)


def reported(incident: Incident) -> None:
    """The reports to the authorities, which people make by hand, are made."""
    for one in incident.clocks.filter(kind=ClockKind.DO_BY, counted_from=CountedFrom.LEARNED):
        if one.code != scoring.TELLING:
            meet(one, "The rehearsal's invented staff reported.", at=clock.now())


def meet(met: Clock, evidence: str, *, at: dt.datetime) -> None:
    editor = inventing.staff(story.EDITOR["email"], story.EDITOR["name"])
    seen = snapshots.stamp(snapshots.of_meeting(met))
    clocking.meet(clock=met, met_at=at, evidence=evidence, file=None, seen=seen, by=editor, at=at)


def follow(script: Script, incident: Incident) -> scoring.Card:
    """Until everybody has been told, or the clock has run out."""
    due_at = proof.tell_by(incident)
    assert due_at is not None
    told_of, letters = 0.0, mail_house.MailHouse(incident)
    while True:
        at = clock.now()
        letters.turn(at=at)
        found, missing = count(incident, at=at)
        if time.monotonic() - told_of > 10:
            hours = (at - incident.learned_at) / dt.timedelta(hours=1)
            say(f"hour {hours:.0f}: {found.proven:,} proven, {missing:,} not yet")
            told_of = time.monotonic()
        if not missing and at < due_at:
            evidence = f"The ledger of the rehearsal: {found.proven} people with proof."
            meet(incident.clocks.get(code=scoring.TELLING), evidence, at=at)
        if not missing or at >= due_at:
            return scoring.card(incident, at=at)
        over = idling.until(incident, before=min(due_at, letters.next_at(at=at) or due_at), at=at)
        # Counted again: the last of them may have been proven since, and then nothing happens any more.
        if over and count(incident, at=at)[1]:
            hours = (over - at) / dt.timedelta(hours=1)
            say(f"nothing happens but that time passes: the clock is put forward by {hours:.0f} hours")
            clock.start(at=over, times=script.times)
        time.sleep(0.3 if script.people < 10_000 else 3)


def count(incident: Incident, *, at: dt.datetime) -> tuple[proof.Proof, int]:
    """And how many have no proof yet, whom a posting does not stand for."""
    found = proof.counted(incident, at=at)
    return found, found.unproven - sum(found.by_state.get(state, 0) for state in proof.BY_POSTING)


def ended_by(number: int, _frame: object) -> None:
    """So that what was started is stopped."""
    raise SystemExit(128 + number)


def listen_for_the_end() -> None:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ended_by)
