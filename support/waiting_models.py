"""How long one waits at a contact point, as staff said it last."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from notices.models import ContactPoint


class Waiting(models.Model):
    contact_point = models.OneToOneField(ContactPoint, on_delete=models.CASCADE, related_name="+")
    # Null: nothing is said.
    minutes = models.PositiveSmallIntegerField(null=True)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        permissions = [("say_waiting", "Can say how long one waits at a contact point")]

    def __str__(self) -> str:
        return f"{self.contact_point_id}: {self.minutes}"
