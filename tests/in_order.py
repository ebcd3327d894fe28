"""Which tests of a run begin first: those that take longest, so that no process is left with one of them at the end.

Most of their time they wait for leases, outages and processes, while the tests of the other processes have the cores.
"""

from __future__ import annotations

import os

import pytest

LONG = (
    "tests/drills/test_faults.py",
    "tests/house/test_launch.py",
    "tests/rehearsal/test_rehearsing.py",
    "tests/journeys/",
)


def long_ones_first(items: list[pytest.Item]) -> None:
    """They open the share of the last process: worksteal cuts the list into equal shares, and takes from a share's end."""
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if processes == 1:
        return
    long = [item for beginning in LONG for item in items if item.nodeid.startswith(beginning)]
    others = [item for item in items if not item.nodeid.startswith(LONG)]
    last = len(items)
    for left in range(processes, 1, -1):
        last -= last // left
    items[:] = [*others[: len(items) - last], *long, *others[len(items) - last :]]
