"""What the queue may ask for: one action each. Every task may be lost or run twice."""

from __future__ import annotations

from breachdesk.celery import app
from breachdesk.packs import actions


@app.task
def make() -> None:
    actions.carry_on()
