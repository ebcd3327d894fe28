from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from lookup import actions


@shared_task
def forget_what_is_over() -> None:
    actions.forget_what_is_over(at=timezone.now())
