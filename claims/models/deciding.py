"""Who proposed what about a claim, who confirmed it, and what more was asked."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from breachdesk import keys
from claims import states
from claims.models.filed import Claim, Line

STAFF = settings.AUTH_USER_MODEL


class Proposal(models.Model):
    """What one reviewer proposes, line by line, until another closes it."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="proposals")
    number = models.PositiveSmallIntegerField()
    proposer = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    # The sentence to the claimant, in the claim's language.
    seal_id = models.UUIDField(default=uuid.uuid4, editable=False)
    sealed_sentence = models.BinaryField()
    # What it was made of: an account or evidence that changed since makes it void.
    account_hash = models.UUIDField()
    evidence_hash = models.CharField(max_length=64)
    closed_at = models.DateTimeField(null=True)
    closed_as = models.CharField(max_length=10, choices=states.Closed.choices, blank=True)
    closed_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    # Why it was sent back, from one member of staff to another.
    sealed_note = models.BinaryField(null=True)

    class Meta:
        ordering = ["claim", "number"]
        constraints = [
            models.UniqueConstraint("claim", "number", name="claims_proposal_number_once"),
            models.UniqueConstraint("claim", name="claims_proposal_one_open", condition=Q(closed_at__isnull=True)),
            models.CheckConstraint(
                name="claims_proposal_closed_has_its_moment",
                condition=Q(closed_at__isnull=True, closed_as="") | (Q(closed_at__isnull=False) & ~Q(closed_as="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} proposal {self.number}"

    @property
    def sentence(self) -> str:
        return keys.unseal(self.sealed_sentence, bound_to=f"claims.proposal.sentence:{self.seal_id}").decode()

    @sentence.setter
    def sentence(self, sentence: str) -> None:
        self.sealed_sentence = keys.seal(sentence, bound_to=f"claims.proposal.sentence:{self.seal_id}")

    @property
    def note(self) -> str:
        if self.sealed_note is None:
            return ""
        return keys.unseal(self.sealed_note, bound_to=f"claims.proposal.note:{self.seal_id}").decode()

    @note.setter
    def note(self, note: str) -> None:
        self.sealed_note = keys.seal(note, bound_to=f"claims.proposal.note:{self.seal_id}")

    @property
    def amount(self) -> int:
        return sum(outcome.amount for outcome in self.outcomes.all())


class LineOutcome(models.Model):
    """What a proposal says about one line: how much, and by which reason (claims/reasons.py)."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="outcomes")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="outcomes")
    outcome = models.CharField(max_length=8, choices=states.Outcome.choices)
    amount = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=40)

    class Meta:
        ordering = ["proposal", "line__number"]
        constraints = [
            models.UniqueConstraint("proposal", "line", name="claims_lineoutcome_once"),
            models.CheckConstraint(
                name="claims_lineoutcome_refused_pays_nothing",
                condition=(Q(outcome=states.Outcome.REFUSED) & Q(amount=0))
                | (~Q(outcome=states.Outcome.REFUSED) & Q(amount__gt=0)),
            ),
        ]
        triggers = [pgtrigger.Protect(name="never_changes", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.proposal_id} line {self.line_id} {self.outcome}"


class Decision(models.Model):
    """Two people decided. Four eyes are a CHECK in its own row, superusers included, and a trigger forbids changing it."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="decisions")
    stage = models.PositiveSmallIntegerField()
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="decision")
    proposer = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    confirmer = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    claimant = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    # Whoever filed it for the claimant.
    entered_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    # Sum of the lines; zero where nothing was recognised.
    amount = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    account_hash = models.UUIDField()
    evidence_hash = models.CharField(max_length=64)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["claim", "stage"]
        constraints = [
            models.UniqueConstraint("claim", "stage", name="claims_decision_stage_once"),
            models.CheckConstraint(
                name="claims_decision_four_eyes",
                condition=~Q(proposer=F("confirmer")) & ~Q(proposer=F("claimant")) & ~Q(confirmer=F("claimant")),
            ),
            models.CheckConstraint(
                name="claims_decision_not_by_whoever_entered_it",
                condition=~Q(proposer=F("entered_by")) & ~Q(confirmer=F("entered_by")),
            ),
        ]
        triggers = [pgtrigger.Protect(name="never_changes", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.claim_id} decision {self.stage}"


class Question(models.Model):
    """Something more that was asked of the claimant, and the answer given on the claim's own page."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="questions")
    seal_id = models.UUIDField(default=uuid.uuid4, editable=False)
    sealed_words = models.BinaryField()
    asked_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer_by_date = models.DateField()
    # Null with `answered_at`: nothing came by the day, and the review went on with what there was.
    sealed_answer = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["claim", "asked_at"]
        constraints = [
            models.UniqueConstraint("claim", name="claims_question_one_open", condition=Q(answered_at__isnull=True)),
            models.CheckConstraint(
                name="claims_question_answer_has_its_moment",
                condition=Q(answered_at__isnull=True, sealed_answer__isnull=True) | Q(answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} question {self.pk}"

    @property
    def words(self) -> str:
        return keys.unseal(self.sealed_words, bound_to=f"claims.question.words:{self.seal_id}").decode()

    @words.setter
    def words(self, words: str) -> None:
        self.sealed_words = keys.seal(words, bound_to=f"claims.question.words:{self.seal_id}")

    @property
    def answer(self) -> str:
        if self.sealed_answer is None:
            return ""
        return keys.unseal(self.sealed_answer, bound_to=f"claims.question.answer:{self.seal_id}").decode()

    @answer.setter
    def answer(self, answer: str) -> None:
        self.sealed_answer = keys.seal(answer, bound_to=f"claims.question.answer:{self.seal_id}")
