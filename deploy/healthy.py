"""Is this container usable? Docker asks: python deploy/healthy.py web|worker|beat; exit 0 says yes."""

from __future__ import annotations

import http.client
import os
import socket
import sys
import time
from pathlib import Path


def web() -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=8)
    connection.request("GET", "/readyz", headers={"Host": os.environ["ALLOWED_HOSTS"].split(",")[0]})
    return connection.getresponse().status == 200


def worker() -> bool:
    """The one in this container: another's answer says nothing of it."""
    from breachdesk.celery import app

    return bool(app.control.inspect(destination=[f"celery@{socket.gethostname()}"], timeout=8).ping())


def beat() -> bool:
    """It writes its schedule down every three minutes."""
    newest = max((path.stat().st_mtime for path in Path("/tmp").glob("beat*")), default=0.0)  # noqa: S108
    return time.time() - newest < 600


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.exit(0 if {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]() else 1)
