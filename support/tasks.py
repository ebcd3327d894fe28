"""What the clock asks of this room. Every task may be lost or run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from support import consulting, forgetting


@shared_task
def forget_what_is_over() -> None:
    at = timezone.now()
    forgetting.forget_old_inquiries(at=at)
    forgetting.forget_old_call_backs(at=at)


@shared_task
def forget_consultations() -> None:
    consulting.forget_consultations(at=timezone.now())
