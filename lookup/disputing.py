""" "This must be wrong": asking for a look again, and what staff do with it until it is answered.

Every form that staff post carries the version as they saw it: on an older one, ChangedSince.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from breachdesk import audit, keys, limits
from breachdesk.accounts.models import User
from breachdesk.lib import references
from delivery import outbox
from delivery.words import Words
from lookup import letters, queries, rules, states
from lookup.dispute_models import Dispute
from lookup.models import Proof
from lookup.proving import TooOften
from lookup.states import Dispute as State
from lookup.states import IllegalMove
from notices import hours
from notices.models import Incident

PREFIX = "CHK"


class AskedAlready(Exception):
    """One is open: it is shown instead."""


class NothingToDispute(Exception):
    """No answer was given for this incident."""


class ChangedSince(Exception):
    """It is no longer as it was when this form was opened."""


class NotTheirTurn(Exception):
    """Somebody else has taken it, or nobody has."""


class NotTheirOwn(Exception):
    """Nobody looks into what they asked themselves."""


# The person.


def ask(
    *,
    proof: Proof,
    incident: Incident,
    kind: states.DisputeKind,
    words: str,
    language: str,
    by: User | None,
    at: dt.datetime,
) -> Dispute:
    """Raises AskedAlready, NothingToDispute, TooOften."""
    answer = next((each for each in queries.answers(proof, at) if each.incident.pk == incident.pk), None)
    identity = proof.identity
    if answer is None or identity is None or proof.identity_hash is None:
        raise NothingToDispute
    if open_of(proof, incident):
        raise AskedAlready
    taken = limits.take(rules.DISPUTES_A_DAY, subject=proof.of_what, at=at)
    if not taken.ok:
        raise TooOften(taken)
    today = at.astimezone(ZoneInfo(incident.time_zone)).date()
    contact = proof.contact
    dispute = Dispute(
        seal_id=uuid.uuid4(),
        reference=references.new(PREFIX),
        incident=incident,
        person=proof.person,
        contact_kind=contact.kind if contact else "",
        identity_hash=proof.identity_hash,
        index_key=proof.index_key,
        kind=kind,
        language=language,
        outcome=answer.outcome,
        list_number=answer.dataset.number,
        answer_by_date=rules.dispute_answered_by(today, is_holiday=hours.is_public_holiday),
    )
    if contact:
        dispute.sealed_contact = keys.seal(contact.value, bound_to=dispute.bound("contact"))
    dispute.sealed_identity = keys.seal_json(identity.typed, bound_to=dispute.bound("identity"))
    dispute.sealed_words = keys.seal(words, bound_to=dispute.bound("words"))
    try:
        with transaction.atomic():
            dispute.move(to=State.RECEIVED, by=by, at=at)
            _record("asked", dispute, by=by, at=at, kind_of=kind, outcome=answer.outcome)
            _tell(dispute, letters.dispute_received(dispute), at=at)
    except IntegrityError:  # pressed twice at once
        if open_of(proof, incident):
            raise AskedAlready from None
        raise
    return dispute


def withdraw(*, proof: Proof, reference: str, by: User | None, at: dt.datetime) -> None:
    """Raises Dispute.DoesNotExist for another's, IllegalMove."""
    with transaction.atomic():
        dispute = of(proof).select_for_update(of=("self",)).get(reference=reference)
        dispute.move(to=State.WITHDRAWN, by=by, at=at)
        _record("withdrawn", dispute, by=by, at=at)


# Staff.


def take(*, reference: str, version: int, by: User, at: dt.datetime) -> None:
    """From the queue, or over from whoever has it. Raises ChangedSince, IllegalMove, NotTheirOwn."""
    with transaction.atomic():
        dispute = _hold(reference, version, by=by)
        if dispute.state == State.IN_REVIEW:
            dispute.taken_by = None
            dispute.move(to=State.RECEIVED, by=by, at=at, note="taken_over")
        dispute.taken_by = by
        dispute.move(to=State.IN_REVIEW, by=by, at=at)
        _record("taken", dispute, by=by, at=at)


