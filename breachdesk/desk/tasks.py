from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from breachdesk.desk import actions


@shared_task
def forget_sessions() -> None:
    actions.forget_sessions(at=timezone.now())
