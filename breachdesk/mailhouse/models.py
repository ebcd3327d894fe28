"""Letters on their way to the mail house: batches, what each consists of, who fetched it, and what came back."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from breachdesk import keys
from breachdesk.mailhouse import rules, states
from breachdesk.mailhouse.states import BatchState, IllegalMove, Problem, Return

STAFF = settings.AUTH_USER_MODEL
HAS_FILE = Q(sealed_key__isnull=False) & ~Q(storage_name="")
HAS_NONE = Q(sealed_key__isnull=True, storage_name="")


class Batch(models.Model):
    """One archive: gathered by one person, released to the mail house by another."""

    incident = models.ForeignKey("notices.Incident", on_delete=models.PROTECT, related_name="+")
    # What its letters tell of, as delivery names it.
    abouts = ArrayField(models.CharField(max_length=80))
    large_print = models.BooleanField(default=False)
    gathered_at = models.DateTimeField()
    gathered_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    # The codes printed in its letters count from and until the same moments.
    mailing = models.OneToOneField("lookup.Mailing", on_delete=models.PROTECT, related_name="+")
    file_id = models.UUIDField(unique=True)

    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.MAKING)
    # In a word, why it could not be made.
    problem = models.CharField(max_length=80, blank=True)
    # Letters gathered, and of them printed.
    letters_count = models.PositiveIntegerField(default=0)
    printed = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    # Until then one worker puts the parts together.
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    handed_at = models.DateTimeField(null=True)
    handed_date = models.DateField(null=True)
    posted_at = models.DateTimeField(null=True)
    posted_date = models.DateField(null=True)
    # As the mail house counted them.
    posted_count = models.PositiveIntegerField(null=True)
    dropped_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    # The archive: sealed in the storage, gone some days after it was handed over.
    storage_name = models.CharField(max_length=100, blank=True)
    sealed_key = models.BinaryField(null=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ("add", "view")
        permissions = [
            ("release_batch", "May release a batch of letters that another gathered, and agree to its download"),
            ("take_batch", "May download a batch of letters, giving a reason, once another agreed"),
            ("record_batch", "May record that letters were handed over, posted or came back"),
        ]
        constraints = [
            models.CheckConstraint(
                name="mailhouse_batch_released_by_two",
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | (Q(released_at__isnull=False, released_by__isnull=False) & ~Q(released_by=F("gathered_by"))),
            ),
            models.CheckConstraint(
                name="mailhouse_batch_out_was_released",
                condition=~Q(state__in=states.OUT) | Q(released_at__isnull=False),
            ),
            models.CheckConstraint(
                name="mailhouse_batch_handed_then_posted",
                condition=~Q(state=BatchState.POSTED)
                | Q(posted_date__gte=F("handed_date"), posted_count__lte=F("printed"), posted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="mailhouse_batch_file_with_its_key",
                condition=(HAS_FILE & ~Q(sha256="") & Q(forgotten_at__isnull=True)) | HAS_NONE,
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="gathered_never_changes",
                fields=["incident", "abouts", "large_print", "gathered_at", "gathered_by", "mailing", "file_id"],
            ),
            pgtrigger.Protect(name="never_goes", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"batch {self.pk}"

    @property
    def about(self) -> str:
        """What the audit calls it."""
        return f"letters:{self.pk}"

    @property
    def has_file(self) -> bool:
        return self.sealed_key is not None

    def move(self, *, to: BatchState, **changes: Any) -> None:
        """On a locked row; the audit is its history. Raises IllegalMove."""
        if to not in states.BATCH_MOVES[BatchState(self.state)]:
            raise IllegalMove(f"{self} from {self.state} to {to}")
        self.state = to
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=["state", *changes])


class Part(models.Model):
    """Some letters of a batch, made and sealed together; gone once they are in the archive."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    tries = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    file_id = models.UUIDField(unique=True)
    storage_name = models.CharField(max_length=100, blank=True)
    sealed_key = models.BinaryField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("batch", "number", name="mailhouse_part_number_once"),
            models.CheckConstraint(name="mailhouse_part_file_with_its_key", condition=HAS_FILE | HAS_NONE),
        ]

    def __str__(self) -> str:
        return f"part {self.number} of batch {self.batch_id}"


class Letter(models.Model):
    """One message in one batch. Dropped with it, the message may be gathered again."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="letters", db_index=False)
    part = models.ForeignKey(Part, null=True, on_delete=models.SET_NULL, related_name="letters")
    number = models.PositiveIntegerField()
    message = models.ForeignKey("delivery.Message", on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.ForeignKey("lookup.LetterCode", null=True, on_delete=models.SET_NULL, related_name="+")
    in_hand = models.BooleanField(default=True)
    problem = models.CharField(max_length=20, choices=Problem.choices, blank=True)
    made_at = models.DateTimeField(null=True)
    pages = models.PositiveSmallIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    arrived_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    returned = models.CharField(max_length=10, choices=Return.choices, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("batch", "number", name="mailhouse_letter_number_once"),
            models.UniqueConstraint("message", name="mailhouse_letter_in_one_batch", condition=Q(in_hand=True)),
            models.CheckConstraint(
                name="mailhouse_letter_returned_has_a_reason",
                condition=Q(returned_at__isnull=True, returned="") | (Q(returned_at__isnull=False) & ~Q(returned="")),
            ),
        ]

    def __str__(self) -> str:
        return f"letter {self.running_number}"

    @property
    def running_number(self) -> str:
        return rules.running_number(self.batch_id, self.number)


class Taking(models.Model):
    """That one person wants the archive and why; that another agreed. Good for a day, for the first alone."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="takings")
    asked_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    agreed_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="mailhouse_taking_takes_two",
                condition=Q(agreed_at__isnull=True, agreed_by__isnull=True)
                | (Q(agreed_at__isnull=False, agreed_by__isnull=False) & ~Q(agreed_by=F("asked_by"))),
            ),
            models.CheckConstraint(
                name="mailhouse_taking_agreed_then_taken",
                condition=Q(taken_at__isnull=True) | Q(agreed_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="asked_never_changes", fields=["batch", "asked_by", "asked_at", "reason"]),
            pgtrigger.Protect(name="never_goes", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"taking {self.pk} of {self.batch_id}"


class ReturnedFile(models.Model):
    """A list of letters that came back, and what it changed: rows == returned + repeated + rejected."""

    brought_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    returned = models.PositiveIntegerField()
    repeated = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    # [[line, what of]]: never what stood there.
    rejects = models.JSONField(default=list)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="mailhouse_returned_file_adds_up",
                condition=Q(rows=F("returned") + F("repeated") + F("rejected")),
            )
        ]

    def __str__(self) -> str:
        return f"returned file {self.pk}"


def batch_key_bound_to(file_id_hex: str) -> str:
    return f"mailhouse.batch:{file_id_hex}"


def part_key_bound_to(file_id_hex: str) -> str:
    return f"mailhouse.part:{file_id_hex}"


def unsealed_key(row: Batch | Part) -> bytes:
    """Raises keys.CannotOpen."""
    bound = batch_key_bound_to if isinstance(row, Batch) else part_key_bound_to
    return keys.unseal(bytes(row.sealed_key or b""), bound_to=bound(row.file_id.hex))
