"""Whose claim is somebody else's to make: a minor's, a company's, that of somebody who has died. No dead end, no claim either."""

from __future__ import annotations

import datetime as dt

import pytest

from claims import actions, rules
from claims.models import Claim, Draft
from lookup.states import ActsThrough
from notices.models import Incident
from tests import cast
from tests.claims.conftest import SEOYOUNG, browse, draft_of, prove, submit, terms

pytestmark = pytest.mark.django_db

KINDS = {
    "minor": ({"member": "minor", "birth_date": "2014-05-05"}, "미성년자의 선보상은 법정대리인이 신청해요"),
    "deceased": ({"member": "deceased"}, "돌아가신 분의 선보상은 상속인이 신청해요"),
}


@pytest.mark.parametrize("who", [each for each in ActsThrough if each != ActsThrough.SELF])
def test_whoever_does_not_act_alone_files_no_claim_alone(who: ActsThrough) -> None:
    with pytest.raises(rules.NeedsRepresentative) as refusal:
        rules.may_claim(terms(), affected=True, open_claim=False, through=who)
    assert refusal.value.through == who


def test_a_reason_that_holds_for_everybody_is_said_first() -> None:
    with pytest.raises(rules.TooLate):
        rules.may_claim(
            terms(until=terms().today - dt.timedelta(days=1)), affected=True, open_claim=False, through=ActsThrough.HEIR
        )


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_says_who_claims_and_whom_to_call(incident: Incident, now: dt.datetime, kind: str) -> None:
    fields, words = KINDS[kind]
    person = {**SEOYOUNG, **fields}
    cast.listed(incident, person, at=now)
    page = browse(prove(person)).get("/claims/new/")
    said = page.content.decode()
    assert (page.status_code, words in said) == (200, True)
    assert "온라인으로는 아직 받지 못해요" in said
    assert 'href="tel:' in said
    assert "손해배상·분쟁조정·소송 권리는 그대로예요" in said


def test_a_posted_form_is_refused_too_and_leaves_no_draft(incident: Incident, now: dt.datetime) -> None:
    child = {**SEOYOUNG, "member": "minor", "birth_date": "2014-05-05"}
    cast.listed(incident, child, at=now)
    page = browse(prove(child)).post("/claims/new/", {"incident": "demo"})
    assert page.status_code == 409
    assert not Draft.objects.exists()


def test_a_draft_begun_before_a_corrected_list_is_not_filed(incident: Incident, now: dt.datetime) -> None:
    proof = prove(SEOYOUNG)
    draft = draft_of(proof, incident)
    cast.listed(incident, {**SEOYOUNG, "member": "deceased"}, at=now)
    with pytest.raises(rules.NeedsRepresentative):
        submit(proof, draft, seen="00")
    assert not Claim.objects.exists()
    assert actions.save_step(person=proof.person, draft_id=draft.id, step="story", typed={"story": "그대로"}, at=now)


def test_a_family_card_s_and_a_former_member_claim_for_themselves(incident: Incident, now: dt.datetime) -> None:
    for member in ("supplementary", "former"):
        cast.listed(incident, {**SEOYOUNG, "member": member}, at=now)
        assert browse(prove(SEOYOUNG)).post("/claims/new/", {"incident": "demo"}).status_code == 302
