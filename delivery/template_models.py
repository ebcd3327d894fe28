"""The words of an AlimTalk: Kakao lets nothing out but a template that its people have looked at."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from delivery.states import TemplateState, may_become

# As each state has it: (was handed in, was judged, has a reason).
DRAFTED = Q(state=TemplateState.DRAFTED, submitted_at=None, judged_at=None, reason="")
SUBMITTED = Q(state=TemplateState.SUBMITTED, submitted_at__isnull=False, judged_at=None, reason="") & ~Q(code="")
APPROVED = Q(state=TemplateState.APPROVED, submitted_at__isnull=False, judged_at__isnull=False, reason="") & ~Q(code="")
REFUSED = (
    Q(state=TemplateState.REFUSED, submitted_at__isnull=False, judged_at__isnull=False) & ~Q(code="") & ~Q(reason="")
)

# What the database keeps as it was handed in.
HANDED_IN = pgtrigger.Q(old__state__in=["submitted", "approved", "refused"])
WORDS_CHANGE = reduce(
    or_,
    (
        pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")})
        for name in ("occasion", "language", "version", "text", "code", "submitted_at", "submitted_by")
    ),
)


class TemplateVersion(models.Model):
    """One version of what is said on one occasion in one language, and what the operator says of it.

    Messages are pinned to their version. It is written until it is handed in; from then on only the operator's answer is added.
    """

    occasion = models.CharField(max_length=60)
    language = models.CharField(max_length=2)
    version = models.PositiveSmallIntegerField()
    text = models.TextField()
    # The operator's name of it.
    code = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=TemplateState.choices, default=TemplateState.DRAFTED)
    reason = models.CharField(max_length=500, blank=True)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    judged_at = models.DateTimeField(null=True)
    # Who wrote the operator's answer down.
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        # Who may add one hands it in and writes down what the operator says.
        default_permissions = ("add", "view")
        constraints = [
            models.UniqueConstraint("occasion", "language", "version", name="delivery_template_version_once"),
            models.UniqueConstraint(
                "occasion", "language", name="delivery_template_one_draft", condition=Q(state=TemplateState.DRAFTED)
            ),
            models.UniqueConstraint("code", name="delivery_template_code_once", condition=~Q(code="")),
            models.CheckConstraint(
                name="delivery_template_state_fits", condition=DRAFTED | SUBMITTED | APPROVED | REFUSED
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="handed_in_never_changes", operation=pgtrigger.Update, condition=HANDED_IN & WORDS_CHANGE
            ),
            pgtrigger.Protect(
                name="judged_never_changes",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["approved", "refused"]),
            ),
            pgtrigger.Protect(
                name="handed_in_never_goes",
                operation=pgtrigger.Delete,
                condition=HANDED_IN,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occasion} {self.language} {self.version}"

    @property
    def about(self) -> str:
        """What the audit calls it."""
        return f"template:{self.occasion}-{self.language}-{self.version}"

    def move(self, to: TemplateState, **changes: Any) -> None:
        """On a locked row. Raises IllegalMove."""
        may_become(self.state, to)
        self.state = to
        for name, value in changes.items():
            setattr(self, name, value)
        self.save()