def give_back(*, reference: str, version: int, by: User, at: dt.datetime) -> None:
    """To the queue. Raises ChangedSince, IllegalMove, NotTheirTurn, NotTheirOwn."""
    with transaction.atomic():
        dispute = _hold_own(reference, version, by=by)
        dispute.taken_by = None
        dispute.move(to=State.RECEIVED, by=by, at=at, note="given_back")
        _record("given_back", dispute, by=by, at=at)


def answer(
    *, reference: str, version: int, result: states.DisputeResult, sentence: str, by: User, at: dt.datetime
) -> None:
    """Told to the proven contact, without a detail. Raises ChangedSince, IllegalMove, NotTheirTurn, NotTheirOwn."""
    with transaction.atomic():
        dispute = _hold_own(reference, version, by=by)
        dispute.result = result
        dispute.sealed_sentence = keys.seal(sentence, bound_to=dispute.bound("sentence"))
        dispute.move(to=State.ANSWERED, by=by, at=at)
        _record("answered", dispute, by=by, at=at, result=result)
        _tell(dispute, letters.dispute_answered(dispute), at=at)


def reveal(*, reference: str, reason: str, by: User, at: dt.datetime) -> Dispute:
    """Before the personal data is shown unmasked, once: who, whose, and why. Raises NotTheirTurn, NotTheirOwn."""
    with transaction.atomic():
        dispute = Dispute.objects.select_for_update(of=("self",)).select_related("person").get(reference=reference)
        _refuse_own(dispute, by)
        if dispute.state != State.IN_REVIEW or dispute.taken_by_id != by.pk:
            raise NotTheirTurn
        if reason not in rules.DISPUTE_REVEAL_REASONS:
            raise ValueError(reason)
        _record("revealed", dispute, by=by, at=at, reason=reason)
    return dispute


# Whose is what.


def of(proof: Proof) -> QuerySet[Dispute]:
    """Those of whoever holds this proof, the newest first: of the person, or of this contact (or letter) under this name."""
    mine = Dispute.objects.none()
    if proof.identity_hash is not None:
        mine = Dispute.objects.filter(identity_hash__in=queries.own_hashes(proof))
    if proof.person_id is not None:
        mine = mine | Dispute.objects.filter(person=proof.person_id)
    return mine.order_by("-pk")


# For "my look-ups".

REVEALED = _("다시 살펴보려고 가린 개인정보를 열어 봤어요")


def names_of(proof: Proof) -> list[str]:
    """What the audit calls them."""
    return [f"dispute:{reference}" for reference in of(proof).values_list("reference", flat=True)]


def reason_of(data: dict[str, Any]) -> Any:
    return rules.DISPUTE_REVEAL_REASONS.get(data.get("reason", ""), "")


def open_of(proof: Proof, incident: Incident) -> Dispute | None:
    return of(proof).filter(incident=incident, state__in=states.DISPUTE_OPEN).first()


def _hold(reference: str, version: int, *, by: User) -> Dispute:
    dispute = Dispute.objects.select_for_update(of=("self",)).select_related("person").get(reference=reference)
    _refuse_own(dispute, by)
    if dispute.version != version:
        raise ChangedSince
    return dispute


def _hold_own(reference: str, version: int, *, by: User) -> Dispute:
    dispute = _hold(reference, version, by=by)
    if dispute.state not in states.DISPUTE_OPEN:
        raise IllegalMove(dispute.state)
    if dispute.taken_by_id != by.pk:
        raise NotTheirTurn
    return dispute


def _refuse_own(dispute: Dispute, by: User) -> None:
    if dispute.person is not None and dispute.person.user_id == by.pk:
        raise NotTheirOwn


def _record(done: str, dispute: Dispute, *, by: User | None, at: dt.datetime, **data: object) -> None:
    audit.record(kind=f"lookup.dispute_{done}", by=by, about=f"dispute:{dispute.reference}", at=at, **data)


def _tell(dispute: Dispute, words: Words, *, at: dt.datetime) -> None:
    contact = dispute.contact
    if contact is None:
        return
    outbox.put(
        words,
        to=contact,
        key=f"{words.occasion.replace('_', '-')}:{dispute.reference}",
        about=f"dispute:{dispute.reference}",
        lane="claim",
        at=at,
    )
