"""A caller proves who they are, and we who we are. Actions.

We say the first half of the letter's code, the caller answers with the second; or a code goes to their own phone or screen and
they key it there, on a page of ours (call_views.py). No member of staff asks for a one-time code, hears it or sees it: no answer
to a member of staff holds one. What comes of it is a Right: one person, one consultation, one member of staff, half an hour.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid

from django.db import IntegrityError, connection, transaction

from breachdesk import keys, limits
from breachdesk.accounts.models import User
from breachdesk.lib.contacts import Contact
from delivery import paper
from delivery import queries as delivery
from lookup import by_phone, letter_codes, proving
from lookup.by_phone import Acting
from lookup.models import LetterCode, Proof
from lookup.rules import Identity
from support import consultation_rules as rules
from support.consultation_models import Asking, Caller, Consultation, Right
from support.consultation_states import Way
from support.consulting import end_what_is_open, hold, hold_own, record

NUMBER_TRIES = 20


class NotProved(Exception):
    """Neither this call number with this code, nor is there any telling which of them is wrong."""


class NoTriesLeft(Exception):
    """So many halves were wrong that this asking is over."""


# Who it is said to be.


def name_caller(
    *, reference: str, identity: Identity, contact: Contact | None, check_code: str, by: User, at: dt.datetime
) -> None:
    """By a contact, or by the check code of a letter that they have in hand. Nothing that is found is shown.

    Raises rules.NotTheirs, proving.TooOften.
    """
    budgets = rules.NAMINGS_A_DAY.of(str(by.pk)), rules.NAMINGS_IN_A_CONSULTATION.of(reference)
    taken = limits.take(*budgets, at=at)
    if not taken.ok:
        raise proving.TooOften(taken)
    customer_ref = "" if contact else _whose_letter(check_code)
    with transaction.atomic():
        consultation = hold_own(reference, by=by)
        end_what_is_open(consultation, by=by, at=at)
        consultation.caller = Caller(identity, contact, customer_ref)
        consultation.person = None
        consultation.version += 1
        consultation.save(update_fields=["sealed_caller", "person", "version"])
        of_contact = {"contact": str(keys.index(contact.kind, contact.value))} if contact else {}
        record("caller_named", consultation, by=by, at=at, **of_contact)


def _whose_letter(check_code: str) -> str:
    """The customer a letter with this check code was written to; empty: no such letter, or its words are forgotten."""
    for words in delivery.letters_with(check_code):
        if ref := paper.read(words).code_for.get("customer_ref"):
            return ref
    return ""


def letter_of(consultation: Consultation, *, at: dt.datetime) -> LetterCode | None:
    """The newest letter of the caller as named, whose halves can be said."""
    caller = consultation.caller
    if caller is None or not (caller.contact or caller.customer_ref):
        return None
    found = by_phone.listings_of(caller.identity, contact=caller.contact, customer_ref=caller.customer_ref)
    return next(iter(by_phone.letters_of(found, at=at)), None)


# By the halves of a letter's code.


def ask_by_letter(*, reference: str, by: User, at: dt.datetime) -> Asking:
    """From now on, for ten minutes, the first half is shown. Raises rules.NotTheirs, NoCaller, NoLetter, HeardBefore."""
    with transaction.atomic():
        consultation = _hold_with_caller(reference, by=by)
        letter = letter_of(consultation, at=at)
        if letter is None:
            raise rules.NoLetter
        heard = Asking.objects.filter(letter=letter, by=by, proved_at__isnull=False)
        if heard.exclude(consultation=consultation).exists():
            raise rules.HeardBefore
        end_what_is_open(consultation, by=by, at=at)
        asking = Asking.objects.create(
            consultation=consultation, way=Way.LETTER, letter=letter, by=by, at=at, expires_at=at + rules.ASKING_LIVES
        )
        record("first_half_shown", consultation, by=by, at=at, letter=letter.pk)
    return asking


def first_half(asking: Asking, *, by: User, at: dt.datetime) -> str:
    """What this member of staff says to the caller; empty where nothing is being asked."""
    theirs = asking.way == Way.LETTER and asking.by_id == by.pk and asking.is_open(at)
    return asking.letter.opening if theirs and asking.letter else ""


COUNT_THE_TRY = """
UPDATE support_asking SET tries = tries + 1
WHERE id = %s AND by_id = %s AND tries < %s AND ended_at IS NULL AND proved_at IS NULL AND expires_at > %s
RETURNING tries
"""


def hear_second_half(*, asking_id: uuid.UUID, heard: str, by: User, at: dt.datetime) -> Right:
    """As the caller said it. Counted, and the count committed, before anything is compared.

    Raises letter_codes.NotThisLetter, NoTriesLeft, proving.TooOften, rules.NotTheirs.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(COUNT_THE_TRY, [asking_id, by.pk, rules.HALF_TRIES, at])
        counted = cursor.fetchone()
    asking = Asking.objects.select_related("consultation", "letter").filter(pk=asking_id).first()
    if counted is None or asking is None or asking.letter is None:
        raise NoTriesLeft
    by_phone.count_the_try(asking.letter, at=at)
    caller = asking.consultation.caller
    assert caller is not None
    acting = Acting(by, asking.consultation.reference, at + rules.ACTS_FOR)
    try:
        with transaction.atomic():
            hold_own(asking.consultation.reference, by=by)
            proof = by_phone.prove_by_halves(
                letter=asking.letter, answer=heard, identity=caller.identity, acting=acting, at=at
            )
            return grant(asking, proof, acting, at=at)
    except letter_codes.NotThisLetter:
        with transaction.atomic():
            record("wrong_half", asking.consultation, by=by, at=at, tries=counted[0])
        if counted[0] >= rules.HALF_TRIES:
            raise NoTriesLeft from None
        raise


