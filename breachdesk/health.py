"""/healthz: the process is alive. /readyz: a person can be served, and if not, what is missing."""

from __future__ import annotations

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"alive": True})


def readyz(request: HttpRequest) -> JsonResponse:
    wrong = {name: words for name, check in CHECKS.items() if (words := check())}
    # The broker only hurries work that the sweeper would find: without it the site still serves people.
    usable = not (wrong.keys() - {"broker"})
    return JsonResponse({"ready": usable, "wrong": wrong}, status=200 if usable else 503)


def database() -> str:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return f"PostgreSQL does not answer ({type(error).__name__})"
    return f"{len(missing)} migrations are not applied" if missing else ""


def broker() -> str:
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1).ping()
    except redis.RedisError as error:
        return f"the queue's server does not answer ({type(error).__name__}); messages leave later"
    return ""


CHECKS = {"database": database, "broker": broker}
