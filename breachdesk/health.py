"""/healthz: the process is alive. /readyz: a person can be served, and if not, what is missing.

`wrong` also names what people do not feel yet: a message that nobody sends, a retention that has not finished in its period.
Only what is in NEEDED makes the answer 503: without PostgreSQL nothing works, and where workers are silent no code leaves, so
that nobody can prove who they are. A proxy that takes hosts out asks /healthz; the notice and open sessions are served all the same.
"""

from __future__ import annotations

import datetime as dt

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from breachdesk.lib import paper
from breachdesk.limits import queries as limits
from breachdesk.mailhouse import health as mailhouse
from breachdesk.verify import health as verify
from cards import health as cards
from claims import health as claims
from delivery import health as delivery
from lookup import health as lookup
from notices import health as notices
from support import health as support

FORGOTTEN_WITHIN = dt.timedelta(days=2)


def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"alive": True})


def readyz(request: HttpRequest) -> JsonResponse:
    at = timezone.now()
    wrong: dict[str, str] = {}
    for name, check in CHECKS.items():
        if "database" in wrong:
            break  # without PostgreSQL there is nothing more to ask
        if words := check(at):
            wrong[name] = words
    usable = not wrong.keys() & NEEDED
    return JsonResponse({"ready": usable, "wrong": wrong}, status=200 if usable else 503)


def database(at: dt.datetime) -> str:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, InterfaceError) as error:
        return f"PostgreSQL does not answer ({type(error).__name__})"
    return f"{len(missing)} migrations are not applied" if missing else ""


def broker(at: dt.datetime) -> str:
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1).ping()
    except redis.RedisError as error:
        return f"the queue's server does not answer ({type(error).__name__}); messages leave later"
    return ""


def workers(at: dt.datetime) -> str:
    return delivery.silent(at=at)


def messages(at: dt.datetime) -> str:
    return "; ".join(filter(None, [delivery.waiting(at=at), delivery.set_aside(), lookup.reminders(at=at)]))


def codes(at: dt.datetime) -> str:
    return lookup.codes(at=at)


def payouts(at: dt.datetime) -> str:
    return claims.payouts(at=at)


def card_acts(at: dt.datetime) -> str:
    return "; ".join(filter(None, [cards.acts(at=at), cards.reminders(at=at)]))


def campaigns(at: dt.datetime) -> str:
    return notices.climbing()


def posting(at: dt.datetime) -> str:
    return notices.posting(at=at)


def forgetting(at: dt.datetime) -> str:
    budgets = "spent budgets have not been forgotten in time" if limits.overdue(at=at - FORGOTTEN_WITHIN) else ""
    return "; ".join(
        filter(
            None,
            [
                delivery.forgetting(at=at),
                lookup.forgetting(at=at),
                cards.forgetting(at=at),
                claims.forgetting(at=at),
                support.forgetting(at=at),
                verify.forgetting(at=at),
                mailhouse.forgetting(at=at),
                budgets,
            ],
        )
    )


def printing(at: dt.datetime) -> str:
    return "; ".join(filter(None, [paper.missing(), mailhouse.making(at=at)]))


NEEDED = {"database", "workers"}
CHECKS = {
    "database": database,
    "broker": broker,
    "workers": workers,
    "messages": messages,
    "codes": codes,
    "payouts": payouts,
    "cards": card_acts,
    "campaigns": campaigns,
    "posting": posting,
    "forgetting": forgetting,
    "printing": printing,
}
