"""What a claimant is sent: reference, time, sum, receiver, what comes next; no address, and nothing that was typed."""

from __future__ import annotations

import datetime as dt

import pytest

from breachdesk.lib import links
from claims import letters
from claims.models import Claim
from delivery.models import Message
from delivery.words import LMS_BYTES, size_for_phone
from notices.models import Incident
from tests.claims.conftest import SEOYOUNG, draft_of, prove, submit

DECIDED_BY = dt.date(2026, 12, 1)


def test_the_receipt_in_korean(claim: Claim) -> None:
    claim.submitted_at = dt.datetime(2026, 11, 24, 5, 52, tzinfo=dt.UTC)
    words = letters.claim_received(claim, decided_by=DECIDED_BY)

    assert words.subject == "[한빛카드] 선보상 신청을 받았어요"
    for said in [
        claim.reference,
        "11월 24일 (화) 14:52",
        "1,112,400원",
        claim.receiver_ko,
        "12월 1일 (화)까지 결과를 알려 드려요",
        "청구하지 않아요",
        "1500-0000번",
    ]:
        assert said in words.text


@pytest.mark.parametrize("language", ["ko", "en"])
def test_no_letter_holds_an_address_or_what_somebody_typed(claim: Claim, language: str) -> None:
    claim.language = language
    for words in (letters.claim_received(claim, decided_by=DECIDED_BY), _withdrawn(claim)):
        assert words.language == language
        assert links.first_address(f"{words.subject}\n{words.text}") == ""
        assert size_for_phone(words.text) < LMS_BYTES / 2
        for typed in ["GLB TECH STORE", "김서영", "12345678901", "결제 문자"]:
            assert typed not in words.text


def _withdrawn(claim: Claim):
    claim.withdrawn_at = claim.submitted_at
    return letters.claim_withdrawn(claim)


def test_every_proven_contact_is_told_and_no_key_names_one(incident: Incident) -> None:
    prove(SEOYOUNG, "email")
    proof = prove(SEOYOUNG)
    claim = submit(proof, draft_of(proof, incident)).claim

    told = {message.recipient.value: message for message in Message.objects.filter(occasion="claim_received")}
    assert set(told) == {"+821000001234", "seoyoung@mail.example"}
    for contact, message in told.items():
        assert message.key.startswith(f"claim-received:{claim.pk}:")
        assert contact not in message.key
        assert message.about == f"claim:{claim.reference}"
        assert message.lane == "claim"
