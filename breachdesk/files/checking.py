"""From the bytes that came to the bytes that may be kept, without trusting either. Decoding happens in another process."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import filetype
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from breachdesk.files import names, rules
from breachdesk.files.refusals import Refused

# The process limits its own processor time; this is for one that hangs, or a machine that is very busy.
WALL_SECONDS = 20


@dataclass(frozen=True)
class Checked:
    """What came and what may be kept. `clean` is at the beginning of the clean bytes."""

    name: str
    received_size: int
    received_sha256: str
    content_type: str
    size: int
    width: int | None
    height: int | None
    pages: int | None
    clean: BinaryIO


@contextmanager
def checked(upload: UploadedFile) -> Iterator[Checked]:
    """Raises Refused. Both copies are nameless temporary files: they vanish with us, even when we are killed."""
    name = names.clean(upload.name or "")
    with tempfile.TemporaryFile() as received, tempfile.TemporaryFile() as cleaned:
        try:
            size, sha256 = _receive(upload, received, name)
        except OSError:
            raise Refused("no_room", name=name) from None
        received.seek(0)
        kind = _kind(received.read(8192), name)
        found = _clean(kind, received, cleaned, name)
        start = cleaned.tell()
        clean_size = cleaned.seek(0, 2) - start
        cleaned.seek(start)
        yield Checked(
            name=name,
            received_size=size,
            received_sha256=sha256,
            content_type=found["content_type"],
            size=clean_size,
            width=found.get("width"),
            height=found.get("height"),
            pages=found.get("pages"),
            clean=cleaned,
        )


def _receive(upload: UploadedFile, target: BinaryIO, name: str) -> tuple[int, str]:
    """What is counted is what came, not what was announced."""
    size, digest = 0, hashlib.sha256()
    for chunk in upload.chunks():
        size += len(chunk)
        if size > rules.MAX_BYTES:
            raise Refused(rules.why_too_big(names.extension(name)), name=name)
        digest.update(chunk)
        target.write(chunk)
    if not size:
        raise Refused("empty", name=name)
    target.flush()
    return size, digest.hexdigest()


def _kind(head: bytes, name: str) -> str:
    """Raises Refused."""
    guess = filetype.guess(head)
    mime, ending = guess.mime if guess else "", names.extension(name)
    kind = rules.kind_of(mime, ending)
    if kind is None:
        raise Refused(rules.why_not(mime, ending), name=name)
    return kind


def _clean(kind: str, received: BinaryIO, cleaned: BinaryIO, name: str) -> dict[str, Any]:
    """Leaves `cleaned` at the first clean byte. Raises Refused."""
    received.seek(0)
    try:
        done = subprocess.run(
            [sys.executable, "-E", "-s", "-B", "-m", "breachdesk.files.cleaning", kind],
            stdin=received,
            stdout=cleaned,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            # None of our keys: what decodes a stranger's file must not be able to tell them.
            env={"LANG": "C.UTF-8"},
            timeout=WALL_SECONDS,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        # It hung, or the machine could not start one more process.
        raise Refused("busy", name=name) from None
    cleaned.seek(0)
    if done.returncode != 0:
        # Killed from outside is ours; out of processor time, memory or space, or fallen over, is the file's.
        raise Refused("busy" if done.returncode == -signal.SIGTERM else "too_complex", name=name)
    found: dict[str, Any] = json.loads(cleaned.readline())
    if "refused" in found:
        raise Refused(found["refused"], name=name)
    return found
