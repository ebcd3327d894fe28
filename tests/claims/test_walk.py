"""A person fills in a claim, page by page, and files it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from breachdesk.lib import references
from claims.models import Claim, Draft
from delivery.models import Message
from notices.models import Incident
from tests.claims.conftest import SEOYOUNG, browse, draft_of, line, picture, prove, seen
from tests.racing import race


def post(client: Client, step: str, **fields: object):
    draft = Draft.objects.get()
    return client.post(reverse(f"claims:{step}"), {"draft": str(draft.id), **fields})


def line_fields(*lines: dict[str, str]) -> dict[str, str]:
    named = {f"line-{place}-{field}": value for place, one in enumerate(lines) for field, value in one.items()}
    return {"lines": str(len(lines)), **named}


def walk_to_check(client: Client, incident: Incident) -> str:
    """Through all pages; the value that the check page shows."""
    assert client.post("/claims/new/", {"incident": incident.slug}).headers["location"] == "/claims/new/kind/"
    assert post(client, "kind", kind="card_payment").headers["location"] == "/claims/new/lines/"
    assert (
        post(client, "lines", **line_fields(line(), line(amount="２００，０００"))).headers["location"]
        == "/claims/new/story/"
    )
    assert post(client, "story", story="결제 문자를 받았어요.").headers["location"] == "/claims/new/evidence/"
    assert post(client, "evidence", files=[picture()]).headers["location"] == "/claims/new/evidence/"
    assert post(client, "evidence", do="continue").headers["location"] == "/claims/new/account/"
    account = {"bank": "088", "number": "110 234 567890", "holder": "김 서 영"}
    assert post(client, "account", **account).headers["location"] == "/claims/new/check/"
    page = client.get("/claims/new/check/").content.decode()
    return re.search(r'name="seen" value="([0-9a-f]{64})"', page)[1]


def test_a_claim_is_filled_in_page_by_page_and_filed_once(seoyoung: Client, incident: Incident) -> None:
    seen = walk_to_check(seoyoung, incident)
    draft_id = str(Draft.objects.get().id)

    answer = seoyoung.post("/claims/new/check/", {"draft": draft_id, "seen": seen, "declared": "on"})

    claim = Claim.objects.get()
    assert answer.headers["location"] == f"/claims/{claim.reference}/receipt/"
    assert references.is_valid(claim.reference)
    assert (claim.amount, claim.lines.count(), claim.evidence.count()) == (812_400, 2, 1)
    assert claim.account == {"bank": "088", "number": "110234567890", "holder": "김 서 영"}
    assert claim.claimant["name"] == "김서영"
    assert [(move.from_state, move.to_state) for move in claim.moves.all()] == [("", "submitted")]
    assert not Draft.objects.exists()
    assert Message.objects.filter(occasion="claim_received").count() == 1

    receipt = seoyoung.get(f"/claims/{claim.reference}/receipt/").content.decode()
    assert claim.reference in receipt
    assert "812,400" in receipt
    status = seoyoung.get(f"/claims/{claim.reference}/").content.decode()
    assert "그동안 이 금액은 청구하지 않아요" in status
    listed = seoyoung.get("/claims/").content.decode()
    assert claim.reference in listed


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_speaks_both_languages(seoyoung: Client, incident: Incident, prefix: str) -> None:
    walk_to_check(seoyoung, incident)
    for page in ["", "new/", "new/kind/", "new/lines/", "new/story/", "new/evidence/", "new/account/", "new/check/"]:
        answer = seoyoung.get(f"{prefix}/claims/{page}")
        assert answer.status_code == 200, page
        assert f'<html lang="{"en" if prefix else "ko"}"' in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_many_times_at_once_is_one_claim_and_one_receipt(incident: Incident) -> None:
    proof = prove(SEOYOUNG)
    draft = draft_of(proof, incident)
    form = {"draft": str(draft.id), "seen": seen(proof, draft), "declared": "on"}
    browsers = [browse(proof) for _ in range(24)]

    answers = race(len(browsers), lambda number: browsers[number].post("/claims/new/check/", form))

    claim = Claim.objects.get()
    assert {answer.status_code for answer in answers} == {302}
    assert {answer.headers["location"] for answer in answers} == {f"/claims/{claim.reference}/receipt/"}
    assert Message.objects.filter(occasion="claim_received").count() == 1
