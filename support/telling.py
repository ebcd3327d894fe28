"""Telling somebody what a member of staff did for them, or stopped: at every contact on file, else on paper."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Sequence

from breachdesk import keys
from breachdesk.lib.contacts import Contact
from breachdesk.lib.postal import NotAnAddress, PostalAddress
from delivery import outbox
from delivery.outbox import Put
from delivery.words import Words
from lookup import queries as lookup_queries
from lookup.models import Person, Proof
from notices import addresses
from notices import queries as notices
from notices.lines import Listing
from notices.models import Incident
from support import letters
from support.consultation_models import Consultation, Deed

# What a batch of letters is gathered by (breachdesk/mailhouse), beside campaigns.
LETTERS_OF = "letters:"


def tell_done(consultation: Consultation, deed: Deed, proof: Proof, *, at: dt.datetime) -> None:
    listed = lookup_queries.matching_of(proof, proof.identity)
    proved = lookup_queries.contacts_of(proof.person) if proof.person else []
    if proof.contact:
        proved.append(proof.contact)
    words, key = letters.done_for_you(consultation, deed), f"done-for-you:{deed.pk}"
    _tell(words, listed=listed, proved=proved, key=key, about=_about(consultation), at=at)


def tell_held(consultation: Consultation, reference: str, person: Person, *, at: dt.datetime) -> None:
    """Whoever said that a claim was not theirs, and whoever did not: it is on hold."""
    words, key = letters.claim_held(consultation, reference), f"claim-held:{reference}:{consultation.pk}"
    listed = notices.listed_person(person.person_key)
    proved = lookup_queries.contacts_of(person)
    _tell(words, listed=listed, proved=proved, key=key, about=_about(consultation), at=at)


def _tell(
    words: Words, *, listed: Sequence[Listing], proved: Sequence[Contact], key: str, about: str, at: dt.datetime
) -> None:
    """Every contact that a list or an earlier proof has of this person, not only the one that was proved now."""
    contacts = dict.fromkeys([*(contact for listing in listed for contact in listing.contacts), *proved])
    puts = [
        Put(words, to=to, key=f"{key}:{keys.index(to.kind, to.hashed)}", lane="claim", about=about) for to in contacts
    ]
    outbox.put_many(puts or _on_paper(words, listed, key=key), at=at)


def _about(consultation: Consultation) -> str:
    return f"consultation:{consultation.reference}"


def _on_paper(words: Words, listed: Sequence[Listing], *, key: str) -> list[Put]:
    """Whoever has no contact at all is told in the next batch of letters of the incident."""
    by_incident = {listing.incident_id: listing for listing in listed}
    for incident in Incident.objects.filter(pk__in=by_incident, active_dataset__isnull=False).order_by("-pk"):
        listing = by_incident[incident.pk]
        person_keys = [listing.person_key, *listing.former_keys]
        assert incident.active_dataset is not None
        for one in addresses.of_people(incident.active_dataset, person_keys).values():
            with contextlib.suppress(NotAnAddress):
                to = PostalAddress.parse(one.name, one.address)
                about = f"{LETTERS_OF}{incident.slug}"
                return [Put(letters.on_paper(words), to=to, key=f"{key}:post", lane="claim", about=about)]
    return []
