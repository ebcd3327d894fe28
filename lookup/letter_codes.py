"""Codes printed in letters: counted when they are printed (breachdesk/mailhouse), and entered by whoever opened the letter. Actions.

A code names one person of one incident. It proves the postal address on file; its name and, but for a company, its birth
date must agree as they must with any proof. Whatever is wrong is answered in the same words, after the same work.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q

from breachdesk import audit, keys, limits
from breachdesk.accounts.models import User
from breachdesk.lib import references
from lookup import actions, proving, queries, rules, states
from lookup.models import LetterCode, Mailing, Proof
from lookup.origin import NOWHERE, Origin
from lookup.rules import Identity
from notices import queries as notices
from notices import rules as notice_rules
from notices.models import Incident

FORGET_BATCH = 5000


class NotThisLetter(proving.Refused):
    """No letter that counts bears this code for this person: unknown, run out, replaced, or for somebody else."""


# Making them.


def open_mailing(*, incident: Incident, by: User, at: dt.datetime) -> Mailing:
    """For the letters that one person gathers; another releases them before anybody is written to. Raises notices.rules.NotAllowed."""
    if incident.active_dataset is None:
        raise notice_rules.EmptyList
    return Mailing.objects.create(
        incident=incident,
        dataset_number=incident.active_dataset.number,
        asked_by=by,
        made_at=at,
        expires_at=at + rules.LETTER_LIVES,
    )


@transaction.atomic
def count(*, mailing: Mailing, codes: Mapping[uuid.UUID, str], at: dt.datetime) -> dict[uuid.UUID, int]:
    """From now on these codes open the look-up of these people, and no older one does. Returns each one's row.

    Whoever has a code of this mailing keeps that one and is left out. The codes themselves are kept nowhere but on the paper.
    """
    # Two that print for one mailing wait for each other; look-ups and claims go on.
    held = Mailing.objects.select_for_update(of=("self",), no_key=True).select_related("incident").get(pk=mailing.pk)
    not_void = LetterCode.objects.filter(incident=held.incident_id, person_key__in=list(codes), void_at=None)
    have_one = set(not_void.filter(mailing=held).values_list("person_key", flat=True))
    anew = {person_key: code for person_key, code in codes.items() if person_key not in have_one}
    not_void.filter(person_key__in=list(anew)).update(void_at=at)
    made = LetterCode.objects.bulk_create(_counted(held, person_key, code, at=at) for person_key, code in anew.items())
    Mailing.objects.filter(pk=held.pk).update(letters=F("letters") + len(made))
    audit.record(
        kind="lookup.letter_codes_issued",
        by=held.asked_by,
        about=f"incident:{held.incident.slug}",
        at=at,
        mailing=held.pk,
        letters=len(made),
        dataset=held.dataset_number,
    )
    return {one.person_key: one.pk for one in made}


def _counted(mailing: Mailing, person_key: uuid.UUID, code: str, *, at: dt.datetime) -> LetterCode:
    made = LetterCode(
        mailing=mailing,
        incident=mailing.incident,
        person_key=person_key,
        code_hash=keys.index("lookup.letter", code),
        index_key=keys.index_keys().active,
        made_at=at,
        expires_at=mailing.expires_at,
    )
    made.opening = references.first_half(code)
    return made


def release(*, mailing: Mailing, by: User, at: dt.datetime) -> None:
    """On the word of a second person its letters go out."""
    Mailing.objects.filter(pk=mailing.pk).update(confirmed_by=by)


@transaction.atomic
def withdraw(pks: Collection[int], *, why: str, at: dt.datetime) -> int:
    """These open nothing any more: their letters came back, or never left."""
    gone = LetterCode.objects.filter(pk__in=pks, void_at=None).update(void_at=at)
    if gone:
        audit.record(kind="lookup.letter_codes_withdrawn", by=None, about="room:lookup", at=at, letters=gone, why=why)
    return gone


def have_one(incident: Incident, person_keys: Collection[uuid.UUID], *, at: dt.datetime) -> set[uuid.UUID]:
    """Of these people, those with a code that counts."""
    count = LetterCode.objects.filter(incident=incident, person_key__in=person_keys, void_at=None, expires_at__gt=at)
    return set(count.values_list("person_key", flat=True))


# Entering one.


def prove(
    *,
    code: str,
    name: str,
    birth_date: dt.date | None,
    network: str,
    shared_device: bool,
    at: dt.datetime,
    origin: Origin = NOWHERE,
) -> Proof:
    """Raises NotThisLetter, proving.TooOften."""
    letter = _count_the_try(code, network=network, at=at)
    identity = Identity(name, birth_date)
    found = queries.agreeing(queries.listed_by(letter) if letter else notices.listed_person(uuid.uuid4()), identity)
    letter_id = letter.pk if letter else -1
    hashes = queries.identity_hashes(identity, contact=None, letter_id=letter_id)
    met = queries.met_before(hashes, letter_id=letter_id)
    if letter is None or not (found or met):
        raise NotThisLetter
    with transaction.atomic():
        proof = Proof.objects.create(
            method=states.Method.LETTER,
            letter=letter,
            index_key=keys.index_keys().active,
            proved_at=at,
            renewed_at=at,
            last_used_at=at,
            shared_device=shared_device,
        )
        audit.record(kind="lookup.proved", by=None, about=f"proof:{proof.pk}", at=at, letter=letter.pk)
        actions.identify(proof=proof, name=name, birth_date=birth_date, by=None, at=at, origin=origin)
        _was_right(letter, code, at=at)
    return proof


def renew(*, proof: Proof, code: str, network: str, by: User | None, at: dt.datetime) -> None:
    """The code of the same person's letter once more: the proof is fresh again. Raises what `prove` raises."""
    letter = _count_the_try(code, network=network, at=at)
    if letter is None or proof.letter is None or letter.person_key != proof.letter.person_key:
        raise NotThisLetter
    with transaction.atomic():
        Proof.objects.filter(pk=proof.pk, ended_at=None).update(renewed_at=at, last_used_at=at)
        audit.record(kind="lookup.renewed", by=by, about=f"proof:{proof.pk}", at=at, letter=letter.pk)
        _was_right(letter, code, at=at)
    proof.renewed_at = proof.last_used_at = at


