"""What a rehearsal of another house has done, a JSON line each: on the disk before anybody hears of it, read again at the start."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def whole_lines(path: Path) -> bytes:
    """A line cut short by a crash was never answered: dropped."""
    whole, newline, _torn = path.read_bytes().rpartition(b"\n") if path.exists() else (b"", b"", b"")
    return whole + newline


class Journal:
    """Of one process; whoever writes holds a lock of their own. `found`: what was there at the start."""

    def __init__(self, path: Path) -> None:
        whole = whole_lines(path)
        self.found: list[dict[str, Any]] = [json.loads(line) for line in whole.splitlines()]
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        os.truncate(self.file, len(whole))
        os.lseek(self.file, 0, os.SEEK_END)

    def add(self, line: dict[str, Any]) -> None:
        os.write(self.file, json.dumps(line, ensure_ascii=False).encode() + b"\n")
        os.fsync(self.file)
