"""Looking at what one person sees, read-only, with a reason. Actions."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from breachdesk import audit, keys, limits
from breachdesk.accounts.models import User
from breachdesk.lib.contacts import Contact
from claims.queries import people_with
from lookup.models import Person
from lookup.proving import TooOften
from notices import queries as notices
from support import consultation_rules as rules
from support.consultation_states import SeenWhy
from support.inquiry_models import Attachment
from support.paper_models import PaperEntry
from support.seeing_models import Seeing


def people_of(*, contact: Contact, reason: SeenWhy, by: User, at: dt.datetime) -> list[Person]:
    """Whoever has proved this contact, or is listed with it and has come at least once. Raises TooOften."""
    taken = limits.take(rules.SEARCHES_A_DAY, subject=str(by.pk), at=at)
    if not taken.ok:
        raise TooOften(taken)
    listed = {key for listing in notices.listed(contact) for key in (listing.person_key, *listing.former_keys)}
    found = {person.pk: person for person in people_with(contact)}
    found |= {person.pk: person for person in Person.objects.filter(person_key__in=listed)}
    with transaction.atomic():
        audit.record(
            kind="support.person_searched",
            by=by,
            about="room:support",
            at=at,
            reason=reason,
            people=len(found),
            contact=str(keys.index(contact.kind, contact.value)),
        )
    return [found[pk] for pk in sorted(found)]


@transaction.atomic
def open_for(*, person: Person, reason: SeenWhy, by: User, at: dt.datetime) -> Seeing:
    seeing = Seeing.objects.create(person=person, reason=reason, by=by, at=at, expires_at=at + rules.SEEN_FOR)
    audit.record(kind="support.seen_as_person", by=by, about=f"person:{person.pk}", at=at, reason=reason)
    return seeing


def seeing_of(person: Person, *, by: User, at: dt.datetime) -> Seeing | None:
    """What this member of staff may still look at."""
    return Seeing.objects.filter(person=person, by=by, expires_at__gt=at).order_by("-at", "-pk").first()


@transaction.atomic
def see_file(*, reference: str, attachment: Attachment, by: User, at: dt.datetime) -> None:
    """What somebody sent along with an inquiry is opened by staff."""
    audit.record(kind="support.file_seen", by=by, about=f"inquiry:{reference}", at=at, file=attachment.pk)


@transaction.atomic
def see_scan(*, entry: PaperEntry, by: User, at: dt.datetime) -> None:
    about = f"consultation:{entry.consultation.reference}"
    audit.record(kind="support.paper_scan_seen", by=by, about=about, at=at)
