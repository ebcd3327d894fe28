"""Reads of this room."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from breachdesk import keys
from lookup.models import Proof
from notices import queries as notices
from notices.models import Incident
from support.models import Inquiry


def incident() -> Incident | None:
    """Whom people ask about: the newest incident about which something is still being done, else the newest one told of."""
    return notices.running_incidents().first() or notices.open_incidents().first()


def incidents() -> list[Incident]:
    """All of them that are still going on; the newest one where none is."""
    running = list(notices.running_incidents())
    newest = incident()
    return running or ([newest] if newest else [])


def inquiries_of(proof: Proof) -> QuerySet[Inquiry]:
    """Those of whoever holds this proof, the newest first: their own, and those of nobody in particular under this contact."""
    contact = proof.contact
    hashes = keys.indexes(contact.kind, contact.value) if contact else []
    mine = Q(person=None, contact_hash__in=hashes)
    if proof.person_id is not None:
        mine |= Q(person=proof.person_id)
    return Inquiry.objects.filter(mine).order_by("-pk")
