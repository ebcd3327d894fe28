"""The only writers of claims and their drafts."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from breachdesk import audit, files, limits
from breachdesk.accounts.models import User
from breachdesk.files.models import StoredFile
from breachdesk.lib import references
from claims import filing, holding, letters, queries, reviewing, rules, telling, uploading
from claims.models import Claim, Draft, Evidence, Line
from claims.states import HoldEnd, State
from lookup.models import Person, Proof
from notices.models import Incident

REFERENCE_TRIES = 5


class NoDraft(Exception):
    """This person has no such draft: never had, or it was filed or forgotten since."""


class ChangedSince(Exception):
    """The draft no longer says what its owner saw when they pressed the button."""


@dataclass(frozen=True)
class Filed:
    """`again`: it had been filed before; `same`: with what was seen now."""

    claim: Claim
    again: bool
    same: bool


@transaction.atomic
def open_draft(*, proof: Proof, incident: Incident, by: User, at: dt.datetime) -> Draft:
    """The person's draft for this incident, new or as they left it. Raises rules.Refusal, NoDraft (filed this very moment)."""
    claimant = queries.claimant(proof, incident, at=at)
    empty = Draft(id=uuid.uuid4(), person=claimant.person, incident=incident, created_at=at, touched_at=at)
    empty.steps = {}
    # Two windows that open one at once find the same row.
    Draft.objects.bulk_create([empty], ignore_conflicts=True)
    draft = Draft.objects.select_for_update(of=("self",)).filter(person=claimant.person, incident=incident).first()
    # Asked after the row is held: a claim that was just being filed is seen, and the row goes again with the refusal.
    queries.check_may_claim(claimant, incident, at=at)
    if draft is None:
        raise NoDraft
    draft.touched_at = at
    draft.save(update_fields=["touched_at"])
    if draft.id == empty.id:
        audit.record(kind="claims.draft_opened", by=by, about=f"incident:{incident.slug}", at=at)
    return draft


@transaction.atomic
def go_on_with(*, person: Person, slug: str, at: dt.datetime) -> Draft:
    """The draft they began for this incident, now the one last opened. Raises NoDraft."""
    drafts = Draft.objects.filter(person=person, incident__slug=slug)
    draft = drafts.select_related("incident").select_for_update(of=("self",)).first()
    if draft is None:
        raise NoDraft
    draft.touched_at = at
    draft.save(update_fields=["touched_at"])
    return draft


@transaction.atomic
def save_step(*, person: Person, draft_id: uuid.UUID, step: str, typed: Any, at: dt.datetime) -> Draft:
    """Keeps one step as it was typed, finished or not. Raises NoDraft."""
    draft = _hold(person, draft_id)
    draft.steps = {**draft.steps, step: typed}
    draft.saved_at = draft.touched_at = at
    draft.save(update_fields=["sealed_steps", "saved_at", "touched_at"])
    return draft


def add_evidence(
    *, person: Person, draft_id: uuid.UUID, upload: UploadedFile, by: User, at: dt.datetime
) -> tuple[Evidence, bool]:
    """The receipt row of a file that is safely kept, and whether it is new: the same bytes twice are one.

    Raises NoDraft, rules.TooMany, rules.EnoughToday, files.Refused.
    """
    draft = queries.draft_of(person, draft_id)
    if draft is None:
        raise NoDraft
    # Counted before the long work and once more when the row is held.
    held = Evidence.objects.filter(draft=draft)
    key = f"evidence:{draft.id}:{uploading.sha256(upload)}"
    if not held.filter(file__key=key).exists():
        rules.may_add_file(held=held.count())
    taken = limits.take(rules.UPLOADS_A_DAY, subject=str(person.pk), at=at)
    if not taken.ok:
        raise rules.EnoughToday(taken.again_at)
    # Where the row below is refused after all (a race), the file sweep erases what was kept.
    return add_kept_file(
        person=person, draft_id=draft_id, stored=files.keep(upload, by=by, at=at, key=key), by=by, at=at
    )


@transaction.atomic
def add_kept_file(
    *, person: Person, draft_id: uuid.UUID, stored: StoredFile, by: User, at: dt.datetime
) -> tuple[Evidence, bool]:
    """A file that is safely kept already. Raises NoDraft, rules.TooMany."""
    draft = _hold(person, draft_id)
    earlier = Evidence.objects.filter(file=stored).first()
    if earlier:
        return earlier, False
    rules.may_add_file(held=draft.evidence.count())
    evidence = Evidence.objects.create(draft=draft, file=stored, received_at=at)
    draft.saved_at = draft.touched_at = at
    draft.save(update_fields=["saved_at", "touched_at"])
    audit.record(
        kind="claims.evidence_received",
        by=by,
        about=f"file:{stored.id}",
        at=at,
        size=stored.size,
        type=stored.content_type,
    )
    return evidence, True


@transaction.atomic
def remove_evidence(*, person: Person, draft_id: uuid.UUID, evidence_id: int, by: User, at: dt.datetime) -> bool:
    """Takes one file out of a draft and erases it; False where it was gone already. Raises NoDraft."""
    draft = _hold(person, draft_id)
    evidence = draft.evidence.select_related("file").filter(pk=evidence_id).first()
    if evidence is None:
        return False
    stored = evidence.file
    evidence.delete()
    files.erase(stored)
    draft.saved_at = draft.touched_at = at
    draft.save(update_fields=["saved_at", "touched_at"])
    audit.record(kind="claims.evidence_removed", by=by, about=f"file:{stored.id}", at=at)
    return True


