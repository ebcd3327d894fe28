"""The ZIP itself: every file made from the rows as they stood at one moment, written piece by piece, each with its hash.

The same moment over the same rows gives the same bytes: names in order, one date in all of them, nothing of the making in it.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.db import connection, transaction
from django.utils import timezone, translation

from breachdesk.lib import paper
from breachdesk.packs import contents
from breachdesk.packs.models import Pack
from notices.edit_forms import in_zone

MANIFEST = "SHA256SUMS.txt"


class Stopped(Exception):
    """It cannot be made; the words say why."""


@dataclass(frozen=True)
class Made:
    """`file` stands at its beginning."""

    file: IO[bytes]
    size: int
    sha256: str
    report: dict[str, Any]
    contents: list[dict[str, Any]]


@contextlib.contextmanager
def made(pack: Pack) -> Iterator[Made]:
    """A nameless temporary file: it vanishes with us. Raises Stopped."""
    with tempfile.TemporaryFile() as file:
        with one_look(), translation.override("ko"), timezone.override(in_zone(pack.incident.time_zone)):
            try:
                found = contents.of(pack)
                listed = write(file, found.files, pack=pack)
            except paper.Unavailable as missing:
                raise Stopped(f"no_pdf: {missing}") from None
        size = file.seek(0, 2)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        yield Made(file, size, digest, found.report, listed)


@contextlib.contextmanager
def one_look() -> Iterator[None]:
    """Everything is read from one snapshot, so that the figures of one file are those of the next."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def write(file: IO[bytes], files: Iterable[contents.File], *, pack: Pack) -> list[dict[str, Any]]:
    """Writes them all and the list of their hashes; what the list says."""
    moment = timezone.localtime(pack.as_of)
    date_time = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second // 2 * 2)
    listed: list[dict[str, Any]] = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in files:
            digest, size = hashlib.sha256(), 0
            with archive.open(_entry(one.name, date_time), "w", force_zip64=True) as entry:
                for piece in one.pieces:
                    digest.update(piece)
                    size += len(piece)
                    entry.write(piece)
            listed.append({"name": one.name, "sha256": digest.hexdigest(), "size": size})
        sums = "".join(f"{one['sha256']}  {one['name']}\n" for one in listed)
        with archive.open(_entry(MANIFEST, date_time), "w") as entry:
            entry.write(sums.encode())
    return listed


def _entry(name: str, date_time: tuple[int, int, int, int, int, int]) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
