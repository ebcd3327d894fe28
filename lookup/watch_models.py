"""Who wants to hear when something changes."""

from __future__ import annotations

import uuid

from django.db import models

from breachdesk import keys
from breachdesk.lib.contacts import Contact
from lookup.models import Person
from lookup.rules import Identity
from notices.models import Incident


class Watch(models.Model):
    """A proven contact, under the name and birth date that were typed with it, that is told when its answer changes.

    It stands by itself: whoever is on no list has nothing else here, and their proof is forgotten. It is removed when
    its owner says stop.
    """

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    contact_kind = models.CharField(max_length=5)
    sealed_contact = models.BinaryField()
    # Keyed hash of contact, name and birth date together, as in Proof.
    identity_hash = models.UUIDField()
    # The key that it is hashed with.
    index_key = models.CharField(max_length=20, blank=True, db_default="")
    # JSON of name and birth date: the answer is worked out anew from each list.
    sealed_identity = models.BinaryField()
    language = models.CharField(max_length=2)
    begun_at = models.DateTimeField()
    # What its owner knows: by which list and which version of the notice, and what the list said (as in a list's own
    # column: codes joined by `|`, a `?` after a possible one; empty: not listed).
    list_number = models.PositiveIntegerField()
    notice_number = models.PositiveSmallIntegerField()
    items = models.TextField(blank=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("incident", "identity_hash", name="lookup_watch_once"),
        ]
        indexes = [
            models.Index("incident", "list_number", "notice_number", name="lookup_watch_behind"),
            models.Index("begun_at", name="lookup_watch_to_forget"),
        ]

    def __str__(self) -> str:
        return f"watch {self.pk}"

    @property
    def contact(self) -> Contact:
        plain = keys.unseal(self.sealed_contact, bound_to=f"lookup.watch.contact:{self.token}").decode()
        return Contact("email" if self.contact_kind == "email" else "phone", plain)

    @property
    def identity(self) -> Identity:
        return Identity.of(keys.unseal_json(self.sealed_identity, bound_to=f"lookup.watch.identity:{self.token}"))
