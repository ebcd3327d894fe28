"""Files that people send us: checked, rewritten, sealed, and given back only as downloads.

    try:
        stored = files.keep(request.FILES["file"], by=request.user, at=now)
    except files.Refused as refused:
        form.add_error("file", refused.sentence)

    return files.download(stored, name=stored.download_name)

`keep` returns when the file is durable. It takes up to some seconds (the file is decoded in a process of its own), so call
it before opening a transaction. Whoever keeps a file points at it with a foreign key: a row that nothing points at is swept
a day later. Who may read a file is the asking room's question.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from breachdesk.files.refusals import KeyUsed, Refused

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.http import StreamingHttpResponse

    from breachdesk.accounts.models import User
    from breachdesk.files.models import StoredFile

__all__ = ["KeyUsed", "Refused", "download", "erase", "keep", "read"]

# Imported late, all of these: a package that is an app cannot import its models while apps are loading.


def keep(upload: UploadedFile, *, by: User | None, at: dt.datetime, key: str = "") -> StoredFile:
    """Raises Refused, which says why in a sentence for the person.

    `key`: with the same key (say `evidence:<draft>:<form key>`) the same bytes twice are one row; other bytes raise KeyUsed.
    """
    from breachdesk.files import actions

    return actions.keep(upload, by=by, at=at, key=key)


def read(stored: StoredFile) -> Iterator[bytes]:
    """The bytes that were kept. Raises keys.CannotOpen where they were altered, FileNotFoundError where they are gone."""
    from breachdesk.files import reading

    return reading.read(stored)


def download(stored: StoredFile, *, name: str) -> StreamingHttpResponse:
    """An answer that a browser saves and never shows. The caller has made sure that this reader may have it."""
    from breachdesk.files import reading

    return reading.download(stored, name=name)


def erase(stored: StoredFile) -> None:
    """The row now, the bytes when the transaction commits. Remove what points at it first."""
    from breachdesk.files import actions

    actions.erase(stored)
