"""PostgreSQL is restarted, at once and in order, and every backend is ended: pages say 503 in words, and nothing is lost."""

from __future__ import annotations

import os
import signal
import time

from django.db import connection

from breachdesk import launch
from drill import campaigns
from drill.harness import Round, Run
from drill.reading import Reader

ID = "F5"
AWAY_FOR = 3  # seconds, so that somebody comes meanwhile
READ = ("/lookup/", "/en/lookup/", "/notices/", "/verify/")


def restart(servers: launch.Servers, how: signal.Signals) -> None:
    """SIGINT: in order, every client put out; SIGQUIT: at once, as after a crash."""
    os.kill(servers.postgres.pid, how)
    servers.postgres.popen.wait(60)
    time.sleep(AWAY_FOR)
    servers.postgres.start()
    launch.wait_for(servers.ready, 120, "PostgreSQL did not come back")
    connection.close()


def end_backends() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def play(run: Run) -> Round:
    servers = run.servers
    assert servers is not None

    def strike(going: campaigns.UnderWay) -> None:
        reader = Reader(going.stage.web_place, paths=READ)
        ended, in_order, at_once = campaigns.shares(3, going.chance)
        going.until(ended)
        with going.strike():
            going.figures["backends_ended"] = campaigns.steadily(end_backends)
        for share, how in ((in_order, signal.SIGINT), (at_once, signal.SIGQUIT)):
            going.until(share)
            with going.strike():
                restart(servers, how)
        going.settle()
        statuses = reader.end()
        going.figures |= {"pages": sum(statuses.values()), "pages_503": statuses.get(503, 0)}
        if wrong := {status: count for status, count in statuses.items() if status not in (200, 503)}:
            going.said.append(f"pages answered {wrong}")
        if reader.wordless:
            going.said.append(f"{reader.wordless} pages said 503 without words or without Retry-After")
        if not statuses.get(503):
            going.said.append("nobody came while it was away")

    return campaigns.played(run, "backends ended, PostgreSQL restarted in order and at once", strike, web=True)
