"""The life of a proof: a code sent, a code entered, the proof used, renewed and ended. Actions; the only writers of both tables."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid

from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from breachdesk import audit, keys, limits
from breachdesk.accounts.models import User
from breachdesk.lib.contacts import Contact
from delivery import outbox
from lookup import letters, purses, rules, spending, work
from lookup.models import Challenge, Parked, Person, Proof


class Refused(Exception):
    """Why a code was not sent or not taken."""


class WrongCode(Refused):
    def __init__(self, tries_left: int) -> None:
        self.tries_left = tries_left


class NoTriesLeft(Refused):
    """All tries at this code are spent."""


class CodeExpired(Refused):
    """Its ten minutes are over, or there never was such a code."""


class CodeUsed(Refused):
    """A code is good once."""


class TooOften(Refused):
    """A budget is spent. `of_contact`: the contact's own, and not everybody's on the same network.

    `of_money`: what codes may cost, which does not bind an e-mail; `of_waiting`: what is sent without a device's work.
    """

    def __init__(self, taken: limits.Taken) -> None:
        self.again_at = taken.again_at
        name = taken.budget.name if taken.budget else ""
        self.of_money = name.startswith("lookup.shared.won.")
        self.of_waiting = name in {budget.name for budget in rules.WAITED}
        shared = {rules.CODES_PER_NETWORK.name, rules.EMAILS_OF_ALL.name, rules.RESERVE_PER_NETWORK.name}
        self.of_contact = not (self.of_money or self.of_waiting or name in shared)


class NotTexted(Refused):
    """A number of a country that is sent no codes any more."""


class WorkNeeded(Refused):
    """A code is sent once the device has worked for it. `hard`: what is left is for those who work longer."""

    def __init__(self, *, hard: bool) -> None:
        self.hard = hard


# The code.


def send_code(
    *,
    contact: Contact,
    network: str,
    language: str,
    at: dt.datetime,
    renews: Proof | None = None,
    done: work.Done = work.NOTHING,
    in_a_call: bool = False,
) -> Challenge:
    """Sends a code to the contact that was typed, whoever's it is. No list is looked at.

    `renews`: the proof it is asked again for; `done`: what was done for it. Raises TooOften, WorkNeeded, NotTexted.
    """
    code = "".join(secrets.choice("0123456789") for _ in range(rules.CODE_LENGTH))
    likely = letters.one_time_code(code, expires_at=at + rules.CODE_LIVES, language=language, in_a_call=in_a_call)
    won = spending.price(likely, to=contact)
    if won is None:
        raise NotTexted
    asked = purses.Asked(contact=subject_of(contact), network=network, won=won)
    _pay(asked, work.PROVEN if renews else done, at=at)
    challenge_id = uuid.uuid4()
    with transaction.atomic():
        Challenge.objects.create(
            id=challenge_id,
            contact_kind=contact.kind,
            contact_hash=keys.index(contact.kind, contact.value),
            sealed_contact=keys.seal(contact.value, bound_to=f"lookup.challenge.contact:{challenge_id}"),
            code_hash=keys.secret_hash(_code_purpose(challenge_id), code),
            renews=renews,
            # The database's clock, which also judges it: web machines' clocks differ.
            sent_at=Now(),
            expires_at=Now() + rules.CODE_LIVES,
        )
        challenge = Challenge.objects.get(pk=challenge_id)
        outbox.put(
            letters.one_time_code(code, expires_at=challenge.expires_at, language=language, in_a_call=in_a_call),
            to=contact,
            key=f"one-time-code:{challenge_id}",
            about=f"challenge:{challenge_id}",
            lane="code",
            at=at,
            expires_at=challenge.expires_at,
        )
    return challenge


def _pay(asked: purses.Asked, done: work.Done, *, at: dt.datetime) -> None:
    """Takes from the budgets that this request may draw on. Raises TooOften, WorkNeeded."""
    caps = spending.caps()
    if done.ticket and not limits.left(rules.TICKET_ONCE, subject=done.ticket, at=at):
        done = work.NOTHING
    refused = []
    for draws in purses.ways(done.effort, asked, caps, ticket=done.ticket):
        taken = limits.take(*draws, at=at)
        if taken.ok:
            return
        refused.append(taken)
    # Whoever waited has no script, so work is no way for them.
    if done.effort in (purses.Effort.NOTHING, purses.Effort.WORKED):
        if any(limits.would_grant(*draws, at=at).ok for draws in purses.ways(purses.Effort.WORKED, asked, caps)):
            raise WorkNeeded(hard=False)
        hardest = limits.would_grant(*purses.ways(purses.Effort.WORKED_HARD, asked, caps)[-1], at=at)
        if hardest.ok:
            raise WorkNeeded(hard=True)
        refused = [hardest]
    raise TooOften(min(refused, key=lambda taken: (taken.again_at is None, taken.again_at or at)))


def prove(*, challenge_id: uuid.UUID, code: str, shared_device: bool, at: dt.datetime) -> Proof:
    """Raises WrongCode, NoTriesLeft, CodeExpired, CodeUsed, TooOften."""
    challenge = _evaluate(challenge_id, code, renews=None, at=at)
    with transaction.atomic():
        _use_up(challenge)
        contact = challenge.contact
        token = uuid.uuid4()
        proof = Proof.objects.create(
            token=token,
            contact_kind=challenge.contact_kind,
            contact_hash=keys.index(contact.kind, contact.value),
            index_key=keys.index_keys().active,
            sealed_contact=keys.seal(contact.value, bound_to=f"lookup.proof.contact:{token}"),
            proved_at=at,
            renewed_at=at,
            last_used_at=at,
            shared_device=shared_device,
        )
        audit.record(kind="lookup.proved", by=None, about=f"proof:{proof.pk}", at=at, contact=proof.contact_kind)
    return proof


def renew(*, proof: Proof, challenge_id: uuid.UUID, code: str, by: User | None, at: dt.datetime) -> None:
    """The same contact once more: the proof is fresh again. Raises what `prove` raises."""
    challenge = _evaluate(challenge_id, code, renews=proof, at=at)
    with transaction.atomic():
        _use_up(challenge)
        Proof.objects.filter(pk=proof.pk, ended_at=None).update(renewed_at=at, last_used_at=at)
        audit.record(kind="lookup.renewed", by=by, about=f"proof:{proof.pk}", at=at)
    proof.renewed_at = proof.last_used_at = at


# Counting and comparing are two steps, and the first is committed before the second: however many guesses arrive at once
# and whatever becomes of the request, five are compared and no sixth.
COUNT_THE_TRY = """
UPDATE lookup_challenge SET attempts = attempts + 1
WHERE id = %s AND renews_id IS NOT DISTINCT FROM %s
  AND attempts < %s AND used_at IS NULL AND expires_at > statement_timestamp()
