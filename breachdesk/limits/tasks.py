from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from breachdesk.limits import actions


@shared_task
def forget_spent() -> None:
    actions.forget_spent(at=timezone.now())
