"""The only writers of stored files."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Iterator
from typing import BinaryIO

from django.apps import apps
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, models, transaction

from breachdesk import keys
from breachdesk.accounts.models import User
from breachdesk.files import checking, sealing
from breachdesk.files.models import StoredFile
from breachdesk.files.refusals import KeyUsed, Refused

FOLDER = "sealed"
# An object without a row, and a row that nothing points at, are left alone this long: their other half may be on its way.
ORPHANED_AFTER = dt.timedelta(days=1)


def keep(upload: UploadedFile, *, by: User | None, at: dt.datetime, key: str = "") -> StoredFile:
    """The object first, then the row: a row always has its bytes. Raises Refused or KeyUsed."""
    with checking.checked(upload) as checked:
        earlier = _kept_before(key, checked.received_sha256)
        if earlier:
            return earlier
        stored = StoredFile(
            id=uuid.uuid4(),
            key=key or None,
            content_type=checked.content_type,
            received_size=checked.received_size,
            received_sha256=checked.received_sha256,
            size=checked.size,
            width=checked.width,
            height=checked.height,
            pages=checked.pages,
            created_at=at,
            created_by=by if by is not None and by.pk else None,
        )
        data_key = sealing.new_key()
        stored.sealed_key = keys.seal(data_key, bound_to=f"files.key:{stored.id}")
        stored.sealed_name = keys.seal(checked.name, bound_to=f"files.name:{stored.id}")
        digest = hashlib.sha256()
        sealed = sealing.seal(_Hashing(checked.clean, digest), key=data_key, file_id=stored.id)
        try:
            stored.storage_name = default_storage.save(_new_storage_name(), sealing.SealedContent(sealed))
        except OSError:
            raise Refused("no_room", name=checked.name) from None
        stored.sha256 = digest.hexdigest()
        try:
            with transaction.atomic():
                stored.save(force_insert=True)
        except BaseException as error:
            default_storage.delete(stored.storage_name)
            if isinstance(error, IntegrityError) and (earlier := _kept_before(key, checked.received_sha256)):
                return earlier
            raise
    return stored


def erase(stored: StoredFile) -> None:
    storage_name = stored.storage_name
    with transaction.atomic():
        stored.delete()
        transaction.on_commit(lambda: default_storage.delete(storage_name))


def sweep_orphans(*, at: dt.datetime) -> int:
    """Erases rows that nothing points at and objects that no row names, both a day old. Says how many."""
    before = at - ORPHANED_AFTER
    gone = 0
    for stored in _unreferenced(before):
        erase(stored)
        gone += 1
    for folder in _names_in(FOLDER, folders=True):
        names = [f"{FOLDER}/{folder}/{name}" for name in _names_in(f"{FOLDER}/{folder}")]
        known = set(StoredFile.objects.filter(storage_name__in=names).values_list("storage_name", flat=True))
        for name in names:
            if name not in known and default_storage.get_modified_time(name) < before:
                default_storage.delete(name)
                gone += 1
    return gone


def _kept_before(key: str, received_sha256: str) -> StoredFile | None:
    earlier = StoredFile.objects.filter(key=key).first() if key else None
    if earlier and earlier.received_sha256 != received_sha256:
        raise KeyUsed
    return earlier


def _unreferenced(before: dt.datetime) -> Iterator[StoredFile]:
    rows = StoredFile.objects.filter(created_at__lt=before)
    for field in pointing_fields():
        pointed_at = field.model._base_manager.filter(**{f"{field.name}__isnull": False}).values(field.name)
        rows = rows.exclude(pk__in=pointed_at)
    return rows.iterator()


def pointing_fields() -> list[models.ForeignKey]:
    """Every foreign key of the house to a stored file, whether or not it can be followed back."""
    fields = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    return [field for field in fields if isinstance(field, models.ForeignKey) and field.related_model is StoredFile]


def _names_in(folder: str, *, folders: bool = False) -> list[str]:
    try:
        found_folders, found_files = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    return found_folders if folders else found_files


def _new_storage_name() -> str:
    name = secrets.token_hex(24)
    return f"{FOLDER}/{name[:2]}/{name[2:]}"


class _Hashing:
    """Reads on, and takes the hash of what was read."""

    def __init__(self, source: BinaryIO, digest: hashlib._Hash) -> None:
        self._source, self._digest = source, digest

    def read(self, size: int, /) -> bytes:
        chunk = self._source.read(size)
        self._digest.update(chunk)
        return chunk
