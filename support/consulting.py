"""What staff write down of a call, a letter or a visit. Actions.

Every form that staff post carries the version as they saw it: on an older one, ChangedSince.
"""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from breachdesk import audit, files
from breachdesk.accounts.models import User
from breachdesk.lib import references
from claims import holding
from claims.states import WhyHeld
from lookup import by_phone, letter_codes
from support import consultation_rules as rules
from support import telling
from support.consultation_models import Asking, Consultation, Deed, Right
from support.consultation_states import CONSULTATION_STANDING, Did, Source
from support.consultation_states import Consultation as State
from support.paper_models import PaperEntry
from support.seeing_models import Seeing

PREFIX = "CON"
FORGET_BATCH = 500


class ChangedSince(Exception):
    """It is no longer as it was when this form was opened."""


@transaction.atomic
def begin(*, source: Source, asked: str, language: str, by: User, at: dt.datetime) -> Consultation:
    """Somebody is on the phone, at the counter, or wrote. Raises rules.NothingSaid."""
    if not asked.strip():
        raise rules.NothingSaid
    consultation = Consultation(
        seal_id=uuid.uuid4(),
        reference=references.new(PREFIX),
        source=source,
        language=language,
        opened_at=at,
        due_date=_local_day(at),
        taken_by=by,
    )
    consultation.write("asked", asked)
    consultation.move(to=State.OPEN, by=by, at=at)
    record("opened", consultation, by=by, at=at, source=source)
    return consultation


@transaction.atomic
def take(*, reference: str, version: int, by: User, at: dt.datetime) -> None:
    """Over from whoever has it; their right to act goes with them. Raises ChangedSince."""
    consultation = hold(reference, version)
    if consultation.taken_by_id == by.pk:
        return
    end_what_is_open(consultation, by=by, at=at)
    consultation.taken_by = by
    consultation.version += 1
    consultation.save(update_fields=["taken_by", "version"])
    record("taken", consultation, by=by, at=at)


@transaction.atomic
def answer(
    *,
    reference: str,
    version: int,
    answered: str,
    promised: str,
    promise_by: dt.date | None,
    by: User,
    at: dt.datetime,
) -> None:
    """What was said, and what was promised by which day; the rest is done. The call is over.

    Raises ChangedSince, IllegalMove, rules.NothingSaid, NotTheirs, PastDay.
    """
    consultation = hold_own(reference, version, by=by)
    if not answered.strip() or bool(promised.strip()) != (promise_by is not None):
        raise rules.NothingSaid
    if promise_by is not None:
        rules.check_promise(promise_by, today=_local_day(at))
        consultation.due_date = promise_by
    consultation.write("answered", answered)
    consultation.answered_at = at
    consultation.sealed_promised, consultation.promise_by_date = None, promise_by
    if promise_by is not None:
        consultation.write("promised", promised)
    consultation.move(to=State.CLOSED if promise_by is None else State.PROMISED, by=by, at=at)
    end_what_is_open(consultation, by=by, at=at)
    day = {"promise_by": promise_by.isoformat()} if promise_by else {}
    record("answered", consultation, by=by, at=at, **day)


@transaction.atomic
def keep_promise(*, reference: str, version: int, by: User, at: dt.datetime) -> None:
    """What was promised is done. Raises ChangedSince, IllegalMove, rules.NotTheirs."""
    consultation = hold_own(reference, version, by=by)
    consultation.move(to=State.CLOSED, by=by, at=at)
    record("promise_kept", consultation, by=by, at=at)


@transaction.atomic
def open_again(*, reference: str, version: int, by: User, at: dt.datetime) -> None:
    """They call about it once more. Raises ChangedSince, IllegalMove."""
    consultation = hold(reference, version)
    consultation.taken_by, consultation.due_date = by, _local_day(at)
    consultation.sealed_promised, consultation.promise_by_date = None, None
    consultation.move(to=State.OPEN, by=by, at=at)
    record("opened_again", consultation, by=by, at=at)


@transaction.atomic
def disown(*, reference: str, by: User, at: dt.datetime) -> int:
    """The person says that it was not they who called. Nobody acts any more, the letter's code counts no more, what was done is
    marked, and a claim that was filed is on hold: they are told. Says how many things that was."""
    consultation = hold(reference)
    end_what_is_open(consultation, by=by, at=at)
    deeds = Deed.objects.filter(right__consultation=consultation, denied_at=None)
    claims = list(deeds.filter(did=Did.CLAIM).order_by("pk").values_list("what", flat=True))
    marked = deeds.update(denied_at=at)
    letters = Asking.objects.filter(consultation=consultation, proved_at__isnull=False, letter__isnull=False)
    letter_codes.withdraw(list(letters.values_list("letter", flat=True)), why="disowned", at=at)
    consultation.version += 1
    consultation.save(update_fields=["version"])
    record("disowned", consultation, by=by, at=at, deeds=marked)
    for claim in claims:
        held = holding.hold(reference=claim, why=WhyHeld.DISOWNED, about=reference, by=by, at=at)
        if held is not None:
            telling.tell_held(consultation, held.reference, held.person, at=at)
    return marked


# For the other actions of this room.


def _local_day(at: dt.datetime) -> dt.date:
    """The day staff live in."""
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def hold(reference: str, version: int | None = None) -> Consultation:
    rows = Consultation.objects.select_for_update(of=("self",)).select_related("person", "taken_by")
    consultation = rows.get(reference=reference)
    if version is not None and consultation.version != version:
        raise ChangedSince
    return consultation


def hold_own(reference: str, version: int | None = None, *, by: User) -> Consultation:
    consultation = hold(reference, version)
    if consultation.taken_by_id != by.pk:
        raise rules.NotTheirs
    return consultation


def end_what_is_open(consultation: Consultation, *, by: User, at: dt.datetime) -> None:
    """Nobody acts for the caller any more, and no code of this call is waited for."""
    Asking.objects.filter(consultation=consultation, ended_at=None, proved_at=None).update(ended_at=at)
    for right in Right.objects.filter(consultation=consultation, ended_at=None).select_related("proof"):
        right.ended_at = at
        right.save(update_fields=["ended_at"])
        by_phone.end(proof=right.proof, by=by, at=at)


def record(done: str, consultation: Consultation, *, by: User | None, at: dt.datetime, **data: object) -> None:
    audit.record(
        kind=f"support.consultation_{done}", by=by, about=f"consultation:{consultation.reference}", at=at, **data
    )


# Retention.


def forget_consultations(*, at: dt.datetime) -> int:
    """Erases consultations that have been over for long enough. Says how many."""
    gone, old = 0, at - rules.KEEP_CONSULTATION
    # The audit still says who saw whom.
    Seeing.objects.filter(expires_at__lte=at - rules.KEEP_SEEING).delete()
    while True:
        with transaction.atomic():
            over = Consultation.objects.exclude(state__in=CONSULTATION_STANDING).filter(closed_at__lte=old)
            pks = list(over.order_by("pk").values_list("pk", flat=True)[:FORGET_BATCH])
            Right.objects.filter(consultation__in=pks).delete()
            papers = list(PaperEntry.objects.filter(consultation__in=pks).select_related("scan").order_by("pk"))
            for paper in papers:
                paper.delete()
                if paper.scan:
                    files.erase(paper.scan)
            Consultation.objects.filter(pk__in=pks).delete()
            gone += len(pks)
            if pks:
                audit.record(
                    kind="support.consultations_forgotten", by=None, about="room:support", at=at, consultations=len(pks)
                )
        if len(pks) < FORGET_BATCH:
            return gone
