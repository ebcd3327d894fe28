"""One version of the published word."""

from __future__ import annotations

import datetime as dt

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from breachdesk.accounts.models import User
from notices import states

STAFF = settings.AUTH_USER_MODEL


class Notice(models.Model):
    """One version of what we tell people: each statutory item its own field. Immutable once published.

    Korean, English and, for whoever reads with difficulty, easy-read Korean (쉬운 글).
    """

    incident = models.ForeignKey("notices.Incident", on_delete=models.PROTECT, related_name="notices")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=states.NoticeKind.choices)
    state = models.CharField(max_length=10, choices=states.NoticeState.choices, default=states.NoticeState.DRAFT)
    title_ko = models.CharField(max_length=160)
    title_en = models.CharField(max_length=200)
    title_easy = models.CharField(max_length=160, blank=True)
    lede_ko = models.TextField()
    lede_en = models.TextField()
    lede_easy = models.TextField(blank=True)
    changes_ko = models.TextField(blank=True)
    changes_en = models.TextField(blank=True)
    changes_easy = models.TextField(blank=True)
    # The seven items of Personal Information Protection Act Art. 34(1), as amended on 2026-09-11.
    what_leaked_ko = models.TextField(blank=True)
    what_leaked_en = models.TextField(blank=True)
    what_leaked_easy = models.TextField(blank=True)
    when_and_how_ko = models.TextField(blank=True)
    when_and_how_en = models.TextField(blank=True)
    when_and_how_easy = models.TextField(blank=True)
    what_to_do_ko = models.TextField(blank=True)
    what_to_do_en = models.TextField(blank=True)
    what_to_do_easy = models.TextField(blank=True)
    what_we_do_ko = models.TextField(blank=True)
    what_we_do_en = models.TextField(blank=True)
    what_we_do_easy = models.TextField(blank=True)
    whom_to_ask_ko = models.TextField(blank=True)
    whom_to_ask_en = models.TextField(blank=True)
    whom_to_ask_easy = models.TextField(blank=True)
    your_rights_ko = models.TextField(blank=True)
    your_rights_en = models.TextField(blank=True)
    your_rights_easy = models.TextField(blank=True)
    further_matters_ko = models.TextField(blank=True)
    further_matters_en = models.TextField(blank=True)
    further_matters_easy = models.TextField(blank=True)
    next_word_ko = models.CharField(max_length=120, blank=True)
    next_word_en = models.CharField(max_length=160, blank=True)
    # Codes confirmed as not leaked when this version was written.
    not_leaked = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    # People per tier as counted when the version was published (queries.people_by_tier); tier 0: only possibly leaked.
    counted = models.JSONField(default=list)
    # Of an all-clear: for whom it is, by which groups (0: those of whom nothing was sure), and how many when it was published.
    cleared = models.CharField(max_length=9, choices=states.Cleared.choices, blank=True)
    cleared_tiers = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    cleared_people = models.PositiveIntegerField(null=True)
    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("incident", "number", name="notices_notice_number_once"),
            models.UniqueConstraint(
                "incident", name="notices_notice_one_draft", condition=Q(state=states.NoticeState.DRAFT)
            ),
            models.CheckConstraint(
                name="notices_notice_published_by_two",
                condition=Q(state=states.NoticeState.DRAFT, published_at__isnull=True, approved_by__isnull=True)
                | (
                    Q(state=states.NoticeState.PUBLISHED, published_at__isnull=False, approved_by__isnull=False)
                    & ~Q(prepared_by=F("approved_by"))
                ),
            ),
            models.CheckConstraint(
                name="notices_notice_only_an_all_clear_clears",
                condition=Q(kind=states.NoticeKind.NOT_LEAKED) | Q(cleared="", cleared_tiers=[], cleared_people=None),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_never_changes",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state=states.NoticeState.PUBLISHED),
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident} notice {self.number}"

    def move(self, *, to: states.NoticeState, by: User, at: dt.datetime) -> None:
        """Raises states.IllegalMove. The version itself is its history: it moves once."""
        if to not in states.NOTICE_MOVES[states.NoticeState(self.state)]:
            raise states.IllegalMove(f"{self} from {self.state} to {to}")
        self.state, self.approved_by, self.published_at = to, by, at
        self.save(update_fields=["state", "approved_by", "published_at", "counted", "cleared_people"])
