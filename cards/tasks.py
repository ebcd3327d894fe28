"""What the clock asks of this room. Every task may be lost or run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from cards import actions, asking, reminding, sheets
from delivery.queries import database_clock


@shared_task
def ask_due() -> None:
    """Time is the database's: workers on several machines must agree on when a lease has run out."""
    asking.ask_due(at=database_clock())
    sheets.read_due(at=database_clock())


@shared_task
def remind() -> None:
    while reminding.remind_next_batch(at=database_clock()) >= reminding.BATCH:
        pass


@shared_task
def forget_old_acts() -> None:
    actions.forget_old_acts(at=timezone.now())
