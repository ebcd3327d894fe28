"""Beat is killed with -9 and missed until /readyz says so, then two beats run at once: no job is done twice, all of it is caught up with."""

from __future__ import annotations

import contextlib
import time

import httpx
from django.db.models import Count
from django.utils import timezone

from breachdesk.rehearsal.stage import wait_for
from delivery import queries
from delivery.models import Attempt
from delivery.states import Outcome
from drill import campaigns
from drill.harness import Round, Run

ID = "F3"
ALARM_WITHIN = 120  # seconds


def says_that_workers_are_silent(place: str) -> bool | None:
    """None: no answer."""
    with contextlib.suppress(httpx.HTTPError, ValueError):
        return "workers" in httpx.get(f"http://{place}/readyz", trust_env=False, timeout=10).json()["wrong"]
    return None


def play(run: Run) -> Round:
    def strike(going: campaigns.UnderWay) -> None:
        first, second = campaigns.shares(2, going.chance)
        place, patience = going.stage.web_place, going.pace.patience
        going.until(first)
        since = timezone.now()
        wait_for(lambda: (queries.heard_at() or since) > since, seconds=patience, words="no heartbeat came")
        with going.strike():
            going.beat.kill()
            began = time.monotonic()
            wait_for(lambda: says_that_workers_are_silent(place), seconds=patience, words="no alarm", every=0.5)
            alarm = time.monotonic() - began
            going.beat.start()
        another = going.stage.beat("another-beat")
        another.start()
        going.until(second)
        with going.strike():
            going.beat.kill()
        going.settle()
        wait_for(lambda: says_that_workers_are_silent(place) is False, seconds=patience, words="the alarm stays")
        # A message that was taken is never asked for again, whoever calls for it.
        taken = Attempt.objects.filter(message__about=going.campaign.about, outcome=Outcome.ACCEPTED)
        twice = taken.values("message").annotate(times=Count("pk")).filter(times__gt=1).count()
        going.figures |= {"asked_twice": twice, "alarm_after_seconds": round(alarm, 1)}
        if twice:
            going.said.append(f"{twice} messages were asked for again after a provider had taken them")
        if alarm > ALARM_WITHIN and not run.quick:
            going.said.append(f"the alarm came after {alarm:.0f} seconds")

    return campaigns.played(run, "beat killed until the alarm, then two beats at once", strike, web=True)