# By a code that the caller keys.


def ask_by_code(*, reference: str, by: User, at: dt.datetime) -> Asking:
    """A code goes to the contact the caller named. Raises rules.NotTheirs, NoCaller, NoContact, proving.TooOften, NotTexted."""
    with transaction.atomic():
        consultation = _hold_with_caller(reference, by=by)
    contact = consultation.caller.contact if consultation.caller else None
    if contact is None:
        raise rules.NoContact
    taken = limits.take(rules.CODES_IN_A_CONSULTATION, subject=reference, at=at)
    if not taken.ok:
        raise proving.TooOften(taken)
    challenge = by_phone.send_code(contact=contact, language=consultation.language, by=by, at=at)
    with transaction.atomic():
        consultation = hold_own(reference, by=by)
        end_what_is_open(consultation, by=by, at=at)
        asking = _with_number(
            Asking(
                consultation=consultation,
                way=Way.CODE,
                challenge=challenge.id,
                by=by,
                at=at,
                expires_at=at + rules.ASKING_LIVES,
            )
        )
        record("code_sent", consultation, by=by, at=at, to=contact.kind)
    return asking


def _with_number(asking: Asking) -> Asking:
    """Six digits by which the keypad finds it, of no other that is waited for."""
    Asking.objects.filter(ended_at=None, proved_at=None, expires_at__lte=asking.at).update(ended_at=asking.at)
    for _ in range(NUMBER_TRIES):
        asking.call_number = "".join(secrets.choice("0123456789") for _ in range(rules.CALL_NUMBER_LENGTH))
        try:
            with transaction.atomic():
                asking.save(force_insert=True)
        except IntegrityError:
            continue
        return asking
    raise AssertionError(f"{NUMBER_TRIES} call numbers in a row were taken")


def key_in(*, call_number: str, code: str, network: str, at: dt.datetime) -> None:
    """By the caller, on their own phone or screen. Whatever is wrong is answered alike. Raises NotProved, proving.TooOften."""
    taken = limits.take(rules.KEYED_PER_NETWORK.of(network), rules.KEYED_OF_ALL.of("all"), at=at)
    if not taken.ok:
        raise proving.TooOften(taken)
    waited = Asking.objects.filter(way=Way.CODE, call_number=call_number, ended_at=None, proved_at=None)
    asking = waited.filter(expires_at__gt=at).select_related("consultation", "by").first()
    caller = asking.consultation.caller if asking else None
    if asking is None or asking.challenge is None or caller is None:
        raise NotProved
    acting = Acting(asking.by, asking.consultation.reference, at + rules.ACTS_FOR)
    try:
        proof = by_phone.prove_by_code(
            challenge_id=asking.challenge, code=code, identity=caller.identity, acting=acting, at=at
        )
    except proving.Refused:
        raise NotProved from None
    with transaction.atomic():
        held = hold(asking.consultation.reference)
        if held.taken_by_id != asking.by_id or not Asking.objects.filter(pk=asking.pk, ended_at=None).exists():
            by_phone.end(proof=proof, by=asking.by, at=at)
            raise NotProved
        grant(asking, proof, acting, at=at)


# The right.


def grant(asking: Asking, proof: Proof, acting: Acting, *, at: dt.datetime) -> Right:
    """The consultation is held."""
    asking.proved_at = at
    asking.save(update_fields=["proved_at"])
    right = Right.objects.create(
        consultation=asking.consultation,
        asking=asking,
        proof=proof,
        agent=acting.by,
        granted_at=at,
        expires_at=acting.until,
    )
    Consultation.objects.filter(pk=asking.consultation_id).update(person=proof.person)
    record("caller_proved", asking.consultation, by=acting.by, at=at, way=asking.way, right=right.pk)
    return right


def end_right(*, reference: str, by: User, at: dt.datetime) -> None:
    """The call is over, or its agent is done. Raises rules.NotTheirs."""
    with transaction.atomic():
        consultation = hold_own(reference, by=by)
        end_what_is_open(consultation, by=by, at=at)
        record("right_ended", consultation, by=by, at=at)


def right_of(consultation: Consultation, *, by: User, at: dt.datetime) -> Right | None:
    """The right that this member of staff has in this consultation now."""
    rights = Right.objects.filter(consultation=consultation, agent=by, ended_at=None, expires_at__gt=at)
    right = rights.select_related("proof__person__user", "proof__letter", "proof__acting").first()
    live = right is not None and right.proof.may_act(by=by, consultation=consultation.reference, at=at)
    return right if live and consultation.taken_by_id == by.pk else None


def _hold_with_caller(reference: str, *, by: User) -> Consultation:
    consultation = hold_own(reference, by=by)
    if consultation.sealed_caller is None:
        raise rules.NoCaller
    return consultation
