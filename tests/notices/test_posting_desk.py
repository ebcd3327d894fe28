"""Postings at the desk: who sees what, taking down by two, the proof as files, and the pages in a browser."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.test import Client

from breachdesk.audit.models import Event
from breachdesk.lib import paper
from notices import posting, posting_proof, queries
from notices.models import Incident, Posting, PostingLook
from notices.states import LookResult
from tests import cast, staff
from tests.browser import People, assert_accessible, picture
from tests.notices.conftest import needs_english

HOUR = dt.timedelta(hours=1)


def put_up(incident: Incident, *, at: dt.datetime) -> Posting:
    """Up for ten hours: there, altered, there again, and then nobody looked for three."""
    notice = cast.notice(incident, at=at - 10 * HOUR, title_ko="온라인 결제 서버가 해킹됐어요")
    with transaction.atomic():
        one = posting.post(notice=notice, at=at - 10 * HOUR)
    for hour in (1, 2, 3, 4, 5, 6, 10):
        altered = hour == 3
        PostingLook.objects.create(
            posting=one, at=one.from_at + hour * HOUR, path="/notices/demo/", language="ko", notice=notice, status=200,
            result=LookResult.ALTERED if altered else LookResult.THERE, expected="a" * 64,
            found=("b" if altered else "a") * 64,
            details={"different": ["what_to_do"], "missing": [], "encoding": "gzip"} if altered else {},
        )  # fmt: skip
    Posting.objects.update(look_at=at + HOUR)
    return Posting.objects.get()


@pytest.fixture
def posted(incident: Incident, at: dt.datetime) -> Posting:
    return put_up(incident, at=at)


@pytest.mark.django_db
def test_two_people_take_it_down_and_one_alone_cannot(posted: Posting):
    editor, officer = (
        staff.sign_in(Client(), staff.member("notice_editor")),
        staff.sign_in(Client(), staff.member("privacy_officer")),
    )
    page, act = f"/admin/notices/posting/{posted.pk}/change/", f"/admin/notices/posting/{posted.pk}/act/"
    assert "아직 올려 두어야 하는 날이 차지 않았어요" in editor.get(page).content.decode()
    assert (
        "왜 내리는지 적어 주세요" in editor.post(act, {"act": "propose", "reason": " "}, follow=True).content.decode()
    )
    editor.post(act, {"act": "propose", "reason": "법원이 내리라고 했어요."})
    proposal = posted.take_downs.get()
    assert "확인하고 내리기" not in editor.get(page).content.decode()
    assert editor.post(act, {"act": "confirm", "proposal": proposal.pk}).status_code == 403
    shown = officer.get(page).content.decode()
    assert "확인하고 내리기" in shown
    assert "법원이 내리라고 했어요." in shown
    assert officer.post(act, {"act": "confirm", "proposal": "9" * 30}).status_code == 404
    officer.post(act, {"act": "confirm", "proposal": proposal.pk})
    posted.refresh_from_db()
    assert posted.taken_down_at is not None
    assert "이미 내렸어요" in officer.post(
        act, {"act": "confirm", "proposal": proposal.pk}, follow=True
    ).content.decode()  # fmt: skip


@pytest.mark.django_db
def test_what_strangers_and_other_roles_get(posted: Posting, client: Client):
    pages = ("/admin/notices/posting/", f"/admin/notices/posting/{posted.pk}/change/")
    for page in pages:
        assert client.get(page).status_code == 302
        assert staff.sign_in(Client(), staff.member("account_admin")).get(page).status_code == 403
        assert staff.sign_in(Client(), staff.member("auditor")).get(page).status_code == 200
    auditor = staff.sign_in(Client(), staff.member("auditor"))
    assert (
        auditor.post(f"/admin/notices/posting/{posted.pk}/act/", {"act": "propose", "reason": "x"}).status_code == 403
    )
    assert auditor.get(f"/admin/notices/posting/{posted.pk}/proof/").status_code == 405
    assert auditor.post(f"/admin/notices/posting/{posted.pk}/proof/", {"file": "exe"}).status_code == 404


@pytest.mark.django_db
def test_the_front_page_says_loudly_that_it_is_not_there(posted: Posting, at: dt.datetime):
    officer = staff.sign_in(Client(), staff.member("privacy_officer"))
    assert "올린 그대로 있음" in officer.get("/admin/").content.decode()
    PostingLook.objects.create(
        posting=posted, at=at + HOUR, path="/notices/demo/", language="ko", notice=queries.current_notice(posted.incident),
        status=200, result=LookResult.ALTERED, expected="a" * 64,
    )  # fmt: skip
    assert "안내문이 올린 대로 있지 않아요." in officer.get("/admin/").content.decode()
    assert "올린 대로 있지 않음" in officer.get("/admin/notices/posting/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["", pytest.param("/en", marks=needs_english)])
def test_the_proof_is_downloaded_with_its_gaps(posted: Posting, at: dt.datetime, prefix: str):
    auditor = staff.sign_in(Client(), staff.member("auditor"))
    until = at.isoformat()
    address = f"{prefix}/admin/notices/posting/{posted.pk}/proof/"
    table = auditor.post(address, {"file": "csv", "until": until})
    assert table["Content-Type"].startswith("text/csv")
    assert table.content.decode().count("\r\n") == 8
    proof = posting_proof.of(posted, until=at)
    assert table.content == posting_proof.as_csv(proof)
    assert [len(proof.not_there), len(proof.not_looked)] == [1, 1]
    letter = auditor.post(address, {"file": "pdf", "until": until})
    assert letter["Content-Type"] == "application/pdf"
    assert letter.content.startswith(b"%PDF-")
    hashes = {event.data["looks_sha256"] for event in Event.objects.filter(kind="notices.posting_proof_taken")}
    assert len(hashes) == 1


@pytest.mark.django_db
def test_nothing_is_said_to_be_there_before_somebody_looked(incident: Incident, at: dt.datetime):
    notice = cast.notice(incident, at=at)
    with transaction.atomic():
        one = posting.post(notice=notice, at=at)
    officer = staff.sign_in(Client(), staff.member("privacy_officer"))
    for address in ("/admin/", "/admin/notices/posting/", f"/admin/notices/posting/{one.pk}/change/"):
        page = officer.get(address).content.decode()
        assert "아직 살펴보지 않음" in page
        assert "올린 그대로 있음" not in page
        assert "지금까지 빈 곳 없음" not in page


@pytest.mark.django_db
def test_without_paper_the_csv_is_offered(posted: Posting, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(paper, "missing", lambda: "no font")
    auditor = staff.sign_in(Client(), staff.member("auditor"))
    said = auditor.post(f"/admin/notices/posting/{posted.pk}/proof/", {"file": "pdf"}, follow=True).content.decode()
    assert "이 서버에서는 PDF를 만들 수 없어요" in said
    assert not Event.objects.filter(kind="notices.posting_proof_taken").exists()


@pytest.mark.parametrize(("prefix", "width"), [("", 390), ("/en", 1280)])
def test_the_pages_in_a_browser(people: People, at: dt.datetime, prefix: str, width: int):
    one = put_up(cast.incident(at=at), at=at)
    page = people.come(width=width)
    key = staff.sign_in(Client(), staff.member("notice_editor")).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": people.site.url}])
    for name, address in (("list", "/admin/notices/posting/"), ("one", f"/admin/notices/posting/{one.pk}/change/")):
        page.goto(f"{prefix}{address}")
        assert_accessible(page)
        picture(page, f"posting-{name}{prefix.replace('/', '-')}-{width}")
    assert people.complaints == []
