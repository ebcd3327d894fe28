"""The ledger as a file: asked for by one with a reason, confirmed by another, made by a worker, sealed, and gone after a week."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from breachdesk import keys
from notices.states import ProposalEnd

STAFF = settings.AUTH_USER_MODEL


class LedgerExport(models.Model):
    """Every line and what was tried for it, people under a pseudonym that only our keys could lead back."""

    incident = models.ForeignKey("notices.Incident", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    closed_as = models.CharField(max_length=9, choices=ProposalEnd.choices, blank=True)
    # Once a worker has made it; empty again when its time has passed.
    made_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True)
    file_id = models.UUIDField(unique=True)
    storage_name = models.CharField(max_length=100, blank=True)
    sealed_key = models.BinaryField(null=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        default_permissions = ()
        permissions = [
            ("search_ledger", "May look up in the ledger, giving a reason, whom a contact belongs to"),
            ("ask_ledger_export", "May ask for the ledger as a file, giving a reason, and take one that was confirmed"),
            ("confirm_ledger_export", "May confirm that another takes the ledger as a file"),
        ]
        constraints = [
            models.UniqueConstraint("incident", name="notices_ledgerexport_one_open", condition=Q(closed_at=None)),
            models.CheckConstraint(name="notices_ledgerexport_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="notices_ledgerexport_closed_whole",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, closed_as="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closed_as="")),
            ),
            models.CheckConstraint(
                name="notices_ledgerexport_confirmed_by_another",
                condition=~Q(closed_as=ProposalEnd.APPROVED) | ~Q(closed_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="notices_ledgerexport_file_is_confirmed_and_ends",
                condition=Q(storage_name="", sealed_key__isnull=True)
                | (Q(closed_as=ProposalEnd.APPROVED, sealed_key__isnull=False, expires_at__isnull=False)),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="asked_never_changes", fields=["incident", "reason", "asked_at", "asked_by", "file_id"]
            ),
            pgtrigger.Protect(name="stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.incident} ledger {self.pk}"

    @property
    def file_key(self) -> bytes:
        return keys.unseal(bytes(self.sealed_key or b""), bound_to=key_bound_to(self.file_id.hex))


def key_bound_to(file_id_hex: str) -> str:
    return f"notices.ledger_export:{file_id_hex}"
