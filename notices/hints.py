"""A hint to the workers that a campaign has something to do. It may be lost: beat asks every few seconds."""

from __future__ import annotations

import logging

from breachdesk.celery import app

log = logging.getLogger(__name__)
# A hint that nobody heard in this time is worth nothing: beat has been by.
GOOD_FOR_SECONDS = 20


def hurry() -> None:
    try:
        # By its name: the task's module imports those who give hints.
        app.send_task("notices.tasks.tell", expires=GOOD_FOR_SECONDS)
    except Exception as error:
        log.warning("no hint to tell: %s; beat will ask", type(error).__name__)
