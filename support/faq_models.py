"""Questions that are asked often, of one incident, in versions: written by one person, published by another."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from notices.models import Incident
from support.states import Faq as State

STAFF = settings.AUTH_USER_MODEL


class FaqVersion(models.Model):
    """What is published is never changed: a newer version takes its place."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    # Whoever changed it last.
    written_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    published_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    # Raised by every change: whoever publishes says what they read.
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        permissions = [
            ("write_faq", "Can write questions that are asked often"),
            ("publish_faq", "Can publish questions that somebody else wrote"),
        ]
        constraints = [
            models.UniqueConstraint("incident", "number", name="support_faq_number_once"),
            models.UniqueConstraint("incident", name="support_faq_one_draft", condition=Q(state=State.DRAFT)),
            models.CheckConstraint(
                name="support_faq_published_by_another",
                condition=Q(state=State.DRAFT, published_by=None, published_at=None)
                | Q(state=State.PUBLISHED, published_by__isnull=False, published_at__isnull=False)
                & ~Q(published_by=F("written_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.number}"


class FaqEntry(models.Model):
    version = models.ForeignKey(FaqVersion, on_delete=models.CASCADE, related_name="entries")
    # The same question in every version.
    key = models.UUIDField(default=uuid.uuid4)
    position = models.PositiveSmallIntegerField()
    question_ko = models.CharField(max_length=120)
    question_en = models.CharField(max_length=160)
    answer_ko = models.TextField()
    answer_en = models.TextField()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint("version", "key", name="support_faqentry_once")]

    def __str__(self) -> str:
        return self.question_ko


class FaqCount(models.Model):
    """Did this answer it? So many said so of one version. Figures, and nothing of whoever said it."""

    version = models.ForeignKey(FaqVersion, on_delete=models.CASCADE, related_name="counts")
    key = models.UUIDField()
    helped = models.PositiveIntegerField(default=0)
    not_helped = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("version", "key", name="support_faqcount_once")]

    def __str__(self) -> str:
        return f"{self.helped}/{self.not_helped}"
