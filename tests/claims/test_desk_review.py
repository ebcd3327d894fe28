"""The review page of the desk: who may what, what is shown to whom, and what is on record."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from breachdesk.accounts.models import User
from breachdesk.audit.models import Event
from claims import answering, reviewing
from claims.models import Claim, Decision, Evidence, Proposal, Question
from claims.states import State
from tests import cast, staff
from tests.claims.conftest import JUNHO, browse, draft_of, filled, picture, prove, submit
from tests.claims.test_reviewing import PART, asked, now, proposed, seen, taken

pytestmark = pytest.mark.django_db

QUEUE = "/admin/claims/claim/"
ROLES = ["intake", "reviewer", "approver", "payer", "notice_editor", "privacy_officer", "auditor", "account_admin"]
SEES = {"intake", "reviewer", "approver", "payer", "privacy_officer", "auditor"}
ACTS = {
    "take": {"reviewer"},
    "give_back": {"reviewer"},
    "ask": {"reviewer"},
    "stop_waiting": {"reviewer"},
    "propose": {"reviewer"},
    "confirm": {"approver"},
    "send_back": {"approver"},
    "reveal": {"reviewer", "approver"},
}
OUTCOMES = {
    "line-1-outcome": "part",
    "line-1-amount": "600,000",
    "line-1-reason": "part_returned",
    "line-2-outcome": "refused",
    "line-2-amount": "",
    "line-2-reason": "already_returned",
    "sentence": "한 건을 먼저 드려요.",
}


def desk(*roles: str, user: User | None = None, ago: float = 0) -> tuple[Client, User]:
    member = user or staff.member(*roles)
    return staff.sign_in(Client(), member, ago=ago), member


def page(claim: Claim) -> str:
    return f"/admin/claims/review/{claim.reference}/"


def post(client: Client, claim: Claim, act: str, **fields: object):
    claim.refresh_from_db()
    given = {"act": act, "version": claim.version, **fields}
    return client.post(f"{page(claim)}act/", given)


def add_picture(claim: Claim, **options: object) -> Evidence:
    evidence, _new = answering.add_evidence(
        person=claim.person, reference=claim.reference, upload=picture(**options), by=claim.person.user, at=now()
    )
    claim.refresh_from_db()
    return evidence


def test_a_claim_goes_the_whole_way_through_the_desk(claim: Claim) -> None:
    reviewer, rina = desk("reviewer")
    approver, arin = desk("approver")
    assert claim.reference in reviewer.get(QUEUE).content.decode()

    assert post(reviewer, claim, "take").status_code == 302
    assert "결정 제안하기" in reviewer.get(page(claim)).content.decode()
    assert post(reviewer, claim, "propose", **OUTCOMES).status_code == 302
    shown = approver.get(page(claim)).content.decode()
    assert "600,000원 지급 확인하기" in shown
    assert post(approver, claim, "confirm").status_code == 302

    decision = Decision.objects.get()
    assert (decision.proposer, decision.confirmer, decision.amount) == (rina, arin, 600_000)
    for client in (reviewer, approver):
        assert client.get(page(claim)).status_code == 200


# -- who may what ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_the_queue_and_a_claim(claim: Claim, role: str) -> None:
    client, _member = desk(role)
    wanted = 200 if role in SEES else 403
    assert client.get(QUEUE).status_code == wanted
    assert client.get(page(claim)).status_code == wanted
    assert client.get("/admin/claims/review/CLM-2222-222C/").status_code == (404 if role in SEES else 403)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", ROLES)
def test_who_may_do_what(claim: Claim, role: str, act: str) -> None:
    client, _member = desk(role)
    before = (claim.version, claim.state)
    response = post(client, claim, act, note="x", **OUTCOMES)
    if role in ACTS[act]:
        assert response.status_code in {302, 422}
    else:
        assert response.status_code == 403
        claim.refresh_from_db()
        assert (claim.version, claim.state) == before


def test_nobody_outside_the_desk_sees_anything(claim: Claim, seoyoung: Client) -> None:
    evidence = add_picture(claim)
    for path in (QUEUE, page(claim), f"{page(claim)}act/", f"{page(claim)}evidence/{evidence.pk}/"):
        assert Client().get(path).status_code == 302
        assert Client().post(path).status_code == 302
        assert seoyoung.get(path).status_code == 403


def test_other_methods_are_refused(claim: Claim) -> None:
    client, _member = desk("reviewer")
    assert client.post(page(claim)).status_code == 405
    assert client.put(f"{page(claim)}act/").status_code == 405
    assert client.get(f"{page(claim)}act/").status_code == 302
    assert client.post(f"{page(claim)}act/", {"act": "pay"}).status_code == 404


def test_reading_the_pages_changes_nothing(claim: Claim) -> None:
    client, _member = desk("reviewer")
    before = (claim.version, claim.moves.count(), Event.objects.filter(kind__startswith="claims.").count())
    client.get(page(claim) + "?act=take&evidence=1")
    client.get(QUEUE + "?waits=late")
    claim.refresh_from_db()
    assert (claim.version, claim.moves.count(), Event.objects.filter(kind__startswith="claims.").count()) == before


def test_confirming_asks_for_the_second_factor_again(claim: Claim) -> None:
    proposed(claim, cast.staff("Rina"))
    approver, _arin = desk("approver", ago=600)
    response = post(approver, claim, "confirm")
    assert response["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert not Decision.objects.exists()


def test_one_person_with_both_roles_does_not_decide_alone(claim: Claim) -> None:
    client, both = desk("reviewer", "approver")
    both.is_superuser = True
    both.save(update_fields=["is_superuser"])
    proposed(claim, both)

    assert "내가 제안한 결정이라" in client.get(page(claim)).content.decode()
    response = client.post(f"{page(claim)}act/", {"act": "confirm", "version": seen(claim)["version"]}, follow=True)
    assert "제안한 사람은 확인할 수 없어요" in response.content.decode()
    assert not Decision.objects.exists()


# -- what was not seen is not decided ----------------------------------------------------------------------------------


def test_the_second_is_told_what_changed_and_loses_nothing_typed(claim: Claim) -> None:
    reviewer, rina = desk("reviewer")
    taken(claim, rina)
    old = seen(claim)["version"]
    add_picture(claim)
    cast_other = staff.member("reviewer", name="한소라")
    reviewing.take(**seen(claim), by=cast_other, at=now())

    response = reviewer.post(f"{page(claim)}act/", {"act": "propose", "version": old, **OUTCOMES})
    shown = response.content.decode()
    assert response.status_code == 409
    assert "여신 뒤에 이 신청이 바뀌었어요" in shown
    assert "한소라" in shown
    assert "새 자료 1개가 왔어요" in shown
    assert "한 건을 먼저 드려요." in shown
    assert "600,000" in shown
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("version", ["", "x", "-1", "999999999999", "0", "１"])
def test_a_version_that_nobody_saw_changes_nothing(claim: Claim, version: str) -> None:
    reviewer, _rina = desk("reviewer")
    response = reviewer.post(f"{page(claim)}act/", {"act": "take", "version": version})
    assert response.status_code == 409
    claim.refresh_from_db()
    assert claim.state == State.SUBMITTED


@pytest.mark.parametrize(
    "wrong",
    [
        {"line-1-outcome": ""},
        {"line-1-outcome": "paid"},
        {"line-1-amount": "612,400"},
        {"line-1-amount": "-1"},
        {"line-1-amount": "9" * 40},
        {"line-1-amount": "=1+1"},
        {"line-1-reason": "own_payment"},
        {"line-1-reason": "<script>"},
        {"sentence": ""},
        {"sentence": "a" * 601},
        {"sentence": "\x00"},
    ],
)
def test_what_does_not_add_up_is_said_and_shown_again(claim: Claim, wrong: dict[str, str]) -> None:
    reviewer, rina = desk("reviewer")
    taken(claim, rina)
    response = post(reviewer, claim, "propose", **{**OUTCOMES, **wrong})
    assert response.status_code == 422
    assert "고쳐 주세요" in response.content.decode()
    assert "<script>alert" not in response.content.decode()
    assert not Proposal.objects.exists()


def test_a_full_line_is_its_whole_sum_whatever_is_typed_beside_it(claim: Claim) -> None:
    reviewer, rina = desk("reviewer")
    taken(claim, rina)
    given = {**OUTCOMES, "line-1-outcome": "full", "line-1-amount": "1", "line-1-reason": "card_data_leaked"}
    given |= {"amount": "99999999", "state": "paid"}
    assert post(reviewer, claim, "propose", **given).status_code == 302
    assert Proposal.objects.get().amount == 612_400


def test_a_question_is_asked_from_the_desk(claim: Claim) -> None:
    reviewer, rina = desk("reviewer")
    taken(claim, rina)
    far = (timezone.localdate() + dt.timedelta(days=300)).isoformat()
    assert post(reviewer, claim, "ask", **{"ask-words": "문자를 올려 주세요", "ask-answer_by": far}).status_code == 422
    near = (timezone.localdate() + dt.timedelta(days=7)).isoformat()
    assert post(reviewer, claim, "ask", **{"ask-words": "문자를 올려 주세요", "ask-answer_by": near}).status_code == 302
    assert Question.objects.get().words == "문자를 올려 주세요"


# -- what is masked, and what is opened --------------------------------------------------------------------------------

PRIVATE = ["김서영", "0000-1234", "010000", "+8210", "123-45-678901", "12345678901", "seoyoung@"]


@pytest.mark.parametrize("role", sorted(SEES))
def test_personal_data_is_masked_for_everybody(claim: Claim, role: str) -> None:
    client, member = desk(role)
    if role == "reviewer":
        taken(claim, member)
    for path in (QUEUE, page(claim)):
        shown = client.get(path).content.decode()
        assert [each for each in PRIVATE if each in shown] == []
        assert "김*영" in shown


def test_what_an_answer_holds_is_masked_until_it_is_opened(claim: Claim) -> None:
    reviewer, rina = desk("reviewer")
    question = asked(claim, rina)
    answering.answer(
        person=claim.person,
        reference=claim.reference,
        question_id=question.pk,
        words="010-0000-9999로 온 문자였어요.",
        by=claim.person.user,
        at=now(),
    )
    assert "010-0000-9999" not in reviewer.get(page(claim)).content.decode()
    opened = post(reviewer, claim, "reveal", **{"reveal-reason": "evidence"})
    assert "010-0000-9999" in opened.content.decode()


def test_opened_with_a_reason_it_is_shown_once_and_recorded_once(claim: Claim) -> None:
    reviewer, rina = desk("reviewer")
    taken(claim, rina)
    response = post(reviewer, claim, "reveal", **{"reveal-reason": "call"})

    shown = response.content.decode()
    assert response.status_code == 200
    assert "김서영" in shown
    assert "12345678901" in shown
    event = Event.objects.get(kind="claims.revealed")
    assert (event.by, event.about, event.data["reason"]) == (rina, f"claim:{claim.reference}", "call")
    assert event.data["person"] == claim.person_id
    told = browse(claim.person.proofs.latest("pk")).get("/lookup/history/").content.decode()
    assert "신청에 적힌 가린 개인정보를 열어 봤어요" in told, "the claimant reads who opened it, and why"
    assert "본인과 통화하려고" in told
    assert rina.name not in told
    assert "김서영" not in reviewer.get(page(claim)).content.decode()
    assert "no-store" in response["Cache-Control"]


def test_what_is_opened_stands_beside_the_picture_it_is_held_against(claim: Claim) -> None:
    evidence = add_picture(claim)
    reviewer, rina = desk("reviewer")
    taken(claim, rina)
    drawn = f'src="{page(claim)}evidence/{evidence.pk}/"'
    shown = reviewer.get(f"{page(claim)}?evidence={evidence.pk}").content.decode()
    assert drawn in shown
    assert "1개 / 1개" in shown, "it is being looked at"

    opened = post(reviewer, claim, "reveal", evidence=evidence.pk, **{"reveal-reason": "evidence"}).content.decode()
    assert drawn in opened
    assert "김서영" in opened
    assert "010-0000-1234" in opened
    assert drawn not in post(reviewer, claim, "reveal", evidence="x", **{"reveal-reason": "call"}).content.decode()


def test_without_a_reason_or_a_turn_nothing_is_opened(claim: Claim) -> None:
    reviewer, rina = desk("reviewer")
    other, _boram = desk("reviewer")
    approver, _arin = desk("approver")
    taken(claim, rina)
    for reason in ("", "curious", "call; --"):
        response = post(reviewer, claim, "reveal", **{"reveal-reason": reason})
        assert response.status_code == 422
        assert "김서영" not in response.content.decode()
    for client in (other, approver):
        response = post(client, claim, "reveal", **{"reveal-reason": "call"})
        assert response.status_code == 302
    assert not Event.objects.filter(kind="claims.revealed").exists()


def test_evidence_is_seen_inside_the_desk_by_whoever_works_on_it_and_each_opening_is_recorded(claim: Claim) -> None:
    evidence = add_picture(claim)
    address = f"{page(claim)}evidence/{evidence.pk}/"
    reviewer, rina = desk("reviewer")
    other, _boram = desk("reviewer")
    assert reviewer.get(address).status_code == 404, "not before it is taken"
    taken(claim, rina)

    response = reviewer.get(address)
    assert b"".join(response.streaming_content).startswith(b"\x89PNG")
    assert response["Content-Disposition"] == "inline"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    assert other.get(address).status_code == 404
    assert reviewer.get(f"{page(claim)}evidence/999999/").status_code == 404
    assert reviewer.get(f"{page(claim)}evidence/{10**30}/").status_code == 404
    for role in ("intake", "payer", "auditor", "privacy_officer"):
        assert desk(role)[0].get(address).status_code == 403
    event = Event.objects.get(kind="claims.evidence_seen")
    assert (event.by, event.data["evidence"]) == (rina, evidence.pk)
    assert "1개 / 1개" in reviewer.get(page(claim)).content.decode()


def test_evidence_of_another_claim_is_not_reached_through_this_one(claim: Claim, incident: object) -> None:
    reviewer, rina = desk("reviewer")
    proof = prove(JUNHO)
    other = submit(proof, draft_of(proof, incident, **filled("이준호"))).claim  # type: ignore[arg-type]
    evidence = add_picture(other)
    taken(claim, rina)
    assert reviewer.get(f"{page(claim)}evidence/{evidence.pk}/").status_code == 404


def test_the_same_account_and_the_same_file_of_somebody_else_are_pointed_at(claim: Claim, incident: object) -> None:
    add_picture(claim)
    proof = prove(JUNHO)
    other = submit(proof, draft_of(proof, incident, **filled("이준호"))).claim  # type: ignore[arg-type]
    add_picture(other)
    reviewer, _rina = desk("reviewer")
    shown = reviewer.get(page(other)).content.decode()
    assert shown.count(f"/admin/claims/review/{claim.reference}/") == 2


# -- the queue ---------------------------------------------------------------------------------------------------------


def test_the_queue_is_filtered_and_searched_exactly(claim: Claim) -> None:
    reviewer, rina = desk("reviewer")

    def found(query: str) -> bool:
        return claim.reference in reviewer.get(QUEUE + query).content.decode()

    assert found("")
    assert found("?waits=new")
    assert not found("?waits=mine")
    taken(claim, rina)
    assert found("?waits=mine")
    assert not found("?waits=new")
    assert not found("?waits=late")
    Claim.objects.update(decide_by_date=timezone.localdate() - dt.timedelta(days=1))
    assert found("?waits=late")
    assert found(f"?q={claim.reference.lower()}")
    assert found("?q=010-0000-1234")
    assert not found("?q=010-0000-12")
    assert not found("?q=김서영")
    assert Event.objects.filter(kind="claims.searched_by_contact").count() >= 1
    for guess in ("person__proofs__contact_hash=1", "account_hash__startswith=a", "sealed_claimant__contains=x"):
        assert reviewer.get(f"{QUEUE}?{guess}").status_code == 400


def test_a_decided_claim_leaves_the_queue_and_is_still_found(claim: Claim) -> None:
    proposed(claim, cast.staff("Rina"), PART)
    reviewing.confirm(**seen(claim), by=cast.staff("Arin"), at=now())
    reviewer, _rina = desk("reviewer")
    assert claim.reference not in reviewer.get(QUEUE).content.decode()
    assert claim.reference in reviewer.get(f"{QUEUE}?waits=decided").content.decode()
    assert claim.reference in reviewer.get(f"{QUEUE}?q={claim.reference}").content.decode()


def test_an_asked_claim_is_not_late(claim: Claim) -> None:
    asked(claim, cast.staff("Rina"))
    Claim.objects.update(decide_by_date=timezone.localdate() - dt.timedelta(days=1))
    reviewer, _member = desk("reviewer")
    assert "기한 멈춤" in reviewer.get(page(claim)).content.decode()
    assert claim.reference not in reviewer.get(f"{QUEUE}?waits=late").content.decode()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_step_can_be_drawn_in_both_languages(claim: Claim, prefix: str) -> None:
    reviewer, rina = desk("reviewer")
    for step in (lambda: None, lambda: taken(claim, rina), lambda: reviewing.propose(
        **seen(claim), lines=PART, sentence="네.", by=rina, at=now()
    )):  # fmt: skip
        step()
        assert reviewer.get(prefix + page(claim)).status_code == 200
