"""The demo's incident for tests that begin where it is told: loaded once in a process, by the product's own commands.

Loading takes seconds of work. What it wrote is copied out of the tables, and copied back into them where another test begins
with it: with the same numbers, times and people. (How it is loaded is tested in tests/demo/test_loading.py.)
"""

from __future__ import annotations

import io
from typing import Any

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction

from notices import loading
from notices.models import Dataset
from tests.emptying import Emptying

_kept: dict[str, bytes] = {}
_lists: dict[int, bytes] = {}
ROWS = "dataset_id, person_key, phone_hash, email_hash, content_hash, sealed_in, member, language, items, sealed"


def tell() -> None:
    """While no worker runs."""
    around = transaction.atomic()
    around._from_testcase = True  # type: ignore[attr-defined]  # as Django's around a test: what wants to be outermost does not mind
    with around:
        if _kept:
            _copy_back()
            cache.clear()  # what another test has made of the same rows
        else:
            tables = Emptying()
            if left := tables.written():  # by a thread of a test that is over
                with connection.cursor() as cursor:
                    cursor.execute(f"TRUNCATE {', '.join(left)} CASCADE")
            call_command("load_demo", stdout=io.StringIO())
            assert tables.as_migrated() == tables.migrated, "what migrating writes is not kept"
            _keep(tables.written())


def _keep(tables: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in tables:
            _kept[table] = _copied(cursor, table, "")
        for dataset in Dataset.objects.all():
            _lists[dataset.pk] = _copied(cursor, loading.table_of(dataset.pk), f"({ROWS})")


def _copied(cursor: Any, table: str, columns: str) -> bytes:
    out = io.BytesIO()
    cursor.copy_expert(f'COPY "{table}" {columns} TO STDOUT', out)
    return out.getvalue()


def _copy_back() -> None:
    """Past the triggers, which look at what is new; foreign keys are looked at."""
    with connection.cursor() as cursor:
        for table in _kept:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        for table, rows in _kept.items():
            cursor.copy_expert(f'COPY "{table}" FROM STDIN', io.BytesIO(rows))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in _kept:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for number, rows in _lists.items():
            cursor.execute("SELECT to_regclass(%s)", [loading.table_of(number)])
            if cursor.fetchone() == (None,):  # else it stands there since another test, and never changes
                _list_again(cursor, number, rows)


def _list_again(cursor: Any, number: int, rows: bytes) -> None:
    table = loading.table_of(number)
    loading.create(number)
    cursor.execute(f"ALTER TABLE {table} ALTER line SET DEFAULT 0, ALTER reachable SET DEFAULT true")
    cursor.copy_expert(f"COPY {table} ({ROWS}) FROM STDIN", io.BytesIO(rows))
    loading.finish(number)
