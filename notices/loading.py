"""How a list gets into PostgreSQL: a bare table of its own, filled by COPY, compared by SQL, then finished and attached.

The steps that change tables are functions of the owner's role (migration 0002). Whatever interrupts a load leaves at most a
bare table that no reader knows; the next import drops it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db import IntegrityError, connection, transaction

from notices.sealing import SealedRow

# Any constant: while it is held, nobody else imports. A connection that dies lets go of it.
IMPORTING = 0x6C697374


LoadedRow = tuple[int, bool, SealedRow]  # line, reachable, the row


class Compared(NamedTuple):
    inserted: int
    updated: int
    unchanged: int
    gone: int


def table_of(dataset_id: int) -> str:
    return f"notices_affectedrecord_{int(dataset_id)}"


def wait_for_turn() -> None:
    _run("SELECT pg_advisory_lock(%s)", [IMPORTING])


def end_turn() -> None:
    _run("SELECT pg_advisory_unlock(%s)", [IMPORTING])


def new_id() -> int:
    return _one("SELECT nextval(pg_get_serial_sequence('notices_dataset', 'id'))")


def create(dataset_id: int) -> None:
    _run("SELECT notices_create_list(%s)", [dataset_id])


def drop(dataset_id: int) -> None:
    """The table of a list that was not finished; refuses any other."""
    _run("SELECT notices_drop_unfinished_list(%s)", [dataset_id])


def finish(dataset_id: int) -> None:
    """Indexes and attaches. From here on the rows never change."""
    _run("SELECT notices_finish_list(%s)", [dataset_id])


def drop_left_behind() -> int:
    """The bare tables of imports that were killed. Only inside one's turn: nobody is filling one now."""
    with connection.cursor() as cursor:
        cursor.execute(
            r"""
            SELECT substring(relname FROM '\d+$')::bigint FROM pg_class
            WHERE relname ~ '^notices_affectedrecord_\d+$' AND relkind = 'r' AND NOT relispartition
            """
        )
        left = [row[0] for row in cursor.fetchall()]
    for dataset_id in left:
        drop(dataset_id)
    return len(left)


def key(dataset_id: int) -> bool:
    """The primary key of a whole list. False, and there is none: some customer_ref stands in two rows."""
    try:
        with transaction.atomic():
            _run("SELECT notices_key_list(%s)", [dataset_id])
    except IntegrityError:
        return False
    return True


def second_rows(dataset_id: int) -> list[tuple[int, bool]]:
    """Takes out every row whose customer_ref stands in an earlier line too; returns their lines, and whether each was reachable."""
    table = table_of(dataset_id)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            DELETE FROM {table} AS later
            USING (SELECT person_key, min(line) AS first FROM {table} GROUP BY person_key HAVING count(*) > 1) AS twice
            WHERE later.person_key = twice.person_key AND later.line > twice.first
            RETURNING later.line, later.reachable
            """  # noqa: S608 - the name is made of a number
        )
        return sorted(cursor.fetchall())


def count(dataset_id: int) -> int:
    return _one(f"SELECT count(*) FROM {table_of(dataset_id)}")  # noqa: S608


def compare(dataset_id: int, base_id: int) -> Compared:
    """The rows loaded so far against the whole of the list before."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT count(*) FILTER (WHERE before.person_key IS NULL),
                   count(*) FILTER (WHERE before.content_hash <> now.content_hash),
                   count(*) FILTER (WHERE before.content_hash = now.content_hash)
            FROM {table_of(dataset_id)} AS now
            LEFT JOIN {table_of(base_id)} AS before ON before.person_key = now.person_key
            """  # noqa: S608
        )
        inserted, updated, unchanged = cursor.fetchone()
    return Compared(inserted, updated, unchanged, gone=count(base_id) - updated - unchanged)


def copy_the_rest(dataset_id: int, base_id: int) -> None:
    """Completes a list of changes with everybody of the list before who is not in it. Their rows stay sealed as they are."""
    columns = "person_key, phone_hash, email_hash, content_hash, sealed_in, member, language, items, sealed"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {table_of(dataset_id)} (dataset_id, line, reachable, {columns})
            SELECT %s, 0, true, {columns} FROM {table_of(base_id)} AS before
            WHERE NOT EXISTS (SELECT FROM {table_of(dataset_id)} AS now WHERE now.person_key = before.person_key)
            """,  # noqa: S608
            [dataset_id],
        )


COLUMNS = "dataset_id, person_key, phone_hash, email_hash, content_hash, sealed_in, member, language, items, sealed, line, reachable"
START = b"PGCOPY\n\xff\r\n\x00" + struct.pack("!ii", 0, 0)
END = struct.pack("!h", -1)
NULL = struct.pack("!i", -1)
UUID = struct.pack("!i", 16)
TRUE, FALSE = struct.pack("!ib", 1, 1), struct.pack("!ib", 1, 0)
length = struct.Struct("!i").pack
bigint = struct.Struct("!iq").pack


class BinaryCopy:
    """Rows in PostgreSQL's binary COPY format (documentation of COPY, "Binary Format"), as the file that psycopg2 reads."""

    def __init__(self, dataset_id: int, rows: Iterable[LoadedRow]) -> None:
        self._parts = self._packed(dataset_id, rows)
        self._left = b""
        # What went wrong in making the rows. It must not be raised from `read`: its words would go to the server's log.
        self.error: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        parts, have = [self._left], len(self._left)
        while have < size:
            try:
                part = next(self._parts, b"")
            except Exception as error:
                self.error, part = error, b""
            if not part:
                break
            parts.append(part)
            have += len(part)
        whole = b"".join(parts)
        self._left = whole[size:]
        return whole[:size]

    @staticmethod
    def _packed(dataset_id: int, rows: Iterable[LoadedRow]) -> Iterator[bytes]:
        yield START
        own = bigint(8, dataset_id)
        begin, sealed_in = struct.pack("!h", COLUMNS.count(",") + 1) + own, own
        for line, reachable, row in rows:
            yield b"".join(
                (
                    begin,
                    UUID,
                    row.person_key,
                    UUID + row.phone_hash if row.phone_hash else NULL,
                    UUID + row.email_hash if row.email_hash else NULL,
                    UUID,
                    row.content_hash,
                    sealed_in,
                    length(len(row.member)),
                    row.member,
                    length(len(row.language)),
                    row.language,
                    length(len(row.items)),
                    row.items,
                    length(len(row.sealed)),
                    row.sealed,
                    bigint(8, line),
                    TRUE if reachable else FALSE,
                )
            )
        yield END


def fill(dataset_id: int, rows: Iterable[LoadedRow]) -> None:
    """Streams rows into the bare table; what goes wrong while making the rows is raised as it is."""
    statement = f"COPY {table_of(dataset_id)} ({COLUMNS}) FROM STDIN (FORMAT binary)"
    file = BinaryCopy(dataset_id, rows)
    with transaction.atomic(), connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.copy_expert(statement, file, size=1 << 16)
        if file.error is not None:
            raise file.error


def _run(statement: str, parameters: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def _one(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]
