"""What a process holds in memory, together with those it started."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path


def megabytes(root: int) -> int:
    ours, kilobytes = {root}, 0
    for pid, parent, rss in sorted(processes()):
        if pid in ours or parent in ours:
            ours.add(pid)
            kilobytes += rss
    return kilobytes // 1024


def processes() -> Iterator[tuple[int, int, int]]:
    """Number, parent and resident kilobytes of each; on macOS there is no /proc."""
    if not Path("/proc/self/stat").exists():
        told = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True).stdout
        for line in told.splitlines():
            pid, parent, rss = map(int, line.split())
            yield pid, parent, rss
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            yield int(stat.parent.name), int(fields[1]), int(fields[21]) * os.sysconf("SC_PAGE_SIZE") // 1024
