"""A campaign under way on real processes, for a fault to be done to it; and afterwards everything counted against the providers' ledgers."""

from __future__ import annotations

import collections
import contextlib
import datetime as dt
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from breachdesk.rehearsal import inventing
from breachdesk.rehearsal.stage import ROOT, Actor, Stage, TooLate, answers, is_at_work, wait_for
from delivery.models import Attempt, Message, Outage, Share
from delivery.states import Channel, Outcome, State
from drill.harness import Round, Run
from notices import ledger
from notices.campaign_models import Campaign, Telling
from notices.states import TellingState

T = TypeVar("T")
REDELIVERED_WITHIN = 120  # seconds


@dataclass(frozen=True)
class Pace:
    """Leases, sweeps and outages in seconds: as in production, or scaled down so that a round is quick."""

    lease: int
    sweep: int
    timeout: int
    first_pause: int
    heartbeat: int
    alarm: int
    outage: int
    patience: int
    # Messages in one request: few, where few people are to be told in many requests.
    batch: int

    @property
    def env(self) -> dict[str, str]:
        return {
            "DELIVERY_LEASE_SECONDS": str(self.lease),
            "DELIVERY_SWEEP_SECONDS": str(self.sweep),
            "DELIVERY_TIMEOUT_SECONDS": str(self.timeout),
            "DELIVERY_FIRST_PAUSE_SECONDS": str(self.first_pause),
            "HEARTBEAT_SECONDS": str(self.heartbeat),
            "HEARTBEAT_LIMIT_SECONDS": str(self.alarm),
            "PHONE_PROVIDER_BATCH": str(self.batch),
            "SECOND_PHONE_PROVIDER_BATCH": str(self.batch),
            "PRINTING_SWEEP_SECONDS": "3600",  # seconds of work each, which nobody here reads
        }

    def __str__(self) -> str:
        return f"leases of {self.lease} s, a sweep every {self.sweep} s, outages of {self.outage} s"


AS_IN_PRODUCTION = Pace(
    lease=60, sweep=20, timeout=10, first_pause=5, heartbeat=20, alarm=90, outage=60, patience=400, batch=100
)
# Where a lease must run out several times in one round.
SHORTER = replace(AS_IN_PRODUCTION, lease=15, sweep=5, timeout=5, first_pause=2)
SCALED_DOWN = Pace(lease=2, sweep=1, timeout=2, first_pause=1, heartbeat=1, alarm=8, outage=5, patience=180, batch=10)


