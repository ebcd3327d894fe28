"""Codes printed in letters, and the mailings in which they left."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from breachdesk import keys
from lookup import rules
from notices.models import Incident


class Mailing(models.Model):
    """Letters gathered by one and released to the mail house by another: whose codes count from one moment."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    dataset_number = models.PositiveIntegerField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Nobody yet: gathered and printed, not released.
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    letters = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="lookup_mailing_takes_two", condition=~Q(asked_by=F("confirmed_by"))),
        ]

    def __str__(self) -> str:
        return f"mailing {self.pk}"


class LetterCode(models.Model):
    """What a letter proves, and to whom. The code itself is not here: only its keyed hash, to be found by."""

    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="codes", db_index=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+", db_index=False)
    person_key = models.UUIDField()
    code_hash = models.UUIDField(unique=True)
    # The key that the code is hashed with: it is on paper, so it stays until the code has run out.
    index_key = models.CharField(max_length=20, blank=True, db_default="")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # Names and birth dates that were compared and did not agree. A right one is given back.
    tries = models.PositiveSmallIntegerField(default=0)
    # When it last opened a look-up.
    used_at = models.DateTimeField(null=True)
    # Another letter took its place.
    void_at = models.DateTimeField(null=True)
    # Its first half, which staff say to a caller who answers with the second; null: printed before that was done.
    sealed_opening = models.BinaryField(null=True)
    # A member of staff heard the second half: from then on it opens nothing online.
    spoken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "person_key"],
                name="lookup_lettercode_one_counts",
                condition=Q(void_at__isnull=True),
            ),
            models.CheckConstraint(
                name="lookup_lettercode_at_most_so_many_tries", condition=Q(tries__lte=rules.LETTER_TRIES)
            ),
        ]

    def __str__(self) -> str:
        return f"letter code {self.pk}"

    @property
    def bound(self) -> str:
        return f"lookup.letter.opening:{self.code_hash}"

    @property
    def opening(self) -> str:
        if self.sealed_opening is None:
            return ""
        return keys.unseal(self.sealed_opening, bound_to=self.bound).decode()

    @opening.setter
    def opening(self, half: str) -> None:
        self.sealed_opening = keys.seal(half, bound_to=self.bound)
