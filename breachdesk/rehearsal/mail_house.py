"""Letters in a rehearsal: invented staff gather what waits, a worker prints it, a mail house carries it off, some come back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from breachdesk.demo import story
from breachdesk.mailhouse import batches, queries, returning, rules
from breachdesk.mailhouse.models import Batch, Letter
from breachdesk.mailhouse.states import BatchState
from breachdesk.rehearsal import inventing
from notices.models import Incident

# Staff look that often at what waits; a letter that comes back is there that long after it was posted.
LOOKS_EVERY, BACK_AFTER = dt.timedelta(hours=4), dt.timedelta(hours=20)
ONE_COMES_BACK_OF = 50
REASONS = ("이사", "주소불명", "폐문부재")


@dataclass
class MailHouse:
    """Whoever rehearses asks it again and again; `looked_at`: when its staff last looked at what waits."""

    incident: Incident
    looked_at: dt.datetime | None = None
    listed: set[int] = field(default_factory=set)

    def turn(self, *, at: dt.datetime) -> None:
        """What staff and mail house have to do by now."""
        gatherer, releaser = (inventing.staff(one["email"], one["name"]) for one in (story.EDITOR, story.APPROVER))
        day = at.astimezone(ZoneInfo(self.incident.time_zone)).date()
        own = Batch.objects.filter(incident=self.incident).order_by("pk")
        for batch in own.filter(state=BatchState.MADE):
            try:
                batches.release(batch=batch, by=releaser, at=at)
            except (rules.CancelledMeanwhile, rules.NothingInIt) as refused:
                # Somebody was reached meanwhile: the others are gathered anew, as the desk says.
                batches.drop(batch=batch, reason=str(refused), by=gatherer, at=at)
                self.looked_at = None
                continue
            batches.hand_over(batch=batch, day=day, by=gatherer, at=at)
            batches.post(batch=batch, day=day, count=batch.printed, by=gatherer, at=at)
        for batch in own.filter(state=BatchState.POSTED, posted_at__lte=at - BACK_AFTER).exclude(pk__in=self.listed):
            self.listed.add(batch.pk)
            if back := _came_back(batch):
                returning.bring(content=back.encode(), by=gatherer, at=at)
        if self.looked_at is None or at - self.looked_at >= LOOKS_EVERY:
            self.looked_at = at
            for source in queries.sources(at=at):
                batches.gather(incident=self.incident, abouts=[source.about], large_print=False, by=gatherer, at=at)

    def next_at(self, *, at: dt.datetime) -> dt.datetime | None:
        """When there will be something to do; None: nothing that is known of."""
        posted = Batch.objects.filter(incident=self.incident, state=BatchState.POSTED).exclude(pk__in=self.listed)
        moments = [moment + BACK_AFTER for moment in posted.values_list("posted_at", flat=True) if moment]
        if self.looked_at is not None and queries.sources(at=at):
            moments.append(self.looked_at + LOOKS_EVERY)
        return min(moments, default=None)

    def figures(self) -> dict[str, int]:
        """Letters: in a batch, printed, posted, back."""
        letters = Letter.objects.filter(batch__incident=self.incident)
        return {
            "gathered": letters.count(),
            "printed": letters.filter(made_at__isnull=False, problem="").count(),
            "posted": letters.filter(batch__state=BatchState.POSTED, problem="").count(),
            "returned": letters.exclude(returned="").count(),
        }


def _came_back(batch: Batch) -> str:
    """The list of a mail house; empty where nothing came back."""
    numbers = Letter.objects.filter(batch=batch, problem="").order_by("number").values_list("number", flat=True)
    lines = [
        f"{rules.running_number(batch.pk, number)},{REASONS[number // ONE_COMES_BACK_OF % len(REASONS)]}"
        for number in numbers
        if number % ONE_COMES_BACK_OF == 1
    ]
    return "\n".join(["number,reason", *lines, ""]) if lines else ""
