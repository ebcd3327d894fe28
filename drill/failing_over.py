"""One of two providers breaks down for good: the other takes over, and no try is lost."""

from __future__ import annotations

import time

from breachdesk.rehearsal import stage
from drill import campaigns
from drill.harness import Round, Run

ID = "F7"
TAKES_OVER_WITHIN = 120  # seconds
# "Later" (503): certainly not taken. "Broken" (500): perhaps taken, so it alone is asked for two minutes.
MODES = ("error", "break_down")


def play(run: Run) -> Round:
    mode = MODES[0] if run.quick else MODES[run.seed % 2]

    def strike(going: campaigns.UnderWay) -> None:
        going.until(0.2)
        dead, other = going.stage.first, going.stage.second
        with going.strike():
            dead.tell(phone=mode)
            began, before = time.monotonic(), other.state()["messages"]
        stage.wait_for(
            lambda: other.state()["messages"] > before,
            seconds=TAKES_OVER_WITHIN if not run.quick else going.pace.patience,
            words="the other provider had nothing",
        )
        going.figures["took_over_after_seconds"] = round(time.monotonic() - began, 1)
        going.settle()

    answer = {"error": "503", "break_down": "500"}[mode]
    return campaigns.played(run, f"one provider answers {answer} from a fifth of the campaign on", strike)
