"""The queue. It carries hints only: every piece of work is a row that the sweeper finds even if its hint was lost.

What waited too long is not worth doing. Of a hint that says the database's clock, because what works on and on asks for itself
again, and two of them in the place of one would stay two. What beat asks for expires by the clocks of two hosts, which may be wrong
by ten minutes each: so it is good for as long as that, and what has piled up meanwhile finds nothing left to do.
"""

from __future__ import annotations

import gc
import os
from typing import Any

import billiard.pool
from celery import Celery, Task
from celery.schedules import crontab
from celery.signals import task_prerun, worker_process_init
from django.conf import settings
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "breachdesk.settings")

# Seconds. Beat has been by.
HINT_GOOD_FOR = 20
BEAT_GOOD_FOR = 1800.0
GOOD_UNTIL = "breachdesk_good_until"
# The server's own clock: a rehearsal puts another before it.
CLOCK = "pg_catalog.clock_timestamp()"


class Heard(Task):
    """A task that does nothing where it was a hint and nobody heard it in time."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        if (until := getattr(self.request, GOOD_UNTIL, None)) and _asked(f"SELECT {CLOCK} > %s", until):
            return None
        return self.run(*arguments, **named)


def hint(task: str, *arguments: str, queue: str | None = None) -> None:
    """By the task's name. Raises what the broker or the database raises: the caller does without."""
    until = _asked(f"SELECT {CLOCK} + make_interval(secs => %s)", HINT_GOOD_FOR)
    app.send_task(task, args=arguments, queue=queue, headers={GOOD_UNTIL: until.isoformat()})


def _asked(question: str, value: str | int) -> Any:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(question, [value])
        [answer] = cursor.fetchone()
        return answer


