"""A claim or an inquiry that came on paper: entered by one with its scan, and nothing until another has confirmed it."""

from __future__ import annotations

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from breachdesk import keys
from breachdesk.files.models import StoredFile
from notices.models import Incident
from support.consultation_models import Consultation
from support.states import PAPER_MOVES, IllegalMove, Paper, PaperKind

STAFF = settings.AUTH_USER_MODEL


class PaperEntry(models.Model):
    """What stood on the paper, and who read it so. Its consultation says what became of it."""

    consultation = models.OneToOneField(Consultation, on_delete=models.CASCADE, related_name="paper")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=7, choices=PaperKind.choices)
    state = models.CharField(max_length=9, choices=Paper.choices)
    # Gone with what it became: an attachment of the inquiry, evidence of the claim.
    scan = models.OneToOneField(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    # JSON, as typed; the letter's code is in it until it was confirmed or sent back.
    seal_id = models.UUIDField(default=uuid.uuid4, editable=False)
    sealed_content = models.BinaryField()
    entered_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    # The claim or inquiry that it became.
    became = models.CharField(max_length=13, blank=True)

    class Meta:
        default_permissions = ()
        permissions = [
            ("enter_paper", "Can enter what came on paper"),
            ("confirm_paper", "Can confirm what another entered from paper"),
        ]
        constraints = [
            models.CheckConstraint(
                name="support_paper_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("entered_by")),
            ),
            models.CheckConstraint(
                name="support_paper_counts_when_confirmed",
                condition=(Q(state=Paper.CONFIRMED, confirmed_by__isnull=False) & ~Q(became=""))
                | (~Q(state=Paper.CONFIRMED) & Q(became="")),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="entered_never_changes", fields=["kind", "incident", "entered_by", "entered_at"])
        ]

    def __str__(self) -> str:
        return f"paper {self.pk}"

    @property
    def bound(self) -> str:
        return f"support.paper.content:{self.seal_id}"

    @property
    def content(self) -> dict[str, Any]:
        return keys.unseal_json(self.sealed_content, bound_to=self.bound)

    @content.setter
    def content(self, content: dict[str, Any]) -> None:
        self.sealed_content = keys.seal_json(content, bound_to=self.bound)

    def move(self, *, to: Paper, **changed: Any) -> None:
        """On a locked row; its consultation is its history. Raises IllegalMove."""
        if to not in PAPER_MOVES[Paper(self.state)]:
            raise IllegalMove(f"{self} from {self.state} to {to}")
        self.state = to
        for name, value in changed.items():
            setattr(self, name, value)
        self.save()
