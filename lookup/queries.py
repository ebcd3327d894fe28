"""Reads of this room."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Model, Q
from django.db.models.functions import Now

from breachdesk import keys
from breachdesk.lib import names
from breachdesk.lib.contacts import Contact
from lookup import rules, states
from lookup.letter_models import LetterCode
from lookup.models import Challenge, Look, Person, Proof
from lookup.rules import Finding, Identity
from notices import editions, lines
from notices import queries as notices
from notices.editions import Edition
from notices.lines import Listing, Said
from notices.models import Dataset, Incident, Notice


@dataclass(frozen=True)
class Answer:
    """What one incident's active list says of the person who holds a proof."""

    edition: Edition
    # What every list of the incident says of those who share the contact: only the holder's lines of it are shown.
    said: Said
    outcome: states.Outcome
    leaked: tuple[str, ...]
    possible: tuple[str, ...]
    records: int
    card_last4: tuple[str, ...]
    # As the list calls them (notices.states.Member), and who may do more than read.
    members: tuple[str, ...]
    acts_through: states.ActsThrough
    person_keys: tuple[uuid.UUID, ...]
    # The same people under older keys of ours.
    former_keys: tuple[uuid.UUID, ...]

    @property
    def incident(self) -> Incident:
        return self.edition.incident

    @property
    def dataset(self) -> Dataset:
        assert self.incident.active_dataset is not None
        return self.incident.active_dataset

    @property
    def notice(self) -> Notice | None:
        return self.edition.notice


def answers(proof: Proof, at: dt.datetime) -> list[Answer]:
    """One answer per incident, the gravest first, worked out from the lists that are active at this moment.

    Empty until a name and a birth date were typed.
    """
    identity = proof.identity
    if identity is None:
        return []
    found = []
    everything = said_of(proof)
    matching = agreeing([listing for said in everything for listing in said.listings], identity)
    for said in everything:
        edition = editions.edition(said.incident_id, said.edition)
        of_incident = [listing for listing in matching if listing.incident_id == said.incident_id]
        finding = rules.finding_of(of_incident)
        today = at.astimezone(ZoneInfo(edition.incident.time_zone)).date()
        found.append(
            Answer(
                edition=edition,
                said=said,
                outcome=finding.outcome,
                leaked=finding.leaked,
                possible=finding.possible,
                records=finding.records,
                card_last4=tuple(dict.fromkeys(card for listing in of_incident for card in listing.card_last4)),
                members=tuple(dict.fromkeys(listing.member for listing in of_incident)),
                acts_through=rules.acts_through(of_incident, today=today),
                person_keys=tuple(dict.fromkeys(listing.person_key for listing in of_incident)),
                former_keys=tuple(key for listing in of_incident for key in listing.former_keys),
            )
        )
    return sorted(found, key=lambda answer: (GRAVEST_FIRST.index(answer.outcome), -answer.incident.pk))


def said_of(proof: Proof) -> list[Said]:
    """What the lists say of the contact or letter that was proved, whoever's name stands beside it."""
    known_as = [proof.person.person_key] if proof.person else []
    if proof.letter is not None:
        return said_by(proof.letter, known_as=known_as)
    contact = proof.contact
    return lines.of_contact(contact, known_as=known_as) if contact else []


def matching_of(proof: Proof, identity: Identity | None) -> list[Listing]:
    """The records of the contact or letter that was proved which agree with this name and birth date."""
    if identity is None:
        return []
    return agreeing([listing for said in said_of(proof) for listing in said.listings], identity)


def said_by(letter: LetterCode, *, known_as: Sequence[uuid.UUID] = ()) -> list[Said]:
    """Of the person a letter is for. While keys are changed, their key may be another by now."""
    found, before = lines.of_person(letter.person_key, known_as=known_as), letter.person_key
    if not any(said.listings for said in found):
        letter.refresh_from_db(fields=["person_key"])
        if letter.person_key != before:
            found = lines.of_person(letter.person_key, known_as=known_as)
    return found


def listed_by(letter: LetterCode) -> list[Listing]:
    return [listing for said in said_by(letter) for listing in said.listings]


def agreeing(listings: list[Listing], identity: Identity) -> list[Listing]:
    """As much is opened and compared where there is nothing as where there is one."""
    if not listings:
        rules.matches(_nobody(), identity)
    return [listing for listing in listings if rules.matches(listing, identity)]


def finding(contact: Contact, identity: Identity, incident: Incident) -> Finding:
    """What the active list of one incident says of whoever holds this contact under this name."""
    matching = agreeing(notices.listed(contact), identity)
    return rules.finding_of(listing for listing in matching if listing.incident_id == incident.pk)


T = TypeVar("T", bound=Model)


def _columns(model: type[Model]) -> str:
    return ", ".join(f"{model._meta.db_table}.{field.column}" for field in model._meta.concrete_fields)