# As with codes that are sent: counted and committed first, compared afterwards. A code that no letter bears is counted by
# its hash alike, so that neither the words nor the work tell it from one that is known.
COUNT_THE_TRY = """
UPDATE lookup_lettercode SET tries = tries + 1
WHERE code_hash = ANY(%s::uuid[]) AND tries < %s AND void_at IS NULL AND spoken_at IS NULL
  AND expires_at > statement_timestamp()
RETURNING id
"""


def _count_the_try(code: str, *, network: str, at: dt.datetime) -> LetterCode | None:
    hashes = _hashes(code)
    taken = limits.take(rules.LETTER_TRIES_PER_NETWORK.of(network), rules.LETTER_TRIES_OF_ALL.of("all"), at=at)
    if not taken.ok:
        raise proving.TooOften(taken)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        taken = limits.take(*_of_code(code), at=at)
        counted = None
        if taken.ok:
            cursor.execute(COUNT_THE_TRY, [hashes, rules.LETTER_TRIES])
            counted = cursor.fetchone()
    if not taken.ok:
        raise proving.TooOften(taken)
    return LetterCode.objects.filter(pk=counted[0] if counted else 0).first()


def _was_right(letter: LetterCode, code: str, *, at: dt.datetime) -> None:
    """What was no guess is not counted as one: a person may come back as often as they like."""
    LetterCode.objects.filter(pk=letter.pk).update(tries=F("tries") - 1, used_at=at)
    limits.give_back(*_of_code(code), at=at)


def _of_code(code: str) -> list[limits.Draw]:
    """Whoever was told the first half on the phone must not find the second by trying."""
    half = rules.LETTER_HALF_TRIES_A_DAY.of(references.first_half(code))
    return [rules.LETTER_TRIES_A_DAY.of(code), half]


def _hashes(code: str) -> list[str]:
    """With each of our keys: a letter is out longer than a key may be the first."""
    return [str(each) for each in keys.indexes("lookup.letter", code)]


# Retention.


def forget_letters(*, at: dt.datetime) -> int:
    """Erases codes that nobody used, a month after they ceased to count. Says how many."""
    gone, ended = 0, at - rules.KEEP_LETTER_CODE
    while True:
        with transaction.atomic():
            unused = LetterCode.objects.filter(
                Q(expires_at__lte=ended) | Q(void_at__lte=ended), ~Exists(Proof.objects.filter(letter=OuterRef("pk")))
            )
            count = LetterCode.objects.filter(pk__in=list(unused.values_list("pk", flat=True)[:FORGET_BATCH])).delete()[
                0
            ]
            gone += count
            if count:
                audit.record(kind="lookup.forgot_letters", by=None, about="room:lookup", at=at, letters=count)
        if count < FORGET_BATCH:
            return gone
