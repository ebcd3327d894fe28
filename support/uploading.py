"""Files sent along: kept before anything else is written, each refused by itself in words."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.files.uploadedfile import UploadedFile

from breachdesk import files, limits
from breachdesk.accounts.models import User
from breachdesk.files.models import StoredFile
from lookup.proving import TooOften
from support import rules


@dataclass
class Kept:
    stored: list[StoredFile] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def take_in(
    uploads: Sequence[UploadedFile], *, once: uuid.UUID, network: str, by: User | None, at: dt.datetime
) -> Kept:
    """With the same `once` the same files are kept once. Raises TooOften, and then nothing was kept."""
    kept = Kept()
    if not uploads:
        return kept
    amount = len(uploads)
    taken = limits.take(
        rules.FILES_PER_NETWORK.of(network, amount=amount), rules.FILES_OF_ALL.of("all", amount=amount), at=at
    )
    if not taken.ok:
        raise TooOften(taken)
    for number, upload in enumerate(uploads):
        try:
            kept.stored.append(files.keep(upload, by=by, at=at, key=f"inquiry:{once}:{number}"))
        except files.Refused as refused:
            kept.problems.append(refused.sentence)
        except files.KeyUsed:
            # Another file chosen after the first try was refused in part.
            kept.stored.append(files.keep(upload, by=by, at=at))
    return kept
