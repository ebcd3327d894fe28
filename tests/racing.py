"""Real races: threads with connections of their own, let go at the same moment. For tests with `transaction=True`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

Answer = TypeVar("Answer")


def race(runners: int, act: Callable[[int], Answer]) -> list[Answer]:
    """What `act(0)` … `act(runners - 1)` gave. Raises the first exception of any of them, once all have ended."""
    start = threading.Barrier(runners)

    def run(number: int) -> Answer:
        try:
            connections["default"].ensure_connection()
            start.wait(timeout=30)
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(runners) as pool:
        running = [pool.submit(run, number) for number in range(runners)]
        return [each.result() for each in running]
