"""Whose data stands in somebody else's record: people who never were customers, and whom no list may name."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from notices import states


class ThirdParty(models.Model):
    """One kind of them in what leaked: where they are written down, which of their data stands there, and how sure it is."""

    incident = models.ForeignKey("notices.Incident", on_delete=models.CASCADE, related_name="third_parties")
    position = models.PositiveSmallIntegerField()
    # 배송지로 적힌 분
    name_ko = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    items = ArrayField(models.CharField(max_length=30))
    known = models.CharField(max_length=8, choices=states.Known.choices)
    words_ko = models.TextField(blank=True)
    words_en = models.TextField(blank=True)

    class Meta:
        ordering = ["incident", "position"]

    def __str__(self) -> str:
        return self.name_ko
