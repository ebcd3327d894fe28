"""The process in which strangers' files are decoded: `python -m breachdesk.files.cleaning jpeg|png|heic|pdf`.

The file is stdin. stdout is one line of JSON, then the clean bytes: {"content_type": …, "width": …, "height": …} or
{"refused": reason}. It holds no key, no setting and no connection, and limits itself before it reads a byte: what makes it
run on, grow or fall over costs this process and no other. No Django here, so that it starts in a tenth of a second.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import resource
import sys
import zipfile
from typing import BinaryIO

CPU_SECONDS = 4
DATA_BYTES = 300 * 1024 * 1024
ADDRESS_BYTES = 1024 * 1024 * 1024
OUTPUT_BYTES = 64 * 1024 * 1024

# The part of the anti-virus industry's harmless test file that nothing else contains; in two halves, lest this file be it.
TEST_VIRUS = b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!"


class Unfit(Exception):
    """Carries one of the reasons of refusals.SENTENCES."""


def refuse_the_harmful(data: bytes) -> None:
    """Raises Unfit."""
    if TEST_VIRUS in data:
        raise Unfit("harmful")


def refuse_a_hidden_archive(data: bytes) -> None:
    """A picture that is an archive at the same time was made to deceive. Raises Unfit."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise Unfit("harmful")


def limit_ourselves() -> None:
    limits = {
        "RLIMIT_CORE": 0,
        "RLIMIT_CPU": CPU_SECONDS,
        "RLIMIT_DATA": DATA_BYTES,
        "RLIMIT_AS": ADDRESS_BYTES,
        "RLIMIT_FSIZE": OUTPUT_BYTES,
        "RLIMIT_NOFILE": 64,
    }
    for name, value in limits.items():
        # macOS knows some of them by name only.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (value, value))
    # The web process beside us is waited for by people.
    os.nice(10)


def clean(kind: str, source: BinaryIO, target: BinaryIO) -> None:
    """Raises Unfit, or whatever a decoder raises at a broken file."""
    if kind == "pdf":
        from breachdesk.files import papers

        papers.clean(source, target)
    else:
        from breachdesk.files import pictures

        pictures.clean(kind, source, target)


def write_header(target: BinaryIO, **values: object) -> None:
    target.write(json.dumps(values).encode() + b"\n")


def reason_of(error: Exception) -> str:
    if isinstance(error, Unfit):
        return str(error)
    if isinstance(error, MemoryError):
        return "too_complex"
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "no_room"
    return "broken"


def main(kind: str) -> None:
    limit_ourselves()
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not land in the file
    try:
        clean(kind, sys.stdin.buffer, target)
        target.flush()
    except Exception as error:
        target.seek(0)
        target.truncate()
        write_header(target, refused=reason_of(error))
        target.flush()


if __name__ == "__main__":
    # Under its own name too, so that the decoders' Unfit is ours.
    sys.modules["breachdesk.files.cleaning"] = sys.modules["__main__"]
    main(sys.argv[1])
