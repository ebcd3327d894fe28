"""What a claimant adds to a claim that is not decided yet: more files, and the answer to a question."""

from __future__ import annotations

import datetime as dt

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from breachdesk import audit, files, limits
from breachdesk.accounts.models import User
from breachdesk.files.models import StoredFile
from claims import letters, reviewing, rules, states, telling, uploading
from claims.models import Claim, Evidence, Question
from claims.states import IllegalMove, State
from lookup.models import Person


def add_evidence(
    *, person: Person, reference: str, upload: UploadedFile, by: User, at: dt.datetime
) -> tuple[Evidence, bool]:
    """One more file of an undecided claim, and whether it is new: the same bytes twice are one. An open proposal is void.

    Raises Claim.DoesNotExist, IllegalMove (decided), rules.TooMany, rules.EnoughToday, files.Refused.
    """
    claim = Claim.objects.get(person=person, reference=reference)
    key = f"evidence:claim:{claim.pk}:{uploading.sha256(upload)}"
    _may_add(claim, key)
    taken = limits.take(rules.UPLOADS_A_DAY, subject=str(person.pk), at=at)
    if not taken.ok:
        raise rules.EnoughToday(taken.again_at)
    # Where the row below is refused after all (a race), the file sweep erases what was kept.
    return _hold_evidence(person, reference, files.keep(upload, by=by, at=at, key=key), by=by, at=at)


@transaction.atomic
def _hold_evidence(
    person: Person, reference: str, stored: StoredFile, *, by: User, at: dt.datetime
) -> tuple[Evidence, bool]:
    claim = _hold(person, reference)
    earlier = Evidence.objects.filter(file=stored).first()
    if earlier:
        return earlier, False
    _may_add(claim, stored.key or "")
    if reviewing.void_open_proposal(claim, by=by, at=at):
        claim.move(to=State.IN_REVIEW, by=by, at=at, note="new_evidence")
    else:
        claim.changed()
    evidence = Evidence.objects.create(claim=claim, file=stored, received_at=at, version=claim.version)
    audit.record(
        kind="claims.evidence_added",
        by=by,
        about=f"claim:{claim.reference}",
        at=at,
        file=str(stored.id),
        size=stored.size,
        type=stored.content_type,
    )
    return evidence, True


@transaction.atomic
def answer(*, person: Person, reference: str, question_id: int, words: str, by: User, at: dt.datetime) -> Question:
    """The claimant's answer, once: posted again it changes nothing.

    Raises Claim.DoesNotExist, Question.DoesNotExist, IllegalMove (withdrawn), rules.NothingSaid.
    """
    claim = _hold(person, reference)
    question = claim.questions.get(pk=question_id)
    if question.answered_at is not None:
        return question
    rules.check_words(words, rules.ANSWER_LENGTH)
    reviewing.close_question(claim, question, note="answered", by=by, at=at, answer=words)
    audit.record(kind="claims.answered", by=by, about=f"claim:{claim.reference}", at=at)
    telling.tell(claim, letters.answer_received(claim), at=at, of=str(question.pk))
    return question


def _hold(person: Person, reference: str) -> Claim:
    return (
        Claim.objects.select_for_update(of=("self",))
        .select_related("incident", "person")
        .get(person=person, reference=reference)
    )


def _may_add(claim: Claim, key: str) -> None:
    if claim.state not in states.UNDECIDED:
        raise IllegalMove(f"{claim.state}: decided")
    if not claim.evidence.filter(file__key=key).exists():
        rules.may_add_file(held=claim.evidence.count())
