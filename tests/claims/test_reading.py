"""The list, the status and the receipt: for their owner, and for nobody else even whether they exist."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from django.test import Client
from django.utils import timezone, translation

from breachdesk.lib import references
from claims import actions, queries, timeline
from claims.models import Claim, Move
from delivery.models import Message
from delivery.states import State as Sent
from lookup.models import Proof
from notices.models import Incident
from tests import cast
from tests.claims.conftest import JUNHO, SEOYOUNG, browse, draft_of, prove, submit

PAGES = ["", "receipt/", "withdraw/", "evidence/1/"]


@pytest.fixture
def client(claim: Claim) -> Client:
    return browse(Proof.objects.get(person=claim.person))


def text(answer: object) -> str:
    return html.unescape(answer.content.decode())


def still(answer: object) -> str:
    """A page without what is new each time."""
    page = re.sub(r'(csrfmiddlewaretoken" value|data-token|data-ends-at)="[^"]*"', r"\1", answer.content.decode())
    return re.sub(r"CLM-[0-9A-Z]{4}-[0-9A-Z]{4}", "CLM", page)


def test_an_empty_list_offers_a_claim(seoyoung: Client) -> None:
    page = text(seoyoung.get("/claims/"))
    assert "아직 신청한 것이 없어요." in page
    assert "보상 신청하기" in page


def test_the_status_says_sum_rule_dates_and_whom_to_ask(client: Client, claim: Claim) -> None:
    page = text(client.get(f"/claims/{claim.reference}/"))
    for words in [
        "1,112,400원",
        "그동안 이 금액은 청구하지 않아요.",
        "GLB TECH STORE",
        "KB국민은행",
        "••••-8901",
        "두 사람이 심사해요",
        f"접수번호({claim.reference})",
        "1500-0000",
    ]:
        assert words in re.sub(r"<[^>]+>", "", page), words
    assert "12345678901" not in page
    assert "동의하지 않" not in page  # there is no decision yet


def test_the_receipt_names_receiver_time_sum_and_confirmation(client: Client, claim: Claim) -> None:
    page = re.sub(r"<[^>]+>", "", text(client.get(f"/claims/{claim.reference}/receipt/")))
    fours = " ".join(claim.confirmation[place : place + 4] for place in range(0, 16, 4))
    for words in [claim.reference, claim.receiver_ko, "김서영", "2건", "1,112,400", fours, "영업일 5일 안에"]:
        assert words in page, words


def test_the_receipt_says_how_far_its_message_has_come(client: Client, claim: Claim) -> None:
    address = f"/claims/{claim.reference}/receipt/"
    assert "문자로 접수 내용을 보내고 있어요" in text(client.get(address))
    message = Message.objects.get(occasion="claim_received")
    message.state, message.sent_at, message.settled_at = Sent.ACCEPTED, timezone.now(), timezone.now()
    message.save()
    assert "문자로 접수 내용을 보냈어요" in text(client.get(address))
    message.state = Sent.FAILED
    message.save()
    assert "연락처로는 보내지 못했어요" in text(client.get(address))
    assert "010-0000-1234" not in text(client.get(address))


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_both_languages_and_all_methods(client: Client, claim: Claim, prefix: str) -> None:
    for page in ["", f"{claim.reference}/", f"{claim.reference}/receipt/", f"{claim.reference}/withdraw/"]:
        answer = client.get(f"{prefix}/claims/{page}")
        assert answer.status_code == 200
        assert f'<html lang="{"en" if prefix else "ko"}"' in answer.content.decode()
        assert client.head(f"{prefix}/claims/{page}").status_code == 200
        assert client.put(f"{prefix}/claims/{page}").status_code == 405


@pytest.mark.parametrize("page", PAGES)
def test_a_strangers_reference_and_an_absent_one_are_the_same_404(claim: Claim, incident: Incident, page: str) -> None:
    stranger = browse(prove(JUNHO))
    absent = references.new("CLM")
    foreign_answer = stranger.get(f"/claims/{claim.reference}/{page}")
    absent_answer = stranger.get(f"/claims/{absent}/{page}")

    assert foreign_answer.status_code == absent_answer.status_code == 404
    assert still(foreign_answer) == still(absent_answer)
    assert sorted(foreign_answer.headers) == sorted(absent_answer.headers)
    if page == "withdraw/":
        assert stranger.post(f"/claims/{claim.reference}/withdraw/").status_code == 404
        assert Move.objects.count() == 1


@pytest.mark.parametrize("reference", ["CLM-AAAA-AAAA", "x", "CLM-%00AA-AAAA", "%00", "💥", "clm-aaaa-aaaa", "new2"])
def test_what_is_no_reference_is_not_found(client: Client, reference: str) -> None:
    for page in PAGES:
        assert client.get(f"/claims/{reference}/{page}").status_code == 404


def test_a_reference_typed_otherwise_leads_to_its_address_whether_or_not_it_exists(
    client: Client, claim: Claim
) -> None:
    absent = references.new("CLM")
    for reference in (claim.reference, absent):
        for typed in (reference.lower(), reference.replace("-", ""), reference.replace("-", " ").lower()):
            assert client.get(f"/claims/{typed}/").headers["location"] == f"/claims/{reference}/"
            assert client.get(f"/claims/{typed}/receipt/").headers["location"] == f"/claims/{reference}/receipt/"
    assert client.get(f"/en/claims/{claim.reference.lower()}/").headers["location"] == f"/en/claims/{claim.reference}/"


def test_another_device_of_the_same_person_sees_the_claim(claim: Claim) -> None:
    assert browse(prove(SEOYOUNG, "email")).get(f"/claims/{claim.reference}/").status_code == 200


# The timeline.


def test_the_timeline_promises_business_days_and_says_when_one_has_passed(claim: Claim) -> None:
    Claim.objects.update(
        submitted_at=dt.datetime(2026, 11, 24, 5, 52, tzinfo=dt.UTC), decide_by_date=dt.date(2026, 12, 1)
    )
    claim = queries.claims_of(claim.person).get()

    with translation.override("ko"):
        rows = timeline.rows(claim, at=dt.datetime(2026, 11, 24, 6, tzinfo=dt.UTC))
        late = timeline.rows(claim, at=dt.datetime(2026, 12, 2, 6, tzinfo=dt.UTC))
        assert [row.state for row in rows] == ["done", "now", "todo", "todo", "todo"]
    assert [row.when for row in rows] == [
        "11월 24일 (화) 14:52",
        "11월 27일 (금)까지",
        "12월 1일 (화)까지",
        "결정한 다음 영업일까지",
        "결정한 날부터 14일 안에",
    ]

    assert ["약속한 날이 지났어요" in row.words for row in late] == [False, True, True, False, False]


# Withdrawing.


def test_a_claim_is_withdrawn_after_asking_once_and_only_once(client: Client, claim: Claim) -> None:
    asked = client.get(f"/claims/{claim.reference}/withdraw/")
    assert "이 신청을 취소할까요?" in text(asked)
    assert Move.objects.count() == 1

    for _ in range(2):
        answer = client.post(f"/claims/{claim.reference}/withdraw/")
        assert answer.headers["location"] == f"/claims/{claim.reference}/"
    assert client.get(f"/claims/{claim.reference}/withdraw/").status_code == 302
    assert [move.to_state for move in Move.objects.all()] == ["submitted", "withdrawn"]
    assert Message.objects.filter(occasion="claim_withdrawn").count() == 1
    page = text(client.get(f"/claims/{claim.reference}/"))
    assert "신청을 취소했어요" in page
    assert "신청 취소하기" not in page
    assert "심사하지 않아요" in text(client.get(f"/claims/{claim.reference}/receipt/"))
    assert "새로 신청하기" in text(client.get("/claims/"))


def test_a_withdrawal_and_a_new_claim_keep_both_histories(incident: Incident) -> None:
    proof = prove(SEOYOUNG)
    first = submit(proof, draft_of(proof, incident)).claim
    actions.withdraw(person=proof.person, reference=first.reference, by=proof.person.user, at=timezone.now())
    second = submit(proof, draft_of(proof, incident)).claim
    page = text(browse(proof).get("/claims/"))
    assert page.index(second.reference) < page.index(first.reference)


# Who else might come.


@pytest.mark.parametrize("superuser", [False, True])
def test_staff_without_a_proof_see_no_claim(claim: Claim, superuser: bool) -> None:
    staff = cast.staff("Reviewer")
    staff.is_superuser = superuser
    staff.save()
    browser = Client()
    browser.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    for page in ["", "new/", "new/check/", *(f"{claim.reference}/{page}" for page in PAGES)]:
        for method in (browser.get, browser.post, browser.head):
            assert method(f"/claims/{page}").status_code in {302, 405}
    assert Move.objects.count() == 1


def test_a_proof_that_ended_opens_nothing(claim: Claim, client: Client) -> None:
    Proof.objects.update(ended_at=timezone.now())
    assert client.get(f"/claims/{claim.reference}/").headers["location"].endswith("/lookup/")
