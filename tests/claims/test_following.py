"""The claimant's side: every step of a review is on the status page, and what is asked is answered there."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from breachdesk.accounts.models import User
from claims import answering, reviewing
from claims.models import Claim, Evidence, Proposal, Question
from claims.states import State
from lookup.models import Parked
from tests import cast
from tests.claims.conftest import JUNHO, browse, picture, prove
from tests.claims.test_reviewing import FULL, NOTHING, PART, asked, now, proposed, seen, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def rina(db: None) -> User:
    return cast.staff("Rina")


@pytest.fixture
def arin(db: None) -> User:
    return cast.staff("Arin")


def page(client: Client, claim: Claim, language: str = "ko") -> str:
    prefix = "/en" if language == "en" else ""
    response = client.get(f"{prefix}/claims/{claim.reference}/")
    assert response.status_code == 200
    return response.content.decode()


def address(claim: Claim) -> str:
    return f"/claims/{claim.reference}/"


def test_every_step_is_on_the_page(claim: Claim, seoyoung: Client, rina: User, arin: User) -> None:
    assert "신청을 받았어요</h1>" in page(seoyoung, claim)
    question = asked(claim, rina)
    shown = page(seoyoung, claim)
    assert "심사하려면 답이 필요해요</h1>" in shown
    assert "결제 문자를 올려 주세요." in shown

    given = {"question": question.pk, "answer": "여기 있어요.", "do": "answer", "files": [picture()]}
    response = seoyoung.post(address(claim), given)
    assert response.status_code == 302
    shown = page(seoyoung, claim)
    assert "신청을 심사하고 있어요</h1>" in shown
    assert "여쭤본 것에 답해 주셨어요" in shown
    assert "여기 있어요." in shown
    assert "결제알림.png" in shown

    reviewing.propose(**seen(claim), lines=PART, sentence="한 건을 드려요.", by=rina, at=now())
    assert "다른 사람이 다시 확인하고 있어요" in page(seoyoung, claim)
    assert "한 건을 드려요." not in page(seoyoung, claim), "nothing is decided yet"

    reviewing.confirm(**seen(claim), by=arin, at=now())
    shown = page(seoyoung, claim)
    assert "600,000원</span>을 먼저 드리기로 했어요</h1>" in shown
    assert "일부 인정" in shown
    assert "인정하지 않음" in shown
    assert "이미 돌려받은 금액을 빼고 인정했어요." in shown
    assert "한 건을 드려요." in shown
    assert "1332" in shown
    assert "1833-6972" in shown
    assert "7일 안에" in shown


def test_a_refusal_says_why_by_which_rule_and_how_to_object(
    claim: Claim, seoyoung: Client, rina: User, arin: User
) -> None:
    proposed(claim, rina, NOTHING)
    reviewing.confirm(**seen(claim), by=arin, at=now())

    shown = page(seoyoung, claim)
    assert "인정하지 않기로 했어요</h1>" in shown
    assert "본인이나 가족카드 회원이 한 결제로 확인됐어요." in shown
    assert "결정에 동의하지 않는다면" in shown
    assert "신청 취소하기" not in shown


def test_a_rule_of_law_stands_beside_the_reason_with_the_day_it_was_read(
    claim: Claim, seoyoung: Client, rina: User, arin: User
) -> None:
    proposed(claim, rina, FULL)
    reviewing.confirm(**seen(claim), by=arin, at=now())
    assert "여신전문금융업법 제16조 제5항 제2호 (2026년 11월 22일에 읽은 글)" in page(seoyoung, claim)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_state_has_a_page_of_its_own(
    claim: Claim, seoyoung: Client, rina: User, arin: User, language: str
) -> None:
    """The money's own way is another's act; here only that its pages can be drawn."""
    proposed(claim, rina)
    reviewing.confirm(**seen(claim), by=arin, at=now())
    for state in (State.APPROVED, State.PAYING, State.ACCOUNT_WRONG, State.PAID):
        Claim.objects.filter(pk=claim.pk).update(state=state, paid_at=now())
        assert page(seoyoung, claim, language).count("<h1") == 1


def test_an_answer_without_words_is_asked_for_again_and_its_file_is_kept(
    claim: Claim, seoyoung: Client, rina: User
) -> None:
    question = asked(claim, rina)
    response = seoyoung.post(
        address(claim), {"question": question.pk, "answer": " ", "do": "answer", "files": [picture()]}
    )

    assert response.status_code == 422
    assert "답을 적어 주세요" in response.content.decode()
    assert "결제알림.png" in response.content.decode()
    assert Question.objects.get().answered_at is None


def test_a_refused_file_is_named_and_the_answer_is_not_lost(claim: Claim, seoyoung: Client, rina: User) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    question = asked(claim, rina)
    film = SimpleUploadedFile("영상.mp4", b"\x00\x00\x00\x18ftypmp42" + b"0" * 100)
    response = seoyoung.post(
        address(claim), {"question": question.pk, "answer": "이 영상이에요.", "do": "answer", "files": [film]}
    )

    assert response.status_code == 422
    shown = response.content.decode()
    assert "받지 못한 파일이 있어요" in shown
    assert "이 영상이에요." in shown
    assert Question.objects.get().answered_at is None


def test_an_answer_meant_for_another_question_is_not_taken(claim: Claim, seoyoung: Client, rina: User) -> None:
    first = asked(claim, rina)
    answering.answer(
        person=claim.person,
        reference=claim.reference,
        question_id=first.pk,
        words="네",
        by=claim.person.user,
        at=now(),
    )
    reviewing.ask(**seen(claim), words="둘째", answer_by=timezone.localdate() + dt.timedelta(1), by=rina, at=now())
    for told in (str(first.pk), "0", "-1", "x", "", "9" * 40, "１"):
        seoyoung.post(address(claim), {"question": told, "answer": "엉뚱한 답", "do": "answer"})
    assert Question.objects.filter(answered_at=None).count() == 1
    assert Question.objects.get(pk=first.pk).answer == "네"


def test_the_second_press_does_nothing(claim: Claim, seoyoung: Client, rina: User) -> None:
    question = asked(claim, rina)
    given = {"question": question.pk, "answer": "처음", "do": "answer"}
    assert seoyoung.post(address(claim), given).status_code == 302
    assert seoyoung.post(address(claim), given | {"answer": "다시"}).status_code == 302
    assert Question.objects.get().answer == "처음"


def test_more_files_before_the_decision_and_none_after(claim: Claim, seoyoung: Client, rina: User, arin: User) -> None:
    proposed(claim, rina)
    assert "자료 더 내기" in page(seoyoung, claim)
    response = seoyoung.post(address(claim), {"do": "upload", "files": [picture()]})
    assert response.status_code == 200
    assert "낸 자료 1개" in response.content.decode()
    assert Proposal.objects.get().closed_as == "void"
    again = seoyoung.post(address(claim), {"do": "upload", "files": [picture()]})
    assert again.status_code == 200
    assert Evidence.objects.count() == 1

    claim.refresh_from_db()
    reviewing.propose(**seen(claim), lines=FULL, sentence="드려요.", by=rina, at=now())
    reviewing.confirm(**seen(claim), by=arin, at=now())
    assert "자료 더 내기" not in page(seoyoung, claim)
    late = seoyoung.post(address(claim), {"do": "upload", "files": [picture("다른.png", "red")]})
    assert late.status_code == 422
    assert "이미 결정된 신청" in late.content.decode()
    assert Evidence.objects.count() == 1


def test_anothers_claim_is_not_there(claim: Claim, incident: object, rina: User) -> None:
    question = asked(claim, rina)
    other = browse(prove(JUNHO))
    given = {"question": question.pk, "answer": "남의 답", "do": "answer"}
    foreign = other.post(address(claim), given)
    absent = other.post("/claims/CLM-2222-222C/", given)
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert Question.objects.get().answered_at is None
    assert Client().post(address(claim), given).status_code == 302
    assert Question.objects.get().answered_at is None


def test_other_methods_are_refused(claim: Claim, seoyoung: Client) -> None:
    for method in ("put", "delete", "patch"):
        assert getattr(seoyoung, method)(address(claim)).status_code == 405


def test_reading_changes_nothing(claim: Claim, seoyoung: Client, rina: User) -> None:
    taken(claim, rina)
    before = (seen(claim)["version"], claim.moves.count())
    seoyoung.get(address(claim) + "?do=answer&answer=x&state=paid")
    assert (seen(claim)["version"], claim.moves.count()) == before


def test_an_answer_typed_too_late_comes_back_after_the_new_proof(claim: Claim, rina: User) -> None:
    proof = prove({"name": "김서영", "birth_date": "1986-04-12", "phone": "010-0000-1234"})
    client = browse(proof)
    question = asked(claim, rina)
    proof.last_used_at -= dt.timedelta(minutes=12)
    proof.save(update_fields=["last_used_at"])
    response = client.post(address(claim), {"question": question.pk, "answer": "늦은 답", "do": "answer"})
    assert response.status_code == 302
    assert Question.objects.get().answered_at is None
    assert Parked.objects.count() == 1


@pytest.mark.parametrize(
    "answer", ["<script>alert(1)</script>", "a" * 4001, "\x00\x00", "‮evil", "{{ claim.account }}", "％n%s" * 50]
)
def test_hostile_answers_neither_break_nor_run(claim: Claim, seoyoung: Client, rina: User, answer: str) -> None:
    question = asked(claim, rina)
    response = seoyoung.post(address(claim), {"question": question.pk, "answer": answer, "do": "answer"})
    assert response.status_code in {302, 422}
    shown = page(seoyoung, claim)
    assert "<script>alert" not in shown
    assert "‮" not in shown
