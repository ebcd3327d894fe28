from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from delivery.queries import database_clock
from lookup import actions, letter_codes, reminding, spending, watching


@shared_task
def forget_what_is_over() -> None:
    at = timezone.now()
    actions.forget_what_is_over(at=at)
    letter_codes.forget_letters(at=at)


@shared_task
def remind() -> None:
    while reminding.remind_next_batch(at=database_clock()) == reminding.BATCH:
        pass


@shared_task
def watch_spending() -> None:
    spending.watch(at=timezone.now())


@shared_task
def tell_watchers() -> None:
    while watching.tell_next_batch(at=database_clock()):
        pass
