"""Beat is killed with -9 and missed for a while, and two beats run at once: no job is done twice, and all of it is caught up with."""

from __future__ import annotations

import time

from django.db.models import Count

from delivery.models import Attempt
from delivery.states import Outcome
from drill import campaigns
from drill.harness import Round, Run

ID = "F3"


def play(run: Run) -> Round:
    def strike(going: campaigns.UnderWay) -> None:
        first, second = campaigns.shares(2, going.chance)
        going.until(first)
        with going.strike():
            going.beat.kill()
            time.sleep(going.pace.outage)
            going.beat.start()
        another = going.stage.beat("another-beat")
        another.start()
        going.until(second)
        with going.strike():
            going.beat.kill()
        going.settle()
        about = going.campaign.about
        # A message that was taken is never asked for again, whoever calls for it.
        taken = Attempt.objects.filter(message__about=about, outcome=Outcome.ACCEPTED)
        twice = taken.values("message").annotate(times=Count("pk")).filter(times__gt=1).count()
        going.figures["asked_twice"] = twice
        if twice:
            going.said.append(f"{twice} messages were asked for again after a provider had taken them")

    return campaigns.played(run, "beat killed, then two beats at once", strike)
