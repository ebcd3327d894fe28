"""Reads of this room."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Now

from breachdesk import keys
from breachdesk.lib import names
from breachdesk.lib.contacts import Contact
from lookup import rules, states
from lookup.letter_models import LetterCode
from lookup.models import Challenge, Look, Person, Proof, StepMark
from lookup.rules import Finding, Identity
from notices import catalogue, editions, lines
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


@dataclass(frozen=True)
class StepRow:
    """A guided step and how a person stands with it."""

    step: catalogue.Step
    state: str
    mark: StepMark | None
    is_now: bool

    @property
    def numbers(self) -> list[catalogue.Place]:
        """Where it is done by telephone; a place without a number of its own has the issuer's (None)."""
        return [place for place in self.step.places if place.phone != ""]

    @property
    def elsewhere(self) -> list[catalogue.Place]:
        return [place for place in self.step.places if place.phone == ""]


def guidance(answer: Answer, person: Person | None, *, today: dt.date) -> dict[str, Any]:
    """What an answer's page says beside the verdict: the items by group, what did not leak, the steps."""
    extra = answer.incident.extra_items
    affected = answer.outcome != states.Outcome.NOT_LISTED
    number, tier = notices.tier(answer.incident, answer.leaked) if affected else (notices.NO_TIER, None)
    marks = marks_of(person, answer.incident) if person else {}
    steps = catalogue.steps_for(answer.leaked or answer.possible)
    now = rules.step_now([step.code for step in steps], {code: mark.state for code, mark in marks.items()})
    rows = [
        StepRow(
            step,
            state=marks[step.code].state if step.code in marks else "todo",
            mark=marks.get(step.code),
            is_now=step.code == now,
        )
        for step in steps
    ]
    known = catalogue.items(extra)
    spared = [code for code in answer.incident.not_leaked if code not in answer.leaked + answer.possible]
    return {
        "groups": catalogue.in_groups(answer.leaked, extra),
        "possible_groups": catalogue.in_groups(answer.possible, extra),
        "not_leaked": [known[code] for code in spared if code in known],
        "steps": rows,
        "tier": tier,
        "remedies": notices.remedies(answer.incident, number, today=today) if affected else [],
        "finished": sum(row.state in {states.Step.DONE, states.Step.NOT_FOR_ME} for row in rows),
        "pays": any(known[code].hot for code in answer.leaked if code in known),
        "may_pay": any(known[code].hot for code in answer.possible if code in known),
    }


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


def typed_alike(proof: Proof, *, of: str = "") -> Q:
    """Proofs of the same contact or letter under the same name and birth date, whichever key of ours was the active one."""
    identity = proof.identity
    if identity is None:
        return Q(pk=None)
    hashes = identity_hashes(identity, contact=proof.contact, letter_id=proof.letter_id)
    return _alike(hashes, proof.letter_id, of)


def looks_of(proof: Proof) -> QuerySet[Look]:
    """What whoever holds this proof was told: as the person they are, and before they were matched with anybody.

    A union, each half by its own index: with OR over the join PostgreSQL would read both tables from end to end.
    """
    own = Look.objects.filter(typed_alike(proof, of="proof__"), person=None).values("pk")
    if proof.person_id is not None:
        own = own.union(Look.objects.filter(person=proof.person_id).values("pk"))
    return Look.objects.filter(pk__in=own)


def last_looks(proof: Proof) -> list[Look]:
    """Of those the latest under each list, apart for this proof (`here`) and for all before it."""
    here = ExpressionWrapper(Q(proof=proof.pk), BooleanField())
    apart = ("incident_id", "here", "dataset_number")
    return list(looks_of(proof).annotate(here=here).order_by(*apart, "-pk").distinct(*apart))


def _alike(hashes: Hashes, letter_id: int | None, of: str = "") -> Q:
    if letter_id is not None:
        return Q(**{f"{of}letter": letter_id, f"{of}identity_hash__in": [both for _none, both in hashes]})
    return reduce(or_, (Q(**{f"{of}contact_hash": one, f"{of}identity_hash": both}) for one, both in hashes))


def met_before(hashes: Hashes, *, letter_id: int | None) -> Person | None:
    """Who proved this contact, or letter, earlier under the same name and birth date and was matched then."""
    same = Proof.objects.filter(_alike(hashes, letter_id), person__isnull=False)
    proof = same.select_related("person").order_by("pk").first()
    return proof.person if proof else None


def contacts_of(person: Person) -> list[Contact]:
    """The contacts this person has proved, the latest first. None at all of somebody who has only a letter."""
    proved = (proof.contact for proof in person.proofs.filter(method=states.Method.CODE).order_by("-renewed_at", "-pk"))
    return list(dict.fromkeys(contact for contact in proved if contact))


def marks_of(person: Person, incident: Incident) -> dict[str, StepMark]:
    return {
        mark.step: mark for mark in StepMark.objects.filter(person=person, incident=incident).select_related("proof")
    }