app = Celery("breachdesk", task_cls=Heard)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    # Celery's Django fixup would close the database connection after every task; it reads this name in upper case.
    CELERY_DB_REUSE_MAX=1000,
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    broker_transport="breachdesk.broker:Transport",
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    # A nudge that cannot be published is given up at once: the row is the truth.
    task_publish_retry=False,
    broker_transport_options={
        "visibility_timeout": 300,
        "socket_connect_timeout": 0.5,
        "socket_timeout": 0.5,
        "max_retries": 0,
    },
    timezone="UTC",
    # A worker takes from all in turn: neither the sign of life nor what looks after a campaign stands in line behind its messages.
    # Codes have a worker to themselves (-Q codes): every other one may be inside a batch of a campaign when somebody waits for theirs.
    task_queues=[Queue("celery"), Queue("heartbeat"), Queue("codes"), Queue("sweeps")],
    task_routes={
        "delivery.tasks.heartbeat": {"queue": "heartbeat"},
        "delivery.tasks.sweep": {"queue": "sweeps"},
        "notices.tasks.pull_outcomes": {"queue": "sweeps"},
    },
    beat_schedule={
        "forget spent budgets": {"task": "breachdesk.limits.tasks.forget_spent", "schedule": 3600.0},
        "sweep orphaned files": {"task": "breachdesk.files.tasks.sweep_orphans", "schedule": 3600.0},
        "forget what look-ups leave behind": {"task": "lookup.tasks.forget_what_is_over", "schedule": 300.0},
        "remind of steps put off": {
            "task": "lookup.tasks.remind",
            "schedule": 60.0,
            "options": {"expires": BEAT_GOOD_FOR},
        },
        "watch what codes cost": {
            "task": "lookup.tasks.watch_spending",
            "schedule": 15.0,
            "options": {"expires": BEAT_GOOD_FOR},
        },
        "tell who wants to hear of changes": {
            "task": "lookup.tasks.tell_watchers",
            "schedule": 60.0,
            "options": {"expires": BEAT_GOOD_FOR},
        },
        "forget where staff were signed in": {"task": "breachdesk.desk.tasks.forget_sessions", "schedule": 3600.0},
        "send what is due": {
            "task": "delivery.tasks.sweep",
            "schedule": settings.DELIVERY_SWEEP,
            "options": {"expires": BEAT_GOOD_FOR},
        },
        "show that beat, broker and workers work together": {
            "task": "delivery.tasks.heartbeat",
            "schedule": settings.HEARTBEAT,
            "options": {"expires": BEAT_GOOD_FOR},
        },
        "tell whom a campaign concerns": {
            "task": "notices.tasks.tell",
            "schedule": settings.DELIVERY_SWEEP,
            "options": {"expires": BEAT_GOOD_FOR},
        },
        "see what became of a campaign's messages": {
            "task": "notices.tasks.pull_outcomes",
            "schedule": settings.DELIVERY_SWEEP,
            "options": {"expires": BEAT_GOOD_FOR},
        },
        "make the ledger as a file": {
            "task": "notices.tasks.make_exports",
            "schedule": settings.DELIVERY_SWEEP,
            "options": {"expires": BEAT_GOOD_FOR},
        },
        "forget the ledger as a file": {"task": "notices.tasks.forget_exports", "schedule": 3600.0},
        "import uploaded lists": {
            "task": "notices.tasks.import_lists",
            "schedule": settings.DELIVERY_SWEEP,
            "options": {"expires": BEAT_GOOD_FOR},
        },
        "write the published word": {
            "task": "notices.tasks.publish_pages",
            "schedule": 60.0,
            "options": {"expires": BEAT_GOOD_FOR},
        },
        "print notices": {
            "task": "notices.tasks.print_notices",
            "schedule": settings.PRINTING_SWEEP,
            "options": {"expires": BEAT_GOOD_FOR},
        },
        # Each posted notice says itself when its hour has come.
        "look whether posted notices are there": {
            "task": "notices.tasks.look_at_postings",
            "schedule": 60.0,
            "options": {"expires": BEAT_GOOD_FOR},
        },
        "make packs for regulators": {
            "task": "breachdesk.packs.tasks.make",
            "schedule": settings.DELIVERY_SWEEP,
            "options": {"expires": BEAT_GOOD_FOR},
        },
        "print letters for the mail house": {
            "task": "breachdesk.mailhouse.tasks.make",
            "schedule": settings.DELIVERY_SWEEP,
            "options": {"expires": BEAT_GOOD_FOR},
        },
        "hear of letters that were read": {
            "task": "breachdesk.mailhouse.tasks.hear_of_use",
            "schedule": 300.0,
            "options": {"expires": BEAT_GOOD_FOR},
        },
        "forget archives of letters": {
            "task": "breachdesk.mailhouse.tasks.forget",
            "schedule": crontab(hour=19, minute=0),
        },
        "forget broken uploads of lists": {"task": "notices.tasks.forget_uploads", "schedule": 3600.0},
        # 03:40 in Seoul.
        "forget words and addresses": {"task": "delivery.tasks.forget_words", "schedule": crontab(hour=18, minute=40)},
        "forget what fake messages said": {
            "task": "breachdesk.verify.tasks.forget_reports",
            "schedule": crontab(hour=18, minute=50),
        },
        "order payouts and ask about them": {
            "task": "claims.tasks.send_payouts",
            "schedule": settings.BANK_SWEEP,
            "options": {"expires": BEAT_GOOD_FOR},
        },
        "ask the issuer about cards": {
            "task": "cards.tasks.ask_due",
            "schedule": settings.CARDS_SWEEP,
            "options": {"expires": BEAT_GOOD_FOR},
        },
        "remind of what is left to do with cards": {
            "task": "cards.tasks.remind",
            "schedule": 60.0,
            "options": {"expires": BEAT_GOOD_FOR},
        },
        "forget old card acts": {"task": "cards.tasks.forget_old_acts", "schedule": 3600.0},
        "forget old inquiries": {"task": "support.tasks.forget_what_is_over", "schedule": 3600.0},
        # 03:55 in Seoul.
        "forget old consultations": {
            "task": "support.tasks.forget_consultations",
            "schedule": crontab(hour=18, minute=55),
        },
        "forget abandoned drafts": {"task": "claims.tasks.forget_abandoned_drafts", "schedule": 3600.0},
    },
)
app.autodiscover_tasks()

# A child that has just done a task waits for its parent to take note before it ends: 30 seconds, if the parent was asked to
# stop at that moment and listens no more. Nothing of ours hangs on it.
billiard.pool.GUARANTEE_MESSAGE_CONSUMPTION_RETRY_LIMIT = 10  # tenths of a second


@worker_process_init.connect
def start_with_no_connection(**_kwargs: object) -> None:
    """A forked worker must not share its parent's database socket."""
    from django.db import connections

    connections.close_all()


@worker_process_init.connect
def keep_what_is_loaded(**_kwargs: object) -> None:
    """Looking for garbage, which breachdesk.lib.paper does after every letter, need not go through it."""
    gc.freeze()


@task_prerun.connect
def start_with_a_connection_that_works(**_kwargs: object) -> None:
    """As Django does before a request: a connection that PostgreSQL ended is opened anew. Kept ones are never looked at otherwise."""
    from django.db import close_old_connections

    close_old_connections()
