"""Both providers say "too many" (429) with Retry-After: it is honoured, and codes are not starved by the campaign."""

from __future__ import annotations

import datetime as dt
import time
import uuid

from django.db import transaction
from django.utils import timezone

from breachdesk.lib.contacts import Contact
from breachdesk.rehearsal import stage
from delivery import outbox
from delivery.models import Attempt, Message
from drill import campaigns
from drill.harness import Round, Run

ID = "F6"
ASKED_FOR = 3  # seconds
CODE_WITHIN = 10  # seconds


def put_code(number: int) -> Message:
    """To a phone of its own, which nobody on an invented list has (rehearsal/inventing.py)."""
    key = f"drill-code:{uuid.uuid4()}"
    with transaction.atomic():
        words = outbox.Words("one_time_code", "ko", "인증번호", "[한빛카드] 인증번호 123456")
        return outbox.put(
            words, to=Contact.parse(f"010-5500-{number:04d}"), key=key, lane="code", about="drill", at=timezone.now()
        )


def too_early(about: str) -> int:
    """Attempts at the same provider before its Retry-After was over."""
    refused: dict[tuple[uuid.UUID, str], dt.datetime] = {}
    early = 0
    told = Attempt.objects.filter(message__about=about, message__attempts__code="http-429").distinct()
    for attempt in told.order_by("message_id", "number"):
        place = (attempt.message_id, attempt.provider)
        before = refused.pop(place, None)
        early += before is not None and attempt.started_at < before + dt.timedelta(seconds=ASKED_FOR)
        if attempt.code == "http-429" and attempt.ended_at:
            refused[place] = attempt.ended_at
    return early


def play(run: Run) -> Round:
    def strike(going: campaigns.UnderWay) -> None:
        codes = []
        for number in range(max(3, going.pace.outage // 3)):
            codes.append(put_code(number))
            time.sleep(3)
        going.until(0.6)
        going.stage.tell(phone="ok")
        going.settle()
        # Whoever was turned away last waits a moment longer than the campaign.
        waiting = Message.objects.filter(pk__in=[code.pk for code in codes], settled_at=None)
        stage.wait_for(lambda: not waiting.exists(), seconds=going.pace.patience, words="codes still wait")
        left = Message.objects.filter(pk__in=[code.pk for code in codes], sent_at__isnull=False)
        waits = [(code.sent_at - code.put_at).total_seconds() for code in left]
        # Until it was asked for: what came after is the provider's, who turns away codes too.
        starved = [
            (first.started_at - first.message.put_at).total_seconds()
            for first in Attempt.objects.filter(message__in=left, number=1).select_related("message")
        ]
        early = too_early(going.campaign.about)
        turned_away = Attempt.objects.filter(message__about=going.campaign.about, code="http-429").count()
        going.figures |= {
            "turned_away": turned_away,
            "asked_too_early": early,
            "codes": len(codes),
            "slowest_code_asked_for_after_seconds": round(max(starved, default=0.0), 1),
            "slowest_code_seconds": round(max(waits, default=0.0), 1),
        }
        if not turned_away:
            going.said.append("nobody was turned away")
        if early:
            going.said.append(f"{early} messages were asked for again before Retry-After was over")
        if len(waits) < len(codes):
            going.said.append(f"{len(codes) - len(waits)} codes did not leave")
        if not run.quick and max(starved, default=0.0) > CODE_WITHIN:
            going.said.append(f"a code was asked for only after {max(starved):.0f} seconds")

    busy = {"phone": "flaky", "p": 0.5, "seconds": ASKED_FOR, "troubles": ["busy"], "seed": run.seed}
    return campaigns.played(run, "every second request turned away with 429, codes beside it", strike, told=busy)
