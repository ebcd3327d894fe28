"""Real races: threads with connections of their own, let go at the same moment, and a table that nobody gets to write.

For tests with `transaction=True`.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from queue import Queue
from typing import TypeVar

from django.db import connection, connections, models

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


@contextlib.contextmanager
def nobody_writes(model: type[models.Model]) -> Iterator[Callable[[], bool]]:
    """Whoever wants to write this table waits until this is over; its answer: does somebody wait?

    So that a process that writes it last is still running when a test kills it, however quick the machine.
    """
    table = model._meta.db_table
    holder = connection.copy()
    try:
        holder.set_autocommit(False)
        with holder.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")

        def somebody_waits() -> bool:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = %s::regclass AND NOT granted)", [table]
                )
                return bool(cursor.fetchone()[0])

        yield somebody_waits
    finally:
        holder.close()


def begun(act: Callable[[], Answer]) -> Future[Answer]:
    """`act` in a thread with a connection of its own, once it has ended or waits for a lock that somebody holds."""
    pid: Queue[int] = Queue()

    def run() -> Answer:
        try:
            with connections["default"].cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pid.put(cursor.fetchone()[0])
            return act()
        finally:
            connections.close_all()

    pool = ThreadPoolExecutor(1)
    running = pool.submit(run)
    pool.shutdown(wait=False)
    theirs, until = pid.get(timeout=30), time.monotonic() + 60
    while not wait([running], timeout=0.01).done and time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE pid = %s AND NOT granted)", [theirs])
            if cursor.fetchone()[0]:
                break
    return running
