"""What is told and remembered of a person: the answer, the guided steps, and forgetting. The only writers of these tables."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Q

from breachdesk import audit, keys, limits
from breachdesk.accounts.models import User
from lookup import queries, rules, standing, states
from lookup.certificate_models import Certificate
from lookup.dispute_models import Dispute
from lookup.models import Challenge, Look, Parked, Person, Proof, StepMark
from lookup.origin import NOWHERE, Origin
from lookup.proving import TooOften, subject_of
from lookup.queries import Answer
from lookup.rules import Identity
from lookup.standing import Standing
from lookup.watch_models import Watch
from notices import catalogue
from notices.models import Incident


class UnknownStep(Exception):
    """No list of steps names it."""


# The answer.


def identify(
    *,
    proof: Proof,
    name: str,
    birth_date: dt.date | None,
    by: User | None,
    at: dt.datetime,
    origin: Origin = NOWHERE,
) -> list[Answer]:
    """Looks for this name and birth date among the records of the proven contact or letter. Raises TooOften.

    Five tries a day, counted alike whether the contact is on a list or not. Whoever was matched before may come back as
    often as they like: that tells them nothing new. With a letter the name was compared, and counted, before the proof.
    """
    identity = Identity(name, birth_date)
    contact = proof.contact
    hashes = queries.identity_hashes(identity, contact=contact, letter_id=proof.letter_id)
    met = queries.met_before(hashes, letter_id=proof.letter_id)
    if met is None and contact is not None:
        taken = limits.take(rules.IDENTITIES_A_DAY, subject=subject_of(contact), at=at)
        if not taken.ok:
            raise TooOften(taken)
    with transaction.atomic():
        held = Proof.objects.select_for_update(of=("self",)).get(pk=proof.pk)
        typed = {"name": identity.name, "birth_date": identity.birth_date.isoformat() if identity.birth_date else ""}
        held.sealed_identity = keys.seal_json(typed, bound_to=f"lookup.proof.identity:{held.token}")
        held.contact_hash, held.identity_hash = hashes[0]
        held.index_key = keys.index_keys().active
        found = queries.answers(held, at)
        held.person = _person_of(found, at) or met
        held.save(update_fields=["sealed_identity", "contact_hash", "identity_hash", "index_key", "person"])
        _write_down(held, found, by=by, at=at, origin=origin)
    _carry_over(held, proof)
    return found


@dataclass(frozen=True)
class Looked:
    answers: list[Answer]
    # As it was before these answers.
    standing: Standing


def look(*, proof: Proof, by: User | None, at: dt.datetime, origin: Origin = NOWHERE) -> Looked:
    """The answer from the lists that are active now. Writes only where it is another than this proof was last told."""
    found, stands = queries.answers(proof, at), standing.of(proof)
    here = sorted((told for told in stands.told if told.here), key=lambda told: told.id)
    told = {each.incident_id: (each.list_number, each.outcome) for each in here}
    changed = [answer for answer in found if told.get(answer.incident.pk) != (answer.dataset.number, answer.outcome)]
    if changed:
        with transaction.atomic():
            held = Proof.objects.select_for_update(of=("self",)).get(pk=proof.pk)
            if held.person is None:
                held.person = _person_of(found, at)
                held.save(update_fields=["person"])
            _write_down(held, changed, by=by, at=at, origin=origin)
        _carry_over(held, proof)
        stands = standing.of(proof)  # as the person too who they have turned out to be
    return Looked(found, stands)


def _carry_over(held: Proof, proof: Proof) -> None:
    for name in ("sealed_identity", "contact_hash", "identity_hash", "index_key", "person"):
        setattr(proof, name, getattr(held, name))


def _write_down(proof: Proof, found: Iterable[Answer], *, by: User | None, at: dt.datetime, origin: Origin) -> None:
    for answer in found:
        Look.objects.create(
            proof=proof,
            incident=answer.incident,
            person=proof.person,
            dataset_number=answer.dataset.number,
            outcome=answer.outcome,
            at=at,
            network=origin.network,
            device=origin.device,
        )
        audit.record(
            kind="lookup.answered",
            by=by,
            about=f"proof:{proof.pk}",
            at=at,
            incident=answer.incident.slug,
            dataset=answer.dataset.number,
            outcome=answer.outcome,
        )


def _person_of(found: Iterable[Answer], at: dt.datetime) -> Person | None:
    """The person behind the matching records; of several, one we know already, else always the same one."""
    person_keys = sorted({key for answer in found for key in answer.person_keys})
    if not person_keys:
        return None
    under_any = [*person_keys, *(key for answer in found for key in answer.former_keys)]
    known = Person.objects.filter(person_key__in=under_any).select_related("user").order_by("pk").first()
    return known or _new_person(person_keys[0], at)


def recognise(*, proof: Proof, customer_ref: str, by: User | None, at: dt.datetime) -> Person:
    """Who the issuer's own records say that the holder of a proof is, listed or not. Whoever matched a list stays who they are."""
    person_keys = keys.indexes("customer_ref", customer_ref)
    with transaction.atomic():
        held = Proof.objects.select_for_update(of=("self",)).get(pk=proof.pk)
        if held.person is None:
            known = Person.objects.filter(person_key__in=person_keys).select_related("user").order_by("pk").first()
            held.person = known or _new_person(person_keys[0], at)
            held.save(update_fields=["person"])
            audit.record(kind="lookup.recognised", by=by, about=f"proof:{held.pk}", at=at)
    _carry_over(held, proof)
    assert held.person is not None
    return held.person


