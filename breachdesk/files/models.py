"""A file that was taken. Its bytes lie sealed in the storage under a name that says nothing."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from breachdesk import keys
from breachdesk.files import names

EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


class ContentType(models.TextChoices):
    JPEG = "image/jpeg", "JPEG"
    PNG = "image/png", "PNG"
    PDF = "application/pdf", "PDF"


class StoredFile(models.Model):
    """What is kept is not what was received: pictures and papers are rewritten, so there are two sizes and two hashes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Chosen by the room that keeps it: see `files.keep`.
    key = models.CharField(max_length=120, null=True, unique=True)
    content_type = models.CharField(max_length=20, choices=ContentType.choices)
    received_size = models.PositiveIntegerField()
    received_sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_name = models.CharField(max_length=100, unique=True)
    sealed_key = models.BinaryField()
    sealed_name = models.BinaryField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    pages = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(db_index=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="files_storedfile_type_is_one_we_keep", condition=Q(content_type__in=ContentType.values)
            ),
            models.CheckConstraint(
                name="files_storedfile_is_not_empty", condition=Q(size__gt=0) & Q(received_size__gt=0)
            ),
            models.CheckConstraint(
                name="files_storedfile_has_pages_or_a_picture_size",
                condition=Q(content_type=ContentType.PDF, pages__gt=0, width=None, height=None)
                | (~Q(content_type=ContentType.PDF) & Q(pages=None, width__gt=0, height__gt=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.content_type} {self.id}"

    @property
    def name(self) -> str:
        """As the sender called it, made safe to show. Personal: `서영_신분증.jpg`."""
        return keys.unseal(self.sealed_name, bound_to=f"files.name:{self.id}").decode()

    @property
    def download_name(self) -> str:
        """The same with the ending of what we kept: a HEIC became a JPEG."""
        return names.with_extension(self.name, EXTENSIONS[self.content_type])

    @property
    def data_key(self) -> bytes:
        return keys.unseal(self.sealed_key, bound_to=f"files.key:{self.id}")
