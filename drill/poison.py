"""One message kills whoever sends it, every time: it is set aside and shown, and all the others leave."""

from __future__ import annotations

from breachdesk.rehearsal import stage
from delivery import queries
from delivery.states import State
from drill import campaigns
from drill.harness import Round, Run

ID = "F19"


def play(run: Run) -> Round:
    def strike(going: campaigns.UnderWay) -> None:
        waiting = (
            going.messages().filter(state=State.WAITING, tries=0).exclude(channel="email").order_by("due_at", "pk")
        )
        while True:
            poison = stage.wait_for(waiting.last, seconds=going.pace.patience, words="no message waits", every=0.02)
            going.stage.tell(stuck=poison.recipient.value)
            poison.refresh_from_db()
            if not poison.tries:  # it was not on its way just now
                break

        def is_over() -> bool:
            poison.refresh_from_db()
            return poison.settled_at is not None

        def is_stuck() -> bool:
            return is_over() or any(provider.state()["holding"] for provider in going.stage.providers)

        kills = 0
        while kills < 10:
            stage.wait_for(is_stuck, seconds=going.pace.patience, words="it was not asked for")
            if is_over():
                break
            kills += 1
            going.worker.kill()
            going.stage.tell(release=True)
            going.work(going.worker)
        going.settle()
        going.figures |= {"kills": kills, "lost_leases": poison.lost_leases}
        if poison.state != State.UNKNOWN or not queries.set_aside().filter(pk=poison.pk).exists():
            going.said.append(f"it is {poison.state}, and not among those that staff are shown")

    return campaigns.played(run, "one message kills its worker each time", strike, pace=campaigns.SHORTER)
