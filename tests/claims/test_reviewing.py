"""Reviewing: taken by one, decided by two, and every step told to whoever claimed."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from breachdesk.accounts.models import User
from breachdesk.audit.models import Event
from claims import actions, answering, queries, reasons, reviewing, rules
from claims.models import Claim, Decision, Move, Proposal, Question
from claims.rules import Proposed
from claims.states import Closed, IllegalMove, Outcome, State
from delivery.models import Message
from notices.models import Incident
from tests import cast
from tests.claims.conftest import SEOYOUNG, draft_of, picture, prove, submit
from tests.racing import race

DAY = dt.timedelta(days=1)
FULL = [
    Proposed(1, Outcome.FULL, 612_400, "card_data_leaked"),
    Proposed(2, Outcome.FULL, 500_000, "card_data_leaked"),
]
PART = [
    Proposed(1, Outcome.PART, 600_000, "part_returned"),
    Proposed(2, Outcome.REFUSED, 0, "already_returned"),
]
NOTHING = [
    Proposed(1, Outcome.REFUSED, 0, "own_payment"),
    Proposed(2, Outcome.REFUSED, 0, "not_shown"),
]


@pytest.fixture
def rina(db: None) -> User:
    return cast.staff("Rina")


@pytest.fixture
def arin(db: None) -> User:
    return cast.staff("Arin")


def now() -> dt.datetime:
    return timezone.now()


def seen(claim: Claim) -> dict:
    """What a form of staff carries that was opened just now."""
    claim.refresh_from_db()
    return {"reference": claim.reference, "version": claim.version}


def taken(claim: Claim, by: User) -> Claim:
    return reviewing.take(**seen(claim), by=by, at=now())


def proposed(claim: Claim, by: User, lines: list[Proposed] = FULL) -> Proposal:
    taken(claim, by)
    return reviewing.propose(**seen(claim), lines=lines, sentence="두 건 모두 먼저 드려요.", by=by, at=now())


def asked(claim: Claim, by: User, *, days: int = 7) -> Question:
    taken(claim, by)
    return reviewing.ask(
        **seen(claim), words="결제 문자를 올려 주세요.", answer_by=timezone.localdate() + days * DAY, by=by, at=now()
    )


def history(claim: Claim) -> list[str]:
    return [move.to_state for move in Move.objects.filter(claim=claim).order_by("pk")]


def told(occasion: str) -> int:
    return Message.objects.filter(occasion=occasion).count()


def test_a_claim_is_taken_given_back_and_taken_over(claim: Claim, rina: User, arin: User) -> None:
    assert taken(claim, rina).reviewer == rina
    assert reviewing.give_back(**seen(claim), by=rina, at=now()).reviewer is None
    taken(claim, rina)
    assert taken(claim, arin).reviewer == arin

    assert history(claim) == ["submitted", "in_review", "submitted", "in_review", "submitted", "in_review"]
    assert Move.objects.filter(claim=claim).last().by == arin
    assert told("review_started") == 1, "the claimant is told once that the review has begun"


def test_only_whoever_took_it_proposes_asks_or_gives_back(claim: Claim, rina: User, arin: User) -> None:
    taken(claim, rina)

    with pytest.raises(rules.NotTheirTurn):
        reviewing.propose(**seen(claim), lines=FULL, sentence="드려요.", by=arin, at=now())
    with pytest.raises(rules.NotTheirTurn):
        reviewing.ask(**seen(claim), words="?", answer_by=timezone.localdate() + DAY, by=arin, at=now())
    with pytest.raises(rules.NotTheirTurn):
        reviewing.give_back(**seen(claim), by=arin, at=now())


def test_two_people_decide_and_the_decision_says_who(claim: Claim, rina: User, arin: User) -> None:
    proposed(claim, rina)
    decision = reviewing.confirm(**seen(claim), by=arin, at=now())

    claim.refresh_from_db()
    assert (claim.state, claim.decided_at) == (State.APPROVED, decision.decided_at)
    assert (decision.proposer, decision.confirmer, decision.claimant) == (rina, arin, claim.person.user)
    assert (decision.amount, decision.stage) == (1_112_400, 1)
    assert (decision.account_hash, decision.evidence_hash) == (claim.account_hash, queries.evidence_hash(claim))
    assert Proposal.objects.get().closed_as == Closed.CONFIRMED
    assert history(claim) == ["submitted", "in_review", "proposed", "approved"]
    assert [move.by for move in claim.moves.order_by("pk")][1:] == [rina, rina, arin]
    assert told("claim_decided") == 1
    event = Event.objects.get(kind="claims.decided")
    assert (event.by, event.data["proposer"], event.data["amount"]) == (arin, rina.pk, 1_112_400)


def test_where_nothing_is_recognised_the_claim_is_refused_and_a_new_one_may_come(
    claim: Claim, incident: Incident, rina: User, arin: User
) -> None:
    proposed(claim, rina, NOTHING)
    assert reviewing.confirm(**seen(claim), by=arin, at=now()).amount == 0

    claim.refresh_from_db()
    assert claim.state == State.REFUSED
    proof = prove(SEOYOUNG)
    assert submit(proof, draft_of(proof, incident)).claim.reference != claim.reference


def test_part_of_a_line_is_recognised(claim: Claim, rina: User, arin: User) -> None:
    proposed(claim, rina, PART)
    assert reviewing.confirm(**seen(claim), by=arin, at=now()).amount == 600_000


def test_sent_back_it_is_in_review_again_with_a_sealed_note(claim: Claim, rina: User, arin: User) -> None:
    proposed(claim, rina)
    reviewing.send_back(**seen(claim), note="2번은 가족카드예요.", by=arin, at=now())

    claim.refresh_from_db()
    proposal = Proposal.objects.get()
    assert (claim.state, claim.reviewer) == (State.IN_REVIEW, rina)
    assert (proposal.closed_as, proposal.closed_by, proposal.note) == (Closed.SENT_BACK, arin, "2번은 가족카드예요.")
    assert "가족카드".encode() not in bytes(proposal.sealed_note or b"")
    second = reviewing.propose(**seen(claim), lines=PART, sentence="한 건을 드려요.", by=rina, at=now())
    assert second.number == 2


# -- four eyes ---------------------------------------------------------------------------------------------------------


def test_whoever_proposed_does_not_confirm_superusers_included(claim: Claim, rina: User) -> None:
    rina.is_superuser = True
    rina.save(update_fields=["is_superuser"])
    proposed(claim, rina)

    with pytest.raises(rules.NotByTheSame):
        reviewing.confirm(**seen(claim), by=rina, at=now())
    with pytest.raises(rules.NotByTheSame):
        reviewing.send_back(**seen(claim), note="내가", by=rina, at=now())
    assert not Decision.objects.exists()


def test_nobody_decides_about_a_claim_of_their_own(claim: Claim, rina: User) -> None:
    own = claim.person.user
    User.objects.filter(pk=own.pk).update(is_staff=True, is_superuser=True, email="own@issuer.example")

    with pytest.raises(rules.NotByTheClaimant):
        taken(claim, own)
    proposed(claim, rina)
    with pytest.raises(rules.NotByTheClaimant):
        reviewing.confirm(**seen(claim), by=own, at=now())
    with pytest.raises(rules.NotByTheClaimant):
        reviewing.reveal(reference=claim.reference, reason="call", by=own, at=now())


@pytest.mark.parametrize("same", ["proposer and confirmer", "proposer and claimant", "confirmer and claimant"])
def test_the_database_wants_three_people_in_a_decision(claim: Claim, rina: User, arin: User, same: str) -> None:
    proposal = proposed(claim, rina)
    people = {
        "proposer and confirmer": (rina, rina, claim.person.user),
        "proposer and claimant": (rina, arin, rina),
        "confirmer and claimant": (rina, arin, arin),
    }[same]

    with pytest.raises(IntegrityError, match="claims_decision_four_eyes"), transaction.atomic():
        Decision.objects.create(
            claim=claim,
            stage=1,
            proposal=proposal,
            proposer=people[0],
            confirmer=people[1],
            claimant=people[2],
            amount=1,
            currency="KRW",
            account_hash=claim.account_hash,
            evidence_hash="",
            decided_at=now(),
        )


def test_what_was_decided_cannot_be_changed_or_removed(claim: Claim, rina: User, arin: User) -> None:
    proposed(claim, rina)
    decision = reviewing.confirm(**seen(claim), by=arin, at=now())

    for change in (
        lambda: Decision.objects.update(amount=9),
        lambda: decision.delete(),
        lambda: decision.proposal.outcomes.update(amount=9),
    ):
        with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
            change()


# -- what was not seen is not decided ----------------------------------------------------------------------------------


def test_the_second_of_two_reviewers_is_told_what_moved_since(claim: Claim, rina: User, arin: User) -> None:
    opened = seen(claim)
    reviewing.take(**opened, by=rina, at=now())

    with pytest.raises(reviewing.ChangedSince) as stale:
        reviewing.take(**opened, by=arin, at=now())
    moved = reviewing.moved_since(stale.value.claim, opened["version"])
    assert [(move.to_state, move.by) for move in moved] == [(State.IN_REVIEW, rina)]
    claim.refresh_from_db()
    assert claim.reviewer == rina


def test_new_evidence_voids_what_was_proposed(claim: Claim, rina: User, arin: User) -> None:
    proposed(claim, rina)
    opened = seen(claim)
    evidence, new = answering.add_evidence(
        person=claim.person, reference=claim.reference, upload=picture(), by=claim.person.user, at=now()
    )

    assert new
    assert Proposal.objects.get().closed_as == Closed.VOID
    claim.refresh_from_db()
    assert (claim.state, evidence.version) == (State.IN_REVIEW, claim.version)
    with pytest.raises(reviewing.ChangedSince):
        reviewing.confirm(**opened, by=arin, at=now())
    assert not Decision.objects.exists()


def test_an_account_changed_behind_a_proposal_voids_it_when_it_is_confirmed(
    claim: Claim, rina: User, arin: User
) -> None:
    proposed(claim, rina)
    claim.refresh_from_db()
    claim.account = {"bank": "088", "number": "110123456789", "holder": "김서영"}
    claim.save(update_fields=["sealed_account", "account_hash"])

    with pytest.raises(reviewing.ProposalVoid):
        reviewing.confirm(**seen(claim), by=arin, at=now())
    claim.refresh_from_db()
    assert claim.state == State.IN_REVIEW
    assert Proposal.objects.get().closed_as == Closed.VOID
    assert claim.moves.last().note == "changed_since"
    assert not Decision.objects.exists()


def test_withdrawn_nothing_is_decided_any_more(claim: Claim, rina: User, arin: User) -> None:
    proposed(claim, rina)
    opened = seen(claim)
    actions.withdraw(person=claim.person, reference=claim.reference, by=claim.person.user, at=now())

    assert Proposal.objects.get().closed_as == Closed.VOID
    with pytest.raises(reviewing.ChangedSince):
        reviewing.confirm(**opened, by=arin, at=now())
    with pytest.raises(IllegalMove):
        reviewing.confirm(**seen(claim), by=arin, at=now())


def test_decided_it_is_not_taken_back_or_added_to(claim: Claim, rina: User, arin: User) -> None:
    proposed(claim, rina)
    reviewing.confirm(**seen(claim), by=arin, at=now())

    with pytest.raises(IllegalMove):
        actions.withdraw(person=claim.person, reference=claim.reference, by=claim.person.user, at=now())
    with pytest.raises(IllegalMove):
        answering.add_evidence(
            person=claim.person, reference=claim.reference, upload=picture(), by=claim.person.user, at=now()
        )


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (FULL[:1], {2: "missing"}),
        ([*FULL, FULL[0]], {}),
        ([*FULL, Proposed(3, Outcome.FULL, 1, "card_data_leaked")], {3: "missing"}),
        ([FULL[0], Proposed(2, Outcome.FULL, 499_999, "card_data_leaked")], {2: "amount"}),
        ([FULL[0], Proposed(2, Outcome.PART, 500_000, "part_returned")], {2: "amount"}),
        ([FULL[0], Proposed(2, Outcome.PART, 0, "part_returned")], {2: "amount"}),
        ([FULL[0], Proposed(2, Outcome.REFUSED, 1, "own_payment")], {2: "amount"}),
        ([FULL[0], Proposed(2, Outcome.FULL, 500_000, "own_payment")], {2: "reason"}),
        ([FULL[0], Proposed(2, Outcome.FULL, 500_000, "because")], {2: "reason"}),
        ([FULL[0], Proposed(2, "paid", 500_000, "own_payment")], {2: "missing"}),
    ],
)
def test_an_outcome_that_does_not_add_up_is_not_proposed(
    claim: Claim, rina: User, lines: list[Proposed], problem: dict[int, str]
) -> None:
    taken(claim, rina)
    with pytest.raises(rules.OutcomesWanting) as wanting:
        reviewing.propose(**seen(claim), lines=lines, sentence="드려요.", by=rina, at=now())
    assert wanting.value.problems == problem
    assert not Proposal.objects.exists()


def test_every_reason_has_words_a_rule_and_an_outcome() -> None:
    for code, reason in reasons.REASONS.items():
        assert reason.code == code
        assert reason.outcomes
        assert str(reason.words).strip()
        assert str(reason.rule).strip()
    for outcome in Outcome:
        assert reasons.for_outcome(outcome)


# -- asking and answering ----------------------------------------------------------------------------------------------


def test_a_question_pauses_the_promise_until_it_is_answered(claim: Claim, rina: User) -> None:
    promised = claim.decide_by_date
    question = asked(claim, rina, days=20)
    later = now() + 7 * DAY

    answered = answering.answer(
        person=claim.person,
        reference=claim.reference,
        question_id=question.pk,
        words="가족이 쓴 것이 아니에요.",
        by=claim.person.user,
        at=later,
    )

    claim.refresh_from_db()
    assert (claim.state, claim.reviewer) == (State.IN_REVIEW, rina)
    assert claim.decide_by_date > promised
    assert answered.answer == "가족이 쓴 것이 아니에요."
    assert "가족".encode() not in bytes(answered.sealed_answer or b"")
    assert (told("question_asked"), told("answer_received")) == (1, 1)


def test_an_answer_counts_once(claim: Claim, rina: User) -> None:
    question = asked(claim, rina)
    given = {"person": claim.person, "reference": claim.reference, "question_id": question.pk}
    answering.answer(**given, words="처음", by=claim.person.user, at=now())
    again = answering.answer(**given, words="다시", by=claim.person.user, at=now())

    assert again.answer == "처음"
    assert history(claim).count("in_review") == 2
    assert told("answer_received") == 1


def test_a_question_is_not_anothers_to_answer(claim: Claim, rina: User) -> None:
    from tests.claims.conftest import JUNHO

    question = asked(claim, rina)
    other = prove(JUNHO).person
    assert other
    with pytest.raises(Claim.DoesNotExist):
        answering.answer(
            person=other, reference=claim.reference, question_id=question.pk, words="x", by=other.user, at=now()
        )


def test_without_an_answer_by_its_day_the_review_goes_on(claim: Claim, rina: User, arin: User) -> None:
    asked(claim, rina, days=2)
    with pytest.raises(rules.OutsideDays):
        reviewing.stop_waiting(**seen(claim), by=rina, at=now())

    reviewing.stop_waiting(**seen(claim), by=arin, at=now() + 4 * DAY)
    claim.refresh_from_db()
    assert (claim.state, claim.reviewer) == (State.IN_REVIEW, arin)
    assert Question.objects.get().answer == ""
    assert told("review_goes_on") == 1


@pytest.mark.parametrize("days", [-1, 0, 61])
def test_a_day_to_answer_by_lies_ahead(claim: Claim, rina: User, days: int) -> None:
    with pytest.raises(rules.OutsideDays):
        asked(claim, rina, days=days)


def test_the_second_question_is_told_again(claim: Claim, rina: User) -> None:
    first = asked(claim, rina)
    answering.answer(
        person=claim.person,
        reference=claim.reference,
        question_id=first.pk,
        words="네",
        by=claim.person.user,
        at=now(),
    )
    reviewing.ask(**seen(claim), words="한 가지 더요.", answer_by=timezone.localdate() + DAY, by=rina, at=now())
    assert told("question_asked") == 2


def test_an_asked_claim_is_not_taken_out_of_its_question(claim: Claim, rina: User, arin: User) -> None:
    asked(claim, rina)
    with pytest.raises(IllegalMove):
        taken(claim, arin)


# -- letters -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("lines", [FULL, PART, NOTHING])
def test_the_letters_carry_no_address_and_nothing_that_somebody_typed(
    incident: Incident, rina: User, arin: User, lines: list[Proposed], language: str
) -> None:
    prove(SEOYOUNG, "email")
    proof = prove(SEOYOUNG)
    claim = submit(proof, draft_of(proof, incident), language=language).claim
    proposed(claim, rina, lines)
    reviewing.confirm(**seen(claim), by=arin, at=now())

    messages = list(Message.objects.filter(occasion="claim_decided"))
    assert sorted(message.recipient.kind for message in messages) == ["email", "phone"]
    for message in messages:
        assert claim.reference in message.words.text
        assert "GLB TECH" not in message.words.text
        assert "두 건 모두" not in message.words.text
        assert "1833-6972" in message.words.text


# -- races -------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once_take_it_once(claim: Claim) -> None:
    members = [cast.staff(f"Member{number}") for number in range(8)]
    opened = seen(claim)

    def take(number: int) -> str:
        try:
            reviewing.take(**opened, by=members[number], at=now())
        except reviewing.ChangedSince:
            return "changed"
        return "taken"

    assert sorted(race(8, take)) == ["changed"] * 7 + ["taken"]
    assert history(claim) == ["submitted", "in_review"]


@pytest.mark.django_db(transaction=True)
def test_a_hundred_at_once_confirm_send_back_withdraw_and_add_and_one_lawful_history_comes_of_it(claim: Claim) -> None:
    rina, arin, boram = (cast.staff(name) for name in ("Rina", "Arin", "Boram"))
    proposed(claim, rina)
    opened = seen(claim)
    own = claim.person.user
    files = [picture(name=f"{number}.png", size=20 + number) for number in range(2)]

    def act(number: int) -> str:
        kind = number % 5
        try:
            if number < len(files):
                answering.add_evidence(
                    person=claim.person, reference=claim.reference, upload=files[number], by=own, at=now()
                )
                return "added"
            if kind in {0, 1}:
                reviewing.confirm(**opened, by=arin if kind else boram, at=now())
                return "confirmed"
            if kind == 2:
                reviewing.confirm(**opened, by=rina, at=now())
                return "confirmed by the same"
            if kind == 3:
                reviewing.send_back(**opened, note="다시", by=boram, at=now())
                return "sent back"
            actions.withdraw(person=claim.person, reference=claim.reference, by=own, at=now())
            return "withdrawn"
        except (reviewing.ChangedSince, IllegalMove, rules.Refusal) as refused:
            return type(refused).__name__

    came = race(100, act)

    claim.refresh_from_db()
    assert came.count("confirmed") == Decision.objects.count() <= 1
    assert "confirmed by the same" not in came
    assert came.count("sent back") <= 1
    assert bool(Decision.objects.count()) == (claim.state == State.APPROVED)
    assert claim.state in {State.APPROVED, State.WITHDRAWN}
    moves = list(claim.moves.order_by("pk"))
    assert all(before.to_state == after.from_state for before, after in itertools.pairwise(moves))
    assert moves[-1].to_state == claim.state
    assert Proposal.objects.filter(closed_at=None).count() == 0
    assert told("claim_decided") == Decision.objects.count()
    assert Event.objects.filter(kind="claims.decided").count() == Decision.objects.count()
