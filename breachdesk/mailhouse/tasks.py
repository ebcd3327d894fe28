"""What the queue may ask for: one action each. Every task may be lost or run twice."""

from __future__ import annotations

import datetime as dt

from breachdesk.celery import app
from breachdesk.mailhouse import batches, making, printers, watching
from delivery.queries import database_clock

SLICE = dt.timedelta(seconds=20)


@app.task
def make() -> None:
    """A slice of the work, then the next hint: no worker is away from codes for long, and no more than so many print at once."""
    with printers.one() as mine:
        if mine and making.carry_on(lasting=SLICE):
            batches.hurry()


@app.task
def hear_of_use() -> None:
    watching.hear_of_use(at=database_clock())


@app.task
def forget() -> None:
    at = database_clock()
    watching.forget_archives(at=at)
    watching.sweep(at=at)
