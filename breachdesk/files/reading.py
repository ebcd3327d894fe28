"""Giving a stored file back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from django.core.files.storage import default_storage
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from breachdesk.files import names, sealing
from breachdesk.files.models import EXTENSIONS, StoredFile


def read(stored: StoredFile) -> Iterator[bytes]:
    with default_storage.open(stored.storage_name, "rb") as sealed:
        yield from sealing.unseal(sealed, key=stored.data_key, file_id=stored.id)


def download(stored: StoredFile, *, name: str) -> StreamingHttpResponse:
    chunks = read(stored)
    # The first chunk before the first header: a file that is gone or altered is an error, not half an answer.
    first = next(chunks)
    response = StreamingHttpResponse(chain([first], chunks), content_type=stored.content_type)
    shown = names.with_extension(names.clean(name), EXTENSIONS[stored.content_type])
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=shown)
    response["Content-Length"] = str(stored.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    return response
