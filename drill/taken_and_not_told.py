"""Providers take a message and do not say so: the line goes dead or a 500 comes. It is asked for again under the same key."""

from __future__ import annotations

from delivery.models import Attempt
from delivery.states import Outcome
from drill import campaigns
from drill.harness import Round, Run

ID = "F9"
# What is in doubt is asked for one by one: a third of these, so that a round stays under four minutes.
PEOPLE = 5_000


def play(run: Run) -> Round:
    knows_keys = run.seed % 2 == 0

    def strike(going: campaigns.UnderWay) -> None:
        going.until(0.5)
        going.stage.tell(phone="ok")
        going.settle()
        going.figures["knows_keys"] = knows_keys
        unknown = Attempt.objects.filter(message__about=going.campaign.about, outcome=Outcome.UNKNOWN)
        if not unknown.exists():
            going.said.append("no outcome was unknown")

    troubles = ["drop_after_accept", "break_after_accept"]
    told = {"phone": "flaky", "p": 0.5, "troubles": troubles, "dedupe": knows_keys, "seed": run.seed}
    what = "every second request taken and not confirmed, by providers that "
    return campaigns.played(run, what + ("know keys" if knows_keys else "know no keys"), strike, told=told)
