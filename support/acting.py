"""What a member of staff does for a caller who has proved who they are, through the rooms that the caller would use themselves.
Actions.

Each is written down with the consultation, and the person is told at once, at every contact on file, with how to say that it was
not them. A claim says who filed it for whom; whoever did never reviews it (claims).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from breachdesk.accounts.models import User
from breachdesk.files.models import StoredFile
from cards import actions as card_actions
from cards import asking as card_asking
from cards import knowing
from cards.knowing import Known
from cards.models import Act
from cards.states import Kind, State
from claims import actions as claim_actions
from claims import filing
from claims import queries as claim_queries
from claims.actions import Filed
from claims.models import Draft
from lookup import actions as lookup_actions
from lookup import proving
from lookup.queries import Answer
from notices.models import Incident
from support import consultation_rules as rules
from support import telling
from support.consultation_models import Consultation, Deed, Right
from support.consultation_states import Did
from support.consulting import hold_own, record
from support.verifying import right_of


def look(*, reference: str, by: User, at: dt.datetime) -> list[Answer]:
    """What the caller would read of themselves. Told to them once a call. Raises rules.NoRight."""
    right = _right(reference, by=by, at=at)
    found = lookup_actions.look(proof=right.proof, by=by, at=at).answers
    _done(right, Did.LOOKED_UP, "", by=by, at=at)
    return found


def cards_of(*, reference: str, by: User, at: dt.datetime) -> Known:
    """As the issuer has them now, asked with no transaction open. Raises rules.NoRight."""
    return knowing.know(proof=_right(reference, by=by, at=at).proof, by=by, at=at)


def ask_of_card(
    *, reference: str, kind: Kind, card: str, report: card_actions.Report | None = None, by: User, at: dt.datetime
) -> Act:
    """Asks and makes the first call. Raises rules.NoRight, cards.rules.Refusal."""
    right = _right(reference, by=by, at=at)
    known = knowing.know(proof=right.proof, by=by, at=at)
    if right.proof.person is None:
        raise rules.NoRight
    act = card_actions.ask(
        proof=right.proof,
        kind=kind,
        card=card,
        cards=known.cards,
        accounts=known.accounts,
        report=report,
        language=right.consultation.language,
        by=by,
        at=at,
    )
    _done(right, Did.CARD, act.reference, by=by, at=at)
    return card_asking.ask_now(act=act, at=at) if act.state == State.ASKED else act


def open_draft(*, reference: str, incident: Incident, by: User, at: dt.datetime) -> tuple[Right, Draft]:
    """The caller's own draft, as they left it or new. Raises rules.NoRight, claims.rules.Refusal, NoDraft."""
    right = _right(reference, by=by, at=at)
    return right, claim_actions.open_draft(proof=right.proof, incident=incident, by=by, at=at)


def save_draft(*, reference: str, draft_id: uuid.UUID, steps: Mapping[str, Any], by: User, at: dt.datetime) -> None:
    """Keeps what the caller said so far. Raises rules.NoRight, NoDraft."""
    right = _right(reference, by=by, at=at)
    person = claim_queries.person_of(right.proof)
    with transaction.atomic():
        for step, typed in steps.items():
            claim_actions.save_step(person=person, draft_id=draft_id, step=step, typed=typed, at=at)


def add_scan(*, reference: str, draft_id: uuid.UUID, scan: StoredFile, by: User, at: dt.datetime) -> None:
    """The paper that it was read from, as evidence. Raises rules.NoRight, NoDraft, claims.rules.TooMany."""
    right = _right(reference, by=by, at=at)
    person = claim_queries.person_of(right.proof)
    claim_actions.add_kept_file(person=person, draft_id=draft_id, stored=scan, by=by, at=at)


def confirmation_of(right: Right, draft: Draft, *, at: dt.datetime) -> tuple[filing.Filing, str]:
    """What would be filed, to be read out to the caller, and the value that says it is this. Raises filing.NotFinished."""
    terms = claim_queries.terms_of(draft.incident, at=at)
    name = claim_queries.claimant(right.proof, draft.incident, at=at).name
    content = filing.read(draft.steps, terms=terms, proven_name=name)
    evidence = draft.evidence.select_related("file")
    return content, claim_queries.confirmation_of(content, draft_id=draft.id, evidence=evidence)


def file_claim(*, reference: str, draft_id: uuid.UUID, seen: str, by: User, at: dt.datetime) -> Filed:
    """Raises rules.NoRight and what claims.actions.submit raises."""
    right = _right(reference, by=by, at=at)
    language = right.consultation.language
    with transaction.atomic():
        filed = claim_actions.submit(proof=right.proof, draft_id=draft_id, seen=seen, language=language, by=by, at=at)
        if not filed.again:
            _done(right, Did.CLAIM, filed.claim.reference, by=by, at=at)
    return filed


def _right(reference: str, *, by: User, at: dt.datetime) -> Right:
    consultation = Consultation.objects.filter(reference=reference).first()
    right = right_of(consultation, by=by, at=at) if consultation else None
    if right is None:
        raise rules.NoRight
    proving.touch(proof=right.proof, at=at)
    return right


def _done(right: Right, did: Did, what: str, *, by: User, at: dt.datetime) -> None:
    """Written down once a right and thing, and told."""
    with transaction.atomic():
        consultation = hold_own(right.consultation.reference, by=by)
        held = Right.objects.select_for_update(of=("self",)).filter(pk=right.pk, ended_at=None).first()
        if held is None:
            raise rules.NoRight
        deed, new = Deed.objects.get_or_create(right=held, did=did, what=what, defaults={"at": at})
        if not new:
            return
        record("acted", consultation, by=by, at=at, did=did, what=what)
        telling.tell_done(consultation, deed, right.proof, at=at)
