"""People and their proofs when the keys are changed. A person's key is made anew from the lists, so before the lists are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Max

from breachdesk import keys
from breachdesk.resealing import Left, Part, Table
from lookup import certifying, queries
from lookup.certificate_models import Certificate
from lookup.dispute_models import Dispute
from lookup.letter_models import LetterCode
from lookup.models import Challenge, Parked, Person, Proof
from lookup.rules import Identity
from lookup.watch_models import Watch
from notices import queries as notices
from notices.resealing import carry_over

BATCH = 500


class Persons:
    """The same person under the new key. Look-ups know them by every key we hold, so it does not matter which comes first."""

    name = "lookup.Person"
    covers = ("lookup.Person.person_key",)

    def __init__(self) -> None:
        self.left: dict[str, int] = {}

    def behind(self) -> int:
        return Person.objects.exclude(index_key=keys.index_keys().active).count()

    def batches(self) -> Iterator[int]:
        self.left, last = {}, 0
        while True:
            with transaction.atomic():
                wanted = Person.objects.exclude(index_key=keys.index_keys().active).filter(pk__gt=last).order_by("pk")
                taken = list(wanted.select_for_update(skip_locked=True, no_key=True, of=("self",))[:BATCH])
                self._do(taken)
            if not taken:
                return
            last = taken[-1].pk
            yield len(taken)

    def _do(self, persons: list[Person]) -> None:
        anew = notices.keyed_anew([person.person_key for person in persons])
        for person in persons:
            found = anew.get(person.person_key) or self._by_contact(person)
            if found is None or Person.objects.filter(person_key=found).exclude(pk=person.pk).exists():
                why = "on_no_list" if found is None else "twice"
                self.left[why] = self.left.get(why, 0) + 1
                continue
            Person.objects.filter(pk=person.pk).update(person_key=found, index_key=keys.index_keys().active)

    @staticmethod
    def _by_contact(person: Person) -> Any:
        """Somebody met after the lists were done."""
        for contact in queries.contacts_of(person):
            for listing in notices.listed(contact):
                if person.person_key in (listing.person_key, *listing.former_keys):
                    return listing.person_key
        return None


def _hashes(proof: Proof) -> dict[str, Any]:
    """The name typed is gone once the proof is over; it is found again among the names under which its person is listed."""
    contact = proof.contact
    anew = keys.index(contact.kind, contact.value) if contact else None
    for identity in _listed_as(proof) if proof.identity_hash else ():
        hashes = queries.identity_hashes(identity, contact=contact, letter_id=proof.letter_id)
        if (proof.contact_hash, proof.identity_hash) in hashes:
            return {"contact_hash": anew, "identity_hash": hashes[0][1]}
    # Known again by the list that names them, no longer by what was typed once.
    return {"contact_hash": anew, "identity_hash": None}


def _listed_as(proof: Proof) -> Iterator[Identity]:
    if proof.identity is not None:
        yield proof.identity
    if proof.person is None:
        return
    contact = proof.contact
    for listing in notices.listed(contact) if contact else ():
        yield Identity(listing.name, listing.birth_date)
    for name, birth_date in notices.who_it_was(proof.person.person_key):
        yield Identity(name, birth_date)


def _watched(watch: Watch) -> dict[str, Any]:
    return {"identity_hash": queries.identity_hashes(watch.identity, contact=watch.contact, letter_id=None)[0][1]}


def _disputed(dispute: Dispute) -> dict[str, Any]:
    """Asked for by whoever proved a contact, or one of their letters."""
    contact, letters = dispute.contact, list[int | None]([None])
    if contact is None and dispute.person is not None:
        letters = list(dispute.person.proofs.exclude(letter=None).values_list("letter_id", flat=True).distinct())
    for letter_id in letters:
        hashes = queries.identity_hashes(dispute.identity, contact=contact, letter_id=letter_id)
        if dispute.identity_hash in [both for _contact, both in hashes]:
            return {"identity_hash": hashes[0][1]}
    raise Left("no_letter")


def _certified(certificate: Certificate) -> dict[str, Any]:
    whose = queries.identity_hashes(certificate.identity, contact=certificate.contact, letter_id=certificate.letter_id)
    return {"identity_hash": whose[0][1], "code_hash": keys.index(certifying.CODE, certificate.code)}


def letters_need_old_keys_until() -> dt.datetime | None:
    """A code on paper cannot be hashed anew: until when one counts that is hashed with another key than the active one."""
    out = LetterCode.objects.filter(void_at=None).exclude(index_key=keys.index_keys().active)
    return out.aggregate(last=Max("expires_at"))["last"]


# A letter names its person as the lists do.
carry_over("lookup_lettercode", of="lookup.LetterCode.person_key")

PARTS: list[Part] = [
    Table(Challenge, sealed={"sealed_contact": lambda challenge: f"lookup.challenge.contact:{challenge.id}"}),
    # Before the persons: under the key that their person has in the lists, the names are found.
    Table(
        Proof,
        sealed={
            "sealed_contact": lambda proof: f"lookup.proof.contact:{proof.token}",
            "sealed_identity": lambda proof: f"lookup.proof.identity:{proof.token}",
        },
        indexed=_hashes,
        hashes=("contact_hash", "identity_hash"),
        related=("person",),
    ),
    Table(
        Watch,
        sealed={
            "sealed_contact": lambda watch: f"lookup.watch.contact:{watch.token}",
            "sealed_identity": lambda watch: f"lookup.watch.identity:{watch.token}",
        },
        indexed=_watched,
        hashes=("identity_hash",),
    ),
    Table(
        Dispute,
        sealed={
            "sealed_contact": lambda dispute: dispute.bound("contact"),
            "sealed_identity": lambda dispute: dispute.bound("identity"),
            "sealed_words": lambda dispute: dispute.bound("words"),
            "sealed_sentence": lambda dispute: dispute.bound("sentence"),
        },
        indexed=_disputed,
        hashes=("identity_hash",),
        related=("person",),
    ),
    Table(
        Certificate,
        sealed={
            "sealed_contact": lambda certificate: certificate.bound("contact"),
            "sealed_identity": lambda certificate: certificate.bound("identity"),
            "sealed_said": lambda certificate: certificate.bound("said"),
            "sealed_code": lambda certificate: certificate.bound("code"),
        },
        indexed=_certified,
        hashes=("identity_hash", "code_hash"),
        past=["lookup.Certificate:never_changes"],
    ),
    Table(LetterCode, sealed={"sealed_opening": lambda letter: letter.bound}),
    Table(Parked, sealed={"sealed_form": lambda parked: f"lookup.parked.form:{parked.id}"}),
    Persons(),
]
