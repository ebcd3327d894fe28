"""One of two providers breaks down for good: whatever it did not take is at the other in two minutes, and no try is lost."""

from __future__ import annotations

from django.db.models import F, Max, OuterRef, Subquery

from delivery.models import Attempt
from delivery.states import Outcome
from drill import campaigns
from drill.harness import Round, Run

ID = "F7"
TAKES_OVER_WITHIN = 120  # seconds
# "Broken" (500): perhaps taken, so it alone is asked for a while. "Later" (503): certainly not taken.
MODES = {"break_down": "500", "error": "503"}
DEAD, OTHER = "phone", "phone-2"


def taken_over(about: str) -> tuple[int, float]:
    """How many messages the dead one did not take, and the longest that one of them waited: from when it was first asked in
    vain until the other had taken it.
    """
    in_vain = Attempt.objects.filter(
        message=OuterRef("pk"), provider=DEAD, outcome__in=[Outcome.TEMPORARY, Outcome.UNKNOWN]
    )
    moved = campaigns.messages_of(about).annotate(since=Subquery(in_vain.order_by("number").values("started_at")[:1]))
    moved = moved.filter(since__isnull=False, provider=OTHER, sent_at__isnull=False)
    longest = moved.aggregate(longest=Max(F("sent_at") - F("since")))["longest"]
    return moved.count(), longest.total_seconds() if longest else 0.0


def play(run: Run) -> Round:
    mode = list(MODES)[run.seed % 2]

    def strike(going: campaigns.UnderWay) -> None:
        going.until(0.2)
        with going.strike():
            going.stage.first.tell(phone=mode)
        going.settle()
        moved, longest = taken_over(going.campaign.about)
        going.figures |= {"taken_over": moved, "longest_until_the_other_took_it_seconds": round(longest, 1)}
        if not moved:
            going.said.append("the dead provider was asked for nothing")
        if longest > TAKES_OVER_WITHIN and not run.quick:
            going.said.append(f"the other took a message over only after {longest:.0f} seconds")

    return campaigns.played(run, f"one provider answers {MODES[mode]} from a fifth of the campaign on", strike)
