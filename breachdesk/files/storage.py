"""Files on a local disk that are there after a power cut."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class DurableFileSystemStorage(FileSystemStorage):
    """Saves, then waits until the bytes and the directory entries that lead to them are on the disk."""

    def _save(self, name: str, content: Any) -> str:
        try:
            saved: str = super()._save(name, content)  # type: ignore[misc]  # the stubs do not know it
            self._sync(Path(self.path(saved)))
        except OSError:
            # A full disk leaves a half: nobody will ever ask for it.
            Path(self.path(name)).unlink(missing_ok=True)
            raise
        return saved

    def _sync(self, path: Path) -> None:
        root = Path(self.location)
        _fsync(path)
        for folder in path.parents:
            _fsync(folder)
            if folder == root:
                break


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
