"""How an inquiry was dealt with, in the words of whoever asked."""

from __future__ import annotations

import uuid

from django.db import models

from breachdesk import keys
from support import states
from support.inquiry_models import Inquiry


class Satisfaction(models.Model):
    """One tap after closing, and words where somebody has any."""

    inquiry = models.OneToOneField(Inquiry, on_delete=models.CASCADE, related_name="satisfaction")
    seal_id = models.UUIDField(default=uuid.uuid4, editable=False)
    rating = models.CharField(max_length=4, choices=states.Rating.choices)
    sealed_words = models.BinaryField(null=True)
    said_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.inquiry_id}: {self.rating}"

    @property
    def words(self) -> str:
        return "" if self.sealed_words is None else keys.unseal(self.sealed_words, bound_to=self.bound).decode()

    @property
    def bound(self) -> str:
        return f"support.satisfaction.words:{self.seal_id}"
