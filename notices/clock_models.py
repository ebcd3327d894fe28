"""Clocks of the law, and the duties behind them where one incident keeps other values than the table of notices.duties."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from breachdesk.files.models import StoredFile
from notices import states

STAFF = settings.AUTH_USER_MODEL


class LegalDuty(models.Model):
    """Hours, thresholds and references of one duty for one incident, as somebody read the law."""

    incident = models.ForeignKey("notices.Incident", on_delete=models.CASCADE, related_name="legal_duties")
    # Of notices.duties.
    code = models.CharField(max_length=30)
    law_ko = models.CharField(max_length=120)
    law_en = models.CharField(max_length=160)
    hours = models.PositiveSmallIntegerField(null=True)
    people_from = models.PositiveIntegerField(null=True)
    unique_ids = models.BooleanField()
    outside_access = models.BooleanField()
    sourced = models.BooleanField()
    read_on = models.DateField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint("incident", "code", name="notices_legalduty_once")]

    def __str__(self) -> str:
        return f"{self.incident} {self.code}"


class Clock(models.Model):
    """A moment the law sets for this incident, with the law's reference, and when and by what it was met."""

    incident = models.ForeignKey("notices.Incident", on_delete=models.CASCADE, related_name="clocks")
    position = models.PositiveSmallIntegerField()
    # Of notices.duties; empty: somebody wrote it by hand.
    code = models.CharField(max_length=30, blank=True)
    kind = models.CharField(max_length=8, choices=states.ClockKind.choices, default=states.ClockKind.DO_BY)
    name_ko = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    law_ko = models.CharField(max_length=120)
    law_en = models.CharField(max_length=160)
    # False: a value of ours that was found in no text of law. It is never shown as law.
    sourced = models.BooleanField(default=True)
    # As the law was read on this day.
    read_on = models.DateField(null=True)
    counted_from = models.CharField(
        max_length=8, choices=states.CountedFrom.choices, default=states.CountedFrom.LEARNED
    )
    # Null: no number of hours stands behind `due_at`.
    hours = models.PositiveSmallIntegerField(null=True)
    # Null: the law says "without delay" and names no hours; or what it counts from has not come; or each case has its own.
    due_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    # What shows that it was met, who wrote it down and when.
    evidence = models.TextField(blank=True)
    evidence_file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    met_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    met_written_at = models.DateTimeField(null=True)
    reason_missed_ko = models.TextField(blank=True)
    reason_missed_en = models.TextField(blank=True)
    # What the law lets stand in the way (urgent containment, disaster): why, and from when until when.
    exception_ko = models.TextField(blank=True)
    exception_en = models.TextField(blank=True)
    exception_from_at = models.DateTimeField(null=True)
    exception_until_at = models.DateTimeField(null=True)
    exception_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["incident", "position"]
        permissions = [("meet_clock", "May write down that a clock of the law was met, and by what")]
        constraints = [
            models.UniqueConstraint("incident", "code", name="notices_clock_of_a_duty_once", condition=~Q(code="")),
            models.CheckConstraint(
                name="notices_clock_of_a_case_has_hours_and_no_moment",
                condition=~Q(counted_from__in=states.OF_A_CASE)
                | Q(hours__isnull=False, due_at__isnull=True, met_at__isnull=True),
            ),
            models.CheckConstraint(
                name="notices_clock_met_with_evidence",
                condition=Q(met_by__isnull=True, met_written_at__isnull=True, evidence_file__isnull=True)
                | (Q(met_by__isnull=False, met_written_at__isnull=False, met_at__isnull=False) & ~Q(evidence="")),
            ),
            models.CheckConstraint(
                name="notices_clock_exception_begins_before_it_ends",
                condition=Q(exception_until_at__isnull=True) | Q(exception_from_at__lt=F("exception_until_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.name_ko
