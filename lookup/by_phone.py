"""A caller proves who they are to a member of staff, who may then act for them for half an hour. Actions.

By a letter: we say the first half of its code, which only we and the paper know; the caller answers with the second. By a code
that is sent: the caller keys it themselves on a page of ours, and no member of staff asks for it, hears it or sees it. Either way
the proof is one that opens no session of anybody's: it names who acts, in which consultation, until when.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from breachdesk import audit, keys, limits
from breachdesk.accounts.models import User
from breachdesk.lib import references
from breachdesk.lib.contacts import Contact
from lookup import actions, letter_codes, proving, queries, rules, states, work
from lookup.models import Challenge, LetterCode, Proof
from lookup.rules import Identity
from notices import lines
from notices.lines import Listing


@dataclass(frozen=True)
class Acting:
    """Who acts for the caller, in which consultation, until when."""

    by: User
    consultation: str
    until: dt.datetime


def listings_of(identity: Identity, *, contact: Contact | None, customer_ref: str = "") -> list[Listing]:
    """The lines of the lists that answer now which name this caller, by a contact or by whom a letter was for."""
    if contact is not None:
        said = lines.of_contact(contact)
    else:
        said = [each for key in keys.indexes("customer_ref", customer_ref) for each in lines.of_person(key)]
    return queries.agreeing([listing for each in said for listing in each.listings], identity)


def letters_of(listings: Collection[Listing], *, at: dt.datetime) -> list[LetterCode]:
    """Their letters that count and whose halves can be said, the newest first."""
    person_keys = [key for listing in listings for key in (listing.person_key, *listing.former_keys)]
    count = LetterCode.objects.filter(person_key__in=person_keys, void_at=None, expires_at__gt=at)
    return list(
        count.filter(sealed_opening__isnull=False, mailing__confirmed_by__isnull=False).order_by("-made_at", "-pk")
    )


def count_the_try(letter: LetterCode, *, at: dt.datetime) -> None:
    """Before a half is compared, and outside the transaction in which it is. Raises proving.TooOften."""
    taken = limits.take(rules.LETTER_HALF_TRIES_A_DAY, subject=letter.opening, at=at)
    if not taken.ok:
        raise proving.TooOften(taken)


def prove_by_halves(*, letter: LetterCode, answer: str, identity: Identity, acting: Acting, at: dt.datetime) -> Proof:
    """The second half as the caller said it. Raises letter_codes.NotThisLetter.

    From here on the code opens nothing online: a member of staff has heard it. By phone its owner may use it again.
    """
    code = references.read_second_half(letter.opening, answer)
    theirs = queries.agreeing(queries.listed_by(letter), identity)
    if code is None or letter.code_hash not in keys.indexes("lookup.letter", code) or not theirs:
        raise letter_codes.NotThisLetter
    with transaction.atomic():
        held = LetterCode.objects.select_for_update(of=("self",)).get(pk=letter.pk)
        if held.void_at is not None or held.expires_at <= at:
            raise letter_codes.NotThisLetter
        held.used_at = at
        held.spoken_at = held.spoken_at or at
        held.save(update_fields=["used_at", "spoken_at"])
        proof = Proof.objects.create(
            method=states.Method.LETTER,
            letter=held,
            index_key=keys.index_keys().active,
            proved_at=at,
            renewed_at=at,
            last_used_at=at,
            acting=acting.by,
            acting_in=acting.consultation,
            acting_until=acting.until,
        )
        _proved(proof, acting, at=at)
        actions.identify(proof=proof, name=identity.name, birth_date=identity.birth_date, by=acting.by, at=at)
    return proof


def send_code(*, contact: Contact, language: str, by: User, at: dt.datetime) -> Challenge:
    """To the caller's own phone or screen. Raises proving.TooOften, NotTexted."""
    return proving.send_code(
        contact=contact, network=f"staff:{by.pk}", language=language, at=at, done=work.PROVEN, in_a_call=True
    )


def prove_by_code(*, challenge_id: uuid.UUID, code: str, identity: Identity, acting: Acting, at: dt.datetime) -> Proof:
    """Keyed by the caller themselves. Raises what proving.prove raises."""
    proof = proving.prove(challenge_id=challenge_id, code=code, shared_device=True, at=at)
    with transaction.atomic():
        proof.acting, proof.acting_in, proof.acting_until = acting.by, acting.consultation, acting.until
        proof.save(update_fields=["acting", "acting_in", "acting_until"])
        _proved(proof, acting, at=at)
        actions.identify(proof=proof, name=identity.name, birth_date=identity.birth_date, by=acting.by, at=at)
    return proof


def end(*, proof: Proof, by: User | None, at: dt.datetime) -> None:
    """The call is over: nobody acts by this proof any more."""
    with transaction.atomic():
        ended = Proof.objects.filter(pk=proof.pk, ended_at=None).update(ended_at=at, sealed_identity=None)
        if ended:
            audit.record(kind="lookup.ended", by=by, about=f"proof:{proof.pk}", at=at)


def _proved(proof: Proof, acting: Acting, *, at: dt.datetime) -> None:
    audit.record(
        kind="lookup.proved_to_staff",
        by=acting.by,
        about=f"proof:{proof.pk}",
        at=at,
        consultation=acting.consultation,
        until=acting.until.isoformat(),
    )
