"""That a member of staff sees for a while what one person sees, and why."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models

from lookup.models import Person
from support import consultation_states as states


class Seeing(models.Model):
    """Opened with a reason, for a quarter of an hour. The person reads of it in their own look-ups."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=9, choices=states.SeenWhy.choices)
    at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index("by", "person", "expires_at", name="support_seeing_of_somebody")]

    def __str__(self) -> str:
        return f"{self.by_id} sees {self.person_id}"

    def is_open(self, at: dt.datetime) -> bool:
        return at < self.expires_at
