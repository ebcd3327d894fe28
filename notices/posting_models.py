"""That a notice is up: from when until when, who took it down, and every look at whether it was there."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from notices import law
from notices.states import LookResult, ProposalEnd

STAFF = settings.AUTH_USER_MODEL


class Posting(models.Model):
    """From the first version on until somebody takes it down: one open interval an incident at a time."""

    incident = models.ForeignKey("notices.Incident", on_delete=models.PROTECT, related_name="postings")
    from_at = models.DateTimeField()
    # Until when it must be up, by which law. Each new version makes it later; nothing makes it earlier.
    keep_until_at = models.DateTimeField()
    keep_hours = models.PositiveSmallIntegerField()
    law_ko = models.CharField(max_length=120)
    law_en = models.CharField(max_length=160)
    # When it is looked at next.
    look_at = models.DateTimeField()
    # Two people and a reason, whether the days are full or not.
    taken_down_at = models.DateTimeField(null=True)
    taken_down_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    take_down_confirmed_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-from_at", "-pk"]
        default_permissions = ("view",)
        permissions = [
            ("propose_takedown", "May propose that a notice should be taken down"),
            ("confirm_takedown", "May confirm that a notice is taken down"),
        ]
        constraints = [
            models.UniqueConstraint("incident", name="notices_posting_one_open", condition=Q(taken_down_at=None)),
            models.CheckConstraint(
                name="notices_posting_taken_down_by_two_with_a_reason",
                condition=Q(
                    taken_down_at__isnull=True,
                    taken_down_by__isnull=True,
                    take_down_confirmed_by__isnull=True,
                    reason="",
                )
                | (
                    Q(
                        taken_down_at__isnull=False,
                        taken_down_by__isnull=False,
                        take_down_confirmed_by__isnull=False,
                        taken_down_at__gte=F("from_at"),
                    )
                    & ~Q(taken_down_by=F("take_down_confirmed_by"))
                    & ~Q(reason="")
                ),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="facts_never_change",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("incident", "from_at"),
            ),
            pgtrigger.Protect(
                name="down_is_down",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__taken_down_at__isnull=False),
            ),
            pgtrigger.Protect(
                name="is_never_shortened",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__keep_until_at__lt=pgtrigger.F("old__keep_until_at")),
            ),
            pgtrigger.Protect(name="stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.incident} from {self.from_at:%F %H:%M}"


class PostingLook(models.Model):
    """One look at one address through the site's public name: what was found there. Written once."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="looks")
    # All looks of one round share the moment.
    at = models.DateTimeField()
    path = models.CharField(max_length=200)
    language = models.CharField(max_length=2)
    # The version that ought to have been there.
    notice = models.ForeignKey("notices.Notice", on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=12, choices=LookResult.choices)
    # Of HTTP; null: nothing answered.
    status = models.PositiveSmallIntegerField(null=True)
    # sha256 of the canonical words (notices.canonical): as published, and as found; empty: none were found.
    expected = models.CharField(max_length=64)
    found = models.CharField(max_length=64, blank=True)
    # Of a look that found something else: which words, how it was asked, what went wrong.
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["posting", "at"], name="notices_look_of_posting")]
        triggers = [pgtrigger.Protect(name="is_written_once", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.path} {self.at:%F %H:%M} {self.result}"

    @property
    def missing(self) -> list[str]:
        return _named(self.details.get("missing", []))

    @property
    def different(self) -> list[str]:
        return _named(self.details.get("different", []))


def _named(fields: list[str]) -> list[str]:
    """As the page calls them; what is no field of a notice stays as it was found."""
    names = {item.field: f"{item.number}. {item.law}" for item in law.ITEMS}
    return [names.get(field) or {"title": _("제목"), "lede": _("머리글")}.get(field, field) for field in fields]


class TakeDown(models.Model):
    """That a notice should be taken down: why one person says so, and what another made of it."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="take_downs")
    reason = models.TextField()
    # As it was when proposed: where it became later since, the proposal is about something else.
    keep_until_at = models.DateTimeField()
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    closed_as = models.CharField(max_length=9, choices=ProposalEnd.choices, blank=True)

    class Meta:
        ordering = ["proposed_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("posting", name="notices_takedown_one_open", condition=Q(closed_at=None)),
            models.CheckConstraint(name="notices_takedown_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="notices_takedown_closed_whole",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, closed_as="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closed_as="")),
            ),
            models.CheckConstraint(
                name="notices_takedown_confirmed_by_another",
                condition=~Q(closed_as=ProposalEnd.APPROVED) | ~Q(closed_by=F("proposed_by")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="words_never_change",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("posting", "reason", "keep_until_at", "proposed_at", "proposed_by"),
            ),
            pgtrigger.Protect(
                name="closed_once", operation=pgtrigger.Update, condition=pgtrigger.Q(old__closed_at__isnull=False)
            ),
            pgtrigger.Protect(name="stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.posting}: {self.reason[:40]}"
