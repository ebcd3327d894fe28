"""What somebody was told, on paper: a certificate that others can check."""

from __future__ import annotations

import uuid
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q

from breachdesk import keys
from breachdesk.lib.contacts import Contact
from lookup.models import Person
from lookup.rules import Identity
from notices.models import Incident


class Certificate(models.Model):
    """One answer, as the list gave it at one moment; never changed. Whether it still holds is worked out from the list that answers.

    It stands by itself: whoever is on no list has nothing else here. Its owner finds it again by a new proof of the same
    contact (or letter), name and birth date.
    """

    # Names it in an address, and is bound into every sealed column of this row.
    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="certificates")
    # What had been proved: a contact, or a letter.
    contact_kind = models.CharField(max_length=5, blank=True)
    sealed_contact = models.BinaryField(null=True)
    letter = models.ForeignKey("LetterCode", null=True, on_delete=models.PROTECT, related_name="+")
    # Keyed hash of contact (or letter), name and birth date together, as in Proof.
    identity_hash = models.UUIDField()
    # The key that both hashes are made with.
    index_key = models.CharField(max_length=20)
    # JSON of name and birth date as typed; and of what the list said: {"outcome", "leaked", "possible"}.
    sealed_identity = models.BinaryField()
    sealed_said = models.BinaryField()
    # The code by which anybody can check it.
    code_hash = models.UUIDField(unique=True)
    sealed_code = models.BinaryField()
    list_number = models.PositiveIntegerField()
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="lookup_certificate_of_a_contact_or_a_letter",
                condition=Q(sealed_contact__isnull=False, letter=None) | Q(sealed_contact=None, letter__isnull=False),
            )
        ]
        indexes = [
            models.Index("identity_hash", name="lookup_certificate_of_one"),
            models.Index("issued_at", name="lookup_certificate_to_forget"),
        ]
        triggers = [pgtrigger.Protect(name="never_changes", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"certificate {self.pk}"

    @property
    def contact(self) -> Contact | None:
        if self.sealed_contact is None:
            return None
        plain = keys.unseal(self.sealed_contact, bound_to=self.bound("contact")).decode()
        return Contact("email" if self.contact_kind == "email" else "phone", plain)

    @property
    def identity(self) -> Identity:
        return Identity.of(keys.unseal_json(self.sealed_identity, bound_to=self.bound("identity")))

    @property
    def said(self) -> dict[str, Any]:
        return keys.unseal_json(self.sealed_said, bound_to=self.bound("said"))

    @property
    def code(self) -> str:
        return keys.unseal(self.sealed_code, bound_to=self.bound("code")).decode()

    def bound(self, column: str) -> str:
        """Where a sealed value of this row may be opened."""
        return f"lookup.certificate.{column}:{self.number}"
