"""The broker is emptied, killed and started empty, and frozen: the queue is a hint only, and nobody starts a worker again."""

from __future__ import annotations

import os
import signal
import time

import redis
from django.conf import settings

from breachdesk import launch
from drill import campaigns
from drill.harness import Round, Run
from drill.reading import Reader

ID = "F4"
SLOWEST_P95 = 1.0


def play(run: Run) -> Round:
    assert run.servers is not None
    valkey = run.servers.valkey

    def strike(going: campaigns.UnderWay) -> None:
        reader = Reader(going.stage.web_place)
        broker = redis.Redis.from_url(settings.REDIS_URL)
        flushed, emptied, frozen = campaigns.shares(3, going.chance)
        going.until(flushed)
        with going.strike():
            broker.flushall()
        going.until(emptied)
        with going.strike():
            launch.kill_group(valkey.pid)
            valkey.popen.wait(30)
            valkey.start()
        going.until(frozen)
        with going.strike():
            os.kill(valkey.pid, signal.SIGSTOP)
            time.sleep(going.pace.outage)
            os.kill(valkey.pid, signal.SIGCONT)
        going.settle()
        statuses = reader.end()
        going.figures |= {"pages": sum(statuses.values()), "page_p95_seconds": round(reader.p95(), 2)}
        if wrong := {status: count for status, count in statuses.items() if status != 200}:
            going.said.append(f"pages answered {wrong}")
        if not run.quick and reader.p95() > SLOWEST_P95:
            going.said.append(f"a page took {reader.p95():.1f} seconds (p95)")

    what = "broker emptied, killed and started empty, frozen"
    return campaigns.played(run, what, strike, web=True)
