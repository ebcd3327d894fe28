"""The broker is emptied, killed and started empty, and frozen: the queue is a hint only, and nobody starts a worker again."""

from __future__ import annotations

import os
import signal
import statistics
import threading
import time

import httpx
import redis
from django.conf import settings

from breachdesk import launch
from drill import campaigns
from drill.harness import Round, Run

ID = "F4"
SLOWEST_P95 = 1.0


class Reader:
    """Somebody who reads pages all the while."""

    def __init__(self, place: str, *, every: float = 0.2) -> None:
        self.place, self.every = place, every
        self.seconds: list[float] = []
        self.statuses: dict[int, int] = {}
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self) -> None:
        with httpx.Client(trust_env=False, timeout=30) as client:
            while not self.over.wait(self.every):
                began = time.monotonic()
                try:
                    status = client.get(f"http://{self.place}/lookup/").status_code
                except httpx.HTTPError:
                    status = 0
                self.seconds.append(time.monotonic() - began)
                self.statuses[status] = self.statuses.get(status, 0) + 1

    def end(self) -> dict[int, int]:
        self.over.set()
        self.thread.join(60)
        return self.statuses

    def p95(self) -> float:
        return statistics.quantiles(self.seconds, n=20)[-1] if len(self.seconds) > 1 else 0.0


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