def submit(*, proof: Proof, draft_id: uuid.UUID, seen: str, language: str, by: User, at: dt.datetime) -> Filed:
    """Files the draft, once: however often and however many at a time it is posted, everybody gets the same claim.

    `seen`: the confirmation value of what its owner was shown (queries.confirmation_of).
    Raises NoDraft, filing.NotFinished, ChangedSince, rules.Refusal.
    """
    for _ in range(REFERENCE_TRIES):
        try:
            return _submit(proof=proof, draft_id=draft_id, seen=seen, language=language, by=by, at=at)
        except IntegrityError as error:
            broken = error.__cause__.diag.constraint_name or ""  # type: ignore[union-attr]
            if broken == "claims_claim_one_open_per_incident":
                raise rules.AlreadyClaimed from None
            if "reference" not in broken:
                raise
    raise AssertionError(f"{REFERENCE_TRIES} references in a row were taken")


@transaction.atomic
def _submit(*, proof: Proof, draft_id: uuid.UUID, seen: str, language: str, by: User, at: dt.datetime) -> Filed:
    person = queries.person_of(proof)
    try:
        draft = _hold(person, draft_id)
    except NoDraft:
        claim = Claim.objects.filter(person=person, filed_from=draft_id).first()
        if claim is None:
            raise
        return Filed(claim, again=True, same=claim.confirmation == seen)

    incident = draft.incident
    claimant = queries.claimant(proof, incident, at=at)
    terms = queries.check_may_claim(claimant, incident, at=at)
    content = filing.read(draft.steps, terms=terms, proven_name=claimant.name)
    evidence = list(draft.evidence.select_related("file"))
    if not queries.is_confirmation_of(seen, content, draft_id=draft.id, evidence=evidence):
        raise ChangedSince

    claim = Claim(
        reference=references.new("CLM"),
        person=person,
        incident=incident,
        filed_from=draft.id,
        kind=content.kind,
        language=language,
        amount=content.amount,
        decide_by_date=terms.decided_by,
        currency=incident.currency,
        confirmation=seen,
        declared_version=rules.DECLARATION,
        receiver_ko=incident.department_ko,
        receiver_en=incident.department_en,
        entered_by=proof.acting,
        entered_in=proof.acting_in,
    )
    claim.claimant = claimant.as_filed()
    claim.story = content.story
    claim.account = {"bank": content.account.bank, "number": content.account.number, "holder": content.account.holder}
    claim.move(to=State.SUBMITTED, by=by, at=at)
    Line.objects.bulk_create(_lines(claim, content))
    if evidence:
        draft.evidence.update(draft=None, claim=claim)
    audit.record(
        kind="claims.submitted",
        by=by,
        about=f"claim:{claim.reference}",
        at=at,
        lines=len(content.lines),
        files=len(evidence),
        list=claimant.list_number,
        **({"entered_in": claim.entered_in} if claim.entered_in else {}),
    )
    telling.tell(claim, letters.claim_received(claim, decided_by=terms.decided_by), at=at)
    draft.delete()
    return Filed(claim, again=False, same=True)


@transaction.atomic
def withdraw(*, person: Person, reference: str, by: User, at: dt.datetime) -> Claim:
    """The claimant takes an undecided claim back; once withdrawn it stays so. Raises Claim.DoesNotExist, IllegalMove."""
    claim = (
        Claim.objects.select_for_update(of=("self",)).select_related("incident").get(person=person, reference=reference)
    )
    if claim.state == State.WITHDRAWN:
        return claim
    claim.move(to=State.WITHDRAWN, by=by, at=at)
    reviewing.void_open_proposal(claim, by=by, at=at)
    if (held := queries.hold_of(claim)) is not None:
        holding.end(held, HoldEnd.WITHDRAWN, by=by, at=at)
    audit.record(kind="claims.withdrawn", by=by, about=f"claim:{claim.reference}", at=at)
    telling.tell(claim, letters.claim_withdrawn(claim), at=at)
    return claim


def forget_abandoned_drafts(*, at: dt.datetime) -> int:
    """Erases drafts that nobody has opened or saved for CLAIM_DRAFTS_KEPT, with their files. Says how many."""
    before = at - settings.CLAIM_DRAFTS_KEPT
    gone = 0
    while _forget_one_draft(before, at):
        gone += 1
    return gone


@transaction.atomic
def _forget_one_draft(before: dt.datetime, at: dt.datetime) -> bool:
    draft = queries.abandoned_drafts(untouched_since=before).select_for_update(of=("self",), skip_locked=True).first()
    if draft is None:
        return False
    audit.record(kind="claims.draft_forgotten", by=None, about=f"draft:{draft.id}", at=at)
    for evidence in draft.evidence.select_related("file"):
        evidence.delete()
        files.erase(evidence.file)
    draft.delete()
    return True


def _hold(person: Person, draft_id: uuid.UUID) -> Draft:
    """The person's own draft, locked. Raises NoDraft."""
    draft = (
        Draft.objects.select_for_update(of=("self",))
        .select_related("incident")
        .filter(pk=draft_id, person=person)
        .first()
    )
    if draft is None:
        raise NoDraft
    return draft


def _lines(claim: Claim, content: filing.Filing) -> list[Line]:
    lines = []
    for number, filed in enumerate(content.lines, start=1):
        line = Line(
            claim=claim,
            number=number,
            kind=filed.kind,
            loss_date=filed.loss_date,
            amount=filed.amount,
            currency=claim.currency,
        )
        line.merchant = filed.merchant
        lines.append(line)
    return lines
