"""Workers are killed with -9 after the provider took a request and before that is written down, over and over."""

from __future__ import annotations

from breachdesk.rehearsal import stage
from drill import campaigns
from drill.harness import Round, Run

ID = "F10"


def play(run: Run) -> Round:
    kills = 2 if run.quick else 20

    def strike(going: campaigns.UnderWay) -> None:
        for _number in range(kills):
            going.stage.tell(phone="late_answer", seconds=60)
            stage.wait_for(
                lambda: any(provider.state()["holding"] for provider in going.stage.providers),
                seconds=going.pace.patience,
                words="no request was taken",
            )
            with going.strike():
                going.worker.kill()
                going.stage.tell(phone="ok", release=True)
                going.work(going.worker)
        going.figures["kills"] = kills
        going.settle()

    return campaigns.played(
        run, f"{kills} kills between the provider's yes and our record", strike, pace=campaigns.SHORTER
    )
