"""A campaign, which tells people of one notice, and the proof-of-notice ledger: one line for each person it concerns."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, functions

from breachdesk.accounts.models import User
from notices import states
from notices.states import CampaignState, ProofBy, TellingState

STAFF = settings.AUTH_USER_MODEL

# What two people agreed on: all but where the campaign stands.
FACTS_CHANGED = pgtrigger.AnyChange(
    "incident",
    "notice",
    "dataset",
    "tiers",
    "languages",
    "members",
    "items",
    "any_items",
    "unproven",
    "cleared_by",
    "expected",
    "starts_at",
    "prepared_at",
    "prepared_by",
)


class Campaign(models.Model):
    """Everybody of one list, or some of them, to be told of one notice. Prepared by one person, released by another."""

    incident = models.ForeignKey("notices.Incident", on_delete=models.PROTECT, related_name="campaigns")
    notice = models.ForeignKey("notices.Notice", on_delete=models.PROTECT, related_name="campaigns")
    dataset = models.ForeignKey("notices.Dataset", on_delete=models.PROTECT, related_name="campaigns")
    # Empty: all. Numbers as in notices.audience.
    tiers = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    members = ArrayField(models.CharField(max_length=13), default=list, blank=True)
    # Those of whom any of these leaked, for sure or possibly.
    any_items = ArrayField(models.CharField(max_length=30), default=list, db_default=[], blank=True)
    # Only those of whom there is no proof yet that they were told of this incident, of whatever version.
    unproven = models.BooleanField(default=False, db_default=False)
    # An all-clear, to those of the list who are no longer on this one, which answered when it was prepared; null: any other notice.
    cleared_by = models.ForeignKey("notices.Dataset", null=True, on_delete=models.PROTECT, related_name="+")
    # The combinations of items that belong to the choice, as in the list: SQL compares them whole.
    items = ArrayField(models.TextField(), default=list)
    # Nobody is told before; null: from its release on.
    starts_at = models.DateTimeField(null=True)
    # As shown to whoever released it (audience.Preview); who is concerned is counted from the ledger.
    expected = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=CampaignState.choices, default=CampaignState.PREPARED)
    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # The ledger is written in the order of the person keys: up to here, and since when completely.
    listed_up_to = models.UUIDField(null=True)
    listed_at = models.DateTimeField(null=True)
    # By which ways, as it stood when it was released. Null: released before there were ladders; nobody climbs.
    ladder = models.ForeignKey("notices.Ladder", null=True, on_delete=models.PROTECT, related_name="+")
    # Lines in the ledger, raised in the transaction that writes them: the figures must add up to it.
    audience = models.PositiveIntegerField(default=0)

    class Meta:
        permissions = [
            ("release_campaign", "may release, resume and cancel a campaign that another prepared"),
        ]
        constraints = [
            models.CheckConstraint(
                name="notices_campaign_released_by_two",
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | (Q(released_at__isnull=False, released_by__isnull=False) & ~Q(released_by=F("prepared_by"))),
            ),
            models.CheckConstraint(
                name="notices_campaign_runs_once_released",
                condition=(
                    Q(state=CampaignState.PREPARED, released_at__isnull=True)
                    | Q(state=CampaignState.CANCELLED)
                    | (~Q(state=CampaignState.PREPARED) & Q(released_at__isnull=False))
                ),
            ),
            models.CheckConstraint(
                name="notices_campaign_paused_since",
                condition=Q(state=CampaignState.PAUSED, paused_at__isnull=False)
                | (~Q(state=CampaignState.PAUSED) & Q(paused_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="notices_campaign_ended_when_over",
                condition=Q(state__in=[CampaignState.FINISHED, CampaignState.CANCELLED], ended_at__isnull=False)
                | (~Q(state__in=[CampaignState.FINISHED, CampaignState.CANCELLED]) & Q(ended_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="notices_campaign_finished_is_listed",
                condition=~Q(state=CampaignState.FINISHED) | Q(listed_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="facts_never_change", operation=pgtrigger.Update, condition=FACTS_CHANGED),
            pgtrigger.Protect(
                name="ladder_is_pinned",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__released_at__isnull=False)
                & pgtrigger.Q(old__ladder__df=pgtrigger.F("new__ladder")),
            ),
            pgtrigger.Protect(name="stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.incident} campaign {self.pk}"

    @property
    def about(self) -> str:
        """What delivery and the audit call it."""
        return f"campaign:{self.pk}"

    def move(self, *, to: CampaignState, by: User | None, at: dt.datetime) -> None:
        """On a locked row. `by` nobody: it came to its end by itself. Raises states.IllegalMove."""
        came_from = CampaignState(self.state)
        if to not in states.CAMPAIGN_MOVES[came_from]:
            raise states.IllegalMove(f"{self} from {came_from} to {to}")
        self.state = to
        self.paused_at = at if to == CampaignState.PAUSED else None
        if to == CampaignState.RELEASED and self.released_at is None:
            self.released_at, self.released_by = at, by
        self.ended_at = at if to in (CampaignState.FINISHED, CampaignState.CANCELLED) else None
        self.save(update_fields=["state", "paused_at", "released_at", "released_by", "ended_at"])
        CampaignMove.objects.create(campaign=self, came_from=came_from, went_to=to, by=by, at=at)


class CampaignMove(models.Model):
    """One step in the life of a campaign: who, when. Never changed."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="moves")
    came_from = models.CharField(max_length=10, choices=CampaignState.choices)
    went_to = models.CharField(max_length=10, choices=CampaignState.choices)
    by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["campaign", "at", "pk"]
        triggers = [pgtrigger.Protect(name="stays_as_it_is", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.came_from} to {self.went_to}"


class Tellings(models.QuerySet["Telling"]):
    def live(self) -> Tellings:
        return self.filter(state__in=states.TELLING_LIVE)

    def move(self, *, to: TellingState, at: dt.datetime, **changes: Any) -> int:
        """The lines of this set, locked by the caller, go to one state. Raises states.IllegalMove.

        The stamps are a line's history: since when it is listed, put and settled.
        """
        may_come_from = [state for state, lawful in states.TELLING_MOVES.items() if to in lawful]
        wrong = self.exclude(state__in=may_come_from).values_list("state", flat=True).first()
        if wrong is not None:
            raise states.IllegalMove(f"a line of the ledger from {wrong} to {to}")
        if to == TellingState.PUT:
            changes["put_at"] = at
        if to in states.TELLING_OPEN:
            changes["settled_at"] = None
        else:
            changes["settled_at"] = functions.Coalesce("settled_at", models.Value(at))
        if to == TellingState.PROVEN:
            changes["proven_at"] = at
        else:
            changes |= {"proven_at": None, "proof": ""}
        return self.update(state=to, **changes)


class Telling(models.Model):
    """That one person was, is or will be told of one notice; or why not. The ledger shows it to the regulator."""

    incident = models.ForeignKey("notices.Incident", on_delete=models.PROTECT, related_name="+", db_index=False)
    notice = models.ForeignKey("notices.Notice", on_delete=models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="tellings", db_index=False)
    person_key = models.UUIDField()
    # By it somebody learns that nothing of theirs leaked: no word of the leak, and no proof that they were told of it.
    clears = models.BooleanField(default=False, db_default=False)
    state = models.CharField(max_length=10, choices=TellingState.choices, default=TellingState.WAITING)
    # A member's kind (withheld), else a word of ours: why there is no proof yet, by the last rung that gave none.
    reason = models.CharField(max_length=40, blank=True)
    # The rung the person is on, and its channel as delivery names it; of who is proven, the rung that proved it.
    rung = models.PositiveSmallIntegerField(null=True)
    channel = models.CharField(max_length=10, blank=True)
    listed_at = models.DateTimeField()
    put_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    proven_at = models.DateTimeField(null=True)
    proof = models.CharField(max_length=12, choices=ProofBy.choices, blank=True, db_default="")

    objects = Tellings.as_manager()

    class Meta:
        indexes = [
            models.Index("campaign", "state", name="notices_telling_by_state"),
            models.Index("campaign", "id", name="notices_telling_next", condition=Q(state=TellingState.WAITING)),
        ]
        constraints = [
            models.UniqueConstraint(
                # Of one version somebody may hear both: cleared by it, then listed again.
                fields=["incident", "person_key", "notice", "clears"],
                name="notices_telling_once",
                condition=Q(state__in=states.TELLING_LIVE),
            ),
            models.UniqueConstraint(
                fields=["campaign", "person_key"],
                name="notices_telling_once_a_campaign",
            ),
            models.CheckConstraint(
                name="notices_telling_put_has_its_rung",
                condition=~Q(state__in=[TellingState.PUT, TellingState.SENT, TellingState.UNKNOWN])
                | (Q(put_at__isnull=False, rung__isnull=False) & ~Q(channel="")),
            ),
            models.CheckConstraint(
                name="notices_telling_proven_by_something",
                condition=(Q(state=TellingState.PROVEN, proven_at__isnull=False, rung__isnull=False) & ~Q(proof=""))
                | (~Q(state=TellingState.PROVEN) & Q(proven_at__isnull=True, proof="")),
            ),
            models.CheckConstraint(
                name="notices_telling_settled_when_done",
                condition=Q(state__in=states.TELLING_OPEN, settled_at__isnull=True)
                | (~Q(state__in=states.TELLING_OPEN) & Q(settled_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}: line {self.pk}"
