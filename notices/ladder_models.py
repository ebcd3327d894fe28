"""By which ways people of an incident are told one after the other, and each way that was tried for each of them."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from notices import ladder_rules
from notices.states import ATTEMPT_OPEN, AttemptOutcome, ProofBy, ProposalEnd, Way

STAFF = settings.AUTH_USER_MODEL


class Ladder(models.Model):
    """The rungs of one incident, as one person proposed and another confirmed them. Number 0: as the house sets them out."""

    incident = models.ForeignKey("notices.Incident", on_delete=models.PROTECT, related_name="ladders")
    number = models.PositiveSmallIntegerField()
    reason = models.TextField(blank=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    closed_as = models.CharField(max_length=9, choices=ProposalEnd.choices, blank=True)

    class Meta:
        ordering = ["incident", "number"]
        default_permissions = ("view",)
        permissions = [
            ("propose_ladder", "May propose by which ways people of an incident are told"),
            ("confirm_ladder", "May confirm the ways that another proposed"),
        ]
        constraints = [
            models.UniqueConstraint("incident", "number", name="notices_ladder_number_once"),
            models.UniqueConstraint(
                "incident", name="notices_ladder_one_proposal", condition=Q(closed_at=None, number__gt=0)
            ),
            models.CheckConstraint(
                name="notices_ladder_is_proposed_by_somebody",
                condition=Q(number=0, proposed_by__isnull=True, closed_at__isnull=True)
                | (Q(number__gt=0, proposed_by__isnull=False) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="notices_ladder_closed_whole",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, closed_as="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closed_as="")),
            ),
            models.CheckConstraint(
                name="notices_ladder_confirmed_by_another",
                condition=~Q(closed_as=ProposalEnd.APPROVED) | ~Q(closed_by=F("proposed_by")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="words_never_change",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("incident", "number", "reason", "proposed_at", "proposed_by"),
            ),
            pgtrigger.Protect(
                name="closed_once", operation=pgtrigger.Update, condition=pgtrigger.Q(old__closed_at__isnull=False)
            ),
            pgtrigger.Protect(name="stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.incident} ladder {self.number}"


class Rung(models.Model):
    """One way of a ladder, how long it is given, and what counts as proof. Written once."""

    ladder = models.ForeignKey(Ladder, on_delete=models.PROTECT, related_name="rungs")
    position = models.PositiveSmallIntegerField()
    way = models.CharField(max_length=10, choices=Way.choices)
    # So long it may take until it has left, and until its receipt is there, each counted by itself.
    wait_minutes = models.PositiveIntegerField()
    proof = models.CharField(max_length=12, choices=ProofBy.choices)
    # Silence for so long is the proof, where that is one.
    silence_hours = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["ladder", "position"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("ladder", "position", name="notices_rung_position_once"),
            models.UniqueConstraint("ladder", "way", name="notices_rung_way_once"),
            models.CheckConstraint(
                name="notices_rung_silence_where_it_is_proof",
                condition=Q(proof__in=[ProofBy.NOT_BOUNCED, ProofBy.NOT_RETURNED], silence_hours__gt=0)
                | (~Q(proof__in=[ProofBy.NOT_BOUNCED, ProofBy.NOT_RETURNED]) & Q(silence_hours=0)),
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_written_once", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.ladder_id} {self.position}: {self.way}"

    @property
    def plain(self) -> ladder_rules.Rung:
        return ladder_rules.Rung(self.position, self.way, self.wait_minutes, self.proof, self.silence_hours)


class Attempt(models.Model):
    """One way that was tried for one line of the ledger. Only what became of it is written later."""

    line = models.ForeignKey(
        "notices.Telling", on_delete=models.PROTECT, related_name="attempts", db_index=False, db_constraint=True
    )
    rung = models.PositiveSmallIntegerField()
    # As delivery names it (sms or lms for a phone), or posting.
    channel = models.CharField(max_length=10)
    # Empty: a posting, which is no message.
    message_key = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=9, choices=AttemptOutcome.choices, default=AttemptOutcome.PUT)
    # As delivery has it: a provider's code, `returned-…`.
    reason = models.CharField(max_length=120, blank=True)
    put_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # When delivery is asked next what became of it; a late receipt is heard after its end too.
    look_again_at = models.DateTimeField(null=True)
    # Since when looking at it raised, again and again.
    stuck_since = models.DateTimeField(null=True)

    class Meta:
        ordering = ["line", "rung"]
        default_permissions = ()
        indexes = [
            models.Index("look_again_at", name="notices_attempt_to_look_at", condition=Q(look_again_at__isnull=False)),
            models.Index("stuck_since", name="notices_attempt_stuck", condition=Q(stuck_since__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint("line", "rung", name="notices_attempt_rung_once"),
            models.UniqueConstraint("message_key", name="notices_attempt_message_once", condition=~Q(message_key="")),
            models.CheckConstraint(
                name="notices_attempt_has_its_message",
                condition=Q(channel=Way.POSTING, message_key="") | (~Q(channel=Way.POSTING) & ~Q(message_key="")),
            ),
            models.CheckConstraint(
                name="notices_attempt_ended_when_over",
                condition=Q(outcome__in=ATTEMPT_OPEN, ended_at__isnull=True)
                | (~Q(outcome__in=ATTEMPT_OPEN) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="notices_attempt_open_is_looked_at",
                condition=~Q(outcome__in=[AttemptOutcome.PUT, AttemptOutcome.UNKNOWN]) | Q(look_again_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="what_was_tried_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("line", "rung", "channel", "message_key", "put_at"),
            ),
            pgtrigger.Protect(name="stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} rung {self.rung}: {self.outcome}"
