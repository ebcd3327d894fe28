"""A list on its way in from the desk, and the two people who let it answer."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from breachdesk import keys
from notices import states

STAFF = settings.AUTH_USER_MODEL


class ImportJob(models.Model):
    """One uploaded list. The row is what the workers look for; the file lies sealed in the storage until it was read."""

    incident = models.ForeignKey("notices.Incident", on_delete=models.PROTECT, related_name="import_jobs")
    # Empty: changes where a list answers already, else the whole list.
    mode = models.CharField(max_length=8, choices=states.Mode.choices, blank=True)
    state = models.CharField(max_length=8, choices=states.ImportState.choices, default=states.ImportState.WAITING)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    # Of whoever asked: a refusal is written in it.
    language = models.CharField(max_length=2, default="ko")

    file_name = models.CharField(max_length=200)
    file_id = models.UUIDField(unique=True)
    size = models.PositiveBigIntegerField()
    # Line ends counted while the file came: about so many rows there will be.
    lines = models.PositiveBigIntegerField()
    # Both go when the file has been read or refused, and the sealed bytes with them.
    storage_name = models.CharField(max_length=100, blank=True)
    sealed_key = models.BinaryField(null=True)

    # A worker that has not said that it lives by `lease_until` is taken for dead, and another begins anew.
    tries = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    rows_read = models.PositiveBigIntegerField(default=0)
    rows_rejected = models.PositiveBigIntegerField(default=0)

    settled_at = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)
    dataset = models.ForeignKey("notices.Dataset", null=True, on_delete=models.PROTECT, related_name="import_jobs")
    # Nothing was written: the list was there before this import.
    already = models.BooleanField(default=False)
    refused_because = models.TextField(blank=True)
    refused_line = models.PositiveBigIntegerField(null=True)
    # Line, reason and column of each row not taken: nothing of what stood in it.
    rejects_name = models.CharField(max_length=100, blank=True)

    class Meta:
        default_permissions = ("add", "view")
        permissions = [("read_rejects", "May download which rows were not taken")]
        indexes = [
            models.Index("asked_at", name="notices_importjob_open", condition=Q(state__in=[*states.IMPORT_OPEN])),
        ]
        constraints = [
            models.CheckConstraint(
                name="notices_importjob_settled_whole",
                condition=Q(state__in=[*states.IMPORT_OPEN], settled_at__isnull=True)
                | (
                    ~Q(state__in=[*states.IMPORT_OPEN])
                    & Q(settled_at__isnull=False, storage_name="", sealed_key__isnull=True, lease_until__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="notices_importjob_done_has_its_list",
                condition=Q(state=states.ImportState.DONE, dataset__isnull=False)
                | (~Q(state=states.ImportState.DONE) & Q(dataset__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"import {self.pk} for {self.incident}"

    @property
    def is_open(self) -> bool:
        return self.state in states.IMPORT_OPEN

    @property
    def percent(self) -> int:
        """Of the rows, as far as the line ends tell how many there are."""
        return min(99, self.rows_read * 100 // max(1, self.lines))

    @property
    def file_key(self) -> bytes:
        return keys.unseal(bytes(self.sealed_key or b""), bound_to=key_bound_to(self.file_id.hex))


def key_bound_to(file_id_hex: str) -> str:
    return f"notices.import:{file_id_hex}"


class ActivationProposal(models.Model):
    """One person proposes that a list should answer; another confirms, or anybody concerned takes it back."""

    dataset = models.ForeignKey("notices.Dataset", on_delete=models.PROTECT, related_name="proposals")
    # The list that answered when the two were compared (null: none did).
    against = models.ForeignKey("notices.Dataset", null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed = models.BooleanField(null=True)

    class Meta:
        default_permissions = ()
        permissions = [
            ("propose_activation", "May propose that a list should answer"),
            ("confirm_activation", "May confirm that a list should answer"),
        ]
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "dataset", name="notices_activationproposal_one_open", condition=Q(decided_at__isnull=True)
            ),
            models.CheckConstraint(
                name="notices_activationproposal_decided_whole",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, confirmed__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False, confirmed__isnull=False),
            ),
            models.CheckConstraint(
                name="notices_activationproposal_confirmed_by_another",
                condition=~Q(confirmed=True) | ~Q(decided_by=F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"proposal for {self.dataset}"
