"""What a regulator orders about an incident, by when, what was done about it, and the two people who say that it was answered."""

from __future__ import annotations

import datetime as dt

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from breachdesk.accounts.models import User
from breachdesk.files.models import StoredFile
from notices import states
from notices.states import OrderState

STAFF = settings.AUTH_USER_MODEL


class RegulatorOrder(models.Model):
    """One order with its clock. It counts from when it was received; what it asks stays in the authority's own words."""

    incident = models.ForeignKey("notices.Incident", on_delete=models.PROTECT, related_name="orders")
    number = models.PositiveSmallIntegerField()
    authority = models.CharField(max_length=5, choices=states.Authority.choices)
    # The office that wrote, and what it calls its letter.
    office = models.CharField(max_length=120, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    asks = models.TextField()
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=OrderState.choices, default=OrderState.RECEIVED)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    # Who does it.
    taken_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    # What was answered and when it went out; one person says so and another confirms.
    answer = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    why_late = models.TextField(blank=True)
    answered_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ("view",)
        permissions = [
            ("handle_order", "May write down a regulator's order, take it on and say that it was answered"),
            ("confirm_order", "May confirm that another answered a regulator's order"),
        ]
        constraints = [
            models.UniqueConstraint("incident", "number", name="notices_regulatororder_number_once"),
            models.CheckConstraint(
                name="notices_regulatororder_due_after_receipt", condition=Q(received_at__lt=F("due_at"))
            ),
            models.CheckConstraint(
                name="notices_regulatororder_answered_by_two",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True) & ~Q(state=OrderState.ANSWERED)
                | (
                    Q(state=OrderState.ANSWERED, confirmed_at__isnull=False, confirmed_by__isnull=False)
                    & Q(answered_by__isnull=False)
                    & ~Q(confirmed_by=F("answered_by"))
                ),
            ),
            models.CheckConstraint(
                name="notices_regulatororder_answer_is_whole",
                condition=Q(state__in=[OrderState.RECEIVED, OrderState.IN_HAND])
                | (Q(sent_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="answered_never_changes",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state=OrderState.ANSWERED),
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident} order {self.number}"

    @property
    def about(self) -> str:
        """What the audit calls it."""
        return f"order:{self.incident.slug}-{self.number}"

    def move(self, *, to: OrderState, by: User, at: dt.datetime, note: str = "", **changes: object) -> None:
        """On a locked row. Raises states.IllegalMove."""
        came_from = OrderState(self.state)
        if to not in states.ORDER_MOVES[came_from]:
            raise states.IllegalMove(f"{self} from {came_from} to {to}")
        self.state = to
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=["state", *changes])
        OrderMove.objects.create(order=self, came_from=came_from, went_to=to, by=by, at=at, note=note)


class OrderMove(models.Model):
    """One step in the life of an order: who, when. Never changed."""

    order = models.ForeignKey(RegulatorOrder, on_delete=models.PROTECT, related_name="moves")
    came_from = models.CharField(max_length=10, choices=OrderState.choices)
    went_to = models.CharField(max_length=10, choices=OrderState.choices)
    by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["order", "at", "pk"]
        default_permissions = ()
        triggers = [pgtrigger.Protect(name="stays_as_it_is", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.came_from} to {self.went_to}"


class OrderDocument(models.Model):
    """A paper of an order: what came, or what was answered."""

    order = models.ForeignKey(RegulatorOrder, on_delete=models.PROTECT, related_name="documents")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["order", "added_at", "pk"]
        default_permissions = ()
        triggers = [pgtrigger.Protect(name="stays_as_it_is", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.order_id} document {self.pk}"
