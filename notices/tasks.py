"""What the queue may ask for: one action each. Every task may be lost or run twice. Time is the database's."""

from __future__ import annotations

import datetime as dt

from breachdesk.celery import app
from delivery.queries import database_clock
from notices import (
    campaigning,
    climbing,
    exporting,
    gate,
    hints,
    import_jobs,
    posting,
    posting_looks,
    printing,
    publishing,
)

# A worker gives the next task its turn after this long: a code never waits for a campaign.
TURN = dt.timedelta(seconds=2)


@app.task
def tell() -> None:
    gate.keep_quiet(at=database_clock())
    put = sum(
        campaigning.carry_on(campaign=campaign, at=database_clock(), lasting=TURN)
        for campaign in campaigning.with_work()
    )
    # A batch of a list may put nothing where everybody is told already.
    if put or campaigning.still_listing().exists():
        hints.hurry()


@app.task
def pull_outcomes() -> None:
    for _turn in range(10):
        if climbing.pull_outcomes(at=database_clock()) < climbing.BATCH:
            return


@app.task
def import_lists() -> None:
    import_jobs.carry_on()


@app.task
def publish_pages() -> None:
    posting.record_what_is_up(at=database_clock())
    publishing.keep_up(at=database_clock())


@app.task
def print_notices() -> None:
    """One at a time, so that nothing else waits for longer than that."""
    if printing.make_next(at=database_clock()):
        hints.hurry_printing()


@app.task
def look_at_postings() -> None:
    posting_looks.look_at_what_is_due(at=database_clock())


@app.task
def forget_uploads() -> None:
    import_jobs.forget_uploads(at=database_clock())


@app.task
def make_exports() -> None:
    while exporting.make_next(at=database_clock()):
        pass


@app.task
def forget_exports() -> None:
    exporting.forget_exports(at=database_clock())
