"""By which way somebody wishes to be told."""

from __future__ import annotations

from django.db import models

from notices.states import WishedWay


class ContactWish(models.Model):
    """Of one person in one incident: what they asked for last. Nobody who asked for nothing has one."""

    incident = models.ForeignKey("notices.Incident", on_delete=models.PROTECT, related_name="+", db_index=False)
    # As the list that answered then has it; changes with the lists.
    person_key = models.UUIDField()
    way = models.CharField(max_length=5, choices=WishedWay.choices)
    wished_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("incident", "person_key", name="notices_contactwish_once")]

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.way}"
