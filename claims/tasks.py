"""What the clock and the acts ask of this room. Every task may be lost or run twice."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from breachdesk.celery import hint
from claims import actions
from delivery.queries import database_clock

log = logging.getLogger(__name__)


@shared_task
def forget_abandoned_drafts() -> None:
    actions.forget_abandoned_drafts(at=timezone.now())


@shared_task
def send_payouts() -> None:
    """Time is the database's: workers on several machines must agree on when a lease has run out."""
    from claims import settling  # which imports, by way of `payouts`, this module

    settling.send_due(at=database_clock())


def hurry_payouts() -> None:
    """A hint to the workers. It may be lost: the sweep finds the row."""
    try:
        hint(send_payouts.name)
    except Exception as error:
        log.warning("no hint for a payout: %s; the sweep will find it", type(error).__name__)
