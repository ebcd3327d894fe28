"""What was received: one JSON line each, on the disk before the sender hears of it, and read again at the start.

Everything is counted against this file: whoever wants to know what really left reads it, not the product.
"""

from __future__ import annotations

import itertools
import json
import os
import threading
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from breachdesk.demo.journal import whole_lines

Message = dict[str, Any]


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass
class Book:
    """The lines, added up. `times`: how often a message was asked for; `copies`: how often it was delivered."""

    messages: dict[str, Message]

    @classmethod
    def read(cls, path: Path) -> Book:
        book = cls({})
        book.add(json.loads(line) for line in whole_lines(path).splitlines())
        return book

    def add(self, lines: Iterable[dict[str, Any]]) -> None:
        for line in lines:
            if "again" in line:
                message = self.messages[line["again"]]
                message["times"] += 1
                message["copies"] += line.get("copy", False)
            elif "receipted" in line:
                self.messages[line["receipted"]]["receipted"] = True
            else:
                self.messages[line["id"]] = {**line, "times": 1, "copies": 1, "receipted": False}


class Ledger:
    def __init__(self, path: Path) -> None:
        self.lock, self.flushing = threading.Lock(), threading.Lock()
        whole = whole_lines(path)
        self.book = Book.read(path)
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        os.truncate(self.file, len(whole))
        os.lseek(self.file, 0, os.SEEK_END)
        self.written = self.flushed = 0

    def receive(self, message: Message) -> tuple[Message, bool]:
        """Keep the message; the same id again is counted, not delivered twice. Returns it and whether it is a repetition."""
        return self.receive_many([message])[0]

    def receive_many(self, messages: Sequence[Message], *, dedupe: bool = True) -> list[tuple[Message, bool]]:
        """Not `dedupe`: the same id again is delivered again, as by a company that knows no keys."""
        with self.lock:
            known = [message["id"] in self.book.messages for message in messages]
            number = self._write(
                [
                    {"again": message["id"], "copy": not dedupe}
                    if again
                    else {**message, "provider_id": f"rp-{uuid.uuid4().hex[:16]}", "received_at": now()}
                    for message, again in zip(messages, known, strict=True)
                ]
            )
            kept = [dict(self.book.messages[message["id"]]) for message in messages]
        self._flush(number)
        return list(zip(kept, known, strict=True))

    def receipted(self, message_id: str) -> None:
        """Not waited for: a receipt that is told again after a crash changes nothing."""
        with self.lock:
            self._write([{"receipted": message_id}])

    def newest_first(self, *, to: str | None = None, most: int | None = None) -> list[Message]:
        with self.lock:
            found = (dict(message) for message in reversed(self.book.messages.values()) if to in (None, message["to"]))
            return list(itertools.islice(found, most))

    def without_receipt(self) -> list[Message]:
        return [each for each in self.newest_first() if each["channel"] != "email" and not each["receipted"]]

    def count(self) -> int:
        return len(self.book.messages)

    def _write(self, lines: Sequence[dict[str, Any]]) -> int:
        os.write(self.file, b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines))
        self.book.add(lines)
        self.written += 1
        return self.written

    def _flush(self, number: int) -> None:
        """Those who come at once wait for one write to the disk, not each for their own."""
        with self.flushing:
            if self.flushed < number:
                written = self.written
                os.fsync(self.file)
                self.flushed = written
