from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from breachdesk.verify import actions


@shared_task
def forget_reports() -> None:
    actions.forget_reports(at=timezone.now())
