"""A file at rest: AES-256-GCM in chunks of 64 KiB, each bound to the file's id, its place and whether it is the last.

So chunks cannot be swapped, dropped, repeated or cut off at the end, nor moved to another file, without being noticed. The
key is made for this one file, hence a nonce may count; the row keeps the key, sealed with the keyring.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files import File

from breachdesk.lib.crypto import CannotOpen


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


MARK = b"BDF1"
CHUNK = 64 * 1024
TAG = 16


def new_key() -> bytes:
    return os.urandom(32)


def seal(plain: Readable, *, key: bytes, file_id: uuid.UUID) -> Iterator[bytes]:
    cipher = AESGCM(key)
    yield MARK
    for place, chunk, last in _chunks(plain, CHUNK):
        yield cipher.encrypt(_nonce(place, last), chunk, file_id.bytes)


def unseal(sealed: Readable, *, key: bytes, file_id: uuid.UUID) -> Iterator[bytes]:
    """Raises CannotOpen at the first chunk that is not as it was written."""
    cipher = AESGCM(key)
    if sealed.read(len(MARK)) != MARK:
        raise CannotOpen("not a sealed file")
    for place, chunk, last in _chunks(sealed, CHUNK + TAG):
        try:
            yield cipher.decrypt(_nonce(place, last), chunk, file_id.bytes)
        except InvalidTag:
            raise CannotOpen("altered, cut off, or of another file") from None


def _chunks(source: Readable, size: int) -> Iterator[tuple[int, bytes, bool]]:
    """Always at least one, so that an empty file has a last chunk too."""
    place, chunk = 0, source.read(size)
    while True:
        following = source.read(size) if len(chunk) == size else b""
        yield place, chunk, not following
        if not following:
            return
        place, chunk = place + 1, following


def _nonce(place: int, last: bool) -> bytes:
    return place.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


class SealedContent(File):
    """What a storage saves: it asks for `chunks`, each of which is made when it is asked for."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__(None)
        self._chunks = chunks

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        return self._chunks
