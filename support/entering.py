"""What came on paper: entered by one, confirmed by another, and only then a claim or an inquiry. Actions."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from breachdesk import audit, keys
from breachdesk.accounts.models import User
from breachdesk.files.models import StoredFile
from breachdesk.lib import references
from breachdesk.lib.contacts import Contact
from lookup import by_phone, letter_codes
from lookup.by_phone import Acting
from lookup.models import LetterCode
from lookup.rules import Identity
from notices.models import Incident
from support import acting, consulting, inquiring, verifying
from support import consultation_rules as rules
from support.consultation_models import Asking
from support.consultation_states import Consultation, Way
from support.paper_models import PaperEntry
from support.states import InquiryKind, Paper, PaperKind, Source


class NotByTheSame(Exception):
    """Whoever entered it does not confirm it."""


def enter(
    *,
    kind: PaperKind,
    incident: Incident,
    content: Mapping[str, Any],
    scan: StoredFile,
    language: str,
    by: User,
    at: dt.datetime,
) -> PaperEntry:
    """`content` of a claim: name, birth_date, code (of the letter), steps (as claims keeps them); of an inquiry: text, contact, kind."""
    with transaction.atomic():
        words = str(content["text"] if kind == PaperKind.INQUIRY else PaperKind.CLAIM.label)
        consultation = consulting.begin(source=Source.PAPER, asked=words, language=language, by=by, at=at)
        entry = PaperEntry(
            consultation=consultation,
            incident=incident,
            kind=kind,
            state=Paper.ENTERED,
            scan=scan,
            seal_id=uuid.uuid4(),
            entered_by=by,
            entered_at=at,
        )
        entry.content = dict(content)
        entry.save(force_insert=True)
        _record("entered", entry, by=by, at=at, kind_of=kind)
    return entry


def confirm(*, pk: int, by: User, at: dt.datetime) -> PaperEntry:
    """The second person has compared it with the scan: now it is a claim, or an inquiry.

    Raises PaperEntry.DoesNotExist, IllegalMove, NotByTheSame, letter_codes.NotThisLetter, proving.TooOften and what a claim raises.
    """
    seen = PaperEntry.objects.select_related("consultation", "entered_by").get(pk=pk)
    if seen.entered_by_id == by.pk:
        raise NotByTheSame
    letter = _letter(seen) if seen.kind == PaperKind.CLAIM else None
    if letter is not None:
        by_phone.count_the_try(letter, at=at)
    with transaction.atomic():
        entry = _hold(pk)
        if entry.state != Paper.ENTERED:
            entry.move(to=Paper.CONFIRMED)  # raises
        became = _as_inquiry(entry, at=at) if letter is None else _as_claim(entry, letter, at=at)
        entry.content = {name: value for name, value in entry.content.items() if name != "code"}
        entry.move(to=Paper.CONFIRMED, confirmed_by=by, settled_at=at, became=became)
        consultation = consulting.hold(entry.consultation.reference)
        consultation.write("answered", became)
        consultation.answered_at = at
        consultation.move(to=Consultation.CLOSED, by=by, at=at)
        _record("confirmed", entry, by=by, at=at, became=became)
    return entry


@transaction.atomic
def send_back(*, pk: int, by: User, at: dt.datetime) -> PaperEntry:
    """It says something else than the scan, or cannot be read. Raises PaperEntry.DoesNotExist, IllegalMove, NotByTheSame."""
    entry = _hold(pk)
    if entry.entered_by_id == by.pk:
        raise NotByTheSame
    entry.content = {name: value for name, value in entry.content.items() if name != "code"}
    entry.move(to=Paper.SENT_BACK, settled_at=at)
    _record("sent_back", entry, by=by, at=at)
    return entry


def _letter(entry: PaperEntry) -> LetterCode:
    """Raises letter_codes.NotThisLetter."""
    code = references.read_secret(str(entry.content.get("code", "")))
    hashes = keys.indexes("lookup.letter", code) if code else []
    letter = LetterCode.objects.filter(code_hash__in=hashes, sealed_opening__isnull=False).first()
    if letter is None:
        raise letter_codes.NotThisLetter
    return letter


def _as_inquiry(entry: PaperEntry, *, at: dt.datetime) -> str:
    said, scan = entry.content, entry.scan
    made = inquiring.ask(
        incident=entry.incident,
        kind=InquiryKind(said["kind"]),
        source=Source.PAPER,
        text=said["text"],
        language=entry.consultation.language,
        contact=Contact.parse(said["contact"]) if said["contact"] else None,
        person=None,
        by=entry.entered_by,
        at=at,
        files=[scan] if scan else [],
    )
    entry.scan = None
    return made.reference


def _as_claim(entry: PaperEntry, letter: LetterCode, *, at: dt.datetime) -> str:
    """By whoever entered it, for whoever the letter was for: as after a call."""
    said, agent, consultation = entry.content, entry.entered_by, entry.consultation
    identity = Identity.of(said)
    reference = consultation.reference
    acts = Acting(agent, reference, at + rules.ACTS_FOR)
    consulting.end_what_is_open(consultation, by=agent, at=at)
    asking = Asking.objects.create(
        consultation=consultation, way=Way.LETTER, letter=letter, by=agent, at=at, expires_at=at + rules.ASKING_LIVES
    )
    half = references.second_half(said["code"])
    proof = by_phone.prove_by_halves(letter=letter, answer=half, identity=identity, acting=acts, at=at)
    verifying.grant(asking, proof, acts, at=at)
    given: dict[str, Any] = {"reference": reference, "by": agent, "at": at}
    right, draft = acting.open_draft(**given, incident=entry.incident)
    acting.save_draft(**given, draft_id=draft.id, steps=said["steps"])
    if entry.scan is not None:
        # Whoever reviews the claim compares it with what was read from it.
        acting.add_scan(**given, draft_id=draft.id, scan=entry.scan)
        entry.scan = None
    draft.refresh_from_db()
    _content, seen = acting.confirmation_of(right, draft, at=at)
    filed = acting.file_claim(**given, draft_id=draft.id, seen=seen)
    consulting.end_what_is_open(consultation, by=agent, at=at)
    return filed.claim.reference


def _hold(pk: int) -> PaperEntry:
    rows = PaperEntry.objects.select_for_update(of=("self",))
    return rows.select_related("consultation", "incident", "entered_by", "scan").get(pk=pk)


def _record(done: str, entry: PaperEntry, *, by: User, at: dt.datetime, **data: object) -> None:
    about = f"consultation:{entry.consultation.reference}"
    audit.record(kind=f"support.paper_{done}", by=by, about=about, at=at, **data)
