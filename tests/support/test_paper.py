"""What came on paper counts once a second person has compared it with its scan."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from breachdesk.audit.models import Event
from claims.models import Claim
from lookup.models import LetterCode
from support.inquiry_models import Inquiry
from support.paper_models import PaperEntry
from tests import staff
from tests.claims.conftest import filled, picture
from tests.support.conftest import OKSUN, Desk
from tests.support.test_callers import posted

pytestmark = pytest.mark.django_db


def enter_claim(desk: Desk, incident, code: str, **changed):
    given = {
        "incident": incident.pk,
        "language": "ko",
        "scan": picture("신청서.png"),
        "name": OKSUN["name"],
        "birth_date": "19460508",
        "code": code,
        **posted(filled(OKSUN["name"])),
        "do": "enter",
    }
    return desk.post("/admin/papers/claim/", {**given, **changed})


def test_a_claim_from_paper_counts_when_another_confirms_it_and_whoever_entered_it_never_reviews_it(oksun, code, agent):
    desk, other = Desk(agent), Desk(staff.member("agent"))
    assert enter_claim(desk, oksun, code).status_code == 302
    entry = PaperEntry.objects.get()
    page, act = f"/admin/papers/{entry.pk}/", f"/admin/papers/{entry.pk}/act/"
    desk.post(act, {"act": "confirm"})
    assert not Claim.objects.exists(), "not by the same"
    with pytest.raises(IntegrityError, match="confirmed_by_another"), transaction.atomic():
        PaperEntry.objects.update(confirmed_by=agent)

    assert code in other.get(page).content.decode()
    assert other.get(f"{page}scan/")["Content-Type"] == "image/png"
    other.post(act, {"act": "confirm"})
    claim, entry = Claim.objects.get(), PaperEntry.objects.get()
    assert (claim.entered_by, claim.entered_in) == (agent, entry.consultation.reference)
    assert (entry.state, entry.became) == ("confirmed", claim.reference)
    assert "code" not in entry.content
    assert code not in other.get(page).content.decode()
    assert LetterCode.objects.get(void_at=None).spoken_at is not None
    other.post(act, {"act": "confirm"})
    assert Claim.objects.count() == 1


def test_whoever_reviews_a_claim_from_paper_opens_its_scan_as_evidence_and_that_is_on_record(oksun, code, agent):
    enter_claim(Desk(agent), oksun, code)
    entry, other = PaperEntry.objects.get(), Desk(staff.member("agent"))
    other.post(f"/admin/papers/{entry.pk}/act/", {"act": "confirm"})
    claim, reviewer = Claim.objects.get(), Desk(staff.member("reviewer"))
    scan = f"/admin/claims/review/{claim.reference}/evidence/{claim.evidence.get().pk}/"

    assert "증빙 자료가 됐어요" in other.get(f"/admin/papers/{entry.pk}/").content.decode()
    assert other.get(f"/admin/papers/{entry.pk}/scan/").status_code == 404
    assert reviewer.get(scan).status_code == 404, "not theirs yet"
    reviewer.post(
        f"/admin/claims/review/{claim.reference}/act/", {"act": "take", "version": claim.version}, follow=True
    )
    assert reviewer.get(scan)["Content-Type"] == "image/png"
    seen = Event.objects.filter(kind="claims.evidence_seen", about=f"claim:{claim.reference}")
    assert [event.data["evidence"] for event in seen] == [claim.evidence.get().pk]


def test_a_wrong_code_or_a_missing_scan_makes_no_claim_and_loses_nothing(oksun, code, agent):
    desk, other = Desk(agent), Desk(staff.member("agent"))
    missing = enter_claim(desk, oksun, code, scan="")
    assert missing.status_code == 422
    assert "스캔한 종이를 골라 주세요" in missing.content.decode()
    assert "GLB TECH STORE" in missing.content.decode()
    enter_claim(desk, oksun, code, birth_date="19460509")
    entry = PaperEntry.objects.get()
    said = other.post(f"/admin/papers/{entry.pk}/act/", {"act": "confirm"}, follow=True)
    assert "맞지 않거나 기한이 지난 코드예요" in said.content.decode()
    assert not Claim.objects.exists()
    assert PaperEntry.objects.get().state == "entered"
    other.post(f"/admin/papers/{entry.pk}/act/", {"act": "send_back"})
    assert "code" not in PaperEntry.objects.get().content


def test_an_inquiry_from_paper_becomes_one_with_its_scan(oksun, agent):
    desk, other = Desk(agent), Desk(staff.member("agent"))
    given = {"incident": oksun.pk, "language": "ko", "scan": picture("문의.png"), "kind": "leaked"}
    assert desk.post("/admin/papers/inquiry/", {**given, "text": ""}).status_code == 422
    desk.post("/admin/papers/inquiry/", {**given, "scan": picture("문의.png"), "text": "내 것도 나갔나요?"})
    assert not Inquiry.objects.exists()
    other.post(f"/admin/papers/{PaperEntry.objects.get().pk}/act/", {"act": "confirm"})
    inquiry = Inquiry.objects.get()
    assert (inquiry.source, inquiry.posts.get().text) == ("paper", "내 것도 나갔나요?")
    assert inquiry.posts.get().attachments.count() == 1
    assert PaperEntry.objects.get().became == inquiry.reference
