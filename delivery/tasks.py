"""What the queue may ask for: a lane or nothing in, one action, out. Every task may be lost or run twice."""

from __future__ import annotations

import logging

from celery import current_app

from delivery.states import Lane

log = logging.getLogger(__name__)
# A hint that nobody heard in this time is worth nothing: the sweep has been by.
HINT_GOOD_FOR_SECONDS = 20


def hurry(lane: Lane) -> None:
    """A hint to the workers. It may be lost, and a broker that is away does not concern the person who is waiting."""
    try:
        current_app.send_task("delivery.tasks.send_due", [str(lane)], expires=HINT_GOOD_FOR_SECONDS)
    except Exception as error:
        log.warning("no hint for lane %s: %s", lane, type(error).__name__)
