"""That a version should be published: the words as one person proposed them, and what another made of it."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from notices.states import ProposalEnd

STAFF = settings.AUTH_USER_MODEL


class NoticeProposal(models.Model):
    """Open until somebody approves it, sends it back, takes it back, or changes a word."""

    notice = models.ForeignKey("notices.Notice", on_delete=models.PROTECT, related_name="proposals")
    # snapshots.stamp of the very words: no others can be approved by it.
    words = models.CharField(max_length=64)
    # Findings of the linter that were set aside, each with its reason: [{key, where, words, reason}]. Approving agrees to them.
    set_aside = models.JSONField(default=list)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    closed_as = models.CharField(max_length=9, choices=ProposalEnd.choices, blank=True)
    # Why it was sent back.
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["proposed_at", "pk"]
        default_permissions = ()
        permissions = [
            ("propose_notice", "May propose that a version should be published"),
            ("approve_notice", "May approve a version, which publishes it, or send it back"),
        ]
        constraints = [
            models.UniqueConstraint("notice", name="notices_noticeproposal_one_open", condition=Q(closed_at=None)),
            models.CheckConstraint(
                name="notices_noticeproposal_closed_whole",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, closed_as="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closed_as="")),
            ),
            models.CheckConstraint(
                name="notices_noticeproposal_approved_by_another",
                condition=~Q(closed_as=ProposalEnd.APPROVED) | ~Q(closed_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="notices_noticeproposal_sent_back_with_a_reason",
                condition=~Q(closed_as=ProposalEnd.SENT_BACK) | ~Q(reason=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="words_never_change",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("notice", "words", "set_aside", "proposed_at", "proposed_by"),
            ),
            pgtrigger.Protect(
                name="closed_once", operation=pgtrigger.Update, condition=pgtrigger.Q(old__closed_at__isnull=False)
            ),
            pgtrigger.Protect(name="stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.notice} proposed by {self.proposed_by}"
