"""A list as it comes from a browser: sealed piece by piece into the storage, so that it is never on a disk in the clear."""

from __future__ import annotations

import io
import queue
import secrets
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers

from breachdesk.files import sealing

FOLDER = "lists"
MAX_MEGABYTES = 1024
MAX_BYTES = MAX_MEGABYTES * 1024 * 1024


@dataclass(frozen=True)
class SealedList:
    """Reads a sealed list as if it were a file (listfile.Source)."""

    name: str
    storage_name: str
    key: bytes
    file_id: uuid.UUID

    def open(self, mode: Literal["rb"] = "rb", /) -> io.BufferedReader:
        return io.BufferedReader(_Unsealed(self), buffer_size=1 << 18)


class _Unsealed(io.RawIOBase):
    def __init__(self, file: SealedList) -> None:
        self._sealed = default_storage.open(file.storage_name, "rb")
        self._chunks = sealing.unseal(self._sealed, key=file.key, file_id=file.file_id)
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = memoryview(chunk)
        length = min(len(buffer), len(self._left))
        buffer[:length] = self._left[:length]
        self._left = self._left[length:]
        return length

    def close(self) -> None:
        if not self.closed:
            self._sealed.close()
        super().close()


class KeptUpload(UploadedFile):
    """What the form sees in the place of the file: it lies sealed in the storage, and nothing of it is here."""

    storage_name = ""
    key = b""
    file_id = uuid.UUID(int=0)
    lines = 0
    # The storage had no room for the whole of it.
    failed = False
    # A job answers for it now.
    taken = False

    @property
    def too_big(self) -> bool:
        return bool(self.size and self.size > MAX_BYTES)

    def erase_unless_taken(self) -> None:
        if self.storage_name and not self.taken:
            default_storage.delete(self.storage_name)


class SealingUpload(FileUploadHandler):
    """Django hands us each piece as it comes; a thread seals it into the storage. What is past the limit is read and let go."""

    chunk_size = 256 * 1024

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.kept: list[KeptUpload] = []
        self._pieces: queue.Queue[bytes] | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.kept:
            raise StopFutureHandlers  # one list at a time: a second is not looked at
        self._file = KeptUpload(name=self.file_name, content_type=self.content_type)
        self._file.key, self._file.file_id = sealing.new_key(), uuid.uuid4()
        self._size = 0
        self._pieces = queue.Queue(maxsize=8)
        self._saving = threading.Thread(target=self._save, args=(self._file, self._pieces), daemon=True)
        self._saving.start()
        self.kept.append(self._file)
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._pieces is not None and self._size <= MAX_BYTES:
            self._file.lines += raw_data.count(b"\n")
            self._size += len(raw_data)
            self._pieces.put(raw_data)

    def file_complete(self, file_size: int) -> KeptUpload | None:
        if self._pieces is None:
            return None
        self._end()
        self._file.size = file_size
        return self._file

    def upload_interrupted(self) -> None:
        self._end()

    def _end(self) -> None:
        if self._pieces is not None:
            self._pieces.put(b"")
            self._pieces = None
            self._saving.join()

    @staticmethod
    def _save(file: KeptUpload, pieces: queue.Queue[bytes]) -> None:
        name = secrets.token_hex(24)
        try:
            sealed = sealing.seal(_Pieces(pieces), key=file.key, file_id=file.file_id)
            file.storage_name = default_storage.save(f"{FOLDER}/{name}", sealing.SealedContent(sealed))
        except OSError:
            file.failed = True
            while pieces.get():
                pass

    def erase_what_nobody_took(self) -> None:
        """The form was refused, or the connection broke off."""
        self._end()
        for file in self.kept:
            file.erase_unless_taken()


class _Pieces:
    """The pieces as a file that is read from its beginning to its end."""

    def __init__(self, pieces: queue.Queue[bytes]) -> None:
        self._waiting = self._taken_from(pieces)
        self._have = bytearray()

    @staticmethod
    def _taken_from(pieces: queue.Queue[bytes]) -> Iterator[bytes]:
        while piece := pieces.get():
            yield piece

    def read(self, size: int, /) -> bytes:
        while len(self._have) < size and (piece := next(self._waiting, b"")):
            self._have += piece
        found = bytes(self._have[:size])
        del self._have[:size]
        return found
