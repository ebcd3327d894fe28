"""What is done with the rows of a room when the keys are changed: `manage.py rotate_keys` asks every room for its parts.

A part knows, from its rows, how many still lie under another key than the active ones, and does a few of them at a time in
a short transaction. It takes no row that somebody else holds, so nobody ever waits in a circle with it; it comes back for
those. Nothing is remembered beside the rows: killed at any moment and begun again, it goes on with what is left.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import pgtrigger
from django.db import connection, models, transaction

from breachdesk import keys

BATCH = 500


class Left(Exception):
    """A row that cannot be done, and why, in one word."""


class Part(Protocol):
    """One table, or one thing that must change as a whole."""

    @property
    def name(self) -> str: ...

    @property
    def covers(self) -> Sequence[str]:
        """The fields it sees to, as docs/PRIVACY.md calls them."""

    @property
    def left(self) -> dict[str, int]:
        """What `batches` had to leave as it was: why, in one word, and how many."""

    def behind(self) -> int:
        """Rows that still lie under another key."""

    def batches(self) -> Iterator[int]:
        """Goes through all of them once; after each transaction, how many rows it did."""


Bound = Callable[[Any], str]


@dataclass
class Table:
    """A table with sealed columns, and perhaps with keyed hashes whose key the column `index_key` names."""

    model: type[models.Model]
    # Where the value of each sealed column may be opened.
    sealed: Mapping[str, Bound] = field(default_factory=dict)
    # The hashes of an opened row under the active key, by column.
    indexed: Callable[[Any], dict[str, Any]] | None = None
    hashes: Sequence[str] = ()
    related: Sequence[str] = ()
    # Triggers that guard what two people agreed on: the plain value stays, only the key changes.
    past: Sequence[str] = ()

    def __post_init__(self) -> None:
        meta = self.model._meta
        self.name = f"{meta.app_label}.{meta.object_name}"
        self.covers = [f"{self.name}.{column}" for column in (*self.sealed, *self.hashes)]
        self.left: dict[str, int] = {}

    def behind(self) -> int:
        condition, values = self._behind()
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{self.model._meta.db_table}" WHERE {condition}', values)  # noqa: S608
            return cursor.fetchone()[0]

    def batches(self) -> Iterator[int]:
        self.left = {}
        last: Any = None
        while True:
            with transaction.atomic(), self._past_triggers():
                taken = self._take(last)
                if not taken:
                    return
                self._write([values for row in self._rows(taken) if (values := self._anew(row))])
            last = taken[-1]
            yield len(taken)

    def _past_triggers(self) -> contextlib.AbstractContextManager[None]:
        return pgtrigger.ignore(*self.past) if self.past else contextlib.nullcontext()

    def _behind(self) -> tuple[str, list[Any]]:
        active = b"v1:" + keys.data_keys().active.encode() + b":"
        conditions = [f'substring("{column}" FROM 1 FOR {len(active)}) <> %s' for column in self.sealed]
        values: list[Any] = [active] * len(self.sealed)
        if self.indexed:
            conditions.append("index_key <> %s")
            values.append(keys.index_keys().active)
        return " OR ".join(conditions), values

    def _take(self, last: Any) -> list[Any]:
        """The next rows, locked; whoever is working with one keeps it."""
        pk = self.model._meta.pk.column
        condition, values = self._behind()
        later = "" if last is None else f'AND "{pk}" > %s'
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT "{pk}" FROM "{self.model._meta.db_table}" WHERE ({condition}) {later} '  # noqa: S608
                f'ORDER BY "{pk}" LIMIT {BATCH} FOR NO KEY UPDATE SKIP LOCKED',
                [*values, *([] if last is None else [last])],
            )
            return [row[0] for row in cursor.fetchall()]

    def _rows(self, taken: list[Any]) -> list[Any]:
        return list(self.model._default_manager.filter(pk__in=taken).select_related(*self.related).order_by("pk"))

    def _anew(self, row: Any) -> list[Any]:
        """The row's new values; nothing where it cannot be opened."""
        try:
            sealed = [self._resealed(row, column, bound) for column, bound in self.sealed.items()]
            hashes = self.indexed(row) if self.indexed else {}
        except keys.CannotOpen:
            return self._leave("cannot_open")
        except Left as left:
            return self._leave(str(left))
        return [row.pk, *sealed, *(hashes[column] for column in self.hashes), *self._index_key()]

    def _leave(self, why: str) -> list[Any]:
        self.left[why] = self.left.get(why, 0) + 1
        return []

    def _resealed(self, row: Any, column: str, bound: Bound) -> bytes | None:
        value = getattr(row, column)
        place = bound(row)
        return None if value is None else keys.seal(keys.unseal(value, bound_to=place), bound_to=place)

    def _index_key(self) -> list[str]:
        return [keys.index_keys().active] if self.indexed else []

    def _write(self, rows: list[list[Any]]) -> None:
        if not rows:
            return
        meta = self.model._meta
        columns = [*self.sealed, *self.hashes, *(["index_key"] if self.indexed else [])]
        fields = [meta.pk, *(meta.get_field(column) for column in columns)]
        casts = ", ".join(f"%s::{each.db_type(connection)}" for each in fields)
        given = ", ".join(f'"{column}" = anew."{column}"' for column in columns)
        named = ", ".join(f'"{name}"' for name in ("pk", *columns))
        with connection.cursor() as cursor:
            values = b", ".join(cursor.mogrify(f"({casts})", row) for row in rows).decode()
            cursor.execute(
                f'UPDATE "{meta.db_table}" AS old SET {given} FROM (VALUES {values}) AS anew ({named}) '  # noqa: S608
                f'WHERE old."{meta.pk.column}" = anew."pk"'
            )
