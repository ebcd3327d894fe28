"""Both providers take requests and say nothing: a call is given up in time, connections stay flat, and all goes on afterwards."""

from __future__ import annotations

import time

from django.db import connection
from django.db.models import F, Max

from delivery.models import Attempt
from drill import campaigns
from drill.harness import Round, Run

ID = "F8"
# Answers that come late are recorded late: a little more than the timeout itself.
GIVEN_UP_WITHIN = 3


def connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def play(run: Run) -> Round:
    def strike(going: campaigns.UnderWay) -> None:
        going.until(0.2)
        before, most = connections(), 0
        with going.strike():
            going.stage.tell(phone="hang", email="hang", seconds=60)
            until = time.monotonic() + going.pace.outage
            while time.monotonic() < until:
                most = max(most, connections())
                time.sleep(0.5)
            going.stage.tell(phone="ok", email="ok")
        going.settle()
        asked = Attempt.objects.filter(message__about=going.campaign.about, provider__startswith="phone")
        longest = asked.aggregate(most=Max(F("ended_at") - F("started_at")))["most"].total_seconds()
        going.figures |= {
            "connections_before": before,
            "connections_most": most,
            "longest_call_seconds": round(longest, 1),
        }
        if most > before + 3:
            going.said.append(f"{most} connections to the database, {before} before")
        if not run.quick and longest > going.pace.timeout + GIVEN_UP_WITHIN:
            going.said.append(f"a call lasted {longest:.0f} seconds")

    return campaigns.played(run, "both providers silent for the outage", strike)
