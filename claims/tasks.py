"""What the clock asks of this room."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from claims import actions


@shared_task
def forget_abandoned_drafts() -> None:
    actions.forget_abandoned_drafts(at=timezone.now())
