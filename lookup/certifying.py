"""Certificates: made of an answer, found again by their owner, checked by anybody who has the code.

A certificate says what one list said. A corrected list revokes it by itself: each time somebody checks, the answer is worked out
anew from the list that answers at that moment, so nothing has to be told to the certificates when a list is activated.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from breachdesk import audit, keys, limits
from breachdesk.accounts.models import User
from breachdesk.lib.references import CERTIFICATE_CODE
from lookup import queries, rules, states
from lookup.certificate_models import Certificate
from lookup.models import Proof
from lookup.proving import TooOften
from notices import catalogue, lines
from notices import queries as notices
from notices.catalogue import Item
from notices.models import Dataset, Incident

CODE = "certificate_code"  # kind of keyed hash


class NothingToCertify(Exception):
    """No answer was given for this incident."""


@dataclass(frozen=True)
class Standing:
    """Whether what a certificate says is what the list says now; since when it is not."""

    holds: bool
    replaced_at: dt.datetime | None = None


@dataclass(frozen=True)
class Facts:
    """What a certificate says, without whom it says it of."""

    incident: Incident
    outcome: states.Outcome
    leaked: list[Item]
    possible: list[Item]
    list_number: int
    # From when that list answered.
    list_since: dt.datetime | None
    issued_at: dt.datetime
    checkable_until: dt.datetime


# Its owner.


def issue(*, proof: Proof, incident: Incident, by: User | None, at: dt.datetime) -> Certificate:
    """Of the answer that the list gives now. One that says the same and is of today is given again. Raises NothingToCertify, TooOften."""
    answer = next((each for each in queries.answers(proof, at) if each.incident.pk == incident.pk), None)
    identity, contact = proof.identity, proof.contact
    if answer is None or identity is None or proof.identity_hash is None:
        raise NothingToCertify
    said = {"outcome": answer.outcome.value, "leaked": list(answer.leaked), "possible": list(answer.possible)}
    for earlier in of(proof).filter(incident=incident, list_number=answer.dataset.number):
        if _day(earlier.issued_at, incident) == _day(at, incident) and earlier.said == said:
            return earlier
    taken = limits.take(rules.CERTIFICATES_A_DAY, subject=proof.of_what, at=at)
    if not taken.ok:
        raise TooOften(taken)
    code = CERTIFICATE_CODE.new()
    made = Certificate(
        number=uuid.uuid4(),
        incident=incident,
        person=proof.person,
        contact_kind=contact.kind if contact else "",
        letter=None if contact else proof.letter,
        identity_hash=proof.identity_hash,
        index_key=keys.index_keys().active,
        code_hash=keys.index(CODE, code),
        list_number=answer.dataset.number,
        issued_at=at,
    )
    # The proof may be older than the active key.
    made.identity_hash = queries.identity_hashes(identity, contact=contact, letter_id=made.letter_id)[0][1]
    if contact:
        made.sealed_contact = keys.seal(contact.value, bound_to=made.bound("contact"))
    made.sealed_identity = keys.seal_json(identity.typed, bound_to=made.bound("identity"))
    made.sealed_said = keys.seal_json(said, bound_to=made.bound("said"))
    made.sealed_code = keys.seal(code, bound_to=made.bound("code"))
    with transaction.atomic():
        made.save(force_insert=True)
        _record("issued", made, by=by, at=at, outcome=answer.outcome.value)
    return made


def of(proof: Proof) -> QuerySet[Certificate]:
    """Those of whoever holds this proof, the newest first: of the person, or of this contact (or letter) under this name."""
    mine = Certificate.objects.none()
    if proof.identity_hash is not None:
        mine = Certificate.objects.filter(identity_hash__in=queries.own_hashes(proof))
    if proof.person_id is not None:
        mine = mine | Certificate.objects.filter(person=proof.person_id)
    return mine.select_related("incident", "letter", "person").order_by("-pk")


def hand_over(*, certificate: Certificate, proof: Proof, by: User | None, at: dt.datetime) -> None:
    """Before it is made into a PDF, which costs a second of a processor. Raises TooOften."""
    taken = limits.take(rules.PAPERS_AN_HOUR.of(proof.of_what), rules.PAPERS_OF_ALL.of("all"), at=at)
    if not taken.ok:
        raise TooOften(taken)
    with transaction.atomic():
        _record("handed_over", certificate, by=by, at=at)


def _record(done: str, certificate: Certificate, *, by: User | None, at: dt.datetime, **data: object) -> None:
    about = f"certificate:{certificate.number}"
    audit.record(
        kind=f"lookup.certificate_{done}", by=by, about=about, at=at, incident=certificate.incident.slug, **data
    )


def _day(moment: dt.datetime, incident: Incident) -> dt.date:
    return moment.astimezone(ZoneInfo(incident.time_zone)).date()


# Anybody with the code.


def by_code(code: str, *, at: dt.datetime) -> Certificate | None:
    found = Certificate.objects.filter(
        code_hash__in=keys.indexes(CODE, code), issued_at__gt=at - rules.KEEP_CERTIFICATE
    )
    return found.select_related("incident", "letter", "person").first()


def facts(certificate: Certificate) -> Facts:
    said, incident = certificate.said, certificate.incident
    known = catalogue.items(incident.extra_items)
    list_then = Dataset.objects.filter(incident=incident, number=certificate.list_number).first()

    def named(codes: Collection[str]) -> list[Item]:
        return [known[code] for code in codes if code in known]

    return Facts(
        incident=incident,
        outcome=states.Outcome(said["outcome"]),
        leaked=named(said["leaked"]),
        possible=named(said["possible"]),
        list_number=certificate.list_number,
        list_since=list_then.activated_at if list_then else None,
        issued_at=certificate.issued_at,
        checkable_until=certificate.issued_at + rules.KEEP_CERTIFICATE,
    )


def standing(certificate: Certificate) -> Standing:
    """By the list that answers at this moment."""
    incident, identity = certificate.incident, certificate.identity
    contact, letter = certificate.contact, certificate.letter
    listings = notices.listed(contact) if contact else queries.listed_by(letter) if letter else []
    own = [each for each in queries.agreeing(listings, identity) if each.incident_id == incident.pk]
    finding = rules.finding_of(own)
    said = certificate.said
    now = (finding.outcome.value, set(finding.leaked), set(finding.possible))
    if now == (said["outcome"], set(said["leaked"]), set(said["possible"])):
        return Standing(holds=True)
    person_keys = {key for each in own for key in (each.person_key, *each.former_keys)}
    if certificate.person is not None:
        person_keys.add(certificate.person.person_key)
    return Standing(holds=False, replaced_at=_replaced_at(certificate, person_keys))


def _replaced_at(certificate: Certificate, person_keys: Collection[uuid.UUID]) -> dt.datetime | None:
    """When the first later list said otherwise; where only a name was corrected, when the list that answers came."""
    said = certificate.said
    later = [
        one
        for one in lines.in_every_list(certificate.incident, person_keys)
        if one.activated_at > certificate.issued_at
    ]
    for one in later:
        if (set(one.leaked), set(one.possible)) != (set(said["leaked"]), set(said["possible"])):
            return one.activated_at
    return later[-1].activated_at if later else None
