"""What the queue may ask for: a lane or nothing in, one action, out. Every task may be lost or run twice.

Time is the database's: workers on several machines must agree on when a lease has run out.
"""

from __future__ import annotations

import logging
import time

from breachdesk.celery import app, hint
from delivery import actions, queries, sending, taking
from delivery.states import ORDER, Lane

# The queues of breachdesk.celery.
CODES, EVERYBODYS = "codes", "celery"
log = logging.getLogger(__name__)
# After a broker did not answer, this process gives it no hint for a while, so that no second person waits for it.
BROKER_RESTS_SECONDS = 5
_broker_rests_until = 0.0


@app.task
def send_due(lane: str) -> None:
    """As long as something is due each run asks for the next, behind whatever else waits."""
    if sending.send_due(lane=Lane(lane), at=queries.database_clock()):
        looked_at = ORDER[: ORDER.index(Lane(lane)) + 1]
        if waiting := list(taking.lanes_with_work(looked_at, at=queries.database_clock())):
            hurry(waiting[-1])


@app.task
def sweep() -> None:
    """A code that is found here was heard of by nobody: any worker may send it, if the one for codes is down."""
    for lane in sending.sweep(at=queries.database_clock()):
        _ask(lane, queue=EVERYBODYS)


@app.task
def heartbeat() -> None:
    """Asked for by beat alone, never by a hint: that it runs shows that beat, broker, worker and database work together."""
    actions.note_heartbeat(at=queries.database_clock())


@app.task
def forget_words() -> None:
    actions.forget_words(at=queries.database_clock())


def hurry(lane: Lane) -> None:
    """A hint to the workers. It may be lost; a broker that is away costs the caller half a second at most, once."""
    _ask(lane, queue=CODES if lane == Lane.CODE else EVERYBODYS)


def _ask(lane: Lane, *, queue: str) -> None:
    global _broker_rests_until
    if time.monotonic() < _broker_rests_until:
        return
    try:
        hint(send_due.name, str(lane), queue=queue)
    except Exception as error:
        _broker_rests_until = time.monotonic() + BROKER_RESTS_SECONDS
        log.warning("no hint for lane %s: %s; the sweep will find it", lane, type(error).__name__)
