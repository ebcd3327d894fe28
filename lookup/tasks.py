from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from delivery.queries import database_clock
from lookup import actions, reminding


@shared_task
def forget_what_is_over() -> None:
    actions.forget_what_is_over(at=timezone.now())


@shared_task
def remind() -> None:
    while reminding.remind_next_batch(at=database_clock()) == reminding.BATCH:
        pass
