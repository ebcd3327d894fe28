"""Somebody who has only a letter claims, follows the claim and is paid like anybody; and is told that nobody can write to them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from claims import reviewing, rules
from claims.models import Claim
from delivery.models import Message
from lookup.models import Proof
from lookup.queries import contacts_of
from tests import cast, staff
from tests.claims.conftest import draft_of, submit
from tests.claims.test_reviewing import FULL, now, seen, taken

pytestmark = pytest.mark.django_db
SUNJA = {
    "customer_ref": "C-1",
    "name": "이순자",
    "birth_date": "1944-01-20",
    "items": "card_number",
    "address": "서울 7",
}
COMPANY = {"customer_ref": "C-2", "name": "한빛상사", "birth_date": "", "items": "card_number", "address": "부산 1"}


@pytest.fixture
def codes(incident) -> dict[str, str]:
    cast.listed(incident, SUNJA, COMPANY | {"member": "corporate"}, at=now())
    return cast.codes_on_paper(incident, at=now())


def come(codes: dict[str, str], who: dict[str, str]) -> Client:
    browser = Client()
    typed = {"code": codes[who["name"]], "name": who["name"], "birth_date": who["birth_date"]}
    assert browser.post("/lookup/letter/", typed)["Location"] == "/lookup/answer/"
    return browser


def test_a_company_s_letter_shows_the_answer_and_who_claims_for_it(codes, incident):
    browser = come(codes, COMPANY)
    assert browser.get("/lookup/answer/").status_code == 200
    proof = Proof.objects.get()
    with pytest.raises(rules.NeedsRepresentative):
        submit(proof, draft_of(proof, incident))
    page = browser.get("/claims/new/").content.decode()
    assert "대표" in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]


def test_a_claim_is_filed_decided_and_followed_with_the_letter_alone(codes, incident):
    first = come(codes, SUNJA)
    assert first.get("/claims/new/").status_code == 200
    proof = Proof.objects.get()
    claim: Claim = submit(proof, draft_of(proof, incident)).claim
    told = "문자나 이메일을 보낼 연락처가 없어요."
    for page in ("", "receipt/"):
        shown = first.get(f"/claims/{claim.reference}/{page}").content.decode()
        assert told in shown
        assert "까지 쓸 수 있고, 그 뒤에는 전화하면 새 편지를 보내 드려요." in shown
    assert contacts_of(proof.person) == []
    assert not Message.objects.exists()

    rina, arin = cast.staff("Rina"), cast.staff("Arin")
    taken(claim, rina)
    desk = staff.sign_in(Client(), staff.member("reviewer"))
    assert "편지로만 확인했어요." in desk.get(reverse("admin:claim_review", args=[claim.reference])).content.decode()
    reviewing.propose(**seen(claim), lines=FULL, sentence="모두 드려요.", by=rina, at=now())
    reviewing.confirm(**seen(claim), by=arin, at=now())

    later = come(codes, SUNJA)
    shown = later.get(f"/claims/{claim.reference}/").content.decode()
    assert "먼저 드리기로 했어요" in shown
    assert told in shown
    assert not Message.objects.exists(), "nobody was written to, and nothing broke"
