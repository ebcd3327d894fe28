"""The import as a program of its own, watched, and killed where a drill says so."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection

from bench.harness import ROOT
from bench.memory import megabytes

Look = Callable[[], None]


def start(path: Path, incident: str, *options: object) -> subprocess.Popen[bytes]:
    """In a group of its own: what kills it kills its hands."""
    command = [sys.executable, str(ROOT / "manage.py"), "import_affected", "--incident", incident, str(path), "--json"]
    return subprocess.Popen(
        [*command, *map(str, options)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def result(process: subprocess.Popen[bytes]) -> tuple[int, dict[str, Any]]:
    said, trouble = process.communicate()
    lines = said.decode().splitlines()
    return process.returncode, json.loads(lines[-1]) if lines else {"trouble": trouble.decode()[-500:]}


def kill_at(path: Path, incident: str, *, rows: int) -> bool:
    """kill -9 once so many rows have gone to PostgreSQL. False: it was done before that."""
    process = start(path, incident)
    while copied() < rows:
        if process.poll() is not None:
            return False
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return True


def watched(path: Path, incident: str, *options: object, meanwhile: Look) -> tuple[int, dict[str, Any], int]:
    """With the most megabytes that it and its hands held together. `meanwhile` is done over and over."""
    most = 0
    process = start(path, incident, *options)
    while process.poll() is None:
        most = max(most, megabytes(process.pid))
        meanwhile()
    code, said = result(process)
    return code, said, most


def copied() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(tuples_processed), 0) FROM pg_stat_progress_copy WHERE type = 'PIPE'")
        return int(cursor.fetchone()[0])


def tables() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            r"SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname ~ '^notices_affectedrecord_\d+$'"
        )
        return int(cursor.fetchone()[0])
