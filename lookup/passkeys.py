"""Passkeys of people: added after a proof, used to open status and drafts. Actions.

allauth speaks WebAuthn with the browser and keeps the challenge of the moment in the session; nothing else of it is used.
A passkey has no name that somebody typed: it is known by the day it was made.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from breachdesk import audit, limits
from breachdesk.accounts.models import User
from delivery import outbox
from delivery.outbox import Put
from lookup import letters, proving, queries, rules, states
from lookup.models import Person, Proof

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class NotThisPasskey(proving.Refused):
    """It does not open anything here, whatever the reason."""


class EnoughPasskeys(proving.Refused):
    """Nobody needs more of them."""


def of_person(person: Person) -> QuerySet[Authenticator]:
    """The newest first."""
    return Authenticator.objects.filter(user=person.user_id, type=Authenticator.Type.WEBAUTHN).order_by("-pk")


# Adding and removing.


def begin_adding(*, person: Person) -> dict[str, Any]:
    """What the browser is asked for: a key that its owner has to unlock, and that it finds by itself afterwards."""
    return auth.begin_registration(person.user, passwordless=True)


def add(*, proof: Proof, credential: Any, language: str, by: User, at: dt.datetime) -> Authenticator:
    """Raises NotThisPasskey, EnoughPasskeys. Every proven contact is told."""
    person = proof.person
    if person is None or proof.is_by_passkey or proof.shared_device:
        raise NotThisPasskey
    made = _checked(lambda: (auth.parse_registration_response(credential), auth.complete_registration(credential))[1])
    if not made.is_user_verified():
        raise NotThisPasskey
    with transaction.atomic():
        Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if of_person(person).count() >= rules.PASSKEYS_AT_MOST:
            raise EnoughPasskeys
        passkey: Authenticator = auth.WebAuthn.add(person.user, "", credential).instance
        audit.record(kind="lookup.passkey_added", by=by, about=f"person:{person.pk}", at=at, passkey=passkey.pk)
        words = letters.passkey_added(language=language)
        outbox.put_many(
            [
                Put(
                    words,
                    to=contact,
                    key=f"passkey-added:{passkey.pk}:{number}",
                    lane="claim",
                    about=f"person:{person.pk}",
                )
                for number, contact in enumerate(queries.contacts_of(person), start=1)
            ],
            at=at,
        )
    return passkey


def remove(*, person: Person, number: int, here: Proof, by: User, at: dt.datetime) -> bool:
    """False where this person has no such passkey. Whatever passkeys have opened elsewhere than `here` ends."""
    with transaction.atomic():
        gone, _each = of_person(person).filter(pk=number).delete()
        if gone:
            elsewhere = Proof.objects.filter(person=person, method=states.Method.PASSKEY, ended_at=None)
            elsewhere.exclude(pk=here.pk).update(ended_at=at)
            audit.record(kind="lookup.passkey_removed", by=by, about=f"person:{person.pk}", at=at, passkey=number)
    return bool(gone)


# Opening.


def begin_opening(*, network: str, at: dt.datetime) -> dict[str, Any]:
    """Raises proving.TooOften. The same for everybody: the browser knows whose passkeys it has, we ask for none by name."""
    taken = limits.take(rules.PASSKEYS_PER_NETWORK, subject=network, at=at)
    if not taken.ok:
        raise proving.TooOften(taken)
    return auth.begin_authentication(user=None)


def prove(*, credential: Any, at: dt.datetime) -> Proof:
    """Raises NotThisPasskey."""
    passkey = _checked(lambda: _authenticated(credential))
    person = Person.objects.filter(user=passkey.user_id, user__is_active=True, user__is_staff=False).first()
    if person is None:
        raise NotThisPasskey
    with transaction.atomic():
        proof = Proof.objects.create(
            method=states.Method.PASSKEY, person=person, proved_at=at, renewed_at=at, last_used_at=at
        )
        Authenticator.objects.filter(pk=passkey.pk).update(last_used_at=at)
        audit.record(
            kind="lookup.opened_by_passkey", by=person.user, about=f"proof:{proof.pk}", at=at, passkey=passkey.pk
        )
    return proof


def _authenticated(credential: Any) -> Authenticator:
    auth.parse_authentication_response(credential)
    return auth.complete_authentication(auth.extract_user_from_response(credential), credential)


def _checked(act: Callable[[], Answer]) -> Answer:
    """What a stranger's browser sent goes through parsers and signatures that fail in a dozen ways, all of them a no."""
    try:
        return act()
    except DatabaseError:
        raise
    except Exception as error:
        log.info("a passkey was refused: %s", type(error).__name__)
        raise NotThisPasskey from None