RETURNING attempts
"""


def _evaluate(challenge_id: uuid.UUID, code: str, *, renews: Proof | None, at: dt.datetime) -> Challenge:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(COUNT_THE_TRY, [challenge_id, renews.pk if renews else None, rules.CODE_TRIES])
        counted = cursor.fetchone()
    challenge = Challenge.objects.filter(pk=challenge_id, renews=renews).first()
    if challenge is None:
        raise CodeExpired
    if counted is None:
        if challenge.used_at:
            raise CodeUsed
        if challenge.attempts >= rules.CODE_TRIES:
            raise NoTriesLeft
        raise CodeExpired
    taken = limits.take(rules.TRIES_A_DAY, subject=subject_of(challenge.contact), at=at)
    if not taken.ok:
        raise TooOften(taken)
    if keys.same_secret(challenge.code_hash, _code_purpose(challenge_id), code):
        return challenge
    left = min(rules.tries_left(counted[0]), taken.left)
    if not left:
        raise NoTriesLeft
    raise WrongCode(left)


def _use_up(challenge: Challenge) -> None:
    """Raises CodeUsed: of many right answers at once, one is first."""
    if not Challenge.objects.filter(pk=challenge.pk, used_at=None).update(used_at=Now()):
        raise CodeUsed


def subject_of(contact: Contact) -> str:
    """Whose budget it is. Kept as a keyed hash by `limits`, which knows it under every key of ours."""
    return f"{contact.kind}:{contact.value}"


def _code_purpose(challenge_id: uuid.UUID) -> str:
    return f"lookup.code:{challenge_id}"


# The end of a proof.


def touch(*, proof: Proof, at: dt.datetime) -> None:
    """Sets the idle clock back."""
    Proof.objects.filter(pk=proof.pk, ended_at=None, last_used_at__lt=at).update(last_used_at=at)
    proof.last_used_at = max(proof.last_used_at, at)


def end(*, proof: Proof, browser_hashes: list[bytes], by: User | None, at: dt.datetime) -> None:
    """The person is done: what was typed goes, and of somebody on no list everything does."""
    with transaction.atomic():
        held = Proof.objects.select_for_update(of=("self",)).get(pk=proof.pk)
        Parked.objects.filter(Q(proof=held) | Q(browser_hash__in=browser_hashes)).delete()
        audit.record(kind="lookup.ended", by=by, about=f"proof:{held.pk}", at=at)
        if held.person_id is None:
            held.delete()
        elif held.ended_at is None:
            held.ended_at = at
            held.sealed_identity = None
            held.save(update_fields=["ended_at", "sealed_identity"])


def revoke(*, person: Person, by: User | None, at: dt.datetime) -> int:
    """Ends every proof of a person on every device, and takes every passkey away. Says how many proofs there were."""
    with transaction.atomic():
        ended = Proof.objects.filter(person=person, ended_at=None).update(ended_at=at, sealed_identity=None)
        passkeys = Authenticator.objects.filter(user=person.user, type=Authenticator.Type.WEBAUTHN).delete()[0]
        audit.record(kind="lookup.revoked", by=by, about=f"person:{person.pk}", at=at, proofs=ended, passkeys=passkeys)
    return ended