def _new_person(person_key: uuid.UUID, at: dt.datetime) -> Person:
    try:
        with transaction.atomic():
            user = User.objects.create_cardholder()
            active = keys.index_keys().active
            return Person.objects.create(person_key=person_key, index_key=active, user=user, created_at=at)
    except IntegrityError:  # met on another device at the same moment
        return Person.objects.select_related("user").get(person_key=person_key)


# Guided steps.


@dataclass(frozen=True)
class Reminder:
    """When somebody wants to hear again of a step put off, at which proven contact, in which language."""

    later: states.Later
    proof: Proof
    language: str


def mark_step(
    *,
    person: Person,
    incident: Incident,
    step: str,
    state: states.Step | None,
    by: User | None,
    at: dt.datetime,
    remind: Reminder | None = None,
) -> None:
    """`state` None: not begun after all; `remind` only with LATER. An earlier reminder is void. Raises UnknownStep."""
    if step not in {each.code for each in catalogue.STEPS}:
        raise UnknownStep(step)
    with transaction.atomic():
        if state is None:
            StepMark.objects.filter(person=person, incident=incident, step=step).delete()
        else:
            defaults: dict[str, Any] = {"state": state, "at": at, "remind_at": None, "reminded_at": None, "proof": None}
            if remind is not None:
                local = at.astimezone(ZoneInfo(incident.time_zone))
                defaults["remind_at"] = rules.remind_at(remind.later, local=local)
                defaults |= {"proof": remind.proof, "language": remind.language}
            StepMark.objects.update_or_create(person=person, incident=incident, step=step, defaults=defaults)
        audit.record(
            kind="lookup.step_marked",
            by=by,
            about=f"person:{person.pk}",
            at=at,
            incident=incident.slug,
            step=step,
            state=state or "",
        )


# Retention.


def forget_what_is_over(*, at: dt.datetime) -> dict[str, int]:
    """Erases what has served: codes, parked forms, names typed under a proof that is over, proofs that matched nobody."""
    idle, at_most = rules.OWN_DEVICE.idle, rules.OWN_DEVICE.at_most  # the longest there are
    over = Q(last_used_at__lte=at - idle) | Q(proved_at__lte=at - at_most) | Q(ended_at__isnull=False)
    over &= Q(acting_until=None) | Q(acting_until__lte=at) | Q(ended_at__isnull=False)
    with transaction.atomic():
        gone = {
            "challenges": Challenge.objects.filter(expires_at__lte=at - rules.KEEP_CHALLENGE).delete()[0],
            "parked": Parked.objects.filter(expires_at__lte=at).delete()[0],
            "identities": Proof.objects.filter(over, sealed_identity__isnull=False).update(sealed_identity=None),
            "watches": Watch.objects.filter(begun_at__lte=at - rules.KEEP_WATCH).delete()[0],
            "disputes": Dispute.objects.filter(
                Q(answered_at__lte=at - rules.KEEP_DISPUTE) | Q(withdrawn_at__lte=at - rules.KEEP_DISPUTE)
            ).delete()[0],
            "certificates": Certificate.objects.filter(issued_at__lte=at - rules.KEEP_CERTIFICATE).delete()[0],
            "origins": Look.objects.filter(~Q(network="", device=""), at__lte=at - rules.KEEP_ORIGIN).update(
                network="", device=""
            ),
            "proofs": Proof.objects.filter(person=None, last_used_at__lte=at - rules.KEEP_PROOF_OF_NOBODY).delete()[0],
        }
        if any(gone.values()):
            audit.record(kind="lookup.forgot", by=None, about="room:lookup", at=at, **gone)
    return gone
