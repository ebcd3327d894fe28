"""What has been spent of each budget, a row per budget and subject."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Spent(models.Model):
    """`amounts[i]` was taken at `moments[i]`. The subject (a contact, a network, a person) is a keyed hash."""

    pk = models.CompositePrimaryKey("budget", "subject")
    budget = models.CharField(max_length=60)
    subject = models.UUIDField()
    moments = ArrayField(models.DateTimeField())
    amounts = ArrayField(models.BigIntegerField())
    # A day, not a moment: it rarely changes, so most takes leave the index alone.
    forget_on = models.DateField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="limits_spent_an_amount_for_each_moment",
                condition=models.Q(moments__len=models.F("amounts__len")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.budget} {self.subject}"
