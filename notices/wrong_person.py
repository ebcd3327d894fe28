"""Somebody says "I am not that person": the contact is written down as not theirs, and the next rung of the ladder is taken.

The notice never goes there again for that person, in any campaign of any incident. What was proven by a message to that
contact is proven no more.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from breachdesk import audit, keys
from breachdesk.accounts.models import User
from breachdesk.lib.contacts import Contact
from delivery import actions as delivery
from delivery import queries as messages
from delivery.models import Forgotten, Message
from delivery.states import Channel
from notices import hints, ladder_rules, ledger, other_proof, rules, said_not_theirs
from notices.campaign_models import Telling
from notices.ladder_models import Attempt
from notices.states import AttemptOutcome, CampaignState, TellingState
from notices.wrong_person_models import NotTheirContact


class NothingToMark(rules.NotAllowed):
    words = _("이 시도에는 다른 사람의 것으로 적을 연락처가 없어요.")


class AlreadyMarked(rules.NotAllowed):
    words = _("이미 다른 사람의 연락처로 적었어요.")


def contacts_of(person_keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """By person: the keyed hashes of the contacts on file that are another's."""
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    rows = NotTheirContact.objects.filter(person_key__in=list(person_keys))
    for person_key, contact_hash in rows.values_list("person_key", "contact_hash"):
        found[person_key].add(contact_hash)
    return found


def is_theirs(contact: Contact | None, not_theirs: Collection[uuid.UUID]) -> bool:
    if contact is None or not not_theirs:
        return contact is not None
    return not any(each in not_theirs for each in keys.indexes(contact.kind, contact.value))


def mark(*, attempt: Attempt, reason: str, by: User, at: dt.datetime) -> NotTheirContact:
    """The contact that this attempt went to is not this person's. Raises rules.NotAllowed."""
    with transaction.atomic():
        rules.refuse_unless_staff(rules.Actor(id=by.pk, works_here=by.is_staff and by.is_active))
        if not reason.strip():
            raise ladder_rules.NoReason
        line = Telling.objects.select_related("incident", "campaign").get(pk=attempt.line_id)
        lines = list(
            Telling.objects.filter(person_key=line.person_key, incident=line.incident)
            .select_for_update(of=("self",))
            .select_related("campaign")
            .order_by("pk")
        )
        contact = _contact(attempt, line)
        row = NotTheirContact(
            incident=line.incident,
            person_key=line.person_key,
            reason=reason.strip()[:200],
            marked_at=at,
            marked_by=by,
        )
        row.contact = contact
        if not is_theirs(contact, contacts_of([line.person_key]).get(line.person_key, set())):
            raise AlreadyMarked
        row.save(force_insert=True)
        audit.record(
            kind="notices.wrong_person_marked",
            by=by,
            about=f"incident:{line.incident.slug}",
            at=at,
            line=line.pk,
            rung=attempt.rung,
            channel=attempt.channel,
            reason=row.reason,
        )
        _undo(lines, contact, at=at)
        said_not_theirs.settle(attempt=attempt, by=by, at=at, as_theirs=False)
        transaction.on_commit(hints.hurry, robust=True)
    return row


def _contact(attempt: Attempt, line: Telling) -> Contact:
    """From the message; where its address has been forgotten by now, from the list."""
    message = messages.to_whom([attempt.message_key]).get(attempt.message_key) if attempt.message_key else None
    if message is None or attempt.channel == Channel.LETTER:
        raise NothingToMark
    try:
        recipient = message.recipient
        if isinstance(recipient, Contact):
            return recipient
        raise NothingToMark
    except (Forgotten, keys.CannotOpen):
        record = ledger.records(line.campaign.dataset_id, [line.person_key]).get(line.person_key)
        if record is None:
            raise NothingToMark from None
        contact = record.email if attempt.channel == Channel.EMAIL else record.phone
        if contact is None:
            raise NothingToMark from None
        return contact


def _undo(lines: list[Telling], contact: Contact, *, at: dt.datetime) -> None:
    """What went to that contact for this person is no proof, and what has not left is called back."""
    hashes = set(keys.indexes(contact.kind, contact.value))
    attempts = list(Attempt.objects.filter(line__in=lines).exclude(message_key="").order_by("line", "rung"))
    there = messages.to_whom(one.message_key for one in attempts)
    wrong = [one for one in attempts if _went_to(there.get(one.message_key), hashes)]
    delivery.call_back(keys=[one.message_key for one in wrong], at=at)
    for one in wrong:
        one.outcome, one.look_again_at = AttemptOutcome.WRONG_PERSON, None
        one.ended_at = one.ended_at or at
        one.save(update_fields=["outcome", "look_again_at", "ended_at"])
    rungs = defaultdict(set)
    for one in wrong:
        rungs[one.line_id].add(one.rung)
    fallen = [
        line
        for line in lines
        if line.rung in rungs[line.pk] and line.state not in (TellingState.WAITING, TellingState.CANCELLED)
    ]
    stay = other_proof.stands(fallen)
    for line in fallen:
        if line.pk not in stay:
            climbs = line.campaign.ladder_id is not None and line.campaign.state != CampaignState.CANCELLED
            to = TellingState.WAITING if climbs and _may_wait(line) else TellingState.FAILED
            if line.state != to:
                Telling.objects.filter(pk=line.pk).move(to=to, at=at, reason=ladder_rules.WRONG_PERSON)
            else:
                Telling.objects.filter(pk=line.pk).update(reason=ladder_rules.WRONG_PERSON)


def _may_wait(line: Telling) -> bool:
    """A line that ended stays ended where the person has been told anew by another."""
    if line.state != TellingState.FAILED:
        return True
    others = Telling.objects.filter(
        incident=line.incident_id, notice=line.notice_id, person_key=line.person_key, clears=line.clears
    )
    return not others.live().exclude(pk=line.pk).exists()


def _went_to(message: Message | None, hashes: set[uuid.UUID]) -> bool:
    return message is not None and message.recipient_hash in hashes
