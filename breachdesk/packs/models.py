"""What a regulator is given about an incident, as of one moment: reports, notices, proof of notice and of posting, decisions, audit."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from breachdesk import keys
from breachdesk.packs import states
from breachdesk.packs.states import OPEN, IllegalMove, PackState

STAFF = settings.AUTH_USER_MODEL


class Pack(models.Model):
    """One ZIP, sealed in the storage. The row is what the workers look for, and what was asked for never changes."""

    incident = models.ForeignKey("notices.Incident", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    # Everything in it is as it stood at this moment.
    as_of = models.DateTimeField()
    asked_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=PackState.choices, default=PackState.WAITING)
    # A worker that has not finished by then is taken for dead, and another begins anew.
    tries = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    # In a word, why it could not be made.
    problem = models.CharField(max_length=80, blank=True)
    # The fields of the reports as they were written, so that the next one says what is new.
    report = models.JSONField(default=dict)
    # [{name, sha256, size}] of what is inside, and of the whole.
    contents = models.JSONField(default=list)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    file_id = models.UUIDField(unique=True)
    storage_name = models.CharField(max_length=100, blank=True)
    sealed_key = models.BinaryField(null=True)

    class Meta:
        default_permissions = ("add", "view")
        permissions = [("take_pack", "May download a regulator pack, giving a reason")]
        constraints = [
            models.UniqueConstraint("incident", "number", name="packs_pack_number_once"),
            models.UniqueConstraint("incident", name="packs_pack_one_at_a_time", condition=Q(state__in=OPEN)),
            models.CheckConstraint(
                name="packs_pack_done_has_its_file",
                condition=Q(state=PackState.DONE, sealed_key__isnull=False, settled_at__isnull=False)
                & ~Q(storage_name="")
                & ~Q(sha256="")
                | ~Q(state=PackState.DONE) & Q(sealed_key__isnull=True, storage_name=""),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="asked_never_changes", fields=["incident", "number", "as_of", "asked_by", "reason", "file_id"]
            ),
            pgtrigger.Protect(name="never_goes", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.incident} pack {self.number}"

    @property
    def about(self) -> str:
        """What the audit calls it."""
        return f"pack:{self.incident.slug}-{self.number}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def file_key(self) -> bytes:
        return keys.unseal(bytes(self.sealed_key or b""), bound_to=key_bound_to(self.file_id.hex))

    def move(self, *, to: PackState, **changes: Any) -> None:
        """On a locked row; the audit is its history. Raises IllegalMove."""
        if to not in states.PACK_MOVES[PackState(self.state)]:
            raise IllegalMove(f"{self} from {self.state} to {to}")
        self.state = to
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=["state", *changes])


def key_bound_to(file_id_hex: str) -> str:
    return f"packs.pack:{file_id_hex}"
