"""Answers to reuse: written by one, approved by another, and never changed after that."""

from __future__ import annotations

import datetime as dt

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from breachdesk.accounts.models import User
from support.reuse_rules import TITLE_LENGTH
from support.states import REUSE_FIRST, REUSE_MOVES, IllegalMove, Reuse

STAFF = settings.AUTH_USER_MODEL


class Prepared(models.Model):
    """One answer in both languages. What must say something else is a new one."""

    title = models.CharField(max_length=TITLE_LENGTH)
    text_ko = models.TextField()
    text_en = models.TextField()
    state = models.CharField(max_length=8, choices=Reuse.choices)
    prepared_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    approved_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        permissions = [
            ("prepare_answer", "Can write answers to be reused, and take them out of use"),
            ("approve_answer", "Can approve an answer to be reused that another wrote"),
        ]
        constraints = [
            models.CheckConstraint(
                name="support_prepared_approved_by_another",
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | (Q(approved_at__isnull=False, approved_by__isnull=False) & ~Q(approved_by=F("prepared_by"))),
            ),
            models.CheckConstraint(
                name="support_prepared_used_when_approved",
                condition=~Q(state=Reuse.APPROVED) | Q(approved_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="words_never_change", fields=["title", "text_ko", "text_en", "prepared_by", "prepared_at"]
            )
        ]

    def __str__(self) -> str:
        return f"prepared answer {self.pk}"

    def move(self, *, to: Reuse, at: dt.datetime, by: User | None = None) -> None:
        """Raises IllegalMove. The audit is its history."""
        source = Reuse(self.state) if self.state else None
        if to not in ({REUSE_FIRST} if source is None else REUSE_MOVES[source]):
            raise IllegalMove(f"{source} -> {to}")
        self.state = to
        if to == Reuse.APPROVED:
            self.approved_by, self.approved_at = by, at
        elif to == Reuse.ENDED:
            self.ended_at = at
        self.save()
