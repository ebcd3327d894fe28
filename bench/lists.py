"""Lists in the database of a bench: brought in by the product's own import, dropped when they are measured."""

from __future__ import annotations

import datetime as dt
import itertools
import os
from pathlib import Path

from django.db import connection
from django.utils import timezone

from notices import importing, loading
from notices.models import Incident

numbers = itertools.count(1)


def incident() -> Incident:
    """A new one, so that no list is there to be compared with."""
    at = timezone.now()
    day = dt.timedelta(days=1)
    return Incident.objects.create(
        slug=f"bench-{at:%Y%m%d%H%M%S}-{next(numbers)}",
        title_ko="재는 사고",
        title_en="An incident to measure",
        leak_started_at=at - 30 * day,
        leak_ended_at=at - 5 * day,
        learned_at=at - 3 * day,
        not_leaked=[],
        claims_until_date=(at + 365 * day).date(),
        created_at=at - 3 * day,
    )


def bring_in(path: Path, *, into: Incident | None = None) -> importing.Imported:
    return importing.import_list(incident=into or incident(), path=path, by=None, at=timezone.now())


def table(imported: importing.Imported) -> str:
    assert imported.dataset is not None
    return loading.table_of(imported.dataset.pk)


def drop_all() -> None:
    assert os.environ.get("BENCH_FOLDER"), "only the servers that `make bench` starts hold nothing of worth"
    with connection.cursor() as cursor:
        cursor.execute(
            r"SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^(notices_affectedrecord|bench_copy)_\d+$'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE {name}")
