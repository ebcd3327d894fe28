"""One table that grows and never changes: triggers refuse UPDATE, DELETE and TRUNCATE, the running role has no right to them."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models


class Event(models.Model):
    """One act. `mac` is ours over every other column, so that a row written past us does not verify."""

    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=80)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=120, db_index=True)
    data = models.JSONField(default=dict)
    mac = models.BinaryField(max_length=32)
    # Of our index keys, the one it was made with; empty: made before its name was kept.
    mac_key = models.CharField(max_length=20, blank=True, db_default="")

    class Meta:
        indexes = [models.Index("kind", "id", name="audit_event_of_a_kind")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="no_truncate",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                # The setting is what a test run uses to empty its own database; the running role has no TRUNCATE right.
                func=(
                    "IF COALESCE(current_setting('breachdesk.allow_truncate', true), '') <> 'on' "
                    "THEN RAISE EXCEPTION 'audit events cannot be removed'; END IF; RETURN NULL;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"


class Countersign(models.Model):
    """Our mac over an event, once more, under a newer key. The event itself stays as it was written."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="countersigned")
    mac = models.BinaryField(max_length=32)
    mac_key = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint("event", "mac_key", name="audit_countersign_once_a_key")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.event_id} under {self.mac_key}"
