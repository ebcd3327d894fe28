"""Filing: once, whole, and only by who may."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breachdesk.audit.models import Event
from breachdesk.lib import references
from claims import actions, filing, queries, rules
from claims.models import Claim, Draft, Evidence, Line, Move
from claims.states import IllegalMove, State
from delivery.models import Message
from notices.models import Incident
from tests import cast
from tests.claims.conftest import JUNHO, MINJI, SEOYOUNG, draft_of, filled, line, picture, prove, seen, submit
from tests.racing import race

DAY = dt.timedelta(days=1)


def test_what_was_typed_is_what_was_filed(incident: Incident) -> None:
    proof = prove(SEOYOUNG)
    draft = draft_of(proof, incident)
    at = timezone.now()
    actions.add_evidence(person=proof.person, draft_id=draft.id, upload=picture(), by=proof.person.user, at=at)

    filed = submit(proof, draft, language="en", at=at)

    claim = Claim.objects.get()
    assert filed == actions.Filed(claim, again=False, same=True)
    assert [(row.number, row.merchant, row.amount) for row in claim.lines.select_related("claim")] == [
        (1, "GLB TECH STORE", 612_400),
        (2, "기프트나라", 500_000),
    ]
    assert (claim.amount, claim.currency, claim.language, claim.submitted_at) == (1_112_400, "KRW", "en", at)
    assert claim.story == "11월 5일에 결제 문자를 받고 알았어요."
    assert claim.claimant["outcome"] == "leaked"
    assert claim.claimant["list"] == 1
    assert (claim.receiver_ko, claim.receiver_en) == (incident.department_ko, incident.department_en)
    assert claim.evidence.get().file.name == "결제알림.png"
    assert [(move.from_state, move.to_state, move.by) for move in claim.moves.all()] == [
        ("", "submitted", proof.person.user)
    ]
    assert Event.objects.filter(kind="claims.submitted", about=f"claim:{claim.reference}").count() == 1
    assert not Draft.objects.exists()


def test_the_same_draft_filed_again_is_the_same_claim(incident: Incident) -> None:
    proof = prove(SEOYOUNG)
    draft = draft_of(proof, incident)
    value = seen(proof, draft)
    first = submit(proof, draft, seen=value)

    assert submit(proof, draft, seen=value) == actions.Filed(first.claim, again=True, same=True)
    assert submit(proof, draft, seen="other") == actions.Filed(first.claim, again=True, same=False)
    assert Message.objects.filter(occasion="claim_received").count() == 1
    assert Move.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_hundred_at_once_file_one_claim_and_tell_each_contact_once(incident: Incident) -> None:
    prove(SEOYOUNG, "email")
    proof = prove(SEOYOUNG)
    draft = draft_of(proof, incident)
    value = seen(proof, draft)

    filed = race(100, lambda _number: submit(proof, draft, seen=value))

    claim = Claim.objects.get()
    assert {one.claim.reference for one in filed} == {claim.reference}
    assert [one.again for one in filed].count(False) == 1
    assert all(one.same for one in filed)
    assert (claim.lines.count(), claim.moves.count()) == (2, 1)
    told = Message.objects.filter(occasion="claim_received")
    assert sorted(message.recipient.kind for message in told) == ["email", "phone"]
    assert Event.objects.filter(kind="claims.submitted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_opening_at_once_makes_one_draft(incident: Incident) -> None:
    proof = prove(SEOYOUNG)

    def open_one(_number: int) -> object:
        return actions.open_draft(proof=proof, incident=incident, by=proof.person.user, at=timezone.now()).id

    assert len(set(race(8, open_one))) == 1
    assert Draft.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_draft_is_not_opened_beside_the_claim_that_is_being_filed(incident: Incident) -> None:
    proof = prove(SEOYOUNG)
    draft = draft_of(proof, incident)
    value = seen(proof, draft)

    def act(number: int) -> object:
        if number == 0:
            return submit(proof, draft, seen=value)
        try:
            return actions.open_draft(proof=proof, incident=incident, by=proof.person.user, at=timezone.now())
        except (rules.AlreadyClaimed, actions.NoDraft) as refused:
            return refused

    race(6, act)
    assert Claim.objects.count() == 1
    assert not Draft.objects.exists()


def test_a_reference_that_is_taken_is_drawn_again(incident: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = submit(prove(SEOYOUNG), draft_of(prove(SEOYOUNG), incident)).claim.reference
    drawn = iter([taken, taken, "CLM-2222-222C"])
    monkeypatch.setattr(references, "new", lambda _prefix: next(drawn))
    proof = prove(JUNHO)

    assert submit(proof, draft_of(proof, incident)).claim.reference == "CLM-2222-222C"


def test_what_changed_since_it_was_shown_is_not_filed(incident: Incident) -> None:
    proof = prove(SEOYOUNG)
    draft = draft_of(proof, incident)
    value = seen(proof, draft)
    actions.save_step(person=proof.person, draft_id=draft.id, step="lines", typed=[line(amount="5")], at=timezone.now())

    with pytest.raises(actions.ChangedSince):
        submit(proof, draft, seen=value)
    assert not Claim.objects.exists()
    assert Draft.objects.exists()


def test_a_draft_that_is_not_finished_is_not_filed(incident: Incident) -> None:
    proof = prove(SEOYOUNG)
    draft = draft_of(proof, incident, account={})

    with pytest.raises(filing.NotFinished):
        submit(proof, draft, seen="anything")
    assert not Claim.objects.exists()


def test_whoever_may_have_leaked_may_claim_and_whoever_left_the_list_may_not(incident: Incident) -> None:
    proof = prove(MINJI)
    draft = draft_of(proof, incident)
    value = seen(proof, draft)
    corrected = cast.listed(incident, SEOYOUNG, JUNHO, at=timezone.now())
    assert corrected.number == 2

    with pytest.raises(rules.NotAffected):
        submit(proof, draft, seen=value)
    with pytest.raises(rules.NotAffected):
        actions.open_draft(proof=proof, incident=incident, by=proof.person.user, at=timezone.now())
    assert not Claim.objects.exists()


def test_after_the_last_day_nothing_is_filed(incident: Incident) -> None:
    proof = prove(SEOYOUNG)
    draft = draft_of(proof, incident)
    value = seen(proof, draft)
    Incident.objects.update(claims_until_date=timezone.localdate() - DAY)

    with pytest.raises(rules.TooLate):
        submit(proof, draft, seen=value)


def test_one_open_claim_for_one_incident(incident: Incident) -> None:
    proof = prove(SEOYOUNG)
    submit(proof, draft_of(proof, incident))

    with pytest.raises(rules.AlreadyClaimed):
        actions.open_draft(proof=proof, incident=incident, by=proof.person.user, at=timezone.now())
    assert not Draft.objects.exists()

    second = cast.incident("second", at=timezone.now())
    cast.listed(second, SEOYOUNG, at=timezone.now())
    again = prove(SEOYOUNG)
    assert submit(again, draft_of(again, second)).claim.incident == second


def test_another_persons_draft_is_no_draft(incident: Incident) -> None:
    proof = prove(SEOYOUNG)
    draft = draft_of(proof, incident)
    other = prove(JUNHO)

    with pytest.raises(actions.NoDraft):
        submit(other, draft, seen=seen(proof, draft))
    with pytest.raises(actions.NoDraft):
        actions.save_step(person=other.person, draft_id=draft.id, step="story", typed={}, at=timezone.now())
    filed = submit(proof, draft)
    with pytest.raises(actions.NoDraft):
        submit(other, draft, seen=filed.claim.confirmation)


def test_filing_takes_few_statements_however_many_lines(incident: Incident) -> None:
    proof = prove(SEOYOUNG)
    draft = draft_of(proof, incident, lines=[line(amount="10")] * 50)
    at = timezone.now()
    actions.add_evidence(person=proof.person, draft_id=draft.id, upload=picture(), by=proof.person.user, at=at)
    value = seen(proof, draft)

    with CaptureQueriesContext(
        connection,
    ) as captured:
        submit(proof, draft, seen=value)

    statements = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert len(statements) <= 13, "\n".join(statements)


def test_nothing_personal_lies_in_the_open(incident: Incident) -> None:
    proof = prove(SEOYOUNG)
    marks = {"merchant": "표지가게", "story": "표지이야기", "number": "99988877766", "name": "김서영"}
    draft = draft_of(
        proof,
        incident,
        lines=[line(merchant=marks["merchant"])],
        story={"story": marks["story"]},
        account={"bank": "004", "number": marks["number"], "holder": marks["name"]},
    )
    before = _everything_stored()
    submit(proof, draft)

    for stored in (before, _everything_stored()):
        for mark in marks.values():
            assert mark not in stored


def _everything_stored() -> str:
    tables = ["claims_draft", "claims_claim", "claims_line", "claims_move", "audit_event", "delivery_message"]
    with connection.cursor() as cursor:
        rows = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")
            for row in cursor.fetchall():
                rows += [
                    bytes(value).decode(errors="replace") if isinstance(value, memoryview) else str(value)
                    for value in row
                ]
    return "\n".join(rows)


def test_a_sealed_value_does_not_open_in_another_claim(incident: Incident) -> None:
    from breachdesk import keys

    first = submit(prove(SEOYOUNG), draft_of(prove(SEOYOUNG), incident)).claim
    other = prove(JUNHO)
    second = submit(other, draft_of(other, incident)).claim
    second.sealed_story = first.sealed_story

    with pytest.raises(keys.CannotOpen):
        _ = second.story


def test_the_same_account_of_two_people_is_seen_without_opening_it(incident: Incident) -> None:
    def account(number: str, holder: str) -> dict[str, str]:
        return {"bank": "088", "number": number, "holder": holder}

    seoyoung, junho = prove(SEOYOUNG), prove(JUNHO)
    first = submit(seoyoung, draft_of(seoyoung, incident, account=account("110-234-567890", "김서영"))).claim
    second = submit(junho, draft_of(junho, incident, account=account("１１０２３４５６７８９０", "이준호"))).claim
    assert first.account_hash == second.account_hash


def test_a_withdrawn_claim_makes_room_for_a_new_one(incident: Incident) -> None:
    proof = prove(SEOYOUNG)
    first = submit(proof, draft_of(proof, incident)).claim
    actions.withdraw(person=proof.person, reference=first.reference, by=proof.person.user, at=timezone.now())
    second = submit(proof, draft_of(proof, incident)).claim

    assert second.reference != first.reference
    assert queries.open_claim_of(proof.person, incident) == second


# What the database itself refuses.


def refused_by(name: str) -> object:
    return pytest.raises(IntegrityError, match=name)


def copy_of(claim: Claim, **changed: object) -> Claim:
    twin = Claim.objects.get(pk=claim.pk)
    twin.pk, twin.id, twin._state.adding = None, None, True
    twin.reference, twin.filed_from = references.new("CLM"), claim.seal_id
    for field, value in changed.items():
        setattr(twin, field, value)
    return twin


def test_the_database_refuses_a_second_open_claim(claim: Claim) -> None:
    with refused_by("claims_claim_one_open_per_incident"), transaction.atomic():
        copy_of(claim).save()


def test_the_database_refuses_one_draft_filed_twice(claim: Claim) -> None:
    with refused_by("filed_from"), transaction.atomic():
        copy_of(claim, filed_from=claim.filed_from, state="withdrawn", withdrawn_at=timezone.now()).save()


def test_the_database_refuses_a_claim_for_nothing(claim: Claim) -> None:
    with refused_by("claims_claim_amount_above_zero"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(amount=0)


def test_the_database_ties_withdrawal_to_its_moment(claim: Claim) -> None:
    with refused_by("claims_claim_withdrawn_has_its_moment"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(state="withdrawn")
    with refused_by("claims_claim_withdrawn_has_its_moment"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(withdrawn_at=timezone.now())


def test_the_database_refuses_a_line_for_nothing_or_twice(claim: Claim) -> None:
    def one(**changed: object) -> Line:
        fields = {"number": 9, "kind": "other", "loss_date": "2026-11-05", "sealed_merchant": b"x", "amount": 1}
        return Line(claim=claim, **{**fields, **changed})

    with refused_by("claims_line_amount_above_zero"), transaction.atomic():
        one(amount=0).save()
    with refused_by("claims_line_number_once"), transaction.atomic():
        one(number=1).save()


def test_the_database_refuses_a_second_draft_and_evidence_of_nothing(incident: Incident) -> None:
    proof = prove(SEOYOUNG)
    draft = draft_of(proof, incident)
    with refused_by("claims_draft_one_per_incident"), transaction.atomic():
        Draft.objects.create(
            person=proof.person,
            incident=incident,
            sealed_steps=b"",
            created_at=timezone.now(),
            touched_at=timezone.now(),
        )
    at = timezone.now()
    held, _new = actions.add_evidence(
        person=proof.person, draft_id=draft.id, upload=picture(), by=proof.person.user, at=at
    )
    with refused_by("claims_evidence_of_a_draft_or_a_claim"), transaction.atomic():
        Evidence.objects.filter(pk=held.pk).update(draft=None)


def test_what_was_filed_never_changes(claim: Claim) -> None:
    from django.db.utils import InternalError

    for change in [
        lambda: Line.objects.update(amount=1),
        lambda: Line.objects.all().delete(),
        lambda: Move.objects.update(note="x"),
        lambda: Move.objects.all().delete(),
    ]:
        with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
            change()


def test_a_state_moves_only_along_the_table(claim: Claim) -> None:
    with pytest.raises(IllegalMove):
        claim.move(to=State.SUBMITTED, by=None, at=timezone.now())
    claim.move(to=State.WITHDRAWN, by=None, at=timezone.now())
    with pytest.raises(IllegalMove):
        claim.move(to=State.SUBMITTED, by=None, at=timezone.now())
    assert [move.to_state for move in claim.moves.all()] == ["submitted", "withdrawn"]


def test_the_audit_of_a_filing_says_nothing_personal(claim: Claim) -> None:
    event = Event.objects.get(kind="claims.submitted")
    assert event.data == {"lines": 2, "files": 0, "list": 1}
    assert "김서영" not in json.dumps(filled()["kind"])
