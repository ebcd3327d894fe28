"""After a test with real transactions: the tables that it wrote to are emptied, and only those.

Django empties every table and makes content types, permissions and groups anew, which took longer than most of the tests.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import TransactionTestCase

# What migrating writes. A test that changed it is tidied up after in Django's own way.
MADE_BY_MIGRATING = ("django_content_type", "auth_permission", "auth_group", "auth_group_permissions")


def ask(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()]


class Emptying:
    def __init__(self) -> None:
        self.djangos_way = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]
        names = set(connection.introspection.django_table_names(only_existing=True)) - set(MADE_BY_MIGRATING)
        self.tables = sorted(names)
        self.migrated = self.as_migrated()

    def as_migrated(self) -> list[Any]:
        rows = "SELECT md5(string_agg(row::text, ',' ORDER BY row::text)) FROM"
        return ask(" UNION ALL ".join(f"{rows} {name} row" for name in MADE_BY_MIGRATING))

    def written(self) -> list[Any]:
        return ask(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in self.tables))

    def after(self, case: TransactionTestCase) -> None:
        if self.as_migrated() != self.migrated:
            self.djangos_way(case)
            self.migrated = self.as_migrated()
        elif written := self.written():
            with connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE {', '.join(written)} CASCADE")
