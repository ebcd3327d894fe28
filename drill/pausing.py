"""A campaign is paused, goes on, and in every second round is cancelled: after five seconds nothing more leaves."""

from __future__ import annotations

import time

from django.utils import timezone

from breachdesk.accounts.models import User
from breachdesk.demo import story
from drill import campaigns
from drill.harness import Round, Run
from notices import campaigning
from notices.states import TellingState

ID = "F21"
WITHIN = 5  # seconds


def play(run: Run) -> Round:
    cancels = run.seed % 2 == 1

    def strike(going: campaigns.UnderWay) -> None:
        officer = User.objects.get(email=story.APPROVER["email"])
        going.until(0.2)
        stop = campaigning.cancel if cancels else campaigning.pause
        stop(campaign=going.campaign, by=officer, at=timezone.now())
        flying, had = len(going.in_flight()), going.taken()
        time.sleep(WITHIN)
        after = going.taken()
        time.sleep(WITHIN)
        later = going.taken()
        going.figures |= {"in_flight": flying, "left_in_five_seconds": after - had, "left_later": later - after}
        if after - had > flying:
            going.said.append(f"{after - had} left within five seconds, {flying} were in flight")
        if later != after:
            going.said.append(f"{later - after} left after five seconds")
        if later >= run.people * 0.9:
            going.said.append("almost all were out before it was stopped")
        going.stage.tell(phone="ok", email="ok")
        if not cancels:
            campaigning.resume(campaign=going.campaign, by=officer, at=timezone.now())
        going.settle()
        if cancels:
            going.figures["cancelled"] = going.lines().get(TellingState.CANCELLED, 0)

    # So that a part of the campaign is still there to be stopped.
    far_away = {"phone": "slow", "seconds": 0.5, "email": "slow"}
    return campaigns.played(run, "cancelled" if cancels else "paused and resumed", strike, told=far_away)
