"""How an incident's notices go out: whether to everybody yet, at which hours, how fast; and whom they reach before."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from breachdesk import keys
from breachdesk.lib.contacts import Contact
from notices import pacing
from notices.pacing import Pace, Quiet

STAFF = settings.AUTH_USER_MODEL

# 정보통신망법 제50조 제3항 forbids advertising at these hours; a notice is none, and keeps them all the same.
QUIET_FROM, QUIET_UNTIL = dt.time(21, 0), dt.time(8, 0)


class SendingPlan(models.Model):
    """One an incident. An incident without one has what stands here by default: it is not live."""

    incident = models.OneToOneField(
        "notices.Incident", primary_key=True, on_delete=models.PROTECT, related_name="sending_plan"
    )
    # Messages of a campaign do not leave between these, by the clock of the incident's zone. Null: at any hour.
    text_quiet_from = models.TimeField(null=True, default=QUIET_FROM)
    text_quiet_until = models.TimeField(null=True, default=QUIET_UNTIL)
    email_quiet_from = models.TimeField(null=True)
    email_quiet_until = models.TimeField(null=True)
    # So many people are told in a minute at most.
    pace_a_minute = models.PositiveIntegerField(null=True)
    # What the contact centre can take: agents, minutes a call, and how many of a hundred people told will call.
    agents = models.PositiveIntegerField(null=True)
    minutes_a_call = models.PositiveSmallIntegerField(null=True)
    calls_a_hundred = models.PositiveSmallIntegerField(null=True)
    # Before `live_at` only guests are told. Asked for by one, confirmed by another; by nobody: live before there were guests.
    live_asked_at = models.DateTimeField(null=True)
    live_asked_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    live_reason = models.CharField(max_length=500, blank=True)
    live_at = models.DateTimeField(null=True)
    live_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            *(
                models.CheckConstraint(
                    name=f"notices_plan_{way}_is_quiet_from_and_until",
                    condition=Q(**{f"{way}_quiet_from__isnull": True, f"{way}_quiet_until__isnull": True})
                    | (
                        Q(**{f"{way}_quiet_from__isnull": False, f"{way}_quiet_until__isnull": False})
                        & ~Q(**{f"{way}_quiet_from": F(f"{way}_quiet_until")})
                    ),
                )
                for way in ("text", "email")
            ),
            models.CheckConstraint(name="notices_plan_pace_tells_somebody", condition=~Q(pace_a_minute=0)),
            models.CheckConstraint(
                name="notices_plan_contact_centre_is_known_whole",
                condition=Q(agents__isnull=True, minutes_a_call__isnull=True, calls_a_hundred__isnull=True)
                | Q(
                    agents__isnull=False,
                    minutes_a_call__isnull=False,
                    calls_a_hundred__isnull=False,
                    agents__gt=0,
                    minutes_a_call__gt=0,
                    calls_a_hundred__gt=0,
                ),
            ),
            models.CheckConstraint(
                name="notices_plan_is_asked_for_with_a_reason",
                condition=Q(live_asked_at__isnull=True, live_asked_by__isnull=True, live_reason="")
                | (Q(live_asked_at__isnull=False, live_asked_by__isnull=False) & ~Q(live_reason="")),
            ),
            models.CheckConstraint(
                name="notices_plan_goes_live_by_two",
                condition=Q(live_by__isnull=True, live_at__isnull=True)
                | Q(live_by__isnull=True, live_at__isnull=False, live_asked_by__isnull=True)
                | (
                    Q(live_by__isnull=False, live_at__isnull=False, live_asked_by__isnull=False)
                    & ~Q(live_by=F("live_asked_by"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident} plan"

    @property
    def is_live(self) -> bool:
        return self.live_at is not None

    @property
    def pace(self) -> Pace:
        return Pace(self.pace_a_minute, self.most_an_hour)

    @property
    def most_an_hour(self) -> int | None:
        if self.agents is None or self.minutes_a_call is None or self.calls_a_hundred is None:
            return None
        return pacing.most_an_hour(
            agents=self.agents, minutes_a_call=self.minutes_a_call, calls_a_hundred=self.calls_a_hundred
        )

    def quiet(self, way: str) -> Quiet | None:
        """`way`: text or email."""
        begins, until = getattr(self, f"{way}_quiet_from"), getattr(self, f"{way}_quiet_until")
        return Quiet(begins, until, self.incident.time_zone) if begins and until else None


class Guest(models.Model):
    """A contact that is told before the incident is live: somebody of the house, who looks whether all is well."""

    incident = models.ForeignKey("notices.Incident", on_delete=models.PROTECT, related_name="guests")
    contact_kind = models.CharField(max_length=5)
    contact_hash = models.UUIDField()
    index_key = models.CharField(max_length=20)
    # Only to mask it for staff, and to hash it anew when the keys change.
    sealed_contact = models.BinaryField()
    reason = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "incident", "contact_hash", name="notices_guest_once", condition=Q(removed_at__isnull=True)
            ),
            models.CheckConstraint(
                name="notices_guest_removed_by_somebody",
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident} guest {self.pk}"

    @property
    def bound_to(self) -> str:
        return f"notices.guest:{self.incident_id}"

    @property
    def contact(self) -> Contact:
        """Raises keys.CannotOpen."""
        plain = keys.unseal(bytes(self.sealed_contact), bound_to=self.bound_to).decode()
        return Contact("email" if self.contact_kind == "email" else "phone", plain)

    @contact.setter
    def contact(self, contact: Contact) -> None:
        self.contact_kind = contact.kind
        self.contact_hash, self.index_key = keys.index(contact.kind, contact.value), keys.index_keys().active
        self.sealed_contact = keys.seal(contact.value, bound_to=self.bound_to)