@dataclass
class UnderWay:
    run: Run
    pace: Pace
    stage: Stage
    campaign: Campaign
    worker: Actor
    beat: Actor
    chance: random.Random
    # In flight when something was done to them, by which lease, and when that was over: to be redelivered in time.
    struck: dict[Any, tuple[dt.datetime, dt.datetime]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    # -- waiting -------------------------------------------------------------------------------------------------------

    def taken(self) -> int:
        """How many messages the providers have."""
        return sum(provider.state()["messages"] for provider in self.stage.providers)

    def until(self, share: float) -> None:
        """So much of the campaign is out."""
        wanted = int(share * self.run.people)
        wait_for(
            lambda: self.taken() >= wanted,
            seconds=self.pace.patience,
            words=f"{wanted} messages at the providers; {self.worker.said()}",
        )

    def settle(self) -> None:
        """Everybody was put, and nothing of it is open: without a hand."""
        wait_for(
            lambda: steadily(self._is_settled),
            seconds=self.pace.patience,
            words=f"{steadily(self.states)}, {steadily(self.lines)}; {self.worker.said()}",
            every=0.3,
        )

    def _is_settled(self) -> bool:
        waiting = Telling.objects.filter(campaign=self.campaign, state=TellingState.WAITING)
        listed = Campaign.objects.filter(pk=self.campaign.pk, listed_at__isnull=False)
        return listed.exists() and not waiting.exists() and not self.messages().filter(settled_at=None).exists()

    # -- looking -------------------------------------------------------------------------------------------------------

    def messages(self) -> Any:
        return messages_of(self.campaign.about)

    def states(self) -> collections.Counter[str]:
        return collections.Counter(self.messages().values_list("state", flat=True))

    def lines(self) -> dict[str, int]:
        figures = ledger.figures(self.campaign.pk)
        if figures.sum != figures.audience:
            self.said.append(f"the ledger has {figures.sum} lines for {figures.audience} people")
        return {str(state): people for state, people in figures.by_state.items() if people}

    def in_flight(self) -> dict[Any, dt.datetime]:
        """With the end of the lease of each."""
        return dict(self.messages().filter(state=State.SENDING).values_list("pk", "leased_until"))

    # -- doing ---------------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def strike(self) -> Iterator[None]:
        """What is in flight when this begins is to be with a provider soon after it ends."""
        before = steadily(self.in_flight)
        yield
        over_at = timezone.now()
        for pk, lease in before.items():
            # One whose worker died earlier is still in flight by the lease of then.
            if self.struck.get(pk, (None,))[0] != lease:
                self.struck[pk] = (lease, over_at)

    def work(self, worker: Actor) -> None:
        """As whoever supervises it would: started, and started again."""
        worker.start()
        wait_for(lambda: is_at_work(worker), seconds=120, words=worker.said())

    # -- counting ------------------------------------------------------------------------------------------------------

    def judge(self, what: str, *, may_fail: int = 0) -> Round:
        """Nobody lost; extras at most the unknowns, under the same key and listed; redelivery in time."""
        books = [provider.book().messages for provider in self.stage.providers]
        copies = collections.Counter[str]()
        keys = collections.defaultdict[str, set[str]](set)
        for book in books:
            for key, message in book.items():
                copies[key] += message["copies"]
                keys[message["to"]].add(key)
        states, lines = self.states(), self.lines()
        unknown = set(
            Attempt.objects.filter(message__about=self.campaign.about, outcome=Outcome.UNKNOWN).values_list(
                "message_id", flat=True
            )
        )
        at_one = sum(message["copies"] - 1 for book in books for message in book.values())
        extra = {key: count - 1 for key, count in copies.items() if count > 1}
        never_put = lines.get(TellingState.WAITING, 0)
        open_still = self.messages().filter(settled_at=None).count()
        taken_as_we_say = self.messages().filter(state__in=[State.ACCEPTED, State.DELIVERED])
        not_there = sum(str(pk) not in copies for pk in taken_as_we_say.values_list("pk", flat=True))
        lost = never_put + open_still + not_there + states[State.EXPIRED]
        failed = states[State.FAILED] + lines.get(TellingState.FAILED, 0)
        attempts = Attempt.objects.filter(message__about=self.campaign.about)
        unknowns = attempts.filter(outcome=Outcome.UNKNOWN).count()
        seconds = self._redelivered_after()
        failures = [*dict.fromkeys(self.said)]
        failures += [f"{lost} lost: {never_put} never put, {open_still} open, {not_there} not there"] if lost else []
        failures += [f"{failed} failed, at most {may_fail}"] if failed > may_fail else []
        audience = Campaign.objects.get(pk=self.campaign.pk).audience
        failures += [f"an audience of {audience}, {self.run.people} on the list"] if audience != self.run.people else []
        if sum(extra.values()) > unknowns:
            failures.append(f"{sum(extra.values())} extra deliveries, {unknowns} unknown attempts")
        if unlisted := [key for key in extra if key not in {str(pk) for pk in unknown}]:
            failures.append(f"{len(unlisted)} extra deliveries that staff do not see")
        if several := [to for to, ids in keys.items() if len(ids) > 1]:
            failures.append(f"{len(several)} people were told under more than one key")
        if seconds > REDELIVERED_WITHIN and not self.run.quick:
            failures.append(f"redelivered only after {seconds:.0f} seconds")
        return Round(
            load=f"{self.run.people:,} people, {what}; {self.pace}",
            worst={
                "due": self.messages().count(),
                "lost": lost,
                "extras": sum(extra.values()),
                "extras_by_one_provider": at_one,
                "unknown_attempts": unknowns,
                "set_aside": states[State.UNKNOWN],
                "asked_again": sum(message["times"] - 1 for book in books for message in book.values()),
                "redelivered_after_seconds": round(seconds, 1),
                **self.figures,
            },
            failures=failures,
        )

    def _redelivered_after(self) -> float:
        sent = Message.objects.filter(pk__in=self.struck, sent_at__isnull=False).values_list("pk", "sent_at")
        return max([0.0, *((at - self.struck[pk][1]).total_seconds() for pk, at in sent)])


def messages_of(about: str) -> Any:
    """But letters: they wait for a mail house."""
    return Message.objects.filter(about=about).exclude(channel=Channel.LETTER)


def steadily(look: Callable[[], T], *, tries: int = 60) -> T:
    """A look at the database, asked again while it is being restarted."""
    for left in range(tries, 0, -1):
        try:
            return look()
        except Error:
            connection.close()
            if left == 1:
                raise
            time.sleep(0.5)
    raise AssertionError


@contextlib.contextmanager
def under_way(
    run: Run,
    *,
    pace: Pace = AS_IN_PRODUCTION,
    told: Mapping[str, Any] | None = None,
    receipts: str = "none",
    web: bool = False,
    hands: int = 2,
    root: Path = ROOT,
) -> Iterator[UnderWay]:
    """Released and being told, by one worker with `hands` processes and a beat.

    `told`: how both providers answer from the beginning. A small campaign would else be over before anything is done to it.
    """
    pace = SCALED_DOWN if run.quick else AS_IN_PRODUCTION if run.full else pace
    told = told or {"phone": "slow", "seconds": 0.3}
    folder = run.folder / f"stage-{time.monotonic_ns()}"
    folder.mkdir()
    # The rounds before have moved both.
    for kept in (Share, Outage):
        kept.objects.all().delete()
    at = timezone.now()
    incident = inventing.incident(f"drill-{run.seed}-{at:%H%M%S%f}", at=at)
    path = inventing.write_list(folder / "list.csv", people=run.people, seed=run.seed)
    inventing.bring_in(incident, path, at=at)
    stage = Stage(folder, pace.env)
    try:
        stage.open()
        stage.tell(receipts=receipts)
        stage.tell(**told)
        if web:
            site = stage.web()
            site.start()
            wait_for(lambda: answers(stage.web_place), seconds=120, words=site.said())
        worker, beat = stage.worker("worker", hands=hands, root=root), stage.beat(root=root)
        chance = random.Random(run.seed)  # noqa: S311 - when to strike
        campaign = inventing.campaign(incident, at=timezone.now())
        going = UnderWay(run, pace, stage, campaign, worker, beat, chance)
        going.work(worker)
        beat.start()
        yield going
    finally:
        stage.close()
        with contextlib.suppress(Error):
            # What a round that failed has left is no concern of the next.
            Message.objects.filter(settled_at=None).update(due_at=timezone.now() + dt.timedelta(days=3650))
        connection.close()


def played(run: Run, what: str, strike: Callable[[UnderWay], None], *, may_fail: int = 0, **options: Any) -> Round:
    """The campaign, the fault, the end of it without a hand, and the count."""
    with under_way(run, **options) as going:
        try:
            strike(going)
            going.settle()
        except TooLate as late:
            going.said.append(str(late))
        return steadily(lambda: going.judge(what, may_fail=may_fail))


def shares(count: int, chance: random.Random, *, first: float = 0.05, last: float = 0.8) -> Sequence[float]:
    """Moments of a campaign, in order: how much of it is out."""
    return sorted(first + (last - first) * chance.random() for _ in range(count))


def secret() -> str:
    return str(settings.PHONE_PROVIDER_SECRET)