def _made(model: type[T], row: Sequence[Any]) -> T:
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(connection.alias, names, row[: len(names)])


HELD = f"""
    SELECT {_columns(Proof)}, {_columns(Person)}
    FROM lookup_proof LEFT JOIN lookup_person ON lookup_person.id = lookup_proof.person_id
    WHERE lookup_proof.token = %s
"""  # noqa: S608 - columns of two models


def held(token: uuid.UUID) -> Proof | None:
    """The proof with this token, and its person. By cursor, as every page asks for it."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [token])
        row = cursor.fetchone()
    if row is None:
        return None
    proof = _made(Proof, row)
    proof.person = _made(Person, row[len(Proof._meta.concrete_fields) :]) if proof.person_id else None
    return proof


def challenge(challenge_id: uuid.UUID | None, *, renews: Proof | None = None) -> Challenge | None:
    """The code a browser says it asked for; one that renews a proof is that proof's alone."""
    return Challenge.objects.filter(pk=challenge_id, renews=renews).first() if challenge_id else None


def has_open_challenge(challenge_id: uuid.UUID | None) -> bool:
    """Whether the code this browser asked for may still be entered, by the database's clock."""
    waiting = Challenge.objects.filter(renews=None, used_at=None, attempts__lt=rules.CODE_TRIES, expires_at__gt=Now())
    return challenge_id is not None and waiting.filter(pk=challenge_id).exists()


GRAVEST_FIRST = [states.Outcome.LEAKED, states.Outcome.POSSIBLE, states.Outcome.NOT_LISTED]


@dataclass(frozen=True)
class _Decoy:
    name: str
    birth_date: dt.date
    items: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()


@cache
def _sealed_decoy() -> bytes:
    plain = {
        "name": "-" * 12,
        "birth_date": "1900-01-01",
        "phone": "-" * 13,
        "email": "-" * 24,
        "customer_ref": "-" * 12,
    }
    return keys.seal_json(plain, bound_to="lookup.decoy")


def _nobody() -> _Decoy:
    """Opened and compared where a contact is on no list, so that this takes as long as one that is. It never matches."""
    plain = keys.unseal_json(_sealed_decoy(), bound_to="lookup.decoy")
    return _Decoy(plain["name"], dt.date.fromisoformat(plain["birth_date"]))


Hashes = list[tuple[uuid.UUID | None, uuid.UUID]]


def identity_hashes(identity: Identity, *, contact: Contact | None, letter_id: int | None) -> Hashes:
    """Of the contact (none of a letter), and of it with name and birth date, however they are spaced: under each key of ours,
    the active one first."""
    ring, found = keys.index_keys(), Hashes()
    born = identity.birth_date.isoformat() if identity.birth_date else ""
    for key_id in ring.key_ids:
        of_contact = ring.index(contact.kind, contact.value, key_id=key_id) if contact else None
        of_what = str(of_contact or f"letter:{letter_id}")
        found.append(
            (of_contact, ring.index("identity", f"{of_what}|{names.fold(identity.name)}|{born}", key_id=key_id))
        )
    return found


def own_hashes(proof: Proof) -> list[uuid.UUID]:
    """By which the holder of a proof finds again what they asked for under an earlier one."""
    identity = proof.identity
    if identity is None or proof.identity_hash is None:
        return []
    hashes = identity_hashes(identity, contact=proof.contact, letter_id=proof.letter_id)
    return [both for _contact, both in hashes]


def _alike(hashes: Hashes, letter_id: int | None) -> Q:
    """Proofs of the same contact or letter under the same name and birth date, whichever key of ours was the active one."""
    if letter_id is not None:
        return Q(letter=letter_id, identity_hash__in=[both for _none, both in hashes])
    return reduce(or_, (Q(contact_hash=one, identity_hash=both) for one, both in hashes))


def met_before(hashes: Hashes, *, letter_id: int | None) -> Person | None:
    """Who proved this contact, or letter, earlier under the same name and birth date and was matched then."""
    same = Proof.objects.filter(_alike(hashes, letter_id), person__isnull=False)
    proof = same.select_related("person").order_by("pk").first()
    return proof.person if proof else None


def contacts_of(person: Person) -> list[Contact]:
    """The contacts this person has proved, the latest first. None at all of somebody who has only a letter."""
    proved = (proof.contact for proof in person.proofs.filter(method=states.Method.CODE).order_by("-renewed_at", "-pk"))
    return list(dict.fromkeys(contact for contact in proved if contact))


def incidents_of(person: Person) -> list[Incident]:
    """Those in which this person was told that their data leaked, or may have."""
    told = Look.objects.filter(person=person).exclude(outcome=states.Outcome.NOT_LISTED)
    return list(Incident.objects.filter(pk__in=told.values("incident")).order_by("pk"))
