"""Workers are killed with -9 in the middle of a campaign: one of their hands, one of two, all of them."""

from __future__ import annotations

import contextlib
import os
import signal

from drill import campaigns
from drill.harness import Round, Run

ID = "F2"


def play(run: Run) -> Round:
    kills = 2 if run.quick else 6

    def strike(going: campaigns.UnderWay) -> None:
        second = going.stage.worker("second-worker", hands=1)
        going.work(second)
        for number, share in enumerate(campaigns.shares(kills, going.chance)):
            going.until(share)
            with going.strike():
                match number % 3:
                    case 0:
                        going.worker.kill()
                        second.kill()
                        going.work(going.worker)
                        going.work(second)
                    case 1:
                        for hand in going.worker.children()[:1]:
                            with contextlib.suppress(ProcessLookupError):
                                os.kill(hand, signal.SIGKILL)
                    case _:
                        second.kill()
                        going.work(second)

    # At any moment some messages are taken, and nobody has written that down.
    late = {"phone": "late_answer", "seconds": 0.1}
    return campaigns.played(run, f"workers killed {kills} times", strike, told=late)
