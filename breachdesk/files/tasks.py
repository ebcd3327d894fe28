from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from breachdesk.files import actions


@shared_task
def sweep_orphans() -> None:
    actions.sweep_orphans(at=timezone.now())
