"""Contacts on a list that are another person's: the notice never goes there again for that person, in any campaign."""

from __future__ import annotations

import uuid
from typing import Literal

import pgtrigger
from django.conf import settings
from django.db import models

from breachdesk import keys
from breachdesk.lib.contacts import Contact


class NotTheirContact(models.Model):
    """Somebody at this contact said that they are not this person, and staff wrote it down."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey("notices.Incident", on_delete=models.PROTECT, related_name="+")
    person_key = models.UUIDField()
    kind = models.CharField(max_length=10)
    contact_hash = models.UUIDField()
    index_key = models.CharField(max_length=20)
    # Kept for nothing but a new hash when the keys are changed.
    sealed_contact = models.BinaryField()
    reason = models.CharField(max_length=200)
    marked_at = models.DateTimeField()
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["marked_at", "id"]
        default_permissions = ()
        permissions = [("mark_wrong_person", "May write down that a contact is another person's")]
        constraints = [
            models.UniqueConstraint("person_key", "contact_hash", name="notices_not_their_contact_once"),
            models.CheckConstraint(name="notices_not_their_contact_has_a_reason", condition=~models.Q(reason="")),
        ]
        triggers = [pgtrigger.Protect(name="stays", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} of {self.pk}"

    @property
    def contact(self) -> Contact:
        """Raises keys.CannotOpen."""
        kind: Literal["phone", "email"] = "email" if self.kind == "email" else "phone"
        return Contact(kind, keys.unseal(bytes(self.sealed_contact), bound_to=bound_to(self)).decode())

    @contact.setter
    def contact(self, contact: Contact) -> None:
        self.kind, self.index_key = contact.kind, keys.index_keys().active
        self.contact_hash = keys.index(contact.kind, contact.value)
        self.sealed_contact = keys.seal(contact.value, bound_to=bound_to(self))


class SaidNotTheirs(models.Model):
    """Whoever holds a message of a campaign says that it speaks to somebody else. Staff write it down as so, or leave it."""

    attempt = models.OneToOneField("notices.Attempt", on_delete=models.PROTECT, related_name="said_not_theirs")
    said_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["said_at", "pk"]
        default_permissions = ()
        indexes = [models.Index("said_at", name="notices_said_not_theirs_open", condition=models.Q(settled_at=None))]
        constraints = [
            models.CheckConstraint(
                name="notices_said_not_theirs_settled_by_somebody",
                condition=models.Q(settled_at=None, settled_by=None)
                | models.Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="said_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="what_was_said_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("attempt", "said_at"),
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.attempt_id} at {self.said_at}"


def bound_to(row: NotTheirContact) -> str:
    return f"notices.not_their_contact:{row.id}"
