"""What an incident gives its people beside compensation, and the ledger of who was given what: granted, used, until when.

`notices.Remedy` is what the notice says of it; here it is what one person has.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from breachdesk import keys
from cards.models import Act
from cards.states import USE_IS_KNOWN, Benefit
from lookup.models import Person
from notices.models import Incident


class Offer(models.Model):
    """One thing that one incident gives, on the word of two people. Never changed."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="benefit_offers")
    benefit = models.CharField(max_length=11, choices=Benefit.choices)
    # Only for those whose card data leaked, or may have; else for everybody on the list.
    for_card_data = models.BooleanField()
    # The last day on which it may be taken, and for how many days it lasts from then.
    ask_until_date = models.DateField()
    lasts_days = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("incident", "benefit", name="cards_offer_once"),
            models.CheckConstraint(name="cards_offer_by_two", condition=~Q(by=F("confirmed_by"))),
            models.CheckConstraint(name="cards_offer_lasts", condition=Q(lasts_days__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.benefit} of {self.incident_id}"


class Entitlement(models.Model):
    """What one person was given of it. It ends on its day by itself: nothing turns into something paid for."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="entitlements")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="entitlements")
    language = models.CharField(max_length=2)
    granted_at = models.DateTimeField()
    # Stays empty where its use is not heard of (states.USE_IS_KNOWN).
    used_at = models.DateTimeField(null=True)
    # Of a waiver: the new card that cost nothing.
    act = models.ForeignKey(Act, null=True, on_delete=models.SET_NULL, related_name="+")
    ends_date = models.DateField()
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("person", "offer", name="cards_entitlement_once"),
            models.CheckConstraint(
                name="cards_entitlement_used_after_it_was_granted",
                condition=Q(used_at=None) | Q(used_at__gte=F("granted_at")),
            ),
        ]
        indexes = [
            models.Index(
                "remind_at", name="cards_entitlement_to_remind", condition=Q(remind_at__isnull=False, reminded_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"entitlement {self.pk}"

    @property
    def use_is_known(self) -> bool:
        return self.offer.benefit in USE_IS_KNOWN


class MonitoringCode(models.Model):
    """What opens the monitoring at the company that gives it: bought beforehand, one a person."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    seal_id = models.UUIDField(default=uuid.uuid4, editable=False)
    sealed_code = models.BinaryField()
    # Keyed: the same code is not loaded twice.
    code_hash = models.UUIDField(unique=True)
    # The key that it is hashed with.
    index_key = models.CharField(max_length=20, blank=True, db_default="")
    entitlement = models.OneToOneField(Entitlement, null=True, on_delete=models.PROTECT, related_name="code")

    class Meta:
        indexes = [models.Index("incident", name="cards_monitoringcode_free", condition=Q(entitlement=None))]

    def __str__(self) -> str:
        return f"monitoring code {self.pk}"

    @property
    def bound(self) -> str:
        return f"cards.monitoringcode.code:{self.seal_id}"

    @property
    def words(self) -> str:
        return keys.unseal(self.sealed_code, bound_to=self.bound).decode()
