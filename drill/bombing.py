"""One victim is asked for a thousand codes in an hour by a hundred addresses, every other of which has worked for it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from breachdesk import limits
from breachdesk.lib.contacts import Contact
from delivery.models import Message
from drill import harness
from lookup import proving, work
from lookup.purses import Effort

ID = "S-g1"
REQUESTS, ADDRESSES, MOST = 1_000, 100, 5
EFFORTS = (Effort.NOTHING, Effort.WORKED, Effort.WAITED, Effort.WORKED_HARD)


def play(run: harness.Run) -> harness.Round:
    victim = Contact.parse(f"010-7000-{run.seed % 10_000:04d}")
    began, before, refused = timezone.now(), Message.objects.count(), 0
    for number in range(REQUESTS):
        effort = EFFORTS[number % len(EFFORTS)]
        done = work.Done(effort, ticket=f"bomb-{run.seed}-{number}" if effort else "")
        try:
            proving.send_code(
                contact=victim,
                network=limits.network(f"100.80.{number % ADDRESSES}.7"),
                language="ko",
                done=done,
                at=began + dt.timedelta(hours=1) * number / REQUESTS,
            )
        except (proving.TooOften, proving.WorkNeeded):
            refused += 1
    sent = Message.objects.count() - before
    return harness.Round(
        load=f"{REQUESTS:,} requests for one number in an hour from {ADDRESSES} networks, three of four with work or a wait",
        worst={"sent": sent, "refused": refused},
        failures=[f"{sent} messages in an hour, at most {MOST}"] if sent > MOST else [],
    )
